"""Which layer a divergence of a field trace belongs to, and whether it is a fault."""

import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.protocol.comparison import fixing_rule, is_status
from wwanreplay.replay.divergence import Divergence
from wwanreplay.replay.fault import DivergenceKind, Layer, Weight
from wwanreplay.replay.layers import weigh

CONTEXT = PROTOCOL.indication("NDIS_STATUS_WWAN_CONTEXT_STATE").number
RADIO = PROTOCOL.indication("NDIS_STATUS_WWAN_RADIO_STATE").number
FAILURE = PROTOCOL.status("WWAN_STATUS_FAILURE").number
QUERY, SET = (Event(kind, 0, code=1, request_id=5) for kind in (Kind.KIND_QUERY, Kind.KIND_SET))


def context(request_id=5, *, time_ns=0, status=0, **members):
    values = {
        "uStatus": status,
        **{f"ContextState.{name}": value for name, value in members.items()},
    }
    return indication(CONTEXT, "NDIS_WWAN_CONTEXT_STATE", values, request_id, time_ns)


def radio(state, request_id=5):
    values = {"RadioState.HwRadioState": 1, "RadioState.SwRadioState": state}
    return indication(RADIO, "NDIS_WWAN_RADIO_STATE", values, request_id, 0)


def indication(code, structure, values, request_id, time_ns):
    payload = encode(structure, values)
    kind = Kind.KIND_INDICATION
    return Event(kind, time_ns, code=code, request_id=request_id, payload=payload)


def weighed(kind, recorded, expected, request=SET):
    divergence = Divergence(kind, True, 3, 0, recorded, expected)
    weigh(divergence, request)
    return divergence.layer, divergence.weight, divergence.rule


def test_a_message_is_a_fault_of_the_wire():
    wire = Event(Kind.KIND_WIRE, 0, code=2)
    assert weighed(DivergenceKind.WIRE, wire, None) == (Layer.WIRE, Weight.FAULT, None)


def test_an_answer_that_is_missing_or_late_is_a_fault_of_the_wire():
    answer, late = context(), context(time_ns=20 * 10**9)
    assert weighed(DivergenceKind.MISSING, None, answer)[:2] == (Layer.WIRE, Weight.FAULT)
    assert weighed(DivergenceKind.TIME, late, answer)[:2] == (Layer.WIRE, Weight.FAULT)
    assert weighed(DivergenceKind.TIME, answer, late)[:2] == (Layer.MODEL, Weight.NOTE)


@pytest.mark.parametrize(
    "kind", [DivergenceKind.MISSING, DivergenceKind.EXTRA, DivergenceKind.TIME]
)
def test_an_event_is_a_note_whatever_is_with_it(kind):
    event = context(0)
    recorded = None if kind is DivergenceKind.MISSING else event
    expected = None if kind is DivergenceKind.EXTRA else context(0, time_ns=-1)
    assert weighed(kind, recorded, expected)[:2] == (Layer.MODEL, Weight.NOTE)


def test_a_member_that_echoes_the_request_binds():
    changed = DivergenceKind.CHANGED
    sides = context(ConnectionId=3), context(ConnectionId=0)
    assert weighed(changed, *sides) == (Layer.MODEL, Weight.FAULT, "echo")
    assert weighed(changed, *sides, QUERY) == (Layer.MODEL, Weight.FAULT, "echo")


def test_what_a_rule_fixes_binds_in_the_answer_to_a_set_alone():
    changed = DivergenceKind.CHANGED
    assert weighed(changed, radio(1), radio(0)) == (Layer.MODEL, Weight.FAULT, "radio.set-off")
    assert weighed(changed, radio(1), radio(0), QUERY) == (Layer.MODEL, Weight.NOTE, None)
    assert weighed(changed, radio(1), radio(0), None) == (Layer.MODEL, Weight.NOTE, None)


def test_a_failed_answer_binds_nothing():
    changed = DivergenceKind.CHANGED
    failed, good = context(status=FAILURE, ConnectionId=3), context(ConnectionId=0)
    assert weighed(changed, failed, good)[1] is Weight.NOTE
    assert weighed(changed, good, failed)[1] is Weight.NOTE


def test_a_state_on_the_way_is_fixed_by_no_rule():
    state = "ContextState.ActivationState"
    on_the_way = PROTOCOL.number_of("WWAN_ACTIVATION_STATE", "WwanActivationStateActivating")
    down = PROTOCOL.number_of("WWAN_ACTIVATION_STATE", "WwanActivationStateDeactivated")
    assert fixing_rule(CONTEXT, state, down) == "async.success-ustatus"
    assert fixing_rule(CONTEXT, state, on_the_way) is None
    assert fixing_rule(CONTEXT, "ContextState.IPType", 1) is None


def test_rules_that_fix_members_are_rules():
    fixed = {
        field.fixed_by
        for struct in PROTOCOL.structs.values()
        for layout in struct.layouts
        for field in layout.fields
        if field.fixed_by
    }
    assert fixed
    assert fixed <= set(PROTOCOL.rule_by_id)


def test_a_status_is_known_by_its_row():
    assert is_status(CONTEXT, "uStatus")
    assert not is_status(CONTEXT, "ContextState.ConnectionId")


def test_a_broken_rule_keeps_what_it_counts_for():
    broken = Divergence(DivergenceKind.RULE, True, 0, 0, context(), None, layer=Layer.RULE)
    broken.weight = Weight.WARNING
    weigh(broken, None)
    assert (broken.layer, broken.weight) == (Layer.RULE, Weight.WARNING)
