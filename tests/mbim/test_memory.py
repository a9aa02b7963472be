"""What the bridge remembers of a device and of its host."""

import re
from pathlib import Path

import pytest

from wwanreplay import mbim
from wwanreplay.mbim.memory import FACTS, LINK_SPEED_UNKNOWN, Memory
from wwanreplay.protocol.codec import decode, encode
from wwanreplay.protocol.constants import numbers

NUMBER = dict(numbers())


def learn(memory: Memory, indication: str, struct: str, values: dict, port: int = 0) -> None:
    memory.learn(f"NDIS_STATUS_{indication}", decode(struct, encode(struct, values)), port)


def ready(memory: Memory, mode: int) -> None:
    learn(memory, "WWAN_READY_INFO", "NDIS_WWAN_READY_INFO", {"ReadyInfo.EmergencyMode": mode})


def test_only_a_change_of_emergency_mode_is_one():
    memory = Memory()
    changes = []
    for mode in (0, 0, 1, 1, 0):
        ready(memory, mode)
        changes.append(memory.emergency_changed)
    assert changes == [False, False, True, False, True]
    assert memory.emergency_mode == 0


@pytest.mark.parametrize(("state", "is_active"), [("Activated", True), ("Activating", True)])
def test_contexts_are_active_until_they_are_deactivated(state: str, is_active: bool):
    memory = Memory()

    def report(word: str) -> None:
        values = {
            "ContextState.ConnectionId": 3,
            "ContextState.ActivationState": f"WwanActivationState{word}",
        }
        learn(memory, "WWAN_CONTEXT_STATE", "NDIS_WWAN_CONTEXT_STATE", values, port=1)

    report(state)
    assert memory.active == {3: 1}
    report("Deactivating")
    assert memory.active == {3: 1}
    report("Deactivated")
    assert memory.active == {}


def test_an_unknown_link_speed_is_none():
    memory = Memory()
    values = {"XmitLinkSpeed": LINK_SPEED_UNKNOWN, "RcvLinkSpeed": 10**8}
    learn(memory, "LINK_STATE", "NDIS_LINK_STATE", values, port=1)
    assert memory.link_speeds == {1: (0, 10**8)}


def test_no_data_class_is_no_news():
    memory = Memory()
    for available, known in ((0x20, 0x20), (0, 0x20), (0x4, 0x4)):
        values = {"PacketService.AvailableDataClass": available}
        learn(memory, "WWAN_PACKET_SERVICE", "NDIS_WWAN_PACKET_SERVICE_STATE", values)
        assert memory.available_data_class == known


def test_open_and_close_forget_the_host_and_keep_the_device():
    memory = Memory(error_rate_threshold=5, vendor_events=True, subscribed={"x": frozenset({1})})
    memory.contexts[1] = ("internet", 1)
    memory.active[1] = 0
    memory.open_streams[1] = "x"
    ready(memory, 1)
    memory.link_speeds[0] = (1, 2)
    memory.reset()
    fresh = Memory()
    for name in ("error_rate_threshold", "contexts", "active", "open_streams", "subscribed"):
        assert getattr(memory, name) == getattr(fresh, name), name
    assert not memory.vendor_events
    assert (memory.emergency_mode, memory.link_speeds) == (1, {0: (1, 2)})


def test_messages_are_made_of_no_other_facts_than_those_that_tell_them_apart():
    places = ("converters.py", "blocks.py", "values.py", "rows/ties.py")
    text = "".join((Path(mbim.__file__).parent / place).read_text() for place in places)
    read = set(re.findall(r"\.memory\.(\w+)", text))
    assert read
    assert read <= set(FACTS)


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_that_changes_shows(name: str):
    memory, other = Memory(), Memory()
    assert memory.facts == other.facts
    value = getattr(memory, name)
    setattr(memory, name, {3: ("a", 7)} if isinstance(value, dict) else value + 5)
    assert memory.facts != other.facts
