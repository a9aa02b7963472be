"""Debian's mbimcli against the served modem: every query and set it offers on what we serve.

Each test's session is recorded; on the way out the device is replayed and the MBIM bytes of its
function are rebuilt, and both must be equal (`mbim_host.served`).
"""

import re
import subprocess
from collections.abc import Iterator

import pytest
from checkout import ROOT
from mbim_host import Served, needs_mbimcli, served
from mbimcli_actions import ACTIONS, OF_THE_HOST, is_setting, run_actions
from private_net import needs_namespaces, run_private

from wwanreplay._core import Kind, WireDirection
from wwanreplay.mbim import codec
from wwanreplay.mbim.messages import MBIM_COMMAND_MSG, parse_header, parse_message
from wwanreplay.mbim.tables import BASIC_CONNECT

pytestmark = needs_mbimcli

STREAM_SERVICE = "3d3b5f0a-9c41-4f4e-8f0e-2f1a57a3c002"


@pytest.fixture
def modem() -> Iterator[Served]:
    with served("lte-home") as started:
        yield started


# ------------------------------------------------------------------------------ queries


def test_device_caps(modem: Served) -> None:
    output = modem.mbimcli("--query-device-caps")
    assert output["Device type"] == "embedded"
    assert output["Cellular class"] == "gsm"
    assert output["Voice class"] == "no-voice"
    assert output["SIM class"] == "removable"
    assert output["Data class"] == "gprs, edge, umts, hsdpa, hsupa, lte"
    assert output["SMS caps"] == "pdu-receive, pdu-send"
    assert output["Ctrl caps"] == "reg-manual, hw-radio-switch, sim-hot-swap-capable"
    assert output["Max sessions"] == "1"
    assert output["Device ID"] == modem.profile.mapping["device_id"]
    assert output["Firmware info"] == modem.profile.mapping["firmware"]
    assert output["Hardware info"] == modem.profile.mapping["model"]


def test_device_caps_of_the_extensions(modem: Served) -> None:
    output = modem.mbimcli("--ms-query-device-caps")
    assert output["Device ID"] == modem.profile.mapping["device_id"]
    assert output["Executor Index"] == "0"


def test_subscriber_ready_status(modem: Served) -> None:
    output = modem.mbimcli("--query-subscriber-ready-status")
    assert output["Ready state"] == "initialized"
    assert output["Subscriber ID"] == modem.profile.mapping["subscriber_id"]
    assert output["SIM ICCID"] == modem.profile.mapping["sim_iccid"]
    assert modem.profile.mapping["telephone_numbers"][0] in output.text


@pytest.mark.parametrize(
    ("profile", "state"),
    [("no-sim", "sim-not-inserted"), ("pin-locked", "device-locked")],
)
def test_subscriber_ready_status_of_other_sims(profile: str, state: str) -> None:
    with served(profile) as modem:
        output = modem.mbimcli("--query-subscriber-ready-status")
        assert output["Ready state"] == state


def test_device_services(modem: Served) -> None:
    output = modem.mbimcli("--query-device-services")
    assert output["Max DSS sessions"] == "2"
    for name in ("connect (12)", "ip-configuration (15)", "packet-statistics (20)", "pco (9)"):
        assert name in output.text
    assert STREAM_SERVICE in output.text


def test_pin_list(modem: Served) -> None:
    output = modem.mbimcli("--query-pin-list")
    first = output.text.index("PIN1:")
    assert "Mode: 'disabled'" in output.text[first : first + 60]
    assert "Min length: '4'" in output.text
    assert "Max length: '8'" in output.text


def test_home_and_preferred_and_visible_providers(modem: Served) -> None:
    output = modem.mbimcli("--query-home-provider")
    assert (output["Provider ID"], output["Provider name"]) == ("00101", "Test Network One")
    assert output["Cellular class"] == "gsm"
    output = modem.mbimcli("--query-preferred-providers")
    assert f"Preferred providers ({len(modem.profile.mapping['preferred'])})" in output.text
    assert output["Provider ID"] == "00102"
    output = modem.mbimcli("--query-visible-providers")
    assert f"Visible providers ({len(modem.profile.mapping['providers'])})" in output.text
    assert output["State"] == "home, preferred, visible, registered"
    assert "'forbidden, visible'" in output.text


def test_registration_state(modem: Served) -> None:
    output = modem.mbimcli("--query-registration-state")
    assert output["Network error"] == "none"
    assert output["Register state"] == "home"
    assert output["Register mode"] == "automatic"
    assert output["Available data classes"] == "umts, lte"
    assert output["Current cellular class"] == "gsm"
    assert (output["Provider ID"], output["Provider name"]) == ("00101", "Test Network One")
    assert output["Registration flags"] == "packet-service-automatic-attach"


def test_signal_state(modem: Served) -> None:
    output = modem.mbimcli("--query-signal-state")
    assert output["RSSI [0-31,99]"] == "23"
    assert output["Error rate [0-7,99]"] == "0"
    assert output["Signal strength interval"] == "30"


def test_packet_service_state(modem: Served) -> None:
    output = modem.mbimcli("--query-packet-service-state")
    assert output["Packet service state"] == "attached"
    assert output["Available data classes"] == "lte"


def test_provisioned_contexts(modem: Served) -> None:
    output = modem.mbimcli("--query-provisioned-contexts")
    assert "Provisioned contexts (2)" in output.text
    assert output["Context type"] == "internet"
    assert output["Access string"] == "internet.example"
    assert "Auth protocol: 'pap'" in output.text
    output = modem.mbimcli("--ms-query-provisioned-contexts")
    assert (output["State"], output["IP type"]) == ("enabled", "ipv4v6")
    assert output["Roaming control"] == "allow-all"


def test_emergency_mode_and_packet_statistics(modem: Served) -> None:
    assert modem.mbimcli("--query-emergency-mode")["Emergency mode"] == "off"
    output = modem.mbimcli("--query-packet-statistics")
    assert output["Octets (in)"] == "0"
    assert output["Discards (out)"] == "0"


def test_lte_attach_configuration() -> None:
    with served("lte-attach") as modem:
        output = modem.mbimcli("--ms-query-lte-attach-configuration")
        found = re.findall(r"(Roaming|Access string|Username|Source): +(\S+)", output.text)
        assert found == [
            *(("Roaming", "home"), ("Source", "modem")),
            *(("Access string", "attach.example"), ("Username", "n/a")),
            *(("Roaming", "partner"), ("Source", "modem")),
            *(("Access string", "roaming.example"), ("Username", "guest")),
            *(("Roaming", "non-partner"), ("Source", "modem")),
            *(("Access string", "roaming.example"), ("Username", "guest")),
        ]
        services = modem.mbimcli("--query-device-services")
        assert "lte-attach-configuration (3)" in services.text


# ------------------------------------------------------------------------------ sets


def test_radio_off_and_on(modem: Served) -> None:
    output = modem.mbimcli("--query-radio-state")
    assert (output["Hardware radio state"], output["Software radio state"]) == ("on", "on")
    assert modem.mbimcli("--set-radio-state=off")["Software radio state"] == "off"
    output = modem.mbimcli("--query-registration-state")
    assert output["Register state"] == "deregistered"
    assert output["Available data classes"] == "unknown"
    assert modem.mbimcli("--set-radio-state=on")["Software radio state"] == "on"
    output = modem.mbimcli("--register-automatic")
    assert (output["Register state"], output["Register mode"]) == ("home", "automatic")


def test_detach_and_attach(modem: Served) -> None:
    output = modem.mbimcli("--detach-packet-service")
    assert output["Packet service state"] == "detached"
    output = modem.mbimcli("--attach-packet-service")
    assert output["Packet service state"] == "attached"


def test_connect_addresses_pco_and_disconnect(modem: Served) -> None:
    output = modem.mbimcli("--connect=access-string=internet.example,ip-type=ipv4v6", "--no-close")
    assert output["Activation state"] == "activated"
    assert (output["IP type"], output["Context type"]) == ("ipv4v6", "internet")
    output = modem.mbimcli("--query-connection-state", "--no-open=10", "--no-close")
    assert output["Activation state"] == "activated"
    output = modem.mbimcli("--query-ip-configuration", "--no-open=20", "--no-close")
    assert output["IPv4 configuration available"] == "address, gateway, dns, mtu"
    assert output["IP [0]"] == "192.0.2.17/30"
    assert (output["Gateway"], output["DNS [0]"], output["MTU"]) == (
        "192.0.2.18",
        "192.0.2.53",
        "1428",
    )
    assert "2001:db8:0:17::1/64" in output.text
    output = modem.mbimcli("--ms-query-pco", "--no-open=30", "--no-close")
    assert (output["PCO data type"], output["PCO data size"]) == ("complete", "10")
    assert output["PCO data"] == "27 08 80 FF 00 04 13 01 84 05"
    output = modem.mbimcli("--query-packet-service-state", "--no-open=40", "--no-close")
    assert output["Uplink speed"] == "50000000 bps"
    assert output["Downlink speed"] == "150000000 bps"
    output = modem.mbimcli("--disconnect", "--no-open=50")
    assert output["Activation state"] == "deactivated"
    assert modem.mbimcli("--query-connection-state")["Activation state"] == "deactivated"


def test_close_ends_the_connection(modem: Served) -> None:
    modem.mbimcli("--connect=access-string=internet.example,ip-type=ipv4")
    assert modem.mbimcli("--query-connection-state")["Activation state"] == "deactivated"


def test_an_unknown_access_string_fails_with_the_cause() -> None:
    with served("lte-strict") as modem:
        output = modem.mbimcli("--connect=access-string=nowhere.example", code=1)
        assert output.error
        assert modem.mbimcli("--query-connection-state")["Activation state"] == "deactivated"
        responses = [
            parse_message(data)
            for data in modem.recording.wire(WireDirection.WIRE_DEVICE_TO_HOST)
            if parse_header(data).total == 1
        ]
        failed = next(each for each in responses if each.cid == 12 and each.value)
        assert codec.decode(BASIC_CONNECT, 12, "response", failed.buffer)["NwError"] == 27


def test_addresses_without_a_connection_are_refused(modem: Served) -> None:
    output = modem.mbimcli("--query-ip-configuration", code=1)
    assert output.error == "ContextNotActivated"
    output = modem.mbimcli("--ms-query-pco")
    assert output["PCO data size"] == "0"


def test_pin_of_a_locked_sim() -> None:
    with served("pin-locked") as modem:
        assert modem.mbimcli("--query-pin-state")["PIN state"] == "locked"
        wrong = modem.mbimcli("--enter-pin=9999", code=1)
        assert wrong.error
        pin = modem.profile.mapping["pin1"]
        assert modem.mbimcli(f"--enter-pin={pin}")["PIN state"] == "unlocked"
        assert modem.mbimcli(f"--change-pin={pin},8765")["PIN state"] == "unlocked"
        assert modem.mbimcli("--disable-pin=8765")["PIN state"] == "unlocked"
        assert modem.mbimcli("--enable-pin=8765")["PIN state"] == "unlocked"


def test_puk_after_three_wrong_pins() -> None:
    with served("pin-locked") as modem:
        for _ in range(modem.profile.mapping["pin1_attempts"]):
            modem.mbimcli("--enter-pin=9999", code=1)
        output = modem.mbimcli("--query-pin-state")
        assert (output["PIN state"], output["PIN type"]) == ("locked", "puk1")
        puk = modem.profile.mapping["puk1"]
        assert modem.mbimcli(f"--enter-puk={puk},5678")["PIN state"] == "unlocked"


def test_signal_thresholds(modem: Served) -> None:
    output = modem.mbimcli(
        "--set-signal-state=signal-strength-interval=7,rssi-threshold=3,error-rate-threshold=2"
    )
    assert output["Signal strength interval"] == "7"
    assert output["RSSI threshold"] == "3"
    assert output["Error rate threshold"] == "2"


def test_set_a_provisioned_context(modem: Served) -> None:
    modem.mbimcli(
        "--set-provisioned-contexts=context-id=3,context-type=internet,auth=chap,compression=none,"
        "username=user,password=secret,access-string=x.example,provider-id=00101"
    )
    output = modem.mbimcli("--query-provisioned-contexts")
    assert "Access string: 'x.example'" in output.text
    assert "Auth protocol: 'chap'" in output.text


def test_network_idle_hint() -> None:
    with served("lte-attach") as modem:
        for state in ("enabled", "disabled"):
            output = modem.mbimcli(f"--set-network-idle-hint={state}")
            assert output["Network idle hint state"] == state
            output = modem.mbimcli("--query-network-idle-hint")
            assert output["Network idle hint state"] == state
        assert "network-idle-hint (21)" in modem.mbimcli("--query-device-services").text


def test_service_activation() -> None:
    with served("service-not-activated") as modem:
        output = modem.mbimcli("--set-service-activation=00112233")
        assert output["Network error"] == "none"


def test_device_service_stream(modem: Served) -> None:
    # After the stream mbimcli asks for the addresses of its session, and fails without any.
    output = modem.mbimcli(f"--dss-connect={STREAM_SERVICE},7", "--no-close", code=1)
    assert "Successfully connected" in output.text
    output = modem.mbimcli(f"--dss-disconnect={STREAM_SERVICE},7", "--no-open=20")
    assert "Successfully disconnected" in output.text


@pytest.mark.parametrize(
    "option",
    [
        "--set-emergency-mode=on",
        "--ms-query-version=1.0,2.0",
        "--ms-query-lte-attach-info",
        "--phonebook-query-configuration",
        "--ms-query-firmware-id",
    ],
)
def test_what_is_not_served_has_no_device_support(modem: Served, option: str) -> None:
    assert modem.mbimcli(option, code=1).error == "NoDeviceSupport"


def options_of_mbimcli() -> set[str]:
    """The long options that `mbimcli --help-all` lists."""
    run = subprocess.run(["mbimcli", "--help-all"], capture_output=True, text=True, check=True)
    return set(re.findall(r"^ +(?:-\w, )?--([\w-]+)", run.stdout, re.MULTILINE))


def test_the_table_of_actions_has_every_action_of_mbimcli() -> None:
    actions = {option for option in options_of_mbimcli() if not is_setting(option)}
    assert {name for name, _, _ in ACTIONS} == actions - OF_THE_HOST
    assert len(ACTIONS) == len({name for name, _, _ in ACTIONS}) > 80


@pytest.mark.long
def test_every_action_of_mbimcli_has_the_outcome_that_is_expected() -> None:
    run_actions("pty")


@needs_namespaces
def test_every_action_of_mbimcli_has_that_outcome_on_mbim_proxy() -> None:
    """In a network namespace of its own, where the name of the proxy is free."""
    assert run_private(ROOT / "tests/support/mbimcli_actions.py") == "as expected\n"


# ------------------------------------------------------------------------------ transfers


def test_nothing_at_all(modem: Served) -> None:
    modem.mbimcli("--noop")
    assert modem.recording.wire(WireDirection.WIRE_HOST_TO_DEVICE)


def test_without_open_the_function_says_so(modem: Served) -> None:
    output = modem.mbimcli("--query-radio-state", "--no-open=3", "--no-close", code=1)
    assert "not open" in output.text.lower() or "notopened" in output.text.lower()


def test_answers_in_fragments() -> None:
    with served("lte-home", bridge_options={"control_transfer_max": 64}) as modem:
        output = modem.mbimcli("--query-device-caps")
        assert output["Hardware info"] == modem.profile.mapping["model"]
        output = modem.mbimcli("--query-visible-providers")
        assert f"Visible providers ({len(modem.profile.mapping['providers'])})" in output.text
        sent = modem.recording.wire(WireDirection.WIRE_DEVICE_TO_HOST)
        assert max(map(len, sent)) == 64


def test_a_command_in_fragments(modem: Served) -> None:
    modem.mbimcli(f"--set-service-activation={'5a' * 5000}")
    sent = [parse_header(data) for data in modem.recording.wire(WireDirection.WIRE_HOST_TO_DEVICE)]
    pieces = [each for each in sent if each.type == MBIM_COMMAND_MSG and each.total > 1]
    assert [each.current for each in pieces] == [0, 1]


def test_a_version_exchange_that_is_not_offered_is_not_made(modem: Served) -> None:
    output = modem.mbimcli("--query-device-caps", "--device-open-ms-mbimex-v2")
    assert output["Device type"] == "embedded"


def test_two_ports_have_a_context_each() -> None:
    with served("two-ports") as modem:
        modem.mbimcli("--connect=session-id=1,access-string=internet.example", "--no-close")
        output = modem.mbimcli("--query-connection-state=1", "--no-open=10", "--no-close")
        assert (output["Session ID"], output["Activation state"]) == ("1", "activated")
        output = modem.mbimcli("--query-connection-state=0", "--no-open=20")
        assert (output["Session ID"], output["Activation state"]) == ("0", "deactivated")
        ports = {
            event.port
            for event in modem.recording.events
            if event.kind == Kind.KIND_SET and event.payload
        }
        assert ports == {1}
