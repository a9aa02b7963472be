"""The seeds of every target, made of the samples of the tests, and the words of its format.

They are made anew for each run, so they follow the tables and the readers; fuzz/corpus/ holds what
was found from them.
"""

from __future__ import annotations

import gzip
import importlib
import io
import lzma
import struct
import sys
import uuid
import zipfile
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import zstandard

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "fuzz"), str(ROOT / "tests" / "support")]

import capture_samples as captures  # noqa: E402
import data_path  # noqa: E402
import field_samples as samples  # noqa: E402
import mbim_samples  # noqa: E402
import printed_logs as logs  # noqa: E402
import windows_logs  # noqa: E402
import wrapped_logs  # noqa: E402
from fuzz_targets import LOG_BORDER, OPERATIONS, VERSIONS  # noqa: E402
from wrapped_logs import WRAPPINGS  # noqa: E402

from wwanreplay._core import Event, Kind  # noqa: E402
from wwanreplay.formats import windows  # noqa: E402
from wwanreplay.formats.registry import FORMATS  # noqa: E402
from wwanreplay.mbim import codec  # noqa: E402
from wwanreplay.mbim.fragments import split  # noqa: E402
from wwanreplay.mbim.messages import Message  # noqa: E402
from wwanreplay.mbim.rows.framing import MessageType  # noqa: E402
from wwanreplay.mbim.tables import SERVICES, all_layouts  # noqa: E402
from wwanreplay.mbim.usb import ntb  # noqa: E402
from wwanreplay.mbim.usb.ntb import Datagram, Format, Stream  # noqa: E402
from wwanreplay.mbim.usb.requests import CLASS_IN, CLASS_OUT, Request, Setup  # noqa: E402
from wwanreplay.trace import TraceHeader, TraceWriter  # noqa: E402

Seeds = dict[str, bytes]

SESSION: Final = (samples.OPEN, samples.OPEN_DONE, samples.RADIO_QUERY, samples.RADIO_DONE)
MESSAGES: Final = (*SESSION, samples.SIGNAL, samples.LONG_DONE, samples.ODD_DONE, samples.CLOSE)


def libmbim() -> Seeds:
    """Both generations, joined lines, journald, notes."""
    old = "".join(map(samples.old_libmbim, SESSION))
    pieces = "".join(map(samples.old_libmbim, split(samples.LONG_DONE, 100)))
    new = samples.new_libmbim(samples.RADIO_DONE, samples.RADIO_TRANSLATED)
    journal = (
        '{"__REALTIME_TIMESTAMP":"1700000000123456","MESSAGE":"[/dev/cdc-wdm0] Sent message...'
        f'\\n<<<<<< RAW:\\n<<<<<<   length = 16\\n<<<<<<   data   = {samples.OPEN.hex(":")}\\n"}}\n'
    )
    syslog = "Apr  3 16:13:16 router daemon.notice: " + samples.old_libmbim(samples.OPEN).replace(
        "\n", "#012"
    )
    notes = (
        "[/dev/cdc-wdm0] opening device...\n[/dev/cdc-wdm0] number of consecutive timeouts: 3\n"
        "__REALTIME_TIMESTAMP=1700000000123456\nrate limit: suppressed 12 messages\n"
    )
    return {
        "old": old.encode(),
        "pieces": pieces.encode(),
        "new": (new + notes).encode(),
        "journal": journal.encode(),
        "syslog": (syslog + "\n").encode(),
        "wrapped": samples.old_libmbim(samples.LONG_DONE).replace(":0", ":\n> 0").encode(),
    }


def umbim() -> Seeds:
    """Plain and wrapped."""
    text = "".join(map(logs.umbim_printed, SESSION))
    return {
        "plain": ("root@x:~# umbim -v -d /dev/cdc-wdm1 caps\n" + text).encode(),
        "wrapped": logs.umbim_printed(samples.RADIO_DONE).replace(" 00 00", "\n> 00 00").encode(),
    }


def strace() -> Seeds:
    """Each way of escaping, a string that is cut, a call that is interrupted."""
    lines = [logs.strace_line(each, "7 10:00:00.25 ") for each in SESSION]
    begun = 'openat(AT_FDCWD, "/dev/cdc-wdm0", O_RDWR) = 5\n7 read(5, <unfinished ...>\n'
    text = logs.strace_string(samples.RADIO_DONE)
    return {
        "plain": "".join(lines).encode(),
        "hex": logs.strace_line(samples.RADIO_DONE, form="xx").encode(),
        "cut": logs.strace_line(samples.LONG_DONE, limit=32).encode(),
        "resumed": f"{begun}7 <... read resumed>{text}, 4096) = 64\n".encode(),
    }


def quectel() -> Seeds:
    """Headers by names, with the program's times and without."""
    return {
        "plain": b"".join(map(logs.quectel_block, SESSION)),
        "timeless": b"".join(logs.quectel_block(each, " ") for each in SESSION),
    }


def routeros() -> Seeds:
    """Two interfaces, with marks and repeated status data."""
    start, rows = logs.ROUTEROS, logs.routeros_rows
    log = rows(samples.RADIO_QUERY, start, "wdm <<< send #21")
    log += rows(samples.RADIO_DONE, start, "wdm >>> recv #0")
    repeated = rows(samples.RADIO_DONE[48:], start).replace("mbim: ", "mbim: status data: ", 1)
    other = rows(samples.SIGNAL, "04:31:13 lte,packet,raw lte2 ")
    return {"session": (log + repeated + other).encode()}


def usbmon() -> Seeds:
    """Commands, answers, notes."""
    log = logs.USBMON_NOISE + logs.usbmon_sent(samples.OPEN, 570383665)
    log += logs.usbmon_received(samples.RADIO_DONE, 570387674)
    failed = logs.usbmon_sent(samples.CLOSE, 4).replace(":0 0 ", ":0 -32 ")
    return {"session": log.encode(), "failed": failed.encode()}


def umockdev() -> Seeds:
    """A script, and the URBs of an ioctl tree."""
    line = logs.script_line
    script = b"d 0 /dev/cdc-wdm0\n" + line(b"w", 0, samples.OPEN + samples.RADIO_QUERY)
    script += line(b"r", 12, samples.OPEN_DONE) + line(b"r", 1, samples.RADIO_DONE[:30])
    script += line(b"r", 0, samples.RADIO_DONE[30:])
    setup = captures.send_setup(len(samples.OPEN)) + samples.OPEN
    tree = f"@DEV /dev/bus/usb/002/005\nUSBDEVFS_REAPURB 2 0 0 0 {len(setup)} {len(setup)} 0 "
    answer = captures.GET_SETUP + samples.OPEN_DONE
    urb = f"{setup.hex()}\n USBDEVFS_REAPURB 2 128 0 0 4104 16 0 {answer.hex()}\n"
    return {"script": script, "urbs": (tree + urb).encode()}


def hexdump() -> Seeds:
    """One of each way of writing bytes."""
    dumped = logs.dumped
    done = samples.RADIO_DONE
    return {
        "xxd": dumped(done).encode(),
        "canonical": dumped(done, "{offset:08x}  {pairs}  |{text}|", 1).encode(),
        "wireshark": dumped(samples.SIGNAL, "{offset:04x}   {pairs}   {text}", 1).encode(),
        "array": ("{ " + ", ".join(f"0x{byte:02x}" for byte in done) + " }").encode(),
        "plain": "\n".join(each.hex(" ") for each in SESSION).encode(),
        "own": b"1.500000000 < " + done.hex(" ").encode(),
    }


def _windows(lines: list[str]) -> Seeds:
    return {"session": "".join(lines).encode()}


def windows_etw() -> Seeds:
    """Requests, commands and messages of the class driver."""
    texts = [
        windows_logs.REQUEST + "InformationLength: \t1260",
        windows_logs.PAYLOAD,
        windows_logs.HEADER,
        windows_logs.PAYLOAD + " NdisStatus: \tSTATUS_SUCCESS",
        windows_logs.REQUEST + "BytesUsed: \t1260 BytesNeeded: \t0 Status: \t0x40010022",
    ]
    return _windows([windows_logs.etw(text) for text in texts])


def windows_wpp() -> Seeds:
    """Requests of the service, indications with members, the class driver's own lines."""
    start = "[0]0338.0A2C::01/09/2020-10:57:17.118"
    iso = "12 [1]0338.0A2C::2020-03-06 01:16:13.118424000"
    return _windows(
        [
            f"{start} [WwanDimCommon]QUERY OID_WWAN_PIN (0xe010104) RequestId 0x12 Len 8\n",
            f"{start} [WwanDimCommon] PinType : 0x2\n",
            f"{iso} [WwanDimCommon]StatusCode : NDIS_STATUS_WWAN_READY_INFO (0x40041001)\n",
            f"{iso} [WwanDimCommon]ReadyState 0x1\n",
            f"{iso} [Microsoft-Windows-WWAN-SVC-EVENTS][Request=0x1A] Sent SET RadioState"
            " Action=On(1), MbnInterface={a289cc33-bcbb-8b4f-b6b0-133ec2aae6df} ErrorCode=0x0\n",
            f"{iso} [mbbcx][ReqMgr][ReqId=0x2] Request created for OID_WWAN_CONNECT"
            " [OidRequest=0xFFFF] SET\n",
            f"{iso} [wmbclass]{windows_logs.HEADER}\n",
            f"{iso} [WWAN-SVC]Event Source=Dim, Code=ReadyChanged\n",
        ]
    )


def windows_traceview() -> Seeds:
    """Both kinds of line, one event over several."""
    opn = "Windows Mobile Broadband Class Driver Event Provider for OPN"
    start = "04-01 12:39:12.815 P0004 T0376"
    header, payload = windows_logs.HEADER, windows_logs.PAYLOAD
    return _windows(
        [
            f"e {start} {opn}  {payload}  0    Info    {opn}\n",
            f"e {start} {opn}  {header}\n  with the following parameters\n  0    Info    {opn}\n",
            f"w {start} WwanDimCommon SET OID_WWAN_PIN (0xe010104) RequestId 0x1"
            " WwanDim::Send dim.cpp_44 TRACE_LEVEL_INFORMATION\n",
            f"w {start} WwanDimCommon PinState : 2 WwanDim::Send dim.cpp TRACE_LEVEL_VERBOSE\n",
        ]
    )


def pcap() -> Seeds:
    """Each link type, both byte orders."""
    usb = captures.usbmon_session(*SESSION)
    return {
        "usbmon": captures.pcap(captures.USB_MMAPPED, *usb),
        "usbmon-48": captures.pcap(
            captures.USB_LINUX,
            *captures.usbmon_session(*SESSION, size=48, order=">"),
            order=">",
            nano=True,
        ),
        "usbpcap": captures.pcap(captures.USBPCAP, *captures.usbpcap_session(*SESSION, old=True)),
        "bare": captures.pcap(captures.USER0, *SESSION, *split(samples.LONG_DONE, 100)),
        "cut": captures.pcap(captures.USER0, *SESSION, cut=4),
    }


def pcapng() -> Seeds:
    """Several sections and interfaces, Windows events, options."""
    two = captures.section() + captures.interface(captures.USER0, name="modem", resolution=9)
    two += captures.interface(captures.ETW) + captures.packet(samples.OPEN)
    two += captures.packet(captures.etw(captures.OPN, samples.RADIO_DONE), 1)
    text = captures.etw(captures.OPN, message="OID: 0xE010104 OID name: OID_WWAN_PIN", name="wwan")
    two += captures.packet(text, 1)
    two += captures.section(">") + captures.interface(captures.USER0, ">")
    two += captures.packet(samples.CLOSE, order=">")
    return {
        "usbmon": captures.pcapng(captures.USB_MMAPPED, *captures.usbmon_session(*SESSION)),
        "usbpcap": captures.pcapng(captures.USBPCAP, *captures.usbpcap_session(*SESSION)),
        "two": two,
    }


def _every_reader() -> Seeds:
    every: Seeds = {}
    for name, make in MAKERS.items():
        if name in FORMATS:
            every[name] = next(iter(make().values()))
    return every


def sniffing() -> Seeds:
    """The first seed of every reader, and noise in front."""
    every = _every_reader()
    every["noise"] = b"some words\n" * 20 + every["libmbim"]
    every["utf-16"] = every["umbim"].decode().encode("utf-16")
    return every


def merge() -> Seeds:
    """Two logs of one session on two clocks, and two on one clock."""
    every = _every_reader()
    text = "".join(
        samples.old_libmbim(data, f"26  Jul 2022, 05:24:0{second}")
        for second, data in enumerate(SESSION)
    ).encode()
    return {
        "clocks": LOG_BORDER.join((every["pcap"], text)),
        "same": LOG_BORDER.join((text, text.replace(b"05:24", b"05:25"))),
        "timeless": LOG_BORDER.join((text, every["umbim"])),
    }


def packing() -> Seeds:
    """Each packing, two layers, an archive of two members."""
    log = samples.old_libmbim(samples.OPEN).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (("a.log", log), ("b.log.gz", gzip.compress(log, mtime=0))):
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return {
        "gz": gzip.compress(log[:50], mtime=0) + gzip.compress(log[50:], mtime=0),
        "xz": lzma.compress(log),
        "zst": zstandard.compress(log),
        "zip": stream.getvalue(),
        "gz-xz": gzip.compress(lzma.compress(log), mtime=0),
    }


def wrapping() -> Seeds:
    """Each wrapping around the log of one program."""
    return {name: wrap(wrapped_logs.LOGS["umbim"])[0] for name, wrap in WRAPPINGS.items()}


def mbim_buffer() -> Seeds:
    """Every layout of every command."""
    made: Seeds = {}
    for service, cid, operation, layout in all_layouts():
        values = mbim_samples.sample_values(layout, 1, 2)
        head = bytes((service.number,)) + cid.cid.to_bytes(2, "little")
        head += bytes((OPERATIONS.index(operation), VERSIONS.index(layout.mbimex)))
        name = f"{service.number}-{cid.cid}-{operation}-{layout.mbimex:x}"
        made[name] = head + codec.encode_layout("seed", layout, values)
    return made


def mbim_message() -> Seeds:
    """Each type of message, one in pieces."""
    named = {f"{number}": data for number, data in enumerate(MESSAGES)}
    return {**named, "piece": split(samples.LONG_DONE, 100)[1]}


def _framed(transfers: list[bytes]) -> bytes:
    return b"".join(
        bytes((-(-len(each) // 4),)) + each + bytes(-len(each) % 4) for each in transfers
    )


def mbim_fragments() -> Seeds:
    """A message of three fragments, whole ones between."""
    pieces = split(samples.LONG_DONE, 100)
    return {
        "pieces": _framed([samples.OPEN, *pieces, samples.CLOSE]),
        "order": _framed([pieces[0], pieces[2], *pieces, pieces[1]]),
    }


def mbim_bridge() -> Seeds:
    """A session of a host: open, queries and sets of Basic Connect, close."""
    host = [samples.OPEN]
    for service, cid, operation, layout in all_layouts():
        if operation in ("query", "set") and service.number in (1, 11) and layout.mbimex == 0x100:
            values = mbim_samples.sample_values(layout, 1, 1)
            buffer = codec.encode_layout("seed", layout, values)
            kind = OPERATIONS.index(operation)
            uuid_bytes = uuid.UUID(service.uuid).bytes
            host.append(Message(3, len(host) + 1, kind, uuid_bytes, cid.cid, buffer).to_bytes())
    return {
        f"{at}": _framed([samples.OPEN, *host[at : at + 8], samples.CLOSE])
        for at in range(1, len(host), 8)
    }


def class_driver() -> Seeds:
    """Every command with its answer, and every notification; heads with members."""
    sent: list[bytes] = [b"\0" + samples.OPEN, b"\1" + samples.OPEN_DONE]
    made: Seeds = {}
    for service, cid, operation, layout in all_layouts():
        if service.number not in (1, 2, 3, 11):
            continue
        values = mbim_samples.sample_values(layout, 1, 1)
        buffer = codec.encode_layout("seed", layout, values)
        wire = uuid.UUID(service.uuid).bytes
        is_command = operation in ("query", "set")
        kind = {"query": 3, "set": 3, "response": 0x80000003}.get(operation, 0x80000007)
        value = OPERATIONS.index(operation) if is_command else 0
        message = Message(kind, cid.cid, value, wire, cid.cid, buffer).to_bytes()
        sent.append((b"\0" if is_command else b"\1") + message)
        if len(sent) == 10:
            made[f"{len(made)}"] = _framed(sent)
            sent = sent[:2]
    answer = samples.RADIO_DONE[:48] + b"Fields.HwRadioState=on\nFields.SwRadioState=off"
    made["fields"] = _framed([b"\0" + samples.RADIO_QUERY, b"\7" + answer])
    return made


def trace() -> Seeds:
    """A small trace with every kind of frame, plain and packed, one cut off."""
    made: Seeds = {}
    for compression in ("none", "zstd"):
        out = io.BytesIO()
        header = TraceHeader(producer="seed")
        with TraceWriter(out, header, chunk_size=80, compression=compression) as writer:
            for number in range(12):
                if number == 6:
                    writer.checkpoint(b"snapshot", 60)
                    writer.attach("note.txt", b"attached", "text/plain")
                kind = Kind(1 + number % 6)
                writer.write(
                    Event(
                        kind, 10 * number, code=number % 7, payload=b"x" * number, cause=number // 2
                    )
                )
        made[compression] = out.getvalue()
    made["cut"] = made["none"][:-40]
    return made


def usb_block() -> Seeds:
    """Blocks of both widths, of one session and of several."""
    ping = data_path.echo_request(data_path.OURS[4], data_path.GATEWAY[4])
    mixed = [Datagram(Stream.IP, 0, ping), Datagram(Stream.DEVICE_SERVICE, 4, b"stream")]
    return {
        f"{ntb_format.name}-{name}": ntb.build(datagrams, ntb_format)
        for ntb_format in Format
        for name, datagrams in (("one", mixed[:1]), ("mixed", [*mixed, *mixed]))
    }


def usb_function() -> Seeds:
    """Writes and control requests in turn, framed as the target cuts them."""
    block = usb_block()["NTB16-mixed"]
    made = {}
    for each in Request:
        length = 8 if each.is_to_host else 4
        setup = Setup(CLASS_IN if each.is_to_host else CLASS_OUT, each, length=length).to_bytes()
        made[each.name] = _framed([block, setup, block[:40], setup + b"\0\x08\0\0"])
    return made


def ip_packet() -> Seeds:
    """What the network of a context answers."""
    ours, gateway, dns = data_path.OURS, data_path.GATEWAY, data_path.DNS
    nobody, everybody = ip_address("0.0.0.0"), ip_address("255.255.255.255")
    link = ip_address("fe80::1234")
    query = data_path.dns_query("example.org", 1)
    seeds = {
        "dhcp": data_path.udp(nobody, everybody, 67, data_path.dhcp_message(1), 68),
        "router": data_path.solicitation(133, link, "ff02::2", bytes(4)).to_bytes(),
        "neighbour": data_path.solicitation(
            135, link, "ff02::1", bytes(4) + gateway[6].packed
        ).to_bytes(),
    }
    for version in (4, 6):
        seeds[f"ping-{version}"] = data_path.echo_request(ours[version], gateway[version])
        seeds[f"dns-{version}"] = data_path.udp(ours[version], dns[version], 53, query)
    return seeds


MAKERS: Final = {
    "libmbim": libmbim,
    "umbim": umbim,
    "strace": strace,
    "quectel-cm": quectel,
    "routeros": routeros,
    "usbmon": usbmon,
    "umockdev": umockdev,
    "hexdump": hexdump,
    "windows-etw": windows_etw,
    "windows-wpp": windows_wpp,
    "windows-traceview": windows_traceview,
    "pcap": pcap,
    "pcapng": pcapng,
    "sniffing": sniffing,
    "merge": merge,
    "packing": packing,
    "wrapping": wrapping,
    "mbim-buffer": mbim_buffer,
    "mbim-message": mbim_message,
    "mbim-fragments": mbim_fragments,
    "mbim-bridge": mbim_bridge,
    "usb-block": usb_block,
    "usb-function": usb_function,
    "ip-packet": ip_packet,
    "class-driver": class_driver,
    "import": sniffing,
    "trace": trace,
}


def recipes(target: str) -> Seeds:
    """The first recipes of a target of edited samples."""
    recipe_of = importlib.import_module("plain").recipe_of
    return {f"{number}": recipe_of(1, target, number) for number in range(40)}


#: Words that a format has beside its marks.
WORDS: Final[dict[str, tuple[bytes, ...]]] = {
    "libmbim": (
        b"<<<<<< RAW:\n",
        b"<<<<<<   length = ",
        b"<<<<<<   data   = ",
        b">>>>>> Header:\n",
        b">>>>>> Contents:\n",
        b">>>>>> Fields:\n",
        b'{"MESSAGE":',
        b'"__REALTIME_TIMESTAMP":',
        b"#012",
        b"...",
    ),
    "windows": (
        *windows.TRIGGERS,
        *(f"{key}: ".encode() for key in windows._KEYS),
        b"[WwanDimCommon]",
        b"RequestId 0x",
        b"TRACE_LEVEL_",
    ),
    "packing": (
        b"\x1f\x8b\x08",
        b"\xfd7zXZ\x00",
        b"\x28\xb5\x2f\xfd",
        b"PK\x03\x04",
        b"PK\x01\x02",
    ),
    "pcapng": (
        b"\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a",
        b"\x01\0\0\0",
        b"\x06\0\0\0",
        b"\x05\0\0\0",
        b"\x21\0",
        b"\xa1\x01",
    ),
    "pcap": (b"\xd4\xc3\xb2\xa1", b"\x21\0", b"\xa1\x01"),
    "merge": (LOG_BORDER,),
}


def words(target: str) -> list[bytes]:
    """The dictionary of a target: the marks of its format, and what an MBIM message begins with."""
    found = [struct.pack("<I", kind) for kind in MessageType]
    rows = [FORMATS[target]] if target in FORMATS else list(FORMATS.values())
    if not target.startswith(("mbim-", "class-", "trace", "usb-", "ip-")):
        for row in rows:
            module = importlib.import_module(row.reader.__module__)
            found += [*row.marks, *getattr(module, "TRIGGERS", ())]
    else:
        found += [uuid.UUID(row.uuid).bytes for row in SERVICES.values() if row.number < 16]
    for name, extra in WORDS.items():
        if target.startswith(name):
            found += extra
    return sorted(set(found))
