"""Messages as each program prints them, for the tests of the readers of such logs."""

import json
import uuid

from wwanreplay.mbim.header import look
from wwanreplay.mbim.messages import MBIM_COMMAND_MSG, MBIM_OPEN_MSG, type_name


def dumped(data: bytes, line: str = "{offset:08x}: {pairs}  {text}", group: int = 2) -> str:
    out = []
    for at in range(0, len(data), 16):
        row = data[at : at + 16]
        pairs = " ".join(row[place : place + group].hex() for place in range(0, len(row), group))
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        out.append(line.format(offset=at, pairs=pairs, text=text))
    return "\n".join(out) + "\n"


def umbim_printed(data: bytes, reported: str = "") -> str:
    reported = reported or ("reading" if data[3] & 0x80 else "sending")
    kind = int.from_bytes(data[:4], "little")
    return (
        f"{reported} ({len(data)}): {data.hex(' ')} \n  header_type: {kind:04X}\n  "
        f"header_length: {len(data):04X}\n"
    )


def routeros_rows(data: bytes, start: str, mark: str = "") -> str:
    lines = [f"{start}mbim: {mark}"] if mark else []
    for at in range(0, len(data), 16):
        groups = [data[place : place + 4].hex() for place in range(at, min(at + 16, len(data)), 4)]
        lines.append(f"{start}mbim: {' '.join(groups)} ")
    return "\n".join(lines) + "\n"


ROUTEROS = " 2025-04-11 04:31:13 lte,packet,raw lte1 "


USBMON_NOISE = "ffff8d5340c1de40 570307019 S Ci:2:001:0 s a3 00 0000 0001 0004 4 <\n"


USBMON_NOISE += "ffff8d5340c1de40 570307061 C Ci:2:001:0 0 4 = a0020000\n"


USBMON_NOISE += "ffff8d5340c1de41 570307062 S Bi:2:005:3 -115 2048 <\n"


def usbmon_words(data: bytes) -> str:
    data = data[:32]
    return " ".join(data[at : at + 4].hex() for at in range(0, len(data), 4))


def usbmon_sent(data: bytes, time: int, device: str = "005", interface: str = "0000") -> str:
    size = len(data)
    return (
        f"ffff8d53856d4d80 {time} S Co:2:{device}:0 s 21 00 0000 {interface} {size:04x} "
        f"{size} = {usbmon_words(data)}\n"
        f"ffff8d53856d4d80 {time + 9} C Co:2:{device}:0 0 {size} >\n"
    )


def usbmon_received(data: bytes, time: int, requested: bool = True) -> str:
    tag = "ffff8d53856d4a80"
    lines = "ffff8d53856d4000 570387654 C Ii:2:005:1 0:8 8 = a1010000 00000000\n"
    if requested:
        lines += f"{tag} {time} S Ci:2:005:0 s a1 01 0000 0000 0200 512 <\n"
    return lines + f"{tag} {time + 5} C Ci:2:005:0 0 {len(data)} = {usbmon_words(data)}\n"


def escaped(data: bytes) -> bytes:
    out = bytearray()
    for byte in data:
        if byte < 32:
            out += bytes((94, byte + 64))
        elif byte == 94:
            out += b"^`"
        else:
            out.append(byte)
    return bytes(out)


def script_line(way: bytes, delay_ms: int, data: bytes) -> bytes:
    return way + b" %d " % delay_ms + escaped(data) + b"\n"


def strace_string(data: bytes, form: str = "octal", limit: int = 65535) -> str:
    """A string as strace prints it: octal escapes, or with -x or -xx hexadecimal ones."""
    shown = data[:limit]
    plain = all(32 <= octet < 127 or octet in b"\t\n\r\v\f" for octet in shown)
    out = ""
    for at, octet in enumerate(shown):
        known = {9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
        if form == "xx" or (form == "x" and not plain):
            out += f"\\x{octet:02x}"
        elif octet in known:
            out += known[octet]
        elif 32 <= octet < 127:
            out += chr(octet)
        else:
            digit_follows = shown[at + 1 : at + 2].isdigit()
            out += f"\\{octet:03o}" if digit_follows else f"\\{octet:o}"
    return f'"{out}"' + ("..." if len(data) > limit else "")


def strace_line(
    data: bytes, prefix: str = "", descriptor: str = "5", form: str = "octal", limit: int = 65535
) -> str:
    """A message as strace shows its transfer: of the host written, of the modem read."""
    is_read = bool(data[3] & 0x80)
    call, size = ("read", 4096) if is_read else ("write", len(data))
    text = strace_string(data, form, limit)
    return f"{prefix}{call}({descriptor}, {text}, {size}) = {len(data)}\n"


def quectel_block(data: bytes, prefix: str = "[04-15_10:00:00:141] ") -> bytes:
    """A message as quectel-CM prints it: its header by names, and no bytes."""
    head = look(data)
    assert head.type is not None
    way = "<" if head.type & 0x80000000 else ">"
    lines = [
        "Header:",
        f"MessageLength = {head.length}",
        f"MessageType =  {type_name(head.type)} ({head.type:#010x})",
        f"TransactionId = {head.transaction_id}",
    ]
    if head.service is not None:
        lines += [
            "Contents:",
            f"DeviceServiceId = UUID_BASIC_CONNECT ({uuid.UUID(bytes=head.service)})",
            f"CID = MBIM_CID_NAME ({head.cid})",
        ]
    if head.type == MBIM_COMMAND_MSG:
        lines.append(f"CommandType = {'set' if head.value else 'query'} ({head.value})")
    elif head.type == MBIM_OPEN_MSG:
        lines.append(f"MaxControlTransfer = {head.value}")
    elif head.value is not None:
        lines.append(f"Status = {head.value}")
    if head.buffer_length is not None:
        lines.append(f"InformationBufferLength = {head.buffer_length}")
    return "".join(f"{prefix}{way} {line}\n" for line in lines).encode()


#: A message as programs print it.
PRINTED = {
    "Python": repr,
    "Python bytearray": lambda data: repr(bytearray(data)),
    "C string": lambda data: '"' + "".join(f"\\x{each:02x}" for each in data) + '"',
    "C string in octal": lambda data: '"' + "".join(f"\\{each:o}" for each in data) + '"',
    "Python list": lambda data: str(list(data)),
    "JSON": lambda data: json.dumps({"type": "Buffer", "data": list(data)}),
    "JavaScript": lambda data: json.dumps(list(data), separators=(",", ":")),
    "C array of few digits": lambda data: "{" + ", ".join(f"0x{each:x}" for each in data) + "}",
    "C array in capitals": lambda data: "{" + ",".join(f"0X{each:02X}" for each in data) + "}",
}
