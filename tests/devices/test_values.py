"""Values of TOML files: each is read and described in one place."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.devices.toml import ValuePlace
from wwanreplay.devices.values import (
    DURATION,
    NAMES,
    WIDE,
    definitions,
    named_schema,
    range_schema,
    ref,
    spelled,
    table_schema,
    whole_number,
)
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.schema import Range
from wwanreplay.protocol.tables import full_name

PLACE = ValuePlace("x.toml", "here")


def test_a_number_is_read_and_described_alike():
    port = whole_number(7, 2)
    assert port.schema == {"type": "integer", "minimum": 2, "maximum": 7}
    assert port.read(7, PLACE) == 7
    with pytest.raises(UsageError):
        port.read(8, PLACE)
    assert WIDE.schema["maximum"] == 2**64 - 1
    assert range_schema(Range(0, 3, (99,)))["anyOf"][1]["minimum"] == 99


names = st.sampled_from(sorted(PROTOCOL.oid_by_name))


@given(names, st.data())
def test_a_pattern_takes_the_forms_of_a_name_that_look_up_takes(name, data):
    changes = data.draw(st.lists(st.booleans(), min_size=len(name), max_size=len(name)))
    form = "".join(
        letter.swapcase() if change else letter
        for letter, change in zip(name, changes, strict=True)
    )
    for prefix in data.draw(st.sampled_from([(), ("OID_",), ("OID_", "WWAN_")])):
        form = form[len(prefix) :] if form.upper().startswith(prefix) else form
    form = form.replace("_", data.draw(st.sampled_from("_-")))
    is_taken = full_name(form, PROTOCOL.oid_by_name) is not None
    assert bool(re.fullmatch(spelled(PROTOCOL.oid_by_name), form)) >= is_taken


def test_definitions_are_those_that_are_named_and_nothing_else():
    schema = table_schema({"a": ref("WWAN_RADIO"), "b": DURATION.schema, "c": ref("mine")}, ["a"])
    found = definitions(schema, ["mine"])
    assert list(found) == ["WWAN_RADIO", "duration"]
    assert found["WWAN_RADIO"]["anyOf"][0]["enum"][0].startswith("WwanRadio")
    assert schema["required"] == ["a"]
    assert named_schema(["x"], None)["anyOf"][0] == {"enum": ["x"]}
    assert all(make()["anyOf"] for make in NAMES.values())
