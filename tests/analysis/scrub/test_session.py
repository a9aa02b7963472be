"""A scrubbed trace replays as the original does, under another digest, with nothing of it left."""

import gzip
import io

import pytest
from groups import sampled
from scrub_samples import KEY, events_of, note, recording, served, trace_of

from wwanreplay._core import Event, Kind, Namespace, RecordFlag
from wwanreplay.analysis.check import check
from wwanreplay.analysis.scrub import scrub_bytes
from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.keyed import make_key
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event, encode
from wwanreplay.replay import replay
from wwanreplay.script import shipped_scripts
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter

PROFILES = ("lte-home", "5g", "cdma", "pin-locked", "two-ports")
FAULTS = {
    "drop": 'when = { kind = "indication", nth = 5 }\ndrop = true',
    "duplicate": 'when = { kind = "indication", nth = 7 }\nduplicate = 2',
    "delay": 'when = { kind = "indication", nth = 6 }\ndelay = "1.5s"',
    "reorder": 'when = { kind = "indication", nth = 8 }\nreorder = true',
    "subscriber": 'when = { code = "NDIS_STATUS_WWAN_READY_INFO", nth = 1 }\n'
    'alter = { SubscriberId = "001010123456780" }',
    "device": 'when = { code = "NDIS_STATUS_WWAN_DEVICE_CAPS", nth = 1 }\n'
    'alter = { DeviceId = "001013000000011" }',
    "empty": 'when = { code = "NDIS_STATUS_WWAN_READY_INFO", nth = 1 }\nalter = { SimIccId = "" }',
    "bytes": 'when = { code = "NDIS_STATUS_WWAN_PCO_STATUS", nth = 1 }\n'
    'alter_bytes = { 4 = "01000000", 20 = "77", -1 = "ff" }',
    "cut": 'when = { code = "NDIS_STATUS_WWAN_CONTEXT_STATE", nth = 1 }\n'
    'alter_event = { payload_hex = "8001" }',
    "short": 'when = { code = "NDIS_STATUS_WWAN_READY_INFO", nth = 1 }\n'
    'alter_event = { payload_hex = "800160000600000001020304" }',
    "status": 'when = { kind = "completion", nth = 2 }\nstatus = "NDIS_STATUS_FAILURE"',
    "silence": 'when = { from = "6s" }\nsilence = true',
    "removal": 'when = { kind = "indication", nth = 9 }\nremoval = true',
    "numbers": 'when = { kind = "indication", nth = 4 }\n'
    "alter_event = { port = 1, request_id = 999, handle = 5 }",
}


def verdict(trace: bytes):
    """What replaying and judging a trace finds, without the values."""
    result = replay(trace)
    return (
        result.divergence_count,
        result.root_count,
        [
            (d.kind, d.root, d.index, d.root_index, d.note, [field.path for field in d.fields()])
            for d in result.divergences
        ],
        [(violation.rule, violation.index) for violation in check(events_of(trace))],
    )


def personal_values(trace: bytes) -> set[str]:
    """Texts of more than three characters that the structures of a trace mark as personal."""
    found = set()
    for event in events_of(trace):
        decoded = decode_event(event) if event.kind not in (9, 10, 11, 12) else None
        for leaf in [] if decoded is None else decoded.leaves():
            if leaf.personal and isinstance(leaf.value, str) and len(leaf.value) > 3:
                found.add(leaf.value)
    return found


@pytest.mark.parametrize("script", sampled(sorted(shipped_scripts()), 4))
def test_a_recorded_script_replays_to_the_same_verdict(script: str) -> None:
    trace = recording(script)
    scrubbed, report = scrub_bytes(trace, KEY)
    result = replay(scrubbed)
    assert result.equal
    assert result.warnings == []
    assert result.digest == report.digest != replay(trace).digest
    assert verdict(scrubbed) == verdict(trace)
    assert 0 < report.changed < report.records == len(events_of(trace))


@pytest.mark.parametrize("fault", sampled(FAULTS, 4))
@pytest.mark.parametrize("script", sampled(["demo", "contexts", "pin"], ["demo"]))
def test_a_faulty_recording_diverges_at_the_same_records_and_fields(
    script: str, fault: str
) -> None:
    trace = recording(script, FAULTS[fault])
    scrubbed, _ = scrub_bytes(trace, KEY)
    assert verdict(scrubbed) == verdict(trace)


def test_the_faults_of_these_tests_do_diverge() -> None:
    for fault in FAULTS.values():
        assert any(not replay(recording(script, fault)).equal for script in ("demo", "contexts"))


@pytest.mark.parametrize("size_max", sampled([64, 128, 4096], 1))
@pytest.mark.parametrize("profile", sampled(PROFILES, 2))
def test_a_served_session_replays_equal_with_its_messages(profile: str, size_max: int) -> None:
    trace = served(profile, size_max)
    scrubbed, report = scrub_bytes(trace, KEY)
    result = replay(scrubbed)
    assert result.equal, result.divergences[0]
    assert result.digest == report.digest != replay(trace).digest
    before, behind = events_of(trace), events_of(scrubbed)
    assert [len(event.payload) for event in before] == [len(event.payload) for event in behind]
    # The fragments' headers are what they were.
    for old, new in zip(before, behind, strict=True):
        if old.kind == Kind.KIND_WIRE:
            assert old.payload[:12] == new.payload[:12]


@pytest.mark.parametrize("fault", sampled(["drop", "subscriber", "device", "empty", "status"], 2))
def test_a_faulty_served_session_diverges_as_before(fault: str) -> None:
    trace = served("lte-home", 128, FAULTS[fault])
    scrubbed, _ = scrub_bytes(trace, KEY)
    assert verdict(scrubbed) == verdict(trace)


@pytest.mark.parametrize("trace", [recording("demo"), recording("pin"), served()])
def test_no_personal_text_is_in_the_scrubbed_file(trace: bytes) -> None:
    scrubbed, _ = scrub_bytes(trace, KEY)
    texts = personal_values(trace)
    assert texts
    for text in texts:
        assert text.encode() not in scrubbed
        assert text.encode("utf-16-le") not in scrubbed


def test_changed_records_are_flagged_and_others_are_not() -> None:
    before, behind = (events_of(trace) for trace in (served(), scrub_bytes(served(), KEY)[0]))
    for old, new in zip(before, behind, strict=True):
        flagged = bool(new.flags & RecordFlag.FLAG_PERSONAL_REMOVED)
        assert flagged == (old.payload != new.payload)
        assert old.replace(payload=b"", flags=0) == new.replace(payload=b"", flags=0)


def test_notes_attachments_and_decoded_fields_agree_with_the_structures() -> None:
    imsi = "262011234567890"
    ready = PROTOCOL.indication("NDIS_STATUS_WWAN_READY_INFO").number
    payload = encode("NDIS_WWAN_READY_INFO", {"ReadyInfo": {"SubscriberId": imsi}})
    events = [
        Event(Kind.KIND_INDICATION, 0, code=ready, payload=payload),
        Event(Kind.KIND_INDICATION, 1, code=ready, fields={"SubscriberId": imsi, "State": 1}),
        note(f"the card {imsi} was put in; see the log"),
        Event(Kind.KIND_NOTE, 2, payload=b"line", source=f"line 4: {imsi}"),
    ]
    attachments = [
        ("a.log", f"IMSI: {imsi}\npassword='hunter22' next\n".encode()),
        ("b.log.gz", gzip.compress(f"cell id: 0x1a2b3c, imsi {imsi}".encode())),
        ("c.bin", b"\0\1" + imsi.encode("utf-16-be") + b"\xff"),
        ("d.zip", b"PK\x03\x04 whatever"),
    ]
    trace = trace_of(events, attachments, device={"imei": "490154203237518", "model": "M 1"})
    scrubbed, report = scrub_bytes(trace, KEY)
    image = Identities(make_key(KEY)).text("SubscriberId", imsi)
    with TraceReader(scrubbed) as reader:
        seen = list(reader.events())
        files = {each.name: each.data for each in reader.attachments()}
        device = reader.header.device
    assert decode_event(seen[0])["ReadyInfo.SubscriberId"] == image
    assert seen[1].fields == {"SubscriberId": image, "State": 1}
    assert seen[2].payload.decode() == f"the card {image} was put in; see the log"
    assert seen[3].source == f"line 4: {image}"
    assert files["a.log"].decode().startswith(f"IMSI: {image}\npassword='")
    assert b"hunter22" not in files["a.log"]
    assert gzip.decompress(files["b.log.gz"]).decode().endswith(f", imsi {image}")
    assert b"1a2b3c" not in gzip.decompress(files["b.log.gz"])
    assert files["c.bin"] == b"\0\1" + image.encode("utf-16-be") + b"\xff"
    assert report.attachments_dropped == ["d.zip"]
    assert device["model"] == "M 1"
    assert device["imei"] != "490154203237518"


def test_payloads_that_nothing_describes_become_other_bytes() -> None:
    data = b"something of a vendor"
    events = [
        Event(Kind.KIND_SET, 0, code=0xFF010203, request_id=1, payload=data),
        Event(
            Kind.KIND_QUERY,
            1,
            code=(99 << 32) | 5,
            namespace=Namespace.NAMESPACE_MBIM,
            request_id=2,
            payload=data,
        ),
    ]
    first, second = (event.payload for event in events_of(scrub_bytes(trace_of(events), KEY)[0]))
    assert first == second != data
    assert len(first) == len(data)


def test_checkpoints_are_left_out_and_reported() -> None:
    out = io.BytesIO()
    with TraceReader(recording("demo")) as reader, TraceWriter(out, reader.header) as writer:
        for event in reader.events():
            writer.write(event)
        writer.checkpoint(b"state 001010123456789", 0)
    scrubbed, report = scrub_bytes(out.getvalue(), KEY)
    assert report.checkpoints_dropped == 1
    with TraceReader(scrubbed) as reader:
        assert reader.checkpoints() == []


def test_gaps_keep_the_numbers_of_records() -> None:
    out = io.BytesIO()
    with TraceWriter(out, TraceHeader()) as writer:
        writer.write(note("IMSI: 262011234567890"))
        writer.gap(Event(Kind.KIND_GAP, 1, code=4, payload=b"lost"), 3)
        writer.write(note("behind").replace(cause=0))
    events = events_of(scrub_bytes(out.getvalue(), KEY)[0])
    assert [event.index for event in events] == [0, 1, 5]
    assert events[2].cause == 0


def test_a_trace_that_is_cut_off_stays_so() -> None:
    trace = recording("demo")
    with TraceReader(trace) as reader:
        assert reader.footer is not None
        cut = trace[: reader.footer.offset]
    scrubbed, report = scrub_bytes(cut, KEY)
    with TraceReader(scrubbed) as reader:
        assert reader.cut_off
        assert len(list(reader.events())) == report.records
    assert replay(scrubbed).warnings == replay(cut).warnings
