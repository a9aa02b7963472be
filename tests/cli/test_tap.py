"""The options of `wwanreplay record --tap`: what they mean, and which go together."""

import os
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from wwanreplay.cli.tap import TapOptions, run, tap_options
from wwanreplay.errors import DeviceError, UsageError
from wwanreplay.tap.keeper import AFTER_NS, KEEP_SIZE, SILENT_NS, TRIGGERS

SECOND = 1_000_000_000
FAMILIAR = (
    ("--socket", "@x"),
    ("--rotate-size", "64M"),
    ("--rotate-age", "1h"),
    ("--keep", "10m"),
    ("--trigger", "silent=3s"),
    ("--keep-size", "1M"),
    ("--keep-after", "5s"),
)


def options(*words: str) -> TapOptions:
    """What a command is given for words of the command line."""
    taken: list[TapOptions] = []

    @click.command()
    @tap_options
    def command(tap: TapOptions) -> None:
        taken.append(tap)

    result = CliRunner().invoke(command, words)
    assert result.exit_code == 0, result.output
    return taken[0]


def test_nothing_is_given_unless_it_is() -> None:
    given = options()
    given.check_unused()
    assert given == TapOptions(given=given.given)
    assert not given.rotation().is_on
    assert given.keeping() is None


@pytest.mark.parametrize("pair", FAMILIAR, ids=lambda pair: pair[0])
def test_without_a_tap_each_option_of_it_is_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(click.UsageError, match=f"^{pair[0]} is for --tap$"):
        options(*pair).check_unused()


def test_a_rotation_has_its_size_and_age() -> None:
    rotation = options("--rotate-size", "64M", "--rotate-age", "10m").rotation()
    assert (rotation.size_max, rotation.age_max_ns) == (64 << 20, 600 * SECOND)


def test_what_is_kept_has_its_defaults() -> None:
    keeping = options("--keep", "10m").keeping()
    assert keeping is not None
    assert (keeping.keep_ns, keeping.silent_ns) == (600 * SECOND, SILENT_NS)
    assert (keeping.size_max, keeping.after_ns) == (KEEP_SIZE, AFTER_NS)
    assert keeping.triggers == TRIGGERS.keys()


def test_what_is_kept_has_what_is_given() -> None:
    words = ["--keep", "1m", "--keep-size", "1M", "--keep-after", "5s", "--trigger", "signal"]
    keeping = options(*words, "--trigger", "silent=3s").keeping()
    assert keeping is not None
    assert keeping.triggers == {"signal", "silent"}
    assert (keeping.silent_ns, keeping.size_max, keeping.after_ns) == (
        3 * SECOND,
        1 << 20,
        5 * SECOND,
    )


@pytest.mark.parametrize("pair", FAMILIAR[4:], ids=lambda pair: pair[0])
def test_without_keep_each_option_of_it_is_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(click.UsageError, match=f"^{pair[0]} is for --keep$"):
        options(*pair).keeping()


def test_a_trigger_is_taken_in_any_case() -> None:
    keeping = options(
        "--keep", "1m", "--trigger", "Error_Status", "--trigger", "SILENT=3s"
    ).keeping()
    assert keeping.triggers == {"error-status", "silent"}
    assert keeping.silent_ns == 3 * 10**9


@pytest.mark.parametrize(
    ("trigger", "reason"),
    [
        ("fault=3s", "--trigger fault=3s: only silent has a time"),
        ("silent=soon", "--trigger silent"),
        ("silent=0s", "--trigger silent: 0s is no time"),
        ("sometimes", "sometimes is none of "),
    ],
)
def test_a_trigger_that_is_none_is_one_line(trigger: str, reason: str) -> None:
    with pytest.raises((click.UsageError, UsageError)) as raised:
        options("--keep", "1m", "--trigger", trigger).keeping()
    assert reason in str(raised.value)
    assert "\n" not in str(raised.value)


def tapping(words: list[str], output: object, **given: Any) -> int:
    values = {"key": None, "scrubbed": False, "as_json": False, "force": False, **given}
    return run(options("--tap", "/dev/null", *words), str(output), **values)


@pytest.mark.parametrize(
    ("words", "scrubbed", "reason"),
    [
        (["--keep", "1m", "--rotate-age", "1h"], False, "give one of them"),
        ([], True, "--scrub with --tap needs --rotate-size, --rotate-age or --keep"),
    ],
)
def test_what_does_not_go_together_is_refused_before_anything_is_opened(
    tmp_path: Path, words: list[str], scrubbed: bool, reason: str
) -> None:
    with pytest.raises(click.UsageError, match=reason):
        tapping(words, tmp_path / "x", scrubbed=scrubbed)
    assert os.listdir(tmp_path) == []


def test_a_file_that_is_there_is_replaced_only_if_that_is_wanted(tmp_path: Path) -> None:
    out = tmp_path / "x.wwtrace"
    out.write_text("mine")
    address = ["--socket", str(tmp_path / "s")]
    with pytest.raises(UsageError, match="exists already"):
        tapping(address, out)
    # Numbered files are others; what is in the way then is the device, which is none.
    with pytest.raises(DeviceError, match="is no modem"):
        tapping([*address, "--rotate-age", "1h"], out)
    assert (out.read_text(), os.listdir(tmp_path)) == ("mine", ["x.wwtrace"])


def test_an_output_that_is_a_stream_is_none_for_a_tap() -> None:
    with pytest.raises(click.UsageError, match=r"^-: a tap is recorded to a file$"):
        tapping([], "-")


def test_the_help_names_every_trigger() -> None:
    @click.command()
    @tap_options
    def command(tap: TapOptions) -> None:
        pass

    text = " ".join(CliRunner().invoke(command, ["--help"]).output.split())
    assert all(word in text for word in TRIGGERS)
