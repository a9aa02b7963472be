"""A session over MBIM that was recorded here, and the replay of what is made of it."""

import io
from functools import cache

from host import SECOND, MbimHost

from wwanreplay._core import Event, Kind
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import load_profile
from wwanreplay.mbim import messages
from wwanreplay.mbim.function import Function
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES
from wwanreplay.replay import replay
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

BASIC = bytes.fromhex(SERVICES[BASIC_CONNECT].uuid.replace("-", ""))


def command(transaction, cid, *, is_set=0, buffer=b""):
    return Message(messages.MBIM_COMMAND_MSG, transaction, is_set, BASIC, cid, buffer).to_bytes()


@cache
def served_trace():
    """A host that opens, asks for caps, SIM, radio, registration and signal, and closes."""
    profile = load_profile("lte-home")
    device = EmulatedDevice(profile, 5)
    out = io.BytesIO()
    header = TraceHeader(**device.describe())
    header.interface = "mbim"
    with TraceWriter(out, header) as writer:
        function = Function(device, bridge_of(profile.mapping), writer)
        host = MbimHost(function, now_ns=10 * SECOND)
        host.open()
        for time_s, cid in enumerate((1, 2, 3, 9, 10, 11), 12):
            host.now_ns = time_s * SECOND
            host.command(BASIC_CONNECT, cid)
        host.now_ns = 30 * SECOND
        host.close()
        host.advance(SECOND)
        writer.write(Event(Kind.KIND_CLOCK, 31 * SECOND))
    return out.getvalue()


def events_and_header():
    with TraceReader(served_trace()) as reader:
        return list(reader.events()), reader.header


def replayed(events):
    _, header = events_and_header()
    out = io.BytesIO()
    with TraceWriter(out, header) as writer:
        writer.write_all(events)
    return replay(out.getvalue())
