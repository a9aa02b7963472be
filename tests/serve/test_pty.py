"""Tests of the pty server with clients of our own: life, symlink, hostile bytes."""

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from mbim_host import TIMEOUT_S, Served, idle_function, served

from wwanreplay._core import WireDirection
from wwanreplay.errors import UsageError
from wwanreplay.mbim import messages
from wwanreplay.mbim.fragments import StreamFramer, split
from wwanreplay.mbim.messages import ERRORS, Message, parse_message
from wwanreplay.mbim.rows.framing import MessageType
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES
from wwanreplay.serve.loop import Loop, serve
from wwanreplay.serve.transports.pty import PtyTransport

OPEN = Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes()
CLOSE = Message(messages.MBIM_CLOSE_MSG, 9).to_bytes()
BASIC = bytes.fromhex(SERVICES[BASIC_CONNECT].uuid.replace("-", ""))
RADIO = Message(messages.MBIM_COMMAND_MSG, 2, 0, BASIC, 3).to_bytes()


class Client:
    """A client that writes and reads whole messages."""

    def __init__(self, server: Served) -> None:
        self.descriptor = server.opened()
        self.framer = StreamFramer(frozenset(MessageType), 65536)
        self.received: list[Message] = []

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.descriptor)

    def send(self, data: bytes) -> None:
        os.write(self.descriptor, data)

    def receive(self) -> Message:
        """Return the next message that is no indication."""
        deadline = time.monotonic() + TIMEOUT_S
        while True:
            while self.received:
                message = self.received.pop(0)
                if message.type != messages.MBIM_INDICATE_STATUS_MSG:
                    return message
            left = deadline - time.monotonic()
            assert left > 0, "no answer"
            if select.select([self.descriptor], [], [], left)[0]:
                transfers = self.framer.feed(os.read(self.descriptor, 65536))
                self.received += [parse_message(data) for data in transfers]

    def ask(self, data: bytes) -> Message:
        self.send(data)
        return self.receive()


def test_two_clients_in_turn_find_the_same_function(tmp_path: Path) -> None:
    with served(link=tmp_path / "modem") as server:
        for _ in range(2):
            with Client(server) as client:
                assert client.ask(OPEN).type == messages.MBIM_OPEN_DONE
                assert client.ask(RADIO).buffer == b"\1\0\0\0\1\0\0\0"
                assert client.ask(CLOSE).type == messages.MBIM_CLOSE_DONE


def test_what_a_client_did_not_read_is_not_for_the_next() -> None:
    with served() as server:
        first = Client(server)
        first.ask(OPEN)
        first.send(RADIO)
        wait_for(lambda: len(server.recording.wire(WireDirection.WIRE_DEVICE_TO_HOST)) >= 2)
        os.close(first.descriptor)
        wait_for(lambda: not server.transport.has_client)
        with Client(server) as second:
            assert second.ask(OPEN).type == messages.MBIM_OPEN_DONE


def wait_for(condition: object) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "did not happen"
        time.sleep(0.005)


@pytest.mark.parametrize("piece", [1, 7, 16, 61])
def test_messages_in_pieces_and_joined_are_the_same(piece: int) -> None:
    stream = OPEN + RADIO + CLOSE
    with served() as server, Client(server) as client:
        for at in range(0, len(stream), piece):
            client.send(stream[at : at + piece])
        kinds = [client.receive().type for _ in range(2)]
        assert kinds[0] == messages.MBIM_OPEN_DONE
        assert kinds[1] in (messages.MBIM_CLOSE_DONE, messages.MBIM_COMMAND_DONE)


def test_junk_is_answered_and_the_function_goes_on() -> None:
    with served() as server, Client(server) as client:
        client.ask(OPEN)
        error = client.ask(b"AT+CGMI\r\n" + b"\xff" * 40)
        assert error.type == messages.MBIM_FUNCTION_ERROR_MSG
        assert error.value == ERRORS["MBIM_ERROR_UNKNOWN"]
        too_long = b"\3\0\0\0\xff\xff\xff\x7f\5\0\0\0"
        assert client.ask(too_long).type == messages.MBIM_FUNCTION_ERROR_MSG
        done = client.ask(RADIO)
        while done.type == messages.MBIM_FUNCTION_ERROR_MSG:
            done = client.receive()
        assert done.type == messages.MBIM_COMMAND_DONE


def test_a_message_that_never_ends_is_given_up() -> None:
    with served() as server, Client(server) as client:
        client.ask(OPEN)
        error = client.ask(RADIO[:30])
        assert (error.transaction_id, error.value) == (2, ERRORS["MBIM_ERROR_LENGTH_MISMATCH"])
        assert client.ask(RADIO).type == messages.MBIM_COMMAND_DONE


def test_fragments_of_a_host_are_joined_and_a_missing_one_is_an_error() -> None:
    activation = Message(messages.MBIM_COMMAND_MSG, 3, 1, BASIC, 14, bytes(300)).to_bytes()
    with served() as server, Client(server) as client:
        client.ask(OPEN)
        parts = split(activation, 64)
        for part in parts:
            client.send(part)
        assert client.receive().type == messages.MBIM_COMMAND_DONE
        client.send(parts[0])
        error = client.ask(parts[2])
        assert error.value == ERRORS["MBIM_ERROR_FRAGMENT_OUT_OF_SEQUENCE"]


def test_long_answers_are_cut_to_what_the_host_takes() -> None:
    query = Message(messages.MBIM_COMMAND_MSG, 2, 0, BASIC, 1).to_bytes()
    with served() as server:
        descriptor = server.opened()
        os.write(descriptor, Message(messages.MBIM_OPEN_MSG, 1, 64).to_bytes() + query)
        wait_for(lambda: len(server.recording.wire(WireDirection.WIRE_DEVICE_TO_HOST)) >= 4)
        os.close(descriptor)
        sent = server.recording.wire(WireDirection.WIRE_DEVICE_TO_HOST)[1:]
        assert [len(part) for part in sent[:-1]] == [64] * (len(sent) - 1)
        assert len(sent[-1]) <= 64


# ------------------------------------------------------------------------------ life


def test_the_symlink_lives_with_the_server(tmp_path: Path) -> None:
    link = tmp_path / "modem"
    with Loop(idle_function(), PtyTransport(link)) as server:
        assert os.readlink(link) == server.transport.address
    assert not os.path.lexists(link)


def test_an_existing_symlink_is_replaced_and_another_file_is_not(tmp_path: Path) -> None:
    link = tmp_path / "modem"
    link.symlink_to("/nowhere")
    with Loop(idle_function(), PtyTransport(link)) as server:
        assert os.readlink(link) == server.transport.address
    link.write_text("mine")
    with pytest.raises(UsageError, match="is not a symlink"):
        Loop(idle_function(), PtyTransport(link))
    assert link.read_text() == "mine"
    with pytest.raises(UsageError, match="does not exist"):
        Loop(idle_function(), PtyTransport(tmp_path / "no" / "modem"))


def test_a_symlink_that_is_somebody_elses_by_now_stays(tmp_path: Path) -> None:
    link = tmp_path / "modem"
    with Loop(idle_function(), PtyTransport(link)):
        link.unlink()
        link.symlink_to("/elsewhere")
    assert os.readlink(link) == "/elsewhere"


SERVE = """
from mbim_host import idle_function
from wwanreplay.serve.loop import serve
from wwanreplay.serve.transports.pty import PtyTransport
serve(idle_function(), lambda: PtyTransport({link!r}), on_ready=lambda at: print(at, flush=True))
print("ended")
"""


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_the_server_cleanly(tmp_path: Path, signal_number: int) -> None:
    link = tmp_path / "modem"
    script = SERVE.format(link=str(link))
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == os.readlink(link)
        process.send_signal(signal_number)
        out, err = process.communicate(timeout=TIMEOUT_S)
    assert (process.returncode, out.strip(), err) == (0, "ended", "")
    assert not os.path.lexists(link)


def test_a_signal_as_soon_as_the_link_is_there_ends_the_server_cleanly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "modem"
    make_link = Path.symlink_to

    def linked(path: Path, target: str) -> None:
        make_link(path, target)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(Path, "symlink_to", linked)
    before = signal.getsignal(signal.SIGTERM)
    seen: list[str] = []
    assert serve(idle_function(), lambda: PtyTransport(link), on_ready=seen.append) == 0
    assert signal.getsignal(signal.SIGTERM) == before
    assert len(seen) == 1
    assert not os.path.lexists(link)


@pytest.mark.parametrize(("answer", "wait_s"), [(None, 1.0), (0.25, 0.25), (7.0, 1.0), (-1.0, 0.0)])
def test_the_server_wakes_when_its_recorder_is_due(answer: float | None, wait_s: float) -> None:
    """What `on_tick` asks for bounds the sleep, so that a record is not older than promised."""

    def tick() -> float | None:
        server.stop()
        return answer

    with Loop(idle_function(), PtyTransport(), on_tick=tick) as server:
        assert server._wait_s() == 1.0
        server.run()
        assert server._wait_s() == wait_s
