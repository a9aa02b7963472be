"""Stimuli: their codes stay, their payloads have no gaps, their numbers have ranges."""

import pytest

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode, encode
from wwanreplay.protocol.stimuli import ENUM_ROWS, NUMBERS, ROWS, STRUCT_ROWS

every_stimulus = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


# In the order of their codes. A new stimulus goes to the end of both lists.
RECORDED = (
    "sim",
    "hardware_radio",
    "coverage",
    "network_deregister",
    "network_detach",
    "network_deactivate",
    "provider_change",
    "signal",
    "outcome",
    "latency",
    "service_activation",
    "pco",
    "device_service_data",
    "device_service_event",
    "voice_call",
    "data_class",
    "ip_address",
    "traffic",
    "emergency_mode",
    "cellular_class",
    "device_service_session_closed",
    "roaming_text",
    "lte_attach",
)


def test_codes_of_recorded_stimuli_do_not_change():
    assert [row.name for row in ROWS] == list(RECORDED), "add a new stimulus at the end of RECORDED"
    assert [row.number for row in ROWS] == list(range(1, len(ROWS) + 1))


def test_every_payload_is_of_one_stimulus():
    assert [row.struct for row in ROWS] == [row.name for row in STRUCT_ROWS]


@every_stimulus
def test_a_payload_has_no_bytes_that_no_field_holds(row):
    flat = PROTOCOL.flat(row.struct, "L1")
    places = [(leaf.offset, leaf.size) for leaf in flat.leaves]
    # The standard's structures may have some inside.
    end = 0
    for offset, size in sorted([*places, *flat.groups.values()]):
        assert offset <= end
        end = max(end, offset + size)
    assert end == flat.size


@every_stimulus
def test_a_payload_of_zeros_comes_back(row):
    empty = encode(row.struct)
    decoded = decode(row.struct, empty)
    assert decoded.raw is None
    assert encode(row.struct, decoded.to_dict()) == empty


@every_stimulus
def test_a_number_with_a_range_can_be_its_ends(row):
    for leaf in PROTOCOL.flat(row.struct, "L1").leaves:
        if leaf.field.within is not None:
            for low, high in leaf.field.within.spans:
                for value in (low, high):
                    made = decode(row.struct, encode(row.struct, {leaf.path: value}))
                    assert made[leaf.path] == value


def test_the_word_for_all_providers_is_a_value_of_their_index():
    (index,) = (
        leaf.field
        for leaf in PROTOCOL.flat("WWANREPLAY_STIMULUS_COVERAGE", "L1").leaves
        if leaf.path == "ProviderIndex"
    )
    assert NUMBERS["STIMULUS_PROVIDER_ALL"] in index.within
    assert 16 not in index.within


def test_a_state_of_the_sim_is_named_as_its_row():
    (states,) = ENUM_ROWS
    assert [member.number for member in states.members] == list(range(len(states.members)))
    for member in states.members:
        made = encode("WWANREPLAY_STIMULUS_SIM", {"State": member.name})
        assert made == member.number.to_bytes(4, "little")
