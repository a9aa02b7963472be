# Choosing a network: what registering comes to, in automatic and in manual mode.

# What an attempt to register comes to.
ctypedef struct selection_t:
    uint32_t status                   # WWAN_STATUS
    uint32_t cause                    # uNwError
    uint32_t state                    # WWAN_REGISTER_STATE
    uint32_t provider                 # index, or PROVIDER_NONE


cdef uint32_t selection_state_with(const machine_t* machine, uint32_t place) noexcept nogil:
    """The WWAN_REGISTER_STATE of being registered with this provider."""
    cdef const provider_t* provider = &machine.device.providers[place]
    if provider_is_home(machine, provider):
        return WwanRegisterStateHome
    if machine.profile.names_partners and provider_is_preferred(machine, provider):
        return WwanRegisterStatePartner
    return WwanRegisterStateRoaming


cdef void selection_try_provider(
    const machine_t* machine, uint32_t place, selection_t* selection
) noexcept nogil:
    """Try one network. One for emergencies only denies the subscriber, but lets him camp on it."""
    cdef const provider_t* provider = &machine.device.providers[place]
    selection.status = WWAN_STATUS_SUCCESS
    selection.cause = provider.reject_cause
    selection.provider = place
    if provider.emergency_only:
        selection.state = WwanRegisterStateDenied
    elif provider.reject_cause:
        selection.status = WWAN_STATUS_FAILURE
        selection.state = WwanRegisterStateDeregistered
        selection.provider = PROVIDER_NONE
    else:
        selection.state = selection_state_with(machine, place)


cdef void selection_choose_manual(
    const machine_t* machine, const uint16_t* identity, selection_t* selection
) noexcept nogil:
    cdef uint32_t place = provider_find(machine, identity)
    cdef provider_t named
    selection.state = WwanRegisterStateDeregistered
    selection.provider = PROVIDER_NONE
    selection.cause = 0
    memset(&named, 0, sizeof(provider_t))
    memcpy(named.provider_id, identity, 2 * PROVIDER_ID_LENGTH)
    if provider_is_forbidden(machine, &named) or (
        place != PROVIDER_NONE and provider_is_forbidden(machine, &machine.device.providers[place])
    ):
        selection.status = WWAN_STATUS_INVALID_PARAMETERS
    elif place == PROVIDER_NONE or not (
        provider_is_visible(machine, &machine.device.providers[place])
    ):
        selection.status = WWAN_STATUS_PROVIDER_NOT_VISIBLE
    else:
        selection_try_provider(machine, place, selection)


cdef void selection_choose_automatic(
    const machine_t* machine, selection_t* selection
) noexcept nogil:
    """The best network that serves the subscriber, else the best that lets him camp, else none."""
    cdef selection_t trial
    cdef uint32_t refused = 0
    cdef uint32_t place = provider_best(machine, 0)
    selection.status = WWAN_STATUS_SUCCESS
    selection.state = WwanRegisterStateDeregistered
    selection.provider = PROVIDER_NONE
    selection.cause = 0
    while place != PROVIDER_NONE:
        selection_try_provider(machine, place, &trial)
        if registration_state_is_registered(trial.state):
            selection[0] = trial
            return
        if refused == 0 or (
            trial.state == WwanRegisterStateDenied and selection.state != WwanRegisterStateDenied
        ):
            selection[0] = trial
        refused |= <uint32_t>1 << place
        place = provider_best(machine, refused)


cdef void selection_choose(
    const machine_t* machine, uint32_t mode, const uint16_t* identity, selection_t* selection
) noexcept nogil:
    """What registering comes to in this mode, and in manual mode with this provider."""
    if mode == WwanRegisterModeManual:
        selection_choose_manual(machine, identity, selection)
    else:
        selection_choose_automatic(machine, selection)
