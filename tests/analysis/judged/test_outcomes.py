"""What rules came to on a trace: verdict and exit code are earned."""

import pytest
from judged_samples import FAULTS, broken_trace, good_trace, session, waiver, write

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.judged import CheckOptions, OutcomeKind, check_file, unreadable
from wwanreplay.analysis.waivers import parse_waivers
from wwanreplay.errors import TraceError, UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.verdict import Verdict


def outcome(report, rule_id):
    return next(each for each in report.outcomes if each.rule.id == rule_id)


def test_every_rule_comes_to_one_thing(tmp_path):
    report = check_file(str(broken_trace(tmp_path)), CheckOptions())
    assert [each.rule.id for each in report.outcomes] == list(PROTOCOL.rule_by_id)
    assert sum(len(report.of(kind)) for kind in OutcomeKind) == len(report.outcomes)
    assert outcome(report, "connect.link-state").kind is OutcomeKind.BROKEN
    assert outcome(report, "async.provisional-first").kind is OutcomeKind.KEPT
    assert outcome(report, "connect.voice-start").kind is OutcomeKind.NOT_EXERCISED
    undecided = outcome(report, "register.no-sim-access")
    assert undecided.kind is OutcomeKind.UNDECIDED
    assert list(undecided.reasons) == ["accesses to the SIM show in no event"]


def test_a_good_session_has_no_fault_and_a_bad_one_is_broken(tmp_path):
    options = CheckOptions()
    good = check_file(str(good_trace(tmp_path)), options)
    assert (good.verdict, good.exit_code(options)) == (Verdict.NO_FAULT, 0)
    bad = check_file(str(broken_trace(tmp_path)), options)
    assert (bad.verdict, bad.exit_code(options)) == (Verdict.BROKEN, 1)
    assert bad.event_count == len(session(FAULTS))


def test_where_nothing_was_judged_nothing_is_well(tmp_path):
    path = write(tmp_path / "empty.wwtrace", [Event(Kind.KIND_NOTE, 0, payload=b"nothing")])
    report = check_file(str(path), CheckOptions())
    assert (report.verdict, report.exit_code(CheckOptions())) == (Verdict.NOTHING_JUDGED, 1)
    assert report.exit_code(CheckOptions(allow_empty=True)) == 0
    chosen = CheckOptions(rules=("register.no-sim-access",))
    assert check_file(str(good_trace(tmp_path)), chosen).verdict is Verdict.NOTHING_JUDGED


def test_a_broken_should_is_a_warning_and_counts_when_strict(tmp_path):
    path = str(broken_trace(tmp_path))
    everything = check_file(path, CheckOptions())
    warnings = [each.rule.id for each in everything.broken if each.rule.level == "should"]
    faults = [each.rule.id for each in everything.broken if each.rule.level == "must"]
    assert warnings
    assert faults
    assert [each.rule.id for each in everything.broken][: len(faults)] == faults
    options = CheckOptions(rules=(warnings[0], "async.provisional-first"))
    report = check_file(path, options)
    assert (report.verdict, report.exit_code(options)) == (Verdict.NO_FAULT, 0)
    strict = CheckOptions(rules=options.rules, strict=True)
    assert report.exit_code(strict) == 1


def test_rules_are_chosen_and_left_out_by_pattern(tmp_path):
    path = str(broken_trace(tmp_path))
    report = check_file(path, CheckOptions(("connect.*",), ("connect.link-*",)))
    names = {each.rule.id for each in report.outcomes}
    assert {name.split(".")[0] for name in names} == {"connect"}
    assert not any(name.startswith("connect.link-") for name in names)
    folded = CheckOptions(("CONNECT.*",), ("Connect.Link_*",))
    assert [row.id for row in folded.rows()] == [each.rule.id for each in report.outcomes]
    for wrong in (CheckOptions(("connect.rain",)), CheckOptions((), ("rain.*",))):
        with pytest.raises(UsageError, match="rain"):
            wrong.rows()


def test_what_is_accepted_is_no_fault_and_stays_visible(tmp_path):
    path = str(broken_trace(tmp_path))
    broken = [each.rule.id for each in check_file(path, CheckOptions()).broken]
    waivers = parse_waivers("".join(waiver(rule) for rule in broken), "w.toml")
    report = check_file(path, CheckOptions(), waivers)
    assert report.verdict is Verdict.NO_FAULT
    assert {each.rule.id for each in report.outcomes if each.accepted} == set(broken)
    late = parse_waivers("".join(waiver(rule, "2020-01-01") for rule in broken), "w.toml")
    assert check_file(path, CheckOptions(), late).verdict is Verdict.BROKEN


def test_places_beyond_those_listed_are_counted(tmp_path):
    report = check_file(str(broken_trace(tmp_path)), CheckOptions(places_max=1))
    assert all(len(each.places) == 1 for each in report.broken)
    assert any(each.broken_count > 1 for each in report.broken) or len(report.broken) > 1


def test_what_cannot_be_read_is_no_verdict_of_rules(tmp_path):
    (tmp_path / "no.wwtrace").write_bytes(b"no trace")
    with pytest.raises(TraceError):
        check_file(str(tmp_path / "no.wwtrace"), CheckOptions())
    report = unreadable("no.wwtrace", "no.wwtrace: broken")
    assert (report.verdict, report.exit_code(CheckOptions())) == (Verdict.UNREADABLE, 3)
