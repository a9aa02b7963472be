"""A tap before a modem: its hosts have what they would have, and the recording has all of it."""

from __future__ import annotations

import glob
import os
import socket
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from mbim_host import needs_mbimcli, served
from private_net import PROXY, needs_namespaces, needs_proxy, run_private
from proxy_client import BASIC, ProxyClient, query
from scripted_modem import ScriptedModem, done, silent
from tapped import tapped, wait_for

from wwanreplay._core import Kind, Lifecycle, WireDirection
from wwanreplay.analysis.infer import infer
from wwanreplay.analysis.scrub import scrub_bytes
from wwanreplay.cli import root
from wwanreplay.devices.listing import Modem
from wwanreplay.devices.profile import load_profile
from wwanreplay.mbim.header import look
from wwanreplay.protocol.kinds import REQUESTS
from wwanreplay.replay import replay
from wwanreplay.serve.clients import Clients
from wwanreplay.tap.loop import listener_text, wait_for_name
from wwanreplay.tap.recorder import QUIET_NS, Rotation
from wwanreplay.trace import TraceReader
from wwanreplay.trace.notes import NoteCode

TO_HOST, TO_DEVICE = WireDirection.WIRE_DEVICE_TO_HOST, WireDirection.WIRE_HOST_TO_DEVICE
CAPS, READY, RADIO, SIGNAL = 1, 2, 3, 11


def events_of(trace):
    with TraceReader(trace) as reader:
        return list(reader.events())


def wire(events, direction):
    return [e.payload for e in events if e.kind == Kind.KIND_WIRE and e.code == direction]


def notes(events):
    return [e.payload.decode() for e in events if e.kind == Kind.KIND_NOTE]


def test_what_hosts_and_modem_say_to_each_other_is_recorded_byte_for_byte(tmp_path):
    with served("lte-home") as modem:
        with tapped(modem.path, tmp_path) as tap:
            clients = [ProxyClient(tap.address, modem.path) for _ in range(3)]
            for client in clients:
                for cid in (CAPS, RADIO, SIGNAL):
                    assert look(client.ask(cid)).value == 0
            for client in clients:
                client.close()
        events = events_of(tap.trace)
        assert wire(events, TO_DEVICE) == modem.recording.wire(TO_DEVICE)
        assert wire(events, TO_HOST) == modem.recording.wire(TO_HOST)
    commands = [e for e in events if e.kind == Kind.KIND_WIRE and look(e.payload).type == 3]
    assert [(e.client, look(e.payload).cid) for e in commands] == [
        (client, cid) for client in (1, 2, 3) for cid in (CAPS, RADIO, SIGNAL)
    ]
    answers = {
        look(e.payload).transaction_id: e.client
        for e in events
        if e.kind == Kind.KIND_WIRE and e.code == TO_HOST
    }
    assert all(answers[look(e.payload).transaction_id] == e.client for e in commands)
    assert f"process {os.getpid()} of user {os.getuid()}" in notes(events)[0]


def test_the_recording_has_the_form_of_any_field_trace(tmp_path):
    with served("lte-home") as modem, tapped(modem.path, tmp_path) as tap:
        client = ProxyClient(tap.address, modem.path)
        for cid in (CAPS, RADIO, SIGNAL, 2, 9, 10):
            client.ask(cid)
        client.close()
    events = events_of(tap.trace)
    for event in events:
        if event.kind in REQUESTS:
            assert events[event.cause].payload == next(
                e.payload for e in events[event.cause : event.cause + 1]
            )
            assert events[event.cause].code == TO_DEVICE
    with TraceReader(tap.trace) as reader:
        assert reader.header.comparison == "field"
        assert reader.header.device["way"] == "tap"
        assert reader.cut_text == ""
    result = CliRunner().invoke(root, ["infer", tap.trace, "-o", str(tmp_path / "i.wwtrace")])
    assert "; no fault, " in result.output
    assert str(replay(tmp_path / "i.wwtrace").verdict) == "no fault"


def test_an_answer_whose_client_has_gone_is_marked(tmp_path):
    with served("lte-home") as modem, tapped(modem.path, tmp_path) as tap:
        one, other = (ProxyClient(tap.address, modem.path) for _ in range(2))
        one.send(query(one.take_id(), CAPS))
        one.close()
        for _ in range(20):
            other.ask(RADIO)
    events = events_of(tap.trace)
    marked = [e for e in events if e.kind == Kind.KIND_NOTE and e.code == NoteCode.UNREAD]
    (caps,) = [
        e
        for e in events
        if e.kind == Kind.KIND_WIRE and e.code == TO_HOST and look(e.payload)[5:7] == (BASIC, CAPS)
    ]
    assert [each.cause for each in marked] == [caps.index]


def test_a_modem_that_is_taken_away_and_comes_back(tmp_path):
    link = tmp_path / "modem"
    first = ExitStack()
    first.enter_context(served("lte-home", link))
    with tapped(str(link), tmp_path) as tap:
        client = ProxyClient(tap.address, str(link))
        client.ask(RADIO)
        first.close()
        with pytest.raises((EOFError, ConnectionError)):
            client.ask(RADIO)
        with pytest.raises((EOFError, ConnectionError)):
            ProxyClient(tap.address, str(link))  # as for a device that is not there
        with served("lte-home", link):
            wait_for(lambda: not tap.tap._line.is_away)
            again = ProxyClient(tap.address, str(link))
            again.ask(RADIO)
            again.close()
    events = events_of(tap.trace)
    lifecycle = [e.code for e in events if e.kind == Kind.KIND_LIFECYCLE]
    assert lifecycle[:2] == [Lifecycle.LIFECYCLE_SURPRISE_REMOVAL, Lifecycle.LIFECYCLE_ARRIVAL]
    opens = [data for data in wire(events, TO_DEVICE) if look(data).type == 1]
    assert len(opens) == 2


def test_commands_that_the_modem_had_when_it_went_are_marked_lost(tmp_path):
    modem = ScriptedModem(str(tmp_path / "modem"), silent)
    with tapped(modem.path, tmp_path) as tap:
        client = ProxyClient(tap.address, modem.path)
        client.send(query(client.take_id(), RADIO))
        wait_for(lambda: modem.commands)
        modem.close()
        with pytest.raises((EOFError, ConnectionError)):
            client.answer()
    events = events_of(tap.trace)
    assert any("1 commands are not answered" in each for each in notes(events))


def test_whoever_takes_nothing_for_a_while_gets_all_of_it_in_order(tmp_path):
    """Neither modem nor host reads: what does not fit waits, and is taken up where it ended."""
    waits, count = threading.Event(), 200

    def answer(message):
        assert waits.wait(20)
        return [done(message)]

    modem = ScriptedModem(str(tmp_path / "modem"), answer)
    with tapped(modem.path, tmp_path) as tap:
        client = ProxyClient(tap.address, modem.path)
        timer = threading.Timer(0.3, waits.set)
        timer.start()
        for number in range(count):
            client.send(query(1000 + number, CAPS, bytes(3900)))
        wait_for(lambda: len(modem.commands) == count)
        answers = [look(client.answer(1000 + number)) for number in range(count)]
        timer.join()
    modem.close()
    assert [each.transaction_id for each in answers] == list(range(1000, 1000 + count))
    numbers = [message.transaction_id for message in modem.commands]
    assert len(set(numbers)) == count
    events = events_of(tap.trace)
    for direction in (TO_DEVICE, TO_HOST):
        heads = [look(data) for data in wire(events, direction)]
        assert [each.transaction_id for each in heads if each.cid == CAPS] == numbers
    assert not any(e.code == NoteCode.UNREAD for e in events if e.kind == Kind.KIND_NOTE)


def test_another_modem_that_a_client_names_is_forwarded_and_not_recorded(tmp_path, monkeypatch):
    tapped_modem = ScriptedModem(str(tmp_path / "modem"))
    other = ScriptedModem(str(tmp_path / "other"))
    there = [Modem(each.path) for each in (tapped_modem, other)]
    monkeypatch.setattr("wwanreplay.tap.loop.list_modems", lambda: there)
    with tapped(tapped_modem.path, tmp_path) as tap:
        one = ProxyClient(tap.address, tapped_modem.path)
        another = ProxyClient(tap.address, other.path)
        assert look(one.ask(RADIO)).value == look(another.ask(SIGNAL)).value == 0
        another.close()
        again = ProxyClient(tap.address, other.path)
        assert look(again.ask(CAPS)).value == 0
        assert look(one.ask(RADIO)).value == 0
        again.close()
        one.close()
    for modem, cids in ((tapped_modem, [RADIO, RADIO]), (other, [SIGNAL, CAPS])):
        assert [each.cid for each in modem.commands] == cids
        modem.close()
    events = events_of(tap.trace)
    commands = [look(each) for each in wire(events, TO_DEVICE) if look(each).type == 3]
    assert [each.cid for each in commands] == [RADIO, RADIO]
    assert {each.client for each in events if each.client is not None} == {1}
    assert not any(f"client {each}" in text for text in notes(events) for each in (2, 3))


# ------------------------------------------------------------------------------ rotation


def test_each_file_of_a_rotated_recording_is_a_trace_of_its_own(tmp_path):
    rotation = Rotation(size_max=3000)
    with served("lte-home") as modem:
        with tapped(modem.path, tmp_path, rotation=rotation) as tap:
            client = ProxyClient(tap.address, modem.path)
            for _ in range(40):
                client.ask(SIGNAL)
            client.close()
        sent = modem.recording.wire(TO_DEVICE)
    files = sorted(glob.glob(f"{tmp_path}/tap.*.wwtrace"))
    assert len(files) > 3
    assert files[0].endswith("/tap.0001.wwtrace")
    found = []
    for number, file in enumerate(files):
        with TraceReader(file) as reader:
            assert reader.cut_text == ""
            if number:
                assert os.path.basename(files[number - 1]) in reader.header.notes[0]
        events = events_of(file)
        assert events[0].kind == Kind.KIND_CLOCK
        found += wire(events, TO_DEVICE)
        if number not in (0, len(files) // 2, len(files) - 1):
            continue
        out = tmp_path / "inferred.wwtrace"
        result = CliRunner().invoke(root, ["infer", file, "-o", str(out), "--force"])
        assert result.exit_code in (0, 1), result.output
        assert str(replay(out).verdict) in ("no fault", "nothing compared")
    assert found == sent


def test_the_fragments_of_a_message_are_in_one_file(tmp_path):
    modem = ScriptedModem(str(tmp_path / "modem"))
    with tapped(modem.path, tmp_path, rotation=Rotation(size_max=1000)) as tap:
        client = ProxyClient(tap.address)
        for _ in range(5):
            client.ask(RADIO, bytes(9000))
        client.close()
    modem.close()
    files = sorted(glob.glob(f"{tmp_path}/tap.*.wwtrace"))
    assert len(files) >= 5
    for file in files:
        for direction in (TO_DEVICE, TO_HOST):
            fragments = [look(data)[3:5] for data in wire(events_of(file), direction)]
            fragments = [each for each in fragments if (each[0] or 1) > 1]
            assert fragments == [(3, 0), (3, 1), (3, 2)] * (len(fragments) // 3)


def test_files_are_scrubbed_as_they_end_with_one_key(tmp_path):
    def scrub(trace):
        return scrub_bytes(trace, b"secret")[0]

    subscriber = load_profile("lte-home").mapping["subscriber_id"].encode("utf-16-le")
    rotation = Rotation(size_max=1000)
    with (
        served("lte-home") as modem,
        tapped(modem.path, tmp_path, rotation=rotation, transform=scrub) as tap,
    ):
        client = ProxyClient(tap.address, modem.path)
        for _ in range(6):
            assert subscriber in client.ask(READY)
        client.close()
    files = sorted(glob.glob(f"{tmp_path}/tap.*.wwtrace"))
    assert len(files) >= 3
    images = set()
    for file in files:
        assert subscriber not in Path(file).read_bytes()
        for data in wire(events_of(file), TO_HOST):
            if look(data).cid == READY and look(data).service == BASIC:
                images.add(data[12:])
    assert len(images) == 1


@pytest.mark.long
def test_what_waits_to_be_recorded_is_bounded_however_busy_the_hosts_are(tmp_path, monkeypatch):
    monkeypatch.setattr("wwanreplay.tap.recorder.BACKLOG_MAX", 60)
    monkeypatch.setattr("wwanreplay.tap.loop.NOTES_MAX", 40)
    modem = ScriptedModem(str(tmp_path / "modem"))
    with tapped(modem.path, tmp_path) as tap:
        clients = [ProxyClient(tap.address) for _ in range(4)]
        most = 0
        for _ in range(30):
            for client in clients:
                for _ in range(10):
                    client.send(query(client.take_id(), RADIO))
            for client in clients:
                client.answer()
                most = max(most, tap.tap.recorder.waiting)
        for client in clients:
            client.close()
    modem.close()
    assert most <= 60 + 40 * 5 // 4 + 2 * 4 * 10  # and what one wait brings at most
    answers = [e for e in wire(events_of(tap.trace), TO_HOST) if look(e).service == BASIC]
    assert len(answers) == len(modem.commands) == 30 * 4 * 10


@given(
    st.integers(1, 1000),
    st.integers(1, 10**12),
    st.integers(0, 3000),
    st.integers(0, 10**13),
)
def test_a_file_ends_when_it_is_due_and_waits_for_answers_no_longer_than_the_limit(
    size_max, age_max_ns, size, age_ns
):
    rotation = Rotation(size_max, age_max_ns)
    is_due = rotation.is_due(size, age_ns, is_quiet=True)
    assert is_due == (size >= size_max or age_ns >= age_max_ns)
    if rotation.is_due(size, age_ns, is_quiet=False):
        assert is_due
        assert size >= size_max * 3 // 2 or age_ns >= age_max_ns + QUIET_NS
    assert not Rotation().is_due(size, age_ns, is_quiet=True)


# ------------------------------------------------------------------------------ the name


def test_a_name_that_another_has_is_waited_for(tmp_path):
    address = str(tmp_path / "proxy")
    first = Clients(address)
    reported, found = [], []

    def wait():
        found.append(wait_for_name(address, lambda: False, reported.append))

    thread = threading.Thread(target=wait)
    thread.start()
    wait_for(lambda: reported)
    assert f"(process {os.getpid()})" in reported[0]
    first.close()
    thread.join(20)
    found[0].close()
    assert wait_for_name(address, lambda: True, reported.append) is None
    assert listener_text(address) == "another program"


@pytest.mark.long
@needs_mbimcli
@needs_proxy
@needs_namespaces
def test_it_takes_over_from_the_systems_proxy_and_mbimcli_goes_through_it(tmp_path):
    script = Path(__file__).with_name("tap_session.py")
    output = run_private(script, str(PROXY), tmp_path, timeout_s=90)
    assert "mbim-proxy (process" in output
    assert "Device type: 'embedded'" in output
    assert "Successfully connected" in output
    events = events_of(tmp_path / "tap.wwtrace")
    assert any("mbimcli, process" in each for each in notes(events))
    assert infer(tmp_path / "tap.wwtrace").unexplained == ()


# ------------------------------------------------------------------------------ the command line


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--tap", "/dev/null"], "-o FILE is needed"),
        (["--tap", "/dev/null", "-o", "x", "--script", "demo"], "--script is not for --tap"),
        (["emulated:lte-home", "--tap", "/dev/null", "-o", "x"], "DEVICE is not for --tap"),
        (["--rotate-size", "1M", "-o", "x"], "--rotate-size is for --tap"),
        (["--socket", "@x", "-o", "x"], "--socket is for --tap"),
        (["--tap", "/dev/null", "-o", "x", "--scrub"], "needs --rotate-size"),
        (["--tap", "/dev/null", "-o", "x", "--rotate-age", "soon"], "--rotate-age"),
        (["--tap", "/dev/null", "-o", "-"], "to a file"),
        (["--tap", "/dev/null", "-o", "x", "--key", "k"], "a key is for --scrub"),
    ],
)
def test_wrong_usage_is_one_line(arguments, reason, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(root, ["record", *arguments])
    assert result.exit_code == 2, result.output
    assert reason in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "reason"),
    [("none", "none: cannot be opened"), ("/dev/null", "/dev/null: is no modem")],
)
def test_what_is_no_modem_is_one_line_and_leaves_nothing(tmp_path, path, reason):
    out, address = str(tmp_path / "x.wwtrace"), str(tmp_path / "s")
    arguments = ["record", "--tap", str(tmp_path / path), "-o", out, "--socket", address]
    result = CliRunner().invoke(root, arguments)
    assert result.exit_code == 3, result.output
    assert reason in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_client_of_another_user_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("wwanreplay.serve.clients.credentials_of", lambda _connection: (5, 4321))
    clients = Clients(str(tmp_path / "s"))
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    peer.connect(clients.address)
    (refused,) = clients.poll(5, 0)
    assert "of user 4321 is refused" in refused.reason
    assert peer.recv(1) == b""
    peer.close()
    clients.close()
