"""Files attached to a trace: texts are read, others searched, packed ones unpacked first."""

import bz2
import gzip
import lzma

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_samples import (
    IDENTITIES,
    IMSI,
    LOGS,
    MESSAGES,
    wires,
)
from scrub_samples import KEY, note, trace_of

from wwanreplay.analysis.scrub import scrub_bytes, scrub_log
from wwanreplay.analysis.scrub.attachments import learn_bytes, replace_bytes, unpacked
from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.keyed import make_key
from wwanreplay.analysis.scrub.speller import Speller
from wwanreplay.trace import TraceReader


def test_attached_logs_are_scrubbed_as_logs() -> None:
    log = LOGS["hexdump pairs"](*MESSAGES)
    attachments = [("a.log", log), ("b.gz", gzip.compress(LOGS["umbim"](*MESSAGES)))]
    trace, report = scrub_bytes(trace_of([note("x")], attachments), KEY)
    with TraceReader(trace) as reader:
        files = {each.name: each.data for each in reader.attachments()}
    assert files["a.log"] == scrub_log(log, KEY)
    assert wires(gzip.decompress(files["b.gz"])) == wires(files["a.log"])
    assert report.attachments_dropped == []


PACKERS = {"gzip": gzip.compress, "xz": lzma.compress, "bzip2": bz2.compress}


def replaced(data: bytes) -> bytes | None:
    identities = Identities(make_key(KEY))
    learn_bytes(data, identities)
    return replace_bytes(data, identities, Speller(identities))


IMAGE = IDENTITIES.text("SubscriberId", IMSI)
TEXT = f"IMSI: {IMSI}\n"
SCRUBBED = f"IMSI: {IMAGE}\n"


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_a_packed_text_stays_packed_with_other_identities(pack) -> None:
    found = replaced(pack(TEXT.encode()))
    opened = unpacked(found)
    assert opened is not None
    assert opened[0].decode() == SCRUBBED
    assert opened[1] is not None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_text_keeps_its_encoding_and_its_mark(encoding: str) -> None:
    mark = {"utf-8": b"", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}[encoding]
    assert replaced(mark + TEXT.encode(encoding)) == mark + SCRUBBED.encode(encoding)


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 rest",
        b"7z\xbc\xaf\x27\x1c rest",
        b"\x28\xb5\x2f\xfd rest",
        b"\x96\x01\xa9wwantrace rest",
        gzip.compress(b"x") + gzip.compress(b"y"),
        gzip.compress(bz2.compress(b"x")),
        b"\x1f\x8b no gzip",
        b"BZh no bzip2",
    ],
    ids=["zip", "7z", "zstd", "trace", "two", "nested", "no gzip", "no bzip2"],
)
def test_what_cannot_be_opened_is_not_guessed_at(data: bytes) -> None:
    assert unpacked(data) is None
    assert replaced(data) is None


def test_other_files_are_searched_for_what_is_known() -> None:
    identities = Identities(make_key(KEY))
    learn_bytes(TEXT.encode(), identities)
    binary = b"\0\1" + IMSI.encode("utf-16-be") + b"\xff"
    learn_bytes(binary, identities)
    found = replace_bytes(binary, identities, Speller(identities))
    assert found == b"\0\1" + IMAGE.encode("utf-16-be") + b"\xff"


@pytest.mark.long
@settings(max_examples=30)
@given(st.binary(max_size=80))
def test_any_file_is_replaced_or_refused(data: bytes) -> None:
    found = replaced(data)
    assert (found is None) is (unpacked(data) is None)
