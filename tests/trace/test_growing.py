"""A recording that grows is read as it is written, to its end."""

import threading
import time

import pytest
from click.testing import CliRunner

from wwanreplay._core import Event, Kind
from wwanreplay.cli import root
from wwanreplay.errors import TraceError
from wwanreplay.trace import TraceReader, TraceWriter
from wwanreplay.trace.growing import GrowingFile, growing_files


def note(number):
    return Event(Kind.KIND_NOTE, number, payload=b"note %d" % number)


def test_each_record_is_read_when_it_is_flushed(tmp_path):
    path = tmp_path / "growing.wwtrace"
    writer = TraceWriter(path)
    written = threading.Semaphore(0)
    seen = []

    def follow():
        with GrowingFile(path) as file, TraceReader(file) as reader:
            for event in reader.events():
                seen.append(event.payload)
                written.release()
            assert not reader.cut_text

    writer.write(note(0))
    writer.flush()
    thread = threading.Thread(target=follow)
    thread.start()
    for number in range(1, 4):
        assert written.acquire(timeout=20)  # the one before was read while this is not written
        writer.write(note(number))
        writer.flush()
    assert written.acquire(timeout=20)
    assert thread.is_alive()
    writer.close()
    thread.join(20)
    assert not thread.is_alive()
    assert seen == [b"note %d" % number for number in range(4)]


def test_a_recorder_that_is_gone_ends_it(tmp_path):
    path = tmp_path / "growing.wwtrace"
    writer = TraceWriter(path)
    writer.write(note(0))
    writer.end_early()
    with GrowingFile(path) as file, TraceReader(file) as reader:
        assert len(list(reader.events())) == 1
        assert "cut off" in reader.cut_text


def test_a_trace_that_is_complete_is_read_to_its_end(tmp_path):
    path = tmp_path / "done.wwtrace"
    with TraceWriter(path) as writer:
        writer.write(note(0))
    with GrowingFile(path) as file, TraceReader(file) as reader:
        assert len(list(reader.events())) == 1


@pytest.mark.parametrize("name", ["none.wwtrace", "a\0b"])
def test_what_is_not_there_is_reported(tmp_path, name):
    with pytest.raises(TraceError, match="cannot be read"):
        GrowingFile(f"{tmp_path}/{name}")


def test_show_follows(tmp_path):
    path = tmp_path / "growing.wwtrace"
    writer = TraceWriter(path)
    writer.write(note(0))
    writer.flush()

    def go_on():
        time.sleep(0.2)
        writer.write(note(1))
        writer.close()

    thread = threading.Thread(target=go_on)
    thread.start()
    result = CliRunner().invoke(root, ["show", "--follow", str(path)])
    thread.join()
    assert result.exit_code == 0, result.output
    assert "note: note 1" in result.output


def test_show_follows_what_an_expression_means(tmp_path):
    path = tmp_path / "growing.wwtrace"
    writer = TraceWriter(path)
    writer.write(note(0))
    writer.flush()

    def go_on():
        time.sleep(0.1)
        for number in (1, 2, 3):
            writer.write(note(number))
        writer.close()

    thread = threading.Thread(target=go_on)
    thread.start()
    words = ["show", "--follow", str(path), "--where", "record == 2 or record == 3"]
    result = CliRunner().invoke(root, words)
    thread.join()
    assert result.exit_code == 0, result.output
    assert [number for number in range(4) if f"note: note {number}" in result.output] == [2, 3]


@pytest.mark.long
def test_show_goes_on_with_the_file_that_follows(tmp_path):
    paths = [tmp_path / f"tap.000{number}.wwtrace" for number in (1, 2, 3)]
    for number, path in enumerate(paths[:2]):
        with TraceWriter(path) as writer:
            writer.write(note(number))
    writer = TraceWriter(paths[2])
    writer.write(note(2))

    def go_on():
        time.sleep(0.2)
        writer.write(note(3))
        writer.close()

    thread = threading.Thread(target=go_on)
    thread.start()
    result = CliRunner().invoke(root, ["show", "--follow", str(tmp_path / "tap.wwtrace")])
    thread.join()
    assert result.exit_code == 0, result.output
    assert [number for number in range(4) if f"note: note {number}" in result.output] == [2, 3]


def test_one_numbered_file_follows_another(tmp_path, monkeypatch):
    monkeypatch.setattr("wwanreplay.trace.growing.NEXT_S", 0.01)
    first = TraceWriter(tmp_path / "tap.0001.wwtrace")
    first.write(note(0))
    files = growing_files(tmp_path / "tap.wwtrace")
    seen = []
    with next(files) as file:
        with TraceWriter(tmp_path / "tap.0002.wwtrace") as second:
            first.close()
            second.write(note(1))
        with TraceReader(file) as reader:
            seen += [event.payload for event in reader.events()]
    with next(files) as file, TraceReader(file) as reader:
        seen += [event.payload for event in reader.events()]
    assert seen == [b"note 0", b"note 1"]
    assert list(files) == []
