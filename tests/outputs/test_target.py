"""The target of a name: what can be written, and the error of what cannot."""

import errno
import fcntl
import os
from pathlib import Path

import pytest
from output_samples import GOOD

from wwanreplay.errors import OutputError, UsageError
from wwanreplay.outputs import (
    PartFile,
    Target,
    find_target,
    is_same_file,
    is_standard_output,
    write_whole,
)
from wwanreplay.outputs.target import lock, named


@pytest.mark.parametrize("name", ["folder", "folder/", "none/x", "loop", "socket", "n\0l", ""])
def test_what_cannot_be_written_is_refused_by_name(tmp_path: Path, name: str) -> None:
    import socket

    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        path = f"{tmp_path}/{name}" if name else ""
        before = sorted(os.listdir(tmp_path))
        for act in (lambda: write_whole(path, b"x", force=True), lambda: PartFile(path)):
            with pytest.raises(OutputError) as caught:
                act()
            assert str(caught.value).startswith(f"{path}: cannot be written: ")
        assert sorted(os.listdir(tmp_path)) == before


def test_names_of_the_standard_output(tmp_path: Path) -> None:
    for name in ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):
        assert is_standard_output(name)
        assert find_target(name).is_stream
    (tmp_path / "1").touch()
    for name in (f"{tmp_path}/1", "/dev/stderr", "./-", "/dev/null", f"{tmp_path}/none"):
        assert not is_standard_output(name)


def test_a_target_is_the_file_behind_its_links_and_keeps_the_name_given(
    tmp_path: Path, good: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to("good")
    target = find_target(link, force=True)
    assert (target.name, target.path) == (str(link), str(good))
    assert not target.is_stream
    with pytest.raises(UsageError, match="link: exists already"):
        find_target(link)
    assert good.read_bytes() == GOOD


def test_errors_of_the_system_name_the_target_and_a_closed_pipe_stays_one() -> None:
    target = Target("shown", "/path")
    with pytest.raises(OutputError) as caught, named(target):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/other")
    assert str(caught.value) == "shown: cannot be written: No space left on device"
    assert caught.value.errno == errno.ENOSPC
    with pytest.raises(BrokenPipeError), named(target):
        raise BrokenPipeError


def test_one_file_has_several_names_and_a_pipe_is_never_the_same(
    tmp_path: Path, good: Path
) -> None:
    (tmp_path / "link").symlink_to("good")
    os.link(good, tmp_path / "hard")
    (tmp_path / "alike").write_bytes(GOOD)
    os.mkfifo(tmp_path / "fifo")
    same = [
        name for name in ("good", "link", "hard", "alike") if is_same_file(tmp_path / name, good)
    ]
    assert same == ["good", "link", "hard"]
    assert not is_same_file(tmp_path / "fifo", tmp_path / "fifo")
    assert not is_same_file(tmp_path / "none", tmp_path / "none")
    assert not is_same_file("/dev/null", "/dev/null")


def test_a_lock_is_held_as_long_as_the_file_is_open(good: Path) -> None:
    with good.open() as first:
        assert lock(first.fileno(), "good")
        with good.open() as second:
            assert lock(second.fileno(), "good") is False
    with good.open() as third:
        assert lock(third.fileno(), "good")


def test_a_file_system_without_locks_is_no_error(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(number: int) -> None:
        def flock(_descriptor: int, _operation: int) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(fcntl, "flock", flock)

    with good.open() as file:
        fail(errno.ENOLCK)
        assert lock(file.fileno(), "good") is None
        fail(errno.EIO)
        with pytest.raises(OutputError, match="good: cannot be written: Input/output error"):
            lock(file.fileno(), "good")
