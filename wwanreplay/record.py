"""Record: drive a device by hand or by a script, and write the session as a trace.

    session = Session("lte-home")
    session.run("5s")
    session.set("OID_WWAN_CONNECT", {"ConnectionId": 1, "ActivationCommand": 1})
    session.run("5s")
    session.save("connect.wwtrace")

Times are virtual: nothing waits.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO

from wwanreplay._core import Event, Kind
from wwanreplay.callable_module import make_callable
from wwanreplay.devices.base import Device, is_real
from wwanreplay.devices.buffers import encode_request, encode_stimulus
from wwanreplay.devices.mbim.device import MbimDevice, Settings
from wwanreplay.devices.mbim.operator import Operator
from wwanreplay.devices.opening import open_device
from wwanreplay.devices.recorder import Recorder
from wwanreplay.devices.toml import ValuePlace, as_member, nanoseconds
from wwanreplay.errors import DeviceError, LimitError, UsageError
from wwanreplay.outputs import PartFile, write_whole
from wwanreplay.play import check_real, play
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.shorthands import Shorthand
from wwanreplay.script import LIFECYCLES, Script, load_script
from wwanreplay.trace import TraceHeader, TraceWriter

if TYPE_CHECKING:
    from wwanreplay.devices.faults import FaultPlan

QUERY_CAPACITY = 4096
#: Outputs that a session holds for its caller; its trace may have more. About 300 MB.
EVENTS_KEPT_MAX = 1 << 20
#: Requests that are answered, of which it is known how a cancel names them.
CODES_MAX = 4096
IDLE_LIMIT_NS = 300 * 10**9
_KINDS = {"query": Kind.KIND_QUERY, "set": Kind.KIND_SET, "method": Kind.KIND_METHOD}


class _WatchedWriter(TraceWriter):
    """Writes a trace, and gives each record to who watches it."""

    on_record: Callable[[Event], None] | None = None

    def write(self, event: Event) -> int:
        """Append one event; its index."""
        index = super().write(event)
        if self.on_record is not None:
            self.on_record(event.replace(index=index))
        return index


class Session:
    """One session with a device, recorded from its first event on.

    `device` is a device, or a string that names one (see `open_device`). The trace goes to `target`
    (a path or a binary file), or stays in memory until `save`. Times are virtual: nothing waits.
    Durations are texts such as "200ms", or whole nanoseconds. `writer_options` are those of
    `TraceWriter`, such as `sync` and `force`; a session that is left by an exception has its
    records in PATH.part.

    `events` has all outputs so far, at most EVENTS_KEPT_MAX: LimitError beyond. A session that does
    not `keep_events` only writes them: `events` stays empty, and `run` and the like return none.
    `on_record` is given each record as it is written, with its index.
    """

    def __init__(
        self,
        device: str | Device = "lte-home",
        *,
        seed: int = 0,
        faults: str | FaultPlan | None = None,
        target: str | os.PathLike[str] | BinaryIO | None = None,
        notes: list[str] | None = None,
        checkpoint_records: int = 0,
        keep_events: bool = True,
        operator: Operator | None = None,
        on_record: Callable[[Event], None] | None = None,
        **writer_options: Any,
    ) -> None:
        opened = open_device(device, seed=seed) if isinstance(device, str) else device
        if faults is not None:
            from wwanreplay.devices.faults import FaultyDevice, load_faults

            plan = load_faults(faults) if isinstance(faults, str) else faults
            opened = FaultyDevice(opened, plan)
        self.device: Device = opened
        self._memory = io.BytesIO() if target is None else None
        header = TraceHeader(**opened.describe())
        header.notes = [*header.notes, *(notes or [])]
        self.writer = _WatchedWriter(
            self._memory if self._memory is not None else target,  # type: ignore[arg-type]
            header,
            **writer_options,
        )
        self.writer.on_record = on_record
        self.recorder = Recorder(opened, self.writer, checkpoint_records=checkpoint_records)
        self.events: list[Event] = []
        #: Inputs that a real device was not given, a line each.
        self.left_out: list[str] = []
        self._operator = operator
        #: File and step that is done, in front of what is wrong or missing there.
        self.place = ""
        self._keep_events = keep_events
        self._next_request_id = 1
        self._requests: dict[int, tuple[int, int]] = {}  # record → (request id, port), open
        self._outstanding: dict[tuple[int, int], int] = {}  # (request id, port) → OID, accepted
        self._codes: dict[tuple[int, int], tuple[int, int]] = {}  # → (OID, record) of the last one
        self._closed = False
        try:
            self.recorder.start()
            self._take()
        except BaseException as error:
            self.end_early(error)
            raise

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        else:
            self.end_early(error)

    # Requests

    def query(self, oid: str | int, values: Mapping[str, Any] | None = None, **options: Any) -> int:
        """Ask; the RequestId. Options are those of `request`."""
        return self.request("query", oid, values, **options)

    def set(self, oid: str | int, values: Mapping[str, Any] | None = None, **options: Any) -> int:
        """Order; the RequestId. Options are those of `request`."""
        return self.request("set", oid, values, **options)

    def method(
        self, oid: str | int, values: Mapping[str, Any] | None = None, **options: Any
    ) -> int:
        """Call a method OID; the RequestId. Options are those of `request`."""
        return self.request("method", oid, values, **options)

    def request(
        self,
        operation: str,
        oid: str | int,
        values: Mapping[str, Any] | None = None,
        *,
        payload: bytes | None = None,
        structure: str | None = None,
        layout: str | None = None,
        revision: int | None = None,
        request_id: int | None = None,
        handle: int | None = None,
        port: int = 0,
        client: int | None = None,
        capacity: int | None = None,
    ) -> int:
        """Send one request at the present time; the RequestId.

        `payload` are the bytes of the InformationBuffer, otherwise they are made of `values`.
        RequestId, RequestHandle and the buffer's capacity are chosen when they are not given.
        """
        number: int | None
        if isinstance(oid, int):
            row, number = PROTOCOL.oid_by_number.get(oid), oid
        else:
            row = PROTOCOL.oid(oid)
            number = row.number
        if number is None:
            raise UsageError(f"{oid} is known by name only, not by number")
        if payload is None:
            payload = b""
            if row is not None:
                payload = encode_request(
                    row,
                    operation,
                    self.device.structures,
                    values,
                    structure=structure,
                    layout=layout,
                    revision=revision,
                )
        if request_id is None:
            request_id = self._next_request_id
        self._next_request_id = max(self._next_request_id, request_id + 1) & (2**64 - 1)
        if capacity is None:
            capacity = max(QUERY_CAPACITY, len(payload)) if operation == "query" else len(payload)
        event = Event(
            _KINDS[operation],
            self.now_ns,
            port=port,
            request_id=request_id,
            code=number,
            payload=payload,
            handle=0x10000 + 16 * request_id & (2**64 - 1) if handle is None else handle,
            capacity=capacity,
            client=client,
        )
        if self._is_left_out(event, f"{operation} {row.name if row else hex(number)}"):
            return request_id
        index = self.recorder.submit(event)
        self._requests[index] = (request_id, port)
        self._keep_code((request_id, port), number, index)
        self._take()
        return request_id

    def send(self, event: Event, what: str) -> int | None:
        """Send a request as it is, at the present time; its record, None when it is left out."""
        event = event.replace(time_ns=self.now_ns)
        if self._is_left_out(event, what):
            return None
        index = self.recorder.submit(event)
        self._requests[index] = transaction = (event.request_id, event.port)
        self._keep_code(transaction, event.code, index)
        self._take()
        return index

    def _keep_code(self, transaction: tuple[int, int], code: int, index: int) -> None:
        """Remember what a cancel of a request needs: of open ones, and the last that are not."""
        self._codes.pop(transaction, None)
        self._codes[transaction] = code, index
        for _ in range(1 + len(self._requests) + len(self._outstanding)):
            if len(self._codes) <= CODES_MAX:
                break
            oldest = next(iter(self._codes))
            known = self._codes.pop(oldest)
            if known[1] in self._requests or oldest in self._outstanding:
                self._codes[oldest] = known

    def wait(self, time_ns: int) -> None:
        """Let time pass until the device says something, or may; to a moment at most."""
        self.recorder.wait(max(time_ns, self.now_ns))
        self._take()

    def cancel(self, request_id: int, *, port: int = 0) -> None:
        """Cancel the request with this RequestId."""
        number, index = self._codes.get((request_id, port), (0, None))
        self._input(
            Event(
                Kind.KIND_CANCEL,
                self.now_ns,
                port=port,
                request_id=request_id,
                code=number,
                cause=index,
            ),
            f"cancel {request_id}",
        )

    def power(self, state: str | int, *, port: int = 0) -> int:
        """Set the power state, such as "NdisDeviceStateD3"; the RequestId."""
        number = as_member("NDIS_DEVICE_POWER_STATE", state, ValuePlace("power"))
        left_out = len(self.left_out)
        request_id = self.request(
            "set", "OID_PNP_SET_POWER", payload=number.to_bytes(4, "little"), port=port
        )
        was_given = len(self.left_out) == left_out
        is_asleep = number != PROTOCOL.number_of("NDIS_DEVICE_POWER_STATE", "NdisDeviceStateD0")
        if is_asleep and was_given:
            self._forget()
        return request_id

    # Environment

    def stimulus(
        self,
        name: str,
        values: Mapping[str, Any] | None = None,
        *,
        port: int = 0,
        payload: bytes | None = None,
    ) -> None:
        """Change the environment at the present time."""
        row = PROTOCOL.stimulus(name)
        if payload is None:
            payload = encode_stimulus(row.name, values, ValuePlace(name))
        self._input(
            Event(Kind.KIND_STIMULUS, self.now_ns, port=port, code=row.number, payload=payload),
            f"stimulus {row.name}",
        )

    def lifecycle(self, name: str | int) -> None:
        """Initialize, pause, restart, halt, surprise_removal or arrival of the miniport."""
        number = LIFECYCLES.get(name, 0) if isinstance(name, str) else name
        if number not in LIFECYCLES.values():
            raise UsageError(f"{name!r} is none of {', '.join(LIFECYCLES)}")
        event = Event(Kind.KIND_LIFECYCLE, self.now_ns, code=number)
        self._input(event, f"lifecycle {name}")
        if self.device.refusal(event):
            return
        if number in (LIFECYCLES["halt"], LIFECYCLES["surprise_removal"]):
            self._forget()

    def note(self, text: str) -> None:
        """Write a note at the present time."""
        self.recorder.note(text)

    # Time

    @property
    def now_ns(self) -> int:
        """Present virtual time."""
        return self.recorder.now_ns

    def run(self, duration: str | int) -> list[Event]:
        """Let time pass; the outputs meanwhile."""
        return self._pass(self.now_ns + nanoseconds(duration))

    def run_until(self, time: str | int) -> list[Event]:
        """Let time reach a moment of the session; the outputs meanwhile."""
        time_ns = nanoseconds(time)
        if time_ns < self.now_ns:
            raise UsageError(f"{time_ns} ns is past; the session is at {self.now_ns} ns")
        return self._pass(time_ns)

    def _pass(self, time_ns: int) -> list[Event]:
        """Let time reach a moment, which a real device's own time may have passed meanwhile."""
        start = len(self.events)
        for piece_ns in self.recorder.pieces(time_ns):
            self.recorder.advance(piece_ns)
            self._take()
        return self.events[start:]

    def until_idle(self, limit: str | int = IDLE_LIMIT_NS) -> list[Event]:
        """Let time pass until every request has been answered; the outputs meanwhile.

        A request that is not answered within the limit, or never can be, is noted and forgotten.
        """
        start = len(self.events)
        deadline_ns = self.now_ns + nanoseconds(limit)
        while self._requests or self._outstanding:
            due_ns = self.device.next_due_ns
            if due_ns is not None and self.device.is_real and self.now_ns < deadline_ns:
                due_ns = min(due_ns, deadline_ns)  # it may answer sooner than it is given up
            if due_ns is None or due_ns > deadline_ns or self.now_ns > deadline_ns:
                self._give_up()
                break
            self.recorder.wait(max(due_ns, self.now_ns))
            self._take()
        return self.events[start:]

    @property
    def outstanding(self) -> list[int]:
        """RequestIds that are not answered yet."""
        open_ids = {request_id for request_id, _ in self._requests.values()}
        return sorted(open_ids | {request_id for request_id, _ in self._outstanding})

    @property
    def operator(self) -> Operator | None:
        """Who brings about what a script cannot."""
        return self._operator

    @property
    def unused_faults(self) -> list[str]:
        """The faults that have changed nothing so far, a line each: file, fault and why."""
        from wwanreplay.devices.faults import FaultyDevice

        return self.device.unused() if isinstance(self.device, FaultyDevice) else []

    def state(self) -> dict[str, Any]:
        """The device's state in words and numbers."""
        return self.device.state()

    # Ending

    def close(self) -> None:
        """End the session and the trace."""
        if self._closed:
            return
        try:
            self.recorder.close()
            self._take()
        except BaseException as error:
            self.end_early(error)
            raise
        self._closed = True
        self.writer.close()

    def end_early(self, error: BaseException | None = None) -> None:
        """End a session that is not complete: its trace is one that was cut off, in PATH.part.

        A note in `error` says where it is and how many records it has. Does not raise.
        """
        self._closed = True
        self.writer.end_early(error)
        with suppress(DeviceError):
            self.device.close()  # a real one is closed and given back

    def save(
        self, path: str | os.PathLike[str], *, force: bool = False, shared: bool = False
    ) -> None:
        """End the session and write its trace; an existing file is left alone without `force`.

        The file is private unless `shared`.
        """
        if self._memory is None:
            raise UsageError("this session is written to its target as it goes")
        self.close()
        write_whole(path, self._memory.getvalue(), force=force, shared=shared)

    def trace(self) -> bytes:
        """End the session and give the bytes of its trace."""
        if self._memory is None:
            raise UsageError("this session is written to its target as it goes")
        self.close()
        return self._memory.getvalue()

    # Scripts

    def play(self, script: str | Script) -> None:
        """Do the steps of a script, then let its linger time pass."""
        play(self, load_script(script) if isinstance(script, str) else script)

    # Bookkeeping

    def _input(self, event: Event, what: str) -> None:
        if not self._is_left_out(event, what):
            self.recorder.submit(event)
        self._take()

    def _is_left_out(self, event: Event, what: str) -> bool:
        """Whether a real device is not given an input; that is noted instead."""
        reason = self.device.refusal(event)
        if reason:
            self.recorder.advance(self.now_ns)
            self.recorder.note(f"{what}: {reason}")
            self.left_out.append(f"{self.place}{what}: {reason}")
        return bool(reason)

    def wait_for(self, wanted: Shorthand) -> bool:
        """Wait until a real device reports what an operator does, if that is wanted; if it came."""
        operator = self._operator
        if operator is None or wanted.name not in operator.wait_for:
            return False
        limit = f"waiting for {wanted.name}, {operator.wait_s:g} s at most"
        operator.announce(f"{self.place}please {wanted.request}; {limit}")
        operator.begin(wanted)
        deadline_ns = self.now_ns + round(operator.wait_s * 1e9)
        while not operator.has_come(wanted) and self.now_ns < deadline_ns:
            self.recorder.wait(deadline_ns)
            self._take()
        if not operator.has_come(wanted):
            operator.missed.append(f"{self.place}{wanted.name} did not come")
            self.recorder.note(f"{wanted.name} did not come within {operator.wait_s:g} s")
            return False
        return True

    def _take(self) -> None:
        """Note which requests the new outputs answer."""
        events = self.recorder.drain()
        required = PROTOCOL.ndis_status_by_name["NDIS_STATUS_INDICATION_REQUIRED"].number
        for event in events:
            if self._operator is not None:
                self._operator.see(event)
            key = (event.request_id, event.port)
            if event.kind == Kind.KIND_LIFECYCLE:
                self._forget()  # a real device was taken away, or is back
            elif event.kind == Kind.KIND_COMPLETION:
                request = self._requests.pop(event.cause, None) if event.cause is not None else None
                if request is not None and event.status == required:
                    self._outstanding[request] = event.code
                elif request is None and event.status != required:
                    self._outstanding.pop(key, None)  # it ends with a second completion
            elif event.request_id:
                self._outstanding.pop(key, None)
        if not self._keep_events:
            return
        if len(self.events) + len(events) > EVENTS_KEPT_MAX:
            count = len(self.events) + len(events)
            raise LimitError("outputs that a session keeps (keep_events)", count, EVENTS_KEPT_MAX)
        self.events += events

    def _forget(self) -> None:
        """Forget accepted requests: a device that slept or was removed does not answer them."""
        self._requests.clear()
        self._outstanding.clear()

    def _give_up(self) -> None:
        ids = ", ".join(str(request_id) for request_id in self.outstanding)
        self.recorder.note(f"not answered: RequestId {ids}")
        self._forget()


@dataclass(frozen=True)
class Recording:
    """What was recorded: counts by kind, the virtual time it took, and the trace's digest.

    `unused_faults` are those of the plan that changed nothing, a line each; `left_out` the inputs
    that a real device was not given, `missed` what an operator was waited for in vain.
    """

    records: int
    requests: int
    completions: int
    indications: int
    stimuli: int
    faults: int
    duration_ns: int
    digest: str
    unanswered: int
    unused_faults: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


def record(
    device: str | Device,
    script: str | Script,
    out: str | os.PathLike[str] | BinaryIO,
    *,
    seed: int | None = None,
    faults: str | FaultPlan | None = None,
    compression: str = "none",
    chunk_size: int | None = None,
    checkpoint_records: int = 0,
    force: bool = False,
    shared: bool = False,
    sync: bool = False,
    on_start: Callable[[PartFile], None] | None = None,
    settings: Settings | None = None,
    operator: Operator | None = None,
) -> Recording:
    """Drive a device through a script and write the trace to a path or a binary file.

    `script` is a shipped name, a path ending in `.toml`, or a Script. The seed is the script's
    unless it is given. An existing file is left alone without `force`, and replaced when the trace
    is complete; until then, and when the recording ends early, it is in PATH.part, about which
    `on_start` is called; the exception has a note with that path. A new file is private unless
    `shared`; with `sync` each chunk survives a power cut. `settings` and `operator` are for real
    devices: how they are treated, and what somebody is waited for to do. UsageError, DeviceError,
    OutputError and OSError say what went wrong.
    """
    chosen = load_script(script) if isinstance(script, str) else script
    if isinstance(device, MbimDevice) or (isinstance(device, str) and is_real(device)):
        check_real(
            chosen, device.settings if isinstance(device, MbimDevice) else settings, operator
        )
    if isinstance(device, str):
        used = chosen.seed if seed is None else seed
        device = open_device(device, seed=used, settings=settings)
    options: dict[str, Any] = {} if chunk_size is None else {"chunk_size": chunk_size}
    used_seed = chosen.seed if seed is None else seed
    with Session(
        device,
        seed=used_seed,
        faults=faults,
        target=out,
        notes=[f"script {chosen.name}: {chosen.description}".rstrip(": ")],
        compression=compression,
        checkpoint_records=checkpoint_records,
        keep_events=False,
        force=force,
        shared=shared,
        sync=sync,
        operator=operator,
        **options,
    ) as session:
        if on_start is not None and session.writer.part is not None:
            on_start(session.writer.part)
        session.play(chosen)
    return summary_of(session)


def summary_of(session: Session) -> Recording:
    """The counts of a session that has ended."""
    kinds = session.writer.footer().kinds
    requests = sum(kinds.get(kind, 0) for kind in (1, 2, 3))
    return Recording(
        records=sum(kinds.values()),
        requests=requests,
        completions=kinds.get(Kind.KIND_COMPLETION, 0),
        indications=kinds.get(Kind.KIND_INDICATION, 0),
        stimuli=kinds.get(Kind.KIND_STIMULUS, 0),
        faults=getattr(session.device, "applied", 0),
        duration_ns=session.now_ns,
        digest=session.writer.digest().hex(),
        unanswered=len(session.outstanding),
        unused_faults=session.unused_faults,
        left_out=session.left_out,
        missed=[] if session.operator is None else session.operator.missed,
    )


make_callable(__name__)  # wwanreplay.record(...) is a call
