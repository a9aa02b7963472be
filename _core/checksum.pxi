# CRC-32C of frames and the digest of sessions. The arithmetic is in crc32c.h and digest.h.

cdef extern from "crc32c.h" nogil:
    int crc32c_has_hardware
    int crc32c_has_wide
    void crc32c_prepare()
    uint32_t crc32c_extend(uint32_t crc, const uint8_t* data, size_t size)
    uint32_t crc32c_software(uint32_t crc, const uint8_t* data, size_t size)
    uint32_t crc32c_hardware(uint32_t crc, const uint8_t* data, size_t size)
    uint32_t crc32c_wide(uint32_t crc, const uint8_t* data, size_t size)


cdef extern from "digest.h" nogil:
    ctypedef struct digest_t:
        uint64_t lane[4]
        uint64_t count

    void digest_open(digest_t* digest)
    void digest_event(
        digest_t* digest, uint32_t kind, uint32_t name_space, int64_t time_ns, uint32_t port,
        uint32_t status, uint64_t request_id, uint64_t handle, uint64_t code, uint32_t bytes,
        uint32_t payload_size, const uint8_t* payload,
    )
    bint digest_event_of(
        digest_t* digest, uint32_t kind, uint32_t name_space, int64_t time_ns, uint32_t port,
        uint32_t status, uint64_t request_id, uint64_t handle, uint64_t code, uint32_t bytes,
        uint32_t payload_size, const uint8_t* payload, const uint8_t* other,
    )
    void digest_result(const digest_t* digest, uint8_t* out)
    void digest_save(const digest_t* digest, uint8_t* out)
    void digest_load_state(digest_t* digest, const uint8_t* data)


cdef enum:
    DIGEST_SIZE = 16
    DIGEST_STATE_SIZE = 40


crc32c_prepare()


def crc32c(const uint8_t[::1] data not None, uint32_t crc=0):
    """The CRC-32C of `data`, continuing from `crc`, the CRC of what came before."""
    cdef size_t size = data.shape[0]
    if size == 0:
        return crc
    with nogil:
        crc = crc32c_extend(crc, &data[0], size)
    return crc


def crc32c_implementations():
    """Names of the implementations this machine can run; the first is the one in use."""
    if crc32c_has_wide:
        return "wide", "hardware", "software"
    return ("hardware", "software") if crc32c_has_hardware else ("software",)


def crc32c_by(str implementation not None, const uint8_t[::1] data not None, uint32_t crc=0):
    """The CRC-32C of `data` by a named implementation, to compare them."""
    from wwanreplay.errors import UsageError

    cdef size_t size = data.shape[0]
    if implementation not in crc32c_implementations():
        raise UsageError(f"this machine has no CRC-32C implementation {implementation!r}")
    if size == 0:
        return crc
    if implementation == "wide":
        return crc32c_wide(crc, &data[0], size)
    if implementation == "hardware":
        return crc32c_hardware(crc, &data[0], size)
    return crc32c_software(crc, &data[0], size)


cdef inline void digest_record(digest_t* digest, const record_t* record) noexcept nogil:
    """Count a completion or an indication in; other kinds leave the digest as it is."""
    if record.kind == KIND_COMPLETION or record.kind == KIND_INDICATION:
        digest_event(
            digest, record.kind, record.name_space, record.time_ns, record.port, record.status,
            record.request_id, record.handle, record.code, record.bytes, record.payload_size,
            record.payload,
        )


cdef bytes digest_bytes(const digest_t* digest):
    cdef uint8_t out[DIGEST_SIZE]
    digest_result(digest, out)
    return <bytes>out[:DIGEST_SIZE]


cdef bytes digest_state_bytes(const digest_t* digest):
    cdef uint8_t out[DIGEST_STATE_SIZE]
    digest_save(digest, out)
    return <bytes>out[:DIGEST_STATE_SIZE]


cdef int digest_open_state(digest_t* digest, bytes state) except -1:
    """Begin anew when `state` is None, otherwise go on from a saved state of 40 bytes."""
    from wwanreplay.errors import UsageError

    if state is None:
        digest_open(digest)
        return 0
    if len(state) != DIGEST_STATE_SIZE:
        raise UsageError(f"a digest state has {DIGEST_STATE_SIZE} bytes, this has {len(state)}")
    digest_load_state(digest, <const uint8_t*>(<const char*>state))
    return 0
