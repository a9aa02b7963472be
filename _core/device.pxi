# The state of one device, and what every subject uses: emission, scheduling, requests, dispatch.
# The behaviour itself is in device_*.pxi, by subject. No clock, no I/O, no Python object.

cpdef enum:
    MODEL_VERSION = 1                 # of the device model; a change of behaviour raises it
    SNAPSHOT_VERSION = 1


cdef enum:
    TIMER_READY = 1                   # the SIM has been read
    TIMER_REGISTER = 2                # a device-initiated registration attempt ends
    TIMER_ATTACH = 3                  # a device-initiated attach ends
    TIMER_SIGNAL = 4                  # the signal may be reported again
    TIMER_EVENT = 5                   # an environment change becomes visible; argument says which
    TIMER_SESSION_DATA = 6


cpdef enum PowerState:
    """Power and presence of the miniport."""
    MINIPORT_RUNNING = 0
    MINIPORT_PAUSED = 1
    MINIPORT_HALTED = 2
    MINIPORT_REMOVED = 3


# Whom an indication answers. All zero but the port: an unsolicited event.
ctypedef struct destination_t:
    uint64_t request_id
    uint64_t handle
    uint32_t port
    uint32_t unused


ctypedef struct context_t:
    uint32_t connection_id
    uint32_t activation_state         # WWAN_ACTIVATION_STATE; 0 = slot unused
    uint32_t ip_type
    uint32_t media
    uint16_t access_string[101]
    uint16_t padding
    uint32_t deactivation_cause


ctypedef struct statistics_t:
    uint64_t in_octets
    uint64_t in_packets
    uint64_t out_octets
    uint64_t out_packets
    uint64_t in_errors
    uint64_t out_errors
    uint64_t in_discards
    uint64_t out_discards


ctypedef struct port_t:
    context_t contexts[CONTEXT_COUNT_MAX]
    pco_t pco                         # what the device has received
    pco_t network_pco                 # what the network gives at the next activation
    address_t address
    statistics_t statistics
    uint32_t link_connected
    uint32_t link_reported            # 1 + MediaConnectState last indicated
    uint64_t link_speed_reported
    uint32_t voice_call_state
    uint32_t connection_id            # of the context last activated


ctypedef struct session_t:
    uint32_t open
    uint32_t session_id
    uint32_t service                  # index in the profile
    uint32_t bytes_written


ctypedef struct outcome_t:
    uint32_t operation                # OID
    uint32_t status                   # WWAN_STATUS
    uint32_t cause                    # uNwError
    uint32_t count


ctypedef struct override_t:
    int64_t delay_ns
    int64_t completion_delay_ns       # -1: as the profile says
    uint32_t operation                # OID, 0 = every one
    uint32_t count


cdef enum:
    OUTCOME_COUNT_MAX = 16
    OVERRIDE_COUNT_MAX = 16


# Everything that changes. A snapshot is these bytes and the parameter slots in use.
ctypedef struct device_t:
    int64_t now_ns
    uint64_t seed
    uint64_t ordinals[PURPOSE_COUNT][OID_INDEX_COUNT]
    queue_t queue
    uint32_t slots_used               # bit per parameter slot
    uint32_t dropped_timers           # could not be queued (never in a sane session)
    # power and presence
    uint32_t miniport_state           # PowerState
    uint32_t power_state              # NDIS_DEVICE_POWER_STATE
    # subscriber
    uint32_t sim_state                # SimState
    uint32_t ready_state              # WWAN_READY_STATE last reached
    uint32_t ready_reported
    uint32_t sim_reading              # a TIMER_READY is under way
    uint32_t emergency_mode           # ordered by the environment; denied registration adds to it
    uint32_t emergency_reported       # EmergencyMode last reported
    uint32_t service_activated
    uint32_t activation_cause         # uNwError with which the network refuses activation, 0 = none
    uint32_t pin1_enabled
    uint32_t pin1_verified
    uint32_t pin1_attempts
    uint32_t puk1_attempts
    uint16_t pin1[17]
    uint16_t pin_padding
    # radio
    uint32_t hardware_radio
    uint32_t software_radio
    # registration
    uint32_t register_state           # WWAN_REGISTER_STATE, a stable one
    uint32_t register_mode            # WWAN_REGISTER_MODE of the last set that ended
    uint32_t registered_provider      # index in providers, or PROVIDER_NONE
    uint32_t register_cause           # uNwError of the last refusal
    uint32_t registering              # a device-initiated attempt is under way
    uint32_t register_state_reported  # what the host was last told with success
    uint32_t register_mode_reported
    uint32_t register_provider_reported
    uint32_t register_changed         # something else in the report changed since
    uint32_t set_ordinal              # counts accepted sets: the latest has the highest
    uint32_t preferred_data_classes
    uint32_t current_cellular_class
    uint16_t manual_provider_id[7]
    uint16_t manual_padding
    uint16_t roaming_text[64]
    # packet service
    uint32_t packet_state             # WWAN_PACKET_SERVICE_STATE
    uint32_t packet_cause
    uint32_t available_data_class
    uint32_t current_data_class
    uint32_t available_override       # ordered by a stimulus, 0 = the provider's
    uint32_t current_override         # ordered by a stimulus, 0 = the best
    uint32_t detached_by_host
    uint32_t attaching                # a device-initiated attach is under way
    uint32_t contexts_due             # the attachment that contexts stood on is gone
    uint32_t packet_state_reported    # what the host was last told with success
    uint32_t available_reported
    uint32_t current_reported
    # signal
    uint32_t rssi
    uint32_t error_rate
    uint32_t rssi_interval_s
    uint32_t rssi_threshold
    uint32_t rssi_reported            # WWAN_RSSI_UNKNOWN while not registered
    uint32_t rssi_periodic            # the host asked for a report every rssi_interval_s
    int64_t signal_reported_ns        # of the last signal event
    uint32_t signal_timer             # a TIMER_SIGNAL is queued
    # networks
    uint32_t provider_count
    provider_t providers[PROVIDER_COUNT_MAX]
    uint32_t preferred_count
    provider_t preferred[PREFERRED_COUNT_MAX]
    # contexts
    uint32_t provisioned_count
    provisioned_t provisioned[PROVISIONED_COUNT_MAX]
    port_t ports[PORT_COUNT_MAX]
    # device services
    uint32_t subscribed               # bit per service
    session_t sessions[SESSION_COUNT_MAX]
    # orders of the environment for operations to come
    uint32_t outcome_count
    outcome_t outcomes[OUTCOME_COUNT_MAX]
    uint32_t override_count
    override_t overrides[OVERRIDE_COUNT_MAX]


cdef enum:
    PROVIDER_NONE = 0xFFFF


# What the engine has said and nobody has taken yet.
ctypedef struct outputs_t:
    record_t* records
    uint8_t* octets
    size_t octets_size
    size_t octets_capacity
    uint32_t head
    uint32_t count
    uint32_t capacity
    uint32_t failed                   # out of memory


# A device with all that belongs to it.
ctypedef struct machine_t:
    const profile_t* profile
    outputs_t outputs
    device_t device
    uint8_t parameters[PARAMETER_SLOT_COUNT][PARAMETER_SIZE_MAX]


# ---------------------------------------------------------------------------------------------
# Memory access: little endian, unaligned.

cdef inline void put16(uint8_t* at, uint16_t value) noexcept nogil:
    at[0] = value & 0xFF
    at[1] = value >> 8


cdef inline void put32(uint8_t* at, uint32_t value) noexcept nogil:
    at[0] = value & 0xFF
    at[1] = (value >> 8) & 0xFF
    at[2] = (value >> 16) & 0xFF
    at[3] = value >> 24


cdef inline void put64(uint8_t* at, uint64_t value) noexcept nogil:
    put32(at, <uint32_t>(value & 0xFFFFFFFFu))
    put32(at + 4, <uint32_t>(value >> 32))


cdef inline uint16_t get16(const uint8_t* at) noexcept nogil:
    return <uint16_t>(at[0] | (<uint16_t>at[1] << 8))


cdef inline uint32_t get32(const uint8_t* at) noexcept nogil:
    return (
        <uint32_t>at[0] | (<uint32_t>at[1] << 8) | (<uint32_t>at[2] << 16) | (<uint32_t>at[3] << 24)
    )


cdef inline uint64_t get64(const uint8_t* at) noexcept nogil:
    return <uint64_t>get32(at) | (<uint64_t>get32(at + 4) << 32)


cdef inline void put_header(uint8_t* at, uint32_t revision, uint32_t size) noexcept nogil:
    """An NDIS_OBJECT_HEADER of the default type; `size` is that of the fixed structure."""
    at[0] = 0x80
    at[1] = revision & 0xFF
    put16(at + 2, <uint16_t>size)


cdef inline void put_string(uint8_t* at, const uint16_t* text, uint32_t count) noexcept nogil:
    """`count` WCHARs, the last of them NUL, as the profile and the state hold them."""
    memcpy(at, text, 2 * count)


cdef inline bint same_string(
    const uint16_t* left, const uint16_t* right, uint32_t count
) noexcept nogil:
    """Whether two NUL-terminated strings of at most `count` WCHARs are equal."""
    cdef uint32_t at
    for at in range(count):
        if left[at] != right[at]:
            return False
        if left[at] == 0:
            return True
    return True


cdef inline void take_string(uint16_t* into, const uint8_t* at, uint32_t count) noexcept nogil:
    """Copy a string of at most `count` WCHARs out of a buffer, zeroing what follows its NUL."""
    cdef uint32_t place
    cdef bint ended = False
    for place in range(count):
        into[place] = 0 if ended else get16(at + 2 * place)
        if into[place] == 0:
            ended = True
    into[count - 1] = 0


# ---------------------------------------------------------------------------------------------
# Emission.

cdef uint8_t* emit_begin(machine_t* machine, uint32_t size) noexcept nogil:
    """Zeroed room for a payload of `size` bytes; NULL when memory is out (then nothing is emitted).

    One of the emit functions must follow before the next emit_begin.
    """
    cdef outputs_t* outputs = &machine.outputs
    cdef size_t needed = outputs.octets_size + size
    cdef size_t capacity
    cdef uint8_t* larger
    cdef uint32_t place
    if needed > outputs.octets_capacity or outputs.octets is NULL:
        capacity = 2 * needed + 65536
        larger = <uint8_t*>malloc(capacity)
        if larger is NULL:
            outputs.failed = 1
            return NULL
        if outputs.octets_size:
            memcpy(larger, outputs.octets, outputs.octets_size)
        for place in range(outputs.head, outputs.count):
            outputs.records[place].payload = larger + (
                outputs.records[place].payload - outputs.octets
            )
        free(outputs.octets)
        outputs.octets = larger
        outputs.octets_capacity = capacity
    memset(outputs.octets + outputs.octets_size, 0, size)
    return outputs.octets + outputs.octets_size


cdef record_t* emit_record(machine_t* machine, uint32_t kind, uint32_t size) noexcept nogil:
    """A fresh output record whose payload is the room that emit_begin gave; NULL without memory."""
    cdef outputs_t* outputs = &machine.outputs
    cdef record_t* larger
    cdef record_t* record
    if outputs.failed:
        return NULL
    if outputs.count == outputs.capacity:
        larger = <record_t*>realloc(outputs.records, 2 * (outputs.capacity + 32) * sizeof(record_t))
        if larger is NULL:
            outputs.failed = 1
            return NULL
        outputs.records = larger
        outputs.capacity = 2 * (outputs.capacity + 32)
    record = &outputs.records[outputs.count]
    outputs.count += 1
    memset(record, 0, sizeof(record_t))
    record.kind = kind
    record.time_ns = machine.device.now_ns
    record.index = -1
    record.payload = outputs.octets + outputs.octets_size
    record.payload_size = size
    outputs.octets_size += size
    return record


cdef void emit_indication(
    machine_t* machine, uint32_t status_code, const destination_t* to, uint32_t size
) noexcept nogil:
    """An NDIS status indication whose StatusBuffer is the room that emit_begin gave."""
    cdef record_t* record = emit_record(machine, KIND_INDICATION, size)
    if record is NULL:
        return
    record.code = status_code
    record.name_space = NAMESPACE_NDIS_STATUS
    record.port = to.port
    record.request_id = to.request_id
    if to.handle:
        record.handle = to.handle
        record.present |= 1u << KEY_HANDLE


cdef void emit_completion(
    machine_t* machine, const pending_t* pending, uint32_t status, uint32_t octets, uint32_t size
) noexcept nogil:
    """The completion of a request: its NDIS_STATUS, bytes written, read or needed, and output data."""
    cdef record_t* record = emit_record(machine, KIND_COMPLETION, size)
    if record is NULL:
        return
    record.code = pending.code
    record.name_space = (
        NAMESPACE_MBIM if pending.action == ACTION_ANSWER else NAMESPACE_OID
    )
    record.port = pending.port
    record.request_id = pending.request_id
    record.status = status
    record.bytes = octets
    if octets:
        record.present |= 1u << KEY_BYTES
    if record.name_space != NAMESPACE_OID:
        record.present |= 1u << KEY_NAMESPACE
    if pending.cause >= 0:
        record.cause = pending.cause
        record.present |= 1u << KEY_CAUSE


cdef inline destination_t unsolicited(uint32_t port) noexcept nogil:
    cdef destination_t to
    to.request_id = 0
    to.handle = 0
    to.port = port
    to.unused = 0
    return to


cdef inline destination_t answering(const pending_t* pending) noexcept nogil:
    cdef destination_t to
    to.request_id = pending.request_id
    to.handle = pending.handle
    to.port = pending.port
    to.unused = 0
    return to


# ---------------------------------------------------------------------------------------------
# OIDs: one row each. Structures a set (or a query with input) may carry are (revision, size) pairs.

cdef enum:
    INPUT_COUNT_MAX = 6


cdef enum AnswerMode:
    MODE_NONE = 0
    MODE_SYNC = 1
    MODE_ASYNC = 2


ctypedef struct oid_row_t:
    uint32_t oid
    uint32_t query_mode
    uint32_t set_mode
    uint32_t indication               # the transactional indication of both operations
    uint32_t query_input_optional     # a query may come without its input structure
    uint32_t set_input_count
    uint32_t set_revisions[INPUT_COUNT_MAX]
    uint32_t set_sizes[INPUT_COUNT_MAX]
    uint32_t query_input_count
    uint32_t query_revisions[INPUT_COUNT_MAX]
    uint32_t query_sizes[INPUT_COUNT_MAX]


cdef oid_row_t OID_ROWS[OID_INDEX_COUNT]


cdef inline int oid_index(uint32_t oid) noexcept nogil:
    """A small number for an OID of the model: WWAN ones by their low byte, general ones after; -1 else."""
    if oid >= 0x0E010100u and oid < 0x0E010160u:
        return <int>(oid - 0x0E010100u)
    if oid == OID_GEN_SUPPORTED_LIST:
        return 0x60
    if oid == OID_GEN_MEDIA_CONNECT_STATUS:
        return 0x61
    if oid == OID_GEN_LINK_STATE:
        return 0x62
    if oid == OID_GEN_STATISTICS:
        return 0x63
    if oid == OID_GEN_PHYSICAL_MEDIUM:
        return 0x64
    if oid == OID_PNP_SET_POWER:
        return 0x65
    if oid == OID_PNP_QUERY_POWER:
        return 0x66
    return -1


cdef inline oid_row_t* oid_row(uint32_t oid) noexcept nogil:
    """The row of an OID the model knows, or NULL."""
    cdef int index = oid_index(oid)
    if index < 0 or OID_ROWS[index].oid != oid:
        return NULL
    return &OID_ROWS[index]


cdef inline bint oid_supported(const machine_t* machine, uint32_t oid) noexcept nogil:
    """Whether this profile's supported list has the OID."""
    cdef int index = oid_index(oid)
    if index < 0 or OID_ROWS[index].oid != oid:
        return False
    return (machine.profile.supported[index >> 5] >> (index & 31)) & 1


# ---------------------------------------------------------------------------------------------
# Scheduling.

cdef int64_t latency_drawn(
    machine_t* machine, const latency_t* latency, uint32_t purpose, uint32_t index
) noexcept nogil:
    """Base plus a jitter drawn for this ordinal of this code, in ns."""
    cdef uint64_t* ordinal = &machine.device.ordinals[purpose][index]
    cdef int64_t delay = latency.base_ns
    if latency.jitter_ns > 0:
        delay += <int64_t>(
            draw(machine.device.seed, purpose, index, ordinal[0]) % <uint64_t>latency.jitter_ns
        )
    ordinal[0] += 1
    return delay


cdef void take_override(
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


cdef void take_outcome(machine_t* machine, pending_t* pending) noexcept nogil:
    """Apply an outcome stimulus to an operation that ends now."""
    cdef device_t* device = &machine.device
    cdef uint32_t at
    cdef outcome_t* order
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


cdef void schedule_timer(
    machine_t* machine, uint32_t timer, int64_t delay_ns, uint32_t port, uint32_t argument,
    uint32_t argument_2
) noexcept nogil:
    """Let `timer` fire after `delay_ns` with two small arguments."""
    cdef pending_t pending
    memset(&pending, 0, sizeof(pending_t))
    pending.due_ns = time_after(machine.device.now_ns, delay_ns)
    pending.action = ACTION_TIMER
    pending.code = timer
    pending.port = port
    pending.slot = -1
    pending.cause = -1
    pending.argument[0] = argument
    pending.argument[1] = argument_2
    if not queue_push(&machine.device.queue, &pending):
        machine.device.dropped_timers += 1


cdef void cancel_timers(machine_t* machine, uint32_t timer) noexcept nogil:
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


cdef inline void slot_give_back(machine_t* machine, int32_t slot) noexcept nogil:
    if slot >= 0:
        machine.device.slots_used &= ~(1u << slot)


# ---------------------------------------------------------------------------------------------
# Requests.

cdef void complete_now(
    machine_t* machine, const pending_t* pending, uint32_t status, uint32_t octets
) noexcept nogil:
    """Complete a request at once without data."""
    if emit_begin(machine, 0) is not NULL:
        emit_completion(machine, pending, status, octets, 0)


cdef uint32_t miniport_refusal(const machine_t* machine, uint32_t oid) noexcept nogil:
    """The NDIS status with which power or presence refuse a request; NDIS_STATUS_SUCCESS if none does."""
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


cdef uint32_t input_refusal(
    const record_t* request, const uint32_t* revisions, const uint32_t* sizes, uint32_t count,
    uint32_t* needed
) noexcept nogil:
    """Check a buffer's NDIS_OBJECT_HEADER against the structures that the OID takes.

    The NDIS status of the refusal, and the bytes needed; NDIS_STATUS_SUCCESS when it is sound.
    """
    cdef uint32_t at, size, revision
    cdef uint32_t smallest = sizes[0]
    cdef bint revision_known = False
    for at in range(1, count):
        if sizes[at] < smallest:
            smallest = sizes[at]
    if request.payload_size < 4:
        needed[0] = smallest
        return NDIS_STATUS_INVALID_LENGTH
    if request.payload[0] != 0x80:
        return NDIS_STATUS_INVALID_DATA
    revision = request.payload[1]
    size = get16(request.payload + 2)
    for at in range(count):
        if revisions[at] != revision:
            continue
        revision_known = True
        if sizes[at] == size:
            if request.payload_size < size:
                needed[0] = size
                return NDIS_STATUS_INVALID_LENGTH
            return NDIS_STATUS_SUCCESS
        needed[0] = sizes[at]
    return NDIS_STATUS_INVALID_LENGTH if revision_known else NDIS_STATUS_UNSUPPORTED_REVISION


cdef uint32_t request_refusal(
    const machine_t* machine, const record_t* request, const oid_row_t* row, uint32_t* needed
) noexcept nogil:
    """Why this request fails at once: port, operation, input. NDIS_STATUS_SUCCESS if it does not."""
    cdef uint32_t mode
    if request.port >= machine.profile.port_count:
        return NDIS_STATUS_INVALID_PORT
    if row is NULL or not oid_supported(machine, <uint32_t>request.code):
        return NDIS_STATUS_NOT_SUPPORTED
    if request.kind == KIND_QUERY:
        mode = row.query_mode
    elif request.kind == KIND_SET:
        mode = row.set_mode
    else:
        mode = MODE_NONE
    if mode == MODE_NONE:
        return NDIS_STATUS_NOT_SUPPORTED
    if request.kind == KIND_SET and row.set_input_count:
        return input_refusal(request, row.set_revisions, row.set_sizes, row.set_input_count, needed)
    if request.kind == KIND_QUERY and row.query_input_count:
        if request.payload_size == 0 and row.query_input_optional:
            return NDIS_STATUS_SUCCESS
        return input_refusal(
            request, row.query_revisions, row.query_sizes, row.query_input_count, needed
        )
    return NDIS_STATUS_SUCCESS


cdef void keep_set_order(machine_t* machine, pending_t* pending) noexcept nogil:
    """Let a set end after every earlier set of its OID, on whatever port; contexts are independent."""
    cdef queue_t* queue = &machine.device.queue
    cdef pending_t* earlier
    cdef int64_t end_ns
    cdef uint32_t at
    if pending.kind != KIND_SET or pending.code == OID_WWAN_CONNECT:
        return
    for at in range(queue.count):
        earlier = &queue.entries[queue.heap[at].place]
        if earlier.code != pending.code or earlier.kind != KIND_SET:
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
    cdef int64_t completion_delay = latency_drawn(
        machine, &machine.profile.completion_latency, PURPOSE_COMPLETION, index
    )
    delay = latency_drawn(machine, &machine.profile.latencies[index], PURPOSE_LATENCY, index)
    take_override(machine, row.oid, &delay, &completion_delay)
    pending.action = ACTION_COMPLETE
    pending.status = NDIS_STATUS_INDICATION_REQUIRED
    pending.delay_ns = delay
    pending.due_ns = time_after(machine.device.now_ns, completion_delay)
    keep_set_order(machine, pending)
    queue_push(&machine.device.queue, pending)


cdef void device_request(machine_t* machine, const record_t* request) noexcept nogil:
    """Take a query, set or method: complete it at once, or accept it and queue the rest."""
    cdef pending_t pending
    cdef uint32_t oid = <uint32_t>request.code
    cdef const oid_row_t* row = oid_row(oid)
    cdef uint32_t refusal
    cdef uint32_t needed = 0
    memset(&pending, 0, sizeof(pending_t))
    pending.code = oid
    pending.kind = request.kind
    pending.request_id = request.request_id
    pending.handle = request.handle
    pending.port = request.port
    pending.capacity = request.capacity
    pending.cause = request.index
    pending.slot = -1
    refusal = miniport_refusal(machine, oid)
    if refusal == NDIS_STATUS_SUCCESS:
        refusal = request_refusal(machine, request, row, &needed)
    if refusal != NDIS_STATUS_SUCCESS:
        complete_now(machine, &pending, refusal, needed)
        return
    if (row.query_mode if request.kind == KIND_QUERY else row.set_mode) == MODE_SYNC:
        synchronous_request(machine, request, &pending)
        return
    if machine.device.queue.count >= QUEUE_REQUEST_DEPTH_MAX or pending.request_id == 0:
        complete_now(
            machine, &pending,
            NDIS_STATUS_INVALID_PARAMETER if pending.request_id == 0 else NDIS_STATUS_RESOURCES, 0,
        )
        return
    refusal = operation_start(machine, request, &pending)
    if refusal != NDIS_STATUS_INDICATION_REQUIRED:
        slot_give_back(machine, pending.slot)
        complete_now(machine, &pending, refusal, 0)
        return
    request_accept(machine, &pending, row)


cdef void answer_data(
    machine_t* machine, const pending_t* pending, uint32_t size
) noexcept nogil:
    """Complete a synchronous query with the room that emit_begin gave, if the host's buffer takes it."""
    if pending.capacity < size:
        complete_now(machine, pending, NDIS_STATUS_BUFFER_TOO_SHORT, size)
    else:
        emit_completion(machine, pending, NDIS_STATUS_SUCCESS, size, size)


cdef void device_cancel(machine_t* machine, const record_t* request) noexcept nogil:
    """Abort the requests with this RequestId that have not been completed yet.

    A request that was completed provisionally is no longer the host's to cancel: its operation
    goes on and its transactional indication follows.
    """
    cdef queue_t* queue = &machine.device.queue
    cdef pending_t pending
    cdef uint32_t at = 0
    while at < queue.count:
        pending = queue.entries[queue.heap[at].place]
        if (
            pending.request_id == request.request_id and pending.port == request.port
            and (pending.action == ACTION_COMPLETE or pending.action == ACTION_ANSWER)
        ):
            queue_remove(queue, at)
            operation_abandon(machine, &pending)
            slot_give_back(machine, pending.slot)
            complete_now(machine, &pending, NDIS_STATUS_REQUEST_ABORTED, 0)
            at = 0
        else:
            at += 1


cdef void abort_requests(machine_t* machine, uint32_t status) noexcept nogil:
    """Power or presence went away: complete what was not completed, forget what was to follow."""
    cdef queue_t* queue = &machine.device.queue
    cdef pending_t pending
    while queue.count:
        queue_pop(queue, &pending)
        slot_give_back(machine, pending.slot)
        if pending.action == ACTION_COMPLETE or pending.action == ACTION_ANSWER:
            complete_now(machine, &pending, status, 0)
    queue_clear(queue)


cdef void device_fire(machine_t* machine) noexcept nogil:
    """Do the first thing in the queue, at its due time."""
    cdef pending_t pending
    queue_pop(&machine.device.queue, &pending)
    machine.device.now_ns = pending.due_ns
    if pending.action == ACTION_COMPLETE:
        complete_now(machine, &pending, pending.status, 0)
        pending.action = ACTION_OPERATION
        pending.due_ns = time_after(pending.due_ns, pending.delay_ns)
        if not queue_push(&machine.device.queue, &pending):
            machine.device.dropped_timers += 1
    elif pending.action == ACTION_OPERATION:
        take_outcome(machine, &pending)
        operation_finish(machine, &pending)
        slot_give_back(machine, pending.slot)
    elif pending.action == ACTION_ANSWER:
        mbim_answer(machine, &pending)
        slot_give_back(machine, pending.slot)
    else:
        timer_fired(machine, &pending)


cdef inline void device_advance(machine_t* machine, int64_t time_ns) noexcept nogil:
    """Fire everything due at or before `time_ns`, then let it be that time."""
    while queue_due(&machine.device.queue) <= time_ns:
        device_fire(machine)
    machine.device.now_ns = time_ns


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
        lifecycle_event(machine, <uint32_t>event.code)
