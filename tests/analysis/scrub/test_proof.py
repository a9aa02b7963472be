"""The second pass finds whatever the first would have left, and names its place, not the value."""

import base64
import gzip
import io

import pytest
from groups import sampled
from scrub_samples import ENCODINGS, KEY, note, recording, served, trace_of

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.analysis.scrub import scrub_bytes
from wwanreplay.analysis.scrub.keyed import make_key
from wwanreplay.analysis.scrub.proof import Proof
from wwanreplay.analysis.scrub.session import SessionScrubber
from wwanreplay.errors import EXIT_NO, PrivacyError
from wwanreplay.mbim import messages
from wwanreplay.mbim.fragments import split
from wwanreplay.mbim.messages import Message
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.trace.edit import rewrite

IMSI = "001010123456789"


@pytest.fixture(scope="module")
def proof() -> Proof:
    """The proof of the demo session, whose subscriber is IMSI."""
    scrubber = SessionScrubber(recording("demo"), make_key(KEY))
    scrubber.run(io.BytesIO())
    return Proof(scrubber.identities)


def planted(event: Event) -> bytes:
    """The scrubbed demo session with one more record."""
    return rewrite(scrub_bytes(recording("demo"), KEY)[0], lambda events: [*events, event])


@pytest.mark.parametrize("encoding", sampled(ENCODINGS, 4))
def test_a_survivor_in_any_encoding_is_found(proof: Proof, encoding: str) -> None:
    data = planted(note(b"\xf0\x9f" + ENCODINGS[encoding](IMSI) + b"\xf0"))
    with pytest.raises(PrivacyError, match=r"SubscriberId survives as .* in record 96") as caught:
        proof.check(data)
    assert IMSI not in str(caught.value)
    assert caught.value.exit_code == EXIT_NO


@pytest.mark.parametrize("alignment", [0, 1, 2])
@pytest.mark.parametrize("encoding", sampled(["ASCII", "UTF-16LE", "BCD", "swapped BCD"], 1))
def test_a_survivor_in_base64_is_found_at_each_alignment(
    proof: Proof, encoding: str, alignment: int
) -> None:
    encoded = base64.b64encode(b"-" * alignment + ENCODINGS[encoding](IMSI) + b"+")
    with pytest.raises(PrivacyError, match="base64"):
        proof.check(planted(note(encoded)))


def test_a_survivor_in_a_compressed_chunk_is_found(proof: Proof) -> None:
    data = rewrite(
        scrub_bytes(recording("demo"), KEY)[0],
        lambda events: [*events, note(IMSI)],
        compression="zstd",
    )
    assert IMSI.encode() not in data
    with pytest.raises(PrivacyError, match="record 96"):
        proof.check(data)


def test_a_survivor_in_an_attachment_is_found(proof: Proof) -> None:
    for data in (IMSI.encode(), gzip.compress(IMSI.encode())):
        with pytest.raises(PrivacyError, match="the attachment a file"):
            proof.check(trace_of([note("nothing")], [("a file", data)]))


def test_a_survivor_in_the_header_is_found(proof: Proof) -> None:
    with pytest.raises(PrivacyError, match="the header"):
        proof.check(trace_of([note("nothing")], device={"serial": [f"x{IMSI}"]}))


def test_a_survivor_across_fragments_is_found(proof: Proof) -> None:
    service = bytes(range(16))
    message = Message(messages.MBIM_COMMAND_MSG, 7, 1, service, 1, b"-" * 10 + IMSI.encode())
    parts = split(message.to_bytes(), 64)
    assert len(parts) > 1
    assert not any(IMSI.encode() in part for part in parts)
    code = WireDirection.WIRE_HOST_TO_DEVICE
    wires = [Event(Kind.KIND_WIRE, 0, code=code, payload=part) for part in parts]
    with pytest.raises(PrivacyError, match="the message that ends with record"):
        proof.check(trace_of(wires))


@pytest.mark.parametrize(
    ("stimulus", "values", "label"),
    [("pco", {"Size": 10, "Type": 0}, "PcoData"), ("ip_address", {"ConnectionId": 1}, "IPv4")],
)
def test_a_short_survivor_is_found_in_its_field(
    proof: Proof, stimulus: str, values: dict, label: str
) -> None:
    row = PROTOCOL.stimulus(stimulus)
    if stimulus == "pco":
        values = values | {"PcoData": bytes.fromhex("270880ff000413018405").ljust(256, b"\0")}
    else:
        values = values | {"IPv4Address": bytes([192, 0, 2, 17])}
    event = Event(Kind.KIND_STIMULUS, 0, code=row.number, payload=encode(row.struct, values))
    with pytest.raises(PrivacyError, match=rf"{label}\w* survives in the field \w+ at record 0"):
        proof.check(trace_of([event]))


def test_a_clean_trace_passes(proof: Proof) -> None:
    proof.check(scrub_bytes(recording("demo"), KEY)[0])
    with pytest.raises(PrivacyError):
        proof.check(recording("demo"))


def test_a_served_session_that_was_not_scrubbed_is_refused() -> None:
    scrubber = SessionScrubber(served(), make_key(KEY))
    scrubber.run(io.BytesIO())
    with pytest.raises(PrivacyError):
        Proof(scrubber.identities).check(served())
