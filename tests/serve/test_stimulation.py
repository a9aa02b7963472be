"""What is done to a served modem by name: each row can be named, each mistake is one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Kind
from wwanreplay.devices.buffers import encode_stimulus
from wwanreplay.devices.toml import ValuePlace
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.shorthands import SHORTHANDS
from wwanreplay.script import LIFECYCLES, parse_script
from wwanreplay.serve.stimulation import (
    description_of,
    event_of,
    fields_of,
    named,
    names,
    step_of,
    timed_events,
    timed_steps,
)

PLACE = ValuePlace("test")


@pytest.mark.parametrize("name", names())
def test_every_name_is_described_and_becomes_an_input(name: str) -> None:
    assert description_of(name)
    fields = {"State": "D3"} if name == "power" else {}
    event = event_of(step_of(name, fields, 2), 2)
    expected = Kind.KIND_SET if name == "power" else Kind.KIND_STIMULUS
    assert event.kind == (Kind.KIND_LIFECYCLE if name in LIFECYCLES else expected)


@pytest.mark.parametrize("row", SHORTHANDS.values(), ids=lambda row: row.name)
def test_a_shorthand_is_the_stimulus_of_its_row(row) -> None:
    event = event_of(step_of(row.name, {}, 2), 2)
    assert event.payload == encode_stimulus(row.stimulus, dict(row.values), PLACE)
    assert event.code == PROTOCOL.stimulus(row.stimulus).number
    (step,) = parse_script(f'step = [{{ stimulus = "{row.name}" }}]', "x").steps
    assert event_of(step, 2) == event


def test_a_field_that_is_given_comes_before_that_of_a_shorthand() -> None:
    event = event_of(step_of("coverage-lost", {"ProviderIndex": "2"}, 2), 2)
    assert event.payload == b"\0\0\0\0\2\0\0\0"


def test_names_fields_and_short_states_are_taken_in_any_case() -> None:
    for name, fields, same, values in (
        ("Coverage_LOST", {}, "coverage-lost", {}),
        ("SIGNAL", {"RSSI": "5"}, "signal", {"Rssi": "5"}),
        ("Power", {"state": "d3"}, "power", {"State": "D3"}),
        ("SURPRISE-REMOVAL", {}, "surprise_removal", {}),
    ):
        assert event_of(step_of(name, fields, 2), 2) == event_of(step_of(same, values, 2), 2)


@pytest.mark.parametrize(
    ("name", "fields", "line"),
    [
        ("signl", {}, "stimulate: nothing is called 'signl'; near: signal"),
        ("coverage-list", {}, "nothing is called 'coverage-list'; near: coverage-lost"),
        ("arrivel", {}, "near: arrival"),
        ("signal", {"Foo": "1"}, "stimulate: signal: no field Foo; has Rssi (0 to 31 or 99),"),
        ("signal", {"Rssi": "40"}, "Rssi: 40 is not from 0 to 31 or 99; has Rssi"),
        (
            "sim",
            {"State": "out"},
            "State: 'out' is not a member of WWANREPLAY_SIM_STATE; has State",
        ),
        ("latency", {"DelayNs": "5q"}, "must be a duration"),
        ("ip_address", {"IPv4Address": "1.2"}, "IPv4Address: '1.2' is not an IP address"),
        ("arrival", {"State": "1"}, "stimulate: arrival: no field 'State'; it has none"),
        ("power", {}, "needs State, one of"),
        ("power", {"State": "D9"}, "stimulate: power: State: 'D9' is no state; one of NdisDevice"),
        ("power", {"Level": "D0"}, "no field 'Level'; it has State"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_is_allowed(name, fields, line) -> None:
    with pytest.raises(UsageError) as raised:
        step_of(name, fields, 2)
    assert line in str(raised.value)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 1200


@given(st.text(max_size=30), st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3))
def test_any_words_are_an_input_or_one_clear_error(name, fields) -> None:
    for each in (name, "signal", "outcome", "device_service_event"):
        line = ""
        try:
            event_of(step_of(each, fields, 2), 2)
        except UsageError as error:
            line = str(error)
        assert not line or line.startswith("stimulate: ")


def test_words_become_fields() -> None:
    assert fields_of(["A=1", "B=x=y", "C="]) == {"A": "1", "B": "x=y", "C": ""}
    for wrong in (["A"], ["=1"], ["A=1", "A=2"]):
        with pytest.raises(UsageError, match="stimulate: "):
            fields_of(wrong)


SCRIPT = """
step = [
    { at = "1s", stimulus = "coverage-lost" },
    { after = "2s", stimulus = "signal", values = { Rssi = 4 } },
    { wait = "500ms" },
    { note = "and then" },
    { lifecycle = "surprise_removal" },
    { at = "10s", power = "NdisDeviceStateD3", port = 0 },
]
"""


def test_a_script_has_its_times_from_the_beginning() -> None:
    found = timed_events(parse_script(SCRIPT, "x"), 2)
    assert [time_ns // 10**6 for time_ns, _ in found] == [1000, 3000, 3500, 10_000]
    kinds = [event.kind for _, event in found]
    assert kinds == [Kind.KIND_STIMULUS, Kind.KIND_STIMULUS, Kind.KIND_LIFECYCLE, Kind.KIND_SET]


def test_each_step_can_be_given_by_name() -> None:
    for _, step in timed_steps(parse_script(SCRIPT, "x")):
        name, fields = named(step)
        assert event_of(step_of(name, fields, 2), 2) == event_of(step, 2)


@pytest.mark.parametrize(
    ("step", "what"),
    [
        ('{ query = "OID_WWAN_SIGNAL_STATE" }', "query is the host's"),
        ('{ wait = "idle" }', "waiting for answers is the host's"),
        ('{ until_idle = true, stimulus = "sim" }', "waiting for answers is the host's"),
    ],
)
def test_what_a_host_does_is_refused_with_its_place(step: str, what: str) -> None:
    with pytest.raises(UsageError, match=f"x.toml: step 1.*{what}"):
        timed_events(parse_script(f"step = [{step}]", "x"), 2)
