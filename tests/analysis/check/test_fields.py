"""Named values of a buffer, read leniently: what is there is read, whatever the header says."""

import pytest
from groups import together
from hypothesis import given
from hypothesis import strategies as st
from rule_scenarios import HOME, pack, run

from wwanreplay.analysis.check.fields import (
    Fields,
    flat_layout,
    layouts_of,
    number,
    read_fields,
)
from wwanreplay.analysis.check.session import Session
from wwanreplay.protocol.structs import STRUCTS

CONTEXT = "NDIS_WWAN_CONTEXT_STATE"
CONNECT = {"ContextState__ConnectionId": 7, "ContextState__ActivationState": 2}


def test_numbers_have_the_names_of_the_protocol():
    assert number.NDIS_STATUS_SUCCESS == 0
    assert number.OID_WWAN_CONNECT == 0x0E01010C
    assert not hasattr(number, "OID_WWAN_RAIN")


@together(sorted(name for name, row in STRUCTS.items() if row.has_header))
def test_each_layout_is_found_by_its_header(name):
    row = STRUCTS[name]
    for revision in row.revisions:
        for layout in revision.layouts:
            flat = flat_layout(name, layout)
            assert flat in layouts_of(name, revision.number, flat.size)
            assert layouts_of(name, 0xFF, flat.size) == ()


@pytest.mark.parametrize("layout", [each.id for each in STRUCTS[CONTEXT].layouts])
def test_a_buffer_is_read_by_the_layout_that_its_header_names(layout):
    data = pack(CONTEXT, layout, **CONNECT)
    fields = read_fields([CONTEXT], data)
    assert fields.known
    assert fields.size == len(data)
    assert (fields["ContextState.ConnectionId"], fields["ContextState.ActivationState"]) == (7, 2)
    assert fields["ContextState.Rain"] is None


def test_a_member_that_the_buffer_ends_before_is_none_and_those_in_front_are_read():
    data = pack(CONTEXT, **CONNECT)
    leaf = flat_layout(CONTEXT, STRUCTS[CONTEXT].layouts[-1].id).by_path[
        "ContextState.ConnectionId"
    ]
    for size in range(1, len(data) + 1):
        value = read_fields([CONTEXT], data[:size])["ContextState.ConnectionId"]
        assert value == (7 if size >= leaf.offset + leaf.size else None)


def test_of_an_unknown_revision_what_fits_is_read():
    data = bytearray(pack(CONTEXT, **CONNECT))
    data[1] = 99
    fields = read_fields([CONTEXT], bytes(data))
    assert not fields.known
    assert fields["ContextState.ConnectionId"] == 7


def test_of_several_structures_the_one_that_the_header_names_is_taken():
    other = "NDIS_WWAN_RADIO_STATE"
    data = pack(CONTEXT, **CONNECT)
    assert read_fields([other, CONTEXT], data).struct.name == CONTEXT
    assert read_fields([CONTEXT, other], data).struct.name == CONTEXT
    assert read_fields([other], data).struct.name == other


@pytest.mark.parametrize(("structs", "data"), [([], b"x"), (["NONE"], b"x"), ([CONTEXT], b"")])
def test_nothing_known_or_nothing_there_is_none(structs, data):
    assert read_fields(structs, data) is None


def test_a_text_ends_at_its_nul_and_a_guid_is_its_bytes():
    data = pack(
        "NDIS_WWAN_SET_CONTEXT_STATE",
        SetContextState__AccessString="internet",
    )
    assert read_fields(["NDIS_WWAN_SET_CONTEXT_STATE"], data)["SetContextState.AccessString"] == (
        "internet"
    )
    session = pack("NDIS_WWAN_SET_DEVICE_SERVICE_SESSION", Session__DeviceServiceGuid=bytes(16))
    fields = read_fields(["NDIS_WWAN_SET_DEVICE_SERVICE_SESSION"], session)
    assert fields["Session.DeviceServiceGuid"] == bytes(16)


def test_the_elements_of_a_list_are_read_as_far_as_they_are_there():
    def scan(host):
        host.wait(3)
        host.query("OID_WWAN_PREFERRED_PROVIDERS")
        host.query(
            "OID_WWAN_VISIBLE_PROVIDERS",
            pack("NDIS_WWAN_GET_VISIBLE_PROVIDERS", VisibleProviders__Action=0),
            wait_s=30,
        )

    session = Session(run(scan))
    (report,) = session.reports(number.NDIS_STATUS_WWAN_VISIBLE_PROVIDERS)
    fields = report.fields
    elements = fields.elements()
    assert len(elements) == fields.element_count() > 1
    ids = [entry["Provider.ProviderId"] or entry["ProviderId"] for entry in elements]
    assert HOME["provider_id"] in ids
    size = fields.element_size()
    for count in range(len(elements)):
        cut = fields.data[: fields.size + count * size + size // 2]
        assert len(Fields(fields.struct, cut).elements()) == count


def test_a_stated_length_is_that_of_the_bytes_behind():
    data = pack("NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE", tail=b"data", WriteData__uDataSize=4)
    fields = read_fields(["NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE"], data)
    assert (fields.tail(), fields.tail_length()) == (b"data", 4)
    assert read_fields([CONTEXT], pack(CONTEXT)).tail_length() is None


@given(st.sampled_from(sorted(STRUCTS)), st.binary(max_size=80))
def test_any_bytes_are_read_as_any_structure(name, data):
    fields = read_fields([name], data)
    if fields is None:
        assert data == b""
        return
    for path in flat_layout(name, STRUCTS[name].layouts[-1].id).by_path:
        fields[path]
    assert len(fields.elements()) * (fields.element_size() or 0) <= len(data)
    assert fields.tail() in data
