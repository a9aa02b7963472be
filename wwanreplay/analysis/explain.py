"""A divergence in words: what was expected, in which transaction, and the rule it touches."""

from __future__ import annotations

from typing import Final

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.analysis.eventtext import log_place, transaction_text
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import INDICATION_REQUIRED, OUTPUTS, REQUESTS
from wwanreplay.protocol.presentation import time_text
from wwanreplay.replay import Divergence, DivergenceKind
from wwanreplay.replay.names import code_name, kind_name, status_name

#: What a field trace is compared with, where that is not the recorded modem.
MODEL: Final = "an emulated modem of this profile"


def explain(divergence: Divergence) -> str:
    """One or two sentences on a divergence."""
    sentences = _LIVE_SENTENCES if divergence.is_live else _SENTENCES
    sentence = sentences[divergence.kind](divergence)
    parts = [sentence[:1].upper() + sentence[1:] + "."]
    if divergence.root_index is not None:
        parts.append(f"It follows from the divergence at record {divergence.root_index}.")
    rule = rule_of(divergence)
    if rule is not None:
        parts.append(f"Rule {rule}.")
    return " ".join(parts)


def thing(event: Event, *, of_messages: bool = False) -> str:
    """An output as a noun: what it answers, or that it is an event."""
    name = code_name(event)
    transaction = transaction_text(event, of_messages=of_messages)
    port = f" on port {event.port}" if event.port else ""
    if event.kind == Kind.KIND_COMPLETION:
        return f"the completion of {name}, {transaction}{port}"
    if event.request_id:
        return f"{name} closing {transaction}{port}"
    return f"the event {name}{port}"


def _thing(divergence: Divergence, event: Event) -> str:
    """An output of a divergence, with the transaction as its log has it."""
    return thing(event, of_messages=divergence.has_messages)


def _device(divergence: Divergence) -> str:
    """What the recording is compared with: of a log it is not the modem that was recorded."""
    return MODEL if divergence.is_field else "the device"


def _missing(divergence: Divergence) -> str:
    event = divergence.expected
    assert event is not None
    how = f" with {status_name(event.status)}" if event.kind == Kind.KIND_COMPLETION else ""
    at = f" at {time_text(event.time_ns)} s" if divergence.has_times else ""
    return (
        f"{_device(divergence)} gives {_thing(divergence, event)}{how}{at}, which the recording"
        " lacks"
    )


def _extra(divergence: Divergence) -> str:
    event = divergence.recorded
    assert event is not None
    nearest = divergence.nearest
    if nearest is not None and nearest.index is not None:
        same = (nearest.payload, nearest.request_id, nearest.port, nearest.status) == (
            event.payload,
            event.request_id,
            event.port,
            event.status,
        )
        if same:
            return f"the recording repeats {_thing(divergence, event)} of record {nearest.index}"
    return (
        f"the recording has {_thing(divergence, event)}, which {_device(divergence)} does not give"
    )


def _changed(divergence: Divergence) -> str:
    assert divergence.expected is not None
    paths = [field.path for field in divergence.fields()]
    shown = ", ".join(paths[:4]) + (f" and {len(paths) - 4} more" if len(paths) > 4 else "")
    return f"{_thing(divergence, divergence.expected)} differs in {shown}"


def _moved(divergence: Divergence) -> str:
    assert divergence.recorded is not None
    return (
        f"the recording has {_thing(divergence, divergence.recorded)} in another order than"
        f" {_device(divergence)}"
    )


def _time(divergence: Divergence) -> str:
    recorded, expected = divergence.recorded, divergence.expected
    assert recorded is not None
    assert expected is not None
    late_ns = recorded.time_ns - expected.time_ns
    how = "later" if late_ns > 0 else "earlier"
    if not late_ns:
        return f"the recording has {_thing(divergence, expected)} at another place among the inputs"
    return (
        f"the recording has {_thing(divergence, expected)} {time_text(abs(late_ns))} s {how} than"
        f" {_device(divergence)}"
    )


def _wire(divergence: Divergence) -> str:
    return f"MBIM: {divergence.note}"


def _rule(divergence: Divergence) -> str:
    return divergence.note


_SENTENCES = {
    DivergenceKind.RULE: _rule,
    DivergenceKind.MISSING: _missing,
    DivergenceKind.EXTRA: _extra,
    DivergenceKind.CHANGED: _changed,
    DivergenceKind.MOVED: _moved,
    DivergenceKind.TIME: _time,
    DivergenceKind.WIRE: _wire,
}


def _live_missing(divergence: Divergence) -> str:
    assert divergence.expected is not None
    return f"the recording has {thing(divergence.expected)}, which the device does not give"


def _live_extra(divergence: Divergence) -> str:
    assert divergence.recorded is not None
    return f"the device gives {thing(divergence.recorded)}, which the recording does not have"


def _live_moved(divergence: Divergence) -> str:
    assert divergence.recorded is not None
    return f"the device gives {thing(divergence.recorded)} in another order than the recording"


def _live_time(divergence: Divergence) -> str:
    assert divergence.expected is not None
    fields = divergence.fields()
    if fields and fields[0].path == "time":
        found = fields[0]
        return (
            f"the device gives {thing(divergence.expected)} {found.recorded_text}, which is due"
            f" {found.expected_text}"
        )
    return f"the device gives {thing(divergence.expected)} when its state is another one"


_LIVE_SENTENCES = _SENTENCES | {
    DivergenceKind.MISSING: _live_missing,
    DivergenceKind.EXTRA: _live_extra,
    DivergenceKind.MOVED: _live_moved,
    DivergenceKind.TIME: _live_time,
}


def rule_of(divergence: Divergence) -> str | None:
    """The rule of the handshake that the recorded device breaks there, where one is plain."""
    if divergence.rule is not None and divergence.rule in PROTOCOL.rule_by_id:
        return divergence.rule
    event = divergence.event
    if event is None or event.kind not in OUTPUTS or not _is_wwan(event):
        return None
    return _rule_of_sides(divergence.kind, divergence.recorded, divergence.expected)


def _is_wwan(event: Event) -> bool:
    if event.namespace == Namespace.NAMESPACE_OID:
        return code_name(event).startswith("OID_WWAN_")
    return code_name(event).startswith("NDIS_STATUS_WWAN_")


def _rule_of_sides(
    kind: DivergenceKind, recorded: Event | None, expected: Event | None
) -> str | None:
    if kind is DivergenceKind.MISSING and expected is not None:
        if expected.kind == Kind.KIND_COMPLETION:
            provisional = expected.status == INDICATION_REQUIRED
            return "async.provisional-first" if provisional else None
        return "async.indication-follows" if expected.request_id else None
    if kind is DivergenceKind.EXTRA and recorded is not None:
        closes = recorded.kind == Kind.KIND_INDICATION and recorded.request_id
        return "async.one-closing-indication" if closes else None
    if recorded is None or expected is None or kind is not DivergenceKind.CHANGED:
        return None
    if expected.kind == Kind.KIND_COMPLETION:
        return None
    if recorded.request_id != expected.request_id:
        return "async.request-id-nonzero" if expected.request_id else "async.event-request-id-zero"
    if recorded.code != expected.code and expected.request_id:
        return "async.indication-matches-oid"
    if (recorded.handle or 0) != (expected.handle or 0):
        return "async.destination-handle"
    return None


def transaction_of(divergence: Divergence) -> str:
    """The request that the divergence belongs to, where it is among the events before it."""
    event = divergence.event
    if event is None or not event.request_id:
        return ""
    for before in reversed(divergence.before):
        if before.kind in REQUESTS and (before.request_id, before.port) == (
            event.request_id,
            event.port,
        ):
            where = log_place(before.source)
            what = f"{kind_name(before)} {code_name(before)} at record {before.index}"
            return f"{what}, {where}" if where else what
    return ""
