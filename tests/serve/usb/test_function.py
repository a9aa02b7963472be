"""The USB function: each control request, one notification a fragment, blocks both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.mbim.usb import ntb
from wwanreplay.mbim.usb.descriptors import BULK_PACKET_SIZE, Descriptors
from wwanreplay.mbim.usb.ntb import Datagram, Format, Parameters, Stream
from wwanreplay.mbim.usb.requests import (
    CLASS_IN,
    CLASS_OUT,
    Request,
    Setup,
    Standard,
    response_available,
)
from wwanreplay.serve.transports.base import UNSENT_SIZE_MAX, Comment, Departure, Unread
from wwanreplay.serve.usb.function import NOTIFIED_MAX, REMARKS_MAX, UsbFunction

NOTIFICATION = response_available(0)


class Echo:
    """Returns every datagram."""

    def receive(self, datagram: Datagram) -> list[Datagram]:
        return [datagram]


def configured(*, is_open: bool = True, control_message_max: int = 4096) -> UsbFunction:
    """A function whose host has chosen the configuration, and opened the data interface."""
    function = UsbFunction(Descriptors(control_message_max), Echo())
    assert function.control(Setup(0, Standard.SET_CONFIGURATION, 1)) is not None
    if is_open:
        assert function.control(Setup(1, Standard.SET_INTERFACE, 1, 1)) is not None
    return function


def get(function: UsbFunction, request: Request, length: int = 0xFFFF) -> bytes | None:
    answer = function.control(Setup(CLASS_IN, request, 0, 0, length))
    return None if answer is None else answer.data


def put(function: UsbFunction, request: Request, data: bytes = b"", value: int = 0) -> bool:
    setup = Setup(CLASS_OUT, request, value, 0, len(data))
    return function.control(setup, data) is not None


def read_all(function: UsbFunction, length: int = 16384) -> list[Datagram]:
    """Everything that the function has for the host, read in pieces."""
    found: list[Datagram] = []
    block = b""
    while (data := function.bulk_in(length)) is not None:
        block += data
        if block and ntb.block_length(block, function.format) == len(block):
            found += ntb.parse(block, function.format)
            block = b""
    assert not block
    return found


# ------------------------------------------------------------------ standard requests


def test_descriptors_are_cut_at_what_the_host_takes() -> None:
    function = UsbFunction()
    whole = function.descriptors.configuration
    for length in (0, 4, 9, len(whole), 512):
        answer = function.control(Setup(0x80, Standard.GET_DESCRIPTOR, 0x0200, 0, length))
        assert answer is not None
        assert answer.data == whole[:length]
    assert function.control(Setup(0x80, Standard.GET_DESCRIPTOR, 0x0600, 0, 10)) is None


def test_configuration_and_interfaces_are_kept() -> None:
    function = UsbFunction()
    ask = Setup(0x80, Standard.GET_CONFIGURATION, 0, 0, 1)
    answers = [function.control(ask)]
    assert function.control(Setup(1, Standard.SET_INTERFACE, 1, 1)) is None  # not configured yet
    function.control(Setup(0, Standard.SET_CONFIGURATION, 1))
    answers.append(function.control(ask))
    assert [each.data for each in answers if each] == [b"\0", b"\1"]
    function.control(Setup(1, Standard.SET_INTERFACE, 1, 1))
    alternate = function.control(Setup(0x81, Standard.GET_INTERFACE, 0, 1, 1))
    assert alternate is not None
    assert alternate.data == b"\1"
    for wrong in (Setup(1, Standard.SET_INTERFACE, 2, 1), Setup(1, Standard.SET_INTERFACE, 0, 5)):
        assert function.control(wrong) is None
    assert function.control(Setup(0, Standard.SET_CONFIGURATION, 2)) is None
    function.reset()
    assert (function.configuration, function.alternate) == (0, 0)


@given(
    st.builds(
        Setup,
        st.sampled_from([0x00, 0x01, 0x02, 0x21, 0x40, 0x80, 0x81, 0x82, 0xA1, 0xC0, 0xFF]),
        st.integers(0, 255),
        st.integers(0, 0xFFFF),
        st.integers(0, 3),
        st.integers(0, 64),
    ),
    st.binary(max_size=64),
    st.booleans(),
)
def test_any_control_request_is_answered_within_its_length_or_stalls(
    setup: Setup, data: bytes, is_open: bool
) -> None:
    function = configured(is_open=is_open)
    answer = function.control(setup, data)
    if answer is not None and setup.is_to_host:
        assert len(answer.data) <= setup.length
    elif answer is not None:
        assert answer.data == b""
        assert len(data) == setup.length


# ------------------------------------------------------------------ encapsulated commands


def test_commands_go_in_and_fragments_come_back_with_a_notification_each() -> None:
    function = configured()
    assert put(function, Request.SEND_ENCAPSULATED_COMMAND, b"command")
    assert function.take_arrivals() == [b"command"]
    assert function.interrupt_in() is None
    assert get(function, Request.GET_ENCAPSULATED_RESPONSE) == b""
    for record, data in enumerate((b"first", b"second", b"third")):
        function.send(data, record)
    notified = [function.interrupt_in() for _ in range(4)]
    assert notified == [NOTIFICATION, NOTIFICATION, NOTIFICATION, None]
    fetched = [get(function, Request.GET_ENCAPSULATED_RESPONSE) for _ in range(4)]
    assert fetched == [b"first", b"second", b"third", b""]
    assert function.is_fetched
    assert function.interrupt_in() is None


def test_notifications_run_so_far_ahead_of_the_host() -> None:
    function = configured()
    for record in range(2 * NOTIFIED_MAX):
        function.send(b"response", record)
    count = 0
    while function.interrupt_in() is not None:
        count += 1
    assert count == NOTIFIED_MAX
    for _ in range(2 * NOTIFIED_MAX):
        assert get(function, Request.GET_ENCAPSULATED_RESPONSE) == b"response"
        count += function.interrupt_in() is not None
    assert count == 2 * NOTIFIED_MAX


def test_a_command_longer_than_the_descriptor_says_is_stalled_and_noted() -> None:
    function = configured(control_message_max=64)
    assert put(function, Request.SEND_ENCAPSULATED_COMMAND, bytes(64))
    assert not put(function, Request.SEND_ENCAPSULATED_COMMAND, bytes(65))
    assert not put(function, Request.SEND_ENCAPSULATED_COMMAND, b"")
    command, remark, _ = function.take_arrivals()
    assert command == bytes(64)
    assert isinstance(remark, Comment)
    assert "of 65 bytes stalled: wMaxControlMessage is 64" in remark.text


def test_a_host_that_takes_less_than_a_fragment_has_not_read_its_end() -> None:
    function = configured()
    function.send(b"0123456789", 5)
    assert get(function, Request.GET_ENCAPSULATED_RESPONSE, 4) == b"0123"
    assert function.take_arrivals() == [Departure(unread=[Unread(5, 10, 6)])]


def test_what_waits_too_much_or_for_nobody_is_refused() -> None:
    function = UsbFunction()
    assert function.refusal(1) == "the host has not configured the device"
    function = configured()
    assert function.refusal(2 * UNSENT_SIZE_MAX) is None
    function.send(bytes(UNSENT_SIZE_MAX), 0)
    assert "wait for a host that does not fetch them" in (function.refusal(1) or "")


@pytest.mark.parametrize("how", ["reset of the bus", "configuration", "RESET_FUNCTION"])
def test_what_was_not_fetched_before_a_reset_is_unread(how: str) -> None:
    function = configured()
    function.send(b"lost", 9)
    assert function.interrupt_in() == NOTIFICATION
    if how == "reset of the bus":
        function.reset()
    elif how == "configuration":
        function.control(Setup(0, Standard.SET_CONFIGURATION, 1))
    else:
        assert put(function, Request.RESET_FUNCTION)
    assert function.take_arrivals() == [Departure(unread=[Unread(9, 4, 4)])]
    assert function.interrupt_in() is None
    assert function.is_fetched


# ------------------------------------------------------------------ settings of the data path


def test_the_settings_of_the_data_path() -> None:
    function = configured(is_open=False)
    assert get(function, Request.GET_NTB_PARAMETERS) == Parameters().to_bytes()
    assert get(function, Request.GET_NTB_FORMAT) == b"\0\0"
    assert put(function, Request.SET_NTB_FORMAT, value=Format.NTB32)
    assert get(function, Request.GET_NTB_FORMAT) == b"\1\0"
    assert not put(function, Request.SET_NTB_FORMAT, value=2)
    assert get(function, Request.GET_NTB_INPUT_SIZE, 4) == (16384).to_bytes(4, "little")
    assert put(function, Request.SET_NTB_INPUT_SIZE, (2048).to_bytes(4, "little") + bytes(4))
    assert get(function, Request.GET_NTB_INPUT_SIZE) == (2048).to_bytes(4, "little") + bytes(4)
    for size in (0, 2047, 16385):
        assert not put(function, Request.SET_NTB_INPUT_SIZE, size.to_bytes(4, "little"))
    assert get(function, Request.GET_MAX_DATAGRAM_SIZE) == (1500).to_bytes(2, "little")
    assert put(function, Request.SET_MAX_DATAGRAM_SIZE, (1400).to_bytes(2, "little"))
    assert not put(function, Request.SET_MAX_DATAGRAM_SIZE, (1501).to_bytes(2, "little"))
    assert get(function, Request.GET_MAX_DATAGRAM_SIZE) == (1400).to_bytes(2, "little")
    assert get(function, Request.GET_CRC_MODE) == b"\0\0"
    assert put(function, Request.SET_CRC_MODE, value=0)
    assert not put(function, Request.SET_CRC_MODE, value=1)
    assert put(function, Request.RESET_FUNCTION)
    assert get(function, Request.GET_NTB_FORMAT) == b"\0\0"
    assert get(function, Request.GET_MAX_DATAGRAM_SIZE) == (1500).to_bytes(2, "little")


def test_the_format_is_chosen_while_the_interface_is_closed() -> None:
    function = configured()
    assert not put(function, Request.SET_NTB_FORMAT, value=Format.NTB32)
    function.control(Setup(1, Standard.SET_INTERFACE, 0, 1))
    assert put(function, Request.SET_NTB_FORMAT, value=Format.NTB32)


def test_requests_in_the_wrong_direction_or_to_another_interface_stall() -> None:
    function = configured()
    for request in Request:
        wrong = CLASS_OUT if request.is_to_host else CLASS_IN
        assert function.control(Setup(wrong, request)) is None
        right = CLASS_IN if request.is_to_host else CLASS_OUT
        assert function.control(Setup(right, request, 0, 1)) is None


# ------------------------------------------------------------------ the data path

packets = st.lists(
    st.builds(
        Datagram,
        st.sampled_from(Stream),
        st.integers(0, 3),
        st.binary(min_size=1, max_size=1500),
    ),
    min_size=1,
    max_size=20,
)


@given(packets, st.sampled_from(Format), st.integers(1, 40), st.sampled_from([512, 1024, 16384]))
def test_datagrams_go_both_ways_in_order_however_they_are_cut(
    sent: list[Datagram], ntb_format: Format, units: int, length: int
) -> None:
    function = configured(is_open=False)
    assert put(function, Request.SET_NTB_FORMAT, value=ntb_format)
    function.control(Setup(1, Standard.SET_INTERFACE, 1, 1))
    piece = units * BULK_PACKET_SIZE
    found: list[Datagram] = []
    for begin in range(0, len(sent), 8):
        block = ntb.build(sent[begin : begin + 8], ntb_format)
        for at in range(0, len(block), piece):
            assert function.bulk_out(block[at : at + piece])
        if len(block) % BULK_PACKET_SIZE == 0:
            assert function.bulk_out(b"")
        found += read_all(function, length)
    assert found == sent
    assert function.dropped == 0
    assert function.take_arrivals() == []


def test_a_block_is_no_longer_than_the_host_chose() -> None:
    function = configured()
    assert put(function, Request.SET_NTB_INPUT_SIZE, (2048).to_bytes(4, "little"))
    sent = [Datagram(Stream.IP, 0, bytes([number]) * 700) for number in range(9)]
    function.bulk_out(ntb.build(sent, Format.NTB16))
    sizes = []
    while (data := function.bulk_in(16384)) is not None:
        sizes.append(len(data))
    assert len(sizes) > 3
    assert max(sizes) <= 2048


def test_so_many_datagrams_stand_in_a_block_as_the_host_chose() -> None:
    function = configured()
    chosen = (16384).to_bytes(4, "little") + (2).to_bytes(2, "little") + bytes(2)
    assert put(function, Request.SET_NTB_INPUT_SIZE, chosen)
    function.bulk_out(ntb.build([Datagram(Stream.IP, 0, b"data")] * 5, Format.NTB16))
    counts = []
    while (data := function.bulk_in(16384)) is not None:
        counts.append(len(ntb.parse(data, Format.NTB16)))
    assert counts == [2, 2, 1]


def test_a_closed_interface_stalls_and_forgets() -> None:
    function = configured(is_open=False)
    block = ntb.build([Datagram(Stream.IP, 0, b"data")], Format.NTB16)
    assert not function.bulk_out(block)
    function.control(Setup(1, Standard.SET_INTERFACE, 1, 1))
    assert function.bulk_out(block)
    function.control(Setup(1, Standard.SET_INTERFACE, 0, 1))
    assert function.bulk_in(4096) is None


def test_a_block_that_is_wrong_is_dropped_whole_and_noted() -> None:
    function = configured()
    block = ntb.build([Datagram(Stream.IP, 0, b"data")], Format.NTB16)
    assert function.bulk_out(block[:-1])
    (remark,) = function.take_arrivals()
    assert isinstance(remark, Comment)
    assert "dropped: NTB16.BlockLength: is not that of the transfer at offset 8" in remark.text
    assert function.dropped == 1
    assert function.bulk_out(block)  # the next one is not disturbed
    assert read_all(function) == [Datagram(Stream.IP, 0, b"data")]


def test_remarks_end_before_they_fill_a_recording() -> None:
    function = configured()
    for _ in range(2 * REMARKS_MAX):
        function.bulk_out(b"rubbish")
    assert len(function.take_arrivals()) == REMARKS_MAX
    assert function.dropped == 2 * REMARKS_MAX


@given(st.lists(st.binary(max_size=600), max_size=8))
def test_hostile_transfers_leave_the_function_usable(transfers: list[bytes]) -> None:
    function = configured()
    for data in transfers:
        assert function.bulk_out(data)
    function.bulk_out(b"")  # whatever was unfinished ends
    read_all(function)
    sent = [Datagram(Stream.IP, 1, b"data")]
    function.bulk_out(ntb.build(sent, Format.NTB16))
    assert read_all(function) == sent
