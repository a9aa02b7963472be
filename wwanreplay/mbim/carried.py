"""What of an MBIM command an OID carries: the ties of the tables, made into conversions.

A `Carried` row holds, for one command, the OID and indications, and per direction a `Shape`: the
NDIS structure and the function that makes its tree of the decoded members. Most of that function
is the tie's pairs; lists, blocks and unions are in `carried_parts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from wwanreplay.mbim import carried_parts as parts
from wwanreplay.mbim import values as maps
from wwanreplay.mbim.carried_parts import Add
from wwanreplay.mbim.codec import Values
from wwanreplay.mbim.commands import COMMANDS_BY_CODE
from wwanreplay.mbim.schema import Cid, Format, MessageTie, Pair, Tie
from wwanreplay.mbim.structures import Tree
from wwanreplay.mbim.tables import (
    BASIC_CONNECT,
    SERVICES_BY_NAME,
    STRUCTS,
    TIES,
    find_cid,
)
from wwanreplay.mbim.values import ValueMap
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.schema import BytesTail, ListTail, Oid

#: Translations by the MBIM enumeration of a pair that is marked `translate`.
_MAPS: Final[Mapping[str, ValueMap]] = {
    "MbimAccessMediaType": maps.MEDIA,
    "MbimAuthProtocol": maps.AUTH_PROTOCOL,
    "MbimCellularClass": maps.CELLULAR_CLASS,
    "MbimContextIpType": maps.IP_TYPE,
    "MbimContextSource": maps.CONTEXT_SOURCE,
    "MbimCtrlCaps": maps.CTRL_CAPS,
    "MbimDataClass": maps.DATA_CLASS,
    "MbimDataClassV3": maps.DATA_CLASS,
    "MbimDssLinkState": maps.DSS_LINK_STATE,
    "MbimSarWifiHardwareState": maps.SAR_WIFI,
    "MbimSimClass": maps.SIM_CLASS,
    "MbimSmsFormat": maps.SMS_FORMAT,
}

_NSSAI_BLOCKS: Final = {
    "TAI": "TaiListData",
    "ALLOWED_NSSAI": "AllowedNssaiListData",
    "CFG_NSSAI": "ConfiguredNssaiListData",
    "REJ_NSSAI": "RejectedNssaiListData",
    "DFLT_CFG_NSSAI": "DefaultConfiguredNssaiListData",
    "LADN": "LadnListData",
}

#: What a structure's tree needs beyond the pairs. Members named here are not moved by a pair.
_ADDED: Final[Mapping[str, tuple[Add, tuple[str, ...]]]] = {
    "NDIS_WWAN_DEVICE_CAPS": (parts.device_caps, ()),
    "NDIS_WWAN_DEVICE_CAPS_EX": (parts.device_caps, ()),
    "NDIS_WWAN_READY_INFO": (parts.telephone_numbers, ("ReadyInfo", "TelephoneNumbers")),
    "NDIS_WWAN_HOME_PROVIDER2": (parts.provider("Provider."), ("Provider",)),
    "NDIS_WWAN_SET_HOME_PROVIDER": (parts.provider("HomeProvider."), ("Provider",)),
    "NDIS_WWAN_PREFERRED_PROVIDERS": (
        parts.provider_list("PreferredListHeader"),
        ("Providers",),
    ),
    "NDIS_WWAN_SET_PREFERRED_PROVIDERS": (
        parts.provider_list("PreferredListHeader"),
        ("Providers",),
    ),
    "NDIS_WWAN_VISIBLE_PROVIDERS": (parts.provider_list("VisibleListHeader"), ("Providers",)),
    "NDIS_WWAN_PREFERRED_MULTICARRIER_PROVIDERS": (
        parts.provider_list("PreferredListHeader"),
        ("Providers",),
    ),
    "NDIS_WWAN_SET_PREFERRED_MULTICARRIER_PROVIDERS": (
        parts.provider_list("PreferredListHeader"),
        ("Providers",),
    ),
    "NDIS_WWAN_PACKET_SERVICE_STATE": (parts.packet_service, ("UnnamedIes",)),
    "NDIS_WWAN_SIGNAL_STATE": (parts.signal_elements, ("RsrpSnr",)),
    "NDIS_WWAN_CONTEXT_STATE": (lambda _values, _tree: None, ("SNssai",)),
    "NDIS_WWAN_SET_CONTEXT_STATE": (lambda _values, _tree: None, ("SNssai",)),
    "NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2": (lambda _values, _tree: None, ("SNssai",)),
    "NDIS_WWAN_PROVISIONED_CONTEXTS": (parts.context_list, ("ProvisionedContexts",)),
    "NDIS_WWAN_SERVICE_ACTIVATION": (parts.data("Buffer"), ("Buffer",)),
    "NDIS_WWAN_SERVICE_ACTIVATION_STATUS": (parts.data("Buffer"), ("Buffer",)),
    "NDIS_WWAN_SMS_RECEIVE": (parts.sms_list, ("Format", "PduMessages", "CdmaMessages")),
    "NDIS_WWAN_SMS_SEND": (parts.sms_send, ("PduMessage", "CdmaMessage")),
    "NDIS_WWAN_SUPPORTED_DEVICE_SERVICES": (
        parts.device_services,
        ("DeviceServices", "DeviceServicesCount"),
    ),
    "NDIS_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS": (
        parts.event_services,
        ("Events", "EventsCount"),
    ),
    "NDIS_WWAN_DEVICE_SERVICE_SUBSCRIPTION": (parts.event_services, ("Events", "EventsCount")),
    "NDIS_WWAN_USSD_REQUEST": (parts.ussd("UssdRequest.UssdString"), ()),
    "NDIS_WWAN_USSD_EVENT": (parts.ussd("UssdEvent.UssdString"), ()),
    "NDIS_WWAN_SET_DEVICE_SLOT_MAPPING_INFO": (parts.slot_map, ("SlotMap",)),
    "NDIS_WWAN_DEVICE_SLOT_MAPPING_INFO": (parts.slot_map, ("SlotMap",)),
    "NDIS_WWAN_SET_UICC_TERMINAL_CAPABILITY": (
        parts.terminal_capabilities,
        ("TerminalCapability", "TerminalCapabilityCount"),
    ),
    "NDIS_WWAN_UICC_TERMINAL_CAPABILITY_INFO": (
        parts.terminal_capabilities,
        ("TerminalCapability", "TerminalCapabilityCount"),
    ),
    "NDIS_WWAN_SET_LTE_ATTACH_CONTEXT": (
        parts.attach_contexts("SetLteAttachContext.SetContextArray", is_set=True),
        ("Configurations",),
    ),
    "NDIS_WWAN_LTE_ATTACH_CONTEXTS": (
        parts.attach_contexts("LteAttachContext.LteContextArray", is_set=False),
        ("Configurations",),
    ),
    "NDIS_WWAN_PCO_STATUS": (parts.pco, ("PcoValue",)),
    "NDIS_WWAN_LOCATION_STATE_INFO": (
        parts.location,
        ("LocationAreaCode", "TrackingAreaCode"),
    ),
    "NDIS_WWAN_MODEM_CONFIG_INFO": (parts.modem_config, ()),
    "NDIS_WWAN_BASE_STATIONS_INFO": (parts.base_stations, tuple(parts.CELLS)),
    "NDIS_WWAN_UICC_APP_LIST": (parts.applications, ("Applications",)),
    "NDIS_WWAN_NETWORK_PARAMS_INFO": (parts.tlv_blocks(_NSSAI_BLOCKS), ("UnnamedIes",)),
    "NDIS_WWAN_UE_POLICY_INFO": (
        parts.tlv_blocks({"URSP_RULES_TD_ONLY": "RawTdOnlyDataBytes"}),
        ("UnnamedIes",),
    ),
    "NDIS_WWAN_UICC_OPEN_CHANNEL_INFO": (
        parts.status_words("UiccOpenChannelInfo.Status"),
        ("Status",),
    ),
    "NDIS_WWAN_UICC_CLOSE_CHANNEL_INFO": (
        parts.status_words("UiccCloseChannelInfo.Status"),
        ("Status",),
    ),
    "NDIS_WWAN_UICC_APDU_INFO": (parts.status_words("UiccApduInfo.Status"), ("Status",)),
    "NDIS_WWAN_IP_ADDRESS_STATE": (parts.ip_address_state, ()),
}
_AUTH_METHODS: Final = {1: "WwanAuthAka", 2: "WwanAuthAkaPrime", 3: "WwanAuthSim"}
AUTH: Final = SERVICES_BY_NAME["Auth"].number


@dataclass(frozen=True, slots=True)
class Move:
    """One member, or a member of a structure in it, and the path it goes to."""

    member: str
    inner: str
    path: str
    kind: ValueMap | None
    length_path: str
    in_tail: bool


@dataclass(frozen=True, slots=True)
class Items:
    """A list of structures whose members are moved by pairs."""

    member: str
    type_path: str
    type_name: str
    moves: tuple[tuple[str, str, ValueMap | None], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """One direction of a command: its NDIS structure and how the tree is made."""

    structure: str
    moves: tuple[Move, ...] = ()
    items: Items | None = None
    added: tuple[Add, ...] = ()

    def tree(self, values: Values) -> Tree:
        """Return the paths that these members carry, with their values."""
        tree: Tree = {}
        for each in self.moves:
            value = values.get(each.member)
            if each.inner and isinstance(value, dict):
                value = value.get(each.inner)
            if value is None or isinstance(value, dict):
                continue
            value = value if each.kind is None else each.kind.to_wwan(value)
            tree["Data" if each.in_tail else each.path] = value
            if each.length_path and isinstance(value, bytes | str):
                tree[each.length_path] = len(value)
        if self.items is not None and values.get(self.items.member) is not None:
            tree[self.items.type_path] = self.items.type_name
            tree["Elements"] = [
                _element(each, self.items.moves) for each in values[self.items.member]
            ]
        for add in self.added:
            add(values, tree)
        return tree


def _element(values: Mapping[str, Any], moves: Sequence[tuple[str, str, ValueMap | None]]) -> Tree:
    tree: Tree = {}
    parts.move(values, tree, *moves)
    return tree


@dataclass(frozen=True, slots=True)
class Carried:
    """How the class driver carries one command.

    `indication` answers query and set, None where the OID has none: then the request completes
    with the answer. `event` is what an INDICATE_STATUS becomes. A shape is None where nothing goes
    that way.
    """

    service: int
    cid: int
    oid: Oid
    indication: str | None
    event: str | None
    query: Shape | None
    set: Shape | None
    answer: Shape | None
    revision: int | None = None

    @property
    def code(self) -> int:
        """The OID's number."""
        return self.oid.number or 0

    def has(self, operation: str) -> bool:
        """Say whether the OID can be asked (query) or set."""
        return bool(getattr(self.oid, operation))


# ------------------------------------------------------------------ shapes out of ties


@cache
def _paths_of(structure: str) -> frozenset[str]:
    """The paths of all layouts of a structure."""
    struct = PROTOCOL.structure(structure)
    flats = [PROTOCOL.flat(structure, layout.id) for layout in struct.layouts]
    return frozenset(leaf.path for flat in flats for leaf in flat.leaves)


def _kind_of(pair: Pair) -> ValueMap | None:
    if pair.mbim == "ContextType" and pair.enums is None:
        return maps.CONTEXT_TYPE
    if not pair.translate or pair.enums is None:
        return None
    return _MAPS.get(pair.enums[0])


def _plain(name: str) -> str:
    return re.sub(r"^(wwan|plmn)", "", name.rpartition(".")[2].lower())


def _length_path(structure: str, path: str) -> str:
    """The member with the length of an array of bytes, by its name; empty without one."""
    paths = _paths_of(structure)
    found = [f"{path}{end}" for end in ("Length", "Size") if f"{path}{end}" in paths]
    return found[0] if found else ""


def _in_tail(structure: str, path: str) -> bool:
    tail = PROTOCOL.structure(structure).tail
    if not isinstance(tail, BytesTail):
        return False
    return path in (tail.at, *(at for _, at in tail.older)) and bool(path)


def _moves(message: MessageTie, field_structs: Mapping[str, str]) -> Iterator[Move]:
    paths = _paths_of(message.struct)
    skipped = _ADDED[message.struct][1] if message.struct in _ADDED else ()
    for pair in message.pairs:
        if pair.mbim in skipped:
            continue
        kind = _kind_of(pair)
        inner_of = {}
        if pair.mbim in field_structs:
            layout = STRUCTS[field_structs[pair.mbim]].layout
            inner_of = {_plain(field.name): field.name for field in layout.fields}
        for path in pair.ndis:
            if path not in paths or path.endswith("ElementCount"):
                continue
            if inner_of and _plain(path) not in inner_of:
                continue
            inner = inner_of.get(_plain(path), "")
            in_tail = _in_tail(message.struct, path)
            length = "" if in_tail else _length_path(message.struct, path)
            yield Move(pair.mbim, inner, path, kind, length, in_tail)


def _items(message: MessageTie) -> Items | None:
    tail = PROTOCOL.structure(message.struct).tail
    skipped = _ADDED[message.struct][1] if message.struct in _ADDED else ()
    for pair in message.pairs:
        if pair.element is None or not pair.elements or pair.mbim in skipped:
            continue
        assert isinstance(tail, ListTail)
        names = [name for name, row in tail.elements if row[-1].of == pair.element[1]]
        moves = tuple((each.mbim, each.ndis[0], _kind_of(each)) for each in pair.elements)
        return Items(pair.mbim, f"{tail.header}.ElementType", names[0], moves)
    return None


def _field_structs(row: Cid) -> dict[str, str]:
    fields = [field for _, layout in row.layouts() for field in layout.fields]
    return {
        field.name: field.struct
        for field in fields
        if field.struct is not None and field.format is Format.STRUCT
    }


def _shape(tie: Tie, row: Cid, message: str, structure: str | None = None) -> Shape | None:
    ties = [each for each in tie.messages if each.message == message]
    if structure is not None:
        ties = [each for each in ties if each.struct == structure]
    if not ties:
        return None
    chosen = ties[0]
    added = [_ADDED[chosen.struct][0]] if chosen.struct in _ADDED else []
    if SERVICES_BY_NAME[tie.service].number == AUTH:
        prefix = "AuthChallenge" if message == "query" else "AuthResponse"
        added.append(parts.auth(prefix, _AUTH_METHODS[tie.cid]))
    moves = tuple(_moves(chosen, _field_structs(row)))
    return Shape(chosen.struct, moves, _items(chosen), tuple(added))


#: The structures of an answer where a tie names several.
_ANSWERS: Final = {"OID_WWAN_HOME_PROVIDER": "NDIS_WWAN_HOME_PROVIDER2"}


def _carried(tie: Tie) -> Carried:
    number = SERVICES_BY_NAME[tie.service].number
    row = find_cid(number, tie.cid)
    assert row is not None
    oid = PROTOCOL.oid(tie.oid)
    served = COMMANDS_BY_CODE.get((number, tie.cid))
    indication = tie.indications[0] if tie.indications else None
    answer = _shape(tie, row, "response", _ANSWERS.get(tie.oid))
    if answer is None and indication is not None:
        structures = PROTOCOL.indication(indication).structs
        answer = Shape(structures[-1]) if structures else None
    return Carried(
        number,
        tie.cid,
        oid,
        indication,
        tie.unsolicited[0] if tie.unsolicited else indication,
        _shape(tie, row, "query"),
        _shape(tie, row, "set"),
        answer,
        None if served is None or served.set is None else served.set.revision,
    )


@cache
def carried_commands(driver_model: int = 2) -> dict[tuple[int, int], Carried]:
    """Return every command that an OID carries, by (service number, CID).

    Drivers of model 1 know OID_WWAN_PIN, later ones OID_WWAN_PIN_EX. EMERGENCY_MODE, which no tie
    has, is asked as READY_INFO.
    """
    left_out = "OID_WWAN_PIN" if driver_model >= 2 else "OID_WWAN_PIN_EX"
    rows = [_carried(tie) for tie in TIES if tie.oid != left_out]
    found = {(row.service, row.cid): row for row in rows if row.answer or row.set}
    ready = found[(BASIC_CONNECT, 2)]
    found[(BASIC_CONNECT, EMERGENCY_MODE)] = Carried(
        BASIC_CONNECT,
        EMERGENCY_MODE,
        ready.oid,
        ready.indication,
        None,
        None,
        None,
        Shape("NDIS_WWAN_READY_INFO", added=(parts.emergency_mode,)),
    )
    return found


EMERGENCY_MODE: Final = 22
IP_CONFIGURATION: Final = 15
#: IP_CONFIGURATION has no OID; its notification is the address event of NDIS.
IP_ADDRESS_STATE: Final = Shape("NDIS_WWAN_IP_ADDRESS_STATE", added=(parts.ip_address_state,))
