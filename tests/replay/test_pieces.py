"""Workers that open a trace for themselves find what one replay does, the digest included."""

import pickle
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from leap_samples import leaping, outcome, parts_taken, session, with_payload_changed, write

from wwanreplay.replay.pieces import PassedPieces, Piece, cut_in_pieces, pass_piece
from wwanreplay.trace import TraceReader


@pytest.fixture(autouse=True)
def _parts() -> Iterator[None]:
    with ExitStack() as stack:
        leaping(stack)
        yield


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    return parts_taken(monkeypatch)


def found_by_workers(path: Path, count: int = 4) -> PassedPieces:
    """What workers would send, in whichever order they did it."""
    pieces = cut_in_pieces(str(path), count)
    found = {piece: pass_piece(str(path), piece) for piece in reversed(pieces)}
    return PassedPieces(pickle.loads(pickle.dumps([found[piece] for piece in pieces])))


@pytest.mark.parametrize("compression", ["none", "zstd"])
@pytest.mark.parametrize("count", [1, 3, 30])
def test_an_equal_trace_has_the_same_report_digest_and_progress(
    tmp_path: Path, taken: list[bool], count: int, compression: str
) -> None:
    path = write(tmp_path / "t.wwtrace", session()[1], compression=compression)
    pieces = cut_in_pieces(str(path), count)
    expected = outcome(path)
    assert expected["verdict"] == "equal"
    sizes: list[int] = []
    found = found_by_workers(path, count)
    assert outcome(path, ahead=found, on_progress=sizes.append) == expected
    assert taken == [True] * len(pieces)
    with TraceReader(str(path)) as reader:
        assert sum(sizes) == sum(len(chunk.records) for chunk in reader.chunks())


@pytest.mark.parametrize("compression", ["none", "zstd"])
@pytest.mark.parametrize("place", [0.02, 0.1, 0.4, 0.6, 0.95])
def test_a_difference_is_reported_as_by_one(tmp_path: Path, place: float, compression: str) -> None:
    events = with_payload_changed(session()[1], place)
    path = write(tmp_path / "t.wwtrace", events, compression=compression)
    expected = outcome(path)
    assert expected["verdict"] == "diverged"
    assert outcome(path, ahead=found_by_workers(path)) == expected


def test_damage_is_reported_as_by_one(tmp_path: Path) -> None:
    path = write(tmp_path / "t.wwtrace", session()[1])
    whole = path.read_bytes()
    for where in (0.1, 0.3, 0.5, 0.7, 0.9):
        data = bytearray(whole)
        data[int(where * len(data))] ^= 0xFF
        path.write_bytes(data)
        assert outcome(path, ahead=found_by_workers(path)) == outcome(path), where


def test_a_piece_of_which_nothing_came_and_those_behind_it_are_done_in_order(
    tmp_path: Path, taken: list[bool]
) -> None:
    path = write(tmp_path / "t.wwtrace", session()[1])
    found = [pass_piece(str(path), piece) for piece in cut_in_pieces(str(path), 4)]
    assert len(found) > 2
    for lost in range(len(found)):
        taken.clear()
        some = [None if at == lost else passed for at, passed in enumerate(found)]
        assert outcome(path, ahead=PassedPieces(some)) == outcome(path)
        assert taken == [True] * lost


def test_pieces_follow_on_each_other_from_the_first_checkpoint_to_the_end(tmp_path: Path) -> None:
    path = write(tmp_path / "t.wwtrace", session()[1])
    with TraceReader(str(path)) as reader:
        offsets = reader.checkpoint_offsets()
    pieces = cut_in_pieces(str(path), 3)
    assert pieces[0].offset == offsets[0]
    assert [piece.stop_offset for piece in pieces] == [
        *[piece.offset for piece in pieces[1:]],
        None,
    ]
    assert {piece.offset for piece in pieces} <= set(offsets)


def test_what_cannot_be_cut_is_not(tmp_path: Path) -> None:
    (tmp_path / "bad.wwtrace").write_bytes(b"no trace" * 100_000)
    assert cut_in_pieces(str(tmp_path / "bad.wwtrace"), 3) == []
    assert cut_in_pieces(str(tmp_path / "none.wwtrace"), 3) == []
    assert pass_piece(str(tmp_path / "none.wwtrace"), Piece(0, None)) is None
    path = write(tmp_path / "t.wwtrace", session()[1])
    assert pass_piece(str(path), Piece(5, None)) is None
    with ExitStack() as stack:
        leaping(stack, part=10**9)
        assert cut_in_pieces(str(path), 3) == []
