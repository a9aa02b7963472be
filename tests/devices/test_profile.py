"""Profiles: the shipped ones make sense, and what is wrong in one is reported in one line."""

import subprocess
import sys

import pytest

from wwanreplay._core import Engine, Profile
from wwanreplay.devices.profile import load_profile, parse_profile, shipped_profiles
from wwanreplay.devices.profile_rows import PIN_DESCRIPTIONS
from wwanreplay.errors import UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.releases import STRUCTURES

SHIPPED = sorted(shipped_profiles())


def luhn_holds(digits):
    doubled = [
        sum(divmod(2 * int(digit), 10)) if place % 2 else int(digit)
        for place, digit in enumerate(reversed(digits))
    ]
    return sum(doubled) % 10 == 0


def test_these_profiles_are_shipped():
    assert [
        "5g",
        "cdma",
        "cdma-windows-8",
        "lte-attach",
        "lte-home",
        "lte-roaming",
        "lte-roaming-partner",
        "lte-strict",
        "no-sim",
        "pin-locked",
        "service-not-activated",
        "two-ports",
        *sorted(name for name in STRUCTURES if name != "windows-10"),
    ] == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_profile_makes_a_device(name):
    profile = load_profile(name)
    assert profile.description
    assert Engine(profile.compile()).state()["time_ns"] == 0


@pytest.mark.parametrize("name", SHIPPED)
def test_identities_are_synthetic_and_well_formed(name):
    mapping = load_profile(name).mapping
    if mapping["cellular_class"] == PROTOCOL.number_of(
        "WWAN_CELLULAR_CLASS", "WwanCellularClassGsm"
    ):
        assert mapping["device_id"].startswith("00101300")  # a test TAC
        assert len(mapping["device_id"]) == 15
        assert luhn_holds(mapping["device_id"])
        assert mapping["subscriber_id"].startswith("00101")  # the test PLMN
        assert mapping["sim_iccid"].startswith("8900101")
        assert luhn_holds(mapping["sim_iccid"])
    for number in mapping["telephone_numbers"]:
        assert "2025550" in number  # reserved for fiction


def test_values_are_read_as_the_standard_spells_them():
    mapping = load_profile("lte-home").mapping
    assert mapping["data_class"] == 0x3F
    assert mapping["cellular_class_list"] == 1 << 1
    assert mapping["addresses"][0]["ipv4_address"] == bytes((192, 0, 2, 17))
    assert mapping["pco"][0]["octets"] == bytes.fromhex("270880ff00041301 8405".replace(" ", ""))
    assert mapping["services"][0]["guid"].hex() == "0a5f3b3d419c4e4f8f0e2f1a57a3c001"
    assert mapping["completion_latency_ns"] == [400_000, 200_000]
    assert mapping["latencies_ns"][0x0E01010C] == [620_000_000, 240_000_000]
    assert mapping["pins"][1] == {"mode": 1, "pin_format": 1, "length_min": 4, "length_max": 8}


def test_pins_stand_in_the_order_of_the_structure():
    flat = PROTOCOL.flat("WWAN_PIN_LIST", PROTOCOL.structure("WWAN_PIN_LIST").layouts[-1].id)
    order = list(dict.fromkeys(leaf.path.split(".")[0] for leaf in flat.leaves))
    assert order == list(PIN_DESCRIPTIONS)


def test_extends_lays_tables_over_tables_and_replaces_arrays(tmp_path):
    (tmp_path / "base.toml").write_text('extends = "lte-home"\n[device]\nmodel = "Base"\n')
    own = tmp_path / "own.toml"
    own.write_text('extends = "base.toml"\n[network]\nrssi = 3\n[[provider]]\nid = "00105"\n')
    profile = load_profile(str(own))
    assert profile.name == "own"
    assert profile.mapping["rssi"] == 3
    assert profile.mapping["model"] == "Base"
    assert profile.mapping["manufacturer"] == "wwanreplay"
    assert profile.mapping["providers"] == [{"provider_id": "00105"}]


def test_extends_takes_a_name_as_the_command_line_does():
    made = parse_profile('extends = "LTE_Home"', "own")
    assert made.mapping == load_profile("lte-home").mapping


def test_the_description_is_not_part_of_the_device():
    profile = parse_profile('description = "x"', "own")
    assert (profile.description, profile.mapping) == ("x", {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[device\n", "own.toml: not TOML: Expected ']' at the end of a table declaration"),
        ("[devise]\n", "own.toml: no key 'devise' here; near: device"),
        ("[device]\nmodle = 'x'", "own.toml: [device]: no key 'modle' here; near: model"),
        ("device = 3", "own.toml: [device]: must be a table, not 3"),
        (
            "[device]\nmodel = '" + "x" * 32 + "'",
            "own.toml: [device] model: has 32 characters, at most 31 fit",
        ),
        (
            "[device]\ndata_class = 'WWAN_DATA_CLASS_LTEE'",
            "own.toml: [device] data_class: 'WWAN_DATA_CLASS_LTEE' is not a member of "
            "WWAN_DATA_CLASS; near: WWAN_DATA_CLASS_LTE",
        ),
        (
            "structures = 'windows-12'",
            f"own.toml: structures: 'windows-12' is none of {', '.join(STRUCTURES)}; "
            "near: windows-11, windows-10, windows-8.1",
        ),
        (
            "[device]\nport_count = 9",
            "own.toml: [device] port_count: 9 is not from 1 to 4",
        ),
        (
            "[network]\nauto_attach = 1",
            "own.toml: [network] auto_attach: must be true or false, not 1",
        ),
        (
            "[[provider]]\nid = '00101'\n[[provider]]\nid = 5",
            "own.toml: [[provider]] 2 id: must be text, not 5",
        ),
        (
            "[[address]]\nipv4_address = '2001:db8::1'",
            "own.toml: [[address]] 1 ipv4_address: '2001:db8::1' is not an IPv4 address",
        ),
        ("[[pco]]\noctets = '2'", "own.toml: [[pco]] 1 octets: must be bytes in hexadecimal"),
        (
            "[[service]]\nguid = 'x'",
            "own.toml: [[service]] 1 guid: 'x' is not a GUID",
        ),
        (
            "[timing]\nready = '900'",
            'own.toml: [timing] ready: must be a duration such as "15ms", "1.5s" or "2min", '
            "not '900'",
        ),
        (
            "[timing]\nready = ['1s']",
            "own.toml: [timing] ready: must be a duration or a pair of base and jitter",
        ),
        (
            "[timing]\nready = '0.1ns'",
            "own.toml: [timing] ready: '0.1ns' is not a whole number of nanoseconds",
        ),
        (
            "[timing.operations]\nOID_WWAN_CONECT = '1s'",
            "own.toml: [timing] operations: no OID is called OID_WWAN_CONECT; "
            "near: OID_WWAN_CONNECT",
        ),
        (
            "[timing.operations]\nOID_WWAN_SMS_READ = '1s'",
            "own.toml: [timing] operations OID_WWAN_SMS_READ: the emulated device has no such OID",
        ),
        (
            "[sim.pins]\nWwanPinDescPin3 = {}",
            "own.toml: [sim] pins: no key 'WwanPinDescPin3' here; near: WwanPinDescPin2",
        ),
        ("extends = 'lte'", "own.toml: extends: there is no profile 'lte'"),
    ],
)
def test_what_is_wrong_is_reported_in_one_line(text, message):
    with pytest.raises(UsageError) as caught:
        parse_profile(text, "own")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_profile_that_extends_itself_is_refused(tmp_path):
    (tmp_path / "a.toml").write_text('extends = "b.toml"')
    (tmp_path / "b.toml").write_text('extends = "a.toml"')
    with pytest.raises(UsageError, match="this never ends"):
        load_profile(str(tmp_path / "a.toml"))


def test_an_unknown_profile_names_the_near_ones():
    with pytest.raises(UsageError, match="there is no profile 'lte-hom'; near: lte-home"):
        load_profile("lte-hom")


def test_a_missing_file_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match=r"none\.toml: No such file"):
        load_profile(str(tmp_path / "none.toml"))


def test_the_mapping_is_the_same_in_every_process():
    code = (
        "from wwanreplay.devices.profile import load_profile; import hashlib;"
        "print(hashlib.sha256(load_profile('two-ports').compile().to_bytes()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_the_plain_mapping_needs_nothing_else():
    mapping = load_profile("5g").mapping
    assert Profile(mapping).to_bytes() == load_profile("5g").compile().to_bytes()
