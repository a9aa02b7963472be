"""A small class driver for the tests of the import, logs for it, and what is made of them."""

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import field_samples as samples

from wwanreplay._core import Event, Kind, Namespace, RecordFlag, WireDirection
from wwanreplay.formats.import_summary import ImportSummary
from wwanreplay.formats.importer import import_logs
from wwanreplay.mbim.header import Head, look
from wwanreplay.mbim.messages import (
    MBIM_COMMAND_DONE,
    MBIM_COMMAND_MSG,
    MBIM_INDICATE_STATUS_MSG,
    Message,
)
from wwanreplay.protocol.kinds import INDICATION_REQUIRED
from wwanreplay.trace import TraceReader

HOST, DEVICE = WireDirection.WIRE_HOST_TO_DEVICE, WireDirection.WIRE_DEVICE_TO_HOST
INEXACT, INCOMPLETE = RecordFlag.FLAG_TIME_INEXACT, RecordFlag.FLAG_INCOMPLETE
RADIO_STATE = 0x0E010103
CONNECT = 0x0E01010C
RADIO_INDICATION = 0x40041002
#: CID of Basic Connect → OID, indication
CODES = {3: (RADIO_STATE, RADIO_INDICATION), 12: (CONNECT, 0x4004100A)}


class SmallDriver:
    """Knows two commands; the payload of its events is the information buffer as it is."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.malformed: list[str] = []

    def message(self, data: bytes, time_ns: int, *, from_host: bool) -> list[Event]:
        return self._events(look(data), data[48:], time_ns)

    def partial(
        self,
        head: Head,
        fields: Sequence[tuple[str, str]],
        time_ns: int,
        *,
        from_host: bool,
    ) -> list[Event]:
        return [event.replace(fields=dict(fields)) for event in self._events(head, b"", time_ns)]

    def _events(self, head: Head, payload: bytes, time_ns: int) -> list[Event]:
        number = head.transaction_id or 0
        if head.type not in (MBIM_COMMAND_MSG, MBIM_COMMAND_DONE, MBIM_INDICATE_STATUS_MSG):
            return []
        oid, indication = CODES.get(head.cid or 0, (None, None))
        if oid is None or indication is None:
            return []
        if head.type == MBIM_COMMAND_MSG:
            kind = Kind.KIND_SET if head.value else Kind.KIND_QUERY
            requested = Event(
                kind, time_ns, code=oid, request_id=number, handle=number, payload=payload
            )
            completion = Event(
                Kind.KIND_COMPLETION,
                time_ns,
                code=oid,
                request_id=number,
                handle=number,
                status=INDICATION_REQUIRED,
                flags=RecordFlag.FLAG_INFERRED,
            )
            return [requested, completion]
        return [
            Event(
                Kind.KIND_INDICATION,
                time_ns,
                code=indication,
                request_id=number,
                handle=number or None,
                payload=payload,
                namespace=Namespace.NAMESPACE_NDIS_STATUS,
            )
        ]


def run(
    folder: Path, *logs: bytes | str, names: tuple[str, ...] = (), **options: Any
) -> tuple[list[Event], ImportSummary]:
    """Import logs; the events of the first trace and the summary."""
    paths = []
    for number, log in enumerate(logs):
        path = folder / (names[number] if names else f"{number}.log")
        path.write_bytes(log.encode() if isinstance(log, str) else log)
        paths.append(path)
    out = folder / "out.wwtrace"
    summary = import_logs(paths, out, make_driver=SmallDriver, **options)
    return read(out), summary


def read(path: Path) -> list[Event]:
    with TraceReader(path) as reader:
        return list(reader.events())


def wires(events: list[Event]) -> list[bytes]:
    return [event.payload for event in events if event.kind == Kind.KIND_WIRE]


def radio(number: int, kind: int = MBIM_COMMAND_MSG, value: int = 0) -> bytes:
    return Message(kind, number, value, samples.BASIC_CONNECT, 3, struct.pack("<I", 1)).to_bytes()


SERVICE = "{33cc89a2-bbbc-4f8b-b6b0-133ec2aae6df}"


SHIFTED = "{00000281-cc33-a289-bbbc-4f8bb6b0133e}"


BUFFER = bytes(range(24))


COMMAND = Message(MBIM_COMMAND_MSG, 55, 1, samples.BASIC_CONNECT, 12, BUFFER).to_bytes()


REQUEST = (
    "Instance: \t1 Request: \t0xFFFF OID: \t0xE01010C OID name: \tOID_WWAN_CONNECT "
    "RequestId: \t0x8F RequestHandle: \t0x5 Type: \t1 "
)


HEADER = (
    f"Instance: \t1 MessageType: \t0x3 MessageLength: \t{len(COMMAND)} MessageTransactionId: "
    f"\t55 TotalFragments: \t1 CurrentFragment: \t0 ServiceId: \t{SERVICE} CID: "
    f"\t12 CommandType: \t1 InfoLength: \t{len(BUFFER)}"
)


PAYLOAD = (
    f"CallerRequestId: \t0x8F DriverRequestId: \t0 ServiceId: \t{SHIFTED} CommandName: "
    f"\tBASIC_CONNECT CommandId: \t12InBufferSize: \t{len(BUFFER)}Payload: "
    f"\t0x{BUFFER.hex().upper()}"
)


LATER = "The request will be completed later by NDIS status indication."


DONE = (
    f"Instance: \t1 MessageType: \t0x80000003 MessageLength: \t48 MessageTransactionId: \t55 "
    f"TotalFragments: \t1 CurrentFragment: \t0 ServiceId: \t{SERVICE} CID: \t12 Status: \t5 "
    "InfoLength: \t0"
)


def etw(text: str, time: str = "25:16.1") -> str:
    return f'TraceLog\tMicrosoft-Windows-wmbclass\t{time}\t"{text}"\n'


def wpp(text: str, time: str = "118", thread: str = "6C6C.0824") -> str:
    return f"  1619 [5]{thread}::01/09/2020-10:57:17.{time} {text}\n"


def radio_command(number: int, buffer: bytes = b"\1\0\0\0") -> str:
    """The two lines of the class driver for a set of the radio state."""
    data = Message(MBIM_COMMAND_MSG, number, 1, samples.BASIC_CONNECT, 3, buffer).to_bytes()
    payload = PAYLOAD.replace("\t12InBufferSize", "\t3InBufferSize").replace("\t24P", "\t4P")
    payload = payload.replace(BUFFER.hex().upper(), buffer.hex().upper())
    header = HEADER.replace("\t12 ", "\t3 ").replace("\t55", f"\t{number}")
    header = header.replace(f"\t{len(COMMAND)} ", f"\t{len(data)} ").replace("InfoLength: \t24", "")
    return etw(payload) + etw(header + "InfoLength: \t4")


RADIO_REQUEST = REQUEST.replace("E01010C", "E010103").replace("CONNECT", "RADIO_STATE")
