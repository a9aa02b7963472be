# Power and presence: sleep and wake, the life of the miniport, and what lives through them.
#
# What lives on: SIM and PIN, register mode, preferred providers, stored contexts, the orders of the
# environment, the counters of a sleep. What is lost: contexts, sessions, subscriptions, requests.

cdef bint power_is_silent(const machine_t* machine) noexcept nogil:
    """Whether the device emits nothing: asleep, halted or removed."""
    return (
        machine.device.miniport_state == MINIPORT_HALTED
        or machine.device.miniport_state == MINIPORT_REMOVED
        or machine.device.power_state != NdisDeviceStateD0
    )


cdef uint32_t radio_switches(const machine_t* machine) noexcept nogil:
    """Both switches of the radio in one number."""
    return (machine.device.hardware_radio != WwanRadioOff) | (
        (machine.device.software_radio != WwanRadioOff) << 1
    )


cdef void power_up(machine_t* machine) noexcept nogil:
    """Begin as after power-on: the SIM is read, then the network is looked for.

    A radio switch that was turned meanwhile is reported first.
    """
    cdef destination_t to = destination_unsolicited(0)
    if machine.device.radio_left and machine.device.radio_left != 1 + radio_switches(machine):
        radio_emit_state(machine, &to, WWAN_STATUS_SUCCESS)
    machine.device.radio_left = 0
    subscriber_power_up(machine)
    network_power_up(machine)


cdef void power_end_requests(machine_t* machine, uint32_t status) noexcept nogil:
    """End everything under way: what was promised an indication gets a failing one, now.

    A request not yet completed completes with `status`; what the device wanted to do by itself is
    forgotten.
    """
    cdef queue_t* queue = &machine.device.queue
    cdef pending_t pending
    while queue.count:
        queue_pop(queue, &pending)
        if pending.action == ACTION_COMPLETE:
            operation_abandon(machine, &pending)
            request_complete(machine, &pending, status, 0)
        elif pending.action == ACTION_ANSWER:
            request_complete(machine, &pending, MBIM_STATUS_NOT_INITIALIZED, 0)
        elif pending.action == ACTION_OPERATION:
            pending.forced = 1
            pending.outcome = OID_ROWS[oid_index(<uint32_t>pending.code)].aborted
            pending.outcome_cause = 0
            operation_row(&pending).finish(machine, &pending)
        slot_give_back(machine, pending.slot)


cdef void power_down(machine_t* machine, uint32_t status) noexcept nogil:
    """End what does not live through a loss of power, with its indications."""
    power_end_requests(machine, status)
    context_deactivate_all(machine, 0)
    voice_end_calls(machine)
    network_power_down(machine)
    subscriber_power_down(machine)
    service_reset(machine)
    machine.device.radio_left = 1 + radio_switches(machine)
    # Nothing may stay to be done: neither what the steps above began by themselves.
    power_end_requests(machine, status)


cdef uint32_t power_state_requested(const record_t* request) noexcept nogil:
    """The NDIS_DEVICE_POWER_STATE a request carries; unspecified when it is none."""
    cdef uint32_t state = get32(request.payload)
    return state if state <= NdisDeviceStateD3 else NdisDeviceStateUnspecified


cdef uint32_t power_refusal(const record_t* request, uint32_t* needed) noexcept nogil:
    """Why a power request fails at once; success if it does not."""
    if request.payload_size < 4:
        needed[0] = 4
        return NDIS_STATUS_INVALID_LENGTH
    if power_state_requested(request) == NdisDeviceStateUnspecified:
        return NDIS_STATUS_INVALID_DATA
    return NDIS_STATUS_SUCCESS


cdef void answer_set_power(
    machine_t* machine, const record_t* request, const pending_t* pending
) noexcept nogil:
    """OID_PNP_SET_POWER: sleep before its completion, wake after it."""
    cdef uint32_t needed = 0
    cdef uint32_t refusal = power_refusal(request, &needed)
    cdef uint32_t before = machine.device.power_state
    cdef uint32_t state
    if refusal != NDIS_STATUS_SUCCESS:
        request_complete(machine, pending, refusal, needed)
        return
    state = power_state_requested(request)
    if before == NdisDeviceStateD0 and state != NdisDeviceStateD0:
        power_down(machine, NDIS_STATUS_LOW_POWER_STATE)
    machine.device.power_state = state
    request_complete(machine, pending, NDIS_STATUS_SUCCESS, 4)
    if before != NdisDeviceStateD0 and state == NdisDeviceStateD0:
        power_up(machine)


cdef void answer_query_power(
    machine_t* machine, const record_t* request, const pending_t* pending
) noexcept nogil:
    """OID_PNP_QUERY_POWER: a miniport is always ready for the requested state."""
    cdef uint32_t needed = 0
    cdef uint32_t refusal = power_refusal(request, &needed)
    request_complete(machine, pending, refusal, needed)


cdef void miniport_start(machine_t* machine) noexcept nogil:
    """The miniport is initialized: in D0, counting from zero."""
    cdef uint32_t port
    machine.device.miniport_state = MINIPORT_RUNNING
    machine.device.power_state = NdisDeviceStateD0
    for port in range(<uint32_t>PORT_COUNT_MAX):
        memset(&machine.device.ports[port].statistics, 0, sizeof(statistics_t))
        machine.device.ports[port].connection_id = 0
    power_up(machine)


cdef void miniport_stop(machine_t* machine, uint32_t state, uint32_t status) noexcept nogil:
    """The miniport halts or is pulled out; asleep it emits nothing."""
    if not power_is_silent(machine):
        power_down(machine, status)
    machine.device.miniport_state = state


cdef void miniport_lifecycle(machine_t* machine, uint32_t code) noexcept nogil:
    """A step in the life of the miniport. One that does not fit the present state changes nothing.

    A paused miniport answers requests as a running one does: pausing concerns packets only.
    """
    cdef uint32_t state = machine.device.miniport_state
    if code == LIFECYCLE_PAUSE and state == MINIPORT_RUNNING:
        machine.device.miniport_state = MINIPORT_PAUSED
    elif code == LIFECYCLE_RESTART and state == MINIPORT_PAUSED:
        machine.device.miniport_state = MINIPORT_RUNNING
    elif code == LIFECYCLE_HALT and (state == MINIPORT_RUNNING or state == MINIPORT_PAUSED):
        miniport_stop(machine, MINIPORT_HALTED, NDIS_STATUS_CLOSING)
    elif code == LIFECYCLE_SURPRISE_REMOVAL and state != MINIPORT_REMOVED:
        miniport_stop(machine, MINIPORT_REMOVED, NDIS_STATUS_ADAPTER_REMOVED)
    elif code == LIFECYCLE_INITIALIZE and state == MINIPORT_HALTED:
        miniport_start(machine)
    elif code == LIFECYCLE_ARRIVAL and state == MINIPORT_REMOVED:
        miniport_start(machine)


cdef void power_stimulus_while_silent(machine_t* machine, const record_t* event) noexcept nogil:
    """Change the environment of a device that is asleep or away.

    Its state follows (a SIM can be changed meanwhile), but nothing is emitted, and nothing begins
    before power comes back.
    """
    cdef uint32_t count = machine.outputs.count
    cdef size_t octets_size = machine.outputs.octets_size
    stimulus_apply(machine, event)
    machine.outputs.count = count
    machine.outputs.octets_size = octets_size
    queue_clear(&machine.device.queue)
