"""Faults, then differences from the model, in words: what the layers of judgement find.

A trace recorded here is compared exactly; every divergence is a fault. Of a field trace the layers
speak in their order: what the wire shows and the rules of the documents are faults, what an
emulated modem would have done otherwise is a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from wwanreplay.analysis.explanation import words
from wwanreplay.analysis.explanation.observations import unanswered
from wwanreplay.analysis.explanation.steps import Place, Step, StepKind, Story
from wwanreplay.errors import InputError
from wwanreplay.replay.divergence import Divergence
from wwanreplay.replay.fault import DivergenceKind

#: Places of one finding that are kept.
PLACES_MAX: Final = 5


class Layer(StrEnum):
    """Which judge speaks."""

    WIRE = "on the wire"
    RULES = "against the documents"
    MODEL = "against the model"
    EXACT = "against the recording"


@dataclass(slots=True)
class Finding:
    """What a layer found: in words, with the fields that differ below, its places and its rule."""

    layer: Layer
    text: str
    places: list[Place] = field(default_factory=list)
    count: int = 1
    fields: list[str] = field(default_factory=list)
    rule: str = ""
    source: str = ""


@dataclass(slots=True)
class Judged:
    """`faults` make the exit code 1; `warnings` are shoulds of the documents, `notes` differences.

    `unjudged` says which layer could not be asked, and why.
    """

    faults: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    unjudged: list[str] = field(default_factory=list)


def judged(source: str, story: Story) -> Judged:
    """Judge a trace by the layers that fit it. Raises TraceError for what cannot be read."""
    result = Judged()
    if story.header.comparison == "field":
        _merge(result.faults, _of_wire(story))
        _model(source, story, result)
        _rules(source, story, result)
    else:
        _exact(source, story, result)
    return result


def _merge(found: list[Finding], more: Iterator[Finding]) -> None:
    """Add findings; identical ones are counted."""
    known = {(each.layer, each.text, each.rule): each for each in found}
    for finding in more:
        key = finding.layer, finding.text, finding.rule
        earlier = known.get(key)
        if earlier is None:
            known[key] = finding
            found.append(finding)
            continue
        earlier.count += finding.count
        room = PLACES_MAX - len(earlier.places)
        earlier.places += finding.places[: max(room, 0)]


# ------------------------------------------------------------------ on the wire


def _of_wire(story: Story) -> Iterator[Finding]:
    missing = unanswered(story)
    for step in missing:
        yield _wire(step, f"no answer to {_name(step)}")
    for step in story.of(StepKind.OPENED, StepKind.CLOSED):
        if step.value:
            what = "OPEN" if step.kind is StepKind.OPENED else "CLOSE"
            yield _wire(step, f"{what} failed with {words.status_text(step.value)}")
    for step in story.of(StepKind.FUNCTION_ERROR):
        about = f" to {_name(step.request)}" if step.request is not None else ""
        yield _wire(step, f"the modem sent the error {words.error_text(step.value)}{about}")
    for step in story.of(StepKind.FRAGMENT):
        yield _wire(step, "a message lacks fragments, or has them out of order")


def _wire(step: Step, text: str) -> Finding:
    return Finding(Layer.WIRE, text, [step.place])


def _name(step: Step) -> str:
    if step.kind is StepKind.COMMAND:
        return f"{step.operation} {step.name or 'a command'}".strip()
    return str(step.kind).upper()


# ------------------------------------------------------------------ against the documents


def _rules(source: str, story: Story, result: Judged) -> None:
    from wwanreplay.analysis.judged import CheckOptions, check_file

    report = check_file(source, CheckOptions(places_max=PLACES_MAX))
    places = _places_of(story)
    # What the wire shows is the root of what the events that were mapped from it break; a request
    # whose answer became no event has one all the same.
    on_wire = {place.text for fault in result.faults for place in fault.places}
    step_at = _step_at(story)

    def is_answered(index: int) -> bool:
        step = step_at(index)
        return step is not None and step.answer is not None

    for outcome in report.broken:
        broken = [
            each
            for each in outcome.places
            if places(each.index).text not in on_wire
            and not (outcome.rule.id == "request.answered" and is_answered(each.index))
        ]
        if not broken:
            continue
        is_wire = outcome.rule.id.startswith("wire.")
        finding = Finding(
            Layer.WIRE if is_wire else Layer.RULES,
            broken[0].text,
            [places(each.index) for each in broken],
            outcome.broken_count - (len(outcome.places) - len(broken)),
            rule=outcome.rule.id,
            source=", ".join(outcome.rule.sources),
        )
        if outcome.severity == "fault":
            result.faults.append(finding)
        elif outcome.severity == "warning":
            result.warnings.append(finding)


def _step_at(story: Story) -> Callable[[int], Step | None]:
    """The step of a record: the last one that does not stand behind it."""
    from bisect import bisect_right

    records = [step.place.record for step in story.steps]

    def step(index: int) -> Step | None:
        at = bisect_right(records, index) - 1
        return None if at < 0 else story.steps[at]

    return step


def _places_of(story: Story) -> Callable[[int], Place]:
    """The place of a record: that of its step, since a message stands before what it became."""
    step_at = _step_at(story)

    def place(index: int) -> Place:
        step = step_at(index)
        if step is None:
            return Place(index, 0)
        return replace(step.place, record=index)

    return place


# ------------------------------------------------------------------ against the model


def _model(source: str, story: Story, result: Judged) -> None:
    from wwanreplay.analysis.infer import infer
    from wwanreplay.replay import replay

    try:
        traced = source if story.header.profile_mapping else infer(source).to_bytes()
        replayed = replay(traced)
    except InputError as error:
        result.unjudged.append(f"the model was not asked: {error}")
        return
    step_at = _step_at(story)
    for divergence in replayed.divergences:
        if not divergence.root:
            continue
        is_wire = divergence.kind is DivergenceKind.WIRE
        layer = Layer.WIRE if is_wire else Layer.MODEL
        finding = _difference(divergence, layer, step_at)
        if not is_wire:
            _merge(result.notes, iter((finding,)))
        elif not _is_known(finding, result.faults):
            _merge(result.faults, iter((finding,)))


def _is_known(finding: Finding, faults: list[Finding]) -> bool:
    """Whether the wire's own layer has a fault at this place already."""
    places = {place.text for fault in faults for place in fault.places}
    return any(place.text in places for place in finding.places)


def _exact(source: str, story: Story, result: Judged) -> None:
    from wwanreplay.replay import replay

    try:
        replayed = replay(source)
    except InputError as error:
        result.unjudged.append(f"nothing was compared: {error}")
        return
    if replayed.reason:
        result.unjudged.append(f"nothing was compared: {replayed.reason}")
    step_at = _step_at(story)
    found = result.notes if replayed.is_field else result.faults
    _merge(
        found,
        (
            _difference(divergence, Layer.EXACT, step_at)
            for divergence in replayed.divergences
            if divergence.root
        ),
    )


def _difference(
    divergence: Divergence, layer: Layer, step_at: Callable[[int], Step | None]
) -> Finding:
    from wwanreplay.protocol.presentation import mask_value

    fields = []
    for each in divergence.fields():
        texts = [
            "nothing" if text is None else mask_value(value) if each.personal else text
            for value, text in (
                (each.recorded, each.recorded_text),
                (each.expected, each.expected_text),
            )
        ]
        fields.append(f"{each.path}: {texts[0]} in the log, {texts[1]} by the model")
    step = step_at(divergence.index)
    text = _sentence(divergence, step)
    place = Place(divergence.index, divergence.time_ns) if step is None else step.place
    return Finding(layer, text, [replace(place, record=divergence.index)], fields=fields)


def _sentence(divergence: Divergence, step: Step | None) -> str:
    """A divergence in words, with the names and the transaction of the log."""
    from wwanreplay.analysis.explain import explain

    if divergence.kind is DivergenceKind.WIRE:
        return divergence.note
    recorded = divergence.recorded
    is_of_log = step is not None and recorded is not None and step.kind in _OUTPUTS and step.name
    if not is_of_log:
        return explain(divergence)
    assert step is not None
    what = f"the answer to {words.title(step)}" if step.transaction else f"the event {step.name}"
    return f"{what} {_WORDS[divergence.kind]}"


_OUTPUTS: Final = frozenset({StepKind.ANSWER, StepKind.EVENT})
_WORDS: Final = {
    DivergenceKind.MISSING: "is missing",
    DivergenceKind.EXTRA: "does not come from the model",
    DivergenceKind.CHANGED: "is another one than the model's",
    DivergenceKind.MOVED: "comes in another order than the model's",
    DivergenceKind.TIME: "comes at another time than the model's",
}
