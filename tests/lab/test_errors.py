"""What goes wrong before the command of a lab is run differs from what the command does."""

from pathlib import Path

import pytest

from wwanreplay.errors import DeviceError
from wwanreplay.lab import Lab, LabError, run_code
from wwanreplay.lab.errors import EXIT_LAB, EXIT_NOT_EXECUTABLE, EXIT_NOT_FOUND
from wwanreplay.verdict import EXIT_CODES, Verdict

OWN = (EXIT_LAB, EXIT_NOT_EXECUTABLE, EXIT_NOT_FOUND)


def test_its_codes_are_none_of_a_verdict_and_all_are_documented() -> None:
    assert len(set(OWN)) == 3
    assert not {verdict.exit_code() for verdict in Verdict} & set(OWN)
    assert all(EXIT_CODES[code].startswith("lab: ") for code in OWN)


def test_it_is_an_error_of_a_device_for_whoever_catches_those() -> None:
    with pytest.raises(DeviceError) as raised:
        raise LabError("there is no machine")
    assert (str(raised.value), raised.value.exit_code) == ("there is no machine", EXIT_LAB)


@pytest.mark.parametrize(
    ("command", "code", "reason"),
    [
        ("no-such-command-anywhere", EXIT_NOT_FOUND, "there is no such command"),
        ("./none", EXIT_NOT_FOUND, "there is no such command"),
        ("./folder", EXIT_NOT_EXECUTABLE, "is no program that can be run"),
        ("./text", EXIT_NOT_EXECUTABLE, "is no program that can be run"),
    ],
)
def test_a_command_that_cannot_be_run_has_the_code_that_shells_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, code: int, reason: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("text").write_text("no program")
    Path("text").chmod(0o644)
    with pytest.raises(LabError) as raised:
        run_code(Lab(), [command])
    assert (str(raised.value), raised.value.exit_code) == (f"{command}: {reason}", code)
    assert LabError.exit_code == EXIT_LAB  # that of others is as it was


def test_in_a_lab_that_is_closed_nothing_runs() -> None:
    lab = Lab()
    for use in (lambda: lab.entering(["true"]), lambda: lab.stimulate("signal")):
        with pytest.raises(LabError, match=r"^the lab is closed$"):
            use()
    lab.close()  # of one that was never opened: nothing to end
    assert lab.ended == {}
