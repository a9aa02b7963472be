# REGISTER_STATE. register_state holds stable states only. "Searching" is what a query answers, and
# an event says, while the device locks on to a network: an attempt of its own, or a set that has
# something to look for.
#
# Settling a change sends its events in this order: registration, emergency mode (in the ready
# info), packet service, contexts. What a completion has told already is not sent again.

cdef inline bint is_registered_state(uint32_t state) noexcept nogil:
    return (
        state == WwanRegisterStateHome or state == WwanRegisterStatePartner
        or state == WwanRegisterStateRoaming
    )


cdef bint registered(const machine_t* machine) noexcept nogil:
    """Whether the device is registered with a network that serves it."""
    return is_registered_state(machine.device.register_state)


cdef inline bint can_register(const machine_t* machine) noexcept nogil:
    """Whether radio and SIM let the device look for a network."""
    return (
        device_awake(machine) and radio_on(machine)
        and machine.device.ready_state == WwanReadyStateInitialized
    )


cdef inline bint manual_supported(const machine_t* machine) noexcept nogil:
    return (
        not is_cdma(machine)
        and machine.profile.control_caps & WWAN_CTRL_CAPS_REG_MANUAL != 0
        and machine.profile.registration_flags & WWAN_REG_FLAGS_NO_MANUAL_REG == 0
    )


# ---------------------------------------------------------------------------------------------
# Reports.

cdef pending_t* latest_set(machine_t* machine, uint32_t oid) noexcept nogil:
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


cdef void put_provider_texts(
    const machine_t* machine, uint8_t* buffer, uint32_t state, uint32_t mode,
    const uint16_t* identity
) noexcept nogil:
    """ProviderId, ProviderName and RoamingText as the state asks for."""
    cdef const provider_t* provider = NULL
    cdef uint8_t* name = buffer + NDIS_WWAN_REGISTRATION_STATE_L2_RegistrationState_ProviderName
    cdef uint8_t* place = buffer + NDIS_WWAN_REGISTRATION_STATE_L2_RegistrationState_ProviderId
    if (
        (is_registered_state(state) or state == WwanRegisterStateDenied)
        and machine.device.registered_provider < machine.device.provider_count
    ):
        provider = &machine.device.providers[machine.device.registered_provider]
    if provider is NULL:
        if mode == WwanRegisterModeManual:
            put_string(place, identity, PROVIDER_ID_LENGTH)
        return
    put_string(place, provider_identity(machine, provider), PROVIDER_ID_LENGTH)
    if is_home(machine, provider):
        put_string(name, machine.profile.home.provider_name, PROVIDER_NAME_LENGTH)
    elif provider.provider_name[0]:
        put_string(name, provider.provider_name, PROVIDER_NAME_LENGTH)
    else:
        put_string(name, provider_identity(machine, provider), PROVIDER_ID_LENGTH)
    if state == WwanRegisterStatePartner or state == WwanRegisterStateRoaming:
        put_string(
            buffer + NDIS_WWAN_REGISTRATION_STATE_L2_RegistrationState_RoamingText,
            machine.device.roaming_text, ROAMING_TEXT_LENGTH,
        )


cdef void put_registration(
    machine_t* machine, const destination_t* to, uint32_t status, uint32_t cause, uint32_t state,
    uint32_t mode, const uint16_t* identity
) noexcept nogil:
    """NDIS_WWAN_REGISTRATION_STATE; `identity` is the provider of manual mode."""
    cdef device_t* device = &machine.device
    cdef uint32_t size = NDIS_WWAN_REGISTRATION_STATE_L2_SIZE
    cdef uint32_t revision = 2
    cdef uint8_t* buffer
    if machine.profile.structures == STRUCTURES_WINDOWS_11:
        size = NDIS_WWAN_REGISTRATION_STATE_L3_SIZE
        revision = 4
    buffer = emit_begin(machine, size)
    if buffer is NULL:
        return
    put_header(buffer, revision, size)
    put32(buffer + NDIS_WWAN_REGISTRATION_STATE_L2_uStatus, status)
    put32(buffer + NDIS_WWAN_REGISTRATION_STATE_L2_RegistrationState_uNwError, cause)
    put32(buffer + NDIS_WWAN_REGISTRATION_STATE_L2_RegistrationState_RegisterState, state)
    put32(buffer + NDIS_WWAN_REGISTRATION_STATE_L2_RegistrationState_RegisterMode, mode)
    put_provider_texts(machine, buffer, state, mode, identity)
    put32(
        buffer + NDIS_WWAN_REGISTRATION_STATE_L2_RegistrationState_WwanRegFlags,
        machine.profile.registration_flags,
    )
    put32(
        buffer + NDIS_WWAN_REGISTRATION_STATE_L2_RegistrationState_CurrentCellularClass,
        device.current_cellular_class,
    )
    if revision == 4:
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


cdef void put_registration_now(
    machine_t* machine, const destination_t* to, uint32_t status
) noexcept nogil:
    """Report what the device does: a search for an open set goes by the mode of that."""
    cdef device_t* device = &machine.device
    cdef const pending_t* latest = latest_set(machine, OID_WWAN_REGISTER_STATE)
    cdef uint32_t mode = device.register_mode
    cdef const uint16_t* identity = device.manual_provider_id
    cdef const uint16_t* wished = device.manual_provider_id
    cdef uint32_t state = device.register_state
    cdef uint32_t cause = 0
    cdef choice_t choice
    cdef uint32_t wished_mode = WwanRegisterModeAutomatic
    if latest is not NULL and can_register(machine) and (
        latest.argument.network_set.action == WwanRegisterActionAutomatic
        or manual_supported(machine)
    ):
        if latest.argument.network_set.action == WwanRegisterActionManual and latest.slot >= 0:
            wished_mode = WwanRegisterModeManual
            wished = <const uint16_t*>machine.parameters[latest.slot]
        choose_network(machine, wished_mode, wished, &choice)
        if not registered(machine) or choice.provider != device.registered_provider:
            state = WwanRegisterStateSearching
            mode = wished_mode
            identity = wished
    if device.registering:
        state = WwanRegisterStateSearching
    if state == WwanRegisterStateDeregistered or state == WwanRegisterStateDenied:
        cause = device.register_cause
    put_registration(machine, to, status, cause, state, mode, identity)


cdef void register_notify(machine_t* machine) noexcept nogil:
    """Send the registration event if the host has not been told the present state."""
    cdef device_t* device = &machine.device
    cdef uint32_t state = device.register_state
    cdef destination_t to
    if device.registering:
        state = WwanRegisterStateSearching
    if not device_awake(machine) or (
        state == device.register_state_reported and not device.register_changed
        and device.register_mode == device.register_mode_reported
        and (
            state == WwanRegisterStateDeregistered or state == WwanRegisterStateSearching
            or device.registered_provider == device.register_provider_reported
        )
    ):
        return
    to = unsolicited(0)
    put_registration(
        machine, &to, WWAN_STATUS_SUCCESS,
        device.register_cause if (
            state == WwanRegisterStateDeregistered or state == WwanRegisterStateDenied
        ) else 0,
        state, device.register_mode, device.manual_provider_id,
    )


# ---------------------------------------------------------------------------------------------
# Changing.

cdef void attempt_cancel(machine_t* machine) noexcept nogil:
    if machine.device.registering:
        machine.device.registering = 0
        cancel_timers(machine, TIMER_REGISTER)


cdef void register_apply(machine_t* machine, const choice_t* choice) noexcept nogil:
    """Be in the state that an attempt came to; leaving a network leaves its packet service."""
    cdef device_t* device = &machine.device
    cdef bint stays = (
        registered(machine) and is_registered_state(choice.state)
        and choice.provider == device.registered_provider
    )
    attempt_cancel(machine)
    if not stays:
        packet_drop(machine)
        device.detached_by_network = 0
    if choice.state == WwanRegisterStateDenied and (
        device.register_state != WwanRegisterStateDenied
    ):
        # The ready-info event is due even where emergency mode was on before.
        device.emergency_reported = WwanEmergencyModeMax
    device.register_state = choice.state
    device.register_cause = choice.cause
    device.registered_provider = choice.provider
    memset(device.roaming_text, 0, sizeof(device.roaming_text))
    if choice.state == WwanRegisterStatePartner or choice.state == WwanRegisterStateRoaming:
        memcpy(
            device.roaming_text, device.providers[choice.provider].roaming_text,
            sizeof(device.roaming_text),
        )


cdef void register_leave(machine_t* machine, uint32_t state, uint32_t cause) noexcept nogil:
    """Be registered with nobody; `state` is deregistered, or denied by the provider of now."""
    cdef choice_t choice
    choice.status = WWAN_STATUS_SUCCESS
    choice.state = state
    choice.cause = cause
    choice.provider = PROVIDER_NONE
    if state == WwanRegisterStateDenied:
        choice.provider = machine.device.registered_provider
    register_apply(machine, &choice)


cdef void network_settle(machine_t* machine, uint32_t cause) noexcept nogil:
    """Send what the host has not been told of registration and of all that follows from it."""
    register_notify(machine)
    ready_notify(machine)
    packet_settle(machine, cause)
    signal_settle(machine)


cdef bint network_in_reach(const machine_t* machine) noexcept nogil:
    """Whether there is a network that the device may lock on to in its mode."""
    cdef const device_t* device = &machine.device
    cdef uint32_t place
    if device.register_mode != WwanRegisterModeManual:
        return any_network_usable(machine)
    place = provider_named(machine, device.manual_provider_id)
    return (
        place != PROVIDER_NONE and is_visible(machine, &device.providers[place])
        and not is_forbidden(machine, &device.providers[place])
    )


cdef void attempt_start(machine_t* machine) noexcept nogil:
    """Let the device look for a network by itself, whether or not one is there."""
    cdef device_t* device = &machine.device
    if not can_register(machine) or registered(machine) or device.registering:
        return
    device.registering = 1
    schedule_timer(
        machine, TIMER_REGISTER,
        latency_drawn(
            machine, &machine.profile.registration_latency, PURPOSE_RETRY,
            oid_index(OID_WWAN_REGISTER_STATE),
        ),
    )
    register_notify(machine)


cdef void attempt_begin(machine_t* machine) noexcept nogil:
    """Let the device look for a network by itself, if there is one to lock on to."""
    if network_in_reach(machine):
        attempt_start(machine)


cdef void register_timer(machine_t* machine, const pending_t* pending) noexcept nogil:
    """An attempt of the device's own ends."""
    cdef choice_t choice
    machine.device.registering = 0
    choose_network(
        machine, machine.device.register_mode, machine.device.manual_provider_id, &choice
    )
    register_apply(machine, &choice)
    network_settle(machine, choice.cause)


cdef bint network_left(machine_t* machine) noexcept nogil:
    """Leave the network when radio or SIM no longer allow one; whether that is so."""
    cdef device_t* device = &machine.device
    if can_register(machine):
        return False
    if device.register_state != WwanRegisterStateDeregistered or device.registering:
        register_leave(machine, WwanRegisterStateDeregistered, 0)
    network_settle(machine, 0)
    return True


cdef void network_reconsider(machine_t* machine) noexcept nogil:
    """The SIM changed: leave the network, or look for one."""
    if not network_left(machine):
        attempt_begin(machine)


cdef void radio_changed(machine_t* machine) noexcept nogil:
    """The radio went off: leave the network. It came on: look for one, in reach or not.

    The attempt that a stored registration waits for is told to the host, whatever it comes to.
    """
    if not network_left(machine):
        attempt_start(machine)


cdef void networks_changed(machine_t* machine, bint appeared) noexcept nogil:
    """Networks came or went, or offer something else: the one registered with may be among them."""
    cdef device_t* device = &machine.device
    cdef uint32_t place = device.registered_provider
    if place < device.provider_count and (
        device.register_state != WwanRegisterStateDeregistered
    ) and not is_visible(machine, &device.providers[place]):
        register_leave(machine, WwanRegisterStateDeregistered, 0)
        appeared = True
    if device.registering and device.register_mode == WwanRegisterModeAutomatic and (
        not any_network_usable(machine)
    ):
        register_leave(machine, WwanRegisterStateDeregistered, 0)
    network_settle(machine, 0)
    if appeared:
        attempt_begin(machine)


# ---------------------------------------------------------------------------------------------
# Requests.

cdef uint32_t start_register(
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
    if get16(payload + 2) == NDIS_WWAN_SET_REGISTER_STATE_EX_L1_SIZE:
        # The count of the list header that ends the fixed part.
        count = get32(payload + NDIS_WWAN_SET_REGISTER_STATE_EX_L1_SIZE - 4)
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
        if identity[0] == 0 and manual_supported(machine):
            return NDIS_STATUS_INVALID_DATA
        pending.parameter_size = sizeof(identity)
        pending.slot = slot_take(machine, <const uint8_t*>identity, sizeof(identity))
        if pending.slot < 0:
            return NDIS_STATUS_RESOURCES
    machine.device.set_ordinal += 1
    pending.argument.network_set.set_ordinal = machine.device.set_ordinal
    return NDIS_STATUS_INDICATION_REQUIRED


cdef void abandon_register(machine_t* machine, const pending_t* pending) noexcept nogil:
    """The set changed nothing yet but what queries saw; the host may have to be told of its end."""
    register_notify(machine)


cdef void keep_wish(machine_t* machine, const pending_t* pending) noexcept nogil:
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
        device.register_changed |= machine.profile.structures == STRUCTURES_WINDOWS_11


cdef bint wishes_present_network(
    const machine_t* machine, const pending_t* pending
) noexcept nogil:
    """Whether a manual set names the network that the device is registered with already."""
    cdef const uint16_t* identity
    cdef uint32_t place
    if pending.argument.network_set.action != WwanRegisterActionManual or pending.slot < 0:
        return False
    if not registered(machine):
        return False
    identity = <const uint16_t*>machine.parameters[pending.slot]
    place = provider_named(machine, identity)
    return (
        place == machine.device.registered_provider
        and not is_forbidden(machine, &machine.device.providers[place])
    )


cdef bint set_untried(const machine_t* machine, const pending_t* pending) noexcept nogil:
    """Whether the environment orders an outcome that says: the device cannot try the set now."""
    return (
        pending.forced
        and (
            pending.outcome == WWAN_STATUS_BUSY
            or pending.outcome == WWAN_STATUS_NO_DEVICE_SUPPORT
        )
        and radio_on(machine) and subscriber_refusal(machine) == WWAN_STATUS_SUCCESS
        and not wishes_present_network(machine, pending)
    )


cdef void register_as_wished(
    machine_t* machine, const pending_t* pending, choice_t* choice
) noexcept nogil:
    """What a set comes to now, by radio, SIM, orders of the environment and networks."""
    choice.status = WWAN_STATUS_SUCCESS
    choice.cause = 0
    choice.state = WwanRegisterStateDeregistered
    choice.provider = PROVIDER_NONE
    if not radio_on(machine):
        return
    choice.status = subscriber_refusal(machine)
    if choice.status != WWAN_STATUS_SUCCESS:
        return
    if pending.forced and pending.outcome != WWAN_STATUS_SUCCESS and not (
        wishes_present_network(machine, pending)
    ):
        choice.status = pending.outcome
        if pending.outcome == WWAN_STATUS_FAILURE:
            choice.cause = pending.outcome_cause
        return
    choose_network(
        machine, machine.device.register_mode, machine.device.manual_provider_id, choice
    )


cdef void finish_register(machine_t* machine, const pending_t* pending) noexcept nogil:
    """Answer a query, or end a set: with a stable state, whatever it came to."""
    cdef device_t* device = &machine.device
    cdef destination_t to = answering(pending)
    cdef choice_t choice
    if pending.kind == KIND_QUERY:
        put_registration_now(
            machine, &to, pending.outcome if pending.forced else WWAN_STATUS_SUCCESS
        )
        return
    if (
        pending.argument.network_set.action == WwanRegisterActionManual
        and not manual_supported(machine)
    ):
        put_registration(
            machine, &to, WWAN_STATUS_NO_DEVICE_SUPPORT, 0, device.register_state,
            device.register_mode, device.manual_provider_id,
        )
        return
    if set_untried(machine, pending):
        put_registration(
            machine, &to, pending.outcome, 0, device.register_state, device.register_mode,
            device.manual_provider_id,
        )
        register_notify(machine)
        return
    keep_wish(machine, pending)
    register_as_wished(machine, pending, &choice)
    register_apply(machine, &choice)
    put_registration(
        machine, &to, choice.status, choice.cause, device.register_state, device.register_mode,
        device.manual_provider_id,
    )
    network_settle(machine, choice.cause)


# ---------------------------------------------------------------------------------------------
# Changes of the environment.

cdef void stimulus_network_deregister(machine_t* machine, const record_t* event) noexcept nogil:
    """The network throws the device out; it may try again by itself."""
    cdef uint32_t cause = get32(event.payload + WWANREPLAY_STIMULUS_NETWORK_DEREGISTER_L1_NwError)
    cdef bint denied = get32(event.payload + WWANREPLAY_STIMULUS_NETWORK_DEREGISTER_L1_Denied) != 0
    if not registered(machine) and machine.device.register_state != WwanRegisterStateDenied:
        return
    register_leave(
        machine, WwanRegisterStateDenied if denied else WwanRegisterStateDeregistered, cause
    )
    network_settle(machine, cause)
    if get32(event.payload + WWANREPLAY_STIMULUS_NETWORK_DEREGISTER_L1_Retry):
        attempt_begin(machine)


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
    networks_changed(machine, True)


cdef void stimulus_roaming_text(machine_t* machine, const record_t* event) noexcept nogil:
    """The network's text for roamers changes; without a network, that of all the foreign ones."""
    cdef device_t* device = &machine.device
    cdef uint16_t[ROAMING_TEXT_LENGTH] text
    cdef uint32_t place
    take_string(text, event.payload, ROAMING_TEXT_LENGTH)
    if registered(machine):
        if device.register_state == WwanRegisterStateHome or (
            same_string(text, device.roaming_text, ROAMING_TEXT_LENGTH)
        ):
            return
        memcpy(device.roaming_text, text, sizeof(text))
        memcpy(device.providers[device.registered_provider].roaming_text, text, sizeof(text))
        device.register_changed = 1
        register_notify(machine)
        return
    for place in range(device.provider_count):
        if not is_home(machine, &device.providers[place]):
            memcpy(device.providers[place].roaming_text, text, sizeof(text))


# ---------------------------------------------------------------------------------------------
# Adopting.

cdef uint32_t adopted_provider(machine_t* machine, const uint8_t* payload) noexcept nogil:
    """The provider that a recorded registration names, made visible; added if it was unknown."""
    cdef uint8_t[PROVIDER_SIZE] provider
    cdef uint16_t[PROVIDER_ID_LENGTH] identity
    cdef uint32_t state = get32(
        payload + NDIS_WWAN_REGISTRATION_STATE_L1_RegistrationState_RegisterState
    )
    cdef uint32_t place
    take_string(
        identity, payload + NDIS_WWAN_REGISTRATION_STATE_L1_RegistrationState_ProviderId,
        PROVIDER_ID_LENGTH,
    )
    place = provider_named(machine, identity)
    if place != PROVIDER_NONE:
        machine.device.providers[place].visible = 1
        return place
    memset(provider, 0, sizeof(provider))
    memcpy(
        provider, payload + NDIS_WWAN_REGISTRATION_STATE_L1_RegistrationState_ProviderId,
        2 * PROVIDER_ID_LENGTH,
    )
    memcpy(
        provider + 20, payload + NDIS_WWAN_REGISTRATION_STATE_L1_RegistrationState_ProviderName,
        2 * PROVIDER_NAME_LENGTH,
    )
    return add_provider(
        machine, provider, PROVIDER_SIZE,
        PROVIDER_PARTNER if state == WwanRegisterStatePartner else PROVIDER_ROAMING,
    )


cdef void adopt_registered(
    machine_t* machine, const uint8_t* payload, uint32_t state
) noexcept nogil:
    """Set a stable state that a record witnesses."""
    cdef device_t* device = &machine.device
    attempt_cancel(machine)
    device.register_cause = get32(
        payload + NDIS_WWAN_REGISTRATION_STATE_L1_RegistrationState_uNwError
    )
    device.registered_provider = PROVIDER_NONE
    device.register_state = WwanRegisterStateDeregistered
    if state != WwanRegisterStateDeregistered:
        device.registered_provider = adopted_provider(machine, payload)
        if device.registered_provider == PROVIDER_NONE:
            return
        if state == WwanRegisterStatePartner:
            device.providers[device.registered_provider].kind = PROVIDER_PARTNER
        device.register_state = state
        take_string(
            device.roaming_text,
            payload + NDIS_WWAN_REGISTRATION_STATE_L1_RegistrationState_RoamingText,
            ROAMING_TEXT_LENGTH,
        )


cdef bint adopt_registration(machine_t* machine, const record_t* event) noexcept nogil:
    cdef device_t* device = &machine.device
    cdef const uint8_t* payload = event.payload
    cdef uint32_t state, mode
    if event.code != NDIS_STATUS_WWAN_REGISTER_STATE:
        return False
    if (
        event.payload_size < NDIS_WWAN_REGISTRATION_STATE_L1_SIZE
        or get32(payload + NDIS_WWAN_REGISTRATION_STATE_L1_uStatus) != WWAN_STATUS_SUCCESS
    ):
        return True
    state = get32(payload + NDIS_WWAN_REGISTRATION_STATE_L1_RegistrationState_RegisterState)
    mode = get32(payload + NDIS_WWAN_REGISTRATION_STATE_L1_RegistrationState_RegisterMode)
    device.register_mode_reported = mode
    if state == WwanRegisterStateSearching and (
        latest_set(machine, OID_WWAN_REGISTER_STATE) is not NULL
    ):
        pass                              # the mode that an open set wishes; it has not ended yet
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
    if event.payload_size >= NDIS_WWAN_REGISTRATION_STATE_L3_SIZE and payload[1] >= 4:
        device.preferred_data_classes = get32(
            payload + NDIS_WWAN_REGISTRATION_STATE_L3_RegistrationState_PreferredDataClasses
        )
    device.register_state_reported = state
    device.register_changed = 0
    if state == WwanRegisterStateSearching:
        # An open set explains it; otherwise the device has begun to look by itself.
        if latest_set(machine, OID_WWAN_REGISTER_STATE) is NULL and not device.registering:
            device.register_state = WwanRegisterStateDeregistered
            device.registered_provider = PROVIDER_NONE
            attempt_start(machine)
    elif state > WwanRegisterStateUnknown and state < WwanRegisterStateMax:
        adopt_registered(machine, payload, state)
    device.register_provider_reported = device.registered_provider
    return True
