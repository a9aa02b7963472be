"""`wwanreplay serve --trace`: the recorded device for a live host, verdict and exit code."""

import json
import lzma
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from checkout import ROOT
from click.testing import CliRunner
from mbim_host import TIMEOUT_S, needs_mbimcli
from played_host import TO_HOST, command, opening

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.cli import root
from wwanreplay.devices.pace import Pace
from wwanreplay.devices.playback import Matching, Playback, Policy
from wwanreplay.errors import UsageError
from wwanreplay.mbim.function import Counter
from wwanreplay.mbim.header import look
from wwanreplay.replay.wire import has_wire
from wwanreplay.serve.loop import StopRequest
from wwanreplay.serve.played import Played, serve_recorded
from wwanreplay.serve.recorded import PlayedFunction, read_recorded
from wwanreplay.trace import TraceReader
from wwanreplay.verdict import Verdict

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
RECORDINGS = sorted((ROOT / "logs").glob("*.wwtrace.xz"))


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.name.split(".")[0])
def test_the_host_of_each_sample_finds_all_it_asks_for(path: Path) -> None:
    """Real hosts' messages, sent again as they were: every one is matched, none is left."""
    data = lzma.decompress(path.read_bytes())
    with TraceReader(data) as reader:
        events = list(reader.events())
    matching = Matching()
    found = read_recorded(events, matching, path.name)
    playback = Playback(found.exchanges, found.moments, matching, Pace(), found.begin_ns)
    sink = Counter()
    function = PlayedFunction(found, playback, Policy.FAIL, sink)
    sent: list[bytes] = []
    for event in events:
        if event.kind == Kind.KIND_WIRE and event.code == WireDirection.WIRE_HOST_TO_DEVICE:
            sent += function.host_transfer(event.payload, event.time_ns)
    sent += function.advance(events[-1].time_ns)
    assert playback.unmatched == []
    assert playback.unasked == []
    assert playback.matched == len(found.exchanges) > 0
    recorded = [e.payload for e in events if e.kind == Kind.KIND_WIRE and e.code == TO_HOST]
    # All that was answered and told: faults of the wire itself are the function's own.
    kinds = {look(data).type for data in recorded}
    assert {look(data).type for data in sent} == kinds
    assert sorted(sent) == sorted(recorded) or len(sent) <= len(recorded)


@contextmanager
def playing(trace: Path, **options: Any) -> Iterator[tuple[str, Callable[[], Played]]]:
    """Serve in a thread: the path of the pty, and what ends it and gives what came of it."""
    stop, ready = StopRequest(), threading.Event()
    at: list[str] = []
    ended: list[Any] = []

    def tell(path: str) -> None:
        at.append(path)
        ready.set()

    def run() -> None:
        try:
            ended.append(
                serve_recorded(
                    trace,
                    stop=stop,
                    on_ready=lambda path: (at.append(path), ready.set()),
                    **options,
                )
            )
        finally:
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait(TIMEOUT_S)

    def end() -> Played:
        stop.send()
        thread.join()
        return ended[0]

    try:
        yield at[0], end
    finally:
        stop.send()
        thread.join()


@pytest.fixture(scope="module")
def served_trace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("played") / "queries.wwtrace"
    path.write_bytes(lzma.decompress((ROOT / "logs" / "mbimcli-queries.wwtrace.xz").read_bytes()))
    return path


def talk(pty: str, *transfers: bytes) -> list[bytes]:
    """Send messages one after another, each when the one before is answered."""
    client = os.open(pty, os.O_RDWR | os.O_NOCTTY)
    answers = []
    try:
        for transfer in transfers:
            os.write(client, transfer)
            answers.append(os.read(client, 65536))
    finally:
        os.close(client)
    return answers


def test_a_host_that_asks_what_is_recorded_is_equal(served_trace: Path) -> None:
    with playing(served_trace, pace=Pace(None)) as (pty, end):
        answers = talk(pty, opening(), command(2, 1), command(3, 4))
        played = end()
    assert [look(each).transaction_id for each in answers] == [1, 2, 3]
    assert (played.verdict, played.requests, played.matched) == (Verdict.EQUAL, 2, 2)
    assert played.unasked > 0
    assert played.unasked_first[0].startswith("record ")


def test_a_host_that_asks_nothing_was_not_compared(served_trace: Path) -> None:
    with playing(served_trace) as (_, end):
        played = end()
    assert played.verdict is Verdict.NOTHING_COMPARED


def test_a_request_that_is_not_recorded_ends_the_modem(served_trace: Path) -> None:
    with playing(served_trace, pace=Pace(None)) as (pty, end):
        with suppress(OSError):  # the end is read as nothing, or as an error
            talk(pty, opening(), command(2, 19))
        played = end()
    assert (played.verdict, played.unmatched_count) == (Verdict.DIVERGED, 1)


def test_a_trace_without_messages_is_served_by_the_bridge(tmp_path: Path) -> None:
    trace = ROOT / "traces" / "demo.wwtrace"
    with TraceReader(trace) as reader:
        assert not has_wire(reader)
    with playing(trace, policy=Policy.ERROR, pace=Pace(None)) as (pty, end):
        answers = talk(pty, opening(), command(2, 1))
        played = end()
    assert look(answers[1]).transaction_id == 2
    assert played.requests == 1


def test_what_is_handed_over_needs_a_profile(tmp_path: Path, served_trace: Path) -> None:
    log = ROOT / "logs" / "mbimcli-fault-contexts.log"
    imported = tmp_path / "imported.wwtrace"
    done = CliRunner().invoke(root, ["import", "--no-infer", str(log), "-o", str(imported)])
    assert done.exit_code == 0, done.output
    with pytest.raises(UsageError, match="name one with --profile"):
        serve_recorded(imported, policy=Policy.EMULATE)
    with pytest.raises(UsageError, match="a profile is for requests that are handed over"):
        serve_recorded(served_trace, profile="lte-home")
    options = {"policy": Policy.EMULATE, "profile": "lte-home", "pace": Pace(None)}
    with playing(imported, **options) as (pty, end):
        answers = talk(pty, opening(), command(2, 4))
        played = end()
    assert look(answers[1]).value == 0
    assert played.unmatched_count == 1


@needs_mbimcli
def test_mbimcli_on_an_imported_log_of_mbimcli_finds_its_answers(tmp_path: Path) -> None:
    log = ROOT / "logs" / "mbimcli-queries.log.gz"
    imported = tmp_path / "imported.wwtrace"
    done = CliRunner().invoke(root, ["import", "--no-infer", str(log), "-o", str(imported)])
    assert done.exit_code == 0, done.output
    with playing(imported, pace=Pace(None)) as (pty, end):
        for option in ("--query-device-caps", "--query-home-provider", "--query-signal-state"):
            run = subprocess.run(["mbimcli", "-d", pty, option], capture_output=True, check=False)
            assert run.returncode == 0, run.stderr
        played = end()
    assert (played.verdict, played.matched) == (Verdict.EQUAL, 3)


# ------------------------------------------------------------------------------ the verb


@contextmanager
def serving(*options: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-m", "wwanreplay", "serve", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("cids", "options", "code", "verdict"),
    [
        ((1, 4), (), 0, "equal"),
        ((1, 19), ("--unmatched", "error"), 1, "diverged"),
        ((), (), 1, "nothing compared"),
        ((), ("--allow-empty",), 0, "nothing compared"),
        ((1,), ("--match", "command"), 0, "no fault"),
    ],
)
def test_the_exit_code_is_the_verdict(
    tmp_path: Path, served_trace: Path, cids, options, code, verdict
) -> None:
    record = tmp_path / "session.wwtrace"
    arguments = ["--pty", "--trace", str(served_trace), "--json", "--speed", "full", *options]
    with serving(*arguments, "--record", str(record)) as process:
        assert process.stdout is not None
        pty = json.loads(process.stdout.readline())["pty"]
        talk(pty, opening(), *(command(number, cid) for number, cid in enumerate(cids, 2)))
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=TIMEOUT_S)
    summary = json.loads(out)
    assert (process.returncode, summary["verdict"]) == (code, verdict)
    assert summary["requests"] == len(cids)
    assert err.count("unmatched") == (19 in cids)
    with TraceReader(record) as reader:
        events: list[Event] = list(reader.events())
        assert reader.header.comparison == "field"
    host = [e for e in events if e.code == WireDirection.WIRE_HOST_TO_DEVICE]
    assert len([e for e in host if e.kind == Kind.KIND_WIRE]) == len(cids) + 1
    assert len([e for e in events if e.kind == Kind.KIND_QUERY]) == len(cids)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--match", "command"], "--match is for the recorded device of --trace"),
        (["--speed", "2"], "--speed is for the recorded device of --trace"),
        (["--trace", "{trace}", "--fault", "f.toml"], "--fault is for an emulated device"),
        (["--trace", "{trace}", "--net", "wwan0"], "--net is for an emulated device"),
        (["--trace", "{trace}", "--speed", "step"], "--speed step is for replays"),
        (["--trace", "{trace}", "--speed", "0"], "--speed '0': no pace"),
        (["--trace", "{trace}", "--ignore", "Nothing"], "no request of"),
        (["--trace", "{trace}", "--profile", "lte-home"], "--unmatched emulate"),
    ],
)
def test_bad_options_are_one_line(served_trace: Path, options: list[str], reason: str) -> None:
    words = [option.format(trace=served_trace) for option in options]
    done = CliRunner().invoke(root, ["serve", "--pty", *words])
    assert done.exit_code == 2, done.output
    assert reason in done.output
    missing = CliRunner().invoke(root, ["serve", "--pty", "--trace", "/nowhere.wwtrace"])
    assert missing.exit_code == 3
