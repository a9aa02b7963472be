"""One table says how long things may take."""

from checkout import ROOT

from wwanreplay.protocol import timing
from wwanreplay.protocol.oids import ROWS


def test_the_limits_are_those_of_the_document():
    by_name = {limit.name: (limit.best_s, limit.worst_s) for limit in timing.OPERATIONS}
    follow = (timing.READY, timing.SMS_READY, timing.LINK_STATE)
    by_name |= {limit.name: (limit.best_s, limit.worst_s) for limit in follow}
    assert by_name == {
        "ready information": (1, 5),
        "registration": (0, 50),
        "scan": (2, 200),
        "attach and detach": (1, 5),
        "activation": (2, 10),
        "deactivation": (1, 10),
        "PIN": (1, 4),
        "any other OID": (1, 15),
        "ready after insertion": (1, 5),
        "SMS ready after the SIM": (1, 60),
        "link state after activation": (2, 10),
    }


def test_the_oids_are_those_of_the_tables():
    names = {row.name for row in ROWS}
    assert {oid for limit in timing.OPERATIONS for oid in limit.oids} <= names


def test_the_last_limit_is_for_what_no_other_names():
    assert timing.limits_of("OID_WWAN_USSD") == (timing.OPERATIONS[-1],)
    assert timing.limits_of("OID_WWAN_VENDOR_SPECIFIC") == (timing.VENDOR,)
    assert [limit.name for limit in timing.limits_of("OID_WWAN_CONNECT")] == [
        "deactivation",
        "activation",
    ]


def test_the_page_has_the_table():
    text = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")
    for limit in (*timing.OPERATIONS, timing.READY, timing.SMS_READY, timing.LINK_STATE):
        best = f"{limit.best_s} s" if limit.best_s else "–"
        assert f"| {limit.name} | {best} | {limit.worst_s} s |" in text
