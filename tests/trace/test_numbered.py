"""Numbered files: the next number, whatever is there."""

from pathlib import Path

import pytest

from wwanreplay.errors import OutputError, UsageError
from wwanreplay.outputs.target import busy_error
from wwanreplay.trace.numbered import FileNames


def test_numbers_go_on_behind_files_that_are_there(tmp_path):
    path = str(tmp_path / "a[b].x.wwtrace")
    assert FileNames(path).next() == str(tmp_path / "a[b].x.0001.wwtrace")
    for name in ("a[b].x.0007.wwtrace", "a[b].x.0012.wwtrace.part", "a[b].x.99.wwtrace", "z.0100"):
        (tmp_path / name).touch()
    names = FileNames(path)
    assert names.last == str(tmp_path / "a[b].x.0012.wwtrace")
    assert names.next() == str(tmp_path / "a[b].x.0013.wwtrace")
    assert names.next() == str(tmp_path / "a[b].x.0014.wwtrace")


def test_a_name_that_another_recorder_begins_meanwhile_is_passed_over(tmp_path):
    names = FileNames(str(tmp_path / "a.wwtrace"))

    def open_file(path):
        if path.endswith(".0001.wwtrace"):
            raise busy_error(f"{path}.part")
        if path.endswith(".0002.wwtrace"):
            Path(path).touch()
            raise UsageError(f"{path}: exists already")
        if path.endswith(".0003.wwtrace"):
            Path(f"{path}.part").touch()
            raise UsageError(f"{path}.part: a recording that did not end is there")
        return path

    path, opened = names.begin(open_file)
    assert path == opened == str(tmp_path / "a.0004.wwtrace")


def test_what_another_recorder_has_begun_is_seen_at_the_next_file(tmp_path):
    names = FileNames(str(tmp_path / "a.wwtrace"))
    assert names.begin(str)[0].endswith(".0001.wwtrace")
    (tmp_path / "a.0005.wwtrace.part").touch()
    assert names.begin(str)[0].endswith(".0006.wwtrace")


def test_any_other_error_is_one(tmp_path):
    names = FileNames(str(tmp_path / "a.wwtrace"))

    def fails(path):
        raise OutputError("no room", path=path)

    with pytest.raises(OutputError, match="no room"):
        names.begin(fails)
    assert names.last.endswith(".0001.wwtrace")
