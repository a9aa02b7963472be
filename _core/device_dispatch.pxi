# Which subject answers what: the tables of OIDs and stimuli, made of the protocol's rows; timers.

cdef void oid_take_input(
    operation_row_t* operation, uint32_t revision, uint32_t size, uint32_t since
) noexcept nogil:
    """Let the operation carry a structure of this revision and size, from a release on."""
    operation.since[operation.input_count] = since
    operation.revisions[operation.input_count] = revision
    operation.sizes[operation.input_count] = size
    operation.input_count += 1


cdef void stimulus_outcome(machine_t* machine, const record_t* event) noexcept nogil:
    """The outcome stimulus: operations to come end so."""
    cdef device_t* device = &machine.device
    cdef outcome_t* order
    if device.outcome_count == OUTCOME_COUNT_MAX:
        return
    order = &device.outcomes[device.outcome_count]
    order.operation = get32(event.payload + WWANREPLAY_STIMULUS_OUTCOME_L1_Operation)
    order.status = get32(event.payload + WWANREPLAY_STIMULUS_OUTCOME_L1_uStatus)
    order.cause = get32(event.payload + WWANREPLAY_STIMULUS_OUTCOME_L1_NwError)
    order.count = get32(event.payload + WWANREPLAY_STIMULUS_OUTCOME_L1_Count)
    if order.count:
        device.outcome_count += 1


cdef void stimulus_latency(machine_t* machine, const record_t* event) noexcept nogil:
    """The latency stimulus: operations to come take so long. A later order for the same OID
    replaces.
    """
    cdef device_t* device = &machine.device
    cdef override_t* order
    cdef uint32_t operation = get32(event.payload + WWANREPLAY_STIMULUS_LATENCY_L1_Operation)
    cdef uint32_t at
    for at in range(device.override_count):
        if device.overrides[at].operation == operation:
            device.override_count -= 1
            memmove(
                &device.overrides[at], &device.overrides[at + 1],
                (device.override_count - at) * sizeof(override_t),
            )
            break
    if device.override_count == OVERRIDE_COUNT_MAX:
        return
    order = &device.overrides[device.override_count]
    order.operation = operation
    order.count = get32(event.payload + WWANREPLAY_STIMULUS_LATENCY_L1_Count)
    order.delay_ns = <int64_t>get64(event.payload + WWANREPLAY_STIMULUS_LATENCY_L1_DelayNs)
    order.completion_delay_ns = <int64_t>get64(
        event.payload + WWANREPLAY_STIMULUS_LATENCY_L1_CompletionDelayNs
    )
    if order.count:
        device.override_count += 1


include "engine_table.pxi"

take_oid_rows()
take_stimulus_rows()


cdef void device_stimulus(machine_t* machine, const record_t* event) noexcept nogil:
    """Change the environment. What is too short or unknown changes nothing."""
    cdef const stimulus_row_t* row
    if event.code > STIMULUS_CODE_MAX or event.port >= machine.profile.port_count:
        return
    row = &STIMULUS_ROWS[event.code]
    if row.change is NULL or event.payload_size < row.size:
        return
    if power_is_silent(machine):
        power_stimulus_while_silent(machine, event)
    else:
        row.change(machine, event)


cdef void stimulus_apply(machine_t* machine, const record_t* event) noexcept nogil:
    """Hand a sound stimulus to its subject."""
    STIMULUS_ROWS[event.code].change(machine, event)


cdef bint pending_is_sound(const pending_t* pending) noexcept nogil:
    """Whether a table has a row for what is to be done: a snapshot may come from a damaged file."""
    cdef const oid_row_t* row
    if pending.action == ACTION_TIMER:
        return pending.code <= TIMER_CODE_MAX and TIMER_ROWS[pending.code] is not NULL
    if pending.action == ACTION_ANSWER:
        return True
    if pending.action != ACTION_COMPLETE and pending.action != ACTION_OPERATION:
        return False
    row = oid_row(<uint32_t>pending.code) if pending.code <= UINT32_MAX else NULL
    return row is not NULL and operation_row(pending).finish is not NULL


cdef void device_reset(machine_t* machine, uint64_t seed) noexcept nogil:
    """A device that has just been made: running, in D0, its SIM being read."""
    cdef device_t* device = &machine.device
    cdef uint32_t at
    memset(device, 0, sizeof(device_t))
    queue_clear(&device.queue)
    device.seed = seed
    device.now_ns = 0
    device.miniport_state = MINIPORT_RUNNING
    device.power_state = NdisDeviceStateD0
    for at in range(reset_row_count):
        RESET_ROWS[at](machine)
    power_up(machine)


cdef bint device_adopt(machine_t* machine, const record_t* event) noexcept nogil:
    """Set the state that a recorded output witnesses; whether it witnesses any."""
    cdef const adopt_row_t* row
    cdef uint32_t at
    if event.kind == KIND_COMPLETION and (
        event.name_space == NAMESPACE_MBIM or event.status != NDIS_STATUS_SUCCESS
    ):
        return False
    for at in range(adopt_row_count):
        row = &ADOPT_ROWS[at]
        if row.kind == event.kind and row.code == event.code:
            if row.of_port and event.port >= machine.profile.port_count:
                return False
            row.adopt(machine, event)
            return True
    return False
