# Records: the cursor over a chunk's memory, the writer, and Event, the record as Python sees it.
#
# The cursor makes no objects and allocates nothing: a record_t points into the chunk. Every read
# is bounded by the chunk's end. docs/trace-format.md section 4 is the format.

cimport cython
from cpython.bytes cimport PyBytes_FromStringAndSize


cdef extern from "wire.h" nogil:
    int wire_integer(const uint8_t** at, const uint8_t* end, uint64_t* value, int* negative)
    int wire_unsigned64(const uint8_t** at, const uint8_t* end, uint64_t* value)
    int wire_unsigned32(const uint8_t** at, const uint8_t* end, uint32_t* value)
    int wire_signed64(const uint8_t** at, const uint8_t* end, int64_t* value)
    int wire_binary(const uint8_t** at, const uint8_t* end, const uint8_t** data, uint32_t* size)
    int wire_array(const uint8_t** at, const uint8_t* end, uint32_t* count)
    int wire_map(const uint8_t** at, const uint8_t* end, uint32_t* count)
    int wire_skip(const uint8_t** at, const uint8_t* end, int depth_max, uint64_t* values)
    uint8_t* wire_put_unsigned(uint8_t* out, uint64_t value)
    uint8_t* wire_put_signed(uint8_t* out, int64_t value)
    uint8_t* wire_put_binary_head(uint8_t* out, uint32_t size)
    uint8_t* wire_put_map_head(uint8_t* out, uint32_t count)
    bint wire_add_overflows(int64_t a, int64_t b, int64_t* sum)
    bint wire_subtract_overflows(int64_t a, int64_t b, int64_t* difference)


cdef enum:
    KIND_COUNT = 13                   # kinds are 1 to KIND_COUNT - 1
    RECORD_ELEMENTS_MIN = 7
    RECORD_MAP_SIZE_MAX = 1048576
    EVENT_MAP_SIZE_MAX = 524288       # source and fields; leaves room for the other keys
    RECORD_HEAD_SIZE_MAX = 128        # everything of a record but payload and extras
    PRESENT_COMPARED = (
        (1 << KEY_HANDLE) | (1 << KEY_CAPACITY) | (1 << KEY_BYTES) | (1 << KEY_CLIENT)
        | (1 << KEY_CAUSE)
    )
    PRESENT_KEPT = (1 << KEY_SOURCE) | (1 << KEY_FIELDS)


ctypedef struct cursor_t:
    const uint8_t* start
    const uint8_t* position
    const uint8_t* end
    const uint8_t* failed_at          # where the last failure was met
    int64_t time_ns                   # of the record before
    int64_t index                     # of the record that comes next
    uint64_t unknown_kinds
    uint64_t unknown_keys
    uint64_t extra_elements


cdef inline uint32_t kind_namespace(uint32_t kind) noexcept nogil:
    """The namespace that a kind's codes are in, unless its record says otherwise."""
    if kind <= KIND_COMPLETION:
        return NAMESPACE_OID
    if kind == KIND_INDICATION:
        return NAMESPACE_NDIS_STATUS
    if kind == KIND_STIMULUS:
        return NAMESPACE_STIMULUS
    if kind == KIND_LIFECYCLE:
        return NAMESPACE_LIFECYCLE
    return NAMESPACE_DEFAULT


cdef void cursor_open(
    cursor_t* cursor, const uint8_t* data, size_t size, int64_t first_index, int64_t base_time_ns,
) noexcept nogil:
    """Stand before the first record of a chunk; `data` must outlive the cursor."""
    cursor.start = data
    cursor.position = data
    cursor.end = data + size
    cursor.failed_at = data
    cursor.time_ns = base_time_ns
    cursor.index = first_index
    cursor.unknown_kinds = 0
    cursor.unknown_keys = 0
    cursor.extra_elements = 0


cdef int cursor_map_value(
    cursor_t* cursor, const uint8_t** at, uint64_t key, record_t* record,
) noexcept nogil:
    """One value of the optional map; unknown keys are stepped over and counted."""
    cdef uint64_t wide = 0
    cdef uint32_t pairs
    cdef const uint8_t* peek
    cdef int result
    if key == KEY_NAMESPACE:
        return wire_unsigned32(at, cursor.end, &record.name_space)
    if key == KEY_HANDLE:
        return wire_unsigned64(at, cursor.end, &record.handle)
    if key == KEY_CAPACITY:
        return wire_unsigned32(at, cursor.end, &record.capacity)
    if key == KEY_BYTES:
        return wire_unsigned32(at, cursor.end, &record.bytes)
    if key == KEY_CLIENT:
        return wire_unsigned32(at, cursor.end, &record.client)
    if key == KEY_FLAGS:
        return wire_unsigned32(at, cursor.end, &record.flags)
    if key == KEY_CAUSE:
        peek = at[0]
        result = wire_unsigned64(at, cursor.end, &wide)
        if result == RESULT_OK and wide > <uint64_t>INT64_MAX:
            at[0] = peek
            return FAILURE_RANGE
        record.cause = <int64_t>wide
        return result
    if key == KEY_FIELDS:
        peek = at[0]
        result = wire_map(&peek, cursor.end, &pairs)
        if result != RESULT_OK:
            return result
    return wire_skip(at, cursor.end, NESTING_DEPTH_MAX - 2, NULL)


cdef int cursor_map(cursor_t* cursor, const uint8_t** at, record_t* record) noexcept nogil:
    """The optional map of a record."""
    cdef const uint8_t* start = at[0]
    cdef const uint8_t* end = cursor.end
    cdef const uint8_t* peek
    cdef uint32_t pairs
    cdef uint32_t kept = 0
    cdef uint64_t key
    cdef int negative
    cdef int result = wire_map(at, end, &pairs)
    if result != RESULT_OK:
        return result
    while pairs > 0:
        pairs -= 1
        peek = at[0]
        if peek < end and peek[0] < 0x80:
            key = peek[0]
            at[0] = peek + 1
            negative = False
        else:
            result = wire_integer(at, end, &key, &negative)
            if result == FAILURE_TYPE:
                negative = True
                result = wire_skip(at, end, NESTING_DEPTH_MAX - 2, NULL)
            if result != RESULT_OK:
                return result
        if negative or key > KEY_FIELDS:
            cursor.unknown_keys += 1
            kept += 1
            result = wire_skip(at, end, NESTING_DEPTH_MAX - 2, NULL)
        else:
            if record.present & (<uint32_t>1 << key):
                at[0] = peek
                return FAILURE_DUPLICATE_KEY
            record.present |= <uint32_t>1 << key
            result = cursor_map_value(cursor, at, key, record)
        if result != RESULT_OK:
            return result
    if at[0] - start > RECORD_MAP_SIZE_MAX:
        at[0] = start
        return FAILURE_MAP_SIZE
    if kept or record.present & PRESENT_KEPT:
        record.extras = start
        record.extras_size = <uint32_t>(at[0] - start)
    return RESULT_OK


cdef int cursor_skip_elements(
    cursor_t* cursor, const uint8_t** at, uint32_t count,
) noexcept nogil:
    cdef int result
    while count > 0:
        count -= 1
        result = wire_skip(at, cursor.end, NESTING_DEPTH_MAX - 1, NULL)
        if result != RESULT_OK:
            return result
    return RESULT_OK


cdef inline int cursor_elements(
    cursor_t* cursor, const uint8_t** at, uint32_t count, record_t* record,
) noexcept nogil:
    """The elements of a known kind behind kind and time."""
    cdef const uint8_t* end = cursor.end
    cdef const uint8_t* payload_at
    cdef int result = wire_unsigned32(at, end, &record.port)
    if result != RESULT_OK:
        return result
    result = wire_unsigned64(at, end, &record.request_id)
    if result != RESULT_OK:
        return result
    result = wire_unsigned64(at, end, &record.code)
    if result != RESULT_OK:
        return result
    result = wire_unsigned32(at, end, &record.status)
    if result != RESULT_OK:
        return result
    payload_at = at[0]
    result = wire_binary(at, end, &record.payload, &record.payload_size)
    if result != RESULT_OK:
        return result
    if record.payload_size > PAYLOAD_SIZE_MAX:
        at[0] = payload_at
        return FAILURE_PAYLOAD_SIZE
    if count == RECORD_ELEMENTS_MIN:
        return RESULT_OK
    result = cursor_map(cursor, at, record)
    if result == RESULT_OK and count > RECORD_ELEMENTS_MIN + 1:
        cursor.extra_elements += count - RECORD_ELEMENTS_MIN - 1
        result = cursor_skip_elements(cursor, at, count - RECORD_ELEMENTS_MIN - 1)
    return result


cdef int cursor_next(cursor_t* cursor, record_t* record) noexcept nogil:
    """Read the next record: CURSOR_RECORD, CURSOR_END, CURSOR_SKIPPED or a failure.

    After a failure the cursor stands where it stood, and failed_at is the place.
    """
    cdef const uint8_t* at = cursor.position
    cdef const uint8_t* end = cursor.end
    cdef uint32_t count
    cdef uint32_t kind
    cdef int64_t delta_ns
    cdef int64_t time_ns
    cdef int result
    if at >= end:
        return CURSOR_END
    result = wire_array(&at, end, &count)
    if result == RESULT_OK and count < 2:
        result = FAILURE_ELEMENTS
    if result == RESULT_OK:
        result = wire_unsigned32(&at, end, &kind)
    if result == RESULT_OK:
        result = wire_signed64(&at, end, &delta_ns)
    if result == RESULT_OK and wire_add_overflows(cursor.time_ns, delta_ns, &time_ns):
        result = FAILURE_TIME
    if result == RESULT_OK and cursor.index == INT64_MAX:
        result = FAILURE_INDEX
    if result != RESULT_OK:
        cursor.failed_at = at
        return result
    if kind - 1 < KIND_COUNT - 1:
        if count < RECORD_ELEMENTS_MIN:
            cursor.failed_at = at
            return FAILURE_ELEMENTS
        memset(record, 0, sizeof(record_t))
        record.kind = kind
        record.time_ns = time_ns
        record.index = cursor.index
        result = cursor_elements(cursor, &at, count, record)
        if record.name_space == NAMESPACE_DEFAULT:
            record.name_space = kind_namespace(kind)
    else:
        cursor.unknown_kinds += 1
        result = cursor_skip_elements(cursor, &at, count - 2)
        if result == RESULT_OK:
            result = CURSOR_SKIPPED
    if result < 0:
        cursor.failed_at = at
        return result
    cursor.position = at
    cursor.time_ns = time_ns
    cursor.index += 1
    return result


# The writer.

ctypedef struct writer_t:
    uint8_t* data
    size_t size
    size_t capacity
    int64_t base_time_ns              # time of the first record
    int64_t last_time_ns
    uint32_t record_count


cdef int writer_reserve(writer_t* writer, size_t size) noexcept nogil:
    """Make room for `size` more bytes."""
    cdef size_t needed = writer.size + size
    cdef size_t capacity
    cdef void* grown
    if needed <= writer.capacity:
        return RESULT_OK
    capacity = 2 * writer.capacity if writer.capacity else 4096
    while capacity < needed:
        capacity *= 2
    grown = realloc(writer.data, capacity)
    if grown == NULL:
        return FAILURE_MEMORY
    writer.data = <uint8_t*>grown
    writer.capacity = capacity
    return RESULT_OK


ctypedef struct span_t:
    const uint8_t* data
    size_t size


ctypedef struct extras_t:
    span_t source                     # the value of key 6
    span_t fields                     # the value of key 8
    uint32_t unknown_count


cdef int extras_pair(
    const uint8_t** at, const uint8_t* end, int64_t* key, span_t* value,
) noexcept nogil:
    """Step over one pair of a packed map; key is -1 when it is none that we know."""
    cdef uint64_t wide = 0
    cdef int negative
    cdef int result = wire_integer(at, end, &wide, &negative)
    key[0] = -1
    if result == FAILURE_TYPE:
        result = wire_skip(at, end, NESTING_DEPTH_MAX, NULL)
    elif result == RESULT_OK and not negative and wide <= KEY_FIELDS:
        key[0] = <int64_t>wide
    if result != RESULT_OK:
        return result
    value.data = at[0]
    result = wire_skip(at, end, NESTING_DEPTH_MAX, NULL)
    value.size = at[0] - value.data
    return result


cdef int extras_find(const record_t* record, extras_t* extras) noexcept nogil:
    """What the writer has to copy from a record's packed map: source, fields, unknown keys."""
    cdef const uint8_t* at = record.extras
    cdef const uint8_t* end
    cdef uint32_t pairs
    cdef int64_t key
    cdef span_t value
    cdef int result
    memset(extras, 0, sizeof(extras_t))
    if at == NULL:
        return RESULT_OK
    if record.extras_size > RECORD_MAP_SIZE_MAX:
        return FAILURE_MAP_SIZE
    end = at + record.extras_size
    result = wire_map(&at, end, &pairs)
    while result == RESULT_OK and pairs > 0:
        pairs -= 1
        result = extras_pair(&at, end, &key, &value)
        if result != RESULT_OK:
            break
        if key == KEY_SOURCE:
            extras.source = value
        elif key == KEY_FIELDS:
            extras.fields = value
        elif key < 0:
            extras.unknown_count += 1
    return result


cdef uint8_t* put_key(uint8_t* out, uint32_t key, uint64_t value) noexcept nogil:
    out[0] = <uint8_t>key
    return wire_put_unsigned(out + 1, value)


cdef uint8_t* put_span(uint8_t* out, uint32_t key, const span_t* value) noexcept nogil:
    out[0] = <uint8_t>key
    memcpy(out + 1, value.data, value.size)
    return out + 1 + value.size


cdef uint8_t* put_unknown(uint8_t* out, const record_t* record) noexcept nogil:
    """Copy the pairs with unknown keys as they are; extras_find has checked the map."""
    cdef const uint8_t* at = record.extras
    cdef const uint8_t* end = at + record.extras_size
    cdef const uint8_t* start
    cdef uint32_t pairs
    cdef int64_t key
    cdef span_t value
    if wire_map(&at, end, &pairs) != RESULT_OK:
        return out
    while pairs > 0:
        pairs -= 1
        start = at
        if extras_pair(&at, end, &key, &value) != RESULT_OK:
            break
        if key < 0:
            memcpy(out, start, at - start)
            out += at - start
    return out


cdef uint8_t* put_map(
    uint8_t* out, const record_t* record, uint32_t written, const extras_t* extras,
) noexcept nogil:
    """The optional map: the keys whose bits are set in `written`, then unknown ones."""
    cdef uint32_t bits = written
    cdef uint32_t count = extras.unknown_count
    while bits:
        count += bits & 1
        bits >>= 1
    if count == 0:
        return out
    out = wire_put_map_head(out, count)
    if written & (1 << KEY_NAMESPACE):
        out = put_key(out, KEY_NAMESPACE, record.name_space)
    if written & (1 << KEY_HANDLE):
        out = put_key(out, KEY_HANDLE, record.handle)
    if written & (1 << KEY_CAPACITY):
        out = put_key(out, KEY_CAPACITY, record.capacity)
    if written & (1 << KEY_BYTES):
        out = put_key(out, KEY_BYTES, record.bytes)
    if written & (1 << KEY_CLIENT):
        out = put_key(out, KEY_CLIENT, record.client)
    if written & (1 << KEY_CAUSE):
        out = put_key(out, KEY_CAUSE, <uint64_t>record.cause)
    if written & (1 << KEY_SOURCE):
        out = put_span(out, KEY_SOURCE, &extras.source)
    if written & (1 << KEY_FLAGS):
        out = put_key(out, KEY_FLAGS, record.flags)
    if written & (1 << KEY_FIELDS):
        out = put_span(out, KEY_FIELDS, &extras.fields)
    if extras.unknown_count:
        out = put_unknown(out, record)
    return out


cdef uint32_t record_keys(const record_t* record, const extras_t* extras) noexcept nogil:
    """The keys that a record's map needs, as bits."""
    cdef uint32_t written = record.present & PRESENT_COMPARED
    if (
        record.name_space != NAMESPACE_DEFAULT
        and record.name_space != kind_namespace(record.kind)
    ):
        written |= 1 << KEY_NAMESPACE
    if record.flags:
        written |= 1 << KEY_FLAGS
    if extras.source.data != NULL:
        written |= 1 << KEY_SOURCE
    if extras.fields.data != NULL:
        written |= 1 << KEY_FIELDS
    return written


cdef int writer_append(writer_t* writer, const record_t* record) noexcept nogil:
    """Append one record, every integer in its shortest form.

    Only the keys whose bits are set in record.present are written; a namespace only when it is not
    the kind's own, flags only when some are set.
    """
    cdef int64_t delta_ns = 0
    cdef uint32_t written
    cdef extras_t extras
    cdef uint8_t* out
    cdef size_t size = RECORD_HEAD_SIZE_MAX + <size_t>record.payload_size + record.extras_size
    cdef int result = extras_find(record, &extras)
    if result != RESULT_OK:
        return result
    if record.kind == 0 or record.kind >= KIND_COUNT:
        return FAILURE_RANGE
    if record.payload_size > PAYLOAD_SIZE_MAX:
        return FAILURE_PAYLOAD_SIZE
    if record.cause < 0:
        return FAILURE_RANGE
    if writer.size + size > CHUNK_SIZE_MAX:
        return FAILURE_CHUNK_SIZE
    if writer.record_count and wire_subtract_overflows(
        record.time_ns, writer.last_time_ns, &delta_ns,
    ):
        return FAILURE_TIME
    result = writer_reserve(writer, size)
    if result != RESULT_OK:
        return result
    if writer.record_count == 0:
        writer.base_time_ns = record.time_ns
    written = record_keys(record, &extras)
    out = writer.data + writer.size
    out[0] = 0x98 if written or extras.unknown_count else 0x97
    out[1] = <uint8_t>record.kind
    out = wire_put_signed(out + 2, delta_ns)
    out = wire_put_unsigned(out, record.port)
    out = wire_put_unsigned(out, record.request_id)
    out = wire_put_unsigned(out, record.code)
    out = wire_put_unsigned(out, record.status)
    out = wire_put_binary_head(out, record.payload_size)
    if record.payload_size:
        memcpy(out, record.payload, record.payload_size)
        out += record.payload_size
    out = put_map(out, record, written, &extras)
    writer.size = out - writer.data
    writer.last_time_ns = record.time_ns
    writer.record_count += 1
    return RESULT_OK


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
    free(codes.codes)
    free(codes.spaces)
    free(codes.bits)
    free(codes.slots)
    memset(codes, 0, sizeof(code_set_t))


cdef int code_set_grow(code_set_t* codes) noexcept nogil:
    """Twice the room, and every code in its new slot."""
    cdef uint32_t capacity = 2 * codes.capacity if codes.capacity else 256
    cdef uint32_t mask = 4 * capacity - 1
    cdef uint32_t number
    cdef uint32_t slot
    cdef uint32_t* slots = <uint32_t*>calloc(4 * capacity, sizeof(uint32_t))
    cdef void* grown
    if slots == NULL:
        return FAILURE_MEMORY
    free(codes.slots)
    codes.slots = slots
    grown = realloc(codes.codes, capacity * sizeof(uint64_t))
    if grown == NULL:
        return FAILURE_MEMORY
    codes.codes = <uint64_t*>grown
    grown = realloc(codes.spaces, capacity * sizeof(uint32_t))
    if grown == NULL:
        return FAILURE_MEMORY
    codes.spaces = <uint32_t*>grown
    grown = realloc(codes.bits, capacity // 8)
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


cdef int code_set_add(code_set_t* codes, uint32_t name_space, uint64_t code) noexcept nogil:
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
    if tally.codes.full:
        return None
    return [
        (tally.codes.spaces[number], tally.codes.codes[number])
        for number in range(tally.codes.count)
    ]


cdef bytes tally_code_bits(const tally_t* tally):
    cdef size_t size = (tally.codes.count + 7) // 8
    if size == 0:
        return b""
    return (<bytes>tally.codes.bits[:size]).rstrip(b"\0")


# The record as Python sees it.

_KINDS = (None, *Kind)
_NAMESPACES = tuple(Namespace)

_bytes = bytes
_KEYS = frozenset(RecordKey)
_ZERO_WHEN_ABSENT = frozenset(("port", "request_id", "code", "status", "flags"))


@cython.final
@cython.freelist(64)
cdef class Event:
    """One record of a session, immutable. Absent optional attributes are None.

    Two events are equal when all but their index is.
    """
    cdef record_t record              # payload and extras point into the two objects below
    cdef bytes _payload
    cdef bytes _extras
    cdef dict _unpacked

    def __init__(
        self, kind, time_ns, *, port=0, request_id=0, code=0, status=0, payload=b"",
        namespace=None, handle=None, capacity=None, bytes=None, client=None, cause=None,
        source=None, flags=0, fields=None, index=None,
    ):
        from wwanreplay.errors import UsageError

        cdef record_t* record = &self.record
        if self._payload is not None:
            raise UsageError("an event does not change; use replace()")
        if not isinstance(kind, int) or not 0 < kind < KIND_COUNT:
            raise UsageError(f"an event's kind is 1 to {KIND_COUNT - 1}, not {kind!r}")
        memset(record, 0, sizeof(record_t))
        record.kind = kind
        try:
            for value in (time_ns, port, request_id, code, status, flags):
                if not isinstance(value, int):  # a float would be cut off
                    raise TypeError(f"{value!r} is not an integer")
            record.time_ns = time_ns
            record.port = port
            record.request_id = request_id
            record.code = code
            record.status = status
            record.name_space = namespace or 0
            record.handle = self._optional(KEY_HANDLE, handle)
            record.capacity = self._optional(KEY_CAPACITY, capacity)
            record.bytes = self._optional(KEY_BYTES, bytes)
            record.client = self._optional(KEY_CLIENT, client)
            record.cause = self._optional(KEY_CAUSE, cause)
            record.flags = flags
            record.index = -1 if index is None else index
            self._set_payload(payload)
        except (OverflowError, TypeError) as error:
            raise UsageError(f"an event's attribute is not what it should be: {error}") from None
        if record.cause < 0:
            raise UsageError(f"an event's cause is the index of a record, not {cause!r}")
        if record.name_space == NAMESPACE_DEFAULT:
            record.name_space = kind_namespace(record.kind)
        kept = {}
        if source is not None:
            kept[KEY_SOURCE] = source
        if fields is not None:
            kept[KEY_FIELDS] = fields
        if kept:
            self._set_extras(kept)

    cdef object _optional(self, uint32_t key, value):
        if value is None:
            return 0
        if not isinstance(value, int):
            raise TypeError(f"{value!r} is not an integer")
        self.record.present |= <uint32_t>1 << key
        return value

    cdef int _set_payload(self, payload) except -1:
        from wwanreplay.errors import LimitError

        cdef str message = "payload of an event"
        if not isinstance(payload, _bytes):
            payload = memoryview(payload).tobytes()
        if len(payload) > PAYLOAD_SIZE_MAX:
            raise LimitError(message, len(payload), PAYLOAD_SIZE_MAX)
        self._payload = payload
        self.record.payload = <const uint8_t*>(<const char*>self._payload)
        self.record.payload_size = <uint32_t>len(payload)
        return 0

    cdef int _set_extras(self, dict kept) except -1:
        """Keep source, fields and unknown keys packed, as the record will carry them."""
        import msgpack

        from wwanreplay.errors import LimitError, UsageError

        cdef const uint8_t* at
        cdef Py_ssize_t size
        try:
            packed = msgpack.packb(kept, unicode_errors="surrogateescape")
        except (TypeError, ValueError, OverflowError) as error:
            raise UsageError(f"source and fields hold what a trace cannot: {error}") from None
        size = len(packed)
        if size > EVENT_MAP_SIZE_MAX:
            raise LimitError("source and fields of an event", size, EVENT_MAP_SIZE_MAX)
        at = <const uint8_t*>(<const char*>packed)
        if wire_skip(&at, at + size, NESTING_DEPTH_MAX - 1, NULL) != RESULT_OK:
            raise UsageError(
                f"source and fields of an event may be nested {NESTING_DEPTH_MAX - 2} deep"
            )
        self._keep_extras(packed)
        for key in (KEY_SOURCE, KEY_FIELDS):
            if key in kept:
                self.record.present |= <uint32_t>1 << <uint32_t>key
        return 0

    cdef void _keep_extras(self, packed):
        self._extras = packed
        self.record.extras = <const uint8_t*>(<const char*>self._extras)
        self.record.extras_size = <uint32_t>len(self._extras)

    cdef dict _kept(self):
        """The packed pairs as Python has them: source, fields and unknown keys."""
        import msgpack

        from wwanreplay.errors import TraceError

        if self._unpacked is None:
            self._unpacked = {}
            if self._extras is not None:
                try:
                    pairs = msgpack.unpackb(
                        self._extras, strict_map_key=False, unicode_errors="surrogateescape",
                    )
                except (ValueError, TypeError, msgpack.UnpackException) as error:
                    raise TraceError(
                        f"record {self.record.index}: its optional map cannot be read: {error}"
                    ) from None
                self._unpacked = {
                    key: value for key, value in pairs.items()
                    if key in (KEY_SOURCE, KEY_FIELDS) or key not in _KEYS
                }
        return self._unpacked

    @property
    def kind(self):
        """What the record is: a member of Kind."""
        return _KINDS[self.record.kind]

    @property
    def time_ns(self):
        """Virtual time, signed nanoseconds."""
        return self.record.time_ns

    @property
    def port(self):
        """NDIS port number."""
        return self.record.port

    @property
    def request_id(self):
        """RequestId; 0 in an unsolicited indication."""
        return self.record.request_id

    @property
    def code(self):
        """What the record is about, a number in `namespace`."""
        return self.record.code

    @property
    def status(self):
        """NDIS_STATUS of a completion."""
        return self.record.status

    @property
    def payload(self):
        """The buffer, as it was in memory."""
        return self._payload

    @property
    def namespace(self):
        """What `code` is a number of: a member of Namespace, or the number of an unknown one."""
        if self.record.name_space < <uint32_t>len(_NAMESPACES):
            return _NAMESPACES[self.record.name_space]
        return self.record.name_space

    @property
    def handle(self):
        """RequestHandle or destination handle."""
        return self.record.handle if self.record.present & (1 << KEY_HANDLE) else None

    @property
    def capacity(self):
        """Size of the InformationBuffer in bytes."""
        return self.record.capacity if self.record.present & (1 << KEY_CAPACITY) else None

    @property
    def client(self):
        """Number of the host program that asked."""
        return self.record.client if self.record.present & (1 << KEY_CLIENT) else None

    @property
    def cause(self):
        """Index of the record this one follows from."""
        return self.record.cause if self.record.present & (1 << KEY_CAUSE) else None

    @property
    def flags(self):
        """Bits of RecordFlag."""
        return self.record.flags

    @property
    def source(self):
        """Place in the source file."""
        return self._kept().get(KEY_SOURCE)

    @property
    def fields(self):
        """Decoded fields of an event that never had a buffer."""
        return self._kept().get(KEY_FIELDS)

    @property
    def index(self):
        """Index in its trace, or None."""
        return self.record.index if self.record.index >= 0 else None

    cdef dict _attributes(self):
        return {
            "kind": self.kind, "time_ns": self.time_ns, "port": self.port,
            "request_id": self.request_id, "code": self.code, "status": self.status,
            "payload": self.payload, "namespace": self.namespace, "handle": self.handle,
            "capacity": self.capacity, "bytes": self.bytes, "client": self.client,
            "cause": self.cause, "flags": self.flags, "index": self.index,
        }

    def replace(self, **changes):
        """A copy with some attributes changed; unknown keys of its map stay."""
        cdef dict attributes = self._attributes()
        cdef dict kept = dict(self._kept())
        cdef Event event
        if "kind" in changes and "namespace" not in changes:
            if self.record.name_space == kind_namespace(self.record.kind):
                attributes["namespace"] = None
        for name, key in (("source", KEY_SOURCE), ("fields", KEY_FIELDS)):
            if name in changes:
                value = changes.pop(name)
                kept.pop(key, None)
                if value is not None:
                    kept[key] = value
        attributes.update(changes)
        event = Event(attributes.pop("kind"), attributes.pop("time_ns"), **attributes)
        if kept:
            event._set_extras(kept)
        return event

    def __eq__(self, other):
        cdef const record_t* mine = &self.record
        cdef const record_t* its
        if not isinstance(other, Event):
            return NotImplemented
        its = &(<Event>other).record
        return (
            mine.kind == its.kind and mine.time_ns == its.time_ns and mine.port == its.port
            and mine.request_id == its.request_id and mine.code == its.code
            and mine.status == its.status and mine.name_space == its.name_space
            and mine.present & PRESENT_COMPARED == its.present & PRESENT_COMPARED
            and mine.handle == its.handle and mine.capacity == its.capacity
            and mine.bytes == its.bytes and mine.client == its.client
            and mine.cause == its.cause and mine.flags == its.flags
            and self._payload == (<Event>other)._payload
            and self._kept() == (<Event>other)._kept()
        )

    def __hash__(self):
        return hash((self.record.kind, self.record.time_ns, self.record.code, self._payload))

    def __repr__(self):
        parts = [self.kind.name, str(self.time_ns)]
        for name in (
            "port", "request_id", "code", "status", "handle", "capacity", "bytes", "client",
            "cause", "source", "flags", "fields", "index",
        ):
            value = getattr(self, name)
            if value is not None and (value or name not in _ZERO_WHEN_ABSENT):
                parts.append(
                    f"{name}={value:#x}" if name in ("code", "status") else f"{name}={value!r}"
                )
        parts.append(f"payload={len(self._payload)} bytes")
        return f"Event({', '.join(parts)})"

    # Last, since the name hides the type from what follows.
    @property
    def bytes(self):
        """Bytes written, read or needed."""
        return self.record.bytes if self.record.present & (1 << KEY_BYTES) else None


cdef Event event_of_record(const record_t* record):
    """An Event with its own copy of the record's memory."""
    cdef Event event = Event.__new__(Event)
    event.record = record[0]
    event._payload = PyBytes_FromStringAndSize(<const char*>record.payload, record.payload_size)
    event.record.payload = <const uint8_t*><const char*>event._payload
    if record.extras != NULL:
        event._keep_extras(
            PyBytes_FromStringAndSize(<const char*>record.extras, record.extras_size)
        )
    return event


@cython.final
cdef class Digest:
    """The digest of a session, counted up event by event; `state` continues a saved one."""
    cdef digest_t value

    def __init__(self, state=None):
        digest_open_state(&self.value, state)

    def update(self, Event event not None):
        """Count one event in; only completions and indications change the digest."""
        digest_record(&self.value, &event.record)

    @property
    def count(self):
        """Completions and indications so far."""
        return self.value.count

    def digest(self):
        """The 16 bytes of the digest so far."""
        return digest_bytes(&self.value)

    def hexdigest(self):
        """The digest so far as 32 hexadecimal digits."""
        return digest_bytes(&self.value).hex()

    def state(self):
        """The 40 bytes from which a Digest goes on."""
        return digest_state_bytes(&self.value)


@cython.final
cdef class RecordReader:
    """Iterate the events of one chunk's records.

    `record_count`, when given, must be met exactly. `path` and `offset` (of the first record in the
    file) only serve the messages of errors. Raises TraceError.
    """
    cdef cursor_t cursor
    cdef const uint8_t[::1] view      # keeps the memory
    cdef int64_t first_index
    cdef int64_t record_count
    cdef object path
    cdef object offset

    def __init__(
        self, const uint8_t[::1] records not None, int64_t first_index=0,
        int64_t base_time_ns=0, *, record_count=None, path=None, offset=None,
    ):
        self.view = records
        self.first_index = first_index
        self.record_count = -1 if record_count is None else record_count
        self.path = path
        self.offset = offset
        cursor_open(
            &self.cursor, &records[0] if records.shape[0] else NULL, records.shape[0],
            first_index, base_time_ns,
        )

    def __iter__(self):
        return self

    def __next__(self):
        cdef record_t record
        cdef int result = CURSOR_SKIPPED
        while result == CURSOR_SKIPPED:
            result = cursor_next(&self.cursor, &record)
            if result == CURSOR_RECORD:
                return event_of_record(&record)
        if result == CURSOR_END:
            if self.record_count < 0 or self.cursor.index - self.first_index == self.record_count:
                raise StopIteration
            result = FAILURE_RECORD_COUNT
            self.cursor.failed_at = self.cursor.position
        raise_trace_failure(result, self.cursor.index, self.path, place(&self.cursor, self.offset))

    @property
    def next_index(self):
        """Index of the record that comes next."""
        return self.cursor.index

    @property
    def unknown_kinds(self):
        """Records of unknown kind that were stepped over."""
        return self.cursor.unknown_kinds

    @property
    def unknown_keys(self):
        """Unknown keys of optional maps that were stepped over."""
        return self.cursor.unknown_keys

    @property
    def extra_elements(self):
        """Elements behind the optional maps that were stepped over."""
        return self.cursor.extra_elements


cdef object place(const cursor_t* cursor, object offset):
    """Where in the file the cursor failed, as far as it is known."""
    return None if offset is None else offset + <int64_t>(cursor.failed_at - cursor.start)


@cython.final
cdef class RecordWriter:
    """Pack records into chunks, and keep the counts, the digest and the set of codes.

    Records are numbered from `first_index`; `digest_state` continues an earlier digest. The engine
    writes through `append_record` without Python objects; Python appends Events.
    """
    cdef writer_t writer
    cdef tally_t tally
    cdef int64_t first_index          # of the open chunk

    def __cinit__(self):
        memset(&self.writer, 0, sizeof(writer_t))
        tally_open(&self.tally)

    def __init__(self, int64_t first_index=0, *, digest_state=None):
        self.first_index = first_index
        digest_open_state(&self.tally.digest, digest_state)

    def __dealloc__(self):
        free(self.writer.data)
        code_set_free(&self.tally.codes)

    cdef int append_record(self, const record_t* record) noexcept nogil:
        """Append one record; RESULT_OK or a failure, after which nothing has changed."""
        cdef record_t resolved
        cdef int result
        if record.name_space == NAMESPACE_DEFAULT:
            resolved = record[0]
            resolved.name_space = kind_namespace(record.kind)
            record = &resolved
        result = code_set_add(&self.tally.codes, record.name_space, record.code)
        if result == RESULT_OK:
            result = writer_append(&self.writer, record)
        if result == RESULT_OK:
            tally_record(&self.tally, record)
        return result

    cdef int64_t next_record_index(self) noexcept nogil:
        return self.first_index + self.writer.record_count

    def append(self, Event event not None):
        """Append an event and return its index. Its own index is not looked at."""
        cdef int result = self.append_record(&event.record)
        if result != RESULT_OK:
            raise_event_failure(result)
        return self.next_record_index() - 1

    def skip(self, int64_t count):
        """Leave `count` indexes out, between chunks; see gaps in docs/trace-format.md."""
        from wwanreplay.errors import UsageError

        if self.writer.record_count or count < 0 or count > INT64_MAX - self.first_index:
            raise UsageError("indexes are left out between chunks only, and forwards")
        self.first_index += count

    def adopt(
        self, const uint8_t[::1] records not None, int64_t first_index, int64_t base_time_ns,
    ):
        """Copy the records of another chunk as they stand, unknown things too, into an empty chunk.

        Returns how many were copied, and None or the reason why no more could be; `next_index`
        must not be above `first_index`.
        """
        from wwanreplay.errors import UsageError

        cdef cursor_t cursor
        cdef record_t record
        cdef int result = CURSOR_SKIPPED
        cdef size_t size = records.shape[0]
        if self.writer.record_count or first_index < self.first_index or size > CHUNK_SIZE_MAX:
            raise UsageError("records are copied into an empty chunk only, and forwards")
        if size == 0:
            return 0, None
        if writer_reserve(&self.writer, size) != RESULT_OK:
            raise MemoryError
        cursor_open(&cursor, &records[0], size, first_index, base_time_ns)
        while result >= 0 and result != CURSOR_END:
            result = cursor_next(&cursor, &record)
            if result == CURSOR_RECORD:
                tally_record(&self.tally, &record)
                if code_set_add(&self.tally.codes, record.name_space, record.code) != RESULT_OK:
                    raise MemoryError
        self.writer.size = cursor.position - cursor.start
        memcpy(self.writer.data, &records[0], self.writer.size)
        self.writer.record_count = <uint32_t>(cursor.index - first_index)
        self.writer.base_time_ns = base_time_ns
        self.writer.last_time_ns = cursor.time_ns
        self.first_index = first_index
        return self.writer.record_count, None if result == CURSOR_END else failure_reason(result)

    def take(self):
        """End the chunk and begin the next one.

        Returns (records, first index, record count, base time, lowest time, highest time, code
        bits), or None when there are no records.
        """
        if self.writer.record_count == 0:
            return None
        tally_close_chunk(&self.tally)
        chunk = (
            PyBytes_FromStringAndSize(<const char*>self.writer.data, self.writer.size),
            self.first_index, self.writer.record_count, self.writer.base_time_ns,
            self.tally.chunk_min_ns, self.tally.chunk_max_ns, tally_code_bits(&self.tally),
        )
        self.first_index += self.writer.record_count
        self.writer.record_count = 0
        self.writer.size = 0
        tally_open_chunk(&self.tally)
        return chunk

    @property
    def size(self):
        """Bytes of the open chunk."""
        return self.writer.size

    @property
    def record_count(self):
        """Records in the open chunk."""
        return self.writer.record_count

    @property
    def next_index(self):
        """Index that the next record gets."""
        return self.next_record_index()

    @property
    def last_time_ns(self):
        """Time of the last record, or None."""
        return self.writer.last_time_ns if self.kinds() else None

    @property
    def time_range_ns(self):
        """Lowest and highest time of all closed chunks, or None."""
        if self.tally.time_min_ns > self.tally.time_max_ns:
            return None
        return self.tally.time_min_ns, self.tally.time_max_ns

    def kinds(self):
        """Kind to number of records."""
        return tally_kinds(&self.tally)

    def codes(self):
        """The (namespace, code) pairs in the order of the bits, or None when too many."""
        return tally_codes(&self.tally)

    def digest(self):
        """The 16 bytes of the digest so far."""
        return digest_bytes(&self.tally.digest)

    def digest_state(self):
        """The 40 bytes from which the digest goes on."""
        return digest_state_bytes(&self.tally.digest)


@cython.final
cdef class Scanner:
    """Go over chunks of records in C: check each, count, and compute the digest.

    With `codes` it also collects the set of codes.
    """
    cdef tally_t tally
    cdef bint with_codes
    cdef int64_t _next_index
    cdef uint64_t _unknown_kinds
    cdef uint64_t _unknown_keys
    cdef uint64_t _extra_elements
    cdef uint64_t _record_count

    def __cinit__(self):
        tally_open(&self.tally)

    def __init__(self, *, codes=False, digest_state=None):
        self.with_codes = codes
        digest_open_state(&self.tally.digest, digest_state)

    def __dealloc__(self):
        code_set_free(&self.tally.codes)

    cdef int _scan(self, cursor_t* cursor) noexcept nogil:
        cdef record_t record
        cdef int result
        while True:
            result = cursor_next(cursor, &record)
            if result == CURSOR_RECORD:
                tally_record(&self.tally, &record)
                if self.with_codes:
                    result = code_set_add(&self.tally.codes, record.name_space, record.code)
                    if result != RESULT_OK:
                        return result
            elif result != CURSOR_SKIPPED:
                return result

    def scan(
        self, const uint8_t[::1] records not None, int64_t first_index=0,
        int64_t base_time_ns=0, *, record_count=None, path=None, offset=None,
    ):
        """Go over one chunk; arguments and errors as for RecordReader.

        What stands before the place of an error has been counted.
        """
        cdef cursor_t cursor
        cdef int result
        cdef size_t size = records.shape[0]
        cdef const uint8_t* data = &records[0] if size else NULL
        cursor_open(&cursor, data, size, first_index, base_time_ns)
        with nogil:
            tally_open_chunk(&self.tally)
            result = self._scan(&cursor)
            tally_close_chunk(&self.tally)
        self._next_index = cursor.index
        self._record_count += <uint64_t>(cursor.index - first_index)
        self._unknown_kinds += cursor.unknown_kinds
        self._unknown_keys += cursor.unknown_keys
        self._extra_elements += cursor.extra_elements
        if result == CURSOR_END:
            if record_count is None or cursor.index - first_index == record_count:
                return
            result = FAILURE_RECORD_COUNT
            cursor.failed_at = cursor.position
        raise_trace_failure(result, cursor.index, path, place(&cursor, offset))

    @property
    def next_index(self):
        """Index behind the last record of the last chunk."""
        return self._next_index

    @property
    def record_count(self):
        """Records so far, of unknown kinds too."""
        return self._record_count

    @property
    def payload_bytes(self):
        """Bytes of all payloads so far."""
        return self.tally.payload_bytes

    @property
    def time_range_ns(self):
        """Lowest and highest time so far, or None."""
        if self.tally.time_min_ns > self.tally.time_max_ns:
            return None
        return self.tally.time_min_ns, self.tally.time_max_ns

    @property
    def chunk_time_range_ns(self):
        """Lowest and highest time of the last chunk, or None."""
        if self.tally.chunk_min_ns > self.tally.chunk_max_ns:
            return None
        return self.tally.chunk_min_ns, self.tally.chunk_max_ns

    @property
    def unknown_kinds(self):
        """Records of unknown kind that were stepped over."""
        return self._unknown_kinds

    @property
    def unknown_keys(self):
        """Unknown keys of optional maps that were stepped over."""
        return self._unknown_keys

    @property
    def extra_elements(self):
        """Elements behind the optional maps that were stepped over."""
        return self._extra_elements

    def kinds(self):
        """Kind to number of records."""
        return tally_kinds(&self.tally)

    def codes(self):
        """The (namespace, code) pairs in the order of the bits, or None when too many."""
        return tally_codes(&self.tally)

    def code_bits(self):
        """The codes of the last chunk, as bits in the order of `codes()`."""
        return tally_code_bits(&self.tally)

    def digest(self):
        """The 16 bytes of the digest so far."""
        return digest_bytes(&self.tally.digest)

    def digest_state(self):
        """The 40 bytes from which the digest goes on."""
        return digest_state_bytes(&self.tally.digest)


def check_value(const uint8_t[::1] data not None, uint64_t values_max):
    """Whether `data` is exactly one MessagePack value of at most so many values, not too deep.

    Returns None, or the reason why not. To be asked before a library unpacks untrusted data.
    """
    cdef const uint8_t* start
    cdef const uint8_t* at
    cdef int result
    cdef size_t size = data.shape[0]
    if size == 0:
        return failure_reason(FAILURE_SHORT)
    start = &data[0]
    at = start
    result = wire_skip(&at, start + size, NESTING_DEPTH_MAX, &values_max)
    if result != RESULT_OK:
        return failure_reason(result)
    return None if at == start + size else "there are bytes behind the value"
