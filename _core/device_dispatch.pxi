# Which subject answers what. Every OID, timer and stimulus of the model is named here once.

cdef enum:
    FILL_QUERY = 1
    FILL_SET = 2


cdef void fill_row(
    uint32_t oid, uint32_t query_mode, uint32_t set_mode, uint32_t indication
) noexcept nogil:
    cdef oid_row_t* row = &OID_ROWS[oid_index(oid)]
    memset(row, 0, sizeof(oid_row_t))
    row.oid = oid
    row.query_mode = query_mode
    row.set_mode = set_mode
    row.indication = indication


cdef void fill_input(uint32_t oid, uint32_t revision, uint32_t size, uint32_t use) noexcept nogil:
    """Let the OID's set or query carry a structure of this revision and size."""
    cdef oid_row_t* row = &OID_ROWS[oid_index(oid)]
    if use == FILL_SET:
        row.set_revisions[row.set_input_count] = revision
        row.set_sizes[row.set_input_count] = size
        row.set_input_count += 1
    else:
        row.query_revisions[row.query_input_count] = revision
        row.query_sizes[row.query_input_count] = size
        row.query_input_count += 1


cdef void fill_oid_rows() noexcept nogil:
    """The OIDs of the model, with how each is answered and what it carries."""
    fill_row(OID_WWAN_DRIVER_CAPS, MODE_SYNC, MODE_NONE, 0)
    fill_row(OID_WWAN_DEVICE_CAPS, MODE_ASYNC, MODE_NONE, NDIS_STATUS_WWAN_DEVICE_CAPS)
    fill_row(OID_WWAN_DEVICE_CAPS_EX, MODE_ASYNC, MODE_NONE, NDIS_STATUS_WWAN_DEVICE_CAPS_EX)
    fill_row(OID_WWAN_READY_INFO, MODE_ASYNC, MODE_NONE, NDIS_STATUS_WWAN_READY_INFO)
    fill_row(OID_WWAN_RADIO_STATE, MODE_ASYNC, MODE_ASYNC, NDIS_STATUS_WWAN_RADIO_STATE)
    fill_row(OID_WWAN_PIN, MODE_ASYNC, MODE_ASYNC, NDIS_STATUS_WWAN_PIN_INFO)
    fill_row(OID_WWAN_PIN_EX, MODE_ASYNC, MODE_ASYNC, NDIS_STATUS_WWAN_PIN_INFO)
    fill_row(OID_WWAN_PIN_LIST, MODE_ASYNC, MODE_NONE, NDIS_STATUS_WWAN_PIN_LIST)
    fill_row(OID_WWAN_HOME_PROVIDER, MODE_ASYNC, MODE_NONE, NDIS_STATUS_WWAN_HOME_PROVIDER)
    fill_row(OID_WWAN_VISIBLE_PROVIDERS, MODE_ASYNC, MODE_NONE, NDIS_STATUS_WWAN_VISIBLE_PROVIDERS)
    fill_row(
        OID_WWAN_PREFERRED_PROVIDERS, MODE_ASYNC, MODE_ASYNC, NDIS_STATUS_WWAN_PREFERRED_PROVIDERS
    )
    fill_row(OID_WWAN_REGISTER_STATE, MODE_ASYNC, MODE_ASYNC, NDIS_STATUS_WWAN_REGISTER_STATE)
    fill_row(OID_WWAN_PACKET_SERVICE, MODE_ASYNC, MODE_ASYNC, NDIS_STATUS_WWAN_PACKET_SERVICE)
    fill_row(OID_WWAN_SIGNAL_STATE, MODE_ASYNC, MODE_ASYNC, NDIS_STATUS_WWAN_SIGNAL_STATE)
    fill_row(
        OID_WWAN_PROVISIONED_CONTEXTS, MODE_ASYNC, MODE_ASYNC, NDIS_STATUS_WWAN_PROVISIONED_CONTEXTS
    )
    fill_row(OID_WWAN_CONNECT, MODE_ASYNC, MODE_ASYNC, NDIS_STATUS_WWAN_CONTEXT_STATE)
    fill_row(
        OID_WWAN_SERVICE_ACTIVATION, MODE_NONE, MODE_ASYNC, NDIS_STATUS_WWAN_SERVICE_ACTIVATION
    )
    fill_row(
        OID_WWAN_ENUMERATE_DEVICE_SERVICES, MODE_ASYNC, MODE_NONE,
        NDIS_STATUS_WWAN_SUPPORTED_DEVICE_SERVICES,
    )
    fill_row(
        OID_WWAN_ENUMERATE_DEVICE_SERVICE_COMMANDS, MODE_ASYNC, MODE_NONE,
        NDIS_STATUS_WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS,
    )
    fill_row(
        OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS, MODE_NONE, MODE_ASYNC,
        NDIS_STATUS_WWAN_DEVICE_SERVICE_SUBSCRIPTION,
    )
    fill_row(
        OID_WWAN_DEVICE_SERVICE_COMMAND, MODE_ASYNC, MODE_ASYNC,
        NDIS_STATUS_WWAN_DEVICE_SERVICE_RESPONSE,
    )
    fill_row(
        OID_WWAN_DEVICE_SERVICE_SESSION, MODE_NONE, MODE_ASYNC,
        NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION,
    )
    fill_row(
        OID_WWAN_DEVICE_SERVICE_SESSION_WRITE, MODE_NONE, MODE_ASYNC,
        NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION_WRITE_COMPLETE,
    )
    fill_row(OID_WWAN_PCO, MODE_ASYNC, MODE_NONE, NDIS_STATUS_WWAN_PCO_STATUS)
    fill_row(OID_GEN_SUPPORTED_LIST, MODE_SYNC, MODE_NONE, 0)
    fill_row(OID_GEN_MEDIA_CONNECT_STATUS, MODE_SYNC, MODE_NONE, 0)
    fill_row(OID_GEN_LINK_STATE, MODE_SYNC, MODE_NONE, 0)
    fill_row(OID_GEN_STATISTICS, MODE_SYNC, MODE_NONE, 0)
    fill_row(OID_GEN_PHYSICAL_MEDIUM, MODE_SYNC, MODE_NONE, 0)
    fill_row(OID_PNP_SET_POWER, MODE_NONE, MODE_SYNC, 0)
    fill_row(OID_PNP_QUERY_POWER, MODE_SYNC, MODE_NONE, 0)
    fill_subscriber_inputs()
    fill_network_inputs()
    fill_context_inputs()
    fill_service_inputs()


fill_oid_rows()


cdef uint32_t operation_start(
    machine_t* machine, const record_t* request, pending_t* pending
) noexcept nogil:
    """Check an asynchronous request's data, keep what its operation needs, begin the transition.

    NDIS_STATUS_INDICATION_REQUIRED accepts it; any other NDIS status refuses it (and then nothing
    may have changed).
    """
    cdef uint32_t oid = <uint32_t>pending.code
    if pending.kind == KIND_SET:
        if oid == OID_WWAN_CONNECT:
            return start_connect(machine, request, pending)
        if oid == OID_WWAN_REGISTER_STATE:
            return start_register(machine, request, pending)
        if oid == OID_WWAN_RADIO_STATE:
            return start_radio(machine, request, pending)
        if oid == OID_WWAN_PACKET_SERVICE:
            return start_packet_service(machine, request, pending)
        if oid == OID_WWAN_SIGNAL_STATE:
            return start_signal(machine, request, pending)
        if oid == OID_WWAN_PIN or oid == OID_WWAN_PIN_EX:
            return start_pin(machine, request, pending)
        if oid == OID_WWAN_PREFERRED_PROVIDERS:
            return start_preferred_providers(machine, request, pending)
        if oid == OID_WWAN_PROVISIONED_CONTEXTS:
            return start_provisioned_context(machine, request, pending)
        if oid == OID_WWAN_SERVICE_ACTIVATION:
            return start_service_activation(machine, request, pending)
        if oid == OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS:
            return start_subscribe(machine, request, pending)
        if oid == OID_WWAN_DEVICE_SERVICE_SESSION:
            return start_session(machine, request, pending)
        if oid == OID_WWAN_DEVICE_SERVICE_SESSION_WRITE:
            return start_session_write(machine, request, pending)
    if oid == OID_WWAN_DEVICE_SERVICE_COMMAND:
        return start_service_command(machine, request, pending)
    if oid == OID_WWAN_ENUMERATE_DEVICE_SERVICE_COMMANDS:
        return start_enumerate_commands(machine, request, pending)
    if oid == OID_WWAN_VISIBLE_PROVIDERS:
        return start_visible_providers(machine, request, pending)
    return NDIS_STATUS_INDICATION_REQUIRED


cdef void operation_finish(machine_t* machine, const pending_t* pending) noexcept nogil:
    """End an accepted request: change the state, send its transactional indication."""
    cdef uint32_t oid = <uint32_t>pending.code
    if oid == OID_WWAN_REGISTER_STATE:
        finish_register(machine, pending)
    elif oid == OID_WWAN_CONNECT:
        finish_connect(machine, pending)
    elif oid == OID_WWAN_SIGNAL_STATE:
        finish_signal(machine, pending)
    elif oid == OID_WWAN_PACKET_SERVICE:
        finish_packet_service(machine, pending)
    elif oid == OID_WWAN_RADIO_STATE:
        finish_radio(machine, pending)
    elif oid == OID_WWAN_READY_INFO:
        finish_ready_info(machine, pending)
    elif oid == OID_WWAN_DEVICE_CAPS:
        finish_device_caps(machine, pending)
    elif oid == OID_WWAN_DEVICE_CAPS_EX:
        finish_device_caps_ex(machine, pending)
    elif oid == OID_WWAN_PIN or oid == OID_WWAN_PIN_EX:
        finish_pin(machine, pending)
    elif oid == OID_WWAN_PIN_LIST:
        finish_pin_list(machine, pending)
    elif oid == OID_WWAN_HOME_PROVIDER:
        finish_home_provider(machine, pending)
    elif oid == OID_WWAN_VISIBLE_PROVIDERS:
        finish_visible_providers(machine, pending)
    elif oid == OID_WWAN_PREFERRED_PROVIDERS:
        finish_preferred_providers(machine, pending)
    elif oid == OID_WWAN_PROVISIONED_CONTEXTS:
        finish_provisioned_contexts(machine, pending)
    elif oid == OID_WWAN_SERVICE_ACTIVATION:
        finish_service_activation(machine, pending)
    elif oid == OID_WWAN_ENUMERATE_DEVICE_SERVICES:
        finish_enumerate_services(machine, pending)
    elif oid == OID_WWAN_ENUMERATE_DEVICE_SERVICE_COMMANDS:
        finish_enumerate_commands(machine, pending)
    elif oid == OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS:
        finish_subscribe(machine, pending)
    elif oid == OID_WWAN_DEVICE_SERVICE_COMMAND:
        finish_service_command(machine, pending)
    elif oid == OID_WWAN_DEVICE_SERVICE_SESSION:
        finish_session(machine, pending)
    elif oid == OID_WWAN_DEVICE_SERVICE_SESSION_WRITE:
        finish_session_write(machine, pending)
    elif oid == OID_WWAN_PCO:
        finish_pco(machine, pending)


cdef void operation_abandon(machine_t* machine, const pending_t* pending) noexcept nogil:
    """Take back what operation_start began: the request was cancelled before its completion."""
    if pending.kind != KIND_SET:
        return
    if pending.code == OID_WWAN_REGISTER_STATE:
        abandon_register(machine, pending)
    elif pending.code == OID_WWAN_CONNECT:
        abandon_connect(machine, pending)
    elif pending.code == OID_WWAN_PACKET_SERVICE:
        abandon_packet_service(machine, pending)


cdef void synchronous_request(
    machine_t* machine, const record_t* request, const pending_t* pending
) noexcept nogil:
    """Answer an OID that is completed at once."""
    cdef uint32_t oid = <uint32_t>pending.code
    if oid == OID_WWAN_DRIVER_CAPS:
        answer_driver_caps(machine, pending)
    elif oid == OID_GEN_SUPPORTED_LIST:
        answer_supported_list(machine, pending)
    elif oid == OID_GEN_MEDIA_CONNECT_STATUS:
        answer_media_connect_status(machine, pending)
    elif oid == OID_GEN_LINK_STATE:
        answer_link_state(machine, pending)
    elif oid == OID_GEN_STATISTICS:
        answer_statistics(machine, pending)
    elif oid == OID_GEN_PHYSICAL_MEDIUM:
        answer_physical_medium(machine, pending)
    elif oid == OID_PNP_SET_POWER:
        set_power(machine, request, pending)
    elif oid == OID_PNP_QUERY_POWER:
        query_power(machine, request, pending)


cdef void timer_fired(machine_t* machine, const pending_t* pending) noexcept nogil:
    """Something the device does by itself is due."""
    if pending.code == TIMER_READY:
        ready_timer(machine, pending)
    elif pending.code == TIMER_REGISTER:
        register_timer(machine, pending)
    elif pending.code == TIMER_ATTACH:
        attach_timer(machine, pending)
    elif pending.code == TIMER_SIGNAL:
        signal_timer(machine, pending)


cdef void order_outcome(machine_t* machine, const record_t* event) noexcept nogil:
    """The outcome stimulus: operations to come end so."""
    cdef device_t* device = &machine.device
    cdef outcome_t* order
    if device.outcome_count == OUTCOME_COUNT_MAX:
        return
    order = &device.outcomes[device.outcome_count]
    order.operation = get32(event.payload)
    order.status = get32(event.payload + 4)
    order.cause = get32(event.payload + 8)
    order.count = get32(event.payload + 12)
    if order.count:
        device.outcome_count += 1


cdef void order_latency(machine_t* machine, const record_t* event) noexcept nogil:
    """The latency stimulus: operations to come take so long. A later order for the same OID
    replaces.
    """
    cdef device_t* device = &machine.device
    cdef override_t* order
    cdef uint32_t operation = get32(event.payload)
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
    order.count = get32(event.payload + 4)
    order.delay_ns = <int64_t>get64(event.payload + 8)
    order.completion_delay_ns = <int64_t>get64(event.payload + 16)
    if order.count:
        device.override_count += 1


cdef uint32_t stimulus_size(uint32_t code) noexcept nogil:
    """The smallest payload of a stimulus, bytes; 0 for one the model does not know."""
    if code == STIMULUS_SIM or code == STIMULUS_HARDWARE_RADIO or code == STIMULUS_NETWORK_DETACH:
        return 4
    if code == STIMULUS_VOICE_CALL or code == STIMULUS_EMERGENCY_MODE:
        return 4
    if code == STIMULUS_CELLULAR_CLASS or code == STIMULUS_DEVICE_SERVICE_SESSION_CLOSED:
        return 4
    if code == STIMULUS_COVERAGE or code == STIMULUS_NETWORK_DEACTIVATE:
        return 8
    if code == STIMULUS_SIGNAL or code == STIMULUS_SERVICE_ACTIVATION:
        return 8
    if code == STIMULUS_DATA_CLASS or code == STIMULUS_DEVICE_SERVICE_DATA:
        return 8
    if code == STIMULUS_NETWORK_DEREGISTER:
        return 12
    if code == STIMULUS_OUTCOME:
        return 16
    if code == STIMULUS_LATENCY or code == STIMULUS_DEVICE_SERVICE_EVENT:
        return 24
    if code == STIMULUS_TRAFFIC:
        return 64
    if code == STIMULUS_IP_ADDRESS:
        return 76
    if code == STIMULUS_PROVIDER_CHANGE:
        return 84
    if code == STIMULUS_ROAMING_TEXT:
        return 128
    if code == STIMULUS_PCO:
        return 268
    return 0


cdef void device_stimulus(machine_t* machine, const record_t* event) noexcept nogil:
    """Change the environment. What is too short or unknown changes nothing."""
    cdef uint32_t size = stimulus_size(<uint32_t>event.code)
    if size == 0 or event.payload_size < size or event.port >= machine.profile.port_count:
        return
    if miniport_silent(machine):
        stimulus_unheard(machine, event)
    else:
        stimulus_apply(machine, event)


cdef void stimulus_apply(machine_t* machine, const record_t* event) noexcept nogil:
    """Hand a sound stimulus to its subject."""
    cdef uint32_t code = <uint32_t>event.code
    if code == STIMULUS_OUTCOME:
        order_outcome(machine, event)
    elif code == STIMULUS_LATENCY:
        order_latency(machine, event)
    elif code == STIMULUS_SIM:
        stimulus_sim(machine, event)
    elif code == STIMULUS_HARDWARE_RADIO:
        stimulus_hardware_radio(machine, event)
    elif code == STIMULUS_COVERAGE:
        stimulus_coverage(machine, event)
    elif code == STIMULUS_NETWORK_DEREGISTER:
        stimulus_network_deregister(machine, event)
    elif code == STIMULUS_NETWORK_DETACH:
        stimulus_network_detach(machine, event)
    elif code == STIMULUS_NETWORK_DEACTIVATE:
        stimulus_network_deactivate(machine, event)
    elif code == STIMULUS_PROVIDER_CHANGE:
        stimulus_provider_change(machine, event)
    elif code == STIMULUS_SIGNAL:
        stimulus_signal(machine, event)
    elif code == STIMULUS_SERVICE_ACTIVATION:
        stimulus_service_activation(machine, event)
    elif code == STIMULUS_PCO:
        stimulus_pco(machine, event)
    elif code == STIMULUS_DEVICE_SERVICE_DATA:
        stimulus_device_service_data(machine, event)
    elif code == STIMULUS_DEVICE_SERVICE_EVENT:
        stimulus_device_service_event(machine, event)
    elif code == STIMULUS_DEVICE_SERVICE_SESSION_CLOSED:
        stimulus_device_service_session_closed(machine, event)
    elif code == STIMULUS_VOICE_CALL:
        stimulus_voice_call(machine, event)
    elif code == STIMULUS_DATA_CLASS:
        stimulus_data_class(machine, event)
    elif code == STIMULUS_IP_ADDRESS:
        stimulus_ip_address(machine, event)
    elif code == STIMULUS_TRAFFIC:
        stimulus_traffic(machine, event)
    elif code == STIMULUS_EMERGENCY_MODE:
        stimulus_emergency_mode(machine, event)
    elif code == STIMULUS_CELLULAR_CLASS:
        stimulus_cellular_class(machine, event)
    elif code == STIMULUS_ROAMING_TEXT:
        stimulus_roaming_text(machine, event)


cdef void device_reset(machine_t* machine, uint64_t seed) noexcept nogil:
    """A device that has just been made: running, in D0, its SIM being read."""
    cdef device_t* device = &machine.device
    memset(device, 0, sizeof(device_t))
    queue_clear(&device.queue)
    device.seed = seed
    device.now_ns = 0
    device.miniport_state = MINIPORT_RUNNING
    device.power_state = NdisDeviceStateD0
    reset_subscriber(machine)
    reset_network(machine)
    reset_contexts(machine)
    reset_services(machine)
    power_up(machine)


cdef bint device_adopt(machine_t* machine, const record_t* event) noexcept nogil:
    """Set the state that a recorded output witnesses; whether it witnesses any."""
    if event.kind != KIND_INDICATION:
        return adopt_completion(machine, event)
    return (
        adopt_subscriber(machine, event) or adopt_network(machine, event)
        or adopt_contexts(machine, event) or adopt_services(machine, event)
    )
