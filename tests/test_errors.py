"""The one tree of errors: what each carries, how it reads, and which exit code it has."""

import inspect

import pytest

from wwanreplay import errors
from wwanreplay.errors import (
    DecodeError,
    InputError,
    LimitError,
    TraceError,
    UsageError,
    WwanReplayError,
    in_file,
    internal_text,
    shown,
)


def test_every_error_of_ours_is_one_tree_with_a_documented_exit_code():
    ours = [
        each
        for _, each in inspect.getmembers(errors, inspect.isclass)
        if issubclass(each, BaseException) and each.__module__ == errors.__name__
    ]
    assert len(ours) > 8
    assert all(issubclass(each, WwanReplayError) for each in ours)
    others = {each.__name__: each.exit_code for each in ours if each.exit_code != 3}
    assert others == {
        "UsageError": 2,
        "NoProfileError": 1,
        "NothingMatchedError": 1,
        "PrivacyError": 1,
    }


@pytest.mark.parametrize(("caught", "kind"), [(UsageError, ValueError), (DecodeError, InputError)])
def test_errors_are_caught_as_what_callers_know(caught: type, kind: type):
    assert issubclass(caught, kind)


@pytest.mark.parametrize(
    "value",
    ["x" * 10_000, b"y" * 10_000, 10**5000, list(range(10_000))],
    ids=["text", "bytes", "number", "list"],
)
def test_a_value_of_any_length_is_shown_in_a_few_characters(value: object):
    assert 0 < len(shown(value)) < 120


def test_a_short_value_is_shown_whole():
    assert (shown("lte"), shown(-1)) == ("'lte'", "-1")


def test_an_error_names_its_file_once():
    with pytest.raises(InputError, match=r"^log\.txt: is empty$"), in_file("log.txt"):
        raise InputError("is empty")
    with pytest.raises(InputError, match=r"^log\.txt: is empty$"), in_file("log.txt"):
        raise InputError("log.txt: is empty")
    with pytest.raises(InputError, match=r"^is empty$"), in_file(None):
        raise InputError("is empty")


def test_other_errors_pass_a_file_unchanged():
    with pytest.raises(UsageError, match=r"^no such option$"), in_file("log.txt"):
        raise UsageError("no such option")


def test_a_trace_error_carries_file_offset_and_reason():
    error = TraceError("the CRC differs", path="a.wwtrace", offset=12)
    assert (error.path, error.offset, error.reason) == ("a.wwtrace", 12, "the CRC differs")
    assert "a.wwtrace" in str(error)
    assert "12" in str(error)


def test_a_limit_error_names_thing_value_and_limit():
    text = str(LimitError("records in a chunk", 11, 10))
    assert "records in a chunk" in text
    assert "11" in text
    assert "10" in text


def test_what_nobody_foresaw_is_one_line_that_says_how_to_see_more():
    text = internal_text(KeyError("x"))
    assert text.startswith("internal error: KeyError: 'x'")
    assert "--debug" in text
    assert "\n" not in text
