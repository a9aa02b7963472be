"""MBIMEx versions of the served function: agreed on, in force until CLOSE, spoken by both sides."""

import pytest
from mbim_host import needs_mbimcli, served

from wwanreplay._core import Kind, Profile
from wwanreplay.devices.mbim.device import Settings
from wwanreplay.devices.opening import open_device
from wwanreplay.devices.profile import load_profile
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.bridge import Bridge
from wwanreplay.mbim.messages import Message, parse_message
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.mbim.tables import BASIC_CONNECT, EXTENSIONS, find_layout
from wwanreplay.protocol.codec import decode_event
from wwanreplay.record import Session

from .conftest import uuid_of

VERSIONS = [0x0100, 0x0200, 0x0300]


def asked(bridge, version, transaction_id=5):
    """Ask for a version; the answer."""
    values = {"MbimVersion": 0x0100, "MbimExtendedVersion": version}
    buffer = codec.encode(EXTENSIONS, 15, "query", values, mbimex=0x0400)
    kind = messages.MBIM_COMMAND_MSG
    command = Message(kind, transaction_id, 0, uuid_of(EXTENSIONS), 15, buffer)
    requests, (answer,) = bridge.host_message(command.to_bytes(), 0)
    assert requests == []
    return parse_message(answer)


def opened(newest):
    bridge = Bridge(mbimex_newest=newest)
    bridge.host_message(Message(messages.MBIM_OPEN_MSG, 1, 4096).to_bytes(), 0)
    return bridge


@pytest.mark.parametrize("own", VERSIONS[1:])
@pytest.mark.parametrize("wanted", [*VERSIONS, 0x0400])
def test_the_lower_version_is_in_force_until_the_function_is_closed(own, wanted):
    bridge = opened(own)
    answer = asked(bridge, wanted)
    values = codec.decode(EXTENSIONS, 15, "response", answer.buffer, mbimex=0x0400)
    assert (answer.value, values["MbimVersion"]) == (0, 0x0100)
    assert values["MbimExtendedVersion"] == bridge.mbimex == min(own, wanted)
    bridge.host_message(Message(messages.MBIM_OPEN_MSG, 9, 4096).to_bytes(), 0)
    assert bridge.mbimex == 0x0100
    asked(bridge, wanted)
    bridge.host_message(Message(messages.MBIM_CLOSE_MSG, 10).to_bytes(), 0)
    assert bridge.mbimex == 0x0100


def test_a_function_of_the_first_version_does_not_have_the_command():
    assert asked(opened(0x0100), 0x0300).value == messages.STATUS["MBIM_STATUS_NO_DEVICE_SUPPORT"]


def test_a_version_that_cannot_be_read_changes_nothing():
    bridge = opened(0x0300)
    command = Message(messages.MBIM_COMMAND_MSG, 5, 0, uuid_of(EXTENSIONS), 15, b"\1")
    _, (answer,) = bridge.host_message(command.to_bytes(), 0)
    assert parse_message(answer).value == messages.STATUS["MBIM_STATUS_INVALID_PARAMETERS"]
    assert bridge.mbimex == 0x0100


@pytest.mark.parametrize("version", VERSIONS)
def test_our_host_and_our_function_speak_the_version_that_they_agreed_on(version):
    with served("lte-home", bridge_options={"mbimex_newest": 0x0300}) as modem:
        device = open_device(f"mbim:{modem.path}", settings=Settings(mbimex=version))
        with Session(device) as session:
            assert device.mbimex == modem.bridge.mbimex == version
            for oid in ("READY_INFO", "REGISTER_STATE", "PACKET_SERVICE", "SIGNAL_STATE"):
                session.query(f"OID_WWAN_{oid}")
            session.query("OID_WWAN_DEVICE_CAPS_EX")
            values = {"ActivationCommand": 1, "AccessString": "internet.example"}
            session.set("OID_WWAN_CONNECT", values)
            session.until_idle()
            answers = {
                event.code: decode_event(event)
                for event in session.events
                if event.kind == Kind.KIND_INDICATION and event.request_id
            }
            problems = device.problems
    assert len(answers) == 6 + (version > 0x0100)  # the services were asked for
    found = {path: value for each in answers.values() for path, value in leaves(each)}
    assert found["ReadyInfo.ReadyState"] == 1
    assert found["RegistrationState.RegisterState"] == 3
    assert found["PacketService.PacketServiceState"] == 2
    assert found["SignalState.Rssi"] == 23
    assert found["ContextState.ActivationState"] == 1
    assert problems == 0


def leaves(decoded):
    return [(leaf.path, leaf.value) for leaf in decoded.leaves()]


@needs_mbimcli
@pytest.mark.parametrize(("option", "version"), [("v2", 0x0200), ("v3", 0x0300)])
def test_mbimcli_agrees_on_a_version_and_reads_its_messages(option, version):
    """Each query that has a layout of its own in this version is read by libmbim."""
    flag = f"--device-open-ms-mbimex-{option}"
    with served("lte-home", bridge_options={"mbimex_newest": 0x0300}) as modem:
        output = modem.mbimcli("--query-registration-state", flag)
        assert output["Register state"] == "home"
        assert "Preferred data classes" in output.text
        output = modem.mbimcli("--query-packet-service-state", flag)
        assert output["Packet service state"] == "attached"
        output = modem.mbimcli("--query-signal-state", flag)
        assert output["RSSI [0-31,99]"] == "23"
        output = modem.mbimcli("--query-subscriber-ready-status", flag)
        assert output["Ready state"] == "initialized"
        output = modem.mbimcli("--ms-query-device-caps", flag)
        assert output["Device ID"] == modem.profile.mapping["device_id"]
        output = modem.mbimcli("--connect=access-string=internet.example,ip-type=ipv4", flag)
        assert output["Activation state"] == "activated"
        versions = [
            codec.decode(EXTENSIONS, 15, "response", message.buffer, mbimex=0x0400)
            for message in answers(modem)
            if message.cid == 15 and message.service == uuid_of(EXTENSIONS)
        ]
    assert {each["MbimExtendedVersion"] for each in versions} == {version}


def answers(modem):
    from wwanreplay._core import WireDirection

    return [
        message
        for data in modem.recording.wire(WireDirection.WIRE_DEVICE_TO_HOST)
        if (message := parse_message(data)).type == messages.MBIM_COMMAND_DONE
    ]


def test_the_version_of_a_served_modem_stands_in_its_recording():
    """A replay makes the same function again, and the engine takes the profile."""
    mapping = {**load_profile("lte-home").mapping, "mbimex": 0x0300}
    assert Profile(mapping) is not None
    assert bridge_of(mapping).mbimex_newest == 0x0300
    assert bridge_of(load_profile("lte-home").mapping).mbimex_newest == 0x0100


def test_every_served_message_of_a_version_can_be_encoded():
    """No command loses its layout when a newer version is in force."""
    from wwanreplay.mbim.commands import TIES

    for tie in TIES:
        for version in VERSIONS:
            if tie.serves("q"):
                assert find_layout(*tie.key, "query", version) is not None, tie.name
    assert BASIC_CONNECT == 1
