# Searches in what is ordered by position, and what they search in.

cdef Py_ssize_t _items_before(list items, int64_t at) noexcept:
    """How many items, which are in order, stand before a position."""
    cdef Py_ssize_t low = 0, middle, high = len(items)
    while low < high:
        middle = (low + high) // 2
        if (<Item>items[middle]).at < at:
            low = middle + 1
        else:
            high = middle
    return low


cdef Py_ssize_t _items_earlier(list items, int64_t time_ns, bint or_then) noexcept:
    """How many items come before a time, or before and at it."""
    cdef Py_ssize_t low = 0, middle, high = len(items)
    cdef int64_t its
    while low < high:
        middle = (low + high) // 2
        its = (<Item>items[middle]).time_ns
        if its < time_ns or (or_then and its == time_ns):
            low = middle + 1
        else:
            high = middle
    return low


cdef Py_ssize_t _sent_before(list transactions, int64_t at) noexcept:
    """How many transactions, in the order of their requests, were sent before a position."""
    cdef Py_ssize_t low = 0, middle, high = len(transactions)
    while low < high:
        middle = (low + high) // 2
        if (<Transaction>transactions[middle]).request.at < at:
            low = middle + 1
        else:
            high = middle
    return low


cdef Py_ssize_t _numbers_before(list found, int64_t at) except -1:
    """How many of the numbers, which are in order, are lower."""
    cdef Py_ssize_t low = 0, middle, high = len(found)
    while low < high:
        middle = (low + high) // 2
        if <int64_t>found[middle] < at:
            low = middle + 1
        else:
            high = middle
    return low


@cython.final
cdef class _Reports:
    # The reports of an indication in their order, those with uStatus success, and of them those
    # that end a set or a query.
    cdef list items
    cdef list _successes
    cdef list _of_sets
    cdef list _of_queries

    def __cinit__(self, list items):
        self.items = items

    cdef list successes(self):
        if self._successes is None:
            found = []
            for item in self.items:
                if (<Item>item).end_status() == 0:
                    found.append(item)
            self._successes = found
        return self._successes

    cdef list ending(self, str kind):
        """The successes that end a set or a query; all without a kind."""
        cdef Item item
        if not kind:
            return self.successes()
        if self._of_sets is None:
            self._of_sets, self._of_queries = [], []
            for item in self.successes():
                if item.transaction is None:
                    continue
                if item.transaction.is_set:
                    self._of_sets.append(item)
                elif item.transaction.is_query:
                    self._of_queries.append(item)
        return self._of_sets if kind == "set" else self._of_queries


@cython.final
cdef class _Spans:
    # From where to where requests were open: those that ended, and those that never did.
    cdef list ended
    cdef list endless
    # The latest end of all that ended, up to each.
    cdef list latest_end

    def __cinit__(self, list transactions):
        cdef Transaction transaction
        cdef int64_t latest = 0
        self.ended = []
        self.endless = []
        self.latest_end = []
        for transaction in transactions:
            if transaction.end == ENDLESS_AT:
                self.endless.append(transaction)
                continue
            latest = max(latest, transaction.end)
            self.ended.append(transaction)
            self.latest_end.append(latest)
