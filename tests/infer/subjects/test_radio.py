"""The radio: a switch that was turned was the other way before."""

from infer_samples import HOME, mapping_of, query, report, set_request, state_before


def test_the_radio_that_an_order_turned_off_was_on() -> None:
    off = {"RadioState.HwRadioState": 1, "RadioState.SwRadioState": 0}
    state = state_before(
        set_request("RADIO_STATE", "NDIS_WWAN_SET_RADIO_STATE", {"RadioAction": 0}, 3),
        report("RADIO_STATE", off, 5, 3),
    )
    assert (state["hardware_radio"], state["software_radio"]) == (1, 1)


def test_a_radio_that_is_off_leaves_no_registration() -> None:
    off = {"RadioState.HwRadioState": 0, "RadioState.SwRadioState": 1}
    state = state_before(
        query("RADIO_STATE", 3),
        report("RADIO_STATE", off, 5, 3),
        report("RADIO_STATE", off | {"RadioState.HwRadioState": 1}, 9),
        report("REGISTER_STATE", HOME, 12),
    )
    assert (state["hardware_radio"], state["register_state"]) == (0, 1)


def test_a_hardware_switch_that_reports_itself_was_turned() -> None:
    on = {"RadioState.HwRadioState": 1, "RadioState.SwRadioState": 1}
    assert state_before(report("RADIO_STATE", on, 5))["hardware_radio"] == 0
    assert mapping_of(report("RADIO_STATE", on, 5))["hardware_radio"] == 0
