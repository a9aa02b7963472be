"""The counts of an import, their first places, and how they are printed."""

import json
from pathlib import Path

import field_samples as samples
from import_samples import run

from wwanreplay.formats.base import PLACES_MAX, Counts, LogPlace, Unit
from wwanreplay.formats.import_summary import (
    NUMBERS,
    TROUBLES,
    ImportSummary,
    SessionSummary,
    Tally,
)


def place(number: int, source: str = "a.log") -> LogPlace:
    return LogPlace(source, Unit.LINE, number)


def tally(unmapped: int = 0, **numbers: int) -> Tally:
    made = Tally(**numbers)
    for number in range(unmapped):
        made.unmapped.add(place(number), "has no OID")
    return made


def test_the_summary_counts_everything_and_names_places(tmp_path: Path):
    log = samples.old_libmbim(samples.OPEN, device="cdc-wdm0")
    log += samples.new_libmbim(samples.RADIO_DONE)
    log += ">>>>>> RAW:\n>>>>>>   data = zz\n"
    _, summary = run(tmp_path, log)
    made = json.loads(json.dumps(summary.as_json()))
    assert set(NUMBERS) <= made.keys()
    assert made["unreadable"] == 2
    (session,) = made["sessions"]
    assert {name: session[name] for name in NUMBERS} == {name: made[name] for name in NUMBERS}
    assert session["places"]["unreadable"][0]["number"] == 11
    assert made["logs"][0]["format"] == "libmbim"
    text = "\n".join(summary.lines())
    assert "2 messages: 1 complete, 1 incomplete" in text
    assert "incomplete 0.log:line 6: 12 of 56 bytes are in the log" in text


def test_the_numbers_of_two_sessions_add_up():
    total = tally(2, messages=3, requests=1, notes=4)
    total.add(tally(1, messages=5, completions=2, other=1, duplicates=6))
    numbers = total.numbers()
    assert list(numbers) == list(NUMBERS)
    assert {name: value for name, value in numbers.items() if value} == {
        "messages": 8,
        "events": 4,
        "requests": 1,
        "completions": 2,
        "notes": 4,
        "duplicates": 6,
        "unmapped": 3,
    }


def test_places_of_the_first_sessions_are_kept():
    total = tally(PLACES_MAX - 1)
    total.add(tally(PLACES_MAX))
    assert total.unmapped.count == 2 * PLACES_MAX - 1
    assert [at.number for at, _ in total.unmapped.first] == [*range(PLACES_MAX - 1), 0]


def test_what_a_reader_could_not_use_is_added_without_its_messages():
    counts = Counts(messages=9, complete=9, events=9)
    for name in ("unmapped", "unreadable", "dropped"):
        getattr(counts, name).add(place(1), "torn", 2)
    total = Tally()
    total.add_log(counts)
    assert {name for name, value in total.numbers().items() if value} < set(TROUBLES)
    assert (total.unmapped.count, total.unreadable.count, total.dropped.count) == (2, 2, 2)


def test_more_troubles_than_places_are_printed_as_a_number():
    lines = list(tally(PLACES_MAX + 3).lines())
    assert lines[-1] == "  unmapped: and 3 more"
    assert lines[-2] == f"  unmapped a.log:line {PLACES_MAX - 1}: has no OID"
    assert len(lines) == 3 + PLACES_MAX + 1


def session(name: str, **inferred: object) -> SessionSummary:
    return SessionSummary(name, "cdc-wdm0", [], 7, 1_500_000_000, "abc", Tally(), inferred)


def test_a_sum_is_printed_where_it_is_more_than_one_session_has():
    one = ImportSummary(sessions=[session("a")])
    assert "in all:" not in list(one.lines())
    assert "a: 7 records of cdc-wdm0 in 1.500 s; digest abc" in list(one.lines())
    two = ImportSummary(sessions=[session("a"), session("b")])
    assert "in all:" in list(two.lines())
    passed = list(ImportSummary(sessions=[session("a")], passed_over=2).lines())
    assert passed[-1] == "2 messages and events of other devices passed over"
    assert "in all:" in passed


def test_what_was_inferred_is_printed_with_the_verdict_of_a_replay():
    one = ImportSummary(sessions=[session("a", stimuli=1, headline="no fault, 3 of 3 compared")])
    assert list(one.lines())[-1] == "  1 stimulus inferred; no fault, 3 of 3 compared"
    assert not any("inferred" in line for line in ImportSummary(sessions=[session("a")]).lines())
