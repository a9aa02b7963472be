"""A session over MBIM that was recorded here, and the replay of what is made of it."""

import io
from functools import cache

from wwanreplay._core import Event, Kind
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import load_profile
from wwanreplay.mbim import messages
from wwanreplay.mbim.bridge import bridge_of
from wwanreplay.mbim.function import Function
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES
from wwanreplay.replay import replay
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

SECOND = 10**9
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
        function.host_transfer(Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes(), 10 * SECOND)
        for number, cid in enumerate((1, 2, 3, 9, 10, 11), 2):
            function.host_transfer(command(number, cid), (10 + number) * SECOND)
        function.host_transfer(Message(messages.MBIM_CLOSE_MSG, 99).to_bytes(), 30 * SECOND)
        function.advance(31 * SECOND)
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
