"""The replay of a field trace: faults as divergences, roots apart from consequences."""

from dataclasses import replace
from random import Random

import field_sessions as sessions
import pytest
from field_matrix import Replayed, removal, replayed, silence
from field_sessions import STATUS, Player, as_capture, wait

from wwanreplay._core import Kind
from wwanreplay.analysis.infer import infer_file
from wwanreplay.formats.importer import import_logs
from wwanreplay.mbim import messages
from wwanreplay.replay import replay
from wwanreplay.replay.fault import DivergenceKind
from wwanreplay.trace import TraceReader

SECOND_NS = 10**9
TRANSFERS = Player("lte-home").play([("open",), *STATUS, wait(60), *STATUS, ("close",)])
ANSWERS = [
    at
    for at, each in enumerate(TRANSFERS)
    if each.data[:4] == messages.MBIM_COMMAND_DONE.to_bytes(4, "little")
]


def through(transfers: list[sessions.Transfer]) -> Replayed:
    return replayed(as_capture(sorted(transfers, key=lambda each: each.time_ns)))


def altered(at: int) -> list[sessions.Transfer]:
    """The session with a failure for an answer."""
    made = list(TRANSFERS)
    message = messages.parse_message(made[at].data)
    made[at] = replace(made[at], data=replace(message, value=2, buffer=b"").to_bytes())
    return made


def roots(found: Replayed) -> list[DivergenceKind]:
    return [each.kind for each in found.result.divergences if each.root]


def test_a_good_session_is_equal_and_says_what_was_compared():
    found = through(TRANSFERS)
    assert found.result.agrees
    assert found.result.counts["compared"] == len(ANSWERS)
    assert found.result.counts["wire"] == len(TRANSFERS)
    assert found.result.next_index == found.result.counts["records"] == len(found.events)
    assert found.result.start_state["register_state"] == 3


def test_the_same_trace_has_the_same_digest():
    assert through(TRANSFERS).result.digest == through(TRANSFERS).result.digest


def test_a_divergence_knows_its_record_its_members_and_its_state():
    found = through(altered(ANSWERS[2]))
    (divergence,) = found.result.divergences
    event = found.events[divergence.index]
    assert event.cause is not None
    assert found.events[event.cause].payload == altered(ANSWERS[2])[ANSWERS[2]].data
    assert [each.path for each in divergence.fields()] == ["uStatus"]
    assert divergence.state["register_state"] == 3
    assert divergence.before
    assert all(each.kind != Kind.KIND_WIRE for each in divergence.before)


def test_two_faults_with_something_observed_between_are_two_roots():
    first, second = ANSWERS[1], ANSWERS[4]
    lost = [each for at, each in enumerate(TRANSFERS) if at not in (first, second)]
    assert roots(through(lost)) == [DivergenceKind.MISSING] * 2


def test_silence_is_one_root():
    damaged = silence(TRANSFERS, ANSWERS[1], Random(0))
    assert damaged is not None
    found = through(list(damaged.transfers))
    assert len(roots(found)) == 1
    assert found.result.divergence_count > 1


def test_a_session_that_the_function_loses_is_one_root():
    damaged = removal(TRANSFERS, ANSWERS[2], Random(0))
    assert damaged is not None
    assert roots(through(list(damaged.transfers))) == [DivergenceKind.WIRE]


def test_an_answer_that_comes_twice_is_one_root():
    twice = [*TRANSFERS, sessions.later(TRANSFERS[ANSWERS[2]], 1000)]
    found = through(twice)
    assert roots(found) == [DivergenceKind.WIRE]
    # The event made of the second message follows from it.
    (other,) = [each for each in found.result.divergences if not each.root]
    assert other.root_index == found.result.divergences[0].index


def test_what_stands_before_the_start_is_only_counted(tmp_path):
    log, out = tmp_path / "log.pcapng", tmp_path / "out.wwtrace"
    log.write_bytes(as_capture(altered(ANSWERS[2])))
    import_logs([log], out, after=infer_file)
    whole = replay(out)
    assert whole.root_count == 1
    index = whole.divergences[0].index
    later = replay(out, start_record=index + 1)
    assert (later.root_count, later.before_start_count) == (0, 1)
    assert replay(out, stop_record=index).agrees


def test_what_the_device_does_not_have_is_left_out_and_noted(tmp_path):
    log, out = tmp_path / "log.pcapng", tmp_path / "out.wwtrace"
    log.write_bytes(as_capture(Player("lte-home").play(sessions.SCRIPTS["queries"])))
    import_logs([log], out, after=infer_file)
    result = replay(out)
    assert result.verdict == "no fault"
    assert any(note.startswith("not compared: ") for note in result.notes)
    with TraceReader(out) as reader:
        assert reader.header.comparison == "field"


@pytest.mark.long
def test_a_device_that_refuses_everything_after_it_fell_silent_has_one_root():
    when = 'code = "NDIS_STATUS_WWAN_SIGNAL_STATE", transactional = true, nth = 1'
    fault = f"[[fault]]\nwhen = {{ {when} }}\nremoval = true"
    found = through(sessions.played("queries", "lte-home", fault))
    assert roots(found) == [DivergenceKind.MISSING]
    assert found.result.divergence_count > 10
