"""Digits are found in each way of writing them, and replaced by those of the image."""

import base64

import pytest
from scrub_samples import ENCODINGS, ICCID, IMSI, packed, speller_of


@pytest.mark.parametrize("value", [IMSI, ICCID])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("around", [(b"", b""), (b"\xfe\x01", b"\xfd"), (b'"', b'"')])
def test_digits_are_replaced_in_every_encoding(
    encoding: str, value: str, around: tuple[bytes, bytes]
) -> None:
    speller, images = speller_of(("SubscriberId" if value == IMSI else "SimIccId", value))
    write = ENCODINGS[encoding]
    data = around[0] + write(value) + around[1]
    assert speller.hits(data)
    replaced = speller.replaced(data)
    assert replaced == around[0] + write(images[value]) + around[1]
    assert not speller.hits(replaced)


@pytest.mark.parametrize("alignment", [0, 1, 2])
def test_packed_digits_inside_base64_are_found(alignment: int) -> None:
    speller, images = speller_of(("SubscriberId", IMSI))
    encoded = base64.b64encode(b"." * alignment + packed(IMSI, swapped=True))
    replaced = base64.b64decode(speller.replaced(encoded))
    assert replaced == b"." * alignment + packed(images[IMSI], swapped=True)


@pytest.mark.parametrize("zero", ["\uff10", "\u0660", "\u06f0", "\u0966"])
@pytest.mark.parametrize("value", [IMSI, ICCID])
def test_digits_of_other_scripts_are_digits(zero: str, value: str) -> None:
    name = "SubscriberId" if value == IMSI else "SimIccId"
    speller, images = speller_of((name, value))
    table = {ord("0") + number: chr(ord(zero) + number) for number in range(10)}
    replaced = speller.replaced(f"({value.translate(table)})".encode())
    assert replaced == f"({images[value].translate(table)})".encode()


def test_a_pin_is_no_part_of_a_longer_number() -> None:
    speller, images = speller_of(("Pin", "1234"))
    assert speller.replaced_text("PIN 1234, not 912345") == f"PIN {images['1234']}, not 912345"
    wide = "1234 12345".encode("utf-16-le")
    assert speller.replaced(wide) == f"{images['1234']} 12345".encode("utf-16-le")
