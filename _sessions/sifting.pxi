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


def by_buffer(items, name, judge):
    """(item, what is wrong) for the items with a buffer, by what `judge` says of its Fields.

    Each buffer is judged once, and what was said is kept in its memory by `name`; where it is None,
    there is nothing to judge.
    """
    cdef Item item
    cdef Fields fields
    for item in items:
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
