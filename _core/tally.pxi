# Counts over records: kinds, times, digest, and the set of codes for the index.

cdef enum:
    CODE_COUNT_MAX = 65536            # distinct codes of a trace that the index keeps


ctypedef struct code_set_t:
    uint64_t* codes                   # by number, in order of appearance
    uint32_t* spaces
    uint8_t* bits                     # of the current chunk, by number
    uint32_t* slots                   # hash table: number + 1, or 0
    uint32_t count
    uint32_t capacity                 # of codes; there are four slots for each
    uint32_t last                     # the number found last
    bint full                         # there were more codes than the index keeps


cdef inline uint32_t code_slot(uint32_t name_space, uint64_t code) noexcept nogil:
    cdef uint64_t hashed = (code ^ (<uint64_t>name_space << 40)) * <uint64_t>0x9e3779b97f4a7c15
    return <uint32_t>(hashed >> 32)


cdef void code_set_free(code_set_t* codes) noexcept nogil:
    give_memory(codes.codes)
    give_memory(codes.spaces)
    give_memory(codes.bits)
    give_memory(codes.slots)
    memset(codes, 0, sizeof(code_set_t))


cdef int code_set_grow(code_set_t* codes) noexcept nogil:
    """Twice the room, and every code in its new slot."""
    cdef uint32_t capacity = 2 * codes.capacity if codes.capacity else 256
    cdef uint32_t mask = 4 * capacity - 1
    cdef uint32_t number
    cdef uint32_t slot
    cdef uint32_t* slots = <uint32_t*>take_zeroed(4 * capacity, sizeof(uint32_t))
    cdef void* grown
    if slots == NULL:
        return FAILURE_MEMORY
    give_memory(codes.slots)
    codes.slots = slots
    grown = resize_memory(codes.codes, capacity * sizeof(uint64_t))
    if grown == NULL:
        return FAILURE_MEMORY
    codes.codes = <uint64_t*>grown
    grown = resize_memory(codes.spaces, capacity * sizeof(uint32_t))
    if grown == NULL:
        return FAILURE_MEMORY
    codes.spaces = <uint32_t*>grown
    grown = resize_memory(codes.bits, capacity // 8)
    if grown == NULL:
        return FAILURE_MEMORY
    codes.bits = <uint8_t*>grown
    memset(codes.bits + codes.capacity // 8, 0, (capacity - codes.capacity) // 8)
    for number in range(codes.count):
        slot = code_slot(codes.spaces[number], codes.codes[number]) & mask
        while slots[slot]:
            slot = (slot + 1) & mask
        slots[slot] = number + 1
    codes.capacity = capacity
    return RESULT_OK


cdef inline int code_set_reserve(code_set_t* codes) noexcept nogil:
    """Make room for one more code; the next code_set_add cannot fail then."""
    if codes.full or codes.count < codes.capacity:
        return RESULT_OK
    return code_set_grow(codes)


cdef inline int code_set_add(
    code_set_t* codes, uint32_t name_space, uint64_t code
) noexcept nogil:
    """Note that the current chunk has this code."""
    cdef uint32_t mask
    cdef uint32_t slot
    cdef uint32_t number = codes.last
    cdef int result
    if codes.full:
        return RESULT_OK
    if (
        number >= codes.count or codes.codes[number] != code
        or codes.spaces[number] != name_space
    ):
        if codes.count == codes.capacity:
            result = code_set_grow(codes)
            if result != RESULT_OK:
                return result
        mask = 4 * codes.capacity - 1
        slot = code_slot(name_space, code) & mask
        while codes.slots[slot]:
            number = codes.slots[slot] - 1
            if codes.codes[number] == code and codes.spaces[number] == name_space:
                break
            slot = (slot + 1) & mask
        else:
            if codes.count == CODE_COUNT_MAX:
                codes.full = True
                return RESULT_OK
            number = codes.count
            codes.count += 1
            codes.codes[number] = code
            codes.spaces[number] = name_space
            codes.slots[slot] = number + 1
        codes.last = number
    codes.bits[number >> 3] |= <uint8_t>(1 << (number & 7))
    return RESULT_OK


ctypedef struct tally_t:
    uint64_t kinds[KIND_COUNT]
    digest_t digest
    int64_t time_min_ns               # INT64_MAX and INT64_MIN when there were no records
    int64_t time_max_ns
    int64_t chunk_min_ns
    int64_t chunk_max_ns
    uint64_t payload_bytes
    code_set_t codes


cdef void tally_open(tally_t* tally) noexcept nogil:
    memset(tally, 0, sizeof(tally_t))
    digest_open(&tally.digest)
    tally.time_min_ns = INT64_MAX
    tally.time_max_ns = INT64_MIN
    tally_open_chunk(tally)


cdef void tally_open_chunk(tally_t* tally) noexcept nogil:
    tally.chunk_min_ns = INT64_MAX
    tally.chunk_max_ns = INT64_MIN
    if tally.codes.bits != NULL:
        memset(tally.codes.bits, 0, tally.codes.capacity // 8)


cdef inline void tally_record(tally_t* tally, const record_t* record) noexcept nogil:
    """Count one record in, all but its code."""
    tally.kinds[record.kind] += 1
    tally.payload_bytes += record.payload_size
    if record.time_ns < tally.chunk_min_ns:
        tally.chunk_min_ns = record.time_ns
    if record.time_ns > tally.chunk_max_ns:
        tally.chunk_max_ns = record.time_ns
    digest_record(&tally.digest, record)


cdef inline void tally_close_chunk(tally_t* tally) noexcept nogil:
    if tally.chunk_min_ns < tally.time_min_ns:
        tally.time_min_ns = tally.chunk_min_ns
    if tally.chunk_max_ns > tally.time_max_ns:
        tally.time_max_ns = tally.chunk_max_ns


cdef dict tally_kinds(const tally_t* tally):
    cdef int kind
    return {kind: tally.kinds[kind] for kind in range(1, KIND_COUNT) if tally.kinds[kind]}


cdef list tally_codes(const tally_t* tally):
    cdef uint32_t number
    cdef list codes = []
    if tally.codes.full:
        return None
    for number in range(tally.codes.count):
        codes.append((tally.codes.spaces[number], tally.codes.codes[number]))
    return codes


cdef bytes tally_code_bits(const tally_t* tally):
    cdef size_t size = (tally.codes.count + 7) // 8
    if size == 0:
        return b""
    return (<bytes>tally.codes.bits[:size]).rstrip(b"\0")
