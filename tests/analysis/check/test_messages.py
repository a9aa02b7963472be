"""SMS: where its rules hold, and where they cannot be decided."""

from rule_sessions import open_sessions, other_sessions, sound_sessions

KEPT = (
    (
        "sms.read-more-data",
        (
            "query SMS_READ SmsFormat=pdu ReadFilter.Flag=all = uStatus=sms_more_data "
            "ElementType=smspdu {MessageIndex=1 MsgStatus=old}\n"
            "ends SMS_READ ElementType=smspdu {MessageIndex=2 MsgStatus=old}\n"
            "wait 20"
        ),
    ),
    (
        "sms.other-event",
        (
            "event SMS_RECEIVE ElementType=smspdu {MsgStatus=new Size=20 "
            "PduData=hex:00040A9194710000100010625090}"
        ),
    ),
    (
        "sms.other-event",
        (
            "event SMS_RECEIVE ElementType=smspdu {MsgStatus=new Size=20 "
            "PduData=hex:00040A91947100001000F0625090}"
        ),
    ),
    (
        "sms.status-flag-sticky",
        (
            "query SMS_STATUS = uFlag=1\n"
            "set SMS_DELETE Flag=index MessageIndex=1 =\n"
            "query SMS_STATUS = uFlag=0"
        ),
    ),
    (
        "sms.config-ready-event",
        (
            "query DEVICE_CAPS = WwanSmsCaps=pdu_receive\n"
            "event READY_INFO\n"
            "wait 50\n"
            "event SMS_CONFIGURATION ulMaxMessageIndex=20\n"
            "wait 20"
        ),
    ),
    (
        "sms.delete-result",
        (
            "set SMS_DELETE Flag=index MessageIndex=1 =\n"
            "query SMS_READ SmsFormat=pdu ReadFilter.Flag=all = ElementType=smspdu "
            "{MessageIndex=2 MsgStatus=old}"
        ),
    ),
)
OPEN = (
    (
        "sms.caps",
        "query SMS_READ SmsFormat=pdu ReadFilter.Flag=all =",
        True,
    ),
    (
        "sms.config-before-ready",
        (
            "query SMS_CONFIGURATION = ulMaxMessageIndex=20\n"
            "event SMS_CONFIGURATION ulMaxMessageIndex=20"
        ),
        False,
    ),
    (
        "sms.config-ready-event",
        "query DEVICE_CAPS = WwanSmsCaps=pdu_receive\nevent READY_INFO\nwait 61",
        False,
    ),
    (
        "sms.status-index",
        "event SMS_STATUS uFlag=2 MessageIndex=21",
        True,
    ),
)
NOT_MEANT = (
    (
        "sms.config-ready-event",
        "query DEVICE_CAPS =\nevent READY_INFO\nwait 61",
    ),
    (
        "sms.config-ready-event",
        ("query DEVICE_CAPS = WwanSmsCaps=pdu_receive\nevent READY_INFO\nwait 30"),
    ),
    (
        "sms.other-event",
        "event SMS_RECEIVE ElementType=smscdma {MessageIndex=1}",
    ),
)


test_a_sound_session_keeps_the_rule = sound_sessions(KEPT)
test_what_a_session_does_not_show_is_left_open = open_sessions(OPEN)
test_what_the_rule_is_not_about_is_passed_over = other_sessions(NOT_MEANT)
