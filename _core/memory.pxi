# Memory access: little endian, unaligned.

cdef enum:
    LIST_COUNT = 4                    # from the start of a WWAN_LIST_HEADER to its ElementCount


cdef inline void put16(uint8_t* at, uint16_t value) noexcept nogil:
    at[0] = value & 0xFF
    at[1] = value >> 8


cdef inline void put32(uint8_t* at, uint32_t value) noexcept nogil:
    at[0] = value & 0xFF
    at[1] = (value >> 8) & 0xFF
    at[2] = (value >> 16) & 0xFF
    at[3] = value >> 24


cdef inline void put64(uint8_t* at, uint64_t value) noexcept nogil:
    put32(at, <uint32_t>(value & 0xFFFFFFFFu))
    put32(at + 4, <uint32_t>(value >> 32))


cdef inline uint16_t get16(const uint8_t* at) noexcept nogil:
    return <uint16_t>(at[0] | (<uint16_t>at[1] << 8))


cdef inline uint32_t get32(const uint8_t* at) noexcept nogil:
    return (
        <uint32_t>at[0] | (<uint32_t>at[1] << 8) | (<uint32_t>at[2] << 16) | (<uint32_t>at[3] << 24)
    )


cdef inline uint64_t get64(const uint8_t* at) noexcept nogil:
    return <uint64_t>get32(at) | (<uint64_t>get32(at + 4) << 32)


cdef inline void put_header(uint8_t* at, uint32_t revision, uint32_t size) noexcept nogil:
    """An NDIS_OBJECT_HEADER of the default type; `size` is that of the fixed structure."""
    at[NDIS_OBJECT_HEADER_L1_Type] = NDIS_OBJECT_TYPE_DEFAULT
    at[NDIS_OBJECT_HEADER_L1_Revision] = revision & 0xFF
    put16(at + NDIS_OBJECT_HEADER_L1_Size, <uint16_t>size)


cdef inline uint32_t header_size(const uint8_t* at) noexcept nogil:
    """The size of the fixed structure by its NDIS_OBJECT_HEADER."""
    return get16(at + NDIS_OBJECT_HEADER_L1_Size)


cdef inline uint32_t header_revision(const uint8_t* at) noexcept nogil:
    return at[NDIS_OBJECT_HEADER_L1_Revision]


cdef inline void put_string(uint8_t* at, const uint16_t* text, uint32_t count) noexcept nogil:
    """`count` WCHARs, the last of them NUL, as the profile and the state hold them."""
    memcpy(at, text, 2 * count)


cdef inline bint same_string(
    const uint16_t* left, const uint16_t* right, uint32_t count
) noexcept nogil:
    """Whether two NUL-terminated strings of at most `count` WCHARs are equal."""
    cdef uint32_t at
    for at in range(count):
        if left[at] != right[at]:
            return False
        if left[at] == 0:
            return True
    return True


cdef inline void take_string(uint16_t* into, const uint8_t* at, uint32_t count) noexcept nogil:
    """Copy a string of at most `count` WCHARs out of a buffer, zeroing what follows its NUL."""
    cdef uint32_t length = 0
    while length < count - 1 and at[2 * length] | at[2 * length + 1]:
        into[length] = get16(at + 2 * length)
        length += 1
    memset(into + length, 0, 2 * (count - length))
