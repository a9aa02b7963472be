# One event, and one request with its answers.

OIDS = {row.number: row for row in (*oids.ROWS, *general.OID_ROWS) if row.number is not None}
INDICATIONS = {row.number: row for row in (*indications.ROWS, *general.INDICATION_ROWS)}

# The end of what has none: a position behind all others.
ENDLESS = 1 << 62
cdef int64_t ENDLESS_AT = ENDLESS

cdef int KIND_QUERY = Kind.KIND_QUERY
cdef int KIND_SET = Kind.KIND_SET
cdef int KIND_METHOD = Kind.KIND_METHOD
cdef int KIND_CANCEL = Kind.KIND_CANCEL
cdef int KIND_COMPLETION = Kind.KIND_COMPLETION
cdef int KIND_INDICATION = Kind.KIND_INDICATION
cdef int KIND_STIMULUS = Kind.KIND_STIMULUS
cdef int KIND_LIFECYCLE = Kind.KIND_LIFECYCLE
cdef int KIND_WIRE = Kind.KIND_WIRE
cdef int64_t NAMESPACE_MBIM = Namespace.NAMESPACE_MBIM
cdef int FLAG_INCOMPLETE = RecordFlag.FLAG_INCOMPLETE
cdef int FLAG_INFERRED = RecordFlag.FLAG_INFERRED
cdef uint32_t ACCEPTED = _NUMBERS["NDIS_STATUS_INDICATION_REQUIRED"]

# More than one indication answers these, all but the last with this status.
_MORE_TO_COME = frozenset(
    (_NUMBERS["WWAN_STATUS_SMS_MORE_DATA"], _NUMBERS["WWAN_STATUS_MORE_DATA"])
)

# By OID and operation: how the tables say it is answered, and the indications that may end it.
cdef dict _SETS = {}
cdef dict _QUERIES = {}
cdef dict _METHODS = {}
_WWAN_OIDS = frozenset([row.number for row in oids.ROWS if row.number is not None])


@cython.final
cdef class _Operation:
    cdef object row
    cdef str mode
    cdef frozenset codes
    cdef bint is_wwan

    def __cinit__(self, row, mode, operation):
        self.row = row
        self.mode = mode
        self.is_wwan = row is not None and row.number in _WWAN_OIDS
        self.codes = frozenset() if row is None else frozenset([
            _NUMBERS[each.indication] for each in row.completions if operation in each.operations
        ])


for _row in OIDS.values():
    _SETS[_row.number] = _Operation(_row, _row.set, "set")
    _QUERIES[_row.number] = _Operation(_row, _row.query, "query")
    _METHODS[_row.number] = _Operation(_row, _row.method, "query")
del _row
cdef _Operation _UNKNOWN = _Operation(None, "unknown", "")

# By code, the structures of a buffer.
cdef dict _OF_INDICATION = {code: _Reader(row.structs) for code, row in INDICATIONS.items()}
cdef dict _OF_STIMULUS = {row.number: _Reader((row.struct,)) for row in stimuli.ROWS}
cdef dict _OF_COMPLETION = {code: _Reader(row.query_output) for code, row in OIDS.items()}
cdef dict _OF_QUERY = {code: _Reader(row.query_input) for code, row in OIDS.items()}
cdef dict _OF_SET = {code: _Reader(row.set_input) for code, row in OIDS.items()}


@cython.final
@cython.freelist(64)
cdef class Item:
    """One event of a session; `at` is its position, which is the order of things.

    `transaction` is the request that a completion or transactional indication belongs to, and
    `was_open` whether that was neither refused nor closed yet when the indication came.
    """
    cdef readonly int64_t at
    cdef readonly object event
    # Its position among all events, where the session shows only some of them.
    cdef readonly int64_t number
    cdef readonly Transaction transaction
    # The one that it begins, if it is a request.
    cdef Transaction begun
    cdef readonly bint was_open
    # Whether it was in no log and no message: no evidence for or against a device.
    cdef readonly bint is_made_up
    # Whether the log shows only a part of it.
    cdef readonly bint is_incomplete
    # Whether its request may be an earlier one of its port, with the id of one of another port.
    cdef bint is_of_unseen
    # Whether it is an unsolicited indication.
    cdef readonly bint is_event
    # Of the event, where they are at hand.
    cdef readonly int64_t time_ns
    cdef readonly uint64_t code
    cdef readonly uint64_t request_id
    cdef readonly uint32_t port
    cdef readonly uint32_t status
    cdef signed char kind
    cdef signed char _is_read
    cdef signed char _has_u_status
    cdef Fields _fields
    cdef object _u_status
    # The buffers of the session that were read.
    cdef dict _known

    cdef int _fill(self, int64_t at, event, int64_t number, dict known) except -1:
        cdef int flags = event.flags
        self.at = at
        self.event = event
        self.number = number
        self.kind = event.kind
        self.time_ns = event.time_ns
        self.port = event.port
        self.code = event.code
        self.status = event.status
        self.request_id = event.request_id
        self.is_made_up = flags & FLAG_INFERRED != 0
        self.is_incomplete = flags & FLAG_INCOMPLETE != 0
        self.is_event = self.kind == KIND_INDICATION and not self.request_id
        self._known = known
        return 0

    @property
    def index(self):
        """The record number in the trace; the position when the events have none."""
        found = self.event.index
        return self.number if found is None else found

    cdef Fields read(self):
        cdef _Reader reader
        cdef dict known
        if not self._is_read:
            self._is_read = True
            reader = self._reader()
            if reader is not None and reader.forms:
                payload = self.event.payload
                known = self._known.get(reader)
                if known is None:
                    known = self._known[reader] = {}
                if payload not in known:
                    known[payload] = reader.read(payload)
                self._fields = known[payload]
        return self._fields

    cdef _Reader _reader(self):
        code = self.code
        if self.kind == KIND_INDICATION:
            return _OF_INDICATION.get(code)
        if self.kind == KIND_STIMULUS:
            return _OF_STIMULUS.get(code)
        if self.event.namespace == NAMESPACE_MBIM:
            return None
        if self.kind == KIND_COMPLETION:
            return _OF_COMPLETION.get(code)
        return (_OF_QUERY if self.kind == KIND_QUERY else _OF_SET).get(code)

    @property
    def fields(self):
        """The payload of a request or indication, read when first looked at."""
        return self.read()

    cdef object value(self, path):
        cdef Fields fields = self.read()
        if fields is not None:
            return fields.value(path)
        # Of an event that never had a buffer there may be what the log printed.
        printed = self.event.fields
        return printed.get(path) if printed else None

    def __getitem__(self, path):
        """A field of the payload or, without one, of what was printed of it; None without it."""
        return self.value(path)

    cdef object end_status(self):
        if not self._has_u_status:
            self._has_u_status = True
            self._u_status = self.value("uStatus") or 0
        return self._u_status

    @property
    def u_status(self):
        """The uStatus of an indication; success for structures that have none."""
        return self.end_status()

    def __repr__(self):
        event = self.event
        return f"<{self.at} {event.kind.name} {event.code:#x} id {event.request_id}>"


@cython.final
cdef class Transaction:
    """A request with its answers.

    `completions` are all, `indications` every one with its RequestId; the first one (of an SMS
    read: the last) is `closing`. `first_answer` is the first completion, `status` its NDIS_STATUS;
    by that a request was `accepted` (provisionally), `refused` (with an NDIS error), or neither.
    `succeeded`: closed with WWAN_STATUS_SUCCESS. `end` is the position of the closing indication or
    the refusal, beyond the session when open. `row` is that of the OID, None for an unknown one.
    `earlier`: the last request before it of an OID of the model with its RequestId and port.
    By the tables, `mode` is how the operation is answered (empty, sync, async or unknown), and
    `closing_codes` are the indications that may end it. `is_wwan`: its OID is one of the model.
    """
    cdef readonly Item request
    cdef readonly object oid
    cdef readonly object row
    cdef readonly str mode
    cdef readonly frozenset closing_codes
    cdef readonly bint is_wwan
    cdef readonly list completions
    cdef readonly list indications
    cdef readonly Item closing
    cdef readonly Item cancel
    cdef readonly Transaction earlier
    cdef readonly Item first_answer
    cdef readonly object status
    cdef readonly bint is_set
    cdef readonly bint is_query
    cdef readonly bint accepted
    cdef readonly bint refused
    cdef readonly bint succeeded
    cdef readonly int64_t end
    # Position of its last event, and whether one of them was made up.
    cdef int64_t latest
    cdef bint is_made_up
    # What equal transactions share.
    cdef dict _memory

    def __init__(self, Item request not None):
        cdef _Operation known
        self.request = request
        self.oid = request.code
        self.latest = request.at
        self.is_made_up = request.is_made_up
        self.completions = []
        self.indications = []
        self.is_set = request.kind == KIND_SET
        self.is_query = request.kind == KIND_QUERY
        operation = _SETS if self.is_set else _QUERIES if self.is_query else _METHODS
        known = <_Operation>operation.get(self.oid, _UNKNOWN)
        self.row = known.row
        self.mode = known.mode
        self.closing_codes = known.codes
        self.is_wwan = known.is_wwan
        self.end = ENDLESS_AT

    cdef int add_completion(self, Item item) except -1:
        cdef uint32_t status
        self.completions.append(item)
        self.latest = item.at
        self.is_made_up |= item.is_made_up
        if self.first_answer is None:
            self.first_answer = item
            status = item.status
            self.status = status
            self.accepted = status == ACCEPTED
            self.refused = status >= 0x80000000
            if not self.accepted and self.closing is None:
                self.end = item.at
        return 0

    cdef int add_indication(self, Item item) except -1:
        self.indications.append(item)
        self.latest = item.at
        self.is_made_up |= item.is_made_up
        if self.closing is None and item.end_status() not in _MORE_TO_COME:
            self.closing = item
            self.end = item.at
            self.succeeded = item.end_status() == 0
        return 0

    @property
    def ends_with_completion(self):
        """Whether the tables name no indication for the operation, so it is completed again."""
        return self.row is not None and not self.closing_codes

    cdef tuple form(self):
        """All that its record shows of a transaction but who, where and when: what rules judge that
        read no buffer, and no more than a few answers. Equal ones are judged alike.
        """
        cdef Item item
        cdef list found = [self.oid, self.request.kind, len(self.completions)]
        for item in self.completions:
            found.append(item.status)
            found.append(not item.event.payload)
        for item in self.indications:
            found.append(item.code)
            found.append(item.end_status())
            found.append(item is self.closing)
        # Whether an indication came before the provisional answer.
        found.append(
            self.first_answer is not None
            and bool(self.indications)
            and (<Item>self.indications[0]).at < self.first_answer.at
        )
        return tuple(found)

    cdef bint is_held(self, Py_ssize_t known) except -1:
        """Whether anybody else refers to it or to one of its events.

        `known` are the references to it that the caller has; of its events the caller has one each.
        """
        cdef Item item = self.request
        cdef Py_ssize_t count
        if item.begun is self:
            known += 1
        # The caller's, this transaction's and the one of this variable.
        if Py_REFCNT(item) != 3:
            return True
        for answers in (self.completions, self.indications):
            for item in <list>answers:
                if item.transaction is self:
                    known += 1
                # The caller's, the list's and the one of this loop.
                count = 3 + (item is self.first_answer) + (item is self.closing)
                if Py_REFCNT(item) != count:
                    return True
        return Py_REFCNT(self) != known

    cdef int part(self) except -1:
        """Let its events forget it, so that all of them go when nobody has them."""
        cdef Item item
        self.request.begun = None
        for answers in (self.completions, self.indications):
            for item in <list>answers:
                item.transaction = None
        return 0

    cdef bint awaits_an_end(self, Item item):
        """Whether an indication can be its end: one of its OID can before the first answer."""
        if self.end <= item.at:
            return False
        return self.accepted or (not self.completions and item.code in self.closing_codes)

    cdef bint is_open(self, int64_t at):
        return self.request.at < at <= self.end

    def open_at(self, int64_t at):
        """Whether it had been sent and not ended at a position."""
        return self.is_open(at)

    def __getitem__(self, path):
        """A field of the request's buffer."""
        return self.request.value(path)


@cython.final
cdef class _OfOneId:
    # The transactions of a RequestId that came again; what ended is not looked through again.
    cdef list open
    cdef dict unanswered
    cdef dict youngest
    cdef Transaction last
    # Of the OIDs of the model, the youngest of each port.
    cdef dict wwan

    def __cinit__(self):
        self.open = []
        self.unanswered = {}
        self.youngest = {}
        self.wwan = {}

    cdef int add(self, Transaction transaction) except -1:
        self.open.append(transaction)
        # Those that have a completion by now are stepped over when one is looked for.
        waiting = self.unanswered.get(transaction.oid)
        if waiting is None:
            waiting = self.unanswered[transaction.oid] = deque()
        waiting.append(transaction)
        self.youngest[transaction.request.port] = transaction
        self.last = transaction
        if transaction.is_wwan:
            transaction.earlier = self.wwan.get(transaction.request.port)
            self.wwan[transaction.request.port] = transaction
        return 0

    cdef Transaction waiting(self, Item item):
        waiting = self.unanswered.get(item.code)
        while waiting and (<Transaction>waiting[0]).completions:
            waiting.popleft()
        return waiting.popleft() if waiting else None

    cdef Transaction accepted(self, Item item):
        """The youngest that is open and accepted; of another port where none of this one was."""
        cdef Transaction candidate, found = None
        cdef Py_ssize_t place
        cdef list still = []
        for candidate in self.open:
            if candidate.end > item.at:
                still.append(candidate)
        self.open = still
        for place in range(len(still) - 1, -1, -1):
            candidate = still[place]
            if candidate.accepted:
                if candidate.request.port == item.port:
                    return candidate
                if found is None:
                    found = candidate
        return None if item.port in self.youngest else found

    cdef Transaction latest(self, Item item):
        return self.youngest.get(item.port, self.last)


@cython.final
cdef class _ByRequestId:
    # Transactions by RequestId: one, or what there is of several. Nearly all ids come once.
    cdef dict _of

    def __cinit__(self):
        self._of = {}

    cdef int add(self, Transaction transaction) except -1:
        """Take a request that was sent."""
        cdef _OfOneId several
        identity = transaction.request.request_id
        known = self._of.get(identity)
        if known is None:
            self._of[identity] = transaction
            return 0
        if type(known) is Transaction:
            several = self._of[identity] = _OfOneId()
            several.add(<Transaction>known)
        else:
            several = <_OfOneId>known
        return several.add(transaction)

    cdef int cancel(self, Item item) except -1:
        """Cancel the transactions of an id and port that may still be."""
        known = self._of.get(item.request_id)
        if known is None:
            return 0
        for each in (known,) if type(known) is Transaction else (<_OfOneId>known).open:
            if (<Transaction>each).request.port == item.port:
                (<Transaction>each).cancel = item
        return 0

    cdef Transaction unanswered(self, Item item):
        """The oldest request of an id and OID that has no completion."""
        cdef Transaction only
        known = self._of.get(item.request_id)
        if type(known) is Transaction:
            only = <Transaction>known
            return only if only.request.code == item.code and not only.completions else None
        return None if known is None else (<_OfOneId>known).waiting(item)

    cdef int close(self, Item item, bint may_be_unseen) except -1:
        """Give an indication to the youngest open transaction of its id, else to the youngest.

        `may_be_unseen`: the recording need not have its request. Then one of another port, which
        may use the same id, is not taken for it.
        """
        cdef Transaction found = None
        known = self._of.get(item.request_id)
        if known is None:
            return 0
        if type(known) is Transaction:
            found = <Transaction>known
            item.was_open = found.awaits_an_end(item)
        else:
            found = (<_OfOneId>known).accepted(item)
            item.was_open = found is not None
            if found is None:
                found = (<_OfOneId>known).latest(item)
                item.was_open = found.awaits_an_end(item)
        if may_be_unseen and found.request.port != item.port:
            item.was_open = False
            item.is_of_unseen = True
            return 0
        item.transaction = found
        return found.add_indication(item)


cdef list _listed(dict lists, key):
    found = lists.get(key)
    if found is None:
        found = lists[key] = []
    return <list>found
