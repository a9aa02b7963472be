# The outputs of a device: completions and indications, built in place.

cdef uint8_t* emit_room(machine_t* machine, uint32_t size, uint32_t cleared) noexcept nogil:
    """Room for a payload of `size` bytes, the first of them zeroed: whoever asks writes the rest.

    NULL when memory is out (then nothing is emitted). One of the emit functions must follow before
    the next emit_room.
    """
    cdef outputs_t* outputs = &machine.outputs
    cdef size_t needed = outputs.octets_size + size
    cdef size_t capacity
    cdef uint8_t* larger
    cdef uint32_t place
    if needed > outputs.octets_capacity or outputs.octets is NULL:
        capacity = 2 * needed + 65536
        larger = <uint8_t*>take_memory(capacity)
        if larger is NULL:
            outputs.failed = 1
            return NULL
        if outputs.octets_size:
            memcpy(larger, outputs.octets, outputs.octets_size)
        for place in range(outputs.head, outputs.count):
            outputs.records[place].payload = larger + (
                outputs.records[place].payload - outputs.octets
            )
        give_memory(outputs.octets)
        outputs.octets = larger
        outputs.octets_capacity = capacity
    if cleared:
        memset(outputs.octets + outputs.octets_size, 0, cleared)
    return outputs.octets + outputs.octets_size


cdef inline uint8_t* emit_begin(machine_t* machine, uint32_t size) noexcept nogil:
    """The same, all of it zeroed."""
    return emit_room(machine, size, size)


cdef inline const form_t* form_of(const machine_t* machine, uint32_t form) noexcept nogil:
    """The form in which this device sends a structure, with size 0 if it has none such."""
    return &FORMS[form][machine.profile.release]


cdef uint8_t* emit_begin_form(
    machine_t* machine, const form_t* form, uint32_t list_size
) noexcept nogil:
    """As emit_begin, for a structure with `list_size` bytes behind it, its header written."""
    cdef uint8_t* at = emit_begin(machine, form.size + list_size)
    if at is not NULL:
        put_header(at, form.revision, form.size)
    return at


cdef record_t* emit_record(machine_t* machine, uint32_t kind, uint32_t size) noexcept nogil:
    """A fresh output record whose payload is the room that emit_begin gave; NULL without memory."""
    cdef outputs_t* outputs = &machine.outputs
    cdef record_t* larger
    cdef record_t* record
    if outputs.failed:
        return NULL
    if outputs.count == outputs.capacity:
        larger = <record_t*>resize_memory(
            outputs.records, 2 * (outputs.capacity + 32) * sizeof(record_t)
        )
        if larger is NULL:
            outputs.failed = 1
            return NULL
        outputs.records = larger
        outputs.capacity = 2 * (outputs.capacity + 32)
    record = &outputs.records[outputs.count]
    outputs.count += 1
    record_without_map(record)
    record.kind = kind
    record.time_ns = machine.device.now_ns
    record.index = -1
    record.code = 0
    record.request_id = 0
    record.status = 0
    record.port = 0
    record.extras = NULL
    record.extras_size = 0
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
    """The completion of a request: its NDIS_STATUS, bytes written, read or needed, and output
    data.
    """
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


cdef inline destination_t destination_unsolicited(uint32_t port) noexcept nogil:
    cdef destination_t to
    to.request_id = 0
    to.handle = 0
    to.port = port
    to.unused = 0
    return to


cdef inline destination_t destination_of_request(const pending_t* pending) noexcept nogil:
    cdef destination_t to
    to.request_id = pending.request_id
    to.handle = pending.handle
    to.port = pending.port
    to.unused = 0
    return to
