"""Outputs: whole or not at all, what was there before stays until then, only files are replaced."""

import os
import stat
import threading
from pathlib import Path

import pytest
from output_samples import GOOD

from wwanreplay._core import Event, Kind
from wwanreplay.errors import OutputError, UsageError
from wwanreplay.outputs import PartFile, write_whole
from wwanreplay.trace import TraceWriter


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_new_files_are_private_unless_shared_and_replaced_ones_keep_their_mode(
    tmp_path: Path,
) -> None:
    before = os.umask(0o027)
    try:
        for shared, expected in ((False, 0o600), (True, 0o640)):
            path = tmp_path / f"new-{shared}"
            write_whole(path, b"1", shared=shared)
            assert mode_of(path) == expected
            for mode in (0o600, 0o644, 0o664):
                path.chmod(mode)
                write_whole(path, b"2", shared=shared, force=True)
                assert mode_of(path) == mode
                with TraceWriter(path, shared=shared) as writer:
                    writer.write(Event(Kind.KIND_SET, 0))
                assert mode_of(path) == mode
            with TraceWriter(tmp_path / f"trace-{shared}", shared=shared) as writer:
                assert writer.part is not None
                assert mode_of(Path(str(writer.part.path))) == expected
            assert mode_of(tmp_path / f"trace-{shared}") == expected
    finally:
        os.umask(before)


def test_the_target_of_a_link_is_replaced_and_not_the_link(tmp_path: Path, good: Path) -> None:
    (tmp_path / "deep").mkdir()
    links = [tmp_path / "deep" / "link", tmp_path / "link"]
    links[0].symlink_to("../good")
    links[1].symlink_to("deep/link")
    write_whole(links[1], b"new", force=True)
    assert all(link.is_symlink() for link in links)
    assert good.read_bytes() == b"new"
    with TraceWriter(links[1]) as writer:
        assert writer.part is not None
        assert writer.part.path == f"{good}.part"
    assert all(link.is_symlink() for link in links)
    assert good.read_bytes() != b"new"


def test_a_fifo_is_written_to_and_stays(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for write in (
        lambda: write_whole(fifo, GOOD),
        lambda: write_part(fifo),
    ):
        read: list[bytes] = []
        reader = threading.Thread(target=lambda: read.append(fifo.read_bytes()))  # noqa: B023
        reader.start()
        write()
        reader.join()
        assert read == [GOOD]
    assert [path.name for path in tmp_path.iterdir()] == ["fifo"]
    assert fifo.is_fifo()


def write_part(path: Path) -> None:
    part = PartFile(path)
    assert part.path is None
    part.write(GOOD, 0)
    part.finish()


def test_a_character_device_is_written_to_and_stays() -> None:
    before = os.stat("/dev/null")
    write_whole("/dev/null", GOOD)
    write_part(Path("/dev/null"))
    with TraceWriter("/dev/null") as writer:
        writer.write(Event(Kind.KIND_SET, 0))
    with pytest.raises(OutputError, match="/dev/full: cannot be written: No space left"):
        write_whole("/dev/full", GOOD, force=True)
    assert os.path.samestat(before, os.stat("/dev/null"))


def test_a_terminal_gets_no_bytes(tmp_path: Path) -> None:
    master, slave = os.openpty()
    try:
        for act in (write_whole, lambda path, _: TraceWriter(path)):
            with pytest.raises(UsageError, match="is a terminal"):
                act(os.ttyname(slave), GOOD)
        write_whole(os.ttyname(slave), b"text", is_binary=False)
        assert os.read(master, 99) == b"text"
    finally:
        os.close(master)
        os.close(slave)
