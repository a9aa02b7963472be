"""Lines of reports: within the width of a terminal, whole and plain elsewhere."""

import subprocess
import sys

import pytest
from checkout import LOGS, ROOT
from groups import sampled
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from terminals import ENVIRONMENT, run

from wwanreplay.cli.terminal import WIDTH_MIN, _shown

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
    "info": f"info {DEMO} log.wwtrace",
    "show": "show log.wwtrace",
    "protocol": "protocol show connect",
    "record": "record --list-profiles",
    "import": "import --list-formats",
    "export": "export --list",
}


@pytest.mark.parametrize("columns", sampled([60, 100], [60]))
@pytest.mark.parametrize("verb", sampled(WIDE, {"replay"}))
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
    if verb not in ("replay", "stats"):  # a rate, and bars of blocks on a terminal
        assert "".join("".join(shown.lines).split()) == "".join(
            (plain.stdout + plain.stderr).decode().split()
        )


def test_verdicts_have_colours_unless_there_are_none(folder):
    words = ["replay", "faulty.wwtrace"]
    assert "\x1b[1;31mdiverged\x1b[0m" in run(words, folder, CI="1").screen
    bare = run(words, folder, NO_COLOR="1", CI="1").screen
    assert "diverged" in bare
    assert "31m" not in bare


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


def test_rich_is_not_imported_for_a_pipe(folder):
    code = (
        "import sys\nfrom wwanreplay.cli import root\n"
        "try:\n    root.main(['info', sys.argv[1]])\n"
        "except SystemExit as ended:\n    assert not ended.code\n"
        "print(sorted(name for name in sys.modules if name.split('.')[0] == 'rich'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(DEMO)], env=ENVIRONMENT, capture_output=True, check=True
    )
    assert done.stdout.splitlines()[-1] == b"[]"
