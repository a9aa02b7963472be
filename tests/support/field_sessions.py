"""Sessions of a host with a served device, in memory, and the logs of them. A session is a list of
transfers with their times. Steps of a script:

- `("query" | "set", service, cid, values)`: a command, and half a second for its answer;
- `("stimulus", name, values)`: the environment changes, and the host waits a little;
- `("wait", seconds)`, `("open",)`, `("close",)`;
- `("burst", steps)`: commands of one moment.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from host import MbimHost, Recording

from wwanreplay._core import Event, Kind, WireDirection
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.faults import FaultyDevice, parse_faults
from wwanreplay.devices.profile import load_profile
from wwanreplay.formats.exporters import ExportOptions, export_trace, exporter_by_name
from wwanreplay.mbim.function import Function
from wwanreplay.mbim.profile_bridge import bridge_of
from wwanreplay.mbim.tables import BASIC_CONNECT, EXTENSIONS
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import encode
from wwanreplay.trace import TraceHeader, TraceWriter

SECOND_NS: Final = 1_000_000_000
STEP_NS: Final = 500_000_000
OID_SUFFIXES: Final = ("REGISTER_STATE", "PACKET_SERVICE", "CONNECT", "VISIBLE_PROVIDERS")
Step = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer of the wire. `output` is the number of the device's output it was made of."""

    time_ns: int
    from_host: bool
    data: bytes
    output: int | None = None


# ------------------------------------------------------------------------------------ steps


def query(cid: int, service: int = BASIC_CONNECT, **values: Any) -> Step:
    """A query of the host."""
    return ("query", service, cid, values)


def order(cid: int, service: int = BASIC_CONNECT, **values: Any) -> Step:
    """A set of the host."""
    return ("set", service, cid, values)


def change(name: str, **values: Any) -> Step:
    """A change of the environment."""
    return ("stimulus", name, values)


def wait(seconds: float) -> Step:
    """Nothing for a while."""
    return ("wait", seconds)


def connect(session: int = 0, command: int = 1, access_string: str = "internet.example") -> Step:
    """A context that is activated, or deactivated with command 0."""
    return order(
        12,
        SessionId=session,
        ActivationCommand=command,
        AccessString=access_string,
        IpType=3,
        ContextType="7e5e2a7e-4e6f-7272-736b-656e7e5e2a7e",
    )


QUERIES: Final = (
    *(query(cid) for cid in (1, 2, 3, 4, 5, 6, 7)),
    query(8, Action=0),
    *(query(cid) for cid in (9, 10, 11, 13, 16, 20)),
    query(12, SessionId=0, ContextType="00000000-0000-0000-0000-000000000000"),
    query(6, EXTENSIONS),
)
STATUS: Final = (query(2), query(3), query(9), query(10), query(11))
ATTACH: Final = (
    order(9, ProviderId="", RegisterAction=0, DataClass=0),
    query(9),
    order(10, PacketServiceAction=0),
    query(10),
)
UP: Final = (
    connect(),
    query(12, SessionId=0, ContextType="00000000-0000-0000-0000-000000000000"),
    query(15, SessionId=0),
    query(20),
)
OPEN: Final = (("open",), *QUERIES)
END: Final = (("close",),)
ALL: Final = 0xFFFFFFFF

#: The scripts by name.
SCRIPTS: Final[dict[str, tuple[Step, ...]]] = {
    "queries": (*OPEN, wait(5), *QUERIES, *END),
    "connect": (
        *OPEN,
        *ATTACH,
        *UP,
        wait(20),
        connect(command=0),
        order(10, PacketServiceAction=1),
        order(3, RadioState=0),
        *STATUS,
        order(3, RadioState=1),
        wait(20),
        *STATUS,
        *END,
    ),
    "early": (("at", 0.2), ("open",), *STATUS, wait(0.5), *STATUS, wait(20), *QUERIES, *END),
    "signal": (
        *OPEN,
        order(11, SignalStrengthInterval=5, RssiThreshold=2, ErrorRateThreshold=0),
        *(
            step
            for rssi in (20, 12, 25, 3, 31)
            for step in (change("signal", Rssi=rssi, ErrorRate=99), wait(7), query(11))
        ),
        *END,
    ),
    "polling": (
        *OPEN,
        *UP,
        *(
            step
            for rssi in (20, 20, 13, 13, 28, 8)
            for step in (wait(30), change("signal", Rssi=rssi, ErrorRate=99), query(11), query(9))
        ),
        *END,
    ),
    "coverage": (
        *OPEN,
        wait(20),
        change("coverage", Available=0, ProviderIndex=ALL),
        wait(20),
        *STATUS,
        change("coverage", Available=1, ProviderIndex=ALL),
        wait(20),
        *STATUS,
        *END,
    ),
    "lte attach": (
        *OPEN,
        query(3, EXTENSIONS),
        wait(5),
        change(
            "lte_attach",
            LteAttachContext={
                "ElementCount": 1,
                "LteContextArray": [
                    {"basicInfo": {"AccessString": "updated"}, "Roaming": 1, "Enable": 1}
                ],
            },
        ),
        query(3, EXTENSIONS),
        order(
            3,
            EXTENSIONS,
            Operation=0,
            Configurations=[
                {"AccessString": f"{condition}.example", "Roaming": condition, "Source": 0}
                for condition in range(3)
            ],
        ),
        wait(5),
        *STATUS,
        order(3, RadioState=0),
        query(3, EXTENSIONS),
        order(3, RadioState=1),
        wait(20),
        query(3, EXTENSIONS),
        order(3, EXTENSIONS, Operation=1, Configurations=[{"Roaming": 0}] * 3),
        wait(5),
        *END,
    ),
    "lost network": (
        *OPEN,
        *UP,
        wait(20),
        change("coverage", Available=0, ProviderIndex=ALL),
        wait(20),
        *STATUS,
        change("coverage", Available=1, ProviderIndex=ALL),
        wait(20),
        *STATUS,
        connect(),
        *STATUS,
        *END,
    ),
    "deregister": (
        *OPEN,
        wait(20),
        change("network_deregister", NwError=11, Denied=1, Retry=0),
        wait(20),
        *STATUS,
        order(9, ProviderId="", RegisterAction=0, DataClass=0),
        wait(20),
        *STATUS,
        *END,
    ),
    "detach": (
        *OPEN,
        *UP,
        wait(20),
        change("network_detach", NwError=7),
        wait(20),
        *STATUS,
        order(10, PacketServiceAction=0),
        connect(),
        *STATUS,
        *END,
    ),
    "deactivate": (
        *OPEN,
        *UP,
        wait(20),
        change("network_deactivate", ConnectionId=0, NwError=36),
        wait(20),
        query(12, SessionId=0, ContextType="00000000-0000-0000-0000-000000000000"),
        connect(),
        query(12, SessionId=0, ContextType="00000000-0000-0000-0000-000000000000"),
        connect(command=0),
        *END,
    ),
    "sim": (
        *OPEN,
        wait(20),
        change("sim", State=0),
        wait(20),
        *STATUS,
        change("sim", State=1),
        wait(30),
        *QUERIES,
        *END,
    ),
    "radio": (
        *OPEN,
        wait(20),
        change("hardware_radio", State=0),
        wait(20),
        *STATUS,
        change("hardware_radio", State=1),
        wait(30),
        *STATUS,
        *END,
    ),
    "contexts": (
        *OPEN,
        *UP,
        connect(1),
        query(12, SessionId=1, ContextType="00000000-0000-0000-0000-000000000000"),
        wait(20),
        change("network_deactivate", ConnectionId=1, NwError=36),
        wait(5),
        query(12, SessionId=0, ContextType="00000000-0000-0000-0000-000000000000"),
        query(12, SessionId=1, ContextType="00000000-0000-0000-0000-000000000000"),
        connect(command=0),
        *END,
    ),
    "reopen": (
        *OPEN,
        *UP,
        wait(5),
        ("close",),
        wait(5),
        ("open",),
        *STATUS,
        query(12, SessionId=0, ContextType="00000000-0000-0000-0000-000000000000"),
        connect(),
        ("open",),
        *STATUS,
        query(12, SessionId=0, ContextType="00000000-0000-0000-0000-000000000000"),
        *END,
    ),
    "pin": (
        ("open",),
        query(2),
        query(4),
        order(4, PinType=2, PinOperation=0, Pin="0000"),
        query(4),
        order(4, PinType=2, PinOperation=0, Pin="1234"),
        wait(20),
        *STATUS,
        order(4, PinType=2, PinOperation=2, Pin="1234"),
        query(4),
        *END,
    ),
    "burst": (
        *OPEN,
        ("burst", (query(2), query(3), query(9), query(10), query(11), query(6))),
        ("burst", (connect(), query(9), query(10), query(11))),
        wait(10),
        ("burst", (connect(command=0), query(3), query(9))),
        *END,
    ),
}
#: Scripts of one profile only, and profiles on which all the others are played.
ONLY_ON: Final = {
    "pin": ("pin-locked",),
    # A served device with two ports reports one session, and has two.
    "contexts": ("lte-home", "5g", "lte-roaming"),
}
PROFILES: Final = ("lte-home", "5g", "lte-roaming", "two-ports")
#: How long operations take, in ms: of the tests' device, and of a modem.
PACES: Final = {"quick": 10, "slow": 1500}


# ------------------------------------------------------------------------------------ playing


def _stimulus(name: str, time_ns: int, **values: Any) -> Event:
    row = PROTOCOL.stimulus(name)
    payload = encode(row.struct, values)
    return Event(Kind.KIND_STIMULUS, time_ns, code=row.number, payload=payload)


class Player(MbimHost):
    """Plays a script on a device behind its MBIM function."""

    def __init__(self, profile: str, faults: str = "", pace: str = "quick") -> None:
        self.sink = Recording()
        loaded = load_profile(profile)
        device: Any = EmulatedDevice(loaded, 7)
        if faults:
            device = FaultyDevice(device, parse_faults(faults, "fault.toml"))
        self.device = device
        super().__init__(Function(device, bridge_of(loaded.mapping), self.sink))
        if pace != "quick":
            for suffix in OID_SUFFIXES:
                oid = PROTOCOL.oid(f"OID_WWAN_{suffix}").number
                latency = {
                    "Operation": oid,
                    "Count": ALL,
                    "DelayNs": PACES[pace] * 1_000_000,
                    "CompletionDelayNs": -1,
                }
                device.submit(_stimulus("latency", 0, **latency))

    def play(self, steps: Iterable[Step], begin_s: float = 30) -> list[Transfer]:
        """All transfers."""
        steps = list(steps)
        if steps and steps[0][0] == "at":
            begin_s = steps.pop(0)[1]
        self.advance(int(begin_s * SECOND_NS))
        for step in steps:
            self._step(step, STEP_NS)
        self.advance(20 * SECOND_NS)
        self.function.close(self.now_ns)
        return _transfers(self.sink.events)

    def _step(self, step: Step, pause_ns: int) -> None:
        kind = step[0]
        if kind == "wait":
            self.advance(int(step[1] * SECOND_NS))
            return
        if kind == "burst":
            for each in step[1]:
                self._step(each, 0)
        elif kind == "stimulus":
            self.function.advance(self.now_ns)
            self.device.submit(_stimulus(step[1], self.now_ns, **step[2]))
            self.function.advance(self.now_ns)
        elif kind == "open":
            self.transaction_id = 0
            self.open()
        elif kind == "close":
            self.close()
        else:
            operation, service, cid, values = step
            self.command(service, cid, operation, values)
        self.advance(pause_ns)
        if step == connect() and pause_ns:
            self.advance(2 * SECOND_NS)


def _transfers(events: Sequence[Event]) -> list[Transfer]:
    numbers = {}
    for event in events:
        if event.kind in (Kind.KIND_COMPLETION, Kind.KIND_INDICATION):
            numbers[event.index] = len(numbers)
    found = []
    for event in events:
        if event.kind == Kind.KIND_WIRE:
            from_host = event.code == WireDirection.WIRE_HOST_TO_DEVICE
            output = None if from_host else numbers.get(event.cause or -1)
            found.append(Transfer(event.time_ns, from_host, event.payload, output))
    return found


def played(script: str, profile: str, faults: str = "", pace: str = "quick") -> list[Transfer]:
    """The transfers when a script is played on a profile."""
    return Player(profile, faults, pace).play(SCRIPTS[script])


# --------------------------------------------------------------------------------------- logs


def as_trace(transfers: Iterable[Transfer]) -> bytes:
    """A trace of wire records only."""
    out = io.BytesIO()
    writer = TraceWriter(out, TraceHeader(interface="mbim"))
    for each in transfers:
        code = WireDirection.WIRE_HOST_TO_DEVICE
        if not each.from_host:
            code = WireDirection.WIRE_DEVICE_TO_HOST
        writer.write(Event(Kind.KIND_WIRE, each.time_ns, code=code, payload=each.data))
    writer.close()
    return out.getvalue()


def as_capture(transfers: Iterable[Transfer]) -> bytes:
    """The transfers as a pcapng of bare messages."""
    out = io.BytesIO()
    options = ExportOptions(show_personal=True, link="user")
    export_trace(as_trace(transfers), exporter_by_name("pcapng"), out, options)
    return out.getvalue()


def as_libmbim(transfers: Iterable[Transfer]) -> bytes:
    """The transfers as libmbim to 1.26 prints them: whole seconds."""
    lines = []
    for each in transfers:
        second = each.time_ns // SECOND_NS
        stamp = f"26 Jul 2022, {5 + second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
        arrow, word = ("<<<<<<", "Sent") if each.from_host else (">>>>>>", "Received")
        lines.append(
            f"[{stamp}] [Debug] [/dev/cdc-wdm0] {word} message...\n{arrow} RAW:\n"
            f"{arrow}   length = {len(each.data)}\n"
            f"{arrow}   data   = {each.data.hex(':').upper()}\n\n"
        )
    return "".join(lines).encode()


def as_umbim(transfers: Iterable[Transfer]) -> bytes:
    """The transfers as umbim prints them: no times."""
    return "".join(
        f"{'sending' if each.from_host else 'reading'} ({len(each.data)}): {each.data.hex(' ')}\n"
        for each in transfers
    ).encode()


LOG_FORMS: Final = {"capture": as_capture, "libmbim": as_libmbim, "umbim": as_umbim}


def later(transfer: Transfer, delay_ns: int) -> Transfer:
    """A transfer that comes later."""
    return replace(transfer, time_ns=transfer.time_ns + delay_ns)
