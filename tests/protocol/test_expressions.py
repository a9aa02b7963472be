"""Expressions over the fields of events: what they mean, and that nothing else is run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replay_samples import sample_events

from wwanreplay._core import Event, Kind
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event
from wwanreplay.protocol.expressions import DEPTH_MAX, TEXT_SIZE_MAX, parse_expression

EVENTS, _ = sample_events()


def kept(text):
    keeps = parse_expression(text)
    return [event.index for event in EVENTS if keeps(event)]


def where(holds):
    found = [event.index for event in EVENTS if holds(event)]
    assert found, "nothing would be compared"
    return found


def values(event, path):
    decoded = decode_event(event)
    return [] if decoded is None else [leaf.value for leaf in decoded if leaf.path.endswith(path)]


CONNECT = PROTOCOL.oid("OID_WWAN_CONNECT").number
CONTEXT = PROTOCOL.indication("NDIS_STATUS_WWAN_CONTEXT_STATE").number
ACTIVATED = PROTOCOL.number_of("WWAN_ACTIVATION_STATE", "WwanActivationStateActivated")


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("True", lambda e: True),
        ("kind == completion", lambda e: e.kind == Kind.KIND_COMPLETION),
        ("kind == Completion or kind == 6", lambda e: e.kind in (5, 6)),
        ("oid == connect", lambda e: e.namespace == 1 and e.code == CONNECT),
        ("OID == OID_WWAN_CONNECT", lambda e: e.namespace == 1 and e.code == CONNECT),
        ("indication == context_state", lambda e: e.namespace == 2 and e.code == CONTEXT),
        ("status == success", lambda e: e.kind == Kind.KIND_COMPLETION and not e.status),
        ("status != success", lambda e: e.kind == Kind.KIND_COMPLETION and e.status),
        ("request != 0", lambda e: e.request_id),
        ("3 <= record < 6", lambda e: 3 <= e.index < 6),
        ("record in (3, 5)", lambda e: e.index in (3, 5)),
        ("record not in (3, 5)", lambda e: e.index not in (3, 5)),
        ("time >= '3s'", lambda e: e.time_ns >= 3 * 10**9),
        ("time == '3s'", lambda e: e.time_ns == 3 * 10**9),
        ("'3000ms' > time", lambda e: e.time_ns < 3 * 10**9),
        ("size > 100 and not kind == note", lambda e: len(e.payload) > 100 and e.kind != 12),
        ("ActivationState == Activated", lambda e: ACTIVATED in values(e, ".ActivationState")),
        ("activationstate == ACTIVATED", lambda e: ACTIVATED in values(e, ".ActivationState")),
        (
            "ContextState.ActivationState == WwanActivationStateActivated and request != 0",
            lambda e: e.request_id and ACTIVATED in values(e, "ContextState.ActivationState"),
        ),
        ("Rssi > 5", lambda e: any(value > 5 for value in values(e, "Rssi"))),
        ("Rssi", lambda e: any(values(e, "Rssi"))),
        ("Rssi != 9", lambda e: values(e, "Rssi") and 9 not in values(e, "Rssi")),
        (
            "HwRadioState == SwRadioState",
            lambda e: (
                values(e, "HwRadioState") and values(e, "HwRadioState") == values(e, "SwRadioState")
            ),
        ),
        (
            "HwRadioState != SwRadioState",
            lambda e: values(e, "HwRadioState") != values(e, "SwRadioState"),
        ),
    ],
)
def test_an_expression_keeps_the_events_of_which_it_holds(text, holds):
    assert kept(text) == where(holds)


def test_a_comparison_holds_for_no_event_without_the_field():
    assert kept("Rssi == 9 or Rssi != 9") == kept("Rssi >= 0")
    assert len(kept("Rssi >= 0")) < len(EVENTS)
    assert kept("Rssi in (9, 23) or Rssi not in (9, 23)") == kept("Rssi >= 0")
    assert kept("LTE in WwanDataClass or LTE not in WwanDataClass") == kept("WwanDataClass >= 0")
    assert kept("False") == []


def test_a_field_that_is_spelled_as_the_tables_do_comes_before_what_every_event_has():
    event = Event(Kind.KIND_INDICATION, 0, code=CONTEXT, fields={"A.Size": 12}, payload=b"")
    assert parse_expression("Size == 12")(event)
    assert parse_expression("size == 0 and SIZE == 0")(event)


def test_a_value_is_no_part_of_a_longer_word():
    deactivated = PROTOCOL.number_of("WWAN_ACTIVATION_STATE", "WwanActivationStateDeactivated")
    state = next(event for event in EVENTS if ACTIVATED in values(event, ".ActivationState"))
    assert parse_expression("ActivationState == Activated")(state)
    assert not parse_expression("ActivationState == Deactivated")(state)
    assert deactivated != ACTIVATED


def test_texts_flags_and_bytes():
    caps = next(event for event in EVENTS if values(event, "DeviceCaps.DeviceId"))
    (text,) = values(caps, "DeviceCaps.DeviceId")
    assert parse_expression(f"DeviceId == {text!r}")(caps)
    assert parse_expression(f"{text[2:6]!r} in DeviceId")(caps)
    assert not parse_expression("DeviceId == 'x'")(caps)
    assert parse_expression("LTE in WwanDataClass")(caps)
    assert not parse_expression("'1XRTT' in WwanDataClass or 0 in WwanDataClass")(caps)


def test_fields_without_a_buffer_are_compared_as_a_log_has_them():
    fields = {"ContextState.ActivationState": ACTIVATED, "Elements[1].ProviderName": "Example"}
    event = Event(Kind.KIND_INDICATION, 0, code=CONTEXT, fields=fields)
    assert parse_expression("ActivationState == Activated and ProviderName == 'Example'")(event)
    assert parse_expression("Elements[1].ProviderName == 'Example'")(event)
    assert not parse_expression("Elements[0].ProviderName == 'Example'")(event)
    as_text = event.replace(fields={"ActivationState": "WwanActivationStateActivated"})
    assert parse_expression("ActivationState == Activated")(as_text)


def test_a_malformed_buffer_has_no_fields():
    event = Event(Kind.KIND_INDICATION, 0, code=CONTEXT, payload=b"\x80\x01")
    assert not parse_expression("ActivationState")(event)


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ("ActivationStat == x", 1, "there is no field ActivationStat; near: ActivationState"),
        ("request and Xyz.Rsi > 3", 13, "there is no field Xyz.Rsi; near: "),
        ("ActivationState == Activted", 20, "is no value of ActivationState; near: Activated"),
        ("kind == complete", 9, "complete is no value of kind; near: completion"),
        ("oid in (connect, conect)", 18, "conect is no value of oid"),
        ("request = 3", 9, "write == to compare"),
        ("request && port", 10, "write and for &&"),
        ("(request", 1, "was never closed"),
        ("request == 0x", 13, "hexadecimal"),
        ("__import__('os')", 1, "write a comparison"),
        ("request == print(1)", 12, "write a field, a number, a name or a quoted text"),
        ("[x for x in port]", 1, "write a comparison"),
        ("request + 1 == 2", 1, "write a field"),
        ("1 == 1", 1, "compare a field"),
        ("request is 1", 1, "write == or !="),
        ("time > '3x'", 8, "is no time"),
        ("time > 3", 8, "a time has a unit; write '3.5s'"),
        ("time in ('3s', 4)", 16, "a time has a unit"),
        ("request == 'x'", 12, "request is a number, and 'x' is none"),
        ("'x' == Rssi", 1, "Rssi is a number"),
        ("Rssi in (3, foo)", 13, "Rssi is a number, and 'foo' is none"),
        ("request != 0 AND port == 0", 14, "write and for AND"),
        ("NOT request", 5, "write not for NOT"),
        ("request ==\n3", 11, "write the expression in one line"),
        ("ActivationState > Activated", 19, "has no order"),
        ("'ü' == AccessString and y == 1", 25, "there is no field y"),
        ("3 in 4", 6, "in takes a list"),
        ("oid in (record, 1)", 9, "a list holds values"),
        ("ActivationStat == Activated", 1, "no field ActivationStat; near: ActivationState"),
        ("oid in (connect, radio-state)", 18, "write radio_state or 'radio-state'"),
        ("Rssi == 23.5", 9, "write a whole number"),
        ("request != 0 and", 17, "write a field, a number, a name or a quoted text here"),
    ],
)
def test_what_is_wrong_is_reported_with_its_column(text, column, reason):
    with pytest.raises(UsageError) as caught:
        parse_expression(text)
    line = str(caught.value)
    assert f": column {column}: " in line
    assert reason in line
    assert "\n" not in line


def test_an_error_shows_an_expression_of_two_lines_whole_in_one():
    with pytest.raises(UsageError, match=r"^expression request ==\\n3: column "):
        parse_expression("request ==\n3")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x" * (TEXT_SIZE_MAX + 1),
        "not " * (DEPTH_MAX + 1) + "request",
        "(" * 900 + "1" + ")" * 900,
        "-" * 1000 + "1",
        "\0",
        "\ud800",
        "request == 1\nport == 2",
    ],
)
def test_what_is_too_long_too_deep_or_no_text_is_refused(text):
    with pytest.raises(UsageError) as caught:
        parse_expression(text)
    assert len(str(caught.value).splitlines()) == 1


WORDS = st.sampled_from(
    [
        "request",
        "port",
        "Rssi",
        "ActivationState",
        "Activated",
        "kind",
        "time",
        "status",
        "lambda",
        "==",
        "!=",
        "<",
        "in",
        "not",
        "and",
        "or",
        "(",
        ")",
        "[",
        "]",
        ".",
        ",",
        ":",
        "=",
        "0",
        "'x'",
    ]
)


@given(st.one_of(st.lists(WORDS, max_size=12).map(" ".join), st.text(max_size=40)))
def test_any_text_is_an_expression_or_refused_in_one_line(text):
    try:
        keeps = parse_expression(text)
    except UsageError as error:
        line = str(error)
        keeps = None
    if keeps is None:
        assert len(line.splitlines()) == 1
        return
    for event in EVENTS[:30]:
        assert keeps(event) in (True, False)
