"""Every spelling of a value is found, and replaced by the same spelling of its image."""

import binascii
import ipaddress
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrub_samples import ICCID, IMSI, KEY, speller_of

from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.speller import Speller
from wwanreplay.analysis.scrub.spellings import spellings_of


def test_values_that_say_too_little_are_not_searched() -> None:
    identities = Identities(KEY)
    identities.octets("Data", b"\x01\x02")
    identities.octets("Data", b"\x11" * 40)
    identities.number("Tac", 4711)
    speller = Speller(identities)
    assert speller.unsearched == 3
    assert speller.replaced(b"\x11" * 100) == b"\x11" * 100


OCTETS = bytes.fromhex("27088 0ff0004130184 05".replace(" ", ""))


@pytest.mark.parametrize(
    "write",
    [
        bytes,
        lambda data: data.hex().encode(),
        lambda data: data.hex(":").upper().encode(),
        lambda data: data.hex(" ").encode(),
        lambda data: binascii.b2a_base64(b"-" + data),
    ],
)
def test_blocks_of_bytes_are_replaced_as_bytes_and_as_text(write) -> None:
    identities = Identities(KEY)
    image = identities.octets("PcoData", OCTETS)
    assert Speller(identities).replaced(write(OCTETS)) == write(image)


def test_addresses_are_found_printed_and_as_bytes() -> None:
    identities = Identities(KEY)
    four, six = (ipaddress.ip_address(text) for text in ("192.0.2.17", "2001:db8:0:17::1"))
    images = [ipaddress.ip_address(identities.address("a", each.packed)) for each in (four, six)]
    speller = Speller(identities)
    assert speller.replaced_text(f"{four} {six} 192.0.2.170") == (
        f"{images[0]} {images[1]} 192.0.2.170"
    )
    assert speller.replaced(b"\0" + four.packed + six.packed) == (
        b"\0" + images[0].packed + images[1].packed
    )
    same_size = speller.replaced(b"at 192.0.2.17 ")
    assert len(same_size) == 14
    assert b"192.0.2.17" not in same_size


def test_guids_and_hardware_addresses_are_found_in_both_orders_and_forms() -> None:
    identities = Identities(KEY)
    guid = uuid.UUID("3d3b5f0a-9c41-4f4e-8f0e-2f1a57a3c001")
    image = uuid.UUID(bytes=identities.guid("ChildInterfaceGUID", guid.bytes))
    mac = bytes.fromhex("0250f3a1b2c3")
    other = identities.hardware_address("MacAddr", mac)
    speller = Speller(identities)
    assert speller.replaced(guid.bytes_le + guid.bytes) == image.bytes_le + image.bytes
    assert speller.replaced_text(f"{guid} {str(guid).upper()} {mac.hex('-')}") == (
        f"{image} {str(image).upper()} {other.hex('-')}"
    )


# A number of few different digits must stand alone: it could be part of any other.
NUMBERS = st.text("0123456789", min_size=10, max_size=20).filter(lambda text: len(set(text)) > 3)


@given(st.binary(max_size=200), NUMBERS)
def test_replacing_keeps_the_size_and_leaves_nothing(around: bytes, digits: str) -> None:
    identities = Identities(KEY)
    identities.text("TelephoneNumbers", digits)
    speller = Speller(identities)
    data = around + digits.encode() + around[::-1] + digits.encode("utf-16-le")
    replaced = speller.replaced(data)
    assert len(replaced) == len(data)
    assert digits.encode() not in replaced
    assert digits.encode("utf-16-le") not in replaced


def test_every_spelling_differs_from_its_image() -> None:
    identities = Identities(KEY)
    identities.text("SimIccId", ICCID)
    identities.octets("Data", OCTETS)
    for identity in identities:
        for spelling in spellings_of(identity):
            assert spelling.pattern != spelling.image
            assert len(spelling.pattern) >= 4


def test_nothing_is_replaced_in_untouched_spans() -> None:
    text = "someones.access.example"
    speller, images = speller_of(("AccessString", text))
    data = f"{text} {text}".encode()
    assert speller.replaced(data, [(3, 5)]) == f"{text} {images[text]}".encode()


def test_bytes_that_nothing_describes_are_not_searched_elsewhere() -> None:
    identities = Identities(KEY)
    identities.octets("undescribed bytes", OCTETS, weak=True)
    assert Speller(identities).replaced(OCTETS) == OCTETS
    image = identities.octets("Data", OCTETS)
    assert Speller(identities).replaced(OCTETS) == image


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@given(st.text(" .:\n\t", max_size=4), st.text(" .:\n\t", max_size=4))
def test_a_number_is_replaced_to_its_last_digit_whatever_stands_around(
    encoding: str, before: str, behind: str
) -> None:
    """A shorter spelling of it in the other byte order may begin a byte before it."""
    speller, images = speller_of(("SubscriberId", IMSI))
    data = f"{before}{IMSI}{behind}".encode(encoding)
    assert speller.replaced(data) == f"{before}{images[IMSI]}{behind}".encode(encoding)
