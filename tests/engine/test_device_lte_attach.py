"""OID_WWAN_LTE_ATTACH_CONFIG: what the device attaches with, by roaming condition."""

import pytest
from device_host import HOME, Host, member, names, status

from wwanreplay._core import Engine, Event, Kind
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event, encode

OID = "OID_WWAN_LTE_ATTACH_CONFIG"
CONDITIONS = ("Home", "Partner", "NonPartner")
LTE_ATTACH = {"context_type": 14}
FACTORY = [
    {"context_id": 1, "context_type": 1, "access_string": "internet"},
    {**LTE_ATTACH, "access_string": "home", "ip_type": 3, "roaming": 0},
    {**LTE_ATTACH, "access_string": "abroad", "user_name": "guest", "roaming": 5},
]
AT_FACTORY = [("home", 3, 4), ("abroad", 0, 4), ("abroad", 0, 4)]
NONE_AT_FACTORY = [("", 0, 4)] * 3
PARTNER = {"provider_id": "00102", "provider_name": "Partner", "data_class": 0x3F, "kind": 2}
ROAMING = {"provider_id": "00103", "provider_name": "Roaming", "data_class": 0x3F, "kind": 3}
SERVICE = "WWAN_PACKET_SERVICE"


def new_host(**changes):
    return Host(**{"optional_service_caps": 0x83, "provisioned": FACTORY, **changes})


def order(access=("a", "b", "c"), roaming=(0, 1, 2), operation=0, **members):
    """The bytes of a set: one context for each roaming condition unless others are given."""
    contexts = [
        {
            "basicInfo": {"AccessString": text},
            "Roaming": condition,
            "Operation": operation,
            "Enable": 1,
            **members,
        }
        for text, condition in zip(access, roaming, strict=True)
    ]
    values = {"SetLteAttachContext": {"SetContextArray": contexts}}
    return encode("NDIS_WWAN_SET_LTE_ATTACH_CONTEXT", values)


def configuration(answer):
    """(access string, IP type, source) of each context of a report, in order of the conditions."""
    assert answer.number("uStatus") == 0
    assert answer.number("LteAttachContext.ElementCount") == 3
    found = []
    for condition in range(3):
        at = f"LteAttachContext.LteContextArray[{condition}]"
        assert answer.number(f"{at}.Roaming") == condition
        assert answer.number(f"{at}.basicInfo.ContextType") == 14
        found.append(
            (
                answer[f"{at}.basicInfo.AccessString"],
                answer.number(f"{at}.IPType"),
                answer.number(f"{at}.Source"),
            )
        )
    return found


def stored(host):
    return configuration(host.query(OID))


def update(host, *contexts):
    """The network updates contexts: (access string, condition) each; the outputs."""
    array = [
        {"basicInfo": {"AccessString": text}, "Roaming": condition, "Enable": 1}
        for text, condition in contexts
    ]
    return host.stimulus(
        "lte_attach", LteAttachContext={"ElementCount": len(array), "LteContextArray": array}
    )


def states(events):
    return [
        decode_event(event).number("PacketService.PacketServiceState")
        for event in events
        if names([event]) == [(SERVICE, 0)]
    ]


REATTACHES = [member(f"WwanPacketServiceState{name}") for name in ("Detached", "Attaching")]
REATTACHES.append(member("WwanPacketServiceStateAttached"))


def test_a_query_answers_one_context_for_each_condition():
    assert stored(new_host()) == AT_FACTORY


def test_without_a_factory_configuration_the_contexts_are_empty_and_enabled():
    host = new_host(provisioned=FACTORY[:1])
    assert stored(host) == NONE_AT_FACTORY
    answer = host.query(OID)
    for condition in range(3):
        at = f"LteAttachContext.LteContextArray[{condition}]"
        assert answer.number(f"{at}.Enable") == member("WwanContextEnabled")
        assert answer.number(f"{at}.MediaType") == member("WwanContextMediaTypeCellularOnly")


@pytest.mark.parametrize(
    ("roaming", "conditions"),
    [(0, {0}), (1, {1}), (2, {2}), (3, {0, 1}), (4, {0, 2}), (5, {1, 2}), (6, {0, 1, 2})],
)
def test_a_context_of_the_profile_is_for_the_conditions_of_its_roaming_control(roaming, conditions):
    host = new_host(provisioned=[{**LTE_ATTACH, "access_string": "x", "roaming": roaming}])
    assert {at for at, (text, _, _) in enumerate(stored(host)) if text == "x"} == conditions


def test_of_contexts_for_one_condition_the_last_is_taken():
    contexts = [
        {**LTE_ATTACH, "access_string": "everywhere"},
        {**LTE_ATTACH, "access_string": "partner", "roaming": 1},
    ]
    assert [text for text, _, _ in stored(new_host(provisioned=contexts))] == [
        "everywhere",
        "partner",
        "everywhere",
    ]


def test_the_list_of_provisioned_contexts_does_not_have_them():
    host = new_host()
    for _ in range(2):
        answer = host.query("OID_WWAN_PROVISIONED_CONTEXTS")
        assert answer.number("ContextListHeader.ElementCount") == 1
        restore = encode(
            "NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2",
            {"ProvisionedContext": {"Operation": 2}},
            revision=2,
            layout="L1",
        )
        host.set("OID_WWAN_PROVISIONED_CONTEXTS", restore)


def test_a_set_replaces_all_three_and_answers_with_them():
    host = new_host()
    answer, _ = host.set(OID, order(IPType=2, Source=1))
    expected = [("a", 2, 1), ("b", 2, 1), ("c", 2, 1)]
    assert configuration(answer) == expected
    assert stored(host) == expected


def test_the_contexts_of_a_set_may_stand_in_any_order():
    host = new_host()
    answer, _ = host.set(OID, order(roaming=(2, 0, 1)))
    assert [text for text, _, _ in configuration(answer)] == ["b", "c", "a"]


@pytest.mark.parametrize(
    "wrong",
    [
        order(roaming=(0, 1, 1)),
        order(roaming=(0, 0, 0)),
        order(roaming=(0, 1, 3)),
        order(roaming=(6, 6, 6)),
        order(operation=1),
    ],
)
def test_a_set_without_one_context_for_each_condition_is_refused(wrong):
    host = new_host()
    answer, events = host.set(OID, wrong)
    assert answer.number("uStatus") == status("WWAN_STATUS_FAILURE")
    assert answer.number("LteAttachContext.ElementCount") == 0
    assert events == []
    assert stored(host) == AT_FACTORY


def test_a_set_that_restores_some_and_sets_others_is_refused():
    host = new_host()
    mixed = bytearray(order())
    mixed[4 + 1260 : 4 + 1264] = (2).to_bytes(4, "little")
    answer, _ = host.set(OID, bytes(mixed))
    assert answer.number("uStatus") == status("WWAN_STATUS_FAILURE")
    assert stored(host) == AT_FACTORY


@pytest.mark.parametrize(
    ("offset", "value"),
    [
        (4, 16),
        (1236, 2),
        (1240, 5),
        (1260, 3),
        (1264, 7),
        (1268, 2),
        (1272, 7),
        (1276, 3),
        (1280, 6),
    ],
)
@pytest.mark.parametrize("number", range(3))
def test_numbers_that_are_no_members_are_refused_at_once(offset, value, number):
    payload = bytearray(order())
    at = 4 + number * 1288 + offset
    payload[at : at + 4] = value.to_bytes(4, "little")
    refusal = new_host().refused(Kind.KIND_SET, OID, bytes(payload))
    assert refusal == status("NDIS_STATUS_INVALID_DATA")


def test_restoring_brings_the_factory_configuration_back_whatever_else_is_set():
    for factory, expected in ((FACTORY, AT_FACTORY), ([], NONE_AT_FACTORY)):
        host = new_host(provisioned=factory)
        host.set(OID, order())
        answer, _ = host.set(OID, order(roaming=(6, 6, 6), operation=2))
        assert configuration(answer) == expected
        assert stored(host) == expected


# ---------------------------------------------------------------------------------------------
# Attaching again.


@pytest.mark.parametrize(("provider", "condition"), [(HOME, 0), (PARTNER, 1), (ROAMING, 2)])
def test_a_change_of_the_present_conditions_context_attaches_again(provider, condition):
    host = new_host(home={**HOME, "visible": 0}, providers=[provider])
    host.set(OID, order())
    texts = ["a", "b", "c"]
    texts[(condition + 1) % 3] = "other"
    _, events = host.set(OID, order(texts))
    assert states(events) == []
    texts[condition] = "present"
    _, events = host.set(OID, order(texts))
    assert states(events) == REATTACHES
    _, events = host.set(OID, order(texts))
    assert states(events) == []
    _, events = host.set(OID, order(operation=2))
    assert states(events) == REATTACHES


def test_attaching_again_ends_contexts():
    host = new_host()
    host.up()
    _, events = host.set(OID, order())
    assert ("WWAN_CONTEXT_STATE", 0) in names(events)
    assert (
        host.query("OID_WWAN_PACKET_SERVICE").number("PacketService.PacketServiceState")
        == (REATTACHES[-1])
    )


def test_who_provided_a_context_is_nothing_to_attach_with():
    host = new_host()
    host.set(OID, order(Source=0))
    _, events = host.set(OID, order(Source=1))
    assert events == []


def test_a_device_that_is_not_attached_stays_so():
    host = new_host(software_radio=0)
    _, events = host.set(OID, order())
    assert events == []
    assert [text for text, _, _ in stored(host)] == ["a", "b", "c"]


# ---------------------------------------------------------------------------------------------
# The network, and what lives how long.


def test_an_update_of_the_network_is_an_event_with_the_whole_configuration():
    host = new_host()
    (event,) = update(host, ("over the air", 1))
    assert event.request_id == 0
    expected = [AT_FACTORY[0], ("over the air", 0, 2), AT_FACTORY[2]]
    assert configuration(decode_event(event)) == expected
    assert stored(host) == expected
    assert update(host, ("over the air", 1)) == []
    (event,) = update(host, ("x", 0), ("y", 1), ("z", 2))
    assert configuration(decode_event(event)) == [("x", 0, 2), ("y", 0, 2), ("z", 0, 2)]


@pytest.mark.parametrize(
    "changes", [{"optional_service_caps": 0x82}, {"sim_state": 0}, {"cellular_class": 2}]
)
def test_without_a_configuration_the_network_updates_nothing(changes):
    assert update(new_host(**changes), ("x", 0)) == []


def test_an_update_for_no_condition_changes_nothing():
    assert update(new_host(), ("x", 3), ("y", 6)) == []


def test_the_configuration_lives_through_radio_sleep_halt_and_removal():
    host = new_host()
    host.set(OID, order())
    update(host, ("updated", 2))
    expected = stored(host)
    for action in (0, 1):
        radio = encode("NDIS_WWAN_SET_RADIO_STATE", {"RadioAction": action})
        host.set("OID_WWAN_RADIO_STATE", radio)
        assert stored(host) == expected
    for state in ("D1", "D2", "D3"):
        host.power(state)
        host.power("D0")
        assert stored(host) == expected
    for end, begin in (("HALT", "INITIALIZE"), ("SURPRISE_REMOVAL", "ARRIVAL")):
        host.lifecycle(end)
        host.lifecycle(begin)
        assert stored(host) == expected


def test_a_sim_comes_with_the_factory_configuration():
    host = new_host()
    host.set(OID, order())
    host.stimulus("sim", State="SimRemoved")
    answer = host.query(OID)
    assert answer.number("uStatus") == status("WWAN_STATUS_FAILURE")
    assert answer.number("LteAttachContext.ElementCount") == 0
    host.stimulus("sim", State="SimInserted")
    assert stored(host) == AT_FACTORY


def test_a_sim_that_is_changed_in_sleep_comes_with_the_factory_configuration():
    host = new_host()
    host.set(OID, order())
    host.power("D3")
    host.stimulus("sim", State="SimRemoved")
    host.stimulus("sim", State="SimInserted")
    host.power("D0")
    assert stored(host) == AT_FACTORY


@pytest.mark.parametrize("kind", [Kind.KIND_QUERY, Kind.KIND_SET])
def test_cdma_devices_have_no_configuration(kind):
    host = new_host(cellular_class=2, data_class=0x10000)
    answer = host.query(OID) if kind == Kind.KIND_QUERY else host.set(OID, order())[0]
    assert answer.number("uStatus") == status("WWAN_STATUS_NO_DEVICE_SUPPORT")


def test_only_devices_with_the_optional_service_have_the_oid():
    refusal = Host().refused(Kind.KIND_QUERY, OID)
    assert refusal == status("NDIS_STATUS_NOT_SUPPORTED")
    answer = new_host().query("OID_WWAN_DEVICE_CAPS_EX")
    assert answer.number("DeviceCaps.WwanOptionalServiceCaps") == 0x83


@pytest.mark.parametrize("name", ["READ_FAILURE", "WRITE_FAILURE"])
def test_an_ordered_failure_ends_a_set_without_effect(name):
    host = new_host()
    failure = status(f"WWAN_STATUS_{name}")
    host.stimulus(
        "outcome", Operation=PROTOCOL.oid(OID).number, uStatus=failure, NwError=0, Count=1
    )
    answer, events = host.set(OID, order())
    assert answer.number("uStatus") == failure
    assert events == []
    assert stored(host) == AT_FACTORY


def test_a_recorded_configuration_is_adopted():
    host = new_host()
    host.set(OID, order())
    answer = bytes(host.query(OID))
    other = new_host(provisioned=[])
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_LTE_ATTACH_CONFIG").number
    event = Event(Kind.KIND_INDICATION, 0, code=code, request_id=3, payload=answer)
    assert other.engine.adopt(event)
    assert bytes(other.query(OID)) == answer
    failed = answer[:4] + status("WWAN_STATUS_FAILURE").to_bytes(4, "little") + bytes(3808)
    for payload in (failed, answer[:100]):
        other.engine.adopt(event.replace(payload=payload))
        assert bytes(other.query(OID)) == answer


def test_a_snapshot_has_the_configuration_and_a_set_that_is_under_way():
    host = new_host()
    host.send(Kind.KIND_SET, OID, order())
    engine = Engine(host.engine.profile, 9)
    engine.restore(host.engine.snapshot())
    host.engine.advance(host.engine.now_ns + 10**10)
    engine.advance(host.engine.now_ns)
    assert engine.same_state(host.engine)
    assert engine.drain() == host.engine.drain()
