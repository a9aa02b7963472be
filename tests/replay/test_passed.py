"""A part is believed only where it follows on what was replayed before it."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from leap_samples import leaping, outcome, session, write

from wwanreplay.replay.passed import PartsAhead, Passed
from wwanreplay.replay.pieces import PassedPieces, cut_in_pieces, pass_piece


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("passed") / "t.wwtrace", session()[1])


def passed_of(path: Path) -> list[Passed]:
    found = [pass_piece(str(path), piece) for piece in cut_in_pieces(str(path), 3)]
    return [passed for passed in found if passed is not None]


def test_a_part_with_another_record_state_or_digest_is_not_believed(path: Path) -> None:
    with ExitStack() as stack:
        leaping(stack)
        expected = outcome(path)
        first, *others = passed_of(path)
        found = first.checkpoint
        for checkpoint in (
            replace(found, record_index=found.record_index + 1),
            replace(found, digest_state=bytes(len(found.digest_state))),
            replace(found, snapshot=first.snapshot),
        ):
            lie = replace(first, checkpoint=checkpoint, next_index=1, digest_state=b"\1" * 40)
            assert outcome(path, ahead=PassedPieces([lie, *others])) == expected


def test_parts_that_were_passed_by_or_given_up_are_reported_so() -> None:
    class Part:
        def __init__(self, offset: int) -> None:
            self.offset = offset
            self.is_given_up = False

        def passed(self) -> None:
            raise AssertionError("nobody came to it")

        def give_up(self) -> None:
            self.is_given_up = True

    parts = [Part(10), Part(20)]

    class Some:
        def parts(self, start: int, engine: object) -> list[Part]:
            return parts

    ahead = PartsAhead(Some())
    ahead.begin(0, None)  # type: ignore[arg-type]
    assert ahead.stop_offset == 10
    assert ahead.take(5, None) is None  # type: ignore[arg-type]
    assert not parts[0].is_given_up
    assert ahead.take(11, None) is None  # type: ignore[arg-type]
    assert [part.is_given_up for part in parts] == [True, True]
    assert ahead.stop_offset is None
