"""The sample logs and recordings by the rules: those of a sound device break none, a faulty one's
break what was wrong with it.
"""

import io
from pathlib import Path

import pytest
from groups import sampled
from sample_logs import LOGS, RECORDINGS, trace_of

from wwanreplay.analysis.check import check, coverage
from wwanreplay.formats.importer import import_logs
from wwanreplay.trace import TraceReader

#: What is wrong with the device and shows. The faults of the other sessions lie between a CLOSE and
#: an OPEN, when a device can tell nothing, or in the device's choice of values.
FAULTY = {"mbimcli-fault-late": {"async.indication-follows", "time.best-worst", "timing.worst"}}
# Imported logs take a second each; the others are of the long group.
QUICK = [
    "mbimcli-connect-short",
    "mbimcli-fault-late",
    "mbimcli-fault-registration",
    "mbimcli-pin",
    "modem-manager",
    "modem-manager-pin",
]


def broken(reader: TraceReader) -> set[str]:
    is_whole = reader.header.comparison != "field"
    return {each.rule for each in check(reader, is_whole=is_whole)}


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_breaks_what_is_wrong_with_its_device(name: str) -> None:
    with TraceReader(io.BytesIO(trace_of(name))) as reader:
        assert broken(reader) == FAULTY.get(name, set())


@pytest.mark.parametrize("name", sampled(LOGS, QUICK))
def test_a_log_breaks_what_is_wrong_with_its_device(name: str, tmp_path: Path) -> None:
    import_logs([str(LOGS[name])], tmp_path / "log.wwtrace")
    for path in tmp_path.glob("*.wwtrace"):
        with TraceReader(path) as reader:
            assert broken(reader) == FAULTY.get(name.removesuffix("-proxy"), set())
        with TraceReader(path) as reader:
            assert sum(coverage(reader, is_whole=False).values()) > 0
