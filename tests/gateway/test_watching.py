"""What a line about a request may hold: words and ids of its path, a trace that is one, and nothing personal."""

import re

import pytest

from aptas.gateway.watching import PATH, TRACE
from aptas.kernel.identity import Snowflakes


def told(path: str) -> str:
    """As Envoy rewrites it: every place that fits, by what its first group holds."""
    return re.sub(PATH, r"\1", path)


@pytest.mark.parametrize(
    "path", ["/", "/defectRegistrations", "/static/plain.css", "/schema/openapi.json", "/resident"]
)
def test_words_are_told(path: str) -> None:
    assert told(path) == path


def test_ids_are_told() -> None:
    path = f"/defectContractors/{Snowflakes()()}/propose-visit"
    assert told(path) == path


@pytest.mark.parametrize(
    "written",
    [
        "01075546068",
        "010-7554-6068",
        "010.7554.6068",
        "010%207554%206068",
        "+821075546068",
        "%2B82-10-7554-6068",
        "821075546068",
        "1075546068",
        "(010)7554-6068",
        "a01075546068",
        "tel:01075546068",
        "7554-6068",
        "０１０７５５４６０６８",
        "123456789012345678x01075546068",
    ],
)
def test_a_telephone_number_is_told_nowhere(written: str) -> None:
    for path in (
        f"/defectRegistrations/{written}",
        f"/defectRegistrations/{written}/cancel",
        f"/{written}",
        f"/resident?receiptNo={written}",
        f"/mypages/1?x=1&y={written}#{written}",
    ):
        assert "6068" not in told(path)
        assert "7554" not in told(path)
    assert told(f"/defectRegistrations/{written}/cancel").endswith("/cancel")


def test_a_query_is_told_of_no_address() -> None:
    assert told("/mypages?status=OPEN") == "/mypages"
    assert told("/resident/7K3M-9QXR/x") == "/resident//x", "an empty part: something was left out"


def test_a_trace_is_told_when_it_is_one() -> None:
    trace = f"00-{'0af7651916cd43dd' * 2}-b7ad6b7169203331-01"
    assert re.sub(TRACE, r"\1", trace) == trace
    for said in ("010-7554-6068", f"{trace}01075546068", trace.upper(), "00-01075546068-1-01"):
        assert re.sub(TRACE, r"\1", said) == ""
