# REGISTER_STATE. register_state holds stable states only. "Searching" is what queries and events
# report while the device locks on to a network: an attempt of its own, or a set that has
# something to look for.
#
# Settling a change sends its events in this order: registration, emergency mode (in the ready
# info), packet service, contexts. What a completion has reported already is not sent again.

cdef inline bint registration_state_is_registered(uint32_t state) noexcept nogil:
    return (
        state == WwanRegisterStateHome or state == WwanRegisterStatePartner
        or state == WwanRegisterStateRoaming
    )


cdef bint registration_is_registered(const machine_t* machine) noexcept nogil:
    """Whether the device is registered with a network that serves it."""
    return registration_state_is_registered(machine.device.register_state)


cdef inline bint registration_is_possible(const machine_t* machine) noexcept nogil:
    """Whether radio and SIM let the device look for a network."""
    return (
        power_is_awake(machine) and radio_is_on(machine)
        and machine.device.ready_state == WwanReadyStateInitialized
    )


cdef inline bint registration_manual_supported(const machine_t* machine) noexcept nogil:
    return (
        not device_is_cdma(machine)
        and machine.profile.control_caps & WWAN_CTRL_CAPS_REG_MANUAL != 0
        and machine.profile.registration_flags & WWAN_REG_FLAGS_NO_MANUAL_REG == 0
    )


# ---------------------------------------------------------------------------------------------
# Reports.

cdef pending_t* request_latest_set(machine_t* machine, uint32_t oid) noexcept nogil:
    """The set of this OID accepted last among those not ended; NULL when there is none."""
    cdef queue_t* queue = &machine.device.queue
    cdef pending_t* found = NULL
    cdef pending_t* pending
    cdef uint32_t at
    for at in range(queue.count):
        pending = &queue.entries[queue.heap[at].place]
        if (
            pending.code == oid and pending.kind == KIND_SET and pending.action <= ACTION_OPERATION
            and (
                found is NULL
                or pending.argument.network_set.set_ordinal > found.argument.network_set.set_ordinal
            )
        ):
            found = pending
    return found


cdef void registration_put_texts(
    const machine_t* machine, uint8_t* buffer, uint32_t state, uint32_t mode,
    const uint16_t* identity
) noexcept nogil:
    """ProviderId, ProviderName and RoamingText as far as the state has them."""
    cdef const provider_t* provider = NULL
    cdef uint8_t* name = buffer + NDIS_WWAN_REGISTRATION_STATE_L2_RegistrationState_ProviderName
    cdef uint8_t* place = buffer + NDIS_WWAN_REGISTRATION_STATE_L2_RegistrationState_ProviderId
    if (
        (registration_state_is_registered(state) or state == WwanRegisterStateDenied)
        and machine.device.registered_provider < machine.device.provider_count
    ):
        provider = &machine.device.providers[machine.device.registered_provider]
    if provider is NULL:
        if mode == WwanRegisterModeManual:
            put_string(place, identity, PROVIDER_ID_LENGTH)
        return
    put_string(place, provider_identity(machine, provider), PROVIDER_ID_LENGTH)
    if provider_is_home(machine, provider):
        put_string(name, machine.device.home.provider_name, PROVIDER_NAME_LENGTH)
    elif provider.provider_name[0]:
        put_string(name, provider.provider_name, PROVIDER_NAME_LENGTH)
    else:
        put_string(name, provider_identity(machine, provider), PROVIDER_ID_LENGTH)
    if state == WwanRegisterStatePartner or state == WwanRegisterStateRoaming:
        put_string(
            buffer + NDIS_WWAN_REGISTRATION_STATE_L2_RegistrationState_RoamingText,
            machine.device.roaming_text, ROAMING_TEXT_LENGTH,
        )


cdef void registration_emit(
    machine_t* machine, const destination_t* to, uint32_t status, uint32_t cause, uint32_t state,
    uint32_t mode, const uint16_t* identity
) noexcept nogil:
    """NDIS_WWAN_REGISTRATION_STATE; `identity` is the provider of manual mode."""
    cdef device_t* device = &machine.device
    cdef const form_t* form = form_of(machine, FORM_NDIS_WWAN_REGISTRATION_STATE)
    cdef uint32_t size = form.size
    cdef uint8_t* buffer = emit_begin_form(machine, form, 0)
    if buffer is NULL:
        return
    put32(buffer + NDIS_WWAN_REGISTRATION_STATE_L2_uStatus, status)
    put32(buffer + NDIS_WWAN_REGISTRATION_STATE_L2_RegistrationState_uNwError, cause)
    put32(buffer + NDIS_WWAN_REGISTRATION_STATE_L2_RegistrationState_RegisterState, state)
    put32(buffer + NDIS_WWAN_REGISTRATION_STATE_L2_RegistrationState_RegisterMode, mode)
    registration_put_texts(machine, buffer, state, mode, identity)
    if size >= NDIS_WWAN_REGISTRATION_STATE_L2_SIZE:
        put32(
            buffer + NDIS_WWAN_REGISTRATION_STATE_L2_RegistrationState_WwanRegFlags,
            machine.profile.registration_flags,
        )
        put32(
            buffer + NDIS_WWAN_REGISTRATION_STATE_L2_RegistrationState_CurrentCellularClass,
            device.current_cellular_class,
        )
    if size >= NDIS_WWAN_REGISTRATION_STATE_L3_SIZE:
        put32(
            buffer + NDIS_WWAN_REGISTRATION_STATE_L3_RegistrationState_PreferredDataClasses,
            device.preferred_data_classes,
        )
    if status == WWAN_STATUS_SUCCESS:
        device.register_state_reported = state
        device.register_mode_reported = mode
        device.register_provider_reported = device.registered_provider
        device.register_changed = 0
    emit_indication(machine, NDIS_STATUS_WWAN_REGISTER_STATE, to, size)


cdef void registration_emit_present(
    machine_t* machine, const destination_t* to, uint32_t status
) noexcept nogil:
    """Report the present state. A search for an open set is reported in the mode of that set."""
    cdef device_t* device = &machine.device
    cdef const pending_t* latest = request_latest_set(machine, OID_WWAN_REGISTER_STATE)
    cdef uint32_t mode = device.register_mode
    cdef const uint16_t* identity = device.manual_provider_id
    cdef const uint16_t* set_identity = device.manual_provider_id
    cdef uint32_t state = device.register_state
    cdef uint32_t cause = 0
    cdef selection_t selection
    cdef uint32_t set_mode = WwanRegisterModeAutomatic
    if latest is not NULL and registration_is_possible(machine) and (
        latest.argument.network_set.action == WwanRegisterActionAutomatic
        or registration_manual_supported(machine)
    ):
        if latest.argument.network_set.action == WwanRegisterActionManual and latest.slot >= 0:
            set_mode = WwanRegisterModeManual
            set_identity = <const uint16_t*>machine.parameters[latest.slot]
        selection_choose(machine, set_mode, set_identity, &selection)
        if not registration_is_registered(machine) or (
            selection.provider != device.registered_provider
        ):
            state = WwanRegisterStateSearching
            mode = set_mode
            identity = set_identity
    if (
        latest is not NULL and mode == WwanRegisterModeManual and latest.slot >= 0
        and latest.argument.network_set.action == WwanRegisterActionManual
    ):
        identity = <const uint16_t*>machine.parameters[latest.slot]
    if device.registering:
        state = WwanRegisterStateSearching
    if state == WwanRegisterStateDeregistered or state == WwanRegisterStateDenied:
        cause = device.register_cause
    registration_emit(machine, to, status, cause, state, mode, identity)


cdef void registration_report_change(machine_t* machine) noexcept nogil:
    """Send the registration event if the state last reported is another one."""
    cdef device_t* device = &machine.device
    cdef uint32_t state = device.register_state
    cdef destination_t to
    if device.registering:
        state = WwanRegisterStateSearching
    if not power_is_awake(machine) or (
        state == device.register_state_reported and not device.register_changed
        and device.register_mode == device.register_mode_reported
        and (
            state == WwanRegisterStateDeregistered or state == WwanRegisterStateSearching
            or device.registered_provider == device.register_provider_reported
        )
    ):
        return
    to = destination_unsolicited(0)
    registration_emit(
        machine, &to, WWAN_STATUS_SUCCESS,
        device.register_cause if (
            state == WwanRegisterStateDeregistered or state == WwanRegisterStateDenied
        ) else 0,
        state, device.register_mode, device.manual_provider_id,
    )


# ---------------------------------------------------------------------------------------------
# Changing.

cdef void registration_attempt_cancel(machine_t* machine) noexcept nogil:
    if machine.device.registering:
        machine.device.registering = 0
        timer_cancel(machine, TIMER_REGISTER)


cdef void registration_apply(machine_t* machine, const selection_t* selection) noexcept nogil:
    """Be in the state that an attempt came to; leaving a network leaves its packet service."""
    cdef device_t* device = &machine.device
    cdef bint stays = (
        registration_is_registered(machine) and registration_state_is_registered(selection.state)
        and selection.provider == device.registered_provider
    )
    registration_attempt_cancel(machine)
    if not stays:
        packet_drop(machine)
        device.detached_by_network = 0
    if selection.state == WwanRegisterStateDenied and (
        device.register_state != WwanRegisterStateDenied
    ):
        # The ready-info event is due even where emergency mode was on before.
        device.emergency_reported = WwanEmergencyModeMax
    device.register_state = selection.state
    device.register_cause = selection.cause
    device.registered_provider = selection.provider
    memset(device.roaming_text, 0, sizeof(device.roaming_text))
    if selection.state == WwanRegisterStatePartner or selection.state == WwanRegisterStateRoaming:
        memcpy(
            device.roaming_text, device.providers[selection.provider].roaming_text,
            sizeof(device.roaming_text),
        )


cdef void registration_leave(machine_t* machine, uint32_t state, uint32_t cause) noexcept nogil:
    """Be registered with nobody; `state` is deregistered, or denied by the provider of now."""
    cdef selection_t selection
    selection.status = WWAN_STATUS_SUCCESS
    selection.state = state
    selection.cause = cause
    selection.provider = PROVIDER_NONE
    if state == WwanRegisterStateDenied:
        selection.provider = machine.device.registered_provider
    registration_apply(machine, &selection)


cdef void network_settle(machine_t* machine, uint32_t cause) noexcept nogil:
    """Report a change of registration, and all that follows from it."""
    registration_report_change(machine)
    subscriber_report_change(machine)
    packet_settle(machine, cause)
    signal_settle(machine)


cdef bint registration_network_in_reach(const machine_t* machine) noexcept nogil:
    """Whether there is a network that the device may lock on to in its mode."""
    cdef const device_t* device = &machine.device
    cdef uint32_t place
    if device.register_mode != WwanRegisterModeManual:
        return provider_any_usable(machine)
    place = provider_find(machine, device.manual_provider_id)
    return (
        place != PROVIDER_NONE and provider_is_visible(machine, &device.providers[place])
        and not provider_is_forbidden(machine, &device.providers[place])
    )


cdef void registration_attempt_start(machine_t* machine) noexcept nogil:
    """Let the device look for a network by itself, whether or not one is there."""
    cdef device_t* device = &machine.device
    if not registration_is_possible(machine) or (
        registration_is_registered(machine) or device.registering
    ):
        return
    device.registering = 1
    timer_schedule(
        machine, TIMER_REGISTER,
        latency_draw(
            machine, &machine.profile.registration_latency, PURPOSE_RETRY,
            oid_index(OID_WWAN_REGISTER_STATE),
        ),
    )
    registration_report_change(machine)


cdef void registration_attempt_if_in_reach(machine_t* machine) noexcept nogil:
    """Let the device look for a network by itself, if there is one to lock on to."""
    if registration_network_in_reach(machine):
        registration_attempt_start(machine)


cdef void fire_registration(machine_t* machine) noexcept nogil:
    """An attempt of the device's own ends."""
    cdef selection_t selection
    machine.device.registering = 0
    selection_choose(
        machine, machine.device.register_mode, machine.device.manual_provider_id, &selection
    )
    registration_apply(machine, &selection)
    network_settle(machine, selection.cause)


timer_row(TIMER_REGISTER, fire_registration)


cdef bint registration_leave_if_impossible(machine_t* machine) noexcept nogil:
    """Leave the network when radio or SIM no longer allow one; whether that is so."""
    cdef device_t* device = &machine.device
    if registration_is_possible(machine):
        return False
    if device.register_state != WwanRegisterStateDeregistered or device.registering:
        registration_leave(machine, WwanRegisterStateDeregistered, 0)
    network_settle(machine, 0)
    return True


cdef void registration_reconsider(machine_t* machine) noexcept nogil:
    """The SIM changed: leave the network, or look for one."""
    if not registration_leave_if_impossible(machine):
        registration_attempt_if_in_reach(machine)


cdef void registration_radio_changed(machine_t* machine) noexcept nogil:
    """The radio went off: leave the network. It came on: look for one, in reach or not.

    The attempt that a stored registration waits for is reported, whatever it comes to.
    """
    if not registration_leave_if_impossible(machine):
        registration_attempt_start(machine)


cdef void registration_networks_changed(machine_t* machine, bint appeared) noexcept nogil:
    """Networks came or went, or offer something else: the one registered with may be among them."""
    cdef device_t* device = &machine.device
    cdef uint32_t place = device.registered_provider
    if place < device.provider_count and (
        device.register_state != WwanRegisterStateDeregistered
    ) and not provider_is_visible(machine, &device.providers[place]):
        registration_leave(machine, WwanRegisterStateDeregistered, 0)
        appeared = True
    if device.registering and device.register_mode == WwanRegisterModeAutomatic and (
        not provider_any_usable(machine)
    ):
        registration_leave(machine, WwanRegisterStateDeregistered, 0)
    network_settle(machine, 0)
    if appeared:
        registration_attempt_if_in_reach(machine)


cdef void registration_preference_changed(machine_t* machine) noexcept nogil:
    """Other networks are preferred: the one registered with may be a partner's now, or no more."""
    cdef device_t* device = &machine.device
    if not registration_is_registered(machine):
        return
    device.register_state = selection_state_with(machine, device.registered_provider)
    registration_report_change(machine)


cdef void registration_home_changed(machine_t* machine) noexcept nogil:
    """Another provider is home: the network of now may be another one to the subscriber, and in
    automatic mode the device looks for its new home.
    """
    cdef device_t* device = &machine.device
    cdef uint32_t place = device.registered_provider
    cdef selection_t selection
    if registration_is_registered(machine):
        if device.register_mode != WwanRegisterModeManual and (
            provider_best(machine, 0) != place
        ):
            registration_leave(machine, WwanRegisterStateDeregistered, 0)
        else:
            selection.status = WWAN_STATUS_SUCCESS
            selection.cause = 0
            selection.state = selection_state_with(machine, place)
            selection.provider = place
            registration_apply(machine, &selection)
    network_settle(machine, 0)
    registration_attempt_if_in_reach(machine)


# ---------------------------------------------------------------------------------------------
# Changes of the environment.

cdef void stimulus_network_deregister(machine_t* machine, const record_t* event) noexcept nogil:
    """The network throws the device out; it may try again by itself."""
    cdef uint32_t cause = get32(event.payload + WWANREPLAY_STIMULUS_NETWORK_DEREGISTER_L1_NwError)
    cdef bint denied = get32(event.payload + WWANREPLAY_STIMULUS_NETWORK_DEREGISTER_L1_Denied) != 0
    if not registration_is_registered(machine) and (
        machine.device.register_state != WwanRegisterStateDenied
    ):
        return
    registration_leave(
        machine, WwanRegisterStateDenied if denied else WwanRegisterStateDeregistered, cause
    )
    network_settle(machine, cause)
    if get32(event.payload + WWANREPLAY_STIMULUS_NETWORK_DEREGISTER_L1_Retry):
        registration_attempt_if_in_reach(machine)


cdef void stimulus_cellular_class(machine_t* machine, const record_t* event) noexcept nogil:
    """A multi-mode device goes over to its other technology."""
    cdef device_t* device = &machine.device
    cdef uint32_t cellular_class = get32(
        event.payload + WWANREPLAY_STIMULUS_CELLULAR_CLASS_L1_CurrentCellularClass
    )
    if cellular_class == device.current_cellular_class or cellular_class == 0 or (
        cellular_class >= WwanCellularClassMax
        or not (machine.profile.cellular_class_list >> cellular_class) & 1
    ):
        return
    device.current_cellular_class = cellular_class
    device.register_changed = 1
    if cellular_class == WwanCellularClassCdma:
        device.register_mode = WwanRegisterModeAutomatic
        memset(device.manual_provider_id, 0, sizeof(device.manual_provider_id))
    registration_networks_changed(machine, True)


cdef void stimulus_roaming_text(machine_t* machine, const record_t* event) noexcept nogil:
    """The network's text for roamers changes; without a network, that of all the foreign ones."""
    cdef device_t* device = &machine.device
    cdef uint16_t[ROAMING_TEXT_LENGTH] text
    cdef uint32_t place
    take_string(text, event.payload, ROAMING_TEXT_LENGTH)
    if registration_is_registered(machine):
        if device.register_state == WwanRegisterStateHome or (
            same_string(text, device.roaming_text, ROAMING_TEXT_LENGTH)
        ):
            return
        memcpy(device.roaming_text, text, sizeof(text))
        memcpy(device.providers[device.registered_provider].roaming_text, text, sizeof(text))
        device.register_changed = 1
        registration_report_change(machine)
        return
    for place in range(device.provider_count):
        if not provider_is_home(machine, &device.providers[place]):
            memcpy(device.providers[place].roaming_text, text, sizeof(text))


# ---------------------------------------------------------------------------------------------
# Adopting.

cdef uint32_t registration_adopted_provider(
    machine_t* machine, const uint8_t* payload
) noexcept nogil:
    """The provider that a recorded registration names, made visible; added if it was unknown."""
    cdef uint8_t[PROVIDER_SIZE] provider
    cdef uint16_t[PROVIDER_ID_LENGTH] identity
    cdef uint32_t place
    take_string(
        identity, payload + NDIS_WWAN_REGISTRATION_STATE_L1_RegistrationState_ProviderId,
        PROVIDER_ID_LENGTH,
    )
    place = provider_find(machine, identity)
    if place != PROVIDER_NONE:
        machine.device.providers[place].visible = 1
        return place
    memset(provider, 0, sizeof(provider))
    memcpy(
        provider, payload + NDIS_WWAN_REGISTRATION_STATE_L1_RegistrationState_ProviderId,
        2 * PROVIDER_ID_LENGTH,
    )
    memcpy(
        provider + WWAN_PROVIDER_L1_ProviderName,
        payload + NDIS_WWAN_REGISTRATION_STATE_L1_RegistrationState_ProviderName,
        2 * PROVIDER_NAME_LENGTH,
    )
    return provider_add(machine, provider, PROVIDER_SIZE)


cdef void registration_adopt_state(
    machine_t* machine, const uint8_t* payload, uint32_t state
) noexcept nogil:
    """Set a stable state that a record witnesses."""
    cdef device_t* device = &machine.device
    registration_attempt_cancel(machine)
    device.register_cause = get32(
        payload + NDIS_WWAN_REGISTRATION_STATE_L1_RegistrationState_uNwError
    )
    device.registered_provider = PROVIDER_NONE
    device.register_state = WwanRegisterStateDeregistered
    if state != WwanRegisterStateDeregistered:
        device.registered_provider = registration_adopted_provider(machine, payload)
        if device.registered_provider == PROVIDER_NONE:
            return
        if state == WwanRegisterStatePartner and not provider_is_preferred(
            machine, &device.providers[device.registered_provider]
        ):
            device.providers[device.registered_provider].provider_state |= (
                WWAN_PROVIDER_STATE_PREFERRED
            )
        device.register_state = state
        take_string(
            device.roaming_text,
            payload + NDIS_WWAN_REGISTRATION_STATE_L1_RegistrationState_RoamingText,
            ROAMING_TEXT_LENGTH,
        )


cdef bint registration_reports_open_set(
    machine_t* machine, const uint8_t* payload
) noexcept nogil:
    """Whether a report in manual mode names the provider of a manual set that is still open."""
    cdef const pending_t* latest = request_latest_set(machine, OID_WWAN_REGISTER_STATE)
    cdef uint16_t[PROVIDER_ID_LENGTH] identity
    if (
        latest is NULL or latest.slot < 0
        or machine.device.register_mode != WwanRegisterModeManual
        or latest.argument.network_set.action != WwanRegisterActionManual
    ):
        return False
    memset(identity, 0, sizeof(identity))
    take_string(
        identity, payload + NDIS_WWAN_REGISTRATION_STATE_L1_RegistrationState_ProviderId,
        PROVIDER_ID_LENGTH,
    )
    return same_string(
        identity, <const uint16_t*>machine.parameters[latest.slot], PROVIDER_ID_LENGTH
    )


cdef void adopt_registration(machine_t* machine, const record_t* event) noexcept nogil:
    cdef device_t* device = &machine.device
    cdef const uint8_t* payload = event.payload
    cdef uint32_t state, mode
    if (
        event.payload_size < NDIS_WWAN_REGISTRATION_STATE_L1_SIZE
        or get32(payload + NDIS_WWAN_REGISTRATION_STATE_L1_uStatus) != WWAN_STATUS_SUCCESS
    ):
        return
    state = get32(payload + NDIS_WWAN_REGISTRATION_STATE_L1_RegistrationState_RegisterState)
    mode = get32(payload + NDIS_WWAN_REGISTRATION_STATE_L1_RegistrationState_RegisterMode)
    device.register_mode_reported = mode
    if state == WwanRegisterStateSearching and (
        request_latest_set(machine, OID_WWAN_REGISTER_STATE) is not NULL
    ):
        pass                              # the mode is that of a set which has not ended
    elif mode == WwanRegisterModeManual and registration_reports_open_set(machine, payload):
        pass                              # the provider is that of a set which has not ended
    elif mode == WwanRegisterModeAutomatic or mode == WwanRegisterModeManual:
        device.register_mode = mode
        memset(device.manual_provider_id, 0, sizeof(device.manual_provider_id))
        if mode == WwanRegisterModeManual:
            take_string(
                device.manual_provider_id,
                payload + NDIS_WWAN_REGISTRATION_STATE_L1_RegistrationState_ProviderId,
                PROVIDER_ID_LENGTH,
            )
    if event.payload_size >= NDIS_WWAN_REGISTRATION_STATE_L2_SIZE:
        mode = get32(
            payload + NDIS_WWAN_REGISTRATION_STATE_L2_RegistrationState_CurrentCellularClass
        )
        if mode != WwanCellularClassUnknown and mode < WwanCellularClassMax:
            device.current_cellular_class = mode
    if event.payload_size >= NDIS_WWAN_REGISTRATION_STATE_L3_SIZE and header_revision(payload) >= 4:
        device.preferred_data_classes = get32(
            payload + NDIS_WWAN_REGISTRATION_STATE_L3_RegistrationState_PreferredDataClasses
        )
    device.register_state_reported = state
    device.register_changed = 0
    if state == WwanRegisterStateSearching:
        # An open set explains it; otherwise the device has begun to look by itself.
        if request_latest_set(machine, OID_WWAN_REGISTER_STATE) is NULL and not device.registering:
            device.register_state = WwanRegisterStateDeregistered
            device.registered_provider = PROVIDER_NONE
            registration_attempt_start(machine)
    elif state > WwanRegisterStateUnknown and state < WwanRegisterStateMax:
        registration_adopt_state(machine, payload, state)
    device.register_provider_reported = device.registered_provider


adopt_row(KIND_INDICATION, NDIS_STATUS_WWAN_REGISTER_STATE, False, adopt_registration)
