"""The subjects: found, in order, complete; and they propose stimuli that the tables have."""

from pkgutil import iter_modules

import pytest
from infer_samples import PAGE, documented_variables
from stimulus_samples import ALONE, alone, events_of, recording

from wwanreplay._core import Kind
from wwanreplay.analysis.infer import subjects, without_stimuli
from wwanreplay.analysis.infer.evidence import stimulus
from wwanreplay.analysis.infer.registry import SUBJECTS, VARIABLES, Environment
from wwanreplay.analysis.infer.subject import ANY_ANSWER
from wwanreplay.devices.profile_rows import TOP
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event, encode
from wwanreplay.replay.api import engine_of
from wwanreplay.replay.hypothesis import Hypothesis
from wwanreplay.replay.matchers import exact_search
from wwanreplay.replay.proposer import Mismatch
from wwanreplay.script import shipped_scripts
from wwanreplay.trace import TraceReader

PLACES = {"witness", "before", "request", "burst", "delayed", "earlier"}


def test_every_file_is_a_subject_of_its_own_name_and_place():
    files = {module.name for module in iter_modules(subjects.__path__)}
    assert len(SUBJECTS) == len(files)
    for values in ([each.name for each in SUBJECTS], [each.order for each in SUBJECTS]):
        assert len(values) == len(set(values))
    assert [each.order for each in SUBJECTS] == sorted(each.order for each in SUBJECTS)


def test_a_table_of_a_profile_is_written_by_one_subject():
    tables = [table for subject in SUBJECTS for table in subject.tables]
    assert len(tables) == len(set(tables))
    assert set(tables) == set(TOP) - {"description", "extends"}


def test_every_stimulus_has_a_variable_and_every_variable_a_stimulus():
    stimuli = [variable.stimulus for variable in VARIABLES]
    assert len(stimuli) == len(set(stimuli))
    assert set(stimuli) == {row.name for row in PROTOCOL.tables.stimuli}


def test_every_witness_is_a_report_of_the_tables():
    for variable in VARIABLES:
        assert variable.evidence, variable.name
        for name in variable.evidence:
            known = PROTOCOL.oid_by_name if name.startswith("OID_") else PROTOCOL.indication_by_name
            assert name == ANY_ANSWER or name in known


def test_a_field_that_is_named_is_one_of_its_report():
    """Words with a blank say what no single field shows."""
    fields = {
        leaf.path.rpartition(".")[2]
        for row in PROTOCOL.tables.indications
        for name in row.structs
        for layout in PROTOCOL.structure(name).layouts
        for leaf in PROTOCOL.flat(name, layout.id).leaves
    } | {"PcoValue"}
    for _, _, _, named in documented_variables():
        assert {name for name in named if " " not in name and name != "all"} <= fields


def proposals(trace):
    """Every proposal for every mismatch that the search meets."""
    with TraceReader(trace) as reader:
        engine, _ = engine_of(reader.header)
        environment = Environment(reader.header.profile_mapping)
    found = []

    def propose(mismatch):
        made = list(environment.propose(mismatch))
        found.extend(made)
        return made

    exact_search(events_of(trace), engine, propose).run()
    return found


def check(found):
    for proposal in found:
        assert set(proposal.places) <= PLACES
        assert proposal.places
        assert proposal.cost > 0
        for event in proposal.stimuli:
            row = PROTOCOL.stimulus_by_number[event.code]
            decoded = decode_event(event)
            assert event.kind == Kind.KIND_STIMULUS
            assert (decoded.name, decoded.raw) == (row.struct, None)
            assert encode(row.struct, decoded) == event.payload


@pytest.mark.long
@pytest.mark.parametrize("script", sorted(shipped_scripts()))
def test_every_proposed_stimulus_encodes(script):
    check(proposals(without_stimuli(recording(script))))


@pytest.mark.parametrize("name", ALONE)
def test_every_stimulus_is_proposed_for_the_session_that_it_is_in(name):
    found = proposals(without_stimuli(alone(name)))
    check(found)
    number = PROTOCOL.stimulus(name).number
    assert number in {event.code for proposal in found for event in proposal.stimuli}


@pytest.mark.long
def test_proposals_are_few():
    """Each costs a trial of the records behind its place."""
    found = proposals(without_stimuli(recording("contexts")))
    assert 8 <= len(found) < 1_000


def test_a_stimulus_of_no_table_is_refused():
    with pytest.raises(UsageError):
        stimulus("weather", Rain=1)


def test_the_document_has_the_table_of_variables():
    assert [row[:3] for row in documented_variables()] == [
        (
            variable.name,
            variable.stimulus,
            [name.removeprefix("NDIS_STATUS_") for name in variable.evidence],
        )
        for variable in VARIABLES
    ], "the table Variables and evidence of docs/inference.md"


def test_a_scan_that_stands_where_the_device_says_something_else_is_read_by_itself():
    trace = recording("registration")
    events = events_of(trace)

    def first(name):
        number = PROTOCOL.indication(name).number
        return next(event for event in events if event.code == number)

    with TraceReader(trace) as reader:
        engine, _ = engine_of(reader.header)
        environment = Environment(reader.header.profile_mapping)
    witness = first("NDIS_STATUS_WWAN_VISIBLE_PROVIDERS")
    for other in ("NDIS_STATUS_WWAN_READY_INFO", "NDIS_STATUS_WWAN_REGISTER_STATE"):
        mismatch = Mismatch(witness, witness.index, first(other), None, Hypothesis(engine), events)
        check(list(environment.propose(mismatch)))


@pytest.mark.long
def test_the_example_of_the_document_runs(tmp_path, monkeypatch, capsys):
    example = PAGE.read_text().split("```python\n")[1].split("```")[0]
    (tmp_path / "demo.wwtrace").write_bytes(recording("demo"))
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "inference.md", "exec"), {})
    assert capsys.readouterr().out.count("~ stimulus ") == 4


def test_the_stimuli_of_the_document_are_read():
    from wwanreplay.analysis.infer.stimulus_file import parse_stimuli

    example = PAGE.read_text().split("```toml\n")[1].split("```")[0]
    assert [entry.before for entry in parse_stimuli(example, "page.toml")] == [None, 71]
