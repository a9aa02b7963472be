"""Logs of every format: the same log, other identities, and nothing of the old ones left."""

import gzip

import pytest
from field_samples import new_libmbim, read
from groups import every, sampled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_samples import (
    ACCESS,
    CAPTURES,
    ICCID,
    IDENTITIES,
    IMSI,
    LOGS,
    MESSAGES,
    NUMBER,
    PASSWORD,
    PIN,
    TEXTS,
    VALUES,
    connect,
    ready,
    spelled,
    wire_events,
    wires,
)
from scrub_samples import KEY, events_of, note, trace_of

from wwanreplay._core import Event, Kind, Namespace, RecordReader, RecordWriter
from wwanreplay.analysis.scrub import scrub_bytes, scrub_log, scrub_text
from wwanreplay.errors import InputError, LimitError, PrivacyError
from wwanreplay.mbim import codec
from wwanreplay.mbim.tables import BASIC_CONNECT, command_code
from wwanreplay.trace import TraceReader


@pytest.mark.parametrize("name", sampled(LOGS, 10))
def test_a_log_stays_what_it_was_with_other_identities(name: str) -> None:
    log = LOGS[name](*MESSAGES)
    scrubbed = scrub_log(log, KEY)
    assert len(scrubbed) == len(log) or name.startswith(("umockdev", "strace"))
    assert scrubbed.count(b"\n") == log.count(b"\n") or name in CAPTURES
    before, after = read(log), read(scrubbed)
    assert before
    assert [(each.place, each.time_ns, each.length) for each in before] == [
        (each.place, each.time_ns, each.length) for each in after
    ]
    assert [value for value in VALUES for form in spelled(value) if form in scrubbed] == []


@pytest.mark.parametrize("name", [name for name in LOGS if name != "usbmon"])
def test_the_samples_hold_what_is_to_be_replaced(name: str) -> None:
    held = b"".join(wires(LOGS[name](*MESSAGES)))
    assert ACCESS.encode("utf-16-le") in held
    assert PIN.encode("utf-16-le") in held


@pytest.mark.parametrize("name", sampled(LOGS, 4))
def test_the_scrubbed_log_holds_the_transfers_of_the_scrubbed_trace(name: str) -> None:
    log = LOGS[name](*MESSAGES)
    trace, _ = scrub_bytes(trace_of(wire_events(log)), KEY)
    expected = [event.payload for event in events_of(trace)]
    assert wires(scrub_log(log, KEY)) == expected


any_identities = given(
    name=st.sampled_from(sorted(LOGS)),
    imsi=st.from_regex(r"(?:26201|31026)[0-9]{10}", fullmatch=True),
    iccid=st.from_regex(r"8949[0-9]{15}", fullmatch=True),
    number=st.from_regex(r"\+4917[0-9]{7}", fullmatch=True),
    access=st.from_regex(r"[a-z]{8}\.[a-z]{4}", fullmatch=True),
    user=st.from_regex(r"[a-zäöü]{9}", fullmatch=True),
    password=st.from_regex(r"[a-zA-Z0-9!?]{10}", fullmatch=True),
)


def random_identities_never_survive(
    name: str, imsi: str, iccid: str, number: str, access: str, user: str, password: str
) -> None:
    log = LOGS[name](ready(imsi, iccid, number), connect(access, user, password))
    if name in TEXTS and not name.startswith("umockdev"):
        log += f"\nIMSI: {imsi}, {iccid}\n".encode()
    try:
        scrubbed = scrub_log(log, KEY)
    except PrivacyError:
        # Half of a number of zeros looks like any letter of UTF-16 in hex, which is refused.
        assert any("0000" in each for each in (imsi, iccid, number))
        return
    for value in (imsi, iccid, number[1:], access, user, password):
        if len(set(value)) > 3:
            assert not [form for form in spelled(value) if form in scrubbed]
            assert value.encode("utf-16-le") not in b"".join(wires(scrubbed))
    trace, _ = scrub_bytes(trace_of(wire_events(log)), KEY)
    assert wires(scrubbed) == [event.payload for event in events_of(trace)]


@pytest.mark.long
@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@any_identities
def test_random_identities_never_survive(**drawn: str) -> None:
    random_identities_never_survive(**drawn)


@pytest.mark.long
@settings(max_examples=200 // every(4), suppress_health_check=list(HealthCheck))
@any_identities
def test_many_random_identities_never_survive(**drawn: str) -> None:
    random_identities_never_survive(**drawn)


# Words


def test_words_and_messages_get_the_same_images() -> None:
    log = LOGS["libmbim"](*MESSAGES) + f"note: IMSI {IMSI}, sim id: {ICCID}\n".encode()
    scrubbed = scrub_log(log, KEY)
    image = IDENTITIES.text("SubscriberId", IMSI)
    assert f"IMSI {image}, sim id: {IDENTITIES.text('SimIccId', ICCID)}".encode() in scrubbed
    assert image.encode("utf-16-le").hex(":").upper().encode() in scrubbed


TRANSLATED = f"""\
Fragment header:
  total   = 1
  current = 0
Contents:
  status error = 'None' (0x00000000)
  service      = 'basic-connect' (a289cc33-bcbb-8b4f-b6b0-133ec2aae6df)
  cid          = 'subscriber-ready-status' (0x00000002)
Fields:
  ReadyState = 'initialized'
  SubscriberId = '{IMSI}'
  SimIccId = '{ICCID}'
  ReadyInfo = 'none'
  TelephoneNumbersCount = '1'
  TelephoneNumbers = '{NUMBER}'
  TrackingAreaCode = '4711'
  PduData = '07:91:94:71:06:00:40:34'"""


def test_a_translated_block_is_replaced_by_the_names_of_its_members() -> None:
    log = new_libmbim(MESSAGES[0], TRANSLATED).encode()
    scrubbed = scrub_log(log, KEY)
    fields = dict(read(scrubbed)[0].fields)
    assert fields["Fields.ReadyState"] == "initialized"
    assert fields["Fields.SubscriberId"] == IDENTITIES.text("SubscriberId", IMSI)
    assert fields["Fields.SimIccId"] == IDENTITIES.text("SimIccId", ICCID)
    assert fields["Fields.TelephoneNumbers"] == IDENTITIES.text("TelephoneNumbers", NUMBER)
    area = IDENTITIES.number("TrackingAreaCode", 4711)
    assert fields["Fields.TrackingAreaCode"] == str(area)
    octets = IDENTITIES.octets("PduData", bytes.fromhex("0791947106004034"))
    assert fields["Fields.PduData"] == octets.hex(":")
    assert fields["Contents.cid"] == "'subscriber-ready-status' (0x00000002)"
    assert dict(read(log)[0].fields).keys() == fields.keys()


def test_hosts_users_and_folders_are_names() -> None:
    log = (
        b"Jan  5 10:00:00 annes-laptop mm[1]: plugin\n"
        b"bert@bertsbox:~$ mbimcli -d /dev/cdc-wdm0\n"
        b"opened /home/charlie/bug.log and C:\\Users\\dorothea\\bug.log\n"
        b"root@OpenWrt:~# annes-laptop\n"
    )
    scrubbed = scrub_log(log, KEY)
    for name in (b"annes-laptop", b"bert", b"charlie", b"dorothea"):
        assert name not in scrubbed
    assert b"root@OpenWrt:~#" in scrubbed
    assert scrubbed.count(IDENTITIES.text("HostName", "annes-laptop").encode()) == 2


# Files


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_the_encoding_stays(encoding: str) -> None:
    text = LOGS["windows-etw"](*MESSAGES).decode()
    scrubbed = scrub_log(text.encode(encoding), KEY)
    assert scrubbed.decode(encoding).encode() == scrub_log(text.encode(), KEY)


@pytest.mark.parametrize(
    ("data", "error", "reason"),
    [
        (b"7z\xbc\xaf\x27\x1c rest", InputError, "7z archive, which is not opened here"),
        (bytes(range(256)) * 8, InputError, "neither a trace nor a log of a known format"),
        (b"PK\x03\x04 not one", InputError, "cannot be read as a zip archive"),
        (
            gzip.compress(gzip.compress(gzip.compress(gzip.compress(gzip.compress(b"x"))))),
            LimitError,
            "layers",
        ),
    ],
    ids=["7z", "no format", "no zip", "five layers"],  # gzip's bytes hold the time
)
def test_what_cannot_be_scrubbed_is_refused(
    data: bytes, error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        scrub_log(data, KEY)


# Imported traces


def test_places_stay_and_names_of_logs_become_numbers() -> None:
    places = [
        {"log": "annes-modem.log", "unit": "line", "number": 4711},
        {"log": "bert.pcapng", "unit": "packet", "number": 3},
        {"log": "annes-modem.log", "unit": "line", "number": 4712},
    ]
    events = [
        Event(Kind.KIND_WIRE, at, code=1, payload=MESSAGES[1], source=place)
        for at, place in enumerate(places)
    ]
    files = [{"name": "annes-modem.log", "format": "umbim", "sha256": "ab" * 32, "size": 9}]
    guid = "{7971731f-33f9-4f1a-9718-087c12e64c5d}"
    device = {"names": [guid, "/dev/cdc-wdm0"]}
    trace, _ = scrub_bytes(trace_of(events, source={"files": files}, device=device), KEY)
    assert [event.source for event in events_of(trace)] == [
        place | {"log": name}
        for place, name in zip(places, ("log 1", "log 2", "log 1"), strict=True)
    ]
    with TraceReader(trace) as reader:
        assert reader.header.source == {"files": [{"format": "umbim", "size": 9}]}
        assert reader.header.device["names"][0] != guid
        assert reader.header.device["names"][1] == "/dev/cdc-wdm0"
    assert b"annes" not in trace
    assert b"bert" not in trace


def test_the_records_that_lead_to_the_start_are_scrubbed() -> None:
    buffer = codec.encode(BASIC_CONNECT, 4, "set", {"PinType": 2, "PinOperation": 0, "Pin": PIN})
    code = command_code(BASIC_CONNECT, 4)
    writer = RecordWriter()
    writer.append(
        Event(
            Kind.KIND_SET,
            0,
            code=code,
            payload=buffer,
            namespace=Namespace.NAMESPACE_MBIM,
            request_id=1,
        )
    )
    writer.append(note(f"IMSI: {IMSI}"))
    taken = writer.take()
    assert taken is not None
    trace, _ = scrub_bytes(trace_of([note("x")], start=taken[0]), KEY)
    with TraceReader(trace) as reader:
        pin_set, remark = RecordReader(reader.header.start)
    image = IDENTITIES.text("Pin", PIN, "secret")
    assert codec.decode(BASIC_CONNECT, 4, "set", pin_set.payload)["Pin"] == image
    assert remark.payload.decode() == f"IMSI: {IDENTITIES.text('SubscriberId', IMSI)}"


# Hostile logs


def a_damaged_log_is_scrubbed_or_refused(name: str, data: st.DataObject) -> None:
    log = bytearray(LOGS[name](*MESSAGES))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(log) - 1))
        size = data.draw(st.integers(0, 40))
        log[at : at + size] = data.draw(st.binary(max_size=20))
    try:
        scrubbed = scrub_log(bytes(log), KEY)
    except (InputError, PrivacyError):
        return
    values = (IMSI, ICCID, ACCESS, PASSWORD)
    assert not [form for value in values for form in spelled(value) if form in scrubbed]
    escaped = "^@".join(IMSI).encode()
    assert escaped not in scrubbed


any_damage = given(name=st.sampled_from(sorted(LOGS)), data=st.data())


@settings(max_examples=12, derandomize=True, suppress_health_check=list(HealthCheck))
@any_damage
def test_a_damaged_log_is_scrubbed_or_refused(name: str, data: st.DataObject) -> None:
    a_damaged_log_is_scrubbed_or_refused(name, data)


@pytest.mark.long
@settings(max_examples=200 // every(2), suppress_health_check=list(HealthCheck))
@any_damage
def test_many_damaged_logs_are_scrubbed_or_refused(name: str, data: st.DataObject) -> None:
    a_damaged_log_is_scrubbed_or_refused(name, data)


@pytest.mark.parametrize(
    "row",
    ["01:02:", "01020304 ", "aaaaaaaa", "apn [", "apn='", "data = 03 ", "a@", "x.", "12:34:56 "],
)
@pytest.mark.parametrize("size", [30_000, pytest.param(600_000, marks=pytest.mark.long)])
def test_a_long_row_takes_no_long_time(row: str, size: int) -> None:
    text = row * (size // len(row))
    assert scrub_text(text + "\nIMSI: 262011234567890\n", KEY).count("\n") == 2
