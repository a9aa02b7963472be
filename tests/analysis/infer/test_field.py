"""Inference of field traces: good sessions are equal, each fault is one root at its event."""

import random

import field_sessions as sessions
import pytest
from field_matrix import DAMAGES, Verdict, cases, clean_session, judged, replayed
from field_sessions import LOG_FORMS, SCRIPTS, played
from groups import sampled

from wwanreplay._core import RecordFlag
from wwanreplay.analysis.infer import infer, infer_file, without_stimuli
from wwanreplay.formats.importer import import_logs
from wwanreplay.protocol import PROTOCOL
from wwanreplay.replay import replay

#: What the environment does in each script, as it must be inferred.
CAUSES = {
    "coverage": ["coverage", "coverage"],
    "deactivate": ["network_deactivate"],
    "detach": ["network_detach"],
    "deregister": ["network_deregister"],
    "sim": ["sim", "sim"],
    "radio": ["hardware_radio", "hardware_radio"],
    "queries": [],
    "connect": [],
    "burst": [],
    "reopen": [],
}
# The scripts of `make test`; the others are of the long group.
QUICK = {"queries", "connect", "coverage", "signal"}
NAMES = {row.number: name for name, row in PROTOCOL.stimulus_by_name.items()}


@pytest.mark.parametrize("script", sampled(sorted(set(SCRIPTS) - {"pin"}), ["connect", "coverage"]))
def test_a_good_session_is_equal(script: str):
    _, clean = clean_session(script, "lte-home", "quick")
    assert clean.result.root_count == 0
    found = [NAMES[each.event.code] for each in clean.inferred.stimuli]
    assert found == CAUSES.get(script, found)
    assert all(each.event.flags & RecordFlag.FLAG_INFERRED for each in clean.inferred.stimuli)


def test_a_good_session_with_a_pin_is_equal():
    _, clean = clean_session("pin", "pin-locked", "quick")
    assert clean.result.root_count == 0


@pytest.mark.parametrize("profile", sampled(["5g", "lte-roaming", "two-ports"], ["5g"]))
@pytest.mark.parametrize("script", sampled(["connect", "coverage", "reopen"], 1))
def test_a_good_session_of_a_slow_modem_is_equal(script: str, profile: str):
    _, clean = clean_session(script, profile, "slow")
    assert clean.result.root_count == 0


@pytest.mark.parametrize("form", ["libmbim", "umbim"])
@pytest.mark.parametrize("script", sampled(["connect", "deactivate", "sim"], 1))
def test_clocks_of_seconds_and_none_at_all_are_as_good(script: str, form: str):
    found = replayed(LOG_FORMS[form](played(script, "lte-home")))
    assert found.result.root_count == 0


@pytest.mark.parametrize("script", sampled(["connect", "deactivate", "sim", "reopen"], 1))
@pytest.mark.parametrize("part", ["begin", "end"])
def test_a_log_that_is_cut_has_no_fault_for_it(script: str, part: str):
    transfers = played(script, "lte-home")
    draw = random.Random(f"{script} {part}")
    for _ in range(2):
        at = draw.randrange(3, len(transfers) - 6)
        kept = transfers[at:] if part == "begin" else transfers[:at]
        assert replayed(LOG_FORMS["capture"](kept)).result.root_count == 0, at


# Delays, orders and bytes may be what a modem does, or what no member tells.
SURE = ("drop", "duplicate", "status", "insert", "late_open", "open_status", "stale", "removal")


@pytest.mark.parametrize("kind", sampled(SURE, ["drop"]))
def test_a_fault_is_one_root_at_its_event(kind: str):
    _, clean = clean_session("queries", "lte-home", "quick")
    found = list(cases("queries", "lte-home", [kind], 4, 1)) or list(
        cases("reopen", "lte-home", [kind], 4, 1)
    )
    assert found
    for _, at, _, damaged in found[:3]:
        outcome = judged(damaged, clean)
        assert outcome.verdict in (Verdict.FOUND, Verdict.EXPLAINED), at
        if outcome.verdict is Verdict.FOUND:
            assert len(outcome.roots) == 1


@pytest.mark.long
@pytest.mark.parametrize("kind", sorted(set(DAMAGES) - set(SURE)))
def test_any_other_damage_has_no_root_elsewhere(kind: str):
    transfers, clean = clean_session("queries", "lte-home", "quick")
    draw = random.Random(kind)
    for at in (7, 12, 21):
        damaged = DAMAGES[kind](transfers, at, draw)
        if damaged is not None:
            assert judged(damaged, clean).verdict is not Verdict.ELSEWHERE, at


def test_what_was_inferred_is_found_again(tmp_path):
    log, out = tmp_path / "log.pcapng", tmp_path / "out.wwtrace"
    log.write_bytes(LOG_FORMS["capture"](played("deactivate", "lte-home")))
    import_logs([log], out, after=infer_file)
    again = infer(out)
    assert again.stimuli == []
    bare = infer(without_stimuli(out, inferred_only=True))
    assert [NAMES[each.event.code] for each in bare.stimuli] == ["network_deactivate"]
    assert replay(bare.to_bytes()).digest == replay(out).digest


def test_a_session_of_two_contexts_is_equal():
    found = replayed(LOG_FORMS["capture"](played("contexts", "5g")))
    assert found.result.root_count == 0
    assert sessions.ONLY_ON["contexts"]
