"""Traces to export, and small readers of what was exported: shared by the tests of exporters."""

import csv
import io
import json
import shutil
import struct
import subprocess
import uuid
from dataclasses import dataclass, field
from functools import cache

import pytest
from host import SECOND, MbimHost

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import load_profile
from wwanreplay.formats.exporters import EXPORTERS, ExportOptions, export_trace
from wwanreplay.mbim import messages
from wwanreplay.mbim.function import Function
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES
from wwanreplay.mbim.values import CONTEXT_TYPE_INTERNET
from wwanreplay.record import record
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

BASIC = uuid.UUID(SERVICES[BASIC_CONNECT].uuid).bytes
#: Wall time of virtual time 0 in the samples: 2024-02-29T12:00:00Z.
EPOCH_NS = 1_709_208_000 * SECOND
#: Small, so that answers come in fragments.
CONTROL_TRANSFER = 256
PROFILE = load_profile("lte-home")
PERSONAL = tuple(
    PROFILE.mapping[name] for name in ("subscriber_id", "sim_iccid", "device_id")
) + tuple(PROFILE.mapping["telephone_numbers"])
SHOWN = ExportOptions(show_personal=True)

needs_tshark = pytest.mark.skipif(
    shutil.which("tshark") is None, reason="tshark is not installed (Debian: tshark)"
)

# (CID of Basic Connect, values of a set or None)
ASKED = (
    (1, None),
    (2, None),
    (3, None),
    (5, None),
    (6, None),
    (8, {"Action": 0}),
    (9, None),
    (10, None),
    (11, None),
    (
        12,
        {
            "SessionId": 0,
            "ActivationCommand": 1,
            "AccessString": "internet.example",
            "UserName": "someone",
            "Password": "secret",
            "IpType": 3,
            "ContextType": CONTEXT_TYPE_INTERNET,
        },
    ),
    (15, {"SessionId": 0}),
    (16, None),
    (20, None),
    (24, None),
)


@cache
def wire_trace():
    """A served session with its messages: opened, queried, connected, closed; begun at EPOCH_NS."""
    device = EmulatedDevice(PROFILE, 7)
    header = TraceHeader(**device.describe())
    header.interface = "mbim"
    header.clock = {"epoch_ns": EPOCH_NS, "kind": "boottime"}
    out = io.BytesIO()
    with TraceWriter(out, header, chunk_size=2048) as writer:
        function = Function(device, bridge_of(PROFILE.mapping), writer)
        host = MbimHost(function, now_ns=10 * SECOND + 1, size_max=64)
        host.open(CONTROL_TRANSFER)
        for cid, values in ASKED:
            if values is None and cid == 24:
                host.send(messages.MBIM_COMMAND_MSG, 0, BASIC, cid)
            else:
                host.command(BASIC_CONNECT, cid, "set" if cid == 12 else "query", values)
            host.advance(3 * SECOND + 7)
        host.advance(60 * SECOND)  # a scan takes long
        host.close()
        function.close(host.now_ns + SECOND)
    return out.getvalue()


@cache
def script_trace(name):
    """The session of a shipped script: requests and answers, no messages."""
    out = io.BytesIO()
    from wwanreplay.script import load_script

    script = load_script(name)
    record(f"emulated:{script.profile}", script, out)
    return out.getvalue()


def trace_of(events, header=None, **options):
    """The bytes of a trace with these events."""
    out = io.BytesIO()
    with TraceWriter(out, header or TraceHeader(), **options) as writer:
        for event in events:
            writer.write(event)
    return out.getvalue()


def events_of(trace):
    with TraceReader(trace) as reader:
        return list(reader.events())


def wire_of(trace):
    """(direction, time, bytes) of each wire record."""
    return [
        (event.code, event.time_ns, event.payload)
        for event in events_of(trace)
        if event.kind == Kind.KIND_WIRE
    ]


def exported(trace, name, options=None):
    """(the bytes, what `export_trace` says of them)."""
    out = io.BytesIO()
    reported = export_trace(trace, EXPORTERS[name], out, options)
    return out.getvalue(), reported


def wire_event(data, time_ns=0, to_device=True, **options):
    directions = (WireDirection.WIRE_DEVICE_TO_HOST, WireDirection.WIRE_HOST_TO_DEVICE)
    return Event(Kind.KIND_WIRE, time_ns, code=directions[to_device], payload=data, **options)


# ------------------------------------------------------------------ pcapng


@dataclass
class Packet:
    time_ns: int
    data: bytes
    options: dict[int, bytes] = field(default_factory=dict)

    @property
    def comment(self):
        return self.options.get(1, b"").decode()


@dataclass
class Capture:
    link_type: int
    resolution: int
    options: dict[int, bytes]
    section: dict[int, bytes]
    packets: list[Packet]


def read_pcapng(data):
    """A capture of one section and interface, every length checked."""
    blocks = []
    at = 0
    while at < len(data):
        kind, size = struct.unpack_from("<II", data, at)
        assert size % 4 == 0
        assert struct.unpack_from("<I", data, at + size - 4) == (size,)
        blocks.append((kind, data[at + 8 : at + size - 4]))
        at += size
    assert at == len(data)
    (section, interface), packets = blocks[:2], blocks[2:]
    assert section[0] == 0x0A0D0D0A
    assert struct.unpack_from("<IHHq", section[1]) == (0x1A2B3C4D, 1, 0, -1)
    assert interface[0] == 1
    link_type, reserved, snapshot = struct.unpack_from("<HHI", interface[1])
    assert (reserved, snapshot) == (0, 0)
    options = read_options(interface[1][8:])
    offset_s = struct.unpack("<q", options[14])[0] if 14 in options else 0
    capture = Capture(link_type, options[9][0], options, read_options(section[1][16:]), [])
    for kind, body in packets:
        assert kind == 6
        number, high, low, size, original = struct.unpack_from("<IIIII", body)
        assert (number, size) == (0, original)
        end = 20 + size + -size % 4
        time_ns = (high << 32 | low) + offset_s * SECOND
        capture.packets.append(Packet(time_ns, body[20 : 20 + size], read_options(body[end:])))
    return capture


def read_options(data):
    found = {}
    while data:
        code, size = struct.unpack_from("<HH", data)
        if code == 0:
            assert (size, len(data)) == (0, 4)
            return found
        found[code] = data[4 : 4 + size]
        data = data[4 + size + -size % 4 :]
    return found


@dataclass
class Request:
    """One packet of a USB capture."""

    number: int
    kind: str
    transfer: int
    endpoint: int
    setup: bytes | None
    status: int
    length: int
    data: bytes
    time_us: int


def read_usbmon(packet):
    """The 64-byte header and the data of link type 220."""
    fields = struct.unpack_from("<QBBBBHBBqiiII8siiII", packet)
    number, kind, transfer, endpoint, _, _, no_setup, no_data = fields[:8]
    seconds, micro, status, length, captured, setup = fields[8:14]
    data = packet[64:]
    assert len(data) == captured
    assert (no_data == 0) == bool(data)
    return Request(
        number,
        chr(kind),
        transfer,
        endpoint,
        None if no_setup else setup,
        status,
        length,
        data,
        seconds * 1_000_000 + micro,
    )


def wire_in_usbmon(capture):
    """(direction, time, bytes) of the encapsulated messages of a USB capture."""
    found = []
    requested = {}
    for packet in capture.packets:
        request = read_usbmon(packet.data)
        if request.kind == "S" and request.setup is not None:
            requested[request.number] = request.setup[:2]
            if request.setup[:2] == b"\x21\x00":
                found.append((1, packet.time_ns, request.data))
        elif request.kind == "C" and requested.pop(request.number, b"") == b"\xa1\x01":
            found.append((2, packet.time_ns, request.data))
    return found


def tshark(path, *arguments):
    """What tshark prints of a capture, line by line."""
    user = 'uat:user_dlts:"User 0 (DLT=147)","mbim.control","0","","0",""'
    run = subprocess.run(
        ["tshark", "-n", "-o", user, "-r", path, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return run.stdout.splitlines()


def json_lines(data, options=None):
    return [json.loads(line) for line in exported(data, "jsonl", options)[0].splitlines()]


def csv_rows(data, options=None):
    text = exported(data, "csv", options)[0].decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


TRACES = ("wire", "demo", "contexts", "failures")


def sample_trace(name):
    return wire_trace() if name == "wire" else script_trace(name)
