"""The JSON Schemas of profiles, scripts and fault files: never stricter than what reads them."""

import copy
import json
import tomllib
from pathlib import Path

import pytest
from checkout import DOCS, ROOT
from documented import BLOCK
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from wwanreplay.devices.fault_plan import ACTIONS as FAULT_ACTIONS
from wwanreplay.devices.fault_plan import WHEN, parse_faults
from wwanreplay.devices.profile import parse_profile
from wwanreplay.devices.profile_rows import TABLES
from wwanreplay.errors import UsageError, WwanReplayError
from wwanreplay.schemas import KINDS, schema_of
from wwanreplay.script import ACTIONS, OPTIONS, parse_script

PACKAGE = ROOT / "wwanreplay"
SHIPPED = {
    "profile": sorted((PACKAGE / "profiles").glob("*.toml")),
    "script": sorted((PACKAGE / "scripts").glob("*.toml")),
}
READERS = {
    "profile": lambda text: parse_profile(text, "x"),
    "script": lambda text: parse_script(text, "x"),
    "fault": lambda text: parse_faults(text, "x.toml"),
}
VALIDATORS = {kind: Draft202012Validator(schema_of(kind)) for kind in KINDS}


def fits(kind, text):
    return VALIDATORS[kind].is_valid(tomllib.loads(text))


def accepts(kind, text):
    try:
        READERS[kind](text)
    except WwanReplayError:
        return False
    return True


def documented():
    """(kind, TOML) of each block of the documents that is a file of one of the kinds."""
    found = []
    for kind, page in (("profile", "profiles"), ("script", "scripts"), ("fault", "faults")):
        text = (DOCS / f"{page}.md").read_text()
        found += [(kind, block) for language, block in BLOCK.findall(text) if language == "toml"]
    return [(kind, block) for kind, block in found if accepts(kind, block)]


GOOD = [
    *((kind, path.read_text()) for kind, paths in SHIPPED.items() for path in paths),
    *documented(),
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one_and_says_what_it_is_of(kind):
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    assert kind.removesuffix("s") in schema["title"]
    assert json.loads(json.dumps(schema)) == schema


def test_there_are_no_others():
    with pytest.raises(UsageError, match="there are profile, script, fault"):
        schema_of("trace")


def test_what_is_shipped_and_documented_fits():
    assert {kind for kind, _ in GOOD} == set(KINDS)
    assert len(GOOD) > 40
    assert [text for kind, text in GOOD if not fits(kind, text)] == []


def test_the_keys_are_those_of_the_readers():
    profile, script, fault = map(schema_of, KINDS)
    for name, rows in TABLES.items():
        schema = profile["properties"]["sim" if name == "sim.pins" else name]
        if name == "sim.pins":
            schema = schema["properties"]["pins"]["properties"]["WwanPinDescPin1"]
        properties = schema.get("items", schema)["properties"]
        assert list(properties) == list(rows)
    steps = script["$defs"]["step"]["anyOf"]
    for action, step in zip(ACTIONS, steps, strict=False):
        assert {action, *OPTIONS[action]} < set(step["properties"])
    faults = fault["properties"]["fault"]["items"]["anyOf"]
    assert [each["required"] for each in faults] == [[action] for action in FAULT_ACTIONS]
    assert list(faults[0]["properties"]["when"]["properties"]) == list(WHEN)


# What a person may get wrong while he writes; each is refused by the reader too.
BROKEN = {
    "profile": (
        "[device]\ndata_class = 'WWAN_DATA_CLASS_LTEE'\n",
        "[device]\nmanufacturerr = 'x'\n",
        "[device]\nport_count = 0\n",
        "[device]\nlte_bands = 5\n",
        "[sim]\npin1_attempts = '3'\n",
        "[sim]\npin1_enabled = 1\n",
        "[sim.pins.WwanPinDescPin9]\nlength_min = 1\n",
        "[network]\nrssi = 40\n",
        "[[provider]]\nkind = 'homely'\n",
        "[[pco]]\noctets = '0g'\n",
        "[[address]]\nipv4_address = '::1'\n",
        "[timing]\ncompletion = '5 parsecs'\n",
        "[timing.operations]\nOID_WWAN_CONECT = '1s'\n",
        "extends = 'lte-hom'\n",
        "structures = 'windows-3.1'\n",
        "home = 5\n",
    ),
    "script": (
        "step = []\n",
        "description = 'no step'\n",
        "step = [{ qery = 'OID_WWAN_CONNECT' }]\n",
        "step = [{ query = 'OID_WWAN_CONECT' }]\n",
        "step = [{ query = 'OID_WWAN_CONNECT', at = '1s', after = '1s' }]\n",
        "step = [{ query = 'OID_WWAN_CONNECT', values = {}, payload_hex = '' }]\n",
        "step = [{ query = 'OID_WWAN_CONNECT', set = 'OID_WWAN_CONNECT' }]\n",
        "step = [{ query = 'OID_WWAN_CONNECT', revision = 256 }]\n",
        "step = [{ stimulus = 'Sgnal' }]\n",
        "step = [{ power = 'NdisDeviceStateD9' }]\n",
        "step = [{ wait = 'idl' }]\n",
        "step = [{ lifecycle = 'pausee' }]\n",
        "step = [{ repeat = 2, steps = [] }]\n",
        "step = [{ set = 'OID_WWAN_PIN', values = { PinTyp = 1 } }]\n",
        "step = [{ query = 'OID_WWAN_DEVICE_CAPS', values = { PinType = 1 } }]\n",
        "step = [{ stimulus = 'coverage', values = { Availabl = 1 } }]\n",
        "pace = 5\nstep = [{ wait = 'idle' }]\n",
        "seed = -1\nstep = [{ wait = 'idle' }]\n",
    ),
    "fault": (
        "fault = []\n",
        "[[fault]]\nwhen = { nth = 1 }\n",
        "[[fault]]\ndrop = false\n",
        "[[fault]]\ndrop = true\nsilence = true\n",
        "[[fault]]\nduplicate = 0\n",
        "[[fault]]\ndelay = 'later'\n",
        "[[fault]]\ndrop = true\nwhen = { nth = 0 }\n",
        "[[fault]]\ndrop = true\nwhen = { kind = 'compleson' }\n",
        "[[fault]]\ndrop = true\nwhen = { code = 'OID_WWAN_CONECT' }\n",
        "[[fault]]\nstatus = 'NDIS_STATUS_FALIURE'\n",
        "[[fault]]\nalter_event = { prt = 1 }\n",
        "[[fault]]\nalter_bytes = { 0 = 'xx' }\n",
        "[[fault]]\ninsert = { after = '1s', kinds = 'indication' }\n",
    ),
}


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in BROKEN.items() for text in texts]
)
def test_what_is_broken_does_not_fit(kind, text):
    assert not accepts(kind, text)
    assert not fits(kind, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("script", "step = [{ query = 'connect' }, { query = 'WWAN-connect' }]"),
        ("script", "step = [{ query = 'oid_wwan_radio_state' }, { query = '0x0e01010c' }]"),
        ("script", "step = [{ stimulus = 'coverage-lost' }, { wait = 0 }]"),
        ("script", "step = [{ power = 'NdisDeviceStateD3' }, { wait = ' 1.5 s ' }]"),
        ("script", "step = [{ set = 'OID_WWAN_PIN', values = { raw = '00' } }]"),
        ("script", "step = [{ set = 'OID_WWAN_PIN', values = { PinAction = { Pin = '1' } } }]"),
        (
            "script",
            "step = [{ set = 'OID_WWAN_PIN', structure = 'NDIS_WWAN_RADIO_STATE', values = {} }]",
        ),
        ("fault", "[[fault]]\nwhen = { code = 'context-state' }\nstatus = 'ndis-status-failure'"),
        ("profile", "extends = 'LTE-home'\n[device]\ndata_class = ['WWAN_DATA_CLASS_LTE']"),
        ("profile", "[sim]\nstate = 1\n[timing]\ncompletion = ['1ms', 0]"),
    ],
)
def test_every_form_that_is_read_fits(kind, text):
    assert accepts(kind, text)
    assert fits(kind, text)


# Values of every form, some of them right somewhere.
VALUES = st.one_of(
    st.booleans(),
    st.integers(-1, 300),
    st.sampled_from(
        [
            "",
            "1s",
            "5ms",
            "idle",
            "ab",
            "connect",
            "OID_WWAN_PIN",
            "radio-state",
            "Signal",
            "home",
            "completion",
            "::1",
            "WwanRadioOff",
            "WWAN_DATA_CLASS_LTE",
        ]
    ),
    st.text(max_size=3),
    st.just([]),
    st.just({}),
    st.just(["1s", "2s"]),
)
SMALL = [(kind, tomllib.loads(text)) for kind, text in GOOD if len(text) < 4000]


def places(value, path=()):
    """Every place in a document, outside in."""
    yield path
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(each, (*path, key))


@given(st.data())
def test_what_a_schema_refuses_its_reader_refuses(data):
    kind, good = data.draw(st.sampled_from(SMALL))
    document = copy.deepcopy(good)
    *path, last = data.draw(st.sampled_from([each for each in places(document) if each]))
    inside = document
    for key in path:
        inside = inside[key]
    change = data.draw(st.sampled_from(["value", "remove", "add"]))
    if change == "value":
        inside[last] = data.draw(VALUES)
    elif change == "remove":
        del inside[last]
    elif isinstance(inside, dict):
        inside[data.draw(st.sampled_from(["at", "port", "values", "rssi", "extra"]))] = data.draw(
            VALUES
        )
    if not VALIDATORS[kind].is_valid(document):
        assert not accepts(kind, written(document))


def written(document):
    """A document as TOML, on one line a key."""
    return "".join(f"{json.dumps(key)} = {inline(value)}\n" for key, value in document.items())


def inline(value):
    if isinstance(value, dict):
        return (
            f"{{{', '.join(f'{json.dumps(key)} = {inline(each)}' for key, each in value.items())}}}"
        )
    if isinstance(value, list):
        return f"[{', '.join(map(inline, value))}]"
    return json.dumps(value)


def test_the_shipped_files_are_where_this_looks():
    assert all(len(paths) > 10 for paths in SHIPPED.values())
    assert isinstance(PACKAGE, Path)
