# The networks around the device: which it may use, and the three provider lists that it reports.

cdef uint16_t[7] CDMA_DEFAULT_PROVIDER_ID = [48, 48, 48, 48, 48, 0, 0]


cdef inline bint device_is_cdma(const machine_t* machine) noexcept nogil:
    return machine.device.current_cellular_class == WwanCellularClassCdma


cdef const uint16_t* provider_identity(
    const machine_t* machine, const provider_t* provider
) noexcept nogil:
    """A provider's id; CDMA networks without one have the default id."""
    if provider.provider_id[0] == 0 and device_is_cdma(machine):
        return CDMA_DEFAULT_PROVIDER_ID
    return provider.provider_id


cdef inline bint provider_is_home(
    const machine_t* machine, const provider_t* provider
) noexcept nogil:
    """Whether a provider is the home provider: its id decides."""
    return same_string(
        provider.provider_id, machine.device.home.provider_id, PROVIDER_ID_LENGTH
    )


cdef uint32_t provider_preference(
    const machine_t* machine, const provider_t* provider, uint32_t flag
) noexcept nogil:
    """1 + the place in the preferred list of the entry for a provider tagged so; 0 for none."""
    cdef uint32_t place
    for place in range(machine.device.preferred_count):
        if machine.device.preferred[place].provider_state & flag and same_string(
            machine.device.preferred[place].provider_id, provider.provider_id, PROVIDER_ID_LENGTH
        ):
            return place + 1
    return 0


cdef inline bint provider_is_preferred(
    const machine_t* machine, const provider_t* provider
) noexcept nogil:
    """Whether a provider is preferred, of which flag and state speak: by the list, or by the
    operator, whose choice stands until a host writes the list.
    """
    return (
        provider.provider_state & WWAN_PROVIDER_STATE_PREFERRED != 0
        or provider_preference(machine, provider, WWAN_PROVIDER_STATE_PREFERRED) != 0
    )


cdef inline bint provider_is_forbidden(
    const machine_t* machine, const provider_t* provider
) noexcept nogil:
    return (
        provider.provider_state & WWAN_PROVIDER_STATE_FORBIDDEN != 0
        or provider_preference(machine, provider, WWAN_PROVIDER_STATE_FORBIDDEN) != 0
    )


cdef bint provider_is_visible(const machine_t* machine, const provider_t* provider) noexcept nogil:
    """Whether the device can use this network: in coverage, cellular and data class fit."""
    return (
        provider.kind != 0 and provider.visible != 0
        and (
            provider.cellular_class == WwanCellularClassUnknown
            or provider.cellular_class == machine.device.current_cellular_class
        )
        and (provider.data_class == 0 or provider.data_class & machine.profile.data_class != 0)
    )


cdef uint32_t provider_find(const machine_t* machine, const uint16_t* identity) noexcept nogil:
    """The index of the provider with this id, a visible one first; else PROVIDER_NONE."""
    cdef uint32_t place
    cdef uint32_t found = PROVIDER_NONE
    cdef const provider_t* provider
    for place in range(machine.device.provider_count):
        provider = &machine.device.providers[place]
        if provider.kind == 0 or not same_string(
            provider_identity(machine, provider), identity, PROVIDER_ID_LENGTH
        ):
            continue
        if provider_is_visible(machine, provider):
            return place
        if found == PROVIDER_NONE:
            found = place
    return found


cdef uint32_t provider_rank(const machine_t* machine, const provider_t* provider) noexcept nogil:
    """Order of automatic registration: home, preferred as listed, otherwise preferred, others."""
    cdef uint32_t place
    if provider_is_home(machine, provider):
        return 0
    place = provider_preference(machine, provider, WWAN_PROVIDER_STATE_PREFERRED)
    if place:
        return place
    return PREFERRED_COUNT_MAX + (1 if provider_is_preferred(machine, provider) else 2)


cdef uint32_t provider_best(const machine_t* machine, uint32_t refused) noexcept nogil:
    """The index of the best usable provider that is not in the bit set `refused`; PROVIDER_NONE."""
    cdef uint32_t place, rank
    cdef uint32_t best = PROVIDER_NONE
    cdef uint32_t best_rank = UINT32_MAX
    cdef const provider_t* provider
    for place in range(machine.device.provider_count):
        provider = &machine.device.providers[place]
        if (refused >> place) & 1 or not provider_is_visible(machine, provider):
            continue
        if provider_is_forbidden(machine, provider):
            continue
        rank = provider_rank(machine, provider)
        if rank < best_rank:
            best = place
            best_rank = rank
    return best


cdef inline bint provider_any_usable(const machine_t* machine) noexcept nogil:
    return provider_best(machine, 0) != PROVIDER_NONE


# ---------------------------------------------------------------------------------------------
# Lists.

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
    cdef uint8_t[PROVIDER2_SIZE] element
    cdef uint8_t* at
    cdef uint8_t* buffer
    for place in range(count):
        if states[place]:
            elements += 1
    buffer = emit_begin(machine, NDIS_WWAN_VISIBLE_PROVIDERS_L1_SIZE + elements * size)
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
            provider_put(machine, element, &providers[place], states[place])
            memcpy(at, element, size)
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


# ---------------------------------------------------------------------------------------------
# Changes of the environment.

cdef uint32_t provider_place(
    const machine_t* machine, const uint16_t* identity
) noexcept nogil:
    """Where a provider with this id is or can be kept; PROVIDER_NONE when there is no room."""
    cdef uint32_t place = provider_find(machine, identity)
    if place != PROVIDER_NONE:
        return place
    for place in range(machine.device.provider_count):
        if machine.device.providers[place].kind == 0:
            return place
    if machine.device.provider_count < PROVIDER_COUNT_MAX:
        return machine.device.provider_count
    return PROVIDER_NONE


cdef uint32_t provider_add(
    machine_t* machine, const uint8_t* at, uint32_t size
) noexcept nogil:
    """Add or replace a visible provider; its place. A replaced one keeps kind and refusal."""
    cdef provider_t provider
    cdef provider_t* entry
    cdef uint32_t place
    provider_read(&provider, at, size)
    place = provider_place(machine, provider.provider_id)
    if place == PROVIDER_NONE:
        return place
    if place == machine.device.provider_count:
        machine.device.provider_count += 1
        memset(&machine.device.providers[place], 0, sizeof(provider_t))
    entry = &machine.device.providers[place]
    if entry.kind == 0:
        entry[0] = provider
        entry.kind = PROVIDER_HOME if provider_is_home(machine, entry) else PROVIDER_ROAMING
    else:
        if place == machine.device.registered_provider and not same_string(
            entry.provider_name, provider.provider_name, PROVIDER_NAME_LENGTH
        ):
            machine.device.register_changed = 1
        memcpy(entry, &provider, PROVIDER2_SIZE)
    entry.visible = 1
    return place


cdef void stimulus_provider_change(machine_t* machine, const record_t* event) noexcept nogil:
    """A network appears, changes or goes. Places stay as they are: coverage refers to them."""
    cdef uint32_t place
    cdef uint16_t[PROVIDER_ID_LENGTH] identity
    cdef const uint8_t* provider = (
        event.payload + WWANREPLAY_STIMULUS_PROVIDER_CHANGE_L1_Provider
    )
    take_string(identity, provider, PROVIDER_ID_LENGTH)
    if identity[0] == 0 and not device_is_cdma(machine):
        return                            # networks without an id are CDMA's alone
    if get32(event.payload + WWANREPLAY_STIMULUS_PROVIDER_CHANGE_L1_Action) == 0:
        place = provider_find(machine, identity)
        if place == PROVIDER_NONE:
            return
        machine.device.providers[place].kind = 0
        machine.device.providers[place].visible = 0
    else:
        place = provider_add(machine, provider, PROVIDER2_SIZE)
        if place == PROVIDER_NONE:
            return
        registration_preference_changed(machine)
    registration_networks_changed(machine, True)


cdef void stimulus_coverage(machine_t* machine, const record_t* event) noexcept nogil:
    """One network, or all, come into reach or go out of it."""
    cdef uint32_t visible = get32(event.payload + WWANREPLAY_STIMULUS_COVERAGE_L1_Available) != 0
    cdef uint32_t index = get32(event.payload + WWANREPLAY_STIMULUS_COVERAGE_L1_ProviderIndex)
    cdef uint32_t place
    cdef bint changed = False
    for place in range(machine.device.provider_count):
        if (index != UINT32_MAX and index != place) or machine.device.providers[place].kind == 0:
            continue
        if machine.device.providers[place].visible != visible:
            machine.device.providers[place].visible = visible
            changed = True
    if changed:
        registration_networks_changed(machine, visible != 0)


cdef bint provider_is_listed_as(
    const machine_t* machine, const provider_t* provider, uint32_t state, const uint8_t* element,
    uint32_t size
) noexcept nogil:
    """Whether a list of this device would have this very element for a provider."""
    cdef uint8_t[PROVIDER2_SIZE] own
    provider_put(machine, own, provider, state)
    return memcmp(own, element, size) == 0


cdef uint32_t provider_adopt_visible(
    machine_t* machine, const uint8_t* element, uint32_t size, uint32_t found
) noexcept nogil:
    """The place of a provider that a scan found, other than those in the bit set `found`."""
    cdef const provider_t* provider
    cdef uint32_t place
    for place in range(machine.device.provider_count):
        provider = &machine.device.providers[place]
        if not (found >> place) & 1 and provider_is_visible(machine, provider) and (
            provider_is_listed_as(
                machine, provider, provider_visible_state(machine, place), element, size
            )
        ):
            return place
    place = provider_add(machine, element, size)
    if place != PROVIDER_NONE:
        machine.device.providers[place].provider_state &= (
            WWAN_PROVIDER_STATE_FORBIDDEN | WWAN_PROVIDER_STATE_PREFERRED
            | WWAN_PROVIDER_STATE_PREFERRED_MULTICARRIER
        )
    return place


cdef void provider_adopt_visible_list(
    machine_t* machine, const uint8_t* payload, uint32_t payload_size
) noexcept nogil:
    """What a scan found is there; what it should have found and did not is not.

    A list of multi-carrier networks only may come from a scan for those.
    """
    cdef uint32_t count = get32(
        payload + NDIS_WWAN_VISIBLE_PROVIDERS_L1_VisibleListHeader_ElementCount
    )
    cdef uint32_t size = PROVIDER2_SIZE
    cdef uint32_t place, element
    cdef uint32_t found = 0
    cdef uint32_t shared = UINT32_MAX
    cdef provider_t* provider
    cdef const uint8_t* at = payload + NDIS_WWAN_VISIBLE_PROVIDERS_L1_SIZE
    if get32(
        payload + NDIS_WWAN_VISIBLE_PROVIDERS_L1_VisibleListHeader_ElementType
    ) == WwanStructProvider:
        size = PROVIDER_SIZE
    if count > (payload_size - NDIS_WWAN_VISIBLE_PROVIDERS_L1_SIZE) // size:
        return
    for element in range(count):
        shared &= get32(at + element * size + WWAN_PROVIDER2_L1_Provider_ProviderState)
        place = provider_adopt_visible(machine, at + element * size, size, found)
        if place != PROVIDER_NONE:
            found |= <uint32_t>1 << place
    shared &= WWAN_PROVIDER_STATE_PREFERRED_MULTICARRIER
    for place in range(machine.device.provider_count):
        provider = &machine.device.providers[place]
        if (found >> place) & 1 or place == machine.device.registered_provider or (
            not provider_is_visible(machine, provider)
        ):
            continue
        if device_is_cdma(machine) and not provider_is_home(machine, provider):
            continue
        if not shared or provider.provider_state & WWAN_PROVIDER_STATE_PREFERRED_MULTICARRIER:
            provider.visible = 0


cdef void provider_adopt_preferred_list(
    machine_t* machine, const uint8_t* elements, uint32_t count, uint32_t size
) noexcept nogil:
    """The preferred list is this one, unless it is anyway."""
    cdef uint32_t place
    cdef bint same = count == machine.device.preferred_count
    for place in range(count):
        same = same and provider_is_listed_as(
            machine, &machine.device.preferred[place],
            machine.device.preferred[place].provider_state, elements + place * size, size,
        )
    if not same:
        provider_take_preferred(machine, elements, count, size)


cdef bint provider_list_is_sound(const record_t* event) noexcept nogil:
    """Whether a recorded list of visible or preferred providers has its fixed part and succeeded.
    Both structures are alike up to their elements.
    """
    return event.payload_size >= NDIS_WWAN_VISIBLE_PROVIDERS_L1_SIZE and (
        get32(event.payload + NDIS_WWAN_VISIBLE_PROVIDERS_L1_uStatus) == WWAN_STATUS_SUCCESS
    )


cdef void adopt_visible_providers(machine_t* machine, const record_t* event) noexcept nogil:
    if provider_list_is_sound(event):
        provider_adopt_visible_list(machine, event.payload, event.payload_size)


cdef void adopt_preferred_providers(machine_t* machine, const record_t* event) noexcept nogil:
    """The stored list. The completion of a set lists nothing, and so witnesses nothing."""
    cdef const uint8_t* payload = event.payload
    cdef uint32_t size = PROVIDER2_SIZE
    cdef uint32_t count
    if not provider_list_is_sound(event):
        return
    count = get32(payload + NDIS_WWAN_PREFERRED_PROVIDERS_L1_PreferredListHeader_ElementCount)
    if get32(
        payload + NDIS_WWAN_PREFERRED_PROVIDERS_L1_PreferredListHeader_ElementType
    ) == WwanStructProvider:
        size = PROVIDER_SIZE
    if count and count <= PREFERRED_COUNT_MAX and (
        count <= (event.payload_size - NDIS_WWAN_PREFERRED_PROVIDERS_L1_SIZE) // size
    ):
        provider_adopt_preferred_list(
            machine, payload + NDIS_WWAN_PREFERRED_PROVIDERS_L1_SIZE, count, size
        )


cdef void provider_adopt_home(
    machine_t* machine, const uint8_t* at, uint32_t size
) noexcept nogil:
    """The home provider is this WWAN_PROVIDER or WWAN_PROVIDER2, unless it is anyway."""
    cdef uint16_t[PROVIDER_ID_LENGTH] identity
    cdef uint32_t place
    take_string(identity, at, PROVIDER_ID_LENGTH)
    if same_string(identity, provider_identity(machine, &machine.device.home), PROVIDER_ID_LENGTH):
        return
    place = provider_find(machine, identity)
    if place != PROVIDER_NONE:
        machine.device.home = machine.device.providers[place]
    else:
        provider_read(&machine.device.home, at, size)


cdef void adopt_home_provider(machine_t* machine, const record_t* event) noexcept nogil:
    """The answer to a query witnesses the home provider."""
    cdef uint32_t size = PROVIDER_SIZE
    if event.payload_size < NDIS_WWAN_HOME_PROVIDER_L1_SIZE or (
        get32(event.payload + NDIS_WWAN_HOME_PROVIDER_L1_uStatus) != WWAN_STATUS_SUCCESS
    ):
        return
    if event.payload_size >= NDIS_WWAN_HOME_PROVIDER2_L1_SIZE:
        size = PROVIDER2_SIZE
    provider_adopt_home(
        machine, event.payload + NDIS_WWAN_HOME_PROVIDER_L1_Provider_ProviderId, size
    )


cdef void adopt_home_provider_set(machine_t* machine, const record_t* event) noexcept nogil:
    """The answer to a set has the home provider that is."""
    if event.payload_size >= NDIS_WWAN_SET_HOME_PROVIDER_L1_SIZE:
        provider_adopt_home(
            machine,
            event.payload + NDIS_WWAN_SET_HOME_PROVIDER_L1_HomeProvider_Provider_ProviderId,
            PROVIDER2_SIZE,
        )


adopt_row(KIND_INDICATION, NDIS_STATUS_WWAN_VISIBLE_PROVIDERS, False, adopt_visible_providers)
adopt_row(KIND_INDICATION, NDIS_STATUS_WWAN_PREFERRED_PROVIDERS, False, adopt_preferred_providers)
adopt_row(KIND_INDICATION, NDIS_STATUS_WWAN_HOME_PROVIDER, False, adopt_home_provider)
adopt_row(
    KIND_INDICATION, NDIS_STATUS_WWAN_SET_HOME_PROVIDER_COMPLETE, False, adopt_home_provider_set
)
