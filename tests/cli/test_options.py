"""What options that several verbs share take: sizes, places, keys; and unused faults."""

import re

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay.cli import VERBS, root
from wwanreplay.cli.options import (
    RECORD_MAX,
    UNITS,
    Choice,
    Seconds,
    as_size,
    key_of,
    place,
    report_unused,
)
from wwanreplay.errors import UsageError

# Sizes


@given(st.integers(1, 10**6), st.sampled_from(sorted(UNITS)), st.sampled_from(["", "B", "iB"]))
def test_a_size_is_its_number_times_a_power_of_1024(number: int, unit: str, ending: str):
    for text in (f"{number}{unit}{ending}", f" {number}{unit.lower()}{ending.lower()} "):
        assert as_size(text) == number * 1024 ** ("", "K", "M", "G", "T").index(unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "0G",
        "-1",
        "1.5G",
        "1 G",
        "G",
        "5X",
        "1GG",
        "0x10",
        "٣",
        "9" * 19,
        "9" * 18 + "T",
    ],
)
def test_what_is_no_size_above_0_is_refused_by_name(text: str):
    with pytest.raises(click.BadParameter, match="is no size") as caught:
        as_size(text)
    assert repr(text) in str(caught.value)


# Places in a trace


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, (None, None)),
        ("0", (0, None)),
        ("0017", (17, None)),
        (str(RECORD_MAX), (RECORD_MAX, None)),
        ("2s", (None, 2_000_000_000)),
        ("250ms", (None, 250_000_000)),
    ],
)
def test_a_place_is_a_record_or_a_time(text: str | None, found: tuple[int | None, int | None]):
    assert place(text, "--start") == found


@pytest.mark.parametrize("text", ["", "-1", "x", "2 parsecs", str(RECORD_MAX + 1), "9" * 5000, "٣"])
def test_a_wrong_place_is_one_line_that_names_the_option(text: str):
    with pytest.raises(UsageError, match="--start") as caught:
        place(text, "--start")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("text", ["3.5", "-1", "3S"])
def test_a_wrong_place_is_refused_with_both_forms_of_a_place(text: str):
    with pytest.raises(UsageError, match=r"a record \(120\) or a time with its unit \(3\.5s\)"):
        place(text, "--start")


# Keys and faults


def test_a_key_is_what_was_given_or_the_file_without_its_line_end(tmp_path):
    file = tmp_path / "key"
    for content in (b"secret", b"secret\n", b"secret\r\n"):
        file.write_bytes(content)
        assert key_of(None, str(file)) == b"secret"
    file.write_bytes(b" sec ret \n")
    assert key_of(None, str(file)) == b" sec ret "
    assert key_of("sécret", None) == "sécret".encode()
    assert key_of(None, None) is None


def test_an_empty_key_or_two_are_refused(tmp_path):
    file = tmp_path / "key"
    file.write_bytes(b"\n")
    for key, key_file in ((None, str(file)), ("", None)):
        with pytest.raises(UsageError, match="the key is empty"):
            key_of(key, key_file)
    with pytest.raises(click.UsageError, match="give one of them"):
        key_of("a", str(file))


def test_each_fault_that_changed_nothing_is_a_line_unless_it_may(capsys):
    assert report_unused([], allowed=False) == 0
    assert report_unused(["one", "two"], allowed=True) == 0
    assert capsys.readouterr().err == ""
    assert report_unused(["one", "two"], allowed=False) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[2].split(" (")[0] for line in lines] == ["one", "two"]


# Words and durations


@pytest.mark.parametrize("verb", VERBS)
def test_no_choice_of_a_verb_depends_on_the_case(verb: str):
    command = root.get_command(click.Context(root), verb)
    assert command is not None
    choices = [each.type for each in command.params if isinstance(each.type, click.Choice)]
    assert all(isinstance(choice, Choice) for choice in choices)


@pytest.mark.parametrize("text", ["best-left", "BEST-LEFT", "Best_Left"])
def test_a_choice_is_taken_in_any_case_with_either_joint(text: str):
    assert Choice(["best-left", "any"]).convert(text, None, None) == "best-left"


def test_a_word_that_is_no_choice_is_refused():
    with pytest.raises(click.BadParameter):
        Choice(["best", "any"]).convert("bes", None, None)


@pytest.mark.parametrize(
    ("text", "seconds"), [("30", 30), ("30s", 30), ("1m", 60), ("1min", 60), ("500ms", 0.5)]
)
def test_seconds_are_a_number_or_a_duration_with_its_unit(text: str, seconds: float):
    assert Seconds().convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["2S", "", "2 parsecs", "٣s"])
def test_what_is_no_time_is_refused_with_both_forms(text: str):
    with pytest.raises(click.BadParameter, match="neither seconds nor a duration such as 500ms"):
        Seconds().convert(text, None, None)


def test_a_minute_is_written_short_or_long_in_a_place():
    assert place("1m", "--start") == place("1min", "--start") == (None, 60 * 10**9)


def test_an_option_that_names_a_file_takes_a_url_or_refuses_it_and_shows_no_secret():
    url = "https://user:hunter2@host/a.toml?sig=hunter3"
    seen = 0
    for name in VERBS:
        command = root.get_command(click.Context(root), name)
        for option in command.params:
            words = set(re.split(r"[^A-Z]", str(getattr(option, "metavar", ""))))
            is_option = isinstance(option, click.Option)
            if not is_option or not words & {"FILE", "FOLDER", "PATH", "OUT"}:
                continue
            if option.name == "cluster":  # which has addresses
                continue
            seen += 1
            with click.Context(command, info_name=name) as context:
                value = (url,) if option.multiple else url
                try:
                    taken = option.callback(context, option, value)
                    assert taken.url == url
                    shown = str(taken)
                except click.UsageError as error:
                    shown = error.format_message()
            assert "https://host/a.toml?…" in shown, (name, option.opts)
            assert "hunter" not in shown
    assert seen > 30
