"""A log of every format, with how many messages and events are in it."""

import json

import capture_samples as captures
import field_samples as samples
from field_samples import new_libmbim, old_libmbim
from printed_logs import (
    ROUTEROS,
    USBMON_NOISE,
    quectel_block,
    routeros_rows,
    script_line,
    strace_line,
    umbim_printed,
    usbmon_received,
    usbmon_sent,
)
from windows_logs import HEADER, OPN, PAYLOAD, PAYLOAD_LINES, etw, etw_line, wpp

DIM = wpp("[WwanDimCommon]QUERY OID_WWAN_PIN (e010106), RequestId 11, Status 340001")

#: A log of every format, with how many messages and events are in it.
LOGS: dict[str, tuple[bytes, int, int]] = {
    "libmbim": (
        (
            old_libmbim(samples.OPEN, device="cdc-wdm0")
            + new_libmbim(samples.RADIO_DONE, samples.RADIO_TRANSLATED)
            + json.dumps({"MESSAGE": old_libmbim(samples.CLOSE), "__REALTIME_TIMESTAMP": "1" * 16})
            + "\n"
        ).encode(),
        3,
        0,
    ),
    "umbim": ((umbim_printed(samples.OPEN) + umbim_printed(samples.OPEN_DONE)).encode(), 2, 0),
    "routeros": (routeros_rows(samples.RADIO_DONE, ROUTEROS, "wdm >>> recv #0").encode(), 1, 0),
    "usbmon": (
        (
            USBMON_NOISE + usbmon_sent(samples.OPEN, 1) + usbmon_received(samples.OPEN_DONE, 2)
        ).encode(),
        2,
        0,
    ),
    "windows-etw": ((etw(PAYLOAD) + etw(HEADER)).encode(), 1, 1),
    "windows-wpp": (DIM.encode(), 0, 1),
    "windows-traceview": ((etw_line(PAYLOAD_LINES) + etw_line(OPN)).encode(), 1, 1),
    "umockdev": (
        script_line(b"w", 0, samples.OPEN) + script_line(b"r", 1, samples.OPEN_DONE),
        2,
        0,
    ),
    "quectel-cm": (quectel_block(samples.RADIO_QUERY) + quectel_block(samples.RADIO_DONE), 2, 0),
    "strace": ((strace_line(samples.OPEN) + strace_line(samples.OPEN_DONE)).encode(), 2, 0),
    "hexdump": (samples.OPEN.hex(" ").encode() + b"\n" + samples.LONG_DONE.hex().encode(), 2, 0),
    "pcap": (captures.pcap(220, *captures.usbmon_session(samples.OPEN, samples.OPEN_DONE)), 2, 0),
    "pcapng": (captures.pcapng(249, *captures.usbpcap_session(samples.OPEN, samples.SIGNAL)), 2, 0),
}
