# Chunk frames as nearly all are: uncompressed, and nothing in them that this version does not know.

cdef enum:
    FRAME_TYPE_CHUNK = 2
    FRAME_PREFIX_SIZE = 7             # array head, type, size
    FRAME_CRC_SIZE = 5
    CHUNK_FRAME_HEAD = 0x99           # an array of nine elements
    CHUNK_RECORD_SIZE_MIN = 3


ctypedef struct plain_chunk_t:
    const uint8_t* records
    size_t size
    int64_t first_index
    int64_t record_count
    int64_t base_time_ns


cdef int plain_chunk_numbers(
    const uint8_t** at, const uint8_t* end, plain_chunk_t* chunk, uint64_t* size
) noexcept nogil:
    """The numbers in front of the records; RESULT_OK or a failure."""
    cdef uint64_t first_index = 0
    cdef uint64_t record_count = 0
    cdef uint64_t compression = 0
    cdef int result = wire_unsigned64(at, end, &first_index)
    if result == RESULT_OK:
        result = wire_unsigned64(at, end, &record_count)
    if result == RESULT_OK:
        result = wire_signed64(at, end, &chunk.base_time_ns)
    if result == RESULT_OK:
        result = wire_unsigned64(at, end, &compression)
    if result == RESULT_OK:
        result = wire_unsigned64(at, end, size)
    if result == RESULT_OK and (
        compression != 0 or size[0] > CHUNK_SIZE_MAX or record_count < 1
        or record_count > size[0] // CHUNK_RECORD_SIZE_MIN
        or first_index > <uint64_t>INT64_MAX - record_count
    ):
        result = FAILURE_RANGE
    chunk.first_index = <int64_t>first_index
    chunk.record_count = <int64_t>record_count
    return result


cdef bint plain_chunk_read(
    const uint8_t* data, size_t size, bint with_crc, plain_chunk_t* chunk
) noexcept nogil:
    """Take a whole chunk frame apart. False for one that is unusual or damaged, which the readers
    of single elements are for; its CRC is looked at when `with_crc`.
    """
    cdef const uint8_t* at = data + FRAME_PREFIX_SIZE
    cdef const uint8_t* end
    cdef uint64_t records_size = 0
    cdef uint32_t taken = 0
    if (
        size < FRAME_PREFIX_SIZE + FRAME_CRC_SIZE or data[0] != CHUNK_FRAME_HEAD
        or data[1] != FRAME_TYPE_CHUNK or data[2] != 0xCE
        or wire_big(data + 3, 4) + FRAME_PREFIX_SIZE != size
    ):
        return False
    end = data + size - FRAME_CRC_SIZE
    if (
        plain_chunk_numbers(&at, end, chunk, &records_size) != RESULT_OK
        or wire_binary(&at, end, &chunk.records, &taken) != RESULT_OK
        or at != end or taken != records_size
    ):
        return False
    chunk.size = taken
    return not with_crc or (
        end[0] == 0xCE and wire_big(end + 1, 4) == crc32c_extend(0, data, size - FRAME_CRC_SIZE)
    )


def plain_chunk(const uint8_t[::1] frame not None):
    """The numbers of a chunk frame whose CRC has been checked, or None for an unusual one.

    (first index, record count, base time, place of the records in the frame, their size)
    """
    cdef plain_chunk_t chunk
    if frame.shape[0] == 0 or not plain_chunk_read(&frame[0], frame.shape[0], False, &chunk):
        return None
    return (
        chunk.first_index, chunk.record_count, chunk.base_time_ns,
        chunk.records - &frame[0], chunk.size,
    )


def frame_crc_is_right(const uint8_t[::1] frame not None):
    """Whether a frame ends with the CRC of what stands before."""
    cdef const uint8_t* end
    cdef size_t size = frame.shape[0]
    cdef bint right
    if size < FRAME_CRC_SIZE:
        return False
    end = &frame[0] + size - FRAME_CRC_SIZE
    with nogil:
        right = end[0] == 0xCE and wire_big(end + 1, 4) == crc32c_extend(
            0, end - (size - FRAME_CRC_SIZE), size - FRAME_CRC_SIZE
        )
    return right
