"""Values of reports by the tables."""

import pytest
from rule_events import numbered, report
from rule_scenarios import LTE, pack, run
from rule_walks import DEVICES, walked

from wwanreplay._core import RecordFlag
from wwanreplay.analysis.check import judge
from wwanreplay.analysis.check.fields import number


def tally(rule_id, *events):
    return judge(numbered(*events), [rule_id])[rule_id]


def radio(**values):
    return report(0, 0, payload=pack("NDIS_WWAN_RADIO_STATE", **values))


@pytest.mark.rule("value.enumeration")
def test_a_number_is_a_member_of_its_enumeration():
    assert tally("value.enumeration", radio(RadioState__HwRadioState=1)).kept == 1
    wrong = tally("value.enumeration", radio(RadioState__HwRadioState=9))
    assert [place.text for place in wrong.places] == [
        "RadioState.HwRadioState is 9, which its enumeration does not have"
    ]
    failed = radio(RadioState__HwRadioState=9, uStatus=number.WWAN_STATUS_FAILURE)
    assert tally("value.enumeration", failed).judged == 0
    partial = radio(RadioState__HwRadioState=9).replace(flags=RecordFlag.FLAG_INCOMPLETE)
    assert tally("value.enumeration", partial).judged == 0


def providers(kind, count):
    name = "WWAN_VISIBLE_PROVIDERS"
    header = {"VisibleListHeader__ElementType": kind, "VisibleListHeader__ElementCount": count}
    payload = pack(f"NDIS_{name}", tail=bytes(99), **header)
    return report(0, 0, f"NDIS_STATUS_{name}", payload)


def test_a_list_has_elements_of_its_own():
    assert tally("value.enumeration", providers(number.WwanStructProvider2, 1)).kept == 1
    # an empty list has elements of no type
    assert not tally("value.enumeration", providers(number.WwanStructContext, 0)).broken_count
    wrong = tally("value.enumeration", providers(number.WwanStructContext, 1))
    (place,) = wrong.places
    assert place.text.startswith("VisibleListHeader.ElementType is ")
    assert place.text.endswith(", whose elements the list does not have")


@pytest.mark.rule("value.terminated")
def test_a_string_ends_within_its_array():
    code, struct = "NDIS_STATUS_WWAN_REGISTER_STATE", "NDIS_WWAN_REGISTRATION_STATE"
    good = pack(struct, RegistrationState__ProviderId="26201")
    endless = pack(struct, RegistrationState__ProviderId="2620112")
    assert tally("value.terminated", report(0, 0, code, good)).kept == 1
    wrong = tally("value.terminated", report(0, 0, code, endless))
    assert [place.text for place in wrong.places] == [
        "RegistrationState.ProviderId has no NUL in its 7 characters"
    ]


@pytest.mark.rule("value.reserved-zero")
def test_reserved_members_are_zero():
    code, struct = "NDIS_STATUS_WWAN_LTE_ATTACH_CONTEXTS", "NDIS_WWAN_LTE_ATTACH_CONTEXTS"
    from wwanreplay.protocol.indications import ROWS

    code = next(row.name for row in ROWS if struct in row.structs)
    assert tally("value.reserved-zero", report(0, 0, code, pack(struct))).kept == 1
    path = "LteAttachContext__LteContextArray[1]__Reserved"
    wrong = tally("value.reserved-zero", report(0, 0, code, pack(struct, **{path: 1})))
    assert [place.text for place in wrong.places] == [
        "LteAttachContext.LteContextArray[1].Reserved is not zero"
    ]


def test_reports_of_the_emulated_device_hold_what_the_tables_say():
    for name in ("lte", "voice", "cdma"):
        found = judge(walked(DEVICES[name], 31), ["value.enumeration", "value.terminated"])
        assert all(each.kept > 20 and not each.broken_count for each in found.values()), found
    assert run(lambda host: host.wait(1), LTE) is not None
