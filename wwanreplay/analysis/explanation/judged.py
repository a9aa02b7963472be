"""Faults, then differences from the model, in words and with the places and names of the log.

The judge is that of `replay` (`wwanreplay.analysis.verdict`): a trace recorded here is compared
exactly, a field trace in three layers. Here its roots are put in words; what follows from them is
counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from wwanreplay.analysis.explanation import words
from wwanreplay.analysis.explanation.steps import SECOND_NS, Step, StepKind, StepPlace, Story
from wwanreplay.errors import InputError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.presentation import mask_value
from wwanreplay.trace.stretch import WHOLE, Stretch

if TYPE_CHECKING:
    from wwanreplay.analysis import verdict
    from wwanreplay.replay import Divergence

#: Places of one finding that are kept.
PLACES_MAX: Final = 5

#: The layers of the judge in words, by their names.
_LAYERS: Final = {
    "wire": "on the wire",
    "rule": "against the documents",
    "model": "against the model",
}
#: What judges a trace that was recorded here.
EXACT: Final = "in the exact comparison"
_OUTPUTS: Final = frozenset({StepKind.ANSWER, StepKind.EVENT})
_MAPPED_STATUS: Final = re.compile(r"\buStatus is WWAN_STATUS_[A-Z_]+")
_RECORD: Final = re.compile(r"\brecord (\d{1,12})\b")


@dataclass(slots=True)
class Finding:
    """What a layer found: in words, with the fields that differ below, its places and its rule.

    `transaction` is the MBIM transaction, 0 where there is none.
    """

    layer: str
    text: str
    places: list[StepPlace] = field(default_factory=list)
    count: int = 1
    transaction: int = 0
    fields: list[str] = field(default_factory=list)
    rule: str = ""
    source: str = ""


@dataclass(slots=True)
class Judged:
    """`faults` make the exit code 1; `warnings` are shoulds of the documents, `notes` differences.

    `consequences` counts what follows from them; `unjudged` says why nothing was judged. `verdict`
    is the word of `replay` on the whole session, empty where it was not asked; `elsewhere` counts
    the faults outside of the stretch that is explained.
    """

    faults: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    consequences: int = 0
    elsewhere: int = 0
    unjudged: list[str] = field(default_factory=list)
    verdict: str = ""


def judged(source: str, story: Story, stretch: Stretch = WHOLE) -> Judged:
    """Judge a trace by the layers that fit it, and list what stands in a stretch.

    Raises TraceError for what cannot be read.
    """
    from wwanreplay.analysis.verdict import judge_field

    result = Judged()
    is_field = story.header.comparison == "field"
    try:
        if is_field and not story.header.profile_mapping:
            from wwanreplay.analysis.infer import infer

            found = judge_field(infer(source).to_bytes())
        else:
            found = judge_field(source)
    except InputError as error:
        result.unjudged.append(f"not judged: {error}")
        return result
    result.verdict = str(found.verdict)
    if found.result.reason:
        result.unjudged.append(f"not compared: {found.result.reason}")
    look_up = _LookUp(story)
    for kept, findings in (
        (result.faults, found.faults),
        (result.warnings, found.warnings),
        (result.notes, found.notes),
    ):
        inside = [each for each in findings if stretch.has_place(each.record, each.time_ns)]
        roots = [finding for finding in inside if finding.is_root]
        result.consequences += len(inside) - len(roots)
        _merge(kept, (_in_words(finding, look_up, is_field=is_field) for finding in roots))
    result.elsewhere = sum(
        each.is_root and not stretch.has_place(each.record, each.time_ns) for each in found.faults
    )
    return result


def _merge(kept: list[Finding], more: Iterable[Finding]) -> None:
    """Add findings; identical ones are counted."""
    known: dict[tuple[str, str, str, tuple[str, ...]], Finding] = {}
    for finding in more:
        key = finding.layer, finding.text, finding.rule, tuple(finding.fields)
        earlier = known.get(key)
        if earlier is None:
            known[key] = finding
            kept.append(finding)
            continue
        earlier.count += 1
        earlier.transaction = 0
        room = PLACES_MAX - len(earlier.places)
        earlier.places += finding.places[: max(room, 0)]


class _LookUp:
    """Steps by their place in the log, or by record where there is none."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self._by_line: dict[tuple[str, str, int], Step] = {}
        self._by_record: dict[int, Step] = {}
        for step in story.steps:
            place = step.place
            self._by_record[place.record] = step
            if place.unit:
                self._by_line.setdefault((place.log, place.unit, place.number), step)

    def step(self, record: int, source: object) -> Step | None:
        """The step of a finding."""
        if isinstance(source, dict):
            key = str(source.get("log")), str(source.get("unit")), source.get("number")
            if isinstance(key[2], int):
                return self._by_line.get((key[0], key[1], key[2]))
        return self._by_record.get(record)

    def unanswered(self, finding: verdict.Finding) -> Step | None:
        """The request whose answer a finding misses, where the log has no answer at all."""
        if not self.story.has_wire or not finding.transaction:
            return None
        asked = None
        for step in self.story.steps:
            if step.place.record > finding.record:
                break
            if step.kind is StepKind.COMMAND and step.transaction == finding.transaction:
                asked = step
        return asked if asked is not None and asked.answer is None else None

    def place(self, finding: verdict.Finding) -> StepPlace:
        """Where a finding stands."""
        step = self.step(finding.record, finding.source)
        if step is not None:
            return step.place
        source = finding.source
        if isinstance(source, dict) and isinstance(source.get("number"), int):
            unit, log = str(source.get("unit")), str(source.get("log"))
            return StepPlace(finding.record, finding.time_ns, unit, source["number"], log)
        return StepPlace(finding.record, finding.time_ns)


def _in_words(finding: verdict.Finding, look_up: _LookUp, *, is_field: bool) -> Finding:
    from wwanreplay.replay import DivergenceKind

    divergence = finding.divergence
    step = look_up.step(finding.record, finding.source)
    silent = look_up.unanswered(finding) if divergence.kind is DivergenceKind.MISSING else None
    rule = finding.rule if finding.rule and finding.rule in PROTOCOL.rule_by_id else None
    return Finding(
        _LAYERS[finding.layer] if is_field else EXACT,
        _placed(_sentence(finding, step), look_up) if silent is None else _silence(silent),
        [look_up.place(finding) if silent is None else silent.place],
        transaction=finding.transaction if look_up.story.has_wire else 0,
        fields=_fields(divergence),
        rule=rule or "",
        source="" if rule is None else ", ".join(PROTOCOL.rule(rule).sources),
    )


def _silence(request: Step) -> str:
    """That a request of the log has no answer."""
    what = f"{request.operation} of {request.name}".removeprefix(" of ")
    return f"transaction {request.transaction}, {what}, was never answered"


def _sentence(finding: verdict.Finding, step: Step | None) -> str:
    """A finding in words, with the names of the log."""
    from wwanreplay.analysis.explain import MODEL
    from wwanreplay.replay import DivergenceKind

    divergence = finding.divergence
    if divergence.kind in (DivergenceKind.WIRE, DivergenceKind.RULE):
        return _with_status_of_log(divergence.note, step)
    phrases = {
        DivergenceKind.MISSING: "is missing",
        DivergenceKind.EXTRA: "has no counterpart in the model",
        DivergenceKind.CHANGED: "is another one than the model's",
        DivergenceKind.MOVED: "comes in another order than the model's",
        DivergenceKind.TIME: f"comes {_late(divergence)} than the model's",
    }
    phrase = phrases.get(divergence.kind)
    is_of_log = step is not None and divergence.recorded is not None and step.kind in _OUTPUTS
    if phrase is None or not is_of_log or step is None or not step.name:
        # The page names the rule itself.
        return finding.text.removesuffix(f" Rule {finding.rule}.")
    if step.kind is StepKind.ANSWER:
        return f"the answer to {step.operation} {step.name} {phrase}".replace("  ", " ")
    if divergence.kind is DivergenceKind.EXTRA:
        device = MODEL if divergence.is_field else "the device"
        return f"{device} does not give the event {step.name} here"
    return f"the event {step.name} {phrase}"


def _with_status_of_log(note: str, step: Step | None) -> str:
    """A finding about a status with its name in the log in place of the one it was mapped to."""
    if step is None or step.kind is not StepKind.ANSWER or not step.value:
        return note
    return _MAPPED_STATUS.sub(f"the status is {words.status_text(step.value)}", note, count=1)


def _late(divergence: Divergence) -> str:
    recorded, expected = divergence.recorded, divergence.expected
    late_ns = 0 if recorded is None or expected is None else recorded.time_ns - expected.time_ns
    if not late_ns:
        return "at another place"
    return f"{abs(late_ns) / SECOND_NS:.3f} s {'later' if late_ns > 0 else 'earlier'}"


def _placed(text: str, look_up: _LookUp) -> str:
    """A text that names records with the lines of the log instead, where it has them."""

    def line(match: re.Match[str]) -> str:
        step = look_up.step(int(match[1]), None)
        return match[0] if step is None else step.place.text

    return _RECORD.sub(line, text)


def _fields(divergence: Divergence) -> list[str]:
    """The fields that differ, personal ones masked."""
    found = []
    for each in divergence.fields():
        if each.path == "time":
            continue
        texts = [
            _value(value, text, is_personal=bool(each.personal))
            for value, text in (
                (each.recorded, each.recorded_text),
                (each.expected, each.expected_text),
            )
        ]
        found.append(f"{each.path}: {texts[0]} in the log, {texts[1]} by the model")
    return found


def _value(value: object, text: str | None, *, is_personal: bool) -> str:
    if text is None:
        return "nothing"
    if not text:
        return "empty"
    return mask_value(value) if is_personal else text
