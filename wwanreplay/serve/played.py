"""Serve the recorded device of a trace as a modem, and say which requests it had."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.pace import Pace
from wwanreplay.devices.playback import Match, Matching, Playback, Policy
from wwanreplay.devices.profile import DeviceProfile, load_profile
from wwanreplay.devices.recorder import recorded_outputs
from wwanreplay.errors import UsageError
from wwanreplay.mbim.function import Counter, Function, Sink
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.outputs import PartFile
from wwanreplay.protocol.releases import DEFAULT
from wwanreplay.replay.wire import has_wire
from wwanreplay.serve import recorded, recorded_oids
from wwanreplay.serve.control import control_socket
from wwanreplay.serve.handover import Handover
from wwanreplay.serve.loop import Loop, StopRequest, serve
from wwanreplay.serve.modem import MBIMEX_SERVED, WARM_NS
from wwanreplay.serve.recording import Recording, check_place
from wwanreplay.serve.transports.base import Transport
from wwanreplay.serve.transports.pty import PtyTransport
from wwanreplay.trace import TraceHeader, TraceReader
from wwanreplay.trace.header import RECORDED_WAY
from wwanreplay.verdict import Verdict

#: Which records nobody asked for are listed.
UNASKED_LISTED_MAX: Final = 20


@dataclass(frozen=True)
class Played:
    """What came of a recorded device: the verdict on the host's requests, and the counts.

    Of the requests that `matched`, `repeated` got an answer again. `unmatched` are requests that
    the recording does not have, a line each (a thousand at most), `unasked` how many recorded ones
    the host did not send, `unreached` how many recorded events it did not get to. The rest is as of
    `wwanreplay.serve.modem.Served`.
    """

    verdict: Verdict
    requests: int
    matched: int
    repeated: int
    unmatched_count: int
    unmatched: list[str] = field(default_factory=list)
    unasked: int = 0
    unasked_first: list[str] = field(default_factory=list)
    unreached: int = 0
    transfers: int = 0
    messages: int = 0
    records: int = 0
    duration_ns: int = 0
    digest: str | None = None
    undelivered: int = 0
    unread: int = 0


def serve_recorded(
    trace: str | os.PathLike[str],
    *,
    link: str | os.PathLike[str] | None = None,
    transport: Callable[[], Transport] | None = None,
    record: str | os.PathLike[str] | None = None,
    matching: Matching | None = None,
    policy: Policy = Policy.FAIL,
    pace: Pace | None = None,
    profile: str | None = None,
    seed: int = 0,
    force: bool = False,
    shared: bool = False,
    sync: bool = False,
    on_ready: Callable[[str], None] | None = None,
    on_start: Callable[[PartFile], None] | None = None,
    announce: Callable[[str], None] = lambda _line: None,
    transform: Callable[[bytes], bytes] | None = None,
    piece_seconds: float | None = None,
    control: str | os.PathLike[str] | None = None,
    stop: StopRequest | None = None,
) -> Played:
    """Serve the device side of a trace until SIGINT, SIGTERM or SIGHUP, or until `policy` ends it.

    A trace with messages answers with them, one with OID events only through the MBIM function of
    its profile. `profile` is the emulated device that requests are handed over to with
    `Policy.EMULATE`: the trace's own where it has one. `announce` is given a line when the last
    answer is used up, and for each request that matches nothing. The other parameters are those of
    `wwanreplay.serve.modem.serve_modem`; with `record` the session has the form of an imported log.
    """
    chosen = matching or Matching()
    with TraceReader(trace) as reader:
        reader.header.refuse_filtered(reader.path, "serve the trace that was filtered")
        header, is_wire = reader.header, has_wire(reader)
    emulated = None
    if policy is Policy.EMULATE:
        emulated = EmulatedDevice(_profile_of(header, profile, os.fspath(trace)), seed)
        emulated.advance(WARM_NS)
        emulated.drain()
    elif profile is not None:
        raise UsageError("a profile is for requests that are handed over: --unmatched emulate")
    with ExitStack() as stack:
        recording = None
        if record is not None:
            check_place(record, force=force)
            own = TraceHeader(
                interface="mbim",
                comparison="field",
                device={**header.device, "way": RECORDED_WAY},
                profile_name=header.profile_name,
                profile_text=header.profile_text,
                profile_mapping=header.profile_mapping,
            )
            places: dict[str, Any] = {"force": force, "shared": shared, "sync": sync}
            recording = Recording(stack, record, own, transform, places, piece_seconds)
            if on_start is not None:
                on_start(recording.part)
        sink = Counter() if recording is None else recording.writer
        build = _of_messages if is_wire else _of_events
        modem = build(os.fspath(trace), header, chosen, pace or Pace(), policy, emulated, sink)
        modem.playback.announce = announce
        unread = serve(
            modem.function,
            transport or partial(PtyTransport, link),
            start_ns=WARM_NS,
            on_ready=on_ready,
            on_tick=None if recording is None else recording.writer.poll,
            stop=stop,
            beside=partial(_beside, modem, control),
        )
        digest = None if recording is None else recording.finish()
    return replace(
        _summary(modem.playback, chosen),
        transfers=modem.function.transfers,
        messages=modem.function.messages,
        records=sink.count if isinstance(sink, Counter) else sink.next_index,
        duration_ns=max(modem.ended_ns - WARM_NS, 0),
        digest=None if digest is None else digest.hex(),
        undelivered=modem.function.undelivered,
        unread=unread,
    )


@dataclass
class _Modem:
    """What is served, and what of it ends the session or moves the device."""

    function: Function | recorded.PlayedFunction
    playback: Playback[Any]
    source: recorded.PlayedFunction | recorded_oids.PlayedDevice
    structures: int = DEFAULT.number
    ended_ns: int = 0


def _profile_of(header: TraceHeader, profile: str | None, name: str) -> DeviceProfile:
    """The profile of the device that requests are handed over to."""
    if profile is not None:
        loaded = load_profile(profile)
        return replace(loaded, mapping={"mbimex": MBIMEX_SERVED, **loaded.mapping})
    if not header.profile_mapping:
        raise UsageError(f"{name}: has no profile to emulate; name one with --profile")
    header.engine_profile()
    return DeviceProfile(header.profile_name, header.profile_mapping, text=header.profile_text)


def _of_messages(
    trace: str,
    header: TraceHeader,  # noqa: ARG001 - what the other form needs
    matching: Matching,
    pace: Pace,
    policy: Policy,
    emulated: EmulatedDevice | None,
    sink: Sink,
) -> _Modem:
    """The modem of a trace with wire records."""
    with TraceReader(trace) as reader:
        found = recorded.read_recorded(reader.events(), matching, trace)
    playback = Playback(found.exchanges, found.moments, matching, pace, found.begin_ns)
    handover = None
    if emulated is not None:
        handover = Handover(emulated, bridge_of(emulated.profile.mapping))
    function = recorded.PlayedFunction(found, playback, policy, sink, handover)
    return _Modem(function, playback, function)


def _of_events(
    trace: str,
    header: TraceHeader,
    matching: Matching,
    pace: Pace,
    policy: Policy,
    emulated: EmulatedDevice | None,
    sink: Sink,
) -> _Modem:
    """The modem of a trace with OID events only."""
    with TraceReader(trace) as reader:
        exchanges, moments, begin_ns = recorded_oids.read_recorded(reader.events(), matching, trace)
    playback = Playback(exchanges, moments, matching, pace, begin_ns)
    device = recorded_oids.PlayedDevice(playback, policy, emulated, header.profile_mapping)
    bridge = bridge_of(header.profile_mapping)
    function = Function(device, bridge, sink, take_outputs=partial(recorded_outputs, device, sink))
    return _Modem(function, playback, device, device.structures)


@contextmanager
def _beside(modem: _Modem, control: str | os.PathLike[str] | None, loop: Loop) -> Iterator[None]:
    """Let the recording end the session and move the device; listen at the control socket."""
    modem.source.on_fail = loop.stop
    modem.source.on_lifecycle = loop.move_device
    with nullcontext() if control is None else control_socket(control, loop, modem.structures):
        yield
    modem.ended_ns = loop.now_ns


def _summary(playback: Playback[Any], matching: Matching) -> Played:
    """The verdict: yes when every request of the host is in the recording."""
    unasked = playback.unrequested
    return Played(
        verdict_of(playback, matching),
        playback.requests,
        playback.matched,
        playback.repeated,
        playback.unmatched_count,
        [each.line for each in playback.unmatched],
        len(unasked),
        [f"record {each.index}: {each.likeness.name}" for each in unasked[:UNASKED_LISTED_MAX]],
        playback.unreached,
    )


def verdict_of(playback: Playback[Any], matching: Matching) -> Verdict:
    """Equal only where requests were compared in full, and each has its place in the recording."""
    if playback.unmatched_count:
        return Verdict.DIVERGED
    if not playback.matched:
        return Verdict.NOTHING_COMPARED
    is_exact = matching.match is Match.EXACT and not matching.ignore and not playback.repeated
    return Verdict.EQUAL if is_exact else Verdict.NO_FAULT
