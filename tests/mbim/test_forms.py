"""Wire forms that reading and writing share: their sizes, and each format has one kind of form."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.mbim.forms import (
    ADDRESS_SIZES,
    IN_PLACE,
    PAIR,
    SCALARS,
    TLV_FORMATS,
    TLV_HEADER,
    TLV_HEADER_SIZE,
    octets_of,
    padding,
)
from wwanreplay.mbim.schema import FIXED_SIZES, Format

#: Formats of as many pairs (offset, size) as their count says.
PAIRS = {Format.STRING_ARRAY, Format.STRUCT_REF_ARRAY}


@given(size=st.integers(0, 1 << 32))
def test_padding_is_the_fewest_bytes_up_to_a_multiple_of_4(size: int) -> None:
    assert 0 <= padding(size) < 4
    assert (size + padding(size)) % 4 == 0


@given(data=st.binary(max_size=8))
def test_bytes_are_given_in_any_form_but_as_a_number(data: bytes) -> None:
    for form in (data, bytearray(data), memoryview(data), list(data)):
        assert octets_of(form) == data
    with pytest.raises(TypeError, match="a number is no bytes"):
        octets_of(len(data))


def test_a_number_takes_the_bytes_that_the_fixed_part_has_for_it() -> None:
    assert {kind: form.size for kind, form in SCALARS.items()} == {
        kind: FIXED_SIZES[kind] for kind in SCALARS
    }


def test_every_format_is_of_exactly_one_form() -> None:
    references = set(FIXED_SIZES) - set(SCALARS) - IN_PLACE
    forms = [set(SCALARS), IN_PLACE, TLV_FORMATS, references, PAIRS]
    assert sorted(kind for form in forms for kind in form) == sorted(Format)


def test_what_stands_elsewhere_is_an_offset_or_an_offset_and_a_size() -> None:
    for kind in set(FIXED_SIZES) - set(SCALARS) - IN_PLACE:
        assert FIXED_SIZES[kind] in (4, PAIR.size)


@pytest.mark.parametrize(("kind", "size"), ADDRESS_SIZES.items())
def test_an_address_has_the_size_of_its_family(kind: Format, size: int) -> None:
    version = ipaddress.ip_address(bytes(size)).version
    assert kind.startswith(f"ipv{version}")


def test_the_header_of_a_tlv_is_as_long_as_it_is_counted() -> None:
    assert TLV_HEADER.size == TLV_HEADER_SIZE
