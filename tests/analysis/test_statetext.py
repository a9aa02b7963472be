"""The state of a device in words: what matters where an output differs, and what is unusual."""

import pytest

from wwanreplay._core import Engine
from wwanreplay.analysis.statetext import STATE_ENUMS, SUBJECTS, plain_state, state_words
from wwanreplay.devices.profile import load_profile
from wwanreplay.protocol import PROTOCOL


@pytest.fixture(scope="module")
def state():
    return Engine(load_profile("lte-home").compile(), 0).state()


def names(words):
    return {word.partition(" ")[0] for word in words}


def test_the_whole_state_leaves_out_what_is_zero(state):
    words = state_words(state)
    assert "ready_state WwanReadyStateOff" in words
    assert "time_ns" not in names(words)
    assert "provider" not in names(words)


def test_each_subject_names_members_of_the_state(state):
    for _, members in SUBJECTS:
        assert set(members) <= set(state)


@pytest.mark.parametrize(
    ("about", "has", "lacks"),
    [
        ("NDIS_STATUS_WWAN_PIN_INFO", "ready_state", "rssi"),
        ("NDIS_STATUS_WWAN_SIGNAL_STATE", "rssi", "ready_state"),
        ("NDIS_STATUS_WWAN_RADIO_STATE", "software_radio", "packet_service_state"),
        ("NDIS_STATUS_WWAN_CONTEXT_STATE", "packet_service_state", "rssi"),
        ("NDIS_STATUS_WWAN_REGISTER_STATE", "register_state", "queue_depth"),
    ],
)
def test_an_output_has_what_matters_to_it(state, about, has, lacks):
    found = names(state_words(state, about=about))
    assert has in found
    assert lacks not in found
    assert lacks in names(state_words(state)) | {lacks if not state[lacks] else ""}


def test_what_is_out_of_the_ordinary_stands_there_anyway(state):
    asleep = state | {"power_state": 4, "miniport": "paused"}
    found = names(state_words(asleep, about="NDIS_STATUS_WWAN_SIGNAL_STATE"))
    assert {"power_state", "miniport"} <= found
    assert not {"power_state", "miniport"} & names(state_words(state, about="SIGNAL"))


def test_an_unknown_output_has_all(state):
    assert state_words(state, about="NDIS_STATUS_WWAN_OTHER") == state_words(state)


def test_personal_texts_are_masked(state):
    known = state | {"provider": "00101"}
    assert "provider *** (5 characters)" in state_words(known)
    assert "provider 00101" in state_words(known, show_personal=True)


def test_enumerations_of_the_state_are_rows():
    assert set(STATE_ENUMS.values()) <= set(PROTOCOL.enum_by_name)
    assert plain_state({"ready_state": 1}) == {"ready_state": "WwanReadyStateInitialized"}
