"""The bytes of a report that a log is compared by, as masks: what of a layout without variable part
the marks of the tables and the messages of MBIM leave out.

A mask says "the same" only where `observed_differences` finds nothing, and is no answer otherwise:
a text may be the same behind its end, and what a failure means is looked at by its members.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from wwanreplay._core import Event, Kind
from wwanreplay.errors import DecodeError
from wwanreplay.mbim.known import known_of, unindexed
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event
from wwanreplay.protocol.comparison import comparison_of

#: Forms of reports that are remembered: more than a device has.
FORMS_MAX: Final = 512
_HEADER_SIZE: Final = 4  # type, revision and size, which select the layout
_STATUS: Final = "uStatus"
_KIND_INDICATION: Final = Kind.KIND_INDICATION


class Mask(NamedTuple):
    """The compared bits of a report, as a little-endian number, and the bits of its status."""

    compared: int
    status: int


def shows_the_same(recorded: Event, expected: Event) -> bool:
    """Whether two reports of one kind are the same in all that a log is compared by.

    False when they are not, or when it takes a look at their members to tell.
    """
    payload, other = recorded.payload, expected.payload
    if len(payload) != len(other) or recorded.kind != _KIND_INDICATION:
        return False
    header = payload[:_HEADER_SIZE]
    if header != other[:_HEADER_SIZE] or recorded.namespace != expected.namespace:
        return False
    is_of_request = bool(recorded.request_id)
    mask = mask_of(recorded.code, int(recorded.namespace), is_of_request, header, len(payload))
    if mask is None:
        return False
    number = int.from_bytes(payload, "little")
    return not (number ^ int.from_bytes(other, "little")) & mask.compared and not (
        number & mask.status
    )


@lru_cache(maxsize=FORMS_MAX)
def mask_of(
    code: int, namespace: int, is_of_request: bool, header: bytes, size: int
) -> Mask | None:
    """The mask of the reports of an indication in one form; None where there is none.

    There is one for a layout that is as large as the report and has neither a variable part nor
    members that others select.
    """
    row = PROTOCOL.indication_by_number.get(code)
    if row is None or len(row.structs) != 1 or len(header) < _HEADER_SIZE:
        return None
    struct = PROTOCOL.structure(row.structs[0])
    event = Event(
        _KIND_INDICATION,
        0,
        code=code,
        namespace=namespace,
        request_id=int(is_of_request),
        payload=header + bytes(size - _HEADER_SIZE),
    )
    try:
        decoded = decode_event(event)
    except DecodeError:
        return None
    plan = None if decoded is None else decoded.plan
    if decoded is None or plan is None or plan.rows is None:
        return None
    if struct.tail is not None or plan.flat.size != size:
        return None
    known, comparison = known_of(event), comparison_of(code)
    kept = {_STATUS, *comparison.activation}
    mask, bits_of_status = bytearray(b"\xff" * size), bytearray(size)
    compared = []
    for leaf in decoded.leaves():
        place = slice(leaf.offset, leaf.offset + leaf.size)
        is_compared = unindexed(leaf.path) in known and not leaf.path.startswith(comparison.never)
        if is_compared or leaf.path in kept or leaf.offset < _HEADER_SIZE:
            compared.append(place)
        else:
            mask[place] = bytes(leaf.size)
        if leaf.path == _STATUS:
            bits_of_status[place] = b"\xff" * leaf.size
    for place in compared:  # bits of one number are several members
        mask[place] = b"\xff" * (place.stop - place.start)
    return Mask(int.from_bytes(mask, "little"), int.from_bytes(bits_of_status, "little"))
