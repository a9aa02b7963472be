"""PACKET_SERVICE: attach and detach by host, device and network, and the data classes."""

import pytest

from wwanreplay._core import Kind

PACKET = "PACKET_SERVICE"
ATTACH = {"PacketServiceAction": "WwanPacketServiceActionAttach"}
DETACH = {"PacketServiceAction": "WwanPacketServiceActionDetach"}


def seen(tell, report):
    names = {0: "unknown", 1: "attaching", 2: "attached", 3: "detaching", 4: "detached"}
    return (
        names[report["PacketServiceState"]],
        report["AvailableDataClass"],
        report["CurrentDataClass"],
    )


def test_before_registration_there_is_neither_attachment_nor_class(modem, tell):
    device = modem(seconds=0)
    assert seen(tell, device.query(PACKET)) == ("detached", 0, 0)


def test_a_device_attaches_by_itself_and_tells_every_step(modem, tell):
    reports = [item for item in modem().started if item.name == PACKET]
    assert [seen(tell, item) for item in reports] == [
        ("attaching", tell.lte | tell.umts, 0),
        ("attached", tell.lte | tell.umts, tell.lte),
    ]


def test_a_device_that_does_not_attach_by_itself_waits_for_the_host(modem, tell):
    device = modem(auto_attach=0)
    reports = [item for item in device.started if item.name == PACKET]
    assert [seen(tell, item) for item in reports] == [("detached", tell.lte | tell.umts, 0)]
    assert device.connect()["uStatus"] == tell.number.WWAN_STATUS_PACKET_SVC_DETACHED
    closing, said = device.set(PACKET, ATTACH)
    assert closing["uStatus"] == 0
    assert seen(tell, closing) == ("attached", tell.lte | tell.umts, tell.lte)
    assert tell.names(said) == []
    assert device.connect()["uStatus"] == 0


def test_queries_during_attach_and_detach_answer_the_transition(modem, tell):
    device = modem(auto_attach=0, latencies_ns={})
    for fields, expected in ((ATTACH, "attaching"), (DETACH, "detaching")):
        slow = tell.number.OID_WWAN_PACKET_SERVICE
        device.stimulus(
            "LATENCY", Operation=slow, Count=1, DelayNs=5_000_000_000, CompletionDelayNs=1
        )
        device.send_set(PACKET, fields)
        answer = device.query(PACKET)
        assert answer["uStatus"] == 0
        assert seen(tell, answer)[0] == expected
        device.run()


def test_a_detach_keeps_the_registration_and_ends_contexts(modem, tell):
    device = modem()
    device.connect()
    closing, said = device.set(PACKET, DETACH)
    assert closing["uStatus"] == 0
    assert seen(tell, closing) == ("detached", tell.lte | tell.umts, 0)
    assert tell.names(said) == ["CONTEXT_STATE", "LINK_STATE"]
    assert device.run(600) == []
    answer = device.query("REGISTER_STATE")
    assert answer["RegisterState"] == tell.number.WwanRegisterStateHome


def test_the_state_in_force_can_be_set_again(modem):
    device = modem()
    assert device.set(PACKET, ATTACH)[0]["uStatus"] == 0
    device.set(PACKET, DETACH)
    assert device.set(PACKET, DETACH)[0]["uStatus"] == 0
    device.radio(on=False)
    assert device.set(PACKET, DETACH)[0]["uStatus"] == 0


def test_attach_needs_radio_and_registration(modem, tell):
    device = modem(providers=[])
    closing, _ = device.set(PACKET, ATTACH)
    assert closing["uStatus"] == tell.number.WWAN_STATUS_NOT_REGISTERED
    assert closing["uNwError"] == 0
    device.radio(on=False)
    closing, _ = device.set(PACKET, ATTACH)
    assert closing["uStatus"] == tell.number.WWAN_STATUS_RADIO_POWER_OFF


def test_a_refused_attach_has_its_cause_with_failure_only(modem, tell):
    device = modem(auto_attach=0)
    device.outcome(PACKET, "WWAN_STATUS_FAILURE", 7)
    closing, _ = device.set(PACKET, ATTACH)
    assert (closing["uStatus"], closing["uNwError"]) == (tell.number.WWAN_STATUS_FAILURE, 7)
    assert seen(tell, closing)[0] == "detached"
    device.outcome(PACKET, "WWAN_STATUS_SERVICE_NOT_ACTIVATED", 7)
    closing, said = device.set(PACKET, ATTACH)
    assert closing["uNwError"] == 0
    assert tell.names(said) == []


def test_the_network_detaches_with_its_cause(modem, tell):
    device = modem()
    device.connect()
    said = device.stimulus("NETWORK_DETACH", NwError=10)
    assert tell.names(said) == [PACKET, "CONTEXT_STATE", "LINK_STATE"]
    assert seen(tell, said[0]) == ("detached", tell.lte | tell.umts, 0)
    assert (said[0]["uStatus"], said[0]["uNwError"]) == (0, 10)
    assert said[1]["uNwError"] == 10
    assert device.stimulus("NETWORK_DETACH", NwError=10) == []


def test_the_cell_changes_the_class_and_with_it_the_link(modem, tell):
    device = modem()
    device.connect()
    said = device.stimulus("DATA_CLASS", AvailableDataClass=tell.umts, CurrentDataClass=tell.umts)
    assert seen(tell, tell.only(said, PACKET)) == ("attached", tell.umts, tell.umts)
    said = device.stimulus("DATA_CLASS", AvailableDataClass=0, CurrentDataClass=0)
    assert seen(tell, tell.only(said, PACKET)) == ("attached", tell.lte | tell.umts, tell.lte)
    assert device.stimulus("DATA_CLASS", AvailableDataClass=0, CurrentDataClass=0) == []


def test_the_class_in_use_is_among_those_available(modem, tell):
    device = modem()
    said = device.stimulus("DATA_CLASS", AvailableDataClass=tell.lte, CurrentDataClass=tell.umts)
    assert seen(tell, tell.only(said, PACKET)) == ("attached", tell.lte | tell.umts, tell.umts)


def test_a_provider_that_offers_less_changes_the_classes(modem, tell):
    device = modem()
    said = device.stimulus(
        "PROVIDER_CHANGE",
        Action=1,
        **{
            "Provider.Provider.ProviderId": "00101",
            "Provider.Provider.ProviderName": "Home Net",
            "Provider.Provider.WwanDataClass": tell.umts,
            "Provider.WwanCellularClass": 1,
        },
    )
    assert tell.names(said) == [PACKET]
    assert seen(tell, said[0]) == ("attached", tell.umts, tell.umts)


def test_hsdpa_and_hsupa_are_one_class(modem, tell):
    hspa = tell.number.WWAN_DATA_CLASS_HSDPA | tell.number.WWAN_DATA_CLASS_HSUPA
    home = {**tell.home, "data_class": hspa | tell.umts}
    device = modem(data_class=hspa | tell.umts, home=home, providers=[home])
    assert seen(tell, device.query(PACKET)) == ("attached", hspa | tell.umts, hspa)


def test_the_windows_11_form_tells_subclass_range_and_area(modem, tell):
    fifth = tell.number.WWAN_DATA_CLASS_5G
    home = {**tell.home, "data_class": fifth}
    device = modem(
        structures=3,
        data_class=fifth,
        data_subclass=3,
        frequency_range=1,
        mcc=1,
        mnc=1,
        tracking_area_code=77,
        home=home,
        providers=[home],
    )
    answer = device.query(PACKET)
    assert answer["FrequencyRange"] == 1
    assert answer["CurrentDataSubClass"] == tell.number.WWAN_DATA_SUBCLASS_5G_NR
    assert (answer["Mcc"], answer["Mnc"], answer["Tac"]) == (1, 1, 77)


@pytest.mark.parametrize(("structures", "revision", "size"), [(1, 1, 24), (2, 1, 24), (3, 3, 44)])
def test_the_report_has_the_revision_of_its_windows(modem, structures, revision, size):
    payload = modem(structures=structures).query(PACKET).event.payload
    assert (payload[1], len(payload)) == (revision, size)


def test_a_wrong_action_is_refused(modem, tell):
    payload = tell.encode("NDIS_WWAN_SET_PACKET_SERVICE", {"PacketServiceAction": 2}, revision=1)
    status = modem().refused(Kind.KIND_SET, PACKET, payload)
    assert status == tell.number.NDIS_STATUS_INVALID_DATA


def test_a_detach_by_the_network_holds_until_the_host_attaches(modem, tell):
    """A change of coverage does not bring the attachment back, as it is no new registration."""
    device = modem()
    device.stimulus("NETWORK_DETACH", NwError=10)
    assert device.run(60) == []
    for available in (0, 1):
        device.stimulus("COVERAGE", Available=available, ProviderIndex=2)
        assert device.run(60) == []
    assert seen(tell, device.query(PACKET))[0] == "detached"
    closing, _ = device.set(PACKET, ATTACH)
    assert seen(tell, closing)[0] == "attached"


def test_a_detach_by_the_network_ends_with_a_new_registration(modem, tell):
    device = modem()
    device.stimulus("NETWORK_DETACH", NwError=10)
    device.stimulus("COVERAGE", Available=0, ProviderIndex=0xFFFFFFFF)
    device.run(60)
    said = device.stimulus("COVERAGE", Available=1, ProviderIndex=0xFFFFFFFF) + device.run(60)
    reports = [seen(tell, item)[0] for item in said if item.name == PACKET]
    assert reports == ["attaching", "attached"]


def test_a_detach_by_the_host_outlives_a_new_registration(modem, tell):
    device = modem()
    device.set(PACKET, DETACH)
    device.stimulus("COVERAGE", Available=0, ProviderIndex=0xFFFFFFFF)
    device.run(60)
    device.stimulus("COVERAGE", Available=1, ProviderIndex=0xFFFFFFFF)
    device.run(60)
    assert seen(tell, device.query(PACKET))[0] == "detached"


def test_a_device_is_on_one_class_and_on_one_that_it_has(modem, tell):
    """packet.current-single, packet.all-classes: whatever the environment orders."""
    device = modem()
    device.stimulus("DATA_CLASS", AvailableDataClass=0xFFFFFFFF, CurrentDataClass=0xFFFFFFFF)
    assert seen(tell, device.query(PACKET)) == ("attached", tell.lte | tell.umts, tell.lte)
    device.stimulus("DATA_CLASS", AvailableDataClass=0x40, CurrentDataClass=0x40)
    assert seen(tell, device.query(PACKET)) == ("attached", tell.lte | tell.umts, tell.lte)
    device.stimulus("DATA_CLASS", AvailableDataClass=0, CurrentDataClass=tell.umts)
    assert seen(tell, device.query(PACKET)) == ("attached", tell.lte | tell.umts, tell.umts)
