"""Debian's mbimcli against the served modem: every query and set it offers on what we serve.

Each test's session is recorded; on the way out the device is replayed and the MBIM bytes of its
function are rebuilt, and both must be equal (`mbim_host.served`).
"""

from collections.abc import Iterator

import pytest
from mbim_host import Served, needs_mbimcli, served

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
    said = modem.mbimcli("--query-device-caps")
    assert said["Device type"] == "embedded"
    assert said["Cellular class"] == "gsm"
    assert said["Voice class"] == "no-voice"
    assert said["SIM class"] == "removable"
    assert said["Data class"] == "gprs, edge, umts, hsdpa, hsupa, lte"
    assert said["SMS caps"] == "pdu-receive, pdu-send"
    assert said["Ctrl caps"] == "reg-manual, hw-radio-switch, sim-hot-swap-capable"
    assert said["Max sessions"] == "1"
    assert said["Device ID"] == modem.profile.mapping["device_id"]
    assert said["Firmware info"] == modem.profile.mapping["firmware"]
    assert said["Hardware info"] == modem.profile.mapping["model"]


def test_device_caps_of_the_extensions(modem: Served) -> None:
    said = modem.mbimcli("--ms-query-device-caps")
    assert said["Device ID"] == modem.profile.mapping["device_id"]
    assert said["Executor Index"] == "0"


def test_subscriber_ready_status(modem: Served) -> None:
    said = modem.mbimcli("--query-subscriber-ready-status")
    assert said["Ready state"] == "initialized"
    assert said["Subscriber ID"] == modem.profile.mapping["subscriber_id"]
    assert said["SIM ICCID"] == modem.profile.mapping["sim_iccid"]
    assert modem.profile.mapping["telephone_numbers"][0] in said.text


@pytest.mark.parametrize(
    ("profile", "state"),
    [("no-sim", "sim-not-inserted"), ("pin-locked", "device-locked")],
)
def test_subscriber_ready_status_of_other_sims(profile: str, state: str) -> None:
    with served(profile) as modem:
        said = modem.mbimcli("--query-subscriber-ready-status")
        assert said["Ready state"] == state


def test_device_services(modem: Served) -> None:
    said = modem.mbimcli("--query-device-services")
    assert said["Max DSS sessions"] == "2"
    for name in ("connect (12)", "ip-configuration (15)", "packet-statistics (20)", "pco (9)"):
        assert name in said.text
    assert STREAM_SERVICE in said.text


def test_pin_list(modem: Served) -> None:
    said = modem.mbimcli("--query-pin-list")
    first = said.text.index("PIN1:")
    assert "Mode: 'disabled'" in said.text[first : first + 60]
    assert "Min length: '4'" in said.text
    assert "Max length: '8'" in said.text


def test_home_and_preferred_and_visible_providers(modem: Served) -> None:
    said = modem.mbimcli("--query-home-provider")
    assert (said["Provider ID"], said["Provider name"]) == ("00101", "Test Network One")
    assert said["Cellular class"] == "gsm"
    said = modem.mbimcli("--query-preferred-providers")
    assert f"Preferred providers ({len(modem.profile.mapping['preferred'])})" in said.text
    assert said["Provider ID"] == "00102"
    said = modem.mbimcli("--query-visible-providers")
    assert f"Visible providers ({len(modem.profile.mapping['providers'])})" in said.text
    assert said["State"] == "home, preferred, visible, registered"
    assert "'forbidden, visible'" in said.text


def test_registration_state(modem: Served) -> None:
    said = modem.mbimcli("--query-registration-state")
    assert said["Network error"] == "none"
    assert said["Register state"] == "home"
    assert said["Register mode"] == "automatic"
    assert said["Available data classes"] == "umts, lte"
    assert said["Current cellular class"] == "gsm"
    assert (said["Provider ID"], said["Provider name"]) == ("00101", "Test Network One")
    assert said["Registration flags"] == "packet-service-automatic-attach"


def test_signal_state(modem: Served) -> None:
    said = modem.mbimcli("--query-signal-state")
    assert said["RSSI [0-31,99]"] == "23"
    assert said["Error rate [0-7,99]"] == "0"
    assert said["Signal strength interval"] == "30"


def test_packet_service_state(modem: Served) -> None:
    said = modem.mbimcli("--query-packet-service-state")
    assert said["Packet service state"] == "attached"
    assert said["Available data classes"] == "lte"


def test_provisioned_contexts(modem: Served) -> None:
    said = modem.mbimcli("--query-provisioned-contexts")
    assert "Provisioned contexts (2)" in said.text
    assert said["Context type"] == "internet"
    assert said["Access string"] == "internet.example"
    assert "Auth protocol: 'pap'" in said.text
    said = modem.mbimcli("--ms-query-provisioned-contexts")
    assert (said["State"], said["IP type"]) == ("enabled", "ipv4v6")
    assert said["Roaming control"] == "allow-all"


def test_emergency_mode_and_packet_statistics(modem: Served) -> None:
    assert modem.mbimcli("--query-emergency-mode")["Emergency mode"] == "off"
    said = modem.mbimcli("--query-packet-statistics")
    assert said["Octets (in)"] == "0"
    assert said["Discards (out)"] == "0"


# ------------------------------------------------------------------------------ sets


def test_radio_off_and_on(modem: Served) -> None:
    said = modem.mbimcli("--query-radio-state")
    assert (said["Hardware radio state"], said["Software radio state"]) == ("on", "on")
    assert modem.mbimcli("--set-radio-state=off")["Software radio state"] == "off"
    said = modem.mbimcli("--query-registration-state")
    assert said["Register state"] == "deregistered"
    assert said["Available data classes"] == "unknown"
    assert modem.mbimcli("--set-radio-state=on")["Software radio state"] == "on"
    said = modem.mbimcli("--register-automatic")
    assert (said["Register state"], said["Register mode"]) == ("home", "automatic")


def test_detach_and_attach(modem: Served) -> None:
    said = modem.mbimcli("--detach-packet-service")
    assert said["Packet service state"] == "detached"
    said = modem.mbimcli("--attach-packet-service")
    assert said["Packet service state"] == "attached"


def test_connect_addresses_pco_and_disconnect(modem: Served) -> None:
    said = modem.mbimcli("--connect=access-string=internet.example,ip-type=ipv4v6", "--no-close")
    assert said["Activation state"] == "activated"
    assert (said["IP type"], said["Context type"]) == ("ipv4v6", "internet")
    said = modem.mbimcli("--query-connection-state", "--no-open=10", "--no-close")
    assert said["Activation state"] == "activated"
    said = modem.mbimcli("--query-ip-configuration", "--no-open=20", "--no-close")
    assert said["IPv4 configuration available"] == "address, gateway, dns, mtu"
    assert said["IP [0]"] == "192.0.2.17/30"
    assert (said["Gateway"], said["DNS [0]"], said["MTU"]) == ("192.0.2.18", "192.0.2.53", "1428")
    assert "2001:db8:0:17::1/64" in said.text
    said = modem.mbimcli("--ms-query-pco", "--no-open=30", "--no-close")
    assert (said["PCO data type"], said["PCO data size"]) == ("complete", "10")
    assert said["PCO data"] == "27 08 80 FF 00 04 13 01 84 05"
    said = modem.mbimcli("--query-packet-service-state", "--no-open=40", "--no-close")
    assert said["Uplink speed"] == "50000000 bps"
    assert said["Downlink speed"] == "150000000 bps"
    said = modem.mbimcli("--disconnect", "--no-open=50")
    assert said["Activation state"] == "deactivated"
    assert modem.mbimcli("--query-connection-state")["Activation state"] == "deactivated"


def test_close_ends_the_connection(modem: Served) -> None:
    modem.mbimcli("--connect=access-string=internet.example,ip-type=ipv4")
    assert modem.mbimcli("--query-connection-state")["Activation state"] == "deactivated"


def test_an_unknown_access_string_fails_with_the_cause() -> None:
    with served("lte-strict") as modem:
        said = modem.mbimcli("--connect=access-string=nowhere.example", code=1)
        assert said.error
        assert modem.mbimcli("--query-connection-state")["Activation state"] == "deactivated"
        responses = [
            parse_message(data)
            for data in modem.recording.wire(WireDirection.WIRE_DEVICE_TO_HOST)
            if parse_header(data).total == 1
        ]
        failed = next(each for each in responses if each.cid == 12 and each.value)
        assert codec.decode(BASIC_CONNECT, 12, "response", failed.buffer)["NwError"] == 27


def test_addresses_without_a_connection_are_refused(modem: Served) -> None:
    said = modem.mbimcli("--query-ip-configuration", code=1)
    assert said.error == "ContextNotActivated"
    said = modem.mbimcli("--ms-query-pco")
    assert said["PCO data size"] == "0"


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
        said = modem.mbimcli("--query-pin-state")
        assert (said["PIN state"], said["PIN type"]) == ("locked", "puk1")
        puk = modem.profile.mapping["puk1"]
        assert modem.mbimcli(f"--enter-puk={puk},5678")["PIN state"] == "unlocked"


def test_signal_thresholds(modem: Served) -> None:
    said = modem.mbimcli(
        "--set-signal-state=signal-strength-interval=7,rssi-threshold=3,error-rate-threshold=2"
    )
    assert said["Signal strength interval"] == "7"
    assert said["RSSI threshold"] == "3"
    assert said["Error rate threshold"] == "2"


def test_set_a_provisioned_context(modem: Served) -> None:
    modem.mbimcli(
        "--set-provisioned-contexts=context-id=3,context-type=internet,auth=chap,compression=none,"
        "username=user,password=secret,access-string=x.example,provider-id=00101"
    )
    said = modem.mbimcli("--query-provisioned-contexts")
    assert "Access string: 'x.example'" in said.text
    assert "Auth protocol: 'chap'" in said.text


def test_service_activation() -> None:
    with served("service-not-activated") as modem:
        said = modem.mbimcli("--set-service-activation=00112233")
        assert said["Network error"] == "none"


def test_device_service_stream(modem: Served) -> None:
    # After the stream mbimcli asks for the addresses of its session, and fails without any.
    said = modem.mbimcli(f"--dss-connect={STREAM_SERVICE},7", "--no-close", code=1)
    assert "Successfully connected" in said.text
    said = modem.mbimcli(f"--dss-disconnect={STREAM_SERVICE},7", "--no-open=20")
    assert "Successfully disconnected" in said.text


@pytest.mark.parametrize(
    "option",
    [
        "--set-emergency-mode=on",
        "--set-network-idle-hint=enabled",
        "--query-network-idle-hint",
        "--query-ip-packet-filters",
        "--ms-query-version=1.0,2.0",
        "--ms-query-lte-attach-info",
        "--phonebook-query-configuration",
        "--ms-query-firmware-id",
    ],
)
def test_what_is_not_served_has_no_device_support(modem: Served, option: str) -> None:
    assert modem.mbimcli(option, code=1).error == "NoDeviceSupport"


# ------------------------------------------------------------------------------ transfers


def test_nothing_at_all(modem: Served) -> None:
    modem.mbimcli("--noop")
    assert modem.recording.wire(WireDirection.WIRE_HOST_TO_DEVICE)


def test_without_open_the_function_says_so(modem: Served) -> None:
    said = modem.mbimcli("--query-radio-state", "--no-open=3", "--no-close", code=1)
    assert "not open" in said.text.lower() or "notopened" in said.text.lower()


def test_answers_in_fragments() -> None:
    with served("lte-home", bridge_options={"control_transfer_max": 64}) as modem:
        said = modem.mbimcli("--query-device-caps")
        assert said["Hardware info"] == modem.profile.mapping["model"]
        said = modem.mbimcli("--query-visible-providers")
        assert f"Visible providers ({len(modem.profile.mapping['providers'])})" in said.text
        sent = modem.recording.wire(WireDirection.WIRE_DEVICE_TO_HOST)
        assert max(map(len, sent)) == 64


def test_a_command_in_fragments(modem: Served) -> None:
    modem.mbimcli(f"--set-service-activation={'5a' * 5000}")
    sent = [parse_header(data) for data in modem.recording.wire(WireDirection.WIRE_HOST_TO_DEVICE)]
    pieces = [each for each in sent if each.type == MBIM_COMMAND_MSG and each.total > 1]
    assert [each.current for each in pieces] == [0, 1]


def test_a_version_exchange_that_is_not_offered_is_not_made(modem: Served) -> None:
    said = modem.mbimcli("--query-device-caps", "--device-open-ms-mbimex-v2")
    assert said["Device type"] == "embedded"


def test_two_ports_have_a_context_each() -> None:
    with served("two-ports") as modem:
        modem.mbimcli("--connect=session-id=1,access-string=internet.example", "--no-close")
        said = modem.mbimcli("--query-connection-state=1", "--no-open=10", "--no-close")
        assert (said["Session ID"], said["Activation state"]) == ("1", "activated")
        said = modem.mbimcli("--query-connection-state=0", "--no-open=20")
        assert (said["Session ID"], said["Activation state"]) == ("0", "deactivated")
        ports = {
            event.port
            for event in modem.recording.events
            if event.kind == Kind.KIND_SET and event.payload
        }
        assert ports == {1}
