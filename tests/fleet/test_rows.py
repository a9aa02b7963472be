"""The rows of a trace: identities are masked, keyed, or there when wanted."""

import json

from checkout import TRACES

from wwanreplay.analysis.batch import ReplayOptions
from wwanreplay.fleet.rows import (
    MASK,
    Identities,
    packed_report,
    replayed_with_rows,
    rows_of_unread,
    unpacked_report,
)
from wwanreplay.stores import version_of
from wwanreplay.trace import TraceReader

DEMO = str(TRACES / "demo.wwtrace")
#: The subscriber and the device of the demo.
IDENTITIES = ("001013000000010", "00101", "Test Network One")


def operators(identities):
    report = replayed_with_rows(DEMO, ReplayOptions(), identities)
    assert {row["value"] for row in report.rows["facts"] if row["name"] == "operator"} == {
        report.rows["traces"][0]["operator"]
    }
    return report.rows["traces"][0]["operator"]


def test_the_operator_is_masked_keyed_or_there():
    assert operators(Identities()) == MASK
    keyed = operators(Identities(key=b"one"))
    assert len(keyed) == 12
    assert keyed == operators(Identities(key=b"one")) != operators(Identities(key=b"two"))
    assert operators(Identities(show_personal=True)) == "00101"


def test_no_identity_of_a_trace_is_in_its_rows():
    with TraceReader(DEMO) as reader:
        assert any(IDENTITIES[0].encode("utf-16-le") in event.payload for event in reader)
    report = replayed_with_rows(DEMO, ReplayOptions(), Identities())
    text = json.dumps(report.rows)
    assert [value for value in IDENTITIES if f'"{value}"' in text or value in text] == []


def test_a_report_comes_back_from_its_row():
    report = replayed_with_rows(DEMO, ReplayOptions(as_json=True), Identities())
    again = unpacked_report(packed_report(report))
    assert (again.path, again.verdict, again.values, again.totals, again.digest) == (
        report.path,
        report.verdict,
        report.values,
        report.totals,
        report.digest,
    )


def test_a_trace_that_cannot_be_read_has_its_row(tmp_path):
    bad = tmp_path / "bad.wwtrace"
    bad.write_bytes(b"no trace")
    report = replayed_with_rows(str(bad), ReplayOptions(), Identities())
    (row,) = report.rows["traces"]
    assert (row["verdict"], row["exit_code"]) == ("unreadable", 3)
    assert "not a wwanreplay trace" in row["error"]
    assert rows_of_unread(report, version_of(str(bad)))["traces"] == [row]
    assert row["version"] == str(bad.stat().st_mtime_ns)
