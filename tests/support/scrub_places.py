"""Each place of a trace that holds a personal value, and whether scrub finds it there."""

import base64
import bz2
import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator

from scrub_matrix import EXEMPT, GONE, LEFT, REFUSED, STRETCHED, TOO_SHORT, VALUES, Value, escaped
from scrub_samples import note, packed, trace_of

from wwanreplay._core import Event, Kind, Namespace, WireDirection
from wwanreplay.analysis.scrub.proof import Proof
from wwanreplay.analysis.scrub.session import SessionScrubber
from wwanreplay.errors import WwanReplayError
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter


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


def place_fates() -> Iterator[tuple[str, str]]:
    """The same of the second."""
    for value in VALUES:
        for name, make in places(value):
            yield f"{value.name}: {name}", or_too_short(value, name, place_fate(value, make))


def or_too_short(value: Value, name: str, found: str) -> str:
    return TOO_SHORT if (value.name, name) in EXEMPT and found == LEFT else found
