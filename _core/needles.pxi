# Many byte strings looked for in one pass over a buffer: a hash of four bytes chooses the few
# that are compared.

cdef enum:
    NEEDLE_SIZE_MIN = 4
    NEEDLE_HASH_BITS = 16


cdef inline uint32_t needle_hash(const uint8_t* at) noexcept nogil:
    cdef uint32_t word = (
        at[0] | (<uint32_t>at[1] << 8) | (<uint32_t>at[2] << 16) | (<uint32_t>at[3] << 24)
    )
    return (word * 0x9E3779B1u) >> (32 - NEEDLE_HASH_BITS)


@cython.final
cdef class Needles:
    """Byte strings to be found, each of at least four bytes; UsageError for a shorter one."""
    cdef list patterns
    cdef bytes blob
    cdef uint32_t* starts
    cdef uint32_t* sizes
    cdef int32_t* following           # the next pattern of the same hash, -1 for none
    cdef int32_t* heads
    cdef uint8_t* known               # one bit for each hash that a pattern has

    def __cinit__(self, patterns):
        cdef int32_t number
        cdef uint32_t start = 0, place
        cdef uint32_t hashes = <uint32_t>1 << NEEDLE_HASH_BITS
        self.patterns = list(map(bytes, patterns))
        for pattern in self.patterns:
            if len(pattern) < NEEDLE_SIZE_MIN:
                raise UsageError(f"a byte string of {len(pattern)} bytes is too short to look for")
        self.blob = b"".join(self.patterns)
        if len(self.blob) > <Py_ssize_t>UINT32_MAX:
            raise LimitError("bytes to look for", len(self.blob), UINT32_MAX)
        self.starts = <uint32_t*>take_memory((len(self.patterns) + 1) * sizeof(uint32_t))
        self.sizes = <uint32_t*>take_memory((len(self.patterns) + 1) * sizeof(uint32_t))
        self.following = <int32_t*>take_memory((len(self.patterns) + 1) * sizeof(int32_t))
        self.heads = <int32_t*>take_memory(hashes * sizeof(int32_t))
        self.known = <uint8_t*>take_zeroed(hashes >> 3, 1)
        if not (self.starts and self.sizes and self.following and self.heads and self.known):
            raise MemoryError
        memset(self.heads, 0xFF, hashes * sizeof(int32_t))
        for number in range(<int32_t>len(self.patterns)):
            self.starts[number] = start
            self.sizes[number] = <uint32_t>len(self.patterns[number])
            place = needle_hash(<const uint8_t*>(<const char*>self.blob) + start)
            self.following[number] = self.heads[place]
            self.heads[place] = number
            self.known[place >> 3] |= <uint8_t>(1 << (place & 7))
            start += self.sizes[number]

    def __dealloc__(self):
        give_memory(self.starts)
        give_memory(self.sizes)
        give_memory(self.following)
        give_memory(self.heads)
        give_memory(self.known)

    def __len__(self):
        return len(self.patterns)

    def __getitem__(self, Py_ssize_t number):
        return self.patterns[number]

    cdef Py_ssize_t next_place(
        self, const uint8_t* data, Py_ssize_t at, Py_ssize_t size
    ) noexcept nogil:
        """The next place at or behind `at` whose hash a pattern has; -1 for none."""
        cdef uint32_t place
        while at + NEEDLE_SIZE_MIN <= size:
            place = needle_hash(data + at)
            if (self.known[place >> 3] >> (place & 7)) & 1:
                return at
            at += 1
        return -1

    def find_all(self, const uint8_t[::1] data not None):
        """Every occurrence as (offset, number of the pattern), by offset; they may overlap."""
        cdef list found = []
        cdef Py_ssize_t size = data.shape[0], at = 0
        cdef const uint8_t* start
        cdef const uint8_t* text = <const uint8_t*>(<const char*>self.blob)
        cdef int32_t number
        if size < NEEDLE_SIZE_MIN or not self.patterns:
            return found
        start = &data[0]
        while True:
            with nogil:
                at = self.next_place(start, at, size)
            if at < 0:
                return found
            number = self.heads[needle_hash(start + at)]
            while number >= 0:
                if (
                    <Py_ssize_t>self.sizes[number] <= size - at
                    and memcmp(start + at, text + self.starts[number], self.sizes[number]) == 0
                ):
                    found.append((at, number))
                number = self.following[number]
            at += 1
