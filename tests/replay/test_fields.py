"""In which fields two outputs differ."""

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.replay.fields import byte_ranges, field_differences

RADIO_STATE = PROTOCOL.indication("NDIS_STATUS_WWAN_RADIO_STATE").number


def radio(hardware, **fields):
    payload = encode("NDIS_WWAN_RADIO_STATE", {"RadioState": {"HwRadioState": hardware}})
    return Event(Kind.KIND_INDICATION, 5, code=RADIO_STATE, payload=payload, **fields)


def test_equal_outputs_differ_in_nothing():
    assert field_differences(radio(1), radio(1)) == []


def test_members_differ_by_path_value_and_text():
    (found,) = field_differences(radio(1), radio(0))
    assert (found.path, found.recorded, found.expected) == ("RadioState.HwRadioState", 1, 0)
    assert (found.recorded_text, found.expected_text) == ("WwanRadioOn", "WwanRadioOff")


def test_time_and_header_come_first():
    later = radio(1, request_id=4, port=1).replace(time_ns=9)
    found = field_differences(later, radio(0))
    assert [each.path for each in found] == [
        "time",
        "port",
        "request_id",
        "RadioState.HwRadioState",
    ]
    assert found[0].recorded_text == "9 ns (+4 ns)"


def test_bytes_that_are_no_structure_differ_in_ranges():
    left = radio(1).replace(payload=bytes([1, 2, 3]))
    right = radio(1).replace(payload=bytes([1, 9, 3, 4]))
    found = field_differences(left, right)
    assert [each.path for each in found] == ["payload size", "payload[1]", "payload[3]"]
    assert {each.personal for each in found[1:]} == {"content"}


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_ranges_are_what_differs_and_no_more(left, right):
    inside = {at for start, end in byte_ranges(left, right) for at in range(start, end)}
    size = max(len(left), len(right))
    assert inside == {at for at in range(size) if left[at : at + 1] != right[at : at + 1]}
