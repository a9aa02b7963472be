# Chunk frames of a file one behind another, in memory that is used again.

from cpython.bytearray cimport PyByteArray_AS_STRING, PyByteArray_FromStringAndSize

cdef enum:
    FRAME_TYPE_CHECKPOINT = 3


@cython.final
cdef class FrameWindow:
    """Memory of `size` bytes into which a file is read, and its place in the file.

    `read_at(offset, view)` reads bytes at a place of the file and returns how many there are. About
    `read_size` bytes are asked for at once, or a frame that is larger: what was read is gone over
    while it stands in the processor's cache. A frame larger than `size` is none for here.
    """
    cdef object read_at
    cdef object view                  # of a bytearray, which so keeps its size
    cdef uint8_t* data
    cdef size_t capacity
    cdef size_t read_size
    cdef size_t start                 # of what is at hand
    cdef size_t end
    cdef int64_t place                # of what is at hand in the file

    def __cinit__(self, read_at, size_t size, size_t read_size):
        # Not cleared: what is not read is neither looked at nor in memory.
        cdef bytearray memory = PyByteArray_FromStringAndSize(
            NULL, max(size, <size_t>FRAME_PREFIX_SIZE + 1)
        )
        self.read_at = read_at
        self.view = memoryview(memory)
        self.data = <uint8_t*>PyByteArray_AS_STRING(memory)
        self.capacity = len(memory)
        self.read_size = read_size

    @property
    def offset(self):
        """The place in the file of what comes next."""
        return self.place

    def go_to(self, int64_t offset):
        """Stand at a place of the file, and read anew there."""
        self.place = offset
        self.start = self.end = 0

    def skip(self, size_t size):
        """Stand so many bytes further."""
        self.place += <int64_t>size
        self.start = min(self.end, self.start + size)

    def next_type(self, stop_offset=None):
        """The type of the frame that comes next: that of chunks for a whole one that ends before
        `stop_offset` and may be plain, that of checkpoints for the beginning of one, else None.
        """
        cdef int64_t stop = INT64_MAX if stop_offset is None else stop_offset
        if self.chunk_frame(stop):
            return FRAME_TYPE_CHUNK
        if self.place < stop and self.has_prefix() and self.type_here() == FRAME_TYPE_CHECKPOINT:
            return FRAME_TYPE_CHECKPOINT
        return None

    cdef inline bint has_prefix(self) noexcept:
        return self.end - self.start >= <size_t>FRAME_PREFIX_SIZE

    cdef inline int type_here(self) noexcept:
        return self.data[self.start + 1]

    cdef size_t chunk_frame(self, int64_t stop) except? 0:
        """The size of the frame that comes next, which is all at hand and may be a plain chunk.

        0 for anything else, and for one that does not end before `stop`.
        """
        cdef size_t size
        while self.place < stop:
            size = FRAME_PREFIX_SIZE + 1  # as long as that is not known
            if self.has_prefix():
                if (
                    self.type_here() != FRAME_TYPE_CHUNK
                    or self.data[self.start + 2] != 0xCE
                ):
                    return 0
                size = FRAME_PREFIX_SIZE + wire_big(self.data + self.start + 3, 4)
                if size <= self.end - self.start:
                    return size if <int64_t>size <= stop - self.place else 0
            if size > self.capacity or not self.fill(size):
                return 0
        return 0

    cdef bint fill(self, size_t size) except -1:
        """Have more at hand; False when it is not as much as is wanted."""
        cdef size_t kept = self.end - self.start
        cdef size_t wanted = max(self.read_size // size, 1) * size + FRAME_PREFIX_SIZE
        cdef size_t count
        memmove(self.data, self.data + self.start, kept)
        self.start, self.end = 0, kept
        wanted = min(wanted, self.capacity)
        count = self.read_at(self.place + <int64_t>kept, self.view[kept:wanted])
        self.end += min(count, wanted - kept)
        return self.end >= size
