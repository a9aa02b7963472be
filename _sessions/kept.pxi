# What later windows see of those before: see wwanreplay/analysis/check/windows.py.

KIND_GAP = int(Kind.KIND_GAP)
# Kinds that no rule looks back at.
_PASSING = frozenset((int(Kind.KIND_NOTE), int(Kind.KIND_WIRE), int(Kind.KIND_CLOCK)))


def gap_in(list events not None, Py_ssize_t start):
    """The place of the first gap from a place on; -1 without one."""
    cdef Py_ssize_t place
    for place in range(start, len(events)):
        if events[place].kind == KIND_GAP:
            return place
    return -1


cdef tuple _events_of(Transaction transaction):
    """The first and last events of a transaction, each with its number.

    Who completes a request without end takes no memory without end.
    """
    cdef Item item
    items = [transaction.request, *transaction.completions[:2], *transaction.indications[:2]]
    if len(transaction.indications) > 2:
        items += transaction.indications[-2:]
    if transaction.closing is not None:
        items.append(transaction.closing)
    found = []
    for item in items:
        found.append((item.number, item.event))
    return tuple(found)


cdef tuple _unit_of(Item item):
    """An event with all of the transaction that it belongs to or begins."""
    cdef Transaction transaction = item.transaction if item.begun is None else item.begun
    return ((item.number, item.event),) if transaction is None else _events_of(transaction)


@cython.final
cdef class Kept:
    """The last events of each kind and content, at most `contents_max` contents of one kind, each
    with the transaction that it belongs to.
    """
    cdef Py_ssize_t _max
    # By kind of event: an Item while its window is held, afterwards what is kept of it.
    cdef dict _first
    cdef dict _last

    def __init__(self, Py_ssize_t contents_max):
        self._max = contents_max
        self._first = {}
        self._last = {}

    def add(self, items):
        """Keep events that leave the windows to come."""
        cdef Item item
        cdef dict contents
        for item in items:
            if item.kind in _PASSING:
                continue
            event = item.event
            payload = event.payload
            group = self._group(item, event)
            contents = self._last.get(group)
            if contents is None:
                contents = self._last[group] = {}
                self._first[group] = item
            else:
                contents.pop(payload, None)
            contents[payload] = item
            if len(contents) > self._max:
                del contents[next(iter(contents))]
        self._let_go(self._first)
        for contents in self._last.values():
            self._let_go(contents)

    cdef tuple _group(self, Item item, event):
        """Its kind, and how it came about: as an event or which request's end, and how it ended."""
        cdef Transaction transaction = item.transaction
        known = (item.kind, event.namespace, item.code, item.port)
        if item.kind != KIND_INDICATION:
            return (*known, item.status)
        kind = -1 if transaction is None else transaction.request.kind
        return (*known, kind, item.was_open, item.end_status())

    cdef int _let_go(self, dict units) except -1:
        for key, unit in units.items():
            if type(unit) is Item:
                units[key] = _unit_of(<Item>unit)
        return 0

    def before(self, int64_t border):
        """What is kept of the events before a number: event by number."""
        cdef dict found = {}
        for units in (self._first, *self._last.values()):
            for unit in units.values():
                for number, event in unit:
                    if <int64_t>number < border:
                        found[number] = event
        return found


def still_open(Session session not None, int64_t border, Py_ssize_t most):
    """The youngest requests before a number that had not ended in the judged part, with what
    answered them: event by number.
    """
    cdef Transaction transaction
    cdef int64_t last = session.judged.stop - 1
    cdef dict found = {}
    waiting = []
    for transaction in session.transactions:
        if transaction.request.number < border and transaction.end > last:
            waiting.append(transaction)
    for transaction in waiting[-most:]:
        for number, event in _events_of(transaction):
            if <int64_t>number < border:
                found[number] = event
    return found
