"""Files, archives and streams, in any packing and encoding."""

import gzip
import io
import lzma
import zipfile
from pathlib import Path

import field_samples as samples
import pytest
import zstandard
from field_samples import mbim, old_libmbim, read, reading

from wwanreplay.errors import InputError, LimitError
from wwanreplay.formats import sources
from wwanreplay.formats.reading import LogReading
from wwanreplay.formats.sources import open_sources

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
    assert messages[0].place.source == "<stdin>"


def test_members_of_an_archive_are_named():
    messages = read(zipped(one=LOG, two=b"nothing to see\n"), label="all.zip")
    assert {message.place.source for message in messages} == {"all.zip/one"}


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, zstandard.compress])
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


def test_what_unpacks_to_far_too_much_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sources, "RATIO_FREE_SIZE", 1 << 20)
    monkeypatch.setattr(sources, "RATIO_MAX", 100)
    bomb = gzip.compress(LOG + bytes(1 << 24))
    with pytest.raises(LimitError, match="bytes unpacked of each packed byte"):
        read(bomb)
    with pytest.raises(LimitError):
        read(zipped(log=LOG + bytes(1 << 24)))


def test_packing_in_packing_has_an_end():
    packed = LOG
    for _ in range(sources.LAYERS_MAX + 1):
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
