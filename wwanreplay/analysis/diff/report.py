"""How a comparison of two sessions is printed, as text and as JSON. Personal values are masked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wwanreplay._core import Event
from wwanreplay.analysis.diff.comparison import DiffResult
from wwanreplay.analysis.diff.findings import Change, Finding
from wwanreplay.analysis.diff.values import Difference, Identity
from wwanreplay.analysis.eventtext import event_json, place_texts, title
from wwanreplay.analysis.headline import counted
from wwanreplay.protocol.presentation import json_value
from wwanreplay.verdict import Verdict

#: What each change is called in a line: a is the first trace.
_WORDS = {
    Change.MISSING: "missing in B",
    Change.EXTRA: "extra in B",
    Change.CHANGED: "changed",
    Change.REORDERED: "reordered",
}


def headline(result: DiffResult) -> str:
    """The verdict with its counts."""
    compared = counted(result.compared, "output")
    transactions = counted(result.transactions, "transaction")
    end = f"{compared} compared, {transactions} in both"
    verdict = result.verdict
    if verdict is Verdict.NOTHING_COMPARED:
        return f"{verdict}: the traces have no output in common places, and none that differs"
    notes = f", {counted(result.note_count, 'note')}" if result.note_count else ""
    if result.identities:
        notes += f", {len(result.identities)} of another SIM or modem"
    if verdict is not Verdict.DIVERGED:
        return f"{verdict}, {end}{notes}"
    each = ", ".join(f"{result.counts[kind]} {kind}" for kind in Change if kind in result.counts)
    total = counted(result.difference_count, "difference")
    return f"{verdict}: {total} ({each}); {end}{notes}"


def result_lines(result: DiffResult, *, show_personal: bool = False) -> Iterator[str]:
    """The verdict, what belongs to another SIM or modem, differences, then notes."""
    yield headline(result)
    yield f"A is {result.a}"
    yield f"B is {result.b}"
    for identity in result.identities:
        yield f"  another SIM or modem: {_identity_text(identity, show_personal)}"
    for is_note in (False, True):
        listed = [found for found in result.findings if found.is_note == is_note]
        for found in listed:
            yield from _finding_lines(found, show_personal)
        count = result.note_count if is_note else result.difference_count
        if count > len(listed):
            thing = "note" if is_note else "difference"
            yield f"  and {counted(count - len(listed), f'further {thing}')}"
    yield from (f"  warning: {text}" for text in result.warnings)
    yield from (f"  note: {text}" for text in result.notes)


def _identity_text(identity: Identity, show_personal: bool) -> str:
    one, two = _texts(identity.difference, show_personal)
    times = "once" if identity.count == 1 else f"{identity.count} times"
    places = ", ".join(
        f"record {index} of {name}"
        for name, index in zip("AB", identity.place, strict=True)
        if index is not None
    )
    return f"{identity.name} of {identity.message}: A {one}, B {two} ({times}, first at {places})"


def _finding_lines(found: Finding, show_personal: bool) -> Iterator[str]:
    mark = "  note: " if found.is_note else "  "
    more = f" and its {counted(found.answers, 'output')}" if found.answers else ""
    yield f"{mark}{_WORDS[found.change]}: {title(found.event)}{more}"
    room = " " * 6
    request = found.requests[0]
    if found.what == "output" and request is not None:
        yield f"{room}answers {title(request)} ({_place('A', request)})"
    places = [_place(name, event) for name, event in zip("AB", (found.a, found.b), strict=True)]
    yield f"{room}{'; '.join(place for place in places if place)}"
    for each in found.fields:
        one, two = _texts(each, show_personal)
        aside = "  (belongs to the place and the moment)" if each.is_note else ""
        yield f"{room}{each.path}: A {one}, B {two}{aside}"


def _place(name: str, event: Event | None) -> str:
    """Where an event stands in its trace; empty where that has none."""
    if event is None:
        return ""
    return ", ".join((f"{name} record {event.index}", *place_texts(event)))


def _texts(found: Difference, show_personal: bool) -> tuple[str, str]:
    texts = (found.a_text, found.b_text) if show_personal else (found.a_masked, found.b_masked)
    one, two = ("–" if text is None else text or '""' for text in texts)
    return (one, f"{two} (another)") if one == two else (one, two)


def result_json(result: DiffResult, *, show_personal: bool = False) -> dict[str, Any]:
    """The result as plain values."""
    return {
        "a": result.a,
        "b": result.b,
        "verdict": str(result.verdict),
        "compared": result.compared,
        "transactions": result.transactions,
        "differences": result.difference_count,
        "counts": {str(kind): result.counts.get(kind, 0) for kind in Change},
        "notes": result.note_count,
        "identities": [_identity_json(each, show_personal) for each in result.identities],
        "findings": [_finding_json(found, show_personal) for found in result.findings],
        "warnings": result.warnings,
        "remarks": result.notes,
    }


def _finding_json(found: Finding, show_personal: bool) -> dict[str, Any]:
    def plain(event: Event | None) -> dict[str, Any] | None:
        return None if event is None else event_json(event, show_personal=show_personal)

    return {
        "change": str(found.change),
        "what": found.what,
        "counts": not found.is_note,
        "a": plain(found.a),
        "b": plain(found.b),
        "request_a": plain(found.requests[0]),
        "request_b": plain(found.requests[1]),
        "answers": found.answers,
        "fields": [_field_json(each, show_personal) for each in found.fields],
    }


def _field_json(found: Difference, show_personal: bool) -> dict[str, Any]:
    is_hidden = not show_personal and (found.a_text, found.b_text) != (
        found.a_masked,
        found.b_masked,
    )
    values = (found.a_masked, found.b_masked) if is_hidden else (found.a, found.b)
    return {
        "path": found.path,
        "a": json_value(values[0]),
        "b": json_value(values[1]),
        "a_text": found.a_text if show_personal else found.a_masked,
        "b_text": found.b_text if show_personal else found.b_masked,
        "counts": not found.is_note,
    }


def _identity_json(identity: Identity, show_personal: bool) -> dict[str, Any]:
    return {
        **_field_json(identity.difference, show_personal),
        "name": identity.name,
        "message": identity.message,
        "count": identity.count,
        "record_a": identity.place[0],
        "record_b": identity.place[1],
    }
