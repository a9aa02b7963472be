# The cursor over the records in a chunk's memory.
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
    bint wire_near_unsigned(const uint8_t** at, uint64_t* value)
    bint wire_near_binary(const uint8_t** at, uint64_t* size)
    int wire_binary(const uint8_t** at, const uint8_t* end, const uint8_t** data, uint32_t* size)
    uint64_t wire_big(const uint8_t* data, size_t size)
    int wire_array(const uint8_t** at, const uint8_t* end, uint32_t* count)
    int wire_map(const uint8_t** at, const uint8_t* end, uint32_t* count)
    int wire_skip(const uint8_t** at, const uint8_t* end, int depth_max, uint64_t* values)
    uint8_t* wire_put_unsigned(uint8_t* out, uint64_t value)
    uint8_t* wire_put_signed(uint8_t* out, int64_t value)
    uint8_t* wire_put_binary_head(uint8_t* out, uint32_t size)
    uint8_t* wire_put_map_head(uint8_t* out, uint32_t count)
    uint8_t* wire_put_near(uint8_t* out, uint64_t value)
    bint wire_add_overflows(int64_t a, int64_t b, int64_t* sum)
    bint wire_subtract_overflows(int64_t a, int64_t b, int64_t* difference)


cdef enum:
    KIND_COUNT = 13                   # kinds are 1 to KIND_COUNT - 1
    RECORD_ELEMENTS_MIN = 7
    RECORD_MAP_SIZE_MAX = 1048576
    EVENT_MAP_SIZE_MAX = 524288       # source and fields; leaves room for the other keys
    RECORD_HEAD_SIZE_MAX = 128        # everything of a record but payload and extras
    NEAR_HEAD_SIZE = 64               # what stands before a payload is at most so long, if usual
    NEAR_TAIL_SIZE = 152              # the optional map behind it, of up to 15 pairs, if usual
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
    """The namespace that a kind's codes are in, unless its record has another one."""
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


cdef inline bint cursor_near_map(const uint8_t** position, record_t* record) noexcept nogil:
    """The optional map of a usual record: only numbers of known keys. NEAR_TAIL_SIZE is there."""
    cdef const uint8_t* at = position[0]
    cdef uint64_t value = 0
    cdef uint64_t wide = 0
    cdef uint32_t present = 0
    cdef uint32_t key
    cdef uint32_t pairs = <uint32_t>at[0] - 0x80
    if pairs > 15:
        return False
    record_without_map(record)
    at += 1
    while pairs > 0:
        pairs -= 1
        key = at[0]
        if key > KEY_FLAGS or ((present | (1 << KEY_SOURCE)) >> key) & 1:
            return False
        at += 1
        if not wire_near_unsigned(&at, &value):
            return False
        present |= <uint32_t>1 << key
        if key == KEY_HANDLE:
            record.handle = value
            continue
        wide |= value
        if key == KEY_CAPACITY:
            record.capacity = <uint32_t>value
        elif key == KEY_BYTES:
            record.bytes = <uint32_t>value
        elif key == KEY_CAUSE:
            record.cause = <int64_t>value
        elif key == KEY_CLIENT:
            record.client = <uint32_t>value
        elif key == KEY_NAMESPACE:
            record.name_space = <uint32_t>value
        else:
            record.flags = <uint32_t>value
    if wide > UINT32_MAX:  # a cause may be: the careful reading tells
        return False
    record.present = present
    position[0] = at
    return True


cdef inline void record_without_map(record_t* record) noexcept nogil:
    """What a record has that carries no optional map."""
    record.name_space = NAMESPACE_DEFAULT
    record.handle = 0
    record.capacity = 0
    record.bytes = 0
    record.client = 0
    record.cause = 0
    record.flags = 0
    record.present = 0


cdef inline bint cursor_near(cursor_t* cursor, record_t* record) noexcept nogil:
    """Read the next record if it is a usual one with enough memory behind it.

    The end is looked at twice: before its head, and before its payload and map. Otherwise the
    cursor stands as it stood, for cursor_next to look closely.
    """
    cdef const uint8_t* at = cursor.position
    cdef uint64_t delta_ns = 0
    cdef uint64_t port = 0
    cdef uint64_t request_id = 0
    cdef uint64_t code = 0
    cdef uint64_t status = 0
    cdef uint64_t size
    cdef uint32_t count
    cdef uint32_t kind
    cdef int64_t time_ns
    if cursor.end - at < NEAR_HEAD_SIZE:
        return False
    count = <uint32_t>at[0] - (0x90 + RECORD_ELEMENTS_MIN)
    kind = at[1]
    at += 2
    if (
        count > 1 or kind - 1 >= KIND_COUNT - 1
        or not wire_near_unsigned(&at, &delta_ns)
        or not wire_near_unsigned(&at, &port)
        or not wire_near_unsigned(&at, &request_id)
        or not wire_near_unsigned(&at, &code)
        or not wire_near_unsigned(&at, &status)
        or (port | status) > UINT32_MAX or delta_ns > <uint64_t>INT64_MAX
        or not wire_near_binary(&at, &size)
    ):
        return False
    time_ns = <int64_t>(<uint64_t>cursor.time_ns + delta_ns)
    if (
        time_ns < cursor.time_ns or size > PAYLOAD_SIZE_MAX or cursor.index == INT64_MAX
        or <uint64_t>(cursor.end - at) < size + NEAR_TAIL_SIZE
    ):
        return False
    record.payload = at
    record.payload_size = <uint32_t>size
    at += size
    if count == 0:
        record_without_map(record)
    elif not cursor_near_map(&at, record):
        return False
    if record.name_space == NAMESPACE_DEFAULT:
        record.name_space = kind_namespace(kind)
    record.extras = NULL
    record.extras_size = 0
    record.kind = kind
    record.time_ns = time_ns
    record.index = cursor.index
    record.port = <uint32_t>port
    record.request_id = request_id
    record.code = code
    record.status = <uint32_t>status
    cursor.position = at
    cursor.time_ns = time_ns
    cursor.index += 1
    return True


cdef inline int cursor_next(cursor_t* cursor, record_t* record) noexcept nogil:
    """Read the next record: CURSOR_RECORD, CURSOR_END, CURSOR_SKIPPED or a failure.

    After a failure the cursor stands where it stood, and failed_at is the place.
    """
    return CURSOR_RECORD if cursor_near(cursor, record) else cursor_careful(cursor, record)


cdef int cursor_careful(cursor_t* cursor, record_t* record) noexcept nogil:
    """The same for any record, each element held against the end."""
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
