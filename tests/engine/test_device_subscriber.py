"""READY_INFO, RADIO_STATE and SERVICE_ACTIVATION: what is reported, in order, and what follows."""

import pytest

from wwanreplay._core import Kind

READY = "READY_INFO"


def ready_states(view, outputs):
    names = {
        getattr(view.number, f"WwanReadyState{name}"): name
        for name in (
            "Off",
            "Initialized",
            "SimNotInserted",
            "BadSim",
            "Failure",
            "NotActivated",
            "DeviceLocked",
        )
    }
    return [names[state] for state in view.states(outputs, READY, "ReadyState")]


def test_the_ready_state_is_off_until_the_sim_is_read(modem, view):
    device = modem(seconds=0)
    answer = device.query(READY)
    assert answer["ReadyState"] == view.number.WwanReadyStateOff
    assert answer["SubscriberId"] == answer["SimIccId"] == ""
    assert ready_states(view, device.run()) == ["Initialized"]


def test_initialized_names_the_subscriber(modem):
    answer = modem().query(READY)
    assert answer["SubscriberId"] == "001010123456789"
    assert answer["SimIccId"] == "8988211000000000001"
    assert answer["CdmaShortMsgSize"] == 0
    assert [str(number) for number in answer.fields["Elements"]] == ["15550100"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"sim_state": 0}, "SimNotInserted"),
        ({"sim_state": 2}, "DeviceLocked"),
        ({"sim_state": 3}, "DeviceLocked"),
        ({"pin1_enabled": 1}, "DeviceLocked"),
        ({"sim_state": 4}, "BadSim"),
        ({"sim_state": 5}, "Failure"),
        ({"service_activated": 0}, "NotActivated"),
    ],
)
def test_without_a_usable_sim_the_device_says_so_and_does_not_register(
    modem, view, changes, expected
):
    device = modem(**changes)
    assert ready_states(view, device.started) == [expected]
    assert view.names(device.started) == [READY]
    answer = device.query(READY)
    assert answer["ElementCount"] == 0
    assert (answer["SimIccId"] != "") == (expected in ("DeviceLocked", "NotActivated"))
    assert (answer["SubscriberId"] != "") == (expected == "NotActivated")


def test_removal_and_insertion_of_the_sim(modem, view):
    device = modem()
    device.connect()
    outputs = device.stimulus("SIM", State=0)
    assert view.names(outputs) == [
        READY,
        "REGISTER_STATE",
        "PACKET_SERVICE",
        "CONTEXT_STATE",
        "LINK_STATE",
    ]
    assert ready_states(view, outputs) == ["SimNotInserted"]
    assert device.stimulus("SIM", State=1) == []
    outputs = device.run()
    assert ready_states(view, outputs) == ["Initialized"]
    assert view.states(outputs, "REGISTER_STATE", "RegisterState")[-1] == (
        view.number.WwanRegisterStateHome
    )


def test_a_bad_sim_stays_bad_until_another_is_inserted(modem, view):
    device = modem()
    assert ready_states(view, device.stimulus("SIM", State=4)) == ["BadSim"]
    assert device.run(600) == []
    assert ready_states(view, device.stimulus("SIM", State=0)) == ["SimNotInserted"]
    device.stimulus("SIM", State=1)
    assert ready_states(view, device.run()) == ["Initialized"]


def test_an_inserted_sim_with_an_enabled_pin_is_locked(modem, view):
    device = modem(pin1_enabled=1)
    device.stimulus("SIM", State=0)
    device.stimulus("SIM", State=1)
    assert ready_states(view, device.run()) == ["DeviceLocked"]


def test_a_sim_changed_in_sleep_is_found_on_waking(modem, view):
    device = modem()
    device.power(view.number.NdisDeviceStateD3)
    assert device.stimulus("SIM", State=0) == []
    outputs = device.power(view.number.NdisDeviceStateD0) + device.run()
    assert ready_states(view, outputs) == ["Off", "SimNotInserted"]


def test_the_ready_query_ignores_its_buffer(modem, view):
    device = modem()
    request_id = device.send(Kind.KIND_QUERY, READY, b"\xff")
    closing, _ = device.closed(request_id)
    assert closing["ReadyState"] == view.number.WwanReadyStateInitialized


def test_emergency_mode_is_reported_when_it_changes(modem, view):
    device = modem()
    outputs = device.stimulus("EMERGENCY_MODE", EmergencyMode=1)
    assert view.only(outputs, READY)["EmergencyMode"] == view.number.WwanEmergencyModeOn
    assert device.stimulus("EMERGENCY_MODE", EmergencyMode=1) == []
    outputs = device.stimulus("EMERGENCY_MODE", EmergencyMode=0)
    assert view.only(outputs, READY)["EmergencyMode"] == view.number.WwanEmergencyModeOff


@pytest.mark.parametrize(
    ("structures", "revision", "fixed", "number_size"),
    [(1, 1, 96, 32), (2, 1, 96, 46), (3, 2, 104, 46)],
)
def test_the_ready_info_has_the_form_of_its_windows(
    modem, structures, revision, fixed, number_size
):
    payload = modem(structures=structures).query(READY).event.payload
    assert payload[1] == revision
    assert int.from_bytes(payload[2:4], "little") == fixed
    assert payload[fixed - 4 : fixed] == b"\x01\x00\x00\x00"
    assert len(payload) == fixed + number_size
    assert payload[fixed:].decode("utf-16-le").rstrip("\0") == "15550100"
    assert payload[-2:] == b"\0\0"


# Radio


def test_the_radio_goes_off_with_all_that_follows_and_on_again(modem, view):
    device = modem()
    device.connect()
    closing, outputs = device.radio(on=False)
    assert closing["uStatus"] == 0
    assert closing["SwRadioState"] == view.number.WwanRadioOff
    assert closing["HwRadioState"] == view.number.WwanRadioOn
    assert view.names(outputs) == [
        "REGISTER_STATE",
        "PACKET_SERVICE",
        "CONTEXT_STATE",
        "LINK_STATE",
    ]
    closing, outputs = device.radio(on=True)
    assert closing["SwRadioState"] == view.number.WwanRadioOn
    assert view.states(outputs, "REGISTER_STATE", "RegisterState")[-1] == (
        view.number.WwanRegisterStateHome
    )
    assert "CONTEXT_STATE" not in view.names(outputs)


def test_setting_the_state_in_force_succeeds_and_changes_nothing(modem, view):
    closing, outputs = modem().radio(on=True)
    assert closing["uStatus"] == 0
    assert view.names(outputs) == []


def test_the_switch_is_reported_and_an_order_is_kept_while_it_is_off(modem, view):
    device = modem(software_radio=0)
    outputs = device.stimulus("HARDWARE_RADIO", State=0)
    assert view.only(outputs, "RADIO_STATE")["HwRadioState"] == view.number.WwanRadioOff
    closing, outputs = device.radio(on=True)
    assert (closing["HwRadioState"], closing["SwRadioState"]) == (0, 1)
    assert view.names(outputs) == []
    outputs = device.stimulus("HARDWARE_RADIO", State=1) + device.run()
    assert view.names(outputs)[:2] == ["RADIO_STATE", "REGISTER_STATE"]
    assert view.states(outputs, "REGISTER_STATE", "RegisterState")[-1] == (
        view.number.WwanRegisterStateHome
    )


def test_a_device_without_a_switch_has_its_hardware_radio_on(modem, view):
    device = modem(hardware_radio=0, control_caps=view.number.WWAN_CTRL_CAPS_REG_MANUAL)
    assert device.query("RADIO_STATE")["HwRadioState"] == view.number.WwanRadioOn
    assert device.stimulus("HARDWARE_RADIO", State=0) == []
    assert device.query("RADIO_STATE")["HwRadioState"] == view.number.WwanRadioOn


def test_the_software_state_survives_removal(modem, view):
    device = modem()
    device.radio(on=False)
    device.lifecycle(5)
    device.lifecycle(6)
    assert "REGISTER_STATE" not in view.names(device.run())
    assert device.query("RADIO_STATE")["SwRadioState"] == view.number.WwanRadioOff


def test_a_wrong_radio_action_is_refused(modem, view):
    device = modem()
    payload = view.encode("NDIS_WWAN_SET_RADIO_STATE", {"RadioAction": 2}, revision=1)
    status = device.refused(Kind.KIND_SET, "RADIO_STATE", payload)
    assert status == view.number.NDIS_STATUS_INVALID_DATA


def test_an_ordered_failure_leaves_the_radio(modem, view):
    device = modem()
    device.outcome("RADIO_STATE", "WWAN_STATUS_BUSY")
    closing, outputs = device.radio(on=False)
    assert closing["uStatus"] == view.number.WWAN_STATUS_BUSY
    assert view.names(outputs) == []
    assert device.query("RADIO_STATE")["SwRadioState"] == view.number.WwanRadioOn


# Service activation


def test_activation_leads_to_initialized_and_registration(modem, view):
    device = modem(service_activated=0)
    assert device.register()[0]["uStatus"] == view.number.WWAN_STATUS_SERVICE_NOT_ACTIVATED
    assert device.connect()["uStatus"] == view.number.WWAN_STATUS_SERVICE_NOT_ACTIVATED
    closing, outputs = device.set("SERVICE_ACTIVATION", {})
    assert (closing["uStatus"], closing["uNwError"]) == (0, 0)
    assert view.names(outputs)[0] == READY
    assert ready_states(view, outputs) == ["Initialized"]
    assert device.connect()["uStatus"] == 0


def test_the_network_refuses_activation_with_its_cause_until_it_allows_it(modem, view):
    device = modem(service_activated=0)
    device.stimulus("SERVICE_ACTIVATION", Activated=0, NwError=33)
    closing, _ = device.set("SERVICE_ACTIVATION", {})
    assert (closing["uStatus"], closing["uNwError"]) == (view.number.WWAN_STATUS_FAILURE, 33)
    outputs = device.stimulus("SERVICE_ACTIVATION", Activated=1, NwError=0)
    assert ready_states(view, outputs) == ["Initialized"]
    outputs = device.stimulus("SERVICE_ACTIVATION", Activated=0, NwError=0)
    assert ready_states(view, outputs) == ["NotActivated"]


def test_activation_needs_sim_radio_and_network(modem, view):
    number = view.number
    status = modem(sim_state=0).set("SERVICE_ACTIVATION", {})[0]["uStatus"]
    assert status == number.WWAN_STATUS_SIM_NOT_INSERTED
    status = modem(software_radio=0).set("SERVICE_ACTIVATION", {})[0]["uStatus"]
    assert status == number.WWAN_STATUS_RADIO_POWER_OFF
    device = modem(service_activated=0, providers=[])
    status = device.set("SERVICE_ACTIVATION", {})[0]["uStatus"]
    assert status == number.WWAN_STATUS_PROVIDER_NOT_VISIBLE


def test_a_vendor_buffer_that_is_not_there_is_refused(modem, view):
    device = modem()
    payload = bytearray(view.encode("NDIS_WWAN_SERVICE_ACTIVATION", {}, revision=1))
    payload[4] = 9
    status = device.refused(Kind.KIND_SET, "SERVICE_ACTIVATION", bytes(payload))
    assert status == view.number.NDIS_STATUS_INVALID_LENGTH
