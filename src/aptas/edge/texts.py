"""What people write: how long it may be, and of which characters."""

import re

from aptas.edge.problems import invalid
from aptas.kernel.messages import Command
from aptas.messaging.wire import camel

LONGEST = 2000
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def check_texts(command: Command) -> None:
    """Refusal when a text of the command is none that we keep. Here for all, so that no new one is forgotten."""
    texts = {name: text for name, text in vars(command).items() if isinstance(text, str)}
    for name, text in texts.items():
        check_length(name, text)
    if _CONTROL.search("".join(texts.values())):
        for name, text in texts.items():
            _refuse_unprintable(name, text)


def check_length(field: str, text: str | None, longest: int = LONGEST) -> None:
    """Refusal when the text of a field has more characters than that."""
    if text is not None and len(text) > longest:
        raise invalid(
            "a_text_has_its_length",
            f"{camel(field)}: {longest}자 이하로 적어 주세요.",
            f"{camel(field)}: at most {longest} characters.",
        )


def _refuse_unprintable(field: str, text: str) -> None:
    """No database but SQLite keeps NUL, no person means the others; lines and tabs are text."""
    if _CONTROL.search(text):
        raise invalid(
            "a_text_holds_no_control_characters",
            f"{camel(field)}: 보이지 않는 제어 문자를 지우고 다시 보내 주세요.",
            f"{camel(field)}: remove the control characters and send it again.",
        )
