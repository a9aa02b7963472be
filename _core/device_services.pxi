# Device services: what there is, commands, subscriptions and events.

cdef enum:
    GUID_SIZE = 16
    SERVICE_NONE = 0xFFFFFFFF


cdef uint32_t service_find(const machine_t* machine, const uint8_t* guid) noexcept nogil:
    """The number of the service with this GUID, or SERVICE_NONE."""
    cdef uint32_t at
    for at in range(machine.profile.service_count):
        if memcmp(machine.profile.services[at].guid, guid, GUID_SIZE) == 0:
            return at
    return SERVICE_NONE


cdef inline const service_t* service_of_request(
    const machine_t* machine, const pending_t* pending
) noexcept nogil:
    """The service that the first argument of an operation numbers."""
    return &machine.profile.services[pending.argument.service.service % SERVICE_COUNT_MAX]


cdef bint service_has_command(const service_t* service, uint32_t command) noexcept nogil:
    cdef uint32_t at
    for at in range(service.command_count):
        if service.commands[at] == command:
            return True
    return False


cdef uint32_t operation_forced_status(const pending_t* pending) noexcept nogil:
    """The uStatus that a stimulus orders; success if it orders none."""
    return pending.outcome if pending.forced else WWAN_STATUS_SUCCESS


cdef void finish_enumerate_services(machine_t* machine, const pending_t* pending) noexcept nogil:
    """OID_WWAN_ENUMERATE_DEVICE_SERVICES: limits and one entry for each service."""
    cdef const profile_t* profile = machine.profile
    cdef destination_t to = destination_of_request(pending)
    cdef uint32_t fixed = NDIS_WWAN_SUPPORTED_DEVICE_SERVICES_L1_SIZE
    cdef uint32_t entry_size = WWAN_DEVICE_SERVICE_ENTRY_L1_SIZE
    cdef uint32_t status = operation_forced_status(pending)
    cdef uint32_t count = profile.service_count if status == WWAN_STATUS_SUCCESS else 0
    cdef uint32_t size = fixed + count * entry_size
    cdef uint32_t number
    cdef uint8_t* entry
    cdef uint8_t* at = emit_begin(machine, size)
    if at is NULL:
        return
    put_header(at, 1, fixed)
    put32(at + NDIS_WWAN_SUPPORTED_DEVICE_SERVICES_L1_uStatus, status)
    put32(
        at + NDIS_WWAN_SUPPORTED_DEVICE_SERVICES_L1_DeviceServices_uMaxCommandDataSize,
        profile.command_data_size_max,
    )
    put32(
        at + NDIS_WWAN_SUPPORTED_DEVICE_SERVICES_L1_DeviceServices_uMaxSessionDataSize,
        profile.session_data_size_max,
    )
    put32(
        at + NDIS_WWAN_SUPPORTED_DEVICE_SERVICES_L1_DeviceServices_uMaxSessionCount,
        profile.session_count_max,
    )
    put32(
        at + NDIS_WWAN_SUPPORTED_DEVICE_SERVICES_L1_DeviceServices_ListHeader_ElementType,
        WwanStructDeviceServiceEntry,
    )
    put32(
        at + NDIS_WWAN_SUPPORTED_DEVICE_SERVICES_L1_DeviceServices_ListHeader_ElementCount, count
    )
    for number in range(count):
        entry = at + fixed + number * entry_size
        memcpy(entry, profile.services[number].guid, GUID_SIZE)
        put32(
            entry + WWAN_DEVICE_SERVICE_ENTRY_L1_SessionCapability,
            profile.services[number].session_capability,
        )
        put32(
            entry + WWAN_DEVICE_SERVICE_ENTRY_L1_uMaxSessionInstances,
            profile.services[number].session_instances_max,
        )
    emit_indication(machine, NDIS_STATUS_WWAN_SUPPORTED_DEVICE_SERVICES, &to, size)


cdef uint32_t start_enumerate_commands(
    machine_t* machine, const record_t* request, pending_t* pending
) noexcept nogil:
    """Argument: the service whose commands are listed."""
    cdef uint32_t service = service_find(
        machine, request.payload + NDIS_WWAN_ENUMERATE_DEVICE_SERVICE_COMMANDS_L1_DeviceServiceGuid
    )
    if service == SERVICE_NONE:
        return NDIS_STATUS_NOT_SUPPORTED
    pending.argument.service.service = service
    return NDIS_STATUS_INDICATION_REQUIRED


cdef void finish_enumerate_commands(machine_t* machine, const pending_t* pending) noexcept nogil:
    """OID_WWAN_ENUMERATE_DEVICE_SERVICE_COMMANDS: the commands of one service."""
    cdef const service_t* service = service_of_request(machine, pending)
    cdef destination_t to = destination_of_request(pending)
    cdef uint32_t fixed = NDIS_WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS_L1_SIZE
    cdef uint32_t status = operation_forced_status(pending)
    cdef uint32_t count = service.command_count if status == WWAN_STATUS_SUCCESS else 0
    cdef uint32_t size = fixed + 4 * count
    cdef uint32_t number
    cdef uint8_t* at = emit_begin(machine, size)
    if at is NULL:
        return
    put_header(at, 1, fixed)
    put32(at + NDIS_WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS_L1_uStatus, status)
    memcpy(
        at + NDIS_WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS_L1_SupportedCommands_DeviceServiceGuid,
        service.guid, GUID_SIZE,
    )
    put32(
        at + (
            NDIS_WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS_L1_SupportedCommands_ListHeader_ElementType
        ),
        WwanStructDeviceServiceCommandId,
    )
    put32(
        at + (
            NDIS_WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS_L1_SupportedCommands_ListHeader_ElementCount
        ),
        count,
    )
    for number in range(count):
        put32(at + fixed + 4 * number, service.commands[number])
    emit_indication(machine, NDIS_STATUS_WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS, &to, size)


cdef uint32_t start_subscribe(
    machine_t* machine, const record_t* request, pending_t* pending
) noexcept nogil:
    """Argument: the set of requested services, one bit each. Each must be one of the device's."""
    cdef const uint8_t* at = request.payload
    cdef uint32_t fixed = NDIS_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS_L1_SIZE
    cdef uint32_t count = get32(
        at + NDIS_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS_L1_DeviceServiceListHeader_ElementCount
    )
    cdef uint32_t wanted = 0
    cdef uint32_t number, service
    if count > (request.payload_size - fixed) // GUID_SIZE:
        return NDIS_STATUS_INVALID_LENGTH
    if count and get32(
        at + NDIS_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS_L1_DeviceServiceListHeader_ElementType
    ) != WwanStructDeviceServiceGuid:
        return NDIS_STATUS_INVALID_DATA
    for number in range(count):
        service = service_find(machine, at + fixed + number * GUID_SIZE)
        if service == SERVICE_NONE:
            return NDIS_STATUS_NOT_SUPPORTED
        wanted |= 1u << service
    pending.argument.subscription.services = wanted
    return NDIS_STATUS_INDICATION_REQUIRED


cdef void finish_subscribe(machine_t* machine, const pending_t* pending) noexcept nogil:
    """Replace the subscription; the answer lists what is subscribed now."""
    cdef destination_t to = destination_of_request(pending)
    cdef uint32_t fixed = NDIS_WWAN_DEVICE_SERVICE_SUBSCRIPTION_L1_SIZE
    cdef uint32_t status = operation_forced_status(pending)
    cdef uint32_t count = 0
    cdef uint32_t number
    cdef uint8_t* at
    if status == WWAN_STATUS_SUCCESS:
        machine.device.subscribed = pending.argument.subscription.services
    at = emit_begin(machine, fixed + SERVICE_COUNT_MAX * GUID_SIZE)
    if at is NULL:
        return
    for number in range(machine.profile.service_count):
        if (machine.device.subscribed >> number) & 1:
            memcpy(
                at + fixed + count * GUID_SIZE, machine.profile.services[number].guid, GUID_SIZE
            )
            count += 1
    put_header(at, 1, fixed)
    put32(at + NDIS_WWAN_DEVICE_SERVICE_SUBSCRIPTION_L1_uStatus, status)
    put32(
        at + NDIS_WWAN_DEVICE_SERVICE_SUBSCRIPTION_L1_DeviceServiceListHeader_ElementType,
        WwanStructDeviceServiceGuid,
    )
    put32(
        at + NDIS_WWAN_DEVICE_SERVICE_SUBSCRIPTION_L1_DeviceServiceListHeader_ElementCount, count
    )
    emit_indication(
        machine, NDIS_STATUS_WWAN_DEVICE_SERVICE_SUBSCRIPTION, &to, fixed + count * GUID_SIZE
    )


cdef uint32_t start_service_command(
    machine_t* machine, const record_t* request, pending_t* pending
) noexcept nogil:
    """Check a command; a query's data is kept for its answer. Arguments: service, CommandID."""
    cdef const uint8_t* at = request.payload
    cdef uint32_t fixed = NDIS_WWAN_DEVICE_SERVICE_COMMAND_L1_SIZE
    cdef uint32_t data_size = get32(at + NDIS_WWAN_DEVICE_SERVICE_COMMAND_L1_Command_uDataSize)
    cdef uint32_t command = get32(at + NDIS_WWAN_DEVICE_SERVICE_COMMAND_L1_Command_CommandID)
    cdef uint32_t service = service_find(
        machine, at + NDIS_WWAN_DEVICE_SERVICE_COMMAND_L1_Command_DeviceServiceGuid
    )
    if service == SERVICE_NONE:
        return NDIS_STATUS_NOT_SUPPORTED
    if not service_has_command(&machine.profile.services[service], command):
        return NDIS_STATUS_NOT_SUPPORTED
    if data_size > request.payload_size - fixed:
        return NDIS_STATUS_INVALID_LENGTH
    if data_size > machine.profile.command_data_size_max:
        return NDIS_STATUS_INVALID_DATA
    pending.argument.service.service = service
    pending.argument.service.command = command
    if pending.kind == KIND_QUERY and data_size:
        pending.slot = slot_take(machine, at + fixed, data_size)
        if pending.slot < 0:
            return NDIS_STATUS_RESOURCES
        pending.parameter_size = data_size
    return NDIS_STATUS_INDICATION_REQUIRED


cdef void finish_service_command(machine_t* machine, const pending_t* pending) noexcept nogil:
    """Answer a command. The services of the model have one behaviour for every command:

    a query is answered with the very data it carried, a set with no data.
    """
    cdef destination_t to = destination_of_request(pending)
    cdef uint32_t fixed = NDIS_WWAN_DEVICE_SERVICE_RESPONSE_L1_SIZE
    cdef uint32_t status = operation_forced_status(pending)
    cdef uint32_t data_size = pending.parameter_size if status == WWAN_STATUS_SUCCESS else 0
    cdef uint8_t* at = emit_begin(machine, fixed + data_size)
    if at is NULL:
        return
    put_header(at, 1, fixed)
    put32(at + NDIS_WWAN_DEVICE_SERVICE_RESPONSE_L1_uStatus, status)
    memcpy(
        at + NDIS_WWAN_DEVICE_SERVICE_RESPONSE_L1_Response_DeviceServiceGuid,
        service_of_request(machine, pending).guid, GUID_SIZE,
    )
    put32(
        at + NDIS_WWAN_DEVICE_SERVICE_RESPONSE_L1_Response_ResponseID,
        pending.argument.service.command,
    )
    put32(at + NDIS_WWAN_DEVICE_SERVICE_RESPONSE_L1_Response_uDataSize, data_size)
    if data_size:
        memcpy(at + fixed, slot_buffer(machine, pending), data_size)
    emit_indication(machine, NDIS_STATUS_WWAN_DEVICE_SERVICE_RESPONSE, &to, fixed + data_size)


cdef void stimulus_device_service_event(machine_t* machine, const record_t* event) noexcept nogil:
    """A service sends an event: only to a host that subscribed to it."""
    cdef const uint8_t* stimulus = event.payload
    cdef uint32_t data_size = get32(stimulus + WWANREPLAY_STIMULUS_DEVICE_SERVICE_EVENT_L1_DataSize)
    cdef uint32_t service = service_find(machine, stimulus)
    cdef uint32_t fixed = NDIS_WWAN_DEVICE_SERVICE_EVENT_L1_SIZE
    cdef destination_t to = destination_unsolicited(0)
    cdef uint8_t* at
    if service == SERVICE_NONE or not machine.profile.services[service].events:
        return
    if not (machine.device.subscribed >> service) & 1:
        return
    if (
        data_size > event.payload_size - WWANREPLAY_STIMULUS_DEVICE_SERVICE_EVENT_L1_SIZE
        or data_size > machine.profile.command_data_size_max
    ):
        return
    at = emit_begin(machine, fixed + data_size)
    if at is NULL:
        return
    put_header(at, 1, fixed)
    memcpy(
        at + NDIS_WWAN_DEVICE_SERVICE_EVENT_L1_Event_DeviceServiceGuid,
        machine.profile.services[service].guid, GUID_SIZE,
    )
    put32(
        at + NDIS_WWAN_DEVICE_SERVICE_EVENT_L1_Event_EventID,
        get32(stimulus + WWANREPLAY_STIMULUS_DEVICE_SERVICE_EVENT_L1_EventID),
    )
    put32(at + NDIS_WWAN_DEVICE_SERVICE_EVENT_L1_Event_uDataSize, data_size)
    memcpy(at + fixed, stimulus + WWANREPLAY_STIMULUS_DEVICE_SERVICE_EVENT_L1_SIZE, data_size)
    emit_indication(machine, NDIS_STATUS_WWAN_DEVICE_SERVICE_EVENT, &to, fixed + data_size)


cdef void service_reset(machine_t* machine) noexcept nogil:
    """No subscription and no session: at the start, and after every loss of power."""
    machine.device.subscribed = 0
    memset(machine.device.sessions, 0, sizeof(machine.device.sessions))


reset_row(service_reset)


cdef void adopt_subscription(machine_t* machine, const record_t* event) noexcept nogil:
    """A subscription answer lists what is subscribed."""
    cdef const uint8_t* at = event.payload
    cdef uint32_t fixed = NDIS_WWAN_DEVICE_SERVICE_SUBSCRIPTION_L1_SIZE
    cdef uint32_t count, number, service
    if event.payload_size < fixed:
        return
    if get32(at + NDIS_WWAN_DEVICE_SERVICE_SUBSCRIPTION_L1_uStatus) != WWAN_STATUS_SUCCESS:
        return
    count = get32(
        at + NDIS_WWAN_DEVICE_SERVICE_SUBSCRIPTION_L1_DeviceServiceListHeader_ElementCount
    )
    if count == 0 or count > (event.payload_size - fixed) // GUID_SIZE:
        return
    machine.device.subscribed = 0
    for number in range(min(count, <uint32_t>(4 * SERVICE_COUNT_MAX))):
        service = service_find(machine, at + fixed + number * GUID_SIZE)
        if service != SERVICE_NONE:
            machine.device.subscribed |= 1u << service


cdef void adopt_service_event(machine_t* machine, const record_t* event) noexcept nogil:
    """An event of a service shows that it is subscribed."""
    cdef uint32_t service
    if event.payload_size < NDIS_WWAN_DEVICE_SERVICE_EVENT_L1_SIZE:
        return
    service = service_find(
        machine, event.payload + NDIS_WWAN_DEVICE_SERVICE_EVENT_L1_Event_DeviceServiceGuid
    )
    if service != SERVICE_NONE:
        machine.device.subscribed |= 1u << service


adopt_row(KIND_INDICATION, NDIS_STATUS_WWAN_DEVICE_SERVICE_SUBSCRIPTION, False, adopt_subscription)
adopt_row(KIND_INDICATION, NDIS_STATUS_WWAN_DEVICE_SERVICE_EVENT, False, adopt_service_event)
