"""Where the divergences stand that a trace is expected to show."""

import os

import pytest
from checkout import TRACES

from wwanreplay.analysis.expected_place import ATTACHMENT, SUFFIX, find_expected
from wwanreplay.errors import TraceError
from wwanreplay.trace import TraceHeader, TraceWriter


def trace_with(path, *attachments):
    with path.open("wb") as file, TraceWriter(file, TraceHeader()) as writer:
        for name, data in attachments:
            writer.attach(name, data)
    return path


def test_most_traces_have_none():
    assert find_expected(TRACES / "demo.wwtrace") is None


def test_the_last_attachment_of_the_name_counts(tmp_path):
    path = trace_with(
        tmp_path / "t.wwtrace", (ATTACHMENT, b"# first"), ("other", b"x"), (ATTACHMENT, b"# last")
    )
    found = find_expected(path)
    assert found is not None
    assert found.attachment is not None
    assert (found.where, found.attachment.data) == (f"{path}/{ATTACHMENT}", b"# last")


def test_the_file_beside_goes_before_the_attachment(tmp_path):
    path = trace_with(tmp_path / "t.wwtrace", (ATTACHMENT, b"# inside"))
    beside = tmp_path / f"t.wwtrace{SUFFIX}"
    beside.write_text("")
    assert find_expected(path) == (str(beside), None)


def test_a_pipe_is_left_to_the_replay(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert find_expected(tmp_path / "pipe") is None


def test_a_file_that_is_no_trace_is_an_error(tmp_path):
    (tmp_path / "t.wwtrace").write_bytes(b"no trace")
    with pytest.raises(TraceError, match=r"t\.wwtrace"):
        find_expected(tmp_path / "t.wwtrace")
