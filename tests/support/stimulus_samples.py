"""Sessions for the tests of inference: one for each stimulus, which is the only one in it."""

import io
from functools import cache
from random import Random

from engine_walk import SECOND, Walk

from wwanreplay._core import Event, Kind
from wwanreplay.devices.emulated import EmulatedDevice
from wwanreplay.devices.profile import load_profile, parse_profile
from wwanreplay.record import record
from wwanreplay.script import load_script, parse_script
from wwanreplay.trace import TraceHeader, TraceReader, TraceWriter
from wwanreplay.trace.edit import rewrite

SERVICE = "3d3b5f0a-9c41-4f4e-8f0e-2f1a57a3c001"
SESSIONS = "3d3b5f0a-9c41-4f4e-8f0e-2f1a57a3c002"
CONNECT = (
    '{ set = "OID_WWAN_CONNECT", values = { ConnectionId = 1, ActivationCommand = '
    '"WwanActivationCommandActivate", AccessString = "internet.example" } }'
)
REGISTER = (
    '{ set = "OID_WWAN_REGISTER_STATE", values = { RegisterAction = '
    '"WwanRegisterActionAutomatic" } }'
)
OPEN = (
    '{ set = "OID_WWAN_DEVICE_SERVICE_SESSION", values = { DeviceServiceGuid = '
    f'"{SESSIONS}", State = "WwanDeviceServiceSessionOpen", uSessionID = 5 }} }}'
)
WRITE = (
    '{ set = "OID_WWAN_DEVICE_SERVICE_SESSION_WRITE", values = { uSessionID = 5, Data = "01" } }'
)
WAIT = '{ wait = "8s" }'
# A modem of both technologies, with a network of each.
BOTH = """
extends = "cdma-windows-8"

[device]
cellular_classes = ["WwanCellularClassCdma", "WwanCellularClassGsm"]

[[provider]]
id = "00331"
name = "Test Carrier"
kind = "home"
state = "WWAN_PROVIDER_STATE_HOME|WWAN_PROVIDER_STATE_VISIBLE"
data_class = "WWAN_DATA_CLASS_1XRTT"
cellular_class = "WwanCellularClassCdma"

[[provider]]
id = "00333"
name = "Other Carrier"
kind = "home"
state = "WWAN_PROVIDER_STATE_HOME|WWAN_PROVIDER_STATE_VISIBLE"
data_class = "WWAN_DATA_CLASS_UMTS"
cellular_class = "WwanCellularClassGsm"
"""

# The whole configuration, as the device reports it; the network changes that of other networks.
ATTACHED_WITH = ", ".join(
    f'{{ basicInfo = {{ ContextType = "WwanContextTypeLteAttach", AccessString = "{name}" }}, '
    f'IPType = "{ip_type}", Enable = "WwanContextEnabled", Roaming = "{roaming}", '
    f'Source = "{source}" }}'
    for name, ip_type, roaming, source in (
        ("", "WwanIPTypeDefault", "WwanContextRoamingControlHomeOnly", "WwanModemProvisioned"),
        ("", "WwanIPTypeDefault", "WwanContextRoamingControlPartnerOnly", "WwanModemProvisioned"),
        (
            "updated.example",
            "WwanIPTypeIPv6",
            "WwanContextRoamingControlNonPartnerOnly",
            "WwanOperatorProvisioned",
        ),
    )
)

# Stimulus: profile, steps before, its values, steps behind it.
ALONE: dict[str, tuple[str, list[str], str, list[str]]] = {
    "sim": ("no-sim", [], 'State = "SimInserted"', []),
    "hardware_radio": ("lte-home", [], 'State = "WwanRadioOff"', []),
    "coverage": ("lte-home", [], "Available = 0, ProviderIndex = 0xFFFFFFFF", []),
    "network_deregister": ("lte-home", [], "NwError = 11, Denied = 1", []),
    "network_detach": ("lte-home", [CONNECT, WAIT], "NwError = 7", []),
    "network_deactivate": ("lte-home", [CONNECT, WAIT], "ConnectionId = 1, NwError = 36", []),
    "provider_change": (
        "lte-home",
        [],
        'Action = 1, ProviderId = "00105", ProviderName = "Five", ProviderState = '
        '"WWAN_PROVIDER_STATE_VISIBLE", WwanDataClass = "WWAN_DATA_CLASS_LTE", '
        'WwanCellularClass = "WwanCellularClassGsm", Rssi = 20',
        ['{ query = "OID_WWAN_VISIBLE_PROVIDERS" }', WAIT],
    ),
    "signal": ("lte-home", [], "Rssi = 3, ErrorRate = 4", []),
    "outcome": (
        "lte-home",
        [],
        'Operation = "OID_WWAN_CONNECT", uStatus = "WWAN_STATUS_FAILURE", NwError = 33',
        [CONNECT],
    ),
    "latency": (
        "lte-home",
        [],
        'Operation = "OID_WWAN_CONNECT", DelayNs = "3s", CompletionDelayNs = "50ms"',
        [CONNECT],
    ),
    "service_activation": ("service-not-activated", [], "Activated = 1", []),
    "pco": (
        "lte-home",
        [CONNECT, WAIT],
        'ConnectionId = 1, Size = 3, Type = "WwanPcoTypeComplete", PcoData = "270a80"',
        [],
    ),
    "device_service_data": ("lte-home", [OPEN, WAIT], 'SessionId = 5, Data = "776f"', []),
    "device_service_event": (
        "lte-home",
        [
            '{ set = "OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS", values = { Elements = '
            f'["{SERVICE}"] }} }}',
            WAIT,
        ],
        f'DeviceServiceGuid = "{SERVICE}", EventID = 2, Data = "0202"',
        [],
    ),
    "voice_call": ("cdma", [CONNECT, WAIT], 'State = "WwanVoiceCallStateInProgress"', []),
    "data_class": (
        "lte-home",
        [],
        'AvailableDataClass = "WWAN_DATA_CLASS_UMTS", CurrentDataClass = "WWAN_DATA_CLASS_UMTS"',
        [],
    ),
    "ip_address": (
        "two-ports",
        [CONNECT.replace("{ set", "{ port = 1, set"), WAIT],
        'ConnectionId = 1, IPv4Address = "192.0.2.65", IPv4Gateway = "192.0.2.66", IPv4Dns = '
        '"192.0.2.53", IPv4PrefixLength = 30, Mtu = 1400',
        [],
    ),
    "traffic": (
        "lte-home",
        [CONNECT, WAIT],
        "InOctets = 12000, InPackets = 10, OutOctets = 3000, OutPackets = 8, InErrors = 1",
        ['{ query = "OID_GEN_STATISTICS" }'],
    ),
    "emergency_mode": ("no-sim", [], 'EmergencyMode = "WwanEmergencyModeOff"', []),
    "cellular_class": ("both", [], 'CurrentCellularClass = "WwanCellularClassGsm"', []),
    "device_service_session_closed": ("lte-home", [OPEN, WAIT], "SessionId = 5", [WRITE]),
    "lte_attach": (
        "lte-home",
        ['{ query = "OID_WWAN_LTE_ATTACH_CONFIG" }', WAIT],
        f"LteAttachContext = {{ ElementCount = 3, LteContextArray = [ {ATTACHED_WITH} ] }}",
        [],
    ),
    "roaming_text": ("lte-roaming", [], 'RoamingText = "Abroad"', []),
}


@cache
def alone(name: str) -> bytes:
    """A recording of a session in which only this stimulus happens."""
    profile, before, values, behind = ALONE[name]
    port = ", port = 1" if name == "ip_address" else ""
    stimulus = f'{{ stimulus = "{name}", values = {{ {values} }}{port} }}'
    text = "step = [\n" + ",\n".join([WAIT, *before, stimulus, *behind, WAIT]) + "\n]\n"
    made = parse_profile(BOTH, "both") if profile == "both" else load_profile(profile)
    out = io.BytesIO()
    record(EmulatedDevice(made, 0), parse_script(text, name), out)
    return out.getvalue()


@cache
def recording(script: str) -> bytes:
    """A shipped script, recorded."""
    out = io.BytesIO()
    record(load_script(script).profile, script, out)
    return out.getvalue()


def stimuli_of(trace: bytes) -> list[Event]:
    """The stimuli in a trace."""
    return [event for event in events_of(trace) if event.kind == Kind.KIND_STIMULUS]


def events_of(trace: bytes) -> list[Event]:
    """All events of a trace."""
    with TraceReader(trace) as reader:
        return list(reader.events())


class Calm(Walk):
    """A session around which nothing happens."""

    def stimulus(self):
        return self.request()


def walk_trace(profile: str, seed: int, count: int, *, stimuli: bool = True) -> bytes:
    """A random session of a shipped profile: `count` inputs, and the device let be at the end."""
    loaded = load_profile(profile)
    walk = (Walk if stimuli else Calm)(loaded.mapping, seed, endless=False)
    out = io.BytesIO()
    writer = TraceWriter(out, TraceHeader(**EmulatedDevice(loaded, seed).describe()))
    for batch in (*walk.steps(count), *walk.wait(walk.engine.now_ns + 30 * SECOND)):
        if batch.input is not None:
            writer.write(batch.input.replace(cause=None))
        for event in batch.outputs:
            writer.write(event.replace(cause=None))
    for event in walk.engine.drain():
        writer.write(event.replace(cause=None))
    writer.close()
    return out.getvalue()


def hostile(trace: bytes, seed: int) -> bytes:
    """The trace with its outputs lost, garbled, misplaced and repeated at random."""
    draw = Random(seed)
    codes = [event.code for event in events_of(trace) if event.kind == Kind.KIND_INDICATION]

    def edit(events: list[Event]) -> list[Event]:
        edited: list[Event] = []
        for event in events:
            if event.kind in (Kind.KIND_COMPLETION, Kind.KIND_INDICATION):
                edited += _spoiled(event, draw, codes)
            else:
                edited.append(event)
        return edited

    return rewrite(trace, edit)


def _spoiled(event: Event, draw: Random, codes: list[int]) -> list[Event]:
    way = draw.randrange(7)
    if way == 0:
        return []
    if way == 1:
        return [event.replace(payload=draw.randbytes(draw.choice((0, 3, 40, 400))))]
    if way == 2 and event.kind == Kind.KIND_INDICATION:
        return [event.replace(code=draw.choice(codes))]
    if way == 3:
        return [event.replace(time_ns=event.time_ns + draw.choice((1, 10**6, SECOND)))]
    if way == 4:
        number = draw.choice((0, 1, 5, 2**64 - 1))
        return [event.replace(request_id=number, status=draw.choice((0, 0xC0000001)))]
    return [event] * (way - 4)
