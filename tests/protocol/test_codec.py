"""Decode and encode over every row of the tables, exact to the byte, and never a crash."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from protocol_samples import (
    every_layout,
    layout_name,
    older_element_sizes,
    random_items,
    random_values,
)

from wwanreplay._core import Kind, Namespace
from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import (
    Decoded,
    altered,
    decode,
    decode_event,
    encode,
    format_value,
    lines,
    mask,
    plain,
    replaced,
    structure_of,
)
from wwanreplay.protocol.decoded import list_header
from wwanreplay.protocol.plan import plan_of
from wwanreplay.protocol.schema import ListTail

CASES = list(every_layout())
each_layout = pytest.mark.parametrize("case", CASES, ids=layout_name)


def sample(case, seed=1):
    """(values, buffer) of a layout with everything filled."""
    struct, layout_id, revision = case
    values = random_values(
        struct, layout_id, random.Random(f"{layout_name(case)} {seed}"), revision
    )
    return values, encode(struct, values, layout=layout_id, revision=revision or None)


def told_by_header(case):
    """Whether the header leads to this layout (of equal sizes only the newest is recognised)."""
    struct, layout_id, revision = case
    if not struct.has_header or not revision:
        return False
    rows = next(row for row in struct.revisions if row.number == revision)
    size = struct.layout(layout_id).size
    return [name for name in rows.layouts if struct.layout(name).size == size][-1] == layout_id


@each_layout
def test_values_survive_the_round_trip(case):
    struct, layout_id, _ = case
    for seed in range(3):
        values, buffer = sample(case, seed)
        decoded = decode(struct, buffer, layout=layout_id)
        for path, value in values.items():
            if path == "Elements":
                assert len(decoded.Elements) == len(value)
            elif path == "Tlvs":
                assert [item["Data"] for item in decoded.Tlvs] == [item["Data"] for item in value]
            elif isinstance(value, list):
                assert len(decoded[path]) == len(value)
            elif not path.endswith("ElementType"):
                assert decoded[path] == value, path
        canonical = encode(struct, decoded.to_dict(), layout=layout_id)
        assert canonical == buffer


@each_layout
def test_header_leads_to_the_layout(case):
    struct, layout_id, revision = case
    _, buffer = sample(case)
    if not told_by_header(case):
        assert decode(struct, buffer, layout=layout_id).layout_id == layout_id
        return
    decoded = decode(struct, buffer)
    assert (decoded.layout_id, decoded.revision) == (layout_id, revision)
    assert decoded["Header.Size"] == struct.layout(layout_id).size
    assert encode(struct, decoded.to_dict()) == buffer


@each_layout
def test_any_bytes_survive_decoding_and_encoding(case):
    struct, layout_id, _ = case
    source = random.Random(layout_name(case))
    size = struct.layout(layout_id).size
    for extra in (0, 1, 7, 400):
        octets = bytearray(source.randbytes(size + extra))
        try:
            decoded = decode(struct, octets, layout=layout_id)
        except DecodeError:
            continue
        assert encode(struct, decoded) == bytes(octets)


@each_layout
def test_slack_after_a_text_and_in_padding_is_kept(case):
    struct, layout_id, _ = case
    _, buffer = sample(case)
    octets = bytearray(buffer)
    plan = plan_of(struct.name, layout_id)
    covered = bytearray(len(octets))
    for leaf in decode(struct, buffer, layout=layout_id).leaves():
        covered[leaf.offset : leaf.offset + leaf.size] = bytes([1]) * leaf.size
        if leaf.field.kind == "wchar16" and leaf.size > 8:
            octets[leaf.offset + 2 : leaf.offset + 4] = bytes(2)
    for position in range(plan.flat.size):
        if not covered[position]:
            octets[position] = 0xA5
    decoded = decode(struct, octets, layout=layout_id)
    assert encode(struct, decoded) == bytes(octets)


@each_layout
def test_every_shorter_buffer_is_an_error_with_its_place(case):
    struct, layout_id, revision = case
    _, buffer = sample(case)
    whole = decode(struct, buffer, layout=layout_id)
    parts_end = max(
        [plan_of(struct.name, layout_id).flat.size]
        + [part.end for name, part in whole.parts.items() if name != "rest"]
    )
    counted = struct.tail is not None and (
        getattr(struct.tail, "count", "x") and getattr(struct.tail, "length", "x")
    )
    fixed = plan_of(struct.name, layout_id).flat.size
    older = older_element_sizes(struct)
    for length in range(parts_end):
        if length >= fixed and not counted:
            continue  # what fills the buffer has no end of its own
        if length >= fixed and (length - fixed) in {
            len(whole.get("Elements", ())) * n for n in older
        }:
            continue  # exactly the elements of an older release
        if length >= fixed and "Tlvs" in whole.parts and is_tlv_end(whole, length):
            continue  # whole elements, and less than a header after them
        with pytest.raises(DecodeError) as caught:
            decode(struct, buffer[:length], layout=layout_id)
        error = caught.value
        assert error.structure
        assert error.had is not None
        assert error.needed is not None
        assert error.needed > error.had
        assert error.offset is not None
        if revision and length >= 4 and told_by_header(case):
            with pytest.raises(DecodeError):
                decode(struct, buffer[:length])


def is_tlv_end(whole, length):
    starts = [header.start for header, _ in whole.parts["Tlvs"].elements]
    ends = [whole.plan.flat.size, *(part.end for _, part in whole.parts["Tlvs"].elements)]
    inside = [start for start in starts if start < length]
    last = inside[-1] if inside else ends[0]
    pair = whole.parts.get("TrafficParametersData")
    return pair is None and (length - last < 8 or any(length == start for start in starts))


@each_layout
def test_unknown_revision_or_size_stays_raw(case):
    struct, layout_id, _ = case
    if not struct.has_header:
        assert decode(struct, sample(case)[1], layout=layout_id).raw is None
        return
    for place, value in ((1, 0xEE), (2, 0xFD)):
        octets = bytearray(sample(case)[1])
        octets[place] = value
        decoded = decode(struct, octets)
        assert decoded.raw == bytes(octets)
        assert decoded.layout_id is None
        assert encode(struct, decoded) == bytes(octets)
        assert encode(struct, decoded.to_dict()) == bytes(octets)
        assert [leaf.path for leaf in decoded] == ["raw"]


@pytest.mark.parametrize(
    "struct",
    [row for row in PROTOCOL.structs.values() if isinstance(row.tail, ListTail)],
    ids=lambda row: row.name,
)
@pytest.mark.parametrize("count", [4, 1000, 0x7FFFFFFF, 0xFFFFFFFF])
def test_more_elements_than_bytes_is_an_error_that_names_the_count(struct, count):
    layout_id = struct.layouts[-1].id
    if not struct.tail.elements:
        assert decode(struct, encode(struct), layout=layout_id).get("Elements") is None
        return
    item = struct.tail.elements[-1][1][-1]
    elements = random_items(item, random.Random(1))[:1]
    path = f"{list_header(plan_of(struct.name, layout_id), struct.tail)}.ElementCount"
    buffer = encode(struct, {"Elements": elements, path: count}, layout=layout_id)
    with pytest.raises(DecodeError, match="more elements than bytes") as caught:
        decode(struct, buffer, layout=layout_id)
    assert caught.value.field == path
    assert caught.value.needed > caught.value.had


def test_every_leaf_has_its_offset_and_size():
    for case in CASES:
        struct, layout_id, _ = case
        _, buffer = sample(case)
        for leaf in decode(struct, buffer, layout=layout_id):
            assert leaf.offset + leaf.size <= len(buffer)
            if isinstance(leaf.value, bytes):
                assert buffer[leaf.offset : leaf.offset + leaf.size] == leaf.value
            assert format_value(leaf.field, leaf.value) is not None


def test_every_list_header_has_a_list():
    for struct, layout_id, _ in CASES:
        for path in plan_of(struct.name, layout_id).indices:
            if path.endswith("Header.ElementCount") and struct.name.startswith("NDIS_"):
                assert isinstance(struct.tail, ListTail), struct.name
                assert list_header(plan_of(struct.name, layout_id), struct.tail)


# Real bytes


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


def test_register_state_is_read_from_raw_bytes():
    fixed = bytes.fromhex("8001cc00000000000b0000000300000001000000")
    name = "26201".encode("utf-16-le").ljust(14, b"\0")
    decoded = decode("NDIS_WWAN_REGISTRATION_STATE", (fixed + name).ljust(204, b"\0"))
    assert decoded.RegistrationState.uNwError == 11
    assert decoded.RegistrationState.RegisterState == 3
    assert decoded.RegistrationState.ProviderId == "26201"
    shown = dict(lines(decoded))
    assert shown["RegistrationState.RegisterState"] == "WwanRegisterStateHome"
    assert shown["uStatus"] == "WWAN_STATUS_SUCCESS"


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


def test_elements_of_unknown_type_stay_bytes():
    buffer = bytearray(encode("NDIS_WWAN_VISIBLE_PROVIDERS", {"Elements": [{"Rssi": 1}]}))
    buffer[8] = 29
    decoded = decode("NDIS_WWAN_VISIBLE_PROVIDERS", buffer)
    assert "Elements" not in decoded
    assert len(decoded.rest) == 80
    assert encode("NDIS_WWAN_VISIBLE_PROVIDERS", decoded) == bytes(buffer)


def test_supported_list_fills_the_buffer():
    buffer = encode("PLAIN_OID_LIST", {"Elements": ["OID_WWAN_CONNECT", 0x00010101]})
    assert buffer == bytes.fromhex("0c01010e01010100")
    assert decode("PLAIN_OID_LIST", buffer).Elements == [0x0E01010C, 0x00010101]
    assert [text for _, text in lines(decode("PLAIN_OID_LIST", buffer))] == [
        "OID_WWAN_CONNECT",
        "OID_GEN_SUPPORTED_LIST",
    ]


def test_pointer_below_64_kib_is_an_offset_in_the_buffer():
    entry = {"IsIpv6": 0, "Ipv4": {"OnLinkPrefixLength": 24, "IPV4Address": bytes([192, 0, 2, 1])}}
    buffer = encode("NDIS_WWAN_IP_ADDRESS_STATE", {"IpEntries": [entry]})
    assert len(buffer) == 72 + 24
    decoded = decode("NDIS_WWAN_IP_ADDRESS_STATE", buffer)
    assert decoded["WwanIpAddressState.IpTable"] == 72
    assert decoded["IpEntries[0].Ipv4.IPV4Address"] == bytes([192, 0, 2, 1])
    assert "GatewayEntries" not in decoded
    octets = bytearray(buffer)
    octets[24:32] = (0x1FFFFFFFF).to_bytes(8, "little")
    real = decode("NDIS_WWAN_IP_ADDRESS_STATE", octets)
    assert real["WwanIpAddressState.IpTable"] == 0x1FFFFFFFF
    assert "IpEntries" not in real
    octets[24:32] = (0xFF00).to_bytes(8, "little")
    with pytest.raises(DecodeError, match="refers outside the buffer"):
        decode("NDIS_WWAN_IP_ADDRESS_STATE", octets)


def test_union_shows_the_selected_case_only():
    values = {"AuthChallenge": {"AuthMethod": "WwanAuthAka", "u.AuthAka.Rand": bytes(range(16))}}
    decoded = decode("NDIS_WWAN_AUTH_CHALLENGE", encode("NDIS_WWAN_AUTH_CHALLENGE", values))
    assert decoded["AuthChallenge.u.AuthAka.Rand"] == bytes(range(16))
    assert "AuthChallenge.u.AuthSim.Rand1" not in decoded
    unknown = replaced(decoded, {"AuthChallenge.AuthMethod": 99})
    tree = unknown.to_dict()["AuthChallenge"]
    assert tree["u"][:16] == bytes(range(16))
    assert encode("NDIS_WWAN_AUTH_CHALLENGE", unknown.to_dict()) == bytes(unknown)


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


# What people see


def test_personal_values_are_masked_unless_requested():
    buffer = encode(
        "NDIS_WWAN_READY_INFO",
        {
            "ReadyInfo": {"SubscriberId": "001010123456789", "ReadyState": 1},
            "Elements": ["+15550100"],
        },
        revision=1,
    )
    decoded = decode("NDIS_WWAN_READY_INFO", buffer)
    hidden = f"{mask(decoded)} {plain(decoded)} {dict(lines(decoded))}"
    assert "001010123456789" not in hidden
    assert "15550100" not in hidden
    assert mask(decoded)["ReadyInfo"]["SubscriberId"] == "*** (15 characters)"
    assert mask(decoded)["ReadyInfo"]["SimIccId"] == ""
    assert mask(decoded)["Elements"] == ["*** (9 characters)"]
    shown = plain(decoded, show_personal=True)
    assert shown["ReadyInfo"]["SubscriberId"] == "001010123456789"
    assert shown["ReadyInfo"]["ReadyState"] == "WwanReadyStateInitialized"


def test_raw_buffers_are_masked_as_a_whole():
    decoded = decode("NDIS_WWAN_READY_INFO", b"\x80\xee\x08\x00secretly")
    assert mask(decoded) == {"raw": "*** (12 bytes)"}
    assert plain(decoded, show_personal=True) == {"raw": b"\x80\xee\x08\x00secretly".hex()}


def test_control_characters_are_escaped():
    decoded = decode(
        "NDIS_WWAN_REGISTRATION_STATE",
        encode(
            "NDIS_WWAN_REGISTRATION_STATE", {"RegistrationState.ProviderName": "a\x1b[2Jb\ud800"}
        ),
    )
    assert dict(lines(decoded))["RegistrationState.ProviderName"] == r"a\x1b[2Jb\ud800"


# Events


class Record:
    def __init__(self, kind, code, payload, namespace=Namespace.NAMESPACE_DEFAULT):
        self.kind = kind
        self.code = code
        self.payload = payload
        self.namespace = namespace


def test_payload_is_recognised_by_kind_and_code():
    def name(*arguments):
        struct = structure_of(Record(*arguments))
        return None if struct is None else struct.name

    some = bytes(8)
    assert name(Kind.KIND_SET, 0x0E01010C, some) == "NDIS_WWAN_SET_CONTEXT_STATE"
    assert name(Kind.KIND_QUERY, 0x0E01010C, some) is None
    assert name(Kind.KIND_INDICATION, 0x4004100B, some) == "NDIS_WWAN_CONTEXT_STATE"
    assert name(Kind.KIND_COMPLETION, 0x0E010100, some) == "NDIS_WWAN_DRIVER_CAPS"
    assert name(Kind.KIND_COMPLETION, 0x0E01010C, some) is None
    assert name(Kind.KIND_COMPLETION, 0x0E010100, b"") is None
    assert name(Kind.KIND_STIMULUS, 8, some) == "WWANREPLAY_STIMULUS_SIGNAL"
    assert name(Kind.KIND_SET, 0xFD010101, some) == "PLAIN_POWER_STATE"
    assert name(Kind.KIND_LIFECYCLE, 1, some) is None
    assert name(Kind.KIND_SET, 0x0E01010C, some, Namespace.NAMESPACE_MBIM) is None
    assert name(Kind.KIND_INDICATION, 0x4004FFFF, some) is None


def test_revision_decides_between_two_structures_of_one_indication():
    for name in ("NDIS_WWAN_HOME_PROVIDER", "NDIS_WWAN_HOME_PROVIDER2"):
        event = Record(Kind.KIND_INDICATION, 0x40041005, encode(name))
        decoded = decode_event(event)
        assert decoded is not None
        assert (decoded.name, decoded.raw) == (name, None)


def test_every_code_of_a_record_decodes_or_stays_raw():
    source = random.Random(5)
    outcomes = set()
    for kind, numbers in (
        (Kind.KIND_QUERY, PROTOCOL.oid_by_number),
        (Kind.KIND_SET, PROTOCOL.oid_by_number),
        (Kind.KIND_COMPLETION, PROTOCOL.oid_by_number),
        (Kind.KIND_INDICATION, PROTOCOL.indication_by_number),
        (Kind.KIND_STIMULUS, PROTOCOL.stimulus_by_number),
    ):
        for code in numbers:
            event = Record(kind, code, b"\x80\xff" + source.randbytes(3000))
            try:
                decoded = decode_event(event)
            except DecodeError:
                outcomes.add("refused")
                continue
            outcomes.add("nothing" if decoded is None else "raw" if decoded.raw else "decoded")
            assert decoded is None or bytes(decoded) == event.payload
    assert outcomes == {"refused", "nothing", "raw", "decoded"}


# Any bytes


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(CASES), st.binary(max_size=600))
def test_random_bytes_decode_or_are_an_error(case, octets):
    struct, layout_id, _ = case
    for layout in (None, layout_id):
        try:
            decoded = decode(struct, octets, layout=layout)
        except DecodeError:
            continue
        assert encode(struct, decoded) == octets
        assert list(decoded.leaves()) or octets == b""
        assert decoded.to_dict() is not None


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(CASES), st.integers(0, 1 << 32), st.data())
def test_flipped_bytes_decode_or_are_an_error(case, seed, data):
    struct, layout_id, _ = case
    octets = bytearray(sample(case, seed)[1])
    for _ in range(3 if octets else 0):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    try:
        decoded = decode(struct, octets, layout=layout_id)
    except DecodeError:
        return
    assert encode(struct, decoded) == bytes(octets)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(CASES), st.integers(0, 1 << 64))
def test_random_values_round_trip(case, seed):
    struct, layout_id, _ = case
    _, buffer = sample(case, seed)
    decoded = decode(struct, buffer, layout=layout_id)
    assert encode(struct, decoded.to_dict(), layout=layout_id) == buffer
