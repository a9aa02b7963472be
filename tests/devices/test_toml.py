"""Readable values: durations, members, bytes, addresses; each error says where."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.devices.toml import (
    FILE_SIZE_MAX,
    ValuePlace,
    as_address,
    as_duration,
    as_guid,
    as_member,
    as_number,
    as_octets,
    as_oid,
    as_text,
    parse,
    read_text,
)
from wwanreplay.errors import UsageError

HERE = ValuePlace("own.toml", "[device] key")


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("15ms", 15_000_000),
        ("1.5s", 1_500_000_000),
        ("0.000000001s", 1),
        ("2min", 120 * 10**9),
        ("24h", 86_400 * 10**9),
        ("7 us", 7_000),
        ("7µs", 7_000),
        ("1ns", 1),
        (0, 0),
    ],
)
def test_durations(text, nanoseconds):
    assert as_duration(text, HERE) == nanoseconds


@given(st.integers(0, 10**18))
def test_durations_are_exact(nanoseconds):
    whole, rest = divmod(nanoseconds, 10**9)
    assert as_duration(f"{whole}.{rest:09}s", HERE) == nanoseconds
    assert as_duration(f"{nanoseconds}ns", HERE) == nanoseconds


@pytest.mark.parametrize(
    "value", ["", "5", "ms", "-1s", "1.s", "1e3s", "1 s s", 5, 1.5, True, None]
)
def test_what_is_no_duration(value):
    with pytest.raises(UsageError, match=r"own\.toml: \[device\] key: must be a duration such as"):
        as_duration(value, HERE)


def test_durations_have_a_limit():
    with pytest.raises(UsageError, match="is longer than"):
        as_duration("1000000000s", ValuePlace("own.toml")) and as_duration("1000000001s", HERE)


def test_members_flags_and_numbers():
    assert as_member("WWAN_RADIO", "WwanRadioOn", HERE) == 1
    assert (
        as_member("WWAN_DATA_CLASS", ["WWAN_DATA_CLASS_UMTS", "WWAN_DATA_CLASS_LTE"], HERE) == 0x24
    )
    assert as_member("WWAN_DATA_CLASS", 0x24, HERE) == 0x24
    assert as_member("WWAN_DATA_CLASS", "WWAN_DATA_CLASS_UMTS|WWAN_DATA_CLASS_LTE", HERE) == 0x24


@given(st.binary(max_size=40))
def test_bytes_in_hexadecimal(octets):
    assert as_octets(octets.hex(" "), HERE) == octets


@given(st.uuids())
def test_guids_are_kept_as_windows_keeps_them(guid):
    assert uuid.UUID(bytes_le=as_guid(str(guid), HERE)) == guid


@given(st.ip_addresses())
def test_addresses_are_in_network_order(address):
    assert as_address(str(address), HERE, address.version) == address.packed


def test_oids_by_name_and_number():
    assert as_oid("OID_WWAN_CONNECT", HERE) == as_oid(0x0E01010C, HERE) == 0x0E01010C


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: as_number(True, HERE), "must be a whole number, not True"),
        (lambda: as_number(2**32, HERE), "4294967296 is not from 0 to 4294967295"),
        (lambda: as_text("abc", HERE, 2), "has 3 characters, at most 2 fit"),
        (lambda: as_octets("00", HERE, size=2), "has 1 bytes, must have 2"),
        (lambda: as_octets("0000", HERE, limit=1), "has 2 bytes, at most 1 fit"),
        (lambda: as_address("192.0.2", HERE), "'192.0.2' is not an IP address"),
        (lambda: as_guid("x", HERE), "'x' is not a GUID"),
        (lambda: as_member("WWAN_RADIO", 1.5, HERE), "must be text, not 1.5"),
    ],
)
def test_errors_say_where_and_what(call, message):
    with pytest.raises(UsageError) as caught:
        call()
    assert str(caught.value) == f"own.toml: [device] key: {message}"


def test_what_is_no_toml_is_reported_with_line_and_column():
    with pytest.raises(UsageError, match=r"own\.toml: not TOML: .*line 2"):
        parse("a = 1\nb = = 2", "own.toml")


def test_files_that_are_no_text_or_too_large(tmp_path):
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=r"bytes\.toml: not UTF-8 text"):
        read_text(tmp_path / "bytes.toml")
    (tmp_path / "large.toml").write_bytes(b"#" * (FILE_SIZE_MAX + 1))
    with pytest.raises(UsageError, match=r"large\.toml: larger than"):
        read_text(tmp_path / "large.toml")
