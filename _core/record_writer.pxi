# The writer of records: packs them in shortest form, without Python objects.

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
    grown = resize_memory(writer.data, capacity)
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
    """What the writer has to copy from a record's packed map, if it has one: source, fields,
    unknown keys.
    """
    cdef const uint8_t* at = record.extras
    cdef const uint8_t* end
    cdef uint32_t pairs
    cdef int64_t key
    cdef span_t value
    cdef int result
    extras.source.data = NULL
    extras.fields.data = NULL
    extras.unknown_count = 0
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
    return wire_put_near(out + 1, value)


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
    if delta_ns < 0:
        out = wire_put_signed(out + 2, delta_ns)
    else:
        out = wire_put_near(out + 2, <uint64_t>delta_ns)
    out = wire_put_near(out, record.port)
    out = wire_put_near(out, record.request_id)
    out = wire_put_near(out, record.code)
    out = wire_put_near(out, record.status)
    out = wire_put_binary_head(out, record.payload_size)
    if record.payload_size:
        memcpy(out, record.payload, record.payload_size)
        out += record.payload_size
    out = put_map(out, record, written, &extras)
    writer.size = out - writer.data
    writer.last_time_ns = record.time_ns
    writer.record_count += 1
    return RESULT_OK
