"""Plans of faults: each action is read, and what is wrong in a plan is named with its place."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import PAYLOAD_SIZE_MAX, Event, Kind
from wwanreplay.devices.fault_plan import ACTIONS, Insertion, Selector, load_faults, parse_faults
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "own.toml: has no [[fault]]"),
        ("[[falt]]", "own.toml: no key 'falt' here; near: fault"),
        ("[[fault]]", "own.toml: fault 1: needs one of drop, duplicate, delay,"),
        (
            "[[fault]]\ndrop = true\nsilence = true",
            "own.toml: fault 1: needs one of drop, duplicate, delay, reorder, alter, alter_bytes, "
            "alter_event, status, silence, removal, insert; has drop and silence",
        ),
        ("[[fault]]\ndrop = false", "own.toml: fault 1 drop: can only be true"),
        ("[[fault]]\ndrp = true", "own.toml: fault 1: no key 'drp' here; near: drop"),
        (
            "[[fault]]\ndrop = true\nwhen = { knd = 'x' }",
            "own.toml: fault 1 when: no key 'knd' here; near: kind",
        ),
        (
            "[[fault]]\ndrop = true\nwhen = { kind = 'query' }",
            "own.toml: fault 1 when kind: 'query' is none of completion, indication",
        ),
        (
            "[[fault]]\ndrop = true\nwhen = { code = 'NDIS_STATUS_WWAN_SIGNAL' }",
            "own.toml: fault 1 when code: no indication or OID is called NDIS_STATUS_WWAN_SIGNAL",
        ),
        (
            "[[fault]]\ndrop = true\nwhen = { nth = 0 }",
            "own.toml: fault 1 when nth: 0 is not from 1 to",
        ),
        (
            "[[fault]]\nstatus = 'WWAN_STATUS_BUSSY'",
            "own.toml: fault 1 status: no NDIS_STATUS or WWAN_STATUS is called WWAN_STATUS_BUSSY",
        ),
        ("[[fault]]\ndelay = 5", "own.toml: fault 1 delay: must be a duration"),
        (
            "[[fault]]\nalter_bytes = { x = '00' }",
            "own.toml: fault 1 alter_bytes: 'x' is not an offset",
        ),
        (
            "[[fault]]\nalter_event = { cause = 3 }",
            "own.toml: fault 1 alter_event: no key 'cause' here",
        ),
        (
            "[[fault]]\ninsert = { values = { Rssi = 3 } }",
            "own.toml: fault 1 insert: values need a structure",
        ),
        (
            "[[fault]]\ninsert = { code = 'NDIS_STATUS_WWAN_SIGNAL_STATE', values = { Rsi = 3 } }",
            "own.toml: fault 1 insert: NDIS_WWAN_SIGNAL_STATE: no field Rsi; near: ",
        ),
    ],
)
def test_what_is_wrong_in_a_plan_is_reported_in_one_line(text, message):
    with pytest.raises(UsageError) as caught:
        parse_faults(text, "own.toml")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_short_name_is_taken_where_it_is_of_one_row():
    short, long = (
        parse_faults(f'[[fault]]\nwhen = {{ code = "{name}" }}\ndrop = true\n', "f.toml")
        for name in ("context_state", "NDIS_STATUS_WWAN_CONTEXT_STATE")
    )
    assert short.faults == long.faults
    with pytest.raises(UsageError, match="may be NDIS_STATUS_WWAN_READY_INFO or OID_WWAN_READY"):
        parse_faults('[[fault]]\nwhen = { code = "ready_info" }\ndrop = true\n', "f.toml")


def test_a_missing_plan_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        load_faults(str(tmp_path / "none.toml"))


BUSY = PROTOCOL.wwan_status_by_name["WWAN_STATUS_BUSY"].number


def planned(text):
    """The faults of a plan."""
    return parse_faults(text, "own.toml").faults


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("drop = true", True),
        ("duplicate = true", 1),
        ("duplicate = 1000", 1000),
        ('delay = "3ms"', 3_000_000),
        ("delay = 0", 0),
        ("reorder = true", True),
        ('alter = { "ContextState.ActivationState" = 2 }', {"ContextState.ActivationState": 2}),
        ('alter_bytes = { 0 = "7f", -1 = "ee ff" }', {0: b"\x7f", -1: b"\xee\xff"}),
        ('alter_bytes = { 0x10 = "" }', {16: b""}),
        ("alter_event = { port = 1, payload_hex = '00' }", {"port": 1, "payload": b"\0"}),
        ("alter_event = { status = 'NDIS_STATUS_FAILURE' }", {"status": 0xC0000001}),
        ("status = 'NDIS_STATUS_FAILURE'", (0xC0000001, None)),
        ("status = 'WWAN_STATUS_BUSY'", (None, BUSY)),
        ("status = 7", (7, 7)),
        ("silence = true", True),
        ("removal = true", True),
        ("insert = { after = '1s' }", Insertion(10**9, None, None)),
    ],
)  # fmt: skip
def test_each_action_is_read_to_its_value(action, value):
    (fault,) = planned(f"[[fault]]\n{action}")
    assert (fault.action, fault.value) == (action.split()[0], value)
    assert fault.when == Selector()


def test_the_list_of_actions_is_tried_wholly():
    marks = test_each_action_is_read_to_its_value.pytestmark
    assert {row[0].split()[0] for row in marks[0].args[1]} == set(ACTIONS)


@pytest.mark.parametrize(
    "action",
    [
        "duplicate = 0", "duplicate = 1001", "duplicate = false", "delay = '-1s'", "silence = 1",
        f"alter_bytes = {{ {PAYLOAD_SIZE_MAX} = '00' }}", "alter_bytes = { 0 = 'x' }",
        f"alter_bytes = {{ -{PAYLOAD_SIZE_MAX + 1} = '00' }}", "alter = 3",
        "alter_event = { port = 4294967296 }", "alter_event = { port = true }", "status = true",
        "insert = { values = {}, payload_hex = '00', structure = 'NDIS_WWAN_SIGNAL_STATE' }",
        "insert = { structure = 'NDIS_WWAN_NONE' }", "insert = { code = 'NDIS_STATUS_NONE' }",
    ],
)  # fmt: skip
def test_a_value_that_no_action_has_is_refused_at_its_place(action):
    with pytest.raises(UsageError) as caught:
        planned(f"[[fault]]\ndrop = true\n[[fault]]\n{action}")
    assert str(caught.value).startswith(f"own.toml: fault 2 {action.split()[0]}")
    assert "\n" not in str(caught.value)


EVENT = Event(
    Kind.KIND_COMPLETION, 10**9, code=7, request_id=3, port=1, status=5, handle=2, payload=b"x"
)
FITTING = {
    "kind": int(Kind.KIND_COMPLETION), "code": 7, "operation": 9, "request_id": 3,
    "transactional": True, "port": 1, "status": 5, "event": 20, "from_ns": 10**9,
    "until_ns": 10**9 + 1,
}  # fmt: skip
OTHER = {
    "kind": int(Kind.KIND_INDICATION), "code": 8, "operation": None, "request_id": 0,
    "transactional": False, "port": 0, "status": 0, "event": 21, "from_ns": 10**9 + 1,
    "until_ns": 10**9,
}  # fmt: skip


@given(st.sets(st.sampled_from(sorted(FITTING))), st.sampled_from(["", *sorted(OTHER)]))
def test_an_output_is_selected_when_all_that_is_wanted_fits(wanted, other):
    when = Selector(**{name: FITTING[name] for name in wanted})
    assert when.matches(EVENT, 9, 20)
    if other and OTHER[other] is not None:
        when = replace(when, **{other: OTHER[other]})
        assert not when.matches(EVENT, 9, 20)


def test_a_status_selects_no_indication_and_an_operation_nothing_that_has_none():
    indication = EVENT.replace(kind=Kind.KIND_INDICATION)
    assert not Selector(status=5).matches(indication, 9, 20)
    assert not Selector(operation=9).matches(EVENT, None, 20)
    assert not Selector(event=20).matches(EVENT, 9, None)


def test_a_plan_has_the_name_of_its_file_and_its_faults_in_order(tmp_path):
    path = tmp_path / "two.toml"
    path.write_text('description = "x"\n[[fault]]\ndrop = true\n[[fault]]\nsilence = true\n')
    plan = load_faults(str(path))
    assert (plan.name, plan.description) == ("two", "x")
    assert [fault.action for fault in plan.faults] == ["drop", "silence"]
    assert str(plan.faults[1].place.error("x")) == f"{path}: fault 2: x"


@pytest.mark.parametrize("structures", [1, 2, 3])
def test_an_inserted_structure_has_the_form_of_the_device_s_generation(structures):
    text = "[[fault]]\ninsert = { code = 'NDIS_STATUS_WWAN_SIGNAL_STATE', values = { VALUES } }"
    payloads = []
    for values in ("", '"SignalState.Rssi" = 3'):
        (fault,) = planned(text.replace("VALUES", values))
        payloads.append(fault.value.payload(structures))
    assert payloads[0] != payloads[1]
    event = Event(Kind.KIND_INDICATION, 0, code=fault.value.code, payload=payloads[1])
    assert decode_event(event).get("SignalState.Rssi") == 3
    (bare,) = planned("[[fault]]\ninsert = { payload_hex = '00' }")
    assert bare.value.payload(structures) is None
