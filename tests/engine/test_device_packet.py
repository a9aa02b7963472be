"""PACKET_SERVICE: attach and detach by host, device and network, and the data classes."""

import pytest

from wwanreplay._core import Kind

PACKET = "PACKET_SERVICE"
ATTACH = {"PacketServiceAction": "WwanPacketServiceActionAttach"}
DETACH = {"PacketServiceAction": "WwanPacketServiceActionDetach"}


def seen(view, report):
    names = {0: "unknown", 1: "attaching", 2: "attached", 3: "detaching", 4: "detached"}
    return (
        names[report["PacketServiceState"]],
        report["AvailableDataClass"],
        report["CurrentDataClass"],
    )


def test_before_registration_there_is_neither_attachment_nor_class(modem, view):
    device = modem(seconds=0)
    assert seen(view, device.query(PACKET)) == ("detached", 0, 0)


def test_a_device_attaches_by_itself_and_reports_every_step(modem, view):
    reports = [item for item in modem().started if item.name == PACKET]
    assert [seen(view, item) for item in reports] == [
        ("attaching", view.lte | view.umts, 0),
        ("attached", view.lte | view.umts, view.lte),
    ]


def test_a_device_that_does_not_attach_by_itself_waits_for_the_host(modem, view):
    device = modem(auto_attach=0)
    reports = [item for item in device.started if item.name == PACKET]
    assert [seen(view, item) for item in reports] == [("detached", view.lte | view.umts, 0)]
    assert device.connect()["uStatus"] == view.number.WWAN_STATUS_PACKET_SVC_DETACHED
    closing, outputs = device.set(PACKET, ATTACH)
    assert closing["uStatus"] == 0
    assert seen(view, closing) == ("attached", view.lte | view.umts, view.lte)
    assert view.names(outputs) == []
    assert device.connect()["uStatus"] == 0


def test_queries_during_attach_and_detach_answer_the_transition(modem, view):
    device = modem(auto_attach=0, latencies_ns={})
    for fields, expected in ((ATTACH, "attaching"), (DETACH, "detaching")):
        slow = view.number.OID_WWAN_PACKET_SERVICE
        device.stimulus(
            "LATENCY", Operation=slow, Count=1, DelayNs=5_000_000_000, CompletionDelayNs=1
        )
        device.send_set(PACKET, fields)
        answer = device.query(PACKET)
        assert answer["uStatus"] == 0
        assert seen(view, answer)[0] == expected
        device.run()


def test_a_detach_keeps_the_registration_and_ends_contexts(modem, view):
    device = modem()
    device.connect()
    closing, outputs = device.set(PACKET, DETACH)
    assert closing["uStatus"] == 0
    assert seen(view, closing) == ("detached", view.lte | view.umts, 0)
    assert view.names(outputs) == ["CONTEXT_STATE", "LINK_STATE"]
    assert device.run(600) == []
    answer = device.query("REGISTER_STATE")
    assert answer["RegisterState"] == view.number.WwanRegisterStateHome


def test_the_state_in_force_can_be_set_again(modem):
    device = modem()
    assert device.set(PACKET, ATTACH)[0]["uStatus"] == 0
    device.set(PACKET, DETACH)
    assert device.set(PACKET, DETACH)[0]["uStatus"] == 0
    device.radio(on=False)
    assert device.set(PACKET, DETACH)[0]["uStatus"] == 0


def test_attach_needs_radio_and_registration(modem, view):
    device = modem(providers=[])
    closing, _ = device.set(PACKET, ATTACH)
    assert closing["uStatus"] == view.number.WWAN_STATUS_NOT_REGISTERED
    assert closing["uNwError"] == 0
    device.radio(on=False)
    closing, _ = device.set(PACKET, ATTACH)
    assert closing["uStatus"] == view.number.WWAN_STATUS_RADIO_POWER_OFF


def test_a_refused_attach_has_its_cause_with_failure_only(modem, view):
    device = modem(auto_attach=0)
    device.outcome(PACKET, "WWAN_STATUS_FAILURE", 7)
    closing, _ = device.set(PACKET, ATTACH)
    assert (closing["uStatus"], closing["uNwError"]) == (view.number.WWAN_STATUS_FAILURE, 7)
    assert seen(view, closing)[0] == "detached"
    device.outcome(PACKET, "WWAN_STATUS_SERVICE_NOT_ACTIVATED", 7)
    closing, outputs = device.set(PACKET, ATTACH)
    assert closing["uNwError"] == 0
    assert view.names(outputs) == []


def test_no_order_makes_a_query_fail(modem, view):
    device = modem()
    device.outcome(PACKET, "WWAN_STATUS_FAILURE")
    answer = device.query(PACKET)
    assert answer["uStatus"] == 0
    assert seen(view, answer)[0] == "attached"
    closing, _ = device.set(PACKET, DETACH)
    assert closing["uStatus"] == view.number.WWAN_STATUS_FAILURE, "the order waits for a set"


def test_cdma_pretends_whatever_the_network_orders(modem, view):
    cdma = {"cellular_class": 2, "data_class": view.number.WWAN_DATA_CLASS_1XEVDO}
    device = modem(**cdma, providers=[{**view.home, **cdma}])
    for fields, expected in ((DETACH, "detached"), (ATTACH, "attached")):
        device.outcome(PACKET, "WWAN_STATUS_FAILURE")
        closing, _ = device.set(PACKET, fields)
        assert closing["uStatus"] == 0
        assert seen(view, closing)[0] == expected


def test_the_network_detaches_with_its_cause(modem, view):
    device = modem()
    device.connect()
    outputs = device.stimulus("NETWORK_DETACH", NwError=10)
    assert view.names(outputs) == [PACKET, "CONTEXT_STATE", "LINK_STATE"]
    assert seen(view, outputs[0]) == ("detached", view.lte | view.umts, 0)
    assert (outputs[0]["uStatus"], outputs[0]["uNwError"]) == (0, 10)
    assert outputs[1]["uNwError"] == 10
    assert device.stimulus("NETWORK_DETACH", NwError=10) == []


def test_the_cell_changes_the_class_and_with_it_the_link(modem, view):
    device = modem()
    device.connect()
    outputs = device.stimulus(
        "DATA_CLASS", AvailableDataClass=view.umts, CurrentDataClass=view.umts
    )
    assert seen(view, view.only(outputs, PACKET)) == ("attached", view.umts, view.umts)
    outputs = device.stimulus("DATA_CLASS", AvailableDataClass=0, CurrentDataClass=0)
    assert seen(view, view.only(outputs, PACKET)) == ("attached", view.lte | view.umts, view.lte)
    assert device.stimulus("DATA_CLASS", AvailableDataClass=0, CurrentDataClass=0) == []


def test_the_class_in_use_is_among_those_available(modem, view):
    device = modem()
    outputs = device.stimulus("DATA_CLASS", AvailableDataClass=view.lte, CurrentDataClass=view.umts)
    assert seen(view, view.only(outputs, PACKET)) == ("attached", view.lte | view.umts, view.umts)


def test_a_provider_that_offers_less_changes_the_classes(modem, view):
    device = modem()
    outputs = device.stimulus(
        "PROVIDER_CHANGE",
        Action=1,
        **{
            "Provider.Provider.ProviderId": "00101",
            "Provider.Provider.ProviderName": "Home Net",
            "Provider.Provider.WwanDataClass": view.umts,
            "Provider.WwanCellularClass": 1,
        },
    )
    assert view.names(outputs) == [PACKET]
    assert seen(view, outputs[0]) == ("attached", view.umts, view.umts)


def test_hsdpa_and_hsupa_are_one_class(modem, view):
    hspa = view.number.WWAN_DATA_CLASS_HSDPA | view.number.WWAN_DATA_CLASS_HSUPA
    home = {**view.home, "data_class": hspa | view.umts}
    device = modem(data_class=hspa | view.umts, home=home, providers=[home])
    assert seen(view, device.query(PACKET)) == ("attached", hspa | view.umts, hspa)


def test_the_windows_11_form_reports_subclass_range_and_area(modem, view):
    fifth = view.number.WWAN_DATA_CLASS_5G
    home = {**view.home, "data_class": fifth}
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
    assert answer["CurrentDataSubClass"] == view.number.WWAN_DATA_SUBCLASS_5G_NR
    assert (answer["Mcc"], answer["Mnc"], answer["Tac"]) == (1, 1, 77)


@pytest.mark.parametrize(("structures", "revision", "size"), [(1, 1, 24), (2, 1, 24), (3, 3, 44)])
def test_the_report_has_the_revision_of_its_windows(modem, structures, revision, size):
    payload = modem(structures=structures).query(PACKET).event.payload
    assert (payload[1], len(payload)) == (revision, size)


def test_a_wrong_action_is_refused(modem, view):
    payload = view.encode("NDIS_WWAN_SET_PACKET_SERVICE", {"PacketServiceAction": 2}, revision=1)
    status = modem().refused(Kind.KIND_SET, PACKET, payload)
    assert status == view.number.NDIS_STATUS_INVALID_DATA


def test_a_detach_by_the_network_holds_until_the_host_attaches(modem, view):
    """A change of coverage does not bring the attachment back, as it is no new registration."""
    device = modem()
    device.stimulus("NETWORK_DETACH", NwError=10)
    assert device.run(60) == []
    for available in (0, 1):
        device.stimulus("COVERAGE", Available=available, ProviderIndex=2)
        assert device.run(60) == []
    assert seen(view, device.query(PACKET))[0] == "detached"
    closing, _ = device.set(PACKET, ATTACH)
    assert seen(view, closing)[0] == "attached"


def test_a_detach_by_the_network_ends_with_a_new_registration(modem, view):
    device = modem()
    device.stimulus("NETWORK_DETACH", NwError=10)
    device.stimulus("COVERAGE", Available=0, ProviderIndex=0xFFFFFFFF)
    device.run(60)
    outputs = device.stimulus("COVERAGE", Available=1, ProviderIndex=0xFFFFFFFF) + device.run(60)
    reports = [seen(view, item)[0] for item in outputs if item.name == PACKET]
    assert reports == ["attaching", "attached"]


def test_a_detach_by_the_host_outlives_a_new_registration(modem, view):
    device = modem()
    device.set(PACKET, DETACH)
    device.stimulus("COVERAGE", Available=0, ProviderIndex=0xFFFFFFFF)
    device.run(60)
    device.stimulus("COVERAGE", Available=1, ProviderIndex=0xFFFFFFFF)
    device.run(60)
    assert seen(view, device.query(PACKET))[0] == "detached"


def test_a_device_is_on_one_class_and_on_one_that_it_has(modem, view):
    """packet.current-single, packet.all-classes: whatever the environment orders."""
    device = modem()
    device.stimulus("DATA_CLASS", AvailableDataClass=0xFFFFFFFF, CurrentDataClass=0xFFFFFFFF)
    assert seen(view, device.query(PACKET)) == ("attached", view.lte | view.umts, view.lte)
    device.stimulus("DATA_CLASS", AvailableDataClass=0x40, CurrentDataClass=0x40)
    assert seen(view, device.query(PACKET)) == ("attached", view.lte | view.umts, view.lte)
    device.stimulus("DATA_CLASS", AvailableDataClass=0, CurrentDataClass=view.umts)
    assert seen(view, device.query(PACKET)) == ("attached", view.lte | view.umts, view.umts)


def test_a_class_that_the_network_orders_is_available_before_the_attach_uses_it(modem, view):
    device = modem()
    device.stimulus("DATA_CLASS", AvailableDataClass=view.umts, CurrentDataClass=view.lte)
    device.stimulus("COVERAGE", Available=0, ProviderIndex=0xFFFFFFFF)
    device.run(60)
    outputs = device.stimulus("COVERAGE", Available=1, ProviderIndex=0xFFFFFFFF) + device.run(60)
    reports = [seen(view, item) for item in outputs if item.name == PACKET]
    both = view.lte | view.umts
    assert reports == [("attaching", both, 0), ("attached", both, view.lte)]
