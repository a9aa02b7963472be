"""The profile in a trace's header: the trace replays from it, so both are scrubbed alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from wwanreplay.analysis.scrub.identities import Identities
from wwanreplay.analysis.scrub.speller import Speller
from wwanreplay.analysis.scrub.texts import map_key, map_values, replace_text
from wwanreplay.formats.registry import all_formats
from wwanreplay.trace import TraceHeader

# Key of the mapping → (form, name of the field that shows it, its mark).
_FORMS = {
    "device_id": ("text", "DeviceId", "device"),
    "subscriber_id": ("text", "SubscriberId", "subscriber"),
    "sim_iccid": ("text", "SimIccId", "subscriber"),
    "telephone_numbers": ("text", "TelephoneNumbers", "subscriber"),
    "pin1": ("text", "Pin", "secret"),
    "puk1": ("text", "Pin", "secret"),
    "pin2": ("text", "Pin", "secret"),
    "access_string": ("text", "AccessString", "subscriber"),
    "accepted_access_strings": ("text", "AccessString", "subscriber"),
    "default_access_string": ("text", "AccessString", "subscriber"),
    "user_name": ("text", "UserName", "subscriber"),
    "password": ("text", "Password", "secret"),
    "tracking_area_code": ("number", "Tac", "place"),
    "ipv4_address": ("address", "IPv4Address", "subscriber"),
    "ipv4_gateway": ("address", "IPv4Gateway", "subscriber"),
    "ipv4_dns": ("address", "IPv4Dns", "subscriber"),
    "ipv6_address": ("address", "IPv6Address", "subscriber"),
    "ipv6_gateway": ("address", "IPv6Gateway", "subscriber"),
    "ipv6_dns": ("address", "IPv6Dns", "subscriber"),
}
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")
_HASH = re.compile(r"(?=.*[a-f])(?=.*\d)(?:[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})")
_COMPARISON = re.compile(r"field|exact|")
_FILE_KEYS: dict[str, Callable[[Any], bool]] = {
    "format": lambda value: isinstance(value, str) and value in all_formats(),
    "size": lambda value: isinstance(value, int),
}
_GUID = re.compile(r"\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?")
# Octets are personal in a table of this name only.
_OCTETS = ("pco", "octets")


def scrub_header(
    header: TraceHeader, identities: Identities, speller: Speller | None
) -> TraceHeader:
    """The header with everything personal replaced; without a `speller` only to register it.

    Left out: the profile's TOML, which is free text with comments; its compiled form, which
    the mapping makes again; and names and hashes of the files it was imported from, as a hash lets
    one try which values were there. The records in `start` are left as they are, for the session's
    scrubber.
    """
    source: dict[str, Any] = {
        key: value
        for key, value in header.source.items()
        if key == "size" and isinstance(value, int)
    }
    files = header.source.get("files")
    if isinstance(files, list):
        source["files"] = [
            {key: file[key] for key, is_kept in _FILE_KEYS.items() if is_kept(file.get(key))}
            for file in files
            if isinstance(file, dict)
        ]
    return replace(
        header,
        created=_kept(_TIME, header.created, identities, speller),
        table_hash=_kept(_HASH, header.table_hash, identities, speller),
        comparison=_kept(_COMPARISON, header.comparison, identities, speller),
        seed=None if header.seed is None else map_values(header.seed, "", identities, speller),
        namespaces={
            map_values(number, "", identities, speller): _text(name, identities, speller)
            for number, name in header.namespaces.items()
        },
        interface=_text(header.interface, identities, speller),
        producer=_text(header.producer, identities, speller),
        device=_device(header.device, identities, speller),
        profile_name=_text(header.profile_name, identities, speller),
        profile_text="",
        profile=b"",
        profile_mapping=_mapping(header.profile_mapping, "", identities, speller),
        clock=map_values(header.clock, "", identities, speller),
        source=source,
        notes=[_text(str(note), identities, speller) for note in header.notes],
        # The digest of the whole session is left out, as the hashes of files are.
        cut=map_values(
            {key: value for key, value in header.cut.items() if key != "of"},
            "",
            identities,
            speller,
        ),
        extra=map_values(header.extra, "", identities, speller),
    )


def _device(
    device: dict[str, Any], identities: Identities, speller: Speller | None
) -> dict[str, Any]:
    """The device in the header; under Windows its names are GUIDs of interfaces."""
    mapped: dict[str, Any] = map_values(device, "", identities, speller)
    names = device.get("names")
    if isinstance(names, list | tuple):
        mapped["names"] = [
            identities.any_text("InterfaceGUID", name)
            if isinstance(name, str) and _GUID.fullmatch(name)
            else map_values(name, "names", identities, speller)
            for name in names
        ]
    return mapped


def _text(text: str, identities: Identities, speller: Speller | None) -> str:
    if speller is None:
        map_values(text, "", identities, None)
        return text
    return replace_text(text, identities, speller)


def _kept(form: re.Pattern[str], text: str, identities: Identities, speller: Speller | None) -> str:
    """A text that stays when it has the form that it should have."""
    return text if form.fullmatch(text) else _text(text, identities, speller)


def _mapping(
    values: dict[Any, Any], table: str, identities: Identities, speller: Speller | None
) -> dict[Any, Any]:
    return {
        map_key(key, identities, speller): _value(key, value, table, identities, speller)
        for key, value in values.items()
    }


def _value(
    key: Any, value: Any, table: str, identities: Identities, speller: Speller | None
) -> Any:
    if isinstance(value, dict):
        return _mapping(value, str(key), identities, speller)
    if isinstance(value, list | tuple):
        return [_value(key, item, str(key), identities, speller) for item in value]
    form, name, mark = _FORMS.get(key, ("", "", ""))
    if (table, key) == _OCTETS and isinstance(value, bytes):
        return identities.octets("PcoData", value)
    if form == "text" and isinstance(value, str):
        return identities.text(name, value, mark)
    if form == "number" and isinstance(value, int):
        # A hostile header may hold a number below zero, which is none of the field's values.
        return -identities.number(name, -value) if value < 0 else identities.number(name, value)
    if form == "address" and isinstance(value, bytes) and len(value) in (4, 16):
        return identities.address(name, value)
    if isinstance(value, str) and speller is not None:
        # As in the buffers that show it: in UTF-16, and no longer than it was.
        octets = speller.replaced(value.encode("utf-16-le", "surrogatepass"))
        return octets.decode("utf-16-le", "replace")
    if isinstance(value, bytes) and speller is not None:
        return speller.replaced(value)
    if isinstance(value, int) and speller is not None:
        return map_values(value, "", identities, speller)
    return value
