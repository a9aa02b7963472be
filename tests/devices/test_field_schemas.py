"""The fields of structures in the schema of scripts: those that the encoder takes, described."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from wwanreplay.devices.field_schemas import fields_schema
from wwanreplay.errors import WwanReplayError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.schemas import schema_of
from wwanreplay.script import parse_script

VALIDATOR = Draft202012Validator(schema_of("script"))
#: (action, OID or stimulus, structure) of all that takes fields.
SUBJECTS = [
    (action, row.name, structure)
    for row in PROTOCOL.oid_by_name.values()
    if row.number is not None
    for action, structures in (("query", row.query_input), ("set", row.set_input))
    for structure in structures
] + [("stimulus", name, row.struct) for name, row in PROTOCOL.stimulus_by_name.items()]


@given(st.data())
def test_every_field_that_a_reader_takes_fits(data):
    """By its path, or any end of it, in the form of any release."""
    action, subject, structure = data.draw(st.sampled_from(SUBJECTS))
    layout = data.draw(st.sampled_from(PROTOCOL.structure(structure).layouts))
    leaf = data.draw(st.sampled_from(PROTOCOL.flat(structure, layout.id).leaves))
    parts = leaf.path.split(".")
    name = ".".join(parts[data.draw(st.integers(0, len(parts) - 1)) :])
    name = data.draw(st.sampled_from([name, name + "x", parts[0], "rest"]))
    value = data.draw(st.sampled_from([0, "", "00", []]))
    step = {action: subject, "values": {name: value}}
    document = {"step": [step]}
    if not VALIDATOR.is_valid(document):
        text = (
            f'step = [{{ {action} = "{subject}", values = {{ "{name}" = {json.dumps(value)} }} }}]'
        )
        with pytest.raises(WwanReplayError):
            parse_script(text, "x")


@pytest.mark.parametrize("action", ["query", "set", "stimulus"])
def test_fields_are_offered_with_what_they_may_be(action):
    offered = {"query": 0, "set": 0, "stimulus": 0}
    for each, _, structure in SUBJECTS:
        fields = fields_schema((structure,))["properties"].values()
        assert all(field["description"] for field in fields)
        offered[each] += sum("anyOf" in field for field in fields)
    assert offered[action] > 0
