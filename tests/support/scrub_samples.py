"""Sessions to be scrubbed: shipped scripts with and without faults, and a served modem's."""

import io
import uuid
from functools import cache, partial

from host import SECOND, MbimHost

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.keyed import make_key
from wwanreplay.analysis.scrub.speller import Speller
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.faults import FaultyDevice, parse_faults
from wwanreplay.devices.opening import open_device
from wwanreplay.devices.profile import load_profile
from wwanreplay.devices.recorder import recorded_outputs
from wwanreplay.mbim import messages
from wwanreplay.mbim.commands import DEVICE_SERVICES, PASSED_THROUGH, TIES
from wwanreplay.mbim.fragments import split
from wwanreplay.mbim.function import Function
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.mbim.tables import BASIC_CONNECT
from wwanreplay.record import record
from wwanreplay.script import load_script
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

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


class Host(MbimHost):
    """A host that sends one message after another, two seconds apart."""

    def send(
        self, kind: int, value: int = 0, service: bytes = b"", cid: int = 0, buffer: bytes = b""
    ) -> None:
        super().send(kind, value, service, cid, buffer)
        self.advance(2 * SECOND)


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
        function = Function(device, bridge, writer, take_outputs=outputs)
        host = Host(function, now_ns=10 * SECOND, size_max=size_max, transfer_ns=1000)
        _ask(host, [uuid.UUID(bytes_le=row["guid"]).bytes for row in loaded.mapping["services"]])
        host.function.close(host.now_ns)
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
    host.now_ns += SECOND
    host.transfers(parts[:2])
    host.now_ns += 5 * SECOND


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


IMSI, ICCID = "262011234567890", "89490200001234567890"


@cache
def speller_of(*values: tuple[str, str]) -> tuple[Speller, dict[str, str]]:
    identities = Identities(make_key(KEY))
    images = {value: identities.text(name, value) for name, value in values}
    return Speller(identities), images
