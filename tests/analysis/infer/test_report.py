"""The report of one trace: its numbers are those of the trace."""

from dataclasses import replace

import pytest
from stimulus_samples import events_of, recording, stimuli_of

from wwanreplay._core import RecordFlag
from wwanreplay.analysis.infer import infer, without_stimuli
from wwanreplay.analysis.infer.report import UNEXPLAINED_MAX, InferReport
from wwanreplay.analysis.infer.stimulus_file import Entry, without_inferred


@pytest.fixture(scope="module")
def found():
    return infer(without_stimuli(recording("pin")))


@pytest.fixture(scope="module")
def report(found):
    return InferReport("a.wwtrace", iter(events_of(found.source)), found, found.judge())


def test_lines_and_values_name_the_same_records(found, report):
    values = report.values()
    assert found.stimuli
    assert [each["before"] for each in values["stimuli"]] == [each.before for each in found.stimuli]
    lines = list(report.lines())
    assert lines[0].startswith(f"a.wwtrace: {len(found.stimuli)} stimuli inferred")
    reasons = [line for line in lines if "because" in line]
    named = [each for each in values["stimuli"] if "witness" in each]
    assert len(reasons) == len(named) > 0
    for line, each in zip(reasons, named, strict=True):
        assert f"record {each['witness']}" in line


def test_stimuli_that_the_trace_has_are_counted_apart(found):
    data = found.to_bytes()
    again = _report("b.wwtrace", data)
    assert again.recorded_count == 0
    assert again.earlier == stimuli_of(data)
    assert any("`--strip inferred -o OUT` removes them" in line for line in again.lines())
    recorded = _report("c.wwtrace", recording("pin"))
    assert (recorded.recorded_count, recorded.earlier) == (len(stimuli_of(recording("pin"))), [])


def test_the_entries_before_and_behind_are_the_same(found, report):
    """Those that were found, and the same as the result has them."""
    written = events_of(found.to_bytes())
    again = _report("b.wwtrace", found.to_bytes())

    def plain(entries):
        return [Entry(each.event.replace(index=None), each.before) for each in entries]

    assert plain(again.entries()) == plain(report.entries())
    assert len(list(without_inferred(written))) == len(events_of(found.source))
    assert all(each.event.flags & RecordFlag.FLAG_INFERRED for each in report.entries())


def test_of_many_unexplained_outputs_some_are_printed():
    bare = without_stimuli(recording("queries"))
    made = infer(bare)
    (first, *_) = infer(_lacking_last_indication()).unexplained
    many = replace_unexplained(made, (first,) * (UNEXPLAINED_MAX + 3))
    lines = list(InferReport("d.wwtrace", events_of(bare), many, made.judge()).lines())
    assert (
        sum("unexplained, a " in line or "unexplained:" in line for line in lines)
        == UNEXPLAINED_MAX
    )
    assert lines[-1].strip() == "… and 3 more unexplained"


def _report(name, data):
    found = infer(data)
    return InferReport(name, events_of(data), found, found.judge())


def replace_unexplained(found, unexplained):
    return replace(found, unexplained=unexplained)


def _lacking_last_indication():
    from wwanreplay._core import Kind
    from wwanreplay.trace.edit import rewrite

    data = recording("queries")
    last = max(each.index for each in events_of(data) if each.kind == Kind.KIND_INDICATION)
    return rewrite(data, lambda events: [each for each in events if each.index != last])
