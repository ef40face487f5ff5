"""registration over HTTP: /defectRegistrations, and the catalogue at /defectTypes."""

import re
from dataclasses import replace
from typing import Annotated, Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, PathParameter

from aptas import catalogue
from aptas.edge.answers import Told
from aptas.edge.asking import EVENT_ID
from aptas.edge.bodies import NoWords, Reason
from aptas.edge.hal import Collection, collection_of
from aptas.edge.paging import read_paging, read_statuses
from aptas.edge.phone import read_phone
from aptas.edge.problems import Ambiguous, invalid
from aptas.edge.routes import acts, acts_wordlessly, creates, lists, reads, withdraws
from aptas.edge.service import Service
from aptas.edge.texts import check_length
from aptas.kernel.identity import receipt_number
from aptas.kernel.messages import Command
from aptas.messaging.asks import Done
from aptas.messaging.batch import Refusal
from aptas.messaging.dispatcher import Contested
from aptas.registration import commands as wish
from aptas.registration.model import STATUSES, UNLISTED, Claim
from aptas.registration.queries import SORTABLE, find_claim, list_claims, phone_of
from aptas.registration.resource import NewRegistration, Registration, registration_of
from aptas.registration.tables import claim_states

Asked = Request[Any, Any, Any]
Here = NamedDependency[Service]
LISTED = [status for status in STATUSES if status not in UNLISTED]
_NUMBER = re.compile("-?[0-9]{1,18}")
LONGEST_ADDRESS = 200


class Registrations(Controller):
    """A resident reports a defect."""

    path = "/defectRegistrations"
    tags = ["registration"]  # noqa: RUF012

    @creates()
    async def register(
        self, request: Asked, data: JSONBody[NewRegistration], registration: Here
    ) -> Response[Registration]:
        """하자를 접수합니다 / Register a defect. 201 with its address."""
        command = _register_command(data, registration)
        try:
            done = await registration.ask(request, command)
        except Contested:  # another replica drew the same id, or the receipt number is somebody's
            again = replace(command, defect_id=registration.new_id(), receipt_no=receipt_number())
            done = await registration.ask(request, again)
        return _answer(request, registration, done, 201)

    @lists()
    async def list_registrations(
        self,
        request: Asked,
        registration: Here,
        page: FromQuery[int] = 0,
        size: FromQuery[int] = 20,
        sort: FromQuery[str | None] = None,
        status: FromQuery[str | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> Response[Collection[Registration]]:
        """접수 목록 / All registrations but cancelled ones; `status=CANCELLED,CANCELLING` or `ALL` shows those."""
        paging = read_paging(page, size, sort, cursor, SORTABLE)
        statuses = read_statuses(status, STATUSES, LISTED)
        claims, total = await list_claims(registration, statuses, paging)
        here, there = registration.addresses.here(request), registration.addresses.elsewhere(request)
        rows = [registration_of(claim, here, there) for claim in claims]
        query = {key: value for key, value in (("sort", sort), ("status", status)) if value}
        last = rows[-1].defect_id if rows else None
        body = collection_of(
            "defectRegistrations", rows, total, paging, f"{here}/defectRegistrations", query, last
        )
        return Told(body)

    @reads("/{address:str}")
    async def read(
        self,
        request: Asked,
        address: Annotated[str, PathParameter(description="defectId, receiptNo or defect type")],
        registration: Here,
    ) -> Response[Registration]:
        """접수 한 건 / One registration."""
        claim = await find_claim(registration.database, address)
        return _answer(request, registration, Done(state=claim, facts=(), event_id=None), 200)

    @withdraws("/{address:str}")
    async def withdraw(
        self, request: Asked, address: FromPath[str], registration: Here, data: NoWords = None
    ) -> Response[Registration]:
        """접수를 취소합니다 / Ask to cancel. 202: the answer comes from the office or the contractor."""
        return await _cancel(request, address, registration, 202)

    @acts_wordlessly("/{address:str}/cancel")
    async def cancel(
        self, request: Asked, address: FromPath[str], registration: Here, data: NoWords = None
    ) -> Response[Registration]:
        """접수를 취소합니다 / Ask to cancel, as the link of its name."""
        return await _cancel(request, address, registration, 200)

    @acts_wordlessly("/{address:str}/confirm")
    async def confirm(
        self, request: Asked, address: FromPath[str], registration: Here, data: NoWords = None
    ) -> Response[Registration]:
        """보수를 확인합니다 / Sign the repair off."""
        claim = await _find(request, registration, address)
        command = wish.ConfirmRepair(at=registration.clock(), defect_id=claim.defect_id)
        return await _act(request, registration, command)

    @acts("/{address:str}/reopen")
    async def reopen(
        self,
        request: Asked,
        address: FromPath[str],
        data: JSONBody[Reason],
        registration: Here,
    ) -> Response[Registration]:
        """다시 접수합니다(재하자) / Re-open: the next attempt."""
        claim = await _find(request, registration, address)
        command = wish.ReopenDefect(at=registration.clock(), defect_id=claim.defect_id, reason=data.reason)
        return await _act(request, registration, command)

    @acts("/{address:str}/reveal-phone-number")
    async def reveal_phone_number(
        self,
        request: Asked,
        address: FromPath[str],
        data: JSONBody[Reason],
        registration: Here,
    ) -> Response[dict[str, str | None]]:
        """전체 전화번호를 봅니다(기록됨) / See the full number; the look is recorded with its reason."""
        claim = await _find(request, registration, address)
        command = wish.RevealPhoneNumber(
            at=registration.clock(), defect_id=claim.defect_id, reason=data.reason
        )
        looked_at = (await registration.ask(request, command)).state.defect_id
        number = await phone_of(registration.database, looked_at)
        return Response({"defectId": str(looked_at), "phoneNumber": number})


@get("/defectTypes", tags=["catalogue"], sync_to_thread=False)
def defect_types() -> dict[str, Any]:
    """하자 종류·공종·위치·유형 / The catalogue: what is marked unverified or judgement stays marked."""
    return catalogue.public_catalogue()


def _register_command(data: NewRegistration, service: Service) -> wish.RegisterDefect:
    check_length("address", data.address, LONGEST_ADDRESS)
    phone = read_phone(data.phone_number) if data.phone_number else None
    location = data.location or None
    return wish.RegisterDefect(
        at=service.clock(),
        defect_id=service.new_id(),
        receipt_no=receipt_number(),
        defect_type=data.defect_type,
        location=catalogue.LOCATION_ALIASES.get(location or "", location),
        kind=data.kind or None,
        description=data.description or None,
        qty=_quantity(data.qty),
        address=(data.address or "").strip() or None,
        phone=phone.full if phone else None,
        phone_masked=phone.masked if phone else None,
        defect_image=data.defect_image or None,
        defect_video=data.defect_video or None,
    )


def _quantity(qty: int | str | None) -> int:
    if qty is None or isinstance(qty, int):
        return 1 if qty is None else qty
    if _NUMBER.fullmatch(qty.strip()):
        return int(qty)
    raise invalid("a_quantity_is_a_number", "수량은 숫자로 적어 주세요.", "The quantity is a number.")


async def _find(request: Asked, service: Service, address: str) -> Claim:
    """The claim to act on. Sent again with its Idempotency-Key it is the same one, though a defect type may name
    none or several by now."""
    try:
        return await find_claim(service.database, address)
    except (Refusal, Ambiguous):
        if (before := await service.remembered(request)) is None:
            raise
        return claim_states.decode(before)


async def _cancel(request: Asked, address: str, service: Service, status: int) -> Response[Registration]:
    claim = await _find(request, service, address)
    command = wish.RequestCancellation(at=service.clock(), defect_id=claim.defect_id)
    return _answer(request, service, await service.ask(request, command), status)


async def _act(request: Asked, service: Service, command: Command) -> Response[Registration]:
    return _answer(request, service, await service.ask(request, command), 200)


def _answer(request: Asked, service: Service, done: Done[Claim], status: int) -> Response[Registration]:
    here, there = service.addresses.here(request), service.addresses.elsewhere(request)
    body = registration_of(done.state, here, there, done.event_id)
    headers = {EVENT_ID: done.event_id} if done.event_id else {}
    if status == 201:
        headers["Location"] = f"{here}/defectRegistrations/{done.state.defect_id}"
    return Told(body, status_code=status, headers=headers)


HANDLERS = (Registrations, defect_types)
