# Judgements that say nothing are counted, and the others kept.

def sift(judgements, int64_t start, int64_t stop):
    """How many of the judgements (item, what is wrong) between two positions have no text, and a
    list of those that have one.

    What is no event of the session, but was made up when messages were mapped, does not count.
    """
    cdef int64_t kept = 0
    cdef Item item
    others = []
    for judgement in judgements:
        item, text = judgement
        if start <= item.at < stop and not item.is_made_up:
            if text:
                others.append((item, text))
            else:
                kept += 1
    return kept, others


def by_buffer(Session session not None, items, name, judge):
    """(item, what is wrong) for the judged items with a buffer, as `judge` finds it in its Fields.

    Each buffer is judged once, and the judgement is kept in its memory by `name`; where it is None,
    there is nothing to judge.
    """
    cdef Item item
    cdef Fields fields
    cdef int64_t start = session.judged.start, stop = session.judged.stop
    for item in items:
        if not start <= item.at < stop:
            continue
        fields = item.read()
        if fields is None:
            continue
        if fields._memory is None:
            fields._memory = {}
        elif name in fields._memory:
            text = fields._memory[name]
            if text is not None:
                yield item, text
            continue
        text = fields._memory[name] = judge(fields)
        if text is not None:
            yield item, text


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


def by_form(Session session not None, name, judge):
    """The judgements of `judge` (transaction → judgements of its events) for the transactions that
    have an event in the judged part.

    For rules that read no more than OID, operation, statuses, codes and whether a completion has a
    buffer: of transactions in which these are equal, one is judged, and the others alike.
    """
    cdef Transaction transaction
    cdef dict memory
    for transaction in session.concerned():
        memory = session.memory_of(transaction)
        if memory is None:
            yield from judge(transaction)
            continue
        known = memory.get(name)
        if known is None:
            known = memory[name] = tuple([
                (_place_in(transaction, item), text) for item, text in judge(transaction)
            ])
        for place, text in known:
            yield _item_at(transaction, place), text
