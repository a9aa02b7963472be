"""The MBIM tables, joined and checked: services, commands, structures, enumerations.

Service numbers are ours and never change: 1 Basic Connect, 2 SMS, 3 USSD, 4 Phonebook, 5 STK,
6 Auth, 7 DSS, 8 MS Firmware ID, 9 MS Host Shutdown, 10 MS SAR, 11 MS Basic Connect Extensions,
12 MS UICC Low Level Access, 13 MS Voice Extensions, 14 Multicarrier, 15 Proxy Control; 16 to 27
are vendors' services, 28 on services of which only the identifier is known. A new service gets the
next number. An event's code in the MBIM namespace is (service number << 32) | CID.
"""

import uuid
from collections.abc import Iterable, Iterator

from wwanreplay.mbim.rows import (
    enums,
    services_microsoft,
    services_usb_if,
    services_vendors,
    structs,
    tlvs,
)
from wwanreplay.mbim.schema import (
    FIXED_SIZES,
    OPERATIONS,
    Cid,
    Enum,
    Field,
    Format,
    Layout,
    Part,
    PartForm,
    Service,
    Struct,
    Tlv,
)

MBIMEX_1_0 = 0x0100
MBIMEX_2_0 = 0x0200
MBIMEX_3_0 = 0x0300
MBIMEX_NEWEST = 0x0400
TLVS: dict[int, Tlv] = {row.value: row for row in tlvs.TLVS}
TLV_TYPES: dict[str, int] = {row.name: row.value for row in tlvs.TLVS}
TLV_STRUCTS: dict[str, tuple[Part, ...]] = tlvs.STRUCTS


def _inline_size(field: Field, by_name: dict[str, Struct]) -> int | None:
    """Return the bytes a field takes in the fixed part, or None when they vary."""
    if field.present_if is not None:
        return None
    if field.format in FIXED_SIZES:
        return FIXED_SIZES[field.format]
    if field.format is Format.BYTES_FIXED:
        return field.count
    if field.format is Format.STRUCT:
        assert field.struct is not None
        inner = by_name[field.struct].layout
        varies = any(_inline_size(part, by_name) is None for part in inner.fields)
        return None if varies else inner.size
    return None


def check_layout(
    name: str, layout: Layout, by_name: dict[str, Struct], enum_names: set[str]
) -> None:
    """Check one layout against the tables; raise ValueError that names it.

    Offsets are typed in the rows and computed here: the two must agree.
    """
    seen: set[str] = set()
    position: int | None = 0
    for field in layout.fields:
        place = f"{name}.{field.name}"
        if field.name in seen:
            raise ValueError(f"{place}: the name occurs twice")
        if field.struct is not None and field.struct not in by_name:
            raise ValueError(f"{place}: no structure {field.struct}")
        if field.type is not None and field.type not in enum_names:
            raise ValueError(f"{place}: no enumeration {field.type}")
        if field.tlv_type is not None and field.tlv_type not in TLV_TYPES:
            raise ValueError(f"{place}: no TLV type {field.tlv_type}")
        for earlier in (field.count_field, field.present_if and field.present_if[0]):
            if earlier is not None and earlier not in seen:
                raise ValueError(f"{place}: {earlier} does not stand before it")
        if field.offset != position:
            raise ValueError(f"{place}: offset {field.offset}, computed {position}")
        seen.add(field.name)
        size = _inline_size(field, by_name)
        if position is not None and size is not None:
            position += size
        elif position is not None:
            inner = (
                by_name[field.struct].layout.size
                if field.format is Format.STRUCT and field.struct
                else 0
            )
            fixed = position if field.present_if is not None else position + inner
            if layout.size != fixed:
                raise ValueError(f"{name}: fixed size {layout.size}, computed {fixed}")
            # Alternatives share one place; anything behind a varying field has none.
            position = position if field.present_if is not None else None
    if position is not None and layout.size != position:
        raise ValueError(f"{name}: fixed size {layout.size}, computed {position}")


def _check_enum(row: Enum) -> None:
    for member, value in row.members:
        if not 0 <= value <= 0xFFFFFFFF:
            raise ValueError(f"enumeration {row.name}: {member} does not fit 32 bits")
    if row.same_numbers == bool(row.differences):
        raise ValueError(f"enumeration {row.name}: same_numbers and differences disagree")


def check_tables(
    services: Iterable[Service],
    struct_rows: Iterable[Struct],
    enum_rows: Iterable[Enum],
) -> None:
    """Check the rows against each other; raise ValueError that names the first bad one."""
    by_name: dict[str, Struct] = {}
    enum_names: set[str] = set()
    for enum in enum_rows:
        if enum.name in enum_names:
            raise ValueError(f"enumeration {enum.name} occurs twice")
        _check_enum(enum)
        enum_names.add(enum.name)
    struct_list = list(struct_rows)
    for struct in struct_list:
        if struct.name in by_name:
            raise ValueError(f"structure {struct.name} occurs twice")
        by_name[struct.name] = struct
    for struct in struct_list:
        check_layout(struct.name, struct.layout, by_name, enum_names)
    numbers: set[int] = set()
    uuids: set[str] = set()
    commands: set[tuple[str, int]] = set()
    for service in services:
        if service.number in numbers or service.uuid in uuids:
            raise ValueError(f"service {service.name}: its number or UUID occurs twice")
        if str(uuid.UUID(service.uuid)) != service.uuid:
            raise ValueError(f"service {service.name}: bad UUID {service.uuid}")
        numbers.add(service.number)
        uuids.add(service.uuid)
        for cid in service.cids:
            if (service.name, cid.cid) in commands:
                raise ValueError(f"{service.name} CID {cid.cid} occurs twice")
            commands.add((service.name, cid.cid))
            _check_cid(service, cid, by_name, enum_names)


def _check_cid(
    service: Service, cid: Cid, by_name: dict[str, Struct], enum_names: set[str]
) -> None:
    if set(cid.operations) - set("qsn"):
        raise ValueError(f"{service.name} {cid.name}: bad operations {cid.operations!r}")
    for operation in OPERATIONS:
        versions = [layout.mbimex for layout in getattr(cid, operation)]
        if versions != sorted(set(versions)):
            raise ValueError(f"{service.name} {cid.name} {operation}: versions out of order")
    for operation, layout in cid.layouts():
        name = f"{cid.name} {operation} (MBIMEx {layout.mbimex:#06x})"
        check_layout(name, layout, by_name, enum_names)


def check_parts(
    name: str, parts: tuple[Part, ...], struct_names: Iterable[str], enum_names: set[str]
) -> None:
    """Check the parts of a structure inside a TLV; raise ValueError that names the bad one."""
    names = [part.name for part in parts]
    for index, part in enumerate(parts):
        place = f"{name}.{part.name}"
        if names.count(part.name) > 1:
            raise ValueError(f"{place}: the name occurs twice")
        conditions = [each[0] for each in (part.when, part.unless) if each is not None]
        for earlier in (part.size_field, part.count_field, *conditions):
            if earlier is not None and earlier not in names[:index]:
                raise ValueError(f"{place}: {earlier} does not stand before it")
        later = (*part.measures, *((part.counts,) if part.counts else ()))
        for each in later:
            if each not in names[index + 1 :]:
                raise ValueError(f"{place}: {each} does not stand behind it")
        if part.struct is not None and part.struct not in struct_names:
            raise ValueError(f"{place}: no structure {part.struct}")
        if part.type is not None and part.type not in enum_names:
            raise ValueError(f"{place}: no enumeration {part.type}")
        if part.tlv_type is not None and part.tlv_type not in TLV_TYPES:
            raise ValueError(f"{place}: no TLV type {part.tlv_type}")
        if part.form is PartForm.OCTETS and (part.size is None) == (part.size_field is None):
            raise ValueError(f"{place}: octets need a size or the part that holds it")


_ALL_SERVICES = tuple(
    sorted(
        (*services_usb_if.SERVICES, *services_microsoft.SERVICES, *services_vendors.SERVICES),
        key=lambda service: service.number,
    )
)
check_tables(_ALL_SERVICES, structs.STRUCTS, enums.ENUMS)
for _name, _parts in TLV_STRUCTS.items():
    check_parts(_name, _parts, TLV_STRUCTS, {row.name for row in (*enums.ENUMS, *tlvs.ENUMS)})

SERVICES: dict[int, Service] = {service.number: service for service in _ALL_SERVICES}
SERVICES_BY_UUID: dict[bytes, Service] = {
    uuid.UUID(service.uuid).bytes: service for service in _ALL_SERVICES
}
SERVICES_BY_NAME: dict[str, Service] = {service.name: service for service in _ALL_SERVICES}
STRUCTS: dict[str, Struct] = {struct.name: struct for struct in structs.STRUCTS}
ENUMS: dict[str, Enum] = {enum.name: enum for enum in (*enums.ENUMS, *tlvs.ENUMS)}
_CIDS: dict[tuple[int, int], Cid] = {
    (service.number, cid.cid): cid for service in _ALL_SERVICES for cid in service.cids
}

BASIC_CONNECT = SERVICES_BY_NAME["Basic Connect"].number
DSS = SERVICES_BY_NAME["DSS"].number
EXTENSIONS = SERVICES_BY_NAME["MS Basic Connect Extensions"].number


def find_cid(service: int, cid: int) -> Cid | None:
    """Return the row of a command by our service number and CID, or None."""
    return _CIDS.get((service, cid))


def find_layout(service: int, cid: int, operation: str, mbimex: int = MBIMEX_1_0) -> Layout | None:
    """Return the layout in force: the newest one not above `mbimex`, or None.

    `operation` is query, set, response or notification.
    """
    row = find_cid(service, cid)
    if row is None:
        return None
    newest: Layout | None = None
    for layout in getattr(row, operation):
        if layout.mbimex <= mbimex:
            newest = layout
    return newest


def command_code(service: int, cid: int) -> int:
    """Return the code of a command in the MBIM namespace of events."""
    return service << 32 | cid


def split_code(code: int) -> tuple[int, int]:
    """Return (service number, CID) of a code in the MBIM namespace."""
    return code >> 32, code & 0xFFFFFFFF


def command_name(service: int, cid: int) -> str:
    """Return the name of a command for people, also when it is not in the tables."""
    row = find_cid(service, cid)
    if row is not None:
        return row.name
    known = SERVICES.get(service)
    return f"{known.name if known else f'service {service}'} CID {cid}"


def all_layouts() -> Iterator[tuple[Service, Cid, str, Layout]]:
    """Yield every layout of every command."""
    for service in _ALL_SERVICES:
        for cid in service.cids:
            for operation, layout in cid.layouts():
                yield service, cid, operation, layout
