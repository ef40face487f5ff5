"""mypage's switchboard: which fact is projected how."""

from operator import attrgetter

from aptas.messaging.projector import Gallery
from aptas.mypage.projections import PROJECTIONS
from aptas.mypage.resource import change_of
from aptas.mypage.tables import changes, ledger, mypage_states

ROOM = Gallery(
    name="mypage",
    ledger=ledger,
    states=mypage_states,
    changes=changes,
    projections=PROJECTIONS,
    subject=attrgetter("defect_id"),
    bucket=attrgetter("status"),
    tell=change_of,
)
