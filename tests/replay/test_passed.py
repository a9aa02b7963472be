"""A part is believed only where it follows on what was replayed before it."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from leap_samples import leaping, outcome, session, write

from wwanreplay.replay.passed import Passed
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
            found._replace(record_index=found.record_index + 1),
            found._replace(digest_state=bytes(len(found.digest_state))),
            found._replace(snapshot=first.snapshot),
        ):
            lie = replace(first, checkpoint=checkpoint, next_index=1, digest_state=b"\1" * 40)
            assert outcome(path, ahead=PassedPieces([lie, *others])) == expected
