"""Encodings in encodings: each layer is found, decoded, and encoded again."""

import base64
import gzip
import lzma
import quopri
import zlib
from collections.abc import Callable
from urllib.parse import quote

import pytest
from groups import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from scrub_lines import ORDINARY
from scrub_samples import IMSI, KEY, note, trace_of

from wwanreplay.analysis.scrub import scrub_bytes, scrub_log
from wwanreplay.analysis.scrub.layers import DEPTH_MAX, contents, is_packed, layers_of, rewritten
from wwanreplay.trace import TraceReader

# What encodes text, and what packs it in such.
LAYERS: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.b64encode,
    "base64 for URLs": base64.urlsafe_b64encode,
    "base32": base64.b32encode,
    "hex": lambda data: data.hex().encode(),
    "HEX": lambda data: data.hex(":").upper().encode(),
    "percent": lambda data: b"".join(b"%%%02X" % octet for octet in data),
    "for a URL twice": lambda data: quote("".join(f"%{octet:02x}" for octet in data)).encode(),
    "quoted-printable": lambda data: quopri.encodestring(b"=" + data),
    "strings": lambda data: b"".join(b"\\x%02x" % octet for octet in data),
    "JSON": lambda data: b"".join(b"\\u00%02x" % octet for octet in data),
    "octal": lambda data: b"".join(b"\\%03o" % octet for octet in data),
    "HTML": lambda data: b"".join(b"&#%d;" % octet for octet in data),
    "Ascii85": lambda data: base64.a85encode(data, adobe=True),
    "gzip": lambda data: base64.b64encode(gzip.compress(data)),
    "zlib": lambda data: base64.b64encode(zlib.compress(data)),
    "xz": lambda data: base64.b64encode(lzma.compress(data)),
    "zlib in hex": lambda data: zlib.compress(data).hex().encode(),
    "UTF-16": lambda data: base64.b64encode(data.decode().encode("utf-16-le")),
    "lines": lambda data: base64.encodebytes(b"x" * 119 + b"\n" + data).rstrip(b"\n"),
}
texts = st.text("abcXYZ0189 .:=-_/", min_size=14, max_size=60).map(str.encode)


@pytest.mark.parametrize("name", LAYERS)
@given(data=texts)
@settings(max_examples=examples(50), deadline=None)
def test_what_is_encoded_is_found(name: str, data: bytes) -> None:
    printed = b"seen [" + LAYERS[name](data) + b"] here"
    assert any(data in octets for octets in contents(printed))


@pytest.mark.parametrize("name", LAYERS)
@given(data=texts)
@settings(max_examples=examples(50), deadline=None)
def test_what_is_changed_is_encoded_in_the_same_way(name: str, data: bytes) -> None:
    printed = b"seen [" + LAYERS[name](data) + b"] here"
    assert rewritten(printed, lambda octets: octets) == printed
    other = data.translate(bytes.maketrans(b"abcXYZ0189", b"bcdYZX1290"))

    def change(octets: bytes) -> bytes:
        inner = octets if is_packed(octets) else octets.replace(data, other)
        return rewritten(inner, change, inside=True)

    made = rewritten(printed, change)
    assert any(other in octets for octets in contents(made)) or other == data
    assert made.startswith(b"seen [")
    assert made.endswith(b"] here")


@pytest.mark.parametrize("second", ["base64", "hex", "percent", "strings", "gzip", "lines"])
@pytest.mark.parametrize("first", LAYERS)
def test_two_layers_in_each_other_lose_a_value(first: str, second: str) -> None:
    encoded = LAYERS[second](LAYERS[first](f"imsi: {IMSI}".encode()))
    log = b"see [" + encoded + b"] there\n"
    assert any(IMSI.encode() in octets for octets in contents(log))
    scrubbed = scrub_log(log, KEY)
    assert scrubbed.startswith(b"see [")
    assert not any(IMSI[5:].encode() in octets for octets in contents(scrubbed, 6))


@pytest.mark.parametrize("name", LAYERS)
def test_a_note_of_a_trace_loses_what_is_encoded_in_it(name: str) -> None:
    text = b"see [" + base64.b64encode(LAYERS[name](f"imsi: {IMSI}".encode())) + b"]"
    out, _ = scrub_bytes(trace_of([note(text)]), KEY)
    with TraceReader(out) as reader:
        (event,) = reader.events()
    assert event.payload != text
    assert not any(IMSI[5:].encode() in octets for octets in contents(event.payload, 6))


def test_layers_end_at_some_depth() -> None:
    data = b"a text that is encoded"
    for _ in range(DEPTH_MAX + 2):
        data = base64.b64encode(data)
    assert len(list(contents(data))) == DEPTH_MAX


def test_what_is_packed_and_cut_off_is_searched_and_not_written() -> None:
    packed = gzip.compress(bytes(range(32, 127)) * 3)
    cut = base64.b64encode(packed[:-9])
    assert any(b"ABCDEF" in octets for octets in contents(cut))
    assert rewritten(cut, bytes.lower) != cut  # the bytes of the layer around
    (layer,) = layers_of(packed[:-9], inside=True)
    assert layer.write(b"x") is None


def test_ordinary_lines_have_no_layers() -> None:
    for line in ORDINARY:
        assert [layer.octets for layer in layers_of(line.encode())] == [], line


@given(st.binary(max_size=300))
@settings(max_examples=examples(100), deadline=None)
def test_any_bytes_are_put_back_as_they_were(data: bytes) -> None:
    assert rewritten(data, lambda octets: octets) == data
    assert rewritten(data, lambda octets: octets, inside=True) == data
