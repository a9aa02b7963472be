"""Where personal values lie in MBIM messages, and that fragments are joined to find them."""

import pytest
from groups import sampled
from mbim_samples import sample_values
from mbim_tlvs import sample_tlvs

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.keyed import make_key
from wwanreplay.analysis.scrub.messages import MessageReader, buffer_places
from wwanreplay.analysis.scrub.places import replace_places
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.fragments import split
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.schema import Format
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES, STRUCTS, all_layouts, find_layout

KEY = make_key(b"a key of the tests")
HOST, DEVICE = WireDirection.WIRE_HOST_TO_DEVICE, WireDirection.WIRE_DEVICE_TO_HOST
SERVICE = bytes.fromhex(SERVICES[BASIC_CONNECT].uuid.replace("-", ""))
LAYOUTS = [
    pytest.param(service.number, cid.cid, operation, layout, id=f"{cid.name}-{operation}-{number}")
    for number, (service, cid, operation, layout) in enumerate(all_layouts())
]


def wire(code: int, data: bytes) -> Event:
    return Event(Kind.KIND_WIRE, 0, code=code, payload=data)


def compared(layout, old, new, inherited: str = "") -> None:
    """Marked values differ, all others are equal."""
    for field in layout.fields:
        if field.name not in old:
            continue
        mark = field.personal or inherited
        left, right = old[field.name], new[field.name]
        if field.struct is not None and isinstance(left, dict | list):
            inner = STRUCTS[field.struct].layout
            own = any(part.personal for part in inner.fields)
            items = zip(left, right, strict=True) if isinstance(left, list) else [(left, right)]
            for first, second in items:
                compared(inner, first, second, "" if own else mark)
        elif not mark or field.type is not None:
            assert left == right, field.name
        elif isinstance(left, str) and len(left) > 3 and field.format is Format.STRING:
            assert left != right, field.name
            assert len(left) == len(right)


@pytest.mark.parametrize(("service", "cid", "operation", "layout"), sampled(LAYOUTS, 30))
def test_every_layout_is_scrubbed_in_place(service, cid, operation, layout) -> None:
    data = codec.encode_layout("sample", layout, sample_values(layout))
    places = buffer_places(service, cid, operation, data, layout.mbimex)
    replaced = replace_places(data, places, Identities(KEY))
    assert len(replaced) == len(data)
    old = codec.decode_layout("sample", layout, data)
    new = codec.decode_layout("sample", layout, replaced)
    compared(layout, old, new)


def connect(**values: object) -> bytes:
    fields = {"SessionId": 0, "ActivationCommand": 1, "AccessString": "internet.example"}
    return codec.encode(BASIC_CONNECT, 12, "set", fields | values)


def test_a_message_in_fragments_becomes_what_the_whole_becomes() -> None:
    whole = Message(messages.MBIM_COMMAND_MSG, 3, 1, SERVICE, 12, connect(UserName="alice.doe"))
    identities = Identities(KEY)
    results = []
    for parts in ([whole.to_bytes()], split(whole.to_bytes(), 64)):
        reader = MessageReader()
        pieces = [piece for n, part in enumerate(parts) for piece in reader.take(wire(1, part), n)]
        assert [record for record, _, _ in pieces[0].records] == list(range(len(parts)))
        data = pieces[0].data
        results.append(replace_places(data, reader.places(data), identities)[20:])
    assert results[0] == results[1]
    assert "alice.doe".encode("utf-16-le") not in results[0]
    image = identities.text("UserName", "alice.doe")
    assert image.encode("utf-16-le") in results[0]


def test_directions_are_joined_apart() -> None:
    message = Message(messages.MBIM_COMMAND_MSG, 3, 1, SERVICE, 12, connect()).to_bytes()
    parts = split(message, 100)
    reader = MessageReader()
    assert reader.take(wire(HOST, parts[0]), 0) == []
    close = Message(messages.MBIM_CLOSE_MSG, 9).to_bytes()
    assert len(reader.take(wire(DEVICE, close), 1)) == 1
    done = reader.take(wire(HOST, parts[1]), 2)
    assert [record for record, _, _ in done[0].records] == [0, 2]


def test_what_is_never_completed_is_given_out() -> None:
    message = Message(messages.MBIM_COMMAND_MSG, 3, 1, SERVICE, 12, connect()).to_bytes()
    parts = split(message, 64)
    reader = MessageReader()
    assert reader.take(wire(HOST, parts[0]), 0) == []
    again = reader.take(wire(HOST, parts[0]), 1)
    assert [piece.records for piece in again] == [[(0, 0, 64)]]
    lone = reader.take(wire(HOST, parts[2]), 2)
    assert [piece.records[0][0] for piece in lone] == [1, 2]
    assert reader.finish() == []


def test_the_version_that_is_agreed_chooses_the_layout() -> None:
    extensions = bytes.fromhex(SERVICES[11].uuid.replace("-", ""))
    answer = codec.encode(
        11, 15, "response", {"MbimVersion": 0x100, "MbimExtendedVersion": 0x300}, mbimex=0x300
    )
    reader = MessageReader()
    reader.places(Message(messages.MBIM_COMMAND_DONE, 1, 0, extensions, 15, answer).to_bytes())
    assert reader.mbimex == 0x300
    reader.places(Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes())
    assert reader.mbimex == 0x100
    assert find_layout(11, 15, "response", 0x300) is not None


def test_values_inside_tlvs_are_replaced_and_their_form_stays() -> None:
    values = {"UnnamedIes": sample_tlvs()}
    data = codec.encode(11, 18, "response", values, mbimex=0x300)
    replaced = replace_places(data, buffer_places(11, 18, "response", data, 0x300), Identities(KEY))
    old, new = (
        {item["Type"]: item for item in decoded["UnnamedIes"]}
        for decoded in (
            codec.decode(11, 18, "response", each, mbimex=0x300) for each in (data, replaced)
        )
    )
    for kind, item in old.items():
        assert item["Data"] != new[kind]["Data"], kind
        assert ("Content" in item) == ("Content" in new[kind])
    before, after = old[8]["Content"], new[8]["Content"]
    assert after[1]["Dnn"] != before[1]["Dnn"]
    assert after[0]["TaiLists"][0]["TypeOfList"] == 0
    assert after[0]["TaiLists"][0]["Mcc"] == 1  # the country says little, and replays need it
    assert after[0]["TaiLists"][0]["Tacs"] != before[0]["TaiLists"][0]["Tacs"]
    assert after[0]["TaiLists"][1]["Tais"][0]["Tac"] != 5
    address = new[15]["Content"]["Components"][2]["Ipv4Address"]
    assert address != "192.0.2.1"
    assert len(new[17]["Content"]["SavedPacket"]) == 2


@pytest.mark.parametrize("size", range(0, 120, 7))
def test_a_message_that_is_cut_off_keeps_its_headers(size: int) -> None:
    data = Message(messages.MBIM_COMMAND_MSG, 3, 1, SERVICE, 12, connect(UserName="alice.doe"))
    cut = data.to_bytes()[:size]
    reader = MessageReader()
    replaced = replace_places(cut, reader.places(cut), Identities(KEY))
    assert len(replaced) == size
    assert replaced[:48] == cut[:48]


def test_the_buffer_of_an_unknown_service_is_one_value() -> None:
    data = Message(messages.MBIM_COMMAND_MSG, 3, 0, bytes(range(16)), 9, b"IMSI 1234567").to_bytes()
    reader = MessageReader()
    replaced = replace_places(data, reader.places(data), Identities(KEY))
    assert replaced[:48] == data[:48]
    assert replaced[48:] == Identities(KEY).octets("Data", b"IMSI 1234567")
