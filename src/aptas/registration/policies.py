"""Whenever another room says so: its fact becomes a wish of this room. A policy decides nothing."""

from aptas.contractor import events as contractor
from aptas.kernel.messages import Heard
from aptas.management import events as management
from aptas.registration import commands as wish


def whenever_defect_approved(heard: Heard[management.DefectApproved]) -> wish.Note:
    """The office found a contractor."""
    fact = heard.fact
    return wish.NoteApproval(
        at=heard.at, defect_id=fact.defect_id, attempt=fact.attempt, assignment=fact.assignment
    )
