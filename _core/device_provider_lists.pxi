# The three provider lists that a host queries and sets: visible, home and preferred providers.

cdef inline uint32_t provider_element_size(const machine_t* machine) noexcept nogil:
    """Bytes of an element of the device's lists: a WWAN_PROVIDER2, or the WWAN_PROVIDER that it
    begins with where the release has no other.
    """
    return PROVIDER2_SIZE if form_of(machine, FORM_WWAN_PROVIDER2).size else PROVIDER_SIZE


cdef void provider_put(
    const machine_t* machine, uint8_t* at, const provider_t* provider, uint32_t state
) noexcept nogil:
    """A WWAN_PROVIDER2 with this ProviderState; the home provider has the home provider's name."""
    memcpy(at, provider, PROVIDER2_SIZE)
    put_string(at, provider_identity(machine, provider), PROVIDER_ID_LENGTH)
    put32(at + WWAN_PROVIDER2_L1_Provider_ProviderState, state)
    if provider_is_home(machine, provider):
        put_string(
            at + WWAN_PROVIDER2_L1_Provider_ProviderName, machine.device.home.provider_name,
            PROVIDER_NAME_LENGTH,
        )


cdef void provider_emit_list(
    machine_t* machine, const destination_t* to, uint32_t status_code, uint32_t status,
    const provider_t* providers, const uint32_t* states, uint32_t count
) noexcept nogil:
    """The form that the lists of visible and of preferred providers share: those with a state."""
    cdef uint32_t size = provider_element_size(machine)
    cdef uint32_t elements = 0
    cdef uint32_t place
    cdef uint8_t* at
    cdef uint8_t* buffer
    for place in range(count):
        if states[place]:
            elements += 1
    # A longer element than is listed is written and its end overwritten: of the last one, behind.
    buffer = emit_begin(
        machine, NDIS_WWAN_VISIBLE_PROVIDERS_L1_SIZE + elements * size + PROVIDER2_SIZE - size
    )
    if buffer is NULL:
        return
    put_header(buffer, 1, NDIS_WWAN_VISIBLE_PROVIDERS_L1_SIZE)
    put32(buffer + NDIS_WWAN_VISIBLE_PROVIDERS_L1_uStatus, status)
    put32(
        buffer + NDIS_WWAN_VISIBLE_PROVIDERS_L1_VisibleListHeader_ElementType,
        WwanStructProvider if size == PROVIDER_SIZE else WwanStructProvider2,
    )
    put32(buffer + NDIS_WWAN_VISIBLE_PROVIDERS_L1_VisibleListHeader_ElementCount, elements)
    at = buffer + NDIS_WWAN_VISIBLE_PROVIDERS_L1_SIZE
    for place in range(count):
        if states[place]:
            provider_put(machine, at, &providers[place], states[place])
            at += size
    emit_indication(
        machine, status_code, to, NDIS_WWAN_VISIBLE_PROVIDERS_L1_SIZE + elements * size
    )


cdef uint32_t provider_visible_state(const machine_t* machine, uint32_t place) noexcept nogil:
    """ProviderState of a visible provider."""
    cdef const provider_t* provider = &machine.device.providers[place]
    cdef uint32_t state = provider.provider_state & WWAN_PROVIDER_STATE_PREFERRED_MULTICARRIER
    state |= WWAN_PROVIDER_STATE_VISIBLE
    if provider_is_home(machine, provider):
        state |= WWAN_PROVIDER_STATE_HOME
    if provider_is_forbidden(machine, provider):
        state |= WWAN_PROVIDER_STATE_FORBIDDEN
    elif provider_is_preferred(machine, provider):
        state |= WWAN_PROVIDER_STATE_PREFERRED
    if registration_is_registered(machine) and machine.device.registered_provider == place:
        state |= WWAN_PROVIDER_STATE_REGISTERED
    return state


cdef uint32_t start_visible_providers(
    machine_t* machine, const record_t* request, pending_t* pending
) noexcept nogil:
    cdef uint32_t action = WWAN_GET_VISIBLE_PROVIDERS_ALL
    if request.payload_size >= NDIS_WWAN_GET_VISIBLE_PROVIDERS_L1_SIZE:
        action = get32(
            request.payload + NDIS_WWAN_GET_VISIBLE_PROVIDERS_L1_VisibleProviders_Action
        )
    if action > WWAN_GET_VISIBLE_PROVIDERS_MULTICARRIER:
        return NDIS_STATUS_INVALID_DATA
    pending.argument.scan.action = action
    return NDIS_STATUS_INDICATION_REQUIRED


cdef uint32_t provider_scan_status(
    const machine_t* machine, const pending_t* pending
) noexcept nogil:
    """Why the networks cannot be searched now; success if they can."""
    cdef uint32_t status
    if not radio_is_on(machine):
        return WWAN_STATUS_RADIO_POWER_OFF
    status = subscriber_refusal(machine)
    if status == WWAN_STATUS_BAD_SIM or status == WWAN_STATUS_NOT_INITIALIZED:
        # Neither is among this indication's documented codes.
        return WWAN_STATUS_FAILURE
    if status == WWAN_STATUS_SUCCESS and pending.forced:
        return pending.outcome
    return status


cdef void finish_visible_providers(machine_t* machine, const pending_t* pending) noexcept nogil:
    cdef destination_t to = destination_of_request(pending)
    cdef uint32_t[PROVIDER_COUNT_MAX] states
    cdef uint32_t status = provider_scan_status(machine, pending)
    cdef uint32_t place
    cdef bint any_visible = False
    memset(states, 0, sizeof(states))
    if status == WWAN_STATUS_SUCCESS:
        for place in range(machine.device.provider_count):
            if not provider_is_visible(machine, &machine.device.providers[place]):
                continue
            if device_is_cdma(machine) and not (
                provider_is_home(machine, &machine.device.providers[place])
            ):
                continue
            states[place] = provider_visible_state(machine, place)
            if pending.argument.scan.action == WWAN_GET_VISIBLE_PROVIDERS_MULTICARRIER and not (
                states[place] & WWAN_PROVIDER_STATE_PREFERRED_MULTICARRIER
            ):
                states[place] = 0
            any_visible |= states[place] != 0
        if not any_visible:
            status = WWAN_STATUS_PROVIDERS_NOT_FOUND
    provider_emit_list(
        machine, &to, NDIS_STATUS_WWAN_VISIBLE_PROVIDERS, status, machine.device.providers, states,
        machine.device.provider_count,
    )


cdef uint32_t provider_list_status(
    const machine_t* machine, const pending_t* pending
) noexcept nogil:
    """Why what the SIM stores cannot be read now; success if it can."""
    cdef uint32_t status = subscriber_sim_refusal(machine)
    if status == WWAN_STATUS_FAILURE:
        return WWAN_STATUS_READ_FAILURE
    if status == WWAN_STATUS_SUCCESS and pending.forced:
        return pending.outcome
    return status


cdef bint offered_home_provider(const machine_t* machine) noexcept nogil:
    """Whether the home provider can be set: on modems of CDMA, whose home is in the device and not
    on a card, and on those that name themselves multi-carrier ones.
    """
    return device_is_cdma(machine) or (
        machine.profile.control_caps & WWAN_CTRL_CAPS_MODEL_MULTI_CARRIER != 0
    )


cdef uint32_t start_home_provider(
    machine_t* machine, const record_t* request, pending_t* pending
) noexcept nogil:
    """Keep the provider that a set names."""
    pending.slot = slot_take(
        machine,
        request.payload + NDIS_WWAN_SET_HOME_PROVIDER_L1_HomeProvider_Provider_ProviderId,
        PROVIDER2_SIZE,
    )
    return NDIS_STATUS_RESOURCES if pending.slot < 0 else NDIS_STATUS_INDICATION_REQUIRED


cdef void provider_finish_home_set(machine_t* machine, const pending_t* pending) noexcept nogil:
    """Take another home provider, one that the device knows, and report which one it is now.

    The structure has no uStatus: a set that failed is one after which home is what it was. Neither
    a locked card nor the network has a say.
    """
    cdef destination_t to = destination_of_request(pending)
    cdef const form_t* form = form_of(machine, FORM_NDIS_WWAN_SET_HOME_PROVIDER)
    cdef uint16_t[PROVIDER_ID_LENGTH] identity
    cdef uint32_t place = PROVIDER_NONE
    cdef bint changed = False
    cdef uint8_t* buffer
    take_string(identity, slot_buffer(machine, pending), PROVIDER_ID_LENGTH)
    if not pending.forced or pending.outcome == WWAN_STATUS_SUCCESS:
        place = provider_find(machine, identity)
    if place != PROVIDER_NONE and not provider_is_home(machine, &machine.device.providers[place]):
        machine.device.home = machine.device.providers[place]
        changed = True
    buffer = emit_begin_form(machine, form, 0)
    if buffer is NULL:
        return
    provider_put(
        machine, buffer + NDIS_WWAN_SET_HOME_PROVIDER_L1_HomeProvider_Provider_ProviderId,
        &machine.device.home, WWAN_PROVIDER_STATE_HOME,
    )
    emit_indication(machine, NDIS_STATUS_WWAN_SET_HOME_PROVIDER_COMPLETE, &to, form.size)
    if changed:
        registration_home_changed(machine)


cdef void finish_home_provider(machine_t* machine, const pending_t* pending) noexcept nogil:
    cdef destination_t to = destination_of_request(pending)
    cdef const provider_t* home = &machine.device.home
    cdef uint32_t status = provider_list_status(machine, pending)
    cdef const form_t* form = form_of(machine, FORM_NDIS_WWAN_HOME_PROVIDER2)
    cdef uint8_t* buffer
    if pending.kind == KIND_SET:
        provider_finish_home_set(machine, pending)
        return
    buffer = emit_begin(machine, NDIS_WWAN_HOME_PROVIDER2_L1_SIZE)
    if buffer is NULL:
        return
    if form.size == 0:
        # The first form is the beginning of the later one.
        form = form_of(machine, FORM_NDIS_WWAN_HOME_PROVIDER)
    if status == WWAN_STATUS_SUCCESS and provider_identity(machine, home)[0] == 0:
        status = WWAN_STATUS_READ_FAILURE
    put_header(buffer, form.revision, form.size)
    put32(buffer + NDIS_WWAN_HOME_PROVIDER2_L1_uStatus, status)
    if status == WWAN_STATUS_SUCCESS:
        provider_put(
            machine, buffer + NDIS_WWAN_HOME_PROVIDER2_L1_Provider_Provider_ProviderId, home,
            WWAN_PROVIDER_STATE_HOME,
        )
    emit_indication(machine, NDIS_STATUS_WWAN_HOME_PROVIDER, &to, form.size)


# ---------------------------------------------------------------------------------------------
# Preferred providers.

cdef uint32_t start_preferred_providers(
    machine_t* machine, const record_t* request, pending_t* pending
) noexcept nogil:
    """Keep the new list; one longer than the SIM holds is accepted and fails later."""
    cdef uint32_t element_type = get32(
        request.payload + NDIS_WWAN_SET_PREFERRED_PROVIDERS_L1_PreferredListHeader_ElementType
    )
    cdef uint32_t count = get32(
        request.payload + NDIS_WWAN_SET_PREFERRED_PROVIDERS_L1_PreferredListHeader_ElementCount
    )
    cdef uint32_t room = request.payload_size - NDIS_WWAN_SET_PREFERRED_PROVIDERS_L1_SIZE
    cdef uint32_t size = PROVIDER2_SIZE
    if element_type == WwanStructProvider:
        size = PROVIDER_SIZE
    elif count and (
        element_type != WwanStructProvider2 or provider_element_size(machine) < PROVIDER2_SIZE
    ):
        return NDIS_STATUS_INVALID_DATA
    if count > room // size:
        return NDIS_STATUS_INVALID_LENGTH
    pending.argument.preferred_set.count = count
    pending.argument.preferred_set.long_elements = size == PROVIDER2_SIZE
    if count > PREFERRED_COUNT_MAX:
        return NDIS_STATUS_INDICATION_REQUIRED
    pending.parameter_size = count * size
    pending.slot = slot_take(
        machine, request.payload + NDIS_WWAN_SET_PREFERRED_PROVIDERS_L1_SIZE,
        pending.parameter_size,
    )
    return NDIS_STATUS_RESOURCES if pending.slot < 0 else NDIS_STATUS_INDICATION_REQUIRED


cdef void provider_read(provider_t* into, const uint8_t* at, uint32_t size) noexcept nogil:
    """Read a WWAN_PROVIDER or WWAN_PROVIDER2; what follows their 80 bytes is zeroed."""
    memset(into, 0, sizeof(provider_t))
    take_string(into.provider_id, at, PROVIDER_ID_LENGTH)
    into.provider_state = get32(at + WWAN_PROVIDER2_L1_Provider_ProviderState)
    take_string(
        into.provider_name, at + WWAN_PROVIDER2_L1_Provider_ProviderName, PROVIDER_NAME_LENGTH
    )
    into.data_class = get32(at + WWAN_PROVIDER2_L1_Provider_WwanDataClass)
    into.rssi = WWAN_RSSI_UNKNOWN
    into.error_rate = WWAN_ERROR_RATE_UNKNOWN
    if size >= PROVIDER2_SIZE:
        into.cellular_class = get32(at + WWAN_PROVIDER2_L1_WwanCellularClass)
        into.rssi = get32(at + WWAN_PROVIDER2_L1_Rssi)
        into.error_rate = get32(at + WWAN_PROVIDER2_L1_ErrorRate)


cdef void provider_reset_lists(machine_t* machine) noexcept nogil:
    """The networks and the preferred list of the profile; its partners are preferred."""
    cdef device_t* device = &machine.device
    cdef const profile_t* profile = machine.profile
    cdef provider_t* provider
    cdef uint32_t place
    device.provider_count = profile.provider_count
    memcpy(device.providers, profile.providers, sizeof(device.providers))
    device.preferred_count = profile.preferred_count
    memcpy(device.preferred, profile.preferred, sizeof(device.preferred))
    for place in range(device.preferred_count):
        provider = &device.preferred[place]
        if provider.provider_state & WWAN_PROVIDER_STATE_FORBIDDEN:
            provider.provider_state = WWAN_PROVIDER_STATE_FORBIDDEN
        else:
            provider.provider_state = WWAN_PROVIDER_STATE_PREFERRED
    for place in range(device.provider_count):
        provider = &device.providers[place]
        if provider.kind == PROVIDER_PARTNER:
            provider.provider_state |= WWAN_PROVIDER_STATE_PREFERRED


cdef void provider_take_preferred(
    machine_t* machine, const uint8_t* elements, uint32_t count, uint32_t size
) noexcept nogil:
    """Replace the preferred list; each entry is preferred or forbidden, nothing else."""
    cdef provider_t* entry
    cdef uint32_t place
    machine.device.preferred_count = count
    for place in range(count):
        entry = &machine.device.preferred[place]
        provider_read(entry, elements + place * size, size)
        if entry.provider_state & WWAN_PROVIDER_STATE_FORBIDDEN:
            entry.provider_state = WWAN_PROVIDER_STATE_FORBIDDEN
        else:
            entry.provider_state = WWAN_PROVIDER_STATE_PREFERRED


cdef void finish_preferred_providers(machine_t* machine, const pending_t* pending) noexcept nogil:
    """The list, or what became of a set: then without elements."""
    cdef destination_t to = destination_of_request(pending)
    cdef uint32_t[PREFERRED_COUNT_MAX] states
    cdef uint32_t status = provider_list_status(machine, pending)
    cdef uint32_t count = 0
    cdef uint32_t place
    if status == WWAN_STATUS_NOT_INITIALIZED:
        # Not among this indication's documented codes.
        status = WWAN_STATUS_READ_FAILURE
    if status == WWAN_STATUS_SUCCESS and pending.kind == KIND_SET:
        if pending.slot < 0 or pending.argument.preferred_set.count > PREFERRED_COUNT_MAX:
            status = WWAN_STATUS_NO_DEVICE_SUPPORT
        else:
            provider_take_preferred(
                machine, machine.parameters[pending.slot], pending.argument.preferred_set.count,
                PROVIDER2_SIZE if pending.argument.preferred_set.long_elements else PROVIDER_SIZE,
            )
            for place in range(machine.device.preferred_count):
                # What is stored has no signal, whatever the host put there.
                machine.device.preferred[place].rssi = WWAN_RSSI_UNKNOWN
                machine.device.preferred[place].error_rate = WWAN_ERROR_RATE_UNKNOWN
            for place in range(machine.device.provider_count):
                machine.device.providers[place].provider_state &= <uint32_t>(
                    ~WWAN_PROVIDER_STATE_PREFERRED
                )
    elif status == WWAN_STATUS_SUCCESS:
        count = machine.device.preferred_count
        for place in range(count):
            states[place] = machine.device.preferred[place].provider_state
    provider_emit_list(
        machine, &to, NDIS_STATUS_WWAN_PREFERRED_PROVIDERS, status, machine.device.preferred,
        states, count,
    )
    if status == WWAN_STATUS_SUCCESS and pending.kind == KIND_SET:
        registration_preference_changed(machine)
