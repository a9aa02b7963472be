"""The list of what a replay does not compare, row by row."""

import pytest
from compared import (
    DRIVEN,
    HOST_MESSAGES,
    NOT_COMPARED,
    NOTES,
    UNDELIVERED_FIELDS,
    not_compared,
)

from wwanreplay._core import Kind, WireDirection
from wwanreplay.protocol.kinds import HOST_INPUTS
from wwanreplay.replay.align import COMPARED_FIELDS
from wwanreplay.trace.notes import NoteCode

FIELDS = (
    *COMPARED_FIELDS,
    "time_ns",
    "payload",
    "capacity",
    "cause",
    "client",
    "source",
    "flags",
    "fields",
)


@pytest.mark.parametrize("kind", Kind)
def test_what_only_readers_are_given_is_compared_of_no_record(kind):
    for field in ("cause", "client", "source", "flags", "fields"):
        assert not_compared(kind, field) is not None


@pytest.mark.parametrize("kind", sorted(HOST_INPUTS))
def test_requests_are_inputs_unless_the_messages_say_what_they_are(kind):
    for field in (*COMPARED_FIELDS, None):
        assert not_compared(kind, field) is DRIVEN
        assert not_compared(kind, field, has_messages=True) is None
    for kind_of_environment in (Kind.KIND_STIMULUS, Kind.KIND_LIFECYCLE):
        assert not_compared(kind_of_environment, "payload", has_messages=True) is DRIVEN


def test_of_messages_the_bytes_of_the_device_and_every_time_and_direction_are_compared():
    for code in WireDirection:
        for field in ("kind", "code", "time_ns", None):
            assert not_compared(Kind.KIND_WIRE, field, code=code, has_messages=True) is None
    to_host, to_device = WireDirection.WIRE_DEVICE_TO_HOST, WireDirection.WIRE_HOST_TO_DEVICE
    assert not_compared(Kind.KIND_WIRE, "payload", code=to_host) is None
    assert not_compared(Kind.KIND_WIRE, "payload", code=to_device) is HOST_MESSAGES


@pytest.mark.parametrize("code", NoteCode)
def test_a_note_counts_only_where_it_stands_for_a_message(code):
    is_compared = code == NoteCode.UNDELIVERED
    for field in (None, "code", "time_ns", "kind"):
        found = not_compared(Kind.KIND_NOTE, field, code=code)
        assert found is (None if is_compared else NOTES)
    found = not_compared(Kind.KIND_NOTE, "payload", code=code)
    assert found is (UNDELIVERED_FIELDS if is_compared else NOTES)


@pytest.mark.parametrize("row", NOT_COMPARED, ids=lambda row: row.what)
def test_each_row_of_the_list_lets_something_through_that_no_other_does(row):
    tried = [
        not_compared(kind, field, code=code)
        for kind in Kind
        for field in (*FIELDS, None)
        for code in (0, *WireDirection, *NoteCode)
    ]
    assert row in tried
