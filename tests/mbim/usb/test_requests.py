"""Setup packets and the notification."""

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.mbim.usb.requests import CLASS_IN, Request, Setup, response_available

octet, word = st.integers(0, 0xFF), st.integers(0, 0xFFFF)


@given(st.builds(Setup, octet, octet, word, word, word))
def test_a_setup_packet_is_read_as_it_was_written(setup: Setup) -> None:
    data = setup.to_bytes()
    assert len(data) == 8
    assert Setup.from_bytes(data) == setup
    assert setup.is_to_host == (data[0] >= 0x80)


def test_the_notification_names_its_interface() -> None:
    assert response_available(0) == bytes.fromhex("a101000000000000")
    assert response_available(2) == bytes.fromhex("a101000002000000")
    assert Setup.from_bytes(response_available(1)).request_type == CLASS_IN


def test_requests_that_get_are_to_the_host() -> None:
    assert [each.name for each in Request if each.is_to_host] == [
        "GET_ENCAPSULATED_RESPONSE",
        "GET_NTB_PARAMETERS",
        "GET_NTB_FORMAT",
        "GET_NTB_INPUT_SIZE",
        "GET_MAX_DATAGRAM_SIZE",
        "GET_CRC_MODE",
    ]
