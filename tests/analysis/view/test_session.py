"""What a page says of its session is what explain, replay and check say."""

import pytest
from checkout import LOGS, TRACES
from diff_samples import sample
from view_page import written

from wwanreplay._core import Kind
from wwanreplay.analysis.edit.filter import filter_trace
from wwanreplay.analysis.explanation.reading import read_story
from wwanreplay.analysis.explanation.states import changes
from wwanreplay.analysis.judged import CheckOptions, check_file
from wwanreplay.analysis.show import Filter
from wwanreplay.analysis.verdict import judge_field
from wwanreplay.analysis.view import session as module
from wwanreplay.analysis.view.masking import Masking
from wwanreplay.analysis.view.rows import read_rows
from wwanreplay.analysis.view.session import INSTANTS, SessionPage, tone_of
from wwanreplay.formats.importer import import_logs
from wwanreplay.trace import TraceReader

DEMO = str(TRACES / "demo.wwtrace")


def values(path, *, compares=True, checks=False, chosen=None):
    masking = Masking()
    with TraceReader(path) as reader:
        rows = read_rows(reader, chosen or Filter(), masking)
    return SessionPage(rows, masking).values(str(path), compares=compares, checks=checks)


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """The demo without one indication, which replay and check both find."""
    header, events = sample("demo")
    lost = next(
        n
        for n, event in enumerate(events)
        if event.kind == Kind.KIND_INDICATION and event.request_id == 9
    )
    path = tmp_path_factory.mktemp("broken") / "broken.wwtrace"
    return str(written(path, header, [*events[:lost], *events[lost + 1 :]]))


def test_lanes_and_changes_are_those_of_explain():
    found, story = values(DEMO), read_story(DEMO)
    expected = changes(story)
    assert [(each["lane"], each["text"]) for each in found["changes"]] == [
        (change.lane, change.text) for change in expected
    ]
    lanes = {lane["name"]: lane["spans"] for lane in found["lanes"]}
    assert list(lanes) == ["SIM", "radio", "registration", "packet service", "context 1"]
    for name, spans in lanes.items():
        states = [(c.place.record, c.text) for c in expected if c.lane == name]
        assert [(row, text) for row, text, _ in spans] == states
        assert name not in INSTANTS


def test_findings_are_those_of_replay_at_their_records(broken):
    found, verdict = values(broken), judge_field(broken)
    assert found["verdict"] == "diverged"
    assert verdict.faults
    assert sorted((each["record"], each["text"]) for each in found["findings"]) == sorted(
        (each.record, each.text) for each in verdict.faults
    )
    (missing,) = [each for each in found["findings"] if each.get("missing")]
    assert missing["missing"] == "indication NDIS_STATUS_WWAN_CONTEXT_STATE request 9"
    assert missing["rule"] == "async.indication-follows"
    assert missing["row"] == missing["record"]


def test_rules_are_judged_as_check_does_it(broken):
    found = values(broken, compares=False, checks=True)
    report = check_file(broken, CheckOptions())
    rules = {outcome.rule.id: outcome.severity for outcome in report.broken}
    assert rules
    assert {each["rule"]: each["weight"] for each in found["findings"]} == rules
    assert found["checked"].startswith(f"rules: {len(rules)} broken, ")
    assert "verdict" not in found


def test_what_both_judges_find_is_listed_once(tmp_path):
    path = tmp_path / "log.wwtrace"
    import_logs([LOGS / "mbimcli-fault-late.log"], path)
    both = values(path, checks=True)["findings"]
    ruled = [(each["rule"], each["record"]) for each in both if "rule" in each]
    assert ruled
    assert len(ruled) == len(set(ruled))


def test_of_a_filtered_trace_it_is_stated_what_is_not_compared(tmp_path):
    path = tmp_path / "filtered.wwtrace"
    kept = filter_trace(DEMO, path, Filter.of(oids=["connect"]))
    assert f"{kept.left_out} records were filtered out, not compared" in values(path)["warnings"]


def test_without_a_comparison_nothing_is_found():
    found = values(DEMO, compares=False)
    assert found["findings"] == []
    assert "verdict" not in found
    assert "checked" not in found


def test_what_stands_outside_of_the_part_that_is_shown_is_counted_only(broken):
    whole = values(broken)
    record = next(each["record"] for each in whole["findings"] if each.get("missing"))
    part = Filter(start_record=record - 2, stop_record=record + 2)
    found = values(broken, chosen=part)
    assert record in {each["record"] for each in found["findings"]}
    assert all(record - 2 <= each["record"] < record + 2 for each in found["findings"])
    assert found["findings_outside"] == len(whole["findings"]) - len(found["findings"])
    assert found["verdict"] == whole["verdict"]
    # The state at the first row is the one before it.
    states = {lane["name"]: lane["spans"][-1][:2] for lane in found["lanes"]}
    assert states["packet service"] == [0, "attached"]
    assert len(found["changes"]) < len(whole["changes"])


def test_more_findings_than_a_page_lists_are_counted(broken, monkeypatch):
    every = len(values(broken)["findings"])
    monkeypatch.setattr(module, "FINDINGS_MAX", 1)
    found = values(broken)
    assert (len(found["findings"]), found["findings_left"]) == (1, every - 1)


def test_a_log_that_carries_no_profile_is_compared_as_explain_does_it(tmp_path):
    path = tmp_path / "log.wwtrace"
    import_logs([LOGS / "mbimcli-fault-registration.log"], path)
    found = values(path)
    assert found["verdict"] in ("no fault", "diverged")
    assert found["compared"][0] > 0


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("on", "good"),
        ("off, by software", "idle"),
        ("registered, roaming", "good"),
        ("not registered", "idle"),
        ("searching", "busy"),
        ("denied, network cause 11", "bad"),
        ("attached", "good"),
        ("detached", "idle"),
        ("active, IPv4", "good"),
        ("activating", "busy"),
        ("not active", "idle"),
        ("no SIM", "bad"),
        ("closed, and open again", "good"),
        ("PIN1 is wanted, 3 attempts left", "busy"),
        ("something new", "other"),
    ],
)
def test_a_state_is_drawn_by_its_words(text, tone):
    assert tone_of(text) == tone
