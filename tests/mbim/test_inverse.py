"""The class driver undoes what the bridge does: recorded sessions come back from their messages.

Every sample trace is taken as messages (its own, or those that the bridge makes of its events), the
class driver reads them, and each indication is compared with the recorded one, on the paths that
MBIM carries.
"""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from checkout import TRACES
from host import SECOND, MbimHost
from mbim_host import Recording, latency
from mbim_samples import sample_values

from wwanreplay._core import Event, Kind, Namespace, RecordFlag, WireDirection
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import load_profile
from wwanreplay.formats.export_transfers import MessageBuilder
from wwanreplay.mbim import codec, messages
from wwanreplay.mbim.bridge import Bridge
from wwanreplay.mbim.class_driver import ClassDriver
from wwanreplay.mbim.commands import DEVICE_SERVICES, SUBSCRIBE_LIST, TIES
from wwanreplay.mbim.fragments import Joiner
from wwanreplay.mbim.function import Function
from wwanreplay.mbim.known import known_of, unindexed
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.mbim.tables import SERVICES, command_code, find_layout
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event
from wwanreplay.trace import TraceReader

SAMPLES = sorted(TRACES.glob("*.wwtrace"))
HOST = WireDirection.WIRE_HOST_TO_DEVICE
EMERGENCY_MODE = command_code(1, 22)
CONTEXT_STATE = PROTOCOL.indication("NDIS_STATUS_WWAN_CONTEXT_STATE").number
LTE, FIVE_G = 0x20, 0x40
REQUESTS = (Kind.KIND_QUERY, Kind.KIND_SET)


def reported(path: Path) -> tuple[list[Event], list[Event], dict]:
    """Events of a trace, its transfers, its profile."""
    with TraceReader(path) as reader:
        profile = reader.header.profile_mapping
        events = list(reader.events())
    transfers = [event for event in events if event.kind == Kind.KIND_WIRE]
    if not transfers:
        builder = MessageBuilder(profile)
        transfers = [transfer for event in events for transfer in builder.feed(event)]
        transfers += builder.close(events[-1])
    return events, transfers, profile


def taken_in(transfers: list[Event], driver: ClassDriver) -> Iterator[tuple[Event, list[Event]]]:
    """Each transfer that ends a message, and the events that the class driver makes of it."""
    joiners = {direction: Joiner() for direction in WireDirection}
    for transfer in transfers:
        header = messages.parse_header(transfer.payload)
        joined = joiners[WireDirection(transfer.code)].feed(
            header, transfer.payload, transfer.time_ns
        )
        if joined.message is not None:
            from_host = transfer.code == HOST
            made = driver.message(joined.message, transfer.time_ns, from_host=from_host)
            assert driver.problems == []
            yield transfer, made


def differences(made: Event, recorded: Event) -> list[tuple[str, object, object]]:
    """Paths that MBIM carries and that differ; a form that only one side has is not compared."""
    one, other = decode_event(made), decode_event(recorded)
    assert one is not None
    assert other is not None
    if one.name != other.name:
        return []  # the plain form of a driver of model 1
    mine = {leaf.path: leaf.value for leaf in one.leaves()}
    theirs = {leaf.path: leaf.value for leaf in other.leaves()}
    known = known_of(made)
    return [
        (path, mine[path], theirs[path])
        for path in mine.keys() & theirs.keys()
        if unindexed(path) in known and mine[path] != first_version(path, theirs[path])
    ]


def first_version(path: str, value: Any) -> Any:
    """What sessions of MBIMEx 1.0 have of a value: 5G came later, and LTE stands in for it."""
    if path.endswith(".CurrentDataClass"):
        return value & ~FIVE_G or (LTE if value else 0)
    return value & ~FIVE_G if path.endswith("DataClass") and isinstance(value, int) else value


def is_of_another_context(found: list[tuple[str, object, object]]) -> bool:
    """The bridge answers a query for the requested context, whatever the device reports."""
    paths = {path for path, _, _ in found}
    return "ContextState.ConnectionId" in paths and paths <= {
        f"ContextState.{name}"
        for name in ("ConnectionId", "ActivationState", "VoiceCallState", "IPType", "uNwError")
    }


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_indications_come_back(path: Path) -> None:
    events, transfers, profile = reported(path)
    driver = ClassDriver(
        port_count=profile.get("port_count", 1), driver_model=profile.get("driver_major_version", 2)
    )
    compared = 0
    for transfer, made in taken_in(transfers, driver):
        if transfer.code == HOST or transfer.cause is None:
            continue
        recorded = events[transfer.cause]
        for event in made:
            if event.code == EMERGENCY_MODE and event.namespace == Namespace.NAMESPACE_MBIM:
                assert recorded.code == PROTOCOL.indication("NDIS_STATUS_WWAN_READY_INFO").number
                continue
            if event.namespace == Namespace.NAMESPACE_MBIM:
                assert (event.kind, event.code) == (recorded.kind, recorded.code)
                assert (event.payload, event.status) == (recorded.payload, recorded.status)
                continue
            if event.kind == Kind.KIND_COMPLETION:
                # It ends a request that no indication ends.
                assert (event.kind, event.code) == (recorded.kind, recorded.code)
                assert event.status == recorded.status
                continue
            if recorded.kind == Kind.KIND_COMPLETION:
                # Refused at once: on the wire that looks like any failure.
                decoded = decode_event(event)
                assert decoded is not None
                assert decoded["uStatus"] != 0
                continue
            assert (event.kind, event.code) == (recorded.kind, recorded.code)
            assert bool(event.request_id) == bool(recorded.request_id)
            assert event.flags == 0
            found = differences(event, recorded)
            if event.code == CONTEXT_STATE and is_of_another_context(found):
                continue
            assert found == []
            compared += 1
    assert compared > 7
    assert driver.problem_count == 0


@pytest.mark.parametrize(
    "path", [each for each in SAMPLES if "mbimcli" in each.stem], ids=lambda path: path.stem
)
def test_requests_of_a_real_host_come_back_byte_for_byte(path: Path) -> None:
    events, transfers, _ = reported(path)
    driver = ClassDriver()
    by_cause: dict[int, list[Event]] = {}
    for event in events:
        if event.kind in REQUESTS and event.cause is not None:
            by_cause.setdefault(event.cause, []).append(event)
    compared = 0
    for transfer, made in taken_in(transfers, driver):
        requests = [event for event in made if event.kind in REQUESTS]
        recorded = by_cause.get(transfer.index, [])
        # A query of REGISTER_STATE becomes queries of two OIDs; the class driver has the first.
        assert len(requests) == min(len(recorded), 1)
        for event in requests:
            expected = recorded[0]
            assert (event.kind, event.code, event.payload) == (
                expected.kind,
                expected.code,
                expected.payload,
            )
            assert (event.port, event.capacity) == (expected.port, expected.capacity)
            assert event.namespace == expected.namespace
            compared += 1
    assert compared > 5


FITTING = {
    "ContextType": "7e5e2a7e-4e6f-7272-736b-656e7e5e2a7e",
    "SessionId": 0,
    "DssLinkState": 1,
    "ProviderId": "00101",
}


def commands() -> Iterator[Message]:
    """Every served command in every operation, with something in every member."""
    number = 1
    for row in TIES:
        if row.key in (DEVICE_SERVICES, SUBSCRIBE_LIST) or row.driver_model == 1:
            continue
        service = uuid.UUID(SERVICES[row.service].uuid).bytes
        for is_set, operation in enumerate("qs"):
            if not row.serves(operation):
                continue
            number += 1
            operation = "set" if is_set else "query"
            layout = find_layout(row.service, row.cid, operation)
            assert layout is not None
            values = sample_values(layout)
            values |= {name: value for name, value in FITTING.items() if name in values}
            buffer = codec.encode(row.service, row.cid, operation, values)
            yield Message(messages.MBIM_COMMAND_MSG, number, is_set, service, row.cid, buffer)


@pytest.mark.parametrize("profile_name", ["lte-home", "5g"])
def test_a_served_device_hears_the_same_requests_and_says_the_same(profile_name: str) -> None:
    profile = load_profile(profile_name)
    made_bridge = bridge_of(profile.mapping)
    bridge = Bridge(made_bridge.services, port_count=1)
    recording = Recording()
    device = EmulatedDevice(profile, 11)
    quick = latency(1_000_000)
    recording.write(quick)
    device.submit(quick)
    function = Function(device, bridge, recording)
    host = MbimHost(function, now_ns=10 * SECOND)
    host.open()
    for message in commands():
        host.now_ns += 3 * SECOND
        host.transfers([message.to_bytes()])
    function.close(host.now_ns + 60 * SECOND)
    events = recording.events
    transfers = [event for event in events if event.kind == Kind.KIND_WIRE]
    driver = ClassDriver()
    requested = compared = 0
    for transfer, made in taken_in(transfers, driver):
        if transfer.code == HOST:
            caused = [
                event
                for event in events
                if event.kind in REQUESTS and event.cause == transfer.index
            ]
            requests = [event for event in made if event.kind in REQUESTS]
            if transfer.payload[:4] == b"\2\0\0\0" or not caused:
                continue  # CLOSE ends contexts; the class driver has no message of that
            assert [(event.code, event.payload) for event in requests] == [
                (caused[0].code, caused[0].payload)
            ]
            requested += 1
        elif transfer.cause is not None and events[transfer.cause].kind == Kind.KIND_INDICATION:
            for event in made:
                if event.namespace != Namespace.NAMESPACE_MBIM and event.payload:
                    assert differences(event, events[transfer.cause]) == []
                    compared += 1
    assert requested > 20
    assert compared > 25


def test_a_request_has_a_completion_that_no_message_carries() -> None:
    _, transfers, _ = reported(TRACES / "mbimcli-pin.wwtrace")
    made = [event for _, events in taken_in(transfers, ClassDriver()) for event in events]
    requests = [event for event in made if event.kind in REQUESTS]
    completions = [event for event in made if event.kind == Kind.KIND_COMPLETION]
    assert [event.request_id for event in completions] == [event.request_id for event in requests]
    required = PROTOCOL.status("NDIS_STATUS_INDICATION_REQUIRED").number
    assert {event.status for event in completions} == {required}
    assert {event.flags for event in completions} == {RecordFlag.FLAG_INFERRED}
