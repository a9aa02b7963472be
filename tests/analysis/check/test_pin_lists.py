"""Lists of PINs: where their rules hold, and where they cannot be decided."""

from rule_sessions import sound_sessions

KEPT = (
    (
        "pin-list.current-mode",
        (
            "set PIN_EX PinType=pin1 PinOperation=disable Pin=1234 =\n"
            "query PIN_LIST = WwanPinDescPin1.PinMode=disabled"
        ),
    ),
    (
        "pin-list.length",
        (
            "query PIN_LIST = WwanPinDescPin1.PinMode=enabled "
            "WwanPinDescPin1.PinLengthMax=0xffffffff"
        ),
    ),
)


test_a_sound_session_keeps_the_rule = sound_sessions(KEPT)
