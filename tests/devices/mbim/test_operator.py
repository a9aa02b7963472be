"""What is left to the operator of a real device: waited for, seen, or missed."""

from __future__ import annotations

import pytest
from mbim_host import served

from wwanreplay._core import Event, Kind
from wwanreplay.devices.buffers import encode_stimulus
from wwanreplay.devices.mbim.operator import Operator, shows
from wwanreplay.devices.mbim.plan import Planned
from wwanreplay.devices.toml import ValuePlace
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.protocol.shorthands import SHORTHANDS
from wwanreplay.record import record
from wwanreplay.script import parse_script


def test_the_operator_is_waited_for(tmp_path):
    printed = []
    with served("lte-home") as modem:

        def lose_coverage(line):
            printed.append(line)
            payload = encode_stimulus("coverage", {"Available": 0}, ValuePlace("test"))
            code = PROTOCOL.stimulus("coverage").number
            modem.server.submit(Event(Kind.KIND_STIMULUS, 0, code=code, payload=payload))

        operator = Operator(("coverage-lost",), 20.0, lose_coverage)
        script = parse_script(
            'step = [ { stimulus = "coverage", values = { Available = 0 } } ]\nlinger = 0', "lost"
        )
        recording = record(f"mbim:{modem.path}", script, tmp_path / "x.wwtrace", operator=operator)
    assert printed == [
        "lost.toml: step 1: please take the network away from the modem;"
        " waiting for coverage-lost, 20 s at most"
    ]
    assert recording.missed == []


def step(shorthand):
    """The step of a script that a shorthand stands for."""
    return Planned("s.toml: step 1", f"stimulus {shorthand}", shorthand=shorthand)


def indicated(name, struct, values, request_id=0):
    payload = encode(struct, values)
    code = PROTOCOL.indication(name).number
    return Event(Kind.KIND_INDICATION, 0, code=code, request_id=request_id, payload=payload)


def radio(on, request_id=0):
    values = {"RadioState": {"HwRadioState": on, "SwRadioState": 1}}
    return indicated("NDIS_STATUS_WWAN_RADIO_STATE", "NDIS_WWAN_RADIO_STATE", values, request_id)


def signal():
    return indicated("NDIS_STATUS_WWAN_SIGNAL_STATE", "NDIS_WWAN_SIGNAL_STATE", {})


ON, OFF = SHORTHANDS["radio-switch-on"], SHORTHANDS["radio-switch-off"]


def test_a_state_that_was_seen_lasts_until_the_opposite_is_seen():
    operator = Operator(("radio-switch-off",))
    assert not operator.has_come(OFF)
    operator.see(radio(on=0))
    operator.begin(OFF)
    assert operator.has_come(OFF)
    assert not operator.has_come(ON)  # it is not waited for
    operator.see(radio(on=1))
    assert not operator.has_come(OFF)


def test_what_has_no_state_must_happen_from_now_on():
    changed = SHORTHANDS["signal-changed"]
    operator = Operator((changed.name,))
    operator.see(signal())
    assert operator.has_come(changed)
    operator.begin(changed)
    assert not operator.has_come(changed)
    operator.see(signal())
    assert operator.has_come(changed)


def test_an_answer_and_another_indication_say_nothing():
    operator = Operator(("radio-switch-off",))
    operator.see(radio(on=0, request_id=4))
    operator.see(signal())
    operator.see(radio(on=0).replace(kind=Kind.KIND_COMPLETION))
    assert not operator.has_come(OFF)
    assert shows(OFF, signal()) is None


def test_an_indication_that_cannot_be_read_shows_nothing():
    for size in (0, 4, 8, 12):
        cut = radio(on=0)
        assert shows(OFF, cut.replace(payload=cut.payload[:size])) is None
    assert (shows(OFF, radio(on=0)), shows(OFF, radio(on=1))) == (True, False)


@pytest.mark.parametrize(
    ("names", "found", "message"),
    [
        (("rain",), ("coverage-lost",), "--wait-for rain: there is no such name; coverage-lost, "),
        (
            ("coverage-last",),
            (),
            "--wait-for coverage-last: there is no such name; near: coverage-",
        ),
        (
            ("sim-removed",),
            (),
            "--wait-for sim-removed: no step of the script is that; it has none",
        ),
        (
            ("coverage-lost", "sim-removed"),
            ("coverage-lost", "coverage-back"),
            "--wait-for sim-removed: no step of the script is that;"
            " it has coverage-back, coverage-lost",
        ),
    ],
)
def test_a_name_that_no_step_stands_for_is_refused_with_those_that_are(names, found, message):
    with pytest.raises(UsageError) as caught:
        Operator(names).check([Planned("s.toml: step 2", "query"), *map(step, found)])
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_names_that_are_steps_are_taken():
    Operator(("coverage-lost",)).check([step("coverage-lost")])
    Operator().check([])
