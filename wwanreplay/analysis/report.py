"""The result of a replay as text and as JSON: root causes first, then what follows from them.

Personal values are masked by default; `show_personal` is passed down to every printer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any, Final

from wwanreplay._core import Event
from wwanreplay.analysis.eventtext import (
    event_json,
    event_lines,
    octets_text,
    plain_source,
)
from wwanreplay.analysis.explain import explain, rule_of, transaction_of
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import mask_value
from wwanreplay.protocol.presentation import time_text
from wwanreplay.replay import (
    Divergence,
    DivergenceKind,
    Fact,
    FieldDifference,
    Layer,
    ReplayResult,
    Weight,
)
from wwanreplay.verdict import Verdict

# Numbers of the state that are members of an enumeration.
STATE_ENUMS = {
    "power_state": "NDIS_DEVICE_POWER_STATE",
    "ready_state": "WWAN_READY_STATE",
    "pin_required": "WWAN_PIN_TYPE",
    "hardware_radio": "WWAN_RADIO",
    "software_radio": "WWAN_RADIO",
    "register_state": "WWAN_REGISTER_STATE",
    "register_mode": "WWAN_REGISTER_MODE",
    "packet_service_state": "WWAN_PACKET_SERVICE_STATE",
    "current_data_class": "WWAN_DATA_CLASS",
    "activation_state": "WWAN_ACTIVATION_STATE",
    "ip_type": "WWAN_IP_TYPE",
    "voice_call_state": "WWAN_VOICE_CALL_STATE",
}
# Texts of the state that are personal: subscription or place.
STATE_PERSONAL = frozenset({"provider", "access_string"})
COLUMN_MAX = 44
#: Characters of a line of words.
WIDTH: Final = 100
#: Which layer speaks, in words.
LAYER_NAMES = {
    Layer.WIRE: "on the wire",
    Layer.RULE: "a rule of the documents",
    Layer.MODEL: "against the model",
}
# Places and members that a line of a fact or a remark shows.
_PLACES_MAX = 3
_FIELDS_MAX = 4


def counted(number: int, thing: str) -> str:
    """`1 record`, `2 records`."""
    plural = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    return f"{number} {thing if number == 1 else plural}"


def headline(result: ReplayResult) -> str:
    """The verdict with its counts: what was compared, notes, divergences of which sort."""
    verdict = result.verdict
    if verdict is Verdict.NOTHING_COMPARED:
        return f"{verdict}: {_why_nothing(result)}"
    if verdict is not Verdict.DIVERGED:
        return f"{verdict}, {_compared_text(result)}{_remarks_text(result)}{_accepted_text(result)}"
    roots = result.fault_root_count
    text = f"{verdict}: {counted(roots, 'root cause')}"
    following = result.fault_count - roots
    text += f", {counted(following, 'consequence')}" if following else ""
    remarks = _remarks_text(result) if result.remark_count else ""
    return f"{text}; {_compared_text(result)}{remarks}{_accepted_text(result)}"


def _remarks_text(result: ReplayResult) -> str:
    """How many notes and warnings there are, of a field trace or a live device."""
    if not result.is_field:
        return ""
    warnings = sum(each.weight is Weight.WARNING for each in result.remarks)
    notes = counted(len(result.notes) + result.remark_count - warnings, "note")
    return (f", {counted(warnings, 'warning')}" if warnings else "") + f", {notes}"


def report_lines(result: ReplayResult, *, show_personal: bool = False) -> Iterator[str]:
    """The result of one file, without its name: the headline, then everything behind it."""
    yield headline(result)
    for warning in result.warnings:
        yield f"  warning: {warning}"
    for note in result.notes:
        yield from _wrapped(f"note: {note}")
    for line in result.accepted:
        yield f"  accepted: {line}"
    if result.start_state:
        begins = state_text(result.start_state, show_personal=show_personal)
        yield from _wrapped(f"begins: {begins}")
    if result.before_start_count:
        yield f"  {counted(result.before_start_count, 'divergence')} before the start, not listed"
    for fact in result.facts:
        yield from _wrapped(fact_line(fact))
    for line in remark_lines(result.remarks, show_personal=show_personal):
        yield from _wrapped(line)
    is_layered = result.is_field and not result.is_live
    for number, divergence in enumerate(result.faults, 1):
        yield ""
        for line in divergence_lines(
            divergence, number, show_personal=show_personal, is_layered=is_layered
        ):
            yield f"  {line}".rstrip()
    left = result.divergence_count - len(result.divergences)
    if left > 0:
        yield ""
        yield f"  {counted(left, 'further divergence')} not listed"


def _wrapped(text: str) -> Iterator[str]:
    """A line of a report, on as many lines of a terminal as it needs."""
    yield from wrap(
        text,
        WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _accepted_text(result: ReplayResult) -> str:
    """How many divergences are left out because somebody accepted them."""
    return f", {counted(len(result.accepted), 'divergence')} accepted" if result.accepted else ""


def fact_line(fact: Fact) -> str:
    """What was refused, how often and where first, on one line."""
    places = [
        f"record {record}" + (f" ({log_place(source)})" if log_place(source) else "")
        for record, source in zip(fact.records[:_PLACES_MAX], fact.sources, strict=False)
    ]
    more = " …" if fact.count > len(places) else ""
    times = f", {fact.count} times" if fact.count > 1 else ""
    return f"fact: {fact.text}{times}: {', '.join(places)}{more}"


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
        recorded, expected = _texts(field, show_personal)
        fields.append(f"{field.path} is {recorded}, the model has {expected}")
    left = len(found.fields()) - len(fields)
    fields += [f"{left} more"] if left > 0 else []
    if not fields and found.recorded is not None and found.layer is Layer.MODEL:
        fields = [line.strip() for line in event_lines(found.recorded, show_personal=show_personal)]
        fields = fields[1 : 1 + _FIELDS_MAX]
    return f"{text} {'; '.join(fields)}".rstrip()


def log_place(source: Any) -> str:
    """A place in the log that a record came from; empty when it came from none."""
    if isinstance(source, dict) and {"log", "unit", "number"} <= set(source):
        return f"{source['log']} {source['unit']} {source['number']}"
    return "" if source is None else str(source)


def place_of(divergence: Divergence) -> str:
    """Where a divergence stands: record, time, and the place in the log."""
    where = f"record {divergence.index}, {time_text(divergence.time_ns)} s"
    event = divergence.recorded
    if event is None and divergence.before:
        return where
    log = "" if event is None else log_place(event.source)
    return f"{where}, {log}" if log else where


def _compared_text(result: ReplayResult) -> str:
    """How much was compared; of a field trace, or where some was not judged, of how much."""
    compared, outputs = result.counts.get("compared", 0), result.counts.get("outputs", 0)
    share = f"{compared} of " if result.is_field or compared != outputs else ""
    messages = result.counts.get("messages", 0)
    and_messages = f" and {counted(messages, 'message')}" if messages else ""
    return f"{share}{counted(outputs, 'output')}{and_messages} compared"


def _why_nothing(result: ReplayResult) -> str:
    if result.reason:
        return result.reason
    outputs = result.counts.get("outputs", 0)
    if result.is_live and not result.counts.get("requests"):
        return "the trace has no request that a device could be sent"
    if outputs:
        return f"{counted(outputs, 'output')} in the log, none that could be"
    where = "the part that was to be compared" if result.is_part else "the trace"
    return f"{where} has no output of the device"


def divergence_lines(
    divergence: Divergence,
    number: int,
    *,
    show_personal: bool = False,
    is_layered: bool = False,
) -> Iterator[str]:
    """One divergence: its place, its kind, both sides, the state and the events just before.

    `is_layered` names the layer that shows it, of a field trace.
    """
    rank = "root cause" if divergence.root else "consequence"
    yield f"{number}. {rank}: {divergence.kind} at {place_of(divergence)}"
    yield f"   {explain(divergence)}"
    if is_layered:
        yield f"   layer: {_layer_text(divergence)}"
    transaction = transaction_of(divergence)
    if transaction:
        yield f"   transaction: {transaction}"
    if divergence.wire_recorded is not None or divergence.wire_rebuilt is not None:
        yield from _wire_lines(divergence, show_personal)
    given = "device" if divergence.is_live else "recorded"
    sides = ((given, divergence.recorded), ("expected", divergence.expected))
    for name, event in sides:
        if event is None and divergence.kind in (DivergenceKind.WIRE, DivergenceKind.RULE):
            continue
        if event is None:
            yield f"   {name}: nothing"
        else:
            yield f"   {name}:"
            yield from (f"   {line}" for line in event_lines(event, show_personal=show_personal))
    yield from _table(divergence.fields(), given, show_personal)
    if divergence.nearest is not None:
        yield "   nearest:"
        lines = event_lines(divergence.nearest, show_personal=show_personal)
        yield from (f"   {line}" for line in lines)
    if divergence.state:
        yield f"   device: {state_text(divergence.state, show_personal=show_personal)}"
    if divergence.before:
        yield "   before:"
        for event in divergence.before:
            yield f"   {event_lines(event, show_personal=show_personal)[0]}"


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


def _texts(field: FieldDifference, show_personal: bool) -> tuple[str, str]:
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
    return ((field, _texts(field, show_personal)) for field in divergence.fields())


def _table(
    differences: Sequence[FieldDifference], given: str, show_personal: bool
) -> Iterator[str]:
    """What differs, as a table of field, recorded (or `given`) and expected value."""
    if not differences:
        return
    rows = [("differs", given, "expected")]
    rows += [(field.path, *_texts(field, show_personal)) for field in differences]
    widths = [min(COLUMN_MAX, max(len(row[column]) for row in rows)) for column in (0, 1)]
    for path, recorded, expected in rows:
        yield f"     {path:<{widths[0]}}  {recorded:<{widths[1]}}  {expected}"


def state_text(state: Mapping[str, Any], *, show_personal: bool = False) -> str:
    """The device's state on one line: what is zero or empty is left out."""
    words = []
    for name, value in plain_state(state, show_personal=show_personal).items():
        if name == "ports":
            for number, port in enumerate(value):
                text = _port_text(port)
                if text:
                    words.append(f"port {number}: {text}")
        elif _says_something(value) and name != "time_ns":
            words.append(f"{name} {value}")
    return "; ".join(words)


def _says_something(value: Any) -> bool:
    if isinstance(value, str) and value.lower().endswith("none"):
        return False
    return value not in (0, "", None, [], False)


def _port_text(port: Mapping[str, Any]) -> str:
    words = [
        " ".join([f"context {context['connection_id']}", str(context["activation_state"])])
        for context in port.get("contexts", ())
    ]
    words += [
        f"{name} {value}"
        for name, value in port.items()
        if name != "contexts" and _says_something(value)
    ]
    return ", ".join(words)


def plain_state(value: Any, name: str = "", *, show_personal: bool = False) -> Any:
    """The state with names instead of numbers, personal texts masked."""
    if isinstance(value, Mapping):
        return {
            key: plain_state(inner, key, show_personal=show_personal)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [plain_state(inner, name, show_personal=show_personal) for inner in value]
    if name in STATE_ENUMS and STATE_ENUMS[name] in PROTOCOL.enum_by_name:
        return PROTOCOL.text_of(STATE_ENUMS[name], value)
    if name in STATE_PERSONAL and not show_personal and value:
        return mask_value(value)
    return value


def result_json(result: ReplayResult, *, show_personal: bool = False) -> dict[str, Any]:
    """The result of one file as plain values, the same each time: they hold no measured value."""
    return {
        "file": result.path,
        "verdict": str(result.verdict),
        "divergence_count": result.fault_count,
        "root_count": result.fault_root_count,
        "remark_count": result.remark_count,
        "before_start_count": result.before_start_count,
        "profile": result.profile_name,
        "warnings": result.warnings,
        "notes": result.notes,
        "accepted": result.accepted,
        "totals": totals_json([result]),
        "start_state": plain_state(result.start_state, show_personal=show_personal),
        "outputs": result.counts.get("outputs", 0),
        "compared": result.counts.get("compared", 0),
        "messages_compared": result.counts.get("messages", 0),
        "digest": result.digest,
        "recorded_digest": result.recorded_digest,
        "divergences": [
            divergence_json(found, show_personal=show_personal) for found in result.faults
        ],
        "remarks": [
            divergence_json(found, show_personal=show_personal) for found in result.remarks
        ],
        "facts": [
            {
                "text": fact.text,
                "count": fact.count,
                "records": fact.records,
                "sources": [plain_source(source) for source in fact.sources],
            }
            for fact in result.facts
        ],
    }


def divergence_json(divergence: Divergence, *, show_personal: bool = False) -> dict[str, Any]:
    """One divergence as plain values."""

    def one(event: Event | None) -> dict[str, Any] | None:
        return None if event is None else event_json(event, show_personal=show_personal)

    values: dict[str, Any] = {
        "kind": str(divergence.kind),
        "layer": str(divergence.layer),
        "weight": str(divergence.weight),
        "root": divergence.root,
        "root_index": divergence.root_index,
        "index": divergence.index,
        "time_ns": divergence.time_ns,
        "explanation": explain(divergence),
        "rule": rule_of(divergence),
        "recorded": one(divergence.recorded),
        "expected": one(divergence.expected),
        "differences": [
            dict(
                zip(
                    ("field", "recorded", "expected"),
                    (field.path, *_texts(field, show_personal)),
                    strict=True,
                )
            )
            for field in divergence.fields()
        ],
        "nearest": one(divergence.nearest),
        "state": plain_state(divergence.state, show_personal=show_personal),
        "before": [one(event) for event in divergence.before],
    }
    for name in ("wire_recorded", "wire_rebuilt"):
        data = getattr(divergence, name)
        if data is not None:
            values[name] = octets_text(data, show_personal=show_personal)
    return values


def totals_json(results: Sequence[ReplayResult]) -> dict[str, Any]:
    """Counts over results."""
    names = ("records", "requests", "completions", "indications", "stimuli", "wire")
    totals: dict[str, Any] = {
        name: sum(result.counts.get(name, 0) for result in results) for name in names
    }
    totals["transactions"] = totals.pop("requests")
    return totals


def totals_lines(totals: Mapping[str, Any], records_per_second: int = 0) -> Iterator[str]:
    """The block of totals: files, each verdict that was given, records; then what was measured."""
    names = ("records", "transactions", "completions", "indications", "stimuli", "wire")
    rows = {"files": totals["files"], **totals["verdicts"]}
    rows |= {name: totals.get(name, 0) for name in names}
    for name, number in rows.items():
        if number:
            yield f"{name:<16} {_spaced(number)}"
    if records_per_second:
        yield f"{'rate':<16} {_spaced(records_per_second)} records/s"
    if totals.get("digest"):
        yield f"{'digest':<16} {totals['digest']}"


def _spaced(number: int) -> str:
    return f"{number:>14,}".replace(",", " ")


__all__ = [
    "divergence_json",
    "divergence_lines",
    "headline",
    "plain_state",
    "report_lines",
    "result_json",
    "state_text",
    "totals_json",
    "totals_lines",
]
