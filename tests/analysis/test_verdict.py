"""The verdict on logs of somebody else's modem, in its layers: benign and faulty sessions."""

import json
import re
from datetime import date

import pytest
from checkout import ROOT, TRACES
from class_driver_host import BASIC, command, done
from field_behaviours import ADDRESSES, CONNECT, PACKET, REGISTER, SIGNAL, USUAL, Log, begun
from field_benign import BENIGN
from field_faulty import FAULTY
from groups import sampled
from mbim_samples import sample_values
from verbs import run

from wwanreplay.analysis.accepting import accept
from wwanreplay.analysis.infer import infer_file
from wwanreplay.analysis.report import remark_lines, report_lines
from wwanreplay.analysis.verdict import FieldVerdict, judge_field
from wwanreplay.analysis.waivers import parse_waivers
from wwanreplay.formats.importer import import_logs
from wwanreplay.mbim import codec
from wwanreplay.mbim.commands import ties_by_command
from wwanreplay.mbim.tables import find_cid
from wwanreplay.replay import Layer, Weight
from wwanreplay.verdict import Verdict

#: Benign sessions in which a fault is found, and faulty ones whose fault is not named.
MISSED_BENIGN = {"the network's name comes later"}
MISSED_FAULTY = {"registered without a network's id"}
SHARE_MIN = 0.95


@pytest.fixture
def imported(tmp_path):
    def make(log, name="session"):
        path = tmp_path / f"{name}.log"
        path.write_text(log.text)
        out = tmp_path / f"{name}.wwtrace"
        import_logs([path], out, after=infer_file, force=True)
        return str(out)

    return make


@pytest.fixture
def judged(imported):
    return lambda log: judge_field(imported(log))


def is_named(found: FieldVerdict, log) -> bool:
    """Whether a root of the right layer stands at a message that is faulty."""
    for finding in found.faults:
        line = None if finding.source is None else finding.source["number"]
        at_it = finding.transaction in log.transactions if line is None else line in log.faulty
        if finding.is_root and finding.layer == log.layer and at_it:
            return found.verdict is Verdict.DIVERGED
    return False


EACH = [4, pytest.param(1, marks=pytest.mark.long)]


def test_few_sessions_are_misjudged():
    assert len(MISSED_BENIGN) <= (1 - SHARE_MIN) * len(BENIGN)
    assert len(MISSED_FAULTY) <= (1 - SHARE_MIN) * len(FAULTY)


@pytest.mark.parametrize("each", EACH)
def test_benign_sessions_have_no_fault(judged, each):
    names = sorted(BENIGN)[::each]
    missed = {name for name in names if judged(BENIGN[name]()).verdict != "no fault"}
    print(f"{len(names) - len(missed)} of {len(names)} benign sessions have no fault")
    assert missed == MISSED_BENIGN & set(names)


@pytest.mark.parametrize("each", EACH)
def test_faults_are_named_at_their_message_by_the_right_layer(judged, each):
    logs = {name: FAULTY[name]() for name in sorted(FAULTY)[::each]}
    missed = {name for name, log in logs.items() if not is_named(judged(log), log)}
    print(f"{len(logs) - len(missed)} of {len(logs)} faults are named in their layer")
    assert missed == MISSED_FAULTY & set(logs)


def test_the_matrix_is_as_large_as_it_is_stated_to_be():
    assert len(BENIGN) >= 35
    assert len(FAULTY) >= 30
    page = (ROOT / "docs" / "field-logs.md").read_text()
    for table, missed in ((BENIGN, MISSED_BENIGN), (FAULTY, MISSED_FAULTY)):
        assert f"| {len(table) - len(missed)} of {len(table)} |" in page


@pytest.mark.parametrize(
    "name",
    [
        "PIN2 is reported after the SIM is ready",
        "an activating event before the answer",
        "an activated event behind the answer",
        "fallback from LTE to UMTS",
    ],
)
def test_what_differs_from_the_model_alone_is_a_note(judged, name):
    found = judged(BENIGN[name]())
    assert found.verdict is Verdict.NO_FAULT
    assert found.notes
    assert {(each.layer, each.weight) for each in found.notes} == {(Layer.MODEL, Weight.NOTE)}
    assert all(each.source["unit"] == "line" for each in found.notes)


def test_refusals_are_facts_that_are_listed_and_counted(judged):
    log = begun()
    for _ in range(2):
        log.connect().wait(1).answer(CONNECT, 2, NwError=27, ActivationState=3).wait(2)
    log.connect().answer(CONNECT, 2, ActivationState=3)
    found = judged(log)
    assert [(fact.text, fact.count) for fact in found.facts] == [
        ("set MBIM_CID_CONNECT was refused: MBIM_STATUS_FAILURE, network error 27", 2),
        ("set MBIM_CID_CONNECT was refused: MBIM_STATUS_FAILURE", 1),
    ]
    assert found.verdict is Verdict.NO_FAULT
    # The network refused twice; the third refusal is the modem's own.
    (note,) = found.notes
    assert note.source == found.facts[1].sources[0]


def test_what_the_wire_shows_is_not_found_again_by_a_rule(judged):
    found = judged(FAULTY["an indication has a transaction"]())
    (fault,) = found.faults
    assert (fault.layer, fault.rule) == (Layer.WIRE, "wire.event-id-zero")


def test_what_differs_at_a_broken_rule_follows_from_it(judged):
    found = judged(FAULTY["success, but the context is down"]())
    (root,) = [each for each in found.faults if each.is_root]
    assert (root.layer, root.rule) == (Layer.RULE, "async.success-ustatus")
    others = [*found.notes, *(each for each in found.faults if not each.is_root)]
    assert all(each.divergence.root_index == root.record for each in others)


def test_a_host_that_breaks_a_rule_is_no_fault_of_the_device(judged):
    log = begun().connect().connect().wait(1).answer(CONNECT).queried_usual(SIGNAL)
    assert all("service" not in each.text for each in judged(log).faults)


def test_nothing_compared_is_no_yes(imported):
    log = begun().connect()
    start = log.text.count("\n")
    log.answer(CONNECT, 2, ActivationState=3)
    log.text = "\n".join(log.text.split("\n")[start:])
    found = judge_field(imported(log))
    assert found.verdict is Verdict.NOTHING_COMPARED
    assert [fact.text for fact in found.facts] == [
        "MBIM_CID_CONNECT was refused: MBIM_STATUS_FAILURE"
    ]


def test_a_trace_recorded_here_stays_exact():
    found = judge_field(TRACES / "demo.wwtrace")
    assert found.verdict is Verdict.EQUAL
    assert [*found.faults, *found.warnings, *found.notes, *found.facts] == []


def test_a_part_is_judged_alone(imported):
    log = begun().query(REGISTER).error(2).queried_usual(SIGNAL).wait(5).queried_usual(PACKET)
    trace = imported(log)
    (fault,) = judge_field(trace).faults
    assert judge_field(trace, stop_record=fault.record).verdict is Verdict.NO_FAULT
    later = judge_field(trace, start_record=fault.record + 1)
    assert (later.verdict, later.result.before_start_count) == (Verdict.NO_FAULT, 1)


def test_notes_count_only_where_it_is_strict(imported):
    trace = imported(BENIGN["PIN2 is reported after the SIM is ready"]())
    found = run("replay", trace)
    assert found.exit_code == 0
    assert "no fault, 7 of 7 outputs compared, 1 note" in found.output
    assert "note (against the model), record 36, 0.000015000 s, session.log line" in found.output
    assert run("replay", trace, "--strict").exit_code == 1


def test_a_fault_ends_with_one_and_names_its_layer(imported):
    trace = imported(FAULTY["a command is answered by an error"]())
    found = run("replay", trace)
    assert found.exit_code == 1
    assert "   layer: on the wire" in found.output
    assert "session.log line" in found.output


def test_json_has_layer_and_weight_of_each_finding(imported):
    trace = imported(BENIGN["a refused APN"]())
    (values,) = json.loads(run("replay", trace, "--json").output)["files"]
    assert (values["verdict"], values["divergence_count"]) == ("no fault", 0)
    assert values["facts"][0]["count"] == 1
    assert values["remark_count"] == len(values["remarks"])
    trace = imported(FAULTY["the radio is on after it was turned off"]())
    (values,) = json.loads(run("replay", trace, "--json").output)["files"]
    first = values["divergences"][0]
    assert (first["layer"], first["weight"], first["kind"]) == ("rule", "fault", "rule")
    assert "radio.set-off" in {each["rule"] for each in values["divergences"]}


def test_a_broken_rule_is_accepted_by_its_id(imported):
    found = judge_field(imported(FAULTY["the radio is on after it was turned off"]()))
    rules = {each.rule for each in found.faults}
    entries = "".join(
        f'[[accept]]\nlayer = "rule"\nrule = "{rule}"\nreason = "known"\nexpires = 2999-12-31\n'
        for rule in rules
    )
    accept(found.result, parse_waivers(entries, "w.toml", date(2027, 1, 1)), "session.wwtrace")
    assert found.result.verdict is Verdict.NO_FAULT
    assert found.result.remark_count == len(found.result.remarks)
    assert any("accepted: rule at record" in line for line in report_lines(found.result))


def test_remarks_that_say_the_same_are_one_line(judged):
    log = begun().wait(5)
    for _ in range(3):
        log.wait(20).event(REGISTER, AvailableDataClasses=0x1C)
    found = judged(log)
    lines = list(remark_lines(found.result.remarks))
    assert len(found.notes) == 3
    assert len(lines) == 1
    assert "(3 times, first here)" in lines[0]


def pieces(log):
    """The messages of a log, each with the lines that print it."""
    return re.split(r"(?m)^(?=\[\d+ \w+ \d{4})", log.text)[1:]


def faults_of(imported, parts):
    log = Log()
    log.text = "".join(parts)
    found = judge_field(imported(log, name="part"))
    return {finding.rule or finding.text for finding in found.faults}


@pytest.mark.parametrize("name", sampled([name for name in BENIGN if name not in MISSED_BENIGN], 3))
def test_a_log_that_is_cut_has_no_fault_that_the_whole_does_not_have(imported, name):
    """What stands before the log or behind it is not known, and nothing is made of that."""
    parts = pieces(BENIGN[name]())
    for place in range(1, len(parts), 1 + len(parts) // 4):
        assert faults_of(imported, parts[place:]) == set()
        assert faults_of(imported, parts[:place]) == set()


#: A status that says another state of the device than the session has shown.
CONTRADICTORY = {("MBIM_CID_HOME_PROVIDER", "query", 14)}


def refused(tie, operation, status):
    """A session in which the modem refuses a command without a body."""
    layouts = getattr(find_cid(*tie.key), operation)
    values = sample_values(layouts[0]) if layouts else {}
    buffer = codec.encode_layout(tie.name, layouts[0], values) if layouts else b""
    log = begun()
    number = log.transaction + 1
    log.raw(command(number, *tie.key, int(operation == "set"), buffer))
    return log.raw(done(number, *tie.key, b"", status))


def test_a_text_of_an_odd_size_is_malformed_and_nothing_else_of_its_message_is_lost(imported):
    log = begun().query(REGISTER)
    buffer = codec.encode(BASIC, REGISTER, "response", USUAL[REGISTER])
    size = buffer.index((10).to_bytes(4, "little"))  # ProviderId has five characters
    odd = buffer[:size] + (9).to_bytes(4, "little") + buffer[size + 4 :]
    trace = imported(log.raw(done(log.transaction, BASIC, REGISTER, odd, 0)))
    (fault,) = judge_field(trace).faults
    assert (fault.layer, "text of an odd size" in fault.text) == (Layer.WIRE, True)
    shown = run("show", "--show-personal", trace).output
    assert "ProviderId = 0010\n" in shown
    assert "ProviderName = Testnet\n" in shown


def test_a_late_answer_that_no_oid_carries_is_a_fault_on_the_wire(judged):
    log = begun().query(ADDRESSES).wait(53).answer(ADDRESSES).wait(1)
    (fault,) = judged(log.queried_usual(SIGNAL)).faults
    assert (fault.layer, fault.transaction) == (Layer.WIRE, log.transaction - 1)
    assert "(MBIM_CID_IP_CONFIGURATION) comes after 53 s; it may take 15 s" in fault.text


@pytest.mark.parametrize(
    "tie", sampled(ties_by_command().values(), 6, ids=lambda tie: tie.name.lower())
)
def test_a_refusal_without_a_body_is_a_fact_and_no_fault(judged, tie):
    cid = find_cid(*tie.key)
    for operation in ("query", "set"):
        for status in (2, 9, 14) if getattr(cid, operation) is not None else ():
            if (tie.name, operation, status) not in CONTRADICTORY:
                assert judged(refused(tie, operation, status)).faults == []
