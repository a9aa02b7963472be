"""The recorded device: the device side of a trace, played back to any host.

A request is matched with the next recorded one of the same kind, code, port and buffer that has no
match yet, else of the same kind, code and port. It is answered as recorded, at the recorded
distance in time, with the RequestId and handle of the live request. Unsolicited events come at
their recorded times; those that the recording shows behind an input of the same time wait for an
input at that time, or for time to go on. A request that the recording does not have completes with
NDIS_STATUS_NOT_SUPPORTED. Stimuli and lifecycle events change nothing: what followed from them is
in the recording.
"""

from __future__ import annotations

import heapq
import os
from collections import deque
from collections.abc import Iterable
from typing import Any

from wwanreplay._core import Event, Kind
from wwanreplay.devices.base import DeviceNote, VirtualDevice
from wwanreplay.errors import InputError, UsageError
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS, REQUESTS
from wwanreplay.protocol.releases import release_of_mapping
from wwanreplay.trace import TraceHeader, TraceReader

EVENT_COUNT_MAX = 5_000_000


class RecordedDevice(VirtualDevice):
    """Plays back the device side of recorded events."""

    def __init__(
        self, events: Iterable[Event], header: TraceHeader | None = None, name: str = "trace"
    ) -> None:
        self.header = header or TraceHeader()
        self.name = name
        self.unmatched = 0
        self._now_ns = 0
        self._due: list[tuple[int, int, bool, Event]] = []  # time, order, behind an input
        self._outputs: list[Event] = []
        self._exact: dict[tuple[Any, ...], deque[int]] = {}
        self._alike: dict[tuple[Any, ...], deque[int]] = {}
        self._requests: dict[int, Event] = {}
        self._answers: dict[int, list[tuple[int, Event]]] = {}
        self._used: set[int] = set()
        self._read(events)

    @classmethod
    def of_file(cls, path: str | os.PathLike[str]) -> RecordedDevice:
        """The device side of a trace in a file; TraceError when it cannot be read."""
        with TraceReader(path) as reader:
            reader.header.refuse_filtered(reader.path, "serve the trace that was filtered")
            return cls(reader.events(), reader.header, os.fspath(path))

    def _read(self, events: Iterable[Event]) -> None:
        """Sort the recording: which outputs answer which request, and which come by themselves."""
        open_ids: dict[tuple[int, int], int] = {}
        input_ns: int | None = None
        for number, event in enumerate(events):
            if number >= EVENT_COUNT_MAX:
                raise InputError(f"{self.name}: more than {EVENT_COUNT_MAX} records to play back")
            position = number if event.index is None else event.index
            key = (event.request_id, event.port)
            if event.kind in INPUTS:
                input_ns = event.time_ns
            if event.kind in REQUESTS:
                self._requests[position] = event
                self._answers[position] = []
                self._exact.setdefault(_exact_key(event), deque()).append(position)
                self._alike.setdefault(_alike_key(event), deque()).append(position)
                open_ids[key] = position
            elif event.kind in OUTPUTS:
                request = event.cause if event.cause in self._answers else None
                if request is None and event.request_id:
                    request = open_ids.get(key)
                if request is None:
                    behind = event.time_ns == input_ns
                    heapq.heappush(self._due, (event.time_ns, position, behind, event))
                else:
                    self._answers[request].append((position, event))

    @property
    def now_ns(self) -> int:
        """Present virtual time."""
        return self._now_ns

    @property
    def next_due_ns(self) -> int | None:
        """When the next recorded output is due, or None."""
        return self._due[0][0] + self._due[0][2] if self._due else None

    @property
    def structures(self) -> int:
        """The release of the recorded device; the default where the header names none."""
        return release_of_mapping(self.header.profile_mapping).number

    def submit(self, event: Event) -> None:
        """Answer a request as recorded; other inputs change nothing."""
        if event.kind not in INPUTS:
            raise UsageError(f"a device takes no {event.kind.name}; only inputs")
        self.advance(event.time_ns)
        if event.kind not in REQUESTS:
            self._release(behind_input=True)
            return
        position = self._match(event)
        if position is None:
            self.unmatched += 1
            self._refuse(event)
            self._release(behind_input=True)
            return
        recorded = self._requests[position]
        for order, answer in self._answers[position]:
            due_ns = max(event.time_ns, event.time_ns + answer.time_ns - recorded.time_ns)
            made = answer.replace(time_ns=due_ns, request_id=event.request_id, index=None)
            if answer.handle is not None and answer.handle == recorded.handle:
                made = made.replace(handle=event.handle)
            if answer.cause is not None:
                made = made.replace(cause=event.index)
            heapq.heappush(self._due, (due_ns, order, False, made))
        self._release(behind_input=True)

    def _match(self, event: Event) -> int | None:
        for found in (self._exact.get(_exact_key(event)), self._alike.get(_alike_key(event))):
            while found:
                position = found.popleft()
                if position not in self._used:
                    self._used.add(position)
                    return position
        return None

    def _refuse(self, event: Event) -> None:
        status = PROTOCOL.ndis_status_by_name["NDIS_STATUS_NOT_SUPPORTED"].number
        self._outputs.append(
            Event(
                Kind.KIND_COMPLETION,
                event.time_ns,
                port=event.port,
                request_id=event.request_id,
                code=event.code,
                status=status,
                namespace=event.namespace,
                handle=event.handle,
                bytes=0,
                cause=event.index,
            )
        )

    def advance(self, time_ns: int) -> None:
        """Let virtual time reach `time_ns`."""
        if time_ns < self._now_ns:
            raise UsageError(f"time cannot go back from {self._now_ns} ns to {time_ns} ns")
        self._now_ns = time_ns
        self._release(behind_input=False)

    def _release(self, *, behind_input: bool) -> None:
        """Output what is due by now.

        Outputs that the recording has behind an input of this very time wait for that input.
        """
        while self._due:
            due_ns, _, behind, event = self._due[0]
            if due_ns > self._now_ns or (behind and due_ns == self._now_ns and not behind_input):
                return
            heapq.heappop(self._due)
            self._outputs.append(event.replace(index=None))

    def drain(self) -> list[Event]:
        """Take the outputs since the last call."""
        outputs, self._outputs = self._outputs, []
        return outputs

    def notes(self) -> list[DeviceNote]:
        """None: the outputs are the recorded ones."""
        return []

    def snapshot(self) -> bytes | None:
        """None: a recording has no state to start from."""
        return None

    def state(self) -> dict[str, Any]:
        """How many recorded requests there are, and how many were matched."""
        return {
            "time_ns": self._now_ns,
            "requests_recorded": len(self._requests),
            "requests_asked": len(self._used),
            "requests_unmatched": self.unmatched,
        }

    def describe(self) -> dict[str, Any]:
        """The recording's own header, and that this is a playback of it."""
        header = self.header
        return {
            "producer": header.producer,
            "model_version": header.model_version,
            "table_hash": header.table_hash,
            "interface": "recorded",
            "device": header.device,
            "profile_name": header.profile_name,
            "profile_text": header.profile_text,
            "profile_mapping": header.profile_mapping,
            "seed": header.seed,
            "clock": header.clock,
        }

    def close(self) -> None:
        """Nothing is open."""


def _exact_key(event: Event) -> tuple[Any, ...]:
    return (int(event.kind), event.namespace, event.code, event.port, event.payload)


def _alike_key(event: Event) -> tuple[Any, ...]:
    return (int(event.kind), event.namespace, event.code, event.port)
