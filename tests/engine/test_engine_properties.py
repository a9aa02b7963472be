"""What holds for every device at every moment, shown on random sessions of all shipped profiles."""

from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

import pytest
from engine_walk import (
    NUMBER,
    PORT_OIDS,
    PORT_STIMULI,
    REQUESTS,
    SECOND,
    SETS,
    STIMULI,
    Batch,
    Walk,
    documented,
)
from groups import examples, sampled
from hypothesis import given, settings
from hypothesis import strategies as st

from wwanreplay._core import Engine, Event, Kind, Lifecycle, Namespace, Profile
from wwanreplay.devices.profile import load_profile, shipped_profiles
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event, encode

MAPPINGS: dict[str, dict[str, Any]] = {
    name: load_profile(name).mapping for name in shipped_profiles()
}
MAPPINGS["voice"] = {**MAPPINGS["two-ports"], "voice_class": 2, "contexts_active_max": 2}
MAPPINGS["multi-mode"] = {
    **MAPPINGS["5g"],
    "cellular_class_list": 6,
    "control_caps": MAPPINGS["5g"]["control_caps"] | NUMBER["WWAN_CTRL_CAPS_MULTI_MODE"],
}
ACCEPTED = NUMBER["NDIS_STATUS_INDICATION_REQUIRED"]
ABORTED = NUMBER["NDIS_STATUS_REQUEST_ABORTED"]
UNSOLICITED = ("yes", "only", "disputed")

every_device = pytest.mark.parametrize("name", MAPPINGS)
# For tests that take long for one device.
sampled_devices = pytest.mark.parametrize("name", sampled(MAPPINGS, 6))
every_seed = pytest.mark.parametrize("seed", sampled(range(3), [0]))


def walked(name: str, seed: int, count: int = 250, **options: Any) -> tuple[Walk, list[Batch]]:
    """A session from the first moment to the last."""
    print(f"device {name}, seed {seed}")
    walk = Walk(MAPPINGS[name], seed, **options)
    return walk, [*walk.steps(count), *walk.end()]


def outputs_of(batches: list[Batch]) -> list[Event]:
    return [event for batch in batches for event in batch.outputs]


def indications(batches: list[Batch]) -> list[Event]:
    return [event for event in outputs_of(batches) if event.kind == Kind.KIND_INDICATION]


# ---------------------------------------------------------------------------------------------
# State.


def last_of_each(outputs: list[Event]) -> Iterator[Event]:
    """The last report of each subject at one moment: earlier ones are overtaken already."""
    seen = set()
    for event in reversed(outputs):
        place = (event.kind, event.code, event.port)
        if place not in seen:
            yield event
        seen.add(place)


@every_seed
@every_device
def test_adopting_what_the_device_has_just_reported_changes_nothing(name: str, seed: int) -> None:
    print(f"device {name}, seed {seed}")
    walk = Walk(MAPPINGS[name], seed)
    adopted: set[int] = set()
    for batch in walk.steps(250):
        for event in last_of_each(batch.outputs):
            other = walk.engine.copy()
            if other.adopt(event):
                adopted.add(event.code)
            assert other.same_state(walk.engine), (walk.engine.state(), event, other.state())
            assert other.drain() == []
    assert len(adopted) > 7


@pytest.mark.parametrize(("name", "seed"), [("lte-home", 6), ("lte-roaming", 9)])
def test_adopting_a_partner_of_the_preferred_list_does_not_mark_its_network(name, seed) -> None:
    """These walks come to a partner that only the host's list makes one."""
    test_adopting_what_the_device_has_just_reported_changes_nothing(name, seed)


@every_device
def test_a_session_goes_on_alike_from_a_snapshot_at_every_event(name: str) -> None:
    seed = 5
    print(f"device {name}, seed {seed}")
    walk = Walk(MAPPINGS[name], seed)
    places: list[tuple[int, int, bytes]] = []
    outputs: list[Event] = []
    for batch in walk.steps(70):
        outputs += batch.outputs
        places.append((len(walk.inputs), len(outputs), walk.engine.snapshot()))
    end_ns = walk.engine.now_ns + 30 * SECOND
    walk.engine.advance(end_ns)
    outputs += walk.engine.drain()
    other = Engine(Profile(MAPPINGS[name]), 0)
    for inputs_done, outputs_done, snapshot in places:
        other.restore(snapshot)
        assert other.snapshot() == snapshot
        for event in walk.inputs[inputs_done:]:
            other.submit(event)
        other.advance(end_ns)
        assert other.drain() == outputs[outputs_done:]
        assert other.same_state(walk.engine)


@every_seed
@every_device
def test_a_refused_request_changes_nothing_and_says_nothing_else(name: str, seed: int) -> None:
    print(f"device {name}, seed {seed}")
    walk = Walk(MAPPINGS[name], seed, hostile=0.6)
    refused = set()
    for _ in range(400):
        event = walk.next_event()
        for _batch in walk.wait(event.time_ns):
            pass
        before = walk.engine.copy()
        outputs = walk.take(event).outputs
        if event.kind not in REQUESTS or event.namespace == Namespace.NAMESPACE_MBIM:
            continue
        completions = [
            item
            for item in outputs
            if item.kind == Kind.KIND_COMPLETION and item.cause == event.index
        ]
        assert len(completions) <= 1
        if completions and completions[0].status not in (0, ABORTED):
            refused.add(completions[0].status)
            assert outputs == completions
            assert walk.engine.same_state(before)
    assert len(refused) > 4, refused


@every_device
def test_a_stimulus_that_means_nothing_changes_nothing(name: str) -> None:
    engine = Engine(Profile(MAPPINGS[name]), 1)
    engine.advance(20 * SECOND)
    engine.drain()
    before = engine.copy()
    for stimulus in STIMULI:
        code = NUMBER[f"STIMULUS_{stimulus}"]
        size = len(STIMULI[stimulus](Random(0)))
        short = b"\xff" * (min(size, 4) - 1)
        engine.submit(Event(Kind.KIND_STIMULUS, engine.now_ns, code=code, payload=short))
        whole = b"\1" * size
        engine.submit(Event(Kind.KIND_STIMULUS, engine.now_ns, code=code, payload=whole, port=9))
    engine.submit(Event(Kind.KIND_STIMULUS, engine.now_ns, code=999, payload=bytes(300)))
    engine.submit(Event(Kind.KIND_LIFECYCLE, engine.now_ns, code=77))
    assert engine.drain() == []
    assert engine.same_state(before)


# ---------------------------------------------------------------------------------------------
# Transactions.


@every_seed
@every_device
def test_every_request_is_closed_exactly_once(name: str, seed: int) -> None:
    """By a refusal, an abortion, an answer, or a provisional completion and one indication."""
    walk, batches = walked(name, seed, 400)
    completions: dict[int, list[Event]] = {}
    answers: dict[tuple[int, int], list[Event]] = {}
    for event in outputs_of(batches):
        if event.kind == Kind.KIND_COMPLETION:
            completions.setdefault(event.cause, []).append(event)
        elif event.request_id:
            answers.setdefault((event.request_id, event.port), []).append(event)
    accepted = 0
    for request in walk.inputs:
        if request.kind not in REQUESTS:
            continue
        (completion,) = completions.pop(request.index)
        assert completion.code == request.code
        assert completion.namespace == request.namespace
        assert (completion.request_id, completion.port) == (request.request_id, request.port)
        closing = answers.pop((request.request_id, request.port), [])
        if completion.status != ACCEPTED:
            assert closing == []
            continue
        accepted += 1
        (answer,) = closing
        assert answer.handle == request.handle
        assert answer.time_ns >= completion.time_ns >= request.time_ns
        row = PROTOCOL.oid_by_number[request.code]
        operation = "query" if request.kind == Kind.KIND_QUERY else "set"
        assert PROTOCOL.indication_by_number[answer.code].name in [
            each.indication for each in row.completions if operation in each.operations
        ]
    assert not completions
    assert not answers
    assert accepted > 60


@every_device
def test_sleep_halt_removal_and_cancel_leave_nothing_open(name: str) -> None:
    """However a session is broken off, each request is closed once, and at that moment."""
    ends = {
        "sleep": {"kind": Kind.KIND_SET, "code": NUMBER["OID_PNP_SET_POWER"]},
        "halt": {"kind": Kind.KIND_LIFECYCLE, "code": int(Lifecycle.LIFECYCLE_HALT)},
        "removal": {"kind": Kind.KIND_LIFECYCLE, "code": int(Lifecycle.LIFECYCLE_SURPRISE_REMOVAL)},
        "cancel": {"kind": Kind.KIND_CANCEL, "code": 0},
    }
    for how, end in ends.items():
        for delay_ns in (0, 700_000, 30_000_000, 5 * SECOND):
            walk = Walk(MAPPINGS[name], 3)
            list(walk.wait(20 * SECOND))
            start_ns = walk.engine.now_ns
            outputs = []
            for number, set_name in enumerate(SETS, 1):
                if set_name.startswith("OID_WWAN_DEVICE_SERVICE_S"):
                    continue
                for kind in (Kind.KIND_SET, Kind.KIND_QUERY):
                    place = {"request_id": 2 * number + (kind == Kind.KIND_SET), "handle": 9}
                    payload = SETS[set_name](Random(1)) if kind == Kind.KIND_SET else b""
                    event = walk.at(kind, start_ns, NUMBER[set_name], payload=payload, **place)
                    outputs += walk.take(event).outputs
            for batch in walk.wait(start_ns + delay_ns):
                outputs += batch.outputs
            fields = dict(end)
            if how == "sleep":
                fields["payload"] = (4).to_bytes(4, "little")
            identities = {event.request_id for event in walk.inputs} if how == "cancel" else {0}
            for identity in sorted(identities):
                event = walk.at(time_ns=walk.engine.now_ns, request_id=identity, **fields)
                outputs += walk.take(event).outputs
            if how == "cancel":
                for batch in walk.wait(start_ns + 400 * SECOND):
                    outputs += batch.outputs
            else:
                assert walk.engine.next_due_ns is None
            for request in walk.inputs:
                if request.kind not in REQUESTS or request.code == NUMBER["OID_PNP_SET_POWER"]:
                    continue
                mine = [item for item in outputs if item.request_id == request.request_id]
                completion = [item for item in mine if item.kind == Kind.KIND_COMPLETION]
                assert len(completion) == 1, (how, delay_ns, request)
                expected = 2 if completion[0].status == ACCEPTED else 1
                assert len(mine) == expected, (how, delay_ns, request)


# ---------------------------------------------------------------------------------------------
# Outputs.


@every_seed
@every_device
def test_time_never_goes_back(name: str, seed: int) -> None:
    _, batches = walked(name, seed, hostile=0.2)
    last_ns = 0
    for batch in batches:
        for event in batch.outputs:
            assert event.time_ns >= last_ns
            last_ns = event.time_ns
            if batch.input is not None:
                assert event.time_ns == batch.input.time_ns


@every_seed
@every_device
def test_every_indication_decodes_strictly_and_encodes_to_its_bytes(name: str, seed: int) -> None:
    _, batches = walked(name, seed, hostile=0.2)
    kinds = set()
    for event in indications(batches):
        kinds.add(event.code)
        decoded = decode_event(event)
        assert decoded is not None
        assert decoded.raw is None, event
        assert "rest" not in decoded, event
        again = encode(
            decoded.structure,
            decoded.to_dict(),
            revision=decoded.revision,
            layout=decoded.layout_id,
            element_size=decoded.element_size,
        )
        assert again == event.payload, decoded
        for leaf in decoded.leaves():
            if isinstance(leaf.value, str) and leaf.field.kind == "wchar":
                text = event.payload[leaf.offset : leaf.offset + leaf.size]
                assert text[-2:] == b"\0\0", (event, leaf)
                assert not any(text[2 * len(leaf.value) :]), (event, leaf)
    assert len(kinds) > 11


@every_seed
@every_device
def test_statuses_are_those_that_the_documents_list(name: str, seed: int) -> None:
    walk, batches = walked(name, seed, 400)
    kinds = {event.request_id: event.kind for event in walk.inputs if event.kind in REQUESTS}
    for event in indications(batches):
        decoded = decode_event(event)
        assert decoded is not None
        if "uStatus" not in decoded:
            continue
        row = PROTOCOL.indication_by_number[event.code]
        status = decoded.number("uStatus")
        if event.request_id == 0:
            assert status == 0, decoded
            continue
        allowed = documented(row.name, is_set=kinds[event.request_id] == Kind.KIND_SET)
        assert not allowed or status in allowed, decoded


@every_seed
@every_device
def test_only_what_may_be_an_event_is_one(name: str, seed: int) -> None:
    """And what may only be an event is never an answer; events of the device come on port 0."""
    walk, batches = walked(name, seed, hostile=0.2)
    on_any_port = {
        NUMBER[f"NDIS_STATUS_{code}"]
        for code in ("WWAN_CONTEXT_STATE", "WWAN_PCO_STATUS", "WWAN_IP_ADDRESS_STATE", "LINK_STATE")
    }
    for event in indications(batches):
        row = PROTOCOL.indication_by_number[event.code]
        assert event.port < walk.ports
        if event.request_id:
            assert row.unsolicited != "only"
            continue
        assert row.name == "NDIS_STATUS_LINK_STATE" or row.unsolicited in UNSOLICITED, row
        assert event.handle is None
        assert event.port == 0 or event.code in on_any_port
        if row.name == "NDIS_STATUS_WWAN_IP_ADDRESS_STATE":
            assert event.port > 0


def concerns_port(event: Event, port: int) -> bool:
    codes = PORT_STIMULI if event.kind == Kind.KIND_STIMULUS else PORT_OIDS
    return event.port == port and event.code in codes


@every_seed
def test_what_happens_on_one_port_does_not_show_on_another(seed: int) -> None:
    """Contexts, options, addresses and counters of port 1 do not change what port 0 says."""
    print(f"seed {seed}")
    mapping = {**MAPPINGS["two-ports"], "completion_latency_ns": (1000, 0)}
    for table in ("latencies_ns", "query_latencies_ns"):
        mapping[table] = dict.fromkeys(mapping[table], (2_000_000, 0))
    inputs = []
    walk = Walk(mapping, seed, endless=False)
    for _ in range(400):
        event = walk.next_event()
        # Few at a time, so that no limit of the device is met; and no delays to be shared.
        if event.kind == Kind.KIND_CANCEL or event.code == NUMBER["STIMULUS_LATENCY"]:
            continue
        if event.code == NUMBER["STIMULUS_OUTCOME"]:
            continue
        event = event.replace(time_ns=walk.engine.now_ns + 50_000_000)
        list(walk.wait(event.time_ns))
        walk.take(event)
        inputs.append(event)
    alone = [event for event in inputs if not concerns_port(event, 1)]
    assert len(alone) < len(inputs) - 15
    assert outputs_after(mapping, inputs) == outputs_after(mapping, alone)


def outputs_after(mapping: dict[str, Any], inputs: list[Event]) -> list[Event]:
    """What port 0 says to these inputs."""
    engine = Engine(Profile(mapping), 1)
    for event in inputs:
        engine.submit(event)
    engine.advance(engine.now_ns + 100 * SECOND)
    return [event for event in engine.drain() if event.port == 0]


# ---------------------------------------------------------------------------------------------
# Anything at all.

CODES = sorted({code for code in PROTOCOL.oid_by_number if code is not None})
STIMULUS_CODES = [NUMBER[f"STIMULUS_{name}"] for name in STIMULI]


@pytest.mark.long
@settings(max_examples=examples(300), deadline=None, derandomize=True, database=None)
@given(
    name=st.sampled_from(list(MAPPINGS)),
    events=st.lists(
        st.tuples(
            st.sampled_from([*REQUESTS, Kind.KIND_CANCEL, Kind.KIND_STIMULUS, Kind.KIND_LIFECYCLE]),
            st.sampled_from(CODES) | st.sampled_from(STIMULUS_CODES) | st.integers(0, 2**64 - 1),
            st.binary(max_size=40) | st.binary(min_size=80, max_size=1400),
            st.integers(0, 2**32 - 1) | st.integers(0, 1),
            st.integers(0, 2**64 - 1),
            st.integers(0, 2**40),
        ),
        max_size=12,
    ),
)
def test_nothing_that_comes_in_brings_the_device_down(
    name: str, events: list[tuple[Kind, int, bytes, int, int, int]]
) -> None:
    engine = Engine(Profile(MAPPINGS[name]), 7)
    engine.advance(10 * SECOND)
    for kind, code, payload, port, request_id, wait_ns in events:
        time_ns = engine.now_ns + wait_ns
        place = {"port": port, "request_id": request_id, "capacity": port}
        engine.submit(Event(kind, time_ns, code=code, payload=payload, **place))
    engine.advance(engine.now_ns + 100 * SECOND)
    for event in engine.drain():
        assert event.port < engine.profile.port_count or event.status
    assert engine.copy().same_state(engine)
    engine.state()


@every_seed
@sampled_devices
def test_headers_with_any_counts_are_survived(name: str, seed: int) -> None:
    """Sound headers, and behind them counts, sizes and enumerations of every magnitude."""
    draw = Random(seed)
    engine = Engine(Profile(MAPPINGS[name]), seed)
    engine.advance(10 * SECOND)
    for number in range(1, 1500):
        oid, build = draw.choice(list(SETS.items()))
        payload = bytearray(build(draw))
        for _ in range(draw.randrange(1, 4)):
            at = 4 * draw.randrange(1, max(2, len(payload) // 4))
            payload[at : at + 4] = draw.choice(
                (b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\x01\0\0\x10")
            )
        engine.submit(
            Event(
                draw.choice((Kind.KIND_SET, Kind.KIND_SET, Kind.KIND_QUERY)),
                engine.now_ns + draw.choice((0, 1_000_000, SECOND)),
                code=NUMBER[oid],
                payload=bytes(payload),
                request_id=number,
                port=draw.randrange(engine.profile.port_count),
            )
        )
        for event in engine.drain():
            if event.kind == Kind.KIND_INDICATION:
                decoded = decode_event(event)
                assert decoded is not None
                assert decoded.raw is None
                assert "rest" not in decoded


@cache
def reports_of_every_device() -> list[Event]:
    reports = []
    for name in MAPPINGS:
        walk = Walk(MAPPINGS[name], 2)
        reports += outputs_of(list(walk.steps(120)))
    return reports


@sampled_devices
def test_foreign_and_damaged_reports_are_adopted_without_harm(name: str) -> None:
    """Reports of every other kind of device, cut off and altered anywhere."""
    draw = Random(9)
    reports = reports_of_every_device()
    walk = Walk(MAPPINGS[name], 4)
    for _ in walk.steps(60):
        for event in draw.sample(reports, 25):
            payload = bytearray(event.payload[: draw.choice((4, 8, 20, 5000, 5000, 5000))])
            for _ in range(draw.randrange(4)):
                if payload:
                    payload[draw.randrange(len(payload))] = draw.choice((0, 1, 0x7F, 0xFF))
            walk.engine.adopt(event.replace(payload=bytes(payload), time_ns=walk.engine.now_ns))
        restored = Engine(Profile(MAPPINGS[name]), 0)
        restored.restore(walk.engine.snapshot())
        assert restored.same_state(walk.engine)
        walk.engine.state()


def manual_set(engine: Engine, provider: str, request_id: int, wait_ns: int = 0) -> None:
    """An order to register with a network, which is still to be carried out."""
    values = {
        "SetRegisterState.ProviderId": provider,
        "SetRegisterState.RegisterAction": "WwanRegisterActionManual",
    }
    payload = encode("NDIS_WWAN_SET_REGISTER_STATE", values)
    oid = PROTOCOL.oid("OID_WWAN_REGISTER_STATE").number
    time_ns = engine.now_ns + wait_ns
    engine.submit(Event(Kind.KIND_SET, time_ns, code=oid, request_id=request_id, payload=payload))


def test_what_is_queued_tells_states_apart() -> None:
    """By its buffer, its transaction, when it is due and how much there is."""
    begin = Engine(Profile(MAPPINGS["lte-home"]), 1)
    begin.advance(30 * SECOND)
    begin.drain()

    def waiting(*orders: tuple[str, int, int]) -> Engine:
        engine = begin.copy()
        for order in orders:
            manual_set(engine, *order)
        engine.advance(begin.now_ns + SECOND // 1000)
        return engine

    one = waiting(("00101", 5, 0))
    assert one.state()["queue_depth"] > begin.state()["queue_depth"]
    assert one.same_state(waiting(("00101", 5, 0)))
    others = [
        begin,
        waiting(("00102", 5, 0)),
        waiting(("00101", 6, 0)),
        waiting(("00101", 5, 1)),
        waiting(("00101", 5, 0), ("00101", 6, 0)),
    ]
    for other in others:
        assert not one.same_state(other)
        assert not other.same_state(one)
    for left in others:
        for right in others:
            assert left.same_state(right) == (left is right)
