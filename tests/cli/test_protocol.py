"""`wwanreplay protocol list` and `show`, and the page made of them."""

import json
import subprocess
import sys

import pytest
from checkout import DOCS
from click.testing import CliRunner

from wwanreplay.cli import root
from wwanreplay.cli.protocol import KINDS
from wwanreplay.protocol import PROTOCOL, listing

PAGE = DOCS / "protocol.md"


def run(*arguments):
    return CliRunner().invoke(root, ["protocol", *arguments])


def test_page_is_what_the_rows_say():
    assert run("list", "--markdown").output == PAGE.read_text(encoding="utf-8"), (
        "docs/protocol.md is old: write it with `wwanreplay protocol list --markdown`"
    )


def test_page_stands_alone():
    page = PAGE.read_text(encoding="utf-8")
    assert page.startswith("# The protocol tables\n")
    assert "WWAN_NETWORK_ISOLATION_APPLICATION_SID_LEN" in page


@pytest.mark.parametrize("kind", KINDS)
def test_list_shows_every_row_of_a_kind(kind):
    result = run("list", "--kind", kind)
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert len(lines) == 1 + len(listing.rows(kind))
    found = json.loads(run("list", "--kind", kind, "--json").output)
    assert len(found) == len(lines) - 1
    assert {row["kind"] for row in found} == {kind}
    key = "id" if kind == "rule" else "name"
    assert all(row[key] in line for row, line in zip(found, lines[1:], strict=True))


def test_list_without_a_kind_shows_all():
    output = run("list").output
    for title in listing.TITLES.values():
        assert f"{title}\n" in output
    total = sum(len(listing.rows(kind)) for kind in KINDS)
    assert len(json.loads(run("list", "--json").output)) == total


def test_oid_is_shown_with_its_operations_and_ends():
    output = run("show", "0x0E01010C").output
    assert output.startswith("OID_WWAN_CONNECT  OID 0x0e01010c\n")
    assert "    input: NDIS_WWAN_SET_CONTEXT_STATE\n" in output
    assert "ended by NDIS_STATUS_WWAN_CONTEXT_STATE (set and query)" in output
    assert "MBIM: Basic Connect, MBIM_CID_CONNECT (CID 12)" in output


def test_structure_is_shown_with_every_layout():
    output = run("show", "NDIS_WWAN_READY_INFO").output
    assert "revision 2 (NDIS_WWAN_READY_INFO_REVISION_2): L2 (100 bytes), L3 (104 bytes)" in output
    assert "WwanStructTN: wchar16[16] (32 bytes) or wchar16[23] (46 bytes)" in output
    assert "releases: Windows 7 to Windows 10, version 1903\n" in output
    assert "ReadyInfo.SubscriberId" in output
    (row,) = json.loads(run("show", "NDIS_WWAN_READY_INFO", "--json").output)
    assert [layout["size"] for layout in row["layouts"]] == [96, 100, 104]
    field = next(f for f in row["layouts"][0]["fields"] if f["path"] == "ReadyInfo.SubscriberId")
    assert (field["offset"], field["size"], field["personal"]) == (12, 32, "subscriber")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("NDIS_STATUS_WWAN_PCO_STATUS", "ends OID_WWAN_PCO (query)"),
        ("WWAN_DATA_CLASS", "0x20        WWAN_DATA_CLASS_LTE"),
        ("WwanRadioOff", "WWAN_RADIO  numbers"),
        ("WWAN_STATUS_BUSY", "MBIM: MBIM_STATUS_BUSY (1)"),
        ("connect.voice-end", "must, modal; binds the miniport; checkable: trace"),
        ("sim", "payload: WWANREPLAY_STIMULUS_SIM"),
        ("0x40010017", "structure: NDIS_LINK_STATE"),
        ("WWAN_AUTH_CHALLENGE", "if AuthMethod is WwanAuthAka"),
        ("WWAN_IPADDRESS_ENTRY", "bits 1-1"),
        ("NDIS_WWAN_IP_ADDRESS_STATE", "DnsEntries: WWAN_IPADDRESS_ENTRY (24 bytes) each"),
        ("NDIS_WWAN_SET_CONTEXT_STATE", "Tlvs: WWAN_TLV_IE elements, from revision 4 on"),
        ("NDIS_WWAN_BASE_STATIONS_INFO", "LTEServingCell: bytes at"),
        ("OID_WWAN_DEVICE_SERVICES", "OID_WWAN_DEVICE_SERVICES  OID unknown"),
    ],
)
def test_row_is_shown_readably(name, words):
    result = run("show", name)
    assert result.exit_code == 0
    assert words in result.output


def test_number_of_two_tables_shows_both():
    found = json.loads(run("show", "0x40010017", "--json").output)
    assert [row["kind"] for row in found] == ["indication", "status"]
    output = run("show", "0x40010017").output
    assert "\n\nNDIS_STATUS_LINK_STATE  status 0x40010017\n" in output


def test_unknown_name_is_one_line_with_near_names_and_exit_code_2():
    result = run("show", "OID_WWAN_CONECT")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "error: no row of the protocol is called OID_WWAN_CONECT; near" in result.stderr
    assert "OID_WWAN_CONNECT" in result.stderr
    assert result.stderr.count("\n") == 1
    assert run("show", "0x12345").exit_code == 2
    assert run("show", "").exit_code == 2
    assert run("list", "--markdown", "--json").exit_code == 2
    assert run("list", "--kind", "song").exit_code == 2


def test_help_does_not_read_the_tables():
    program = (
        "import sys; from click.testing import CliRunner\n"
        "from wwanreplay.cli import root\n"
        "assert CliRunner().invoke(root, ['protocol', 'show', '--help']).exit_code == 0\n"
        "assert 'wwanreplay.protocol' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_kinds_of_the_command_are_those_of_the_tables():
    assert KINDS == listing.KINDS
    assert PROTOCOL.tables.oids is listing.rows("oid")


def test_an_oid_is_shown_with_the_commands_of_mbim_that_it_corresponds_to():
    shown = run("show", "OID_WWAN_NETWORK_PARAMS").output
    assert "MBIM: MS Basic Connect Extensions, MBIM_CID_MS_NETWORK_PARAMS (CID 18)" in shown
    (row,) = json.loads(run("show", "OID_WWAN_PIN", "--json").output)
    assert [(each["service"], each["cid"]) for each in row["mbim"]] == [("Basic Connect", 4)]
