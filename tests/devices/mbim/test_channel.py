"""Channels to a real modem: what is a device, how long a message may be, whole transfers."""

import errno
import os
import pty
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.devices.mbim.channel import (
    CONTROL_MESSAGE_MAX,
    STALLS_MAX,
    CharacterChannel,
    DeviceGoneError,
    StreamChannel,
    described_message_max,
    open_channel,
)
from wwanreplay.errors import DeviceError
from wwanreplay.formats.export_usb import CONFIGURATION_DESCRIPTOR
from wwanreplay.mbim import messages
from wwanreplay.mbim.messages import Message

MESSAGE = Message(messages.MBIM_OPEN_DONE, 7).to_bytes()


def test_the_longest_message_stands_in_the_descriptor_of_the_function():
    functional = bytes((12, 0x24, 0x1B, 0, 1)) + (1234).to_bytes(2, "little") + bytes(5)
    assert described_message_max(bytes((9, 4, 0, 0, 1, 2, 14, 0, 0)) + functional) == 1234


def test_an_exported_configuration_has_one():
    assert described_message_max(CONFIGURATION_DESCRIPTOR) == CONTROL_MESSAGE_MAX


@given(st.binary(max_size=80))
def test_any_descriptors_are_read(data):
    assert 0 <= described_message_max(data) <= 0xFFFF


def test_nothing_at_the_path_is_a_device_that_may_come():
    with pytest.raises(DeviceGoneError, match="/nowhere/cdc-wdm0: cannot be opened: No such file"):
        open_channel("/nowhere/cdc-wdm0")


def test_a_file_is_no_device(tmp_path):
    path = tmp_path / "file"
    path.write_text("text")
    with pytest.raises(DeviceError, match="is neither a character device, a pty nor a socket"):
        open_channel(str(path))


def test_a_character_device_without_the_ioctl_has_the_size_of_its_descriptor(tmp_path):
    node = tmp_path / "class/usbmisc/null"
    interface = tmp_path / "devices/1-1/1-1:1.0"
    node.mkdir(parents=True)
    interface.mkdir(parents=True)
    (node / "device").symlink_to(interface)
    size = (512).to_bytes(2, "little")
    (interface.parent / "descriptors").write_bytes(bytes((12, 0x24, 0x1B, 0, 1)) + size + bytes(5))
    channel = open_channel(os.devnull, sysfs=str(tmp_path))
    assert isinstance(channel, CharacterChannel)
    assert channel.control_message_max == 512
    channel.close()


def test_a_character_device_of_which_nothing_is_known_takes_the_usual_size(tmp_path):
    channel = open_channel(os.devnull, sysfs=str(tmp_path))
    assert channel.control_message_max == CONTROL_MESSAGE_MAX
    channel.close()


def test_a_pty_is_a_stream_and_raw():
    master, slave = pty.openpty()
    channel = open_channel(os.ttyname(slave))
    os.close(slave)
    assert isinstance(channel, StreamChannel)
    os.write(master, MESSAGE.replace(b"\x07", b"\x0d"))  # no carriage return becomes a newline
    assert read(channel) == [MESSAGE.replace(b"\x07", b"\x0d")]
    os.close(master)
    with pytest.raises(DeviceGoneError, match="the device is gone"):
        read(channel)
    channel.close()


def test_a_listening_socket_is_a_stream(tmp_path):
    path = str(tmp_path / "modem")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        channel = open_channel(path)
        peer, _ = listening.accept()
        with peer:
            channel.write(MESSAGE)
            assert peer.recv(4096) == MESSAGE
    with pytest.raises(DeviceGoneError, match="the other end was closed"):
        read(channel)
    channel.close()


def read(channel):
    while True:
        found = channel.read(0)
        if found:
            return found


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=6), st.data())
def test_a_stream_gives_the_messages_however_it_is_cut(buffers, data):
    sent = [
        Message(messages.MBIM_COMMAND_DONE, number, 0, bytes(16), 1, buffer).to_bytes()
        for number, buffer in enumerate(buffers, 1)
    ]
    rest, pieces, got = b"".join(sent), [], []
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        pieces.append(rest[:size])
        rest = rest[size:]
    ours, theirs = socket.socketpair()
    channel = StreamChannel(ours.detach(), "stream")
    for piece in pieces:
        theirs.send(piece)
        got += channel.read(0)
    theirs.close()
    channel.close()
    assert got == sent


def test_the_beginning_of_a_message_is_given_up_after_a_while():
    ours, theirs = socket.socketpair()
    channel = StreamChannel(ours.detach(), "stream")
    theirs.send(MESSAGE[:10])
    assert channel.read(5) == []
    assert channel.overdue(6) == b""
    assert channel.overdue(5 + 1_250_000_000) == MESSAGE[:10]
    theirs.close()
    channel.close()


@pytest.fixture
def character():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    channel = CharacterChannel(ours.detach(), os.devnull, 4096)
    yield channel, theirs
    theirs.close()
    channel.close()


def test_a_character_device_gives_one_message_with_each_read(character):
    channel, theirs = character
    theirs.send(MESSAGE)
    theirs.send(MESSAGE + MESSAGE)  # whatever it gives is one transfer
    assert channel.read(0) == [MESSAGE]
    assert channel.read(0) == [MESSAGE + MESSAGE]
    assert channel.read(0) == []


def failing(monkeypatch, number):
    def read(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("wwanreplay.devices.mbim.channel.os.read", read)


@pytest.mark.parametrize("number", [errno.ENODEV, errno.ESHUTDOWN])
def test_an_unplugged_device_is_gone(character, monkeypatch, number):
    failing(monkeypatch, number)
    with pytest.raises(DeviceGoneError, match="the device is gone"):
        character[0].read(0)


def test_a_stall_is_no_unplug_while_the_node_is_there(character, monkeypatch):
    failing(monkeypatch, errno.EPIPE)
    assert character[0].read(0) == []
    assert character[0].stalls == 1


def test_a_stall_of_a_device_whose_node_went_is_an_unplug(character, monkeypatch):
    channel = character[0]
    channel.name = "/dev/no-such-node"
    failing(monkeypatch, errno.EPIPE)
    with pytest.raises(DeviceGoneError):
        channel.read(0)


def test_a_device_that_only_stalls_is_gone_in_the_end(character, monkeypatch):
    failing(monkeypatch, errno.EPIPE)
    for _ in range(STALLS_MAX):
        assert character[0].read(0) == []
    with pytest.raises(DeviceGoneError):
        character[0].read(0)


def test_another_failure_is_an_error(character, monkeypatch):
    failing(monkeypatch, errno.EPERM)
    with pytest.raises(DeviceError, match="cannot be read"):
        character[0].read(0)


def test_what_somebody_else_has_read_is_taken_as_if_it_had_been_read_here(character):
    channel, _ = character
    assert channel.take(MESSAGE, 0) == [MESSAGE]
    assert channel.is_between_messages
    assert channel.take(b"", 0) == []
    channel.fail(OSError(errno.EPIPE, os.strerror(errno.EPIPE)))
    assert channel.stalls == 2
    assert not channel.is_between_messages
    with pytest.raises(DeviceGoneError, match="the device is gone"):
        channel.fail(OSError(errno.ENODEV, os.strerror(errno.ENODEV)))


def test_a_character_device_takes_a_message_at_once_or_not_at_all(character):
    with pytest.raises(DeviceError, match=f"took 3 of {len(MESSAGE)} bytes of a message"):
        character[0].write(MESSAGE, 3)


def test_what_somebody_else_has_read_of_a_stream_is_framed():
    ours, theirs = socket.socketpair()
    channel = StreamChannel(ours.detach(), "socket")
    assert channel.take(MESSAGE[:5], 0) == []
    assert not channel.is_between_messages
    theirs.send(MESSAGE[5:])
    assert channel.read(0) == [MESSAGE]
    assert channel.is_between_messages
    channel.write(MESSAGE, 4)
    assert theirs.recv(100) == MESSAGE[4:]
    for end in (lambda: channel.take(b"", 0), lambda: channel.fail(OSError(errno.EIO, "it broke"))):
        with pytest.raises(DeviceGoneError, match="the device is gone"):
            end()
    channel.close()
    theirs.close()


def test_a_device_that_is_gone_is_closed_though_the_kernel_complains(monkeypatch):
    for make in (lambda ours: CharacterChannel(ours, os.devnull, 4096), StreamChannel):
        ours, theirs = socket.socketpair()
        number = ours.detach()
        channel = make(number) if make is not StreamChannel else StreamChannel(number, "socket")
        close = os.close

        def complaining(descriptor, close=close):
            close(descriptor)
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))

        monkeypatch.setattr("wwanreplay.devices.mbim.channel.os.close", complaining)
        channel.close()
        channel.close()  # and once more is nothing
        monkeypatch.undo()
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(number)
        theirs.close()
