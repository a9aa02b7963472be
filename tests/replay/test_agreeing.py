"""What the engine's loop passes, the search would have passed: whole reports are the same."""

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer import infer
from wwanreplay.analysis.report import result_json
from wwanreplay.errors import WwanReplayError
from wwanreplay.formats.importer import import_logs
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS
from wwanreplay.replay import replay
from wwanreplay.replay.agreeing import Agreeing
from wwanreplay.replay.hypothesis import Hypothesis
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

FOLDER = Path(__file__).parents[2] / "logs"
LOGS = [
    "mbimcli-connect.log.gz",
    "mbimcli-connect-short.log.gz",
    "mbimcli-fault-contexts.log",
    "mbimcli-fault-late.log",
    "mbimcli-pin.log.gz",
    "mbimcli-services.log.gz",
    "modem-manager-fault-context.log.xz",
    "modem-manager-roaming.log.xz",
]
EQUAL_LOG = "mbimcli-connect-short.log.gz"
SECOND_NS = 10**9


@cache
def read(log: str) -> tuple[TraceHeader, list[Event]]:
    """Header and events of the trace that a log gives, with what is inferred."""
    with TemporaryDirectory() as folder:
        trace = Path(folder) / "log.wwtrace"
        import_logs([FOLDER / log], trace)
        made = io.BytesIO()
        infer(trace).write(made)
    with TraceReader(made.getvalue()) as reader:
        return reader.header, list(reader.events())


def written(header: TraceHeader, events: list[Event]) -> bytes:
    file = io.BytesIO()
    with TraceWriter(file, header) as writer:
        for event in events:
            writer.write(event.replace(cause=None))
    return file.getvalue()


def without(event: Event, random: Random) -> list[Event]:
    return []


def twice(event: Event, random: Random) -> list[Event]:
    return [event, event]


def with_other_bytes(event: Event, random: Random) -> list[Event]:
    if not event.payload:
        return [event]
    payload = bytearray(event.payload)
    payload[random.randrange(len(payload))] ^= 1 << random.randrange(8)
    return [event.replace(payload=bytes(payload))]


def moved(event: Event, random: Random) -> list[Event]:
    by_ns = random.choice((-20, -1, 1, 20)) * SECOND_NS
    return [event.replace(time_ns=max(event.time_ns + by_ns, 0))]


def of_another_transaction(event: Event, random: Random) -> list[Event]:
    return [event.replace(request_id=random.choice((0, event.request_id + 1, 7)))]


def refused(event: Event, random: Random) -> list[Event]:
    if event.kind != Kind.KIND_COMPLETION:
        return [event]
    return [event.replace(flags=0) if random.random() < 0.5 else event.replace(request_id=0)]


DAMAGES: list[Callable[[Event, Random], list[Event]]] = [
    without,
    twice,
    with_other_bytes,
    moved,
    of_another_transaction,
    refused,
]


def damaged(events: list[Event], random: Random) -> list[Event]:
    """The events with a few of those that are driven or compared damaged."""
    places = [at for at, event in enumerate(events) if event.kind in INPUTS | OUTPUTS]
    chosen = set(random.sample(places, min(random.choice((1, 3, 8)), len(places))))
    made = []
    for at, event in enumerate(events):
        made += random.choice(DAMAGES)(event, random) if at in chosen else [event]
    return made


def report(trace: bytes, **part: Any) -> dict[str, Any] | str:
    try:
        found = result_json(replay(trace, **part))
    except WwanReplayError as error:
        return f"{type(error).__name__}: {error}"
    found.pop("elapsed_s", None)
    return {key: value for key, value in found.items() if "per_second" not in key}


def by_the_search(trace: bytes, monkeypatch: pytest.MonkeyPatch, **part: Any) -> Any:
    """The report when each record is gone over by the search."""
    with monkeypatch.context() as patched:
        patched.setattr(Agreeing, "pass_over", lambda self, hypothesis, position: position)
        return report(trace, **part)


@pytest.fixture
def passed_counts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many records each call of the loop passes."""
    counts: list[int] = []
    kept = Agreeing.pass_over

    def counted(self: Agreeing, hypothesis: Hypothesis, position: int) -> int:
        reached = kept(self, hypothesis, position)
        counts.append(reached - position)
        return reached

    monkeypatch.setattr(Agreeing, "pass_over", counted)
    return counts


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.partition(".")[0])
def test_a_log_has_the_report_that_the_search_gives(log, monkeypatch, passed_counts):
    trace = written(*read(log))
    assert report(trace) == by_the_search(trace, monkeypatch)
    assert sum(passed_counts) > 0


@pytest.mark.parametrize("seed", range(24))
def test_a_damaged_log_has_the_report_that_the_search_gives(seed, monkeypatch):
    random = Random(seed)
    header, events = read(random.choice(LOGS))
    trace = written(header, damaged(events, random))
    assert report(trace) == by_the_search(trace, monkeypatch)


@pytest.mark.parametrize("part", [{"start_record": 90}, {"stop_record": 120}])
def test_a_part_has_the_report_that_the_search_gives(part, monkeypatch):
    trace = written(*read(LOGS[1]))
    assert report(trace, **part) == by_the_search(trace, monkeypatch, **part)


def test_an_equal_log_is_passed_in_few_calls(monkeypatch, passed_counts):
    header, events = read(EQUAL_LOG)
    assert replay(written(header, events)).agrees
    assert sum(passed_counts) > 0.7 * sum(event.kind in INPUTS | OUTPUTS for event in events)
