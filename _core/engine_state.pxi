# The state of a device: held against that of another one, and in words.

cdef inline void entries_in_order(const queue_t* queue, heap_entry_t* entries) noexcept nogil:
    """What is queued, the first that is due first: it is little, and nearly in that order."""
    cdef uint32_t at, place
    cdef heap_entry_t entry
    for at in range(queue.count):
        entry = queue.heap[at]
        place = at
        while place > 0 and entry_before(&entry, &entries[place - 1]):
            entries[place] = entries[place - 1]
            place -= 1
        entries[place] = entry


cdef bint is_same_pending(
    const machine_t* left, uint32_t left_place, const machine_t* right, uint32_t right_place
) noexcept nogil:
    """Whether two queued things are the same, their numbers and the places of buffers aside."""
    cdef pending_t one = left.device.queue.entries[left_place]
    cdef pending_t other = right.device.queue.entries[right_place]
    cdef int32_t left_slot = one.slot
    cdef int32_t right_slot = other.slot
    one.sequence = other.sequence = 0
    one.cause = other.cause = 0
    one.slot = -1 if left_slot < 0 else 0
    other.slot = -1 if right_slot < 0 else 0
    return memcmp(&one, &other, sizeof(pending_t)) == 0 and (
        left_slot < 0
        or memcmp(left.parameters[left_slot], right.parameters[right_slot], one.parameter_size) == 0
    )


cdef bint is_same_state(const machine_t* left, const machine_t* right) noexcept nogil:
    """Whether two devices are in the same state: what is queued in due order, without numbers.

    What differs most often is looked at first.
    """
    cdef const device_t* one = &left.device
    cdef const device_t* other = &right.device
    cdef size_t behind = <const uint8_t*>&one.dropped_timers - <const uint8_t*>one
    cdef heap_entry_t left_entries[QUEUE_DEPTH_MAX]
    cdef heap_entry_t right_entries[QUEUE_DEPTH_MAX]
    cdef uint32_t at
    if one.now_ns != other.now_ns or one.queue.count != other.queue.count:
        return False
    if memcmp(
        <const uint8_t*>one + behind, <const uint8_t*>other + behind, sizeof(device_t) - behind
    ):
        return False
    if memcmp(one, other, <const uint8_t*>&one.queue - <const uint8_t*>one):
        return False
    entries_in_order(&one.queue, left_entries)
    entries_in_order(&other.queue, right_entries)
    for at in range(one.queue.count):
        if not is_same_pending(left, left_entries[at].place, right, right_entries[at].place):
            return False
    return True


cdef str text_of(const uint16_t* text, uint32_t count):
    cdef uint32_t at = 0
    while at < count and text[at]:
        at += 1
    return (<const char*>text)[:2 * at].decode("utf-16-le", "replace")


cdef list events_of(const outputs_t* outputs):
    cdef Py_ssize_t at
    cdef list events = []
    for at in range(outputs.head, outputs.count):
        events.append(event_of_record(&outputs.records[at]))
    return events


cdef dict describe_port(const port_t* port):
    cdef uint32_t at
    cdef list contexts = []
    for at in range(<uint32_t>CONTEXT_COUNT_MAX):
        if port.contexts[at].activation_state:
            contexts.append({
                "connection_id": port.contexts[at].connection_id,
                "activation_state": port.contexts[at].activation_state,
                "access_string": text_of(port.contexts[at].access_string, WWAN_ACCESSSTRING_LEN),
                "ip_type": port.contexts[at].ip_type,
                "pco_size": port.contexts[at].pco.size,
            })
    return {
        "contexts": contexts,
        "link_connected": bool(port.link_connected),
        "voice_call_state": port.voice_call_state,
    }


cdef dict describe_state(const machine_t* machine):
    """State in words: numbers are the protocol's enumerations."""
    cdef const device_t* device = &machine.device
    cdef uint32_t provider = device.registered_provider
    cdef uint32_t at
    cdef list ports = [], sessions_open = [], outstanding = []
    for at in range(machine.profile.port_count):
        ports.append(describe_port(&device.ports[at]))
    for at in range(<uint32_t>SESSION_COUNT_MAX):
        if device.sessions[at].open:
            sessions_open.append(device.sessions[at].session_id)
    for at in range(device.queue.count):
        if device.queue.entries[device.queue.heap[at].place].action != ACTION_TIMER:
            outstanding.append(device.queue.entries[device.queue.heap[at].place].request_id)
    return {
        "time_ns": device.now_ns,
        "miniport": PowerState(device.miniport_state).name.removeprefix("MINIPORT_").lower(),
        "power_state": device.power_state,
        "sim": SimState(device.sim_state).name.removeprefix("SIM_").lower(),
        "ready_state": device.ready_state,
        "pin_required": pin_required(machine),
        "hardware_radio": device.hardware_radio,
        "software_radio": device.software_radio,
        "register_state": device.register_state,
        "register_mode": device.register_mode,
        "registering": bool(device.registering),
        "provider": (
            text_of(device.providers[provider].provider_id, PROVIDER_ID_LENGTH)
            if provider < device.provider_count else ""
        ),
        "packet_service_state": device.packet_state,
        "current_data_class": device.current_data_class,
        "rssi": device.rssi,
        "ports": ports,
        "sessions_open": sessions_open,
        "queue_depth": device.queue.count,
        "requests_outstanding": outstanding,
    }
