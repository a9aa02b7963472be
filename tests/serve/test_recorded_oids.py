"""A recorded device of OID events, behind the bridge: a host of messages gets what was recorded."""

import io

import pytest
from host import Recording
from played_host import SECOND, command, connecting, opening

from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.pace import Pace
from wwanreplay.devices.playback import Matching, Playback, Policy
from wwanreplay.devices.profile import load_profile
from wwanreplay.errors import UsageError
from wwanreplay.mbim import messages
from wwanreplay.mbim.function import Function
from wwanreplay.mbim.messages import Message, parse_message
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.mbim.statuses import NO_DEVICE_SUPPORT, SUCCESS
from wwanreplay.record import Session
from wwanreplay.serve.recorded_oids import PlayedDevice, read_recorded
from wwanreplay.trace import TraceReader

PROFILE = load_profile("lte-home")


@pytest.fixture(scope="module")
def recording() -> list[Event]:
    """A session of OIDs, which no message was ever part of."""
    out = io.BytesIO()
    with Session("emulated:lte-home", target=out) as session:
        session.run("10s")
        for oid in ("OID_WWAN_DEVICE_CAPS", "OID_WWAN_PIN_EX", "OID_WWAN_SIGNAL_STATE"):
            session.query(oid)
            session.run("1s")
        session.stimulus("signal", {"Rssi": 3})
        session.run("1s")
    with TraceReader(out.getvalue()) as reader:
        events = list(reader.events())
    assert not any(event.kind == Kind.KIND_WIRE for event in events)
    return events


class Live:
    def __init__(self, events, policy=Policy.ERROR, matching=None) -> None:
        exchanges, moments, begin_ns = read_recorded(events, matching or Matching(), "t")
        self.playback = Playback(exchanges, moments, matching or Matching(), Pace(), begin_ns)
        emulated = None
        if policy is Policy.EMULATE:
            emulated = EmulatedDevice(PROFILE, 0)
            emulated.advance(10 * SECOND)
            emulated.drain()
        self.device = PlayedDevice(self.playback, policy, emulated, PROFILE.mapping)
        self.failed: list[bool] = []
        self.device.on_fail = lambda: self.failed.append(True)
        self.function = Function(self.device, bridge_of(PROFILE.mapping), Recording())
        self.now_ns = 100 * SECOND
        self.messages: list[Message] = []
        self.send(opening())

    def send(self, data: bytes) -> None:
        self._take(self.function.host_transfer(data, self.now_ns))

    def wait(self, duration_ns: int) -> None:
        self.now_ns += duration_ns
        self._take(self.function.advance(self.now_ns))

    def _take(self, transfers: list[bytes]) -> None:
        self.messages += [parse_message(data) for data in transfers]

    def answer(self, transaction_id: int) -> Message:
        (found,) = [
            each
            for each in self.messages
            if each.transaction_id == transaction_id and each.type == messages.MBIM_COMMAND_DONE
        ]
        return found


def reference(cid: int) -> Message:
    """What the served emulated device itself answers."""
    function = Function(EmulatedDevice(PROFILE, 0), bridge_of(PROFILE.mapping), Recording())
    function.advance(10 * SECOND)
    function.host_transfer(opening(), 10 * SECOND)
    sent = function.host_transfer(command(2, cid), 10 * SECOND) + function.advance(14 * SECOND)
    return next(parse_message(data) for data in sent if parse_message(data).transaction_id == 2)


@pytest.mark.parametrize("cid", [1, 4, 11])
def test_a_message_gets_the_recorded_answer(recording, cid: int) -> None:
    live = Live(recording)
    live.send(command(2, cid))
    live.wait(5 * SECOND)
    assert live.answer(2) == reference(cid)
    assert (live.playback.matched, live.playback.unmatched_count) == (1, 0)


def test_events_come_behind_what_stands_before_them(recording) -> None:
    live = Live(recording)
    for number, cid in enumerate((1, 4, 11), 2):
        live.send(command(number, cid))
    live.wait(60 * SECOND)
    events = [each.cid for each in live.messages if each.type == messages.MBIM_INDICATE_STATUS_MSG]
    assert events[-1] == 11  # the signal
    assert live.playback.unreached == 0


@pytest.mark.parametrize("policy", list(Policy))
def test_what_is_not_recorded_goes_by_the_policy(recording, policy: Policy) -> None:
    live = Live(recording, policy)
    live.send(command(2, 12, connecting("internet.example"), is_set=True))
    live.wait(20 * SECOND)
    assert live.playback.unmatched_count == 1
    assert live.playback.unmatched[0].name == "OID_WWAN_CONNECT set"
    assert bool(live.failed) == (policy is Policy.FAIL)
    if policy is not Policy.FAIL:
        expected = SUCCESS if policy is Policy.EMULATE else NO_DEVICE_SUPPORT
        assert live.answer(2).value == expected


def test_an_answer_without_bytes_is_none(recording) -> None:
    cut = [
        event.replace(payload=b"", flags=RecordFlag.FLAG_INCOMPLETE)
        if event.kind == Kind.KIND_INDICATION
        else event
        for event in recording
    ]
    live = Live(cut)
    live.send(command(2, 1))
    live.wait(5 * SECOND)
    assert live.answer(2).value == NO_DEVICE_SUPPORT
    assert "does not have the bytes" in live.playback.unmatched[0].reason


def test_a_handover_needs_a_device(recording) -> None:
    exchanges, moments, _ = read_recorded(recording, Matching(), "t")
    playback = Playback(exchanges, moments, Matching(), Pace())
    with pytest.raises(UsageError, match="handed over"):
        PlayedDevice(playback, Policy.EMULATE)
