"""The benchmark's sessions, and how fast this machine goes through them.

Every figure stands beside `msgpack.Unpacker` over the same record bytes, measured in turn with it:
machines differ and drift, the ratio holds. The records that the peer makes are dropped.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgpack  # type: ignore[import-untyped]

from wwanreplay._core import (
    MODEL_VERSION,
    Engine,
    Event,
    Kind,
    Profile,
    RecordWriter,
    Replayer,
    ReplayStop,
    Scanner,
    crc32c,
    record_chunk,
    step_chunk,
)
from wwanreplay.errors import UsageError, WwanReplayError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.trace.header import TraceHeader
from wwanreplay.trace.writer import TraceWriter

MS = 1_000_000
CHUNK_SIZE = 256 * 1024
SESSION = 11
SERVICE = "6a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
HOME = {"provider_id": "00101", "provider_name": "Test PLMN 1-1", "data_class": 0x3F}
ABROAD = {"provider_id": "00102", "provider_name": "Test PLMN 1-2", "data_class": 0x3F, "kind": 3}

# Mean sizes of a record, in bytes, that the two sessions aim at.
SIZES = {"small": 240, "large": 470}


def bench_profile(size: str) -> dict[str, Any]:
    """A device whose lists are as long as the wanted mean record size takes."""
    import uuid

    preferred = 16 if size == "small" else 10
    contexts = 4 if size == "small" else 7
    return {
        "subscriber_id": "001010123456789",
        "sim_iccid": "8988211000000000001",
        "telephone_numbers": ["15550100"],
        "device_id": "004999010640000",
        "manufacturer": "wwanreplay",
        "model": "bench",
        "firmware": "1.0",
        "control_caps": 0x3,
        "optional_service_caps": 0x80,
        "data_class": 0x3F,
        "home": {**HOME, "kind": 1},
        "providers": [{**HOME, "kind": 1}, ABROAD],
        "preferred": [{**HOME, "provider_id": f"001{at:02}"} for at in range(1, preferred + 1)],
        "default_access_string": "internet",
        "provisioned": [
            {"context_id": at, "access_string": f"apn{at}", "context_type": 1}
            for at in range(contexts)
        ],
        "addresses": [{"ipv4_address": bytes([192, 0, 2, 10]), "ipv4_prefix_length": 24}],
        "pco": [{"octets": bytes(range(40))}],
        "pin1": "1234",
        "services": [
            {
                "guid": uuid.UUID(SERVICE).bytes_le,
                "session_capability": 3,
                "session_instances_max": 4,
                "commands": [1, 2],
                "events": 1,
            }
        ],
    }


@dataclass(frozen=True)
class Step:
    """One input of the cycle, and how long after the one before."""

    kind: Kind
    code: int
    payload: bytes = b""
    changes_state: bool = False
    delay_ns: int = 12 * MS
    request: bool = True


def _query(name: str, payload: bytes = b"") -> Step:
    return Step(Kind.KIND_QUERY, PROTOCOL.oid(name).number or 0, payload)


def _set(name: str, structure: str, values: dict[str, Any], **options: Any) -> Step:
    payload = encode(structure, values, **options)
    return Step(Kind.KIND_SET, PROTOCOL.oid(name).number or 0, payload, changes_state=True)


def _stimulus(name: str, values: dict[str, Any]) -> Step:
    row = PROTOCOL.stimulus(name)
    return Step(Kind.KIND_STIMULUS, row.number, encode(row.struct, values), request=False)


def _mbim(cid: int, payload: bytes = b"") -> Step:
    return Step(Kind.KIND_QUERY, (1 << 32) | cid, payload)


def _connect(connection_id: int, activate: bool) -> Step:
    command = "Activate" if activate else "Deactivate"
    return _set(
        "OID_WWAN_CONNECT",
        "NDIS_WWAN_SET_CONTEXT_STATE",
        {
            "SetContextState.ConnectionId": connection_id,
            "SetContextState.ActivationCommand": f"WwanActivationCommand{command}",
            "SetContextState.AccessString": "internet",
        },
        revision=2,
    )


def _register(action: str, provider_id: str) -> Step:
    return _set(
        "OID_WWAN_REGISTER_STATE",
        "NDIS_WWAN_SET_REGISTER_STATE",
        {
            "SetRegisterState.ProviderId": provider_id,
            "SetRegisterState.RegisterAction": f"WwanRegisterAction{action}",
            "SetRegisterState.WwanDataClass": 0x20,
        },
    )


def _session_state(state: str) -> Step:
    return _set(
        "OID_WWAN_DEVICE_SERVICE_SESSION",
        "NDIS_WWAN_SET_DEVICE_SERVICE_SESSION",
        {
            "Session.DeviceServiceGuid": SERVICE,
            "Session.State": f"WwanDeviceServiceSession{state}",
            "Session.uSessionID": SESSION,
        },
    )


def _radio(state: str) -> Step:
    return _set(
        "OID_WWAN_RADIO_STATE", "NDIS_WWAN_SET_RADIO_STATE", {"RadioAction": f"WwanRadio{state}"}
    )


def _packet(action: str) -> Step:
    return _set(
        "OID_WWAN_PACKET_SERVICE",
        "NDIS_WWAN_SET_PACKET_SERVICE",
        {"PacketServiceAction": f"WwanPacketServiceAction{action}"},
    )


def _data(structure: str, values: dict[str, Any], data: bytes) -> bytes:
    return encode(structure, {**values, "data": data})


def _queries() -> list[Step]:
    """Every query of the first circle once."""
    names = (
        "OID_WWAN_DRIVER_CAPS OID_WWAN_DEVICE_CAPS OID_WWAN_DEVICE_CAPS_EX OID_WWAN_READY_INFO "
        "OID_WWAN_RADIO_STATE OID_WWAN_PIN OID_WWAN_PIN_EX OID_WWAN_PIN_LIST "
        "OID_WWAN_HOME_PROVIDER OID_WWAN_VISIBLE_PROVIDERS OID_WWAN_PREFERRED_PROVIDERS "
        "OID_WWAN_REGISTER_STATE "
        "OID_WWAN_PACKET_SERVICE OID_WWAN_SIGNAL_STATE OID_WWAN_PROVISIONED_CONTEXTS "
        "OID_WWAN_CONNECT OID_WWAN_ENUMERATE_DEVICE_SERVICES OID_WWAN_PCO OID_GEN_SUPPORTED_LIST "
        "OID_GEN_MEDIA_CONNECT_STATUS OID_GEN_LINK_STATE OID_GEN_STATISTICS OID_GEN_PHYSICAL_MEDIUM"
    )
    steps = [_query(name) for name in names.split()]
    return [*steps, _query("OID_PNP_QUERY_POWER", (4).to_bytes(4, "little"))]


def cycle(size: str) -> list[Step]:
    """The steps that a session repeats: every OID of the circle, and sets that change something."""
    write = encode(
        "NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE",
        {"WriteData.uSessionID": SESSION, "WriteData.uDataSize": 64},
    )
    command = encode(
        "NDIS_WWAN_DEVICE_SERVICE_COMMAND",
        {
            "Command.DeviceServiceGuid": SERVICE,
            "Command.CommandID": 1,
            "Command.uDataSize": 64,
        },
    )
    power = PROTOCOL.oid("OID_PNP_SET_POWER").number or 0
    changes = [
        _connect(1, activate=True),
        _register("Manual", "00101"),
        _connect(1, activate=False),
        _packet("Detach"),
        _packet("Attach"),
        _register("Automatic", ""),
    ]
    services = [
        _set(
            "OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS",
            "NDIS_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS",
            {"DeviceServiceListHeader.ElementType": "WwanStructDeviceServiceGuid"},
        ),
        _session_state("Open"),
        Step(
            Kind.KIND_SET,
            PROTOCOL.oid("OID_WWAN_DEVICE_SERVICE_SESSION_WRITE").number or 0,
            write[:12] + bytes(64),
        ),
        Step(
            Kind.KIND_SET,
            PROTOCOL.oid("OID_WWAN_DEVICE_SERVICE_COMMAND").number or 0,
            command[:28] + bytes(64),
        ),
        _session_state("Closed"),
    ]
    power_cycle = [
        Step(Kind.KIND_SET, power, (4).to_bytes(4, "little"), changes_state=True),
        Step(Kind.KIND_SET, power, (1).to_bytes(4, "little"), changes_state=True),
    ]
    heavy = ["OID_WWAN_PROVISIONED_CONTEXTS", "OID_WWAN_DEVICE_CAPS_EX", "OID_WWAN_PCO"]
    heavy += ["OID_WWAN_PREFERRED_PROVIDERS", "OID_WWAN_REGISTER_STATE", "OID_WWAN_CONNECT"]
    steps = [*_queries(), *services, _mbim(20)]
    for _ in range(4):
        steps += changes
        steps += [_query(name) for name in heavy]
        steps += [_query("OID_WWAN_PROVISIONED_CONTEXTS")] * (0 if size == "small" else 2)
        steps.append(_stimulus("signal", {"Rssi": 17, "ErrorRate": 1}))
        steps.append(_stimulus("signal", {"Rssi": 27, "ErrorRate": 1}))
    steps += [_connect(1, activate=True), _connect(1, activate=False)] * (
        3 if size == "small" else 6
    )
    return [*steps, _radio("Off"), _radio("On"), *power_cycle]


def share_of_changes(steps: Iterable[Step]) -> float:
    """Which part of the requests changes the device's state."""
    requests = [step for step in steps if step.request]
    return sum(step.changes_state for step in requests) / len(requests)


def _packed_inputs(steps: list[Step], cycles: Iterator[int]) -> Iterator[tuple[bytes, int]]:
    """Chunks of packed inputs, each with its base time, without end."""
    time_ns = 10_000 * MS
    numbers = itertools.count(1)
    for _ in cycles:
        writer = RecordWriter()
        for step in steps:
            time_ns += step.delay_ns
            mbim = step.code > 0xFFFFFFFF
            writer.append(
                Event(
                    step.kind,
                    time_ns,
                    code=step.code,
                    namespace=4 if mbim else None,
                    request_id=next(numbers) if step.request else 0,
                    handle=0x1000 if step.request else None,
                    capacity=max(4096, len(step.payload)) if step.request else None,
                    payload=step.payload,
                )
            )
        time_ns += 4_000 * MS
        chunk = writer.take()
        if chunk is not None:
            yield bytes(chunk[0]), chunk[3]


def generate(
    target: Any,
    records: int,
    size: str = "small",
    *,
    compression: str = "none",
    checkpoint_records: int = 0,
) -> None:
    """Write a session of at least `records` records to a path or file.

    With a checkpoint behind every `checkpoint_records` records or a few more, if not 0.
    """
    if size not in SIZES:
        raise UsageError(f"the session is one of {', '.join(SIZES)}, not {size!r}")
    profile = bench_profile(size)
    engine = Engine(Profile(profile), 1)
    header = TraceHeader(
        producer="wwanreplay bench",
        profile_name=f"bench-{size}",
        profile_mapping=profile,
        seed=1,
        model_version=MODEL_VERSION,
    )
    checkpoint_index = checkpoint_records
    with TraceWriter(target, header, compression=compression, chunk_size=CHUNK_SIZE) as writer:
        for inputs, base_time_ns in _packed_inputs(cycle(size), itertools.count()):
            position = 0
            stop = ReplayStop.STOP_FULL
            while stop == ReplayStop.STOP_FULL:
                stop, position, base_time_ns = record_chunk(
                    engine, writer.records, inputs, position, base_time_ns, CHUNK_SIZE
                )
                writer.flush_if_due()
                if checkpoint_records and writer.next_index >= checkpoint_index:
                    writer.checkpoint(engine.snapshot(), engine.now_ns)
                    checkpoint_index = writer.next_index + checkpoint_records
            if writer.next_index >= records:
                break
        end_ns = max(base_time_ns, engine.now_ns)
        writer.write(Event(Kind.KIND_CLOCK, end_ns))


@dataclass
class Session:
    """A generated session in memory: its chunks and what is needed to replay it."""

    size: str
    profile: dict[str, Any]
    chunks: list[tuple[bytes, int, int, int]] = field(default_factory=list)
    file: bytes = b""

    @property
    def record_count(self) -> int:
        """Records in all chunks."""
        return sum(chunk[3] for chunk in self.chunks)

    @property
    def mean_size(self) -> float:
        """Mean size of a packed record, in bytes."""
        return sum(len(chunk[0]) for chunk in self.chunks) / max(1, self.record_count)


def load(data: bytes, size: str) -> Session:
    """The chunks of a generated trace."""
    from wwanreplay.trace.reader import TraceReader

    session = Session(size, bench_profile(size), file=data)
    with TraceReader(data) as reader:
        for chunk in reader.chunks():
            session.chunks.append(
                (bytes(chunk.records), chunk.first_index, chunk.base_time_ns, chunk.record_count)
            )
    return session


def make(records: int, size: str) -> Session:
    """A session of at least `records` records, in memory."""
    import io

    buffer = io.BytesIO()
    generate(buffer, records, size)
    return load(buffer.getvalue(), size)


def run_unpacker_feed(session: Session) -> int:
    """The peer, one way: feed each chunk, iterate the records, drop them."""
    count = 0
    unpacker = msgpack.Unpacker(
        max_buffer_size=1 << 28, use_list=False, raw=True, strict_map_key=False
    )
    for records, *_ in session.chunks:
        unpacker.feed(records)
        for _ in unpacker:
            count += 1
    return count


def run_unpacker_list(session: Session) -> int:
    """The peer, another way: as lists, with its default settings."""
    count = 0
    for records, *_ in session.chunks:
        unpacker = msgpack.Unpacker(max_buffer_size=1 << 28, strict_map_key=False)
        unpacker.feed(records)
        for _ in unpacker:
            count += 1
    return count


def run_unpacker_skip(session: Session) -> int:
    """The peer's fastest way: step over the records without making them."""
    count = 0
    for records, *_ in session.chunks:
        unpacker = msgpack.Unpacker(max_buffer_size=1 << 28, strict_map_key=False)
        unpacker.feed(records)
        try:
            while True:
                unpacker.skip()
                count += 1
        except msgpack.OutOfData:
            pass
    return count


def run_scan(session: Session) -> int:
    """Every record checked, counted and digested, with the CRC of the chunks."""
    scanner = Scanner()
    for records, first_index, base_time_ns, count in session.chunks:
        crc32c(records)
        scanner.scan(records, first_index, base_time_ns, record_count=count)
    return scanner.record_count


def run_replay(session: Session) -> int:
    """A whole replay: CRC, device, comparison and digest."""
    engine = Engine(Profile(session.profile), 1)
    replayer = Replayer(engine)
    for records, first_index, base_time_ns, _ in session.chunks:
        crc32c(records)
        replayer.open_chunk(records, first_index, base_time_ns)
        stop = replayer.run()
        if stop != ReplayStop.STOP_CHUNK_END:
            raise WwanReplayError(
                f"bench: the session diverged at record {replayer.next_index} ({stop.name})"
            )
    return int(replayer.counts["records"])


def run_record(session: Session) -> int:
    """The inputs of the session recorded again, packed in chunks with CRC and digest."""
    engine = Engine(Profile(session.profile), 1)
    writer = RecordWriter()
    for records, _, base_time_ns, _ in session.chunks:
        position = 0
        stop = ReplayStop.STOP_FULL
        while stop == ReplayStop.STOP_FULL:
            stop, position, base_time_ns = record_chunk(
                engine, writer, records, position, base_time_ns, CHUNK_SIZE
            )
            if writer.size >= CHUNK_SIZE:
                chunk = writer.take()
                if chunk is not None:
                    crc32c(chunk[0])
    writer.take()
    return writer.next_index


def run_step(session: Session) -> int:
    """The device alone: inputs in, outputs dropped, nothing compared, packed or checked."""
    engine = Engine(Profile(session.profile), 1)
    for records, _, base_time_ns, _ in session.chunks:
        step_chunk(engine, records, base_time_ns)
    return session.record_count


def run_digest(session: Session) -> int:
    """The cursor and the digest, without the CRC."""
    scanner = Scanner()
    for records, first_index, base_time_ns, count in session.chunks:
        scanner.scan(records, first_index, base_time_ns, record_count=count)
    return scanner.record_count


def run_crc(session: Session) -> int:
    """The CRC alone."""
    for records, *_ in session.chunks:
        crc32c(records)
    return session.record_count


PEERS: dict[str, Callable[[Session], int]] = {
    "msgpack.Unpacker, tuples": run_unpacker_feed,
    "msgpack.Unpacker, lists": run_unpacker_list,
}
SKIPPER = {"msgpack.Unpacker.skip": run_unpacker_skip}
RUNS: dict[str, Callable[[Session], int]] = {
    "replay": run_replay,
    "scan": run_scan,
    "record": run_record,
    "engine steps": run_step,
    "crc": run_crc,
    "digest": run_digest,
}


def measure(
    session: Session, rounds: int = 5, on_round: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Processor seconds, records per second and the ratio to the peer of each way.

    All take turns, best of `rounds`.
    """
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, run in {**PEERS, **SKIPPER, **RUNS}.items():
            start = time.process_time()
            run(session)
            seconds = time.process_time() - start
            best[name] = min(seconds, best.get(name, seconds))
        on_round()
    peer = min(best[name] for name in PEERS)
    return {
        "session": session.size,
        "records": session.record_count,
        "mean_record_bytes": round(session.mean_size, 1),
        "state_changing_requests": round(share_of_changes(cycle(session.size)), 3),
        "processors": os.cpu_count(),
        "results": {
            name: {
                "seconds": round(seconds, 4),
                "records_per_second": round(session.record_count / seconds),
                "ratio": round(peer / seconds, 2),
            }
            for name, seconds in best.items()
        },
    }
