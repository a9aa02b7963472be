"""What expressions read of events, and what is known of each name before anything is read."""

import uuid

import pytest
from replay_samples import sample_events

from wwanreplay._core import Event, Kind
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.expression_fields import (
    ATTRIBUTES,
    DecodedEvent,
    Sort,
    field_reader,
    fields_named,
    guid_of,
    known_names,
    numbers_meant,
    octets_of,
    without_indexes,
)

EVENTS, _ = sample_events()


@pytest.mark.parametrize(
    ("name", "sorts"),
    [
        ("rssi", {Sort.NUMBER}),
        ("activationstate", {Sort.NAMED}),
        ("isipv6", {Sort.TRUTH}),
        ("accessstring", {Sort.TEXT}),
        ("deviceserviceguid", {Sort.GUID}),
        ("atr", {Sort.OCTETS}),
        ("wwanltebandclass", {Sort.NUMBER}),
        ("filelockstatus", {Sort.NAMED}),
    ],
)
def test_a_name_has_the_sorts_of_its_fields(name, sorts):
    assert fields_named(name).sorts == sorts


def test_a_name_that_no_field_has_is_none():
    assert fields_named("rain") is None


def test_every_field_of_the_tables_is_known_with_a_sort():
    for name, struct in PROTOCOL.structs.items():
        for layout in struct.layouts:
            for leaf in PROTOCOL.flat(name, layout.id).leaves:
                about = fields_named(without_indexes(leaf.path).rpartition(".")[2].lower())
                assert about is not None
                assert about.sorts
                assert {leaf.field.values} - {""} <= about.tables
    assert {"Rssi", "ActivationState", "request"} <= set(known_names())


def test_values_are_of_the_sorts_that_are_known():
    types = {
        Sort.NUMBER: int,
        Sort.NAMED: int,
        Sort.TRUTH: bool,
        Sort.TEXT: str,
        Sort.OCTETS: bytes,
        Sort.GUID: uuid.UUID,
    }
    count = 0
    for event in EVENTS:
        for path, value in DecodedEvent(event).leaves():
            about = fields_named(without_indexes(path).rpartition(".")[2])
            assert type(value.value) in {types[sort] for sort in about.sorts}, path
            count += 1
    assert count > 100


def test_an_array_is_read_element_by_element():
    event = Event(Kind.KIND_INDICATION, 0, code=1, fields={"A.Tacs": (4, 5)})
    assert [each.value for each in field_reader("Tacs")(DecodedEvent(event))] == [4, 5]
    assert [each.value for each in field_reader("tacs[1]")(DecodedEvent(event))] == [5]
    assert all(each.is_element for each in field_reader("A.Tacs")(DecodedEvent(event)))


def test_attributes_are_of_every_event():
    event = Event(Kind.KIND_QUERY, 7, request_id=3)
    read = {
        name: [each.value for each in ATTRIBUTES[name].read(DecodedEvent(event))]
        for name in ATTRIBUTES
    }
    assert read["time"] == [7]
    assert read["request"] == [3]
    assert read["status"] == []


def test_names_stand_for_their_numbers():
    (number,) = numbers_meant("WWAN_ACTIVATION_STATE", "activated")
    assert number == PROTOCOL.number_of("WWAN_ACTIVATION_STATE", "WwanActivationStateActivated")
    assert numbers_meant("", "activated") == frozenset()


def test_texts_are_bytes_and_guids_where_they_have_their_form():
    assert octets_of("0x3B 9f") == b"\x3b\x9f"
    assert octets_of("") == b""
    assert octets_of("3b9") is None
    assert octets_of("10.0.0.1") == b"\x0a\0\0\1"
    assert guid_of("{a289cc33-bcbb-8b4f-b6b0-133ec2aae6df}").hex.startswith("a289")
    assert guid_of("a289") is None
