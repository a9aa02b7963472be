"""Tests of `wwanreplay serve`: a modem for mbimcli whose recording replays equal."""

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest
from checkout import ROOT
from click.testing import CliRunner
from groups import sampled
from mbim_host import TIMEOUT_S, needs_mbimcli
from running import running_verb

from wwanreplay._core import Kind
from wwanreplay.cli import root
from wwanreplay.devices.profile import load_profile
from wwanreplay.mbim import messages
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES
from wwanreplay.replay import replay
from wwanreplay.serve.control import Controlled
from wwanreplay.trace import TraceReader
from wwanreplay.trace.notes import NoteCode

BASIC = bytes.fromhex(SERVICES[BASIC_CONNECT].uuid.replace("-", ""))
DEMO = str(ROOT / "traces" / "demo.wwtrace")


def mbimcli(link: Path, *options: str) -> str:
    run = subprocess.run(
        ["mbimcli", "-d", str(link), *options],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    return run.stdout + run.stderr


@needs_mbimcli
def test_a_served_session_is_recorded_and_replays_equal(tmp_path: Path) -> None:
    link, trace = tmp_path / "modem", tmp_path / "served.wwtrace"
    begun_ns = time.monotonic_ns()
    with running_verb(
        "serve", "--pty", str(link), "--record", str(trace), "--seed", "3", "--json"
    ) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        part = f"{trace}.part"
        assert ready == {"pty": os.readlink(link), "link": str(link), "recording": part}
        deadline = time.monotonic() + TIMEOUT_S
        while "'attached'" not in mbimcli(link, "--query-packet-service-state"):
            assert time.monotonic() < deadline
            time.sleep(0.2)
        reported = mbimcli(link, "--connect=access-string=internet.example,ip-type=ipv4")
        assert "Activation state: 'activated'" in reported
        assert "Register state: 'home'" in mbimcli(link, "--query-registration-state")
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=TIMEOUT_S)
    assert (process.returncode, err) == (0, "")
    assert not os.path.lexists(link)
    summary = json.loads(out)
    # For as long as it was served, not since the power-up of the device, which is before.
    assert 0 < summary["duration_ns"] < time.monotonic_ns() - begun_ns
    with TraceReader(trace) as reader:
        events = list(reader)
        assert reader.header.interface == "mbim"
        assert (reader.header.profile_name, reader.header.seed) == ("lte-home", 3)
    assert len(events) == summary["records"]
    assert sum(event.kind == Kind.KIND_WIRE for event in events) == (
        summary["transfers"] + summary["messages"]
    )
    result = replay(str(trace))
    assert result.equal, result.divergences
    assert result.digest == summary["digest"]


@needs_mbimcli
def test_faults_reach_the_host_and_are_noted(tmp_path: Path) -> None:
    link, trace, plan = tmp_path / "modem", tmp_path / "t.wwtrace", tmp_path / "faults.toml"
    plan.write_text(
        '[[fault]]\nwhen = { code = "NDIS_STATUS_WWAN_RADIO_STATE" }\n'
        'alter = { "RadioState.SwRadioState" = "WwanRadioOff" }\n'
    )
    options = ["--pty", str(link), "--record", str(trace), "--fault", str(plan)]
    with running_verb("serve", *options) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert "Software radio state: 'off'" in mbimcli(link, "--query-radio-state")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 0
    assert "records; digest" in err
    with TraceReader(trace) as reader:
        assert any(event.kind == Kind.KIND_NOTE for event in reader)
    assert not replay(str(trace)).equal


@pytest.mark.long
def test_a_recorder_that_is_killed_has_written_what_was_due(tmp_path: Path) -> None:
    link, trace = tmp_path / "modem", tmp_path / "t.wwtrace"
    with running_verb("serve", "--pty", str(link), "--record", str(trace)) as process:
        assert process.stdout is not None
        process.stdout.readline()
        deadline = time.monotonic() + TIMEOUT_S
        part = Path(f"{trace}.part")
        size = part.stat().st_size
        while part.stat().st_size == size:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        process.kill()
    assert not trace.exists()
    with TraceReader(part) as reader:
        assert any(event.kind == Kind.KIND_INDICATION for event in reader)


EXTRA = [("--control",), ("--trace", DEMO)]


@pytest.mark.parametrize(
    "options", [(), *(pytest.param(each, marks=pytest.mark.long) for each in EXTRA)]
)
@pytest.mark.parametrize(
    "ending", sampled([signal.SIGINT, signal.SIGTERM, signal.SIGHUP], [signal.SIGTERM])
)
def test_each_signal_ends_the_server_in_order(
    tmp_path: Path, ending: signal.Signals, options: tuple[str, ...]
) -> None:
    link, trace = tmp_path / "modem", tmp_path / "t.wwtrace"
    with running_verb("serve", "--pty", str(link), "--record", str(trace), *options) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        first = process.stderr.readline()
        assert first == f"{trace}: until it is complete it is {trace}.part\n"
        assert link.is_symlink()
        process.send_signal(ending)
        _, error = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == ("--trace" in options)  # nothing was compared
    assert "records; digest" in error
    assert os.listdir(tmp_path) == ["t.wwtrace"]
    with TraceReader(trace) as reader:
        assert reader.footer is not None


@pytest.mark.parametrize("scrubbed", [(), ("--scrub", "--key", "secret")])
def test_a_second_recorder_on_a_path_is_refused(tmp_path: Path, scrubbed: tuple[str, ...]) -> None:
    trace = tmp_path / "t.wwtrace"
    with running_verb("serve", "--pty", "--record", str(trace), *scrubbed) as process:
        assert process.stdout is not None
        process.stdout.readline()
        for verb in (["record", "-o"], ["serve", "--pty", "--record"]):
            for options in ([], ["--force"], ["--force", "--scrub"]):
                result = CliRunner().invoke(root, [*verb, str(trace), *options])
                assert result.exit_code == 3
                assert f"{trace}.part: cannot be written: another recorder" in result.output
        assert os.listdir(tmp_path) == ["t.wwtrace.part"]
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 0
    assert replay(str(trace)).equal


@pytest.mark.long
@pytest.mark.parametrize("every", [(), ("--scrub-every", "end")])
def test_a_served_session_is_written_scrubbed(tmp_path: Path, every: tuple[str, ...]) -> None:
    trace = tmp_path / "served.wwtrace"
    options = ("--pty", "--record", str(trace), "--scrub", "--key", "secret", "--json", *every)
    with running_verb("serve", *options) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert (Path(f"{trace}.part").read_bytes() == b"") == bool(every)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=TIMEOUT_S)
    assert (process.returncode, err) == (0, "")
    subscriber = load_profile("lte-home").mapping["subscriber_id"]
    with TraceReader(trace) as reader:
        scrubbed = reader.header.profile_mapping["subscriber_id"]
    assert scrubbed.startswith(subscriber[:5])
    assert scrubbed != subscriber
    result = replay(str(trace))
    assert result.equal
    assert result.digest == json.loads(out)["digest"]


@pytest.mark.parametrize("scrubbed", [(), ("--scrub", "--key", "secret")])
def test_a_recording_with_undelivered_messages_replays_equal(
    tmp_path: Path, scrubbed: tuple[str, ...]
) -> None:
    trace = tmp_path / "t.wwtrace"
    with running_verb("serve", "--pty", "--record", str(trace), "--json", *scrubbed) as process:
        assert process.stdout is not None
        path = json.loads(process.stdout.readline())["pty"]
        client = os.open(path, os.O_RDWR | os.O_NOCTTY)
        os.write(client, Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes())
        for number in range(2, 200):
            os.write(client, Message(messages.MBIM_COMMAND_MSG, number, 0, BASIC, 1).to_bytes())
        os.write(client, b"\3\0\0\0")
        assert len(os.read(client, 10)) == 10
        os.close(client)
        time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=TIMEOUT_S)
    assert (process.returncode, err) == (0, "")
    summary = json.loads(out)
    assert summary["unread"] > 0
    with TraceReader(trace) as reader:
        events = list(reader)
    notes = [event for event in events if event.kind == Kind.KIND_NOTE]
    codes = [note.code for note in notes]
    assert codes.count(NoteCode.UNREAD) == summary["unread"]
    assert codes.count(NoteCode.UNDELIVERED) == summary["undelivered"]
    assert codes.count(NoteCode.TEXT) == 1
    unread = [note for note in notes if note.code == NoteCode.UNREAD]
    assert all(events[note.cause].kind == Kind.KIND_WIRE for note in unread)
    result = replay(str(trace))
    assert result.equal, result.divergences
    assert result.digest == summary["digest"]
    assert bool(result.notes) == bool(summary["undelivered"])


def test_what_is_scrubbed_at_the_end_is_lost_with_its_process_and_says_so(tmp_path: Path) -> None:
    trace = tmp_path / "t.wwtrace"
    options = ("--scrub", "--key", "secret", "--scrub-every", "end")
    with running_verb("serve", "--pty", "--record", str(trace), *options) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        expected = f"{trace}: scrubbed at the end; a kill before loses all\n"
        assert process.stderr.readline() == expected
        process.kill()
    assert Path(f"{trace}.part").read_bytes() == b""
    assert not trace.exists()


def test_a_removal_by_a_fault_pulls_the_modem_out(tmp_path: Path) -> None:
    link, faults, trace = tmp_path / "modem", tmp_path / "faults.toml", tmp_path / "t.wwtrace"
    when = '{ operation = "OID_WWAN_DEVICE_CAPS", kind = "indication" }'
    faults.write_text(f"[[fault]]\nwhen = {when}\nremoval = true\n")
    options = ["--pty", str(link), "--fault", str(faults), "--record", str(trace)]
    with running_verb("serve", *options, "--control", str(tmp_path / "control")) as process:
        assert process.stdout is not None
        process.stdout.readline()
        opening = Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes()
        query = Message(messages.MBIM_COMMAND_MSG, 2, 0, BASIC, 1).to_bytes()
        client = os.open(link, os.O_RDWR | os.O_NOCTTY)
        os.write(client, opening)
        assert len(os.read(client, 4096)) == 16
        os.write(client, query)
        with suppress(OSError):  # the other end is closed
            assert os.read(client, 4096) == b""
        os.close(client)
        assert not os.path.lexists(link)
        with Controlled(tmp_path / "control") as control:
            control.give("arrival", {})
        assert os.path.exists(link)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=TIMEOUT_S)
    assert (process.returncode, "Traceback" in err) == (0, False)
