"""The PINs: what was accepted is the PIN, and attempts are counted back to the beginning."""

from infer_samples import events_of_trace, query, report, set_request, started, state_before, status

from wwanreplay._core import Event
from wwanreplay.analysis.infer.profile import profile_of
from wwanreplay.analysis.infer.start import StartMaker, start_of
from wwanreplay.analysis.infer.subjects.pin import PinStartPart
from wwanreplay.devices.profile import load_profile


def attempts_before(events: list[Event], mapping: dict) -> int:
    """The attempts that the PIN that is waited for has left where events begin."""
    maker = StartMaker()
    for reading in maker.readings(events, of_messages=False):
        maker.take(reading)
    maker.conclude(mapping)
    return maker.of(PinStartPart).attempts


def pin(operation: int, value: str, new: str = "", request_id: int = 1, kind: int = 2) -> Event:
    values = {
        "PinAction.PinType": kind,
        "PinAction.PinOperation": operation,
        "PinAction.Pin": value,
        "PinAction.NewPin": new,
    }
    return set_request("PIN", "NDIS_WWAN_SET_PIN", values, request_id)


def pin_info(name: str, pin_type: int, attempts: int = 0xFFFFFFFF, request_id: int = 1) -> Event:
    values = {
        "uStatus": status(name),
        "PinInfo.PinType": pin_type,
        "PinInfo.AttemptsRemaining": attempts,
    }
    return report("PIN_INFO", values, 5, request_id)


def test_a_pin_that_is_accepted_is_the_pin() -> None:
    events = [
        *(pin(0, "1234", request_id=1), pin_info("FAILURE", 2, 2, request_id=1)),
        *(pin(0, "7531", request_id=2), pin_info("SUCCESS", 0, request_id=2)),
        *(pin(3, "7531", "8642", request_id=3), pin_info("SUCCESS", 0, request_id=3)),
        *(pin(0, "8642", request_id=4), pin_info("SUCCESS", 0, request_id=4)),
    ]
    mapping = profile_of(events).mapping
    assert (mapping["pin1"], mapping["pin1_attempts"], mapping["pin1_enabled"]) == ("7531", 3, 1)


def test_a_pin_that_is_refused_is_not_the_pin() -> None:
    events = [pin(0, "1234"), pin_info("FAILURE", 2, 4)]
    mapping = profile_of(events).mapping
    assert mapping["pin1"] != "1234"
    assert mapping["pin1_attempts"] == 5


def test_an_unblocking_key_gives_the_pin_that_follows() -> None:
    events = [pin(0, "87654321", "9876", kind=11), pin_info("SUCCESS", 0)]
    mapping = profile_of(events).mapping
    assert (mapping["puk1"], mapping["pin1"]) == ("87654321", "9876")


def test_the_recorded_pins_are_found() -> None:
    recorded = load_profile("pin-locked").mapping
    found = profile_of(events_of_trace("pin")).mapping
    for key in ("pin1", "puk1", "pin1_attempts", "puk1_attempts", "pin1_enabled", "pins"):
        named = found[key]
        if key == "pins":
            named = [pin for pin in named if pin.get("mode")]
        assert named == (recorded[key] if key != "pins" else [p for p in recorded[key] if p]), key


def test_a_wrong_pin_shows_that_one_was_waited_for() -> None:
    pin = {"PinAction.PinType": 2, "PinAction.PinOperation": 0, "PinAction.Pin": "1111"}
    failure = status("FAILURE")
    wrong = {"uStatus": failure, "PinInfo.PinType": 2, "PinInfo.AttemptsRemaining": 1}
    events = [
        set_request("PIN", "NDIS_WWAN_SET_PIN", pin, 3),
        report("PIN_INFO", wrong, 5, 3),
        report("READY_INFO", {"ReadyInfo.ReadyState": 1}, 9),
    ]
    state = state_before(*events)
    assert (state["ready_state"], state["pin_required"]) == (6, 2)
    mapping = profile_of(events).mapping
    assert mapping["pin1"] != "1111"
    assert attempts_before(events, mapping) == 2


def test_wrong_pins_are_counted_when_no_answer_has_the_attempts_left() -> None:
    pin = {"PinAction.PinType": 2, "PinAction.PinOperation": 0, "PinAction.Pin": "0000"}
    failure = status("FAILURE")
    events = []
    for number in (3, 4, 5):
        events.append(set_request("PIN", "NDIS_WWAN_SET_PIN", pin, number))
        events.append(report("PIN_INFO", {"uStatus": failure}, 5, number))
    blocked = {"PinInfo.PinType": 11, "PinInfo.AttemptsRemaining": 7}
    events += [
        report("READY_INFO", {"ReadyInfo.ReadyState": 6}, 9),
        query("PIN", 6),
        report("PIN_INFO", blocked, 9, 6),
    ]
    profile = profile_of(events)
    assert profile.mapping["pin1"] != "0000"
    assert (profile.mapping["pin1_attempts"], profile.mapping["puk1_attempts"]) == (3, 10)
    engine = started(profile.mapping, start_of(events, profile.mapping))
    assert (engine.state()["ready_state"], engine.state()["pin_required"]) == (6, 2)
    assert attempts_before(events, profile.mapping) == 3
