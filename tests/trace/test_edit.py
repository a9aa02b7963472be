"""Editing traces: the events change, the container stays sound."""

import io

import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.errors import TraceError
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter
from wwanreplay.trace.edit import rewrite

EVENTS = [
    Event(Kind.KIND_SET if i % 2 == 0 else Kind.KIND_COMPLETION, i, code=7, cause=i - i % 2)
    for i in range(10)
]


def written() -> bytes:
    out = io.BytesIO()
    with TraceWriter(out, TraceHeader(producer="test", seed=4)) as writer:
        writer.attach("log", b"line")
        writer.write_all(EVENTS)
    return out.getvalue()


def test_no_edit_changes_no_byte() -> None:
    assert rewrite(written(), lambda events: events) == written()


def test_causes_follow_their_events() -> None:
    edited = TraceReader(rewrite(written(), lambda events: events[1:3] + events[5:]))
    assert [event.time_ns for event in edited] == [1, 2, 5, 6, 7, 8, 9]
    assert [event.cause for event in edited] == [None, 1, None, 3, 3, 5, 5]
    assert edited.header.seed == 4
    assert [attachment.data for attachment in edited.attachments()] == [b"line"]
    assert edited.verify().sound


def test_digest_is_made_anew_or_kept() -> None:
    def alter(events: list[Event]) -> list[Event]:
        return [event.replace(payload=b"x") for event in events]

    before = TraceReader(written()).verify().digest
    fresh = TraceReader(rewrite(written(), alter)).verify()
    assert fresh.sound
    assert fresh.digest != before
    kept = TraceReader(rewrite(written(), alter, keep_digest=True))
    assert kept.footer is not None
    assert kept.footer.digest == before
    (disagreement,) = kept.verify().disagreements
    assert "digest" in disagreement


def test_a_damaged_trace_is_not_edited() -> None:
    damaged = bytearray(written())
    damaged[-60] ^= 1
    with pytest.raises(TraceError):
        rewrite(bytes(damaged), lambda events: events)


def test_a_trace_that_is_cut_off_is_not_taken_for_whole_when_it_was_edited() -> None:
    with TraceReader(written()[:-30]) as reader:
        events = list(reader)
        missing = reader.cut_text
    fresh = list(TraceReader(rewrite(written()[:-30], lambda events: events)))
    assert fresh[:-1] == events
    assert (fresh[-1].kind, fresh[-1].payload.decode()) == (Kind.KIND_GAP, missing)
