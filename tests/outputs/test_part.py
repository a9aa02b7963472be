"""Recordings in progress: one recorder of a path, and what it has stays when it ends early."""

import os
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from output_samples import GOOD, content
from verbs import ENVIRONMENT

from wwanreplay._core import Event, Kind
from wwanreplay.errors import OutputError, UsageError
from wwanreplay.outputs import PartFile, counted, reserved, write_whole
from wwanreplay.stores import Location
from wwanreplay.trace import TraceReader, TraceWriter


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


def test_a_reserved_place_is_locked_and_left_empty_unless_it_is_filled(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with reserved(path):
        assert os.listdir(tmp_path) == ["x.part"]
        with pytest.raises(OutputError, match="another recorder"):
            PartFile(path)
    assert os.listdir(tmp_path) == []
    with reserved(path) as part:
        part.fill(b"trace", 3)
    assert content(tmp_path) == {"x": b"trace"}


def test_what_cannot_be_put_in_its_place_is_kept_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with reserved(path) as part:
        path.write_bytes(GOOD)  # meanwhile
        with pytest.raises(UsageError, match="exists already") as caught:
            part.fill(b"trace", 1)
    assert caught.value.__notes__ == [f"1 record kept in {path}.part"]
    assert content(tmp_path) == {"x": GOOD, "x.part": b"trace"}


def test_bytes_behind_a_cut_are_gone_and_the_size_says_so(tmp_path: Path) -> None:
    part = PartFile(tmp_path / "x")
    part.write(b"0123456789", 0)
    part.cut(4)
    assert part.size() == 4
    part.write(b"ab", 4)
    part.finish()
    assert content(tmp_path) == {"x": b"0123ab"}


def test_the_name_of_a_linked_recording_is_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "link").symlink_to("deep/x")
    for out, name in (("link", "deep/x.part"), ("deep/y", "deep/y.part")):
        with reserved(tmp_path / out) as part:
            assert part.name == part.path == str(tmp_path / name)


def test_records_are_counted_in_words() -> None:
    assert [counted(count) for count in (0, 1, 2)] == ["0 records", "1 record", "2 records"]


def test_a_recording_for_a_store_is_here_until_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fsspec")
    monkeypatch.chdir(tmp_path)
    target = Location(f"file://{tmp_path}/store/a.wwtrace")
    (tmp_path / "store").mkdir()
    part = PartFile(target)
    assert part.path == str(tmp_path / "a.wwtrace.part")
    with pytest.raises(OutputError, match="another recorder is writing it"):
        PartFile(target)
    part.write(b"whole", 0)
    assert not (tmp_path / "store" / "a.wwtrace").exists()
    part.finish()
    assert (tmp_path / "store" / "a.wwtrace").read_bytes() == b"whole"
    assert not (tmp_path / "a.wwtrace.part").exists()
    with pytest.raises(UsageError, match="exists already"):
        PartFile(target)


def test_what_appears_in_the_store_meanwhile_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fsspec")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "store").mkdir()
    place = tmp_path / "store" / "a.wwtrace"
    part = PartFile(Location(f"file://{place}"))
    part.write(b"mine", 0)
    place.write_bytes(b"theirs")
    with pytest.raises(UsageError, match="exists already"):
        part.finish()
    part.keep()
    assert place.read_bytes() == b"theirs"
    assert (tmp_path / "a.wwtrace.part").read_bytes() == b"mine"
