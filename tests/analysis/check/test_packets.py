"""Packet service: where its rules hold, and where they cannot be decided."""

import pytest
from rule_sessions import keeps, leaves_open, passes_over

KEPT = (
    (
        "packet.query-final",
        "event PACKET_SERVICE\nquery PACKET_SERVICE =",
    ),
    (
        "packet.available-none-unregistered",
        "event REGISTER_STATE\nevent PACKET_SERVICE",
    ),
    (
        "packet.current-single",
        ("event PACKET_SERVICE AvailableDataClass=hsdpa|hsupa CurrentDataClass=hsdpa|hsupa"),
    ),
    (
        "packet.query-attaching",
        (
            "event PACKET_SERVICE PacketServiceState=detached CurrentDataClass=0\n"
            "set PACKET_SERVICE PacketServiceAction=attach ~\n"
            "query PACKET_SERVICE = PacketServiceState=attaching CurrentDataClass=0\n"
            "ends PACKET_SERVICE id=0x101"
        ),
    ),
    (
        "packet.attach-change",
        (
            "event PACKET_SERVICE\n"
            "set PACKET_SERVICE PacketServiceAction=detach = PacketServiceState=detached "
            "CurrentDataClass=0"
        ),
    ),
    (
        "packet.not-registered-error",
        (
            "event RADIO_STATE\n"
            "event REGISTER_STATE RegisterState=deregistered ProviderId=\n"
            "set PACKET_SERVICE PacketServiceAction=attach = uStatus=not_registered "
            "PacketServiceState=detached"
        ),
    ),
)
OPEN = (
    (
        "packet.query-attaching",
        (
            "event PACKET_SERVICE PacketServiceState=detached CurrentDataClass=0\n"
            "set PACKET_SERVICE PacketServiceAction=attach ~\n"
            "query PACKET_SERVICE = PacketServiceState=detached CurrentDataClass=0\n"
            "ends PACKET_SERVICE id=0x101"
        ),
        True,
    ),
    (
        "packet.spoof-attach",
        (
            "event REGISTER_STATE\n"
            "set PACKET_SERVICE PacketServiceAction=attach = uStatus=failure "
            "PacketServiceState=detached"
        ),
        True,
    ),
    (
        "packet.detach-keeps-registration",
        (
            "event REGISTER_STATE\n"
            "set PACKET_SERVICE PacketServiceAction=detach = PacketServiceState=detached "
            "CurrentDataClass=0\n"
            "event REGISTER_STATE RegisterState=deregistered ProviderId="
        ),
        False,
    ),
)
NOT_MEANT = (
    (
        "packet.radio-off-error",
        (
            "event RADIO_STATE SwRadioState=off\n"
            "set PACKET_SERVICE PacketServiceAction=attach ~\n"
            "event RADIO_STATE\n"
            "ends PACKET_SERVICE"
        ),
    ),
    (
        "packet.attach-change",
        (
            "event PACKET_SERVICE\n"
            "lifecycle halt\n"
            "lifecycle initialize\n"
            "query PACKET_SERVICE = PacketServiceState=detached CurrentDataClass=0\n"
            "wait 20"
        ),
    ),
)


@pytest.mark.parametrize(("rule_id", "text"), KEPT)
def test_a_sound_session_keeps_the_rule(rule_id: str, text: str) -> None:
    keeps(rule_id, text)


@pytest.mark.parametrize(("rule_id", "text", "is_whole"), OPEN)
def test_what_a_session_does_not_show_is_left_open(rule_id: str, text: str, is_whole: bool) -> None:
    leaves_open(rule_id, text, is_whole=is_whole)


@pytest.mark.parametrize(("rule_id", "text"), NOT_MEANT)
def test_what_the_rule_is_not_about_is_passed_over(rule_id: str, text: str) -> None:
    passes_over(rule_id, text)
