"""Whole files: there when they are complete, and not at all before."""

import errno
import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from output_samples import GOOD, content
from verbs import ENVIRONMENT

from wwanreplay.errors import OutputError, UsageError
from wwanreplay.outputs import folder_for, put, whole, write_whole
from wwanreplay.outputs.whole import BUFFER_SIZE


def test_a_file_appears_when_the_block_ends(tmp_path: Path, good: Path) -> None:
    with whole(good, force=True) as file:
        file.write(b"new")
        file.flush()
        assert good.read_bytes() == GOOD
        assert Path(file.name).read_bytes() == b"new"
    assert content(tmp_path) == {"good": b"new"}


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt, SystemExit])
def test_what_was_there_stays_when_the_block_fails(
    tmp_path: Path, good: Path, error: type[BaseException]
) -> None:
    def fail() -> None:
        with whole(good, force=True) as file:
            file.write(b"half")
            file.flush()
            raise error

    with pytest.raises(error):
        fail()
    assert content(tmp_path) == {"good": GOOD}


def test_an_existing_file_needs_force(tmp_path: Path, good: Path) -> None:
    with pytest.raises(UsageError, match="good: exists already; --force overwrites it"):
        write_whole(good, b"new")
    assert content(tmp_path) == {"good": GOOD}


def test_a_file_that_appears_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x"

    def appear() -> None:
        with whole(path) as file:
            file.write(b"ours")
            path.write_bytes(GOOD)

    with pytest.raises(UsageError, match="exists already"):
        appear()
    assert content(tmp_path) == {"x": GOOD}


def test_a_link_to_nothing_gets_its_target(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("later")
    write_whole(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "later").read_bytes() == b"new"


def test_output_behind_a_redirection_goes_behind_what_is_there(tmp_path: Path) -> None:
    program = """
        import sys
        from wwanreplay.outputs import write_whole
        print("first")
        for name in ("-", "/dev/stdout", "/dev/fd/1"):
            write_whole(name, b"data\\n")
        print("last")
    """
    path = tmp_path / "out"
    with path.open("wb") as file:
        subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program)],
            stdout=file,
            env=ENVIRONMENT,
            check=True,
        )
    assert path.read_text() == "first\ndata\ndata\ndata\nlast\n"
    assert os.listdir(tmp_path) == ["out"]


def test_long_names_have_room_for_the_other_one(tmp_path: Path) -> None:
    path = tmp_path / ("ä" * 125 + ".csv")
    write_whole(path, GOOD)
    assert content(tmp_path) == {path.name: GOOD}


def test_a_finished_file_is_put_in_its_place(tmp_path: Path, good: Path) -> None:
    made = tmp_path / "made"
    made.write_bytes(b"new")
    with pytest.raises(UsageError, match="exists already"):
        put(made, good)
    put(made, good, force=True)
    assert content(tmp_path) == {"good": b"new"}


def test_without_hard_links_a_new_file_still_appears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    write_whole(tmp_path / "x", GOOD)
    with pytest.raises(UsageError, match="exists already"):
        write_whole(tmp_path / "x", b"")
    assert content(tmp_path) == {"x": GOOD}


def test_an_unstaged_stream_gets_its_bytes_as_they_come(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        for staged, seen in ((True, None), (False, b"first")):
            with whole(fifo, staged=staged) as file:
                file.write(b"first")
                file.flush()
                assert available(reader) == seen
                file.write(b" last")
                assert file.tell() == 10
            assert available(reader) == (b"first last" if staged else b" last")
    finally:
        os.close(reader)


def available(descriptor: int) -> bytes | None:
    """What is in a pipe now; None when nothing is."""
    try:
        return os.read(descriptor, 99) or None
    except BlockingIOError:
        return None


@pytest.mark.parametrize("size", [0, 1, BUFFER_SIZE - 1, BUFFER_SIZE, 2 * BUFFER_SIZE + 1])
def test_a_file_of_any_size_is_what_was_written_in_pieces(tmp_path: Path, size: int) -> None:
    data = bytes(range(251)) * (size // 251 + 1)
    with whole(tmp_path / "x") as file:
        for at in range(0, size, 300_007):
            file.write(memoryview(data)[at : min(size, at + 300_007)])
    assert (tmp_path / "x").read_bytes() == data[:size]


def test_a_folder_for_parts_is_private_and_gone_at_the_end(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with folder_for(out) as folder:
        assert folder.parent == tmp_path
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "left").write_bytes(b"half")
        (folder / "made").write_bytes(GOOD)
        put(folder / "made", out)
    assert content(tmp_path) == {"out": GOOD}
    assert os.listdir(tmp_path) == ["out"]


def test_an_error_in_such_a_folder_names_the_output_and_one_elsewhere_its_own_file(
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    with pytest.raises(OutputError) as caught, folder_for(out) as folder:
        (folder / "missing").read_bytes()
    assert str(caught.value) == f"{out}: cannot be written: No such file or directory"
    with pytest.raises(FileNotFoundError, match="elsewhere"), folder_for(out):
        (tmp_path / "elsewhere" / "x").write_bytes(b"")
    assert os.listdir(tmp_path) == []
