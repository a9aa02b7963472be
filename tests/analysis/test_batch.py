"""Many files: a fault of one is reported for that file, and the others are replayed."""

import os
import shutil

import pytest
from checkout import TRACES
from click.testing import CliRunner

from wwanreplay.analysis.batch import ReplayOptions
from wwanreplay.cli import root
from wwanreplay.errors import EXIT_INTERNAL, EXIT_UNREADABLE, EXIT_YES
from wwanreplay.fleet import ReplayWork, Where, run
from wwanreplay.replay import replay as real_replay
from wwanreplay.trace import TraceReader, TraceWriter


class Deadly(str):
    """A path that ends the process which is given it."""

    __slots__ = ()

    def __reduce__(self):
        return os._exit, (9,)


def folder_with(tmp_path, spoil):
    """Three traces, the second with a spoilt profile."""
    for name in ("a-sim", "c-pin"):
        shutil.copy(TRACES / f"{name[2:]}.wwtrace", tmp_path / f"{name}.wwtrace")
    with TraceReader(TRACES / "queries.wwtrace") as reader:
        header, events = reader.header, list(reader.events())
    spoil(header.profile_mapping)
    bad = tmp_path / "b-bad.wwtrace"
    with TraceWriter(bad, header) as writer:
        for event in events:
            writer.write(event)
    return bad


SPOILT = {
    "lte_bands[0]: -1 is not from 0 to 65535": lambda m: m["lte_bands"].__setitem__(0, -1),
    "lte_bands[0]: must be a whole number, not 'x'": (lambda m: m["lte_bands"].__setitem__(0, "x")),
    "services[0].commands[0]: 1099511627776 is not from 0 to 4294967295": (
        lambda m: m["services"][0]["commands"].__setitem__(0, 2**40)
    ),
    "pco[0].octets: must be bytes, not -1": lambda m: m.update(pco=[{"octets": -1}]),
    "providers[2].rssi: 99999 is not from 0 to 31 or 99": (
        lambda m: m["providers"][2].update(rssi=99999)
    ),
}


FIRST = next(iter(SPOILT))


@pytest.mark.parametrize(("message", "jobs"), [*((message, 1) for message in SPOILT), (FIRST, 2)])
def test_one_bad_profile_does_not_stop_a_folder(message, jobs, tmp_path):
    bad = folder_with(tmp_path, SPOILT[message])
    result = CliRunner().invoke(root, ["replay", str(tmp_path), "-j", str(jobs)])
    assert result.exit_code == EXIT_UNREADABLE
    assert f"{bad}: the trace's profile: {message}" in result.stderr
    assert f"{tmp_path / 'a-sim.wwtrace'}: equal" in result.stdout
    assert f"{tmp_path / 'c-pin.wwtrace'}: equal" in result.stdout


def test_an_error_of_ours_is_reported_of_its_file_and_the_others_are_replayed(monkeypatch, capsys):
    paths = [str(TRACES / f"{name}.wwtrace") for name in ("sim", "queries", "pin")]

    def broken(reader, **options):
        if "queries" in reader.path:
            raise KeyError("guid")
        return real_replay(reader, **options)

    monkeypatch.setattr("wwanreplay.replay.replay", broken)
    reports = list(run(paths, ReplayWork(ReplayOptions(debug=True)), Where()))
    assert [report.exit_code for report in reports] == [EXIT_YES, EXIT_INTERNAL, EXIT_YES]
    assert reports[1].error.startswith(f"{paths[1]}: internal error: KeyError: 'guid' (")
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.long
def test_a_process_that_dies_is_reported_of_its_file_and_the_others_are_replayed():
    names = ("sim", "queries", "pin", "cdma")
    paths = [str(TRACES / f"{name}.wwtrace") for name in names]
    paths[1] = Deadly(paths[1])
    reports = list(run(paths, ReplayWork(ReplayOptions()), Where(2)))
    assert [str(report.path) for report in reports] == [str(path) for path in paths]
    assert [report.exit_code for report in reports] == [
        EXIT_YES,
        EXIT_INTERNAL,
        EXIT_YES,
        EXIT_YES,
    ]
    assert reports[1].error == (
        f"{paths[1]}: the process that had it was killed, or ran out of memory"
    )
