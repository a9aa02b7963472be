"""`wwanreplay serve --trace`: the recorded device for a live host, verdict and exit code."""

import lzma
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from checkout import ROOT
from click.testing import CliRunner
from mbim_host import TIMEOUT_S, needs_mbimcli
from played_host import TO_HOST, command, opening, queries_trace, talk

from wwanreplay._core import Kind, WireDirection
from wwanreplay.analysis.report import headline
from wwanreplay.cli import root
from wwanreplay.devices.pace import Pace
from wwanreplay.devices.playback import Matching, Playback, Policy
from wwanreplay.errors import UsageError
from wwanreplay.mbim.function import Counter
from wwanreplay.mbim.header import look
from wwanreplay.replay import replay
from wwanreplay.replay.wire import has_wire
from wwanreplay.serve.loop import StopRequest
from wwanreplay.serve.played import Played, serve_recorded
from wwanreplay.serve.recorded import PlayedFunction, read_recorded
from wwanreplay.trace import TraceReader
from wwanreplay.verdict import Verdict

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
    assert playback.unrequested == []
    assert playback.matched == len(found.exchanges) > 0
    recorded = [e.payload for e in events if e.kind == Kind.KIND_WIRE and e.code == TO_HOST]
    # All answers and events: faults of the wire itself are the function's own.
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
    return queries_trace(tmp_path_factory.mktemp("played"))


def test_a_host_that_asks_what_is_recorded_is_equal(served_trace: Path) -> None:
    with playing(served_trace, pace=Pace(None)) as (pty, end):
        answers = talk(pty, opening(), command(2, 1), command(3, 4))
        played = end()
    assert [look(each).transaction_id for each in answers] == [1, 2, 3]
    assert (played.verdict, played.requests, played.matched) == (Verdict.EQUAL, 2, 2)
    assert played.unasked > 0
    assert played.unasked_first[0].startswith("record ")


def test_the_recording_of_a_recorded_device_is_compared_with_no_emulated_one(
    served_trace: Path, tmp_path: Path
) -> None:
    out = tmp_path / "again.wwtrace"
    with playing(served_trace, pace=Pace(None), record=out) as (pty, end):
        talk(pty, opening(), command(2, 1), command(3, 4))
        end()
    result = replay(str(out))
    assert result.verdict is Verdict.NOTHING_COMPARED
    assert headline(result).startswith("nothing compared: the device was a recorded one")
    given = replay(str(out), profile="lte-home")
    assert given.counts["compared"] > 0
    assert replay(str(served_trace)).equal


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
