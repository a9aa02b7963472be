"""Sessions of the emulated device for the rules' tests, and what a rule's test shows.

A scenario is a function that takes a `Host` and tells it what to do at fixed times, so that the
same inputs reach a device with faults. `shows(rule, scenario, fault ...)` is most tests' whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rule_faults import Fault, with_faults

from wwanreplay._core import Event, Kind, Lifecycle
from wwanreplay.analysis.check import Violation, check, coverage
from wwanreplay.analysis.check.fields import flat_layout, number
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import DeviceProfile
from wwanreplay.protocol.structs import STRUCTS

SECOND = 1_000_000_000
MILLISECOND = 1_000_000


def text_field(value: str, octets: int) -> bytes:
    return value.encode("utf-16-le").ljust(octets, b"\0")


def pack(struct: str, layout: str = "", *, tail: bytes = b"", **values: Any) -> bytes:
    """A structure with these leaves, `__` for the dots of a path; the header is filled in."""
    row = STRUCTS[struct]
    chosen = layout or row.layouts[-1].id
    flat = flat_layout(struct, chosen)
    buffer = bytearray(flat.size)
    if row.has_header:
        revision = next(r.number for r in row.revisions if chosen in r.layouts)
        buffer[0:4] = bytes((0x80, revision)) + flat.size.to_bytes(2, "little")
    for name, value in values.items():
        put(buffer, struct, chosen, name.replace("__", "."), value)
    return bytes(buffer) + tail


def put(buffer: bytearray, struct: str, layout: str, path: str, value: Any) -> None:
    """Write one leaf: numbers, text or bytes."""
    leaf = flat_layout(struct, layout).by_path[path]
    if isinstance(value, str):
        octets = text_field(value, leaf.size)
    elif isinstance(value, bytes):
        octets = value.ljust(leaf.size, b"\0")
    else:
        octets = int(value).to_bytes(leaf.size, "little")
    assert len(octets) == leaf.size, f"{path} takes {leaf.size} bytes"
    buffer[leaf.offset : leaf.offset + leaf.size] = octets


HOME = {
    "provider_id": "26201",
    "provider_name": "Home Net",
    "kind": 1,
    "data_class": number.WWAN_DATA_CLASS_LTE | number.WWAN_DATA_CLASS_UMTS,
    "provider_state": number.WWAN_PROVIDER_STATE_HOME,
}
ROAMING = {
    "provider_id": "20801",
    "provider_name": "Roam Net",
    "kind": 3,
    "data_class": number.WWAN_DATA_CLASS_LTE | number.WWAN_DATA_CLASS_UMTS,
    "provider_state": 0,
    "roaming_text": "Roaming",
}
PARTNER = {
    "provider_id": "22801",
    "provider_name": "Partner Net",
    "kind": 2,
    "data_class": number.WWAN_DATA_CLASS_LTE,
    "provider_state": number.WWAN_PROVIDER_STATE_PREFERRED,
}
SERVICE = bytes(range(16))
WRITE_ONLY_SERVICE = bytes(range(16, 32))
MUTE_SERVICE = bytes(range(32, 48))

# A GSM device at home, with one port and without jitter, so that times are round.
LTE: dict[str, Any] = {
    "structures": 2,
    "data_class": number.WWAN_DATA_CLASS_LTE | number.WWAN_DATA_CLASS_UMTS,
    "control_caps": number.WWAN_CTRL_CAPS_REG_MANUAL | number.WWAN_CTRL_CAPS_HW_RADIO_SWITCH,
    "optional_service_caps": number.WWAN_OPTIONAL_SERVICE_CAPS_PCO,
    "subscriber_id": "262010000000001",
    "sim_iccid": "8949000000000000001",
    "home": HOME,
    "providers": [HOME, PARTNER, ROAMING],
    "completion_latency_ns": (1 * MILLISECOND, 0),
    "registration_latency_ns": (500 * MILLISECOND, 0),
    "ready_latency_ns": (200 * MILLISECOND, 0),
    "addresses": [
        {
            "ipv4_address": bytes((10, 0, 0, 2)),
            "ipv4_gateway": bytes((10, 0, 0, 1)),
            "ipv4_dns": bytes((10, 0, 0, 53)),
            "ipv4_prefix_length": 24,
        }
    ],
    "services": [
        {"guid": SERVICE, "session_capability": 3, "session_instances_max": 2, "events": 1},
        {"guid": WRITE_ONLY_SERVICE, "session_capability": 1, "session_instances_max": 1},
        {"guid": MUTE_SERVICE, "session_capability": 0},
    ],
}


def profile(base: Mapping[str, Any] = LTE, **changes: Any) -> dict[str, Any]:
    return {**base, **changes}


class Host:
    """Drives one emulated device and keeps the session's events, numbered as a recorder does."""

    def __init__(
        self, mapping: Mapping[str, Any], faults: Sequence[Fault] = (), seed: int = 1
    ) -> None:
        device = EmulatedDevice(DeviceProfile("rules", dict(mapping)), seed)
        self.device = with_faults(device, faults)
        self.events: list[Event] = []
        self.now_ns = 0
        self.request_id = 0x1000

    def _take(self) -> None:
        for event in self.device.drain():
            self.events.append(event.replace(index=len(self.events)))

    def wait(self, seconds: float) -> None:
        """Let time pass: the device does what is due."""
        self.now_ns += round(seconds * SECOND)
        self.device.advance(self.now_ns)
        self._take()

    def submit(self, kind: Kind, code: int, **values: Any) -> None:
        """Give the device one input at the present time."""
        self.device.advance(self.now_ns)
        self._take()
        event = Event(kind, self.now_ns, code=code, index=len(self.events), **values)
        self.events.append(event)
        self.device.submit(event)
        self._take()

    def request(
        self, kind: Kind, oid: str | int, payload: bytes, port: int, wait_s: float, capacity: int
    ) -> int:
        self.request_id += 1
        self.submit(
            kind,
            getattr(number, oid) if isinstance(oid, str) else oid,
            port=port,
            request_id=self.request_id,
            handle=0xA000 + self.request_id,
            payload=payload,
            capacity=max(capacity, len(payload)),
        )
        if wait_s:
            self.wait(wait_s)
        return self.request_id

    def query(
        self,
        oid: str | int,
        payload: bytes = b"",
        *,
        port: int = 0,
        wait_s: float = 1,
        capacity: int = 4096,
    ) -> int:
        """Query an OID, then wait; the RequestId."""
        return self.request(Kind.KIND_QUERY, oid, payload, port, wait_s, capacity)

    def set(self, oid: str | int, payload: bytes = b"", *, port: int = 0, wait_s: float = 1) -> int:
        """Set an OID, then wait; the RequestId."""
        return self.request(Kind.KIND_SET, oid, payload, port, wait_s, 0)

    def cancel(self, request_id: int, *, port: int = 0) -> None:
        """Cancel a request."""
        self.submit(Kind.KIND_CANCEL, 0, request_id=request_id, port=port)

    def stimulus(
        self, name: str, *, port: int = 0, wait_s: float = 1, tail: bytes = b"", **fields: Any
    ) -> None:
        """Change the environment, then wait."""
        payload = pack(f"WWANREPLAY_STIMULUS_{name.upper()}", tail=tail, **fields)
        code = getattr(number, f"STIMULUS_{name.upper()}")
        self.submit(Kind.KIND_STIMULUS, code, payload=payload, port=port)
        if wait_s:
            self.wait(wait_s)

    def lifecycle(self, event: Lifecycle, wait_s: float = 1) -> None:
        """Initialize, pause, restart, halt, remove or bring back the miniport, then wait."""
        self.submit(Kind.KIND_LIFECYCLE, event)
        if wait_s:
            self.wait(wait_s)

    def ended(self) -> list[Event]:
        """The session's events, with the device's last words and the time of its end."""
        self.device.close()
        self._take()
        self.events.append(Event(Kind.KIND_CLOCK, self.now_ns, index=len(self.events)))
        return self.events

    # Requests that many scenarios make

    def radio(self, on: bool, **options: Any) -> int:
        """Set the software radio."""
        return self.set(
            "OID_WWAN_RADIO_STATE", pack("NDIS_WWAN_SET_RADIO_STATE", RadioAction=on), **options
        )

    def register(
        self, action: str = "Automatic", provider: str = "", data_class: int = 0, **options: Any
    ) -> int:
        """Set the registration mode; `action` is Automatic or Manual."""
        payload = pack(
            "NDIS_WWAN_SET_REGISTER_STATE",
            SetRegisterState__ProviderId=provider,
            SetRegisterState__RegisterAction=getattr(number, f"WwanRegisterAction{action}"),
            SetRegisterState__WwanDataClass=data_class,
        )
        return self.set("OID_WWAN_REGISTER_STATE", payload, **options)

    def packet_service(self, attach: bool = True, **options: Any) -> int:
        """Attach to or detach from packet service."""
        action = (
            number.WwanPacketServiceActionAttach
            if attach
            else (number.WwanPacketServiceActionDetach)
        )
        payload = pack("NDIS_WWAN_SET_PACKET_SERVICE", PacketServiceAction=action)
        return self.set("OID_WWAN_PACKET_SERVICE", payload, **options)

    def connect(
        self,
        connection_id: int = 1,
        *,
        activate: bool = True,
        access_string: str = "internet",
        user_name: str = "",
        password: str = "",
        layout: str = "L2",
        **options: Any,
    ) -> int:
        """Activate or deactivate a context."""
        payload = pack(
            "NDIS_WWAN_SET_CONTEXT_STATE",
            layout,
            SetContextState__ConnectionId=connection_id,
            SetContextState__ActivationCommand=1 if activate else 0,
            SetContextState__AccessString=access_string,
            SetContextState__UserName=user_name,
            SetContextState__Password=password,
        )
        return self.set("OID_WWAN_CONNECT", payload, **options)

    def session(
        self, session_id: int = 1, *, guid: bytes = SERVICE, is_open: bool = True, **options: Any
    ) -> int:
        """Open or close a device service session."""
        payload = pack(
            "NDIS_WWAN_SET_DEVICE_SERVICE_SESSION",
            Session__DeviceServiceGuid=guid,
            Session__State=1 if is_open else 2,
            Session__uSessionID=session_id,
        )
        return self.set("OID_WWAN_DEVICE_SERVICE_SESSION", payload, **options)

    def session_write(self, session_id: int = 1, data: bytes = b"data", **options: Any) -> int:
        """Write to a device service session."""
        payload = pack(
            "NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE",
            tail=data,
            WriteData__uSessionID=session_id,
            WriteData__uDataSize=len(data),
        )
        return self.set("OID_WWAN_DEVICE_SERVICE_SESSION_WRITE", payload, **options)


Scenario = Callable[[Host], None]


def run(
    scenario: Scenario, mapping: Mapping[str, Any] = LTE, faults: Sequence[Fault] = ()
) -> list[Event]:
    """The events of a scenario on a device with these faults, ended by a clock record."""
    host = Host(mapping, faults)
    scenario(host)
    return host.ended()


def deviations(clean: Sequence[Event], faulty: Sequence[Event]) -> list[int]:
    """Indices, in the faulty session, of the outputs that the sound device does not give.

    Where something was only left out: the index at which it is missing.
    """

    def key(event: Event) -> tuple[Any, ...]:
        return (
            event.kind,
            event.time_ns,
            event.port,
            event.request_id,
            event.code,
            event.status,
            event.payload,
            event.handle,
        )

    left = [key(event) for event in clean if event.kind != Kind.KIND_NOTE]
    found = []
    at = 0
    for event in faulty:
        if event.kind == Kind.KIND_NOTE:
            continue
        if at < len(left) and key(event) == left[at]:
            at += 1
        elif key(event) in left[at:]:
            found.append(event.index or 0)
            at = left.index(key(event), at) + 1
        else:
            found.append(event.index or 0)
    return found


def shows(
    rule_id: str,
    scenario: Scenario,
    *faults: Fault | Sequence[Fault],
    mapping: Mapping[str, Any] = LTE,
    times: int = 1,
) -> None:
    """The rule is judged on the sound device's session at least `times`, and never broken.

    A device with any one of the faults (or groups of faults) breaks it, and is caught: at an event
    that it altered, or, where `Fault.seen_at` says so, at the event that gives it away.
    """
    clean = run(scenario, mapping)
    judged = coverage(clean, [rule_id])[rule_id]
    assert judged >= times, f"{rule_id} was judged {judged} times only"
    assert check(clean, [rule_id]) == []
    assert faults, "a rule's test needs a device that breaks it"
    for group in faults:
        chosen = (group,) if isinstance(group, Fault) else tuple(group)
        faulty = run(scenario, mapping, chosen)
        altered = deviations(clean, faulty)
        assert altered, f"{chosen} altered nothing"
        caught = check(faulty, [rule_id])
        assert caught, f"{rule_id} did not catch {chosen}"
        assert _is_at(caught, faulty, altered, chosen), (
            f"{rule_id}: {chosen} altered events {altered}, but these are reported: {caught}"
        )


def _is_at(
    caught: Sequence[Violation],
    faulty: Sequence[Event],
    altered: list[int],
    faults: Sequence[Fault],
) -> bool:
    places = {fault.seen_at for fault in faults if fault.seen_at}
    if not places:
        return any(violation.index in altered for violation in caught)
    by_index = {event.index: event for event in faulty}
    codes = {getattr(number, name) for name in places}
    return any(by_index[violation.index].code in codes for violation in caught)
