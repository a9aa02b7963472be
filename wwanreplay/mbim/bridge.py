"""The MBIM function on top of NDIS-level events: the reverse of a class driver.

A `Bridge` does no I/O and reads no clock. Messages of the host go in and become requests to the
device and immediate replies; outputs of the device go in and become messages to the host:

    requests, replies = bridge.host_message(data, time_ns)
    messages = bridge.device_output(event)

The same messages and outputs in the same order give the same bytes, so that a recording can be
replayed and its MBIM bytes rebuilt. `advance(time_ns)` gives up an unfinished fragmented message;
`host_message` does so by itself.

RequestIds count up from 1 and are never used twice; the device's answers find their transaction by
them. docs/mbim-mapping.md has the tables and the decisions.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.errors import DecodeError, UsageError
from wwanreplay.mbim import codec, messages, statuses
from wwanreplay.mbim.allowed import refuse_unnamed
from wwanreplay.mbim.answers import asked_context, remember, status_of_answer
from wwanreplay.mbim.commands import (
    CONNECT,
    DEVICE_SERVICES,
    IP_PACKET_FILTERS,
    PASSED_THROUGH,
    PCO,
    SESSION_ID_MAX,
    SUBSCRIBE_LIST,
)
from wwanreplay.mbim.converters import Known
from wwanreplay.mbim.device_requests import DeviceRequests
from wwanreplay.mbim.fragments import CONTROL_TRANSFER_MIN, Joiner, split
from wwanreplay.mbim.header import HOST_TYPES, command_header, look
from wwanreplay.mbim.memory import CLASS_GSM, Memory
from wwanreplay.mbim.messages import Message
from wwanreplay.mbim.reports import (
    READ,
    SERVICE_RESPONSE,
    SUBSCRIPTION,
    notifications_of,
    report_of,
    uuid_text,
    values_of,
)
from wwanreplay.mbim.served_commands import ServedCommands
from wwanreplay.mbim.tables import (
    MBIMEX_1_0,
    MBIMEX_3_0,
    MBIMEX_NEWEST,
    SERVICES_BY_UUID,
    find_layout,
)
from wwanreplay.mbim.ties import Tie
from wwanreplay.mbim.transactions import Refusal, Transaction, Transactions
from wwanreplay.mbim.versions import VERSION, VERSION_MEMBER, agreed
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol import codec as ndis
from wwanreplay.protocol.kinds import INDICATION_REQUIRED
from wwanreplay.protocol.releases import DEFAULT, Release
from wwanreplay.protocol.remembered import Remembered

#: Longest message to a host, bytes; a host that takes longer ones gets no longer ones.
CONTROL_TRANSFER_MAX = 65536

_REMEMBERED_SIZE = 1 << 20
#: Bytes that the members of a command take, about, for each byte of it.
_VALUES_SIZE = 40

# Python 3.11 looks a member of an enumeration up by its name each time.
_COMMAND_MSG, _COMMAND_DONE = int(messages.MBIM_COMMAND_MSG), int(messages.MBIM_COMMAND_DONE)

NOT_OPENED = "MBIM_ERROR_NOT_OPENED"
UNKNOWN = "MBIM_ERROR_UNKNOWN"

Answer = tuple[list[Event], list[bytes]]
Route = tuple[bytes, int, int, int]


class Bridge:
    """One MBIM function.

    `services` maps the UUIDs of the device's own services (text) to their CIDs: DEVICE_SERVICES
    lists them, and their commands are passed to the device. `port_count` is the number of NDIS
    ports: sessions below it have the port of their number, all others port 0. `driver_model`
    is the major version of the driver model that the device's miniport names, `release` the one
    that it was made for, which says what forms of structures it takes. `session_count` is
    the number of contexts that the device can have: a query of a session beyond them that is not
    active is refused. `stream_limits` are how many device service streams may be open: of all
    services (under the empty name) and of each. `cellular_class` is that of the device, for
    messages before one that names it. `oids` are the numbers of those that the device
    has, None for all: commands of others have no device support.
    No message to the host is longer than `control_transfer_max`, whatever the host would take.
    `mbimex_newest` is the newest MBIMEx version that the function speaks, and `mbimex` the one in
    force: a host agrees on it by VERSION, which is served and listed from 2.0 on.
    """

    def __init__(
        self,
        services: Mapping[str, Sequence[int]] | None = None,
        *,
        port_count: int = 1,
        driver_model: int = 2,
        release: Release = DEFAULT,
        oids: Collection[int] | None = None,
        control_transfer_max: int = CONTROL_TRANSFER_MAX,
        mbimex_newest: int = MBIMEX_1_0,
        session_count: int = SESSION_ID_MAX + 1,
        stream_limits: Mapping[str, int] | None = None,
        cellular_class: int = CLASS_GSM,
    ) -> None:
        if control_transfer_max < CONTROL_TRANSFER_MIN:
            raise UsageError(
                f"control_transfer_max: {control_transfer_max} is below {CONTROL_TRANSFER_MIN}"
            )
        self.control_transfer_max = control_transfer_max
        self.mbimex_newest = mbimex_newest
        self.mbimex = MBIMEX_1_0
        self.services = {str(uuid.UUID(key)): tuple(cids) for key, cids in (services or {}).items()}
        self.port_count = port_count
        self.session_count = max(session_count, port_count)
        self.stream_limits = dict(stream_limits or {})
        self.is_present = True
        self.driver_model = driver_model
        self.release = release
        self.oids = None if oids is None else frozenset(oids)
        self._served = ServedCommands(self.services, driver_model, self.oids, mbimex_newest)
        self.memory = Memory(cellular_class=cellular_class)
        self.max_control_transfer: int | None = None
        self._joiner = Joiner()
        self._transactions = Transactions()
        self._requests = DeviceRequests(release, port_count)
        # The ties of commands that are served: by service, CID, type and version.
        self._routes: dict[Route, Tie] = {}
        # Hosts repeat their commands, and devices their answers.
        self._commands: Remembered[codec.Values] = Remembered(_REMEMBERED_SIZE)
        self._inputs: Remembered[bytes] = Remembered(_REMEMBERED_SIZE)
        self._reports: Remembered[tuple[str, ndis.Decoded]] = Remembered(_REMEMBERED_SIZE)
        self._buffers: Remembered[bytes] = Remembered(_REMEMBERED_SIZE)

    @property
    def is_open(self) -> bool:
        """Whether the host has opened the function."""
        return self.max_control_transfer is not None

    @property
    def next_due_ns(self) -> int | None:
        """When `advance` has something to do, or None."""
        return self._joiner.next_due_ns

    def arrive(self) -> None:
        """The device was plugged in again."""
        self.is_present = True

    def reset(self) -> None:
        """Be as at first, but for the RequestIds: the device was pulled out."""
        self._forget()
        self.is_present = False
        self.max_control_transfer = None
        self.mbimex = MBIMEX_1_0

    # ------------------------------------------------------------------ from the host

    def advance(self, time_ns: int) -> list[bytes]:
        """Give up a fragmented message whose next piece is overdue; return the error message."""
        errors = self._joiner.expire(time_ns)
        return [messages.function_error(tid, self._error(error)) for tid, error in errors]

    def host_message(self, data: bytes, time_ns: int) -> Answer:
        """Take one transfer of the host: a message, a fragment, or bytes that are neither.

        Return the requests to the device, in order, and the messages to the host.
        """
        replies: list[bytes] = []
        if self._joiner.next_due_ns is None:
            command = messages.plain_command(data)
            if command is not None:
                return self._message(command, time_ns)
        else:
            replies = self.advance(time_ns)
        head = look(data)
        try:
            header = messages.checked_header(head, data)
        except DecodeError:
            return [], [*replies, self._broken(data)]
        if header.type not in HOST_TYPES:
            return [], [*replies, self._function_error(header.transaction_id, UNKNOWN)]
        try:
            if self._joiner.is_alone(header):
                message = messages.parse_message(data, head=head, header=header)
            else:
                joined = self._joiner.feed(header, data, time_ns)
                replies += [self._function_error(tid, error) for tid, error in joined.errors]
                if joined.message is None:
                    return [], replies
                message = messages.parse_message(joined.message)
        except DecodeError:
            error = "MBIM_ERROR_LENGTH_MISMATCH"
            return [], [*replies, self._function_error(header.transaction_id, error)]
        requests, answers = self._message(message, time_ns)
        return requests, replies + answers

    def _error(self, error: str) -> str:
        """Return the error to send: a closed function sends only NOT_OPENED."""
        return error if self.is_open else NOT_OPENED

    def _function_error(self, transaction_id: int, error: str) -> bytes:
        return messages.function_error(transaction_id, self._error(error))

    def _broken(self, data: bytes) -> bytes:
        """Answer bytes whose lengths do not agree, or that are no message at all."""
        head = look(data)
        if head.transaction_id is None or head.type not in HOST_TYPES:
            return self._function_error(0, UNKNOWN)
        return self._function_error(head.transaction_id, "MBIM_ERROR_LENGTH_MISMATCH")

    def _message(self, message: Message, time_ns: int) -> Answer:
        if message.type == _COMMAND_MSG and message.transaction_id and self.is_open:
            return self._command(message, time_ns)
        if message.type == messages.MBIM_HOST_ERROR_MSG:
            # The host gave a transaction up: no answer is sent, its requests are cancelled.
            return self._transactions.give_up(message.transaction_id, time_ns), []
        if message.transaction_id == 0:
            return [], [self._function_error(0, UNKNOWN)]
        if message.type == messages.MBIM_OPEN_MSG:
            return self._open(message, time_ns)
        if not self.is_open:
            return [], [messages.function_error(message.transaction_id, NOT_OPENED)]
        if message.type == messages.MBIM_CLOSE_MSG:
            requests = self._end_everything(time_ns)
            self.max_control_transfer = None
            self.mbimex = MBIMEX_1_0
            done = Message(messages.MBIM_CLOSE_DONE, message.transaction_id, statuses.SUCCESS)
            return requests, [done.to_bytes()]
        raise AssertionError(f"{messages.type_name(message.type)} is no message of a host")

    def _open(self, message: Message, time_ns: int) -> Answer:
        if message.value < CONTROL_TRANSFER_MIN:
            error = "MBIM_ERROR_MAX_TRANSFER"
            return [], [messages.function_error(message.transaction_id, error)]
        requests = self._end_everything(time_ns) if self.is_open else []
        self.max_control_transfer = min(message.value, self.control_transfer_max)
        self.mbimex = MBIMEX_1_0
        done = Message(messages.MBIM_OPEN_DONE, message.transaction_id, statuses.SUCCESS)
        return requests, [done.to_bytes()]

    def _end_everything(self, time_ns: int) -> list[Event]:
        """End contexts, streams and subscriptions, and forget what waits; no answers follow."""
        memory = self.memory
        active = dict(memory.active)
        for transaction in self._transactions:
            tie = transaction.tie
            if tie is not None and tie.key == CONNECT and transaction.is_set:
                # A context whose activation is pending must end as well.
                active[transaction.values["SessionId"]] = transaction.port
        requests = [
            self._requests.context_end(time_ns, session, port)
            for session, port in sorted(active.items())
        ]
        requests += [
            self._requests.stream_end(time_ns, session, service)
            for session, service in sorted(memory.open_streams.items())
        ]
        if memory.vendor_events:
            requests.append(self._requests.subscription(time_ns, []))
        self._forget()
        return requests

    def _forget(self) -> None:
        """Forget what waits, and what was learnt of host and device."""
        self._transactions.clear()
        self._joiner.reset()
        self.memory.reset()

    # ---------------------------------------------------------------------- commands

    def _command(self, message: Message, time_ns: int) -> Answer:
        if message.transaction_id in self._transactions:
            error = "MBIM_ERROR_DUPLICATED_TID"
            return [], [messages.function_error(message.transaction_id, error)]
        transaction = Transaction(message.transaction_id, message.service, message.cid)
        if self._transactions.is_full:
            return [], self._done(transaction, statuses.BUSY)
        route = message.service, message.cid, message.value, self.mbimex
        tie = self._routes.get(route)
        try:
            if tie is None:
                own = self._own_answer(message)
                if own is not None:
                    return [], self._done(transaction, statuses.SUCCESS, own)
            requests = self._start(message, transaction, time_ns, route, tie)
        except Refusal as refusal:
            return [], self._refused(transaction, refusal.status)
        except (DecodeError, UsageError):
            # A buffer that is wrongly encoded, or holds what the structure cannot carry.
            return [], self._refused(transaction, statuses.INVALID_PARAMETERS)
        self._transactions.begin(transaction, requests)
        return requests, []

    def _refused(self, transaction: Transaction, status: int) -> list[bytes]:
        """Answer a command that does not reach the device; one that is gone refuses all alike."""
        return self._done(transaction, status if self.is_present else statuses.NOT_INITIALIZED)

    def _own_answer(self, message: Message) -> bytes | None:
        """Answer a command that the function keeps from the device; None for all others."""
        service = SERVICES_BY_UUID.get(message.service)
        code = (0 if service is None else service.number, message.cid)
        is_set = message.value == messages.COMMAND_SET
        is_version = code == VERSION and not is_set and self.mbimex_newest > MBIMEX_1_0
        if message.value not in _OPERATIONS or not (is_version or code == IP_PACKET_FILTERS):
            return None
        if not self.is_present:
            raise Refusal(statuses.NOT_INITIALIZED)
        return self._version(message) if is_version else self._packet_filters(message, is_set)

    def _packet_filters(self, message: Message, is_set: bool) -> bytes:
        """Replace the packet filters of a session in a set; return the answer that lists them."""
        operation = "set" if is_set else "query"
        values = codec.decode(*IP_PACKET_FILTERS, operation, message.buffer, mbimex=self.mbimex)
        session = values["SessionId"]
        self._requests.port(session)
        if not self._exists(session):
            raise Refusal(statuses.CONTEXT_NOT_ACTIVATED)
        if is_set:
            self.memory.packet_filters[session] = values["PacketFilters"]
        filters = [
            {"FilterId": 0, **each} if self.mbimex >= MBIMEX_3_0 else _without_id(each)
            for each in self.memory.packet_filters.get(session, [])
        ]
        answer = {"SessionId": session, "PacketFilters": filters}
        return codec.encode(*IP_PACKET_FILTERS, "response", answer, mbimex=self.mbimex)

    def _version(self, message: Message) -> bytes:
        """Agree on the lower version, which is in force from now on; the answer's buffer."""
        offer = codec.decode(*VERSION, "query", message.buffer, mbimex=MBIMEX_NEWEST)
        self.mbimex = agreed(offer[VERSION_MEMBER], self.mbimex_newest)
        reply = {"MbimVersion": MBIMEX_1_0, VERSION_MEMBER: self.mbimex}
        return codec.encode(*VERSION, "response", reply, mbimex=MBIMEX_NEWEST)

    def _start(
        self,
        message: Message,
        transaction: Transaction,
        time_ns: int,
        route: Route,
        tie: Tie | None,
    ) -> list[Event]:
        """Return the requests of a command; raises when there are none. `tie` is that of `route`,
        if it is known."""
        is_set = message.value == messages.COMMAND_SET
        if tie is None:
            if message.value not in _OPERATIONS:
                raise Refusal(statuses.INVALID_PARAMETERS)
            text = uuid_text(message.service)
            if text in self.services:
                transaction.indication = SERVICE_RESPONSE
                return [self._requests.service_command(message, text, is_set, time_ns)]
            code = self._served_code(message, is_set)
            if code in PASSED_THROUGH and not is_set:
                return [self._requests.passed_through(code, message, time_ns)]
            tie = self._served.tie(code)
            if tie is None or not tie.serves("s" if is_set else "q"):
                raise Refusal(statuses.NO_DEVICE_SUPPORT)
            self._routes[route] = tie
        code, operation = tie.key, "set" if is_set else "query"
        transaction.tie, transaction.is_set = tie, is_set
        transaction.values = self._command_values(tie, operation, message.buffer)
        if code == SUBSCRIBE_LIST:
            transaction.indication = SUBSCRIPTION
            wanted = [entry["DeviceServiceId"] for entry in transaction.values["Events"]]
            return [
                self._requests.subscription(
                    time_ns, [each for each in wanted if each in self.services]
                )
            ]
        return self._oid_requests(tie, transaction, message.buffer, time_ns)

    def _served_code(self, message: Message, is_set: bool) -> tuple[int, int]:
        """Service number and CID of a command that is served in the version in force; Refusal."""
        known = SERVICES_BY_UUID.get(message.service)
        if known is None:
            raise Refusal(statuses.NO_DEVICE_SUPPORT)
        code = (known.number, message.cid)
        if find_layout(*code, "set" if is_set else "query", self.mbimex) is None:
            raise Refusal(statuses.NO_DEVICE_SUPPORT)
        if not self._served.has(code):
            raise Refusal(statuses.NO_DEVICE_SUPPORT)
        return code

    def _oid_requests(
        self, tie: Tie, transaction: Transaction, buffer: bytes, time_ns: int
    ) -> list[Event]:
        values, is_set = transaction.values, transaction.is_set
        session = tie.session_of(values)
        transaction.session, transaction.port = session, self._requests.port(session or 0)
        if session is not None and not is_set:
            self._refuse_absent(tie, session, transaction.port)
        ending = tie.set_indication if is_set else tie.indication
        if ending is not None:
            transaction.indication = PROTOCOL.indication_by_name[ending].number
        payload = self._input_of(tie, is_set, buffer, values)
        requests = [self._requests.oid(time_ns, is_set, tie.oid_name, payload, transaction.port)]
        if tie.also_queried is not None and not is_set:
            requests.append(self._requests.oid(time_ns, False, tie.also_queried))
        return requests

    def _command_values(self, tie: Tie, operation: str, buffer: bytes) -> codec.Values:
        """The members of a command, which are not changed; DecodeError, Refusal."""
        key = tie.key, operation, buffer, self.mbimex
        known = self._commands.get(key)
        if known is None:
            known = codec.decode(*tie.key, operation, buffer, mbimex=self.mbimex)
            if operation == "set" or not tie.session:
                # A query of a session counts by the session alone.
                refuse_unnamed(tie.key, operation, known, self.mbimex)
            self._commands.keep(key, known, _VALUES_SIZE * len(buffer))
        return known

    def _input_of(self, tie: Tie, is_set: bool, buffer: bytes, values: codec.Values) -> bytes:
        """The input of a request from the members that a command's buffer has; Refusal."""
        key = tie.key, is_set, buffer, self.mbimex
        known = self._inputs.get(key)
        if known is None:
            known = self._requests.input_of(tie.set if is_set else tie.query, values)
            self._inputs.keep(key, known, len(buffer) + len(known))
        return known

    def _exists(self, session: int) -> bool:
        """Whether a session is one of the device's, or active or being activated all the same."""
        return (
            session < self.session_count
            or session in self.memory.active
            or any(each.session == session and each.is_set for each in self._transactions)
        )

    def _refuse_absent(self, tie: Tie, session: int, port: int) -> None:
        """Refuse a query of a session that does not exist, or whose port another one has."""
        others = [each for each, at in self.memory.active.items() if at == port]
        is_other = tie.key == PCO and bool(others) and session not in others
        if is_other or not self._exists(session):
            raise Refusal(statuses.CONTEXT_NOT_ACTIVATED)

    # ------------------------------------------------------------------ from the device

    def device_output(self, event: Event) -> list[bytes]:
        """Take a completion or indication; return the messages to the host, fragments in order.

        What belongs to no transaction, and what MBIM has no message for, gives none.
        """
        if event.kind == Kind.KIND_COMPLETION:
            return self._completion(event)
        if event.kind != Kind.KIND_INDICATION:
            return []
        try:
            decoded = self._learn(event)
        except DecodeError:
            decoded = None
        if event.request_id == 0:
            return self._unsolicited(event, decoded)
        return self._answer(event, decoded)

    def _completion(self, event: Event) -> list[bytes]:
        transaction = self._transactions.complete(event.request_id)
        if transaction is None or event.status == INDICATION_REQUIRED:
            return []
        if event.namespace == Namespace.NAMESPACE_MBIM:
            return self._done(transaction, event.status, event.payload)
        if event.request_id == transaction.main:
            return self._completed(transaction, event.status)
        return self._answered(event.request_id, transaction)

    def _completed(self, transaction: Transaction, status: int) -> list[bytes]:
        """End a command by the completion of its request: a failure, or one without indication."""
        tie = transaction.tie
        if status != NDIS_SUCCESS or tie is None or tie.indication is not None:
            return self._done(transaction, statuses.status_of_ndis(status))
        # What was set is what the answer of such a command says.
        buffer = codec.encode(*tie.key, "response", transaction.values, mbimex=self.mbimex)
        return self._done(transaction, statuses.SUCCESS, buffer)

    def _answer(self, event: Event, decoded: ndis.Decoded | None) -> list[bytes]:
        """Take a transactional indication."""
        transaction = self._transactions.of_request(event.request_id)
        if transaction is None:
            return []
        if event.request_id == transaction.main:
            if event.code != transaction.indication:
                return []
            if decoded is None:
                return self._done(transaction, statuses.FAILURE)
            transaction.answer, transaction.port = decoded, event.port
        return self._answered(event.request_id, transaction)

    def _answered(self, request_id: int, transaction: Transaction) -> list[bytes]:
        """Take the answer of a request; that of the last one completes the command."""
        is_last = self._transactions.answer(request_id, transaction)
        answer = transaction.answer
        if not is_last or answer is None:
            return []
        status = status_of_answer(transaction, answer, self.memory, self.stream_limits)
        if status == statuses.SUCCESS:
            remember(transaction, self.memory, self.services)
        elif transaction.tie is None or not transaction.tie.body_on_failure:
            return self._done(transaction, status)
        try:
            return self._done(transaction, status, self._buffer(transaction, answer))
        except (UsageError, KeyError):
            # The answer of the device does not fit the message.
            return self._done(transaction, statuses.FAILURE)

    def _buffer(self, transaction: Transaction, answer: ndis.Decoded) -> bytes:
        """Return the information buffer of an answer."""
        tie = transaction.tie
        if tie is None:
            return bytes(answer["Data"])
        if tie.key == SUBSCRIBE_LIST:
            return codec.encode(*tie.key, "response", transaction.values, mbimex=self.mbimex)
        key = (
            *(tie.key, answer.name, answer.data, self.mbimex),
            *(transaction.port, transaction.session, asked_context(transaction)),
            self.memory.facts,
        )
        buffer = self._buffers.get(key)
        if buffer is None:
            buffer = self._made_buffer(tie, transaction, answer)
            self._buffers.keep(key, buffer, len(answer.data) + len(buffer))
        return buffer

    def _made_buffer(self, tie: Tie, transaction: Transaction, answer: ndis.Decoded) -> bytes:
        known = Known(
            self.memory,
            transaction.port,
            transaction.session,
            self.mbimex,
            asked_context(transaction),
        )
        # Some sets are answered with what they carried.
        is_echo = tie.set is not None and answer.name == tie.set.structure
        shape = tie.set if is_echo else tie.answer
        values = values_of(tie.key, "response", shape, answer, known)
        if tie.key == DEVICE_SERVICES:
            self._served.list_in(values)
        return codec.encode(*tie.key, "response", values, mbimex=self.mbimex)

    def _learn(self, event: Event) -> ndis.Decoded | None:
        """Decode an indication and keep what later messages need; None when it has no meaning."""
        if event.code not in READ:
            return None
        key = event.code, event.payload
        found = self._reports.get(key)
        if found is None:
            found = report_of(event)
            if found is None:
                return None
            self._reports.keep(key, found, 2 * len(event.payload))
        self.memory.learn(found[0], found[1], event.port)
        return found[1]

    # -------------------------------------------------------------------- to the host

    def _unsolicited(self, event: Event, decoded: ndis.Decoded | None) -> list[bytes]:
        """Turn an event into the indications that the host wants."""
        if not self.is_open or decoded is None:
            return []
        found = notifications_of(event, decoded, self.memory, self.mbimex)
        return [part for message in found for part in self._parts(message)]

    def _done(self, transaction: Transaction, status: int, buffer: bytes = b"") -> list[bytes]:
        """End a transaction; return its COMMAND_DONE."""
        self._transactions.end(transaction)
        head = command_header(
            _COMMAND_DONE,
            transaction.transaction_id,
            transaction.service,
            transaction.cid,
            status,
            len(buffer),
        )
        assert head is not None
        return self._cut(head + buffer)

    def _parts(self, message: Message) -> list[bytes]:
        return self._cut(message.to_bytes())

    def _cut(self, message: bytes) -> list[bytes]:
        assert self.max_control_transfer is not None
        return split(message, self.max_control_transfer)


def _without_id(packet_filter: codec.Values) -> codec.Values:
    """Return a packet filter as sessions before MBIMEx 3.0 have it."""
    return {name: value for name, value in packet_filter.items() if name != "FilterId"}


_OPERATIONS = (messages.COMMAND_QUERY, messages.COMMAND_SET)
NDIS_SUCCESS = PROTOCOL.status("NDIS_STATUS_SUCCESS").number
