"""A recording that is scrubbed while it grows: whole, equal, and no more lost than it reports."""

from __future__ import annotations

import json
import signal
import struct
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from proxy_client import BASIC, ProxyClient
from running import running_verb

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.analysis.scrub import scrub_bytes
from wwanreplay.cli import root
from wwanreplay.devices.profile import load_profile
from wwanreplay.errors import PrivacyError, UsageError
from wwanreplay.mbim import messages
from wwanreplay.mbim.fragments import split
from wwanreplay.mbim.messages import Message
from wwanreplay.replay import replay
from wwanreplay.serve.pieces import PieceWriter
from wwanreplay.trace import TraceHeader, TraceReader

READY = 2


def scrub(trace: bytes) -> bytes:
    return scrub_bytes(trace, b"secret")[0]


def wire(time_ns: int, data: bytes, direction=WireDirection.WIRE_DEVICE_TO_HOST, cause=None):
    return Event(Kind.KIND_WIRE, time_ns, code=direction, payload=data, cause=cause)


def test_records_and_what_they_refer_to_stay_as_they_are(tmp_path):
    path = tmp_path / "t.wwtrace"
    writer = PieceWriter(path, TraceHeader(), scrub, 3600)
    for number in range(10):
        index = writer.write(
            Event(Kind.KIND_NOTE, number, payload=b"%d" % number, cause=number // 2)
        )
        assert index == number
        if number % 3 == 0:
            writer.flush()
    writer.close()
    with TraceReader(path) as reader:
        events = list(reader.events())
    assert [(e.index, e.payload, e.cause) for e in events] == [
        (number, b"%d" % number, number // 2) for number in range(10)
    ]


def test_a_piece_does_not_end_inside_a_message(tmp_path):
    kind = messages.MBIM_COMMAND_DONE
    parts = split(Message(kind, 1, 0, BASIC, READY, bytes(200)).to_bytes(), 100)
    writer = PieceWriter(tmp_path / "t.wwtrace", TraceHeader(), scrub, 0.2)
    writer.write(wire(0, parts[0]))
    time.sleep(0.21)
    assert writer.poll() == 0.05
    for part in parts[1:]:
        writer.write(wire(0, part))
    assert writer.poll() is None
    writer.close()


def test_what_a_piece_is_read_by_is_known_in_all(tmp_path):
    version = struct.pack("<HH", 0x100, 0x300)
    extensions = bytes.fromhex("3d01dcc5fef54d050d3abef7058e9aaf")
    ask = Message(messages.MBIM_COMMAND_MSG, 1, 0, extensions, 15, version).to_bytes()
    tell = Message(messages.MBIM_COMMAND_DONE, 1, 0, extensions, 15, version).to_bytes()
    seen = []

    def transform(trace: bytes) -> bytes:
        with TraceReader(trace) as reader:
            seen.append([event.payload for event in reader.events()])
        return trace

    writer = PieceWriter(tmp_path / "t.wwtrace", TraceHeader(), transform, 3600)
    writer.write(wire(0, ask, WireDirection.WIRE_HOST_TO_DEVICE))
    writer.write(wire(0, tell))
    writer.flush()
    writer.write(Event(Kind.KIND_NOTE, 1, payload=b"next"))
    writer.close()
    assert seen == [[], [ask, tell], [ask, tell, b"next"]]
    with TraceReader(tmp_path / "t.wwtrace") as reader:
        assert len(list(reader.events())) == 3


def test_a_transformation_that_loses_records_is_an_error(tmp_path):
    def transform(trace: bytes) -> bytes:
        with TraceReader(trace) as reader:
            assert reader.header is not None
        return PieceWriter._trace(empty, [])

    empty = PieceWriter(tmp_path / "e.wwtrace", TraceHeader(), lambda data: data, 1)
    writer = PieceWriter(tmp_path / "t.wwtrace", TraceHeader(), transform, 3600)
    writer.write(Event(Kind.KIND_NOTE, 1, payload=b"x"))
    with pytest.raises(PrivacyError):
        writer.flush()
    for each in (empty, writer):
        each.end_early()


@pytest.mark.long
def test_a_kill_loses_no_more_than_the_setting_and_the_rest_is_scrubbed(tmp_path):
    trace, address = tmp_path / "t.wwtrace", str(tmp_path / "proxy")
    options = ("--mbim-proxy", address, "--record", str(trace), "--scrub", "--scrub-every", "300ms")
    subscriber = load_profile("lte-home").mapping["subscriber_id"].encode("utf-16-le")
    with running_verb("serve", *options) as process:
        assert process.stdout is not None
        process.stdout.readline()
        client = ProxyClient(address)
        data = client.ask(READY)
        assert subscriber in data
        deadline = time.monotonic() + 20
        while not any(each.kind == Kind.KIND_WIRE for each in events_of(f"{trace}.part")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.kill()
    client.close()
    events = events_of(f"{trace}.part")
    assert any(each.kind in (Kind.KIND_SET, Kind.KIND_QUERY) for each in events)
    assert not any(subscriber in each.payload for each in events)
    assert subscriber not in Path(f"{trace}.part").read_bytes()


def events_of(path):
    with TraceReader(path) as reader:
        return list(reader.events())


@pytest.mark.long
def test_a_session_in_pieces_replays_equal(tmp_path):
    trace, address = tmp_path / "t.wwtrace", str(tmp_path / "proxy")
    options = ("--mbim-proxy", address, "--record", str(trace), "--scrub", "--json")
    with running_verb("serve", *options, "--scrub-every", "100ms") as process:
        assert process.stdout is not None
        process.stdout.readline()
        client = ProxyClient(address)
        for cid in (1, READY, 3, 9, 10, 11) * 3:
            client.ask(cid)
            time.sleep(0.03)
        client.close()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    result = replay(str(trace))
    assert result.equal, result.divergences
    assert result.digest == json.loads(out)["digest"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--record", "x", "--scrub-every", "1s"], "--scrub-every is for --scrub"),
        (["--record", "x", "--scrub", "--scrub-every", "0s"], "is no time"),
    ],
)
def test_wrong_usage_is_one_line(arguments, reason):
    result = CliRunner().invoke(root, ["serve", "--pty", *arguments])
    assert result.exit_code == 2
    assert reason in result.output


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ((), None),
        (("--scrub",), 30.0),
        (("--scrub", "--scrub-every", "5s"), 5.0),
        (("--scrub", "--scrub-every", "end"), None),
    ],
)
def test_what_a_kill_may_lose_of_a_scrubbed_recording_has_a_limit_unless_set_otherwise(
    monkeypatch, tmp_path, words, seconds
):
    given: dict[str, object] = {}

    def serve(profile: str, **options: object) -> None:
        given.update(options)
        raise UsageError("served")

    monkeypatch.setattr("wwanreplay.serve.modem.serve_modem", serve)
    CliRunner().invoke(root, ["serve", "--pty", "--record", str(tmp_path / "x"), *words])
    assert given["piece_seconds"] == seconds
    assert (given["transform"] is not None) == ("--scrub" in words)
