"""Packet service: where its rules hold, and where they cannot be decided."""

from rule_sessions import open_sessions, other_sessions, sound_sessions

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
        # The device attaches by itself when the detach is ordered.
        "packet.query-detaching",
        (
            "event PACKET_SERVICE PacketServiceState=attaching CurrentDataClass=0\n"
            "set PACKET_SERVICE PacketServiceAction=detach ~\n"
            "query PACKET_SERVICE = PacketServiceState=attaching CurrentDataClass=0\n"
            "ends PACKET_SERVICE id=0x101 PacketServiceState=detached CurrentDataClass=0"
        ),
        True,
    ),
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
        # The device went away behind the detach, and came back without a network.
        "packet.detach-keeps-registration",
        (
            "event REGISTER_STATE\n"
            "set PACKET_SERVICE PacketServiceAction=detach = PacketServiceState=detached "
            "CurrentDataClass=0\n"
            "lifecycle surprise_removal\n"
            "lifecycle arrival\n"
            "event REGISTER_STATE RegisterState=deregistered ProviderId="
        ),
    ),
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


test_a_sound_session_keeps_the_rule = sound_sessions(KEPT)
test_what_a_session_does_not_show_is_left_open = open_sessions(OPEN)
test_what_the_rule_is_not_about_is_passed_over = other_sessions(NOT_MEANT)
