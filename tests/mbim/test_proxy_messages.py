"""Messages of the multiplexer's own: what it reads of a configuration, and what it makes."""

import struct

import pytest

from wwanreplay.mbim import messages
from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import Message, parse_message
from wwanreplay.mbim.proxy_messages import configuration_of, done, is_whole, list_command
from wwanreplay.mbim.proxy_transactions import CONFIGURATION, SUBSCRIPTION, command_name
from wwanreplay.mbim.subscriptions import STANDARD, read_list


def configuration(path: str, *, is_set: int = 1, cut: int = 0) -> bytes:
    name = path.encode("utf-16-le")
    buffer = struct.pack("<III", 12, len(name), 7) + name
    kind, service = messages.MBIM_COMMAND_MSG, CONFIGURATION[:16]
    return Message(kind, 1, is_set, service, 1, buffer[: len(buffer) - cut]).to_bytes()


def test_a_configuration_has_its_path_and_seconds() -> None:
    assert configuration_of(configuration("/dev/cdc-wdm0")) == ("/dev/cdc-wdm0", 7)


@pytest.mark.parametrize(
    "data",
    [
        configuration("/dev/cdc-wdm0", is_set=0),
        configuration("/dev/cdc-wdm0", cut=4),
        configuration(""),
        list_command(STANDARD, 1),
        b"",
    ],
)
def test_what_is_no_configuration_is_none(data: bytes) -> None:
    assert configuration_of(data) is None


def test_a_list_of_events_can_be_read_again() -> None:
    message = list_command(STANDARD, 9)
    assert command_name(message) == SUBSCRIPTION
    assert read_list(parse_message(message).buffer) == STANDARD


def test_an_answer_is_that_of_its_command() -> None:
    command = list_command(STANDARD, 9)
    answer = done(look(command), 5, b"abcd").to_bytes()
    assert command_name(answer) == command_name(command)
    assert look(answer)[2::5] == (9, 5)
    assert is_whole(look(answer), answer, messages.MBIM_COMMAND_DONE)
    assert not is_whole(look(answer), answer, messages.MBIM_COMMAND_MSG)
    assert not is_whole(look(answer), answer + b"x", messages.MBIM_COMMAND_DONE)
