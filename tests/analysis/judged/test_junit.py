"""JUnit's XML: what a CI counts is what was judged."""

from xml.etree import ElementTree

from judged_samples import broken_trace, good_trace

from wwanreplay.analysis.judged import (
    CheckOptions,
    OutcomeKind,
    TraceReport,
    check_file,
    junit_text,
    unreadable,
)


def suites(*reports, **options):
    return ElementTree.fromstring(junit_text(reports, **options)).findall("testsuite")


def test_a_case_for_each_rule_and_a_failure_for_each_fault(tmp_path):
    report = check_file(str(broken_trace(tmp_path)), CheckOptions())
    (suite,) = suites(report)
    cases = {case.get("name"): case for case in suite.findall("testcase")}
    assert list(cases) == [each.rule.id for each in report.outcomes]
    failed = {name for name, case in cases.items() if case.find("failure") is not None}
    assert failed == {each.rule.id for each in report.broken if each.severity == "fault"}
    skipped = [name for name, case in cases.items() if case.find("skipped") is not None]
    assert len(skipped) == sum(
        len(report.of(kind)) for kind in (OutcomeKind.UNDECIDED, OutcomeKind.NOT_EXERCISED)
    )
    assert (int(suite.get("tests")), int(suite.get("failures")), int(suite.get("skipped"))) == (
        len(cases), len(failed), len(skipped),
    )  # fmt: skip
    assert "record" in cases["connect.link-state"].find("failure").text


def test_strict_lets_warnings_fail(tmp_path):
    report = check_file(str(broken_trace(tmp_path)), CheckOptions())
    (suite,) = suites(report, strict=True)
    assert int(suite.get("failures")) == len(report.broken)


def test_a_good_trace_has_no_failure_and_an_unreadable_one_an_error(tmp_path):
    good = check_file(str(good_trace(tmp_path)), CheckOptions())
    first, second = suites(good, unreadable("x.wwtrace", "x.wwtrace: \x01 no trace"))
    assert first.get("failures") == "0"
    assert (second.get("errors"), second.get("tests")) == ("1", "1")
    assert second.find("testcase/error").get("message").endswith("no trace")


def test_a_trace_in_which_nothing_was_judged_fails_unless_that_is_allowed():
    report = TraceReport("quiet.wwtrace")
    (suite,) = suites(report)
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    assert suite.find("testcase/failure").get("message") == "nothing judged"
    (suite,) = suites(report, allow_empty=True)
    assert (suite.get("tests"), suite.get("failures")) == ("0", "0")
