"""An accepted fault is of one transaction, in each layer; that of an earlier version of any."""

import re
from datetime import date

import pytest
from field_faulty import FAULTY
from groups import sampled

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.analysis.accepting import finding_of
from wwanreplay.analysis.expected import Acceptance, apply_expected, expected_path, write_expected
from wwanreplay.analysis.infer import infer_file
from wwanreplay.analysis.verdict import judge_field
from wwanreplay.analysis.waivers import Waiver, parse_waivers
from wwanreplay.formats.importer import import_logs
from wwanreplay.mbim.messages import MBIM_COMMAND_DONE, MBIM_COMMAND_MSG, Message
from wwanreplay.replay.function_check import check_function

TODAY = date(2027, 1, 1)
#: A fault that no layer finds.
UNFOUND = {"registered without a network's id"}
#: Faults of events, which belong to none.
WITHOUT_TRANSACTION = {"a context that nobody ordered"}
ENTRY = """
[[accept]]
layer = "wire"
kind = "wire"
code = "MBIM_COMMAND_DONE CID 3"
field = "a second answer to transaction N; the function answers a command once"
count = 1
reason = "known"
expires = 2027-11-30
"""


def answered_twice(number):
    """The finding of a command that is answered twice."""
    types = (MBIM_COMMAND_MSG, MBIM_COMMAND_DONE, MBIM_COMMAND_DONE)
    events = [
        Event(
            Kind.KIND_WIRE,
            index,
            code=WireDirection.WIRE_DEVICE_TO_HOST if index else WireDirection.WIRE_HOST_TO_DEVICE,
            payload=Message(kind, number, 0, bytes(range(16)), 3, bytes(8)).to_bytes(),
            index=index,
        )
        for index, kind in enumerate(types)
    ]
    (divergence,) = check_function(events)
    return finding_of(divergence, "")


def test_a_message_is_identified_by_the_transaction_of_the_log():
    assert answered_twice(2).transaction == "2"
    assert answered_twice(2) != answered_twice(3)


@pytest.mark.parametrize(("number", "is_accepted"), [(2, True), (3, False)])
def test_an_entry_accepts_its_own_transaction_alone(number, is_accepted):
    text = ENTRY.replace("count", 'transaction = "2"\ncount')
    accepted = parse_waivers(text, "x", TODAY).accepting(answered_twice(number))
    assert (accepted is not None) is is_accepted


def test_an_entry_without_a_transaction_accepts_any():
    assert parse_waivers(ENTRY, "x", TODAY).accepting(answered_twice(3)) is not None


def imported(name, folder, first=0):
    """The trace of a faulty session whose transactions are numbered behind `first`."""
    path = folder / f"{first}.log"
    path.write_text(shifted(FAULTY[name]().text, first))
    trace = folder / f"{first}.wwtrace"
    import_logs([path], trace, after=infer_file)
    return trace


def shifted(text, first):
    """A log with other transaction ids, but for zero."""

    def change(found):
        data = bytearray.fromhex(found[0].replace(":", ""))
        number = int.from_bytes(data[8:12], "little")
        data[8:12] = (number + first if number else 0).to_bytes(4, "little")
        return data.hex(":").upper()

    return re.sub(r"(?<=data   = )[0-9A-F:]+", change, text)


@pytest.mark.parametrize("name", sampled(sorted(FAULTY.keys() - UNFOUND), 12))
def test_a_fault_of_another_transaction_is_new_in_every_layer(name, tmp_path):
    trace = imported(name, tmp_path)
    write_expected(trace, judge_field(trace).result, Acceptance("known"), TODAY)
    text = expected_path(trace).read_text()
    same = judge_field(trace).result
    apply_expected(same, parse_waivers(text, "x", TODAY), str(trace))
    assert not same.faults
    trace = imported(name, tmp_path, 40)
    other = judge_field(trace).result
    findings = [finding_of(each, "") for each in other.faults]
    numbered = [each for each in findings if each.number or each.transaction.isdecimal()]
    assert numbered or name in WITHOUT_TRANSACTION
    apply_expected(other, parse_waivers(text, "x", TODAY), str(trace))
    assert len(other.faults) == len(numbered)


def test_an_entry_of_an_earlier_version_names_the_oid_and_is_of_any_transaction(tmp_path):
    name = "success, but the context is down"
    faults = judge_field(imported(name, tmp_path)).result.faults
    findings = [finding_of(found, "") for found in faults]
    assert {each.layer for each in findings} == {"rule", "model"}
    for each in findings:
        named = {"layer": each.layer, "code": each.code}
        named["transaction"] = each.transaction or each.number
        assert Waiver(named, "known", TODAY, "x").accepts(each)
        assert Waiver({**named, "transaction": each.number}, "known", TODAY, "x").accepts(each)
        assert not Waiver({**named, "transaction": "99"}, "known", TODAY, "x").accepts(each)
