"""Where personal values lie in the buffers of the NDIS model."""

import pytest
from groups import sampled

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.scrub.events import event_places
from wwanreplay.analysis.scrub.identities import KEPT_NAMES, Identities, plain_name
from wwanreplay.analysis.scrub.keyed import make_key
from wwanreplay.analysis.scrub.places import replace_places
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode, encode
from wwanreplay.protocol.plan import plan_of

KEY = make_key(b"a key of the tests")
READY = PROTOCOL.indication("NDIS_STATUS_WWAN_READY_INFO").number
ADDRESS = PROTOCOL.indication("NDIS_STATUS_WWAN_IP_ADDRESS_STATE").number


def scrubbed(event: Event) -> bytes:
    return replace_places(event.payload, event_places(event), Identities(KEY))


def indication(code: int, payload: bytes) -> Event:
    return Event(Kind.KIND_INDICATION, 0, code=code, payload=payload)


def ready_info(**values: object) -> bytes:
    return encode("NDIS_WWAN_READY_INFO", {"ReadyInfo": values})


@pytest.mark.parametrize("name", sampled(sorted(PROTOCOL.structs), 40))
def test_every_marked_field_of_every_structure_is_a_place(name: str) -> None:
    """Filled with ones, each marked leaf is replaced and each other one stays."""
    from wwanreplay.analysis.scrub.places import leaf_places
    from wwanreplay.protocol.decoded import DecodedLeaf

    for layout in PROTOCOL.structs[name].layouts:
        for leaf in plan_of(name, layout.id).flat.leaves:
            decoded = DecodedLeaf(leaf.path, leaf.offset, leaf.size, None, leaf.field)
            covered = sum(place.size for place in leaf_places(decoded))
            kept = plain_name(leaf.path) in KEPT_NAMES or bool(leaf.field.values)
            expected = leaf.size if leaf.field.personal and not kept else 0
            assert covered == expected, leaf.path


def test_texts_are_replaced_and_numbers_beside_them_stay() -> None:
    payload = ready_info(
        ReadyState=1, SubscriberId="262011234567890", SimIccId="89490200001234567890"
    )
    before, behind = decode("NDIS_WWAN_READY_INFO", payload), None
    behind = decode("NDIS_WWAN_READY_INFO", scrubbed(indication(READY, payload)))
    for old, new in zip(before.leaves(), behind.leaves(), strict=True):
        assert (old.value == new.value) == (not old.personal or not old.value), old.path
    assert behind["ReadyInfo.SubscriberId"][:5] == "26201"


def test_telephone_numbers_in_the_list_are_places() -> None:
    payload = encode(
        "NDIS_WWAN_READY_INFO",
        {"ReadyInfo": {"SubscriberId": ""}, "Elements": ["+491701234567", "", "4711"]},
    )
    behind = decode("NDIS_WWAN_READY_INFO", scrubbed(indication(READY, payload)))
    images = behind.to_dict()["Elements"]
    assert [len(image) for image in images] == [13, 0, 4]
    assert images[0][0] == "+"
    assert "491701234567" not in images[0]


def test_addresses_are_replaced_and_prefix_lengths_are_not() -> None:
    payload = bytearray(bytes.fromhex("80014800") + bytes(68) + bytes(24))
    payload[24 - 24 + 4 : 8] = (1).to_bytes(4, "little")
    decoded = encode(
        "WWANREPLAY_STIMULUS_IP_ADDRESS",
        {"IPv4Address": bytes([10, 1, 2, 3]), "IPv4PrefixLength": 30, "Mtu": 1400},
    )
    event = Event(
        Kind.KIND_STIMULUS, 0, code=PROTOCOL.stimulus("ip_address").number, payload=decoded
    )
    behind = decode("WWANREPLAY_STIMULUS_IP_ADDRESS", scrubbed(event))
    assert behind["IPv4Address"][0] == 10
    assert behind["IPv4Address"] != bytes([10, 1, 2, 3])
    assert (behind["IPv4PrefixLength"], behind["Mtu"]) == (30, 1400)
    assert not any(behind["IPv6Address"])


def test_what_a_buffer_held_behind_a_text_is_replaced() -> None:
    payload = bytearray(ready_info(SubscriberId="26201"))
    at = decode("NDIS_WWAN_READY_INFO", bytes(payload))
    leaf = next(leaf for leaf in at.leaves() if leaf.path == "ReadyInfo.SubscriberId")
    end = leaf.offset + leaf.size
    payload[end - 8 : end] = "LEFT".encode("utf-16-le")
    replaced = scrubbed(indication(READY, bytes(payload)))
    assert "LEFT".encode("utf-16-le") not in replaced
    assert any(replaced[end - 8 : end])


def test_padding_that_is_not_zero_is_a_place() -> None:
    for name in sorted(PROTOCOL.structs):
        struct = PROTOCOL.structs[name]
        from wwanreplay.analysis.scrub.places import gaps_of

        for layout in struct.layouts:
            flat = plan_of(name, layout.id).flat
            known = set()
            for leaf in flat.leaves:
                known |= set(range(leaf.offset, leaf.offset + leaf.size))
            for low, high in gaps_of(name, layout.id):
                assert not known & set(range(low, high))


@pytest.mark.parametrize("size", [0, 1, 3, 4, 7, 20, 60, 95])
def test_a_buffer_that_is_cut_off_keeps_its_header_and_no_text(size: int) -> None:
    payload = ready_info(SubscriberId="262011234567890", SimIccId="89490200001234567890")[:size]
    replaced = scrubbed(indication(READY, payload))
    assert len(replaced) == size
    assert replaced[:4] == payload[:4]
    assert "2011234567".encode("utf-16-le") not in replaced


def test_an_unknown_revision_keeps_its_header_only() -> None:
    payload = b"\x80\x63\x60\x00" + b"IMSI 262011234567890"
    replaced = scrubbed(indication(READY, payload))
    assert replaced[:4] == payload[:4]
    assert replaced[4:] != payload[4:]
