"""Every kind of value, in every writing, at every place: what a scrub leaves of it.

`python tests/support/scrub_matrix.py` prints the counts. The tables are rows: values, bytes that
write a value, ways to print bytes, ways to print characters, places in a trace, lines of logs.
"""

import base64
import gzip
import quopri
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple
from urllib.parse import quote

from log_samples import KEY, connect, libmbim, pin, ready
from scrub_samples import packed

from wwanreplay.analysis.scrub.keyed import make_key
from wwanreplay.analysis.scrub.logs import scrub_log_bytes
from wwanreplay.errors import WwanReplayError

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


def long_words(data: bytes) -> str:
    """As gdb prints memory on a little-endian machine."""
    data += bytes(-len(data) % 4)
    return " ".join(f"0x{word:08x}" for (word,) in struct.iter_unpack("<I", data))


def octal_words(data: bytes) -> str:
    """As `od` prints it."""
    data += bytes(len(data) % 2)
    return " ".join(f"{word:06o}" for (word,) in struct.iter_unpack("<H", data))


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
    "base32": lambda data: base64.b32encode(data).decode().rstrip("="),
    "base32 behind a byte": lambda data: base64.b32encode(b"=" + data + b"&").decode().rstrip("="),
    "base32 behind two": lambda data: base64.b32encode(b"a=" + data).decode().rstrip("="),
    "binary": lambda data: " ".join(f"{octet:08b}" for octet in data),
    "0b each": lambda data: ", ".join(f"0b{octet:08b}" for octet in data),
    "0x each, U": lambda data: ", ".join(f"0x{octet:02x}U" for octet in data),
    "\\u{}": lambda data: "".join(f"\\u{{{octet:02x}}}" for octet in data),
    "C string": escaped,
    "Python bytes": lambda data: repr(data),
    "base64 of base64": lambda data: base64.b64encode(base64.b64encode(data)).decode(),
    "base64 of base64 of base64": lambda data: base64.b64encode(
        base64.b64encode(base64.b64encode(data))
    ).decode(),
    "base64 of hex": lambda data: base64.b64encode(data.hex().encode()).decode(),
    "base64 of a text": lambda data: base64.b64encode(
        b"a=%d&b=" % len(data) + base64.b64encode(data)
    ).decode(),
    "hex of base64": lambda data: base64.b64encode(data).hex(),
    "hex of base64, blank": lambda data: base64.b64encode(data).hex(" "),
    "hex of hex": lambda data: data.hex().encode().hex(),
    "base32 of base64": lambda data: base64.b32encode(base64.b64encode(data)).decode(),
    "percent of base64": lambda data: _all_percent(base64.b64encode(data)),
    "percent where needed": lambda data: quote(data),
    "percent where needed, twice": lambda data: quote(quote(data)),
    "percent twice": lambda data: quote(_all_percent(data)),
    "quoted-printable of base64": lambda data: quopri.encodestring(
        base64.b64encode(b"x" * 60 + base64.b64encode(data))
    ).decode(),
    "quoted-printable, all coded, of base64": lambda data: joined("", before="=", capitals=True)(
        base64.b64encode(data)
    ),
    "\\x of base64": lambda data: joined("", before="\\x")(base64.b64encode(data)),
    "gzip in base64": lambda data: base64.b64encode(
        gzip.compress(b"a=%d&b=" % len(data) + data.hex().encode(), mtime=0)
    ).decode(),
    "zlib in base64": lambda data: base64.b64encode(
        zlib.compress(b"a=%d&b=" % len(data) + data.hex().encode())
    ).decode(),
    "zlib in hex": lambda data: zlib.compress(b"a=" + base64.b64encode(data)).hex(),
    "base85": lambda data: base64.b85encode(data).decode(),
    "Ascii85": lambda data: base64.a85encode(data).decode(),
    "Ascii85 with marks": lambda data: base64.a85encode(data, adobe=True).decode(),
    "Ascii85 of base64": lambda data: base64.a85encode(base64.b64encode(data), adobe=True).decode(),
    **{
        f"hex, {name} inside": (
            lambda data, inside=inside: data.hex(" ")[:5] + inside + data.hex(" ")[5:]
        )
        for name, inside in (
            ("a colour between", "\x1b[31m"),
            ("a printed colour between", "^[[1;31m"),
        )
    },
    **{
        f"hex, {name} in a byte": (
            lambda data, inside=inside: data.hex()[:3] + inside + data.hex()[3:]
        )
        for name, inside in (
            ("a colour", "\x1b[31m"),
            ("a printed colour", "#033[0m"),
            ("a tag", "<b>"),
            ("a line end", "\n"),
            ("a line end and an indent", "\r\n    "),
            ("a quoted line end", "\n> "),
            ("a soft line end", "=\n"),
        )
    },
}


def _all_percent(data: bytes) -> str:
    return "".join(f"%{octet:02X}" for octet in data)


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
    "as \\U": lambda text: "".join(f"\\U{ord(each):08x}" for each in text),
    "as U+": lambda text: " ".join(f"U+{ord(each):04X}" for each in text),
    "words of 32 bits": lambda text: long_words(text.encode()),
    "words of 32 bits in UTF-16": lambda text: long_words(text.encode("utf-16-le")),
    "octal words": lambda text: octal_words(text.encode()),
    "octal words in UTF-16": lambda text: octal_words(text.encode("utf-16-le")),
    "octal rows": lambda text: (
        f"\n0000000 {octal_words(text.encode())[:27]}\n0000020{octal_words(text.encode())[27:]}"
    ),
    **{
        f"{name} inside": (lambda text, inside=inside: text[:3] + inside + text[3:])
        for name, inside in (
            ("a colour", "\x1b[01;31m"),
            ("a printed colour", "#033[0m"),
            ("a line break of HTML", "<br>"),
            ("a tag", "</b><span class='x'>"),
            ("a printed line end", "\\n"),
            ("a quoted line end", "\n> "),
            ("a soft line end", "=\n"),
        )
    },
    "in blanks": lambda text: " ".join(text),
    "reversed": lambda text: text[::-1],
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
        Writing(name, text, not (name.startswith(_WITH_MORE) or name.endswith(_ENDS_ALIKE)))
        for text, name in found.items()
    )


# Writings whose last half is no part of the value, or stays: country and network.
_WITH_MORE = ("in a", "in e", "in H", "after", "little-endian")
# The padding of four bytes is half of it.
_ENDS_ALIKE = ("base32 of base64",)
# What is too short to be found there, with the reason: the documents say so.
_SHORT_PACKED = ("BCD", "swapped BCD", "BCD with a shared byte", "number", "little-endian number")
EXEMPT = {
    **{
        ("PIN", f"{encoding}, {put}"): "two or three bytes among others in base64 or base32"
        for encoding in _SHORT_PACKED
        for put in (
            *("base64 behind a byte", "base64 behind two", "base64 for URLs"),
            *("base32", "base32 behind a byte", "base32 behind two"),
        )
    },
    **{
        ("PIN", f"{encoding}, {put}"): "two or three bytes encoded twice, or in base85"
        for encoding in _SHORT_PACKED
        for put in (
            *("base85", "Ascii85", "Ascii85 with marks", "\\x of base64", "base32 of base64"),
            *("base64 of base64", "base64 of base64 of base64", "percent of base64"),
            *("hex of base64", "hex of base64, blank", "quoted-printable of base64"),
            *(("base64 of hex",) if encoding != "BCD" else ()),
            *(("hex of hex",) if encoding not in ("BCD", "swapped BCD") else ()),
        )
    },
    **{
        (value, f"{encoding}, {put}"): "four bytes as they are, some printed as characters"
        for value, encodings in (
            ("PIN", ("BCD", "BCD with a shared byte")),
            ("PUK", ("BCD", "swapped BCD", "BCD with a shared byte")),
            ("cell", _SHORT_PACKED),
        )
        for encoding in encodings
        for put in ("percent where needed", "percent where needed, twice")
    },
    ("PIN", "swapped BCD, percent where needed"): "two characters",
    ("PIN", "swapped BCD, C string"): "two characters",
    ("PIN", "swapped BCD, Python bytes"): "two characters",
    ("PIN", "swapped BCD, HTML"): "two characters",
    ("PIN", "swapped BCD, HTML decimal"): "two characters",
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
