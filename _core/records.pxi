# The doors to records: digest, reader, writer and scanner of one chunk.

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
        cdef int64_t count = self.record_count
        while result == CURSOR_SKIPPED:
            if count >= 0 and self.cursor.index - self.first_index >= count:
                result = CURSOR_END  # what stands behind has the indexes of the next chunk
                break
            result = cursor_next(&self.cursor, &record)
            if result == CURSOR_RECORD:
                return event_of_record(&record)
        if result == CURSOR_END:
            if count < 0 or is_at_count(&self.cursor, self.first_index, count):
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


cdef bint is_at_count(const cursor_t* cursor, int64_t first_index, int64_t count) noexcept nogil:
    """Whether the cursor has read exactly so many records and nothing is left."""
    return cursor.index - first_index == count and cursor.position >= cursor.end


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
        give_memory(self.writer.data)
        code_set_free(&self.tally.codes)

    cdef int append_record(self, const record_t* record) noexcept nogil:
        """Append one record; RESULT_OK or a failure, after which nothing has changed."""
        cdef record_t resolved
        cdef int result
        if record.name_space == NAMESPACE_DEFAULT:
            resolved = record[0]
            resolved.name_space = kind_namespace(record.kind)
            record = &resolved
        result = code_set_reserve(&self.tally.codes)
        if result == RESULT_OK:
            result = writer_append(&self.writer, record)
        if result == RESULT_OK:
            code_set_add(&self.tally.codes, record.name_space, record.code)
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
        *, record_count=None,
    ):
        """Copy the records of another chunk as they stand, unknown things too, into an empty chunk.

        Returns how many were copied, at most `record_count`, and None or the reason why no more
        could be; `next_index` must not be above `first_index`. Without memory nothing is copied.
        """
        from wwanreplay.errors import UsageError

        cdef cursor_t cursor
        cdef tally_t before
        cdef code_set_t codes
        cdef record_t record
        cdef int result = CURSOR_SKIPPED
        cdef int64_t stop_index = INT64_MAX if record_count is None else first_index + record_count
        cdef size_t size = records.shape[0]
        if self.writer.record_count or first_index < self.first_index or size > CHUNK_SIZE_MAX:
            raise UsageError("records are copied into an empty chunk only, and forwards")
        if size == 0:
            return 0, None
        if writer_reserve(&self.writer, size) != RESULT_OK:
            raise MemoryError
        cursor_open(&cursor, &records[0], size, first_index, base_time_ns)
        before = self.tally
        while result >= 0 and result != CURSOR_END:
            if cursor.index >= stop_index and cursor.position < cursor.end:
                result = FAILURE_RECORD_COUNT
                break
            result = cursor_next(&cursor, &record)
            if result == CURSOR_RECORD:
                tally_record(&self.tally, &record)
                if code_set_add(&self.tally.codes, record.name_space, record.code) != RESULT_OK:
                    codes = self.tally.codes  # its memory has moved; codes too many do no harm
                    self.tally = before
                    self.tally.codes = codes
                    tally_open_chunk(&self.tally)
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

    With `codes` it also counts the records of each kind and code.
    """
    cdef tally_t tally
    cdef uint64_t* counts             # by number of the code, then by kind
    cdef uint32_t counts_capacity     # codes for which there is room
    cdef uint64_t inferred_counts[KIND_COUNT]
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
        give_memory(self.counts)

    cdef int grow_counts(self) noexcept nogil:
        """Have room for the counts of all codes for which there is room."""
        cdef uint32_t capacity = self.tally.codes.capacity
        cdef size_t known = <size_t>self.counts_capacity * KIND_COUNT
        cdef void* grown = resize_memory(
            self.counts, <size_t>capacity * KIND_COUNT * sizeof(uint64_t)
        )
        if grown == NULL:
            return FAILURE_MEMORY
        self.counts = <uint64_t*>grown
        memset(
            self.counts + known, 0, (<size_t>capacity * KIND_COUNT - known) * sizeof(uint64_t)
        )
        self.counts_capacity = capacity
        return RESULT_OK

    cdef inline int count_code(self, const record_t* record) noexcept nogil:
        """Count a record by its code and kind, as far as the set of codes goes."""
        cdef code_set_t* codes = &self.tally.codes
        cdef int result = code_set_add(codes, record.name_space, record.code)
        if result != RESULT_OK or codes.full:
            return result
        if codes.last >= self.counts_capacity:
            result = self.grow_counts()
            if result != RESULT_OK:
                return result
        self.counts[codes.last * KIND_COUNT + record.kind] += 1
        if record.flags & FLAG_INFERRED:
            self.inferred_counts[record.kind] += 1
        return RESULT_OK

    cdef int _scan(self, cursor_t* cursor, int64_t stop_index) noexcept nogil:
        cdef record_t record
        cdef int result
        while cursor.index < stop_index:
            result = cursor_next(cursor, &record)
            if result == CURSOR_RECORD:
                tally_record(&self.tally, &record)
                if self.with_codes:
                    result = self.count_code(&record)
                    if result != RESULT_OK:
                        return result
            elif result != CURSOR_SKIPPED:
                return result
        return CURSOR_END

    cdef int scan_chunk(
        self, cursor_t* cursor, const uint8_t* data, size_t size, int64_t first_index,
        int64_t base_time_ns, int64_t count
    ) noexcept nogil:
        """Go over one chunk, of so many records unless `count` is -1; RESULT_OK or a failure."""
        cdef int result
        cursor_open(cursor, data, size, first_index, base_time_ns)
        tally_open_chunk(&self.tally)
        result = self._scan(cursor, INT64_MAX if count < 0 else first_index + count)
        tally_close_chunk(&self.tally)
        self._next_index = cursor.index
        self._record_count += <uint64_t>(cursor.index - first_index)
        self._unknown_kinds += cursor.unknown_kinds
        self._unknown_keys += cursor.unknown_keys
        self._extra_elements += cursor.extra_elements
        if result != CURSOR_END:
            return result
        if count < 0 or is_at_count(cursor, first_index, count):
            return RESULT_OK
        cursor.failed_at = cursor.position
        return FAILURE_RECORD_COUNT

    def scan(
        self, const uint8_t[::1] records not None, int64_t first_index=0,
        int64_t base_time_ns=0, *, record_count=None, path=None, offset=None,
    ):
        """Go over one chunk; arguments and errors as for RecordReader.

        What stands before the place of an error has been counted.
        """
        cdef cursor_t cursor
        cdef int result
        cdef int64_t count = -1 if record_count is None else record_count
        cdef size_t size = records.shape[0]
        cdef const uint8_t* data = &records[0] if size else NULL
        with nogil:
            result = self.scan_chunk(&cursor, data, size, first_index, base_time_ns, count)
        if result != RESULT_OK:
            raise_trace_failure(result, cursor.index, path, place(&cursor, offset))

    def scan_frames(
        self, FrameWindow window not None, int64_t next_index, int64_t size_max, *, path=None
    ):
        """Go over whole chunk frames of a window from record `next_index` on, until they are
        `size_max` bytes: how many, their records, the bytes of the last one, and None.

        It ends before a frame that is unusual, damaged, of another kind or does not follow, and
        behind one in which something is wrong: the TraceError of `scan` stands in place of None.
        """
        cdef plain_chunk_t chunk
        cdef cursor_t cursor
        cdef int64_t taken = 0
        cdef int64_t frames = 0
        cdef int64_t first_index = next_index
        cdef size_t size
        cdef size_t last_size = 0
        cdef const uint8_t* data
        cdef int result = RESULT_OK
        cdef bint is_plain
        error = None
        while error is None and taken < size_max and (size := window.chunk_frame(INT64_MAX)):
            data = window.data + window.start
            with nogil:
                is_plain = plain_chunk_read(data, size, True, &chunk)
                if is_plain and chunk.first_index == next_index:
                    result = self.scan_chunk(
                        &cursor, chunk.records, chunk.size, chunk.first_index, chunk.base_time_ns,
                        chunk.record_count,
                    )
            if not is_plain or chunk.first_index != next_index:
                break
            if result != RESULT_OK:
                try:
                    raise_trace_failure(
                        result, cursor.index, path,
                        place(&cursor, window.place + (chunk.records - data)),
                    )
                except TraceError as found:
                    error = found
            window.skip(size)
            taken += <int64_t>size
            frames += 1
            last_size = size
            next_index += chunk.record_count
        return frames, next_index - first_index, last_size, error

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

    def code_counts(self):
        """How many records have each kind, namespace and code, as such four numbers in rows.

        None when there are too many codes, or they were not to be counted.
        """
        cdef uint32_t number
        cdef int kind
        cdef uint64_t count
        cdef list rows = []
        if not self.with_codes or self.tally.codes.full:
            return None
        for number in range(self.tally.codes.count):
            for kind in range(1, KIND_COUNT):
                count = self.counts[number * KIND_COUNT + kind]
                if count:
                    rows.append((
                        kind, self.tally.codes.spaces[number], self.tally.codes.codes[number],
                        count,
                    ))
        return rows

    def inferred_kinds(self):
        """Kind to number of records that inference has added; only with `codes`."""
        cdef int kind
        return {
            kind: self.inferred_counts[kind]
            for kind in range(1, KIND_COUNT) if self.inferred_counts[kind]
        }

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

    Returns None, or the reason why not. To be called before a library unpacks untrusted data.
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
