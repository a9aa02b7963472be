"""The engine's doors: requests, cancel, time, snapshots. Behaviour is in test_device_*."""

import random
import struct
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Engine, Event, Kind, Lifecycle, Profile, core_limits
from wwanreplay.errors import InputError, UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode

OIDS = {name: row.number for name, row in PROTOCOL.oid_by_name.items() if row.number}
MS = 1_000_000
SECOND = 1_000_000_000
END_NS = (1 << 63) - 1
HOME = {"provider_id": "00101", "provider_name": "Test PLMN", "data_class": 0x20, "kind": 1}
MAPPING = {
    "subscriber_id": "001010123456789",
    "sim_iccid": "8988211000000000001",
    "home": HOME,
    "providers": [HOME],
    "default_access_string": "internet",
}


def oid(name):
    return PROTOCOL.oid(name).number


def status(name):
    return PROTOCOL.status(name).number


INDICATION_REQUIRED = status("NDIS_STATUS_INDICATION_REQUIRED")


def new_engine(seed=1, **changes):
    engine = Engine(Profile({**MAPPING, **changes}), seed)
    engine.advance(10 * SECOND)
    engine.drain()
    return engine


def request(engine, kind, name, *, request_id=1, payload=b"", capacity=4096, port=0, index=0):
    event = Event(
        kind,
        engine.now_ns,
        code=oid(name),
        request_id=request_id,
        payload=payload,
        port=port,
        capacity=capacity,
        handle=0x77,
        index=index,
    )
    engine.submit(event)
    return engine.drain()


def query(engine, name, **options):
    return request(engine, Kind.KIND_QUERY, name, **options)


def set_(engine, name, **options):
    return request(engine, Kind.KIND_SET, name, **options)


def run(engine, duration_ns=20 * SECOND):
    engine.advance(engine.now_ns + duration_ns)
    return engine.drain()


def connect(connection_id=1, command="WwanActivationCommandActivate"):
    return encode(
        "NDIS_WWAN_SET_CONTEXT_STATE",
        {
            "SetContextState.ConnectionId": connection_id,
            "SetContextState.ActivationCommand": command,
            "SetContextState.AccessString": "internet",
        },
        revision=2,
    )


def test_an_accepted_request_completes_provisionally_then_its_indication_follows():
    engine = new_engine()
    assert query(engine, "OID_WWAN_DEVICE_CAPS", request_id=9, index=41) == []
    completion, indication = run(engine)
    assert completion.kind == Kind.KIND_COMPLETION
    assert completion.status == INDICATION_REQUIRED
    assert completion.cause == 41
    assert completion.payload == b""
    assert indication.kind == Kind.KIND_INDICATION
    assert indication.code == PROTOCOL.indication("NDIS_STATUS_WWAN_DEVICE_CAPS").number
    assert (completion.request_id, indication.request_id) == (9, 9)
    assert indication.handle == 0x77
    assert completion.time_ns < indication.time_ns


def test_several_requests_are_outstanding_and_each_is_closed_once():
    engine = new_engine()
    names = ["OID_WWAN_DEVICE_CAPS", "OID_WWAN_READY_INFO", "OID_WWAN_REGISTER_STATE"]
    for number, name in enumerate(names * 5, 1):
        query(engine, name, request_id=number)
    outputs = run(engine)
    for kind in (Kind.KIND_COMPLETION, Kind.KIND_INDICATION):
        ids = [event.request_id for event in outputs if event.kind == kind and event.request_id]
        assert sorted(ids) == list(range(1, 16))


@pytest.mark.parametrize(
    ("kind", "name", "options", "expected", "needed"),
    [
        (Kind.KIND_QUERY, "OID_WWAN_DEVICE_SERVICE_SESSION", {}, "NDIS_STATUS_NOT_SUPPORTED", None),
        (Kind.KIND_SET, "OID_WWAN_DEVICE_CAPS", {}, "NDIS_STATUS_NOT_SUPPORTED", None),
        (Kind.KIND_METHOD, "OID_WWAN_CONNECT", {}, "NDIS_STATUS_NOT_SUPPORTED", None),
        (Kind.KIND_QUERY, "OID_WWAN_SMS_READ", {}, "NDIS_STATUS_NOT_SUPPORTED", None),
        (Kind.KIND_QUERY, "OID_WWAN_READY_INFO", {"port": 3}, "NDIS_STATUS_INVALID_PORT", None),
        (Kind.KIND_SET, "OID_WWAN_RADIO_STATE", {}, "NDIS_STATUS_INVALID_LENGTH", 8),
        (
            Kind.KIND_SET,
            "OID_WWAN_RADIO_STATE",
            {"payload": b"\x80\x01\x08\x00\x01\x00\x00"},
            "NDIS_STATUS_INVALID_LENGTH",
            8,
        ),
        (
            Kind.KIND_SET,
            "OID_WWAN_RADIO_STATE",
            {"payload": b"\x80\x01\x09\x00" + bytes(8)},
            "NDIS_STATUS_INVALID_LENGTH",
            8,
        ),
        (
            Kind.KIND_SET,
            "OID_WWAN_RADIO_STATE",
            {"payload": b"\x80\x07\x08\x00" + bytes(4)},
            "NDIS_STATUS_UNSUPPORTED_REVISION",
            None,
        ),
        (
            Kind.KIND_SET,
            "OID_WWAN_RADIO_STATE",
            {"payload": b"\x81\x01\x08\x00" + bytes(4)},
            "NDIS_STATUS_INVALID_DATA",
            None,
        ),
        (
            Kind.KIND_QUERY,
            "OID_WWAN_DRIVER_CAPS",
            {"capacity": 15},
            "NDIS_STATUS_BUFFER_TOO_SHORT",
            16,
        ),
        (
            Kind.KIND_QUERY,
            "OID_WWAN_READY_INFO",
            {"request_id": 0},
            "NDIS_STATUS_INVALID_PARAMETER",
            None,
        ),
    ],
)
def test_an_immediate_failure_has_its_status_and_no_indication(
    kind, name, options, expected, needed
):
    engine = new_engine()
    before = engine.copy()
    (completion,) = request(engine, kind, name, **options)
    assert completion.kind == Kind.KIND_COMPLETION
    assert completion.status == status(expected)
    assert completion.bytes == needed
    assert engine.same_state(before), "a refused request changes nothing"
    assert run(engine) == []


def test_a_cancel_before_the_completion_aborts_the_request():
    engine = new_engine()
    set_(engine, "OID_WWAN_CONNECT", request_id=5, payload=connect())
    engine.submit(Event(Kind.KIND_CANCEL, engine.now_ns, request_id=5))
    (completion,) = engine.drain()
    assert completion.status == status("NDIS_STATUS_REQUEST_ABORTED")
    assert run(engine) == []
    assert engine.state()["ports"][0]["contexts"] == []


def test_a_cancel_after_the_completion_leaves_the_transaction_alone():
    engine = new_engine()
    query(engine, "OID_WWAN_DEVICE_CAPS", request_id=5)
    engine.advance(engine.now_ns + MS)
    (completion,) = engine.drain()
    assert completion.status == INDICATION_REQUIRED
    engine.submit(Event(Kind.KIND_CANCEL, engine.now_ns, request_id=5))
    (indication,) = run(engine)
    assert indication.request_id == 5


def test_a_cancel_of_nothing_says_nothing():
    engine = new_engine()
    engine.submit(Event(Kind.KIND_CANCEL, engine.now_ns, request_id=77))
    assert run(engine) == []


def test_requests_beyond_the_queue_are_refused_with_resources():
    engine = new_engine()
    limit = core_limits()["QUEUE_REQUEST_DEPTH_MAX"]
    outputs = []
    for number in range(1, limit + 11):
        outputs += query(engine, "OID_WWAN_DEVICE_CAPS", request_id=number)
    refused = [event for event in outputs if event.status == status("NDIS_STATUS_RESOURCES")]
    assert len(refused) >= 10
    outputs += run(engine)
    closed = [event for event in outputs if event.kind == Kind.KIND_INDICATION]
    assert len(closed) + len(refused) == limit + 10


def test_the_end_of_time_comes_when_nothing_is_left_to_do():
    engine = new_engine()
    assert engine.next_due_ns is None
    engine.restore(engine.snapshot()[:24] + END_NS.to_bytes(8, "little") + engine.snapshot()[32:])
    engine.advance(END_NS)
    assert (engine.now_ns, engine.drain()) == (END_NS, [])


def test_time_does_not_go_back():
    engine = new_engine()
    with pytest.raises(UsageError, match="go back"):
        engine.advance(engine.now_ns - 1)
    with pytest.raises(UsageError, match="already"):
        engine.submit(Event(Kind.KIND_CANCEL, 0))


def test_a_device_takes_no_outputs():
    with pytest.raises(UsageError, match="takes no KIND_INDICATION"):
        new_engine().submit(Event(Kind.KIND_INDICATION, 10**12))


def test_the_latency_stimulus_moves_the_indication():
    engine = new_engine()
    payload = struct.pack("<IIqq", oid("OID_WWAN_READY_INFO"), 1, 7 * SECOND, 3 * MS)
    latency = PROTOCOL.stimulus("latency").number
    engine.submit(Event(Kind.KIND_STIMULUS, engine.now_ns, code=latency, payload=payload))
    start_ns = engine.now_ns
    query(engine, "OID_WWAN_READY_INFO")
    completion, indication = run(engine)
    assert completion.time_ns == start_ns + 3 * MS
    assert indication.time_ns == completion.time_ns + 7 * SECOND


def random_inputs(seed, count, port_count=1):
    """A legal-looking walk over queries, sets, stimuli and lifecycle events."""
    chance = random.Random(seed)
    queries = sorted(OIDS)
    time_ns = 0
    for number in range(1, count + 1):
        time_ns += chance.choice([0, MS, 50 * MS, SECOND])
        port = chance.randrange(port_count)
        what = chance.random()
        if what < 0.5:
            yield Event(
                Kind.KIND_QUERY,
                time_ns,
                code=OIDS[chance.choice(queries)],
                request_id=number,
                capacity=chance.choice([0, 64, 4096]),
                port=port,
                index=number,
            )
        elif what < 0.7:
            yield Event(
                Kind.KIND_SET,
                time_ns,
                code=oid("OID_WWAN_CONNECT"),
                request_id=number,
                port=port,
                payload=connect(
                    chance.randrange(3),
                    chance.choice(
                        ["WwanActivationCommandActivate", "WwanActivationCommandDeactivate"]
                    ),
                ),
                index=number,
            )
        elif what < 0.95:
            yield Event(
                Kind.KIND_STIMULUS,
                time_ns,
                code=chance.randrange(1, 25),
                payload=bytes(chance.choice([0, 0, 1, 2, 255]) for _ in range(300)),
                port=port,
            )
        elif what < 0.98:
            yield Event(Kind.KIND_CANCEL, time_ns, request_id=max(1, number - 1), port=port)
        else:
            yield Event(Kind.KIND_LIFECYCLE, time_ns, code=chance.choice(list(Lifecycle)))


def play(engine, events):
    outputs = []
    for event in events:
        engine.submit(event)
        outputs += engine.drain()
    return outputs + run(engine, 300 * SECOND)


@pytest.mark.parametrize("seed", range(8))
def test_a_restored_device_runs_on_as_the_first_one(seed):
    print("seed", seed)
    events = list(random_inputs(seed, 60))
    whole = play(Engine(Profile(MAPPING), seed), events)
    for cut in range(0, 60, 7):
        first = Engine(Profile(MAPPING), seed)
        before = []
        for event in events[:cut]:
            first.submit(event)
            before += first.drain()
        second = Engine(Profile(MAPPING), 99)
        second.restore(first.snapshot())
        assert second.same_state(first)
        assert before + play(second, events[cut:]) == whole


def test_a_random_walk_never_crashes_and_closes_every_accepted_request_once():
    for seed in range(20):
        print("seed", seed)
        events = list(random_inputs(seed, 200, port_count=2))
        events = [event for event in events if event.kind != Kind.KIND_LIFECYCLE]
        outputs = play(Engine(Profile({**MAPPING, "port_count": 2}), seed), events)
        accepted = [
            event.request_id
            for event in outputs
            if event.kind == Kind.KIND_COMPLETION and event.status == INDICATION_REQUIRED
        ]
        closed = [
            event.request_id
            for event in outputs
            if event.kind == Kind.KIND_INDICATION and event.request_id
        ]
        assert sorted(accepted) == sorted(closed)


def test_the_same_inputs_give_the_same_outputs_in_threads_at_once():
    events = list(random_inputs(3, 300))
    expected = play(Engine(Profile(MAPPING), 3), events)
    results = []

    def work():
        results.append(play(Engine(Profile(MAPPING), 3), events) == expected)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 4


def test_another_seed_draws_other_latencies():
    times = {
        play(
            new_engine(seed),
            [Event(Kind.KIND_QUERY, 11 * SECOND, code=oid("OID_WWAN_DEVICE_CAPS"), request_id=1)],
        )[-1].time_ns
        for seed in range(5)
    }
    assert len(times) == 5


def test_removing_one_request_does_not_move_the_others():
    def requests(skip):
        return [
            Event(Kind.KIND_QUERY, (11 + at) * SECOND, code=oid(name), request_id=at + 1)
            for at, name in enumerate(["OID_WWAN_DEVICE_CAPS", "OID_WWAN_READY_INFO"] * 2)
            if at != skip
        ]

    whole = play(new_engine(), requests(None))
    cut = play(new_engine(), requests(1))
    kept = [event for event in whole if event.request_id in (1, 3)]
    assert [event.replace(cause=None) for event in cut if event.request_id in (1, 3)] == [
        event.replace(cause=None) for event in kept
    ]


def test_a_snapshot_of_another_version_is_refused_and_changes_nothing():
    engine = new_engine()
    good = engine.snapshot()
    for bad in (b"", b"WWSN", good[:-1], good + b"x", good[:4] + b"\xff" + good[5:]):
        with pytest.raises(InputError, match="snapshot"):
            engine.restore(bad)
        assert engine.snapshot() == good


@given(st.data())
def test_a_damaged_snapshot_is_refused_or_runs_but_never_crashes(data):
    engine = new_engine()
    query(engine, "OID_WWAN_DEVICE_CAPS")
    octets = bytearray(engine.snapshot())
    for _ in range(data.draw(st.integers(1, 8))):
        octets[data.draw(st.integers(24, len(octets) - 1))] = data.draw(st.integers(0, 255))
    try:
        engine.restore(bytes(octets))
    except InputError:
        return
    engine.state()
    now_ns = engine.now_ns
    if 0 <= now_ns < 10**15:
        engine.advance(now_ns + SECOND)
        engine.drain()


CODE_AT, ACTION_AT, KIND_AT = 32, 56, 60  # in one thing that the device has to do


@pytest.mark.parametrize(
    ("offset", "size", "value"),
    [
        pytest.param(CODE_AT, 8, 0, id="no OID"),
        pytest.param(CODE_AT, 8, 0x0E0101FF, id="an OID that is not modelled"),
        pytest.param(CODE_AT, 8, 1 << 40, id="beyond an OID"),
        pytest.param(ACTION_AT, 4, 0, id="no action"),
        pytest.param(ACTION_AT, 4, 3, id="a timer of that number"),
        pytest.param(ACTION_AT, 4, 5, id="an unknown action"),
        pytest.param(KIND_AT, 4, 2, id="a set of an OID that has queries only"),
    ],
)
def test_a_snapshot_whose_queue_names_what_no_table_has_is_refused(offset, size, value):
    engine = new_engine()
    query(engine, "OID_WWAN_DEVICE_CAPS")
    octets = engine.snapshot()
    # The entry ends its request's fields with the code: kind and action stand behind it.
    code = oid("OID_WWAN_DEVICE_CAPS").to_bytes(8, "little")
    assert octets.count(code) == 1
    at = octets.index(code) - CODE_AT + offset
    engine.restore(octets)
    with pytest.raises(InputError, match="inconsistent"):
        engine.restore(octets[:at] + value.to_bytes(size, "little") + octets[at + size :])
    assert engine.snapshot() == octets


def test_seed_and_profile_are_checked():
    with pytest.raises(UsageError, match="seed"):
        Engine(Profile(MAPPING), -1)
    with pytest.raises(UsageError, match="has no 'such_thing'"):
        Profile({"such_thing": 1})
    with pytest.raises(UsageError, match="at most 15"):
        Profile({"subscriber_id": "1" * 16})
    with pytest.raises(UsageError, match="from 1 to 4"):
        Profile({"port_count": 0})


def test_a_flat_profile_comes_back_and_a_damaged_one_is_refused():
    profile = Profile(MAPPING)
    assert Profile.from_bytes(profile.to_bytes()).to_bytes() == profile.to_bytes()
    with pytest.raises(InputError, match="bytes"):
        Profile.from_bytes(b"short")
    with pytest.raises(InputError, match="limit"):
        Profile.from_bytes(b"\xff" * len(profile.to_bytes()))
    odd = (777_000_000_000_001).to_bytes(8, "little")
    flat = Profile({"ready_latency_ns": (777_000_000_000_001, 0)}).to_bytes()
    with pytest.raises(InputError, match="compiled profile: base of a latency: -1 is not from 0"):
        Profile.from_bytes(flat.replace(odd, b"\xff" * 8))


def test_stepping_a_chunk_goes_through_its_inputs_and_what_the_device_says():
    from wwanreplay._core import RecordWriter, step_chunk

    writer = RecordWriter()
    event = Event(
        Kind.KIND_QUERY, 11 * SECOND, code=oid("OID_WWAN_DRIVER_CAPS"), request_id=1, capacity=64
    )
    writer.append(event)
    writer.append(event.replace(kind=Kind.KIND_CANCEL, time_ns=12 * SECOND))
    records, _, _, base_time_ns, *_ = writer.take()
    engine = new_engine()
    assert step_chunk(engine, records, base_time_ns) == 3
    assert engine.now_ns == 12 * SECOND
    assert engine.drain() == []
