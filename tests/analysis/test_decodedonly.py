"""Fields of an event that never had a buffer, as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind
from wwanreplay.analysis.decodedonly import decoded_only, field_of
from wwanreplay.analysis.eventtext import (
    event_json,
    event_lines,
    fields,
)
from wwanreplay.protocol import PROTOCOL


def test_fields_without_a_buffer_are_shown_as_their_structure_would():
    event = Event(
        Kind.KIND_INDICATION,
        0,
        code=PROTOCOL.indication("NDIS_STATUS_WWAN_READY_INFO").number,
        flags=1,
        fields={
            "ReadyInfo.ReadyState": 1,
            "ReadyInfo.SubscriberId": "310260000000000",
            "text.Colour": "blue",
        },
        source={"log": "bug.log", "unit": "line", "number": 7},
    )
    assert dict(fields(event)) == {
        "ReadyInfo.ReadyState": "WwanReadyStateInitialized",
        "ReadyInfo.SubscriberId": "*** (15 characters)",
        "text.Colour": "*** (4 characters)",
    }
    shown = dict(fields(event, show_personal=True))
    assert shown["ReadyInfo.SubscriberId"] == "310260000000000"
    assert shown["text.Colour"] == "blue"
    assert event_lines(event)[0].endswith("NDIS_STATUS_WWAN_READY_INFO event  [incomplete]")
    values = event_json(event)
    assert values["decoded_only"]["ReadyInfo.SubscriberId"] == "*** (15 characters)"
    assert values["source"] == {"log": "bug.log", "unit": "line", "number": 7}


def test_elements_without_a_buffer_are_known_too():
    event = Event(
        Kind.KIND_INDICATION,
        0,
        code=PROTOCOL.indication("NDIS_STATUS_WWAN_SUPPORTED_DEVICE_SERVICES").number,
        fields={"Elements[3].SessionCapability": 0, "uStatus": 0},
    )
    assert dict(fields(event))["uStatus"] == "WWAN_STATUS_SUCCESS"
    assert "***" not in dict(fields(event))["Elements[3].SessionCapability"]


READY = PROTOCOL.indication("NDIS_STATUS_WWAN_READY_INFO").number


def ready(**fields):
    return Event(Kind.KIND_INDICATION, 0, code=READY, flags=1, fields=fields)


def test_an_event_without_such_fields_has_none():
    assert list(decoded_only(Event(Kind.KIND_INDICATION, 0, code=READY))) == []
    assert list(decoded_only(ready())) == []


def test_fields_come_in_the_order_of_the_log_and_an_element_by_any_index():
    assert [path for path, _ in decoded_only(ready(b=1, a=2))] == ["b", "a"]
    services = PROTOCOL.indication("NDIS_STATUS_WWAN_SUPPORTED_DEVICE_SERVICES").number
    event = Event(Kind.KIND_INDICATION, 0, code=services)
    first, last = (field_of(event, f"Elements[{at}].SessionCapability") for at in (0, 999))
    assert first is last is not None
    assert field_of(event, "Elements[0].Rain") is None


def test_of_an_event_that_no_table_has_every_value_is_masked():
    event = Event(Kind.KIND_INDICATION, 0, code=0x4004FFFF, fields={"uStatus": "secret", "n": 77})
    texts = dict(decoded_only(event))
    assert "secret" not in "".join(texts.values())
    assert "77" not in "".join(texts.values())
    assert dict(decoded_only(event, show_personal=True)) == {"uStatus": "secret", "n": "77"}


@pytest.mark.parametrize("value", ["\x1b[2J", "a\nb", "\u202e"])
@pytest.mark.parametrize("path", ["ReadyInfo.ReadyState", "text.Colour"])
def test_no_text_of_a_log_reaches_the_terminal_unescaped(path, value):
    (shown,) = dict(decoded_only(ready(**{path: value}), show_personal=True)).values()
    assert shown.isprintable()
    assert value not in shown


@given(
    st.dictionaries(
        st.sampled_from(["ReadyInfo.ReadyState", "ReadyInfo.SubscriberId", "uStatus", "x"]),
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**64 - 1)
        | st.text(max_size=8)
        | st.binary(max_size=4)
        | st.lists(st.integers(0, 9), max_size=3),
    ),
    st.booleans(),
)
def test_any_value_of_a_log_is_one_line_of_text(fields, show_personal):
    texts = dict(decoded_only(ready(**fields), show_personal=show_personal))
    assert texts.keys() == fields.keys()
    assert all(text.isprintable() for text in texts.values())
