"""Commands that the mapping to OIDs or the emulated device lacks: what is judged of them.

The mapping reads only what has an OID, and the device answers only what its model has.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from wwanreplay._core import Event, Recent, RecordFlag
from wwanreplay.errors import DecodeError
from wwanreplay.mbim.commands import COMMANDS_OF_OIDS, TIES
from wwanreplay.mbim.header import Head, beside_transaction
from wwanreplay.mbim.messages import MBIM_COMMAND_DONE, parse_message
from wwanreplay.mbim.tables import MBIMEX_1_0, SERVICES_BY_NAME, SERVICES_BY_UUID, find_cid
from wwanreplay.mbim.versions import understand
from wwanreplay.protocol.engine_table import model_oids
from wwanreplay.protocol.timing import limits_of

#: Commands that are remembered: more than the tables have.
COMMANDS_MAX: Final = 512
#: Messages without a fault that are remembered, and how large such a one may be, in bytes.
REMEMBERED_MAX: Final = 128
REMEMBERED_SIZE_MAX: Final = 4096
#: Its commands never reach the function.
_PROXY: Final = SERVICES_BY_NAME["Proxy Control"].number
_SOUND: Final[Recent[tuple[bytes, bytes, bool], None]] = Recent(REMEMBERED_MAX)


def key_of(head: Head) -> tuple[int, int] | None:
    """Service number and CID of a command that the tables know, None for any other."""
    service = None if head.service is None else SERVICES_BY_UUID.get(head.service)
    if service is None or head.cid is None or find_cid(service.number, head.cid) is None:
        return None
    return service.number, head.cid


@lru_cache(maxsize=COMMANDS_MAX)
def is_of_oids(command: bytes) -> bool:
    """Whether OIDs carry a command, or no table knows it: its service and CID as on the wire."""
    service = SERVICES_BY_UUID.get(command[:-4])
    cid = int.from_bytes(command[-4:], "little")
    if service is None or find_cid(service.number, cid) is None:
        return True
    return (service.number, cid) in COMMANDS_OF_OIDS


@cache
def _modelled() -> frozenset[tuple[int, int, bool]]:
    """What the emulated device answers with an indication: service number, CID, and if it is set.

    Its other answers end at once, and a log does not show them.
    """
    known = frozenset(model_oids())
    ties = [tie for tie in TIES if tie.code in known]
    return frozenset(
        {(*tie.key, False) for tie in ties if tie.indication is not None}
        | {(*tie.key, True) for tie in ties if tie.set_indication is not None}
    )


def is_modelled(head: Head) -> bool:
    """Whether the emulated device answers a command, so that a missing answer shows there."""
    key = key_of(head)
    return key is not None and (*key, bool(head.value)) in _modelled()


def worst_ns(head: Head) -> int | None:
    """How long a command that the model lacks may take; None for what is judged elsewhere."""
    key = key_of(head)
    if key is None or key[0] == _PROXY or is_modelled(head):
        return None
    return max(limit.worst_ns for oid in _oids_of(key) for limit in limits_of(oid))


@cache
def _oids_of(key: tuple[int, int]) -> tuple[str, ...]:
    return tuple(tie.oid_name for tie in TIES if tie.key == key) or ("",)


def malformation(event: Event, head: Head) -> str:
    """What is wrong with a whole message of the device that no OID carries; empty if nothing is.

    A refusal need not have a buffer.
    """
    key = key_of(head)
    is_whole = head.total == 1 and not event.flags & RecordFlag.FLAG_INCOMPLETE
    if key is None or key in COMMANDS_OF_OIDS or not is_whole:
        return ""
    is_answer = head.type == MBIM_COMMAND_DONE
    if is_answer and head.value:
        return ""
    payload = event.payload
    content = (*beside_transaction(payload), bool(head.transaction_id))
    if content in _SOUND:
        return ""
    found = _malformation(event, key, is_answer=is_answer)
    if not found and len(payload) <= REMEMBERED_SIZE_MAX:
        _SOUND[content] = None
    return found


def _malformation(event: Event, key: tuple[int, int], *, is_answer: bool) -> str:
    operation = "response" if is_answer else "notification"
    row = find_cid(*key)
    try:
        message = parse_message(event.payload, from_host=False)
    except DecodeError as error:
        return str(error)
    if row is None or not getattr(row, operation):
        return ""
    understood = understand(*key, operation, message.buffer, MBIMEX_1_0)
    return understood if isinstance(understood, str) else understood.malformed
