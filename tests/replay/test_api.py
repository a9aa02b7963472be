"""What a caller gives to replay: a profile, a part of the recording; and what is refused."""

import pytest
from replay_samples import SEED, sample_events, sample_trace

from wwanreplay.errors import InputError, UsageError
from wwanreplay.replay import replay, replay_events
from wwanreplay.replay.api import engine_of, mismatches
from wwanreplay.replay.result import EVENTS_BEFORE_MAX, Options
from wwanreplay.trace import TraceHeader, TraceReader


def header() -> TraceHeader:
    with TraceReader(sample_trace()) as reader:
        return reader.header


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (Options(start_record=-1), "start_record is -1"),
        (Options(stop_time_ns=2**63), "stop_time_ns is 9223372036854775808"),
        (Options(events_before=EVENTS_BEFORE_MAX + 1), "events_before is 10001"),
        (Options(start_record=5, stop_record=4), "stop at record 4, before it starts at 5"),
        (Options(start_time_ns=5, stop_time_ns=4), "stop at 4 ns, before it starts at 5 ns"),
        (Options(divergences_max=0), "at least one divergence"),
    ],
)
def test_a_part_that_cannot_be_is_refused(options, words):
    with pytest.raises(UsageError, match=words):
        options.check()


def test_the_trace_has_its_own_profile_and_seed():
    engine, name = engine_of(header())
    assert (engine.seed, name) == (SEED, "lte-home")


def test_a_profile_and_a_seed_that_are_given_are_used():
    engine, name = engine_of(header(), "lte-roaming", 3)
    assert (engine.seed, name) == (3, "lte-roaming")
    _, name = engine_of(header(), dict(header().profile_mapping))
    assert name == "given"


def test_a_trace_without_a_profile_needs_one():
    bare = TraceHeader()
    with pytest.raises(InputError, match="carries no profile"):
        engine_of(bare)


def test_another_model_and_other_tables_are_noticed():
    assert mismatches(header()) == []
    (words,) = mismatches(TraceHeader(table_hash="0123456789abcdef"))
    assert "0123456789abcdef" in words


def test_a_trace_and_its_events_come_to_the_same_digest():
    events, new_engine = sample_events()
    found = replay_events(events, new_engine())
    assert found.equal
    assert found.digest == replay(sample_trace()).digest


def test_progress_counts_the_bytes_of_all_chunks():
    sizes: list[int] = []
    replay(sample_trace(), on_progress=sizes.append)
    with TraceReader(sample_trace()) as reader:
        assert sum(sizes) == sum(len(chunk.records) for chunk in reader.chunks())
