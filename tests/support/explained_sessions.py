"""Sessions for `explain`, written as lines, as traces of MBIM messages.

    > open 4096                                   the host opens
    < opened                                      … and an answer, of the last that waits for one
    > query RADIO_STATE
    < RADIO_STATE HwRadioState=1 SwRadioState=0
    > set CONNECT ActivationCommand=1 AccessString='internet' IpType=3
    < CONNECT status=2 ActivationState=3 NwError=27
    ! CONNECT ActivationState=3 NwError=36        an event
    < error 8                                     FUNCTION_ERROR
    < other RADIO_STATE tid=77 HwRadioState=1     an answer to a transaction of somebody else
    # number of consecutive timeouts: 10          a note
    @ 300                                         seconds pass

Each line is a second after the one before; `0.1 <` instead of `<` says how long after.
"""

import ast
import io
import re
import shlex
from uuid import UUID

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.mbim import codec
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.rows.framing import MessageType
from wwanreplay.mbim.tables import SERVICES, SERVICES_BY_NAME
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

SECOND_NS = 10**9
LOG = "bug.log"
_COMMANDS = {
    cid.name.removeprefix("MBIM_CID_"): (service, cid)
    for service in reversed(SERVICES.values())
    for cid in service.cids
}
QMI_UUID = SERVICES_BY_NAME["QMI"].uuid
_TEXTS = {
    *("SubscriberId", "SimIccId", "ProviderId", "ProviderName", "AccessString", "UserName"),
    *("Password", "Pin", "HardwareInfo", "FirmwareInfo", "DeviceId"),
}
NO_TIMES = {"kind": "none"}
TIMES = {"kind": "local", "start_ns": 1_700_000_000 * SECOND_NS, "step_ns": 1}


class Session:
    """Makes records of lines."""

    def __init__(self, clock=None):
        self.out = io.BytesIO()
        header = TraceHeader(
            interface="mbim",
            comparison="field",
            device={"names": ["/dev/cdc-wdm0"]},
            source={"files": [{"name": LOG, "format": "libmbim"}]},
            clock=TIMES if clock is None else clock,
        )
        self.writer = TraceWriter(self.out, header)
        self.time_ns = -SECOND_NS
        self.line = 0
        self.transaction = 0
        self.waiting = {}

    def data(self):
        self.writer.close()
        return self.out.getvalue()

    def run(self, text):
        for line in text.strip().splitlines():
            if line.strip():
                self.line += 1
                self._take(line.strip())
        return self

    def _take(self, line):
        passed, word, rest = re.fullmatch(r"([\d.]*)\s*([<>!#@])\s*(.*)", line).groups()
        if word == "@":
            self.time_ns += int(float(rest) * SECOND_NS)
            return
        self.time_ns += int(float(passed or 1) * SECOND_NS)
        if word == "#":
            self._write(Kind.KIND_NOTE, 0, rest.encode())
        else:
            take = {">": self._host, "<": self._modem, "!": self._event}[word]
            take(*shlex.split(rest))

    def _write(self, kind, code, payload):
        source = {"log": LOG, "unit": "line", "number": self.line}
        self.writer.write(Event(kind, self.time_ns, code=code, payload=payload, source=source))

    def _sent(self, message):
        self._write(Kind.KIND_WIRE, WireDirection.WIRE_HOST_TO_DEVICE, message.to_bytes())

    def _received(self, message):
        self._write(Kind.KIND_WIRE, WireDirection.WIRE_DEVICE_TO_HOST, message.to_bytes())

    def _host(self, what, *words):
        self.transaction += 1
        self.last = (what, self.transaction)
        if what == "open":
            self._sent(Message(MessageType.MBIM_OPEN_MSG, self.transaction, int(words[0])))
        elif what == "close":
            self._sent(Message(MessageType.MBIM_CLOSE_MSG, self.transaction))
        else:
            name, *members = words
            self.waiting[name] = self.transaction
            self._sent(
                _message(MessageType.MBIM_COMMAND_MSG, self.transaction, name, what, members)
            )

    def _modem(self, what, *words):
        members = _members(words)
        status = members.pop("status", 0)
        transaction = members.pop("tid", None)
        if what in ("opened", "closed"):
            kind = MessageType.MBIM_OPEN_DONE if what == "opened" else MessageType.MBIM_CLOSE_DONE
            self._received(Message(kind, transaction or self.transaction, status))
        elif what == "error":
            code = int(words[0])
            kind = MessageType.MBIM_FUNCTION_ERROR_MSG
            self._received(Message(kind, transaction or self.transaction, code))
        else:
            what, transaction = (words[0], transaction) if what == "other" else (what, None)
            self._answer(what, transaction, status, members)

    def _answer(self, name, transaction, status, members):
        transaction = transaction or self.waiting.pop(name)
        kind = MessageType.MBIM_COMMAND_DONE
        self._received(_message(kind, transaction, name, "response", members, status))

    def _event(self, name, *words):
        kind = MessageType.MBIM_INDICATE_STATUS_MSG
        self._received(_message(kind, 0, name, "notification", _members(words)))


def _members(words):
    found = {}
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            found[name] = value if name in _TEXTS else _value(value)
    return found


def _value(text):
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def _message(kind, transaction, name, operation, members, status=0):
    service, cid = _COMMANDS[name]
    values = members if isinstance(members, dict) else _members(members)
    layouts = getattr(cid, operation)
    has_buffer = layouts and (values or operation in ("set", "notification"))
    buffer = codec.encode_layout(name, layouts[0], values) if has_buffer else b""
    value = {"query": 0, "set": 1}.get(operation, status)
    return Message(kind, transaction, value, UUID(service.uuid).bytes, cid.cid, buffer)


def session_bytes(text, clock=None):
    """The trace of a session in lines."""
    return Session(clock).run(text).data()


def session_log(text):
    """The same as a log of libmbim, five lines a message; notes are left out."""
    with TraceReader(session_bytes(text)) as reader:
        wires = [event for event in reader.events() if event.kind == Kind.KIND_WIRE]
    lines = []
    for event in wires:
        is_sent = event.code == WireDirection.WIRE_HOST_TO_DEVICE
        minutes, seconds = divmod(event.time_ns // SECOND_NS, 60)
        arrows = "<<<<<<" if is_sent else ">>>>>>"
        lines += [
            f"[26 Nov 2026, 10:{minutes:02}:{seconds:02}] [Debug] [/dev/cdc-wdm0]"
            f" {'Sent' if is_sent else 'Received'} message...",
            f"{arrows} RAW:",
            f"{arrows}   length = {len(event.payload)}",
            f"{arrows}   data   = {event.payload.hex(':').upper()}",
            "",
        ]
    return "\n".join(lines) + "\n"


OPENED = """
> open 4096
< opened
"""
READY = (
    OPENED
    + """
> query SUBSCRIBER_READY_STATUS
< SUBSCRIBER_READY_STATUS ReadyState=1 SubscriberId=001010123456789 SimIccId=8901000000000000001
> query RADIO_STATE
< RADIO_STATE HwRadioState=1 SwRadioState=1
"""
)
REGISTERED = (
    READY
    + "> query REGISTER_STATE\n< REGISTER_STATE RegisterState=3 RegisterMode=1"
    + """ ProviderId=00101 ProviderName=Testnet CurrentCellularClass=1
"""
)
ATTACHED = (
    REGISTERED
    + """
> query PACKET_SERVICE
< PACKET_SERVICE PacketServiceState=2 HighestAvailableDataClass=32
"""
)
CONNECTED = (
    ATTACHED
    + """
> set CONNECT ActivationCommand=1 AccessString=internet.example IpType=1
< CONNECT ActivationState=1 IpType=1
"""
)
