"""Optional services: where their rules hold, and where they cannot be decided."""

from rule_sessions import open_sessions, other_sessions, sound_sessions

KEPT = (
    (
        "nitz.ranges",
        ("query NITZ = Year=2024 Month=12 Day=31 Hour=23 Minute=59 Second=59"),
    ),
    (
        "blacklist.denied",
        (
            "event NETWORK_BLACKLIST BlacklistState=simprovideractuated\n"
            "event REGISTER_STATE RegisterState=denied"
        ),
    ),
    (
        "blacklist.overwrite",
        ("set NETWORK_BLACKLIST {MCC=262 MNC=1} {MCC=262 MNC=2} = {MCC=262 MNC=2} {MCC=262 MNC=1}"),
    ),
    (
        "regparams.accepted-echo",
        ("set REGISTER_PARAMS DRXParam=1 = DRXParam=1\nquery REGISTER_PARAMS = DRXParam=1"),
    ),
    (
        "basestations.limits",
        ("query BASE_STATIONS_INFO MaxLTECount=2 = revision=1 LTEMrl=02000000"),
    ),
    (
        "reset.after-completion",
        ("event READY_INFO\nset DEVICE_RESET =\nevent READY_INFO ReadyState=off\nwait 20"),
    ),
)
OPEN = (
    (
        "sar.config-reply",
        "set SAR_CONFIG {SarAntennaIndex=0} = {SarAntennaIndex=0}",
        True,
    ),
    (
        "reset.after-completion",
        "set DEVICE_RESET =\nwait 20",
        True,
    ),
)
NOT_MEANT = (
    (
        "sar.transmission-event",
        (
            "query SAR_TRANSMISSION_STATUS = HysteresisTimer=2\n"
            "query SAR_TRANSMISSION_STATUS = HysteresisTimer=2 "
            "TransmissionStatus.TransmissionStatus=active\n"
            "wait 20"
        ),
    ),
    (
        "modemcfg.event-on-change",
        (
            "query MODEM_CONFIG_INFO = ConfigState=completed\n"
            "query MODEM_CONFIG_INFO = ConfigState=completed"
        ),
    ),
)


test_a_sound_session_keeps_the_rule = sound_sessions(KEPT)
test_what_a_session_does_not_show_is_left_open = open_sessions(OPEN)
test_what_the_rule_is_not_about_is_passed_over = other_sessions(NOT_MEANT)
