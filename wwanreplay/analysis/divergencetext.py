"""One divergence as lines: its place, what it is, both sides, what of the state matters there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import Any, Final

from wwanreplay._core import Event
from wwanreplay.analysis.eventtext import event_lines, log_place, octets_text
from wwanreplay.analysis.explain import explain, transaction_of
from wwanreplay.analysis.statetext import state_words
from wwanreplay.protocol.codec import mask_value
from wwanreplay.protocol.presentation import time_text
from wwanreplay.replay import Divergence, DivergenceKind, FieldDifference, Layer
from wwanreplay.replay.names import code_name

COLUMN_MAX: Final = 44
#: Characters of a line of words, and of one within a report, whose lines stand two further in.
WIDTH: Final = 100
_INNER: Final = WIDTH - 2
#: Which layer speaks, in words.
LAYER_NAMES = {
    Layer.WIRE: "on the wire",
    Layer.RULE: "a rule of the documents",
    Layer.MODEL: "against the model",
}
_ROOM: Final = " " * 34
#: Members that a line of a remark shows, and those of one side of a divergence of a log.
_FIELDS_MAX: Final = 4
SIDE_FIELDS_MAX: Final = 12


def remark_lines(remarks: Iterable[Divergence], *, show_personal: bool = False) -> Iterator[str]:
    """What is no fault, a line each; those that say the same once, with their count."""
    groups: dict[tuple[Any, ...], list[Divergence]] = {}
    for found in remarks:
        groups.setdefault(_remark_key(found), []).append(found)
    for alike in groups.values():
        first, count = alike[0], len(alike)
        text = _remark_text(first, show_personal)
        times = f" ({count} times, first here)" if count > 1 else ""
        where = place_of(first)
        yield f"{first.weight} ({LAYER_NAMES[first.layer]}), {where}: {text}{times}"


def _remark_key(found: Divergence) -> tuple[Any, ...]:
    """What remarks have in common that say the same of different places."""
    event, fields = found.event, found.fields()
    differs = tuple((field.path, field.recorded_text, field.expected_text) for field in fields)
    what = () if event is None else (event.kind, event.code, event.port, event.payload)
    return found.layer, found.kind, found.rule, found.note, differs or what, what[:3]


def _remark_text(found: Divergence, show_personal: bool) -> str:
    text = explain(found)
    fields = []
    for field in found.fields()[:_FIELDS_MAX]:
        recorded, expected = texts_of(field, show_personal)
        fields.append(f"{field.path} is {recorded}, the model has {expected}")
    left = len(found.fields()) - len(fields)
    fields += [f"{left} more"] if left > 0 else []
    if not fields and found.recorded is not None and found.layer is Layer.MODEL:
        fields = [line.strip() for line in event_lines(found.recorded, show_personal=show_personal)]
        fields = fields[1 : 1 + _FIELDS_MAX]
    return f"{text} {'; '.join(fields)}".rstrip()


def place_of(divergence: Divergence) -> str:
    """Where a divergence stands: record, time, the place in the log, the transaction."""
    where = f"record {divergence.index}"
    if divergence.has_times:
        where += f", {time_text(divergence.time_ns)} s"
    event = divergence.recorded
    if event is None and divergence.before:
        return where
    log = "" if event is None else log_place(event.source)
    return f"{where}, {log}" if log else where


def divergence_lines(
    divergence: Divergence,
    number: int,
    *,
    show_personal: bool = False,
    is_layered: bool = False,
) -> Iterator[str]:
    """One divergence: its place, its kind, both sides, the state and the events just before.

    `is_layered`: of a field trace. The layer that shows it is named, what both sides have alike is
    left out, and of the state stands there what matters.
    """
    rank = "root cause" if divergence.root else "consequence"
    title = f"{number}. {rank}: {divergence.kind} at {place_of(divergence)}"
    yield from wrapped(title, "", "   ", _INNER)
    yield from wrapped(explain(divergence), "   ", "   ", _INNER)
    if is_layered:
        yield f"   layer: {_layer_text(divergence)}"
    transaction = transaction_of(divergence)
    if transaction:
        yield f"   transaction: {transaction}"
    if divergence.wire_recorded is not None or divergence.wire_rebuilt is not None:
        yield from _wire_lines(divergence, show_personal)
    given = "device" if divergence.is_live else "recorded"
    sides = ((given, divergence.recorded), ("expected", divergence.expected))
    is_short = is_layered and None not in (divergence.recorded, divergence.expected)
    is_short = is_short or (is_layered and divergence.kind is DivergenceKind.RULE)
    fields_max = (0 if is_short else SIDE_FIELDS_MAX) if is_layered else None
    for name, event in sides:
        if event is None and divergence.kind in (DivergenceKind.WIRE, DivergenceKind.RULE):
            continue
        if event is None:
            yield f"   {name}: nothing"
        else:
            yield f"   {name}:"
            yield from _side(event, divergence, fields_max, show_personal)
    yield from _table(divergence.fields(), given, show_personal)
    if divergence.nearest is not None:
        yield "   nearest:"
        fields_max = 0 if is_layered else None
        yield from _side(divergence.nearest, divergence, fields_max, show_personal)
    if divergence.state:
        about = code_name(divergence.event) if is_layered and divergence.event is not None else ""
        words = state_words(divergence.state, show_personal=show_personal, about=about)
        yield from _listed("   device: ", words)
    if divergence.before:
        yield "   before:"
        for event in divergence.before:
            yield from _side(event, divergence, 0, show_personal)


def _side(
    event: Event, divergence: Divergence, fields_max: int | None, show_personal: bool
) -> Iterator[str]:
    """An event and its fields, of a log at most so many of them, in lines of a terminal."""
    lines = event_lines(
        event,
        show_personal=show_personal,
        of_messages=divergence.has_messages,
        has_times=divergence.has_times,
    )
    left = 0 if fields_max is None else len(lines) - 1 - fields_max
    for line in lines if fields_max is None else lines[: 1 + fields_max]:
        yield from wrap(
            f"   {line}",
            _INNER,
            subsequent_indent=_ROOM,
            break_long_words=False,
            break_on_hyphens=False,
        )
    if fields_max and left > 0:
        yield f"{_ROOM[2:]}… {left} more field{'s' if left > 1 else ''}"


def _listed(start: str, words: Sequence[str]) -> Iterator[str]:
    """Words on as many lines as they need, none of them broken."""
    line = start
    for number, word in enumerate(words):
        text = word + (";" if number + 1 < len(words) else "")
        if number and len(line) + 1 + len(text) > _INNER:
            yield line
            line = " " * len(start)
        line += text if not line.strip() or line == start else f" {text}"
    yield line


def _layer_text(divergence: Divergence) -> str:
    """The layer in words; of one of the model what binds it."""
    name = LAYER_NAMES[divergence.layer]
    if divergence.layer is not Layer.MODEL:
        return name
    if divergence.rule in (None, "echo"):
        return f"{name}; it echoes the request"
    return f"{name}; rule {divergence.rule} fixes it"


def _wire_lines(divergence: Divergence, show_personal: bool) -> Iterator[str]:
    sides = (("recorded", divergence.wire_recorded), ("rebuilt", divergence.wire_rebuilt))
    for name, data in sides:
        text = "nothing" if data is None else octets_text(data, show_personal=show_personal)
        yield f"   {name} message: {text}"


def texts_of(field: FieldDifference, show_personal: bool) -> tuple[str, str]:
    """Both values as text, masked when the field is personal."""
    if field.personal and not show_personal:
        sides = (field.recorded, field.expected)
        return tuple("–" if side is None else mask_value(side) or '""' for side in sides)  # type: ignore[return-value]
    texts = (field.recorded_text, field.expected_text)
    return tuple("–" if text is None else text or '""' for text in texts)  # type: ignore[return-value]


def difference_texts(
    divergence: Divergence, *, show_personal: bool = False
) -> Iterator[tuple[FieldDifference, tuple[str, str]]]:
    """Each field that differs, with its recorded and its expected value; personal ones masked."""
    return ((field, texts_of(field, show_personal)) for field in divergence.fields())


def _table(
    differences: Sequence[FieldDifference], given: str, show_personal: bool
) -> Iterator[str]:
    """What differs, as a table of field, recorded (or `given`) and expected value."""
    if not differences:
        return
    rows = [("differs", given, "expected")]
    rows += [(field.path, *texts_of(field, show_personal)) for field in differences]
    widths = [min(COLUMN_MAX, max(len(row[column]) for row in rows)) for column in (0, 1)]
    for path, recorded, expected in rows:
        line = f"     {path:<{widths[0]}}  {recorded:<{widths[1]}}  {expected}"
        if len(line) <= _INNER:
            yield line
            continue
        yield f"     {path}"
        yield from wrapped(f"{given}  {recorded}", "       ", "         ", _INNER)
        yield from wrapped(f"expected  {expected}", "       ", "         ", _INNER)


def wrapped(
    text: str, start: str = "  ", further: str = "    ", width: int = WIDTH
) -> Iterator[str]:
    """A line of a report behind `start`, on as many lines of a terminal as it needs."""
    yield from wrap(
        text,
        width,
        initial_indent=start,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
    )
