"""A rule for who met it in a report."""

import pytest

from wwanreplay.analysis.judged import explained
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL


def test_every_rule_is_explained_by_its_row():
    for row in PROTOCOL.rule_by_id.values():
        text = " ".join(" ".join(explained(row.id)).split())
        assert text.startswith(f"{row.id}: a {row.level} for the {row.actor}")
        assert " ".join(row.text.split()) in text
        assert "in a trace:" in text


def test_why_a_host_cares_is_stated_of_every_rule_and_what_breaks_each_that_is_decided():
    for row in PROTOCOL.rule_by_id.values():
        parts = [line.split(":")[0].strip() for line in explained(row.id)]
        assert "why a host cares" in parts, row.id
        assert row.undecidable or "broken by" in parts, row.id


def test_a_reason_of_its_own_stands_before_that_of_the_subject():
    text = " ".join(" ".join(explained("radio.hw-change-event")).split())
    assert "The switch at the side of the machine" in text


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("register.notify-change", "in a trace: decided"),
        ("register.no-sim-access", "not decidable: accesses to the SIM show in no event"),
        ("async.destination-handle", "not in events that were mapped from MBIM messages"),
    ],
)
def test_it_says_whether_a_trace_decides_it(rule, words):
    assert words in " ".join(" ".join(explained(rule)).split())


def test_a_rule_that_is_not_there_is_named():
    with pytest.raises(UsageError, match=r"connect\.rain"):
        list(explained("connect.rain"))
