"""The control socket: who may open it, what comes back, and what the recording has of it."""

import os
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mbim_host import TIMEOUT_S, Served, idle_function, served

from wwanreplay._core import Kind, Lifecycle, WireDirection
from wwanreplay.cli import root
from wwanreplay.errors import DeviceError, UsageError
from wwanreplay.mbim import messages
from wwanreplay.mbim.messages import Message, parse_header
from wwanreplay.protocol import PROTOCOL
from wwanreplay.serve.control import Controlled, control_socket
from wwanreplay.serve.listening import PathListener
from wwanreplay.serve.loop import Loop
from wwanreplay.serve.transports.pty import PtyTransport

OPEN = Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes()


@pytest.fixture
def modem(tmp_path: Path) -> Iterator[tuple[Served, Path]]:
    path = tmp_path / "control"
    with served(link=tmp_path / "modem") as server, control_socket(path, server.server, 2):
        yield server, path


def test_what_the_device_says_at_once_is_the_answer_and_recorded(modem) -> None:
    server, path = modem
    with Controlled(path) as control:
        time_ns, outputs = control.give("coverage-lost", {})
    codes = [event.code for event in outputs]
    assert PROTOCOL.indication("NDIS_STATUS_WWAN_REGISTER_STATE").number in codes
    (stimulus,) = [
        event
        for event in server.recording.events
        if event.code == PROTOCOL.stimulus("coverage").number and event.kind == Kind.KIND_STIMULUS
    ]
    assert stimulus.time_ns == time_ns
    assert [server.recording.events[event.index].payload for event in outputs] == [
        event.payload for event in outputs
    ]


@pytest.mark.long
def test_what_the_device_says_later_is_waited_for(modem) -> None:
    _, path = modem
    with Controlled(path) as control:
        control.give("sim-removed", {})
        _, outputs = control.give("sim-inserted", {}, wait_ns=3 * 10**9)
    ready = PROTOCOL.indication("NDIS_STATUS_WWAN_READY_INFO").number
    assert ready in [event.code for event in outputs]


def test_a_mistake_is_answered_and_the_connection_goes_on(modem) -> None:
    server, path = modem
    count = len(server.recording.events)
    with Controlled(path) as control:
        with pytest.raises(UsageError, match="near: signal"):
            control.give("signl", {})
        assert len(server.recording.events) == count
        control.give("signal", {"Rssi": "9"})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.binary(max_size=80))
def test_any_line_is_answered_and_the_modem_is_served_on(modem, line: bytes) -> None:
    server, path = modem
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(TIMEOUT_S)
        client.connect(os.fspath(path))
        client.sendall(line.replace(b"\n", b" ") + b"\n")
        assert b"error" in client.makefile("rb").readline()
    assert server.server.transport.address


def test_the_socket_is_for_its_owner_and_goes_with_the_server(tmp_path: Path) -> None:
    path = tmp_path / "control"
    with Loop(idle_function(), PtyTransport()) as loop, control_socket(path, loop, 2):
        mode = path.stat().st_mode
        assert stat.S_ISSOCK(mode)
        assert stat.S_IMODE(mode) == 0o600
    assert os.listdir(tmp_path) == []
    with pytest.raises(DeviceError, match="no modem is served there"):
        Controlled(path)


def test_a_stale_socket_is_replaced_and_all_else_is_not(tmp_path: Path) -> None:
    path = tmp_path / "control"
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(os.fspath(path))
    stale.close()
    with Loop(idle_function(), PtyTransport()) as loop:
        with control_socket(path, loop, 2):
            with pytest.raises(UsageError, match="served there already"):
                control_socket(path, loop, 2).__enter__()
            assert stat.S_ISSOCK(path.stat().st_mode)
        for other in (lambda: path.write_text("mine"), path.mkdir, lambda: path.symlink_to("/")):
            other()
            with pytest.raises(UsageError, match="is not a socket; it is not replaced"):
                control_socket(path, loop, 2).__enter__()
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    assert os.listdir(tmp_path) == []


def test_a_socket_that_is_somebody_elses_by_now_stays(tmp_path: Path) -> None:
    path = tmp_path / "control"
    with Loop(idle_function(), PtyTransport()) as loop:
        with control_socket(path, loop, 2):
            path.unlink()
            path.write_text("theirs")
        assert path.read_text() == "theirs"


def test_a_loop_that_has_ended_says_so(tmp_path: Path) -> None:
    path = tmp_path / "control"
    with Loop(idle_function(), PtyTransport()) as loop, control_socket(path, loop, 2):
        thread = threading.Thread(target=loop.run)
        thread.start()
        with Controlled(path) as control:
            control.give("signal", {})
            loop.stop()
            thread.join()
            loop.close()
            with pytest.raises(DeviceError, match="no longer served"):
                control.give("signal", {})


def test_a_number_that_no_integer_holds_is_answered_as_any_mistake(modem) -> None:
    _, path = modem
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(TIMEOUT_S)
        client.connect(os.fspath(path))
        client.sendall(b'{"name": "signal", "wait_ns": 1e999}\n')
        assert b"a request is a line of JSON" in client.recv(4096)


def test_who_does_not_answer_is_not_waited_for_without_end(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("wwanreplay.serve.control.ANSWER_TIMEOUT_S", 0.05)
    path = tmp_path / "control"
    place = PathListener(path, backlog=1)
    with (
        Controlled(path) as control,
        pytest.raises(DeviceError, match=r"control: no answer within 0\.06 s$"),
    ):
        control.give("signal", {}, wait_ns=10**7)
    place.close()


# ------------------------------------------------------------------------------ unplugging


def test_a_modem_that_is_pulled_out_ends_its_client_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "control"
    with served(link=tmp_path / "modem") as server, control_socket(path, server.server, 2):
        first = server.opened()
        os.write(first, OPEN)
        assert parse_header(os.read(first, 16)).type == messages.MBIM_OPEN_DONE
        with Controlled(path) as control:
            control.give("surprise_removal", {})
            assert os.read(first, 1) == b""
            assert not os.path.lexists(tmp_path / "modem")
            control.give("surprise-removal", {})
            control.give("arrival", {})
            control.give("arrival", {})
        os.close(first)
        second = server.opened()
        # The function is closed: a command is refused until somebody opens it anew.
        os.write(second, Message(messages.MBIM_CLOSE_MSG, 2).to_bytes())
        assert parse_header(os.read(second, 16)).type == messages.MBIM_FUNCTION_ERROR_MSG
        os.write(second, OPEN)
        assert parse_header(os.read(second, 16)).type == messages.MBIM_OPEN_DONE
        os.close(second)
    lifecycles = [e.code for e in server.recording.events if e.kind == Kind.KIND_LIFECYCLE]
    removal, arrival = Lifecycle.LIFECYCLE_SURPRISE_REMOVAL, Lifecycle.LIFECYCLE_ARRIVAL
    assert lifecycles == [removal, removal, arrival, arrival]


def test_what_waits_for_an_answer_when_it_is_pulled_out_gets_none(modem) -> None:
    server, path = modem
    client = server.opened()
    os.write(client, OPEN)
    os.read(client, 16)
    basic = bytes.fromhex("a289cc33bcbb8b4fb6b0133ec2aae6df")
    with Controlled(path) as control:
        control.give("latency", {"Count": "4294967295", "DelayNs": "30s"})
        os.write(client, Message(messages.MBIM_COMMAND_MSG, 2, 0, basic, 5).to_bytes())
        while not any(e.kind == Kind.KIND_QUERY for e in list(server.recording.events)):
            pass
        control.give("surprise_removal", {})
        assert os.read(client, 1) == b""
    os.close(client)
    sent = server.recording.wire(WireDirection.WIRE_DEVICE_TO_HOST)
    assert [parse_header(data).type for data in sent] == [messages.MBIM_OPEN_DONE]


def test_a_pty_without_a_link_needs_a_name_for_the_socket() -> None:
    done = CliRunner().invoke(root, ["serve", "--pty", "--control"])
    assert done.exit_code == 2
    assert "name a SOCKET, or a LINK" in done.output
