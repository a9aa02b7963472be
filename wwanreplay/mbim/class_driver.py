"""The Windows class driver's view of one MBIM session: messages in, OID events out.

The reverse of `wwanreplay.mbim.bridge`, with the pairs of the ties: a COMMAND becomes the query or
set of an OID, its COMMAND_DONE the transactional indication, an INDICATE_STATUS the unsolicited
one. What has no OID becomes an event in the MBIM namespace, a service that Windows does not know
the OID and indications of device services. Nothing is dropped; docs/mbim-mapping.md has the rules.

    driver = ClassDriver()
    events = driver.message(data, time_ns, from_host=True)

Nothing is raised, whatever the bytes are: `problems` lists after each call what was wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from wwanreplay._core import Event
from wwanreplay.errors import DecodeError
from wwanreplay.mbim import messages, statuses, ties
from wwanreplay.mbim.blocks import VENDORS_FROM
from wwanreplay.mbim.class_events import (
    bare,
    completion,
    fields_of_tree,
    indication,
    name_of,
    printed,
    provisional,
    raw_indication,
    request_event,
    salvaged,
    service_tree,
    uuid_text,
)
from wwanreplay.mbim.codec import Values
from wwanreplay.mbim.commands import (
    EMERGENCY_MODE,
    IP_ADDRESS_STATE,
    IP_CONFIGURATION,
    ties_by_command,
)
from wwanreplay.mbim.device_requests import ANSWER_CAPACITY
from wwanreplay.mbim.header import FRAGMENTED_TYPES, HOST_TYPES, Head
from wwanreplay.mbim.interpretation import SESSION_COUNT_MAX, Interpretation
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.outstanding import Outstanding, RequestIds, Transaction
from wwanreplay.mbim.rows.framing import MESSAGE_SIZES
from wwanreplay.mbim.structures import Tree, has_status, release_of, with_list, zeros
from wwanreplay.mbim.tables import (
    DSS,
    MBIMEX_1_0,
    SERVICES_BY_UUID,
    command_code,
    command_name,
)
from wwanreplay.mbim.ties import Tie
from wwanreplay.mbim.versions import VERSION
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import FLAG_INCOMPLETE, NAMESPACE_MBIM

UNMAPPED_MAX: Final = 1024
_COMMAND: Final = PROTOCOL.oid("OID_WWAN_DEVICE_SERVICE_COMMAND").number or 0
_RESPONSE: Final = PROTOCOL.indication("NDIS_STATUS_WWAN_DEVICE_SERVICE_RESPONSE").number
_EVENT: Final = PROTOCOL.indication("NDIS_STATUS_WWAN_DEVICE_SERVICE_EVENT").number
_ADDRESSES: Final = PROTOCOL.indication("NDIS_STATUS_WWAN_IP_ADDRESS_STATE").number
_NDIS_SUCCESS: Final = PROTOCOL.status("NDIS_STATUS_SUCCESS").number
_NDIS_FAILURE: Final = PROTOCOL.status("NDIS_STATUS_FAILURE").number


class ClassDriver:
    """One session: `port_count` NDIS ports (an IP session below it has the port of its number).

    The driver makes a port for each IP session; fewer where the device is known to have fewer.
    `mbimex` is the version in force; it follows the VERSION exchanges, and OPEN resets it. A
    session whose begin was not seen takes the version that its buffers fit. `driver_model` 1 has
    the PIN OID of Windows 7. `problems` is what the last call found wrong, `problem_count` the
    sum, `unmapped` counts events in the MBIM namespace by command, `forgotten` transactions that
    were given up because too many waited.

    Events come without cause: a request and an indication belong to the message given, a
    completion to the request with its RequestId.
    """

    def __init__(
        self,
        *,
        port_count: int = SESSION_COUNT_MAX,
        driver_model: int = 2,
        mbimex: int = MBIMEX_1_0,
    ) -> None:
        self.generation = 0
        self.unmapped: Counter[str] = Counter()
        self._session = Interpretation(port_count, mbimex, version_sure=mbimex != MBIMEX_1_0)
        self._ties = ties_by_command(driver_model)
        self._ids = RequestIds()
        self._outstanding = Outstanding()

    @property
    def mbimex(self) -> int:
        """The MBIMEx version in force, BCD."""
        return self._session.mbimex

    @property
    def problems(self) -> list[str]:
        """What the last call found wrong."""
        return self._session.problems

    @property
    def malformed(self) -> list[str]:
        """Why the message of the last call fits no layout that its command or event has."""
        return self._session.malformed

    @property
    def problem_count(self) -> int:
        """What all calls found wrong."""
        return self._session.problem_count

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

        Only the message's own type decides what it is; `from_host` that disagrees is reported as a
        problem.
        """
        self._session.begin()
        flags = 0
        try:
            message = messages.parse_message(data)
        except DecodeError as error:
            self._session.problem(str(error))
            self._session.malformed.append(str(error))
            found = salvaged(data)
            if found is None:
                return []
            message, flags = found, FLAG_INCOMPLETE
        if (message.type in HOST_TYPES) != from_host:
            sender = "host" if from_host else "device"
            self._session.problem(f"{messages.type_name(message.type)} is no message of a {sender}")
        return self._take(message, time_ns, flags)

    def partial(
        self, head: Head, fields: Iterable[tuple[str, str]], time_ns: int, *, from_host: bool
    ) -> list[Event]:
        """Take a message of which a log has only the header and perhaps printed members.

        Its events have no payload but `fields` (NDIS paths and values) and are flagged incomplete.
        A message whose header states no information buffer is complete.
        """
        self._session.begin()
        if head.type is None:
            self._session.problem("a message without a type")
            return []
        if (head.type in HOST_TYPES) != from_host:
            self._session.problem(f"{messages.type_name(head.type)} does not come from there")
        head_message = bare(head)
        if head.type not in FRAGMENTED_TYPES:
            return self._take(head_message, time_ns, 0)
        size = MESSAGE_SIZES[messages.type_name(head.type)]
        named = head.service is not None and head.cid is not None
        valued = head.value is not None or head.type == messages.MBIM_INDICATE_STATUS_MSG
        if head.length == size and named and valued:
            return self._take(head_message, time_ns, 0)
        if head.type == messages.MBIM_COMMAND_DONE and head.transaction_id is not None:
            return self._partial_done(head, head.transaction_id, list(fields), time_ns)
        if not named:
            self._session.problem(f"{messages.type_name(head.type)} without its service and CID")
            return []
        if head.type == messages.MBIM_COMMAND_MSG:
            return self._command(head_message, time_ns, 0, list(fields))
        return self._indicated(head_message, time_ns, 0, list(fields))

    def _take(self, message: Message, time_ns: int, flags: int) -> list[Event]:
        if message.type == messages.MBIM_OPEN_MSG:
            self.generation += 1
            self._session.mbimex = MBIMEX_1_0
            self._session.version_sure = True
        elif message.type == messages.MBIM_COMMAND_MSG:
            return self._command(message, time_ns, flags, None)
        elif message.type == messages.MBIM_COMMAND_DONE:
            return self._done(message, time_ns, flags)
        elif message.type == messages.MBIM_INDICATE_STATUS_MSG:
            return self._indicated(message, time_ns, flags, None)
        return []

    # ------------------------------------------------------------------ requests

    def _command(
        self, message: Message, time_ns: int, flags: int, fields: list[tuple[str, str]] | None
    ) -> list[Event]:
        if message.value not in (messages.COMMAND_QUERY, messages.COMMAND_SET):
            self._session.problem(f"COMMAND of type {message.value}: neither query nor set")
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
            self._session.problem(
                f"transaction {message.transaction_id} comes again before its answer"
            )
        incomplete = flags | (FLAG_INCOMPLETE if fields is not None else 0)
        known = SERVICES_BY_UUID.get(message.service)
        if known is None or known.number > VENDORS_FROM:
            return self._own_command(transaction, message, time_ns, incomplete, fields)
        key = (known.number, message.cid)
        operation = "set" if is_set else "query"
        tie = self._ties.get(key)
        if tie is not None and tie.has(operation):
            events = self._request(tie, transaction, message, time_ns, incomplete, fields)
            if events is not None:
                return events
            incomplete |= FLAG_INCOMPLETE
        elif key in (VERSION, IP_CONFIGURATION):
            transaction.values = self._session.members(key, operation, message.buffer, fields) or {}
            transaction.port = self._session.port(transaction.values)
        return [self._unmapped_request(transaction, key, message, time_ns, incomplete, fields)]

    def _request(
        self,
        tie: Tie,
        transaction: Transaction,
        message: Message,
        time_ns: int,
        flags: int,
        fields: list[tuple[str, str]] | None,
    ) -> list[Event] | None:
        """Return the request and its provisional completion; None when the buffer has no sense."""
        operation = "set" if transaction.is_set else "query"
        key = tie.key
        shape = tie.set if transaction.is_set else tie.query
        tree: Tree | None = {}
        values: Values | None
        payload: bytes | None = b""
        made_key = self._session.key_of(message.buffer, key, operation, fields is None)
        made = self._session.recall(made_key) if fields is None else None
        if made is not None:
            values, payload = made
        else:
            values = self._session.members(key, operation, message.buffer, fields)
            if values is None:
                return None
            if shape is not None and shape.structure and (transaction.is_set or values):
                tree = self._session.tree(shape, values)
                if tree is None:
                    return None
                if fields is None:
                    payload = self._session.built(shape, tree, shape.revision(self._session.mbimex))
            if payload is None:
                return None
            if fields is None:
                self._session.keep(made_key, values, payload)
        transaction.tie, transaction.values = tie, values
        transaction.port = self._session.port(values)
        request = request_event(
            transaction,
            time_ns,
            tie.code,
            payload,
            flags=flags,
            fields=None
            if fields is None or shape is None or not shape.structure
            else fields_of_tree(shape, tree or {}),
        )
        if tie.indication is None and tie.mode(operation) != "async":
            return [request]
        return [request, provisional(request)]

    def _own_command(
        self,
        transaction: Transaction,
        message: Message,
        time_ns: int,
        flags: int,
        fields: list[tuple[str, str]] | None,
    ) -> list[Event]:
        """A command of the device's own services: Windows passes it through."""
        transaction.own_service = uuid_text(message.service)
        tree = service_tree("Command", "CommandID", transaction.own_service, message)
        payload = b""
        if fields is None:
            shape = ties.Message("NDIS_WWAN_DEVICE_SERVICE_COMMAND")
            payload = self._session.built(shape, tree) or b""
        else:
            del tree["Data"]
        request = request_event(
            transaction, time_ns, _COMMAND, payload, flags=flags, fields=None if payload else tree
        )
        return [request, provisional(request)]

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
        event = request_event(
            transaction,
            time_ns,
            command_code(*key),
            message.buffer,
            flags=flags,
            fields=None if fields is None else printed(fields),
        )
        return event.replace(namespace=NAMESPACE_MBIM, capacity=ANSWER_CAPACITY)

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
            self._session.problem(f"transaction {transaction_id}: the answer of an unknown command")
            return []
        service = head.service if found is None else found.service
        cid = head.cid if found is None else found.cid
        message = Message(
            messages.MBIM_COMMAND_DONE, transaction_id, head.value or 0, service or b"", cid or 0
        )
        events = self._done(message, time_ns, FLAG_INCOMPLETE, fields)
        if head.value is not None:
            return events
        self._session.problem(f"transaction {transaction_id}: the answer's status is not known")
        unknown = (messages.STATUS_FIELD, "uStatus")
        return [
            event.replace(
                fields={
                    path: each for path, each in (event.fields or {}).items() if path not in unknown
                }
            )
            for event in events
        ]

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
        if key == VERSION:
            self._follow_version(transaction, message, fields)
        tie = transaction.tie
        if tie is not None and tie.indication is not None:
            event = self._answer(tie, transaction, message, time_ns, flags, fields)
            if event is not None:
                return [event]
            flags |= FLAG_INCOMPLETE
        elif tie is not None and not again:
            status = _NDIS_FAILURE if message.value else _NDIS_SUCCESS
            return [completion(transaction, time_ns, tie.code, status, flags=flags)]
        fields_of_answer = {
            messages.STATUS_FIELD: message.value,
            **({} if fields is None else printed(fields)),
        }
        if tie is None and not again:
            event = completion(transaction, time_ns, command_code(*key), message.value, flags=flags)
            return [
                event.replace(
                    namespace=NAMESPACE_MBIM,
                    payload=message.buffer,
                    bytes=len(message.buffer),
                    fields=fields_of_answer,
                )
            ]
        self._count_unmapped(key)
        return [
            raw_indication(key, time_ns, message, flags, transaction).replace(
                fields=fields_of_answer
            )
        ]

    def _transaction(self, message: Message) -> Transaction:
        """Return the transaction of an answer; one is made for an answer to nothing known."""
        tid = message.transaction_id
        found = self._outstanding.find(tid, message.service, message.cid)
        if found is not None:
            if found.answered:
                self._session.problem(f"transaction {tid}: answered again")
            elif found.generation != self.generation:
                self._session.problem(
                    f"transaction {tid}: answered after the function was opened again"
                )
            return found
        name = name_of(message)
        other = self._outstanding.find(tid, None, None)
        made = Transaction(
            tid, self._ids.take(tid), message.service, message.cid, False, self.generation
        )
        known = SERVICES_BY_UUID.get(message.service)
        if known is None or known.number > VENDORS_FROM:
            made.own_service = uuid_text(message.service)
        else:
            made.tie = self._ties.get((known.number, message.cid))
            # Without a request there is nothing to complete.
            made.answered = made.tie is None or made.tie.indication is None
        if other is None:
            self._session.problem(f"transaction {tid}: the answer of {name} without its request")
            self._outstanding.add(made)
        else:
            self._session.problem(f"transaction {tid}: the answer of {name}, which was not asked")
        return made

    def _answer(
        self,
        tie: Tie,
        transaction: Transaction,
        message: Message,
        time_ns: int,
        flags: int,
        fields: list[tuple[str, str]] | None,
    ) -> Event | None:
        """Return the transactional indication; None when the buffer has no sense."""
        key = tie.key
        ending, shape = _ending_of(tie, is_set=transaction.is_set)
        code = PROTOCOL.indication(ending).number
        wwan_status = self._session.status(message.value)
        # Answers of streams also carry members of their commands.
        is_alone = fields is None and key[0] != DSS
        echo = tie.echo(transaction.values) if transaction.is_set else {}
        made_key = self._session.key_of(message.buffer, key, ending, message.value, *echo.items())
        made = self._session.recall(made_key) if is_alone else None
        if made is not None:
            self._session.learn(key, made.values)
            self._session.place(transaction, made.values)
            event = indication(time_ns, code, transaction=transaction)
            return event.replace(payload=made.payload, flags=flags)
        tree: Tree | None = {}
        values: Values | None = {}
        if fields is not None or message.buffer or not message.value:
            values, tree = self._session.answer_tree(key, shape, message, fields, transaction)
        failed = bool(message.value)
        if tree is None and not failed and message.buffer:
            return None
        whole = tree is not None and bool(not failed or message.buffer)
        found: Tree = {} if tree is None else tree
        self._session.place(transaction, values or {})
        event = indication(time_ns, code, transaction=transaction)
        if key == EMERGENCY_MODE or fields is not None:
            printed_fields = fields_of_tree(shape, found)
            if has_status(shape.structure) or failed:
                printed_fields["uStatus"] = wwan_status
            return event.replace(flags=flags | FLAG_INCOMPLETE, fields=printed_fields)
        # The data of a successful answer may be missing.
        only_status = tree is None and not failed
        if only_status or not (whole or has_status(shape.structure)):
            return event.replace(flags=flags | FLAG_INCOMPLETE, fields={"uStatus": wwan_status})
        if has_status(shape.structure):
            found["uStatus"] = wwan_status
        if not whole:
            payload: bytes | None = zeros(
                shape.structure, release_of(self._session.mbimex), {**echo, "uStatus": wwan_status}
            )
        else:
            payload = self._session.built(shape, with_list(shape.structure, found))
        if is_alone:
            self._session.keep(made_key, values, payload)
        return None if payload is None else event.replace(payload=payload, flags=flags)

    def _own_response(
        self,
        transaction: Transaction,
        message: Message,
        time_ns: int,
        flags: int,
        fields: list[tuple[str, str]] | None,
    ) -> Event:
        tree = service_tree("Response", "ResponseID", transaction.own_service, message)
        tree["uStatus"] = self._session.status(message.value)
        event = indication(time_ns, _RESPONSE, transaction=transaction)
        return self._session.own_event(
            "NDIS_WWAN_DEVICE_SERVICE_RESPONSE", event, tree, flags, fields
        )

    def _follow_version(
        self, transaction: Transaction, message: Message, fields: list[tuple[str, str]] | None
    ) -> None:
        """The version that an answer brings into force, if it is one of this opening."""
        if message.value != statuses.SUCCESS:
            return
        is_late = transaction.generation != self.generation
        self._session.follow_version(transaction.values, message.buffer, fields, is_late=is_late)

    # ------------------------------------------------------------------ unsolicited

    def _indicated(
        self, message: Message, time_ns: int, flags: int, fields: list[tuple[str, str]] | None
    ) -> list[Event]:
        """An INDICATE_STATUS becomes the unsolicited indication."""
        if message.transaction_id:
            name = name_of(message)
            self._session.problem(f"an indication of {name} has a TransactionId, which is 0")
        known = SERVICES_BY_UUID.get(message.service)
        incomplete = flags | (FLAG_INCOMPLETE if fields is not None else 0)
        if known is None or known.number > VENDORS_FROM:
            service = uuid_text(message.service)
            tree = service_tree("Event", "EventID", service, message)
            event = indication(time_ns, _EVENT)
            structure = "NDIS_WWAN_DEVICE_SERVICE_EVENT"
            return [self._session.own_event(structure, event, tree, incomplete, fields)]
        key = (known.number, message.cid)
        tie = self._ties.get(key)
        found: Event | None = None
        if key == IP_CONFIGURATION:
            found = self._event(key, IP_ADDRESS_STATE, _ADDRESSES, message, time_ns, fields)
        elif tie is not None and tie.event is not None and tie.answer is not None:
            code = PROTOCOL.indication(tie.event).number
            found = self._event(key, tie.answer, code, message, time_ns, fields)
        if found is not None:
            return [found.replace(flags=incomplete)]
        self._count_unmapped(key)
        if key == EMERGENCY_MODE:
            members = self._session.members(key, "notification", message.buffer, fields)
            self._session.learn(key, members or {})
        mapped = tie is not None and tie.event is not None
        raw = raw_indication(key, time_ns, message, incomplete)
        if mapped:
            raw = raw.replace(flags=incomplete | FLAG_INCOMPLETE)
        return [raw if fields is None else raw.replace(fields=printed(fields))]

    def _event(
        self,
        key: tuple[int, int],
        shape: ties.Message,
        code: int,
        message: Message,
        time_ns: int,
        fields: list[tuple[str, str]] | None,
    ) -> Event | None:
        made_key = self._session.key_of(message.buffer, key, code)
        made = self._session.recall(made_key) if fields is None else None
        if made is not None:
            self._session.learn(key, made.values)
            port = self._session.port(made.values)
            return indication(time_ns, code).replace(port=port, payload=made.payload)
        values = self._session.members(key, "notification", message.buffer, fields)
        tree = None if values is None else self._session.tree(shape, values)
        if values is None or tree is None:
            return None
        event = indication(time_ns, code).replace(port=self._session.port(values))
        if fields is not None:
            self._session.learn(key, values)
            return event.replace(fields=fields_of_tree(shape, tree))
        self._session.supplement(key, shape, tree, values, None)
        payload = self._session.built(shape, with_list(shape.structure, tree))
        self._session.keep(made_key, values, payload)
        return None if payload is None else event.replace(payload=payload)


def _ending_of(tie: Tie, *, is_set: bool) -> tuple[str, ties.Message]:
    """The indication that ends a command of a tie, and the form of its answer."""
    if is_set and tie.set_indication not in (None, tie.indication):
        # Such a set is answered with what it carried.
        assert tie.set is not None
        assert tie.set_indication is not None
        return tie.set_indication, tie.set
    assert tie.indication is not None
    assert tie.answer is not None
    return tie.indication, tie.answer
