"""HOME_PROVIDER, VISIBLE_PROVIDERS and PREFERRED_PROVIDERS."""

import itertools

import pytest

from wwanreplay._core import Kind

VISIBLE = "VISIBLE_PROVIDERS"
PREFERRED = "PREFERRED_PROVIDERS"


def entries(answer):
    return [
        (element["Provider.ProviderId"], element["Provider.ProviderState"])
        for element in answer.fields["Elements"]
    ]


def test_the_home_provider_is_that_of_the_sim(modem, view):
    answer = modem(pin1_enabled=0).query("HOME_PROVIDER")
    assert answer["uStatus"] == 0
    assert (answer["ProviderId"], answer["ProviderName"]) == ("00101", "Home Net")
    assert answer["ProviderState"] == view.number.WWAN_PROVIDER_STATE_HOME
    assert answer.event.payload[1] == 2


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"sim_state": 0}, "WWAN_STATUS_SIM_NOT_INSERTED"),
        ({"sim_state": 4}, "WWAN_STATUS_BAD_SIM"),
        ({"sim_state": 5}, "WWAN_STATUS_READ_FAILURE"),
        ({"pin1_enabled": 1}, "WWAN_STATUS_PIN_REQUIRED"),
        ({"home": {}}, "WWAN_STATUS_READ_FAILURE"),
        ({"seconds": 0}, "WWAN_STATUS_NOT_INITIALIZED"),
    ],
)
def test_the_home_provider_cannot_be_read_without_its_sim(modem, view, changes, status):
    answer = modem(**changes).query("HOME_PROVIDER")
    assert answer["uStatus"] == getattr(view.number, status)
    assert answer["ProviderId"] == ""


def test_a_scan_lists_what_is_in_reach_with_its_state(modem, view):
    number = view.number
    device = modem()
    device.stimulus("COVERAGE", Available=0, ProviderIndex=2)
    visible = number.WWAN_PROVIDER_STATE_VISIBLE
    home = number.WWAN_PROVIDER_STATE_HOME | number.WWAN_PROVIDER_STATE_REGISTERED | visible
    partner = number.WWAN_PROVIDER_STATE_PREFERRED | visible
    assert entries(device.query(VISIBLE)) == [("00101", home), ("00201", partner)]


def test_a_scan_for_multi_carrier_homes_lists_those_only(modem, view):
    carrier = view.number.WWAN_PROVIDER_STATE_PREFERRED_MULTICARRIER
    device = modem(providers=[view.home, {**view.partner, "provider_state": carrier}])
    payload = bytes([0x80, 1, 8, 0]) + (1).to_bytes(4, "little")
    assert [entry[0] for entry in entries(device.query(VISIBLE, payload))] == ["00201"]
    closing = modem().query(VISIBLE, payload)
    assert closing["uStatus"] == view.number.WWAN_STATUS_PROVIDERS_NOT_FOUND
    wrong = payload[:4] + b"\x02\0\0\0"
    status = modem().refused(Kind.KIND_QUERY, VISIBLE, wrong)
    assert status == view.number.NDIS_STATUS_INVALID_DATA


def test_a_scan_needs_radio_sim_and_a_network(modem, view):
    number = view.number
    device = modem()
    device.radio(on=False)
    answer = device.query(VISIBLE)
    assert answer["uStatus"] == number.WWAN_STATUS_RADIO_POWER_OFF
    assert answer["ElementCount"] == 0
    assert modem(sim_state=0).query(VISIBLE)["uStatus"] == number.WWAN_STATUS_SIM_NOT_INSERTED
    assert modem(sim_state=4).query(VISIBLE)["uStatus"] == number.WWAN_STATUS_FAILURE
    answer = modem(providers=[]).query(VISIBLE)
    assert answer["uStatus"] == number.WWAN_STATUS_PROVIDERS_NOT_FOUND


def test_cdma_lists_its_home_only(modem, view):
    number = view.number
    home = {**view.home, "cellular_class": 2, "data_class": number.WWAN_DATA_CLASS_1XEVDO}
    other = {**home, "provider_id": "00401", "kind": 3}
    device = modem(
        cellular_class=2,
        data_class=number.WWAN_DATA_CLASS_1XEVDO,
        home=home,
        providers=[other, home],
    )
    assert [entry[0] for entry in entries(device.query(VISIBLE))] == ["00101"]
    status = device.refused(Kind.KIND_QUERY, PREFERRED)
    assert status == number.NDIS_STATUS_NOT_SUPPORTED


def test_cdma_without_an_identity_has_the_default_one(modem, view):
    number = view.number
    home = {
        "provider_name": "CDMA Net",
        "cellular_class": 2,
        "data_class": number.WWAN_DATA_CLASS_1XEVDO,
    }
    device = modem(
        cellular_class=2, data_class=number.WWAN_DATA_CLASS_1XEVDO, home=home, providers=[home]
    )
    assert device.query("HOME_PROVIDER")["ProviderId"] == "00000"
    answer = device.query("REGISTER_STATE")
    assert answer["RegisterState"] == number.WwanRegisterStateHome
    assert (answer["ProviderId"], answer["ProviderName"]) == ("00000", "CDMA Net")


def set_preferred(device, elements, element_size=80):
    kind = "WwanStructProvider2" if element_size == 80 else "WwanStructProvider"
    return device.set(
        PREFERRED,
        {"PreferredListHeader.ElementType": kind, "Elements": elements},
        element_size=element_size,
    )


def element(identity, state, element_size=80):
    fields = {"ProviderId": identity, "ProviderState": state}
    return {"Provider": fields} if element_size == 80 else fields


@pytest.mark.parametrize("element_size", [68, 80])
def test_the_preferred_list_is_replaced_and_orders_registration(modem, view, element_size):
    number = view.number
    forbidden = number.WWAN_PROVIDER_STATE_FORBIDDEN
    preferred = number.WWAN_PROVIDER_STATE_PREFERRED
    device = modem(providers=[view.partner, view.foreign])
    assert entries(device.query(PREFERRED)) == []
    closing, outputs = set_preferred(
        device,
        [
            element("00301", preferred | number.WWAN_PROVIDER_STATE_VISIBLE, element_size),
            element("00201", forbidden, element_size),
        ],
        element_size,
    )
    assert (closing["uStatus"], closing["ElementCount"]) == (0, 0)
    assert view.names(outputs) == ["REGISTER_STATE"]
    assert entries(device.query(PREFERRED)) == [("00301", preferred), ("00201", forbidden)]
    assert device.register()[0]["ProviderId"] == "00301"
    closing, _ = device.register("Manual", "00201")
    assert closing["uStatus"] == number.WWAN_STATUS_INVALID_PARAMETERS


@pytest.mark.parametrize(
    "tags", list(itertools.product((None, "PREFERRED", "FORBIDDEN"), repeat=2))
)
def test_a_network_is_a_partner_and_flagged_exactly_while_the_list_prefers_it(modem, view, tags):
    """register.roaming-kind: the list that a host wrote counts, whatever the profile has."""
    number = view.number
    device = modem()
    identities = ("00201", "00301")
    lines = [
        element(identity, getattr(number, f"WWAN_PROVIDER_STATE_{tag}"))
        for identity, tag in zip(identities, tags, strict=True)
        if tag
    ]
    set_preferred(device, lines)
    scan = dict(entries(device.query(VISIBLE)))
    for identity, tag in zip(identities, tags, strict=True):
        for name in ("PREFERRED", "FORBIDDEN"):
            flag = getattr(number, f"WWAN_PROVIDER_STATE_{name}")
            assert bool(scan[identity] & flag) == (tag == name)
        closing, _ = device.register("Manual", identity)
        if tag == "FORBIDDEN":
            assert closing["uStatus"] == number.WWAN_STATUS_INVALID_PARAMETERS
        elif tag:
            assert closing["RegisterState"] == number.WwanRegisterStatePartner
        else:
            assert closing["RegisterState"] == number.WwanRegisterStateRoaming


def test_a_driver_that_names_no_partners_says_roaming_of_a_preferred_network(modem, view):
    """register.roaming-kind: roaming if the driver cannot tell; the flag stays."""
    number = view.number
    device = modem(names_partners=0)
    set_preferred(device, [element("00301", number.WWAN_PROVIDER_STATE_PREFERRED)])
    assert dict(entries(device.query(VISIBLE)))["00301"] & number.WWAN_PROVIDER_STATE_PREFERRED
    closing, _ = device.register("Manual", "00301")
    assert closing["RegisterState"] == number.WwanRegisterStateRoaming


def test_a_network_that_becomes_a_partners_while_registered_with_is_reported(modem, view):
    """async.state-always-reported."""
    number = view.number
    device = modem()
    device.register("Manual", "00301")
    _, outputs = set_preferred(device, [element("00301", number.WWAN_PROVIDER_STATE_PREFERRED)])
    event = view.only(outputs, "REGISTER_STATE")
    assert event["RegisterState"] == number.WwanRegisterStatePartner
    assert (event["ProviderId"], event["RegisterMode"]) == ("00301", number.WwanRegisterModeManual)
    _, outputs = set_preferred(device, [])
    assert view.only(outputs, "REGISTER_STATE")["RegisterState"] == number.WwanRegisterStateRoaming
    _, outputs = set_preferred(device, [])
    assert view.names(outputs) == []


def test_the_operators_flag_makes_a_partner_until_a_host_writes_the_list(modem, view):
    number = view.number
    preferred = number.WWAN_PROVIDER_STATE_PREFERRED
    device = modem(seconds=20)
    device.register("Manual", "00301")
    fields = {"ProviderId": "00301", "ProviderName": "Foreign Net", "ProviderState": preferred}
    fields["WwanDataClass"] = view.umts
    outputs = device.stimulus("PROVIDER_CHANGE", Action=1, Provider={"Provider": fields})
    event = view.only(outputs, "REGISTER_STATE")
    assert event["RegisterState"] == number.WwanRegisterStatePartner
    assert dict(entries(device.query(VISIBLE)))["00301"] & preferred
    _, outputs = set_preferred(device, [element("00101", preferred)])
    event = view.only(outputs, "REGISTER_STATE")
    assert event["RegisterState"] == number.WwanRegisterStateRoaming
    assert not dict(entries(device.query(VISIBLE)))["00301"] & preferred


def test_a_list_longer_than_the_sim_holds_fails_and_changes_nothing(modem, view):
    device = modem()
    closing, _ = set_preferred(device, [element(f"{n:05}", 4) for n in range(17)])
    assert closing["uStatus"] == view.number.WWAN_STATUS_NO_DEVICE_SUPPORT
    assert entries(device.query(PREFERRED)) == []


@pytest.mark.parametrize(
    ("element_type", "count", "status"),
    [
        (10, 2, "NDIS_STATUS_INVALID_LENGTH"),
        (10, 0xFFFFFFFF, "NDIS_STATUS_INVALID_LENGTH"),
        (1, 1, "NDIS_STATUS_INVALID_DATA"),
    ],
)
def test_a_list_that_is_not_there_is_refused(modem, view, element_type, count, status):
    payload = bytes([0x80, 1, 12, 0]) + element_type.to_bytes(4, "little")
    payload += count.to_bytes(4, "little") + bytes(80)
    device = modem()
    assert device.refused(Kind.KIND_SET, PREFERRED, payload) == getattr(view.number, status)


def test_providers_come_change_and_go(modem, view):
    device = modem(providers=[view.home])

    def change(action, identity, name=""):
        return device.stimulus(
            "PROVIDER_CHANGE",
            Action=action,
            **{
                "Provider.Provider.ProviderId": identity,
                "Provider.Provider.ProviderName": name,
                "Provider.Provider.WwanDataClass": view.lte,
                "Provider.WwanCellularClass": 1,
            },
        )

    assert change(1, "00501", "New Net") == []
    assert [entry[0] for entry in entries(device.query(VISIBLE))] == ["00101", "00501"]
    assert change(0, "00501") == []
    assert [entry[0] for entry in entries(device.query(VISIBLE))] == ["00101"]
    for number in range(40):
        change(1, f"9{number:04}", "Many")
    assert len(entries(device.query(VISIBLE))) == 16
    outputs = change(0, "00101")
    assert view.only(outputs[:1], "REGISTER_STATE")["RegisterState"] == (
        view.number.WwanRegisterStateDeregistered
    )


def test_a_driver_of_model_1_sends_the_short_providers(modem, view):
    """preferred.element-type; devcaps.revision is the same of the capabilities."""
    device = modem(driver_major_version=1, structures=1, preferred=[view.partner])
    for name in ("VISIBLE_PROVIDERS", "PREFERRED_PROVIDERS"):
        answer = device.query(name)
        assert answer["ElementType"] == view.number.WwanStructProvider
        count = answer["ElementCount"]
        assert count
        assert len(answer.event.payload) == 16 + 68 * count
    home = device.query("HOME_PROVIDER")
    assert (home.event.payload[1], len(home.event.payload)) == (1, 76)
    assert home["ProviderName"] == "Home Net"


def test_a_scan_that_is_adopted_keeps_what_it_did_not_ask_for(modem, view):
    """A list of multi-carrier homes says nothing of the other networks."""
    multi = {
        **view.partner,
        "provider_state": view.number.WWAN_PROVIDER_STATE_PREFERRED_MULTICARRIER,
    }
    device = modem(providers=[view.home, multi, view.foreign])
    payload = view.encode("NDIS_WWAN_GET_VISIBLE_PROVIDERS", {"VisibleProviders.Action": 1})
    some = device.query("VISIBLE_PROVIDERS", payload)
    everything = device.query("VISIBLE_PROVIDERS")
    assert device.engine.adopt(some.event)
    assert device.query("VISIBLE_PROVIDERS").event.payload == everything.event.payload
    device.stimulus("COVERAGE", Available=0, ProviderIndex=2)
    fewer = device.query("VISIBLE_PROVIDERS")
    device.stimulus("COVERAGE", Available=1, ProviderIndex=2)
    assert device.engine.adopt(fewer.event)
    assert device.query("VISIBLE_PROVIDERS").event.payload == fewer.event.payload


def home_set(view, provider):
    fields = {"HomeProvider.Provider.ProviderId": provider}
    return view.encode("NDIS_WWAN_SET_HOME_PROVIDER", fields, revision=1)


CDMA = {"cellular_class": 2, "data_class": 1 << 16, "control_caps": 8}


def carriers(view):
    home = {**view.home, "provider_id": "00331", "cellular_class": 2, "data_class": 1 << 16}
    other = {**home, "provider_id": "00332", "provider_name": "Other", "kind": 2}
    return {**CDMA, "home": home, "providers": [home, other]}


def set_home(device, view, provider):
    request = device.send(Kind.KIND_SET, "HOME_PROVIDER", home_set(view, provider))
    closing, outputs = device.closed(request, 20)
    assert closing.name == "SET_HOME_PROVIDER_COMPLETE"
    return closing["ProviderId"], outputs


def test_the_home_provider_of_cdma_can_be_set_and_the_device_goes_there(modem, view):
    device = modem(**carriers(view))
    assert device.query("HOME_PROVIDER")["ProviderId"] == "00331"
    home, outputs = set_home(device, view, "00332")
    assert home == "00332"
    answer = device.query("HOME_PROVIDER")
    assert (answer["ProviderId"], answer["ProviderName"]) == ("00332", "Other")
    state = device.query("REGISTER_STATE")
    assert (state["ProviderId"], state["RegisterState"]) == ("00332", 3)
    assert "REGISTER_STATE" in view.names(outputs)
    device.power(view.number.NdisDeviceStateD3)
    device.power(view.number.NdisDeviceStateD0)
    device.run()
    assert device.query("HOME_PROVIDER")["ProviderId"] == "00332", "it is stored in the device"


def test_a_set_of_the_home_provider_that_fails_answers_with_the_one_that_is(modem, view):
    """The structure has no uStatus."""
    device = modem(**carriers(view))
    assert set_home(device, view, "00399")[0] == "00331", "no such provider"
    device.outcome("HOME_PROVIDER", "WWAN_STATUS_FAILURE")
    assert set_home(device, view, "00332")[0] == "00331"
    device.send(Kind.KIND_SET, "HOME_PROVIDER", home_set(view, "00332"))
    device.run(0.001)
    outputs = device.power(view.number.NdisDeviceStateD3)
    (ended,) = [item for item in outputs if item.name == "SET_HOME_PROVIDER_COMPLETE"]
    assert ended["ProviderId"] == "00331", "power cut it short"


def test_a_locked_card_does_not_keep_the_home_provider_from_being_set(modem, view):
    device = modem(**carriers(view), pin1_enabled=1)
    assert set_home(device, view, "00332")[0] == "00332"


def test_modems_that_cannot_change_carriers_have_no_set_of_the_home_provider(modem, view):
    unsupported = view.number.NDIS_STATUS_NOT_SUPPORTED
    payload = home_set(view, "00201")
    assert modem().refused(Kind.KIND_SET, "HOME_PROVIDER", payload) == unsupported
    windows_7 = modem(**carriers(view), driver_major_version=1)
    assert windows_7.refused(Kind.KIND_SET, "HOME_PROVIDER", payload) == unsupported
    multi_carrier = modem(control_caps=view.number.WWAN_CTRL_CAPS_MODEL_MULTI_CARRIER)
    assert set_home(multi_carrier, view, "00201")[0] == "00201"


def test_the_answer_to_a_set_of_the_home_provider_is_adopted(modem, view):
    device, other = modem(**carriers(view)), modem(**carriers(view))
    request = device.send(Kind.KIND_SET, "HOME_PROVIDER", home_set(view, "00332"))
    closing, _ = device.closed(request, 20)
    assert other.engine.adopt(closing.event)
    assert other.query("HOME_PROVIDER")["ProviderId"] == "00332"
