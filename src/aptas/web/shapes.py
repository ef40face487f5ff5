"""What the pages read of the HTTP contract's resources. Fields that nobody shows are not named here."""

from datetime import date, datetime

import msgspec

Text = str | None


class Shape(msgspec.Struct, rename="camel", kw_only=True):
    """A resource over HTTP: unknown fields are passed over, so that services may grow."""


class Link(msgspec.Struct):
    """Where to go; `method` when it is not GET."""

    href: str
    method: Text = None


class Resource(Shape, kw_only=True):
    """One that says in `_links` what may be done with it."""

    links: dict[str, Link] = msgspec.field(name="_links", default_factory=dict)

    def offers(self, action: str) -> bool:
        """Whether the action of that name is allowed now."""
        return action in self.links


class Both(Shape, kw_only=True):
    """A text in both languages."""

    ko: str
    en: str


class Slot(Shape, kw_only=True):
    """A visit, from `start` to `end`, both with an offset."""

    start: datetime
    end: datetime


class Step(Shape, kw_only=True):
    """One thing that happened."""

    at: datetime
    event_type: str
    attempt: int
    text: Both


class MyPage(Resource, kw_only=True):
    """One defect as its resident reads it."""

    defect_id: str
    receipt_no: str
    attempt: int
    defect_type: str
    location: Text = None
    kind: Text = None
    description: Text = None
    qty: int = 1
    address: Text = None
    status: str
    status_label: Both
    contractor: Text = None
    slots: list[Slot] = []
    visit: Slot | None = None
    due_date: date | None = None
    reason: Text = None
    note: Text = None
    timeline: list[Step] = []


class Registration(Resource, kw_only=True):
    """What the resident reported."""

    defect_id: str
    receipt_no: str
    defect_type: str
    status: str
    phone_number: Text = None


class Warranty(Shape, kw_only=True):
    """The verdict, with the article it rests on."""

    verdict: str
    work_type: Text = None
    work_type_ko: Text = None
    years: int | None = None
    until: date | None = None
    article: Text = None
    mapping: Text = None
    source: Text = None


class Suggested(Shape, kw_only=True):
    """Who does this trade and has the least to do."""

    contractor_id: str
    name: Text = None


class Case(Resource, kw_only=True):
    """One defect as the office decides about it."""

    defect_id: str
    attempt: int
    receipt_no: Text = None
    defect_type: str
    location: Text = None
    kind: Text = None
    description: Text = None
    qty: int | None = None
    address: Text = None
    trade: str
    urgency: str
    urgency_basis: Text = None
    warranty: Warranty | None = None
    due_date: date | None = None
    suggested_contractor: Suggested | None = None
    similar: list[str] = []
    status: str
    reason: Text = None
    contractor_id: Text = None
    is_declined: bool = False
    asked: int = 0
    claimed_at: datetime | None = None


class Company(Resource, kw_only=True):
    """Who does repairs."""

    contractor_id: str
    name: str
    trades: list[str] = []
    open_work_orders: int = 0


class WorkOrder(Resource, kw_only=True):
    """The latest work order of one defect."""

    defect_id: str
    attempt: int
    contractor_id: str
    contractor_name: Text = None
    defect_type: Text = None
    trade: Text = None
    urgency: Text = None
    address: Text = None
    description: Text = None
    location: Text = None
    kind: Text = None
    qty: int | None = None
    due_date: date | None = None
    status: str
    slots: list[Slot] = []
    visit: Slot | None = None
    note: Text = None
    reason: Text = None


class Label(Shape, kw_only=True):
    """One word of the catalogue."""

    id: str
    ko: str
    en: str


class DefectType(Label, kw_only=True):
    """One line of the catalogue."""

    trade: str
    default_urgency: str = ""


class DefectTypes(Shape, kw_only=True):
    """The lines of the catalogue."""

    defect_types: list[DefectType]


class Catalogue(Shape, kw_only=True):
    """GET /defectTypes."""

    embedded: DefectTypes = msgspec.field(name="_embedded")
    trades: list[Label]
    urgencies: list[Label]
    locations: list[Label]
    defect_kinds: list[Label]
