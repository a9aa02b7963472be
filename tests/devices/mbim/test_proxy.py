"""The way through mbim-proxy: one that runs, one that refuses, one that is silent, and none."""

import contextlib
import os
import socket
import threading
from itertools import count

import pytest

from wwanreplay.devices.mbim.channel import DeviceGoneError
from wwanreplay.devices.mbim.proxy import ProxyChannel
from wwanreplay.errors import DeviceError
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.commands import PROXY_CONFIGURATION
from wwanreplay.mbim.fragments import StreamFramer
from wwanreplay.mbim.header import HOST_TYPES
from wwanreplay.mbim.messages import Message, parse_message

from .conftest import done, indication, radio_state, uuid_of

PROXY_CONTROL = PROXY_CONFIGURATION[0]
NUMBERS = count()


@pytest.fixture
def proxy_of():
    """A proxy of a name of its own, and what it was sent; `answer` makes its answers."""
    with contextlib.ExitStack() as stack:

        def make(answer):
            name = f"wwanreplay-test-proxy-{os.getpid()}-{next(NUMBERS)}"
            listening = stack.enter_context(socket.socket(socket.AF_UNIX))
            listening.bind(f"\0{name}")
            listening.listen()
            heard = []

            def run():
                peer, _ = listening.accept()
                framer = StreamFramer(HOST_TYPES, 65536)
                with peer:
                    while data := peer.recv(4096):
                        for transfer in framer.feed(data):
                            heard.append(parse_message(transfer))
                            for each in answer(heard[-1]):
                                peer.sendall(each)

            thread = threading.Thread(target=run)
            thread.start()
            stack.callback(thread.join)
            channel = ProxyChannel("/dev/test-modem", name)
            stack.callback(channel.close)
            return channel, heard

        yield make


def test_the_first_message_names_the_device_and_how_long_it_may_take(proxy_of):
    channel, heard = proxy_of(lambda message: [done(message)])
    channel.connect(5.4)
    (message,) = heard
    assert (message.type, message.value) == (messages.MBIM_COMMAND_MSG, messages.COMMAND_SET)
    assert (message.service, message.cid) == (uuid_of(PROXY_CONTROL), 1)
    values = codec.decode(PROXY_CONTROL, 1, "set", message.buffer)
    assert (values["DevicePath"], values["Timeout"]) == ("/dev/test-modem", 5)


def test_what_is_not_its_answer_is_passed_over(proxy_of):
    def talking(message):
        other = Message(messages.MBIM_COMMAND_DONE, 77, 1, uuid_of(PROXY_CONTROL), 1).to_bytes()
        return [indication(3, radio_state()), other, done(message)]

    channel, _ = proxy_of(talking)
    channel.connect(5.0)


@pytest.mark.parametrize(
    "answer",
    [
        lambda message: [done(message, 2)],
        lambda message: [messages.function_error(message.transaction_id, "MBIM_ERROR_UNKNOWN")],
    ],
    ids=["status", "error"],
)
def test_a_device_that_the_proxy_cannot_open_may_come_later(proxy_of, answer):
    channel, _ = proxy_of(answer)
    with pytest.raises(DeviceGoneError) as caught:
        channel.connect(5.0)
    assert str(caught.value).endswith("by mbim-proxy: the proxy cannot open the device")


def test_a_silent_proxy_is_an_error_that_says_how_long_it_had(proxy_of):
    channel, _ = proxy_of(lambda _: [])
    with pytest.raises(DeviceError, match=r"the proxy does not answer within 0\.05 s"):
        channel.connect(0.05)


def test_without_a_proxy_the_error_says_what_to_do():
    with pytest.raises(DeviceGoneError) as caught:
        ProxyChannel("/dev/test-modem", f"wwanreplay-test-none-{os.getpid()}")
    assert "no mbim-proxy runs; start one" in str(caught.value)
    assert "or use mbim:/dev/test-modem" in str(caught.value)
    with pytest.raises(DeviceError, match="mbim-proxy cannot be reached: "):
        ProxyChannel("/dev/test-modem", "x" * 200)
