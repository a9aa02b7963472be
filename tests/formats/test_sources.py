"""Files, archives and streams, in any packing and encoding."""

import codecs
import gzip
import io
import lzma
import zipfile
from pathlib import Path

import field_samples as samples
import pytest
import zstandard
from click.testing import CliRunner
from field_samples import mbim, old_libmbim, read, reading
from groups import sampled

from wwanreplay.analysis.scrub import scrub_log
from wwanreplay.cli import root
from wwanreplay.errors import InputError, LimitError
from wwanreplay.formats.reading import LogReading
from wwanreplay.formats.sources import encoding_of, open_sources
from wwanreplay.packing import expansion, streams

LOG = (old_libmbim(samples.OPEN) + old_libmbim(samples.OPEN_DONE)).encode()


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize(
    "packed",
    [
        LOG,
        gzip.compress(LOG),
        gzip.compress(LOG[:50]) + gzip.compress(LOG[50:]),
        lzma.compress(LOG),
        lzma.compress(LOG) + bytes(8) + lzma.compress(b"\n"),
        zstandard.compress(LOG),
        zipped(log=LOG),
        gzip.compress(lzma.compress(LOG)),
        gzip.compress(zipped(log=LOG)),
        zipped(log=gzip.compress(LOG)),
    ],
    ids=["plain", "gz", "gz gz", "xz", "xz xz", "zst", "zip", "xz.gz", "zip.gz", "gz.zip"],
)
def test_packed_logs_are_read(packed: bytes, tmp_path: Path):
    path = tmp_path / "log"
    path.write_bytes(packed)
    assert mbim(list(LogReading([path]))) == [samples.OPEN, samples.OPEN_DONE]
    assert mbim(read(packed)) == [samples.OPEN, samples.OPEN_DONE]


@pytest.mark.parametrize(
    "encoded",
    [
        LOG.decode().encode("utf-16"),
        LOG.decode().encode("utf-16-le"),
        LOG.decode().encode("utf-16-be"),
        b"\xfe\xff" + LOG.decode().encode("utf-16-be"),
        b"\xef\xbb\xbf" + LOG,
        LOG.replace(b"\n", b"\r\n"),
        b"M\xfcnchen\n" + LOG,
        gzip.compress(LOG.decode().encode("utf-16")),
    ],
    ids=[
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "be mark",
        "utf-8 mark",
        "crlf",
        "latin-1",
        "gz utf-16",
    ],
)
def test_encodings_are_found_out(encoded: bytes):
    assert mbim(read(encoded)) == [samples.OPEN, samples.OPEN_DONE]


def test_a_log_from_standard_input(monkeypatch: pytest.MonkeyPatch):
    class Stdin:
        buffer = io.BytesIO(gzip.compress(LOG))

    monkeypatch.setattr("sys.stdin", Stdin)
    messages = list(LogReading(["-"]))
    assert mbim(messages) == [samples.OPEN, samples.OPEN_DONE]
    assert messages[0].place.source == "/dev/stdin"


def test_members_of_an_archive_are_named():
    messages = read(zipped(one=LOG, two=b"nothing to see\n"), label="all.zip")
    assert {message.place.source for message in messages} == {"all.zip/one"}


@pytest.mark.parametrize(
    "pack", sampled([gzip.compress, lzma.compress, zstandard.compress], [gzip.compress])
)
def test_packed_data_that_end_early_give_what_they_have(pack):
    packed = pack(LOG + b"".join(b"%d filler\n" % number for number in range(200_000)))
    messages, counts = reading(packed[: len(packed) * 3 // 4])
    assert mbim(messages) == [samples.OPEN, samples.OPEN_DONE]
    assert pack is zstandard.compress or counts.dropped.count == 1


def test_damage_in_packed_data_is_counted():
    packed = bytearray(gzip.compress(LOG + bytes(range(256)) * 4000, 1))
    packed[-3000:-2000] = bytes(1000)
    messages, counts = reading(bytes(packed))
    assert mbim(messages) == [samples.OPEN, samples.OPEN_DONE]
    assert counts.dropped.count == 1
    assert "packed data" in counts.dropped.first[0][1]


def nested_zip(log: bytes) -> bytes:
    return zipped(a=zipped(log=log), b=zipped(log=log))


FILLING = LOG + 4096 * (1023 * b"x" + b"\n")
BOMBS = {
    "gz": gzip.compress(FILLING),
    "xz": lzma.compress(FILLING),
    "zst": zstandard.compress(FILLING),
    "zip": zipped(log=FILLING),
    "gz.gz": gzip.compress(gzip.compress(FILLING)),
    "zip.zip": nested_zip(FILLING),
    "members": zipped(**{f"log{number}": LOG + 128 * (8191 * b"x" + b"\n") for number in range(4)}),
}


class Consumed:
    """A file that counts how much of what it unpacks to was made."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.size = 0
        add = expansion.Expansion.add

        def counted(each: expansion.Expansion, name: str, size: int) -> None:
            self.size += size
            add(each, name, size)

        monkeypatch.setattr(expansion.Expansion, "add", counted)


@pytest.mark.parametrize("packing", BOMBS)
def test_what_unpacks_to_far_too_much_is_refused_on_the_way(
    packing: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(expansion, "RATIO_FREE_SIZE", 1 << 19)
    monkeypatch.setattr(expansion, "RATIO_MAX", 100)
    consumed = Consumed(monkeypatch)
    with pytest.raises(LimitError, match=r"bytes unpacked, .*--max-expanded") as caught:
        read(BOMBS[packing])
    with pytest.raises(LimitError, match=r"bytes unpacked, .*--max-expanded"):
        scrub_log(BOMBS[packing])
    most = max(1 << 19, 100 * len(BOMBS[packing]))
    assert caught.value.limit <= min(most, caught.value.value)
    assert consumed.size <= 2 * (most + 2 * streams.PIECE_SIZE + (1 << 20))


@pytest.mark.parametrize("packing", BOMBS)
def test_the_user_may_allow_as_much_as_there_is_and_no_more(packing: str, tmp_path: Path):
    path = tmp_path / "log"
    path.write_bytes(BOMBS[packing])
    with pytest.raises(LimitError, match="bytes unpacked") as caught:
        list(LogReading([path], expanded_size_max=1 << 20))
    assert (caught.value.limit, caught.value.value > 1 << 20) == (1 << 20, True)
    messages = mbim(list(LogReading([path], expanded_size_max=1 << 30)))
    assert set(messages) == {samples.OPEN, samples.OPEN_DONE}


def test_a_member_that_says_it_is_too_large_is_not_opened(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(expansion, "EXPANDED_SIZE_MAX", 1 << 20)
    consumed = Consumed(monkeypatch)
    with pytest.raises(LimitError, match=r"all\.zip/log: bytes unpacked"):
        reading(BOMBS["zip"], label="all.zip")
    assert consumed.size == 0


def test_members_of_all_archives_of_a_file_are_counted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(expansion, "MEMBERS_MAX", 3)
    with pytest.raises(LimitError, match="members of the archive: 4 exceeds the limit of 3"):
        read(nested_zip(LOG))


def test_the_command_refuses_a_bomb_in_one_line_and_takes_a_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    bomb, out = tmp_path / "bomb.gz", tmp_path / "out.wwtrace"
    monkeypatch.setattr(expansion, "RATIO_FREE_SIZE", 1 << 19)
    monkeypatch.setattr(expansion, "RATIO_MAX", 100)
    bomb.write_bytes(BOMBS["gz"])
    for verb in ("import", "scrub"):
        run = CliRunner().invoke(root, [verb, str(bomb), "-o", str(out)])
        assert (run.exit_code, run.stderr.count("\n")) == (3, 1)
        assert f"{bomb}: bytes unpacked" in run.stderr
        assert not out.exists()
    run = CliRunner().invoke(root, ["import", str(bomb), "-o", str(out), "--max-expanded", "1G"])
    assert run.exit_code == 0
    run = CliRunner().invoke(root, ["import", str(bomb), "-o", str(out), "--max-expanded", "x"])
    assert run.exit_code == 2


def test_packing_in_packing_has_an_end():
    packed = LOG
    for _ in range(expansion.LAYERS_MAX + 1):
        packed = gzip.compress(packed)
    with pytest.raises(LimitError, match="layers of packing"):
        read(packed)


def test_a_file_that_is_not_there_is_an_input_error(tmp_path: Path):
    with pytest.raises(InputError, match="cannot be read: No such file"):
        list(open_sources(tmp_path / "none"))
    with pytest.raises(InputError):
        list(open_sources(tmp_path))


def test_an_archive_that_is_damaged_is_an_input_error():
    with pytest.raises(InputError, match="zip archive"):
        read(zipped(log=LOG)[:-20])


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_a_mark_of_utf_16_before_other_text_is_damage(mark: bytes) -> None:
    text = "[12:00:01] 0000: 01 00 00 00 10\n"
    assert encoding_of(mark + text.encode()) is None
    name = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
    assert encoding_of(mark + text.encode(name)) == "utf-16"
    assert encoding_of(mark + "\u6d4b\u8bd5\n".encode(name) * 9) == "utf-16"
