"""The Windows class driver's view of one MBIM session: messages in, OID events out.

The reverse of `wwanreplay.mbim.bridge`, with the pairs of the ties: a COMMAND becomes the query or
set of an OID, its COMMAND_DONE the transactional indication, an INDICATE_STATUS the unsolicited
one. What has no OID becomes an event in the MBIM namespace, a service that Windows does not know
the OID and indications of device services. Nothing is dropped; docs/mbim-mapping.md has the rules.

    driver = ClassDriver()
    events = driver.message(data, time_ns, from_host=True)

Whatever the bytes are, nothing is raised: `problems` says after each call what was wrong.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

from wwanreplay._core import Event, Kind, Namespace, RecordFlag
from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.mbim import carried_parts as parts
from wwanreplay.mbim import messages, statuses
from wwanreplay.mbim import values as maps
from wwanreplay.mbim.bridge import ANSWER_CAPACITY
from wwanreplay.mbim.carried import (
    EMERGENCY_MODE,
    IP_ADDRESS_STATE,
    IP_CONFIGURATION,
    Carried,
    Shape,
    carried_commands,
    known_paths,
    unindexed,
)
from wwanreplay.mbim.codec import Values
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.outstanding import Outstanding, RequestIds, Transaction
from wwanreplay.mbim.rows.framing import MESSAGE_SIZES
from wwanreplay.mbim.structures import Tree, build, flattened, form_of, release_of, zeros
from wwanreplay.mbim.tables import (
    BASIC_CONNECT,
    DSS,
    EXTENSIONS,
    MBIMEX_1_0,
    SERVICES_BY_UUID,
    command_code,
    command_name,
)
from wwanreplay.mbim.translated import values_of
from wwanreplay.mbim.versions import understand, version_text
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import Decoded, decode_event
from wwanreplay.protocol.schema import ListTail

__all__ = ["ClassDriver", "Head", "known_of", "known_paths", "unindexed"]

PROBLEMS_MAX: Final = 64
UNMAPPED_MAX: Final = 1024
#: Member of `Event.fields` with the status of a COMMAND_DONE where no structure holds it.
STATUS_FIELD: Final = "Status"

_CONNECT: Final = (BASIC_CONNECT, 12)
_PROVISIONED: Final = (BASIC_CONNECT, 13)
_REGISTER: Final = (BASIC_CONNECT, 9)
_PACKET_SERVICE: Final = (BASIC_CONNECT, 10)
_VERSION: Final = (EXTENSIONS, 15)
_COMMAND: Final = PROTOCOL.oid("OID_WWAN_DEVICE_SERVICE_COMMAND").number or 0
_RESPONSE: Final = PROTOCOL.indication("NDIS_STATUS_WWAN_DEVICE_SERVICE_RESPONSE").number
_EVENT: Final = PROTOCOL.indication("NDIS_STATUS_WWAN_DEVICE_SERVICE_EVENT").number
_ADDRESSES: Final = PROTOCOL.indication("NDIS_STATUS_WWAN_IP_ADDRESS_STATE").number
_REQUIRED: Final = PROTOCOL.status("NDIS_STATUS_INDICATION_REQUIRED").number
_NDIS_SUCCESS: Final = PROTOCOL.status("NDIS_STATUS_SUCCESS").number
_NDIS_FAILURE: Final = PROTOCOL.status("NDIS_STATUS_FAILURE").number
_BUILD_ERRORS: Final = (UsageError, ValueError, TypeError, KeyError, OverflowError)


class Head(Protocol):
    """What is known of a message that a log cut off; None is not known.

    `service` is the UUID as on the wire, `value` the command type of a COMMAND and the status of a
    COMMAND_DONE, `length` the MessageLength.
    """

    @property
    def type(self) -> int | None:
        """Message type."""

    @property
    def length(self) -> int | None:
        """MessageLength, bytes."""

    @property
    def transaction_id(self) -> int | None:
        """TransactionId."""

    @property
    def service(self) -> bytes | None:
        """Device service, 16 bytes."""

    @property
    def cid(self) -> int | None:
        """Command."""

    @property
    def value(self) -> int | None:
        """Command type or status."""


class ClassDriver:
    """One session: `port_count` NDIS ports (a session below it has the port of its number).

    `mbimex` is the version in force; it follows the VERSION exchanges, and OPEN resets it. A
    session whose begin was not seen takes the version that its buffers fit. `driver_model` 1 has
    the PIN OID of Windows 7. `problems` is what the last call found wrong, `problem_count` the
    sum, `unmapped` counts events in the MBIM namespace by command, `forgotten` transactions that
    were given up because too many waited.

    Events come without cause: a request and an indication belong to the message given, a
    completion to the request with its RequestId.
    """

    def __init__(
        self, *, port_count: int = 1, driver_model: int = 2, mbimex: int = MBIMEX_1_0
    ) -> None:
        self.port_count = port_count
        self.mbimex = mbimex
        self.generation = 0
        self.problems: list[str] = []
        self.problem_count = 0
        self.unmapped: Counter[str] = Counter()
        self._commands = carried_commands(driver_model)
        self._ids = RequestIds()
        self._outstanding = Outstanding()
        self._version_sure = mbimex != MBIMEX_1_0
        self._available_data_class = 0

    @property
    def forgotten(self) -> int:
        """Transactions without an answer that were given up because too many waited."""
        return self._outstanding.forgotten

    @property
    def unanswered(self) -> list[int]:
        """RequestIds that no answer has come for."""
        return [each.request_id for each in self._outstanding.unanswered]

    # ------------------------------------------------------------------ messages in

    def message(self, data: bytes, time_ns: int, *, from_host: bool) -> list[Event]:
        """Take one whole message; return its events in order. Never raises for bad bytes.

        Only the message's own type says what it is; `from_host` that disagrees is a problem told.
        """
        self.problems = []
        flags = 0
        try:
            message = messages.parse_message(data)
        except DecodeError as error:
            self._problem(str(error))
            found = _salvaged(data)
            if found is None:
                return []
            message, flags = found, RecordFlag.FLAG_INCOMPLETE
        if (message.type in messages.HOST_TYPES) != from_host:
            sender = "host" if from_host else "device"
            self._problem(f"{messages.type_name(message.type)} is no message of a {sender}")
        return self._take(message, time_ns, flags)

    def partial(
        self,
        head: Head,
        fields: Iterable[tuple[str, str]],
        time_ns: int,
        *,
        from_host: bool,
    ) -> list[Event]:
        """Take a message of which a log has only the header and perhaps printed members.

        Its events have no payload but `fields` (NDIS paths and values) and are flagged incomplete.
        A message that the header tells to have no information buffer is complete.
        """
        self.problems = []
        if head.type is None:
            self._problem("a message without a type")
            return []
        if (head.type in messages.HOST_TYPES) != from_host:
            self._problem(f"{messages.type_name(head.type)} does not come from there")
        head_message = Message(
            head.type,
            head.transaction_id or 0,
            head.value or 0,
            head.service or b"",
            head.cid or 0,
        )
        if head.type not in messages.FRAGMENTED_TYPES:
            return self._take(head_message, time_ns, 0)
        size = MESSAGE_SIZES[messages.type_name(head.type)]
        told = head.service is not None and head.cid is not None
        valued = head.value is not None or head.type == messages.MBIM_INDICATE_STATUS_MSG
        if head.length == size and told and valued:
            return self._take(head_message, time_ns, 0)
        if head.type == messages.MBIM_COMMAND_DONE and head.transaction_id is not None:
            return self._partial_done(head, head.transaction_id, list(fields), time_ns)
        if not told:
            self._problem(f"{messages.type_name(head.type)} without its service and CID")
            return []
        if head.type == messages.MBIM_COMMAND_MSG:
            return self._command(head_message, time_ns, 0, list(fields))
        return self._indicated(head_message, time_ns, 0, list(fields))

    def _take(self, message: Message, time_ns: int, flags: int) -> list[Event]:
        if message.type == messages.MBIM_OPEN_MSG:
            self.generation += 1
            self.mbimex = MBIMEX_1_0
            self._version_sure = True
        elif message.type == messages.MBIM_COMMAND_MSG:
            return self._command(message, time_ns, flags, None)
        elif message.type == messages.MBIM_COMMAND_DONE:
            return self._done(message, time_ns, flags)
        elif message.type == messages.MBIM_INDICATE_STATUS_MSG:
            return self._indicated(message, time_ns, flags, None)
        return []

    def _problem(self, text: str) -> None:
        self.problem_count += 1
        if text and len(self.problems) < PROBLEMS_MAX:
            self.problems.append(text)

    # ------------------------------------------------------------------ members

    def _members(
        self,
        key: tuple[int, int],
        operation: str,
        buffer: bytes,
        fields: list[tuple[str, str]] | None,
    ) -> Values | None:
        """Return the members of a buffer or of printed fields; None when nothing fits."""
        if fields is not None:
            return values_of(*key, operation, fields, self.mbimex)
        understood = understand(*key, operation, buffer, self.mbimex)
        if isinstance(understood, str):
            self._problem(understood)
            return None
        if understood.problem:
            self._problem(understood.problem)
        newer = understood.other_version and understood.mbimex > self.mbimex
        if newer and not self._version_sure:
            self.mbimex = understood.mbimex
        return understood.values

    def _built(self, shape: Shape, tree: Tree, revision: int | None = None) -> bytes | None:
        """Return the structure's bytes, None when the values do not go into it."""
        cut: list[str] = []
        release = None if _is_input(shape.structure) else release_of(self.mbimex)
        try:
            payload = build(shape.structure, tree, cut, release=release, revision=revision)
        except _BUILD_ERRORS as error:
            self._problem(f"{shape.structure}: {error}")
            return None
        for text in cut:
            self._problem(text)
        return payload

    def _tree(self, shape: Shape, values: Values) -> Tree | None:
        try:
            return shape.tree(values)
        except _BUILD_ERRORS as error:
            self._problem(f"{shape.structure}: {error}")
            return None

    def _port(self, values: Mapping[str, Any]) -> int:
        inner = values.get("PcoValue")
        session = (inner if isinstance(inner, dict) else values).get("SessionId", 0)
        return session if isinstance(session, int) and 0 <= session < self.port_count else 0

    # ------------------------------------------------------------------ requests

    def _command(
        self, message: Message, time_ns: int, flags: int, fields: list[tuple[str, str]] | None
    ) -> list[Event]:
        if message.value not in (messages.COMMAND_QUERY, messages.COMMAND_SET):
            self._problem(f"COMMAND of type {message.value}: neither query nor set")
        is_set = message.value == messages.COMMAND_SET
        transaction = Transaction(
            message.transaction_id,
            self._ids.take(message.transaction_id),
            message.service,
            message.cid,
            is_set,
            self.generation,
        )
        replaced = self._outstanding.add(transaction)
        if replaced is not None and not replaced.answered:
            self._problem(f"transaction {message.transaction_id} comes again before its answer")
        incomplete = flags | (RecordFlag.FLAG_INCOMPLETE if fields is not None else 0)
        known = SERVICES_BY_UUID.get(message.service)
        if known is None or known.number > parts.VENDORS_FROM:
            return self._own_command(transaction, message, time_ns, incomplete, fields)
        key = (known.number, message.cid)
        operation = "set" if is_set else "query"
        carried = self._commands.get(key)
        if carried is not None and carried.has(operation):
            events = self._request(carried, transaction, message, time_ns, incomplete, fields)
            if events is not None:
                return events
            incomplete |= RecordFlag.FLAG_INCOMPLETE
        elif key in (_VERSION, (BASIC_CONNECT, IP_CONFIGURATION)):
            transaction.values = self._members(key, operation, message.buffer, fields) or {}
            transaction.port = self._port(transaction.values)
        return [self._unmapped_request(transaction, key, message, time_ns, incomplete, fields)]

    def _request(
        self,
        carried: Carried,
        transaction: Transaction,
        message: Message,
        time_ns: int,
        flags: int,
        fields: list[tuple[str, str]] | None,
    ) -> list[Event] | None:
        """Return the request and its provisional completion; None when the buffer has no sense."""
        operation = "set" if transaction.is_set else "query"
        key = (carried.service, carried.cid)
        values = self._members(key, operation, message.buffer, fields)
        if values is None:
            return None
        shape = carried.set if transaction.is_set else carried.query
        tree: Tree | None = {}
        payload: bytes | None = b""
        if shape is not None and (transaction.is_set or values):
            tree = self._tree(shape, values)
            if tree is None:
                return None
            if fields is None:
                payload = self._built(shape, tree, self._revision(carried, transaction.is_set))
        if payload is None:
            return None
        transaction.carried, transaction.values = carried, values
        transaction.port = self._port(values)
        request = _request(
            transaction,
            time_ns,
            carried.code,
            payload,
            flags=flags,
            fields=None if fields is None else flattened(tree or {}),
        )
        if carried.indication is None:
            return [request]
        return [request, _provisional(request)]

    def _revision(self, carried: Carried, is_set: bool) -> int | None:
        """Return the revision of a request: what the members of the version in force need."""
        if (carried.service, carried.cid) == _CONNECT and is_set:
            return carried.revision if self.mbimex < 0x0300 else 3 if self.mbimex < 0x0400 else 4
        return carried.revision if is_set else None

    def _own_command(
        self,
        transaction: Transaction,
        message: Message,
        time_ns: int,
        flags: int,
        fields: list[tuple[str, str]] | None,
    ) -> list[Event]:
        """A command of the device's own services: Windows passes it through."""
        transaction.own_service = _uuid_text(message.service)
        tree = _service_tree("Command", "CommandID", transaction.own_service, message)
        payload = b""
        if fields is None:
            payload = self._built(Shape("NDIS_WWAN_DEVICE_SERVICE_COMMAND"), tree) or b""
        else:
            del tree["Data"]
        request = _request(
            transaction, time_ns, _COMMAND, payload, flags=flags, fields=None if payload else tree
        )
        return [request, _provisional(request)]

    def _unmapped_request(
        self,
        transaction: Transaction,
        key: tuple[int, int],
        message: Message,
        time_ns: int,
        flags: int,
        fields: list[tuple[str, str]] | None,
    ) -> Event:
        self._count_unmapped(key)
        event = _request(
            transaction,
            time_ns,
            command_code(*key),
            message.buffer,
            flags=flags,
            fields=None if fields is None else _printed(fields),
        )
        return event.replace(namespace=Namespace.NAMESPACE_MBIM, capacity=ANSWER_CAPACITY)

    def _count_unmapped(self, key: tuple[int, int]) -> None:
        name = command_name(*key)
        if name in self.unmapped or len(self.unmapped) < UNMAPPED_MAX:
            self.unmapped[name] += 1
        else:
            self.unmapped["others"] += 1

    # ------------------------------------------------------------------ answers

    def _partial_done(
        self, head: Head, transaction_id: int, fields: list[tuple[str, str]], time_ns: int
    ) -> list[Event]:
        found = self._outstanding.find(transaction_id, head.service, head.cid)
        if found is None and (head.service is None or head.cid is None):
            self._problem(f"transaction {transaction_id}: the answer of an unknown command")
            return []
        service = head.service if found is None else found.service
        cid = head.cid if found is None else found.cid
        message = Message(
            messages.MBIM_COMMAND_DONE, transaction_id, head.value or 0, service or b"", cid or 0
        )
        if head.value is None:
            self._problem(f"transaction {transaction_id}: the answer's status is not known")
        return self._done(message, time_ns, RecordFlag.FLAG_INCOMPLETE, fields)

    def _done(
        self,
        message: Message,
        time_ns: int,
        flags: int,
        fields: list[tuple[str, str]] | None = None,
    ) -> list[Event]:
        transaction = self._transaction(message)
        again = transaction.answered
        transaction.answered = True
        if transaction.own_service:
            return [self._own_response(transaction, message, time_ns, flags, fields)]
        number = SERVICES_BY_UUID[message.service].number
        key = (number, message.cid)
        if key == _VERSION:
            self._follow_version(transaction, message, fields)
        carried = transaction.carried
        if carried is not None and carried.indication is not None:
            event = self._answer(carried, transaction, message, time_ns, flags, fields)
            if event is not None:
                return [event]
            flags |= RecordFlag.FLAG_INCOMPLETE
        elif carried is not None and not again:
            status = _NDIS_FAILURE if message.value else _NDIS_SUCCESS
            return [_completion(transaction, time_ns, carried.code, status, flags=flags)]
        told = {STATUS_FIELD: message.value, **({} if fields is None else _printed(fields))}
        if carried is None and not again:
            completion = _completion(
                transaction, time_ns, command_code(*key), message.value, flags=flags
            )
            return [
                completion.replace(
                    namespace=Namespace.NAMESPACE_MBIM,
                    payload=message.buffer,
                    bytes=len(message.buffer),
                    fields=told,
                )
            ]
        self._count_unmapped(key)
        return [_raw_indication(key, time_ns, message, flags, transaction).replace(fields=told)]

    def _transaction(self, message: Message) -> Transaction:
        """Return the transaction of an answer; one is made for an answer to nothing known."""
        tid = message.transaction_id
        found = self._outstanding.find(tid, message.service, message.cid)
        if found is not None:
            if found.answered:
                self._problem(f"transaction {tid}: answered again")
            elif found.generation != self.generation:
                self._problem(f"transaction {tid}: answered after the function was opened again")
            return found
        name = _name_of(message)
        other = self._outstanding.find(tid, None, None)
        made = Transaction(
            tid, self._ids.take(tid), message.service, message.cid, False, self.generation
        )
        known = SERVICES_BY_UUID.get(message.service)
        if known is None or known.number > parts.VENDORS_FROM:
            made.own_service = _uuid_text(message.service)
        else:
            made.carried = self._commands.get((known.number, message.cid))
            # Without a request there is nothing to complete.
            made.answered = made.carried is None or made.carried.indication is None
        if other is None:
            self._problem(f"transaction {tid}: the answer of {name} without its request")
            self._outstanding.add(made)
        else:
            self._problem(f"transaction {tid}: the answer of {name}, which was not asked")
        return made

    def _answer(
        self,
        carried: Carried,
        transaction: Transaction,
        message: Message,
        time_ns: int,
        flags: int,
        fields: list[tuple[str, str]] | None,
    ) -> Event | None:
        """Return the transactional indication; None when the buffer has no sense."""
        assert carried.indication is not None
        assert carried.answer is not None
        key = (carried.service, carried.cid)
        code = PROTOCOL.indication(carried.indication).number
        wwan_status = self._status(message.value)
        shape = carried.answer
        tree: Tree | None = {}
        if fields is not None or message.buffer or not message.value:
            tree = self._answer_tree(key, shape, message, fields, transaction)
        failed = bool(message.value)
        if tree is None and not failed and message.buffer:
            return None
        whole = tree is not None and bool(not failed or message.buffer)
        found: Tree = {} if tree is None else tree
        event = _indication(time_ns, code, transaction=transaction)
        if key == (BASIC_CONNECT, EMERGENCY_MODE) or fields is not None:
            told = {**flattened(found), "uStatus": wwan_status}
            told = told if _has_status(shape.structure) or failed else flattened(found)
            incomplete = RecordFlag.FLAG_INCOMPLETE
            return event.replace(flags=flags | incomplete, fields=told)
        if not _has_status(shape.structure) and not whole:
            return event.replace(
                flags=flags | RecordFlag.FLAG_INCOMPLETE, fields={"uStatus": wwan_status}
            )
        if tree is None and not failed:
            # The answer of a success is missing: the status is all there is.
            return event.replace(
                flags=flags | RecordFlag.FLAG_INCOMPLETE, fields={"uStatus": wwan_status}
            )
        if _has_status(shape.structure):
            found["uStatus"] = wwan_status
        if not whole:
            payload: bytes | None = zeros(
                shape.structure, release_of(self.mbimex), {"uStatus": wwan_status}
            )
        else:
            payload = self._built(shape, _with_list(shape.structure, found))
        return None if payload is None else event.replace(payload=payload, flags=flags)

    def _answer_tree(
        self,
        key: tuple[int, int],
        shape: Shape,
        message: Message,
        fields: list[tuple[str, str]] | None,
        transaction: Transaction,
    ) -> Tree | None:
        values = self._members(key, "response", message.buffer, fields)
        tree = None if values is None else self._tree(shape, values)
        if values is None or tree is None:
            return None
        if fields is None:
            self._supplement(key, tree, values, transaction)
        else:
            self._learn(key, values)
        return tree

    def _learn(self, key: tuple[int, int], values: Values) -> None:
        """Keep what a later structure needs."""
        if key == _REGISTER and isinstance(values.get("AvailableDataClasses"), int):
            available = values["AvailableDataClasses"]
            self._available_data_class = maps.DATA_CLASS.to_wwan(available)

    def _supplement(
        self, key: tuple[int, int], tree: Tree, values: Values, transaction: Transaction | None
    ) -> None:
        """Fill members that this message does not carry and that are known all the same."""
        self._learn(key, values)
        if key == _PACKET_SERVICE:
            tree["PacketService.AvailableDataClass"] = self._available_data_class
        elif key == _PROVISIONED:
            parts.context_defaults(tree)
        elif key[0] == DSS and transaction is not None and transaction.carried is not None:
            asked = transaction.carried.set
            tree.update({} if asked is None else asked.tree(transaction.values))

    def _status(self, status: int) -> int:
        """Return the `uStatus` of a COMMAND_DONE's status."""
        found = statuses.wwan_of_status(status)
        if found is None:
            self._problem(f"status {status:#x} has no WWAN_STATUS: told as a failure")
            return statuses.WWAN_FAILURE
        return found

    def _own_response(
        self,
        transaction: Transaction,
        message: Message,
        time_ns: int,
        flags: int,
        fields: list[tuple[str, str]] | None,
    ) -> Event:
        tree = _service_tree("Response", "ResponseID", transaction.own_service, message)
        tree["uStatus"] = self._status(message.value)
        event = _indication(time_ns, _RESPONSE, transaction=transaction)
        return self._own_event("NDIS_WWAN_DEVICE_SERVICE_RESPONSE", event, tree, flags, fields)

    def _own_event(
        self,
        structure: str,
        event: Event,
        tree: Tree,
        flags: int,
        fields: list[tuple[str, str]] | None,
    ) -> Event:
        payload = self._built(Shape(structure), tree) if fields is None else None
        if payload is not None:
            return event.replace(payload=payload, flags=flags)
        del tree["Data"]
        return event.replace(flags=flags | RecordFlag.FLAG_INCOMPLETE, fields=tree)

    def _follow_version(
        self, transaction: Transaction, message: Message, fields: list[tuple[str, str]] | None
    ) -> None:
        """The version in force is the lower of the host's and the device's."""
        if message.value != statuses.SUCCESS:
            return
        values = self._members(_VERSION, "response", message.buffer, fields) or {}
        said = values.get("MbimExtendedVersion")
        if not isinstance(said, int):
            return
        asked = transaction.values.get("MbimExtendedVersion", said)
        if transaction.generation != self.generation:
            self._problem("the answer of VERSION is of a session before: not in force")
            return
        self.mbimex = max(min(said, asked), MBIMEX_1_0)
        self._version_sure = True
        if said > asked:
            self._problem(
                f"the device says MBIMEx {version_text(said)}, more than was asked for; "
                f"{version_text(asked)} is in force"
            )

    # ------------------------------------------------------------------ unsolicited

    def _indicated(
        self, message: Message, time_ns: int, flags: int, fields: list[tuple[str, str]] | None
    ) -> list[Event]:
        """An INDICATE_STATUS becomes the unsolicited indication."""
        known = SERVICES_BY_UUID.get(message.service)
        incomplete = flags | (RecordFlag.FLAG_INCOMPLETE if fields is not None else 0)
        if known is None or known.number > parts.VENDORS_FROM:
            service = _uuid_text(message.service)
            tree = _service_tree("Event", "EventID", service, message)
            event = _indication(time_ns, _EVENT)
            structure = "NDIS_WWAN_DEVICE_SERVICE_EVENT"
            return [self._own_event(structure, event, tree, incomplete, fields)]
        key = (known.number, message.cid)
        carried = self._commands.get(key)
        found: Event | None = None
        if key == (BASIC_CONNECT, IP_CONFIGURATION):
            found = self._event(key, IP_ADDRESS_STATE, _ADDRESSES, message, time_ns, fields)
        elif carried is not None and carried.event is not None and carried.answer is not None:
            code = PROTOCOL.indication(carried.event).number
            found = self._event(key, carried.answer, code, message, time_ns, fields)
        if found is not None:
            return [found.replace(flags=incomplete)]
        self._count_unmapped(key)
        mapped = carried is not None and carried.event is not None
        raw = _raw_indication(key, time_ns, message, incomplete)
        if mapped:
            raw = raw.replace(flags=incomplete | RecordFlag.FLAG_INCOMPLETE)
        return [raw if fields is None else raw.replace(fields=_printed(fields))]

    def _event(
        self,
        key: tuple[int, int],
        shape: Shape,
        code: int,
        message: Message,
        time_ns: int,
        fields: list[tuple[str, str]] | None,
    ) -> Event | None:
        values = self._members(key, "notification", message.buffer, fields)
        tree = None if values is None else self._tree(shape, values)
        if values is None or tree is None:
            return None
        event = _indication(time_ns, code).replace(port=self._port(values))
        if fields is not None:
            self._learn(key, values)
            return event.replace(fields=flattened(tree))
        self._supplement(key, tree, values, None)
        payload = self._built(shape, _with_list(shape.structure, tree))
        return None if payload is None else event.replace(payload=payload)


# ------------------------------------------------------------------ events


def _request(
    transaction: Transaction,
    time_ns: int,
    code: int,
    payload: bytes,
    *,
    flags: int,
    fields: dict[str, Any] | None,
) -> Event:
    return Event(
        Kind.KIND_SET if transaction.is_set else Kind.KIND_QUERY,
        time_ns,
        port=transaction.port,
        request_id=transaction.request_id,
        code=code,
        payload=payload,
        handle=transaction.request_id,
        capacity=len(payload),
        flags=flags,
        fields=fields,
    )


def _provisional(request: Event) -> Event:
    """The completion that no message carries."""
    return Event(
        Kind.KIND_COMPLETION,
        request.time_ns,
        port=request.port,
        request_id=request.request_id,
        code=request.code,
        status=_REQUIRED,
        flags=RecordFlag.FLAG_INFERRED,
    )


def _completion(
    transaction: Transaction, time_ns: int, code: int, status: int, *, flags: int
) -> Event:
    return Event(
        Kind.KIND_COMPLETION,
        time_ns,
        port=transaction.port,
        request_id=transaction.request_id,
        code=code,
        status=status,
        flags=flags,
    )


def _indication(time_ns: int, code: int, *, transaction: Transaction | None = None) -> Event:
    if transaction is None:
        return Event(Kind.KIND_INDICATION, time_ns, code=code)
    return Event(
        Kind.KIND_INDICATION,
        time_ns,
        port=transaction.port,
        code=code,
        request_id=transaction.request_id,
        handle=transaction.request_id,
    )


def _raw_indication(
    key: tuple[int, int],
    time_ns: int,
    message: Message,
    flags: int,
    transaction: Transaction | None = None,
) -> Event:
    """An indication in the MBIM namespace: the information buffer as it is."""
    event = _indication(time_ns, command_code(*key), transaction=transaction)
    return event.replace(namespace=Namespace.NAMESPACE_MBIM, payload=message.buffer, flags=flags)


def _service_tree(prefix: str, identifier: str, service: str, message: Message) -> Tree:
    return {
        f"{prefix}.DeviceServiceGuid": service,
        f"{prefix}.{identifier}": message.cid,
        f"{prefix}.uDataSize": len(message.buffer),
        "Data": message.buffer,
    }


def _printed(fields: list[tuple[str, str]]) -> dict[str, Any]:
    """What a log printed of a message that has no structure: MBIM names, text as it is."""
    return {
        name.removeprefix("Fields."): value
        for name, value in fields
        if name.startswith("Fields.") and value.strip() != "###"
    }


def _uuid_text(service: bytes) -> str:
    return str(uuid.UUID(bytes=service.ljust(16, b"\0")[:16]))


def _name_of(message: Message) -> str:
    known = SERVICES_BY_UUID.get(message.service)
    if known is None:
        return f"{_uuid_text(message.service)} CID {message.cid}"
    return command_name(known.number, message.cid)


def _salvaged(data: bytes) -> Message | None:
    """Return what a message with wrong lengths holds all the same, or None."""
    if len(data) < messages.HEADER_SIZE:
        return None
    kind = int.from_bytes(data[:4], "little")
    if kind not in messages.FRAGMENTED_TYPES:
        return None
    size = MESSAGE_SIZES[messages.type_name(kind)]
    if len(data) < size:
        return None
    is_indication = kind == messages.MBIM_INDICATE_STATUS_MSG
    length = int.from_bytes(data[size - 4 : size], "little")
    return Message(
        kind,
        int.from_bytes(data[8:12], "little"),
        0 if is_indication else int.from_bytes(data[40:44], "little"),
        data[20:36],
        int.from_bytes(data[36:40], "little"),
        data[size : size + length],
    )


def _is_input(structure: str) -> bool:
    return structure in _INPUTS


def _has_status(structure: str) -> bool:
    struct = PROTOCOL.structure(structure)
    flat = PROTOCOL.flat(structure, struct.layouts[-1].id)
    return "uStatus" in flat.by_path


def _with_list(structure: str, tree: Tree) -> Tree:
    """A list that has no elements still has its header."""
    if isinstance(PROTOCOL.structure(structure).tail, ListTail):
        tree.setdefault("Elements", [])
    return tree


_INPUTS: Final = frozenset(
    name for oid in PROTOCOL.oid_by_name.values() for name in (*oid.query_input, *oid.set_input)
)


def known_of(event: Event) -> frozenset[str]:
    """Return the NDIS paths that the MBIM message behind an event carried, without indexes.

    For an event without payload those of its `fields`; for a failure without a body only
    `uStatus`; else `known_paths` of its structure. Empty when nothing is known.
    """
    if not event.payload:
        return frozenset(unindexed(path) for path in event.fields or ())
    try:
        decoded = decode_event(event)
    except DecodeError:
        return frozenset()
    if decoded is None or decoded.raw is not None:
        return frozenset()
    if decoded.get("uStatus", 0) and not any(
        leaf.value not in (0, "", b"\0" * leaf.size)
        for leaf in decoded.leaves()
        if not leaf.path.startswith("Header.")
        and leaf.path != "uStatus"
        and not leaf.path.endswith(".ElementType")
        and leaf.field.kind != "guid"
    ):
        return frozenset({"uStatus"})
    return known_paths(event.code, decoded.name, _version_of(decoded))


def _version_of(decoded: Decoded) -> int | None:
    """Return the lowest version whose sessions are shown in this layout; None for requests."""
    if _is_input(decoded.name):
        return None
    versions = (MBIMEX_1_0, 0x0200)
    shown = [form_of(decoded.name, release_of(mbimex))[0] for mbimex in versions]
    fitting = [
        mbimex for mbimex, form in zip(versions, shown, strict=True) if form == decoded.layout_id
    ]
    return fitting[0] if fitting else 0x0300
