"""What a constant means for each sort of value: it compares right, or is refused."""

import uuid

import pytest
from checkout import ROOT

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.eventtext import decoded_of
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import Decoded
from wwanreplay.protocol.encoder import encode
from wwanreplay.protocol.expression_fields import Named, Sort, Value
from wwanreplay.protocol.expression_wants import (
    Wanted,
    is_equal,
    is_in,
    is_set,
    order_of,
    refusal,
    wanted_of,
)
from wwanreplay.protocol.expressions import parse_expression
from wwanreplay.trace import TraceReader

TRACES = sorted((ROOT / "traces").glob("*.wwtrace"))


def holds(text, event):
    return parse_expression(text)(event)


def written(value):
    """A value as an expression has it."""
    if isinstance(value, bytes):
        return repr(value.hex())
    return repr(value)


def test_each_field_of_the_traces_is_found_by_its_value_as_it_is_printed():
    """Of every name of a field, the first values: nothing that `show` prints matches nothing."""
    seen = {}
    for path in TRACES:
        with TraceReader(path) as reader:
            for event in reader.events():
                decoded = decoded_of(event)
                for leaf in decoded.leaves() if isinstance(decoded, Decoded) else ():
                    if len(seen.setdefault(leaf.path, [])) < 2:
                        seen[leaf.path].append((event, leaf))
    assert len(seen) > 200
    sorts = set()
    for path, found in seen.items():
        for event, leaf in found:
            values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
            sorts.add((leaf.field.kind, bool(leaf.field.count)))
            for at, value in enumerate(values):
                name = f"{path}[{at}]" if isinstance(leaf.value, tuple) else path
                assert holds(f"{name} == {written(value)}", event), (name, value)
                assert not holds(f"{name} != {written(value)}", event), (name, value)
                assert holds(f"{name} in ({written(value)},)", event), (name, value)
    assert {("u8", True), ("wchar16", True), ("guid", False), ("u16", True)} <= sorts


def an_event(code, struct, values, layout="L1"):
    payload = encode(PROTOCOL.structure(struct), values, layout)
    return Event(Kind.KIND_INDICATION, 0, code=PROTOCOL.indication(code).number, payload=payload)


TRUE, FALSE = (Value(truth, "") for truth in (True, False))
GUID = uuid.UUID("a289cc33-bcbb-8b4f-b6b0-133ec2aae6df")


@pytest.mark.parametrize(
    ("value", "constant", "equal"),
    [
        (TRUE, True, True),
        (TRUE, 1, True),
        (TRUE, "true", True),
        (TRUE, "False", False),
        (FALSE, False, True),
        (FALSE, 0, True),
        (Value(2, ""), True, True),  # where some fields of a name are numbers, others truths
        (Value(2, ""), 1, False),
        (Value(GUID, ""), str(GUID), True),
        (Value(GUID, ""), f"{{{str(GUID).upper()}}}", True),
        (Value(GUID, ""), str(uuid.UUID(int=1)), False),
        (Value(b"\x0a\0\0\x01", ""), "0A000001", True),
        (Value(b"\x0a\0\0\x01", ""), "0x0a 00 00 01", True),
        (Value(b"\x0a\0\0\x01", ""), "10.0.0.1", True),
        (Value(b"\x0a\0\0\x01", ""), "10.0.0.2", False),
        (Value(bytes(15) + b"\x01", ""), "::1", True),
        (Value("26201", ""), "26201", True),
        (Value("26201", ""), 26201, False),
        (Value(None, ""), "None", False),
    ],
)
def test_a_value_is_equal_to_what_is_written_for_its_sort(value, constant, equal):
    assert is_equal(value, wanted_of(constant)) is equal


def test_an_array_holds_its_elements_and_a_number_its_bits():
    assert is_in(Value(5, "", is_element=True), wanted_of(5))
    assert not is_in(Value(5, "", is_element=True), wanted_of(4))
    assert is_in(Value(5, ""), wanted_of(4))
    assert not is_in(Value(5, ""), wanted_of(0))


def test_bytes_hold_whole_bytes_only():
    assert is_in(Value(b"\x3b\x9f\x95", ""), wanted_of("9f95"))
    assert not is_in(Value(b"\x3b\x9f\x95", ""), wanted_of("b9f9"))


def test_a_part_of_a_guid_or_text_is_found():
    assert is_in(Value(GUID, ""), wanted_of("A289CC33"))
    assert is_in(Value("internet", ""), wanted_of("net"))
    assert not is_in(Value("internet", ""), wanted_of("NET"))
    assert is_in(Value("internet", ""), wanted_of("NET", is_word=True))
    assert not is_in(TRUE, wanted_of(1))


def test_zero_bytes_and_the_zero_guid_are_not_set():
    assert not any(map(is_set, (Value(bytes(4), ""), Value(uuid.UUID(int=0), ""), Value("", ""))))
    assert all(map(is_set, (Value(b"\0\1", ""), Value(GUID, ""), TRUE)))


def test_only_numbers_and_texts_have_an_order():
    assert order_of(Value(3, ""), wanted_of(2)) == 2
    assert order_of(Value("b", ""), wanted_of("a")) == "a"
    for value in (TRUE, Value(b"a", ""), Value(GUID, "")):
        assert order_of(value, Wanted(1, None, "a") if value is TRUE else Wanted(1)) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "IsIpv6 == 2",
            "IsIpv6 is true or false, and 2 is none",
        ),
        (
            "IsIpv6 == yes",
            "IsIpv6 is true or false, and 'yes' is none",
        ),
        (
            "IsIpv6 > 0",
            "IsIpv6 has no order; compare it with == or !=",
        ),
        (
            "1 in IsIpv6",
            "IsIpv6 is true or false: nothing is in it",
        ),
        (
            "DeviceServiceGuid == 'abc'",
            "DeviceServiceGuid is a GUID, and 'abc' is none; write '0",
        ),
        ("DeviceServiceGuid == 5", "DeviceServiceGuid is a GUID, and 5 is none"),
        (f"DeviceServiceGuid > '{GUID}'", "DeviceServiceGuid has no order"),
        ("Atr == 3", "Atr is bytes, and 3 is none; write hexadecimal in quotes"),
        ("Atr == 'xyz'", "Atr is bytes, and 'xyz' is none"),
        ("Atr == '3b9f'", "Atr has 36 bytes, not 2; write '3b9f' in Atr for a part"),
        (f"Atr > '{bytes(36).hex()}'", "Atr has no order"),
        ("3 in Atr", "Atr is bytes, and 3 is none"),
        ("WwanLTEBandClass == 'x'", "WwanLTEBandClass is a number, and 'x' is none"),
        ("AccessString == 3", "AccessString is a text, and 3 is none; write it in quotes"),
        ("ActivationState == 'Actived'", "Actived is no value of ActivationState; near: Activated"),
        ("Rssi == -85", "Rssi is a number from 0 to 4294967295"),
        ("Rssi in (9, 4294967296)", "Rssi is a number from 0 to 4294967295"),
        ("Rssi < -50", "Rssi is a number from 0 to 4294967295"),
        ("Rssi == True", "Rssi is a number, and True is none"),
        ("IsIpv6 in (true, maybe)", "'maybe' is none"),
    ],
)
def test_what_no_value_can_be_is_refused(text, reason):
    with pytest.raises(UsageError) as caught:
        parse_expression(text)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_ends_of_what_a_number_has_room_for_are_taken():
    for text in ("Rssi == 0", "Rssi <= 4294967295", "WwanLTEBandClass == 65535"):
        parse_expression(text)
    with pytest.raises(UsageError, match="WwanLTEBandClass is a number from 0 to 65535"):
        parse_expression("WwanLTEBandClass == 65536")


def test_what_one_of_several_sorts_can_be_is_taken():
    about = Named({Sort.NUMBER, Sort.OCTETS}, has_any_size=True)
    assert refusal("Data", about, wanted_of(3), "3") == ""
    assert refusal("Data", about, wanted_of("3b"), "'3b'") == ""
    assert refusal("Data", about, wanted_of("x"), "'x'").startswith("Data is a number or bytes")


def test_fields_of_logs_are_compared_as_those_of_buffers():
    fields = {
        "IsIpv6": 1,
        "DeviceServiceGuid": str(GUID),
        "WwanLTEBandClass": [3, 7],
    }
    event = Event(Kind.KIND_INDICATION, 0, code=1, fields=fields)
    for text in (
        "IsIpv6",
        "IsIpv6 == true",
        f"DeviceServiceGuid == '{GUID}'",
        "7 in WwanLTEBandClass and WwanLTEBandClass[0] == 3 and WwanLTEBandClass != 4",
    ):
        assert holds(text, event), text
    assert not holds("WwanLTEBandClass[1] == 3 or 2 in WwanLTEBandClass", event)
