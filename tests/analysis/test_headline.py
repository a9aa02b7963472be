"""The verdict on one line: what it counts, and when nothing stands behind it."""

import pytest
from replay_samples import changed_octet, sample_events

from wwanreplay.analysis.headline import counted, headline, is_headline_all, totals_lines
from wwanreplay.analysis.report import report_lines
from wwanreplay.protocol.kinds import OUTPUTS
from wwanreplay.replay import ReplayResult, replay_events


def test_an_equal_replay_is_reported_by_its_headline_alone():
    events, new_engine = sample_events()
    result = replay_events(events, new_engine())
    assert is_headline_all(result)
    outputs = sum(event.kind in OUTPUTS for event in events)
    assert (
        list(report_lines(result)) == [headline(result)] == [f"equal, {outputs} outputs compared"]
    )


def test_a_divergence_stands_behind_the_headline():
    events, new_engine = sample_events()
    place = next(at for at, event in enumerate(events) if event.kind in OUTPUTS and event.payload)
    events = [*events[:place], changed_octet(events[place], 4), *events[place + 1 :]]
    result = replay_events(events, new_engine())
    assert not is_headline_all(result)
    assert len(list(report_lines(result))) > 1


@pytest.mark.parametrize(
    "change",
    [
        {"warnings": ["a warning"]},
        {"notes": ["a note"]},
        {"accepted": ["an entry"]},
        {"start_state": {"sim": "ready"}},
        {"before_start_count": 1},
        {"divergence_count": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_has_a_line_of_its_own_stands_behind_the_headline(change):
    result = ReplayResult(counts={"outputs": 1, "compared": 1})
    assert is_headline_all(result)
    assert list(report_lines(result)) == [headline(result)]
    for name, value in change.items():
        setattr(result, name, value)
    assert not is_headline_all(result)
    assert list(report_lines(result))[1:]


def test_numbers_take_the_plural_of_their_thing():
    assert [counted(number, "record") for number in (0, 1, 2)] == [
        "0 records",
        "1 record",
        "2 records",
    ]
    assert counted(2, "query") == "2 queries"


def test_totals_leave_out_what_is_none():
    totals = {
        "files": 1,
        "verdicts": {"equal": 1, "diverged": 0},
        "records": 12_345,
        "digest": "ab",
    }
    lines = list(totals_lines(totals))
    assert [line.split()[0] for line in lines] == ["files", "equal", "records", "digest"]
    assert "12 345" in lines[2]
