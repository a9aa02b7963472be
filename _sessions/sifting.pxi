# Judgements that say nothing are counted, and the others kept.

def sift(judgements, int64_t start, int64_t stop):
    """How many of the judgements (item, what is wrong) between two positions have no text, and a
    list of those that have one.

    What is no event of the session, but was made up when messages were mapped, does not count. What
    is judged once for what is equal is counted so too.
    """
    cdef int64_t kept = 0
    cdef Item item
    if type(judgements) is ByForm and (<ByForm>judgements).session.is_judged(start, stop):
        return (<ByForm>judgements).sifted()
    if type(judgements) is ByBuffer and (<ByBuffer>judgements).session.is_judged(start, stop):
        return (<ByBuffer>judgements).sifted()
    others = []
    for judgement in judgements:
        item, text = judgement
        if start <= item.at < stop and not item.is_made_up:
            if text:
                others.append((item, text))
            else:
                kept += 1
    return kept, others


@cython.final
cdef class _Buffers:
    # The judged items of a list by what is in their buffers, with how many there are of each; what
    # was made up is left out. With `whole`, those of which the log shows only a part are too.
    cdef list items
    cdef dict count

    def __cinit__(self, Session session, list items, bint whole):
        cdef Item item
        cdef int64_t start = session.judged.start, stop = session.judged.stop
        self.items = []
        self.count = {}
        for item in items:
            if not start <= item.at < stop or item.is_made_up or (whole and item.is_incomplete):
                continue
            fields = item.read()
            if fields is None:
                continue
            self.items.append(item)
            self.count[fields] = self.count.get(fields, 0) + 1


def by_buffers(session, lists, name, judge, *, whole=False):
    """(item, what is wrong) for the judged items with a buffer, by what `judge` says of its Fields.

    Each buffer is judged once, and what was said is kept in its memory by `name`; where it is None,
    there is nothing to judge. `lists` are lists of items; with `whole`, those of which the log
    shows only a part are passed over.
    """
    return ByBuffer(session, lists, name, judge, whole)


def by_buffer(session, items, name, judge):
    """The same for items that are no list of the session, or for one of its lists."""
    lists = [items if isinstance(items, list) else list(items)]
    return ByBuffer(session, lists, name, judge, False)


@cython.final
cdef class ByBuffer:
    """What `by_buffers` finds: gone through, or counted by `sift`."""
    cdef Session session
    cdef list lists
    cdef object name
    cdef object judge
    cdef bint whole

    def __init__(self, Session session not None, lists, name, judge, bint whole):
        self.session = session
        self.lists = list(lists)
        self.name = name
        self.judge = judge
        self.whole = whole

    cdef object text_of(self, Fields fields):
        if fields._memory is None:
            fields._memory = {}
        elif self.name in fields._memory:
            return fields._memory[self.name]
        text = fields._memory[self.name] = self.judge(fields)
        return text

    def __iter__(self):
        cdef Item item
        cdef list items
        cdef int64_t start = self.session.judged.start, stop = self.session.judged.stop
        for items in self.lists:
            for item in items:
                if not start <= item.at < stop or (self.whole and item.is_incomplete):
                    continue
                fields = item.read()
                if fields is not None:
                    text = self.text_of(fields)
                    if text is not None:
                        yield item, text

    cdef tuple sifted(self):
        cdef int64_t kept = 0
        cdef _Buffers buffers
        cdef Item item
        cdef set wrong
        found = []
        for items in self.lists:
            buffers = self.session.buffers_of(items, self.whole)
            wrong = None
            for fields, count in buffers.count.items():
                text = self.text_of(<Fields>fields)
                if text:
                    if wrong is None:
                        wrong = set()
                    wrong.add(fields)
                elif text is not None:
                    kept += <int64_t>count
            if wrong is not None:
                for item in buffers.items:
                    if item._fields in wrong:
                        found.append((item, self.text_of(item._fields)))
        return kept, found


cdef int _place_in(Transaction transaction, Item item) except -2:
    """Where an answer stands: completions from 0, indications from 8; -1 for the request."""
    cdef int place = 0
    if item is transaction.request:
        return -1
    for each in transaction.completions:
        if each is item:
            return place
        place += 1
    place = 8
    for each in transaction.indications:
        if each is item:
            return place
        place += 1
    raise ValueError("a judgement of a transaction is about one of its events")


cdef Item _item_at(Transaction transaction, int place):
    if place < 0:
        return transaction.request
    if place < 8:
        return transaction.completions[place]
    return transaction.indications[place - 8]


@cython.final
cdef class _Forms:
    # The transactions of the judged part: by form those that are judged as one of them is, which
    # are those wholly inside and not made up, and the others.
    cdef list members
    cdef list others

    def __cinit__(self, Session session):
        cdef Transaction transaction
        cdef dict memory
        cdef list alike
        cdef int64_t start = session.judged.start, stop = session.judged.stop
        cdef dict known = {}
        self.members = []
        self.others = []
        for transaction in session.concerned():
            memory = None
            if transaction.request.at >= start and transaction.latest < stop:
                if not transaction.is_made_up:
                    memory = session.memory_of(transaction)
            if memory is None:
                self.others.append(transaction)
                continue
            alike = known.get(id(memory))
            if alike is None:
                alike = known[id(memory)] = []
                self.members.append(alike)
            alike.append(transaction)


def by_form(session, name, judge):
    """The judgements of `judge` (transaction → judgements of its events) for the transactions that
    have an event in the judged part.

    For rules that read no more than OID, operation, statuses, codes and whether a completion has a
    buffer: of transactions in which these are equal, one is judged, and the others alike.
    """
    return ByForm(session, name, judge)


@cython.final
cdef class ByForm:
    """What `by_form` finds: gone through, or counted by `sift`."""
    cdef Session session
    cdef object name
    cdef object judge

    def __init__(self, Session session not None, name, judge):
        self.session = session
        self.name = name
        self.judge = judge

    cdef tuple _of(self, Transaction transaction):
        """(place in the transaction, what is wrong there) of a form, once."""
        cdef dict memory = self.session.memory_of(transaction)
        known = memory.get(self.name)
        if known is None:
            known = memory[self.name] = tuple([
                (_place_in(transaction, item), text) for item, text in self.judge(transaction)
            ])
        return <tuple>known

    def __iter__(self):
        for transaction in self.session.concerned():
            if self.session.memory_of(transaction) is None:
                yield from self.judge(transaction)
                continue
            for place, text in self._of(transaction):
                yield _item_at(transaction, place), text

    cdef tuple sifted(self):
        cdef int64_t kept = 0
        cdef int64_t start = self.session.judged.start, stop = self.session.judged.stop
        cdef Py_ssize_t held
        cdef _Forms forms = self.session.forms()
        cdef Transaction transaction
        cdef Item item
        cdef list alike
        found = []
        for alike in forms.members:
            known = self._of(alike[0])
            held = 0
            for _, text in known:
                held += not text
            kept += held * len(alike)
            if held == len(known):
                continue
            for transaction in alike:
                for place, text in known:
                    if text:
                        found.append((transaction.request.at, _item_at(transaction, place), text))
        for transaction in forms.others:
            for item, text in self.judge(transaction):
                if start <= item.at < stop and not item.is_made_up:
                    if text:
                        found.append((transaction.request.at, item, text))
                    else:
                        kept += 1
        found.sort(key=_sent_first)
        others = []
        for _, item, text in found:
            others.append((item, text))
        return kept, others


def _sent_first(tuple found not None):
    return found[0]
