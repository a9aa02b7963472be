"""How far a verb is: on a terminal, after a moment, and nowhere else."""

import io
import os

import click
import pytest
from checkout import LOGS, ROOT
from groups import sampled
from rich.console import Console
from terminals import run

from wwanreplay.cli import VERBS, root
from wwanreplay.cli.progress import DELAY_S, INTERVAL_S, Bars, rate_text

DEMO = ROOT / "traces" / "demo.wwtrace"
LOG = LOGS / "mbimcli-fault-contexts.log"

# The verbs that may take long, each with what it is at work on.
LONG = {
    "record": ("record --force -o new", "steps of demo"),
    "show": (f"show {DEMO}", "demo.wwtrace"),
    "replay": (f"replay {DEMO}", "demo.wwtrace"),
    "check": (f"check {DEMO}", "demo.wwtrace"),
    "import": (f"import {LOG} -o new --no-infer --force", ""),
    "infer": (f"infer {DEMO}", "demo.wwtrace"),
    "export": (f"export {DEMO} --to csv", "demo.wwtrace"),
    "scrub": (f"scrub {DEMO} -o new --force --key k", "demo.wwtrace"),
    "merge": ("merge a b -o new --force", "a"),
    "convert": (f"convert {DEMO} -o new --force", "demo.wwtrace"),
    "stats": (f"stats {DEMO}", "demo.wwtrace"),
    "bench": ("bench --records 1000 --rounds 2 --session small", "measuring the small session"),
    "info": (f"info {DEMO}", "demo.wwtrace"),
    "cut": (f"cut {DEMO} --start 10 -o new --force", "demo.wwtrace"),
    "filter": (f"filter {DEMO} --oid connect -o new --force", "demo.wwtrace"),
    "diff": (f"diff {DEMO} {DEMO}", "demo.wwtrace"),
    "explain": (f"explain {LOG}", LOG.name),
    "bundle": (f"bundle {LOG} -o new --force --key k", ""),
    "view": (f"view {DEMO} -o new --force", "demo.wwtrace"),
    "recover": (f"recover {DEMO} -o new --force", "demo.wwtrace"),
}
FEW = {"show", "record"}
BAR = "━"


def test_these_are_the_verbs_with_the_option():
    context = click.Context(root)
    found = {
        verb
        for verb in VERBS
        if any("--quiet" in each.opts for each in root.get_command(context, verb).params)
    }
    assert found == set(LONG)


@pytest.mark.parametrize("verb", sampled(LONG, FEW))
def test_a_long_verb_shows_how_far_it_is_on_a_terminal_and_keeps_its_output(verb, tmp_path):
    words, work = LONG[verb]
    for name, place in (("a", "--stop"), ("b", "--start")) if verb == "merge" else ():
        run(["cut", DEMO, place, "40", "-o", name], tmp_path)
    done = run(words.split(), tmp_path, at_once=True, stdout=False)
    quiet = run([*words.split(), "-q"], tmp_path, at_once=True, stdout=False)
    assert done.code in (0, 1)
    assert work in done.screen
    assert BAR in done.screen
    assert BAR not in quiet.screen
    assert done.screen.rindex("\x1b[?25h") > done.screen.rindex(BAR)  # the cursor is back
    if verb not in ("bench", "replay"):  # their output has measured rates
        assert done.output == quiet.output


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["info", DEMO, "--json"], {}),
        (["info", DEMO], {"CI": "true"}),
        (["info", DEMO], {"TERM": "dumb"}),
    ],
    ids=["json", "ci", "dumb"],
)
def test_nothing_is_shown_where_nobody_would_look(arguments, environment, tmp_path):
    done = run(arguments, tmp_path, at_once=True, stdout=False, **environment)
    assert (done.code, done.screen) == (0, "")
    assert done.output


def test_a_verb_that_fills_the_terminal_shows_nothing_else(tmp_path):
    done = run(["show", DEMO], tmp_path, at_once=True)
    assert BAR not in done.screen
    assert "OID_WWAN_CONNECT" in done.screen


def test_what_is_short_shows_nothing(tmp_path):
    assert run(["info", DEMO], tmp_path, stdout=False).screen == ""


def test_an_error_stands_on_a_line_of_its_own(tmp_path):
    broken = tmp_path / "broken"
    data = bytearray(DEMO.read_bytes())
    data[len(data) // 2] ^= 0xFF
    broken.write_bytes(data)
    done = run(["convert", broken, "-o", "new"], tmp_path, at_once=True, stdout=False)
    assert done.code == 3
    # A long path goes on the next line of a terminal.
    assert [line for line in done.lines if line.startswith("wwanreplay: error:")]
    assert done.screen.endswith("\n")


class Clock:
    def __init__(self):
        self.now_s = 100.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def drawn():
    """Bars with a clock that the test moves, and the text of what was drawn."""
    clock, text = Clock(), io.StringIO()
    console = Console(file=text, force_terminal=True, width=100, color_system=None)
    return Bars(lambda: console, clock), clock, text


def test_bars_wait_for_a_moment_and_are_drawn_seldom(drawn):
    bars, clock, text = drawn
    work = bars.begin("folder/a.wwtrace", 1000, "bytes")
    work.reach(100)
    assert text.getvalue() == ""
    clock.now_s += DELAY_S
    work.reach(500)
    first = text.getvalue()
    assert "a.wwtrace" in first
    assert "folder" not in first
    assert "50%" in first
    work.reach(600)
    assert text.getvalue() == first
    clock.now_s += INTERVAL_S
    work.reach(700)
    assert "70%" in text.getvalue()[len(first) :]
    work.end()
    work.end()
    bars.hide()


def test_what_is_read_again_is_counted(drawn):
    bars, clock, text = drawn
    work = bars.begin("a", 1000, "bytes")
    for done in (900, 100):
        clock.now_s += DELAY_S
        work.reach(done)
    assert "a (2)" in text.getvalue()
    bars.hide()


def test_without_a_size_the_rate_alone_is_shown(drawn):
    bars, clock, text = drawn
    work = bars.begin("-", None, "records")
    for done in (10, 20, 30):
        clock.now_s += DELAY_S
        work.reach(done)
    assert "%" not in text.getvalue().replace("  0%", "")
    assert "records/s" in text.getvalue()
    bars.hide()


def test_another_process_draws_nothing(drawn, monkeypatch):
    bars, clock, text = drawn
    work = bars.begin("a", 10, "bytes")
    monkeypatch.setattr(os, "getpid", lambda: -1)
    clock.now_s += 10
    work.reach(5)
    bars.begin("b", 10, "bytes").reach(5)
    assert text.getvalue() == ""


def test_rates():
    assert rate_text(None, "bytes") == ""
    assert rate_text(2_500_000, "bytes") == "2.5 MB/s"
    assert rate_text(12_345.6, "steps") == "12,346 steps/s"
    assert rate_text(0.25, "rounds") == "0.2 rounds/s"
