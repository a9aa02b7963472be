"""One divergence of a log: names as the log has them, what matters of the state, short lines."""

import re

import pytest
from explained_sessions import NO_TIMES
from field_faulty import FAULTY
from replay_samples import sample_events
from verbs import run

from wwanreplay._core import Kind
from wwanreplay.analysis.divergencetext import (
    SIDE_FIELDS_MAX,
    WIDTH,
    divergence_lines,
    place_of,
    wrapped,
)
from wwanreplay.analysis.eventtext import event_lines
from wwanreplay.replay import Divergence, DivergenceKind

EVENTS, _ = sample_events()
CLOSING = next(event for event in EVENTS if event.kind == Kind.KIND_INDICATION and event.request_id)
#: An id as the import of a log makes one: the second session, transaction 2.
SECOND = CLOSING.replace(request_id=(1 << 32) | 2, index=19)
STATE = {
    "miniport": "running",
    "power_state": 1,
    "ready_state": 1,
    "hardware_radio": 1,
    "software_radio": 1,
    "register_state": 3,
    "packet_service_state": 2,
    "rssi": 20,
    "queue_depth": 1,
    "requests_outstanding": list(range(40)),
}


def divergence(kind=DivergenceKind.TIME, **more):
    values = {"is_field": True, "has_messages": True} | more
    both = SECOND, SECOND.replace(time_ns=1)
    return Divergence(kind, True, 19, SECOND.time_ns, *both, state=STATE, **values)


def lines(found, **more):
    return list(divergence_lines(found, 1, is_layered=True, **more))


def test_a_request_of_a_log_is_named_by_its_transaction():
    text = "\n".join(lines(divergence()))
    assert "transaction 2" in text
    assert "4294967298" not in text
    assert "request 4294967298" in "\n".join(lines(divergence(has_messages=False)))


def test_a_log_without_times_has_none_in_its_report():
    timed, untimed = divergence(), divergence(has_times=False)
    assert " s" in place_of(timed)
    assert place_of(untimed) == "record 19"
    assert not re.search(r"\d\.\d{9}", "".join(lines(untimed)).partition("layer:")[2])
    assert NO_TIMES == {"kind": "none"}


def test_what_both_sides_have_alike_is_left_out_and_one_side_is_cut():
    assert not any(" = " in line for line in lines(divergence()))
    whole = len(event_lines(SECOND)) - 1
    assert whole > 0
    extra = Divergence(DivergenceKind.EXTRA, True, 19, 0, SECOND, None, is_field=True)
    shown = sum(" = " in line for line in lines(extra))
    assert shown == min(whole, SIDE_FIELDS_MAX)


def test_of_the_state_stands_there_what_matters():
    found = divergence()
    text = "\n".join(lines(found)).partition("device:")[2]
    assert text
    assert "requests_outstanding" not in text
    exact = "\n".join(divergence_lines(found, 1))
    assert "requests_outstanding" in exact


def test_words_are_wrapped_and_none_is_broken():
    text = " ".join(["word" * 5] * 30)
    found = list(wrapped(text))
    assert max(map(len, found)) <= WIDTH
    assert " ".join(" ".join(found).split()) == text


@pytest.mark.parametrize("name", sorted(FAULTY)[::9])
def test_reports_of_replay_and_infer_fit_a_terminal(tmp_path, name):
    (tmp_path / "a.log").write_text(FAULTY[name]().text)
    trace = tmp_path / "a.wwtrace"
    run("import", tmp_path / "a.log", "-o", trace)
    for verb in ("replay", "infer"):
        first, *report = run(verb, trace).stdout.splitlines()
        assert report
        assert [line for line in report if len(line) > WIDTH and str(tmp_path) not in line] == []
        assert not re.search(r"request \d{10}", "\n".join([first, *report]))
