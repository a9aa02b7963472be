"""Scrub of traces and logs, in memory and in files: one key, one mapping."""

import gzip
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from scrub_samples import KEY, recording, served

from wwanreplay.analysis.scrub import (
    is_log,
    scrub_bytes,
    scrub_file,
    scrub_log,
    scrub_log_file,
    scrub_text,
)
from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.keyed import make_key
from wwanreplay.errors import LimitError, TraceError, UsageError, WwanReplayError
from wwanreplay.trace import TraceReader


def test_one_key_gives_one_mapping_in_every_trace() -> None:
    first, second = (scrub_bytes(trace, KEY)[0] for trace in (recording("demo"), served()))
    same = [TraceReader(trace).header.profile_mapping for trace in (first, second)]
    assert same[0] == same[1]
    assert scrub_bytes(recording("demo"), KEY)[0] == first
    assert scrub_bytes(recording("demo"), b"another")[0] != first
    assert scrub_bytes(recording("demo"))[0] != scrub_bytes(recording("demo"))[0]


def test_a_log_is_scrubbed_with_the_same_mapping() -> None:
    image = Identities(make_key(KEY)).text("SubscriberId", "262011234567890")
    assert scrub_text("IMSI: '262011234567890'\n", KEY) == f"IMSI: '{image}'\n"


LOG = b"IMSI: '262011234567890'\n"


def test_a_file_is_scrubbed_as_its_bytes_are(tmp_path: Path) -> None:
    source, out = tmp_path / "a.wwtrace", tmp_path / "b.wwtrace"
    source.write_bytes(recording("demo"))
    report = scrub_file(source, out, KEY)
    data, expected = scrub_bytes(recording("demo"), KEY)
    assert out.read_bytes() == data
    assert (report.digest, report.records) == (expected.digest, expected.records)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_log_file_is_scrubbed_as_its_bytes_are(tmp_path: Path) -> None:
    source, out = tmp_path / "a.log.gz", tmp_path / "b.log.gz"
    source.write_bytes(gzip.compress(LOG))
    scrub_log_file(source, out, KEY)
    assert gzip.decompress(out.read_bytes()) == scrub_log(LOG, KEY)
    assert scrub_text(LOG.decode(), KEY).encode() == scrub_log(LOG, KEY)


@pytest.mark.parametrize("scrub", [scrub_file, scrub_log_file])
def test_a_file_that_is_there_needs_force_and_one_that_is_not_is_an_error(
    tmp_path: Path, scrub: Callable[..., object]
) -> None:
    source, out = tmp_path / "a", tmp_path / "b"
    source.write_bytes(recording("demo") if scrub is scrub_file else LOG)
    out.write_bytes(b"precious")
    with pytest.raises(UsageError, match="exists already"):
        scrub(source, out, KEY)
    assert out.read_bytes() == b"precious"
    scrub(source, out, KEY, force=True)
    assert out.read_bytes() != b"precious"
    with pytest.raises(WwanReplayError, match="cannot be read: No such file"):
        scrub(tmp_path / "none", tmp_path / "c", KEY)
    assert not (tmp_path / "c").exists()


def test_what_is_no_trace_leaves_no_file(tmp_path: Path) -> None:
    source = tmp_path / "a"
    source.write_bytes(b"no trace" * 10)
    with pytest.raises(TraceError, match="not a wwanreplay trace"):
        scrub_file(source, tmp_path / "b", KEY)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_log_beyond_the_size_that_is_allowed_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "a.gz"
    source.write_bytes(gzip.compress(LOG * 1000))
    with pytest.raises(LimitError):
        scrub_log_file(source, tmp_path / "b.gz", KEY, expanded_size_max=1000)
    assert not (tmp_path / "b.gz").exists()


@pytest.mark.parametrize(
    ("data", "log"),
    [(LOG, True), (b"", False), (b"\x96", False), (b"\x96\x01x", True), (b"\x1f\x8b", True)],
)
def test_what_begins_otherwise_than_a_trace_is_a_log(
    tmp_path: Path, data: bytes, log: bool
) -> None:
    source = tmp_path / "a"
    source.write_bytes(data)
    assert is_log(source) is log


def test_a_trace_and_what_cannot_be_read_are_no_log(tmp_path: Path) -> None:
    source = tmp_path / "a"
    source.write_bytes(recording("demo"))
    assert not is_log(source)
    assert not is_log(tmp_path / "none")
    assert not is_log(tmp_path)
