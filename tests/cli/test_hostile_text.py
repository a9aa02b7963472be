"""A trace may hold any text: none of it steers a terminal, begins a line, or ends a verb."""

import re
from dataclasses import replace

import pytest
from checkout import ROOT
from verbs import run

from wwanreplay._core import Event, Kind
from wwanreplay.trace import TraceReader, TraceWriter

DEMO = ROOT / "traces" / "demo.wwtrace"
TEXT = "x\x1b[31mred\nforged: equal\r\u202e\x07\x9b"
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A session of which every text that a trace may have is hostile."""
    path = tmp_path_factory.mktemp("hostile") / "a.wwtrace"
    with TraceReader(DEMO) as reader:
        header = replace(
            reader.header, producer=TEXT, interface=TEXT, notes=[TEXT], source={TEXT: TEXT}
        )
        events = list(reader.events())
    fields = {TEXT: TEXT, f"ContextState.{TEXT}": 1, "ReadyInfo.ReadyState": TEXT}
    with TraceWriter(path, header) as writer:
        for event in events[:40]:
            writer.write(event.replace(source=TEXT))
            if event.kind == Kind.KIND_INDICATION and not event.request_id:
                writer.write(event.replace(payload=b"", fields=fields, source=TEXT))
        for kind in (Kind.KIND_NOTE, Kind.KIND_GAP):
            writer.write(Event(kind, events[40].time_ns, payload=TEXT.encode(), source=TEXT))
    return path


VERBS = [
    "show IN",
    "show IN --show-personal --all-fields --raw",
    "info IN",
    "info IN --no-check",
    "stats IN",
    "replay IN",
    "replay IN --show-personal",
    "check IN",
    "check IN --show-personal --all-rules",
    "diff IN DEMO",
    "explain IN",
    "infer IN",
    "view IN --check -o OUT",
]


@pytest.mark.parametrize("words", VERBS)
def test_no_text_of_a_trace_steers_a_terminal_or_forges_a_line(words, hostile):
    names = {"IN": hostile, "DEMO": DEMO, "OUT": hostile.with_name("page.html")}
    done = run(*(names.get(word, word) for word in words.split()))
    assert done.exit_code in (0, 1, 2, 3), done.output
    assert STEERING.findall(done.output) == []
    assert not re.search("^forged", done.output, re.MULTILINE)


def test_rules_are_not_judged_by_a_text_where_a_number_belongs(hostile):
    done = run("check", hostile)
    assert done.exit_code in (0, 1)
    assert (
        "hold what no such field can, as ReadyInfo.ReadyState; they are not judged" in done.output
    )


@pytest.mark.parametrize("verb", ["show", "replay", "check", "info", "explain", "diff"])
def test_an_error_names_a_file_whole_and_steers_no_terminal(verb, tmp_path):
    missing = tmp_path / "x\x1b[31mred\x1b]0;title\x07\u202e\x9b.wwtrace"
    done = run(verb, missing, *([DEMO] if verb == "diff" else []))
    assert done.exit_code == 3
    assert STEERING.findall(done.output) == []
    assert "x\\x1b[31mred\\x1b]0;title\\x07\\u202e\\x9b.wwtrace" in done.output
