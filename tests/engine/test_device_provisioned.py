"""OID_WWAN_PROVISIONED_CONTEXTS: the list in the device."""

import pytest
from device_host import Host, names, status

from wwanreplay._core import Event, Kind
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode

OID = "OID_WWAN_PROVISIONED_CONTEXTS"
APPEND = 0xFFFFFFFF
STORED = [
    {"context_id": 0, "context_type": 1, "access_string": "internet", "user_name": "u"},
    {"context_id": 1, "context_type": 7, "access_string": "mms", "ip_type": 2, "disabled": 1},
]
SIZES = {1: 1244, 2: 1268, 3: 1284}


def first_form(context_id=APPEND, context_type="WwanContextTypeVpn", provider="", **values):
    fields = {
        "ContextId": context_id,
        "ContextType": context_type,
        "AccessString": "office",
        "ProviderId": provider,
        **values,
    }
    return encode(
        "NDIS_WWAN_SET_PROVISIONED_CONTEXT",
        {f"ProvisionedContext.{name}": value for name, value in fields.items()},
        revision=1,
    )


def second_form(operation="Default", context_type="WwanContextTypeVpn", context_id=APPEND, **rest):
    return encode(
        "NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2",
        {
            "ProvisionedContext.basicInfo.ContextId": context_id,
            "ProvisionedContext.basicInfo.ContextType": context_type,
            "ProvisionedContext.basicInfo.AccessString": "office",
            "ProvisionedContext.Operation": f"WwanContextOperation{operation}",
            "ProvisionedContext.Enable": "WwanContextEnabled",
            **{f"ProvisionedContext.{name}": value for name, value in rest.items()},
        },
        revision=2,
        layout="L1",
    )


def stored(host):
    """(ContextId, ContextType, AccessString) of every element."""
    answer = host.query(OID)
    assert answer.number("uStatus") == 0
    size = SIZES[host.structures]
    payload = bytes(answer)
    count = answer.number("ContextListHeader.ElementCount")
    assert len(payload) == 16 + count * size
    elements = [payload[16 + n * size : 16 + (n + 1) * size] for n in range(count)]
    return [
        (
            int.from_bytes(element[0:4], "little"),
            int.from_bytes(element[4:8], "little"),
            element[8:210].decode("utf-16-le").split("\0")[0],
        )
        for element in elements
    ]


def store(host, payload):
    answer, events = host.set(OID, payload)
    assert answer.number("ContextListHeader.ElementCount") == 0
    assert events == []
    return answer.number("uStatus")


def new_host(structures=2, **changes):
    host = Host(structures=structures, provisioned=STORED, **changes)
    host.structures = structures
    return host


@pytest.mark.parametrize(("structures", "revision", "kind"), [(1, 1, 1), (2, 2, 21), (3, 2, 26)])
def test_a_query_lists_the_contexts_in_the_form_of_the_generation(structures, revision, kind):
    host = new_host(structures)
    answer = host.query(OID)
    assert answer.number("Header.Revision") == revision
    assert answer.number("ContextListHeader.ElementType") == kind
    assert stored(host) == [(0, 1, "internet"), (1, 7, "mms")]
    if structures > 1:
        second = bytes(answer)[16 + SIZES[structures] :]
        numbers = [int.from_bytes(second[at : at + 4], "little") for at in range(1244, 1268, 4)]
        assert numbers == [2, 0, 6, 0, 2, 0]


def test_a_set_replaces_the_context_with_its_id():
    host = new_host()
    assert store(host, first_form(1)) == 0
    assert stored(host) == [(0, 1, "internet"), (1, 2, "office")]


def test_append_finds_an_index():
    host = new_host()
    assert store(host, first_form()) == 0
    assert stored(host)[2:] == [(2, 2, "office")]


def test_a_full_list_is_a_write_failure():
    host = new_host()
    for _ in range(6):
        assert store(host, first_form()) == 0
    assert store(host, first_form()) == status("WWAN_STATUS_WRITE_FAILURE")
    assert [entry[0] for entry in stored(host)] == list(range(8))


def test_revision_2_knows_contexts_by_their_type():
    host = new_host()
    assert store(host, second_form(context_type="WwanContextTypeMms")) == 0
    assert stored(host) == [(0, 1, "internet"), (1, 7, "office")]
    assert store(host, second_form("Delete", context_type="WwanContextTypeInternet")) == 0
    assert stored(host) == [(1, 7, "office")]
    assert store(host, second_form("RestoreFactory")) == 0
    assert stored(host) == [(0, 1, "internet"), (1, 7, "mms")]


def test_only_the_home_provider_has_contexts_here():
    host = new_host()
    assert store(host, first_form(provider="00199")) == status("WWAN_STATUS_INVALID_PARAMETERS")
    assert store(host, first_form(provider="00101")) == 0


def test_an_activation_never_changes_the_list():
    host = new_host()
    host.up(AccessString="elsewhere")
    assert stored(host) == [(0, 1, "internet"), (1, 7, "mms")]


def test_the_network_is_not_needed_but_the_sim_is():
    assert stored(new_host(software_radio=0)) == [(0, 1, "internet"), (1, 7, "mms")]
    host = new_host(sim_state=0)
    answer = host.query(OID)
    assert answer.number("uStatus") == status("WWAN_STATUS_SIM_NOT_INSERTED")
    assert answer.number("ContextListHeader.ElementCount") == 0
    assert store(host, first_form()) == status("WWAN_STATUS_SIM_NOT_INSERTED")


def test_cdma_devices_store_nothing():
    host = new_host(cellular_class=2, data_class=0x10000)
    assert store(host, first_form()) == status("WWAN_STATUS_NO_DEVICE_SUPPORT")


def test_stored_contexts_live_through_sleep_halt_and_removal():
    host = new_host()
    store(host, first_form())
    expected = stored(host)
    host.power("D3")
    host.power("D0")
    assert stored(host) == expected
    host.lifecycle("HALT")
    host.lifecycle("INITIALIZE")
    assert stored(host) == expected
    host.lifecycle("SURPRISE_REMOVAL")
    host.lifecycle("ARRIVAL")
    assert stored(host) == expected


@pytest.mark.parametrize(
    ("form", "offset", "value"),
    [
        (first_form, 8, 16),
        (first_form, 1240, 2),
        (first_form, 1244, 5),
        (second_form, 1264, 3),
        (second_form, 1268, 7),
        (second_form, 1272, 2),
        (second_form, 1276, 7),
        (second_form, 1280, 3),
        (second_form, 1284, 6),
    ],
)
def test_numbers_that_are_no_members_are_refused_at_once(form, offset, value):
    payload = bytearray(form())
    payload[offset : offset + 4] = value.to_bytes(4, "little")
    refusal = new_host().refused(Kind.KIND_SET, OID, bytes(payload))
    assert refusal == status("NDIS_STATUS_INVALID_DATA")


@pytest.mark.parametrize("structures", [1, 2, 3])
def test_a_recorded_list_is_adopted(structures):
    answer = bytes(new_host(structures).query(OID))
    host = Host(structures=structures)
    host.structures = structures
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_PROVISIONED_CONTEXTS").number
    event = Event(Kind.KIND_INDICATION, 0, code=code, request_id=3, payload=answer)
    assert host.engine.adopt(event)
    assert bytes(host.query(OID)) == answer
    assert host.engine.adopt(event.replace(payload=answer[:16]))
    assert host.engine.adopt(event.replace(payload=answer[:12] + b"\xff\xff\xff\xff"))
    assert bytes(host.query(OID)) == answer
    assert names(host.run()) == []
