"""The sessions of the benchmark: of the wanted size, always the same, replayed whole."""

import io

import pytest

from wwanreplay.bench import (
    PEERS,
    RUNS,
    SIZES,
    SKIPPER,
    cycle,
    generate,
    load,
    make,
    measure,
    share_of_changes,
)
from wwanreplay.errors import UsageError
from wwanreplay.replay import replay
from wwanreplay.trace import TraceReader


def generated(size, records=300, **options):
    out = io.BytesIO()
    generate(out, records, size, **options)
    return out.getvalue()


@pytest.mark.parametrize("size", SIZES)
def test_a_session_is_at_least_so_long_always_the_same_and_equal(size: str):
    data = generated(size)
    assert data == generated(size)
    with TraceReader(data) as reader:
        assert len(list(reader)) >= 300
    assert replay(data).equal


@pytest.mark.parametrize("size", SIZES)
def test_every_way_passes_over_all_records(size: str):
    session = make(300, size)
    assert session.record_count >= 300
    for name, run in {**PEERS, **SKIPPER, **RUNS}.items():
        assert run(session) == session.record_count, name


def test_packed_records_are_the_same_records():
    plain, packed = generated("small"), generated("small", compression="zstd")
    assert len(packed) < len(plain)
    assert load(packed, "small").chunks == load(plain, "small").chunks


def test_a_size_that_is_none_is_refused_with_those_that_are():
    with pytest.raises(UsageError, match=f"the session is one of {', '.join(SIZES)}, not 'huge'"):
        generate(io.BytesIO(), 10, "huge")


@pytest.mark.parametrize("size", SIZES)
def test_some_of_the_requests_change_the_device(size: str):
    assert 0.1 < share_of_changes(cycle(size)) < 0.9


def test_what_is_measured_has_each_way_once_and_the_peer_as_its_unit():
    rounds = []
    found = measure(make(300, "small"), rounds=2, on_round=lambda: rounds.append(1))
    assert len(rounds) == 2
    assert list(found["results"]) == [*PEERS, *SKIPPER, *RUNS]
    assert max(found["results"][name]["ratio"] for name in PEERS) == 1
    assert all(row["records_per_second"] > 0 for row in found["results"].values())
