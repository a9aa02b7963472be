"""A trace keeps its bug: what is expected passes, what is new fails, what is gone is named."""

import shutil
from collections import Counter
from datetime import date
from functools import cache

import pytest
from checkout import LOGS, TRACES
from hypothesis import given, settings
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.accepting import finding_of
from wwanreplay.analysis.batch import ReplayOptions, replay_file
from wwanreplay.analysis.expected import (
    ATTACHMENT,
    Acceptance,
    apply_expected,
    expected_of,
    expected_path,
    write_expected,
)
from wwanreplay.analysis.infer import infer_file
from wwanreplay.analysis.verdict import judge_further
from wwanreplay.errors import InputError, UsageError
from wwanreplay.formats.importer import import_logs
from wwanreplay.protocol.kinds import OUTPUTS
from wwanreplay.replay import replay
from wwanreplay.trace import TraceReader
from wwanreplay.trace.edit import rewrite
from wwanreplay.verdict import Verdict

DAY = date(2027, 1, 31)
DEMO = TRACES / "demo.wwtrace"
ALL = Acceptance(reason="kept as a test")


@cache
def outputs_of(path):
    """The indexes of the outputs of a trace."""
    with TraceReader(path) as reader:
        return [event.index for event in reader.events() if event.kind in OUTPUTS]


def without(path, *indexes):
    """The bytes of a trace that lacks some of its records."""
    return rewrite(path, lambda events: [each for each in events if each.index not in indexes])


def broken(folder, *indexes):
    """A copy of the demo that lacks some of its records."""
    path = folder / "bug.wwtrace"
    path.write_bytes(without(DEMO, *indexes))
    return path


def spoilt(events, index, **changed):
    """The events of a trace, one of them otherwise."""
    return [each.replace(**changed) if each.index == index else each for each in events]


#: A further fault at a record.
SPOIL = {
    "dropped": lambda events, at: [each for each in events if each.index != at],
    "doubled": lambda events, at: [*events[: at + 1], events[at], *events[at + 1 :]],
    "other status": lambda events, at: spoilt(events, at, status=0xC0000001),
    "other port": lambda events, at: spoilt(events, at, port=events[at].port + 1),
    "later": lambda events, at: spoilt(events, at, time_ns=events[at].time_ns + 1),
}


def judged(path, today=DAY):
    """The replay of a trace, with what is expected of it taken out."""
    result = replay(path)
    apply_expected(result, expected_of(path, today), str(path))
    return result


def findings(path):
    """What a replay finds, without place, time and value."""
    return Counter(finding_of(each, "") for each in replay(path).divergences)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_what_was_accepted_passes_and_any_further_fault_is_new(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("kept")
    first, second = data.draw(
        st.lists(st.sampled_from(outputs_of(DEMO)), min_size=2, max_size=2, unique=True)
    )
    path = broken(folder, first)
    write_expected(path, replay(path), ALL, DAY)
    kept = judged(path)
    assert (kept.verdict, kept.divergence_count, kept.warnings) == (Verdict.EQUAL, 0, [])
    path.write_bytes(
        rewrite(
            path,
            lambda events: SPOIL[data.draw(st.sampled_from(sorted(SPOIL)))](
                events, second - (second > first)
            ),
        )
    )
    assert judged(path).verdict is Verdict.DIVERGED
    path.write_bytes(DEMO.read_bytes())
    mended = judged(path)
    assert mended.verdict is Verdict.EQUAL
    assert mended.warnings
    assert all(line.startswith("gone: ") for line in mended.warnings)


def test_a_fault_of_an_imported_log_is_kept(tmp_path):
    path = tmp_path / "bug.wwtrace"
    import_logs([LOGS / "mbimcli-fault-late.log"], path, after=infer_file)
    found = replay(path, judge_further=judge_further)
    assert found.verdict is Verdict.DIVERGED
    write_expected(path, found, ALL, DAY)
    again = replay_file(str(path), ReplayOptions())
    assert (again.verdict, again.exit_code) == (Verdict.NO_FAULT, 0)


@pytest.mark.parametrize("log", ["contexts", "registration"])
def test_what_only_differs_from_the_model_need_not_be_accepted(tmp_path, log):
    path = tmp_path / "note.wwtrace"
    import_logs([LOGS / f"mbimcli-fault-{log}.log"], path, after=infer_file)
    found = replay(path, judge_further=judge_further)
    assert (found.verdict, len(found.remarks)) == (Verdict.NO_FAULT, 1)
    assert write_expected(path, found, ALL, DAY) == "nothing, as nothing diverges"
    assert not expected_path(path).exists()


def test_a_divergence_is_not_identified_by_its_record(tmp_path):
    path = broken(tmp_path, outputs_of(DEMO)[9])
    write_expected(path, replay(path), ALL, DAY)
    found = findings(path)
    note = Event(Kind.KIND_NOTE, 0, code=0, payload=b"a record in front of all others")
    path.write_bytes(rewrite(path, lambda events: [note, *events]))
    assert findings(path) == found
    assert judged(path).warnings == []
    assert judged(path).verdict is Verdict.EQUAL


def test_what_is_accepted_into_a_trace_travels_with_it(tmp_path):
    path = broken(tmp_path, outputs_of(DEMO)[5])
    line = write_expected(path, replay(path), Acceptance(into_trace=True), DAY)
    assert line.endswith("in the trace")
    assert not expected_path(path).exists()
    with TraceReader(path) as reader:
        assert ATTACHMENT in [each.name for each in reader.attachments()]
    other = tmp_path / "moved.wwtrace"
    shutil.move(path, other)
    assert judged(other).verdict is Verdict.EQUAL


def test_a_file_beside_the_trace_counts_in_place_of_what_is_in_it(tmp_path):
    path = broken(tmp_path, outputs_of(DEMO)[5])
    write_expected(path, replay(path), Acceptance(into_trace=True), DAY)
    expected_path(path).write_text('[[accept]]\ncode = "X"\nreason = "r"\nexpires = 2027-02-01\n')
    assert judged(path).verdict is Verdict.DIVERGED


def test_accepting_again_keeps_reasons_and_drops_what_is_gone(tmp_path):
    first, second = outputs_of(DEMO)[3], outputs_of(DEMO)[20]
    path = broken(tmp_path, first)
    write_expected(path, replay(path), Acceptance("the reason", date(2027, 3, 1)), DAY)
    path.write_bytes(without(DEMO, first, second))
    write_expected(path, replay(path), Acceptance("another"), DAY)
    text = expected_path(path).read_text()
    assert 'reason = "the reason"\nexpires = 2027-03-01' in text
    assert 'reason = "another"\nexpires = 2028-01-31' in text
    path.write_bytes(without(DEMO, second))
    write_expected(path, replay(path), ALL, DAY)
    assert "the reason" not in expected_path(path).read_text()
    path.write_bytes(DEMO.read_bytes())
    write_expected(path, replay(path), ALL, DAY)
    assert not expected_path(path).exists()


def test_accepting_what_does_not_diverge_changes_nothing(tmp_path):
    path = tmp_path / "good.wwtrace"
    path.write_bytes(DEMO.read_bytes())
    for how in (ALL, Acceptance(into_trace=True)):
        assert "nothing diverges" in write_expected(path, replay(path), how, DAY)
    assert path.read_bytes() == DEMO.read_bytes()
    assert [each.name for each in tmp_path.iterdir()] == ["good.wwtrace"]


def test_entries_of_patterns_stay_when_it_is_accepted_again(tmp_path):
    path = broken(tmp_path, outputs_of(DEMO)[3])
    by_hand = '[[accept]]\ncode = "NDIS_*"\nreason = "by hand"\nexpires = 2027-06-30\n'
    expected_path(path).write_text(by_hand)
    write_expected(path, replay(path), ALL, DAY)
    assert by_hand in expected_path(path).read_text()


def test_what_expired_is_new_again(tmp_path):
    path = broken(tmp_path, outputs_of(DEMO)[3])
    write_expected(path, replay(path), Acceptance(expires=date(2027, 2, 1)), DAY)
    assert judged(path, date(2027, 2, 1)).verdict is Verdict.EQUAL
    later = judged(path, date(2027, 2, 2))
    assert later.verdict is Verdict.DIVERGED
    assert any("expired on 2027-02-01" in line for line in later.warnings)


def test_a_part_of_a_trace_says_nothing_of_what_is_gone(tmp_path):
    path = broken(tmp_path, outputs_of(DEMO)[3])
    write_expected(path, replay(path), ALL, DAY)
    part = replay_file(str(path), ReplayOptions(start_record=60))
    assert part.exit_code == 0
    assert not any("gone" in line for line in part.lines)


def test_more_expected_divergences_than_are_listed_pass(tmp_path):
    path = broken(tmp_path, *outputs_of(DEMO)[2:12:2])
    count = replay(path).divergence_count
    assert count > 2
    with pytest.raises(InputError, match="--max-divergences lists more"):
        write_expected(path, replay(path, divergences_max=2), ALL, DAY)
    write_expected(path, replay(path), ALL, DAY)
    report = replay_file(str(path), ReplayOptions(divergences_max=1))
    assert report.exit_code == 0, report.lines


def test_a_trace_that_is_cut_off_is_accepted_beside_only(tmp_path):
    path = tmp_path / "cut.wwtrace"
    path.write_bytes(without(DEMO, outputs_of(DEMO)[3])[:-60])
    with pytest.raises(InputError, match="cut off"):
        write_expected(path, replay(path), Acceptance(into_trace=True), DAY)
    write_expected(path, replay(path), ALL, DAY)
    assert judged(path).divergence_count == 0


def test_a_file_of_expected_divergences_that_cannot_be_is_one_line(tmp_path):
    path = broken(tmp_path, outputs_of(DEMO)[3])
    expected_path(path).write_text("[[accept]]\ncount = 0\n")
    with pytest.raises(UsageError):
        expected_of(path)
    report = replay_file(str(path), ReplayOptions())
    assert report.exit_code == 2
    assert "\n" not in report.error
