"""Lines of reports: within the width of a terminal, whole and plain elsewhere."""

import subprocess
import sys
from collections import Counter

import pytest
from checkout import LOGS, ROOT
from groups import sampled
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from terminals import ENVIRONMENT, run

from wwanreplay.cli.terminal import WIDTH_MIN, WIDTH_UNKNOWN, _shown, width_of

DEMO = ROOT / "traces" / "demo.wwtrace"
LOG = LOGS / "mbimcli-fault-contexts.log"
FAULT = """
[[fault]]
when = { code = "NDIS_STATUS_WWAN_CONTEXT_STATE", nth = 1 }
alter = { ActivationState = "WwanActivationStateActivating" }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A trace with a fault, and an imported log."""
    place = tmp_path_factory.mktemp("terminal")
    (place / "fault.toml").write_text(FAULT)
    program = [sys.executable, "-m", "wwanreplay"]
    for words in (
        "record --fault fault.toml -o faulty.wwtrace",
        f"import {LOG} -o log.wwtrace",
    ):
        subprocess.run([*program, *words.split()], cwd=place, env=ENVIRONMENT, check=True)
    return place


# Verbs whose reports run wide.
WIDE = {
    "replay": "replay faulty.wwtrace log.wwtrace",
    "infer": "infer faulty.wwtrace log.wwtrace",
    "check": "check faulty.wwtrace log.wwtrace",
    "explain": f"explain {LOG}",
    "diff": f"diff {DEMO} faulty.wwtrace",
    "stats": f"stats {DEMO} log.wwtrace --histogram",
    "failures": f"stats {ROOT / 'traces' / 'failures.wwtrace'}",
    "protocol list": "protocol list",
    "structure": "protocol show NDIS_WWAN_CONTEXT_STATE",
    "devices": "devices",
    "scripts": "record --list-scripts",
    "info": f"info {DEMO} log.wwtrace",
    "show": "show log.wwtrace",
    "protocol": "protocol show connect",
    "record": "record --list-profiles",
    "import": "import --list-formats",
    "export": "export --list",
}

#: Those of them that print tables.
TABLES = {
    *("failures", "protocol list", "structure", "devices", "scripts", "protocol"),
    *("record", "import", "export"),
}


@pytest.mark.parametrize("columns", sampled([20, 40, 60, 80, 100, 200], [20, 60]))
@pytest.mark.parametrize("verb", sampled(WIDE, {"replay", "failures", "devices"}))
def test_a_report_stays_within_the_terminal(verb, columns, folder):
    shown = run(WIDE[verb].split(), folder, columns=columns, CI="1")
    assert shown.code in (0, 1)
    assert [line for line in shown.lines if cell_len(line) > columns] == []
    plain = subprocess.run(
        [sys.executable, "-m", "wwanreplay", *WIDE[verb].split()],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        check=False,
    )
    assert b"\x1b" not in plain.stdout
    if verb in ("replay", "stats"):  # a rate, and bars of blocks on a terminal
        return
    here = "".join("".join(shown.lines).split())
    there = "".join((plain.stdout + plain.stderr).decode().split())
    if verb in TABLES:  # columns fold beside each other, and a list names them again and again
        assert not Counter(there) - Counter(here)
    else:
        assert here == there


def test_verdicts_have_colours_unless_there_are_none(folder):
    words = ["replay", "faulty.wwtrace"]
    assert "\x1b[1;31mdiverged\x1b[0m" in run(words, folder, CI="1").screen
    bare = run(words, folder, NO_COLOR="1", CI="1").screen
    assert "diverged" in bare
    assert "31m" not in bare


@pytest.mark.parametrize("columns", [1, 5, 19])
@pytest.mark.parametrize("verb", ["failures", "devices", "show", "info"])
def test_a_terminal_of_a_few_columns_still_gets_every_word(verb, columns, folder):
    shown = run(WIDE[verb].split(), folder, columns=columns, CI="1")
    assert shown.code == 0
    plain = subprocess.run(
        [sys.executable, "-m", "wwanreplay", *WIDE[verb].split()],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        check=True,
    )
    assert not Counter("".join(plain.stdout.decode().split())) - Counter("".join(shown.lines))


def test_a_dumb_terminal_gets_its_width_and_no_codes(folder):
    shown = run(["protocol", "list"], folder, columns=60, CI="1", TERM="dumb")
    assert "\x1b" not in shown.screen
    assert max(map(cell_len, shown.lines)) <= 60


def test_the_variable_columns_is_the_width(folder):
    shown = run(["protocol", "list"], folder, columns=200, CI="1", COLUMNS="50")
    assert 40 < max(map(cell_len, shown.lines)) <= 50


@pytest.mark.parametrize("text", ["", "0", "wide", "-5", "٣"])
def test_columns_that_are_no_width_are_none(text, monkeypatch, tmp_path):
    monkeypatch.setenv("COLUMNS", text)
    with (tmp_path / "file").open("w") as file:
        assert width_of(file) == WIDTH_UNKNOWN


def test_a_table_has_a_bold_head_and_red_statuses(folder):
    screen = run(WIDE["failures"].split(), folder, columns=120, CI="1").screen
    assert "\x1b[1;31m" in screen
    assert "\x1b[1mrequest" in screen


texts = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z", "M")), max_size=12)


@given(
    st.integers(0, 40),
    st.lists(texts, min_size=1, max_size=30),
    st.integers(WIDTH_MIN, 120),
)
def test_any_line_fits_and_loses_nothing(margin, words, width):
    console = Console(width=width, force_terminal=True, color_system=None, highlight=False)
    line = " " * margin + " ".join(words)
    lines = _shown(line, console).split("\n")
    assert all(cell_len(each) <= width for each in lines)
    assert "".join("".join(lines).split()) == "".join(line.split())
    if len(lines) > 1:
        hanging = {len(each) - len(each.lstrip(" ")) for each in lines[1:] if each.strip()}
        assert len(hanging) <= 1


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        (  # a name that no further line has room for folds as in a table
            "         1  query OID_WWAN_PROVISIONED_CONTEXTS",
            ["         1  query OID_WWAN_PROVISIONED_", "            CONTEXTS"],
        ),
        (  # the first line goes to the end of the terminal
            "notes          script demo: A morning with a modem",
            ["notes          script demo: A morning", "    with a modem"],
        ),
    ],
)
def test_a_line_folds_where_a_table_does_and_wastes_no_room(line, lines):
    console = Console(width=40, force_terminal=True, color_system=None, highlight=False)
    assert _shown(line, console).split("\n") == lines


@pytest.mark.parametrize(("locale", "bar"), [("C.UTF-8", "█"), ("C", "#")])
def test_bars_are_of_what_the_terminal_has(locale, bar, folder):
    words = {"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "CI": "1"}
    screen = run(["stats", str(DEMO), "--histogram"], folder, **words).screen
    assert bar * 10 in screen
    assert "\\u" not in screen


@pytest.mark.parametrize("verb", ["info", "stats", "replay"])
def test_rich_is_not_imported_for_a_pipe(verb):
    code = (
        "import sys\nfrom wwanreplay.cli import root\n"
        "try:\n    root.main([sys.argv[1], sys.argv[2]])\n"
        "except SystemExit as ended:\n    assert not ended.code\n"
        "terminal = {'wwanreplay.cli.colours', 'wwanreplay.cli.tables'}\n"
        "print([n for n in sys.modules if n.split('.')[0] == 'rich' or n in terminal])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, verb, str(DEMO)],
        env=ENVIRONMENT,
        capture_output=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == b"[]"
