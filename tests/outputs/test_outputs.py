"""Outputs: whole or not at all, what was there before stays until then, only files are replaced."""

import errno
import os
import signal
import stat
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from wwanreplay._core import Event, Kind
from wwanreplay.errors import OutputError, UsageError
from wwanreplay.outputs import PartFile, find_target, is_standard_output, put, whole, write_whole
from wwanreplay.trace import TraceReader, TraceWriter

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
GOOD = b"what was there before"


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good"
    path.write_bytes(GOOD)
    return path


# ---------------------------------------------------------------- whole files


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


def test_a_link_to_nothing_gets_its_target(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("later")
    write_whole(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "later").read_bytes() == b"new"


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


def test_names_of_the_standard_output(tmp_path: Path) -> None:
    for name in ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):
        assert is_standard_output(name)
        assert find_target(name).is_stream
    (tmp_path / "1").touch()
    for name in (f"{tmp_path}/1", "/dev/stderr", "./-", "/dev/null", f"{tmp_path}/none"):
        assert not is_standard_output(name)


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


# ---------------------------------------------------------------- recordings


def test_a_recording_is_another_file_until_it_ends(tmp_path: Path, good: Path) -> None:
    with TraceWriter(good, flush_seconds=0) as writer:
        writer.write(Event(Kind.KIND_SET, 7))
        with TraceReader(f"{good}.part") as reader:
            assert [event.time_ns for event in reader] == [7]
            assert reader.cut_off
        assert good.read_bytes() == GOOD
    assert os.listdir(tmp_path) == ["good"]
    with TraceReader(good) as reader:
        assert reader.verify().sound


def fail_after(path: Path, count: int, error: BaseException) -> BaseException:
    """The error with which a recording ends after so many records."""

    def fail() -> None:
        with TraceWriter(path) as writer:
            for time_ns in range(count):
                writer.write(Event(Kind.KIND_SET, time_ns))
            raise error

    with pytest.raises(type(error)) as caught:
        fail()
    return caught.value


@pytest.mark.parametrize("error", [ZeroDivisionError(), KeyboardInterrupt(), OSError(5, "x")])
def test_a_recording_that_ends_early_keeps_what_it_has(
    tmp_path: Path, good: Path, error: BaseException
) -> None:
    caught = fail_after(good, 3, error)
    assert caught.__notes__ == [f"3 records kept in {good}.part"]
    assert good.read_bytes() == GOOD
    assert sorted(os.listdir(tmp_path)) == ["good", "good.part"]
    with TraceReader(f"{good}.part") as reader:
        assert [event.time_ns for event in reader] == [0, 1, 2]
        assert reader.cut_off


def test_a_recording_without_a_record_leaves_nothing(tmp_path: Path) -> None:
    caught = fail_after(tmp_path / "x", 0, ZeroDivisionError())
    assert not hasattr(caught, "__notes__")
    assert os.listdir(tmp_path) == []


def test_two_recorders_never_have_one_path(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with TraceWriter(path) as writer:
        writer.write(Event(Kind.KIND_SET, 0))
        for force in (False, True):
            with pytest.raises(OutputError, match=r"x\.part: .* another recorder is writing it"):
                TraceWriter(path, force=force)
            with pytest.raises(OutputError, match="another recorder"):
                write_whole(path, b"", force=force)
    with TraceReader(path) as reader:
        assert reader.verify().records == 1
    with TraceWriter(path, append=True), pytest.raises(OutputError, match="another recorder"):
        TraceWriter(path, append=True)


def test_what_is_left_of_a_recording_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "x"
    for count in (1, 2, 3):
        fail_after(path, count, ZeroDivisionError()) if count == 1 else None
        if count > 1:
            with pytest.raises(UsageError, match=r"x\.part: a recording that did not end is there"):
                PartFile(path)
            part = PartFile(path, force=True)
            assert part.set_aside == f"{path}.part.{count - 1}"
            part.write(bytes(count), 0)
            part.keep()
    assert sorted(os.listdir(tmp_path)) == ["x.part", "x.part.1", "x.part.2"]
    with TraceReader(f"{path}.part.1") as reader:
        assert len(list(reader)) == 1


def test_what_is_empty_or_no_recording_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "x"
    part = tmp_path / "x.part"
    part.touch()
    with TraceWriter(path) as writer:
        writer.write(Event(Kind.KIND_SET, 0))
    assert os.listdir(tmp_path) == ["x"]
    part.symlink_to("elsewhere")
    with pytest.raises(OutputError, match=r"x\.part: .*something that is no recording"):
        TraceWriter(path)
    assert sorted(os.listdir(tmp_path)) == ["x", "x.part"]


def test_the_lock_goes_with_a_recorder_that_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "x"
    program = """
        import os, signal, sys
        from wwanreplay._core import Event
        from wwanreplay.trace import TraceWriter
        writer = TraceWriter(sys.argv[1], flush_seconds=0.0)
        writer.write(Event(2, 1))
        os.kill(os.getpid(), signal.SIGKILL)
    """
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), str(path)], env=ENVIRONMENT, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    with TraceReader(f"{path}.part") as reader:
        assert len(list(reader)) == 1
    with pytest.raises(UsageError, match="a recording that did not end"):
        TraceWriter(path, force=False)
    with TraceWriter(path, force=True) as writer:
        writer.write(Event(Kind.KIND_SET, 0))
    assert sorted(os.listdir(tmp_path)) == ["x", "x.part.1"]


def test_a_full_disk_keeps_what_it_took(tmp_path: Path) -> None:
    """With so little room that a chunk does not fit, its first records are kept."""
    path = tmp_path / "x"
    program = """
        import resource, sys
        from wwanreplay._core import Event
        from wwanreplay.trace import TraceWriter
        limit = int(sys.argv[2])
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        try:
            with TraceWriter(sys.argv[1]) as writer:
                for time_ns in range(1000):
                    writer.write(Event(2, time_ns, payload=bytes(90)))
        except Exception as error:
            print(error, *getattr(error, "__notes__", ()), sep="; ")
    """
    for limit in (20_000, 4096, 10):
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program), str(path), str(limit)],
            env=ENVIRONMENT,
            capture_output=True,
            check=True,
            text=True,
        )
        first = f"{path}: cannot be written: File too large"
        if limit == 10:
            assert done.stdout == f"{first}\n"
            assert os.listdir(tmp_path) == []
            continue
        with TraceReader(f"{path}.part") as reader:
            times = [event.time_ns for event in reader]
        assert times == list(range(len(times)))
        assert limit - 200 < os.path.getsize(f"{path}.part") <= limit
        assert done.stdout == f"{first}; {len(times)} records kept in {path}.part\n"
        Path(f"{path}.part").unlink()


def test_an_interrupted_append_leaves_the_trace_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with TraceWriter(path) as writer:
        writer.write(Event(Kind.KIND_SET, 0))
    before = path.read_bytes()

    def fail() -> None:
        with TraceWriter(path, append=True) as writer:
            writer.write(Event(Kind.KIND_SET, 1))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert path.read_bytes().startswith(before)
    with TraceReader(path) as reader:
        assert [event.time_ns for event in reader] == [0, 1]
        assert reader.cut_off
    assert os.listdir(tmp_path) == ["x"]


def test_sync_reaches_the_disk_before_a_write_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def watch(name: str) -> None:
        real = getattr(os, name)

        def call(*arguments: object) -> object:
            folder = name == "fsync" and stat.S_ISDIR(os.fstat(arguments[0]).st_mode)  # type: ignore[arg-type]
            calls.append("fsync folder" if folder else name)
            return real(*arguments)

        monkeypatch.setattr(os, name, call)

    for name in ("write", "fsync", "replace"):
        watch(name)
    frame = ["write", "fsync"]
    with TraceWriter(tmp_path / "x", sync=True) as writer:
        assert calls == ["fsync folder", *frame]
        del calls[:]
        writer.write(Event(Kind.KIND_SET, 0))
        writer.flush()
        assert calls == frame
        del calls[:]
    assert calls == [*frame, *frame, "fsync", "replace", "fsync folder"]
    del calls[:]
    with TraceWriter(tmp_path / "y") as writer:
        writer.write(Event(Kind.KIND_SET, 0))
    assert calls == ["write"] * 4 + ["fsync", "replace"]


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
