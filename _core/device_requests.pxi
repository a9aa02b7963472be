# Requests: which OIDs there are, what is refused at once, what is accepted and when it ends.

# OIDs: one row each, made of the protocol's rows (protocol/engine_table.py).

cdef enum:
    INPUT_COUNT_MAX = 6


cdef enum AnswerMode:
    MODE_NONE = 0
    MODE_SYNC = 1
    MODE_ASYNC = 2


# Which earlier sets a set does not overtake; the names are those of SET_ORDERS in
# protocol/schema.py.
cdef enum SetOrder:
    ORDER_OID = 0
    ORDER_DEVICE = 1
    ORDER_CONTEXT = 2


ctypedef uint32_t (*start_t)(machine_t*, const record_t*, pending_t*) noexcept nogil
ctypedef void (*finish_t)(machine_t*, const pending_t*) noexcept nogil
ctypedef bint (*offered_t)(const machine_t*) noexcept nogil
ctypedef void (*answer_t)(machine_t*, const record_t*, const pending_t*) noexcept nogil


# How one operation of an OID is answered, and what it may carry.
ctypedef struct operation_row_t:
    uint32_t mode                     # AnswerMode
    uint32_t input_optional           # it may come without its input structure
    uint32_t outcome_applies          # an ordered outcome can end it
    uint32_t input_count
    uint32_t revisions[INPUT_COUNT_MAX]
    uint32_t sizes[INPUT_COUNT_MAX]
    uint32_t since[INPUT_COUNT_MAX]   # place of the first release that has it
    offered_t offered                 # whether a device has the operation; NULL: every one
    answer_t answer                   # of a synchronous operation
    start_t start                     # checks the data of an asynchronous one; NULL: none to check
    finish_t finish                   # ends it
    finish_t abandon                  # takes back what start began; NULL: nothing to take back


ctypedef struct oid_row_t:
    uint32_t oid                      # 0: not of the model
    uint32_t introduced               # place of the first release that has it
    uint32_t set_order                # SetOrder
    uint32_t aborted                  # uStatus of an operation that power cuts short
    uint32_t caps                     # only devices with this optional service have it, 0 = all
    uint32_t named                    # only devices whose profile names it have it
    operation_row_t query
    operation_row_t set


cdef oid_row_t OID_ROWS[OID_INDEX_COUNT]

include "engine_oids.pxi"


cdef inline oid_row_t* oid_row(uint32_t oid) noexcept nogil:
    """The row of an OID the model knows, or NULL."""
    cdef int index = oid_index(oid)
    if index < 0 or OID_ROWS[index].oid != oid:
        return NULL
    return &OID_ROWS[index]


cdef inline const operation_row_t* operation_row(const pending_t* pending) noexcept nogil:
    """How the operation of an accepted request is answered."""
    cdef const oid_row_t* row = &OID_ROWS[oid_index(<uint32_t>pending.code)]
    return &row.query if pending.kind == KIND_QUERY else &row.set


cdef void operation_abandon(machine_t* machine, const pending_t* pending) noexcept nogil:
    """Take back what the start of an operation began: it ends before its completion."""
    cdef const operation_row_t* operation = operation_row(pending)
    if operation.abandon is not NULL:
        operation.abandon(machine, pending)


cdef inline bint oid_is_supported(const machine_t* machine, uint32_t oid) noexcept nogil:
    """Whether this profile's supported list has the OID."""
    cdef int index = oid_index(oid)
    if index < 0 or OID_ROWS[index].oid != oid:
        return False
    return (machine.profile.supported[index >> 5] >> (index & 31)) & 1


# Scheduling.

cdef int64_t latency_draw(
    machine_t* machine, const latency_t* latency, uint32_t purpose, uint32_t index
) noexcept nogil:
    """Base plus a jitter drawn for this ordinal of this code, in ns."""
    cdef uint64_t* ordinal = &machine.device.ordinals[purpose][index]
    cdef int64_t delay = latency.base_ns
    if latency.jitter_ns > 0:
        if machine.begun_seed != machine.device.seed:
            machine.begun_seed = machine.device.seed
            machine.begun = draw_begin(machine.begun_seed)
        delay += <int64_t>(
            draw(machine.begun, purpose, index, ordinal[0]) % <uint64_t>latency.jitter_ns
        )
    ordinal[0] += 1
    return delay


cdef void latency_take_override(
    machine_t* machine, uint32_t oid, int64_t* delay_ns, int64_t* completion_delay_ns
) noexcept nogil:
    """Apply a latency stimulus: the first one for this OID, or for all."""
    cdef device_t* device = &machine.device
    cdef uint32_t at
    cdef override_t* order
    for at in range(device.override_count):
        order = &device.overrides[at]
        if order.operation != oid and order.operation != 0:
            continue
        delay_ns[0] = order.delay_ns
        if order.completion_delay_ns >= 0:
            completion_delay_ns[0] = order.completion_delay_ns
        if order.count != UINT32_MAX:
            order.count -= 1
            if order.count == 0:
                device.override_count -= 1
                memmove(order, order + 1, (device.override_count - at) * sizeof(override_t))
        return


cdef void operation_take_outcome(machine_t* machine, pending_t* pending) noexcept nogil:
    """Apply an outcome stimulus to an operation that ends now."""
    cdef device_t* device = &machine.device
    cdef uint32_t at
    cdef outcome_t* order
    if not operation_row(pending).outcome_applies:
        return                            # it reports what is known, without the network
    for at in range(device.outcome_count):
        order = &device.outcomes[at]
        if order.operation != <uint32_t>pending.code:
            continue
        pending.forced = 1
        pending.outcome = order.status
        pending.outcome_cause = order.cause
        if order.count != UINT32_MAX:
            order.count -= 1
            if order.count == 0:
                device.outcome_count -= 1
                memmove(order, order + 1, (device.outcome_count - at) * sizeof(outcome_t))
        return


cdef void timer_schedule(
    machine_t* machine, uint32_t timer, int64_t delay_ns
) noexcept nogil:
    """Let `timer` fire after `delay_ns`."""
    cdef pending_t pending
    memset(&pending, 0, sizeof(pending_t))
    pending.due_ns = time_after(machine.device.now_ns, delay_ns)
    pending.action = ACTION_TIMER
    pending.code = timer
    pending.slot = -1
    pending.cause = -1
    if not queue_push(&machine.device.queue, &pending):
        machine.device.dropped_timers += 1


cdef void timer_cancel(machine_t* machine, uint32_t timer) noexcept nogil:
    """Remove every entry of this timer."""
    cdef queue_t* queue = &machine.device.queue
    cdef uint32_t at = 0
    cdef pending_t* pending
    while at < queue.count:
        pending = &queue.entries[queue.heap[at].place]
        if pending.action == ACTION_TIMER and pending.code == timer:
            queue_remove(queue, at)
            at = 0
        else:
            at += 1


cdef int32_t slot_take(
    machine_t* machine, const uint8_t* octets, uint32_t size
) noexcept nogil:
    """Keep a request's buffer until its operation ends; -1 when there is no room."""
    cdef int32_t slot
    if size > PARAMETER_SIZE_MAX:
        return -1
    for slot in range(PARAMETER_SLOT_COUNT):
        if not (machine.device.slots_used >> slot) & 1:
            machine.device.slots_used |= 1u << slot
            if size:
                memcpy(machine.parameters[slot], octets, size)
            return slot
    return -1


cdef inline uint8_t* slot_buffer(
    machine_t* machine, const pending_t* pending
) noexcept nogil:
    """The buffer that a request's slot_take kept."""
    return machine.parameters[pending.slot if pending.slot >= 0 else 0]


cdef inline void slot_give_back(machine_t* machine, int32_t slot) noexcept nogil:
    if slot >= 0:
        machine.device.slots_used &= ~(1u << slot)


# Requests.

cdef void request_complete(
    machine_t* machine, const pending_t* pending, uint32_t status, uint32_t octets
) noexcept nogil:
    """Complete a request at once without data."""
    if emit_begin(machine, 0) is not NULL:
        emit_completion(machine, pending, status, octets, 0)


cdef uint32_t request_miniport_refusal(const machine_t* machine, uint32_t oid) noexcept nogil:
    """The NDIS status with which power or presence refuse a request; NDIS_STATUS_SUCCESS if none
    does.
    """
    cdef const device_t* device = &machine.device
    if device.miniport_state == MINIPORT_REMOVED:
        return NDIS_STATUS_ADAPTER_REMOVED
    if device.miniport_state == MINIPORT_HALTED:
        return NDIS_STATUS_ADAPTER_NOT_READY
    if oid == OID_PNP_SET_POWER or oid == OID_PNP_QUERY_POWER:
        return NDIS_STATUS_SUCCESS
    if device.power_state != NdisDeviceStateD0:
        return NDIS_STATUS_LOW_POWER_STATE
    return NDIS_STATUS_SUCCESS


cdef uint32_t request_input_refusal(
    const machine_t* machine, const record_t* request, const operation_row_t* operation,
    uint32_t* needed
) noexcept nogil:
    """Check a buffer's NDIS_OBJECT_HEADER against the structures that the operation takes, those
    of the device's release and of earlier ones.

    The NDIS status of the refusal, and the bytes needed; NDIS_STATUS_SUCCESS when it is sound. An
    operation whose structures are all newer takes none: there is no such set, and a query is one
    without.
    """
    cdef uint32_t at, size, revision
    cdef uint32_t smallest = 0
    cdef bint revision_known = False
    for at in range(operation.input_count):
        if operation.since[at] <= machine.profile.release and (
            smallest == 0 or operation.sizes[at] < smallest
        ):
            smallest = operation.sizes[at]
    if smallest == 0:
        return (
            NDIS_STATUS_SUCCESS if request.kind == KIND_QUERY else NDIS_STATUS_NOT_SUPPORTED
        )
    if request.payload_size == 0 and operation.input_optional:
        return NDIS_STATUS_SUCCESS
    if request.payload_size < NDIS_OBJECT_HEADER_L1_SIZE:
        needed[0] = smallest
        return NDIS_STATUS_INVALID_LENGTH
    if request.payload[NDIS_OBJECT_HEADER_L1_Type] != NDIS_OBJECT_TYPE_DEFAULT:
        return NDIS_STATUS_INVALID_DATA
    revision = header_revision(request.payload)
    size = header_size(request.payload)
    for at in range(operation.input_count):
        if operation.revisions[at] != revision or operation.since[at] > machine.profile.release:
            continue
        revision_known = True
        if operation.sizes[at] == size:
            if request.payload_size < size:
                needed[0] = size
                return NDIS_STATUS_INVALID_LENGTH
            return NDIS_STATUS_SUCCESS
        needed[0] = operation.sizes[at]
    return NDIS_STATUS_INVALID_LENGTH if revision_known else NDIS_STATUS_UNSUPPORTED_REVISION


cdef uint32_t request_refusal(
    const machine_t* machine, const record_t* request, const oid_row_t* row, uint32_t* needed
) noexcept nogil:
    """Why this request fails at once: port, operation, input. NDIS_STATUS_SUCCESS if it does
    not.
    """
    cdef const operation_row_t* operation
    if request.port >= machine.profile.port_count:
        return NDIS_STATUS_INVALID_PORT
    if row is NULL or not oid_is_supported(machine, <uint32_t>request.code):
        return NDIS_STATUS_NOT_SUPPORTED
    if request.kind == KIND_QUERY:
        operation = &row.query
    elif request.kind == KIND_SET:
        operation = &row.set
    else:
        return NDIS_STATUS_NOT_SUPPORTED
    if operation.mode == MODE_NONE or (
        operation.offered is not NULL and not operation.offered(machine)
    ):
        return NDIS_STATUS_NOT_SUPPORTED
    if operation.input_count == 0:
        return NDIS_STATUS_SUCCESS
    return request_input_refusal(machine, request, operation, needed)


cdef inline uint32_t oid_set_order(uint64_t code) noexcept nogil:
    """The SetOrder of an OID."""
    cdef const oid_row_t* row = oid_row(<uint32_t>code) if code <= UINT32_MAX else NULL
    return ORDER_OID if row is NULL else row.set_order


cdef bint request_follows(const pending_t* pending, const pending_t* earlier) noexcept nogil:
    """Whether a set ends after this earlier one."""
    cdef uint32_t order = oid_set_order(pending.code)
    if earlier.kind != KIND_SET:
        return False
    if order == ORDER_DEVICE:
        return oid_set_order(earlier.code) == ORDER_DEVICE
    if earlier.code != pending.code:
        return False
    if order == ORDER_CONTEXT:
        return connect_sets_are_in_order(pending, earlier)
    return True


cdef void request_keep_set_order(machine_t* machine, pending_t* pending) noexcept nogil:
    """Let a set end after every earlier set that it must not overtake."""
    cdef queue_t* queue = &machine.device.queue
    cdef pending_t* earlier
    cdef int64_t end_ns
    cdef uint32_t at
    if pending.kind != KIND_SET:
        return
    for at in range(queue.count):
        earlier = &queue.entries[queue.heap[at].place]
        if not request_follows(pending, earlier):
            continue
        end_ns = earlier.due_ns
        if earlier.action == ACTION_COMPLETE:
            if pending.due_ns < earlier.due_ns:
                pending.due_ns = earlier.due_ns
            end_ns = time_after(end_ns, earlier.delay_ns)
        elif earlier.action != ACTION_OPERATION:
            continue
        if time_after(pending.due_ns, pending.delay_ns) < end_ns:
            pending.delay_ns = end_ns - pending.due_ns


cdef void request_accept(
    machine_t* machine, pending_t* pending, const oid_row_t* row
) noexcept nogil:
    """Queue the provisional completion; the operation's end follows it."""
    cdef int index = oid_index(row.oid)
    cdef int64_t delay
    cdef int64_t completion_delay = latency_draw(
        machine, &machine.profile.completion_latency, PURPOSE_COMPLETION, index
    )
    cdef const latency_t* latency = &machine.profile.latencies[index]
    if pending.kind == KIND_QUERY:
        latency = &machine.profile.query_latencies[index]
    delay = latency_draw(machine, latency, PURPOSE_LATENCY, index)
    latency_take_override(machine, row.oid, &delay, &completion_delay)
    pending.action = ACTION_COMPLETE
    pending.status = NDIS_STATUS_INDICATION_REQUIRED
    pending.delay_ns = delay
    pending.due_ns = time_after(machine.device.now_ns, completion_delay)
    request_keep_set_order(machine, pending)
    queue_push(&machine.device.queue, pending)


cdef inline void pending_begin(pending_t* pending, const record_t* request) noexcept nogil:
    """What a request begins: of the rest nothing is known yet."""
    pending.due_ns = 0
    pending.sequence = 0
    pending.delay_ns = 0
    pending.action = 0
    pending.status = 0
    pending.parameter_size = 0
    pending.outcome = 0
    pending.outcome_cause = 0
    pending.forced = 0
    pending.argument.words[0] = 0
    pending.argument.words[1] = 0
    pending.argument.words[2] = 0
    pending.argument.words[3] = 0
    pending.kind = request.kind
    pending.request_id = request.request_id
    pending.handle = request.handle
    pending.port = request.port
    pending.capacity = request.capacity
    pending.cause = request.index
    pending.slot = -1


cdef void device_request(machine_t* machine, const record_t* request) noexcept nogil:
    """Take a query, set or method: complete it at once, or accept it and queue the rest."""
    cdef pending_t pending
    cdef uint32_t oid = <uint32_t>request.code
    cdef const oid_row_t* row = oid_row(oid)
    cdef const operation_row_t* operation
    cdef uint32_t refusal
    cdef uint32_t needed = 0
    pending_begin(&pending, request)
    pending.code = oid
    refusal = request_miniport_refusal(machine, oid)
    if refusal == NDIS_STATUS_SUCCESS:
        refusal = request_refusal(machine, request, row, &needed)
    if refusal != NDIS_STATUS_SUCCESS:
        request_complete(machine, &pending, refusal, needed)
        return
    operation = operation_row(&pending)
    if operation.mode == MODE_SYNC:
        operation.answer(machine, request, &pending)
        return
    if machine.device.queue.count >= QUEUE_REQUEST_DEPTH_MAX or pending.request_id == 0:
        request_complete(
            machine, &pending,
            NDIS_STATUS_INVALID_PARAMETER if pending.request_id == 0 else NDIS_STATUS_RESOURCES, 0,
        )
        return
    refusal = NDIS_STATUS_INDICATION_REQUIRED
    if operation.start is not NULL:
        refusal = operation.start(machine, request, &pending)
    if refusal != NDIS_STATUS_INDICATION_REQUIRED:
        slot_give_back(machine, pending.slot)
        request_complete(machine, &pending, refusal, 0)
        return
    request_accept(machine, &pending, row)


cdef void request_complete_with_data(
    machine_t* machine, const pending_t* pending, uint32_t size
) noexcept nogil:
    """Complete a synchronous query with the room that emit_begin gave, if the host's buffer takes
    it.
    """
    if pending.capacity < size:
        request_complete(machine, pending, NDIS_STATUS_BUFFER_TOO_SHORT, size)
    else:
        emit_completion(machine, pending, NDIS_STATUS_SUCCESS, size, size)


cdef void device_cancel(machine_t* machine, const record_t* request) noexcept nogil:
    """Abort the requests with this RequestId that have not been completed yet.

    All of them, in the order in which they would have been completed, whatever their OID: a cancel
    knows no more than the id. A request that was completed provisionally is no longer the host's to
    cancel: its operation goes on and its transactional indication follows. MBIM has ids of its own.
    """
    cdef queue_t* queue = &machine.device.queue
    cdef uint32_t action = (
        ACTION_ANSWER if request.name_space == NAMESPACE_MBIM else ACTION_COMPLETE
    )
    cdef pending_t* entry
    cdef pending_t pending
    cdef uint32_t at, first
    while True:
        first = queue.count
        for at in range(queue.count):
            entry = &queue.entries[queue.heap[at].place]
            if (
                entry.request_id == request.request_id and entry.port == request.port
                and entry.action == action
                and (first == queue.count or entry_before(&queue.heap[at], &queue.heap[first]))
            ):
                first = at
        if first == queue.count:
            return
        pending = queue.entries[queue.heap[first].place]
        queue_remove(queue, first)
        if action == ACTION_COMPLETE:
            operation_abandon(machine, &pending)
        slot_give_back(machine, pending.slot)
        request_complete(
            machine, &pending,
            MBIM_STATUS_FAILURE if action == ACTION_ANSWER else NDIS_STATUS_REQUEST_ABORTED, 0,
        )


cdef void device_fire(machine_t* machine) noexcept nogil:
    """Do the first thing in the queue, at its due time."""
    cdef queue_t* queue = &machine.device.queue
    cdef pending_t* first = &queue.entries[queue.heap[0].place]
    cdef pending_t pending
    machine.device.now_ns = first.due_ns
    if first.action == ACTION_COMPLETE:
        request_complete(machine, first, first.status, 0)
        first.action = ACTION_OPERATION
        queue_put_off(queue, time_after(first.due_ns, first.delay_ns))
        return
    queue_pop(queue, &pending)
    if pending.action == ACTION_OPERATION:
        operation_take_outcome(machine, &pending)
        operation_row(&pending).finish(machine, &pending)
        slot_give_back(machine, pending.slot)
    elif pending.action == ACTION_ANSWER:
        mbim_answer(machine, &pending)
        slot_give_back(machine, pending.slot)
    else:
        TIMER_ROWS[pending.code](machine)


cdef uint64_t ADVANCE_NS_MAX = <uint64_t>ADVANCE_S_MAX * <uint64_t>NANOSECONDS_PER_SECOND


cdef int device_exceeds_limit(machine_t* machine, uint32_t limit, uint64_t value) noexcept nogil:
    machine.work.limit = limit
    machine.work.exceeded = value
    machine.work.steps = 0
    return FAILURE_WORK


cdef int device_work(
    machine_t* machine, int64_t time_ns, uint32_t outputs_max
) noexcept nogil:
    """Fire what is due at or before `time_ns`, as long as there are fewer outputs than that.

    RESULT_OK; WORK_PAUSED when it has to be called again for the rest; or FAILURE_WORK.
    """
    cdef outputs_t* outputs = &machine.outputs
    cdef work_t* work = &machine.work
    cdef uint32_t left = STEPS_PER_CHECK
    cdef uint64_t wait_ns = <uint64_t>time_ns - <uint64_t>machine.device.now_ns
    if wait_ns > ADVANCE_NS_MAX:
        return device_exceeds_limit(
            machine, LIMIT_ADVANCE, wait_ns // <uint64_t>NANOSECONDS_PER_SECOND
        )
    while (
        queue_is_due(&machine.device.queue, time_ns)
        and outputs.count - outputs.head < outputs_max
    ):
        if work.steps >= STEP_COUNT_MAX:
            return device_exceeds_limit(machine, LIMIT_STEPS, work.steps + 1)
        if left == 0:
            return WORK_PAUSED
        left -= 1
        work.steps += 1
        device_fire(machine)
        if outputs.failed:
            break
    work.steps = 0
    return RESULT_OK


cdef inline int device_advance(machine_t* machine, int64_t time_ns) noexcept nogil:
    """Fire everything due at or before `time_ns`, then let it be that time.

    RESULT_OK; WORK_PAUSED when it has to be called again for the rest; or FAILURE_WORK: the device
    then stands where it got to, with its outputs on the way.
    """
    cdef int result
    if queue_is_due(&machine.device.queue, time_ns):
        result = device_work(machine, time_ns, OUTPUT_COUNT_MAX)
        if result != RESULT_OK:
            return result
        if queue_is_due(&machine.device.queue, time_ns) and not machine.outputs.failed:
            return device_exceeds_limit(
                machine, LIMIT_OUTPUTS, machine.outputs.count - machine.outputs.head + 1
            )
    machine.device.now_ns = time_ns
    return RESULT_OK


cdef void device_input(machine_t* machine, const record_t* event) noexcept nogil:
    """Take one input at the present time."""
    if event.name_space == NAMESPACE_MBIM:
        mbim_request(machine, event)
    elif event.kind == KIND_QUERY or event.kind == KIND_SET or event.kind == KIND_METHOD:
        device_request(machine, event)
    elif event.kind == KIND_CANCEL:
        device_cancel(machine, event)
    elif event.kind == KIND_STIMULUS:
        device_stimulus(machine, event)
    elif event.kind == KIND_LIFECYCLE:
        miniport_lifecycle(machine, <uint32_t>event.code)
