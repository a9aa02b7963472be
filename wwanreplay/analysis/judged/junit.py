"""What the rules came to as JUnit's XML: a suite for each trace, a case for each rule."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree

from wwanreplay.analysis.judged.outcomes import Outcome, OutcomeKind, TraceReport
from wwanreplay.analysis.judged.text import place_text
from wwanreplay.verdict import Verdict


def junit_text(
    reports: Iterable[TraceReport], *, strict: bool = False, allow_empty: bool = False
) -> str:
    """The file. A rule that is not decidable or not exercised is skipped; with `strict` broken
    rules that are no faults fail too. A trace in which nothing was judged fails, as the verb does,
    but for `allow_empty`.
    """
    root = ElementTree.Element("testsuites", name="wwanreplay check")
    for report in reports:
        _suite(root, report, strict)
        if report.verdict is Verdict.NOTHING_JUDGED and not allow_empty:
            _nothing_judged(root[-1], report)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: ElementTree.Element, report: TraceReport, strict: bool) -> None:
    suite = ElementTree.SubElement(root, "testsuite", name=_clean(report.path))
    if report.error:
        case = ElementTree.SubElement(suite, "testcase", classname=_clean(report.path), name="read")
        ElementTree.SubElement(case, "error", message=_clean(report.error))
        suite.attrib |= {"tests": "1", "failures": "0", "errors": "1", "skipped": "0"}
        return
    failures = skipped = 0
    for outcome in report.outcomes:
        case = ElementTree.SubElement(
            suite, "testcase", classname=_clean(report.path), name=outcome.rule.id
        )
        if outcome.kind is OutcomeKind.BROKEN:
            counts = strict or outcome.severity == "fault"
            failures += counts
            _broken(case, outcome, "failure" if counts else "system-out")
        elif outcome.kind is not OutcomeKind.KEPT:
            skipped += 1
            why = "; ".join(outcome.reasons) or str(outcome.kind)
            ElementTree.SubElement(case, "skipped", message=_clean(why))
    counts_of = {"tests": len(report.outcomes), "failures": failures, "errors": 0}
    counts_of["skipped"] = skipped
    suite.attrib |= {name: str(count) for name, count in counts_of.items()}


def _nothing_judged(suite: ElementTree.Element, report: TraceReport) -> None:
    case = ElementTree.SubElement(suite, "testcase", classname=_clean(report.path), name="judged")
    ElementTree.SubElement(case, "failure", type="fault", message=str(report.verdict))
    suite.attrib |= {"tests": str(len(report.outcomes) + 1), "failures": "1"}


def _broken(case: ElementTree.Element, outcome: Outcome, element: str) -> None:
    found = ElementTree.SubElement(case, element)
    if element == "failure":
        found.attrib |= {"type": outcome.severity, "message": _clean(outcome.rule.text)}
    found.text = _clean("\n".join(place_text(place) for place in outcome.places))


def _clean(text: str) -> str:
    """Text without what XML cannot hold."""
    return "".join(each if each.isprintable() or each == "\n" else "�" for each in text)
