"""Options of the verbs that take a real device."""

import click
import pytest
from click.testing import CliRunner
from verbs import printed, run

from wwanreplay.cli.real import RealDevice, real_device_options
from wwanreplay.devices.mbim.device import Settings
from wwanreplay.errors import UsageError


@pytest.mark.parametrize(
    "options", [("--wait-for", "coverage-lost"), ("--allow-send", "pin"), ("--mbimex", "2.0")]
)
def test_options_of_real_devices_are_refused_for_others(options, tmp_path):
    trace = str(tmp_path / "x.wwtrace")
    code, output = printed("record", "emulated:lte-home", "-o", trace, *options)
    assert code == 2
    assert f"{options[0]} is for a real device" in output


def test_the_first_option_that_was_given_is_named():
    assert not RealDevice((), None, None, None).is_given
    given_by_name = {
        "--allow-send": RealDevice(("pin",), "2.0", None, None),
        "--mbimex": RealDevice((), "2.0", 5.0, None),
        "--open-timeout": RealDevice((), None, 5.0, 9.0),
        "--return-timeout": RealDevice((), None, None, 9.0),
    }
    assert {name: real.given for name, real in given_by_name.items()} == {
        name: name for name in given_by_name
    }
    assert all(real.is_given for real in given_by_name.values())


def test_what_is_not_given_stays_as_it_is_by_default():
    assert RealDevice((), None, None, None).settings() == Settings(())
    chosen = RealDevice(("pin", "sim"), "2.0", 5.0, 9.0).settings()
    assert chosen == Settings(("pin", "sim"), mbimex=0x0200, open_s=5.0, return_s=9.0)


def test_the_version_of_a_trace_is_requested_unless_one_is_named():
    assert RealDevice((), None, None, None).settings(0x0100) == Settings((), mbimex=0x0100)
    assert RealDevice((), "2.0", None, None).settings(0x0100) == Settings((), mbimex=0x0200)


def test_a_word_that_allows_nothing_is_refused():
    with pytest.raises(UsageError, match="--allow-send all: there is no such word"):
        RealDevice(("all",), None, None, None).settings()


@pytest.fixture
def taken():
    """A verb that shows what it was given."""

    @click.command()
    @real_device_options
    @click.option("--own")
    def command(real, own):
        click.echo(f"{real} {own}")

    return lambda *arguments: CliRunner().invoke(command, arguments)


def test_a_verb_is_given_them_as_one_value_beside_its_own(taken):
    options = ("--allow-send", "pin", "--allow-send", "sim", "--mbimex", "3.0", "--own", "x")
    expected = RealDevice(("pin", "sim"), "3.0", None, None)
    assert taken(*options).output == f"{expected} x\n"


@pytest.mark.parametrize(
    "options",
    [
        ("--mbimex", "9.0"),
        ("--open-timeout", "0"),
        ("--open-timeout", "nan"),
        ("--return-timeout", "-1"),
        ("--return-timeout", "86401"),
    ],
)
def test_a_value_out_of_range_is_wrong_usage(taken, options):
    done = taken(*options)
    assert done.exit_code == 2
    assert f"Invalid value for '{options[0]}'" in done.output


@pytest.mark.parametrize("text", ["nan", "NaN", "-nan"])
def test_no_number_of_seconds_is_none(text, tmp_path):
    for option in ("--open-timeout", "--return-timeout", "--wait-limit"):
        done = run("record", "mbim:/nowhere", "-o", tmp_path / "x", f"{option}={text}")
        assert done.exit_code == 2
        assert f"Invalid value for '{option}': '{text}' is neither seconds" in done.output


def test_the_help_has_the_defaults_that_hold(taken):
    text = " ".join(taken("--help").output.split())
    defaults = Settings(())
    assert f"[default: {defaults.open_s:g}]" in text
    assert f"[default: {defaults.return_s:g}]" in text
    assert f"[default: {defaults.mbimex >> 8}.{defaults.mbimex & 0xFF}]" in text
