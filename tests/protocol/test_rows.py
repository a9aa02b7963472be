"""The rows: numbers, sizes and marks, and what happens to a row that is wrong."""

import dataclasses
import re
import subprocess
import sys

import pytest
from protocol_samples import every_layout, layout_name

from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL, standard_tables
from wwanreplay.protocol.constants import constants, write_constants
from wwanreplay.protocol.layouts import Flattener
from wwanreplay.protocol.plan import plan_of
from wwanreplay.protocol.row_forms import bit, nested, number, octets, text, union
from wwanreplay.protocol.schema import (
    BytesTail,
    Completion,
    Enum,
    Field,
    Indication,
    ItemsTail,
    Layout,
    ListTail,
    Member,
    Oid,
    Revision,
    RowError,
    Rule,
    Status,
    Stimulus,
    Struct,
)
from wwanreplay.protocol.tables import Protocol
from wwanreplay.protocol.unresolved import ROWS as UNRESOLVED

# The outputs of the first circle; each of their leaves has an origin.
FIRST_CIRCLE = (
    "NDIS_WWAN_DRIVER_CAPS",
    "NDIS_WWAN_DEVICE_CAPS",
    "NDIS_WWAN_DEVICE_CAPS_EX",
    "NDIS_WWAN_READY_INFO",
    "NDIS_WWAN_RADIO_STATE",
    "NDIS_WWAN_PIN_INFO",
    "NDIS_WWAN_PIN_LIST",
    "NDIS_WWAN_HOME_PROVIDER",
    "NDIS_WWAN_HOME_PROVIDER2",
    "NDIS_WWAN_SET_HOME_PROVIDER",
    "NDIS_WWAN_VISIBLE_PROVIDERS",
    "NDIS_WWAN_PREFERRED_PROVIDERS",
    "NDIS_WWAN_REGISTRATION_STATE",
    "NDIS_WWAN_PACKET_SERVICE_STATE",
    "NDIS_WWAN_SIGNAL_STATE",
    "NDIS_WWAN_PROVISIONED_CONTEXTS",
    "NDIS_WWAN_CONTEXT_STATE",
    "NDIS_WWAN_SUPPORTED_DEVICE_SERVICES",
    "NDIS_WWAN_DEVICE_SERVICE_RESPONSE",
    "NDIS_WWAN_DEVICE_SERVICE_SUBSCRIPTION",
    "NDIS_WWAN_DEVICE_SERVICE_EVENT",
    "NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO",
    "NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE_COMPLETE",
    "NDIS_WWAN_DEVICE_SERVICE_SESSION_READ",
    "NDIS_WWAN_PCO_STATUS",
    "NDIS_WWAN_IP_ADDRESS_STATE",
    "NDIS_LINK_STATE",
    "NDIS_STATISTICS_INFO",
    "WWAN_PROVIDER",
    "WWAN_PROVIDER2",
    "WWAN_CONTEXT",
    "WWAN_CONTEXT_V2",
    "WWAN_PROVISIONED_CONTEXT_V2",
    "WWAN_SIGNAL_STATE_EXT",
    "WWAN_IPADDRESS_ENTRY",
    "WWAN_DEVICE_SERVICE_ENTRY",
)


def altered_tables(**changes):
    return dataclasses.replace(standard_tables(), **changes)


def struct_of(*fields, size=4, tail=None, name="NDIS_TEST"):
    return Struct(name, (Layout("L1", size, fields),), tail=tail)


def check_with(**changes):
    Protocol(altered_tables(**changes)).check()


def test_all_rows_are_there():
    tables = standard_tables()
    assert len([row for row in tables.oids if row.name.startswith("OID_WWAN_")]) == 73
    assert len([row for row in tables.indications if "_WWAN_" in row.name]) == 75
    assert len([name for name in tables.structs if "WWAN_" in name and "REPLAY" not in name]) == 299
    assert len(tables.rules()) == 472
    assert len(tables.wwan_statuses) == 59
    assert len(tables.stimuli) == 23


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OID_WWAN_CONNECT", 0x0E01010C),
        ("OID_GEN_SUPPORTED_LIST", 0x00010101),
        ("OID_PNP_SET_POWER", 0xFD010101),
        ("NDIS_STATUS_INDICATION_REQUIRED", 0x40230001),
        ("NDIS_STATUS_INVALID_LENGTH", 0xC0010014),
        ("NDIS_STATUS_WWAN_VENDOR_SPECIFIC", 0x40043000),
        ("NDIS_STATUS_REQUEST_ABORTED", 0xC001000C),
        ("WWAN_STATUS_RADIO_POWER_OFF", 0xC0040015),
        ("WWAN_DATA_CLASS_5G", 0x40),
        ("WwanRegisterStateHome", 3),
        ("WwanActivationCommandMax", 3),
        ("STIMULUS_ROAMING_TEXT", 22),
        ("NDIS_WWAN_CONTEXT_STATE_L3_SIZE", 32),
        ("NDIS_WWAN_CONTEXT_STATE_L3_ContextState_ConnectionId", 12),
        ("NDIS_WWAN_SET_CONTEXT_STATE_L3_SIZE", 1260),
        ("NDIS_WWAN_READY_INFO_L1_ReadyInfo_TNListHeader", 88),
        ("WWAN_PROVIDER2_L1_SIZE", 80),
        ("WWANREPLAY_STIMULUS_LATENCY_L1_DelayNs", 8),
        ("NDIS_STATISTICS_INFO_L1_ifHCOutBroadcastOctets", 144),
    ],
)
def test_constant_has_the_number_of_the_standard(name, value):
    assert constants()[name] == value


def test_constants_are_written_once_and_left_alone_when_equal(tmp_path):
    write_constants(tmp_path)
    parts = ["engine_oids.pxi", "engine_ranges.pxi", "engine_table.pxi"]
    parts += ["protocol_constants.h", "protocol_constants.pxi"]
    assert sorted(path.name for path in tmp_path.iterdir()) == parts
    files = [tmp_path / name for name in parts[3:]]
    text_of_header = files[0].read_text()
    assert "#define OID_WWAN_CONNECT 0xe01010cu\n" in text_of_header
    assert "    const uint32_t OID_WWAN_CONNECT\n" in files[1].read_text()
    names = re.findall(r"^#define (\w+)", text_of_header, re.MULTILINE)
    assert len(names) == len(set(names)) > 3000
    before = [path.stat().st_mtime_ns for path in files]
    write_constants(tmp_path)
    assert [path.stat().st_mtime_ns for path in files] == before
    files[0].write_text("old")
    write_constants(tmp_path)
    assert files[0].read_text() == text_of_header


def test_constant_with_two_values_is_an_error_that_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules["wwanreplay.protocol.general"].NUMBERS, "OID_WWAN_PCO", 1)
    with pytest.raises(RowError, match="OID_WWAN_PCO"):
        constants()


def test_rows_need_no_compiled_engine():
    program = (
        "import sys; sys.modules['wwanreplay._core'] = None\n"
        "import wwanreplay.protocol.constants as made; assert made.constants()\n"
        "from wwanreplay.protocol import PROTOCOL; PROTOCOL.check()"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("case", list(every_layout()), ids=layout_name)
def test_leaves_lie_inside_aligned_and_in_order(case):
    struct, layout_id, _ = case
    flat = PROTOCOL.flat(struct.name, layout_id)
    assert flat.size == struct.layout(layout_id).size
    assert flat.size % flat.alignment == 0
    end = 0
    for leaf in flat.leaves:
        width = leaf.size // max(leaf.field.count, 1)
        assert leaf.offset % min(width, 8 if leaf.field.kind != "guid" else 4) == 0
        assert leaf.offset + leaf.size <= flat.size
        if leaf.field.bits is None and not leaf.case:
            assert leaf.offset >= end
            end = leaf.offset + leaf.size


def test_layouts_of_one_revision_differ_in_size_or_the_newest_is_taken():
    for struct in PROTOCOL.structs.values():
        for row in struct.revisions:
            sizes = [struct.layout(name).size for name in row.layouts]
            numbers = [int(name[1:]) for name in row.layouts]
            assert numbers == sorted(numbers), f"{struct.name}: {sizes}"


@pytest.mark.parametrize("name", FIRST_CIRCLE)
def test_output_of_the_first_circle_says_where_each_value_comes_from(name):
    struct = PROTOCOL.structure(name)
    for layout in struct.layouts:
        for leaf in PROTOCOL.flat(name, layout.id).leaves:
            assert leaf.field.origin, f"{name} {layout.id} {leaf.path}"


@pytest.mark.parametrize(
    ("name", "path", "origin", "personal"),
    [
        ("NDIS_WWAN_CONTEXT_STATE", "ContextState.ConnectionId", "echo", ""),
        ("NDIS_WWAN_CONTEXT_STATE", "ContextState.ActivationState", "model", ""),
        ("NDIS_WWAN_CONTEXT_STATE", "ContextState.uNwError", "environment", ""),
        ("NDIS_WWAN_READY_INFO", "ReadyInfo.SubscriberId", "environment", "subscriber"),
        ("NDIS_WWAN_READY_INFO", "ReadyInfo.SimIccId", "environment", "subscriber"),
        ("NDIS_WWAN_DEVICE_CAPS", "DeviceCaps.DeviceId", "model", "device"),
        ("NDIS_WWAN_SET_HOME_PROVIDER", "HomeProvider.Provider.ProviderId", "echo", ""),
        ("NDIS_WWAN_SET_CONTEXT_STATE", "SetContextState.Password", "", "secret"),
        ("NDIS_WWAN_SET_CONTEXT_STATE", "SetContextState.AccessString", "", "subscriber"),
        ("NDIS_WWAN_SET_PIN_EX", "PinAction.Pin", "", "secret"),
        ("NDIS_WWAN_PCO_STATUS", "PcoValue.PcoData", "environment", "content"),
        ("NDIS_WWAN_PACKET_SERVICE_STATE", "PacketService.CurrentTai.Tac", "environment", "place"),
        ("NDIS_WWAN_LOCATION_STATE_INFO", "LocationStateInfo.CellId", "", "place"),
        ("NDIS_WWAN_USSD_EVENT", "UssdEvent.UssdString.String", "", "content"),
        ("NDIS_WWAN_AUTH_RESPONSE", "AuthResponse.u.AuthSim.Kc1", "", "secret"),
    ],
)
def test_field_is_marked(name, path, origin, personal):
    struct = PROTOCOL.structure(name)
    leaf = PROTOCOL.flat(name, struct.layouts[-1].id).by_path[path]
    assert (leaf.field.origin, leaf.field.personal) == (origin, personal)


def test_no_text_of_a_person_is_left_unmarked():
    known = re.compile(r"Subscriber|IccId|Password|UserName|AccessString|Pin$|DeviceId|PduData")
    for struct in PROTOCOL.structs.values():
        for layout in struct.layouts:
            for leaf in plan_of(struct.name, layout.id).flat.leaves:
                last = leaf.path.split(".")[-1]
                if known.search(last) and leaf.field.kind in ("wchar16", "char8"):
                    assert leaf.field.personal, f"{struct.name} {leaf.path}"


def test_unresolved_names_have_no_invented_row():
    for row in UNRESOLVED:
        if row.name.startswith("NDIS_STATUS_") and row.name in PROTOCOL.indication_by_name:
            assert not PROTOCOL.indication(row.name).structs
    assert PROTOCOL.oid("OID_WWAN_DEVICE_SERVICES").number is None
    assert "NDIS_WWAN_DEVICE_SERVICES" not in PROTOCOL.structs


# Look-ups


def test_rows_are_found_by_name_and_number():
    assert PROTOCOL.oid(0x0E01010C) is PROTOCOL.oid("OID_WWAN_CONNECT")
    assert PROTOCOL.oid("0x0E01010C") is PROTOCOL.oid("OID_WWAN_CONNECT")
    assert PROTOCOL.indication(0x4004100B).name == "NDIS_STATUS_WWAN_CONTEXT_STATE"
    assert PROTOCOL.status(0xC0040015).name == "WWAN_STATUS_RADIO_POWER_OFF"
    assert PROTOCOL.status("NDIS_STATUS_PAUSED").number == 0xC023002A
    assert PROTOCOL.enum("WWAN_RADIO").members[0].name == "WwanRadioOff"
    assert PROTOCOL.stimulus("sim").number == 1
    assert PROTOCOL.rule("register.no-transient-on-set").level == "must"
    assert [row.name for row in PROTOCOL.find("WwanRegisterStateHome")] == ["WWAN_REGISTER_STATE"]
    assert PROTOCOL.find("0x40010017")[0].name == "NDIS_STATUS_LINK_STATE"


@pytest.mark.parametrize("look_up", ["oid", "indication", "structure", "enum", "find"])
def test_unknown_name_is_a_usage_error_with_near_names(look_up):
    near = {
        "oid": "OID_WWAN_CONNECT",
        "indication": "NDIS_STATUS_WWAN_PCO_STATUS",
        "structure": "NDIS_WWAN_PCO_STATUS",
        "enum": "WWAN_REGISTER_STATE",
        "find": "NDIS_WWAN_PCO_STATUS",
    }[look_up]
    with pytest.raises(UsageError, match=near):
        getattr(PROTOCOL, look_up)(near.lower()[:-1])


def test_numbers_are_shown_by_name():
    assert PROTOCOL.text_of("WWAN_RADIO", 1) == "WwanRadioOn"
    assert PROTOCOL.text_of("WWAN_RADIO", 77) == "77"
    both = PROTOCOL.number_of("WWAN_DATA_CLASS", "WWAN_DATA_CLASS_LTE|WWAN_DATA_CLASS_UMTS")
    assert both == 0x24
    assert PROTOCOL.text_of("WWAN_DATA_CLASS", 0x24) == "WWAN_DATA_CLASS_UMTS|WWAN_DATA_CLASS_LTE"
    assert PROTOCOL.text_of("WWAN_DATA_CLASS", 0x08000020) == "WWAN_DATA_CLASS_LTE|0x8000000"
    assert PROTOCOL.text_of("WWAN_DATA_CLASS", 0) == "WWAN_DATA_CLASS_NONE"
    assert PROTOCOL.text_of("WWAN_STATUS", 0) == "WWAN_STATUS_SUCCESS"
    assert PROTOCOL.text_of("WWAN_STATUS", 0xC0049999) == "0xc0049999"
    assert PROTOCOL.text_of("OID", 0x0E01010C) == "OID_WWAN_CONNECT"
    assert PROTOCOL.text_of("WWAN_UICC_FILE_TYPE", 2) == "WwanUiccFileTypeInternalEf"


# Bad rows


def test_wrong_pinned_size_names_the_row():
    bad = struct_of(number("u32", "First"), number("u8", "Second"), size=5)
    with pytest.raises(RowError, match="NDIS_TEST L1: fields come to 8 bytes, the row pins 5"):
        Flattener({"NDIS_TEST": bad}).flat("NDIS_TEST", "L1")


def test_structure_within_itself_is_refused():
    bad = struct_of(nested("Inner", "NDIS_TEST"))
    with pytest.raises(RowError, match="NDIS_TEST: contains itself"):
        Flattener({"NDIS_TEST": bad}).flat("NDIS_TEST", "L1")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Field("Bad", "u7"),
        lambda: Field("", "u8"),
        lambda: Field("Bad", "u8", -1),
        lambda: Field("Bad", "struct"),
        lambda: Field("Bad", "u8", personal="gossip"),
        lambda: Field("Bad", "u8", origin="rumour"),
        lambda: Field("Bad", "u16", bits=(0, 1)),
        lambda: bit("Bad", 30, 5),
        lambda: union("Bad", "Other"),
        lambda: Struct("Bad", ()),
        lambda: Struct("Bad", (Layout("L1", 0, ()), Layout("L1", 0, ()))),
        lambda: Struct("Bad", (Layout("L1", 0, ()),), (Revision(1, "Bad_REVISION_1", ("L2",)),)),
        lambda: Revision(0, "Bad", ("L1",)),
        lambda: Revision(1, "Bad", ()),
        lambda: Member("Bad", 1 << 32),
        lambda: Enum("Bad", (Member("A", 1), Member("A", 2))),
        lambda: Status("Bad", -1, ""),
        lambda: Oid("Bad", 1, query="maybe"),
        lambda: Indication("Bad", 1, unsolicited="perhaps"),
        lambda: Stimulus("Bad", 0, "X", ""),
    ],
)
def test_row_that_contradicts_itself_is_refused_by_name(make):
    with pytest.raises(RowError, match=r"Bad|unnamed|''"):
        make()


@pytest.mark.parametrize(
    "change",
    [{"id": "Bad"}, {"level": "might"}, {"basis": "hearsay"}, {"actor": "somebody"}],
)
def test_rule_with_an_unknown_word_is_refused(change):
    row = PROTOCOL.rule("pco.no-noise")
    with pytest.raises(RowError, match=r"Bad|pco\.no-noise"):
        dataclasses.replace(row, **change)


def test_layout_with_two_equal_names_is_refused():
    with pytest.raises(RowError, match="L1"):
        Layout("L1", 8, (number("u32", "Same"), number("u32", "Same")))
    with pytest.raises(RowError, match="first"):
        Layout("first", 0, ())


def test_two_rows_of_one_name_or_number_are_refused():
    tables = standard_tables()
    oid = PROTOCOL.oid("OID_WWAN_PCO")
    with pytest.raises(RowError, match="OID_WWAN_PCO"):
        check_with(oids=(*tables.oids, oid))
    with pytest.raises(RowError, match="OID_WWAN_NEW: has the number of OID_WWAN_PCO"):
        check_with(oids=(*tables.oids, dataclasses.replace(oid, name="OID_WWAN_NEW")))


@pytest.mark.parametrize(
    ("struct", "reason"),
    [
        (struct_of(nested("Inner", "WWAN_NOWHERE")), "WWAN_NOWHERE: no such structure"),
        (struct_of(nested("Inner", "WWAN_PROVIDER", "L9"), size=68), "no layout L9"),
        (struct_of(number("u32", "Value", "WWAN_NOTHING")), "no enumeration WWAN_NOTHING"),
        (
            struct_of(
                octets("Data", 4), number("u32", "Size"), size=8, tail=BytesTail("Size", at="Data")
            ),
            "Size does not precede Data",
        ),
        (struct_of(number("u32", "Size"), tail=BytesTail("Length")), "no field Length"),
        (
            struct_of(
                number("u32", "Count"), tail=ItemsTail(nested("Item", "WWAN_NOWHERE"), "Count")
            ),
            "WWAN_NOWHERE",
        ),
        (
            struct_of(
                nested("List", "WWAN_LIST_HEADER"),
                size=8,
                tail=ListTail("List", (("WwanStructNothing", (text("Element", 4),)),)),
            ),
            "no element type WwanStructNothing",
        ),
        (
            struct_of(union("u", "Selector", (1, number("u32", "One")), (2, number("u32", "Two")))),
            "no selector Selector",
        ),
        (
            struct_of(
                number("u32", "Kind", "WWAN_RADIO"),
                union("u", "Kind", ("WwanRadioBroken", number("u32", "One"))),
                size=8,
            ),
            "WwanRadioBroken",
        ),
    ],
)
def test_structure_that_refers_to_nothing_is_refused_by_name(struct, reason):
    with pytest.raises(RowError, match=reason) as caught:
        check_with(structs={**standard_tables().structs, "NDIS_TEST": struct})
    assert "NDIS_TEST" in str(caught.value) or "WWAN_" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"query_input": ("NDIS_NOWHERE",)}, "no structure NDIS_NOWHERE"),
        ({"completions": (Completion(("query",), "NDIS_STATUS_NONE", ()),)}, "NDIS_STATUS_NONE"),
        (
            {"completions": (Completion(("set",), "NDIS_STATUS_WWAN_PCO_STATUS", ()),)},
            "not asynchronous",
        ),
        ({"completions": ()}, "OID_WWAN_PCO does not name it as its end"),
    ],
)
def test_oid_that_refers_to_nothing_is_refused_by_name(change, reason):
    oids = [
        dataclasses.replace(row, **change) if row.name == "OID_WWAN_PCO" else row
        for row in standard_tables().oids
    ]
    with pytest.raises(RowError, match=reason):
        check_with(oids=oids)


def test_rule_about_nothing_is_refused_by_name():
    rule = dataclasses.replace(PROTOCOL.rule("pco.no-noise"), subject=("OID_WWAN_NOTHING",))
    assert isinstance(rule, Rule)
    with pytest.raises(RowError, match=r"pco\.no-noise: unknown subject OID_WWAN_NOTHING"):
        _ = Protocol(altered_tables(rules=lambda: (rule,))).rule_by_id


def test_stimulus_without_payload_row_is_refused_by_name():
    with pytest.raises(RowError, match="gone"):
        check_with(stimuli=(Stimulus("gone", 99, "WWANREPLAY_STIMULUS_GONE", ""),))
