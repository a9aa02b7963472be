"""Stimuli: the changes of the environment that drive the emulated device. Ours, not the standard's.

Payloads are little endian with natural alignment. `name` is the word scripts use.
"""

from wwanreplay.protocol.enums import LENGTHS
from wwanreplay.protocol.ranges import (
    ERROR_RATE,
    IPV4_PREFIX_LENGTH,
    IPV6_PREFIX_LENGTH,
    LATENCY_NS,
    MTU,
    RSSI,
    TRUTH,
)
from wwanreplay.protocol.row_forms import guid, nested, number, octets, text
from wwanreplay.protocol.schema import (
    BytesTail,
    Enum,
    Field,
    Layout,
    Member,
    Range,
    Stimulus,
    Struct,
)

ENUM_ROWS: tuple[Enum, ...] = (
    Enum(
        "WWANREPLAY_SIM_STATE",
        (
            Member("SimRemoved", 0),
            Member("SimInserted", 1),
            Member("SimLocked", 2),
            Member("SimBlocked", 3),
            Member("SimBad", 4),
            Member("SimFailure", 5),
        ),
        note="Locked asks for PIN1, blocked for its unblocking key.",
    ),
)

NUMBERS: dict[str, int] = {
    "STIMULUS_PROVIDER_ALL": 0xFFFFFFFF,
    "STIMULUS_PROVIDER_REMOVE": 0,
    "STIMULUS_PROVIDER_SET": 1,
    "STIMULUS_COUNT_FOREVER": 0xFFFFFFFF,
}


# A place in the profile's list of providers, or all of them.
_PROVIDER_INDEX = Range(0, 15, (NUMBERS["STIMULUS_PROVIDER_ALL"],))


def _u32(name: str, values: str = "", *, within: Range | None = None) -> Field:
    return number("u32", name, values, within=within)


def _payload(name: str, size: int, *fields: Field, data: str = "", layout: str = "L1") -> Struct:
    return Struct(
        f"WWANREPLAY_STIMULUS_{name}",
        (Layout(layout, size, fields),),
        tail=BytesTail(data) if data else None,
        header="stimulus",
    )


STRUCT_ROWS: tuple[Struct, ...] = (
    _payload("SIM", 4, _u32("State", "WWANREPLAY_SIM_STATE")),
    _payload("HARDWARE_RADIO", 4, _u32("State", "WWAN_RADIO")),
    _payload(
        "COVERAGE",
        8,
        _u32("Available", within=TRUTH),
        _u32("ProviderIndex", within=_PROVIDER_INDEX),
    ),
    _payload(
        "NETWORK_DEREGISTER",
        12,
        _u32("NwError"),
        _u32("Denied", within=TRUTH),
        _u32("Retry", within=TRUTH),
    ),
    _payload("NETWORK_DETACH", 4, _u32("NwError")),
    _payload("NETWORK_DEACTIVATE", 8, _u32("ConnectionId"), _u32("NwError")),
    _payload(
        "PROVIDER_CHANGE", 84, _u32("Action", within=TRUTH), nested("Provider", "WWAN_PROVIDER2")
    ),
    _payload("SIGNAL", 8, _u32("Rssi", within=RSSI), _u32("ErrorRate", within=ERROR_RATE)),
    _payload(
        "OUTCOME",
        16,
        _u32("Operation", "OID"),
        _u32("uStatus", "WWAN_STATUS"),
        _u32("NwError"),
        _u32("Count"),
    ),
    _payload(
        "LATENCY",
        24,
        _u32("Operation", "OID"),
        _u32("Count"),
        number("i64", "DelayNs", within=LATENCY_NS),
        number("i64", "CompletionDelayNs", within=Range(-1, LATENCY_NS.highest)),
    ),
    _payload("SERVICE_ACTIVATION", 8, _u32("Activated", within=TRUTH), _u32("NwError")),
    _payload(
        "PCO",
        268,
        _u32("ConnectionId"),
        _u32("Size", within=Range(0, LENGTHS["WWAN_PCO_OCT_BUF_LEN"])),
        _u32("Type", "WWAN_PCO_TYPE"),
        octets("PcoData", 256, personal="content"),
    ),
    _payload("DEVICE_SERVICE_DATA", 8, _u32("SessionId"), _u32("DataSize"), data="DataSize"),
    _payload(
        "DEVICE_SERVICE_EVENT",
        24,
        guid("DeviceServiceGuid"),
        _u32("EventID"),
        _u32("DataSize"),
        data="DataSize",
    ),
    _payload("VOICE_CALL", 4, _u32("State", "WWAN_VOICE_CALL_STATE")),
    _payload(
        "DATA_CLASS",
        8,
        _u32("AvailableDataClass", "WWAN_DATA_CLASS"),
        _u32("CurrentDataClass", "WWAN_DATA_CLASS"),
    ),
    _payload(
        "IP_ADDRESS",
        76,
        _u32("ConnectionId"),
        octets("IPv4Address", 4, personal="subscriber"),
        octets("IPv4Gateway", 4, personal="subscriber"),
        octets("IPv4Dns", 4, personal="subscriber"),
        _u32("IPv4PrefixLength", within=IPV4_PREFIX_LENGTH),
        octets("IPv6Address", 16, personal="subscriber"),
        octets("IPv6Gateway", 16, personal="subscriber"),
        octets("IPv6Dns", 16, personal="subscriber"),
        _u32("IPv6PrefixLength", within=IPV6_PREFIX_LENGTH),
        _u32("Mtu", within=MTU),
    ),
    _payload(
        "TRAFFIC",
        64,
        *(
            number("u64", name)
            for name in (
                "InOctets",
                "InPackets",
                "OutOctets",
                "OutPackets",
                "InErrors",
                "OutErrors",
                "InDiscards",
                "OutDiscards",
            )
        ),
    ),
    _payload("EMERGENCY_MODE", 4, _u32("EmergencyMode", "WWAN_EMERGENCY_MODE")),
    _payload("CELLULAR_CLASS", 4, _u32("CurrentCellularClass", "WWAN_CELLULAR_CLASS")),
    _payload("DEVICE_SERVICE_SESSION_CLOSED", 4, _u32("SessionId")),
    _payload("ROAMING_TEXT", 128, text("RoamingText", 64)),
    _payload("LTE_ATTACH", 3808, nested("LteAttachContext", "WWAN_LTE_ATTACH_CONFIG")),
)

_MEANINGS: tuple[tuple[str, str], ...] = (
    ("sim", "the SIM is inserted, removed, locked, blocked, or fails"),
    ("hardware_radio", "the radio switch of the machine is turned"),
    ("coverage", "a provider, or every one, comes into reach or leaves it"),
    ("network_deregister", "the network deregisters the device; it may try again by itself"),
    ("network_detach", "the network detaches packet service"),
    ("network_deactivate", "the network deactivates a context"),
    ("provider_change", "a provider in reach appears, changes or disappears"),
    ("signal", "strength or error rate of the signal changes"),
    ("outcome", "the next operations of an OID end with this status and cause"),
    ("latency", "operations of an OID, or of all, take this long"),
    ("service_activation", "the subscription is activated or not"),
    ("pco", "the network sends protocol configuration options"),
    ("device_service_data", "a device service sends data in its session"),
    ("device_service_event", "a device service reports an event"),
    ("voice_call", "a voice call begins, goes on or ends"),
    ("data_class", "the data classes on offer or in use change"),
    ("ip_address", "the network assigns addresses to a context"),
    ("traffic", "packets have flowed: the amounts are added to the counters"),
    ("emergency_mode", "emergency calls become possible or impossible"),
    ("cellular_class", "a device of two technologies changes over"),
    ("device_service_session_closed", "a device service closes its session"),
    ("roaming_text", "the text shown while roaming changes"),
    ("lte_attach", "the network updates contexts to attach to LTE with, over the air"),
)

ROWS: tuple[Stimulus, ...] = tuple(
    Stimulus(name, code, f"WWANREPLAY_STIMULUS_{name.upper()}", meaning)
    for code, (name, meaning) in enumerate(_MEANINGS, 1)
)
