# The replay of a log where device and recording agree: what a search does for each record, as
# `wwanreplay.replay.matchers.field` has it, without entering Python. At anything else it stands
# before the record, for the search to explain it.
#
# The driven device is one record behind that of the explanation. Where both have been given the
# same it is the device as it was before events; else the state is kept.

cdef enum:
    SAME_COUNT_MAX = 512              # pairs of buffers remembered as showing the same
    SAME_SIZE_MAX = 4096              # bytes of both


cdef inline bint is_same_kind(const record_t* emitted, const record_t* recorded) noexcept nogil:
    """Whether an output is of the transaction, or the event, that a recorded one is of."""
    return (
        emitted.kind == recorded.kind and emitted.port == recorded.port
        and emitted.request_id == recorded.request_id
        and (recorded.kind == KIND_COMPLETION or emitted.code == recorded.code)
    )


cdef inline bint may_emit_events(const queue_t* queue, int64_t time_ns) noexcept nogil:
    """Whether the device does more until a time than complete requests whose end is later."""
    cdef const pending_t* pending
    cdef uint32_t at
    for at in range(queue.count):
        if queue.heap[at].due_ns > time_ns:
            continue
        pending = &queue.entries[queue.heap[at].place]
        if pending.action != ACTION_COMPLETE:
            return True
        if time_after(pending.due_ns, pending.delay_ns) <= time_ns:
            return True
    return False


@cython.final
cdef class FieldLoop:
    """Goes over the records of a log as long as the device of one explanation agrees with them.

    Between `begin` and `end` it has the state of that explanation. `recording` and `times` are
    those of the search, `driven` is the device of which the digest is; `differences` says how a
    recorded output and an emitted one differ, `is_owed` whether an event of a code is missed where
    it is not recorded, `is_counted` whether an output is in the part that is compared.
    """
    cdef object recording, times, differences, is_owed, is_counted
    cdef object latencies, answer_ns, unanswered, forgotten, resets
    cdef frozenset searches
    cdef str session
    cdef int64_t late_ns, local_answer_ns
    cdef uint32_t older_max, provisional_status
    cdef Engine driven
    cdef Digest digest
    cdef dict same                    # pairs of buffers, and whether they show the same
    cdef device_t* before             # room for the state before events
    # of the explanation
    cdef Engine engine
    cdef list pending
    cdef list older                   # a saved engine and the events that it emitted then
    cdef int64_t deadline_ns
    cdef Py_ssize_t seen_count
    cdef bint is_silent
    cdef bint is_in_step              # the driven device is in the same state
    cdef readonly Event record        # that it has come to
    cdef readonly int64_t compared_count

    def __cinit__(
        self, recording, times, resets, *, differences, is_owed, is_counted,
        frozenset searches not None, str session not None, late_ns, local_answer_ns,
        older_max, provisional_status, Engine driven not None, Digest digest not None,
    ):
        self.before = <device_t*>take_memory(sizeof(device_t))
        if self.before is NULL:
            raise MemoryError
        self.recording, self.times, self.resets = recording, times, resets
        self.latencies, self.answer_ns = times.latencies, times.answer_ns
        self.unanswered, self.forgotten = times.unanswered, times.forgotten
        self.differences, self.is_owed, self.is_counted = differences, is_owed, is_counted
        self.searches, self.session = searches, session
        self.late_ns, self.local_answer_ns = late_ns, local_answer_ns
        self.older_max, self.provisional_status = older_max, provisional_status
        self.driven, self.digest = driven, digest
        self.same = {}

    def __dealloc__(self):
        give_memory(self.before)

    def begin(
        self, Engine engine not None, list pending not None, Py_ssize_t seen_count, deadline_ns,
        older, bint is_silent,
    ):
        """Take up the state of an explanation, which then is out of date."""
        self.engine, self.pending, self.seen_count = engine, pending, seen_count
        self.deadline_ns, self.older, self.is_silent = deadline_ns, list(older), is_silent
        self.is_in_step = memcmp(
            &engine.machine.device, &self.driven.machine.device, sizeof(device_t)
        ) == 0

    def end(self):
        """The state of the explanation: what is pending, how much of that was looked at, until when
        that may be recorded, the older devices, and whether the device is silent.
        """
        return self.pending, self.seen_count, self.deadline_ns, tuple(self.older), self.is_silent

    def run(self, Py_ssize_t position):
        """Go over records from a position on; the position of the first that it does not pass.

        LimitError when the device would do more than docs/limits.md allows on the way to `record`.
        """
        reach, reach_times = self.recording.reach, self.times.reach
        while True:
            record = reach(position)
            if record is None:
                return position
            self.record = record
            reach_times(position)
            if not self.take(self.record, position):
                return position
            self.drive(self.record, position)
            position += 1
            if not position & 0xFFF:
                PyErr_CheckSignals()

    cdef bint take(self, Event event, Py_ssize_t position) except -1:
        """Go over a record; False when the search has to."""
        cdef const record_t* record = &event.record
        cdef int64_t time_ns = record.time_ns
        cdef machine_t* machine = self.engine.machine
        self.advance(time_ns)
        if not self.expire(time_ns):
            return False
        if record_is_output(record):
            return self.find(event)
        if record_is_input(record):
            delay = self.latencies.get(position)
            if delay is not None:
                self.submit(<Event>delay)
            self.submit(event)
            if machine.device.now_ns < time_ns or queue_is_due(&machine.device.queue, time_ns):
                self.engine.reach(max(time_ns, machine.device.now_ns))
                self.drain()
        return True

    cdef int drain(self) except -1:
        """Have what the device emitted among what is pending."""
        cdef outputs_t* outputs = &self.engine.machine.outputs
        cdef uint32_t at
        self.engine.check_memory()
        if outputs.head != outputs.count:
            for at in range(outputs.head, outputs.count):
                self.pending.append(event_of_record(&outputs.records[at]))
            outputs_clear(outputs)
        return 0

    cdef int submit(self, Event event) except -1:
        """Give the device an input; one that a trace has too late comes when the device is."""
        cdef record_t record = event.record
        if record.time_ns < self.engine.machine.device.now_ns:
            record.time_ns = self.engine.machine.device.now_ns
        self.engine.take(&record)
        self.drain()
        return 0

    cdef int advance(self, int64_t time_ns) except -1:
        """Let time pass, and remember the device as it was before events of its own."""
        cdef machine_t* machine = self.engine.machine
        cdef Py_ssize_t known = len(self.pending)
        cdef bint may_emit
        cdef list events
        cdef Py_ssize_t at
        if time_ns < machine.device.now_ns:
            time_ns = machine.device.now_ns
        if not queue_is_due(&machine.device.queue, time_ns):
            self.engine.reach(time_ns)
            return 0
        may_emit = may_emit_events(&machine.device.queue, time_ns)
        if may_emit and not self.is_in_step:
            self.before[0] = machine.device
        self.engine.reach(time_ns)
        self.drain()
        if may_emit:
            events = []
            for at in range(known, len(self.pending)):
                if not (<Event>self.pending[at]).record.request_id:
                    events.append(self.pending[at])
            if events:
                if self.is_in_step:
                    saved = self.driven.save()
                else:
                    saved = self.engine.save_of(self.before)
                self.older.append((saved, tuple(events)))
                del self.older[:-<Py_ssize_t>self.older_max]
        return 0

    cdef bint expire(self, int64_t time_ns) except -1:
        """Let go what nobody waits for any more; False when something is missing."""
        cdef list kept
        if self.deadline_ns < time_ns:
            if not self.look_at(0, INT64_MAX, time_ns):
                return False
        elif self.seen_count < len(self.pending):
            if not self.look_at(self.seen_count, self.deadline_ns, time_ns):
                return False
        if self.older:
            kept = []
            for each in self.older:
                if self.holds_any(each[1]):
                    kept.append(each)
            self.older = kept
        return True

    cdef bint holds_any(self, tuple events) except -1:
        """Whether any of these events is pending."""
        cdef Py_ssize_t at
        for event in events:
            for at in range(len(self.pending) - 1, -1, -1):
                if self.pending[at] is event or self.pending[at] == event:
                    return True
        return False

    cdef bint look_at(self, Py_ssize_t begin, int64_t deadline_ns, int64_t time_ns) except -1:
        """Keep of what is pending, from a place on, what may still be recorded.

        False, and nothing is changed, when something of it is missing.
        """
        cdef list waiting = []
        cdef const record_t* emitted
        cdef int64_t last_ns, answer_ns
        cdef Py_ssize_t at
        cdef tuple key
        cdef Event event
        for at in range(begin, len(self.pending)):
            event = self.pending[at]
            emitted = &event.record
            key = (emitted.request_id, emitted.port)
            if key in self.resets or key in self.forgotten:
                continue
            answer_ns = self.answer_ns.get(key, 0)
            last_ns = max(time_after(emitted.time_ns, self.late_ns), answer_ns)
            if last_ns >= time_ns and key not in self.unanswered:
                waiting.append(event)
                deadline_ns = min(deadline_ns, last_ns)
            elif emitted.kind != KIND_COMPLETION and (
                emitted.request_id or self.is_owed(emitted.code)
            ):
                return False
        if len(waiting) < len(self.pending) - begin:
            self.pending[begin:] = waiting
        self.seen_count = len(self.pending)
        self.deadline_ns = deadline_ns
        return True

    cdef bint find(self, Event event) except -1:
        """Find a recorded output among those that the device has emitted."""
        cdef const record_t* record = &event.record
        cdef const record_t* expected
        cdef Event request
        cdef Py_ssize_t place = 0
        cdef Py_ssize_t count = len(self.pending)
        if record.kind == KIND_COMPLETION:
            while place < count and not is_same_kind(&(<Event>self.pending[place]).record, record):
                place += 1
            if place == count:
                return record.flags or record.status == self.provisional_status
            if (<Event>self.pending[place]).record.status != record.status:
                return False
            self.take_off(place)
            return True
        request = self.recording.request_of(event) if record.request_id else None
        if request is not None and request.record.extras is not NULL:
            if self.session in (request.fields or {}):
                return False
        while place < count:
            expected = &(<Event>self.pending[place]).record
            if is_same_kind(expected, record) and self.shows(event, <Event>self.pending[place]):
                break
            place += 1
        if place == count:
            return False
        if (
            request is not None and request.record.kind == KIND_QUERY
            and record.time_ns > time_after(request.record.time_ns, self.local_answer_ns)
            and request.record.code not in self.searches
        ):
            return False
        self.take_off(place)
        self.is_silent = False
        return True

    cdef int take_off(self, Py_ssize_t place) except -1:
        """Take an output that is recorded off what is pending."""
        del self.pending[place]
        if place < self.seen_count:
            self.seen_count -= 1
        return 0

    cdef bint shows(self, Event event, Event emitted) except -1:
        """Whether an indication of the device is as a recorded one of its kind shows it."""
        cdef const record_t* record = &event.record
        cdef const record_t* expected = &emitted.record
        cdef bint is_same
        cdef tuple key
        if not record.payload_size or not expected.payload_size:
            return not self.differences(event, emitted)
        if (
            record.name_space == expected.name_space
            and record.payload_size == expected.payload_size
            and memcmp(record.payload, expected.payload, record.payload_size) == 0
        ):
            return True
        if record.payload_size + expected.payload_size > SAME_SIZE_MAX:
            return not self.differences(event, emitted)
        key = (
            event._payload, emitted._payload, record.code, record.name_space, expected.name_space,
            record.request_id != 0,
        )
        known = self.same.get(key)
        if known is None:
            is_same = not self.differences(event, emitted)
            if len(self.same) >= SAME_COUNT_MAX:
                self.same.clear()
            self.same[key] = is_same
            return is_same
        return known

    cdef int drive(self, Event event, Py_ssize_t position) except -1:
        """Drive the device of which the digest is over a record."""
        cdef const record_t* record = &event.record
        cdef Engine engine = self.driven
        cdef outputs_t* outputs = &engine.machine.outputs
        cdef uint32_t at
        if record_is_output(record):
            self.compared_count += self.is_counted is None or self.is_counted(event)
        if record_is_input(record):
            delay = self.latencies.get(position)
            if delay is not None:
                engine.submit(<Event>delay)
            engine.submit(event)
        else:
            engine.reach(max(record.time_ns, engine.machine.device.now_ns))
        engine.check_memory()
        for at in range(outputs.head, outputs.count):
            digest_record(&self.digest.value, &outputs.records[at])
        outputs_clear(outputs)
        return 0
