"""What a mask calls the same has no difference that is observed."""

from random import Random

import pytest

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.schema import Struct
from wwanreplay.replay.masks import mask_of, shows_the_same
from wwanreplay.replay.observed import _differences

NUMBERS = [row.number for row in PROTOCOL.tables.indications if row.structs]


def headers(struct: Struct) -> list[tuple[bytes, int]]:
    """The header of each form of a structure, and the size of a report in it."""
    found = []
    for revision in struct.revisions:
        for name in revision.layouts:
            size = struct.layout(name).size
            found.append((bytes([0x80, revision.number]) + size.to_bytes(2, "little"), size))
    return found


FORMS = [
    (number, header, size)
    for number in NUMBERS
    for name in PROTOCOL.indication_by_number[number].structs
    for header, size in headers(PROTOCOL.structure(name))
]
MASKED = [
    (number, header, size)
    for number, header, size in FORMS
    if mask_of(number, int(Namespace.NAMESPACE_NDIS_STATUS), True, header, size)
]


def report(number: int, payload: bytes, request_id: int) -> Event:
    return Event(Kind.KIND_INDICATION, 0, code=number, payload=payload, request_id=request_id)


def one_like(payload: bytes, random: Random) -> bytes:
    """The payload with a few bytes changed, behind its header."""
    changed = bytearray(payload)
    for _ in range(random.choice((1, 1, 2, 40))):
        changed[random.randrange(4, len(changed))] = random.choice((0, 1, 2, 255))
    return bytes(changed)


def some_payload(header: bytes, size: int, random: Random) -> bytes:
    body = bytearray(size - 4)
    for _ in range(random.choice((0, 4, 40, size))):
        body[random.randrange(len(body))] = random.choice((1, 2, 3, 65, 255))
    body[:4] = random.choice((bytes(4), bytes(body[:4])))  # of many, the status
    return header + bytes(body)


@pytest.mark.parametrize("request_id", [0, 7])
def test_what_a_mask_calls_the_same_has_no_difference(request_id):
    random, same_count = Random(5), 0
    for number, header, size in FORMS:
        for _ in range(24):
            payload = some_payload(header, size, random)
            recorded = report(number, payload, request_id)
            expected = report(number, one_like(payload, random), request_id)
            if shows_the_same(recorded, expected):
                assert _differences(recorded, expected) == []
                same_count += recorded.payload != expected.payload
    assert same_count > 20


def test_reports_of_most_codes_have_a_mask():
    """Those of lists have none, and those of structures that MBIM does not carry."""
    assert len({number for number, _, _ in MASKED}) > len(NUMBERS) / 3


@pytest.mark.parametrize(("number", "header", "size"), MASKED[:40])
def test_every_compared_bit_counts(number, header, size):
    mask = mask_of(number, int(Namespace.NAMESPACE_NDIS_STATUS), True, header, size)
    assert mask is not None
    payload = header + bytes(size - 4)
    bits = range(32, 8 * size)
    for bit in Random(size).sample(bits, min(len(bits), 200)):
        other = (int.from_bytes(payload, "little") ^ 1 << bit).to_bytes(size, "little")
        is_same = shows_the_same(report(number, payload, 1), report(number, other, 1))
        assert is_same == (not mask.compared >> bit & 1)


def test_a_failure_and_another_form_have_no_answer():
    number, header, size = MASKED[0]
    mask = mask_of(number, int(Namespace.NAMESPACE_NDIS_STATUS), True, header, size)
    assert mask is not None
    if mask.status:
        failure = header + (mask.status >> 32).to_bytes(size - 4, "little")
        assert not shows_the_same(report(number, failure, 1), report(number, failure, 1))
    payload = header + bytes(size - 4)
    assert shows_the_same(report(number, payload, 1), report(number, payload, 1))
    assert not shows_the_same(report(number, payload, 1), report(number, payload + b"\0", 1))
    assert mask_of(1, int(Namespace.NAMESPACE_NDIS_STATUS), True, header, size) is None
