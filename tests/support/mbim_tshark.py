"""tshark's dissection of MBIM messages, field by field: names, places and values."""

import re
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from export_samples import exported, trace_of, wire_event

from wwanreplay.formats.exporters import ExportOptions
from wwanreplay.mbim.messages import HOST_TYPES

_USER = 'uat:user_dlts:"User 0 (DLT=147)","mbim.control","0","","0",""'

#: Our name of a field and what tshark calls it, where case and punctuation are not the difference.
ALIASES = {
    "": ("unnamed_data", "wchar_str_data", "guid_data", "int32_data"),
    "Length": ("tc_length",),
    "ServiceId": ("device_service_id",),
    "Dnn": ("wchar_str_data", "tc_dnn"),
    "TypeOfList": ("list_type",),
    "Type": ("tc_type",),
    "OsId": ("tc_os_id",),
    "OsAppId": ("tc_app_id",),
    "OsAppIdLength": ("tc_length",),
    "DnnLength": ("tc_length",),
    "FqdnLength": ("tc_length",),
    "Fqdn": ("tc_fqdn",),
    "Ipv4Address": ("tc_ipv4",),
    "Ipv4Mask": ("tc_ipv4_mask",),
    "Ipv6Address": ("tc_ipv6",),
    "Ipv6PrefixLength": ("tc_ipv6_prefix_length",),
    "Protocol": ("tc_proto_id",),
    "Port": ("tc_port",),
    "PortLow": ("tc_port_range_low",),
    "PortHigh": ("tc_port_range_high",),
    "SecurityParameterIndex": ("tc_byte_value",),
    "FlowLabel": ("tc_byte_value",),
    "MacAddress": ("tc_byte_value",),
    "Vid": ("tc_byte_value",),
    "PcpDei": ("tc_byte_value",),
    "EtherType": ("tc_byte_value",),
    "CapabilityCount": ("tc_length",),
    "Capabilities": ("tc_capability",),
    "TacCount": ("tac_element",),
    "ConsecutiveCount": ("tac_element",),
    "TaiCount": ("tai_element",),
    "Tacs": ("tac",),
    "FirstTac": ("tac",),
    "OriginalPacketSize": ("packet_original_size",),
    "SavedPacket": ("packet_saved_data",),
    "AccessConditionActivate": ("file_lock_status",),
    "AccessConditionDeactivate": ("file_lock_status",),
    "AccessConditionRead": ("file_lock_status",),
    "AccessConditionUpdate": ("file_lock_status",),
    "Action": ("ussd_action",),
    "ActiveApplicationIndex": ("active_app_index",),
    "AntennaIndex": ("sar_antenna_index",),
    "ApplicationCount": ("app_count",),
    "ApplicationId": ("app_id",),
    "ApplicationListSizeBytes": ("app_list_size",),
    "ApplicationName": ("app_name",),
    "ApplicationType": ("app_type",),
    "BackoffIndex": ("sar_backoff_index",),
    "Buffer": ("data_buffer",),
    "CellParameterID": ("call_parameter",),
    "CidList": ("cid",),
    "Cids": ("cid",),
    "CidsCount": ("count",),
    "CipheringKey": ("ck",),
    "ClassByteType": ("type",),
    "ConfigStatesCount": ("element_count",),
    "ConfigurationStatus": ("config_status",),
    "Data": ("binary_data", "data_buffer", "record_data", "response_data"),
    "DataBuffer": ("pac",),
    "DataCodingScheme": ("ussd_data_coding_scheme",),
    "DefaultPduActivationHint": ("default_pdu_hint",),
    "DeviceServiceId": ("uuid",),
    "DrxCycle": ("drx_params",),
    "DrxParameters": ("drx_params",),
    "ElementCount": ("elem_count",),
    "EncodedMessageSizeInCharacters": ("size_in_characters",),
    "Encoding": ("encoding_id",),
    "EntryCount": ("element_count",),
    "ErrorRate": ("ber",),
    "EventsCount": ("element_count",),
    "FileItemCount": ("item_count",),
    "FileItemSize": ("size",),
    "FirmwareInfo": ("fw_info",),
    "Flag": ("flags",),
    "HardwareInfo": ("hw_info",),
    "HighestAvailableDataClass": ("current_data_class",),
    "IPv4AddressCount": ("count",),
    "IPv4DnsServer": ("ipv4_dns",),
    "IPv4DnsServerCount": ("count",),
    "IPv6AddressCount": ("count",),
    "IPv6DnsServer": ("ipv6_dns",),
    "IPv6DnsServerCount": ("count",),
    "IntegratingKey": ("ik",),
    "Language": ("language_id",),
    "MaxName": ("max_name_length",),
    "MbimExtendedVersion": ("bcd_mbim_extended_version",),
    "MbimVersion": ("bcd_mbim_version",),
    "MediaPreference": ("access_media",),
    "MessagesCount": ("element_count",),
    "Mode": ("sar_mode",),
    "ModemConfigurationStatus": ("config_status",),
    "Nrarfcn": ("arfcn",),
    "NumberOfEntries": ("total_nb_of_entries",),
    "PacketServiceAction": ("action",),
    "PassThroughStatus": ("pass_through_action",),
    "Payload": ("command_payload", "ussd_payload"),
    "PinKeyReferenceCount": ("num_pins",),
    "PinKeyReferences": ("pin_ref",),
    "PlmnMcc": ("mcc",),
    "PlmnMnc": ("mnc",),
    "PreferredDataClasses": ("preferred_data_class",),
    "ProvidersCount": ("elem_count",),
    "ProvisionedContextsCount": ("elem_count",),
    "QMUX": ("buffer",),
    "QmiMsg": ("buffer",),
    "RadioState": ("set",),
    "ReRegisterIfNedeed": ("re_register_if_needed",),
    "ReadOffset": ("file_offset",),
    "ReadSize": ("number_of_bytes",),
    "RegistrationFlag": ("registration_flags",),
    "ResLen": ("res_length",),
    "Response": ("data_buffer", "ussd_response"),
    "ResultData": ("result_data_string",),
    "SessionState": ("ussd_session_state",),
    "Slot": ("slot_index",),
    "SmsClass": ("sim_class",),
    "State": ("enable", "mode", "phonebook_state"),
    "StatusWords": ("status_word",),
    "SwRadioState": ("sw_radio_stat",),
    "TelephoneNumbers": ("tel_nb",),
    "TelephoneNumbersCount": ("element_count",),
    "TerminalCapabilityCount": ("count",),
    "TerminalCapabilityData": ("capability",),
    "TimingAdvance": ("provider_timing_advance",),
    "WifiIntegration": ("sar_wifi_integration",),
}


@dataclass(frozen=True)
class Shown:
    """One field as tshark shows it: its bytes in the message, name, type and value."""

    offset: int
    size: int
    name: str
    kind: str
    value: str

    def holds(self, raw: bytes, value: object) -> bool:
        """Say whether it shows these bytes, which we read as `value`."""
        if self.kind.startswith(("FT_UINT", "FT_INT")):
            number = int(self.value, 0) % (1 << 8 * len(raw))
            if isinstance(value, int):
                return number == value % (1 << 8 * len(raw))
            return number in (int.from_bytes(raw, "little"), int.from_bytes(raw, "big"))
        if self.kind == "FT_BYTES":
            return self.value.replace(":", "") == raw.hex()
        if isinstance(value, bytes):
            return self.kind in ("FT_IPv4", "FT_IPv6", "FT_GUID", "FT_STRING", "FT_NONE")
        return self.value == str(value)


@dataclass(frozen=True)
class Dissection:
    """One message as tshark reads it."""

    fields: tuple[Shown, ...]
    complaints: tuple[str, ...]


@cache
def field_kinds() -> dict[str, str]:
    """Return the types of all MBIM fields that this tshark knows."""
    run = subprocess.run(["tshark", "-G", "fields"], capture_output=True, text=True, check=True)
    rows = (line.split("\t") for line in run.stdout.splitlines())
    return {row[2]: row[3] for row in rows if row[0] == "F" and row[2].startswith("mbim.")}


def dissect(messages: Sequence[bytes], mbimex: int, path: Path) -> list[Dissection]:
    """Export messages as a capture and return tshark's reading of each."""
    trace = trace_of(
        [
            wire_event(data, at, to_device=int.from_bytes(data[:4], "little") in HOST_TYPES)
            for at, data in enumerate(messages)
        ]
    )
    capture, _ = exported(trace, "pcapng", ExportOptions(show_personal=True, link="user"))
    path.write_bytes(capture)
    version = f"mbim.extended_version:{mbimex >> 8}.0"
    run = subprocess.run(
        ["tshark", "-n", "-o", _USER, "-o", version, "-r", str(path), "-T", "pdml"],
        capture_output=True,
        timeout=120,
        check=True,
    )
    packets = ElementTree.fromstring(run.stdout).findall("packet")
    return [_dissection(packet) for packet in packets]


def _dissection(packet: ElementTree.Element) -> Dissection:
    fields = tuple(_shown(packet))
    complaints = tuple(
        row.get("showname", "")
        for row in packet.iter()
        if row.get("name", "").startswith("_ws.malformed")
        or ("Unexpected" in row.get("showname", "") and row.get("name") == "_ws.expert.message")
    )
    return Dissection(fields, complaints)


def _shown(packet: ElementTree.Element) -> Iterator[Shown]:
    kinds = field_kinds()
    for row in packet.iter("field"):
        name = row.get("name", "")
        kind = kinds.get(name, "")
        # Single bits stand at the place of their number; our rows have no information buffer.
        if not kind or kind == "FT_BOOLEAN" or name.endswith(".info_buffer"):
            continue
        size = int(row.get("size", "0"))
        if size:
            yield Shown(int(row.get("pos", "0")), size, name, kind, row.get("show", ""))


def plain(name: str) -> str:
    """Return a name without case and punctuation."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def names_agree(path: str, name: str) -> bool:
    """Say whether a field of ours and one of tshark's are called the same."""
    *_, ours = re.sub(r"\[\d+\]", "", path).split(".")
    *_, theirs = name.split(".")
    if ours in ("offset", "count"):
        return theirs.endswith(ours)
    if ours == "size":
        return theirs.endswith(("size", "length", "size_in_bytes"))
    return plain(ours) == plain(theirs) or theirs in ALIASES.get(ours, ())
