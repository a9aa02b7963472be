# The networks around the device: which it may use, and what becomes of them.

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
