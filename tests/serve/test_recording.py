"""The recording of a served session: a file that grows, or one that is transformed at its end."""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.errors import PrivacyError, UsageError
from wwanreplay.serve.recording import Recording, check_place
from wwanreplay.trace import TraceHeader, TraceReader
from wwanreplay.trace.edit import rewrite

WAYS = ["as it is", "transformed at the end", "transformed by pieces"]


def censored(trace: bytes) -> bytes:
    """A transformation that can be seen: each note is a row of stars."""
    return rewrite(
        trace, lambda events: [each.replace(payload=b"*" * len(each.payload)) for each in events]
    )


def recording(stack: ExitStack, path: Path, way: str) -> Recording:
    transform = None if way == WAYS[0] else censored
    seconds = 3600 if way == WAYS[2] else None
    return Recording(stack, path, TraceHeader(), transform, {}, seconds)


def note(number: int) -> Event:
    return Event(Kind.KIND_NOTE, number, payload=b"note %d" % number)


def fail(path: Path, way: str, *events: Event) -> None:
    """A session that ends by an error after some events."""
    with ExitStack() as stack:
        made = recording(stack, path, way)
        for event in events:
            made.writer.write(event)
        raise RuntimeError


@pytest.mark.parametrize("way", WAYS)
def test_the_file_appears_whole_with_the_digest_that_is_reported(tmp_path: Path, way: str) -> None:
    path = tmp_path / "t.wwtrace"
    with ExitStack() as stack:
        made = recording(stack, path, way)
        assert made.part.path == f"{path}.part"
        for number in range(3):
            assert made.writer.write(note(number)) == number
        assert os.listdir(tmp_path) == ["t.wwtrace.part"]
        digest = made.finish()
    assert os.listdir(tmp_path) == ["t.wwtrace"]
    with TraceReader(path) as reader:
        payloads = [event.payload for event in reader.events()]
        assert reader.footer is not None
        assert reader.footer.digest == digest
    assert payloads == [note(n).payload if way == WAYS[0] else b"*" * 6 for n in range(3)]


@pytest.mark.parametrize("way", WAYS)
def test_what_there_is_of_a_session_that_fails_is_kept(tmp_path: Path, way: str) -> None:
    path = tmp_path / "t.wwtrace"
    with pytest.raises(RuntimeError):
        fail(path, way, note(1))
    assert os.listdir(tmp_path) == ["t.wwtrace.part"]
    with TraceReader(f"{path}.part") as reader:
        payloads = [event.payload for event in reader.events()]
    assert payloads[0] == (b"note 1" if way == WAYS[0] else b"******")


@pytest.mark.parametrize("way", WAYS)
def test_a_session_that_fails_before_anything_happened_leaves_nothing(
    tmp_path: Path, way: str
) -> None:
    with pytest.raises(RuntimeError):
        fail(tmp_path / "t.wwtrace", way)
    assert os.listdir(tmp_path) == []


def test_what_could_not_be_made_free_of_personal_values_is_not_kept(tmp_path: Path) -> None:
    def fails(trace: bytes) -> bytes:
        raise PrivacyError("still there")

    with ExitStack() as stack:
        made = Recording(stack, tmp_path / "t.wwtrace", TraceHeader(), fails, {})
        made.writer.write(note(1))
        with pytest.raises(PrivacyError):
            made.finish()
    assert os.listdir(tmp_path) == []


def test_nothing_personal_is_on_the_disk_before_it_is_transformed(tmp_path: Path) -> None:
    with ExitStack() as stack:
        made = recording(stack, tmp_path / "t.wwtrace", WAYS[1])
        made.writer.write(note(1))
        made.writer.flush()
        assert (tmp_path / "t.wwtrace.part").read_bytes() == b""
        made.finish()


def test_the_standard_output_is_the_modems() -> None:
    with pytest.raises(UsageError, match=r"^-: the path of the pty is written there; name a file$"):
        check_place("-", force=False)
