"""Which paths of a structure MBIM messages carry, by command and version."""

from wwanreplay._core import Event, Kind
from wwanreplay.mbim.known import known_of, known_paths, unindexed
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode, encode


def test_known_paths_go_by_the_version() -> None:
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_REGISTER_STATE").number
    structure = "NDIS_WWAN_REGISTRATION_STATE"
    preferred = "RegistrationState.PreferredDataClasses"
    assert preferred in known_paths(code, structure)
    assert preferred in known_paths(code, structure, 0x0200)
    assert preferred not in known_paths(code, structure, 0x0100)
    assert known_paths(code, "NDIS_WWAN_PIN_INFO") == frozenset()
    assert known_paths(0, structure) == frozenset()


def test_members_of_both_provisioned_lists_are_known() -> None:
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_PROVISIONED_CONTEXTS").number
    known = known_paths(code, "NDIS_WWAN_PROVISIONED_CONTEXTS")
    assert "Elements[].basicInfo.AccessString" in known
    assert "Elements[].Roaming" not in known


def test_what_is_known_of_an_event_is_what_its_message_held() -> None:
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_PACKET_SERVICE").number
    tree = {"uStatus": 0, "PacketService.PacketServiceState": 2}
    payload = encode("NDIS_WWAN_PACKET_SERVICE_STATE", tree, revision=1)
    event = Event(Kind.KIND_INDICATION, 0, code=code, request_id=4, payload=payload)
    known = known_of(event)
    assert {"uStatus", "PacketService.PacketServiceState"} <= known
    assert "PacketService.AvailableDataClass" not in known
    assert "PacketService.FrequencyRange" not in known
    assert "uStatus" not in known_of(event.replace(request_id=0))
    failed = encode("NDIS_WWAN_PACKET_SERVICE_STATE", {"uStatus": 5}, revision=1)
    assert known_of(event.replace(payload=failed)) == {"uStatus"}
    assert known_of(event.replace(payload=b"\x80\x01")) == frozenset()


def test_paths_lose_their_indexes() -> None:
    decoded = decode(
        "NDIS_WWAN_PREFERRED_PROVIDERS",
        encode("NDIS_WWAN_PREFERRED_PROVIDERS", {"Elements": [{"Rssi": 3}, {"Rssi": 4}]}),
    )
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_PREFERRED_PROVIDERS").number
    known = known_paths(code, "NDIS_WWAN_PREFERRED_PROVIDERS")
    found = [leaf.value for leaf in decoded.leaves() if leaf.path.endswith("Rssi")]
    assert found == [3, 4]
    assert all(
        unindexed(leaf.path) in known for leaf in decoded.leaves() if leaf.path.endswith("Rssi")
    )
