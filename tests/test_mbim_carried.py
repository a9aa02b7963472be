"""Every tie of a CID to an OID is carried: each pair of members has a path, or a reason."""

import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.mbim.carried import carried_commands
from wwanreplay.mbim.known import known_of, known_paths, unindexed
from wwanreplay.mbim.schema import MessageTie, Tie
from wwanreplay.mbim.tables import SERVICES_BY_NAME, TIES
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode, encode

#: Members whose value MBIM does not have, though the tie names the path.
NOT_ON_THE_WIRE = {
    "ReadyInfo.EmergencyMode",
    "ReadyInfo.CdmaShortMsgSize",
    "Provider.WwanDataClass",
    "Provider.Provider.WwanDataClass",
    "HomeProvider.Provider.WwanDataClass",
}
#: Structures that stand in for another form of the same.
OTHER_FORMS = {"NDIS_WWAN_HOME_PROVIDER"}


def paths_of(structure: str) -> set[str]:
    struct = PROTOCOL.structure(structure)
    flats = [PROTOCOL.flat(structure, layout.id) for layout in struct.layouts]
    return {leaf.path for flat in flats for leaf in flat.leaves}


MESSAGES = [
    pytest.param(tie, message, id=f"{tie.service}-{tie.cid}-{message.message}-{message.struct}")
    for tie in TIES
    for message in tie.messages
    if message.struct not in OTHER_FORMS
]


@pytest.mark.parametrize(("tie", "message"), MESSAGES)
def test_every_pair_has_a_path(tie: Tie, message: MessageTie) -> None:
    number = PROTOCOL.oid(tie.oid).number
    assert number is not None
    codes = [number, *(PROTOCOL.indication(name).number for name in tie.indications)]
    known = set().union(*(known_paths(code, message.struct) for code in codes))
    there = paths_of(message.struct)
    lost = [
        (pair.mbim, path)
        for pair in message.pairs
        for path in pair.ndis
        if path in there
        and path not in known | NOT_ON_THE_WIRE
        # Type and place of the variable part follow from the part itself.
        and not path.endswith((".ElementType", "Offset"))
        and pair.mbim not in ("SNssai",)
        and not ("Data" in known and path.endswith(("BinaryData", "Response", "Command")))
        and not ("Data" in known and path.endswith("ResponseData"))
    ]
    assert lost == []
    lists = [pair for pair in message.pairs if pair.ndis and pair.ndis[0] not in there]
    if lists:
        assert any(path.startswith(("Elements", "Data")) or "[]" in path for path in known)


def test_every_tied_command_is_carried_but_version() -> None:
    commands = set(carried_commands())
    tied = {(SERVICES_BY_NAME[tie.service].number, tie.cid) for tie in TIES}
    assert tied - commands == {(SERVICES_BY_NAME["MS Basic Connect Extensions"].number, 15)}


def test_the_pin_oid_goes_by_the_driver_model() -> None:
    assert carried_commands(1)[1, 4].oid.name == "OID_WWAN_PIN"
    assert carried_commands(2)[1, 4].oid.name == "OID_WWAN_PIN_EX"


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


def test_what_is_known_of_an_event_is_what_its_message_carried() -> None:
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
