"""Windows text as TraceView merges it."""

from field_samples import mbim, read, reading
from windows_logs import (
    CLASS,
    COMMAND,
    OPN,
    PAYLOAD_LINES,
    SENT,
    etw_line,
    events,
    wpp_line,
)

from wwanreplay.formats.base import Clock


def test_one_message_printed_three_times_is_one_message():
    log = (
        etw_line(PAYLOAD_LINES)
        + etw_line(OPN, CLASS + " for OPN")
        + wpp_line("usbbus        Sending")
    )
    log += etw_line(SENT)
    messages, counts = reading(log)
    assert mbim(messages) == [COMMAND]
    assert messages[0].place.number == 1
    assert messages[1].place.number == 9
    assert messages[1].clock is Clock.YEAR
    assert counts.unreadable.count == 0
    assert counts.records == 11


def test_a_message_is_put_together_over_several_lines():
    messages = read(etw_line(PAYLOAD_LINES) + etw_line(SENT))
    assert mbim(messages) == [COMMAND]
    assert messages[-1].device == "instance 1"


def test_requests_of_the_driver_and_of_its_queue():
    log = etw_line(
        "[1] Miniport Request called Request=0xFFFF, OID=0xE010149, OID name=OID_WWAN_MPDP "
        "RequestId=0x10F, RequestHandle=0x0, Type=1, InformationLength=32"
    )
    log += wpp_line(
        "mbbcx         [ReqMgr][ReqId=0x04ad] Request created for OID_WWAN_MPDP "
        "[RequestContext=0xFF OidRequest=0xFFFF] SET=0x00000001(TRUE)"
    )
    first, second = events(read(log))
    assert (first.code, first.length) == (0xE010149, 32)
    assert second.object_name == "OID_WWAN_MPDP"
    assert dict(first.fields)["Request"] == dict(second.fields)["Request"] == "0xFFFF"
    assert ("DriverRequestId", "0x04ad") in second.fields
