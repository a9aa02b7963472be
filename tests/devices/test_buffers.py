"""Buffers of requests and stimuli made of named values, in the form that a generation knows."""

import pytest

from wwanreplay.devices.buffers import encode_request, encode_stimulus, encode_structure, input_form
from wwanreplay.devices.toml import ValuePlace
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode

CONNECT = PROTOCOL.oid("OID_WWAN_CONNECT")
RADIO = PROTOCOL.oid("OID_WWAN_RADIO_STATE")
HERE = ValuePlace("s.toml", "step[1]")


@pytest.mark.parametrize("structures", [1, 2, 3])
def test_every_set_of_the_tables_has_a_form_that_decodes_as_itself(structures: int):
    made = 0
    for oid in PROTOCOL.tables.oids:
        form = input_form(oid, "set", structures)
        if form is None or not PROTOCOL.structure(form[0]).revisions:
            continue
        payload = encode_request(oid, "set", structures, {})
        decoded = decode(form[0], payload)
        assert (decoded.layout_id, decoded.revision) == form[1:]
        made += 1
    assert made > 20


def test_a_later_generation_has_a_later_form():
    forms = [input_form(CONNECT, "set", structures) for structures in (1, 2, 3)]
    assert [form[2] for form in forms] == sorted(form[2] for form in forms)
    assert forms[0] != forms[-1]


def test_fields_are_named_by_the_end_of_their_path():
    values = {"ConnectionId": 7, "AccessString": "internet"}
    decoded = decode("NDIS_WWAN_SET_CONTEXT_STATE", encode_request(CONNECT, "set", 2, values))
    assert decoded["SetContextState.ConnectionId"] == 7
    assert decoded["SetContextState.AccessString"] == "internet"


@pytest.mark.parametrize(
    ("values", "named"),
    [({"ConectionId": 1}, "ConnectionId"), ({"ConnectionId": "x"}, "ConnectionId"),
     ({"ConnectionId": 2**32}, "ConnectionId"), ({"AccessString": "x" * 500}, "AccessString")],
)  # fmt: skip
def test_a_wrong_field_is_named(values: dict, named: str):
    with pytest.raises(UsageError, match=named) as caught:
        encode_request(CONNECT, "set", 2, values)
    assert "\n" not in str(caught.value)


def test_a_request_without_input_is_empty_and_takes_no_fields():
    assert encode_request(RADIO, "query", 2, None) == b""
    with pytest.raises(UsageError, match="a query of OID_WWAN_RADIO_STATE takes no fields"):
        encode_request(RADIO, "query", 2, {"RadioAction": 1})


def test_a_structure_and_its_revision_may_be_chosen():
    payload = encode_request(CONNECT, "set", 3, {"ConnectionId": 7}, revision=1)
    assert decode("NDIS_WWAN_SET_CONTEXT_STATE", payload).revision == 1
    assert encode_structure("NDIS_WWAN_SET_RADIO_STATE", 2, {"RadioAction": 1})[4:] == b"\1\0\0\0"


def test_stimuli_understand_durations_addresses_and_defaults():
    latency = decode(
        "WWANREPLAY_STIMULUS_LATENCY", encode_stimulus("latency", {"DelayNs": "2ms"}, HERE)
    )
    assert (latency["DelayNs"], latency["Count"]) == (2_000_000, 1)
    assert encode_stimulus("latency", {"DelayNs": "2ms", "Count": 5}, HERE) != latency.data


@pytest.mark.parametrize(
    ("name", "values"),
    [("latency", {"DelayNs": "soon"}), ("signal", {"Rssi": 32}), ("signal", {"Rsi": 3}),
     ("signal", [3]), ("signal", "x" * 10_000)],
)  # fmt: skip
def test_a_wrong_stimulus_is_one_line_that_names_its_place(name: str, values):
    with pytest.raises(UsageError) as caught:
        encode_stimulus(name, values, HERE)
    assert len(str(caught.value)) < 400
    assert "\n" not in str(caught.value)
