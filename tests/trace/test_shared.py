"""Several readers of one open file do not disturb each other's place."""

import io
import os
from pathlib import Path

from wwanreplay.trace.shared import SharedFile


def test_each_has_its_own_place_and_the_file_stays_open(tmp_path: Path) -> None:
    path = tmp_path / "octets"
    path.write_bytes(bytes(range(200)))
    with path.open("rb", buffering=0) as file:
        one, two = SharedFile(file.fileno()), SharedFile(file.fileno())
        assert one.readable()
        assert one.seekable()
        assert one.seek(10) == 10
        assert two.seek(-5, os.SEEK_END) == 195
        assert two.seek(1, os.SEEK_CUR) == 196
        assert one.read(3) == bytes((10, 11, 12))
        assert two.read(9) == bytes((196, 197, 198, 199))
        assert two.read(9) == b""
        assert (one.tell(), two.tell(), file.tell()) == (13, 200, 0)
        view = bytearray(4)
        assert one.readinto(view) == 4
        one.close()
        two.close()
        assert file.read(2) == b"\0\1"
    assert isinstance(one, io.RawIOBase)
