"""How requests are answered: where the rules hold, and what they leave alone."""

from rule_sessions import open_sessions, other_sessions, sound_sessions

KEPT = (
    (
        "radio.async",
        "query RADIO_STATE =\nset RADIO_STATE RadioAction=on =",
    ),
    (
        "visible.async",
        ("query VISIBLE_PROVIDERS Action=all =\nset VISIBLE_PROVIDERS raw= ! NOT_SUPPORTED"),
    ),
    (
        "devcaps.async",
        "query DEVICE_CAPS =",
    ),
    (
        "mpdp.query",
        "query MPDP =",
    ),
)
OPEN = (
    (
        "basestations.async",
        "event BASE_STATIONS_INFO id=0x50",
        False,
    ),
)
NOT_MEANT = (
    (
        "radio.async",
        "query RADIO_STATE ! RESOURCES",
    ),
    (
        "packet.async",
        "query PACKET_SERVICE ~",
    ),
)


test_a_sound_session_keeps_the_rule = sound_sessions(KEPT)
test_what_a_session_does_not_show_is_left_open = open_sessions(OPEN)
test_what_the_rule_is_not_about_is_passed_over = other_sessions(NOT_MEANT)
