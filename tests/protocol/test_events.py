"""Which structure a record's payload is, by kind, namespace and code."""

import random

from wwanreplay._core import Kind, Namespace
from wwanreplay.errors import DecodeError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event, encode, structure_of, structures_of


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


def test_a_payload_of_another_namespace_is_no_structure():
    payload = encode("NDIS_WWAN_RADIO_STATE")
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_RADIO_STATE").number
    fitting = (Namespace.NAMESPACE_DEFAULT, Namespace.NAMESPACE_NDIS_STATUS)
    for namespace in Namespace:
        record = Record(Kind.KIND_INDICATION, code, payload, namespace)
        assert bool(structures_of(record)) == (namespace in fitting), namespace


def test_the_structures_are_known_also_without_a_payload():
    code = PROTOCOL.oid("OID_WWAN_CONNECT").number
    record = Record(Kind.KIND_SET, code, b"")
    assert [row.name for row in structures_of(record)] == ["NDIS_WWAN_SET_CONTEXT_STATE"]
    assert structure_of(record) is None
    assert decode_event(record) is None


def test_of_two_structures_the_first_is_taken_where_the_bytes_do_not_say():
    code = PROTOCOL.indication("NDIS_STATUS_WWAN_HOME_PROVIDER").number
    first, second = structures_of(Record(Kind.KIND_INDICATION, code, b""))
    for payload in (b"\x80", b"\x80\x63\x01\x00"):
        assert structure_of(Record(Kind.KIND_INDICATION, code, payload)) is first
    assert structure_of(Record(Kind.KIND_INDICATION, code, encode(second))) is second
