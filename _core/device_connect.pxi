# OID_WWAN_CONNECT: activate, deactivate, cancel, query.

cdef enum:
    CAUSE_AUTHENTICATION_FAILED = 29  # 3GPP TS 24.008, as the uNwError of a context
    CAUSE_UNKNOWN_PDP_TYPE = 28
    CAUSE_IPV4_ONLY = 50
    CAUSE_IPV6_ONLY = 51


cdef inline uint16_t connect_folded_character(uint16_t character) noexcept nogil:
    """The lower-case form of an ASCII letter."""
    return character + 32 if 65 <= character <= 90 else character


cdef bint connect_access_strings_match(const uint16_t* left, const uint16_t* right) noexcept nogil:
    """Whether two access strings name the same: letters count alike in either case."""
    cdef uint32_t at
    for at in range(WWAN_ACCESSSTRING_LEN):
        if connect_folded_character(left[at]) != connect_folded_character(right[at]):
            return False
        if left[at] == 0:
            return True
    return True


cdef uint32_t connect_keep_activation(
    machine_t* machine, const uint8_t* at, uint32_t size, pending_t* pending
) noexcept nogil:
    """Check the members of an activation, and keep its structure until it ends."""
    if (
        get32(at + NDIS_WWAN_SET_CONTEXT_STATE_L1_SetContextState_Compression) >= WwanCompressionMax
        or get32(at + NDIS_WWAN_SET_CONTEXT_STATE_L1_SetContextState_AuthType)
        >= WwanAuthProtocolMax
    ):
        return NDIS_STATUS_INVALID_DATA
    if size >= NDIS_WWAN_SET_CONTEXT_STATE_L2_SIZE and (
        get32(at + NDIS_WWAN_SET_CONTEXT_STATE_L2_SetContextState_IPType) >= WwanSessionTypeMax
    ):
        return NDIS_STATUS_INVALID_DATA
    pending.slot = slot_take(machine, at, size)
    if pending.slot < 0:
        return NDIS_STATUS_RESOURCES
    pending.parameter_size = size
    return NDIS_STATUS_INDICATION_REQUIRED


cdef uint32_t start_connect(
    machine_t* machine, const record_t* request, pending_t* pending
) noexcept nogil:
    """Check an order.

    Arguments: ConnectionId, ActivationCommand, its place among the sets, whether it was cancelled.
    """
    cdef const uint8_t* at = request.payload
    cdef uint32_t status = NDIS_STATUS_INDICATION_REQUIRED
    cdef uint32_t command = get32(
        at + NDIS_WWAN_SET_CONTEXT_STATE_L1_SetContextState_ActivationCommand
    )
    if command >= WwanActivationCommandMax:
        return NDIS_STATUS_INVALID_DATA
    if command == WwanActivationCommandActivate:
        status = connect_keep_activation(machine, at, header_size(at), pending)
    if status != NDIS_STATUS_INDICATION_REQUIRED:
        return status
    machine.device.set_ordinal += 1
    pending.argument.connect.connection_id = get32(
        at + NDIS_WWAN_SET_CONTEXT_STATE_L1_SetContextState_ConnectionId
    )
    pending.argument.connect.command = command
    pending.argument.connect.set_ordinal = machine.device.set_ordinal
    return status


cdef bint connect_sets_are_in_order(
    const pending_t* later, const pending_t* earlier
) noexcept nogil:
    """Whether a set of a context ends after an earlier one: of the same port and ConnectionId.

    A cancel order waits for nothing: it ends what was ordered before it.
    """
    return (
        later.port == earlier.port
        and later.argument.connect.connection_id == earlier.argument.connect.connection_id
        and later.argument.connect.command != WwanActivationCommandCancel
    )


cdef bint connect_access_string_accepted(
    const machine_t* machine, const uint16_t* access_string
) noexcept nogil:
    """Whether the network knows an access string that is not blank."""
    cdef const profile_t* profile = machine.profile
    cdef uint32_t at
    if profile.accepted_count == 0:
        return True
    if connect_access_strings_match(profile.default_access_string, access_string):
        return True
    for at in range(profile.accepted_count):
        if connect_access_strings_match(profile.accepted[at], access_string):
            return True
    return False


cdef bint connect_credentials_accepted(
    const machine_t* machine, const uint8_t* order
) noexcept nogil:
    """Whether the user name and password of an activation are those the network wants."""
    cdef uint16_t text[256]
    if not machine.profile.credentials_required:
        return True
    take_string(
        text, order + NDIS_WWAN_SET_CONTEXT_STATE_L1_SetContextState_UserName, WWAN_USERNAME_LEN
    )
    if not same_string(text, machine.profile.user_name, WWAN_USERNAME_LEN):
        return False
    take_string(
        text, order + NDIS_WWAN_SET_CONTEXT_STATE_L1_SetContextState_Password, WWAN_PASSWORD_LEN
    )
    return same_string(text, machine.profile.password, WWAN_PASSWORD_LEN)


cdef bint provisioned_is_disabled(
    const machine_t* machine, const uint16_t* access_string
) noexcept nogil:
    """Whether the stored contexts with this access string are all disabled (and there is one)."""
    cdef const provisioned_t* entry
    cdef uint32_t at
    cdef bint found = False
    if access_string[0] == 0:
        return False
    for at in range(machine.device.provisioned_count):
        entry = &machine.device.provisioned[at]
        if connect_access_strings_match(entry.access_string, access_string):
            if not entry.disabled:
                return False
            found = True
    return found


cdef uint32_t connect_network_ip_versions(const machine_t* machine, uint32_t port) noexcept nogil:
    """The IP versions the network gives on a port: bit 0 IPv4, bit 1 IPv6; IPv4 by default."""
    cdef const address_t* address = &machine.device.ports[port].address
    cdef uint32_t types = (1 if address.has_ipv4 else 0) | (2 if address.has_ipv6 else 0)
    return types if types else 1


cdef uint32_t connect_stored_ip_versions(
    const machine_t* machine, const uint16_t* access_string
) noexcept nogil:
    """The IP versions that the stored contexts with this access string allow, bits as above.

    All, where none is stored or one of them leaves the type to the network.
    """
    cdef const provisioned_t* entry
    cdef uint32_t at
    cdef uint32_t types = 0
    for at in range(machine.device.provisioned_count):
        entry = &machine.device.provisioned[at]
        if entry.disabled or not connect_access_strings_match(entry.access_string, access_string):
            continue
        types |= (1 if ip_type_has_ipv4(entry.ip_type) else 0) | (
            2 if ip_type_has_ipv6(entry.ip_type) else 0
        )
    return types if types else 3


cdef uint32_t connect_granted_ip_type(
    const machine_t* machine, uint32_t port, const uint16_t* access_string, uint32_t wanted,
    uint32_t* cause
) noexcept nogil:
    """The WWAN_IP_TYPE that is granted, within what the network gives and the stored context
    allows; with `cause` not 0 it is refused.
    """
    cdef uint32_t network = connect_network_ip_versions(machine, port)
    cdef uint32_t types = network & connect_stored_ip_versions(machine, access_string)
    cause[0] = 0
    if wanted == WwanIPTypeDefault or wanted == WwanIPTypeIpv4v6:
        if types == 3:
            return WwanIPTypeIpv4v6
        if types == 0:
            cause[0] = CAUSE_IPV4_ONLY if network == 1 else CAUSE_IPV6_ONLY
        return WwanIPTypeIPv4 if types == 1 else WwanIPTypeIPv6
    if wanted == WwanIPTypeIPv4:
        cause[0] = 0 if types & 1 else CAUSE_IPV6_ONLY
    elif wanted == WwanIPTypeIPv6 or wanted == WwanIPTypeXlat:
        cause[0] = 0 if types & 2 else CAUSE_IPV4_ONLY
    elif wanted == WwanSessionTypeEthernet:
        if not machine.profile.control_caps & WWAN_CTRL_CAPS_ETHERNET_PDU_SESSION:
            cause[0] = CAUSE_UNKNOWN_PDP_TYPE
    elif not machine.profile.control_caps & WWAN_CTRL_CAPS_UNSTRUCTURED_PDU_SESSION:
        cause[0] = CAUSE_UNKNOWN_PDP_TYPE
    return wanted


cdef bint subscriber_status_is_of_sim(uint32_t status) noexcept nogil:
    """Whether a status is one of the SIM that context indications may carry."""
    return (
        status == WWAN_STATUS_SIM_NOT_INSERTED or status == WWAN_STATUS_BAD_SIM
        or status == WWAN_STATUS_PIN_REQUIRED or status == WWAN_STATUS_NOT_INITIALIZED
        or status == WWAN_STATUS_FAILURE
    )


cdef uint32_t connect_device_refusal(
    machine_t* machine, uint32_t port, uint32_t connection_id
) noexcept nogil:
    """Why the device does not request activation from the network; success when it does."""
    cdef uint32_t status
    if context_find(machine, port, connection_id) is not NULL:
        return WWAN_STATUS_FAILURE
    if context_active_count(machine, port) >= context_active_max(machine):
        return WWAN_STATUS_MAX_ACTIVATED_CONTEXTS
    if not radio_is_on(machine):
        return WWAN_STATUS_RADIO_POWER_OFF
    status = subscriber_refusal(machine)
    if subscriber_status_is_of_sim(status):
        return status
    if not machine.device.service_activated:
        return WWAN_STATUS_SERVICE_NOT_ACTIVATED
    if voice_suspends_data(machine, port):
        return WWAN_STATUS_VOICE_CALL_IN_PROGRESS
    if not registration_is_registered(machine):
        return WWAN_STATUS_NOT_REGISTERED
    if not packet_is_attached(machine):
        return WWAN_STATUS_PACKET_SVC_DETACHED
    return WWAN_STATUS_SUCCESS


cdef uint32_t connect_activate(
    machine_t* machine, const pending_t* pending, uint32_t* cause
) noexcept nogil:
    """Request activation from the network: uStatus and uNwError of the end. A failure changes
    nothing.

    A blank access string goes to the network as it is, and the network gives the access string.
    """
    cdef const uint8_t* order = slot_buffer(machine, pending)
    cdef uint32_t size = pending.parameter_size
    cdef uint32_t wanted = WwanIPTypeDefault
    cdef uint32_t granted
    cdef uint16_t access_string[101]
    cdef context_t* context
    cause[0] = 0
    take_string(
        access_string, order + NDIS_WWAN_SET_CONTEXT_STATE_L1_SetContextState_AccessString,
        WWAN_ACCESSSTRING_LEN,
    )
    if provisioned_is_disabled(machine, access_string):
        return WWAN_STATUS_FAILURE
    if size >= NDIS_WWAN_SET_CONTEXT_STATE_L3_SIZE and (
        get32(order + NDIS_WWAN_SET_CONTEXT_STATE_L3_SetContextState_MediaPreference)
        == WwanPsMediaPreferenceWiFiOnly
    ):
        return WWAN_STATUS_FAILURE
    if access_string[0] == 0:
        memcpy(access_string, machine.profile.default_access_string, sizeof(access_string))
    elif not connect_access_string_accepted(machine, access_string):
        cause[0] = machine.profile.unknown_access_cause
        return WWAN_STATUS_INVALID_ACCESS_STRING
    if not connect_credentials_accepted(machine, order):
        cause[0] = CAUSE_AUTHENTICATION_FAILED
        return WWAN_STATUS_INVALID_USER_NAME_PWD
    if size >= NDIS_WWAN_SET_CONTEXT_STATE_L2_SIZE:
        wanted = get32(order + NDIS_WWAN_SET_CONTEXT_STATE_L2_SetContextState_IPType)
    granted = connect_granted_ip_type(machine, pending.port, access_string, wanted, cause)
    if cause[0]:
        return WWAN_STATUS_FAILURE
    context = context_open(machine, pending.port, pending.argument.connect.connection_id)
    context.ip_type = granted
    context.media = WwanConnectionMediaCellular
    memcpy(context.access_string, access_string, sizeof(access_string))
    return WWAN_STATUS_SUCCESS


cdef void connect_finish_activation(machine_t* machine, const pending_t* pending) noexcept nogil:
    """End an activation: the answer, then link, addresses and PCO of the port."""
    cdef destination_t to = destination_of_request(pending)
    cdef uint32_t cause = 0
    cdef uint32_t connection_id = pending.argument.connect.connection_id
    cdef uint32_t status = connect_device_refusal(machine, pending.port, connection_id)
    # What the device refuses by itself never comes before the network, cancelled or not.
    if status == WWAN_STATUS_SUCCESS:
        if pending.argument.connect.cancelled:
            status = WWAN_STATUS_FAILURE
        elif pending.forced and pending.outcome != WWAN_STATUS_SUCCESS:
            status = pending.outcome
            cause = pending.outcome_cause
        else:
            status = connect_activate(machine, pending, &cause)
    context_emit_report(machine, &to, connection_id, status, cause)
    if status == WWAN_STATUS_SUCCESS:
        link_refresh(machine, pending.port)
        address_emit(machine, pending.port)
        pco_deliver(
            machine, pending.port, context_find(machine, pending.port, connection_id)
        )


cdef void connect_finish_deactivation(machine_t* machine, const pending_t* pending) noexcept nogil:
    """End a deactivation: the answer, then the link. The strings of the order do not matter."""
    cdef destination_t to = destination_of_request(pending)
    cdef uint32_t connection_id = pending.argument.connect.connection_id
    cdef context_t* context = context_find(machine, pending.port, connection_id)
    cdef uint32_t status = WWAN_STATUS_SUCCESS
    cdef uint32_t cause = 0
    if context is NULL:
        status = WWAN_STATUS_CONTEXT_NOT_ACTIVATED
    elif pending.forced and pending.outcome != WWAN_STATUS_SUCCESS:
        status = pending.outcome
        cause = pending.outcome_cause
    else:
        context.activation_state = 0
    context_emit_report(machine, &to, connection_id, status, cause)
    link_refresh(machine, pending.port)


cdef bint connect_cancel_activation(machine_t* machine, const pending_t* order) noexcept nogil:
    """End the activation of this context that was ordered before the cancel; whether there was one.

    One that already had its provisional completion ends now; an earlier one at its own time.
    """
    cdef queue_t* queue = &machine.device.queue
    cdef pending_t* entry
    cdef pending_t pending
    cdef uint32_t at
    cdef uint32_t first = queue.count
    for at in range(queue.count):
        entry = &queue.entries[queue.heap[at].place]
        if (
            entry.code != OID_WWAN_CONNECT or entry.kind != KIND_SET or entry.port != order.port
            or entry.argument.connect.connection_id != order.argument.connect.connection_id
            or entry.argument.connect.command != WwanActivationCommandActivate
            or entry.argument.connect.set_ordinal > order.argument.connect.set_ordinal
            or entry.argument.connect.cancelled
        ):
            continue
        if first == queue.count or entry_before(&queue.heap[at], &queue.heap[first]):
            first = at
    if first == queue.count:
        return False
    entry = &queue.entries[queue.heap[first].place]
    entry.argument.connect.cancelled = 1
    if entry.action == ACTION_OPERATION:
        pending = entry[0]
        queue_remove(queue, first)
        connect_finish_activation(machine, &pending)
        slot_give_back(machine, pending.slot)
    return True


cdef void connect_finish_cancel(machine_t* machine, const pending_t* pending) noexcept nogil:
    """End a cancel order: success when it stopped an activation.

    Otherwise there was nothing to cancel: the context is active already, or was never ordered.
    """
    cdef destination_t to = destination_of_request(pending)
    cdef uint32_t connection_id = pending.argument.connect.connection_id
    cdef uint32_t status = WWAN_STATUS_SUCCESS
    cdef uint32_t cause = 0
    if pending.forced and pending.outcome != WWAN_STATUS_SUCCESS:
        status = pending.outcome
        cause = pending.outcome_cause
    elif not connect_cancel_activation(machine, pending):
        status = WWAN_STATUS_CONTEXT_NOT_ACTIVATED
        if context_find(machine, pending.port, connection_id) is not NULL:
            status = WWAN_STATUS_FAILURE
    context_emit_report(machine, &to, connection_id, status, cause)


cdef const pending_t* connect_set_under_way(
    machine_t* machine, uint32_t port
) noexcept nogil:
    """The accepted set that will change a context of this port, the one that ends first; or NULL.

    One that the device refuses as things are changes nothing, nor does a cancelled one.
    """
    cdef queue_t* queue = &machine.device.queue
    cdef const pending_t* entry
    cdef const pending_t* found = NULL
    cdef int64_t end_ns = 0
    cdef int64_t found_ns = 0
    cdef uint32_t at, connection_id
    for at in range(queue.count):
        entry = &queue.entries[queue.heap[at].place]
        if entry.code != OID_WWAN_CONNECT or entry.kind != KIND_SET or entry.port != port:
            continue
        connection_id = entry.argument.connect.connection_id
        if entry.argument.connect.command == WwanActivationCommandActivate:
            if entry.argument.connect.cancelled or (
                connect_device_refusal(machine, port, connection_id) != WWAN_STATUS_SUCCESS
            ):
                continue
        elif (
            entry.argument.connect.command != WwanActivationCommandDeactivate
            or context_find(machine, port, connection_id) is NULL
        ):
            continue
        end_ns = entry.due_ns
        if entry.action == ACTION_COMPLETE:
            end_ns = time_after(end_ns, entry.delay_ns)
        if found is NULL or end_ns < found_ns or (
            end_ns == found_ns and entry.sequence < found.sequence
        ):
            found = entry
            found_ns = end_ns
    return found


cdef void connect_answer_query(machine_t* machine, const pending_t* pending) noexcept nogil:
    """Report the port's context, without SIM or network: the one that a set is changing, as being
    activated or deactivated, before any other.
    """
    cdef destination_t to = destination_of_request(pending)
    cdef const port_t* state = &machine.device.ports[pending.port]
    cdef const pending_t* order = connect_set_under_way(machine, pending.port)
    cdef context_report_t report
    report.context = context_reported(machine, pending.port)
    report.status = WWAN_STATUS_SUCCESS
    report.cause = 0
    report.connection_id = state.connection_id
    report.voice_call_state = state.voice_call_state
    if order is not NULL:
        report.connection_id = order.argument.connect.connection_id
        report.context = context_find(machine, pending.port, report.connection_id)
        report.activation_state = (
            WwanActivationStateActivating if report.context is NULL
            else WwanActivationStateDeactivating
        )
        context_emit_state(machine, &to, &report)
        return
    report.activation_state = context_state_of(report.context)
    if report.context is not NULL:
        report.connection_id = report.context.connection_id
    context_emit_state(machine, &to, &report)


cdef void finish_connect(machine_t* machine, const pending_t* pending) noexcept nogil:
    """End OID_WWAN_CONNECT."""
    if pending.kind == KIND_QUERY:
        connect_answer_query(machine, pending)
    elif pending.argument.connect.command == WwanActivationCommandActivate:
        connect_finish_activation(machine, pending)
    elif pending.argument.connect.command == WwanActivationCommandDeactivate:
        connect_finish_deactivation(machine, pending)
    else:
        connect_finish_cancel(machine, pending)
