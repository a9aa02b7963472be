"""Engine, record, scan and replay beside msgpack, by pytest-benchmark: `make bench`.

A million records by default; WWANREPLAY_BENCH_RECORDS changes it. Compare within one run only.
"""

import os

import pytest

from wwanreplay import bench

RECORDS = int(os.environ.get("WWANREPLAY_BENCH_RECORDS", "1000000"))


@pytest.fixture(scope="module", params=list(bench.SIZES))
def session(request):
    return bench.make(RECORDS, request.param)


@pytest.mark.parametrize("name", [*bench.PEERS, *bench.SKIPPER, *bench.RUNS])
def test_records(benchmark, session, name):
    run = {**bench.PEERS, **bench.SKIPPER, **bench.RUNS}[name]
    benchmark.group = session.size
    benchmark.extra_info["records"] = session.record_count
    benchmark.extra_info["mean_record_bytes"] = session.mean_size
    assert benchmark.pedantic(run, (session,), rounds=3, warmup_rounds=1) == session.record_count
