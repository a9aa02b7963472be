"""Several threads find what one does, digest and report included."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from leap_samples import leaping, outcome, parts_taken, session, with_payload_changed, write
from replay_samples import drive, new_session

from wwanreplay._core import Engine
from wwanreplay.replay.cores import Divided
from wwanreplay.trace import Checkpoint, TraceReader, writer


@pytest.fixture(autouse=True)
def _parts() -> Iterator[None]:
    with ExitStack() as stack:
        leaping(stack)
        yield


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each part that the replay came to was believed."""
    return parts_taken(monkeypatch)


@pytest.mark.parametrize("cores", [2, 3, 5])
def test_an_equal_trace_is_equal_with_the_same_digest_and_counts(
    tmp_path: Path, taken: list[bool], cores: int
) -> None:
    path = write(tmp_path / "t.wwtrace", session()[1])
    sizes: list[int] = []
    expected = outcome(path)
    assert outcome(path, cores=cores, on_progress=sizes.append) == expected
    assert taken == [True] * (cores - 1)
    with TraceReader(str(path)) as reader:
        assert sum(sizes) == sum(len(chunk.records) for chunk in reader.chunks())


@pytest.mark.parametrize("place", [0.1, 0.4, 0.6, 0.95])
def test_a_difference_is_reported_as_by_one(
    tmp_path: Path, taken: list[bool], place: float
) -> None:
    path = write(tmp_path / "t.wwtrace", with_payload_changed(session()[1], place))
    assert outcome(path, cores=4) == outcome(path)
    assert taken != [True] * 3


def test_damage_is_reported_as_by_one(tmp_path: Path) -> None:
    path = write(tmp_path / "t.wwtrace", session()[1])
    whole = path.read_bytes()
    for where in (0.1, 0.3, 0.5, 0.7, 0.9):
        data = bytearray(whole)
        data[int(where * len(data))] ^= 0xFF
        path.write_bytes(data)
        assert outcome(path, cores=4) == outcome(path), where
        path.write_bytes(whole[: int(where * len(whole))])
        assert outcome(path, cores=4) == outcome(path), where


def _of_another_seed(snapshot: bytes) -> bytes:
    header = session()[0]
    engine = Engine(header.engine_profile(), 77)
    engine.advance(10**9)
    engine.drain()
    return engine.snapshot()


@pytest.mark.parametrize("change", [_of_another_seed, lambda _: b"no snapshot", lambda s: s[:-1]])
def test_a_checkpoint_that_holds_another_state_is_not_believed(
    tmp_path: Path, taken: list[bool], change: Callable[[bytes], bytes]
) -> None:
    path = write(tmp_path / "t.wwtrace", session()[1], snapshot=change)
    found = outcome(path, cores=3)
    assert found == outcome(path)
    assert found["verdict"] == "equal"
    assert not any(taken)


def test_a_checkpoint_with_another_digest_is_not_believed(
    tmp_path: Path, taken: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = writer.pack_checkpoint

    def pack(found: Checkpoint) -> bytes:
        return kept(Checkpoint(found.record_index, found.time_ns, found.snapshot, bytes(40)))

    monkeypatch.setattr(writer, "pack_checkpoint", pack)
    path = write(tmp_path / "t.wwtrace", session()[1])
    assert outcome(path, cores=3) == outcome(path)
    assert not any(taken)


def test_without_checkpoints_in_memory_or_against_another_seed_one_thread_does_it(
    tmp_path: Path, taken: list[bool]
) -> None:
    header, events = session()
    path = write(tmp_path / "t.wwtrace", events)
    with TraceReader(path.read_bytes()) as reader:
        assert Divided(reader, 3).chunks_from(100) is None
    assert outcome(path, cores=3, seed=5) == outcome(path, seed=5)
    bare = tmp_path / "bare.wwtrace"
    with writer.TraceWriter(str(bare), header, chunk_size=8 << 10) as out:
        for event in events:
            out.write(event)
    assert outcome(bare, cores=3) == outcome(bare)
    assert not taken


def test_a_file_is_cut_near_equal_parts_at_checkpoints_only(tmp_path: Path) -> None:
    path = write(tmp_path / "t.wwtrace", session()[1])
    with TraceReader(str(path)) as reader:
        offsets = reader.checkpoint_offsets()
        for cores in range(1, 9):
            cuts = Divided(reader, cores).cuts(1000)
            assert len(cuts) <= cores - 1
            assert cuts == sorted(set(cuts))
            assert set(cuts) <= set(offsets)
        assert Divided(reader, 8).cuts(reader.size or 0) == []


def test_the_checkpoints_of_a_recorded_session_serve(tmp_path: Path, taken: list[bool]) -> None:
    path = tmp_path / "t.wwtrace"
    with new_session(target=str(path), checkpoint_records=50, chunk_size=1 << 12) as session:
        for _ in range(8):
            drive(session)
    with ExitStack() as stack:
        leaping(stack, part=2_000)
        assert outcome(path, cores=3) == outcome(path)
    assert taken == [True, True]
