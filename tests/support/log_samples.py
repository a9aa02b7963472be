"""Logs in every format of messages that hold personal values, for the tests of scrub."""

import json
import textwrap
import uuid

import capture_samples as captures
from field_samples import old_libmbim, read
from printed_logs import dumped, script_line, strace_line
from scrub_samples import KEY

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.keyed import make_key
from wwanreplay.formats.base import Direction, MessageKind
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.fragments import split
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.tables import BASIC_CONNECT, SERVICES

UUID = uuid.UUID(SERVICES[BASIC_CONNECT].uuid).bytes
SWAPPED = "{" + str(uuid.UUID(bytes_le=UUID)) + "}"
INTERNET = "7e5e2a7e-4e6f-7272-736b-656e7e5e2a7e"


def ready(imsi: str, iccid: str, number: str, transaction: int = 3) -> bytes:
    """The answer that names the subscriber."""
    values = {
        "ReadyState": 1,
        "SubscriberId": imsi,
        "SimIccId": iccid,
        "ReadyInfo": 0,
        "TelephoneNumbers": [number],
    }
    buffer = codec.encode(BASIC_CONNECT, 2, "response", values)
    return Message(messages.MBIM_COMMAND_DONE, transaction, 0, UUID, 2, buffer).to_bytes()


def connect(access: str, user: str, password: str, transaction: int = 4) -> bytes:
    """The request that activates a context."""
    values = {
        "SessionId": 0,
        "ActivationCommand": 1,
        "ContextType": INTERNET,
        "AccessString": access,
        "UserName": user,
        "Password": password,
    }
    buffer = codec.encode(BASIC_CONNECT, 12, "set", values)
    kind, value = messages.MBIM_COMMAND_MSG, messages.COMMAND_SET
    return Message(kind, transaction, value, UUID, 12, buffer).to_bytes()


def pin(text: str, transaction: int = 5) -> bytes:
    """The request that enters a PIN."""
    buffer = codec.encode(BASIC_CONNECT, 4, "set", {"PinType": 2, "PinOperation": 0, "Pin": text})
    kind, value = messages.MBIM_COMMAND_MSG, messages.COMMAND_SET
    return Message(kind, transaction, value, UUID, 4, buffer).to_bytes()


# Text


def libmbim(*data: bytes) -> bytes:
    return "".join(map(old_libmbim, data)).encode()


def libmbim_joined(joint: str, *data: bytes) -> bytes:
    lines = (
        "Jan  5 10:00:00 myhost mm[1]: " + joint.join(old_libmbim(each).split("\n"))
        for each in data
    )
    return "".join(f"{line}\n" for line in lines).encode()


def libmbim_wrapped(*data: bytes) -> bytes:
    """As a mail program quotes it: bytes are cut in two at the ends of lines."""
    out = ""
    for each in data:
        head, _, text = old_libmbim(each).partition("data   = ")
        text = text.strip()
        out += f"{head}data   =\n"
        out += "".join(f"> {text[at : at + 61]}\n" for at in range(0, len(text), 61)) + "\n"
    return out.encode()


def journal(*data: bytes) -> bytes:
    entries = (
        {
            "MESSAGE": old_libmbim(each).rstrip(),
            "__REALTIME_TIMESTAMP": str(1_700_000_000_000_000 + at),
        }
        for at, each in enumerate(data)
    )
    return "".join(json.dumps(entry) + "\n" for entry in entries).encode()


def fragments(*data: bytes) -> bytes:
    """libmbim's output of a device with small control transfers."""
    return b"".join(libmbim(*split(each, 64)) for each in data)


def umbim(*data: bytes) -> bytes:
    words = (
        f"{'reading' if each[3] & 0x80 else 'sending'} ({len(each)}): {each.hex(' ')}\n"
        f"  header_type: {each[0]:04X}\n"
        for each in data
    )
    return ("root@Someones:~# umbim -v -d /dev/cdc-wdm0 caps\n" + "".join(words)).encode()


def umbim_wrapped(*data: bytes) -> bytes:
    out = ""
    for each in data:
        text = f"{'reading' if each[3] & 0x80 else 'sending'} ({len(each)}): {each.hex(' ')}"
        out += "".join(f"> {line}\n" for line in textwrap.wrap(text, 70))
    return out.encode()


def routeros(*data: bytes) -> bytes:
    """Rows of four groups, and the information buffer once more."""
    out = ""
    for each in data:
        head = "2025-04-15 07:23:17 lte,packet,raw lte1 mbim: "
        out += head + ("wdm <<<" if not each[3] & 0x80 else "wdm >>>") + "\n"
        out += "".join(
            head + each[at : at + 16].hex(" ", -4) + " \n" for at in range(0, len(each), 16)
        )
        buffer = each[48:]
        rows = [buffer[at : at + 16].hex(" ", -4) for at in range(0, len(buffer), 16)]
        out += "".join(
            head + ("status data: " if number == 0 else "") + row + "\n"
            for number, row in enumerate(rows)
        )
    return out.encode()


def usbmon_text(*data: bytes) -> bytes:
    out = ""
    for at, each in enumerate(data):
        words = " ".join(each[place : place + 4].hex() for place in range(0, min(len(each), 32), 4))
        if each[3] & 0x80:
            out += f"ffff8800abcd1200 {at}000 S Ci:1:005:0 s a1 01 0000 0000 1000 4096 <\n"
            out += f"ffff8800abcd1200 {at}100 C Ci:1:005:0 0 {len(each)} = {words}\n"
        else:
            size = len(each)
            setup = f"s 21 00 0000 0000 {size:04x} {size}"
            out += f"ffff8800abcd1200 {at}000 S Co:1:005:0 {setup} = {words}\n"
            out += f"ffff8800abcd1200 {at}100 C Co:1:005:0 0 {len(each)} >\n"
    return out.encode()


def umockdev(*data: bytes) -> bytes:
    return b"d 0 /dev/cdc-wdm0\n" + b"".join(
        script_line(b"r" if each[3] & 0x80 else b"w", 3, each) for each in data
    )


def umockdev_cut(*data: bytes) -> bytes:
    """Reads of 30 bytes, writes merged into one."""
    written = b"".join(each for each in data if not each[3] & 0x80)
    read = b"".join(each for each in data if each[3] & 0x80)
    parts = [script_line(b"r", 1, read[at : at + 30]) for at in range(0, len(read), 30)]
    return script_line(b"w", 0, written) + b"".join(parts)


def umockdev_tree(*data: bytes) -> bytes:
    out = "@DEV /dev/bus/usb/001/005\n"
    for each in data:
        answer = each[3] & 0x80
        setup = captures.GET_SETUP if answer else captures.send_setup(len(each))
        size = len(each) if answer else 0
        out += (
            f"  USBDEVFS_REAPURB 2 0 0 0 {len(each) + 8} {size} 0 {(setup + each).hex().upper()}\n"
        )
    return out.encode()


def hexdump(*data: bytes) -> bytes:
    return dumped(b"".join(data)).encode()


def hexdump_pairs(*data: bytes) -> bytes:
    form = "{offset:08x}  {pairs}  |{text}|"
    return b"the dump\n" + dumped(b"".join(data), form, 1).encode()


def hexdump_plain(*data: bytes) -> bytes:
    return "\n\n".join(each.hex() for each in data).encode()


def c_array(*data: bytes) -> bytes:
    out = []
    for each in data:
        rows = (each[at : at + 16] for at in range(0, len(each), 16))
        out.append("\n".join(", ".join(f"0x{byte:02X}" for byte in row) + "," for row in rows))
    return "\n\n".join(out).encode()


def windows_payload(data: bytes) -> tuple[str, str]:
    """What the class driver prints of a request: its buffer, then its header."""
    size = len(data) - 48
    transaction, cid = data[8], data[36]
    buffer = (
        f"CallerRequestId: \t0x8F DriverRequestId: \t0 ServiceId: \t{SWAPPED} CommandName: "
        f"\tBASIC_CONNECT CommandId: \t{cid}InBufferSize: \t{size}Payload: "
        f"\t0x{data[48:].hex().upper()}"
    )
    header = (
        f"Instance: \t1 MessageType: \t0x3 MessageLength: \t{len(data)} MessageTransactionId: "
        f"\t{transaction} TotalFragments: \t1 CurrentFragment: \t0 ServiceId: \t{SWAPPED} CID: "
        f"\t{cid} CommandType: \t1 InfoLength: \t{size}"
    )
    return buffer, header


def windows_etw(*data: bytes) -> bytes:
    """Requests only, each printed three times."""
    out = ""
    for each in data:
        if not each[3] & 0x80:
            buffer, header = windows_payload(each)
            for text in (buffer, header, buffer):
                out += f'TraceLog\tMicrosoft-Windows-wmbclass\t25:16.1\t"{text}"\n'
    return out.encode()


def windows_traceview(*data: bytes) -> bytes:
    provider = "Windows Mobile Broadband Class Driver Event Provider"
    out = ""
    for each in data:
        if not each[3] & 0x80:
            for text in windows_payload(each):
                out += f"e 04-01 12:39:12.815 P0004 T0376 {provider} {text} 0    Info {provider}\n"
    return out.encode()


def windows_wpp(*data: bytes) -> bytes:
    head = "12 [0]0004.0376::01/09/2020-10:57:17.118 [Microsoft-Windows-wmbclass]"
    texts = [text for each in data if not each[3] & 0x80 for text in windows_payload(each)]
    return "".join(f"{head}{text}\n" for text in texts).encode()


def strace(*data: bytes) -> bytes:
    return "".join(strace_line(each, "10:00:00 ") for each in data).encode()


def strace_hex(*data: bytes) -> bytes:
    return "".join(
        strace_line(each, "[pid 7] ", "5</dev/cdc-wdm0>", "xx") for each in data
    ).encode()


TEXTS = {
    "libmbim": libmbim,
    "libmbim #012": lambda *data: libmbim_joined("#012", *data),
    "libmbim blanks": lambda *data: libmbim_joined(" ", *data),
    "libmbim wrapped": libmbim_wrapped,
    "libmbim fragments": fragments,
    "journal": journal,
    "umbim": umbim,
    "umbim wrapped": umbim_wrapped,
    "routeros": routeros,
    "usbmon": usbmon_text,
    "umockdev": umockdev,
    "umockdev cut": umockdev_cut,
    "umockdev tree": umockdev_tree,
    "strace": strace,
    "strace -xx": strace_hex,
    "hexdump": hexdump,
    "hexdump pairs": hexdump_pairs,
    "hexdump plain": hexdump_plain,
    "C array": c_array,
    "windows-etw": windows_etw,
    "windows-traceview": windows_traceview,
    "windows-wpp": windows_wpp,
}

CAPTURES = {
    "pcap 220": lambda *data: captures.pcap(220, *captures.usbmon_session(*data)),
    "pcap 189": lambda *data: captures.pcap(189, *captures.usbmon_session(*data, size=48)),
    "pcap big": lambda *data: captures.pcap(
        220, *captures.usbmon_session(*data, order=">"), order=">", nano=True
    ),
    "pcapng 220": lambda *data: captures.pcapng(220, *captures.usbmon_session(*data)),
    "pcapng 249": lambda *data: captures.pcapng(249, *captures.usbpcap_session(*data)),
    "pcap 249 old": lambda *data: captures.pcap(249, *captures.usbpcap_session(*data, old=True)),
    "pcap 147": lambda *data: captures.pcap(147, *data),
    "pcapng big 147": lambda *data: captures.pcapng(147, *data, order=">"),
    "pcapng 290": lambda *data: captures.pcapng(
        290, *(captures.etw(captures.OPN, each) for each in data)
    ),
    "pcapng 290 text": lambda *data: captures.pcapng(
        290,
        *(
            captures.etw(uuid.UUID(int=7), b"", text, "Microsoft-Windows-wmbclass")
            for each in data
            if not each[3] & 0x80
            for text in windows_payload(each)
        ),
    ),
}
LOGS = TEXTS | CAPTURES


def spelled(value: str) -> list[bytes]:
    """A value in the ways in which a log may hold it."""
    found = []
    for raw in (value.encode(), value.encode("utf-16-le")):
        for separator in ("", ":", " ", "-"):
            text = raw.hex(separator) if separator else raw.hex()
            found += [text.encode(), text.upper().encode()]
        found += [raw, raw.hex(" ", 2).encode(), raw.hex(" ", -4).encode()]
        found.append(", ".join(f"0x{byte:02X}" for byte in raw).encode())
    return found


def wires(log: bytes) -> list[bytes]:
    """Every transfer of a log, as far as it holds them."""
    parts: list[bytes] = []
    for message in read(log):
        if message.kind is MessageKind.MBIM:
            parts += [part for part in message.fragments or (message.data or b"",) if part]
    return parts


def wire_events(log: bytes) -> list[Event]:
    """The wire records that an import makes of a log."""
    events = []
    for message in read(log):
        sent = message.direction is Direction.HOST_TO_DEVICE
        way = WireDirection.WIRE_HOST_TO_DEVICE if sent else WireDirection.WIRE_DEVICE_TO_HOST
        for data in message.fragments or (message.data or b"",):
            if message.kind is MessageKind.MBIM and data:
                events.append(Event(Kind.KIND_WIRE, len(events), code=way, payload=data))
    return events


# The identities in the logs of the tests, and what becomes of them.
IMSI, ICCID, NUMBER = "262011234567890", "89490200001234567895", "+491701234567"
ACCESS, USER, PASSWORD, PIN = "corp.example", "alice.doe", "s3cret!x", "9374"
MESSAGES = (ready(IMSI, ICCID, NUMBER), connect(ACCESS, USER, PASSWORD), pin(PIN))
IDENTITIES = Identities(make_key(KEY))
# Bytes of what each log holds: of Windows text, requests; of usbmon's, the first 32 of each.
VALUES = (IMSI, ICCID, NUMBER[1:], ACCESS, USER, PASSWORD, PIN)
