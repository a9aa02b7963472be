"""The emulated device behind a recorded one: its answers count, its events do not."""

import pytest
from mbim_host import latency
from played_host import SECOND, command, opening

from wwanreplay._core import Event, Kind
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import load_profile
from wwanreplay.mbim.fragments import split
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import MBIM_COMMAND_DONE
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.protocol import PROTOCOL
from wwanreplay.serve.handover import Handover

NOW_NS = 10 * SECOND
CAPS, PIN = 1, 4


class Emulated:
    """A handover whose device takes so long for each operation."""

    def __init__(self, delay_ns: int = 0) -> None:
        profile = load_profile("lte-home")
        self.device = EmulatedDevice(profile, 0)
        self.device.advance(NOW_NS)
        self.device.drain()
        self.device.submit(latency(delay_ns).replace(time_ns=NOW_NS))
        self.handover = Handover(self.device, bridge_of(profile.mapping))
        self.handover.pass_on(opening(), NOW_NS)

    def answers(self, time_ns: int) -> list[tuple[int, int | None]]:
        """(when, transaction) of the answers until a time."""
        found = self.handover.advance(time_ns)
        assert all(look(message).type == MBIM_COMMAND_DONE for _, message in found)
        return [(when_ns, look(message).transaction_id) for when_ns, message in found]


def test_an_answer_has_the_transaction_of_its_command_and_comes_once() -> None:
    emulated = Emulated(delay_ns=SECOND)
    emulated.handover.ask(command(77, CAPS), 77, NOW_NS)
    due_ns = emulated.handover.next_due_ns
    assert due_ns is not None
    assert NOW_NS < due_ns <= NOW_NS + SECOND
    assert emulated.answers(NOW_NS + SECOND - 1) == []
    ((when_ns, number),) = emulated.answers(NOW_NS + 5 * SECOND)
    assert number == 77
    assert NOW_NS + SECOND <= when_ns < NOW_NS + 2 * SECOND
    assert emulated.answers(NOW_NS + 9 * SECOND) == []


def test_the_answer_to_open_is_not_one_to_a_command() -> None:
    emulated = Emulated()
    assert emulated.answers(NOW_NS + SECOND) == []


def test_what_the_device_reports_by_itself_is_dropped() -> None:
    emulated = Emulated()
    signal = PROTOCOL.stimulus("signal").number
    payload = b"\5\0\0\0\0\0\0\0"
    emulated.device.submit(Event(Kind.KIND_STIMULUS, NOW_NS, code=signal, payload=payload))
    emulated.handover.ask(command(5, PIN), 5, NOW_NS)
    assert [number for _, number in emulated.answers(NOW_NS + 60 * SECOND)] == [5]


@pytest.mark.parametrize("way", ["reset", "pass_on"])
def test_an_answer_from_before_the_host_opened_anew_is_not_given(way: str) -> None:
    emulated = Emulated(delay_ns=SECOND)
    emulated.handover.ask(command(5, CAPS), 5, NOW_NS)
    if way == "reset":
        emulated.handover.reset()
    else:
        emulated.handover.pass_on(opening(6), NOW_NS)
    assert emulated.answers(NOW_NS + 60 * SECOND) == []


def test_answers_that_wait_are_dropped_by_a_reset() -> None:
    emulated = Emulated()
    emulated.handover.ask(command(5, CAPS), 5, NOW_NS)
    emulated.handover.reset()
    assert emulated.answers(NOW_NS + SECOND) == []


def test_a_message_of_several_transfers_is_handed_over_whole() -> None:
    small = Emulated()
    small.handover.pass_on(opening(2, size=64), NOW_NS)
    large = Emulated()
    for emulated in (small, large):
        emulated.handover.ask(command(9, CAPS), 9, NOW_NS)
    (_, one), (_, other) = (each.handover.advance(NOW_NS + SECOND)[0] for each in (small, large))
    assert len(list(split(other, 64))) > 1
    assert one == other
