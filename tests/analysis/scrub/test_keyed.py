"""Keyed mappings: one-to-one, stable, without fixed points, and of the same form."""

import ipaddress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wwanreplay.analysis.scrub.keyed import Mapper, Permutations, luhn_digit, make_key

KEY = make_key(b"a key of the tests")
OTHER_KEY = make_key(b"another key")
MAPPER = Mapper(KEY)
DIGITS = st.text("0123456789", min_size=1, max_size=20)
TEXT = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "Z", "S"]), min_size=1, max_size=24
)


@pytest.mark.parametrize("size", [2, 3, 10, 26, 100, 255, 256, 1000])
def test_a_permutation_reaches_every_number_and_moves_each(size: int) -> None:
    permutations = Permutations(KEY)
    mapped = [permutations.map(number, size, "test") for number in range(size)]
    assert sorted(mapped) == list(range(size))
    assert all(number != image for number, image in enumerate(mapped))


def test_purpose_and_key_choose_the_permutation() -> None:
    mapped = [
        [Permutations(key).map(number, 1000, purpose) for number in range(100)]
        for key, purpose in ((KEY, "a"), (KEY, "b"), (OTHER_KEY, "a"))
    ]
    assert mapped[0] != mapped[1] != mapped[2] != mapped[0]
    assert mapped[0] == [Permutations(KEY).map(number, 1000, "a") for number in range(100)]


def test_a_number_outside_the_range_is_refused() -> None:
    for number, size in ((10, 10), (-1, 10), (0, 1)):
        with pytest.raises(ValueError, match="no place"):
            Permutations(KEY).map(number, size, "test")


@given(st.integers(2, 1 << 600), st.data())
def test_large_ranges_are_permuted_too(size: int, data: st.DataObject) -> None:
    numbers = st.integers(0, size - 1)
    first, second = data.draw(numbers), data.draw(numbers)
    permutations = Permutations(KEY)
    images = [permutations.map(number, size, "large") for number in (first, second)]
    assert all(0 <= image < size for image in images)
    assert (images[0] == images[1]) == (first == second)
    assert images[0] != first


@pytest.mark.parametrize(
    ("number", "digit"),
    # Check digits of the examples of ISO/IEC 7812-1 and 3GPP TS 23.003, Annex B.
    [("7992739871", 3), ("49015420323751", 8), ("35209900176148", 1)],
)
def test_the_check_digit_is_that_of_the_standard(number: str, digit: int) -> None:
    assert luhn_digit(number) == digit


@given(DIGITS.filter(lambda text: len(text) >= 3), DIGITS.filter(lambda text: len(text) >= 3))
def test_a_check_digit_stays_as_right_or_wrong_as_it_was(first: str, second: str) -> None:
    images = [MAPPER.checked(text, "test") for text in (first, second)]
    for text, image in zip((first, second), images, strict=True):
        assert len(image) == len(text)
        assert image.isdecimal()
        off = int(text[-1]) - luhn_digit(text[:-1])
        assert (int(image[-1]) - luhn_digit(image[:-1]) - off) % 10 == 0
        assert image != text
    assert (images[0] == images[1]) == (first == second)


@given(TEXT, TEXT)
def test_text_keeps_its_form_and_is_mapped_one_to_one(first: str, second: str) -> None:
    images = [MAPPER.text(text) for text in (first, second)]
    for text, image in zip((first, second), images, strict=True):
        assert len(image) == len(text)
        for encoding in ("utf-8", "utf-16-le"):
            assert len(image.encode(encoding)) == len(text.encode(encoding))
        for old, new in zip(text, image, strict=True):
            if old.isascii():
                assert (old.isdigit(), old.islower(), old.isupper()) == (
                    new.isdigit(),
                    new.islower(),
                    new.isupper(),
                )
                assert old.isalnum() or new == old
    assert (images[0] == images[1]) == (first == second)


@given(st.text("abcxyzABCXYZ019.-", min_size=1, max_size=30))
def test_texts_that_differ_in_case_only_still_do(text: str) -> None:
    assert MAPPER.text(text.lower()).upper() == MAPPER.text(text).upper()
    if any(map(str.isalnum, text)):
        assert MAPPER.text(text) != text


@given(st.text("0123456789", min_size=4, max_size=15))
def test_a_number_is_the_same_with_and_without_a_plus(digits: str) -> None:
    assert MAPPER.text(f"+{digits}") == f"+{MAPPER.text(digits)}"


def test_the_punctuation_of_a_secret_is_mapped() -> None:
    assert MAPPER.text("!?-!", secret=True) != "!?-!"
    assert MAPPER.text("!?-!") == "!?-!"
    assert MAPPER.text("1234", secret=True) == MAPPER.text("1234")


@given(st.text("0123456789abcdef", min_size=8, max_size=14).filter(lambda text: not text.isdigit()))
def test_hexadecimal_stays_hexadecimal_in_its_case(text: str) -> None:
    image = MAPPER.hexadecimal(text)
    assert len(image) == len(text)
    assert set(image) <= set("0123456789abcdef")
    assert not image.isdigit()
    assert image != text
    assert set(MAPPER.hexadecimal(text.upper())) <= set("0123456789ABCDEF")


@given(st.integers(0, (1 << 64) - 1), st.integers(0, (1 << 64) - 1))
def test_numbers_keep_their_size_and_their_unknown_marks(first: int, second: int) -> None:
    images = [MAPPER.number(number) for number in (first, second)]
    for number, image in zip((first, second), images, strict=True):
        assert (number.bit_length() + 7) // 8 == (image.bit_length() + 7) // 8
    assert (images[0] == images[1]) == (first == second)


def test_every_number_of_one_byte_has_its_own_image() -> None:
    assert sorted(MAPPER.number(number) for number in range(256)) == list(range(256))
    for kept in (0, 0x7F, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, (1 << 64) - 1):
        assert MAPPER.number(kept) == kept
    assert MAPPER.number(4711) != 4711


@given(st.binary(min_size=1, max_size=80), st.binary(min_size=1, max_size=80), st.integers(0, 9))
def test_bytes_are_mapped_one_to_one_with_or_without_filling(
    first: bytes, second: bytes, filling: int
) -> None:
    images = [MAPPER.octets(octets) for octets in (first, second)]
    assert [len(image) for image in images] == [len(first), len(second)]
    assert (images[0] == images[1]) == (first == second)
    assert MAPPER.octets(first + bytes(filling)) == images[0] + bytes(filling)
    assert (images[0] == first) == (not any(first))


@given(st.integers(0, 0xFFFFFFFF), st.integers(0, 0xFFFFFFFF), st.integers(0, 32))
def test_addresses_in_one_network_stay_in_one_network(first: int, second: int, bits: int) -> None:
    assume(bits >= 16)  # classes are prefixes of up to 16 bits
    mask = (1 << (32 - bits)) - 1
    second = first & ~mask | second & mask
    octets = [number.to_bytes(4) for number in (first, second)]
    images = [int.from_bytes(MAPPER.address(address)) for address in octets]
    kept = [
        ipaddress.ip_address(each).is_multicast or each in (0, 0xFFFFFFFF)
        for each in (first, second)
    ]
    if not any(kept):
        assert images[0] >> (32 - bits) == images[1] >> (32 - bits)
    assert (images[0] == images[1]) == (first == second)


@pytest.mark.parametrize(
    "network",
    ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"],
)
def test_a_private_address_stays_in_its_range_and_a_public_one_outside(network: str) -> None:
    known = ipaddress.ip_network(network)
    for offset in range(1, 60):
        image = ipaddress.ip_address(MAPPER.address(known[offset * 977].packed))
        assert image in known
        assert image != known[offset * 977]
        public = MAPPER.address(bytes([8, 8, offset, 200 - offset]))
        assert ipaddress.ip_address(public) not in known


def test_addresses_that_name_nobody_stay() -> None:
    for text in ("0.0.0.0", "255.255.255.255", "127.0.0.1", "224.0.0.251", "::", "::1", "ff02::1"):
        packed = ipaddress.ip_address(text).packed
        assert MAPPER.address(packed) == packed
    link_local = ipaddress.ip_address("fe80::1:2:3:4").packed
    assert ipaddress.ip_address(MAPPER.address(link_local)).is_link_local
    assert MAPPER.address(link_local) != link_local


@given(st.binary(min_size=6, max_size=6), st.binary(min_size=6, max_size=6))
def test_hardware_addresses_keep_their_flags(first: bytes, second: bytes) -> None:
    images = [MAPPER.hardware_address(address) for address in (first, second)]
    assert [image[0] & 3 for image in images] == [first[0] & 3, second[0] & 3]
    assert (images[0] == images[1]) == (first == second)


@given(st.binary(min_size=16, max_size=16))
def test_a_guid_becomes_another(guid: bytes) -> None:
    assert (MAPPER.guid(guid) == guid) == (not any(guid))


def test_a_given_key_is_stretched_and_none_is_random() -> None:
    assert make_key(b"one") == make_key(b"one") != make_key(b"two")
    assert make_key(None) != make_key(None)
    assert Mapper(KEY).text("alice") == MAPPER.text("alice") != Mapper(OTHER_KEY).text("alice")
