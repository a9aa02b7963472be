"""Divergences that somebody accepted are no divergences, and are named."""

from datetime import date

from checkout import TRACES

from wwanreplay.analysis.accepting import accept, finding_of
from wwanreplay.analysis.report import report_lines
from wwanreplay.analysis.waivers import parse_waivers
from wwanreplay.replay import replay
from wwanreplay.trace import TraceReader, TraceWriter
from wwanreplay.verdict import Verdict

LINK = "NDIS_STATUS_LINK_STATE"


def without_a_link_state(folder):
    """The demo without its first link state."""
    path = folder / "spoilt.wwtrace"
    with TraceReader(TRACES / "demo.wwtrace") as reader, TraceWriter(path, reader.header) as out:
        left_out = False
        for event in reader.events():
            if event.code == 0x40010017 and not left_out:
                left_out = True
                continue
            out.write(event.replace(index=None, cause=None))
    return path


def waivers(**keys):
    lines = "\n".join(f'{key} = "{value}"' for key, value in keys.items())
    text = f'[[accept]]\n{lines}\nreason = "known"\nexpires = 2999-12-31\n'
    return parse_waivers(text, "w.toml", date(2027, 1, 1))


def test_an_accepted_divergence_takes_its_consequences_with_it(tmp_path):
    path = without_a_link_state(tmp_path)
    result = replay(path)
    assert result.verdict is Verdict.DIVERGED
    finding = finding_of(result.divergences[0], str(path))
    assert (finding.layer, finding.code, finding.trace) == ("model", LINK, "spoilt.wwtrace")
    count = result.divergence_count
    accept(result, waivers(code=LINK, kind=finding.kind), str(path))
    assert (result.verdict, result.divergence_count, result.root_count) == (Verdict.EQUAL, 0, 0)
    assert len(result.accepted) == count
    assert "known (until 2999-12-31; w.toml: accept 1)" in result.accepted[0]
    assert f"  accepted: {result.accepted[0]}" in list(report_lines(result))


def test_another_divergence_stays(tmp_path):
    path = without_a_link_state(tmp_path)
    result = replay(path)
    accept(result, waivers(code="NDIS_STATUS_WWAN_PCO_STATUS"), str(path))
    assert result.verdict is Verdict.DIVERGED
    assert result.accepted == []


def test_what_is_not_listed_is_not_accepted(tmp_path):
    path = without_a_link_state(tmp_path)
    result = replay(path, divergences_max=1)
    result.divergence_count += 3
    accept(result, waivers(code=LINK), str(path))
    assert result.verdict is Verdict.DIVERGED
