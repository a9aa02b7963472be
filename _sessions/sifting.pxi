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
