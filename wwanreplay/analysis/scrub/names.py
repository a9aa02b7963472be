"""Names of fields: of all, of the personal ones, and of those that are numbers."""

from __future__ import annotations

from functools import cache

from wwanreplay.analysis.scrub.identities import plain_name


@cache
def personal_names() -> dict[str, str]:
    """Names of the fields that are personal in some structure, and the mark of the first."""
    from wwanreplay.mbim.tables import STRUCTS, all_layouts
    from wwanreplay.protocol import PROTOCOL

    names: dict[str, str] = {}
    for struct in PROTOCOL.structs.values():
        for layout in struct.layouts:
            for leaf in PROTOCOL.flat(struct.name, layout.id).leaves:
                if leaf.field.personal:
                    names.setdefault(plain_name(leaf.path), leaf.field.personal)
    layouts = [layout for _, _, _, layout in all_layouts()]
    for layout_row in [*layouts, *(struct.layout for struct in STRUCTS.values())]:
        for row in layout_row.fields:
            if row.personal:
                names.setdefault(plain_name(row.name), row.personal)
    return names | {
        "telephonenumbers": "subscriber",
        "imsi": "subscriber",
        "iccid": "subscriber",
        "imei": "device",
        "msisdn": "subscriber",
        "apn": "subscriber",
        "meid": "device",
        "esn": "device",
        "mac": "device",
        "macaddress": "device",
        "ipaddress": "subscriber",
        "hostname": "device",
        "computername": "device",
        "serial": "device",
        "serialnumber": "device",
    }


@cache
def field_names() -> frozenset[str]:
    """Names of all fields of MBIM."""
    from wwanreplay.mbim.tables import STRUCTS, all_layouts

    layouts = [layout for _, _, _, layout in all_layouts()]
    layouts += [struct.layout for struct in STRUCTS.values()]
    return frozenset(plain_name(row.name) for layout in layouts for row in layout.fields)


@cache
def number_names() -> frozenset[str]:
    """Names of the personal fields that are numbers in every structure."""
    from wwanreplay.mbim.forms import SCALARS as MBIM_SCALARS
    from wwanreplay.mbim.tables import STRUCTS, all_layouts
    from wwanreplay.protocol import PROTOCOL
    from wwanreplay.protocol.schema import SCALARS

    numbers: set[str] = set()
    others: set[str] = set()
    for struct in PROTOCOL.structs.values():
        for layout in struct.layouts:
            for leaf in PROTOCOL.flat(struct.name, layout.id).leaves:
                if leaf.field.personal:
                    kind = leaf.field.kind
                    single = kind in SCALARS and kind != "guid" and not leaf.field.count
                    (numbers if single else others).add(plain_name(leaf.path))
    layouts = [layout for _, _, _, layout in all_layouts()]
    for layout_row in [*layouts, *(struct.layout for struct in STRUCTS.values())]:
        for row in layout_row.fields:
            if row.personal:
                (numbers if row.format in MBIM_SCALARS else others).add(plain_name(row.name))
    return frozenset(numbers - others)
