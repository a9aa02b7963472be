"""Rewrite the outputs of a trace from the emulated device; its inputs stay as they are."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import BinaryIO, cast

from wwanreplay._core import (
    Engine,
    Event,
    Kind,
    WireDirection,
    model_version,
    table_hash,
)
from wwanreplay.errors import InputError
from wwanreplay.mbim.bridge import Bridge
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.outputs import whole
from wwanreplay.protocol.kinds import INPUTS, OUTPUTS
from wwanreplay.replay.api import engine_of
from wwanreplay.replay.wire import has_wire
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter
from wwanreplay.trace.notes import NoteCode


def update_trace(path: str | os.PathLike[str], *, profile: str | None = None) -> str:
    """Rewrite the outputs, and the MBIM messages made of them, in place; return a line about it.

    Notes about faults go with the outputs they were about; checkpoints are left out. The file is
    replaced only when all is written. InputError for a trace whose inputs are not all known.
    """
    target = Path(path)
    with TraceReader(target) as reader:
        reader.header.refuse_filtered(reader.path, "update the trace that was filtered")
        reader.check_in_place()
        if reader.cut_off:
            raise InputError(
                f"{target}: the trace is cut off; what its device was sent is not known"
            )
        if reader.header.comparison == "field":
            raise InputError(
                f"{target}: the trace was read from a log; its outputs are those of a real device,"
                " and stay"
            )
        engine, name = engine_of(reader.header, profile)
        bridge = bridge_of(reader.header.profile_mapping) if has_wire(reader) else None
        if profile is not None and bridge is not None:
            raise InputError(f"{target}: its MBIM messages belong to its own profile")
        header = _header(reader.header, name, profile)
        compression = next(iter({chunk.compression for chunk in reader.chunks()}), "none")
        with (
            whole(target, force=True) as file,
            TraceWriter(cast(BinaryIO, file), header, compression=compression) as writer,
        ):
            for attachment in reader.attachments():
                writer.attach(attachment.name, attachment.data, attachment.media_type)
            update = _Update(engine, bridge, writer)
            for event in reader.events():
                update.take(event)
    return f"{update.outputs} outputs in the place of {update.replaced}"


def _header(header: TraceHeader, name: str, profile: str | None) -> TraceHeader:
    changed = dataclasses.replace(header, model_version=model_version(), table_hash=table_hash())
    if profile is not None:
        from wwanreplay.devices.profile import load_profile

        loaded = load_profile(profile)
        changed.profile_name, changed.profile_text = name, loaded.text
        changed.profile_mapping, changed.profile = loaded.mapping, b""
    return changed


#: Notes about the recorded outputs and messages: they go when those are replaced.
_OF_THE_SESSION = frozenset({NoteCode.FAULT, NoteCode.UNDELIVERED, NoteCode.UNREAD})


class _Update:
    """Takes the recorded events in order and writes the new session."""

    def __init__(self, engine: Engine, bridge: Bridge | None, writer: TraceWriter) -> None:
        self.engine = engine
        self.bridge = bridge
        self.writer = writer
        self.outputs = 0
        self.replaced = 0
        self._places: dict[int, int] = {}  # of records that stay: old index → new

    def take(self, event: Event) -> None:
        """Take one recorded event."""
        if event.kind in OUTPUTS:
            self.replaced += 1
            return
        if event.kind == Kind.KIND_GAP:
            raise InputError("records are lost in the trace: what its device was sent is not known")
        if event.kind == Kind.KIND_NOTE and event.code in _OF_THE_SESSION:
            return
        from_device = event.code == WireDirection.WIRE_DEVICE_TO_HOST
        if event.kind == Kind.KIND_WIRE and from_device:
            return
        self._advance(event.time_ns)
        cause = None if event.cause is None else self._places.get(event.cause)
        index = self.writer.write(event.replace(cause=cause))
        if event.index is not None:
            self._places[event.index] = index
        if event.kind == Kind.KIND_WIRE and self.bridge is not None:
            _, answers = self.bridge.host_message(event.payload, event.time_ns)
            self._to_host(answers, event.time_ns, index)
        elif event.kind in INPUTS:
            time_ns = max(event.time_ns, self.engine.now_ns)
            self.engine.submit(event.replace(index=index, time_ns=time_ns))
            self._write_outputs()

    def _advance(self, time_ns: int) -> None:
        time_ns = max(time_ns, self.engine.now_ns)
        bridge = self.bridge
        while bridge is not None and (due_ns := bridge.next_due_ns) is not None:
            if due_ns > time_ns:
                break
            self.engine.advance(max(due_ns, self.engine.now_ns))
            self._write_outputs()
            self._to_host(bridge.advance(due_ns), due_ns, None)
        self.engine.advance(time_ns)
        self._write_outputs()

    def _write_outputs(self) -> None:
        for event in self.engine.drain():
            index = self.writer.write(event)
            self.outputs += 1
            if self.bridge is not None:
                self._to_host(self.bridge.device_output(event), event.time_ns, index)

    def _to_host(self, messages: list[bytes], time_ns: int, cause: int | None) -> None:
        for data in messages:
            code = WireDirection.WIRE_DEVICE_TO_HOST
            self.writer.write(Event(Kind.KIND_WIRE, time_ns, code=code, payload=data, cause=cause))
