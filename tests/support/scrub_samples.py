"""Sessions to be scrubbed: shipped scripts with and without faults, and a served modem's."""

import io
import uuid
from functools import cache, partial

from wwanreplay._core import Event, Kind
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.faults import FaultyDevice, parse_faults
from wwanreplay.devices.opening import open_device
from wwanreplay.devices.profile import load_profile
from wwanreplay.devices.recorder import recorded_outputs
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.bridge import bridge_of
from wwanreplay.mbim.commands import DEVICE_SERVICES, PASSED_THROUGH, TIES
from wwanreplay.mbim.fragments import split
from wwanreplay.mbim.function import Function
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES
from wwanreplay.record import record
from wwanreplay.script import load_script
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

SECOND = 1_000_000_000
KEY = b"a key of the tests"
COMMAND = messages.MBIM_COMMAND_MSG
INTERNET = "7e5e2a7e-4e6f-7272-736b-656e7e5e2a7e"


@cache
def recording(script: str, fault: str = "") -> bytes:
    """The trace of a shipped script; `fault` is what stands in a [[fault]] table."""
    chosen = load_script(script)
    out = io.BytesIO()
    plan = parse_faults(f"[[fault]]\n{fault}", "fault.toml") if fault else None
    device = open_device(f"emulated:{chosen.profile}", seed=chosen.seed)
    record(device, chosen, out, faults=plan)
    return out.getvalue()


class Host:
    """A host that sends one message after another to a served modem."""

    def __init__(self, function: Function, size_max: int) -> None:
        self.function = function
        self.size_max = size_max
        self.time_ns = 10 * SECOND
        self.transaction_id = 0

    def send(self, kind: int, value: int = 0, service: bytes = b"", cid: int = 0, buffer=b""):
        self.transaction_id += 1
        message = Message(kind, self.transaction_id, value, service, cid, buffer)
        self.transfers(split(message.to_bytes(), self.size_max))
        self.time_ns += 2 * SECOND
        self.function.advance(self.time_ns)

    def transfers(self, parts: list[bytes]) -> None:
        for part in parts:
            self.function.host_transfer(part, self.time_ns)
            self.time_ns += 1000

    def command(self, service: int, cid: int, operation: str, values=None) -> None:
        buffer = codec.encode(service, cid, operation, values or {})
        value = messages.COMMAND_SET if operation == "set" else messages.COMMAND_QUERY
        self.send(COMMAND, value, uuid.UUID(SERVICES[service].uuid).bytes, cid, buffer)


@cache
def served(profile: str = "lte-home", size_max: int = 4096, fault: str = "") -> bytes:
    """The recording of a modem with all queries of a host: whole, cut, broken off and malformed."""
    loaded = load_profile(profile)
    device = EmulatedDevice(loaded, 3)
    if fault:
        device = FaultyDevice(device, parse_faults(f"[[fault]]\n{fault}", "fault.toml"))
    out = io.BytesIO()
    header = TraceHeader(**device.describe())
    header.interface = "mbim"
    with TraceWriter(out, header) as writer:
        outputs = partial(recorded_outputs, device, writer)
        bridge = bridge_of(loaded.mapping)
        host = Host(Function(device, bridge, writer, take_outputs=outputs), size_max)
        _ask(host, [uuid.UUID(bytes_le=row["guid"]).bytes for row in loaded.mapping["services"]])
        host.function.close(host.time_ns)
    return out.getvalue()


def _ask(host: Host, vendors: list[bytes]) -> None:
    host.send(messages.MBIM_OPEN_MSG, host.size_max)
    for tie in TIES:
        if tie.serves("q") and tie.key != DEVICE_SERVICES and tie.driver_model != 1:
            host.command(*tie.key, "query")
    activation = {"SessionId": 0, "ActivationCommand": 1, "ContextType": INTERNET}
    credentials = {"UserName": "alice.doe", "Password": "s3cret!"}
    access = {"AccessString": "Internet.Example"}
    host.command(BASIC_CONNECT, 12, "set", activation | credentials | access)
    for service, cid in PASSED_THROUGH:
        host.command(service, cid, "query")
    for pin in ("1234", "9876"):
        host.command(BASIC_CONNECT, 4, "set", {"PinType": 2, "PinOperation": 1, "Pin": pin})
    for vendor in vendors:
        for data in (b"AT+CIMI 001010123456789\r\n", b"", bytes(5), b"\x10\x32" * 30):
            host.send(COMMAND, messages.COMMAND_QUERY, vendor, 1, data)
            host.send(COMMAND, messages.COMMAND_SET, vendor, 1, data)
    _misbehave(host, vendors[0])
    host.send(messages.MBIM_CLOSE_MSG)


def _misbehave(host: Host, vendor: bytes) -> None:
    data = b"AT+CNUM +12025550117 " * 20
    whole = Message(COMMAND, 500, 0, vendor, 1, data).to_bytes()
    parts = split(whole, 100)
    host.transfers(parts)
    host.transfers([*parts[:2], parts[4], whole[:-7], b"\1\2\3"])
    host.time_ns += SECOND
    host.transfers(parts[:2])
    host.time_ns += 5 * SECOND


def events_of(trace: bytes) -> list[Event]:
    with TraceReader(trace) as reader:
        return list(reader.events())


def trace_of(events: list[Event], attachments=(), **header) -> bytes:
    """A trace of events without a device."""
    out = io.BytesIO()
    with TraceWriter(out, TraceHeader(**header)) as writer:
        for name, data in attachments:
            writer.attach(name, data)
        writer.write_all(events)
    return out.getvalue()


def note(text: str | bytes) -> Event:
    return Event(Kind.KIND_NOTE, 0, payload=text.encode() if isinstance(text, str) else text)


def packed(digits: str, swapped: bool = False) -> bytes:
    """Digits in BCD, odd numbers of them filled up with F."""
    octets = bytes.fromhex(digits + "f" * (len(digits) % 2))
    return bytes((octet >> 4 | octet << 4) & 0xFF for octet in octets) if swapped else octets


def mobile_identity(digits: str) -> bytes:
    """Digits as the mobile identity of 3GPP TS 24.008, 10.5.1.4: the first shares its byte."""
    first = int(digits[0]) << 4 | 9
    return bytes([first]) + packed(digits[1:], swapped=True)


# name → how digits are written.
ENCODINGS = {
    "ASCII": str.encode,
    "UTF-16LE": lambda text: text.encode("utf-16-le"),
    "UTF-16BE": lambda text: text.encode("utf-16-be"),
    "BCD": packed,
    "swapped BCD": lambda text: packed(text, swapped=True),
    "mobile identity": mobile_identity,
    "hexadecimal": lambda text: text.encode().hex().encode(),
    "HEXADECIMAL": lambda text: text.encode("utf-16-le").hex().upper().encode(),
    "hexadecimal in UTF-16": lambda text: text.encode().hex().encode("utf-16-le"),
    "hexadecimal of BCD": lambda text: packed(text).hex().upper().encode(),
    "hexadecimal of swapped BCD": lambda text: packed(text, swapped=True).hex().encode(),
}
