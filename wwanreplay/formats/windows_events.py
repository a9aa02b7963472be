"""Events that Windows text names, as records of the OID level that hold fields only.

The class driver, the WWAN service and its interface to the driver print the same request each in
their way; one record is made of it, and the other reports are counted as duplicates. Nothing is
made up: a status that nobody knows gives no completion, and what is no event of the OID level
becomes a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.formats.base import NdisEvent
from wwanreplay.formats.import_requests import OpenRequest, OpenRequests
from wwanreplay.formats.windows_callers import SENT
from wwanreplay.formats.windows_fields import TEXT_PREFIX, fields_of, oid_of, status_of
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import INDICATION_REQUIRED
from wwanreplay.protocol.schema import Struct

_KINDS: Final = {
    "query": Kind.KIND_QUERY,
    "set": Kind.KIND_SET,
    "method": Kind.KIND_METHOD,
}
_PENDING: Final = PROTOCOL.ndis_status_by_name["NDIS_STATUS_PENDING"].number
_TOO_SHORT: Final = PROTOCOL.ndis_status_by_name["NDIS_STATUS_BUFFER_TOO_SHORT"].number
#: Requests known by their address in memory, and indications that may be printed again.
REMEMBERED_MAX: Final = 256
#: How long after its message an indication may be printed by name.
AGAIN_NS: Final = 2_000_000_000
#: Members of lines that become other members of the record.
_NOT_MEMBERS: Final = frozenset(
    {
        "Instance",
        "Request",
        "Oid",
        "OidName",
        "RequestId",
        "RequestHandle",
        "Type",
        "InformationLength",
        "BytesUsed",
        "BytesNeeded",
        "Status",
        "miniport",
        "ErrorCode",
        "InterfaceGuid",
    }
)


@dataclass(frozen=True, slots=True)
class Note:
    """A note that stands in the place of an event."""

    text: str


@dataclass(frozen=True, slots=True)
class NoRecord:
    """A line that becomes no record: a duplicate, or unmapped for a reason."""

    reason: str = ""


Made = Event | Note | NoRecord


class WindowsEvents:
    """Makes records of the events of one session; `requests` are shared with its messages."""

    def __init__(self, requests: OpenRequests) -> None:
        self._requests = requests
        self._by_address: dict[str, int] = {}
        self._indicated: list[tuple[int, int]] = []

    def take(self, event: NdisEvent, time_ns: int) -> Iterator[Made]:
        """The records of one event; their times, causes and sources are for the caller to set."""
        if event.name == "request":
            yield from self._request(event)
        elif event.name in ("completion", "request-exit"):
            yield from self._completion(event)
        elif event.name == "indication":
            yield self._indication(event, time_ns)
        elif event.name == SENT:
            yield NoRecord()
        elif event.name == "command":
            yield NoRecord("a command's buffer whose MBIM message is not in the log")
        else:
            yield Note(_text(event))

    def request_of(self, event: NdisEvent, payload: bytes = b"") -> Event | None:
        """The request that a line names; None when it names no OID."""
        code = oid_of(event.code, event.object_name)
        if code is None:
            return None
        kind = _KINDS.get(event.operation)
        row = PROTOCOL.oid_by_number.get(code)
        if kind is None:
            settable = row is not None and row.set and not row.query
            kind = Kind.KIND_SET if settable else Kind.KIND_QUERY
        structs = _structs(() if row is None else row.set_input + row.query_input)
        fields = None if payload else _fields(structs, event) or None
        address = dict(event.fields).get("Request")
        if address is not None and event.request_id is not None:
            self._by_address[address] = event.request_id
            if len(self._by_address) > REMEMBERED_MAX:
                del self._by_address[next(iter(self._by_address))]
        return Event(
            kind,
            0,
            code=code,
            request_id=event.request_id or 0,
            handle=event.request_handle,
            capacity=event.length if event.length is None else event.length & 0xFFFFFFFF,
            payload=payload,
            fields=fields,
            flags=0 if payload else RecordFlag.FLAG_INCOMPLETE,
        )

    def _request(self, event: NdisEvent) -> Iterator[Made]:
        known = self._known(event)
        code = oid_of(event.code, event.object_name)
        # A call of the service has no OID; the request of its id has.
        is_call = not event.object_name.startswith("OID_")
        if known is not None and (is_call or known.code == code):
            yield NoRecord()
            yield from self._stated(event, known)
            return
        request = self.request_of(event)
        if request is None:
            yield Note(_text(event))
            return
        yield request
        status = status_of(event.status, event.status_text)
        if status is not None and status != _PENDING and (event.status_text or event.status):
            yield _completion(request, status, None)

    def _stated(self, event: NdisEvent, known: OpenRequest) -> Iterator[Made]:
        """The completion that the second report of a request states, if no line stated it."""
        status = status_of(event.status, event.status_text)
        if status is None or status == _PENDING or known.completed:
            return
        yield Event(
            Kind.KIND_COMPLETION,
            0,
            code=known.code,
            request_id=known.request_id,
            handle=known.handle,
            status=status,
        )

    def _known(self, event: NdisEvent) -> OpenRequest | None:
        """The open request that a line is about: by its id, or by its address in memory."""
        request_id = event.request_id
        if request_id is None:
            address = dict(event.fields).get("Request")
            request_id = self._by_address.get(address or "")
        return None if not request_id else self._requests.get(request_id)

    def _completion(self, event: NdisEvent) -> Iterator[Made]:
        code = oid_of(event.code, "") if event.object_name.startswith("OID_") else None
        if event.name == "completion" and code is None:
            # The report that a command was sent.
            yield NoRecord()
            return
        status = status_of(event.status, event.status_text)
        if status == _PENDING:
            # The driver keeps the request; its completion is a line of its own.
            yield NoRecord()
            return
        known = self._known(event)
        if known is None and code is not None and event.request_id:
            known = self._requests.ended(event.request_id, code)
        if known is None and code is None:
            yield NoRecord("the return of a request that is not in the log")
            return
        if known is not None and known.completed:
            yield NoRecord()
            return
        if status is None:
            yield NoRecord(f"a status that is not known: {event.status_text[:100]}")
        else:
            yield Event(
                Kind.KIND_COMPLETION,
                0,
                code=known.code if known is not None else code or 0,
                request_id=known.request_id if known is not None else event.request_id or 0,
                handle=event.request_handle if known is None else known.handle,
                status=status,
                bytes=_bytes(event, status),
            )

    # ------------------------------------------------------------ indications

    def indicated(self, code: int, time_ns: int) -> None:
        """A message became this indication; its line may follow."""
        self._indicated.append((code, time_ns))
        del self._indicated[:-REMEMBERED_MAX]

    def _indication(self, event: NdisEvent, time_ns: int) -> Made:
        code = (event.code or 0) & 0xFFFFFFFF
        for seen in self._indicated:
            if seen[0] == code and 0 <= time_ns - seen[1] <= AGAIN_NS:
                self._indicated.remove(seen)
                return NoRecord()
        row = PROTOCOL.indication_by_number.get(code)
        fields = _fields(_structs(() if row is None else row.structs), event)
        request_id = _request_id(event)
        if request_id is None and row is not None:
            codes = frozenset(
                oid.number
                for name, _ in row.solicited_by
                if (oid := PROTOCOL.oid_by_name[name]).number is not None
            )
            ended = self._requests.of_codes(codes)
            if len(ended) == 1:
                request_id = ended[0].request_id
                fields[f"{TEXT_PREFIX}RequestId"] = "not printed; the one open request that it ends"
        return Event(
            Kind.KIND_INDICATION,
            0,
            code=code,
            request_id=request_id or 0,
            fields=fields or None,
            flags=RecordFlag.FLAG_INCOMPLETE,
        )


def _structs(names: tuple[str, ...]) -> list[Struct]:
    return [PROTOCOL.structure(name) for name in names]


def _fields(structs: list[Struct], event: NdisEvent) -> dict[str, int | str]:
    calls = event.provider.endswith("SVC-EVENTS")
    members = [
        pair
        for pair in event.fields
        if pair[0] not in _NOT_MEMBERS or (calls and pair[0] == "Type")
    ]
    return fields_of(structs, members)


def _request_id(event: NdisEvent) -> int | None:
    text = dict(event.fields).get("RequestId")
    match = re.match(r"(?:0x)?([0-9A-Fa-f]{1,16})\b", text or "")
    return int(match[1], 16) if match else event.request_id


def _bytes(event: NdisEvent, status: int) -> int | None:
    text = dict(event.fields).get("BytesNeeded", "")
    if status == _TOO_SHORT and re.fullmatch(r"\d{1,9}", text.split(" ")[0]):
        return int(text.split(" ")[0])
    return None if event.length is None else event.length & 0xFFFFFFFF


def _completion(request: Event, status: int, size: int | None) -> Event:
    return Event(
        Kind.KIND_COMPLETION,
        0,
        code=request.code,
        request_id=request.request_id,
        handle=request.handle,
        status=status,
        bytes=size,
    )


def _text(event: NdisEvent) -> str:
    """An event as the text of a note."""
    words = [event.provider, event.name, event.operation, event.object_name]
    words += [f"{name}={value}" for name, value in event.fields]
    return " ".join(word for word in words if word)


def ends_request(status: int) -> bool:
    """Whether a completion with this status is the answer; otherwise an indication follows."""
    return status not in (INDICATION_REQUIRED, _PENDING)
