"""The fixture `wwan_lab`, as a project that tests its host software has it."""

import pytest
from lab_host import needs_machine

pytest_plugins = ["pytester"]

PROJECT = """
def test_a_host(wwan_lab, tmp_path):
    lab = wwan_lab("lte-home", modem_manager=False, record=tmp_path / "t.wwtrace")
    assert "cdc-wdm0" in lab.output("ls", "/dev")
    assert [event.payload[0] for event in lab.stimulate("signal", {"Rssi": 9})]
"""


@needs_machine
def test_a_test_runs_its_host_in_a_lab(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(PROJECT)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


@pytest.mark.long
def test_where_no_lab_can_be_the_test_fails_with_one_line(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "import os\nimport wwanreplay.lab\n"
        "def test_a_host(wwan_lab, monkeypatch):\n"
        "    monkeypatch.setattr(wwanreplay.lab, 'check_here', refuse)\n"
        "    wwan_lab('lte-home')\n"
        "def refuse(programs):\n"
        "    raise wwanreplay.lab.LabError('no programs here')\n"
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["wwan_lab: no programs here"])
