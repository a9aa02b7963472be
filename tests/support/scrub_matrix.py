"""Every kind of value, in every writing, at every place: what a scrub leaves of it.

`python tests/support/scrub_matrix.py` prints the counts. The tables are rows: values, bytes that
write a value, ways to print bytes, ways to print characters, places in a trace, lines of logs.
"""

import base64
import bz2
import gzip
import io
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from log_samples import KEY, connect, libmbim, pin, ready
from scrub_samples import note, packed, trace_of

from wwanreplay._core import Event, Kind, Namespace, WireDirection
from wwanreplay.analysis.scrub.keyed import make_key
from wwanreplay.analysis.scrub.logs import scrub_log_bytes
from wwanreplay.analysis.scrub.proof import Proof
from wwanreplay.analysis.scrub.session import SessionScrubber
from wwanreplay.errors import WwanReplayError
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

# Stretched once: that takes longer than a scrub.
STRETCHED = make_key(KEY)


class Value(NamedTuple):
    """A value, and what makes it known: an MBIM message or a labelled line."""

    name: str
    text: str
    message: bytes = b""
    line: str = ""


IMSI, ICCID, NUMBER = "262011234567890", "89490200001234567895", "+4917612345678"
IMEI, PIN, PUK = "490154203237518", "9374", "83746251"
ACCESS, USER, PASSWORD = "corp.example", "alice.doe", "s3cret!x"
_READY = ready(IMSI, ICCID, NUMBER)
_CONNECT = connect(ACCESS, USER, PASSWORD)

VALUES = (
    Value("IMSI", IMSI, _READY),
    Value("ICCID", ICCID, _READY),
    Value("number", NUMBER, _READY),
    Value("access string", ACCESS, _CONNECT),
    Value("user name", USER, _CONNECT),
    Value("password", PASSWORD, _CONNECT),
    Value("PIN", PIN, pin(PIN)),
    Value("PUK", PUK, b"", f"puk: {PUK}"),
    Value("IMEI", IMEI, b"", f"IMEI: {IMEI}"),
    Value("IPv4", "100.99.17.203", b"", "IPv4 address: 100.99.17.203"),
    Value("IPv6", "2001:db8:17:a3::c4", b"", "IPv6 address: 2001:db8:17:a3::c4"),
    Value("MAC", "02:50:f3:a1:b2:c3", b"", "MAC: 02:50:f3:a1:b2:c3"),
    Value(
        "GUID",
        "3d3b5f0a-9c41-4f4e-8f0e-2f1a57a3c001",
        b"",
        "Interface: {3d3b5f0a-9c41-4f4e-8f0e-2f1a57a3c001}",
    ),
    Value("cell", "28471553", b"", "cell id: 28471553"),
)


def shared_byte(digits: str) -> bytes:
    """EF_IMSI and the mobile identity: the first digit shares its byte with the type."""
    lead = int(digits[0]) << 4 | (9 if len(digits) % 2 else 1)
    return bytes([lead]) + packed(digits[1:], swapped=True)


def word_swapped(data: bytes) -> bytes:
    """Bytes as `od -x` and `hexdump` print them, in words of the machine."""
    data += b"\0" * (len(data) % 2)
    return b"".join(data[at : at + 2][::-1] for at in range(0, len(data), 2))


def size_of(digits: str) -> int:
    """Bytes of a number as programs hold it."""
    return next(size for size in (2, 4, 8, 16) if int(digits) < 1 << 8 * size)


# Bytes that write a text; those of digits are for values that are digits.
BYTES: dict[str, Callable[[str], bytes]] = {
    "ASCII": str.encode,
    "UTF-16LE": lambda text: text.encode("utf-16-le"),
    "UTF-16BE": lambda text: text.encode("utf-16-be"),
    "capitals": lambda text: text.upper().encode(),
}


def words(text: str) -> str:
    """As `od -x` prints it."""
    return word_swapped(text.encode()).hex(" ", -2)


DIGITS: dict[str, Callable[[str], bytes]] = {
    "BCD": packed,
    "swapped BCD": lambda text: packed(text, swapped=True),
    "BCD with a shared byte": shared_byte,
    "number": lambda text: int(text).to_bytes(size_of(text)),
    "little-endian number": lambda text: int(text).to_bytes(size_of(text), "little"),
}


def joined(separator: str, *, before: str = "", capitals: bool = False) -> Callable[[bytes], str]:
    """Prints bytes in hexadecimal with something between and before each."""

    def put(data: bytes) -> str:
        digits = [f"{octet:02x}" for octet in data]
        return separator.join(before + (each.upper() if capitals else each) for each in digits)

    return put


def escaped(data: bytes) -> str:
    """A C string as strace prints it."""
    out = ""
    names = {10: "\\n", 13: "\\r", 9: "\\t", 34: '\\"', 92: "\\\\", 11: "\\v", 12: "\\f"}
    for at, octet in enumerate(data):
        following = data[at + 1 : at + 2]
        if octet in names:
            out += names[octet]
        elif 32 <= octet < 127:
            out += chr(octet)
        else:
            out += f"\\{octet:03o}" if following.isdigit() else f"\\{octet:o}"
    return f'"{out}"'


PRINTS: dict[str, Callable[[bytes], str]] = {
    "hex": joined(""),
    "HEX": joined("", capitals=True),
    **{
        f"hex {name}": joined(text)
        for name, text in (
            ("blank", " "),
            ("colon", ":"),
            ("dash", "-"),
            ("comma", ","),
            ("point", "."),
            ("underscore", "_"),
            ("bar", "|"),
            ("semicolon", ";"),
            ("slash", "/"),
            ("plus", "+"),
            ("comma blank", ", "),
            ("two blanks", "  "),
            ("tab", "\t"),
        )
    },
    "HEX blank": joined(" ", capitals=True),
    "0x": lambda data: "0x" + data.hex(),
    "0x each": joined(" ", before="0x"),
    "0x each, comma": joined(", ", before="0x", capitals=True),
    "\\x": joined("", before="\\x"),
    "\\x capitals": joined("", before="\\x", capitals=True),
    "percent": joined("", before="%", capitals=True),
    "quoted-printable": joined("", before="=", capitals=True),
    "HTML": lambda data: "".join(f"&#x{octet:X};" for octet in data),
    "h": lambda data: " ".join(f"{octet:02X}h" for octet in data),
    "groups of 2": lambda data: data.hex(" ", -2),
    "groups of 4": lambda data: data.hex(" ", -4),
    "wrapped": lambda data: "\n  ".join(
        data[at : at + 6].hex(" ") for at in range(0, len(data), 6)
    ),
    "decimal": lambda data: " ".join(map(str, data)),
    "list": lambda data: str(list(data)),
    "HTML decimal": lambda data: "".join(f"&#{octet};" for octet in data),
    "octal": lambda data: "".join(f"\\{octet:03o}" for octet in data),
    "base64": lambda data: base64.b64encode(data).decode(),
    "base64 behind a byte": lambda data: base64.b64encode(b"=" + data + b"&").decode(),
    "base64 behind two": lambda data: base64.b64encode(b"a=" + data + b"&b").decode(),
    "base64 for URLs": lambda data: base64.urlsafe_b64encode(b"?>" + data + b"?").decode(),
    "base64 wrapped": lambda data: (
        base64.b64encode(data).decode()[:9] + "\n" + base64.b64encode(data).decode()[9:]
    ),
    "C string": escaped,
    "Python bytes": lambda data: repr(data),
}


def grouped(size: int, separator: str) -> Callable[[str], str]:
    """Digits in groups."""
    return lambda text: separator.join(text[at : at + size] for at in range(0, len(text), size))


# Characters of a text printed otherwise.
CHARACTERS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper": str.upper,
    "quoted": lambda text: f"'{text}'",
    "in a URL": lambda text: f"http://x/?a={text}&b=1",
    "in an encoded URL": lambda text: f"a%3D{text}%26b%3D1",
    "in encoded quotes": lambda text: f"%22{text}%22",
    "in escaped quotes": lambda text: f"\\x22{text}\\x22 \\n{text}\\n",
    "after =3D": lambda text: f"a=3D{text}=20",
    "in HTML": lambda text: f"a&nbsp;{text}&lt;br&gt;<b>{text}</b>",
    "with carets": lambda text: "".join(f"{each}^@" for each in text),
    "with points": lambda text: "".join(f"{each}." for each in text),
    "with zeros": lambda text: "".join(f"{each}\\0" for each in text),
    "with \\u0000": lambda text: "".join(f"{each}\\u0000" for each in text),
    "as \\u": lambda text: "".join(f"\\u{ord(each):04x}" for each in text),
    "in blanks": lambda text: " ".join(text),
}
GROUPS: dict[str, Callable[[str], str]] = {
    f"groups of {size} {name}": grouped(size, separator)
    for size in (2, 3, 4, 5)
    for name, separator in (
        ("blank", " "),
        ("dash", "-"),
        ("point", "."),
        ("slash", "/"),
        ("underscore", "_"),
        ("no-break space", "\u00a0"),
        ("encoded blank", "%20"),
    )
}
PARTS: dict[str, Callable[[str], str]] = {
    "hexadecimal number": lambda text: f"{int(text):x}",
    "0x number": lambda text: f"0x{int(text):X}",
    "filler": lambda text: text + "F" * (1 + len(text) % 2),
}
# Of an IMSI and of a number; its country stays.
MSIN: dict[str, Callable[[str], str]] = {
    "MSIN": lambda text: text[5:],
    "country, network, MSIN": lambda text: f"{text[:3]}-{text[3:5]}-{text[5:]}",
    "EF_IMSI": lambda text: f'+CRSM: 144,0,"08{shared_byte(text).hex().upper()}"',
}
NATIONAL: dict[str, Callable[[str], str]] = {
    "national": lambda text: "0" + text[3:],
    "national in groups": lambda text: f"0{text[3:6]} {text[6:]}",
    "national dash": lambda text: f"0{text[3:6]}-{text[6:]}",
    "national parentheses": lambda text: f"({text[:3]}) {text[3:6]} / {text[6:]}",
    "00": lambda text: "00" + text[1:],
    "without country": lambda text: text[3:],
    "TP-address": lambda text: "0b91" + packed(text[1:], swapped=True).hex(),
}


class Writing(NamedTuple):
    """One way to write a value; `in_halves` when its last half may not stay either."""

    name: str
    text: str
    in_halves: bool = True


@cache
def writings(value: Value) -> tuple[Writing, ...]:
    """Every way to write a value."""
    found: dict[str, str] = {}
    digits = value.text.lstrip("+")
    rows = dict(CHARACTERS)
    if digits.isdecimal():
        rows |= GROUPS | {
            name: (lambda text, part=part: part(text.lstrip("+"))) for name, part in PARTS.items()
        }
    rows |= {"IMSI": MSIN, "number": NATIONAL}.get(value.name, {})
    for name, write in rows.items():
        found.setdefault(write(value.text), name)
    found.setdefault(words(value.text), "words")
    encodings = {name: encode(value.text) for name, encode in BYTES.items()}
    if digits.isdecimal():
        encodings |= {name: encode(digits) for name, encode in DIGITS.items()}
    for encoding, octets in encodings.items():
        for print_name, put in PRINTS.items():
            found.setdefault(put(octets), f"{encoding}, {print_name}")
    return tuple(
        Writing(name, text, not name.startswith(_WITH_MORE)) for text, name in found.items()
    )


# Their last half is more than the value, or is what stays of it: country and network.
_WITH_MORE = ("in a", "in e", "in H", "after", "little-endian")
# What is too short to be found there, with the reason: the documents say so.
_SHORT_PACKED = ("BCD", "swapped BCD", "BCD with a shared byte", "number", "little-endian number")
EXEMPT = {
    **{
        ("PIN", f"{encoding}, {put}"): "two or three bytes among others in base64"
        for encoding in _SHORT_PACKED
        for put in ("base64 behind a byte", "base64 behind two", "base64 for URLs")
    },
    ("PIN", "swapped BCD, C string"): "two characters",
    ("PIN", "swapped BCD, Python bytes"): "two characters",
    ("PIN", "swapped BCD, hex colon"): "a time of day",
    ("PIN", "number of a source"): "a line number",
    ("cell", "number of a source"): "a line number",
    ("PIN", "seed"): "a seed",
}


def log_of(value: Value, text: str) -> bytes:
    """A log in which a value is known, and then stands once more."""
    known = libmbim(value.message) if value.message else f"{value.line}\n".encode()
    return known + f"\n[10 Jan 2024, 10:00:00] seen [{text}] here\n".encode()


#: Shorter halves of a writing may be there by chance.
_HALF_MIN = 8


def is_left(writing: Writing, out: bytes) -> bool:
    """Whether a writing, or its last half, which holds no country or network, is in a text."""
    text = writing.text
    half = text[-(len(text) // 2) :]
    telling = (
        writing.in_halves
        and len(half) >= _HALF_MIN
        and len({each for each in half if each.isalnum()}) > 3
    )
    needles = [text, half] if telling else [text]
    return any(needle.encode() in out for needle in needles)


LEFT, GONE, REFUSED, TOO_SHORT = "left", "gone", "refused", "too short"


def fate(value: Value, writing: Writing) -> str:
    """What a scrub does to one writing of a known value in a log."""
    try:
        out, _ = scrub_log_bytes(log_of(value, writing.text), STRETCHED)
    except WwanReplayError:
        return REFUSED
    return LEFT if is_left(writing, out) else GONE


def fates(value: Value, some_writings: tuple[Writing, ...] = ()) -> Iterator[tuple[Writing, str]]:
    """What becomes of every writing of a value, or some, many of them in one log; those of a log
    that is refused, each by itself.
    """
    whole = some_writings or writings(value)
    for at in range(0, len(whole), 20):
        some = whole[at : at + 20]
        text = "]\n[10 Jan 2024, 10:00:00] seen [".join(each.text for each in some)
        try:
            out, _ = scrub_log_bytes(log_of(value, text), STRETCHED)
        except WwanReplayError:
            yield from ((each, fate(value, each)) for each in some)
            continue
        for each in some:
            yield each, LEFT if is_left(each, out) else GONE


# The second matrix: places in a trace


def known_by(value: Value) -> Event:
    """The record that makes a value known."""
    if not value.message:
        return note(value.line)
    sent, received = WireDirection.WIRE_HOST_TO_DEVICE, WireDirection.WIRE_DEVICE_TO_HOST
    way = received if value.message[3] & 0x80 else sent
    return Event(Kind.KIND_WIRE, 0, code=way, payload=value.message)


def _payload(kind: Kind, **more: int) -> Callable[[bytes], Event]:
    return lambda data: Event(kind, 5, payload=data, **more)


def _fields(make: Callable[[str], object]) -> Callable[[str], Event]:
    return lambda text: Event(Kind.KIND_INDICATION, 5, code=7, fields=make(text))


# name → a record that holds some bytes.
PAYLOADS: dict[str, Callable[[bytes], Event]] = {
    "note": _payload(Kind.KIND_NOTE),
    "gap": _payload(Kind.KIND_GAP, code=1),
    "lifecycle": _payload(Kind.KIND_LIFECYCLE, code=1),
    "clock": _payload(Kind.KIND_CLOCK, code=1),
    "unknown OID": _payload(Kind.KIND_SET, code=0x0E0101FF, request_id=1),
    "query of an unknown OID": _payload(Kind.KIND_QUERY, code=0x0E0101FF, request_id=1),
    "method": _payload(Kind.KIND_METHOD, code=0x0E0101FF, request_id=1),
    "cancel": _payload(Kind.KIND_CANCEL, request_id=1),
    "completion": _payload(Kind.KIND_COMPLETION, code=0x0E0101FF, request_id=1),
    "indication": _payload(Kind.KIND_INDICATION, code=0x4004FFFF),
    "stimulus": _payload(Kind.KIND_STIMULUS, code=0xFFFF),
    "MBIM command": _payload(
        Kind.KIND_SET, code=0xFFFF, request_id=1, namespace=Namespace.NAMESPACE_MBIM
    ),
    "transfer": _payload(Kind.KIND_WIRE, code=WireDirection.WIRE_HOST_TO_DEVICE),
    "short transfer": lambda data: Event(
        Kind.KIND_WIRE, 5, code=WireDirection.WIRE_DEVICE_TO_HOST, payload=b"\3\0" + data
    ),
}
FIELDS: dict[str, Callable[[str], Event]] = {
    "value of a field": _fields(lambda text: {"x": text}),
    "name of a field": _fields(lambda text: {text: 1}),
    "list of a field": _fields(lambda text: {"x": ["a", text]}),
    "nested field": _fields(lambda text: {"x": {"y": [{"z": text}]}}),
    "nested name": _fields(lambda text: {"x": {"y": {text: "z"}}}),
    "bytes of a field": _fields(lambda text: {"x": text.encode()}),
    "wide bytes of a field": _fields(lambda text: {"x": text.encode("utf-16-le")}),
    "part of a field": _fields(lambda text: {"x": f"the ({text}) of it"}),
    "source": lambda text: Event(Kind.KIND_INDICATION, 5, code=7, source={"x": text}),
    "name in a source": lambda text: Event(Kind.KIND_INDICATION, 5, code=7, source={text: "x"}),
    "log of a source": lambda text: Event(
        Kind.KIND_INDICATION, 5, code=7, source={"log": f"{text}.log", "unit": "line", "number": 1}
    ),
    "unit of a source": lambda text: Event(
        Kind.KIND_INDICATION, 5, code=7, source={"log": "a", "unit": text, "number": 1}
    ),
    "text as source": lambda text: Event(Kind.KIND_INDICATION, 5, code=7, source=text),
}
NUMBER_FIELDS: dict[str, Callable[[int], Event]] = {
    "number in a field": lambda number: Event(
        Kind.KIND_INDICATION, 5, code=7, fields={"x": number}
    ),
    "numbers in a field": lambda number: Event(
        Kind.KIND_INDICATION, 5, code=7, fields={"x": [1, number]}
    ),
    "number in a source": lambda number: Event(
        Kind.KIND_INDICATION, 5, code=7, source={"x": number}
    ),
    "number of a source": lambda number: Event(
        Kind.KIND_INDICATION, 5, code=7, source={"log": "a", "unit": "line", "number": number}
    ),
}
HEADERS: dict[str, Callable[[str], dict[str, object]]] = {
    "created": lambda text: {"created": text},
    "producer": lambda text: {"producer": f"x {text}"},
    "table hash": lambda text: {"table_hash": text},
    "interface": lambda text: {"interface": text},
    "comparison": lambda text: {"comparison": text},
    "device": lambda text: {"device": {"x": text}},
    "name in device": lambda text: {"device": {text: "x"}},
    "profile name": lambda text: {"profile_name": text},
    "profile text": lambda text: {"profile_text": f"# {text}"},
    "profile": lambda text: {"profile": text.encode()},
    "profile mapping": lambda text: {"profile_mapping": {"x": text}},
    "name in the profile mapping": lambda text: {"profile_mapping": {text: "x"}},
    "bytes of the profile mapping": lambda text: {"profile_mapping": {"x": {"y": text.encode()}}},
    "clock of the header": lambda text: {"clock": {"x": text}},
    "name in the clock": lambda text: {"clock": {text: 1}},
    "namespaces": lambda text: {"namespaces": {1: text}},
    "source of the header": lambda text: {"source": {"x": text}},
    "name in the source": lambda text: {"source": {text: 1}},
    "files of the source": lambda text: {"source": {"files": [{"name": text, "format": text}]}},
    "size of a file": lambda text: {"source": {"size": text, "files": [{"size": text}]}},
    "notes": lambda text: {"notes": [f"seen {text} there"]},
    "extra": lambda text: {"extra": {"x": text}},
    "name in extra": lambda text: {"extra": {text: 1}},
    "nested name in extra": lambda text: {"extra": {"x": [{text: 1}]}},
    "bytes in extra": lambda text: {"extra": {"x": text.encode("utf-16-le")}},
}
NUMBER_HEADERS: dict[str, Callable[[int], dict[str, object]]] = {
    "number in device": lambda number: {"device": {"x": number}},
    "number in extra": lambda number: {"extra": {"x": [number]}},
    "number in the profile mapping": lambda number: {"profile_mapping": {"x": number}},
    "number in the clock": lambda number: {"clock": {"x": number}},
    "number of namespace": lambda number: {"namespaces": {number: "x"}},
    "seed": lambda number: {"seed": number},
}
STRACE = 'write(3, "{}", 80) = 80\n'


def _mail(text: str) -> bytes:
    body = base64.encodebytes(f"hello\nthe {text} of it\n{'x' * 200}\n".encode()).decode()
    return f"Subject: x\nContent-Transfer-Encoding: base64\n\n{body}".encode()


def _zip(members: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


ATTACHMENTS: dict[str, Callable[[str], tuple[str, bytes, str]]] = {
    "attachment": lambda text: ("a.txt", f"the {text} of it\n".encode(), ""),
    "name of an attachment": lambda text: (f"{text}.txt", b"x", ""),
    "media type": lambda text: ("a.txt", b"x", f"text/{text}"),
    "wide attachment": lambda text: ("a.txt", b"\xff\xfe" + f"a {text} b".encode("utf-16-le"), ""),
    "packed attachment": lambda text: ("a.gz", gzip.compress(f"a {text} b".encode()), ""),
    "twice packed": lambda text: ("a.gz", gzip.compress(bz2.compress(f"a {text}".encode())), ""),
    "zip": lambda text: ("a.zip", _zip([("x", f"a {text} b\n".encode())]), ""),
    "name in a zip": lambda text: ("a.zip", _zip([(f"a/{text}.txt", b"x\n")]), ""),
    "binary attachment": lambda text: ("a.bin", b"\0\1\2" + text.encode() + b"\0\xff\xfe", ""),
    "wide binary": lambda text: ("a.bin", b"\1\xff" + text.encode("utf-16-le") + b"\0\xff", ""),
    "mail": lambda text: ("a.eml", _mail(text), ""),
    "strace": lambda text: (
        "a.txt",
        STRACE.format(escaped(text.encode("utf-16-le") + b"\0\0")[1:-1]).encode(),
        "",
    ),
    "hexadecimal attachment": lambda text: ("a.txt", f"a\n{text.encode().hex(' ')}\n".encode(), ""),
    "tar": lambda text: ("a.tar", _tar(text), ""),
}


def _tar(text: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = len(text) + 2
        info.uname = text
        archive.addfile(info, io.BytesIO(f"\n{text}\n".encode()))
    return out.getvalue()


def places(value: Value) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Traces that hold a value at one place each."""
    known, text = known_by(value), value.text
    digits = text.lstrip("+")
    encodings = {"": text.encode(), " (wide)": text.encode("utf-16-le")}
    if digits.isdecimal():
        encodings |= {" (BCD)": packed(digits), " (swapped BCD)": packed(digits, swapped=True)}
    for name, make in PAYLOADS.items():
        for encoding, octets in encodings.items():
            yield name + encoding, lambda make=make, octets=octets: trace_of([known, make(octets)])
    for name, make_field in FIELDS.items():
        yield name, lambda make=make_field: trace_of([known, make(text)])
    for name, make_header in HEADERS.items():
        yield name, lambda make=make_header: trace_of([known], **make(text))
    for name, make_file in ATTACHMENTS.items():
        yield name, lambda make=make_file: _attached(known, *make(text))
    if digits.isdecimal() and int(digits) < 1 << 63:
        number = int(digits)
        for name, make_number in NUMBER_FIELDS.items():
            yield name, lambda make=make_number: trace_of([known, make(number)])
        for name, make_header in NUMBER_HEADERS.items():
            yield name, lambda make=make_header: trace_of([known], **make(number))


def _attached(known: Event, name: str, data: bytes, media_type: str) -> bytes:
    out = io.BytesIO()
    with TraceWriter(out, TraceHeader()) as writer:
        writer.attach(name, data, media_type or "text/plain")
        writer.write(known)
    return out.getvalue()


def holds(trace: bytes, value: Value) -> bool:
    """Whether a value is anywhere in a trace, in the encodings of the places."""
    digits = value.text.lstrip("+")
    needles = [digits.encode(), digits.encode("utf-16-le"), digits.encode().hex(" ").encode()]
    needles.append(escaped(digits.encode("utf-16-le"))[1:-3].encode())
    number = None
    if digits.isdecimal():
        number = int(digits)
        needles += [packed(digits)[: len(digits) // 2], packed(digits, True)[: len(digits) // 2]]
    if len(digits) < 7:
        needles = needles[:2]  # two bytes are there by chance
    return any(_has(each, needles, number) for each in _parts_of(trace))


def _parts_of(trace: bytes) -> Iterator[object]:
    with TraceReader(trace) as reader:
        header = reader.header.to_map()
        yield {key: value for key, value in header.items() if key not in ("start",)}
        for event in reader.events():
            yield [event.payload, event.fields, event.source]
        for attachment in reader.attachments():
            yield [attachment.name, attachment.media_type]
            yield from _opened(attachment.data)


def _opened(data: bytes) -> Iterator[object]:
    yield data
    if data.startswith(b"\x1f\x8b"):
        yield from _opened(gzip.decompress(data))
    elif data.startswith(b"BZh"):
        yield from _opened(bz2.decompress(data))
    elif data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name
                yield from _opened(archive.read(name))
    elif b"base64\n\n" in data:
        yield base64.b64decode(data.partition(b"base64\n\n")[2])


def _has(value: object, needles: list[bytes], number: int | None) -> bool:
    if isinstance(value, dict):
        return any(_has(each, needles, number) for pair in value.items() for each in pair)
    if isinstance(value, list | tuple):
        return any(_has(each, needles, number) for each in value)
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogatepass")
    if isinstance(value, bytes):
        return any(needle in value for needle in needles)
    return value is not None and value == number


def place_fate(value: Value, make: Callable[[], bytes]) -> str:
    """What a scrub does to a value at a place of a trace."""
    scrubber = SessionScrubber(make(), STRETCHED)
    target = io.BytesIO()
    try:
        scrubber.run(target)
        proof = Proof(scrubber.identities)
        scrubber.prove_attachments(proof)
        proof.check(target.getvalue())
        proof.settle(allow_doubtful=False)
    except WwanReplayError:
        return REFUSED
    return LEFT if holds(target.getvalue(), value) else GONE


# The third matrix: lines of logs, and what of each may not stay

_A, _P, _U, _W, _I, _T = "corp.example", "9374", "alice.doe", "s3cret.x", IMSI, "+4917612345678"
LINES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("imei: 49 015420 323751 8", ("49 015420", "323751")),
    ("IMEI: 49-015420-323751-8", ("015420-323751",)),
    ("msisdn: +49 176 12345678", ("12345678",)),
    ("own number: +49 (176) 1234-5678", ("1234-5678",)),
    ("called +49 176 12345678 today", ("12345678",)),
    ("dialled +49-176-1234567", ("1234567",)),
    ("IMSI 262 01 1234567890 and imsi: 262-01-1234567890", ("01-1234567890",)),
    ("iccid = 8949 0200 0012 3456 7895", ("0012 3456",)),
    ('AT+CPIN="9374"', (_P,)),
    ("AT+CPIN=9374", (_P,)),
    ('AT+CPIN="83746251","9374"', ("83746251", _P)),
    ('AT+CLCK="SC",1,"9374"', (_P,)),
    ('AT+CPWD="SC","9374","2846"', (_P, "2846")),
    ('AT+CGDCONT=1,"IP","corp.example"', (_A,)),
    ('+CGDCONT: 1,"IP","corp.example","100.99.17.203",0,0', (_A, "100.99.17.203")),
    ('AT+CGAUTH=1,1,"alice.doe","s3cret.x"', (_U, _W)),
    ('AT$QCPDPP=1,1,"s3cret.x","alice.doe"', (_U, _W)),
    ('AT^AUTHDATA=1,1,"corp.example","s3cret.x","alice.doe"', (_A, _U, _W)),
    ('AT+QICSGP=1,1,"corp.example","alice.doe","s3cret.x",1', (_A, _U, _W)),
    ('+CRSM: 144,0,"082926101132547698"', ("1132547698",)),
    ('+CRSM: 144,0,"98942000102143658759"', ("2143658759",)),
    ("AT+CIMI\r\n262011234567890\r\nOK", (_I,)),
    ('AT+CMGS="+4917612345678"\n> see you at noon', (_T, "see you at noon")),
    ("AT+CMGS=33\n> 07919471060040341100", ("07919471060040341100",)),
    ('+CMGL: 1,"REC READ","+4917612345678",,"24/01/10,10:00:00+04"\nsee you at noon', (_T, "noon")),
    ('+CMGR: "REC READ","+4917612345678",,"24/01/10,10:00:00+04"\nsee you at noon', (_T, "noon")),
    ('+CMT: "+4917612345678",,"24/01/10,10:00:00+04"\nsee you at noon', (_T, "noon")),
    ('AT+CUSD=1,"*100*83746251#",15', ("83746251",)),
    ('+CUSD: 0,"Your balance is 12.34 EUR",15', ("balance",)),
    ('+CNUM: "Alice","+4917612345678",145', (_T, "Alice")),
    ('+CLIP: "017612345678",129', ("017612345678",)),
    ('+CSCA: "+491760000443",145', ("+491760000443",)),
    ("ATD017612345678;", ("017612345678",)),
    ('+CPBR: 1,"017612345678",129,"Mum"', ("017612345678", "Mum")),
    ('+CREG: 2,1,"1A2B","01C3D4E5",7', ("1A2B", "01C3D4E5")),
    ('+CEREG: 5,"4C2B","01C3D4E6",7', ("01C3D4E6",)),
    (
        "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47",
        ("4807.038", "01131.000"),
    ),
    ("$GNRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A", ("4807.038",)),
    ("+CGPSINFO: 4807.038,N,01131.000,E,230394,123519.0,545.4,0,0", ("4807.038", "01131.000")),
    ("latitude: 48.117300, longitude: 11.516667", ("48.117300", "11.516667")),
    ("$ mbimcli -d /dev/cdc-wdm0 --enter-pin=PIN1,9374", (_P,)),
    ("$ mbimcli --enter-pin=9374", (_P,)),
    ("$ mbimcli --change-pin=9374,2846", (_P, "2846")),
    ("$ mbimcli --disable-pin=PIN1,9374", (_P,)),
    (
        "$ mbimcli --connect=\"apn='corp.example',username='alice.doe',password='s3cret.x'\"",
        (_A, _U, _W),
    ),
    (
        "$ mbimcli --connect=session-id=0,apn=corp.example,username=alice.doe,password=s3cret.x",
        (_A, _U, _W),
    ),
    ("# umbim -v -d /dev/cdc-wdm0 unlock 9374", (_P,)),
    ("# umbim -d /dev/cdc-wdm0 connect ipv4:corp.example pap alice.doe s3cret.x", (_A, _U, _W)),
    ("# uqmi -d /dev/cdc-wdm0 --verify-pin1 9374", (_P,)),
    ("# uqmi --start-network corp.example --username alice.doe --password s3cret.x", (_A, _U, _W)),
    ("$ qmicli --dms-uim-verify-pin=PIN,9374", (_P,)),
    (
        "$ qmicli --start-network=\"apn='corp.example',username='alice.doe',password='s3cret.x'\"",
        (_A, _U, _W),
    ),
    ("$ mmcli -i 0 --pin=9374", (_P,)),
    ("$ mmcli -i 0 --pin=2846 --puk=83746251", ("2846", "83746251")),
    (
        '$ mmcli --simple-connect="apn=corp.example,pin=9374,user=alice.doe,password=s3cret.x"',
        (_A, _P, _U, _W),
    ),
    (
        "$ nmcli c add type gsm apn corp.example user alice.doe gsm.pin 9374 gsm.password s3cret.x",
        (_A, _U, _P, _W),
    ),
    ("gsm.apn:                                corp.example", (_A,)),
    ('pppd call x user "alice.doe" password "s3cret.x"', (_U, _W)),
    ('sent [PAP AuthReq id=0x1 user="alice.doe" password="s3cret.x"]', (_U, _W)),
    ('rcvd [CHAP Response id=0x1 <3a>, name = "alice.doe"]', (_U,)),
    ("\toption apn 'corp.example'", (_A,)),
    ("\toption pincode '9374'", (_P,)),
    ("\toption username 'alice.doe'", (_U,)),
    ("\toption password 's3cret.x'", (_W,)),
    ('{"imsi":"262011234567890","pin":"9374","apn":"corp.example"}', (_I, _P, _A)),
    (
        '"{\\"imsi\\":\\"262011234567890\\",\\"pin\\":\\"9374\\",\\"apn\\":\\"corp.example\\"}"',
        (_I, _P, _A),
    ),
    ("GET /x?imsi=262011234567890&pin=9374&apn=corp.example HTTP/1.1", (_I, _P, _A)),
    ("u=imsi%3D262011234567890%26pin%3D9374%26apn%3Dcorp.example", (_I, _P, _A)),
    ("<imsi>262011234567890</imsi><pin>9374</pin><apn>corp.example</apn>", (_I, _P, _A)),
    ("IMSI=3D262011234567890 PIN=3D9374", (_I, _P)),
    ("Jan  5 10:00:00 alices-laptop ModemManager[1]: x", ("alices",)),
    ("2024-01-05T10:00:00.1+01:00 alices-laptop kernel: x", ("alices",)),
    ("<30>1 2024-01-05T10:00:00Z alices-laptop mm 1 - - x", ("alices",)),
    ("Linux alices-laptop 5.10.0-1-amd64 #1 SMP", ("alices",)),
    ("_HOSTNAME=alices-laptop", ("alices",)),
    ("alice.doe@alices-laptop:~$ ls", ("alice",)),
    ("open /home/alice.doe/log", (_U,)),
    ("open /Users/alice.doe/log", (_U,)),
    ("open C:\\Users\\alice.doe\\log", (_U,)),
    ("sent pin 9374 to the card", (_P,)),
    ("PIN code is 9374", (_P,)),
    ("with PUK 83746251 and new pin 9374", ("83746251", _P)),
    ("the password is s3cret.x", (_W,)),
    ("0262011234567890@nai.epc.mnc001.mcc262.3gppnetwork.org", (_I,)),
    ("mail to alice.doe@corp.example", (_U,)),
    ("wlan0 02:50:f3:a1:b2:c3", ("a1:b2:c3",)),
    ("inet 100.99.17.203/30", ("100.99.17.203",)),
    ("inet6 2001:db8:17:a3::c4/64", ("17:a3::c4",)),
)
# Lines that identify nobody, which stay as they are.
ORDINARY: tuple[str, ...] = (
    "[10 Jan 2024, 10:00:00] [Debug] [/dev/cdc-wdm0] opening device with flags 'proxy'",
    "[/dev/cdc-wdm0] pin state: enabled, 3 attempts left, retries 10",
    "[modem0] state changed (registering -> registered)",
    "signal: rssi -93 dBm, rsrp -112, rsrq -12.5, snr 10.2",
    "+CSQ: 23,99",
    "+CPIN: READY",
    "+CPIN: SIM PIN",
    "+CREG: 2,0",
    "AT+CGMM",
    "+CME ERROR: 10",
    "usb 1-1: new high-speed USB device number 17 using xhci_hcd",
    "usb 1-1: New USB device found, idVendor=1199, idProduct=9071, bcdDevice= 0.06",
    "cdc_mbim 1-1:1.12 wwan0: register 'cdc_mbim' at usb-0000:00:14.0-1, CDC MBIM",
    "error: couldn't open the MbimDevice: Transaction timed out (code 5)",
    "transaction 17 of 1024 took 12.5 ms; 4096 bytes; status 0x00000021",
    "libmbim 1.28.4, ModemManager 1.20.6, kernel 6.1.0-18-amd64",
    "mcc 262, mnc 01, operator 'Telekom.de', LTE band 20, earfcn 6300",
    "if (pin == NULL) return -1; /* puk 8 digits */",
    "2024-01-10 10:00:00.123456 +0100 the modem woke up after 00:12:07",
    "/usr/lib/x86_64-linux-gnu/libmbim-glib.so.4 (0x00007f1a2b3c4000)",
    "Call Trace: 0xffffffff81e0000e do_syscall_64+0x5b/0x1a0",
    "apn: none, user name: unset, password: unknown",
    "the connection was reset 3 times in 60 seconds, see line 4711",
    "password is required; the user is unknown; the pin is wrong",
    "MTU 1500, window 65535, 10/20/30 ms, 3/3 packets, 50 %",
)


def line_fate(line: str, values: tuple[str, ...]) -> str:
    """What a scrub does to a line that nothing else explains."""
    try:
        out, _ = scrub_log_bytes(f"first\n{line}\nlast\n".encode(), STRETCHED)
    except WwanReplayError:
        return REFUSED
    return LEFT if any(value.encode() in out for value in values) else GONE


def re_encoding_fates() -> Iterator[tuple[str, str]]:
    """(what it is, its fate) of each row of the first matrix."""
    for value in VALUES:
        for writing, found in fates(value):
            yield f"{value.name}: {writing.name}", _or_too_short(value, writing.name, found)


def place_fates() -> Iterator[tuple[str, str]]:
    """The same of the second."""
    for value in VALUES:
        for name, make in places(value):
            yield f"{value.name}: {name}", _or_too_short(value, name, place_fate(value, make))


def line_fates() -> Iterator[tuple[str, str]]:
    """The same of the third."""
    for line, values in LINES:
        yield repr(line), line_fate(line, values)


def _or_too_short(value: Value, name: str, found: str) -> str:
    return TOO_SHORT if (value.name, name) in EXEMPT and found == LEFT else found


def main() -> None:
    """Print the counts of each matrix; with -v, what was not simply replaced."""
    matrices = {
        "re-encodings in a log": re_encoding_fates,
        "places in a trace": place_fates,
        "lines of logs": line_fates,
    }
    for title, rows in matrices.items():
        found = list(rows())
        counts = Counter(fate for _, fate in found)
        listed = ", ".join(f"{counts[fate]} {fate}" for fate in (GONE, REFUSED, TOO_SHORT, LEFT))
        print(f"{title}: {len(found)}: {listed}")
        for name, what in found:
            if "-v" in sys.argv[1:] and what != GONE:
                print(f"  {what}: {name}")


if __name__ == "__main__":
    main()
