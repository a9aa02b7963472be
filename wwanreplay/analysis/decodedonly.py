"""Fields of an event that never had a buffer, as people read them.

Each is shown as the field of its structure would be: members by name, personal values masked. What
no structure has (a text of the log, a member without path) may hold anything and is masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from wwanreplay._core import Event, Namespace
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import format_value, mask_value, structures_of
from wwanreplay.protocol.schema import Field, ListTail
from wwanreplay.words import printable


def field_of(event: Event, path: str) -> Field | None:
    """The field of the event's structures that has this path, or None."""
    wanted = re.sub(r"\[\d+\]", "[]", path)
    for struct in structures_of(event):
        field = _fields(struct.name).get(wanted)
        if field is not None:
            return field
    return None


@lru_cache(maxsize=512)
def _fields(struct: str) -> dict[str, Field]:
    """path → field of all layouts of a structure; elements of its list as `Elements[].path`."""
    row = PROTOCOL.structure(struct)
    fields: dict[str, Field] = {}
    for layout in row.layouts:
        for leaf in PROTOCOL.flat(struct, layout.id).leaves:
            fields[leaf.path] = leaf.field
            fields[re.sub(r"\[\d+\]", "[]", leaf.path)] = leaf.field
    if isinstance(row.tail, ListTail):
        for _, choices in row.tail.elements:
            for element in choices:
                if not element.of:
                    fields["Elements[]"] = element
                    continue
                for path, field in _fields(element.of).items():
                    fields[f"Elements[].{path}"] = field
    return fields


def readable(event: Event) -> tuple[Event, list[str]]:
    """The event without printed fields that no buffer could hold, and the paths of these.

    A trace may say anything: a text where the structure has a number.
    """
    fields = event.fields or {}
    wrong = [path for path, value in fields.items() if not _fits(field_of(event, str(path)), value)]
    if not wrong:
        return event, []
    kept = {path: value for path, value in fields.items() if path not in wrong}
    return event.replace(fields=kept or None), [printable(str(path)) for path in wrong]


def _fits(field: Field | None, value: Any) -> bool:
    if field is None:
        return True
    if field.kind in ("wchar16", "char8", "guid"):
        return isinstance(value, str) or bool(field.count)
    return isinstance(value, int) or bool(field.count)


def decoded_only(event: Event, *, show_personal: bool = False) -> Iterator[tuple[str, str]]:
    """(path, text) of the fields of an event."""
    if event.namespace == Namespace.NAMESPACE_MBIM:
        yield from _printed(event, show_personal)
        return
    for name, value in (event.fields or {}).items():
        path = str(name)
        yield printable(path), _text(field_of(event, path), value, show_personal)


def _printed(event: Event, show_personal: bool) -> Iterator[tuple[str, str]]:
    """Members of an MBIM message that is no NDIS structure, as the log prints them."""
    from wwanreplay.mbim.messages import STATUS_FIELD
    from wwanreplay.mbim.presentation import is_personal, status_name

    for name, value in (event.fields or {}).items():
        path = str(name)
        if is_personal(event.code, path) and not show_personal:
            yield printable(path), mask_value(value) or "***"
        elif path == STATUS_FIELD and isinstance(value, int):
            yield path, status_name(value)
        else:
            yield (
                printable(path),
                value if isinstance(value, str) and value.isprintable() else ascii(value),
            )


def _text(field: Field | None, value: Any, show_personal: bool) -> str:
    if isinstance(value, list):
        value = tuple(value)
    if (field is None or field.personal) and not show_personal:
        return mask_value(value) or "***"
    if field is None:
        return _shown(value)
    if isinstance(value, str) or (field.values and not isinstance(value, int)):
        return _shown(value)
    return format_value(field, value)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) and value.isprintable() else ascii(value)
