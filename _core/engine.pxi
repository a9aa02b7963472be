# The doors of the engine: a device that takes events and gives events, its snapshots, and the
# state of it in words. The loops over a trace's memory are in replay.pxi.

cdef enum:
    SNAPSHOT_MAGIC = 0x4E535757       # "WWSN"
    SNAPSHOT_HEAD_SIZE = 24
    SAVED_BLOCK_SIZE = 512            # of a saved state, shared with others where it is the same


cdef int check_device(const machine_t* machine) except -1:
    """Refuse a state that no run can reach and whose indices would lead out of its arrays."""
    cdef const device_t* device = &machine.device
    cdef const queue_t* queue = &device.queue
    cdef const pending_t* pending
    cdef uint8_t seen[QUEUE_DEPTH_MAX]
    cdef uint32_t at, place
    cdef bint sound = (
        queue.count <= QUEUE_DEPTH_MAX
        and device.provider_count <= PROVIDER_COUNT_MAX
        and device.preferred_count <= PREFERRED_COUNT_MAX
        and device.provisioned_count <= PROVISIONED_COUNT_MAX
        and device.outcome_count <= OUTCOME_COUNT_MAX
        and device.override_count <= OVERRIDE_COUNT_MAX
        and device.miniport_state <= MINIPORT_REMOVED
        and device.sim_state <= SIM_FAILURE
        and device.slots_used < (<uint32_t>1 << PARAMETER_SLOT_COUNT)
        and (
            device.registered_provider == PROVIDER_NONE
            or device.registered_provider < PROVIDER_COUNT_MAX
        )
        and not (
            registration_state_is_registered(device.register_state)
            and device.registered_provider == PROVIDER_NONE
        )
    )
    memset(seen, 0, QUEUE_DEPTH_MAX)
    if sound:
        for at in range(<uint32_t>QUEUE_DEPTH_MAX):
            place = queue.heap[at].place if at < queue.count else queue.free_places[at]
            if place >= QUEUE_DEPTH_MAX or seen[place]:
                sound = False
                break
            seen[place] = 1
    if sound:
        for at in range(queue.count):
            pending = &queue.entries[queue.heap[at].place]
            if (
                not pending_is_sound(pending)
                or pending.port >= machine.profile.port_count or pending.slot < -1
                or pending.slot >= PARAMETER_SLOT_COUNT
                or pending.parameter_size > PARAMETER_SIZE_MAX
                or pending.due_ns != queue.heap[at].due_ns or pending.due_ns < device.now_ns
                or (at and entry_before(&queue.heap[at], &queue.heap[(at - 1) >> 1]))
            ):
                sound = False
    for at in range(<uint32_t>SESSION_COUNT_MAX):
        sound = sound and device.sessions[at].service < SERVICE_COUNT_MAX
    for at in range(<uint32_t>PORT_COUNT_MAX):
        for place in range(<uint32_t>CONTEXT_COUNT_MAX):
            sound = sound and device.ports[at].contexts[place].pco.size <= WWAN_PCO_OCT_BUF_LEN
        sound = sound and device.ports[at].network_pco.size <= WWAN_PCO_OCT_BUF_LEN
    if not sound:
        raise InputError("snapshot: its state is inconsistent; it cannot be restored")
    return 0


#: In place of a seed: whoever makes the engine writes its state.
_STATE_FOLLOWS = object()


cdef machine_t* machine_without_state(const profile_t* profile) noexcept:
    """Room for a machine, of which all but device and parameters is as at the beginning."""
    cdef machine_t* machine = <machine_t*>take_memory(sizeof(machine_t))
    if machine is not NULL:
        memset(&machine.outputs, 0, sizeof(outputs_t))
        memset(&machine.work, 0, sizeof(work_t))
        machine.profile = profile
        machine.begun = draw_begin(0)
        machine.begun_seed = 0
        machine.optional_services = 0
        machine.optional_services_known = 0
    return machine


@cython.final
cdef class Engine:
    """One emulated device: a pure function of profile, seed and the inputs it is given.

    Not for use by two threads at once; any number of engines may run side by side. A device that
    lost an output for want of memory raises MemoryError from then on, so that no incomplete output
    passes for a whole one; restore() makes it usable again.
    """
    cdef machine_t* machine
    cdef Profile profile_data
    cdef tuple saved                  # the blocks of the last save

    def __cinit__(self, Profile profile not None, seed=0):
        if seed is _STATE_FOLLOWS:
            self.machine = machine_without_state(&profile.data)
            if self.machine is NULL:
                raise MemoryError
            self.profile_data = profile
            return
        if not isinstance(seed, int) or seed < 0 or seed > UINT64_MAX:
            raise UsageError(f"the seed must be a whole number of 64 bits, not {seed!r}")
        self.machine = <machine_t*>take_zeroed(1, sizeof(machine_t))
        if self.machine is NULL:
            raise MemoryError
        self.profile_data = profile
        self.machine.profile = &profile.data
        self.machine.begun = draw_begin(seed)
        self.machine.begun_seed = seed
        device_reset(self.machine, seed)

    def __dealloc__(self):
        if self.machine is not NULL:
            give_memory(self.machine.outputs.records)
            give_memory(self.machine.outputs.octets)
            give_memory(self.machine)

    cdef int check_memory(self) except -1:
        if self.machine.outputs.failed:
            raise MemoryError
        return 0

    cdef int reach(self, int64_t time_ns) except -1:
        """Let it be `time_ns`, looking at signals on the way."""
        cdef int result = WORK_PAUSED
        while result == WORK_PAUSED:
            with nogil:
                result = device_advance(self.machine, time_ns)
            self.check_memory()
            self.check_work(result, "")
        return 0

    cdef int check_work(self, int result, str place) except -1:
        """Raise what a device on its way met: a signal's KeyboardInterrupt, or LimitError."""
        if result == WORK_PAUSED:
            try:
                PyErr_CheckSignals()
            except BaseException:
                self.machine.work.steps = 0
                raise
        elif result == FAILURE_WORK:
            raise_work_limit(self.machine, place)
        return 0

    def submit(self, Event event not None):
        """Let virtual time reach the event, then take it: a request, cancel, stimulus or lifecycle.

        UsageError when the event is not an input or lies before the present time. LimitError when
        the device would do more on the way than docs/limits.md allows; it stands where it got to,
        and the event was not taken.
        """
        cdef record_t* record = &event.record
        if not record_is_input(record):
            raise UsageError(f"a device takes no {event.kind.name}; only inputs")
        if record.time_ns < self.machine.device.now_ns:
            raise UsageError(
                f"the event is at {record.time_ns} ns, but the device is at "
                f"{self.machine.device.now_ns} ns already"
            )
        self.take(record)

    cdef int take(self, const record_t* record) except -1:
        """Let virtual time reach an input that does not lie before the present, then take it."""
        cdef int result
        with nogil:
            result = device_advance(self.machine, record.time_ns)
            if result == RESULT_OK:
                result = device_take(self.machine, record)
        if result != RESULT_OK:
            self.check_work(result, "")
            self.reach(record.time_ns)
            self.check_work(device_take(self.machine, record), "")
        return self.check_memory()

    def advance(self, time_ns):
        """Let virtual time reach `time_ns`: everything due until then happens.

        LimitError when that is more than docs/limits.md allows. The device then stands where it
        got to, as it does after an interrupt; drain() gives its outputs on the way.
        """
        cdef int64_t until_ns
        if not isinstance(time_ns, int) or not INT64_MIN <= time_ns <= INT64_MAX:
            raise UsageError(f"a time is from 0 to {INT64_MAX} ns, not {shown(time_ns)}")
        until_ns = time_ns
        if until_ns < self.machine.device.now_ns:
            raise UsageError(
                f"time cannot go back from {self.machine.device.now_ns} ns to {until_ns} ns"
            )
        self.reach(until_ns)

    def drain(self):
        """Take the outputs of the device since the last call: completions and indications."""
        cdef outputs_t* outputs = &self.machine.outputs
        self.check_memory()
        cdef list events = events_of(outputs)
        outputs_clear(outputs)
        return events

    @property
    def now_ns(self):
        """Present virtual time."""
        return self.machine.device.now_ns

    @property
    def next_due_ns(self):
        """When the device will next do something by itself, or None."""
        if not self.machine.device.queue.count:
            return None
        return queue_due(&self.machine.device.queue)

    @property
    def seed(self):
        """The seed of the generator."""
        return self.machine.device.seed

    @property
    def profile(self):
        """The profile this device was made from."""
        return self.profile_data

    def snapshot(self):
        """The whole state as bytes with a version; undrained outputs are not in it."""
        self.check_memory()
        return self.packed_state()

    cdef bytes packed_state(self):
        cdef uint8_t head[SNAPSHOT_HEAD_SIZE]
        cdef int slot
        put32(head, SNAPSHOT_MAGIC)
        put32(head + 4, SNAPSHOT_VERSION)
        put32(head + 8, MODEL_VERSION)
        put32(head + 12, <uint32_t>sizeof(device_t))
        put64(head + 16, 0)
        parts = [
            (<const char*>head)[:SNAPSHOT_HEAD_SIZE],
            (<const char*>&self.machine.device)[:sizeof(device_t)],
        ]
        for slot in range(PARAMETER_SLOT_COUNT):
            if (self.machine.device.slots_used >> slot) & 1:
                parts.append((<const char*>self.machine.parameters[slot])[:PARAMETER_SIZE_MAX])
        return b"".join(parts)

    def restore(self, snapshot):
        """Take a state that snapshot() gave; undrained outputs are forgotten.

        InputError when it is of another version or damaged; the device is then as it was.
        """
        cdef bytes octets = bytes(snapshot)
        cdef const uint8_t* at = <const uint8_t*>octets
        cdef size_t size = len(octets)
        cdef bytes before = self.packed_state()
        if size < SNAPSHOT_HEAD_SIZE + sizeof(device_t) or get32(at) != SNAPSHOT_MAGIC:
            raise InputError(f"snapshot: {size} bytes are not one of this engine")
        if get32(at + 4) != SNAPSHOT_VERSION or get32(at + 8) != MODEL_VERSION:
            raise InputError(
                f"snapshot: of version {get32(at + 4)}, model {get32(at + 8)}; this engine takes "
                f"version {SNAPSHOT_VERSION}, model {MODEL_VERSION}"
            )
        if get32(at + 12) != sizeof(device_t):
            raise InputError("snapshot: of another build of the model; it cannot be restored")
        try:
            self.load(octets)
        except InputError:
            self.load(before)
            raise
        outputs_clear(&self.machine.outputs)
        self.machine.outputs.failed = 0

    cdef int load(self, bytes octets) except -1:
        cdef const uint8_t* at = <const uint8_t*>octets + SNAPSHOT_HEAD_SIZE
        cdef const uint8_t* end = <const uint8_t*>octets + <size_t>len(octets)
        cdef int slot
        memcpy(&self.machine.device, at, sizeof(device_t))
        at += sizeof(device_t)
        check_device(self.machine)
        for slot in range(PARAMETER_SLOT_COUNT):
            if (self.machine.device.slots_used >> slot) & 1:
                if end - at < PARAMETER_SIZE_MAX:
                    raise InputError("snapshot: cut off within its request buffers")
                memcpy(self.machine.parameters[slot], at, PARAMETER_SIZE_MAX)
                at += PARAMETER_SIZE_MAX
        if at != end:
            raise InputError("snapshot: has bytes behind its end")
        return 0

    def copy(self, *, outputs=False):
        """Another device in the same state, with the same profile.

        Undrained outputs stay with this one; with `outputs` the other has them too.
        """
        self.check_memory()
        cdef Engine other = Engine(self.profile_data, _STATE_FOLLOWS)
        other.saved = self.saved
        other.machine.device = self.machine.device
        memcpy(other.machine.parameters, self.machine.parameters, sizeof(self.machine.parameters))
        if outputs:
            outputs_copy(other.machine, &self.machine.outputs)
            other.check_memory()
        return other

    def save(self):
        """The present state, to be copied from later; undrained outputs are not in it.

        It shares the memory of what has not changed since the save before, or since the save that
        this engine was copied from: some 4 kB are held for each.
        """
        return self.save_of(&self.machine.device)

    cdef SavedEngine save_of(self, const device_t* device):
        """A save of the present state or of one since which no input was taken."""
        cdef SavedEngine other = SavedEngine.__new__(SavedEngine)
        cdef const uint8_t* state = <const uint8_t*>device
        cdef list blocks = []
        cdef size_t at = 0
        cdef uint32_t slot
        while at < sizeof(device_t):
            blocks.append(
                self.block(len(blocks), state + at, min(SAVED_BLOCK_SIZE, sizeof(device_t) - at))
            )
            at += SAVED_BLOCK_SIZE
        for slot in range(<uint32_t>PARAMETER_SLOT_COUNT):
            if (device.slots_used >> slot) & 1:
                blocks.append(
                    self.block(len(blocks), self.machine.parameters[slot], PARAMETER_SIZE_MAX)
                )
        other.profile_data = self.profile_data
        other.blocks = self.saved = tuple(blocks)
        other.device_time_ns = device.now_ns
        return other

    cdef bytes block(self, size_t place, const uint8_t* at, size_t size):
        """A block of a save: that of the last one where it is the same."""
        cdef bytes last
        if self.saved is not None and place < <size_t>len(self.saved):
            last = <bytes>self.saved[place]
            if <size_t>len(last) == size and memcmp(<const char*>last, at, size) == 0:
                return last
        return (<const char*>at)[:size]

    def same_state(self, Engine other not None):
        """Whether both devices are in the same state, the numbering of queued things aside."""
        return is_same_state(self.machine, other.machine)

    def adopt(self, Event event not None):
        """Set the state that a recorded completion or indication witnesses.

        True when the event witnesses something; the device emits nothing for it.
        """
        cdef bint adopted
        with nogil:
            adopted = device_adopt(self.machine, &event.record)
        return adopted

    def forget_transaction(self, request_id, port=0):
        """Drop what is still to follow for a RequestId: a recorded output already closed it.

        True when something was pending.
        """
        cdef queue_t* queue = &self.machine.device.queue
        cdef uint32_t at = 0
        cdef pending_t pending
        cdef bint found = False
        while at < queue.count:
            pending = queue.entries[queue.heap[at].place]
            if (
                pending.action != ACTION_TIMER and pending.request_id == request_id
                and pending.port == port
            ):
                queue_remove(queue, at)
                slot_give_back(self.machine, pending.slot)
                found = True
                at = 0
            else:
                at += 1
        return found

    def state(self):
        """The device's state in words and numbers, for reports."""
        return describe_state(self.machine)


@cython.final
cdef class SavedEngine:
    """The state of an engine at one moment; `copy` gives an engine in it. Made by Engine.save()."""
    cdef Profile profile_data
    cdef tuple blocks
    cdef int64_t device_time_ns

    def __cinit__(self):
        self.blocks = ()

    def copy(self):
        """A device in this state."""
        cdef Engine other
        cdef uint8_t* state
        cdef size_t at = 0
        cdef Py_ssize_t place = 0
        cdef uint32_t slot
        cdef bytes block
        if not self.blocks:
            raise UsageError("a saved engine is made by Engine.save()")
        other = Engine(self.profile_data, _STATE_FOLLOWS)
        state = <uint8_t*>&other.machine.device
        memset(other.machine.parameters, 0, sizeof(other.machine.parameters))
        while at < sizeof(device_t):
            block = <bytes>self.blocks[place]
            memcpy(state + at, <const char*>block, len(block))
            at += SAVED_BLOCK_SIZE
            place += 1
        for slot in range(<uint32_t>PARAMETER_SLOT_COUNT):
            if (other.machine.device.slots_used >> slot) & 1:
                block = <bytes>self.blocks[place]
                memcpy(other.machine.parameters[slot], <const char*>block, len(block))
                place += 1
        other.saved = self.blocks
        return other

    def own_size(self, SavedEngine before):
        """Bytes of state that are not shared with another one; all of them without one."""
        cdef set shared = set() if before is None else {id(block) for block in before.blocks}
        return sum(len(block) for block in self.blocks if id(block) not in shared)

    @property
    def now_ns(self):
        """Virtual time of the state."""
        return self.device_time_ns


cdef inline void outputs_clear(outputs_t* outputs) noexcept nogil:
    outputs.head = 0
    outputs.count = 0
    outputs.octets_size = 0


cdef void outputs_copy(machine_t* machine, const outputs_t* outputs) noexcept nogil:
    """Append undrained outputs to those of another machine."""
    cdef const record_t* source
    cdef record_t* record
    cdef const uint8_t* payload
    cdef uint8_t* room
    cdef uint32_t at
    for at in range(outputs.head, outputs.count):
        source = &outputs.records[at]
        room = emit_begin(machine, source.payload_size)
        if room is NULL:
            return
        if source.payload_size:
            memcpy(room, source.payload, source.payload_size)
        record = emit_record(machine, source.kind, source.payload_size)
        if record is NULL:
            return
        payload = record.payload
        record[0] = source[0]
        record.payload = payload


cdef inline int device_take(machine_t* machine, const record_t* event) noexcept nogil:
    """Take one input at the present time, if there is room for its outputs."""
    cdef uint32_t waiting = machine.outputs.count - machine.outputs.head
    if waiting >= OUTPUT_COUNT_MAX:
        return device_exceeds_limit(machine, LIMIT_OUTPUTS, waiting + 1)
    device_input(machine, event)
    return RESULT_OK


cdef int raise_work_limit(const machine_t* machine, str place) except -1:
    """Raise the LimitError of a device that would do too much; `place` ends in a colon and space.
    """
    cdef uint32_t limit = machine.work.limit
    if limit == LIMIT_ADVANCE:
        raise LimitError(
            f"{place}seconds of one wait in which the device acts (ADVANCE_S_MAX)",
            machine.work.exceeded, ADVANCE_S_MAX,
        )
    if limit == LIMIT_STEPS:
        raise LimitError(
            f"{place}steps of the device on the way to one moment (STEP_COUNT_MAX)",
            machine.work.exceeded, STEP_COUNT_MAX,
        )
    raise LimitError(
        f"{place}outputs of the device that nothing has taken (OUTPUT_COUNT_MAX)",
        machine.work.exceeded, OUTPUT_COUNT_MAX,
    )


cdef inline bint record_is_input(const record_t* record) noexcept nogil:
    """Whether a record drives a device."""
    return record.kind <= KIND_CANCEL or (
        record.kind == KIND_STIMULUS or record.kind == KIND_LIFECYCLE
    )


cdef inline bint record_is_output(const record_t* record) noexcept nogil:
    """Whether a record is an output of a device."""
    return record.kind == KIND_COMPLETION or record.kind == KIND_INDICATION


def model_version():
    """Version of the device model: raised by every change of behaviour."""
    return MODEL_VERSION


def core_limits():
    """The named limits of the engine, by name."""
    return {
        "QUEUE_DEPTH_MAX": QUEUE_DEPTH_MAX,
        "QUEUE_REQUEST_DEPTH_MAX": QUEUE_REQUEST_DEPTH_MAX,
        "PARAMETER_SLOT_COUNT": PARAMETER_SLOT_COUNT,
        "PARAMETER_SIZE_MAX": PARAMETER_SIZE_MAX,
        "PORT_COUNT_MAX": PORT_COUNT_MAX,
        "CONTEXT_COUNT_MAX": CONTEXT_COUNT_MAX,
        "SERVICE_DATA_SIZE_MAX": SERVICE_DATA_SIZE_MAX,
        "PAYLOAD_SIZE_MAX": PAYLOAD_SIZE_MAX,
        "CHUNK_SIZE_MAX": CHUNK_SIZE_MAX,
        "NESTING_DEPTH_MAX": NESTING_DEPTH_MAX,
        "OUTPUT_COUNT_MAX": OUTPUT_COUNT_MAX,
        "STEP_COUNT_MAX": STEP_COUNT_MAX,
        "ADVANCE_S_MAX": ADVANCE_S_MAX,
        "STEPS_PER_CHECK": STEPS_PER_CHECK,
    }
