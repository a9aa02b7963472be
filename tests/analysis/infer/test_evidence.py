"""Evidence: a mismatch, read; and the stimuli that are proposed by it."""

from wwanreplay._core import Engine, Event, Kind
from wwanreplay.analysis.infer.evidence import (
    BEHIND_MAX,
    decoded_of,
    evidence_of,
    member,
    proposal,
    status_code,
    stimulus,
)
from wwanreplay.devices.profile import load_profile
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event, encode
from wwanreplay.replay.hypothesis import Hypothesis
from wwanreplay.replay.proposer import ASSIGNMENT_COST, STIMULUS_COST, Mismatch

RADIO = PROTOCOL.indication("NDIS_STATUS_WWAN_RADIO_STATE")
OTHER = status_code("NDIS_STATUS_WWAN_READY_INFO")


def report(number=0, sw=1):
    values = {"uStatus": 0, "RadioState": {"HwRadioState": 1, "SwRadioState": sw}}
    payload = encode(RADIO.structs[-1], values)
    return Event(
        Kind.KIND_INDICATION, 5, code=RADIO.number, request_id=number, payload=payload, port=1
    )


def evidence(records, position, **changes):
    hypothesis = Hypothesis(Engine(load_profile("lte-home").compile(), 0))
    witness = records[position]
    found = Mismatch(witness, position, None, None, hypothesis, records)._replace(**changes)
    return evidence_of(found, ("00101",))


def test_the_values_are_those_of_the_payload_or_those_that_the_log_holds():
    whole = evidence([report()], 0)
    assert (whole.get("RadioState.HwRadioState"), whole.is_partial) == (1, False)
    partial = evidence([report()], 0, values={"RadioState.SwRadioState": 1})
    assert partial.get("RadioState.HwRadioState", None) is None
    assert (partial.get("RadioState.SwRadioState"), partial.is_partial) == (1, True)


def test_an_event_of_the_device_answers_no_request():
    assert evidence([report()], 0).is_unsolicited
    assert not evidence([report(3)], 0).is_unsolicited
    assert evidence([report()], 0).port == 1


def test_the_records_behind_and_ahead_are_those_around_it():
    records = [report(sw=number % 2) for number in range(BEHIND_MAX + 10)]
    found = evidence(records, BEHIND_MAX + 5)
    assert list(found.behind()) == records[5 : BEHIND_MAX + 5]
    assert list(found.ahead(3)) == records[BEHIND_MAX + 5 : BEHIND_MAX + 8]


def test_reports_ahead_are_of_one_kind():
    other = Event(Kind.KIND_INDICATION, 6, code=OTHER)
    found = evidence([report(), other, report(sw=0), report()], 0)
    ahead = found.reports_ahead("NDIS_STATUS_WWAN_RADIO_STATE", 3)
    assert [each.get("RadioState.SwRadioState") for each in ahead] == [1, 0]


def test_a_payload_that_cannot_be_read_has_no_fields():
    assert decoded_of(None) is None
    assert decoded_of(report().replace(payload=b"\x01")) is None


def test_a_stimulus_holds_its_values():
    made = stimulus("signal", 2, Rssi=9)
    assert (made.kind, made.port) == (Kind.KIND_STIMULUS, 2)
    assert decode_event(made).get("Rssi") == 9


def test_what_the_network_assigns_costs_less_than_a_change():
    assert proposal("signal", Rssi=9).cost == STIMULUS_COST
    assert proposal("ip_address").cost == ASSIGNMENT_COST < STIMULUS_COST


def test_what_is_no_number_is_no_member():
    assert member("WWAN_RADIO", 1) == "WwanRadioOn"
    assert member("WWAN_RADIO", "1") == ""
