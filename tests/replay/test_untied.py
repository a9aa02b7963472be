"""Commands that the model lacks: known by their rows, and read by their layout."""

import pytest
from class_driver_host import BASIC, command, done, indicate
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind, RecordFlag, WireDirection
from wwanreplay.mbim import codec
from wwanreplay.mbim.header import look
from wwanreplay.replay.untied import is_modelled, key_of, malformation

ADDRESSES, RADIO, IDLE = 15, 3, 21
GOOD = codec.encode(BASIC, ADDRESSES, "response", {"IPv4Mtu": 1500})


def found(data, flags=0):
    code = WireDirection.WIRE_DEVICE_TO_HOST
    event = Event(Kind.KIND_WIRE, 0, code=code, payload=data, flags=flags)
    return malformation(event, look(data))


def test_a_good_answer_has_nothing_wrong():
    assert found(done(1, BASIC, ADDRESSES, GOOD)) == ""
    assert found(indicate(BASIC, ADDRESSES, GOOD)) == ""


def test_an_answer_that_is_too_short_says_where():
    assert "MBIM_CID_IP_CONFIGURATION" in found(done(1, BASIC, ADDRESSES, GOOD[:-8]))


def test_a_refusal_needs_no_buffer():
    assert found(done(1, BASIC, ADDRESSES, b"", 9)) == ""


def test_what_the_log_shows_in_part_is_not_judged():
    assert found(done(1, BASIC, ADDRESSES, GOOD[:-8]), RecordFlag.FLAG_INCOMPLETE) == ""


def test_what_an_oid_carries_is_left_to_the_mapping():
    assert found(done(1, BASIC, RADIO, b"")) == ""


def test_what_no_table_has_is_not_judged():
    assert found(done(1, BASIC, 999, b"12345")) == ""
    assert found(done(1, BASIC, 1, b"1", own=bytes(16))) == ""
    assert key_of(look(done(1, BASIC, 1, b"", own=bytes(16)))) is None


@pytest.mark.parametrize(
    ("cid", "is_set", "expected"),
    [(RADIO, 0, True), (RADIO, 1, True), (ADDRESSES, 0, False), (IDLE, 1, False), (999, 0, False)],
)
def test_what_the_model_answers_is_known_by_the_rows(cid, is_set, expected):
    assert is_modelled(look(command(1, BASIC, cid, is_set))) is expected


@given(st.binary(max_size=120), st.sampled_from([ADDRESSES, IDLE, 20, 23]))
def test_no_bytes_raise(data, cid):
    assert isinstance(found(done(1, BASIC, cid, data)), str)
    assert isinstance(found(data), str)
