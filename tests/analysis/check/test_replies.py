"""How requests are answered: where the rules hold, and what they leave alone."""

import pytest
from rule_sessions import keeps, leaves_open, passes_over

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


@pytest.mark.parametrize(("rule_id", "text"), KEPT)
def test_a_sound_session_keeps_the_rule(rule_id: str, text: str) -> None:
    keeps(rule_id, text)


@pytest.mark.parametrize(("rule_id", "text", "is_whole"), OPEN)
def test_what_a_session_does_not_show_is_left_open(rule_id: str, text: str, is_whole: bool) -> None:
    leaves_open(rule_id, text, is_whole=is_whole)


@pytest.mark.parametrize(("rule_id", "text"), NOT_MEANT)
def test_what_the_rule_is_not_about_is_passed_over(rule_id: str, text: str) -> None:
    passes_over(rule_id, text)
