"""The options of a recorded device that is served: what goes together, and the exit code."""

import json
import signal
from pathlib import Path

import click
import pytest
from groups import sampled
from mbim_host import TIMEOUT_S
from played_host import command, opening, queries_trace, talk
from running import running_verb
from verbs import run

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.cli.played import TraceOptions, report_played
from wwanreplay.devices.pace import Pace, parse_pace
from wwanreplay.devices.playback import Match, Order, Policy
from wwanreplay.serve.played import Played
from wwanreplay.trace import TraceReader
from wwanreplay.verdict import Verdict


@pytest.fixture(scope="module")
def served_trace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return queries_trace(tmp_path_factory.mktemp("played"))


@pytest.mark.parametrize(
    ("cids", "options", "code", "verdict"),
    sampled(
        [
            ((1, 4), (), 0, "equal"),
            ((1, 19), ("--unmatched", "error"), 1, "diverged"),
            ((), (), 1, "nothing compared"),
            ((), ("--allow-empty",), 0, "nothing compared"),
            ((1,), ("--match", "command"), 0, "no fault"),
        ],
        2,
    ),
)
def test_the_exit_code_is_the_verdict(
    tmp_path: Path, served_trace: Path, cids, options, code, verdict
) -> None:
    record = tmp_path / "session.wwtrace"
    arguments = ["--pty", "--trace", str(served_trace), "--json", "--speed", "full", *options]
    with running_verb("serve", *arguments, "--record", str(record)) as process:
        assert process.stdout is not None
        pty = json.loads(process.stdout.readline())["pty"]
        talk(pty, opening(), *(command(number, cid) for number, cid in enumerate(cids, 2)))
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=TIMEOUT_S)
    summary = json.loads(out)
    assert (process.returncode, summary["verdict"]) == (code, verdict)
    assert summary["requests"] == len(cids)
    assert err.count("unmatched") == (19 in cids)
    with TraceReader(record) as reader:
        events: list[Event] = list(reader.events())
        assert reader.header.comparison == "field"
    host = [e for e in events if e.code == WireDirection.WIRE_HOST_TO_DEVICE]
    assert len([e for e in host if e.kind == Kind.KIND_WIRE]) == len(cids) + 1
    assert len([e for e in events if e.kind == Kind.KIND_QUERY]) == len(cids)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--match", "command"], "--match is for the recorded device of --trace"),
        (["--speed", "2"], "--speed is for the recorded device of --trace"),
        (["--trace", "{trace}", "--fault", "f.toml"], "--fault is for an emulated device"),
        (["--trace", "{trace}", "--net", "wwan0"], "--net is for an emulated device"),
        (["--trace", "{trace}", "--speed", "step"], "--speed step is for replays"),
        (["--trace", "{trace}", "--speed", "0"], "--speed '0': no pace"),
        (["--trace", "{trace}", "--ignore", "Nothing"], "no request of"),
        (["--trace", "{trace}", "--profile", "lte-home"], "--unmatched emulate"),
    ],
)
def test_bad_options_are_one_line(served_trace: Path, options: list[str], reason: str) -> None:
    words = [option.format(trace=served_trace) for option in options]
    done = run("serve", "--pty", *words)
    assert done.exit_code == 2, done.output
    assert reason in done.output
    missing = run("serve", "--pty", "--trace", "/nowhere.wwtrace")
    assert missing.exit_code == 3


def options(**given) -> TraceOptions:
    """The options as the command line has them without any, and those given."""
    values = {
        "trace": "t.wwtrace",
        "match": "exact",
        "order": "any",
        "ignore": (),
        "unmatched": "fail",
        "repeat_last": False,
        "pace": None,
        "allow_empty": False,
    }
    return TraceOptions(**{**values, **given})


def test_options_are_the_parameters_of_a_recorded_device() -> None:
    given = options(match="best", order="recorded", ignore=("A", "B"), unmatched="error")
    found = given.keywords()
    matching = found["matching"]
    assert (matching.match, matching.order) == (Match.BEST, Order.RECORDED)
    assert matching.ignore == {"A", "B"}
    assert found["policy"] is Policy.ERROR


@pytest.mark.parametrize("text", ["recorded", "full", "2.5", "0.000001", "999999.999999", "1.3"])
def test_a_pace_is_the_same_in_another_process(text: str) -> None:
    pace = parse_pace(text)
    assert parse_pace(options(pace=pace).texts()["speed"]) == pace


def test_steps_are_refused_before_anything_is_started() -> None:
    given = options(pace=Pace(None, is_step=True))
    for use in (given.keywords, given.texts):
        with pytest.raises(click.UsageError, match="--speed step is for replays"):
            use()


OWN = {
    "--match": {"match": "best"},
    "--order": {"order": "recorded"},
    "--ignore": {"ignore": ("A",)},
    "--unmatched": {"unmatched": "error"},
    "--repeat-last": {"repeat_last": True},
    "--speed": {"pace": Pace()},
    "--allow-empty": {"allow_empty": True},
}


@pytest.mark.parametrize("name", OWN)
def test_without_a_trace_each_option_of_it_is_refused(name: str) -> None:
    with pytest.raises(click.UsageError, match=f"^{name} is for the recorded device"):
        options(trace=None, **OWN[name]).refuse({})
    options(**OWN[name]).refuse({"--fault": False})
    with pytest.raises(click.UsageError, match="--fault is for an emulated device"):
        options(**OWN[name]).refuse({"--fault": True})


def test_the_report_names_each_count_that_is_not_zero(capsys) -> None:
    played = Played(
        Verdict.DIVERGED, 5, 3, 1, 2, ["record 7: x"], unasked=2, unasked_first=["a"], unreached=4
    )
    assert report_played(played, "t.wwtrace", options(), as_json=False, err=False) == 1
    assert capsys.readouterr().out.splitlines() == [
        "t.wwtrace: diverged: 3 of 5 requests of the host matched",
        "  answered again with the last answer: 1",
        "  unmatched at record 7: x",
        "  recorded and not asked for: 2",
        "    a",
        "  recorded events that were not reached: 4",
    ]
    equal = Played(Verdict.EQUAL, 5, 5, 0, 0)
    assert report_played(equal, "t.wwtrace", options(), as_json=False, err=False) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
