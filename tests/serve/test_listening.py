"""A listening UNIX socket: who may open it, what it replaces, and what stays when it ends."""

import os
import socket
import stat
from pathlib import Path

import pytest

from wwanreplay.errors import UsageError
from wwanreplay.serve.listening import NameTakenError, PathListener


def listener(path: Path) -> PathListener:
    return PathListener(path, backlog=1)


def test_it_is_for_its_owner_whatever_the_mask_of_modes_and_goes_when_it_is_closed(
    tmp_path: Path,
) -> None:
    path = tmp_path / "socket"
    before = os.umask(0)
    try:
        made = listener(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["socket"]
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(os.fspath(path))
    made.close()
    made.close()  # once more is no error
    assert os.listdir(tmp_path) == []


def test_one_that_nobody_listens_at_is_replaced_and_all_else_is_not(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(os.fspath(path))
    made = listener(path)
    with pytest.raises(NameTakenError, match="another program listens there"):
        listener(path)
    made.close()
    for other in (lambda: path.write_text("mine"), path.mkdir, lambda: path.symlink_to("/")):
        other()
        with pytest.raises(UsageError, match="is not a socket; it is not replaced"):
            listener(path)
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no/socket", "the folder .*/no does not exist"),
        ("long" * 40, "is too long for a socket; 107 at most"),
        ("a\0b", "null"),
    ],
)
def test_a_path_where_none_can_be_made_is_one_line_and_leaves_nothing(
    tmp_path: Path, name: str, reason: str
) -> None:
    with pytest.raises(UsageError, match=reason) as raised:
        listener(tmp_path / name)
    assert "\n" not in str(raised.value)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("end", [PathListener.remove, PathListener.close])
def test_what_is_somebody_elses_by_now_stays(tmp_path: Path, end) -> None:
    path = tmp_path / "socket"
    made = listener(path)
    path.unlink()
    theirs = listener(path)
    end(made)
    assert path.is_socket()
    made.close()
    theirs.close()
    assert not path.exists()
