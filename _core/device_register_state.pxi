# The set and the query of OID_WWAN_REGISTER_STATE: what they begin and how they end.

cdef uint32_t start_registration(
    machine_t* machine, const record_t* request, pending_t* pending
) noexcept nogil:
    """Keep mode, provider and data class. From now on queries know of the set."""
    cdef uint16_t[PROVIDER_ID_LENGTH] identity
    cdef const uint8_t* payload = request.payload
    cdef uint32_t count
    cdef uint32_t action = get32(
        payload + NDIS_WWAN_SET_REGISTER_STATE_L1_SetRegisterState_RegisterAction
    )
    if action >= WwanRegisterActionMax:
        return NDIS_STATUS_INVALID_DATA
    if header_size(payload) == NDIS_WWAN_SET_REGISTER_STATE_EX_L1_SIZE:
        count = get32(
            payload + LIST_COUNT
            + NDIS_WWAN_SET_REGISTER_STATE_EX_L1_SetRegisterState_AcquisitionOrderListHeader
        )
        if count > (request.payload_size - NDIS_WWAN_SET_REGISTER_STATE_EX_L1_SIZE) // 4:
            return NDIS_STATUS_INVALID_LENGTH
    pending.argument.network_set.action = action
    pending.argument.network_set.data_classes = get32(
        payload + NDIS_WWAN_SET_REGISTER_STATE_L1_SetRegisterState_WwanDataClass
    )
    if action == WwanRegisterActionManual:
        take_string(
            identity, payload + NDIS_WWAN_SET_REGISTER_STATE_L1_SetRegisterState_ProviderId,
            PROVIDER_ID_LENGTH,
        )
        if identity[0] == 0 and registration_manual_supported(machine):
            return NDIS_STATUS_INVALID_DATA
        pending.parameter_size = sizeof(identity)
        pending.slot = slot_take(machine, <const uint8_t*>identity, sizeof(identity))
        if pending.slot < 0:
            return NDIS_STATUS_RESOURCES
    machine.device.set_ordinal += 1
    pending.argument.network_set.set_ordinal = machine.device.set_ordinal
    return NDIS_STATUS_INDICATION_REQUIRED


cdef void abandon_registration(machine_t* machine, const pending_t* pending) noexcept nogil:
    """A set changes what queries answer as soon as it is accepted: report the state without it."""
    registration_report_change(machine)


cdef void registration_keep_set(machine_t* machine, const pending_t* pending) noexcept nogil:
    """Store mode, provider and data classes: they hold until they are set again."""
    cdef device_t* device = &machine.device
    cdef uint16_t[PROVIDER_ID_LENGTH] identity
    cdef uint32_t classes = pending.argument.network_set.data_classes
    memset(identity, 0, sizeof(identity))
    device.register_mode = WwanRegisterModeAutomatic
    if pending.argument.network_set.action == WwanRegisterActionManual and pending.slot >= 0:
        device.register_mode = WwanRegisterModeManual
        memcpy(identity, machine.parameters[pending.slot], sizeof(identity))
    if not same_string(identity, device.manual_provider_id, PROVIDER_ID_LENGTH):
        memcpy(device.manual_provider_id, identity, sizeof(identity))
        device.register_changed = 1
    if classes and classes != device.preferred_data_classes:
        device.preferred_data_classes = classes
        device.register_changed |= (
            form_of(machine, FORM_NDIS_WWAN_REGISTRATION_STATE).size
            >= NDIS_WWAN_REGISTRATION_STATE_L3_SIZE
        )


cdef void registration_keep_request(machine_t* machine, const pending_t* pending) noexcept nogil:
    """A manual set that cannot be tried now: in manual mode its provider is the one to look for.

    Reports have the provider of the last request, whatever came of it; the mode stays as it was.
    """
    cdef device_t* device = &machine.device
    if (
        device.register_mode != WwanRegisterModeManual or pending.slot < 0
        or pending.argument.network_set.action != WwanRegisterActionManual
        or same_string(
            <const uint16_t*>machine.parameters[pending.slot], device.manual_provider_id,
            PROVIDER_ID_LENGTH,
        )
    ):
        return
    memcpy(
        device.manual_provider_id, machine.parameters[pending.slot],
        sizeof(device.manual_provider_id),
    )
    device.register_changed |= not registration_is_registered(machine)


cdef bint registration_set_names_present(
    const machine_t* machine, const pending_t* pending
) noexcept nogil:
    """Whether a manual set names the network that the device is registered with already."""
    cdef const uint16_t* identity
    cdef uint32_t place
    if pending.argument.network_set.action != WwanRegisterActionManual or pending.slot < 0:
        return False
    if not registration_is_registered(machine):
        return False
    identity = <const uint16_t*>machine.parameters[pending.slot]
    place = provider_find(machine, identity)
    return (
        place == machine.device.registered_provider
        and not provider_is_forbidden(machine, &machine.device.providers[place])
    )


cdef bint registration_set_is_untried(
    const machine_t* machine, const pending_t* pending
) noexcept nogil:
    """Whether the environment orders an outcome by which the device cannot try the set now."""
    return (
        pending.forced
        and (
            pending.outcome == WWAN_STATUS_BUSY
            or pending.outcome == WWAN_STATUS_NO_DEVICE_SUPPORT
        )
        and radio_is_on(machine) and subscriber_refusal(machine) == WWAN_STATUS_SUCCESS
        and not registration_set_names_present(machine, pending)
    )


cdef void registration_set_outcome(
    machine_t* machine, const pending_t* pending, selection_t* selection
) noexcept nogil:
    """What a set comes to now, by radio, SIM, orders of the environment and networks."""
    selection.status = WWAN_STATUS_SUCCESS
    selection.cause = 0
    selection.state = WwanRegisterStateDeregistered
    selection.provider = PROVIDER_NONE
    if not radio_is_on(machine):
        return
    selection.status = subscriber_refusal(machine)
    if selection.status != WWAN_STATUS_SUCCESS:
        return
    if pending.forced and pending.outcome != WWAN_STATUS_SUCCESS and not (
        registration_set_names_present(machine, pending)
    ):
        selection.status = pending.outcome
        if pending.outcome == WWAN_STATUS_FAILURE:
            selection.cause = pending.outcome_cause
        return
    selection_choose(
        machine, machine.device.register_mode, machine.device.manual_provider_id, selection
    )


cdef void finish_registration(machine_t* machine, const pending_t* pending) noexcept nogil:
    """Answer a query, or end a set: with a stable state, whatever it came to."""
    cdef device_t* device = &machine.device
    cdef destination_t to = destination_of_request(pending)
    cdef selection_t selection
    if pending.kind == KIND_QUERY:
        registration_emit_present(
            machine, &to, pending.outcome if pending.forced else WWAN_STATUS_SUCCESS
        )
        return
    if (
        pending.argument.network_set.action == WwanRegisterActionManual
        and not registration_manual_supported(machine)
    ):
        registration_emit(
            machine, &to, WWAN_STATUS_NO_DEVICE_SUPPORT, 0, device.register_state,
            device.register_mode, device.manual_provider_id,
        )
        return
    if registration_set_is_untried(machine, pending):
        registration_keep_request(machine, pending)
        registration_emit(
            machine, &to, pending.outcome, 0, device.register_state, device.register_mode,
            device.manual_provider_id,
        )
        registration_report_change(machine)
        return
    registration_keep_set(machine, pending)
    registration_set_outcome(machine, pending, &selection)
    registration_apply(machine, &selection)
    registration_emit(
        machine, &to, selection.status, selection.cause, device.register_state,
        device.register_mode, device.manual_provider_id,
    )
    network_settle(machine, selection.cause)
