"""Reads the text of one Windows event, whatever trace it was printed from.

The mobile broadband class driver (wmbclass, mbbcx, cxwmbclass) prints OID requests, their
completions, and the MBIM messages it sends and receives: header members in one event, the
information buffer in another, or (provider Wmbclass-Opn) all in one. From these the message is put
together, if all its members are printed. The WWAN service and its interface to the driver
(WwanDimCommon) print OIDs, statuses and members by name.

Printed UUIDs are not always what they seem: the class driver prints a request id of four bytes in
front of the service and loses its end, or prints the bytes on the wire as a GUID of memory.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from wwanreplay.formats.base import (
    Counts,
    Direction,
    LogMessage,
    LogPlace,
    MessageKind,
    NdisEvent,
    Stamp,
)
from wwanreplay.formats.declaration import HexStyle
from wwanreplay.formats.times import SECOND_NS
from wwanreplay.formats.transfers import direction_of_type, rebuild
from wwanreplay.formats.windows_values import _GUID, bytes_of, number_of, service_of
from wwanreplay.mbim.fragments import MESSAGE_SIZE_MAX
from wwanreplay.mbim.header import Head
from wwanreplay.mbim.rows.framing import MessageType

#: Commands whose header has not been printed yet, and messages that may be printed again.
REMEMBERED_MAX: Final = 32
THREADS_MAX: Final = 1024
FIELDS_MAX: Final = 256
#: Characters of members that wait with their event, all threads together.
WAITING_SIZE_MAX: Final = 1 << 22
#: Members of a structure are printed right after its event.
MEMBER_GAP_NS: Final = 2_000_000

# Names as printed (blanks may be missing) and the name we know them by.
_KEYS: Final = {
    "caller request id": "CallerRequestId",
    "callerrequestid": "CallerRequestId",
    "driver request id": "DriverRequestId",
    "driverrequestid": "DriverRequestId",
    "service id": "ServiceId",
    "serviceid": "ServiceId",
    "command name": "CommandName",
    "commandname": "CommandName",
    "command id": "CommandId",
    "commandid": "CommandId",
    "cid": "CommandId",
    "commandtype": "CommandType",
    "command type": "CommandType",
    "messagetype": "MessageType",
    "message type": "MessageType",
    "messagelength": "MessageLength",
    "message length": "MessageLength",
    "messagetransactionid": "TransactionId",
    "transactionid": "TransactionId",
    "transaction id": "TransactionId",
    "totalfragments": "TotalFragments",
    "totalfrags": "TotalFragments",
    "total fragments": "TotalFragments",
    "currentfragment": "CurrentFragment",
    "currentfrag": "CurrentFragment",
    "current fragment": "CurrentFragment",
    "informationbufferlength": "InfoLength",
    "information buffer length": "InfoLength",
    "infolength": "InfoLength",
    "inbuffersize": "BufferSize",
    "outbuffersize": "BufferSize",
    "payload length": "BufferSize",
    "payloadlength": "BufferSize",
    "cbpayload": "BufferSize",
    "informationbuffer": "Payload",
    "information buffer": "Payload",
    "payload": "Payload",
    "mbimstatus": "MbimStatus",
    "mbim status": "MbimStatus",
    "ndisstatus": "NdisStatus",
    "ndis status": "NdisStatus",
    "statuscode": "StatusCode",
    "status code": "StatusCode",
    "status": "Status",
    "errorcode": "ErrorCode",
    "error code": "ErrorCode",
    "maxcontroltransfer": "MaxControlTransfer",
    "instance": "Instance",
    "interfaceguid": "InterfaceGuid",
    "miniport": "InterfaceGuid",
    "mbninterface": "InterfaceGuid",
    "oid name": "OidName",
    "oidname": "OidName",
    "oid": "Oid",
    "requesthandle": "RequestHandle",
    "requestid": "RequestId",
    "request": "Request",
    "informationlength": "InformationLength",
    "bytesused": "BytesUsed",
    "byteswritten": "BytesUsed",
    "bytesread": "BytesUsed",
    "bytesneeded": "BytesNeeded",
    "type": "Type",
    "functioncall": "FunctionCall",
    "message": "Message",
}
# A value may run into the next name, and may end in a hex digit: 12InBufferSize, 0x8FRequestHandle.
_KEY: Final = re.compile(
    r"(?<![G-Zg-z_])("
    + "|".join(re.escape(name) for name in sorted(_KEYS, key=len, reverse=True))
    + r")\s*[:=]\s*",
    re.IGNORECASE,
)
_INSTANCE: Final = re.compile(r"^\s*\[(\d{1,4})\]\s")
_DIM_REQUEST: Final = re.compile(
    r"\b(QUERY|SET|METHOD)\s+(OID_\w+)\s*\((?:0x)?([0-9A-Fa-f]{1,16})\)(.*)$", re.DOTALL
)
_DIM_PART: Final = re.compile(r"\b(RequestId|Len|Status)\s+(?:0x)?([0-9A-Fa-f]{1,16})")
_DIM_STATUS: Final = re.compile(r"^\s*StatusCode\s*:\s*(\w+)\s*\((?:0x)?([0-9A-Fa-f]{1,16})\)")
_DIM_MEMBER: Final = re.compile(
    r"^\s*([A-Za-z][\w.\[\] ]{0,60}?)(?:\s{0,40}:\s*+|\s{1,40}(?=0x))(\S.*)$"
)
_SERVICE_CALL: Final = re.compile(
    r"\[Request=(?:0x)?([0-9A-Fa-f]{1,16})\]\s*Sent (SET|QUERY) (\w+)(.*)$", re.DOTALL
)
_CALL_MEMBER: Final = re.compile(r"\b(\w{1,40})=((?:\{[^}]{0,80}\}|[^,(])*+(?:\([^)]{0,300}\))?)")
_SERVICE_EVENT: Final = re.compile(r"Event Source=(\w+),\s*Code=(\w+)")
_DRIVER_REQUEST: Final = re.compile(
    r"\[ReqMgr\]\[ReqId=0x([0-9A-Fa-f]{1,16})\] Request created for (OID_\w+).{0,300}?"
    r"OidRequest=0x([0-9A-Fa-f]{1,16})\]\s*(QUERY|SET|METHOD)?"
)
_OF_US: Final = re.compile(
    r"wmbclass|mobile broadband class driver|mbbcx|usbbus|wwan|mbae",
    re.IGNORECASE,
)

#: What a line must hold to be looked at.
TRIGGERS: Final = (
    b"OID_",
    b"OID:",
    b"MessageType",
    b"Message Type",
    b"ServiceId",
    b"Service Id",
    b"Service ID",
    b"with the following parameters",
    b"WwanDimCommon",
    b"[Request=",
    b"equest:",
    b"Event Source=",
)
_BUFFER: Final = r"(?<![A-Za-z])(?i:payload|information ?buffer)\s*[:=]\s*(?:0[xX])?"
#: How all these texts print the information buffer, and what of them scrub keeps.
HEX_STYLE: Final = HexStyle(
    begins=re.compile(_BUFFER), unclaimed=re.compile(_BUFFER + r"(?P<bytes>[0-9A-Fa-f]{2,})")
)
KEPT_TEXT: Final = (
    # The letters that may come first are looked at before the words.
    r"(?<![A-Za-z])(?=[B-DIMORSTb-dimorst])(?i:message ?type|message ?length"
    r"|(?:message ?)?transaction ?id|total ?frag\w*"
    r"|current ?frag\w*|command ?(?:id|type)|cid|info ?length|(?:in|out)buffersize|request ?id"
    r"|(?:caller|driver) ?request ?id|requesthandle|informationlength|bytes\w+|status(?:code)?|oid)"
    r"[ \t]*[:=][ \t]*(?:0x)?[0-9A-Fa-f]+",
)
_OPERATIONS: Final = {0: "query", 1: "set", 2: "query", 12: "method"}


def is_about_wwan(provider: str) -> bool:
    """Return whether a provider is one of those that print what is read here."""
    return _OF_US.search(provider) is not None


def keys_of(text: str) -> dict[str, str]:
    """The known names of an event with their values; the first one counts."""
    found = list(_KEY.finditer(text))
    values: dict[str, str] = {}
    for index, match in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else len(text)
        name = _KEYS[match[1].lower()]
        values.setdefault(name, text[match.end() : end].strip(" \t\r\n,\"'"))
    return values


@dataclass(slots=True)
class _Command:
    """A buffer that was printed without the message's header."""

    service: bytes | None
    cid: int | None
    size: int | None
    buffer: bytes
    place: LogPlace


@dataclass(slots=True)
class _Printing:
    """An event of one thread whose members follow on lines of their own."""

    place: LogPlace
    stamp: Stamp | None
    event: NdisEvent
    fields: list[tuple[str, str]]


class EventText:
    """Turns the text of events into messages; one for each log."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self._commands: list[_Command] = []
        self._seen: list[tuple[int | None, ...]] = []
        self._printing: dict[str, _Printing] = {}
        self._waiting_size = 0

    def feed(
        self, place: LogPlace, stamp: Stamp | None, provider: str, text: str, *, thread: str = ""
    ) -> Iterator[LogMessage]:
        """Take one event: its provider and its text, which may have several lines."""
        if "WwanDimCommon" in provider or text.lstrip().startswith("[WwanDimCommon]"):
            body = text.replace("[WwanDimCommon]", "", 1)
            yield from self._dim(place, stamp, body, thread)
            return
        values = keys_of(text)
        instance = _INSTANCE.match(text)
        device = _device(values, instance[1] if instance else None)
        kind = number_of(values.get("MessageType"))
        if kind is not None and "MessageLength" in values:
            made = self._header(place, device, values, kind)
        elif "ServiceId" in values and "Payload" in values:
            made = self._payload(place, provider, device, values, text)
        else:
            made = self._ndis(place, provider, device, values, text)
            if made is None and is_about_wwan(provider):
                self.counts.unmapped.add(place, f"an event of {provider[:60]}")
        if made is not None:
            yield made.at(stamp)

    def finish(self) -> Iterator[LogMessage]:
        """Give out what still waited for members."""
        for printing in self._printing.values():
            yield _printed(printing)
        self._printing.clear()
        self._waiting_size = 0

    # ------------------------------------------------------------ MBIM

    def _payload(
        self, place: LogPlace, provider: str, device: str | None, values: dict[str, str], text: str
    ) -> LogMessage:
        """A command's buffer without the message's header, or the report that it was sent."""
        service, _ = service_of(values["ServiceId"])
        cid = number_of(values.get("CommandId"))
        size = number_of(values.get("BufferSize"))
        done = "NdisStatus" in values or "completed" in text[:80]
        buffer = b"" if done else bytes_of(values["Payload"]) or b""
        if not done and len(buffer) <= MESSAGE_SIZE_MAX:
            self._commands.append(_Command(service, cid, size, buffer, place))
            del self._commands[:-REMEMBERED_MAX]
        event = NdisEvent(
            "completion" if done else "command",
            provider,
            values.get("CommandName", "").encode("ascii", "ignore").decode(),
            cid,
            request_id=number_of(values.get("CallerRequestId")),
            status_text=values.get("NdisStatus", ""),
            length=size,
            fields=tuple(values.items()),
        )
        return LogMessage(
            MessageKind.EVENT, place, Direction.HOST_TO_DEVICE, device=device, event=event
        )

    def _header(
        self, place: LogPlace, device: str | None, values: dict[str, str], kind: int
    ) -> LogMessage | None:
        """A message by its header members; None when it was printed before with its buffer."""
        head, buffer = self._head(values, kind)
        key = (kind, head.transaction_id, head.current, head.length, head.cid)
        places: tuple[LogPlace, ...] = (place,)
        if buffer is None:
            if key in self._seen:
                self._seen.remove(key)
                return None
            command = self._command(head)
            if command is not None:
                buffer, places = command.buffer, (command.place, place)
        elif "Payload" in values:
            self._seen.append(key)
            del self._seen[:-REMEMBERED_MAX]
        data = rebuild(head, buffer or b"")
        reason = ""
        if data is None:
            reason = "the members printed do not make up the message"
            if buffer is None:
                reason = "the information buffer is not in the log"
        return LogMessage(
            MessageKind.MBIM,
            place,
            direction_of_type(kind),
            device=device,
            data=data,
            length=head.length,
            incomplete=data is None,
            reason=reason,
            rebuilt=data is not None,
            fields=() if data is not None else _as_fields(head),
            places=places,
        )

    @staticmethod
    def _head(values: dict[str, str], kind: int) -> tuple[Head, bytes | None]:
        service, _ = service_of(values.get("ServiceId"))
        value = number_of(values.get("CommandType"))
        if kind != MessageType.MBIM_COMMAND_MSG:
            value = None
            for name in ("MbimStatus", "Status", "StatusCode", "ErrorCode", "MaxControlTransfer"):
                value = number_of(values.get(name)) if value is None else value
        size = number_of(values.get("InfoLength"))
        if size is None:
            size = number_of(values.get("BufferSize"))
        length = number_of(values.get("MessageLength"))
        head = Head(
            kind,
            length,
            number_of(values.get("TransactionId")),
            number_of(values.get("TotalFragments")),
            number_of(values.get("CurrentFragment")),
            service,
            number_of(values.get("CommandId")),
            value,
            size,
        )
        buffer = bytes_of(values["Payload"]) if "Payload" in values else None
        return head, b"" if size == 0 and buffer is None else buffer

    def _command(self, head: Head) -> _Command | None:
        """The buffer printed before for this header, if one fits in every member."""
        for command in reversed(self._commands):
            if (
                head.type == MessageType.MBIM_COMMAND_MSG
                and command.cid == head.cid
                and command.service == head.service
                and head.buffer_length == len(command.buffer)
                and command.size in (None, head.buffer_length)
            ):
                self._commands.remove(command)
                return command
        return None

    # ------------------------------------------------------------ NDIS

    def _ndis(
        self, place: LogPlace, provider: str, device: str | None, values: dict[str, str], text: str
    ) -> LogMessage | None:
        """An event of the NDIS level or of the service above it; None for any other."""
        oid = number_of(values.get("Oid"), 16)
        name = values.get("OidName", "").split(" ")[0]
        if oid is not None and name.startswith("OID_"):
            return self._oid(place, provider, device, values, oid, name)
        call = _SERVICE_CALL.search(text)
        if call is not None:
            return self._call(place, provider, call, values)
        direction = Direction.DEVICE_TO_HOST
        event = None
        created = _DRIVER_REQUEST.search(text)
        notified = _SERVICE_EVENT.search(text)
        if created is not None:
            direction = Direction.HOST_TO_DEVICE
            event = NdisEvent(
                "request",
                provider,
                created[2],
                operation=(created[4] or "query").lower(),
                fields=(("Request", f"0x{created[3]}"), ("DriverRequestId", f"0x{created[1]}")),
            )
        elif notified is not None:
            source = (("Source", notified[1]),)
            event = NdisEvent("notification", provider, notified[2], fields=source)
        elif "Request" in values and "Status" in values and "class" in provider.lower():
            status, fields = values["Status"], tuple(values.items())
            event = NdisEvent("request-exit", provider, status_text=status, fields=fields)
        if event is None:
            return None
        return LogMessage(MessageKind.EVENT, place, direction, device=device, event=event)

    @staticmethod
    def _oid(
        place: LogPlace,
        provider: str,
        device: str | None,
        values: dict[str, str],
        oid: int,
        name: str,
    ) -> LogMessage:
        """An OID request that the driver takes, or its completion."""
        done = "BytesUsed" in values or "BytesNeeded" in values or "Status" in values
        direction = Direction.DEVICE_TO_HOST if done else Direction.HOST_TO_DEVICE
        status = values.get("Status", "")
        event = NdisEvent(
            "completion" if done else "request",
            provider,
            name,
            oid,
            _OPERATIONS.get(number_of(values.get("Type")) or 0, ""),
            number_of(values.get("RequestId")),
            number_of(values.get("RequestHandle")),
            number_of(status) if re.match(r"0x[0-9A-Fa-f]+\b", status) else None,
            status,
            number_of(values.get("BytesUsed" if done else "InformationLength")),
            tuple(values.items()),
        )
        return LogMessage(MessageKind.EVENT, place, direction, device=device, event=event)

    @staticmethod
    def _call(
        place: LogPlace, provider: str, call: re.Match[str], values: dict[str, str]
    ) -> LogMessage:
        """A request that the WWAN service sends: a name, some members, a status."""
        members = islice(_CALL_MEMBER.finditer(call[4]), FIELDS_MAX)
        fields = tuple((member[1], member[2].strip()) for member in members)
        guid = _GUID.search(values.get("InterfaceGuid", ""))
        event = NdisEvent(
            "request",
            provider,
            call[3],
            operation=call[2].lower(),
            request_id=int(call[1], 16),
            status=number_of(values.get("ErrorCode")),
            status_text=values.get("ErrorCode", ""),
            fields=fields,
        )
        device = f"{{{guid[1].lower()}}}" if guid else None
        return LogMessage(
            MessageKind.EVENT, place, Direction.HOST_TO_DEVICE, device=device, event=event
        )

    # ------------------------------------------------------------ WwanDimCommon

    def _dim(
        self, place: LogPlace, stamp: Stamp | None, text: str, thread: str
    ) -> Iterator[LogMessage]:
        """A line of the service's interface to the driver: a request, an indication, a member."""
        provider = "WwanDimCommon"
        request = _DIM_REQUEST.search(text)
        status = _DIM_STATUS.match(text)
        if request is not None or status is not None:
            yield from self._printed(thread)
        if request is not None:
            parts = {key: int(value, 16) for key, value in _DIM_PART.findall(request[4])}
            event = NdisEvent(
                "request",
                provider,
                request[2],
                int(request[3], 16),
                request[1].lower(),
                parts.get("RequestId"),
                status=parts.get("Status"),
                length=parts.get("Len"),
            )
            self._print(thread, _Printing(place, stamp, event, []))
        elif status is not None:
            event = NdisEvent("indication", provider, status[1], int(status[2], 16))
            self._print(thread, _Printing(place, stamp, event, []))
        else:
            yield from self._member(place, stamp, text, thread)

    def _member(
        self, place: LogPlace, stamp: Stamp | None, text: str, thread: str
    ) -> Iterator[LogMessage]:
        member = _DIM_MEMBER.match(text)
        pair = (member[1].strip(), member[2].strip()) if member else ("", text.strip())
        if not pair[1]:
            return
        printing = self._printing.get(thread)
        if printing is not None and self._belongs(printing, stamp, pair[0]):
            printing.fields.append(pair)
            self._waiting_size += sum(map(len, pair))
            return
        yield from self._printed(thread)
        if member is None:
            self.counts.unmapped.add(place, "a line of WwanDimCommon without a name")
            return
        event = NdisEvent("fields", "WwanDimCommon", fields=(pair,))
        yield LogMessage(MessageKind.EVENT, place, Direction.UNKNOWN, event=event).at(stamp)

    @staticmethod
    def _belongs(printing: _Printing, stamp: Stamp | None, name: str) -> bool:
        """Whether a member is one of the event that its thread printed last.

        The state of the SIM is printed by itself after many events; it belongs to READY_INFO only.
        """
        if len(printing.fields) >= FIELDS_MAX:
            return False
        if name == "ReadyState" and "READY_INFO" not in printing.event.object_name:
            return False
        if stamp is None or printing.stamp is None:
            return True
        gap = max(MEMBER_GAP_NS, min(stamp.step_ns, SECOND_NS))
        return stamp.time_ns - printing.stamp.time_ns <= gap

    def _print(self, thread: str, printing: _Printing) -> None:
        self._printing[thread] = printing

    def _printed(self, thread: str) -> Iterator[LogMessage]:
        printing = self._printing.pop(thread, None)
        if printing is not None:
            self._waiting_size -= sum(len(name) + len(value) for name, value in printing.fields)
            yield _printed(printing)

    def overdue(self) -> Iterator[LogMessage]:
        """Give out the oldest events that wait, when too many threads print or print too much."""
        while len(self._printing) > THREADS_MAX or self._waiting_size > WAITING_SIZE_MAX:
            yield from self._printed(next(iter(self._printing)))


def _printed(printing: _Printing) -> LogMessage:
    event = replace(printing.event, fields=tuple(printing.fields))
    is_request = event.name == "request"
    direction = Direction.HOST_TO_DEVICE if is_request else Direction.DEVICE_TO_HOST
    return LogMessage(MessageKind.EVENT, printing.place, direction, event=event).at(printing.stamp)


def _device(values: dict[str, str], instance: str | None) -> str | None:
    """The device that an event names: its instance of the class driver, or its interface."""
    number = number_of(instance or values.get("Instance"), 10)
    if number is not None:
        return f"instance {number}"
    guid = _GUID.search(values.get("InterfaceGuid", ""))
    return f"{{{guid[1].lower()}}}" if guid else None


def _as_fields(head: Head) -> tuple[tuple[str, str], ...]:
    """Header members that were printed, under the names of a translated block."""
    names = {
        "type": "Header.type",
        "length": "Header.length",
        "transaction_id": "Header.transaction",
        "total": "Fragment header.total",
        "current": "Fragment header.current",
        "cid": "Contents.cid",
        "value": "Contents.type",
        "buffer_length": "Contents.buffer length",
    }
    fields = []
    for member, name in names.items():
        value = getattr(head, member)
        if value is not None:
            fields.append((name, f"0x{value:08x}" if member == "type" else str(value)))
    if head.service is not None:
        fields.append(("Contents.service", f"({uuid.UUID(bytes=head.service)})"))
    return tuple(fields)
