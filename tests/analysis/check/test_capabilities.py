"""Capabilities: where their rules hold, and where they cannot be decided."""

from rule_sessions import open_sessions, other_sessions, sound_sessions

KEPT = (
    (
        "devcaps.revision",
        "query DRIVER_CAPS :\nquery DEVICE_CAPS =",
    ),
    (
        "devcaps.data-class-family",
        (
            "query DEVICE_CAPS = WwanCellularClass=cdma WwanDataClass=1xevdo|lte "
            "WwanControlCaps=cdma_simple_ip"
        ),
    ),
    (
        "slotmap.current-even-on-failure",
        (
            "query SYS_SLOTMAPPINGS = Elements=0\n"
            "set SYS_SLOTMAPPINGS Elements=1 = uStatus=failure Elements=0"
        ),
    ),
    (
        "slotmap.distinct",
        ("set SYS_SLOTMAPPINGS Elements=1,1 = uStatus=invalid_parameters Elements=0,1"),
    ),
    (
        "slot.event",
        (
            "query SLOT_INFO_STATUS SlotIndex=1 = SlotIndex=1 State=empty\n"
            "event SLOT_INFO SlotIndex=1 State=active"
        ),
    ),
    (
        "devcapsex.feature-bits",
        ("query DEVICE_CAPS_EX = WwanOptionalServiceCaps=pco\nquery PCO ="),
    ),
)
OPEN = (
    (
        "devcaps.revision",
        "query DEVICE_CAPS =",
        True,
    ),
    (
        "slotmap.count",
        "query SYS_SLOTMAPPINGS = Elements=0,1",
        True,
    ),
)
NOT_MEANT = (
    (
        "devcapsex.feature-bits",
        ("query DEVICE_CAPS_EX = WwanOptionalServiceCaps=pco\nset PCO ! NOT_SUPPORTED"),
    ),
    (
        "devcaps.data-class-family",
        ("query DEVICE_CAPS = WwanDataClass=lte|1xevdo WwanControlCaps=multi_mode"),
    ),
    (
        "slot.event",
        (
            "query SLOT_INFO_STATUS SlotIndex=1 = SlotIndex=1 State=empty\n"
            "query SLOT_INFO_STATUS SlotIndex=0 = SlotIndex=0 State=active"
        ),
    ),
)


test_a_sound_session_keeps_the_rule = sound_sessions(KEPT)
test_what_a_session_does_not_show_is_left_open = open_sessions(OPEN)
test_what_the_rule_is_not_about_is_passed_over = other_sessions(NOT_MEANT)
