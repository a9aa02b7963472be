"""What a divergence of a field trace counts for: which layer shows it, and whether it is a fault.

Somebody else's modem differs from any one emulated modem in a thousand harmless ways. So a field
trace is judged in three layers: what the wire shows is certain, and so is what breaks a rule of the
documents; what differs from the model is a note. It is a fault only where a row binds the member:
one that echoes the request (`Live.BOUND`, the mark that live devices are judged by), or one that
the model alone decides and a rule fixes (`Field.fixed_by`), in the answer to a set that succeeded.
"""

from __future__ import annotations

from typing import Final

from wwanreplay._core import Event, Kind
from wwanreplay.protocol.comparison import Live, fixing_rule, is_status
from wwanreplay.replay.divergence import Divergence
from wwanreplay.replay.fault import DivergenceKind, Layer, Weight
from wwanreplay.replay.observed import observed, observed_differences
from wwanreplay.replay.policy import Policy

_POLICY: Final = Policy()


def weigh(divergence: Divergence, request: Event | None) -> None:
    """Give a divergence of a field trace its layer and its weight.

    `request` is the request that it answers, where that is known.
    """
    divergence.is_field = True
    if divergence.kind is DivergenceKind.RULE:
        return
    if divergence.kind is DivergenceKind.WIRE or _is_of_wire(divergence):
        divergence.layer, divergence.weight = Layer.WIRE, Weight.FAULT
        return
    divergence.layer = Layer.MODEL
    divergence.rule = bound_by(divergence, request)
    divergence.weight = Weight.NOTE if divergence.rule is None else Weight.FAULT


def _is_of_wire(divergence: Divergence) -> bool:
    """Whether a request was not answered, or only after longer than it may take."""
    event = divergence.event
    if event is None or not event.request_id or event.kind != Kind.KIND_INDICATION:
        return False
    if divergence.kind is DivergenceKind.MISSING:
        return True
    recorded, expected = divergence.recorded, divergence.expected
    if divergence.kind is not DivergenceKind.TIME or recorded is None or expected is None:
        return False
    return recorded.time_ns > expected.time_ns


def bound_by(divergence: Divergence, request: Event | None) -> str | None:
    """The rule, or `echo`, that binds a member in which an answer differs; None where none does."""
    recorded, expected = divergence.recorded, divergence.expected
    if divergence.kind is not DivergenceKind.CHANGED or recorded is None or expected is None:
        return None
    if recorded.kind != Kind.KIND_INDICATION or expected.kind != Kind.KIND_INDICATION:
        return None
    if not recorded.request_id or _failed(recorded) or _failed(expected):
        return None
    _POLICY.learn(expected)
    for difference in observed_differences(recorded, expected):
        if is_status(recorded.code, difference.path):
            continue
        if _POLICY.mark(recorded.code, difference.path) is Live.BOUND:
            return "echo"
        rule = fixing_rule(recorded.code, difference.path, difference.recorded)
        if rule is not None and request is not None and request.kind == Kind.KIND_SET:
            return rule
    return None


def _failed(event: Event) -> bool:
    return bool(observed(event).get("uStatus", 0))
