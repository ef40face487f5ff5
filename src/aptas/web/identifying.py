"""What the office's form about the kind of a defect means to the API."""

from aptas.web.client import Refused
from aptas.web.forms import Form
from aptas.web.shapes import Case, DefectType
from aptas.web.words import Dictionary

BY_TYPE = "default"
"""Chosen for a trade or an urgency: whatever the catalogue has for the type. The API takes what is left out as "as
it stands" while the type stays, so the catalogue's word is sent."""

FIELDS = ("defectType", "trade", "urgency", "reason")


def identification(form: Form, dictionary: Dictionary) -> dict[str, str]:
    """The body of `identify`."""
    said = form.given(*FIELDS)
    line = dictionary.line(said.get("defectType"))
    by_type = {"trade": line.trade, "urgency": line.default_urgency} if line else {}
    meant = {name: by_type.get(name, "") if value == BY_TYPE else value for name, value in said.items()}
    return {"reason": ""} | {name: value for name, value in meant.items() if value}


def chosen(case: Case, line: DefectType | None) -> dict[str, str]:
    """What the form shows at first: as it stands. BY_TYPE as long as that is what stands, so that another type
    brings its own trade along instead of keeping the old one."""
    return {
        "trade": BY_TYPE if line and line.trade == case.trade else case.trade,
        "urgency": BY_TYPE if line and line.default_urgency == case.urgency else case.urgency,
    }


def changes_nothing(problem: Refused, said: dict[str, str], case: Case) -> bool:
    """Whether it was refused for want of a reason, though it is what was decided before, with its reason."""
    stands = {"defectType": case.defect_type, "trade": case.trade, "urgency": case.urgency, "reason": ""}
    return problem.law == "an_override_carries_a_reason" and stands | said == stands
