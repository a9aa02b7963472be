"""The systemd unit and the man page: read by the programs that read them, and true."""

import re
import shutil
import subprocess
import sys

import pytest
from checkout import ROOT
from click.testing import CliRunner

from wwanreplay.cli import root
from wwanreplay.cli.tap import _OPTIONS
from wwanreplay.tap.keeper import TRIGGERS

UNIT = ROOT / "share" / "systemd" / "wwanreplay-tap@.service"
PAGE = ROOT / "share" / "man" / "man1" / "wwanreplay-tap.1"


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path):
    text = UNIT.read_text().replace("/usr/bin/wwanreplay", sys.executable)
    text = text.replace("Documentation=man:wwanreplay-tap(1)\n", "")  # it looks for the page
    copy = tmp_path / "wwanreplay-tap@cdc-wdm0.service"
    copy.write_text(text)
    run = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(copy)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    ours = [line for line in (run.stdout + run.stderr).splitlines() if "wwanreplay" in line]
    assert ours == []
    copy.write_text(text.replace("RestartSec=2", "RestartSecs=2"))
    run = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(copy)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "RestartSecs" in run.stderr + run.stdout, "the check would find nothing"


def test_the_command_of_the_unit_is_one_that_is_understood(tmp_path):
    (line,) = re.findall(r"^ExecStart=/usr/bin/wwanreplay (.*)$", UNIT.read_text(), re.MULTILINE)
    arguments = line.replace("/var/log/wwanreplay", str(tmp_path)).replace("/dev/", f"{tmp_path}/")
    arguments += f" --socket {tmp_path}/socket"
    result = CliRunner().invoke(root, arguments.split())
    assert result.exit_code == 3, result.output
    assert "cannot be opened" in result.output


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_groff_finds_nothing_wrong_with_the_man_page():
    run = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-z", str(PAGE)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (run.returncode, run.stderr) == (0, "")


def test_the_man_page_has_every_option_and_trigger_of_a_tap():
    text = PAGE.read_text().replace("\\-", "-").replace("\\fR,\\fP", "")

    assert len(_OPTIONS) == 8
    for name in ("--tap", "--socket", "--rotate-size", "--rotate-age", "--keep", "--trigger",
                 "--keep-size", "--keep-after", "--scrub", "-o"):  # fmt: skip
        assert name in text, name
    for word in TRIGGERS:
        assert word in text
