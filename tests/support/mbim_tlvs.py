"""One TLV of every type, as bytes written by hand and as the content they mean."""

from typing import Any

from wwanreplay.mbim.tables import TLV_TYPES

SERVICE = "a289cc33-bcbb-8b4f-b6b0-133ec2aae6df"
TAI_TWO_CODES = {"TypeOfList": 0, "Mcc": 1, "Mnc": 0x8001, "TacCount": 2, "Tacs": [1, 0x20000]}
TAI_MANY_NETWORKS = {
    "TypeOfList": 2,
    "TaiCount": 2,
    "Tais": [{"Mcc": 1, "Mnc": 1, "Tac": 5}, {"Mcc": 2, "Mnc": 3, "Tac": 6}],
}
COMPONENTS = [
    ("01", {"Type": 0x01}),
    (
        "08 000102030405060708090a0b0c0d0e0f 02 6170",
        {"Type": 0x08, "OsId": bytes(range(16)), "OsAppIdLength": 2, "OsAppId": b"ap"},
    ),
    (
        "10 c0000201 ffffff00",
        {"Type": 0x10, "Ipv4Address": "192.0.2.1", "Ipv4Mask": "255.255.255.0"},
    ),
    (
        "21 20010db8000000000000000000000001 40",
        {"Type": 0x21, "Ipv6Address": "2001:db8::1", "Ipv6PrefixLength": 64},
    ),
    ("30 11", {"Type": 0x30, "Protocol": 17}),
    ("50 01bb", {"Type": 0x50, "Port": 443}),
    ("51 0400 07ff", {"Type": 0x51, "PortLow": 1024, "PortHigh": 2047}),
    ("60 00000100", {"Type": 0x60, "SecurityParameterIndex": 256}),
    ("70 b8 fc", {"Type": 0x70, "TypeOfService": 0xB8, "TypeOfServiceMask": 0xFC}),
    ("80 01abcd", {"Type": 0x80, "FlowLabel": bytes.fromhex("01abcd")}),
    ("81 020000000001", {"Type": 0x81, "MacAddress": bytes.fromhex("020000000001")}),
    ("83 0064", {"Type": 0x83, "Vid": 100}),
    ("84 0065", {"Type": 0x84, "Vid": 101}),
    ("85 0a", {"Type": 0x85, "PcpDei": 10}),
    ("86 0b", {"Type": 0x86, "PcpDei": 11}),
    ("87 0800", {"Type": 0x87, "EtherType": 0x0800}),
    ("88 04 03696d73", {"Type": 0x88, "DnnLength": 4, "Dnn": b"\x03ims"}),
    ("90 02 01 08", {"Type": 0x90, "CapabilityCount": 2, "Capabilities": [1, 8]}),
    ("91 04 61 2e 62 63", {"Type": 0x91, "FqdnLength": 4, "Fqdn": b"a.bc"}),
    ("a0 03 617070", {"Type": 0xA0, "OsAppIdLength": 3, "OsAppId": b"app"}),
]
ROUTES = [
    ("01 03", {"Type": 0x01, "SscMode": 3}),
    ("02 01 02", {"Type": 0x02, "SNssai": {"Length": 1, "SST": 2}}),
    ("04 04 03696d73", {"Type": 0x04, "DnnLength": 4, "Dnn": b"\x03ims"}),
    ("08 01", {"Type": 0x08, "PduSessionType": 1}),
    ("10 01", {"Type": 0x10, "PreferredAccessType": 1}),
    ("11", {"Type": 0x11}),
    ("20", {"Type": 0x20}),
    ("40 0102", {"Type": 0x40, "Rest": b"\1\2"}),
]
_COMPONENT_BYTES = b"".join(bytes.fromhex(text) for text, _ in COMPONENTS)
_ROUTE_BYTES = b"".join(bytes.fromhex(text) for text, _ in ROUTES)
_SIZE = len(_COMPONENT_BYTES).to_bytes(2, "big").hex()

#: Name of the type, data in hexadecimal, content (None: the type is bytes only).
SAMPLES: list[tuple[str, str, Any]] = [
    ("UE_POLICIES", "0102030405", None),
    (
        "SINGLE_NSSAI",
        "04 01 abcdef",
        {"Length": 4, "SST": 1, "SD": b"\xab\xcd\xef"},
    ),
    (
        "ALLOWED_NSSAI",
        "01 01  02 02 03  05 01 000001 02  08 01 000001 02 000003",
        [
            {"Length": 1, "SST": 1},
            {"Length": 2, "SST": 2, "MappedSST": 3},
            {"Length": 5, "SST": 1, "SD": b"\0\0\1", "MappedSST": 2},
            {"Length": 8, "SST": 1, "SD": b"\0\0\1", "MappedSST": 2, "MappedSD": b"\0\0\3"},
        ],
    ),
    ("CFG_NSSAI", "01 03", [{"Length": 1, "SST": 3}]),
    ("DFLT_CFG_NSSAI", "01 04", [{"Length": 1, "SST": 4}]),
    (
        "PRECFG_DFLT_CFG_NSSAI",
        "01000000 0500 00 02 02000000 0101 0000  02000000 0500 00 00 00000000",
        [
            {
                "AccessType": 1,
                "Nssai": {"Type": 5, "Data": b"\1\1", "Content": [{"Length": 1, "SST": 1}]},
            },
            {"AccessType": 2, "Nssai": {"Type": 5, "Data": b""}},
        ],
    ),
    (
        "REJ_NSSAI",
        "01 00 01  04 01 02 00000a",
        [
            {"Length": 1, "Cause": 0, "SST": 1},
            {"Length": 4, "Cause": 1, "SST": 2, "SD": b"\0\0\x0a"},
        ],
    ),
    (
        "LADN",
        "04 03696d73 00 0100 0180 02 01000000 00000200"
        "02 02 0100 0100 05000000 0200 0300 06000000"
        "0a00 00 02 06000000 6c0061006e00 0000 01 0100 0100 03 07000000",
        [
            {"Dnn": b"\x03ims", "TaiLists": [TAI_TWO_CODES, TAI_MANY_NETWORKS]},
            {
                "Dnn": "lan",
                "TaiLists": [
                    {"TypeOfList": 1, "Mcc": 1, "Mnc": 1, "ConsecutiveCount": 3, "FirstTac": 7}
                ],
            },
        ],
    ),
    ("TAI", "00 0100 0180 02 01000000 00000200", TAI_TWO_CODES),
    ("WCHAR_STR", "61006200e400", "abä"),
    ("UINT16_TBL", "0100 0200 ffff", [1, 2, 0xFFFF]),
    ("EAP_PACKET", "01020304", None),
    ("PCO", "80 0003 10 01020304", None),
    (
        "ROUTE_SELECTION_DESCRIPTORS",
        "02000000 01000000 " + (len(_ROUTE_BYTES) + 3).to_bytes(2, "big").hex() + "05"
        f"{len(_ROUTE_BYTES).to_bytes(2, 'big').hex()} {_ROUTE_BYTES.hex()}"
        "00000000 00000000 0003 ff 0000",
        [
            {
                "Source": 2,
                "Purpose": 1,
                "Length": len(_ROUTE_BYTES) + 3,
                "Precedence": 5,
                "ContentsLength": len(_ROUTE_BYTES),
                "Contents": [component for _, component in ROUTES],
            },
            {
                "Source": 0,
                "Purpose": 0,
                "Length": 3,
                "Precedence": 255,
                "ContentsLength": 0,
                "Contents": [],
            },
        ],
    ),
    (
        "TRAFFIC_PARAMETERS",
        _SIZE + _COMPONENT_BYTES.hex(),
        {
            "Length": len(_COMPONENT_BYTES),
            "Components": [component for _, component in COMPONENTS],
        },
    ),
    (
        "WAKE_COMMAND",
        "a289cc33bcbb8b4fb6b0133ec2aae6df 0b000000 1c000000 03000000 010203",
        {"ServiceId": SERVICE, "Cid": 11, "Payload": b"\1\2\3"},
    ),
    (
        "WAKE_PACKET",
        "02000000 dc050000 10000000 02000000 4500",
        {"FilterId": 2, "OriginalPacketSize": 1500, "SavedPacket": b"E\0"},
    ),
    ("OSID", "97a498e3fc925c9489860333d06e4e47", bytes.fromhex("97a498e3fc925c9489860333d06e4e47")),
    ("3GPP_REL_VERSION", "10000000", 16),
    (
        "URSP_RULES_TD_ONLY",
        "01 0001 01  02 0003 50 0050",
        [
            {"Precedence": 1, "Length": 1, "TrafficDescriptor": [{"Type": 1}]},
            {"Precedence": 2, "Length": 3, "TrafficDescriptor": [{"Type": 0x50, "Port": 80}]},
        ],
    ),
    ("SESSION_ID", "03000000", 3),
]


NAMES = [name for name, _, _ in SAMPLES]
WITH_CONTENT = [name for name, _, content in SAMPLES if content is not None]


def sample_tlv(name: str) -> dict[str, Any]:
    """Return the sample of a type in the form that the codec gives."""
    for each, text, content in SAMPLES:
        if each == name:
            item: dict[str, Any] = {"Type": TLV_TYPES[name], "Data": bytes.fromhex(text)}
            return item if content is None else item | {"Content": content}
    raise KeyError(name)


def sample_tlvs() -> list[dict[str, Any]]:
    """Return the samples of all types, and one of a type that nobody knows."""
    return [*(sample_tlv(name) for name, _, _ in SAMPLES), {"Type": 99, "Data": b"?"}]
