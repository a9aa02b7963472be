"""Values as Windows prints them: numbers, services, buffers."""

import uuid

import field_samples as samples
import pytest
from hypothesis import given
from hypothesis import strategies as st
from windows_logs import SERVICE, SHIFTED, SWAPPED

from wwanreplay.formats.windows_values import bytes_of, number_of, service_of


@pytest.mark.parametrize(
    ("printed", "shifted"), [(SERVICE, False), (SWAPPED, False), (SHIFTED, True)]
)
def test_a_service_is_known_in_every_way_it_is_printed(printed: str, shifted: bool):
    assert service_of(printed) == (samples.BASIC_CONNECT, shifted)


def test_an_unknown_service_stays_as_printed():
    unknown = uuid.UUID("12345678-9abc-def0-1234-56789abcdef0")
    assert service_of(f"{{{unknown}}}") == (unknown.bytes, False)
    assert service_of("none") == (None, False)


@given(st.integers(0, 2**64 - 1) | st.just(2**64 - 1))
def test_a_number_of_64_bits_is_read_in_each_base(number: int):
    assert number_of(f"{number} units") == number_of(f"0x{number:X}") == number
    assert number_of(f" {number:x}", 16) == number


@pytest.mark.parametrize("text", [None, "", "none", "12zz", "a1", str(2**64)])
def test_what_begins_with_no_number_is_none(text):
    assert number_of(text) is None


@given(st.binary(max_size=40))
def test_a_printed_buffer_is_read_without_a_half_byte_at_its_end(data: bytes):
    for text in (f"0x{data.hex()}", f"{data.hex().upper()}0", f"0x{data.hex()} more"):
        assert bytes_of(text) == data


@pytest.mark.parametrize("text", [None, "", "  "])
def test_without_text_there_is_no_buffer(text):
    assert bytes_of(text) is None
