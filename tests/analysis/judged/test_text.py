"""The report for a person and as JSON: where, what, what should be, what was before, from where."""

import json

from judged_samples import broken_trace, good_trace, session, waiver
from rule_faults import drop

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.judged import CheckOptions, check_file, report_json, report_lines
from wwanreplay.analysis.judged.outcomes import Broken, TraceReport
from wwanreplay.analysis.judged.text import place_text
from wwanreplay.analysis.waivers import parse_waivers

LINK = CheckOptions(rules=("connect.link-state",))


def test_a_broken_rule_has_all_that_one_looks_for(tmp_path):
    report = check_file(str(broken_trace(tmp_path)), LINK)
    (outcome,) = report.broken
    place = outcome.places[0]
    text = "\n".join(report_lines(report))
    assert text.startswith("broken: 1 fault, 0 rules kept (0 times)")
    assert "1. fault: connect.link-state (must), broken" in text
    assert outcome.rule.text.split()[0] in text
    assert f"from: {outcome.rule.sources[0]}" in text
    assert f"at record {place.index}, " in text
    assert place.text in text
    assert "NDIS_STATUS_WWAN_CONTEXT_STATE request" in text
    assert "before:" in text


def test_the_place_in_the_log_stands_with_the_record():
    event = Event(Kind.KIND_INDICATION, 5, source={"log": "a.log", "unit": "line", "number": 7})
    assert place_text(Broken(event, 3, "late", ())) == (
        "record 3, 0.000000005 s, a.log line 7: late"
    )
    assert place_text(Broken(Event(Kind.KIND_INDICATION, 5), 3, "late", ())) == (
        "record 3, 0.000000005 s: late"
    )


def test_a_good_session_is_one_line_with_counts_and_what_it_does_not_decide(tmp_path):
    first, *rest = report_lines(check_file(str(good_trace(tmp_path)), CheckOptions()))
    assert first.startswith("no fault: ")
    assert "kept" in first
    assert "not exercised" in first
    assert "not decidable" in first
    assert rest == [
        "  not decidable at 1 place: whether the device stores contexts was never queried"
    ]


def test_every_rule_has_a_line_when_all_are_wanted(tmp_path):
    report = check_file(str(good_trace(tmp_path)), CheckOptions())
    text = list(report_lines(report, all_rules=True))
    for outcome in report.outcomes:
        assert any(line.startswith(f"  {outcome.rule.id}: {outcome.kind}") for line in text)
    assert "  register.no-sim-access: not decidable: accesses to the SIM show in no event" in text


def test_what_was_accepted_is_named_with_its_reason(tmp_path):
    waivers = parse_waivers(waiver("connect.link-state"), "w.toml")
    report = check_file(str(broken_trace(tmp_path)), LINK, waivers)
    text = "\n".join(report_lines(report))
    assert "accepted: connect.link-state at record" in text
    assert "known (until 2999-12-31; w.toml: accept 1)" in text


def test_json_has_what_the_text_has(tmp_path):
    report = check_file(str(broken_trace(tmp_path)), CheckOptions())
    values = json.loads(json.dumps(report_json(report)))
    assert values["verdict"] == "broken"
    assert sum(values["counts"].values()) == len(values["rules"]) == len(report.outcomes)
    rule = next(each for each in values["rules"] if each["rule"] == "connect.link-state")
    assert (rule["outcome"], rule["severity"]) == ("broken", "fault")
    place = rule["places"][0]
    assert place["event"]["name"] == "NDIS_STATUS_WWAN_CONTEXT_STATE"
    assert place["record"] == place["event"]["index"]
    assert len(place["before"]) == 4
    assert report_json(TraceReport("x", error="x: no"))["verdict"] == "unreadable"


def test_personal_values_are_masked(tmp_path):
    report = check_file(str(broken_trace(tmp_path)), CheckOptions())
    masked = json.dumps(report_json(report)) + "\n".join(report_lines(report))
    shown = json.dumps(report_json(report, show_personal=True))
    assert '"payload":' not in masked
    assert '"payload":' in shown


def test_the_sample_is_one_device_that_leaves_things_out():
    assert len(session([drop("NDIS_STATUS_LINK_STATE", 1)])) == len(session()) - 1
