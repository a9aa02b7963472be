# Sessions with device services: open and close, write, and what the device sends.

cdef session_t* session_find(machine_t* machine, uint32_t session_id) noexcept nogil:
    """The open session with this number, or NULL."""
    cdef session_t* session
    cdef uint32_t at
    for at in range(<uint32_t>SESSION_COUNT_MAX):
        session = &machine.device.sessions[at]
        if session.open and session.session_id == session_id:
            return session
    return NULL


cdef uint32_t start_session(
    machine_t* machine, const record_t* request, pending_t* pending
) noexcept nogil:
    """Check an order. Arguments: service, requested state, session id."""
    cdef const uint8_t* at = request.payload
    cdef uint32_t state = get32(at + NDIS_WWAN_SET_DEVICE_SERVICE_SESSION_L1_Session_State)
    cdef uint32_t service = service_find(
        machine, at + NDIS_WWAN_SET_DEVICE_SERVICE_SESSION_L1_Session_DeviceServiceGuid
    )
    if service == SERVICE_NONE:
        return NDIS_STATUS_NOT_SUPPORTED
    if machine.profile.services[service].session_capability == WwanDeviceServiceSessionNotSupported:
        return NDIS_STATUS_NOT_SUPPORTED
    if state != WwanDeviceServiceSessionOpen and state != WwanDeviceServiceSessionClosed:
        return NDIS_STATUS_NOT_SUPPORTED
    pending.argument.session.service = service
    pending.argument.session.state = state
    pending.argument.session.session_id = get32(
        at + NDIS_WWAN_SET_DEVICE_SERVICE_SESSION_L1_Session_uSessionID
    )
    return NDIS_STATUS_INDICATION_REQUIRED


cdef uint32_t session_open(
    machine_t* machine, uint32_t service, uint32_t session_id
) noexcept nogil:
    """Open a session within the limits of device and service: the uStatus."""
    cdef session_t* place = NULL
    cdef uint32_t at
    cdef uint32_t opened = 0
    cdef uint32_t instances = 0
    for at in range(<uint32_t>SESSION_COUNT_MAX):
        if not machine.device.sessions[at].open:
            if place is NULL:
                place = &machine.device.sessions[at]
            continue
        opened += 1
        if machine.device.sessions[at].session_id == session_id:
            return WWAN_STATUS_INVALID_DEVICE_SERVICE_OPERATION
        if machine.device.sessions[at].service == service:
            instances += 1
    if (
        place is NULL or opened >= machine.profile.session_count_max
        or instances >= machine.profile.services[service].session_instances_max
    ):
        return WWAN_STATUS_FAILURE
    place.open = 1
    place.session_id = session_id
    place.service = service
    return WWAN_STATUS_SUCCESS


cdef void finish_session(machine_t* machine, const pending_t* pending) noexcept nogil:
    """End an open or close: the answer names service and session, and the state it has now."""
    cdef destination_t to = destination_of_request(pending)
    cdef uint32_t status = operation_forced_status(pending)
    cdef session_t* session = session_find(machine, pending.argument.session.session_id)
    cdef uint32_t service = pending.argument.session.service % SERVICE_COUNT_MAX
    cdef bint own = session is not NULL and session.service == service
    cdef uint8_t* at
    if status == WWAN_STATUS_SUCCESS:
        if pending.argument.session.state == WwanDeviceServiceSessionOpen:
            status = session_open(machine, service, pending.argument.session.session_id)
            own = own or status == WWAN_STATUS_SUCCESS
        elif own:
            session.open = 0
            own = False
        else:
            status = WWAN_STATUS_INVALID_DEVICE_SERVICE_OPERATION
    at = emit_begin(machine, NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO_L1_SIZE)
    if at is NULL:
        return
    put_header(at, 1, NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO_L1_SIZE)
    put32(at + NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO_L1_uStatus, status)
    memcpy(
        at + NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO_L1_Session_DeviceServiceGuid,
        service_of_request(machine, pending).guid, GUID_SIZE,
    )
    put32(
        at + NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO_L1_Session_State,
        WwanDeviceServiceSessionOpen if own else WwanDeviceServiceSessionClosed,
    )
    put32(
        at + NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO_L1_Session_uSessionID,
        pending.argument.session.session_id,
    )
    emit_indication(
        machine, NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION, &to,
        NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO_L1_SIZE,
    )


cdef uint32_t start_session_write(
    machine_t* machine, const record_t* request, pending_t* pending
) noexcept nogil:
    """Check a write. Argument: session id."""
    cdef const uint8_t* at = request.payload
    cdef uint32_t fixed = NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE_L1_SIZE
    cdef uint32_t data_size = get32(
        at + NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE_L1_WriteData_uDataSize
    )
    cdef const session_t* session = session_find(
        machine, get32(at + NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE_L1_WriteData_uSessionID)
    )
    if session is NULL:
        return NDIS_STATUS_ADAPTER_NOT_OPEN
    if not (
        machine.profile.services[session.service].session_capability
        & WwanDeviceServiceSessionWriteSupported
    ):
        return NDIS_STATUS_NOT_SUPPORTED
    if data_size > request.payload_size - fixed:
        return NDIS_STATUS_INVALID_LENGTH
    if data_size > machine.profile.session_data_size_max:
        return NDIS_STATUS_INVALID_DATA
    pending.argument.session.session_id = session.session_id
    return NDIS_STATUS_INDICATION_REQUIRED


cdef void finish_session_write(machine_t* machine, const pending_t* pending) noexcept nogil:
    """End a write; it fails when the session was closed under it."""
    cdef destination_t to = destination_of_request(pending)
    cdef uint32_t status = operation_forced_status(pending)
    cdef uint8_t* at
    if status == WWAN_STATUS_SUCCESS:
        if session_find(machine, pending.argument.session.session_id) is NULL:
            status = WWAN_STATUS_WRITE_FAILURE
    at = emit_begin(machine, NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE_COMPLETE_L1_SIZE)
    if at is NULL:
        return
    put_header(at, 1, NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE_COMPLETE_L1_SIZE)
    put32(at + NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE_COMPLETE_L1_uStatus, status)
    emit_indication(
        machine, NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION_WRITE_COMPLETE, &to,
        NDIS_WWAN_DEVICE_SERVICE_SESSION_WRITE_COMPLETE_L1_SIZE,
    )


cdef void session_emit_read(
    machine_t* machine, uint32_t session_id, const uint8_t* octets, uint32_t size
) noexcept nogil:
    """Send one NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION_READ."""
    cdef destination_t to = destination_unsolicited(0)
    cdef uint32_t fixed = NDIS_WWAN_DEVICE_SERVICE_SESSION_READ_L1_SIZE
    cdef uint8_t* at = emit_begin(machine, fixed + size)
    if at is NULL:
        return
    put_header(at, 1, fixed)
    put32(at + NDIS_WWAN_DEVICE_SERVICE_SESSION_READ_L1_ReadData_uSessionID, session_id)
    put32(at + NDIS_WWAN_DEVICE_SERVICE_SESSION_READ_L1_ReadData_uDataSize, size)
    memcpy(at + fixed, octets, size)
    emit_indication(machine, NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION_READ, &to, fixed + size)


cdef void stimulus_device_service_data(machine_t* machine, const record_t* event) noexcept nogil:
    """A service sends data to an open session, in parts of at most uMaxSessionDataSize."""
    cdef const session_t* session = session_find(
        machine, get32(event.payload + WWANREPLAY_STIMULUS_DEVICE_SERVICE_DATA_L1_SessionId)
    )
    cdef uint32_t left = get32(event.payload + WWANREPLAY_STIMULUS_DEVICE_SERVICE_DATA_L1_DataSize)
    cdef const uint8_t* octets = event.payload + WWANREPLAY_STIMULUS_DEVICE_SERVICE_DATA_L1_SIZE
    cdef uint32_t part
    cdef uint32_t limit = machine.profile.session_data_size_max
    if (
        session is NULL or limit == 0
        or left > event.payload_size - WWANREPLAY_STIMULUS_DEVICE_SERVICE_DATA_L1_SIZE
    ):
        return
    if not (
        machine.profile.services[session.service].session_capability
        & WwanDeviceServiceSessionReadSupported
    ):
        return
    while left:
        part = min(left, limit)
        session_emit_read(machine, session.session_id, octets, part)
        octets += part
        left -= part


cdef void stimulus_device_service_session_closed(
    machine_t* machine, const record_t* event
) noexcept nogil:
    """The device ends a session. No indication reports that: the host finds out when it writes."""
    cdef session_t* session = session_find(
        machine,
        get32(event.payload + WWANREPLAY_STIMULUS_DEVICE_SERVICE_SESSION_CLOSED_L1_SessionId),
    )
    if session is not NULL:
        session.open = 0


cdef void adopt_session(machine_t* machine, const record_t* event) noexcept nogil:
    """The answer to an open or close witnesses whether the session is open."""
    cdef const uint8_t* at = event.payload
    cdef uint32_t service, session_id
    cdef session_t* session
    if event.payload_size < NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO_L1_SIZE:
        return
    if get32(at + NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO_L1_uStatus) != WWAN_STATUS_SUCCESS:
        return
    session_id = get32(at + NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO_L1_Session_uSessionID)
    session = session_find(machine, session_id)
    if (
        get32(at + NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO_L1_Session_State)
        == WwanDeviceServiceSessionClosed
    ):
        if session is not NULL:
            session.open = 0
        return
    service = service_find(
        machine, at + NDIS_WWAN_DEVICE_SERVICE_SESSION_INFO_L1_Session_DeviceServiceGuid
    )
    if session is NULL and service != SERVICE_NONE:
        session_open(machine, service, session_id)


adopt_row(KIND_INDICATION, NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION, False, adopt_session)
