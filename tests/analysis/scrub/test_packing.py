"""Packings of a log: opened within limits, and packed again."""

import gzip
import io
import lzma
import random
import zipfile

import pytest
from field_samples import read
from groups import sampled
from log_samples import (
    IDENTITIES,
    IMSI,
    LOGS,
    MESSAGES,
    wires,
)
from scrub_samples import KEY

from wwanreplay.analysis.scrub import scrub_log
from wwanreplay.analysis.scrub.packing import PACKINGS, members_of, packing_of, zipped
from wwanreplay.errors import InputError, LimitError
from wwanreplay.packing.expansion import Expansion


def test_the_packing_stays() -> None:
    log = LOGS["umbim"](*MESSAGES)
    plain = scrub_log(log, KEY)
    assert gzip.decompress(scrub_log(gzip.compress(log), KEY)) == plain
    assert lzma.decompress(scrub_log(lzma.compress(log), KEY)) == plain
    twice = scrub_log(gzip.compress(lzma.compress(log)), KEY)
    assert lzma.decompress(gzip.decompress(twice)) == plain


def test_a_gz_that_was_cut_off_gives_what_is_left() -> None:
    log = LOGS["umbim"](*MESSAGES * 40)
    packed = gzip.compress(log)
    scrubbed = gzip.decompress(scrub_log(packed[: len(packed) // 2], KEY))
    assert 0 < len(scrubbed) < len(log)
    assert len(read(scrubbed)) > 1


def test_the_members_of_an_archive_share_their_identities() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.log", LOGS["umbim"](*MESSAGES))
        archive.writestr(f"logs/{IMSI}.txt", f"it was {IMSI}\n")
        archive.writestr("b.pcap", LOGS["pcap 220"](*MESSAGES))
    with zipfile.ZipFile(io.BytesIO(scrub_log(target.getvalue(), KEY))) as archive:
        image = IDENTITIES.text("SubscriberId", IMSI)
        assert archive.namelist() == ["a.log", f"logs/{image}.txt", "b.pcap"]
        assert archive.read(f"logs/{image}.txt").decode() == f"it was {image}\n"
        assert wires(archive.read("b.pcap")) == wires(archive.read("a.log"))


def expansion() -> Expansion:
    return Expansion(1 << 20)


@pytest.mark.parametrize("packing", PACKINGS, ids=lambda packing: packing.name)
@pytest.mark.parametrize("size", [0, 1, 5000, (1 << 20) - 1])
def test_what_is_packed_is_known_by_its_first_bytes_and_comes_back(packing, size) -> None:
    data = bytes(range(256)) * (size // 256) + bytes(size % 256)
    packed = packing.pack(data)
    assert packing_of(packed) is packing
    assert packing.unpack(packed, "a", expansion()) == data


@pytest.mark.parametrize("packing", sampled(PACKINGS, 1, ids=lambda packing: packing.name))
def test_more_than_the_limit_is_refused_before_it_is_in_memory(packing) -> None:
    packed = packing.pack(bytes(50 << 20))
    with pytest.raises(LimitError):
        packing.unpack(packed, "a", expansion())


@pytest.mark.parametrize("packing", PACKINGS, ids=lambda packing: packing.name)
def test_damage_at_the_beginning_is_one_line_and_behind_it_gives_what_is_left(packing) -> None:
    data = random.Random(3).randbytes(200_000)
    packed = packing.pack(data)
    with pytest.raises(InputError, match=r"^a\.log: the packed data are damaged: ") as caught:
        packing.unpack(packed[:4] + b"\xff" * 40, "a.log", expansion())
    assert "\n" not in str(caught.value)
    left = packing.unpack(packed[: len(packed) // 2], "a.log", Expansion(1 << 20))
    assert data.startswith(left)
    assert len(left) < len(data)


@pytest.mark.parametrize("data", [b"", b"plain text", b"PK\x03\x04", b"\x1f", b"BZ"])
def test_what_is_not_packed_is_no_packing(data) -> None:
    assert packing_of(data) is None


def test_an_archive_keeps_names_dates_and_order() -> None:
    date = (2020, 2, 29, 12, 30, 58)
    archive = zipped([("b.log", date, b"1"), ("a/c.log", date, b"")])
    found = [
        (info.filename, info.date_time, content)
        for info, content in members_of(archive, "x.zip", expansion())
    ]
    assert found == [("b.log", date, b"1"), ("a/c.log", date, b"")]


def test_a_member_beyond_the_limit_is_refused() -> None:
    archive = zipped([("big", (2020, 1, 1, 0, 0, 0), bytes(5 << 20))])
    with pytest.raises(LimitError):
        list(members_of(archive, "x.zip", expansion()))
    with pytest.raises(InputError, match=r"x\.zip: cannot be read as a zip archive"):
        list(members_of(archive[:-30], "x.zip", expansion()))
