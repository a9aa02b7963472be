"""REGISTER_STATE: choosing, refusing and losing networks, and telling the host once of each."""

import pytest

from wwanreplay._core import Kind

STATE = "REGISTER_STATE"


def test_a_device_registers_by_itself_once_the_sim_is_read(modem, tell):
    started = modem().started
    assert tell.names(started)[:3] == ["READY_INFO", STATE, STATE]
    number = tell.number
    assert tell.states(started, STATE, "RegisterState") == [
        number.WwanRegisterStateSearching,
        number.WwanRegisterStateHome,
    ]
    home = [item for item in started if item.name == STATE][-1]
    assert home["ProviderId"] == "00101"
    assert home["ProviderName"] == "Home Net"
    assert home["RoamingText"] == ""
    assert home["RegisterMode"] == number.WwanRegisterModeAutomatic


def test_searching_has_no_texts_and_is_what_a_query_answers_meanwhile(modem, tell):
    device = modem(seconds=0)
    device.run(1.2)
    answer = device.query(STATE)
    assert answer["RegisterState"] == tell.number.WwanRegisterStateSearching
    assert answer["ProviderName"] == answer["RoamingText"] == answer["ProviderId"] == ""


def test_a_registered_device_does_not_search_for_the_network_it_has(modem, tell):
    device = modem(latencies_ns={tell.number.OID_WWAN_REGISTER_STATE: (5_000_000_000, 0)})
    device.send_set(
        STATE,
        {
            "SetRegisterState.ProviderId": "00101",
            "SetRegisterState.RegisterAction": "WwanRegisterActionManual",
        },
    )
    device.send(Kind.KIND_QUERY, STATE)
    answers = [item for item in device.run(11) if item.name == STATE]
    assert [item["RegisterState"] for item in answers] == [tell.number.WwanRegisterStateHome] * 2
    assert [item["uStatus"] for item in answers] == [0, 0]
    assert not tell.names(answers)


@pytest.mark.parametrize(
    ("provider", "state", "name", "text"),
    [
        ("00101", "Home", "Home Net", ""),
        ("00201", "Partner", "Partner Net", "Welcome"),
        ("00301", "Roaming", "Foreign Net", ""),
    ],
)
def test_a_manual_set_goes_to_the_named_network(modem, tell, provider, state, name, text):
    device = modem()
    closing, said = device.register("Manual", provider)
    assert closing["uStatus"] == 0
    assert closing["RegisterState"] == getattr(tell.number, f"WwanRegisterState{state}")
    assert closing["RegisterMode"] == tell.number.WwanRegisterModeManual
    assert (closing["ProviderId"], closing["ProviderName"]) == (provider, name)
    assert closing["RoamingText"] == text
    assert STATE not in tell.names(said)


def test_a_manual_set_for_another_network_costs_the_context_and_attaches_anew(modem, tell):
    device = modem()
    assert device.connect()["uStatus"] == 0
    closing, said = device.register("Manual", "00201")
    assert closing["uStatus"] == 0
    assert tell.names(said) == [
        "PACKET_SERVICE",
        "CONTEXT_STATE",
        "LINK_STATE",
        "PACKET_SERVICE",
    ]
    number = tell.number
    assert tell.states(said, "PACKET_SERVICE", "PacketServiceState") == [
        number.WwanPacketServiceStateAttaching,
        number.WwanPacketServiceStateAttached,
    ]


def test_queries_during_a_manual_set_answer_searching_with_its_provider(modem, tell):
    device = modem(latencies_ns={tell.number.OID_WWAN_REGISTER_STATE: (5_000_000_000, 0)})
    first = device.send_set(
        STATE,
        {
            "SetRegisterState.ProviderId": "00301",
            "SetRegisterState.RegisterAction": "WwanRegisterActionManual",
        },
    )
    device.stimulus("LATENCY", Operation=0, Count=1, DelayNs=1, CompletionDelayNs=1)
    query = device.send(Kind.KIND_QUERY, STATE)
    said = [item for item in device.run(11) if item.name == STATE]
    assert [item.event.request_id for item in said] == [query, first]
    assert said[0]["RegisterState"] == tell.number.WwanRegisterStateSearching
    assert said[0]["RegisterMode"] == tell.number.WwanRegisterModeManual
    assert said[0]["ProviderId"] == "00301"
    assert said[0]["ProviderName"] == ""
    assert said[1]["RegisterState"] == tell.number.WwanRegisterStateRoaming


def test_a_cancelled_set_leaves_mode_and_network(modem, tell):
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
        tell.number.NDIS_STATUS_REQUEST_ABORTED
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
    modem, tell, provider, changes, status
):
    providers = [tell.home, tell.partner, tell.foreign]
    if changes:
        forbidden = {**tell.foreign, "provider_state": tell.number.WWAN_PROVIDER_STATE_FORBIDDEN}
        providers[2] = forbidden
    device = modem(providers=providers)
    closing, said = device.register("Manual", provider)
    assert closing["uStatus"] == getattr(tell.number, status)
    assert closing["uNwError"] == 0
    assert closing["RegisterState"] == tell.number.WwanRegisterStateDeregistered
    # A host need not read the rest of a failed answer: the event tells it.
    event = tell.only(said, STATE)
    for report in (closing, event, device.query(STATE)):
        assert report["RegisterState"] == tell.number.WwanRegisterStateDeregistered
        assert report["RegisterMode"] == tell.number.WwanRegisterModeManual
        assert report["ProviderId"] == provider
        assert report["ProviderName"] == ""
    assert device.run(600) == []


def test_a_provider_that_becomes_visible_is_registered_with_in_manual_mode(modem, tell):
    device = modem()
    device.register("Manual", "99999")
    said = device.stimulus(
        "PROVIDER_CHANGE",
        Action=1,
        **{
            "Provider.Provider.ProviderId": "99999",
            "Provider.Provider.ProviderName": "Late Net",
            "Provider.Provider.WwanDataClass": tell.lte,
            "Provider.WwanCellularClass": 1,
        },
    )
    said += device.run()
    reports = [item for item in said if item.name == STATE]
    assert [item["ProviderId"] for item in reports] == ["99999", "99999"]
    assert reports[-1]["RegisterState"] == tell.number.WwanRegisterStateRoaming
    assert reports[-1]["ProviderName"] == "Late Net"


def test_an_automatic_set_ignores_the_provider_and_goes_home(modem, tell):
    device = modem()
    device.register("Manual", "00201")
    closing, _ = device.register("Automatic", "00301")
    assert closing["RegisterState"] == tell.number.WwanRegisterStateHome
    assert closing["RegisterMode"] == tell.number.WwanRegisterModeAutomatic


def test_automatic_registration_goes_by_the_preferred_list_away_from_home(modem, tell):
    foreign = {**tell.foreign, "provider_state": tell.number.WWAN_PROVIDER_STATE_PREFERRED}
    device = modem(providers=[tell.partner, tell.foreign], preferred=[foreign])
    assert device.query(STATE)["ProviderId"] == "00301"
    device = modem(providers=[tell.foreign, tell.partner])
    assert device.query(STATE)["ProviderId"] == "00201"


def test_a_network_refuses_with_its_cause_and_the_next_is_tried(modem, tell):
    refusing = {**tell.home, "reject_cause": 11}
    device = modem(providers=[refusing, tell.partner])
    assert device.query(STATE)["ProviderId"] == "00201"
    closing, said = device.register("Manual", "00101")
    assert closing["uStatus"] == tell.number.WWAN_STATUS_FAILURE
    assert closing["uNwError"] == 11
    assert tell.only(said, STATE)["uNwError"] == 11


def test_only_refusing_networks_leave_the_device_deregistered_with_the_cause(modem, tell):
    device = modem(providers=[{**tell.home, "reject_cause": 11}])
    last = [item for item in device.started if item.name == STATE][-1]
    assert last.is_event
    assert last["uStatus"] == 0
    assert last["uNwError"] == 11
    assert last["RegisterState"] == tell.number.WwanRegisterStateDeregistered


def test_emergency_registration_is_denied_with_success_and_emergency_mode_is_told(modem, tell):
    camping = {**tell.home, "reject_cause": 15, "emergency_only": 1}
    device = modem(providers=[camping])
    number = tell.number
    reports = [item for item in device.started if item.name in (STATE, "READY_INFO")][-2:]
    assert reports[0]["RegisterState"] == number.WwanRegisterStateDenied
    assert (reports[0]["uStatus"], reports[0]["uNwError"]) == (0, 15)
    assert reports[1]["EmergencyMode"] == number.WwanEmergencyModeOn
    closing, said = device.register("Manual", "00101")
    assert closing["uStatus"] == 0
    assert closing["RegisterState"] == number.WwanRegisterStateDenied
    assert tell.names(said) == []
    assert device.query("PACKET_SERVICE")["AvailableDataClass"] == 0
    _, said = device.radio(on=False)
    assert tell.only(said, "READY_INFO")["EmergencyMode"] == number.WwanEmergencyModeOff


def test_a_denied_set_tells_emergency_mode_even_where_it_was_on(modem, tell):
    device = modem(emergency_mode=1)
    device.stimulus("NETWORK_DEREGISTER", NwError=3, Denied=0, Retry=0)
    said = device.stimulus("COVERAGE", Available=0, ProviderIndex=0xFFFFFFFF)
    assert said == []
    said = modem(emergency_mode=1).stimulus("NETWORK_DEREGISTER", NwError=3, Denied=1, Retry=0)
    assert tell.only(said, "READY_INFO")["EmergencyMode"] == tell.number.WwanEmergencyModeOn


@pytest.mark.parametrize("action", ["Manual", "Automatic"])
def test_a_set_with_the_radio_off_is_stored_and_tried_when_it_comes_on(modem, tell, action):
    device = modem()
    number = tell.number
    if action == "Automatic":
        device.register("Manual", "00201")
    device.radio(on=False)
    closing, said = device.register(action, "00201" if action == "Manual" else "")
    assert closing["uStatus"] == 0
    assert closing["RegisterState"] == number.WwanRegisterStateDeregistered
    assert tell.names(said) == []
    _, said = device.radio(on=True)
    last = [item for item in said if item.name == STATE][-1]
    assert last.is_event
    assert last["RegisterState"] == (
        number.WwanRegisterStatePartner if action == "Manual" else number.WwanRegisterStateHome
    )
    assert last["RegisterMode"] == getattr(number, f"WwanRegisterMode{action}")


def test_the_mode_persists_over_sleep_and_removal(modem, tell):
    device = modem()
    device.register("Manual", "00201")
    device.power(tell.number.NdisDeviceStateD3)
    device.power(tell.number.NdisDeviceStateD0)
    said = device.run()
    assert set(tell.states(said, STATE, "RegisterMode")) == {tell.number.WwanRegisterModeManual}
    device.lifecycle(5)
    device.lifecycle(6)
    device.run()
    answer = device.query(STATE)
    assert answer["RegisterMode"] == tell.number.WwanRegisterModeManual
    assert answer["RegisterState"] == tell.number.WwanRegisterStatePartner


def test_waking_tells_that_the_registration_was_lost(modem, tell):
    device = modem()
    device.power(tell.number.NdisDeviceStateD3)
    assert device.run(60) == []
    said = device.power(tell.number.NdisDeviceStateD0)
    assert tell.only(said, STATE)["RegisterState"] == tell.number.WwanRegisterStateDeregistered
    assert tell.only(said, "PACKET_SERVICE")["AvailableDataClass"] == 0
    assert tell.only(said, "READY_INFO")["ReadyState"] == tell.number.WwanReadyStateOff
    said = device.run()
    assert tell.states(said, STATE, "RegisterState")[-1] == tell.number.WwanRegisterStateHome


def test_coverage_lost_and_found_is_told_with_all_that_follows(modem, tell):
    device = modem(providers=[tell.home])
    device.connect()
    said = device.stimulus("COVERAGE", Available=0, ProviderIndex=0xFFFFFFFF)
    assert tell.names(said) == [STATE, "PACKET_SERVICE", "CONTEXT_STATE", "LINK_STATE"]
    assert said[0]["RegisterState"] == tell.number.WwanRegisterStateDeregistered
    assert said[0]["ProviderId"] == said[0]["ProviderName"] == ""
    assert device.run(600) == []
    said = device.stimulus("COVERAGE", Available=1, ProviderIndex=0) + device.run()
    assert tell.states(said, STATE, "RegisterState") == [
        tell.number.WwanRegisterStateSearching,
        tell.number.WwanRegisterStateHome,
    ]
    assert "CONTEXT_STATE" not in tell.names(said)


def test_when_one_network_goes_the_next_best_is_looked_for(modem, tell):
    device = modem()
    said = device.stimulus("COVERAGE", Available=0, ProviderIndex=0) + device.run()
    assert tell.states(said, STATE, "RegisterState") == [
        tell.number.WwanRegisterStateDeregistered,
        tell.number.WwanRegisterStateSearching,
        tell.number.WwanRegisterStatePartner,
    ]


@pytest.mark.parametrize("denied", [0, 1])
def test_the_network_deregisters_with_its_cause(modem, tell, denied):
    device = modem()
    said = device.stimulus("NETWORK_DEREGISTER", NwError=10, Denied=denied, Retry=0)
    event = tell.only(said, STATE)
    state = "Denied" if denied else "Deregistered"
    assert event["RegisterState"] == getattr(tell.number, f"WwanRegisterState{state}")
    assert (event["uStatus"], event["uNwError"]) == (0, 10)
    assert ("READY_INFO" in tell.names(said)) == bool(denied)
    assert tell.only(said, "PACKET_SERVICE")["uNwError"] == 10
    assert device.run(600) == []


def test_a_deregistered_device_may_try_again_by_itself(modem, tell):
    device = modem()
    said = device.stimulus("NETWORK_DEREGISTER", NwError=10, Denied=0, Retry=1) + device.run()
    assert tell.states(said, STATE, "RegisterState") == [
        tell.number.WwanRegisterStateDeregistered,
        tell.number.WwanRegisterStateSearching,
        tell.number.WwanRegisterStateHome,
    ]


def test_an_ordered_outcome_ends_one_set(modem, tell):
    device = modem()
    device.outcome("REGISTER_STATE", "WWAN_STATUS_FAILURE", 17)
    closing, _ = device.register()
    assert (closing["uStatus"], closing["uNwError"]) == (tell.number.WWAN_STATUS_FAILURE, 17)
    device.outcome("REGISTER_STATE", "WWAN_STATUS_BUSY", 17)
    closing, _ = device.register()
    assert (closing["uStatus"], closing["uNwError"]) == (tell.number.WWAN_STATUS_BUSY, 0)
    closing, _ = device.register()
    assert closing["RegisterState"] == tell.number.WwanRegisterStateHome


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
    modem, tell, sim, status
):
    device = modem(sim_state=sim)
    closing, _ = device.register()
    assert closing["uStatus"] == getattr(tell.number, status)
    answer = device.query(STATE)
    assert answer["uStatus"] == 0
    assert answer["RegisterState"] == tell.number.WwanRegisterStateDeregistered


def test_the_asked_data_class_is_tried_and_its_change_is_told(modem, tell):
    device = modem(structures=3)
    device.connect()
    closing, said = device.register(data_class=tell.umts)
    assert closing["PreferredDataClasses"] == tell.umts
    event = tell.only(said, "PACKET_SERVICE")
    assert event["CurrentDataClass"] == tell.umts
    assert event["AvailableDataClass"] == tell.lte | tell.umts
    closing, said = device.register(data_class=0)
    assert closing["PreferredDataClasses"] == tell.umts
    assert tell.names(said) == []
    closing, said = device.register(data_class=tell.number.WWAN_DATA_CLASS_5G)
    assert closing["uStatus"] == 0
    assert tell.only(said, "PACKET_SERVICE")["CurrentDataClass"] == tell.lte


def test_cdma_registers_automatically_and_refuses_manual_sets(modem, tell):
    number = tell.number
    home = {**tell.home, "cellular_class": 2, "data_class": number.WWAN_DATA_CLASS_1XEVDO}
    device = modem(
        cellular_class=2,
        data_class=number.WWAN_DATA_CLASS_1XEVDO,
        home=home,
        providers=[home],
        control_caps=number.WWAN_CTRL_CAPS_CDMA_SIMPLE_IP,
    )
    assert tell.states(device.started, STATE, "RegisterState")[-1] == number.WwanRegisterStateHome
    assert device.query("PACKET_SERVICE")["PacketServiceState"] == (
        number.WwanPacketServiceStateAttached
    )
    closing, said = device.register("Manual", "00101")
    assert closing["uStatus"] == number.WWAN_STATUS_NO_DEVICE_SUPPORT
    assert tell.names(said) == []
    answer = device.query(STATE)
    assert answer["RegisterMode"] == number.WwanRegisterModeAutomatic
    assert answer["RegisterState"] == number.WwanRegisterStateHome
    said = device.stimulus("COVERAGE", Available=0, ProviderIndex=0)
    assert tell.only(said, STATE)["RegisterState"] == number.WwanRegisterStateDeregistered


def test_sets_are_closed_in_the_order_in_which_they_came(modem, tell):
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
        tell.number.WwanRegisterStatePartner,
        tell.number.WwanRegisterStateHome,
    ]


def test_a_text_for_roamers_is_told_where_it_is_shown(modem, tell):
    device = modem()
    assert device.stimulus("ROAMING_TEXT", RoamingText="Bonjour") == []
    device.register("Manual", "00201")
    said = device.stimulus("ROAMING_TEXT", RoamingText="Guten Tag")
    assert tell.only(said, STATE)["RoamingText"] == "Guten Tag"
    assert device.stimulus("ROAMING_TEXT", RoamingText="Guten Tag") == []
    closing, _ = device.register("Automatic")
    assert closing["RoamingText"] == ""


def test_a_multi_mode_device_tells_its_technology(modem, tell):
    number = tell.number
    cdma = {
        "provider_id": "00401",
        "provider_name": "CDMA Net",
        "cellular_class": 2,
        "kind": 3,
        "data_class": number.WWAN_DATA_CLASS_1XRTT,
    }
    device = modem(
        cellular_class_list=6,
        providers=[tell.home, cdma],
        data_class=tell.lte | number.WWAN_DATA_CLASS_1XRTT,
    )
    device.register("Manual", "00101")
    said = device.stimulus("CELLULAR_CLASS", CurrentCellularClass=2) + device.run()
    reports = [item for item in said if item.name == STATE]
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
    modem, tell, fields, structure, revision, status
):
    device = modem()
    offset = {
        "SetRegisterState.AcquisitionOrderListHeader.ElementCount": 44,
        "SetRegisterState.RegisterAction": 20,
    }
    payload = bytearray(tell.encode(structure, {}, revision=revision))
    for path, value in fields.items():
        payload[offset[path]] = value
    assert device.refused(Kind.KIND_SET, STATE, bytes(payload)) == getattr(tell.number, status)


@pytest.mark.parametrize(
    ("structures", "revision", "size"), [(1, 2, 212), (2, 2, 212), (3, 4, 216)]
)
def test_the_report_has_the_revision_of_its_windows(modem, structures, revision, size):
    payload = modem(structures=structures).query(STATE).event.payload
    assert (payload[1], len(payload)) == (revision, size)
    assert int.from_bytes(payload[2:4], "little") == size
