"""What each name on the wire means, in both languages. One name means one thing, whichever event carries it."""

TITLE = "aptas"

ABOUT = """\
아파트 하자의 접수부터 보수까지, 방들이 서로에게 알리는 모든 사실입니다.
적어도 한 번 전달되고, 같은 키 안에서는 순서가 지켜집니다. 다시 온 것은 (토픽, `source`, 키)마다 본 가장 큰 `sequence`로
알아봅니다. 모르는 필드와 모르는 `type`은 건너뛰세요. 새 필드가 생길 수 있습니다.

Every fact that the rooms tell each other, from the report of a defect in an apartment to its repair.
Delivered at least once, in order per key. What comes again is told by the highest `sequence` seen per (topic, `source`,
key). Pass over fields and types you do not know: there may be new ones."""

SERVER = "`make kafka` 가 여는 곳 / where `make kafka` listens"

TOPICS = {
    "aptas": "하자에 일어난 일 모두 / All that happens to a defect",
    "compensation-events": "취소의 물음과 답 / What a cancellation asks and is answered",
}

HEADERS = {
    "type": "사건의 이름: 여기서 거르세요 / The name of the event: filter on this",
    "ce_specversion": "CloudEvents",
    "ce_id": "`eventId` 와 같습니다 / The same as `eventId`",
    "ce_source": "알린 방 / The room that tells it",
    "ce_type": "`type` 과 같습니다 / The same as `type`",
    "ce_time": "`timestamp` 를 RFC 3339 로 / `timestamp` as RFC 3339",
    "ce_subject": "메시지의 키 / The key of the message",
    "content-type": "값의 형식 / The media type of the value",
    "traceparent": "W3C Trace Context",
    "spring_json_header_types": "Spring에게: 어느 헤더가 글자인지 / To Spring: which headers are text",
}

FIELDS = {
    "eventType": "사건의 이름 / The name of the event",
    "timestamp": "기록된 때, 1970년부터의 밀리초 / When it was recorded, in milliseconds since 1970",
    "eventId": "이 사건의 번호(UUIDv7) / The id of this event (UUIDv7)",
    "source": "알린 방 / The room that tells it",
    "sequence": "이 방에서 이 키에 일어난 일의 차례 / Counts this room's events of this key; skips some",
    "defectId": "하자의 번호: 십진수 글자 / The defect: a decimal number as text",
    "attempt": "차수: 처음 1, 다시 접수할 때마다 하나 더 / 1, and one more with every re-opening",
    "assignment": "배정: 이 차수에서 넘긴 횟수 / Counts the hand-overs of this attempt; 0 before the first",
    "receiptNo": "접수번호: 전화로 부르는 여덟 글자 / Eight characters to say on the telephone",
    "defectType": "하자 종류: GET /defectTypes 의 id / An id of GET /defectTypes",
    "location": "위치: GET /defectTypes 의 locations / One of `locations` in GET /defectTypes",
    "kind": "하자 유형: GET /defectTypes 의 defectKinds / One of `defectKinds` in GET /defectTypes",
    "description": "입주민이 적은 설명 / What the resident wrote",
    "qty": "수량 / How many",
    "address": "주소 / The address",
    "phoneNumber": "가려진 전화번호 / The phone number, masked: 010-****-6068",
    "defectImage": "사진 / A photo",
    "defectVideo": "영상 / A video",
    "status": "이 사건 뒤의 상태, 알린 방에서 / The status in the room that tells it, after this event",
    "defectregistrationDt": "접수한 때 / When it was reported",
    "defectmanagementDt": "사무소가 정한 때 / When the office decided",
    "defectDt": "보수를 보고한 때 / When the repair was reported",
    "reason": "이유 / Why",
    "asked": "이 취소를 몇 번째 묻는지 / How often this one cancellation has been asked for",
    "trade": "공종: GET /defectTypes 의 trades / One of `trades` in GET /defectTypes",
    "trades": "맡는 공종들 / The trades it does",
    "urgency": "긴급도: GET /defectTypes 의 urgencies / One of `urgencies` in GET /defectTypes",
    "overrideReason": "분류와 다르게 정한 이유 / Why it differs from the catalogue",
    "warranty": "담보책임기간 판정 / The warranty verdict",
    "dueDate": "처리기한, 한국의 날짜 / Due by the end of this day in Korea",
    "contractorId": "시공사의 번호: 십진수 글자 / The contractor: a decimal number as text",
    "contractorName": "시공사의 이름 / The contractor's name",
    "name": "시공사의 이름 / The contractor's name",
    "slots": "제안한 시간 1–3개 / One to three times",
    "visit": "정해진 방문 / The agreed visit",
    "start": "시작 / From",
    "end": "끝, 이때는 들지 않음 / Until, exclusive",
    "note": "무엇을 했는지 / What was done",
    "verdict": "in, expiring, out, 또는 / or `undecided: …`",
    "workType": "시행령 별표 4의 공사 종류 / The kind of work in 시행령 별표 4",
    "workTypeKo": "공사 종류의 이름 / Its Korean name",
    "years": "담보책임 햇수 / The years of warranty",
    "until": "마지막 날, 그날까지 / The last day, inclusive",
    "article": "근거 조항 / The article it rests on",
    "mapping": "공사 종류를 얼마나 확신하는지 / How sure the kind of work is",
    "Warranty.source": "햇수를 읽은 곳 / Where the years were read",
    "homeId": "세대의 번호: 십진수 글자 / The home: a decimal number as text",
    "complexName": "단지 / The complex",
    "building": "동 / The building",
    "floor": "층 / The floor",
    "homeNo": "호 / The number of the home",
    "handoverDate": "인도일: 전유부분의 시작 / Handover: private parts count from here",
    "useInspectionDate": "사용검사일: 공용부분의 시작 / Use inspection: common parts count from here",
}


class Undescribed(Exception):
    """A name on the wire that asyncapi/words.py does not explain."""


def meaning(name: str, inside: str = "") -> str:
    """Of a field; one that means something else inside a certain shape is listed under `Shape.name`."""
    try:
        return FIELDS.get(f"{inside}.{name}") or FIELDS[name]
    except KeyError:
        raise Undescribed(f"{inside}.{name}: say in asyncapi/words.py what it means") from None
