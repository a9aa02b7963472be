"""Named values to bytes: those of the standard, and each that does not fit is named."""

import pytest
from groups import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from protocol_samples import CASES

from wwanreplay._core import PAYLOAD_SIZE_MAX
from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import Decoded, altered, decode, encode, replaced


def test_connect_request_has_the_bytes_of_the_standard():
    buffer = encode(
        "NDIS_WWAN_SET_CONTEXT_STATE",
        {
            "SetContextState": {
                "ConnectionId": 7,
                "ActivationCommand": "WwanActivationCommandActivate",
                "AccessString": "internet",
                "AuthType": "WwanAuthProtocolChap",
            }
        },
        revision=2,
    )
    assert len(buffer) == 1252
    assert buffer[:4] == bytes([0x80, 2, 0xE4, 0x04])
    assert buffer[4:8] == bytes([7, 0, 0, 0])
    assert "internet".encode("utf-16-le") in buffer
    decoded = decode("NDIS_WWAN_SET_CONTEXT_STATE", buffer)
    assert decoded.SetContextState.AccessString == "internet"
    assert decoded["SetContextState.ActivationCommand"] == 1


def test_guid_is_in_memory_order():
    text = "c08a26dd-7718-4382-8482-6e0d583c4d0e"
    buffer = encode("NDIS_WWAN_ENUMERATE_DEVICE_SERVICE_COMMANDS", {"DeviceServiceGuid": text})
    assert buffer[4:] == bytes.fromhex("dd268ac01877824384826e0d583c4d0e")
    assert decode("NDIS_WWAN_ENUMERATE_DEVICE_SERVICE_COMMANDS", buffer).DeviceServiceGuid == text


@pytest.mark.parametrize(("size", "characters"), [(32, 16), (46, 23)])
def test_telephone_numbers_have_the_size_of_their_release(size, characters):
    numbers = ["+15550100", "1" * (characters - 1)]
    buffer = encode("NDIS_WWAN_READY_INFO", {"Elements": numbers}, revision=1, element_size=size)
    assert len(buffer) == 96 + 2 * size
    decoded = decode("NDIS_WWAN_READY_INFO", buffer)
    assert decoded.Elements == numbers
    assert decoded.element_size == size
    assert decoded["Elements[0]"] == "+15550100"
    assert decoded.ReadyInfo.TNListHeader.ElementCount == 2


@pytest.mark.parametrize(
    ("type_name", "size"), [("WwanStructProvider", 68), ("WwanStructProvider2", 80)]
)
def test_element_type_decides_what_a_provider_is(type_name, size):
    inner = {"ProviderId": "00101", "ProviderName": "Test"}
    element = inner if size == 68 else {"Provider": inner, "Rssi": 20}
    values = {"VisibleListHeader.ElementType": type_name, "Elements": [element, element]}
    buffer = encode("NDIS_WWAN_VISIBLE_PROVIDERS", values)
    assert len(buffer) == 16 + 2 * size
    decoded = decode("NDIS_WWAN_VISIBLE_PROVIDERS", buffer)
    prefix = "" if size == 68 else "Provider."
    assert decoded[f"Elements[1].{prefix}ProviderName"] == "Test"


def test_elements_behind_a_context_request_are_padded_to_four():
    values = {"Tlvs": [{"Type": 2, "Data": b"abc"}, {"Type": 5}]}
    buffer = encode("NDIS_WWAN_SET_CONTEXT_STATE", values, layout="L3", revision=4)
    assert buffer[1260:] == bytes.fromhex("0200000103000000616263000500000000000000")
    decoded = decode("NDIS_WWAN_SET_CONTEXT_STATE", buffer)
    assert decoded["Tlvs[0].Data"] == b"abc"
    assert decoded["Tlvs[1].Type"] == 5
    with pytest.raises(DecodeError, match=r"Tlvs\[0\]\.DataLength"):
        decode("NDIS_WWAN_SET_CONTEXT_STATE", buffer[:1270])


def test_one_leaf_is_changed_in_place():
    decoded = decode(
        "NDIS_WWAN_VISIBLE_PROVIDERS",
        encode("NDIS_WWAN_VISIBLE_PROVIDERS", {"Elements": [{"Rssi": 1}, {"Rssi": 2}]}),
    )
    changed = replaced(decoded, {"Elements[1].Rssi": 31, "uStatus": "WWAN_STATUS_BUSY"})
    assert changed["Elements[1].Rssi"] == 31
    assert changed.uStatus == 0xC0040002
    different = [a != b for a, b in zip(bytes(decoded), bytes(changed), strict=True)]
    assert sum(different) == 4
    assert isinstance(changed, Decoded)
    with pytest.raises(UsageError, match=r"no field Elements\[1\]\.Rsi; near: Elements"):
        altered(decoded, {"Elements[1].Rsi": 1})


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"uStatu": 1}, "no field uStatu; near: uStatus"),
        ({"uStatus": 1 << 32}, "uStatus: 4294967296 does not fit into 32 bits"),
        ({"uStatus": -1}, "does not fit"),
        ({"uStatus": "WWAN_STATUS_LAZY"}, "no status is called WWAN_STATUS_LAZY"),
        ({"uStatus": 1.5}, "uStatus"),
        ({"uStatus": None}, "uStatus"),
        (
            {"RegistrationState.RegisterState": "WwanRegisterStateHom"},
            "near: WwanRegisterStateHome",
        ),
        ({"RegistrationState.ProviderId": "12345678"}, "takes 16 bytes, the field has 14"),
        ({"RegistrationState": {"WwanRegFlags": "0x"}}, "neither a number"),
    ],
)
def test_value_that_does_not_fit_is_a_usage_error_with_its_field(values, reason):
    with pytest.raises(UsageError, match=reason) as caught:
        encode("NDIS_WWAN_REGISTRATION_STATE", values)
    assert "NDIS_WWAN_REGISTRATION_STATE" in str(caught.value)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: encode("NDIS_WWAN_REGISTRATION_STAT"), "near: NDIS_WWAN_REGISTRATION_STATE"),
        (lambda: encode("NDIS_WWAN_PCO_STATUS", revision=9), "no revision 9, there are 1"),
        (lambda: encode("NDIS_WWAN_PCO_STATUS", layout="L9"), "no layout L9"),
        (lambda: encode("NDIS_WWAN_VISIBLE_PROVIDERS", {"Elements": [5]}), "given as a mapping"),
        (
            lambda: encode("NDIS_WWAN_SET_DEVICE_BINDINGS_INFO", {"Elements": [b"1"]}),
            "the size of an element is not known",
        ),
        (
            lambda: encode("NDIS_WWAN_SIGNAL_STATE", {"Elements": [{}]}, revision=1),
            "has no list of elements",
        ),
        (
            lambda: encode("NDIS_WWAN_DEVICE_SERVICE_COMMAND", {"Data": "xyz"}),
            "is neither bytes nor their hexadecimal form",
        ),
    ],
)
def test_impossible_encoding_is_a_usage_error(call, reason):
    with pytest.raises(UsageError, match=reason):
        call()


JUNK = st.one_of(
    st.integers(-1, 1 << 65),
    st.just(10**5000),
    st.floats(),
    st.none(),
    st.text(max_size=4),
    st.binary(max_size=4),
    st.lists(st.one_of(st.none(), st.integers(0, 3), st.text(max_size=2)), max_size=3),
    st.dictionaries(st.sampled_from(["Data", "Type", "Rssi", "A"]), st.integers(0, 3), max_size=2),
    st.lists(st.dictionaries(st.sampled_from(["Data", "Rssi"]), st.text(max_size=2)), max_size=2),
)
VARIABLE = ("Elements", "Data", "Tlvs", "rest", "raw", "IpEntries", "LTEServingCell")


@pytest.mark.long
@settings(max_examples=examples(200), deadline=None)
@given(case=st.sampled_from(CASES), data=st.data())
def test_a_value_of_any_kind_is_written_or_refused_with_the_structure(case, data):
    struct, layout_id, _ = case
    paths = [leaf.path for leaf in PROTOCOL.flat(struct.name, layout_id).leaves]
    names = st.sampled_from([*paths, *VARIABLE])
    values = data.draw(st.dictionaries(names, JUNK, max_size=3))
    try:
        octets = encode(struct, values, layout=layout_id)
    except UsageError as error:
        text = str(error)
        assert "\n" not in text
        assert len(text) < 500
        return
    assert isinstance(octets, bytes)


def test_what_follows_from_others_is_filled_in_unless_it_is_given():
    name, path = "NDIS_WWAN_VISIBLE_PROVIDERS", "VisibleListHeader.ElementCount"
    made = decode(name, encode(name, {"Elements": [{}, {}]}))
    assert (made[path], made["Header.Type"]) == (2, 0x80)
    assert encode(name, {"Elements": [{}, {}], path: 9, "Header.Type": 1})[:1] == b"\x01"
    with pytest.raises(DecodeError, match="more elements than bytes"):
        decode(name, encode(name, {"Elements": [{}, {}], path: 9}))


def test_the_layout_is_that_of_the_revision_the_header_or_the_newest():
    name = "NDIS_WWAN_PACKET_SERVICE_STATE"
    newest = PROTOCOL.structure(name).revisions[-1].number
    for values, options, revision in (
        ({}, {}, newest),
        ({}, {"revision": 1}, 1),
        ({"Header.Revision": 1}, {}, 1),
        ({"Header": {"Revision": "1"}}, {}, 1),
    ):
        assert decode(name, encode(name, values, **options)).revision == revision
    with pytest.raises(UsageError, match=f"{name}: no revision 99, there are 1"):
        encode(name, {"Header.Revision": 99})


def test_text_flags_and_hexadecimal_are_taken_for_numbers_and_bytes():
    made = encode(
        "NDIS_WWAN_PACKET_SERVICE_STATE",
        {
            "PacketService.CurrentDataClass": "WWAN_DATA_CLASS_UMTS|WWAN_DATA_CLASS_LTE",
            "uStatus": "0xC0040002",
        },
        revision=1,
    )
    decoded = decode("NDIS_WWAN_PACKET_SERVICE_STATE", made)
    assert decoded["PacketService.CurrentDataClass"] == 0x24
    assert decoded.uStatus == PROTOCOL.status("WWAN_STATUS_BUSY").number
    assert encode("PLAIN_BYTES", {"Data": "0aff"}) == encode("PLAIN_BYTES", {"Data": b"\x0a\xff"})


def test_a_buffer_larger_than_a_record_is_refused():
    with pytest.raises(UsageError, match="but a record holds at most"):
        encode("PLAIN_BYTES", {"Data": bytes(PAYLOAD_SIZE_MAX + 1)})
    assert len(encode("PLAIN_BYTES", {"Data": bytes(PAYLOAD_SIZE_MAX)})) == PAYLOAD_SIZE_MAX
