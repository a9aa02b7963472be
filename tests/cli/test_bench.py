"""`bench`: generated sessions, and a real modem that is measured."""

import json

import pytest
from mbim_host import served
from verbs import printed


def test_a_bench_of_what_is_no_real_device_is_refused():
    code, output = printed("bench", "--device", "emulated:lte-home")
    assert code == 2
    assert "only a real device is measured" in output


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("rain", "there is no such command"),
        ("service-activation", "has no query"),
        ("aka", "is not sent to be measured"),
    ],
)
def test_a_bench_sends_harmless_queries_only(name, message):
    code, output = printed("bench", "--device", "mbim:/nowhere", "--command", name)
    assert code == 2
    assert message in output


def test_a_bench_says_what_each_command_took():
    with served("lte-home") as modem:
        code, output = printed(
            *("bench", "--device", f"mbim:{modem.path}", "--command", "signal-state"),
            *("--count", "20", "--concurrency", "4", "--json"),
        )
    assert code == 0
    found = json.loads(output)
    row = found["commands"]["MBIM_CID_SIGNAL_STATE"]
    assert (found["exchanges"], row["exchanges"], row["errors"]) == (20, 20, 0)
    assert 0 < row["p50_ms"] <= row["p90_ms"] <= row["p99_ms"] <= row["max_ms"]
