"""Every change of a recording is reported by its replay, or is on the list of what is not compared.

MUTATIONS_EACH says how many are tried of each sample trace and of each sort (order, fields,
buffers); `all` tries all, which takes about half an hour of processor time. Without CI set, others
are tried each time.
"""

import os
import random

import pytest
from checkout import ROOT
from compared import NOT_COMPARED, not_compared
from groups import sampled
from recording_mutations import fields, order, payloads, read, written

from wwanreplay._core import Kind
from wwanreplay.errors import TraceError
from wwanreplay.replay import replay
from wwanreplay.replay.align import COMPARED_FIELDS

TRACES = sorted((ROOT / "traces").glob("*.wwtrace"))
EACH = os.environ.get("MUTATIONS_EACH", "12")
SORTS = (order, fields, payloads)


def chosen(events, name):
    """Mutations of a trace, by place and sort; which ones depends on the seed alone."""
    if EACH == "all":
        for place in range(len(events)):
            for sort in SORTS:
                yield from sort(events, place)
        return
    seed = 0 if os.environ.get("CI") else random.randrange(2**32)
    print(f"{name}: mutations of seed {seed}")
    drawn = random.Random(f"{name} {seed}")
    for sort in SORTS:
        for _ in range(int(EACH)):
            yield drawn.choice(list(sort(events, drawn.randrange(len(events)))) or [None])


def is_same(events, others):
    """Whether two recordings differ in nothing at all."""
    plain = [event.replace(index=None) for event in events]
    return plain == [event.replace(index=None) for event in others]


def allowed(mutation, events):
    """Whether a change may go unreported."""
    has_messages = any(event.kind == Kind.KIND_WIRE for event in events)

    def is_listed(event):
        field = mutation.field or None
        return not_compared(event.kind, field, code=event.code, has_messages=has_messages)

    event = events[mutation.place]
    if not mutation.action.startswith("swap"):
        return is_listed(event)
    # A note or clock record may stand anywhere; what an output stands behind is compared.
    moved = event, events[mutation.place + 1]
    is_remark = any(each.kind in (Kind.KIND_NOTE, Kind.KIND_CLOCK) for each in moved)
    return is_remark or all(map(is_listed, moved))


@pytest.mark.parametrize("path", sampled(TRACES, 4, ids=lambda path: path.stem))
def test_each_change_of_a_recording_is_reported_or_listed_as_not_compared(path):
    header, events = read(path.read_bytes())
    unchanged = replay(written(header, events))
    assert unchanged.equal
    unreported = []
    for mutation in chosen(events, path.stem):
        if mutation is None or is_same(events, mutation.events):
            continue
        try:
            result = replay(written(header, mutation.events))
        except TraceError:
            continue  # unreadable is reported too
        # A note reports too: a wire record that became a note is a message that was not delivered.
        reported = not result.equal or result.warnings or result.notes != unchanged.notes
        if not reported and not allowed(mutation, events):
            kind = events[mutation.place].kind.name
            unreported.append(f"{kind} {mutation.place}: {mutation.action}")
    assert unreported == []


def test_the_list_lets_no_compared_field_of_an_output_through():
    for kind in (Kind.KIND_COMPLETION, Kind.KIND_INDICATION):
        for field in (*COMPARED_FIELDS, "time_ns", "payload", None):
            assert not_compared(kind, field) is None
    assert not_compared(Kind.KIND_GAP, None) is None


def test_the_document_has_the_list():
    text = (ROOT / "docs" / "replaying.md").read_text()
    section = text.partition("## What is not compared")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][2:]
    assert rows == [f"| {row.what} | {row.why} |" for row in NOT_COMPARED]
