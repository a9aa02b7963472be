"""Numbered files: the next number, whatever is there."""

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
