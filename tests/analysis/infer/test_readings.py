"""Events as inference reads them: with their request and their values."""

from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.infer import readings as module
from wwanreplay.analysis.infer.readings import as_number, readings, value_at
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode

RADIO = PROTOCOL.oid("OID_WWAN_RADIO_STATE").number
RADIO_STATE = PROTOCOL.indication("NDIS_STATUS_WWAN_RADIO_STATE")


def query(number, kind=Kind.KIND_QUERY):
    return Event(kind, 1, code=RADIO, request_id=number)


def report(number=0, **changes):
    payload = encode(
        RADIO_STATE.structs[-1],
        {"uStatus": 0, "RadioState": {"HwRadioState": 1, "SwRadioState": 1}},
    )
    return Event(
        Kind.KIND_INDICATION, 2, code=RADIO_STATE.number, request_id=number, payload=payload
    ).replace(**changes)


def test_an_answer_knows_its_request_and_an_event_has_none():
    asked, answer, event = readings([query(5), report(5), report()])
    assert (asked.is_request, asked.name) == (True, "OID_WWAN_RADIO_STATE")
    assert answer.request is asked
    assert (answer.answers_query, answer.answers_set, answer.is_unsolicited) == (True, False, False)
    assert (event.request, event.is_unsolicited) == (None, True)


def test_of_a_request_id_that_is_used_again_the_last_request_is_answered():
    *_, answer = readings([query(5), query(5, Kind.KIND_SET), report(5)])
    assert answer.answers_set


def test_members_are_found_by_path():
    (reading,) = readings([report()])
    assert reading.succeeded
    assert reading.number("RadioState.HwRadioState") == 1
    assert reading.get("RadioState.NoSuch") is None
    assert reading.text("RadioState.HwRadioState") is None


def test_decoded_fields_are_read_as_bytes_are():
    fields = {"uStatus": 0, "RadioState.HwRadioState": 1}
    (reading,) = readings([report(payload=b"", fields=fields)])
    assert reading.number("RadioState.HwRadioState") == 1


def test_requests_that_are_long_ago_are_forgotten(monkeypatch):
    monkeypatch.setattr(module, "REQUESTS_MAX", 2)
    *_, old, new = readings([query(1), query(2), query(3), report(1), report(3)])
    assert (old.request, new.request.event.request_id) == (None, 3)


@given(st.binary(max_size=40))
def test_a_payload_that_cannot_be_read_shows_nothing(payload):
    (reading,) = readings([report(payload=payload)])
    assert reading.values == {} or reading.structure


def test_notes_are_not_read():
    assert list(readings([Event(Kind.KIND_NOTE, 1, payload=b"note")])) == []


def test_only_whole_numbers_of_64_bits_are_numbers():
    values = (0, 2**64 - 1, 2**64, -1, True, "1", None)
    assert [as_number(value) for value in values] == [0, 2**64 - 1, None, None, None, None, None]


def test_a_path_through_what_is_no_mapping_leads_nowhere():
    assert value_at({"a": {"b": 2}}, "a.b") == 2
    assert value_at({"a": {"b": 2}}, "a.b.c") is None
