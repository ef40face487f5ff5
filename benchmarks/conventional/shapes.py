"""What HTTP takes and shows, as pydantic models."""

from datetime import date, datetime
from typing import Any

import phonenumbers
from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.alias_generators import to_camel

from aptas import catalogue

CAMEL = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class NewRegistration(BaseModel):
    """What a resident reports. The last five are the original front end's: accepted and ignored."""

    model_config = CAMEL | ConfigDict(extra="forbid")

    defect_type: str
    phone_number: str | None = Field(default=None, max_length=40)
    location: str | None = None
    kind: str | None = None
    description: str | None = Field(default=None, max_length=2000)
    qty: int = Field(default=1, ge=1)
    address: str | None = Field(default=None, max_length=200)
    status: Any = None
    defect_id: Any = None
    defectregistration_dt: Any = None
    defectmanagement_dt: Any = None
    defect_dt: Any = None

    @field_validator("defect_type")
    @classmethod
    def in_the_catalogue(cls, value: str) -> str:
        if value not in catalogue.DEFECT_TYPES:
            raise ValueError("unknown defect type: see GET /defectTypes")
        return value

    @field_validator("location")
    @classmethod
    def a_known_location(cls, value: str | None) -> str | None:
        value = catalogue.LOCATION_ALIASES.get(value or "", value)
        if value is not None and value not in catalogue.LOCATIONS:
            raise ValueError("unknown location")
        return value

    @field_validator("kind")
    @classmethod
    def a_known_kind(cls, value: str | None) -> str | None:
        if value is not None and value not in catalogue.DEFECT_KINDS:
            raise ValueError("unknown kind")
        return value

    @field_validator("phone_number")
    @classmethod
    def can_be_called(cls, value: str | None) -> str | None:
        """In E.164."""
        if value is None:
            return None
        try:
            number = phonenumbers.parse(value, "KR")
        except phonenumbers.NumberParseException:
            raise ValueError("no telephone number") from None
        if not phonenumbers.is_valid_number(number):
            raise ValueError("no telephone number")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def mask(e164: str) -> str:
    """`+821075546068` as `010-****-6068`."""
    return f"0{e164[3:5]}-****-{e164[-4:]}"


class Link(BaseModel):
    """Where to go."""

    href: str
    method: str = "GET"


class RegistrationShown(BaseModel):
    """One registration."""

    model_config = CAMEL | ConfigDict(from_attributes=True)

    defect_id: str
    receipt_no: str
    attempt: int
    defect_type: str
    location: str | None
    kind: str | None
    description: str | None
    qty: int
    address: str | None
    phone_number: str | None
    status: str
    registered_at: datetime = Field(serialization_alias="defectregistrationDt")
    links: dict[str, Link] = Field(serialization_alias="_links")


class Label(BaseModel):
    """Both languages."""

    ko: str
    en: str


class Entry(BaseModel):
    """One thing that happened."""

    model_config = CAMEL

    at: datetime
    event_type: str
    text: Label


class MyPageShown(BaseModel):
    """One defect as its resident sees it."""

    model_config = CAMEL

    defect_id: str
    receipt_no: str
    defect_type: str
    qty: int
    address: str | None
    status: str
    status_label: Label
    due_date: date | None
    timeline: list[Entry]
    links: dict[str, Link] = Field(serialization_alias="_links")


class PageInfo(BaseModel):
    """Which page of how many."""

    model_config = CAMEL

    size: int
    total_elements: int
    total_pages: int
    number: int
