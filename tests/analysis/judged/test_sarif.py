"""SARIF: the structure that its standard requires, and the places of the report.

Numbers behind lines are sections of SARIF 2.1.0.
"""

import json
import re

from judged_samples import FAULTS, broken_trace, good_trace, session, waiver, write

from wwanreplay.analysis.judged import CheckOptions, check_file, sarif_text, unreadable
from wwanreplay.analysis.waivers import parse_waivers


def check_required(log):
    """What SARIF 2.1.0 requires of the properties that are used (its sections in brackets)."""
    assert log["version"] == "2.1.0"  # 3.13.2
    assert re.match(r"https://.*sarif.*2\.1\.0.*\.json$", log["$schema"])
    assert isinstance(log["runs"], list)  # 3.13.4
    for run in log["runs"]:
        driver = run["tool"]["driver"]  # 3.14.6, 3.18.2
        assert isinstance(driver["name"], str)
        assert driver["name"]
        ids = [rule["id"] for rule in driver["rules"]]  # 3.49.3
        assert len(ids) == len(set(ids))
        for rule in driver["rules"]:
            assert rule["shortDescription"]["text"]  # 3.11.8
            assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
        for invocation in run["invocations"]:
            assert isinstance(invocation["executionSuccessful"], bool)  # 3.20.14
            for notice in invocation["toolExecutionNotifications"]:
                assert notice["message"]["text"]  # 3.58.5
        for result in run["results"]:
            assert result["message"]["text"]  # 3.27.11
            assert ids[result["ruleIndex"]] == result["ruleId"]  # 3.27.6
            assert result["level"] in ("none", "note", "warning", "error")  # 3.27.10
            for location in result["locations"]:
                check_location(location)
            for suppression in result.get("suppressions", ()):
                assert suppression["kind"] in ("inSource", "external")  # 3.35.2


def check_location(location):
    uri = location["physicalLocation"]["artifactLocation"]["uri"]  # 3.29.3, 3.4.3
    assert re.fullmatch(r"[\w.~!$&'()*+,;=:@/%-]+", uri)
    region = location["physicalLocation"].get("region")
    if region is not None:
        assert region["startLine"] >= 1  # 3.30.5


def sarif(*reports):
    log = json.loads(sarif_text(reports))
    check_required(log)
    return log["runs"][0]


def test_a_result_for_each_place(tmp_path):
    report = check_file(str(broken_trace(tmp_path)), CheckOptions())
    run = sarif(report)
    assert len(run["results"]) == sum(len(each.places) for each in report.broken)
    assert {each["ruleId"] for each in run["results"]} == {each.rule.id for each in report.broken}
    levels = {each["ruleId"]: each["level"] for each in run["results"]}
    assert levels["connect.link-state"] == "error"


def test_a_good_trace_has_no_result_and_an_unreadable_one_a_notification(tmp_path):
    run = sarif(check_file(str(good_trace(tmp_path)), CheckOptions()))
    assert (run["results"], run["invocations"][0]["executionSuccessful"]) == ([], True)
    run = sarif(unreadable("x.wwtrace", "x.wwtrace: no trace"))
    assert run["invocations"][0]["executionSuccessful"] is False


def test_an_event_of_a_log_is_at_its_line(tmp_path):
    place = {"log": "a log.txt", "unit": "line"}
    events = [
        event.replace(source={**place, "number": number})
        for number, event in enumerate(session(FAULTS), 1)
    ]
    report = check_file(str(write(tmp_path / "l.wwtrace", events)), CheckOptions())
    (result, *_) = sarif(report)["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "a%20log.txt"
    assert physical["region"]["startLine"] == result["properties"]["record"] + 1


def test_what_was_accepted_is_suppressed(tmp_path):
    waivers = parse_waivers(waiver("connect.*"), "w.toml")
    report = check_file(str(broken_trace(tmp_path)), CheckOptions(), waivers)
    suppressed = [each for each in sarif(report)["results"] if "suppressions" in each]
    assert suppressed
    assert all(each["ruleId"].startswith("connect.") for each in suppressed)
    assert suppressed[0]["suppressions"][0]["justification"] == "known"
