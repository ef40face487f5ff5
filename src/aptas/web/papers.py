"""What was typed, when it was refused: kept, with the reason in plain words beside the field it is about."""

from dataclasses import dataclass

from aptas.web.client import Refused
from aptas.web.forms import Form, new_key
from aptas.web.shapes import Both

FIELD_OF = {
    "a_defect_type_stands_in_the_catalogue": "defectType",
    "a_location_stands_in_the_catalogue": "location",
    "a_kind_stands_in_the_catalogue": "kind",
    "a_quantity_is_at_least_one": "qty",
    "a_quantity_is_a_number": "qty",
    "a_phone_number_can_be_called": "phoneNumber",
    "a_reason_is_given": "reason",
    "a_rejection_is_given_in_writing": "reason",
    "an_override_carries_a_reason": "reason",
    "a_contractor_stands_on_the_roster": "contractorId",
    "a_contractor_does_the_trade": "contractorId",
    "a_visit_has_a_time": "start",
    "a_visit_lies_in_the_future": "start",
    "slots_of_one_proposal_do_not_repeat": "start",
    "a_technician_is_never_in_two_places": "start",
}
"""Which input a broken law is about."""

PLAIN = {
    "a_defect_type_stands_in_the_catalogue": ("하자 종류를 골라 주세요.", "Please choose what is defective."),
    "a_location_stands_in_the_catalogue": ("목록에서 위치를 골라 주세요.", "Please choose a place."),
    "a_kind_stands_in_the_catalogue": ("목록에서 증상을 골라 주세요.", "Please choose what is wrong."),
    "a_contractor_stands_on_the_roster": ("시공사를 골라 주세요.", "Please choose a contractor."),
    "a_key_belongs_to_one_request": (
        "이 양식은 이미 보내졌습니다. 내용을 확인하고 필요하면 한 번 더 보내 주세요.",
        "This form was sent already. Please check it, and send it once more if it is needed.",
    ),
}
"""What the API says to programmers, said to people."""


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Why a form was not taken: in which form (`action`), about which field, with what was typed."""

    action: str
    problem: Refused
    form: Form

    @property
    def field(self) -> str:
        """The input it is about; empty when it is none in particular."""
        named = self.problem.ko.partition(":")[0]
        return FIELD_OF.get(self.problem.law, named if named.isalnum() and named.isascii() else "")

    @property
    def text(self) -> Both:
        """In plain words."""
        ko, en = PLAIN.get(self.problem.law, (self.problem.ko, self.problem.en))
        return Both(ko=ko, en=en)


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What a page's forms are filled with: what was typed, when that was refused; else nothing."""

    open: str = ""
    trouble: Trouble | None = None

    def typed(self, action: str) -> Form:
        """What was typed into the form of this action."""
        return self.trouble.form if self.trouble and self.trouble.action == action else Form()

    def trouble_in(self, action: str) -> Trouble | None:
        """Why this form was not taken."""
        return self.trouble if self.trouble and self.trouble.action == action else None

    def key(self, action: str) -> str:
        """A new key, unless the very same request may still come to pass."""
        trouble = self.trouble_in(action)
        return trouble.form.key if trouble and trouble.problem.may_be_sent_again else new_key()
