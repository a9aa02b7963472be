# The loops over a trace's memory: replay with comparison, and recording. No Python object in them.

cpdef enum ReplayStop:
    """Why a replay loop came back."""
    STOP_CHUNK_END = 0                # every record of the chunk was taken
    STOP_LIMIT = 1                    # the record or the time to stop at was reached
    STOP_CHANGED = 2                  # the recorded output is not the one the device gives
    STOP_EXTRA = 3                    # the recording has an output, the device gives none by then
    # the device gave an output before this record, the recording none
    STOP_MISSING = 4
    STOP_FULL = 5                     # recording: the chunk being written is full
    STOP_GAP = 6                      # records are known to be lost here


ctypedef struct replay_counts_t:
    uint64_t kinds[KIND_COUNT]
    uint64_t backwards                # inputs at a time that was past, read as standing


cdef inline bint digest_same_output(
    digest_t* digest, const record_t* left, const record_t* right
) noexcept nogil:
    """Count an output into the digest if another one is equal in every compared field.

    Payloads are compared while they are digested, where each step has to wait for the one before.
    """
    return (
        left.code == right.code and left.time_ns == right.time_ns
        and left.request_id == right.request_id and left.payload_size == right.payload_size
        and left.kind == right.kind and left.status == right.status and left.port == right.port
        and left.name_space == right.name_space and left.handle == right.handle
        and left.bytes == right.bytes
        and digest_event_of(
            digest, left.kind, left.name_space, left.time_ns, left.port, left.status,
            left.request_id, left.handle, left.code, left.bytes, left.payload_size, left.payload,
            right.payload,
        )
    )


cdef inline int advance_until_output(machine_t* machine, int64_t time_ns) noexcept nogil:
    """Fire what is due at or before `time_ns`, but stop at the first output.

    RESULT_OK, WORK_PAUSED or FAILURE_WORK.
    """
    cdef outputs_t* outputs = &machine.outputs
    if outputs.head != outputs.count or not queue_is_due(&machine.device.queue, time_ns):
        return RESULT_OK
    outputs_clear(outputs)
    # Nearly always the first thing that is due emits an output; what is more than that is counted.
    if <uint64_t>time_ns - <uint64_t>machine.device.now_ns <= ADVANCE_NS_MAX:
        device_fire(machine)
        if outputs.head != outputs.count or queue_due(&machine.device.queue) > time_ns:
            machine.work.steps = 0
            return RESULT_OK
    return device_work(machine, time_ns, 1)


cdef inline void cursor_back(cursor_t* cursor, const cursor_t* before) noexcept nogil:
    """Stand again where position, time and index were kept."""
    cursor.position = before.position
    cursor.time_ns = before.time_ns
    cursor.index = before.index


cdef int replay_records(
    machine_t* machine, cursor_t* cursor, digest_t* digest, replay_counts_t* counts,
    int64_t stop_index, int64_t stop_time_ns, int* failure
) noexcept nogil:
    """Drive the device with the inputs under the cursor and compare its outputs with the recorded.

    Comes back before the record at which something differs, with the cursor in front of it. So it
    does with STOP_LIMIT and the failure WORK_PAUSED, to be called again, or FAILURE_WORK.
    """
    cdef outputs_t* outputs = &machine.outputs
    cdef record_t record
    cdef cursor_t before
    cdef int64_t time_ns
    cdef int result
    while True:
        before.position = cursor.position
        before.time_ns = cursor.time_ns
        before.index = cursor.index
        if before.index >= stop_index:
            return STOP_LIMIT
        result = cursor_next(cursor, &record)
        if result != CURSOR_RECORD:
            if result == CURSOR_SKIPPED:
                continue
            failure[0] = result if result != CURSOR_END else 0
            return STOP_CHUNK_END
        if record.time_ns > stop_time_ns:
            cursor_back(cursor, &before)
            return STOP_LIMIT
        # Time never runs backwards in a device; a recording in which it does is read as standing.
        time_ns = record.time_ns
        if time_ns < machine.device.now_ns:
            time_ns = machine.device.now_ns
        if record_is_output(&record):
            failure[0] = advance_until_output(machine, time_ns)
            if failure[0]:
                cursor_back(cursor, &before)
                return STOP_LIMIT
            if outputs.head == outputs.count:
                cursor_back(cursor, &before)
                return STOP_EXTRA
            if not digest_same_output(digest, &record, &outputs.records[outputs.head]):
                cursor_back(cursor, &before)
                return STOP_CHANGED
            outputs.head += 1
            if outputs.head == outputs.count:
                outputs_clear(outputs)
        elif record.kind == KIND_GAP:
            cursor_back(cursor, &before)
            return STOP_GAP
        elif record_is_input(&record) or record.kind == KIND_CLOCK:
            failure[0] = advance_until_output(machine, time_ns)
            if failure[0]:
                cursor_back(cursor, &before)
                return STOP_LIMIT
            if outputs.head != outputs.count:
                cursor_back(cursor, &before)
                return STOP_MISSING
            if record.time_ns < machine.device.now_ns:
                counts.backwards += 1
            machine.device.now_ns = time_ns
            if record.kind != KIND_CLOCK:
                device_input(machine, &record)
        counts.kinds[record.kind] += 1


ctypedef struct frames_t:
    int64_t bytes
    int64_t records
    int64_t records_bytes
    int64_t last_bytes


cdef enum FrameResult:
    FRAME_TAKEN
    FRAME_LEFT                        # unusual, damaged, or it does not follow
    FRAME_DIFFERS


cdef FrameResult replay_frame(
    machine_t* machine, cursor_t* cursor, digest_t* digest, replay_counts_t* counts,
    const uint8_t* data, size_t size, frames_t* taken
) noexcept nogil:
    """Go over a chunk frame, if it is a plain one that follows on what was taken."""
    cdef plain_chunk_t chunk
    cdef int failure = 0
    if not plain_chunk_read(data, size, True, &chunk) or chunk.first_index != cursor.index:
        return FRAME_LEFT
    cursor_open(cursor, chunk.records, chunk.size, chunk.first_index, chunk.base_time_ns)
    if (
        replay_records(
            machine, cursor, digest, counts, INT64_MAX, INT64_MAX, &failure
        ) != STOP_CHUNK_END
        or failure or machine.outputs.failed
        or cursor.index - chunk.first_index != chunk.record_count
    ):
        return FRAME_DIFFERS
    taken.bytes += <int64_t>size
    taken.records += chunk.record_count
    taken.records_bytes += <int64_t>chunk.size
    taken.last_bytes = <int64_t>size
    return FRAME_TAKEN


@cython.final
cdef class Replayer:
    """Replay records against an engine at full speed; the caller decides what a difference means.

    Open a chunk, run; at a difference look at recorded() and the engine's drain(), step over with
    skip(), adopt, and run on.
    """
    cdef Engine engine
    cdef cursor_t cursor
    cdef const uint8_t[::1] view      # keeps the chunk's memory
    cdef digest_t digest_value
    cdef replay_counts_t counted
    cdef object path
    cdef object offset

    def __cinit__(self, Engine engine not None, *, digest_state=None, path=None):
        self.engine = engine
        self.path = path
        digest_open_state(&self.digest_value, digest_state)
        cursor_open(&self.cursor, NULL, 0, 0, 0)

    def open_chunk(
        self, const uint8_t[::1] records not None, int64_t first_index, int64_t base_time_ns, *,
        offset=None,
    ):
        """Stand before the first record of a chunk."""
        self.view = records
        self.offset = offset
        cursor_open(
            &self.cursor, &records[0] if records.shape[0] else NULL, records.shape[0],
            first_index, base_time_ns,
        )

    def run(self, *, stop_index=None, stop_time_ns=None):
        """Take records until the chunk ends, a limit is reached or something differs.

        LimitError when the device would do more before the next record than docs/limits.md allows.
        """
        cdef int64_t last_index = INT64_MAX if stop_index is None else stop_index
        cdef int64_t last_time_ns = INT64_MAX if stop_time_ns is None else stop_time_ns
        cdef int64_t check_index
        cdef int failure = 0
        cdef int stop = STOP_LIMIT
        while True:
            check_index = last_index
            if last_index - STEPS_PER_CHECK > self.cursor.index:
                check_index = self.cursor.index + STEPS_PER_CHECK
            failure = 0
            with nogil:
                stop = replay_records(
                    self.engine.machine, &self.cursor, &self.digest_value, &self.counted,
                    check_index, last_time_ns, &failure,
                )
            self.engine.check_memory()
            if failure == FAILURE_WORK:
                raise_work_limit(self.engine.machine, self.work_place())
            if failure == WORK_PAUSED or (
                stop == STOP_LIMIT and check_index <= self.cursor.index < last_index
            ):
                self.engine.check_work(WORK_PAUSED, "")
                continue
            break
        if failure:
            raise_trace_failure(
                failure, self.cursor.index, self.path, place(&self.cursor, self.offset)
            )
        return ReplayStop(stop)

    def run_frames(self, FrameWindow window not None, int64_t size_max, stop_offset=None):
        """Take whole chunk frames that follow on what was taken, one behind another, until they are
        `size_max` bytes: their bytes, their records, the bytes of these, and of the last frame.

        It ends before a frame that is unusual, damaged, of another kind or not before
        `stop_offset`. None when anything in a frame differs or needs a look: the engine, this
        replayer and the window then stand anywhere, and whoever calls goes back to copies of them.
        Other threads run meanwhile.
        """
        cdef frames_t taken
        cdef FrameResult result = FRAME_TAKEN
        cdef int64_t stop = INT64_MAX if stop_offset is None else stop_offset
        cdef const uint8_t* data
        cdef size_t size
        memset(&taken, 0, sizeof(frames_t))
        self.view = None
        try:
            while taken.bytes < size_max and (size := window.chunk_frame(stop)):
                data = window.data + window.start
                with nogil:
                    result = replay_frame(
                        self.engine.machine, &self.cursor, &self.digest_value, &self.counted, data,
                        size, &taken,
                    )
                if result != FRAME_TAKEN:
                    break
                window.skip(size)
        finally:
            cursor_open(&self.cursor, NULL, 0, self.cursor.index, self.cursor.time_ns)
        if result == FRAME_DIFFERS:
            return None
        return taken.bytes, taken.records, taken.records_bytes, taken.last_bytes

    cdef str work_place(self):
        """The next record as the place of an error."""
        record = self.recorded()
        name = "" if record is None else f" ({record.kind.name.removeprefix('KIND_').lower()})"
        file = "" if self.path is None else f"{self.path}: "
        return f"{file}record {self.cursor.index}{name}: "

    def recorded(self):
        """The record at which the loop stopped, or None at the end of the chunk."""
        cdef cursor_t ahead = self.cursor
        cdef record_t record
        cdef int result = CURSOR_SKIPPED
        while result == CURSOR_SKIPPED:
            result = cursor_next(&ahead, &record)
        if result == CURSOR_END:
            return None
        if result != CURSOR_RECORD:
            raise_trace_failure(result, ahead.index, self.path, place(&ahead, self.offset))
        return event_of_record(&record)

    def skip(self):
        """Step over one record without giving it to the device; it is counted."""
        cdef record_t record
        cdef int result = CURSOR_SKIPPED
        while result == CURSOR_SKIPPED:
            result = cursor_next(&self.cursor, &record)
        if result == CURSOR_RECORD:
            self.counted.kinds[record.kind] += 1
        elif result != CURSOR_END:
            raise_trace_failure(
                result, self.cursor.index, self.path, place(&self.cursor, self.offset)
            )

    def pending(self):
        """Outputs of the device that the recording has not matched yet; nothing is taken."""
        return events_of(&self.engine.machine.outputs)

    def fork(self, Engine engine not None, *, digest_state=None):
        """Another replayer at the same record with the same counts, for another engine.

        With `digest_state` it counts its outputs on from there.
        """
        cdef Replayer other = Replayer(engine, digest_state=digest_state, path=self.path)
        if digest_state is None:
            other.digest_value = self.digest_value
        other.cursor = self.cursor
        if self.cursor.start is not NULL:  # a chunk is open
            other.view = self.view
        other.counted = self.counted
        other.offset = self.offset
        return other

    def tallies(self):
        """How many records of each kind were taken, and how many inputs ran backwards in time."""
        cdef int kind
        return tuple([self.counted.kinds[kind] for kind in range(KIND_COUNT)]) + (
            self.counted.backwards,
        )

    def add_tallies(self, tallies):
        """Have counted too what another one did, of another part of the recording."""
        cdef int kind
        if len(tallies) != KIND_COUNT + 1:
            raise UsageError(f"{len(tallies)} tallies, not {KIND_COUNT + 1}")
        for kind in range(KIND_COUNT):
            self.counted.kinds[kind] += tallies[kind]
        self.counted.backwards += tallies[KIND_COUNT]

    def count_output(self, Event event not None):
        """Count an output of the device into the digest, in the caller's place of the loop."""
        digest_record(&self.digest_value, &event.record)

    @property
    def next_index(self):
        """Index of the record that comes next."""
        return self.cursor.index

    @property
    def counts(self):
        """Records taken so far, by what they are."""
        cdef const uint64_t* kinds = self.counted.kinds
        cdef uint64_t records = 0
        cdef int kind
        for kind in range(1, KIND_COUNT):
            records += kinds[kind]
        requests = (
            kinds[<int>KIND_QUERY] + kinds[<int>KIND_SET] + kinds[<int>KIND_METHOD]
        )
        counted = {
            "requests": requests,
            "completions": kinds[<int>KIND_COMPLETION],
            "indications": kinds[<int>KIND_INDICATION],
            "stimuli": kinds[<int>KIND_STIMULUS],
            "wire": kinds[<int>KIND_WIRE],
        }
        others = records - sum(counted.values())
        return {
            "records": records, **counted, "others": others, "backwards": self.counted.backwards,
        }

    def digest(self):
        """The 16 bytes of the digest of the device's outputs."""
        return digest_bytes(&self.digest_value)

    def digest_state(self):
        """The state from which the digest goes on."""
        return digest_state_bytes(&self.digest_value)


cdef int record_records(
    machine_t* machine, cursor_t* cursor, RecordWriter writer, size_t chunk_size, int* failure
) noexcept nogil:
    """Take the inputs under the cursor and write them with the device's outputs, in order."""
    cdef outputs_t* outputs = &machine.outputs
    cdef record_t record
    cdef cursor_t before
    cdef int result
    while writer.writer.size < chunk_size:
        before = cursor[0]
        result = cursor_next(cursor, &record)
        if result == CURSOR_SKIPPED:
            continue
        if result != CURSOR_RECORD:
            failure[0] = result if result != CURSOR_END else 0
            return STOP_CHUNK_END
        if record_is_output(&record):
            continue
        if record.time_ns < machine.device.now_ns:
            record.time_ns = machine.device.now_ns
        failure[0] = device_advance(machine, record.time_ns)
        if failure[0]:
            cursor[0] = before
            return STOP_CHUNK_END
        failure[0] = write_outputs(outputs, writer)
        if failure[0]:
            return STOP_CHUNK_END
        record.index = writer.next_record_index()
        failure[0] = writer.append_record(&record)
        if failure[0]:
            return STOP_CHUNK_END
        if record_is_input(&record):
            device_input(machine, &record)
            failure[0] = write_outputs(outputs, writer)
            if failure[0]:
                return STOP_CHUNK_END
    return STOP_FULL


cdef int write_outputs(outputs_t* outputs, RecordWriter writer) noexcept nogil:
    """Write the outputs waiting; on a failure those not written stay with the device."""
    cdef uint32_t at
    cdef int result
    if outputs.failed:
        return FAILURE_MEMORY
    for at in range(outputs.head, outputs.count):
        result = writer.append_record(&outputs.records[at])
        if result != RESULT_OK:
            outputs.head = at
            return result
    outputs_clear(outputs)
    return RESULT_OK


def record_chunk(
    Engine engine not None, RecordWriter writer not None, const uint8_t[::1] inputs not None,
    size_t position, int64_t base_time_ns, size_t chunk_size,
):
    """Drive the engine with packed inputs from `position` on, and write the session.

    Recorded outputs among the inputs are left out. Returns (stop, position, time) to go on from:
    STOP_FULL when the writer holds `chunk_size` bytes, STOP_CHUNK_END when the inputs are used up.
    """
    cdef cursor_t cursor
    cdef int failure = 0
    cdef int stop
    if position > <size_t>inputs.shape[0]:
        raise UsageError("record_chunk: the position is behind the inputs")
    cursor_open(
        &cursor, &inputs[0] + position if inputs.shape[0] else NULL, inputs.shape[0] - position, 0,
        base_time_ns,
    )
    while True:
        failure = 0
        with nogil:
            stop = record_records(engine.machine, &cursor, writer, chunk_size, &failure)
        engine.check_memory()
        engine.check_work(failure, f"record {cursor.index}: ")
        if failure != WORK_PAUSED:
            break
    if failure:
        raise_trace_failure(failure, cursor.index, None, None)
    return ReplayStop(stop), position + <size_t>(cursor.position - cursor.start), cursor.time_ns


cdef int step_records(machine_t* machine, cursor_t* cursor, uint64_t* steps) noexcept nogil:
    """Give the device the inputs under the cursor and drop its outputs; a cursor's result."""
    cdef record_t record
    cdef cursor_t before
    cdef int result = CURSOR_RECORD
    cdef int64_t check_index = cursor.index + STEPS_PER_CHECK
    while result >= 0 and result != CURSOR_END:
        before = cursor[0]
        if before.index >= check_index:
            return WORK_PAUSED
        result = cursor_next(cursor, &record)
        if result != CURSOR_RECORD or not record_is_input(&record):
            continue
        result = device_advance(machine, max(record.time_ns, machine.device.now_ns))
        if result != RESULT_OK:
            cursor[0] = before
            return result
        device_input(machine, &record)
        steps[0] += 1 + machine.outputs.count - machine.outputs.head
        outputs_clear(&machine.outputs)
    return result


def step_chunk(
    Engine engine not None, const uint8_t[::1] records not None, int64_t base_time_ns,
):
    """Drive the engine with the inputs among packed records; how many inputs and outputs it were.

    For measuring the device alone: nothing is compared and nothing kept.
    """
    cdef cursor_t cursor
    cdef uint64_t steps = 0
    cdef int result = WORK_PAUSED
    cursor_open(
        &cursor, &records[0] if records.shape[0] else NULL, records.shape[0], 0, base_time_ns,
    )
    while result == WORK_PAUSED:
        with nogil:
            result = step_records(engine.machine, &cursor, &steps)
        engine.check_memory()
        engine.check_work(result, f"record {cursor.index}: ")
    if result < 0:
        raise_trace_failure(result, cursor.index, None, None)
    return steps
