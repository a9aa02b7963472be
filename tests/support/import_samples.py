"""A small class driver for the tests of the import, which shows what it was given."""

from collections.abc import Sequence

from wwanreplay._core import Event, Kind, Namespace, RecordFlag
from wwanreplay.mbim.header import Head, look
from wwanreplay.mbim.messages import (
    MBIM_COMMAND_DONE,
    MBIM_COMMAND_MSG,
    MBIM_INDICATE_STATUS_MSG,
)

RADIO_STATE = 0x0E010103
CONNECT = 0x0E01010C
INDICATION_REQUIRED = 0x40230001
RADIO_INDICATION = 0x40041002
#: CID of Basic Connect → OID, indication
CODES = {3: (RADIO_STATE, RADIO_INDICATION), 12: (CONNECT, 0x4004100A)}


class SmallDriver:
    """Knows two commands; the payload of its events is the information buffer as it is."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def message(self, data: bytes, time_ns: int, *, from_host: bool) -> list[Event]:
        return self._events(look(data), data[48:], time_ns)

    def partial(
        self,
        head: Head,
        fields: Sequence[tuple[str, str]],
        time_ns: int,
        *,
        from_host: bool,
    ) -> list[Event]:
        return [event.replace(fields=dict(fields)) for event in self._events(head, b"", time_ns)]

    def _events(self, head: Head, payload: bytes, time_ns: int) -> list[Event]:
        number = head.transaction_id or 0
        if head.type not in (MBIM_COMMAND_MSG, MBIM_COMMAND_DONE, MBIM_INDICATE_STATUS_MSG):
            return []
        oid, indication = CODES.get(head.cid or 0, (None, None))
        if oid is None or indication is None:
            return []
        if head.type == MBIM_COMMAND_MSG:
            kind = Kind.KIND_SET if head.value else Kind.KIND_QUERY
            requested = Event(
                kind, time_ns, code=oid, request_id=number, handle=number, payload=payload
            )
            completion = Event(
                Kind.KIND_COMPLETION,
                time_ns,
                code=oid,
                request_id=number,
                handle=number,
                status=INDICATION_REQUIRED,
                flags=RecordFlag.FLAG_INFERRED,
            )
            return [requested, completion]
        return [
            Event(
                Kind.KIND_INDICATION,
                time_ns,
                code=indication,
                request_id=number,
                handle=number or None,
                payload=payload,
                namespace=Namespace.NAMESPACE_NDIS_STATUS,
            )
        ]
