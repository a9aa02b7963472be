"""Every allocation of the compiled engine fails in turn: MemoryError, nothing lost, nothing leaks.

The engine's own allocations are counted by a hook (`fail_allocation`); those that Python makes for
it fail by `_testcapi`, each in a process of its own, because a failure there may not be survived.
"""

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from wwanreplay._core import (
    Engine,
    Event,
    Kind,
    Layout,
    Needles,
    Profile,
    RecordReader,
    RecordWriter,
    Replayer,
    Scanner,
    allocation_counts,
    fail_allocation,
    record_chunk,
    step_chunk,
)
from wwanreplay.devices.profile import load_profile
from wwanreplay.record import Session

INPUTS = (Kind.KIND_QUERY, Kind.KIND_SET, Kind.KIND_STIMULUS)


@cache
def profile() -> Profile:
    return load_profile("lte-home").compile()


@cache
def session() -> tuple[Event, ...]:
    """Enough that every buffer of the engine grows."""
    made = Session("lte-home", seed=3)
    made.run("8s")
    for oid in ("OID_WWAN_DEVICE_CAPS", "OID_WWAN_READY_INFO", "OID_WWAN_PROVISIONED_CONTEXTS"):
        made.query(oid)
    for rssi in range(40):
        made.stimulus("signal", {"Rssi": rssi % 31})
    made.set("OID_WWAN_RADIO_STATE", {"RadioAction": 0})
    made.run("4s")
    made.close()
    many = [Event(Kind.KIND_NOTE, 2 * 10**10, code=code, payload=bytes(9)) for code in range(600)]
    return (*made.events, *_inputs(made.trace()), *many)


def _inputs(trace: bytes) -> Iterator[Event]:
    from wwanreplay.trace import TraceReader

    with TraceReader(trace) as reader:
        yield from (event for event in reader if event.kind in INPUTS)


@cache
def inputs() -> tuple[Event, ...]:
    chosen = (event for event in session() if event.kind in INPUTS)
    return tuple(sorted(chosen, key=lambda event: event.time_ns))


@cache
def chunk() -> tuple[bytes, int, int]:
    """Records of many codes, their first index and their base time."""
    writer = RecordWriter()
    for event in session():
        writer.append(event)
    taken = writer.take()
    assert taken is not None
    return taken[0], taken[1], taken[3]


def drive() -> Any:
    engine = Engine(profile(), 3)
    for event in inputs():
        engine.submit(event)
    engine.advance(10**11)
    other = engine.copy(outputs=True)
    assert other.same_state(engine)
    snapshot = engine.snapshot()
    other.restore(snapshot)
    return engine.drain(), snapshot, other.drain()


def write() -> Any:
    writer = RecordWriter()
    for event in session():
        writer.append(event)
    return writer.take(), writer.digest(), writer.codes(), writer.kinds()


def adopt() -> Any:
    writer = RecordWriter()
    copied = writer.adopt(*chunk())
    return copied, writer.take(), writer.digest(), writer.codes()


def read() -> Any:
    scanner = Scanner(codes=True)
    scanner.scan(*chunk())
    return list(RecordReader(*chunk())), scanner.digest(), scanner.codes(), scanner.code_bits()


def replay() -> Any:
    replayer = Replayer(Engine(profile(), 3))
    replayer.open_chunk(*chunk())
    stops = []
    while replayer.recorded() is not None:
        stops.append(replayer.run())
        replayer.pending()
        replayer.skip()
    return stops, replayer.counts, replayer.digest()


def record() -> Any:
    records, _, base = chunk()
    writer = RecordWriter()
    stop = record_chunk(Engine(profile(), 3), writer, records, 0, base, 1 << 20)
    return stop, writer.take(), step_chunk(Engine(profile(), 3), records, base)


def decode() -> Any:
    rows = [(f"Field{number}", "u32", 4 * number, 0, None) for number in range(32)]
    layout = Layout("STRUCTURE", 128, rows)
    packed = layout.pack(tuple(range(32)))
    found = Needles([b"1234567", b"abcdef"]).find_all(b"--1234567--abcdef--")
    return layout.unpack(packed), layout.load(packed, 0, 3), found


SCENARIOS: tuple[Callable[[], Any], ...] = (drive, write, adopt, read, replay, record, decode)


def tries(quick: int, whole: int) -> list[Any]:
    """(scenario, step): a few with few tries, and all with as many as there are."""
    return [
        *((scenario, quick) for scenario in SCENARIOS[::3]),
        *(pytest.param(scenario, whole, marks=pytest.mark.long) for scenario in SCENARIOS),
    ]


def attempt(scenario: Callable[[], Any], number: int) -> tuple[Any, int, int]:
    """What a scenario gives when this allocation fails, allocations, and blocks left alive."""
    gc.collect()
    fail_allocation(number)
    try:
        try:
            found = scenario()
        except MemoryError:
            found = MemoryError
        gc.collect()
        return found, *allocation_counts()
    finally:
        fail_allocation(None)


# One of so many allocations fails; all of them, one after the other, in the long group.
@pytest.mark.parametrize(
    ("scenario", "stride"),
    tries(quick=307, whole=1),
    ids=lambda value: getattr(value, "__name__", None),
)
def test_each_allocation_that_fails_is_a_memory_error_and_nothing_leaks(scenario, stride):
    wanted = scenario()
    _, taken, alive = attempt(scenario, 0)
    assert taken > 0
    assert alive == 0
    for number in {*range(1, taken + 1, stride), taken}:
        found, allocations, alive = attempt(scenario, number)
        assert found is MemoryError, f"allocation {number} of {taken}"
        assert (allocations, alive) >= (number, 0)
        assert alive == 0, f"allocation {number} of {taken} leaks"
    assert scenario() == wanted


def allocations_of(scenario: Callable[[], Any]) -> int:
    return attempt(scenario, 0)[1]


def test_a_writer_goes_on_where_memory_was_out():
    wanted = write()
    for number in range(1, allocations_of(write) + 1):
        writer = RecordWriter()
        fail_allocation(number)
        failures = 0
        try:
            for event in session():
                before = writer.size, writer.record_count, writer.digest(), writer.kinds()
                try:
                    writer.append(event)
                except MemoryError:
                    failures += 1
                    after = writer.size, writer.record_count, writer.digest(), writer.kinds()
                    assert after == before  # no part of a record
                    writer.append(event)
        finally:
            fail_allocation(None)
        assert failures == 1
        assert (writer.take(), writer.digest(), writer.codes(), writer.kinds()) == wanted


def test_an_event_that_cannot_be_written_leaves_no_code_in_the_index():
    writer = RecordWriter()
    writer.append(Event(Kind.KIND_NOTE, 0))
    before = writer.codes()
    far = Event(Kind.KIND_NOTE, (1 << 63) - 1, code=77)
    writer.append(Event(Kind.KIND_NOTE, -(1 << 62)))
    with pytest.raises(ValueError, match="time leaves"):
        writer.append(far)
    assert writer.codes() == before


def test_records_are_copied_whole_or_not_at_all_and_can_be_copied_again():
    wanted = adopt()
    for number in range(1, allocations_of(adopt) + 1):
        writer = RecordWriter()
        fail_allocation(number)
        try:
            with pytest.raises(MemoryError):
                writer.adopt(*chunk())
        finally:
            fail_allocation(None)
        assert (writer.size, writer.record_count, writer.kinds()) == (0, 0, {})
        assert writer.digest() == RecordWriter().digest()
        copied = writer.adopt(*chunk())
        found = copied, writer.take(), writer.digest(), writer.codes()
        assert found[:3] == wanted[:3]
        assert found[3] == wanted[3]


def drive_on(engine: Engine) -> list[Event]:
    for event in inputs():
        engine.submit(event)
    return engine.drain()


def test_a_device_that_lost_a_word_says_nothing_until_it_is_restored():
    start = Engine(profile(), 3).snapshot()
    wanted = drive_on(Engine(profile(), 3))
    taken = allocations_of(lambda: drive_on(Engine(profile(), 3)))
    for number in range(1, taken):  # without that of the engine itself
        engine = Engine(profile(), 3)
        fail_allocation(number)
        try:
            with pytest.raises(MemoryError):
                drive_on(engine)
        finally:
            fail_allocation(None)
        for ask in (engine.drain, engine.snapshot, engine.copy):
            with pytest.raises(MemoryError):
                ask()
        with pytest.raises(MemoryError):
            engine.advance(10**12)
        engine.restore(start)
        assert drive_on(engine) == wanted


def python_failure(scenario: Callable[[], Any], wanted: Any, number: int) -> int:
    """Run in a process of its own with Python's allocation of this number failing; its status.

    0: MemoryError, or what comes out without a failure; 1: something else.
    """
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    import _testcapi  # type: ignore[import-not-found]

    status = 1
    try:
        _testcapi.set_nomemory(number, number + 1)
        try:
            found = scenario()
        finally:
            _testcapi.remove_mem_hooks()
        status = 0 if found == wanted else 2
    except MemoryError:
        status = 0
    except BaseException as error:
        print(f"{scenario.__name__}, allocation {number}: {error!r}", file=sys.stderr)
    finally:
        os._exit(status)


# Of Python's allocations so many are tried, evenly among those of a scenario.
PYTHON_TRIES = 15
PYTHON_ALLOCATIONS = 3000


def failing_allocations(name: str, step: int) -> Iterator[tuple[int, int]]:
    """(number, status) of each of Python's allocations that is not survived."""
    scenario: Callable[[], Any] = globals()[name]
    wanted = scenario()
    for number in (*range(10), *range(10, PYTHON_ALLOCATIONS, step)):
        status = python_failure(scenario, wanted, number)
        if status:
            yield number, status


# In a process of its own with checked memory, which overwrites what is given back: an object that
# is given back twice is found there and then, and not by whoever uses its memory next.
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize(
    ("scenario", "step"),
    tries(quick=PYTHON_ALLOCATIONS // PYTHON_TRIES, whole=15),
    ids=lambda value: getattr(value, "__name__", None),
)
def test_python_without_memory_is_a_memory_error(scenario, step):
    pytest.importorskip("_testcapi", reason="a Python without its test module")
    done = subprocess.run(
        [sys.executable, __file__, scenario.__name__, str(step)],
        env={**os.environ, "PYTHONMALLOC": "debug", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr


if __name__ == "__main__":
    print(list(failing_allocations(sys.argv[1], int(sys.argv[2]))))
