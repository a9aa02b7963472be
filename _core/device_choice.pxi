# Choosing a network: what registering comes to, in automatic and in manual mode.

# What an attempt to register comes to.
ctypedef struct choice_t:
    uint32_t status                   # WWAN_STATUS
    uint32_t cause                    # uNwError
    uint32_t state                    # WWAN_REGISTER_STATE
    uint32_t provider                 # index, or PROVIDER_NONE


cdef uint32_t state_with(const machine_t* machine, uint32_t place) noexcept nogil:
    """The WWAN_REGISTER_STATE of being registered with this provider."""
    cdef const provider_t* provider = &machine.device.providers[place]
    if is_home(machine, provider):
        return WwanRegisterStateHome
    if provider.kind == PROVIDER_PARTNER:
        return WwanRegisterStatePartner
    return WwanRegisterStateRoaming


cdef void try_provider(const machine_t* machine, uint32_t place, choice_t* choice) noexcept nogil:
    """Ask one network. One for emergencies only denies the subscriber, but lets him camp on it."""
    cdef const provider_t* provider = &machine.device.providers[place]
    choice.status = WWAN_STATUS_SUCCESS
    choice.cause = provider.reject_cause
    choice.provider = place
    if provider.emergency_only:
        choice.state = WwanRegisterStateDenied
    elif provider.reject_cause:
        choice.status = WWAN_STATUS_FAILURE
        choice.state = WwanRegisterStateDeregistered
        choice.provider = PROVIDER_NONE
    else:
        choice.state = state_with(machine, place)


cdef void choose_manual(
    const machine_t* machine, const uint16_t* identity, choice_t* choice
) noexcept nogil:
    cdef uint32_t place = provider_named(machine, identity)
    cdef provider_t named
    choice.state = WwanRegisterStateDeregistered
    choice.provider = PROVIDER_NONE
    choice.cause = 0
    memset(&named, 0, sizeof(provider_t))
    memcpy(named.provider_id, identity, 2 * PROVIDER_ID_LENGTH)
    if is_forbidden(machine, &named) or (
        place != PROVIDER_NONE and is_forbidden(machine, &machine.device.providers[place])
    ):
        choice.status = WWAN_STATUS_INVALID_PARAMETERS
    elif place == PROVIDER_NONE or not is_visible(machine, &machine.device.providers[place]):
        choice.status = WWAN_STATUS_PROVIDER_NOT_VISIBLE
    else:
        try_provider(machine, place, choice)


cdef void choose_automatic(const machine_t* machine, choice_t* choice) noexcept nogil:
    """The best network that serves the subscriber, else the best that lets him camp, else none."""
    cdef choice_t trial
    cdef uint32_t refused = 0
    cdef uint32_t place = best_provider(machine, 0)
    choice.status = WWAN_STATUS_SUCCESS
    choice.state = WwanRegisterStateDeregistered
    choice.provider = PROVIDER_NONE
    choice.cause = 0
    while place != PROVIDER_NONE:
        try_provider(machine, place, &trial)
        if is_registered_state(trial.state):
            choice[0] = trial
            return
        if refused == 0 or (
            trial.state == WwanRegisterStateDenied and choice.state != WwanRegisterStateDenied
        ):
            choice[0] = trial
        refused |= <uint32_t>1 << place
        place = best_provider(machine, refused)


cdef void choose_network(
    const machine_t* machine, uint32_t mode, const uint16_t* identity, choice_t* choice
) noexcept nogil:
    """What registering comes to in this mode, and in manual mode with this provider."""
    if mode == WwanRegisterModeManual:
        choose_manual(machine, identity, choice)
    else:
        choose_automatic(machine, choice)
