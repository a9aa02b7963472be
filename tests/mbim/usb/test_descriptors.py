"""The descriptors: lengths that agree, and the forms by which drivers know a modem."""

import pytest

from wwanreplay.errors import UsageError
from wwanreplay.mbim.usb.descriptors import (
    BULK_IN,
    BULK_OUT,
    NOTIFICATIONS,
    Descriptors,
    descriptor,
)


def parts(data: bytes) -> list[bytes]:
    """The descriptors in a configuration."""
    found = []
    while data:
        assert 2 <= data[0] <= len(data)
        found.append(data[: data[0]])
        data = data[data[0] :]
    return found


def test_the_configuration_holds_what_it_says() -> None:
    data = Descriptors().configuration
    assert int.from_bytes(data[2:4], "little") == len(data)
    found = parts(data)
    kinds = [(each[1], each[2]) if each[1] == 0x24 else (each[1], None) for each in found]
    assert kinds == [
        (2, None),
        (11, None),
        (4, None),
        (0x24, 0x00),
        (0x24, 0x06),
        (0x24, 0x1B),
        (0x24, 0x1C),
        (5, None),
        (4, None),
        (4, None),
        (5, None),
        (5, None),
    ]
    assert [each[2] for each in found if each[1] == 5] == [NOTIFICATIONS, BULK_IN, BULK_OUT]
    interfaces = [tuple(each[2:8]) for each in found if each[1] == 4]
    assert interfaces == [
        (0, 0, 1, 0x02, 0x0E, 0x00),
        (1, 0, 0, 0x0A, 0x00, 0x02),
        (1, 1, 2, 0x0A, 0x00, 0x02),
    ]


@pytest.mark.parametrize("size", [64, 128, 4096, 65535])
def test_the_longest_control_message_is_in_the_functional_descriptor(size: int) -> None:
    functional = next(
        each
        for each in parts(Descriptors(control_message_max=size).configuration)
        if each[1:3] == b"\x24\x1b"
    )
    assert len(functional) == 12
    assert int.from_bytes(functional[5:7], "little") == size


@pytest.mark.parametrize("size", [0, 63, 65536])
def test_a_control_message_that_cannot_be_is_refused(size: int) -> None:
    with pytest.raises(UsageError, match="is not from 64 to 65535"):
        Descriptors(control_message_max=size)


def test_the_device_and_its_strings() -> None:
    made = Descriptors(product="A modem")
    assert (len(made.device), made.device[0]) == (18, 18)
    assert made.find(1, 0) == made.device
    assert made.find(2, 0) == made.configuration
    assert made.find(3, 0) == b"\x04\x03\x09\x04"
    product = made.find(3, made.device[15])
    assert product is not None
    assert product[2:].decode("utf-16-le") == "A modem"
    assert made.find(3, 3) is None
    assert made.find(6, 0) is None  # no other speed
    long = Descriptors(product="x" * 200).string(2)
    assert long is not None
    assert len(long) == long[0] == 254


def test_a_member_that_a_descriptor_lacks_is_an_error() -> None:
    with pytest.raises(KeyError, match="endpoint descriptor has no bSpeed"):
        descriptor("endpoint", bSpeed=1)
