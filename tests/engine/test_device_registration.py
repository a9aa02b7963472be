"""REGISTER_STATE: choosing, refusing and losing networks, and telling the host once of each."""

import pytest

from wwanreplay._core import Kind

STATE = "REGISTER_STATE"


def test_a_device_registers_by_itself_once_the_sim_is_read(modem, view):
    started = modem().started
    assert view.names(started)[:3] == ["READY_INFO", STATE, STATE]
    number = view.number
    assert view.states(started, STATE, "RegisterState") == [
        number.WwanRegisterStateSearching,
        number.WwanRegisterStateHome,
    ]
    home = [item for item in started if item.name == STATE][-1]
    assert home["ProviderId"] == "00101"
    assert home["ProviderName"] == "Home Net"
    assert home["RoamingText"] == ""
    assert home["RegisterMode"] == number.WwanRegisterModeAutomatic


def test_searching_has_no_texts_and_is_what_a_query_answers_meanwhile(modem, view):
    device = modem(seconds=0)
    device.run(1.2)
    answer = device.query(STATE)
    assert answer["RegisterState"] == view.number.WwanRegisterStateSearching
    assert answer["ProviderName"] == answer["RoamingText"] == answer["ProviderId"] == ""


def test_a_registered_device_does_not_search_for_the_network_it_has(modem, view):
    device = modem(latencies_ns={view.number.OID_WWAN_REGISTER_STATE: (5_000_000_000, 0)})
    device.send_set(
        STATE,
        {
            "SetRegisterState.ProviderId": "00101",
            "SetRegisterState.RegisterAction": "WwanRegisterActionManual",
        },
    )
    device.send(Kind.KIND_QUERY, STATE)
    answers = [item for item in device.run(11) if item.name == STATE]
    assert [item["RegisterState"] for item in answers] == [view.number.WwanRegisterStateHome] * 2
    assert [item["uStatus"] for item in answers] == [0, 0]
    assert not view.names(answers)


@pytest.mark.parametrize(
    ("provider", "state", "name", "text"),
    [
        ("00101", "Home", "Home Net", ""),
        ("00201", "Partner", "Partner Net", "Welcome"),
        ("00301", "Roaming", "Foreign Net", ""),
    ],
)
def test_a_manual_set_goes_to_the_named_network(modem, view, provider, state, name, text):
    device = modem()
    closing, outputs = device.register("Manual", provider)
    assert closing["uStatus"] == 0
    assert closing["RegisterState"] == getattr(view.number, f"WwanRegisterState{state}")
    assert closing["RegisterMode"] == view.number.WwanRegisterModeManual
    assert (closing["ProviderId"], closing["ProviderName"]) == (provider, name)
    assert closing["RoamingText"] == text
    assert STATE not in view.names(outputs)


def test_a_manual_set_for_another_network_costs_the_context_and_attaches_anew(modem, view):
    device = modem()
    assert device.connect()["uStatus"] == 0
    closing, outputs = device.register("Manual", "00201")
    assert closing["uStatus"] == 0
    assert view.names(outputs) == [
        "PACKET_SERVICE",
        "CONTEXT_STATE",
        "LINK_STATE",
        "PACKET_SERVICE",
    ]
    number = view.number
    assert view.states(outputs, "PACKET_SERVICE", "PacketServiceState") == [
        number.WwanPacketServiceStateAttaching,
        number.WwanPacketServiceStateAttached,
    ]


def test_queries_during_a_manual_set_answer_searching_with_its_provider(modem, view):
    device = modem(latencies_ns={view.number.OID_WWAN_REGISTER_STATE: (5_000_000_000, 0)})
    first = device.send_set(
        STATE,
        {
            "SetRegisterState.ProviderId": "00301",
            "SetRegisterState.RegisterAction": "WwanRegisterActionManual",
        },
    )
    device.stimulus("LATENCY", Operation=0, Count=1, DelayNs=1, CompletionDelayNs=1)
    query = device.send(Kind.KIND_QUERY, STATE)
    outputs = [item for item in device.run(11) if item.name == STATE]
    assert [item.event.request_id for item in outputs] == [query, first]
    assert outputs[0]["RegisterState"] == view.number.WwanRegisterStateSearching
    assert outputs[0]["RegisterMode"] == view.number.WwanRegisterModeManual
    assert outputs[0]["ProviderId"] == "00301"
    assert outputs[0]["ProviderName"] == ""
    assert outputs[1]["RegisterState"] == view.number.WwanRegisterStateRoaming


def test_a_cancelled_set_leaves_mode_and_network(modem, view):
    device = modem(completion_latency_ns=(2_000_000_000, 0))
    before = device.engine.state()
    request_id = device.send_set(
        STATE,
        {
            "SetRegisterState.ProviderId": "00301",
            "SetRegisterState.RegisterAction": "WwanRegisterActionManual",
        },
    )
    assert [item.event.status for item in device.cancel(STATE, request_id)] == [
        view.number.NDIS_STATUS_REQUEST_ABORTED
    ]
    assert device.engine.state() == before
    assert device.run() == []


@pytest.mark.parametrize(
    ("provider", "changes", "status"),
    [
        ("99999", {}, "WWAN_STATUS_PROVIDER_NOT_VISIBLE"),
        ("00301", {"forbidden": True}, "WWAN_STATUS_INVALID_PARAMETERS"),
    ],
)
def test_a_failed_manual_set_leaves_the_device_deregistered_in_manual_mode(
    modem, view, provider, changes, status
):
    providers = [view.home, view.partner, view.foreign]
    if changes:
        forbidden = {**view.foreign, "provider_state": view.number.WWAN_PROVIDER_STATE_FORBIDDEN}
        providers[2] = forbidden
    device = modem(providers=providers)
    closing, outputs = device.register("Manual", provider)
    assert closing["uStatus"] == getattr(view.number, status)
    assert closing["uNwError"] == 0
    assert closing["RegisterState"] == view.number.WwanRegisterStateDeregistered
    # A host need not read the rest of a failed answer: the event tells it.
    event = view.only(outputs, STATE)
    for report in (closing, event, device.query(STATE)):
        assert report["RegisterState"] == view.number.WwanRegisterStateDeregistered
        assert report["RegisterMode"] == view.number.WwanRegisterModeManual
        assert report["ProviderId"] == provider
        assert report["ProviderName"] == ""
    assert device.run(600) == []


def test_a_provider_that_becomes_visible_is_registered_with_in_manual_mode(modem, view):
    device = modem()
    device.register("Manual", "99999")
    outputs = device.stimulus(
        "PROVIDER_CHANGE",
        Action=1,
        **{
            "Provider.Provider.ProviderId": "99999",
            "Provider.Provider.ProviderName": "Late Net",
            "Provider.Provider.WwanDataClass": view.lte,
            "Provider.WwanCellularClass": 1,
        },
    )
    outputs += device.run()
    reports = [item for item in outputs if item.name == STATE]
    assert [item["ProviderId"] for item in reports] == ["99999", "99999"]
    assert reports[-1]["RegisterState"] == view.number.WwanRegisterStateRoaming
    assert reports[-1]["ProviderName"] == "Late Net"


def test_an_automatic_set_ignores_the_provider_and_goes_home(modem, view):
    device = modem()
    device.register("Manual", "00201")
    closing, _ = device.register("Automatic", "00301")
    assert closing["RegisterState"] == view.number.WwanRegisterStateHome
    assert closing["RegisterMode"] == view.number.WwanRegisterModeAutomatic


def test_automatic_registration_goes_by_the_preferred_list_away_from_home(modem, view):
    foreign = {**view.foreign, "provider_state": view.number.WWAN_PROVIDER_STATE_PREFERRED}
    device = modem(providers=[view.partner, view.foreign], preferred=[foreign])
    assert device.query(STATE)["ProviderId"] == "00301"
    device = modem(providers=[view.foreign, view.partner])
    assert device.query(STATE)["ProviderId"] == "00201"


def test_a_network_refuses_with_its_cause_and_the_next_is_tried(modem, view):
    refusing = {**view.home, "reject_cause": 11}
    device = modem(providers=[refusing, view.partner])
    assert device.query(STATE)["ProviderId"] == "00201"
    closing, outputs = device.register("Manual", "00101")
    assert closing["uStatus"] == view.number.WWAN_STATUS_FAILURE
    assert closing["uNwError"] == 11
    assert view.only(outputs, STATE)["uNwError"] == 11


def test_only_refusing_networks_leave_the_device_deregistered_with_the_cause(modem, view):
    device = modem(providers=[{**view.home, "reject_cause": 11}])
    last = [item for item in device.started if item.name == STATE][-1]
    assert last.is_event
    assert last["uStatus"] == 0
    assert last["uNwError"] == 11
    assert last["RegisterState"] == view.number.WwanRegisterStateDeregistered


def test_emergency_registration_is_denied_with_success_and_emergency_mode_is_reported(modem, view):
    camping = {**view.home, "reject_cause": 15, "emergency_only": 1}
    device = modem(providers=[camping])
    number = view.number
    reports = [item for item in device.started if item.name in (STATE, "READY_INFO")][-2:]
    assert reports[0]["RegisterState"] == number.WwanRegisterStateDenied
    assert (reports[0]["uStatus"], reports[0]["uNwError"]) == (0, 15)
    assert reports[1]["EmergencyMode"] == number.WwanEmergencyModeOn
    closing, outputs = device.register("Manual", "00101")
    assert closing["uStatus"] == 0
    assert closing["RegisterState"] == number.WwanRegisterStateDenied
    assert view.names(outputs) == []
    assert device.query("PACKET_SERVICE")["AvailableDataClass"] == 0
    _, outputs = device.radio(on=False)
    assert view.only(outputs, "READY_INFO")["EmergencyMode"] == number.WwanEmergencyModeOff


def test_a_denied_set_reports_emergency_mode_even_where_it_was_on(modem, view):
    device = modem(emergency_mode=1)
    device.stimulus("NETWORK_DEREGISTER", NwError=3, Denied=0, Retry=0)
    outputs = device.stimulus("COVERAGE", Available=0, ProviderIndex=0xFFFFFFFF)
    assert outputs == []
    outputs = modem(emergency_mode=1).stimulus("NETWORK_DEREGISTER", NwError=3, Denied=1, Retry=0)
    assert view.only(outputs, "READY_INFO")["EmergencyMode"] == view.number.WwanEmergencyModeOn


@pytest.mark.parametrize("action", ["Manual", "Automatic"])
def test_a_set_with_the_radio_off_is_stored_and_tried_when_it_comes_on(modem, view, action):
    device = modem()
    number = view.number
    if action == "Automatic":
        device.register("Manual", "00201")
    device.radio(on=False)
    closing, outputs = device.register(action, "00201" if action == "Manual" else "")
    assert closing["uStatus"] == 0
    assert closing["RegisterState"] == number.WwanRegisterStateDeregistered
    assert view.names(outputs) == []
    _, outputs = device.radio(on=True)
    last = [item for item in outputs if item.name == STATE][-1]
    assert last.is_event
    assert last["RegisterState"] == (
        number.WwanRegisterStatePartner if action == "Manual" else number.WwanRegisterStateHome
    )
    assert last["RegisterMode"] == getattr(number, f"WwanRegisterMode{action}")


def test_the_mode_persists_over_sleep_and_removal(modem, view):
    device = modem()
    device.register("Manual", "00201")
    device.power(view.number.NdisDeviceStateD3)
    device.power(view.number.NdisDeviceStateD0)
    outputs = device.run()
    assert set(view.states(outputs, STATE, "RegisterMode")) == {view.number.WwanRegisterModeManual}
    device.lifecycle(5)
    device.lifecycle(6)
    device.run()
    answer = device.query(STATE)
    assert answer["RegisterMode"] == view.number.WwanRegisterModeManual
    assert answer["RegisterState"] == view.number.WwanRegisterStatePartner


def test_waking_reports_that_the_registration_was_lost(modem, view):
    device = modem()
    device.power(view.number.NdisDeviceStateD3)
    assert device.run(60) == []
    outputs = device.power(view.number.NdisDeviceStateD0)
    assert view.only(outputs, STATE)["RegisterState"] == view.number.WwanRegisterStateDeregistered
    assert view.only(outputs, "PACKET_SERVICE")["AvailableDataClass"] == 0
    assert view.only(outputs, "READY_INFO")["ReadyState"] == view.number.WwanReadyStateOff
    outputs = device.run()
    assert view.states(outputs, STATE, "RegisterState")[-1] == view.number.WwanRegisterStateHome


def test_coverage_lost_and_found_is_reported_with_all_that_follows(modem, view):
    device = modem(providers=[view.home])
    device.connect()
    outputs = device.stimulus("COVERAGE", Available=0, ProviderIndex=0xFFFFFFFF)
    assert view.names(outputs) == [STATE, "PACKET_SERVICE", "CONTEXT_STATE", "LINK_STATE"]
    assert outputs[0]["RegisterState"] == view.number.WwanRegisterStateDeregistered
    assert outputs[0]["ProviderId"] == outputs[0]["ProviderName"] == ""
    assert device.run(600) == []
    outputs = device.stimulus("COVERAGE", Available=1, ProviderIndex=0) + device.run()
    assert view.states(outputs, STATE, "RegisterState") == [
        view.number.WwanRegisterStateSearching,
        view.number.WwanRegisterStateHome,
    ]
    assert "CONTEXT_STATE" not in view.names(outputs)


def test_when_one_network_goes_the_next_best_is_looked_for(modem, view):
    device = modem()
    outputs = device.stimulus("COVERAGE", Available=0, ProviderIndex=0) + device.run()
    assert view.states(outputs, STATE, "RegisterState") == [
        view.number.WwanRegisterStateDeregistered,
        view.number.WwanRegisterStateSearching,
        view.number.WwanRegisterStatePartner,
    ]


@pytest.mark.parametrize("denied", [0, 1])
def test_the_network_deregisters_with_its_cause(modem, view, denied):
    device = modem()
    outputs = device.stimulus("NETWORK_DEREGISTER", NwError=10, Denied=denied, Retry=0)
    event = view.only(outputs, STATE)
    state = "Denied" if denied else "Deregistered"
    assert event["RegisterState"] == getattr(view.number, f"WwanRegisterState{state}")
    assert (event["uStatus"], event["uNwError"]) == (0, 10)
    assert ("READY_INFO" in view.names(outputs)) == bool(denied)
    assert view.only(outputs, "PACKET_SERVICE")["uNwError"] == 10
    assert device.run(600) == []


def test_a_deregistered_device_may_try_again_by_itself(modem, view):
    device = modem()
    outputs = device.stimulus("NETWORK_DEREGISTER", NwError=10, Denied=0, Retry=1) + device.run()
    assert view.states(outputs, STATE, "RegisterState") == [
        view.number.WwanRegisterStateDeregistered,
        view.number.WwanRegisterStateSearching,
        view.number.WwanRegisterStateHome,
    ]


def test_an_ordered_outcome_ends_one_set(modem, view):
    device = modem()
    device.outcome("REGISTER_STATE", "WWAN_STATUS_FAILURE", 17)
    closing, _ = device.register()
    assert (closing["uStatus"], closing["uNwError"]) == (view.number.WWAN_STATUS_FAILURE, 17)
    device.outcome("REGISTER_STATE", "WWAN_STATUS_BUSY", 17)
    closing, _ = device.register()
    assert (closing["uStatus"], closing["uNwError"]) == (view.number.WWAN_STATUS_BUSY, 0)
    closing, _ = device.register()
    assert closing["RegisterState"] == view.number.WwanRegisterStateHome


@pytest.mark.parametrize(
    ("sim", "status"),
    [
        (0, "WWAN_STATUS_SIM_NOT_INSERTED"),
        (2, "WWAN_STATUS_PIN_REQUIRED"),
        (4, "WWAN_STATUS_BAD_SIM"),
        (5, "WWAN_STATUS_FAILURE"),
    ],
)
def test_a_set_without_a_usable_sim_fails_with_its_code_and_a_query_does_not(
    modem, view, sim, status
):
    device = modem(sim_state=sim)
    closing, _ = device.register()
    assert closing["uStatus"] == getattr(view.number, status)
    answer = device.query(STATE)
    assert answer["uStatus"] == 0
    assert answer["RegisterState"] == view.number.WwanRegisterStateDeregistered


def test_the_requested_data_class_is_tried_and_its_change_is_reported(modem, view):
    device = modem(structures=3)
    device.connect()
    closing, outputs = device.register(data_class=view.umts)
    assert closing["PreferredDataClasses"] == view.umts
    event = view.only(outputs, "PACKET_SERVICE")
    assert event["CurrentDataClass"] == view.umts
    assert event["AvailableDataClass"] == view.lte | view.umts
    closing, outputs = device.register(data_class=0)
    assert closing["PreferredDataClasses"] == view.umts
    assert view.names(outputs) == []
    closing, outputs = device.register(data_class=view.number.WWAN_DATA_CLASS_5G)
    assert closing["uStatus"] == 0
    assert view.only(outputs, "PACKET_SERVICE")["CurrentDataClass"] == view.lte


def test_cdma_registers_automatically_and_refuses_manual_sets(modem, view):
    number = view.number
    home = {**view.home, "cellular_class": 2, "data_class": number.WWAN_DATA_CLASS_1XEVDO}
    device = modem(
        cellular_class=2,
        data_class=number.WWAN_DATA_CLASS_1XEVDO,
        home=home,
        providers=[home],
        control_caps=number.WWAN_CTRL_CAPS_CDMA_SIMPLE_IP,
    )
    assert view.states(device.started, STATE, "RegisterState")[-1] == number.WwanRegisterStateHome
    assert device.query("PACKET_SERVICE")["PacketServiceState"] == (
        number.WwanPacketServiceStateAttached
    )
    closing, outputs = device.register("Manual", "00101")
    assert closing["uStatus"] == number.WWAN_STATUS_NO_DEVICE_SUPPORT
    assert view.names(outputs) == []
    answer = device.query(STATE)
    assert answer["RegisterMode"] == number.WwanRegisterModeAutomatic
    assert answer["RegisterState"] == number.WwanRegisterStateHome
    outputs = device.stimulus("COVERAGE", Available=0, ProviderIndex=0)
    assert view.only(outputs, STATE)["RegisterState"] == number.WwanRegisterStateDeregistered


def test_sets_are_closed_in_the_order_in_which_they_came(modem, view):
    device = modem()
    device.stimulus("LATENCY", Operation=0, Count=1, DelayNs=9_000_000_000, CompletionDelayNs=5)
    manual = {
        "SetRegisterState.ProviderId": "00201",
        "SetRegisterState.RegisterAction": "WwanRegisterActionManual",
    }
    first = device.send_set(STATE, manual)
    second = device.send_set(STATE, {})
    closings = [item for item in device.run(20) if item.name == STATE]
    assert [item.event.request_id for item in closings] == [first, second]
    assert [item["RegisterState"] for item in closings] == [
        view.number.WwanRegisterStatePartner,
        view.number.WwanRegisterStateHome,
    ]


def test_a_text_for_roamers_is_reported_where_it_is_shown(modem, view):
    device = modem()
    assert device.stimulus("ROAMING_TEXT", RoamingText="Bonjour") == []
    device.register("Manual", "00201")
    outputs = device.stimulus("ROAMING_TEXT", RoamingText="Guten Tag")
    assert view.only(outputs, STATE)["RoamingText"] == "Guten Tag"
    assert device.stimulus("ROAMING_TEXT", RoamingText="Guten Tag") == []
    closing, _ = device.register("Automatic")
    assert closing["RoamingText"] == ""


def test_a_multi_mode_device_reports_its_technology(modem, view):
    number = view.number
    cdma = {
        "provider_id": "00401",
        "provider_name": "CDMA Net",
        "cellular_class": 2,
        "kind": 3,
        "data_class": number.WWAN_DATA_CLASS_1XRTT,
    }
    device = modem(
        cellular_class_list=6,
        providers=[view.home, cdma],
        data_class=view.lte | number.WWAN_DATA_CLASS_1XRTT,
    )
    device.register("Manual", "00101")
    outputs = device.stimulus("CELLULAR_CLASS", CurrentCellularClass=2) + device.run()
    reports = [item for item in outputs if item.name == STATE]
    assert {item["CurrentCellularClass"] for item in reports} == {2}
    assert reports[-1]["ProviderId"] == "00401"
    assert reports[-1]["RegisterMode"] == number.WwanRegisterModeAutomatic


@pytest.mark.parametrize(
    ("fields", "structure", "revision", "status"),
    [
        (
            {"SetRegisterState.RegisterAction": 2},
            "NDIS_WWAN_SET_REGISTER_STATE",
            1,
            "NDIS_STATUS_INVALID_DATA",
        ),
        (
            {"SetRegisterState.RegisterAction": 1},
            "NDIS_WWAN_SET_REGISTER_STATE",
            1,
            "NDIS_STATUS_INVALID_DATA",
        ),
        (
            {"SetRegisterState.AcquisitionOrderListHeader.ElementCount": 9},
            "NDIS_WWAN_SET_REGISTER_STATE_EX",
            2,
            "NDIS_STATUS_INVALID_LENGTH",
        ),
    ],
)
def test_a_wrong_set_is_refused_and_changes_nothing(
    modem, view, fields, structure, revision, status
):
    device = modem()
    offset = {
        "SetRegisterState.AcquisitionOrderListHeader.ElementCount": 44,
        "SetRegisterState.RegisterAction": 20,
    }
    payload = bytearray(view.encode(structure, {}, revision=revision))
    for path, value in fields.items():
        payload[offset[path]] = value
    assert device.refused(Kind.KIND_SET, STATE, bytes(payload)) == getattr(view.number, status)


@pytest.mark.parametrize(
    ("structures", "revision", "size"), [(1, 2, 212), (2, 2, 212), (3, 4, 216)]
)
def test_the_report_has_the_revision_of_its_windows(modem, structures, revision, size):
    payload = modem(structures=structures).query(STATE).event.payload
    assert (payload[1], len(payload)) == (revision, size)
    assert int.from_bytes(payload[2:4], "little") == size


@pytest.mark.parametrize("status", ["WWAN_STATUS_BUSY", "WWAN_STATUS_NO_DEVICE_SUPPORT"])
@pytest.mark.parametrize("radio", [True, False])
def test_a_query_in_manual_mode_names_the_provider_of_the_last_manual_request(
    modem, view, status, radio
):
    """register.dereg-manual-providerid: the page says request, and so whatever became of it."""
    device = modem()
    device.register("Manual", "00998")
    device.outcome(STATE, status)
    closing, outputs = device.register("Manual", "00999")
    assert closing["uStatus"] == getattr(view.number, status)
    assert closing["ProviderId"] == view.only(outputs, STATE)["ProviderId"] == "00999"
    if not radio:
        device.radio(on=False)
    answer = device.query(STATE)
    assert answer["RegisterState"] == view.number.WwanRegisterStateDeregistered
    assert answer["RegisterMode"] == view.number.WwanRegisterModeManual
    assert answer["ProviderId"] == "00999"


def test_a_query_with_the_radio_off_names_the_provider_of_an_open_manual_request(modem, view):
    device = modem(latencies_ns={view.number.OID_WWAN_REGISTER_STATE: (5_000_000_000, 0)})
    device.register("Manual", "00998")
    device.radio(on=False)
    fields = {"ProviderId": "00999", "RegisterAction": "WwanRegisterActionManual"}
    device.send_set(STATE, {f"SetRegisterState.{name}": value for name, value in fields.items()})
    request = device.send(Kind.KIND_QUERY, STATE)
    (answer,) = [item for item in device.run(11) if item.event.request_id == request and item.name]
    assert answer["RegisterState"] == view.number.WwanRegisterStateDeregistered
    assert answer["ProviderId"] == "00999"


def test_a_busy_manual_request_leaves_the_registration_and_is_what_is_looked_for_next(modem, view):
    device = modem()
    device.register("Manual", "00201")
    device.outcome(STATE, "WWAN_STATUS_BUSY")
    _, outputs = device.register("Manual", "00301")
    assert view.names(outputs) == []
    assert device.query(STATE)["ProviderId"] == "00201"
    device.radio(on=False)
    _, outputs = device.radio(on=True)
    reports = [item for item in [*outputs, *device.run(10)] if item.name == STATE]
    assert {item["ProviderId"] for item in reports} == {"00301"}
    assert reports[-1]["RegisterState"] == view.number.WwanRegisterStateRoaming


def test_a_busy_manual_request_in_automatic_mode_leaves_the_mode(modem, view):
    device = modem()
    device.outcome(STATE, "WWAN_STATUS_BUSY")
    device.register("Manual", "00301")
    assert device.query(STATE)["RegisterMode"] == view.number.WwanRegisterModeAutomatic
