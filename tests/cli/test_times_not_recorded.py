"""No verb prints a time, a duration or a rate of a log that has no times."""

import re

import field_samples as samples
import pytest
from checkout import LOGS
from click.testing import CliRunner

from wwanreplay.cli import root

VERBS = ("show", "info", "stats", "check", "replay", "infer", "explain", "diff")
#: A number with three decimals and more: seconds, milliseconds, or so many a second.
TIME = re.compile(r"\d\.\d{3,}(?![.\d]*\w)")


def printed(*arguments):
    result = CliRunner().invoke(root, [str(argument) for argument in arguments])
    assert result.exit_code in (0, 1), result.output
    return result.stdout


@pytest.fixture(scope="module")
def traces(tmp_path_factory):
    """(name of the log, what import printed, trace)."""
    folder = tmp_path_factory.mktemp("times")
    bytes_only = folder / "bytes.log"
    messages = [samples.OPEN, samples.OPEN_DONE, samples.RADIO_QUERY, samples.RADIO_DONE]
    bytes_only.write_text("".join(f"{message.hex(' ')}\n" for message in messages))
    found = {}
    for name, log in (("bytes", bytes_only), ("libmbim", LOGS / "mbimcli-fault-contexts.log")):
        trace = folder / f"{name}.wwtrace"
        found[name] = printed("import", "-q", log, "-o", trace), trace
    return found


@pytest.mark.parametrize("verb", VERBS)
def test_a_log_without_times_gets_none(traces, verb):
    text, trace = traces["bytes"]
    assert "without times" in text
    assert not TIME.search(text)
    found = printed(verb, trace, *([trace] if verb == "diff" else []))
    assert found
    assert TIME.findall(found) == []


@pytest.mark.parametrize("verb", ["show", "info", "stats", "explain"])
def test_those_of_another_log_are_printed(traces, verb):
    text, trace = traces["libmbim"]
    assert TIME.search(text)
    assert TIME.search(printed(verb, trace))


def test_a_time_that_the_clock_of_a_log_is_too_coarse_for_is_marked(traces):
    lines = printed("show", traces["libmbim"][1]).splitlines()
    assert any(re.match(r" +\d+ +~\d+\.\d{9} ", line) for line in lines)
