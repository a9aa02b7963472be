# The contexts of every port: which are active, how they are reported, how they are lost.

cdef inline context_t* context_find(
    machine_t* machine, uint32_t port, uint32_t connection_id
) noexcept nogil:
    """The active context with this ConnectionId on this port, or NULL."""
    cdef context_t* context
    cdef uint32_t at
    for at in range(<uint32_t>CONTEXT_COUNT_MAX):
        context = &machine.device.ports[port].contexts[at]
        if context.activation_state and context.connection_id == connection_id:
            return context
    return NULL


cdef uint32_t context_active_count(const machine_t* machine, uint32_t port) noexcept nogil:
    """How many contexts are active on a port."""
    cdef uint32_t at
    cdef uint32_t count = 0
    for at in range(<uint32_t>CONTEXT_COUNT_MAX):
        if machine.device.ports[port].contexts[at].activation_state:
            count += 1
    return count


cdef inline uint32_t context_active_max(const machine_t* machine) noexcept nogil:
    """How many contexts one port may have active: MaxActivatedContexts, within the model's room."""
    if machine.profile.contexts_active_max == 0:
        return 1
    if machine.profile.contexts_active_max > CONTEXT_COUNT_MAX:
        return CONTEXT_COUNT_MAX
    return machine.profile.contexts_active_max


cdef context_t* context_open(
    machine_t* machine, uint32_t port, uint32_t connection_id
) noexcept nogil:
    """Make a context active in a free place (the first place when all are taken)."""
    cdef context_t* context = &machine.device.ports[port].contexts[0]
    cdef uint32_t at
    for at in range(<uint32_t>CONTEXT_COUNT_MAX):
        if machine.device.ports[port].contexts[at].activation_state == 0:
            context = &machine.device.ports[port].contexts[at]
            break
    memset(context, 0, sizeof(context_t))
    context.connection_id = connection_id
    context.activation_state = WwanActivationStateActivated
    machine.device.ports[port].connection_id = connection_id
    return context


cdef const context_t* context_reported(const machine_t* machine, uint32_t port) noexcept nogil:
    """What a report without a ConnectionId is about: the active context last activated."""
    cdef const port_t* state = &machine.device.ports[port]
    cdef const context_t* found = NULL
    cdef uint32_t at
    for at in range(<uint32_t>CONTEXT_COUNT_MAX):
        if state.contexts[at].activation_state == 0:
            continue
        if found is NULL or state.contexts[at].connection_id == state.connection_id:
            found = &state.contexts[at]
    return found


cdef inline uint32_t context_state_of(const context_t* context) noexcept nogil:
    """The WWAN_ACTIVATION_STATE of a context that no set is changing; NULL is not active."""
    return WwanActivationStateDeactivated if context is NULL else context.activation_state


# The contents of one NDIS_WWAN_CONTEXT_STATE. `context` is NULL for a context that is not active.
ctypedef struct context_report_t:
    const context_t* context
    uint32_t activation_state         # WWAN_ACTIVATION_STATE
    uint32_t status                   # uStatus
    uint32_t cause                    # uNwError
    uint32_t connection_id
    uint32_t voice_call_state


cdef void context_emit_state(
    machine_t* machine, const destination_t* to, const context_report_t* report
) noexcept nogil:
    """Send NDIS_STATUS_WWAN_CONTEXT_STATE. The offsets are those of every layout it is part of."""
    cdef const form_t* form = form_of(machine, FORM_NDIS_WWAN_CONTEXT_STATE)
    cdef uint32_t size = form.size
    cdef const context_t* context = report.context
    cdef uint8_t* at = emit_begin_form(machine, form, 0)
    if at is NULL:
        return
    put32(at + NDIS_WWAN_CONTEXT_STATE_L1_uStatus, report.status)
    put32(at + NDIS_WWAN_CONTEXT_STATE_L1_ContextState_uNwError, report.cause)
    put32(at + NDIS_WWAN_CONTEXT_STATE_L1_ContextState_ConnectionId, report.connection_id)
    put32(
        at + NDIS_WWAN_CONTEXT_STATE_L1_ContextState_ActivationState, report.activation_state
    )
    put32(at + NDIS_WWAN_CONTEXT_STATE_L1_ContextState_VoiceCallState, report.voice_call_state)
    if context is not NULL:
        if size >= NDIS_WWAN_CONTEXT_STATE_L2_SIZE:
            put32(at + NDIS_WWAN_CONTEXT_STATE_L2_ContextState_IPType, context.ip_type)
        if size >= NDIS_WWAN_CONTEXT_STATE_L3_SIZE:
            put32(at + NDIS_WWAN_CONTEXT_STATE_L3_ContextState_ConnectionMedia, context.media)
        if size >= NDIS_WWAN_CONTEXT_STATE_L4_SIZE:
            put_string(
                at + NDIS_WWAN_CONTEXT_STATE_L4_ContextState_AccessString,
                context.access_string, WWAN_ACCESSSTRING_LEN,
            )
    emit_indication(machine, NDIS_STATUS_WWAN_CONTEXT_STATE, to, size)


cdef void context_emit_report(
    machine_t* machine, const destination_t* to, uint32_t connection_id, uint32_t status,
    uint32_t cause
) noexcept nogil:
    """Report the present state of one ConnectionId on the port that `to` names."""
    cdef context_report_t report
    report.context = context_find(machine, to.port, connection_id)
    report.activation_state = context_state_of(report.context)
    report.status = status
    report.cause = cause
    report.connection_id = connection_id
    report.voice_call_state = machine.device.ports[to.port].voice_call_state
    context_emit_state(machine, to, &report)


cdef void context_emit_voice_call(machine_t* machine, uint32_t port, uint32_t state) noexcept nogil:
    """Report a change of a voice call; ConnectionId is 0 while no context is active."""
    cdef destination_t to = destination_unsolicited(port)
    cdef context_report_t report
    report.context = context_reported(machine, port)
    report.activation_state = context_state_of(report.context)
    report.status = WWAN_STATUS_SUCCESS
    report.cause = 0
    report.connection_id = 0 if report.context is NULL else report.context.connection_id
    report.voice_call_state = state
    context_emit_state(machine, &to, &report)


cdef void context_deactivate(
    machine_t* machine, uint32_t port, context_t* context, uint32_t cause
) noexcept nogil:
    """Deactivate a context without a request, and report its state, then the link's."""
    cdef destination_t to = destination_unsolicited(port)
    context.activation_state = 0
    context_emit_report(machine, &to, context.connection_id, WWAN_STATUS_SUCCESS, cause)
    link_refresh(machine, port)


cdef void context_deactivate_all(machine_t* machine, uint32_t cause) noexcept nogil:
    """Deactivate every active context with its events; `cause` is the uNwError, 0 if none."""
    cdef uint32_t port, at
    for port in range(machine.profile.port_count):
        for at in range(<uint32_t>CONTEXT_COUNT_MAX):
            if machine.device.ports[port].contexts[at].activation_state:
                context_deactivate(machine, port, &machine.device.ports[port].contexts[at], cause)


cdef void stimulus_network_deactivate(machine_t* machine, const record_t* event) noexcept nogil:
    """The network ends a context of the event's port."""
    cdef context_t* context = context_find(
        machine, event.port,
        get32(event.payload + WWANREPLAY_STIMULUS_NETWORK_DEACTIVATE_L1_ConnectionId),
    )
    if context is not NULL:
        context_deactivate(
            machine, event.port, context,
            get32(event.payload + WWANREPLAY_STIMULUS_NETWORK_DEACTIVATE_L1_NwError),
        )


cdef void context_reset(machine_t* machine) noexcept nogil:
    """No context; the addresses and values of the profile."""
    cdef const profile_t* profile = machine.profile
    cdef uint32_t port
    for port in range(<uint32_t>PORT_COUNT_MAX):
        memset(&machine.device.ports[port], 0, sizeof(port_t))
        machine.device.ports[port].address = profile.addresses[port]
        machine.device.ports[port].network_pco = profile.pco[port]


reset_row(context_reset)


cdef void adopt_context_state(machine_t* machine, const record_t* event) noexcept nogil:
    """A context state report witnesses one context and the voice call."""
    cdef const uint8_t* at = event.payload
    cdef port_t* state = &machine.device.ports[event.port]
    cdef context_t* context
    cdef uint32_t connection_id, activation
    if event.payload_size < NDIS_WWAN_CONTEXT_STATE_L1_SIZE:
        return
    if get32(at + NDIS_WWAN_CONTEXT_STATE_L1_uStatus) != WWAN_STATUS_SUCCESS:
        return
    connection_id = get32(at + NDIS_WWAN_CONTEXT_STATE_L1_ContextState_ConnectionId)
    activation = get32(at + NDIS_WWAN_CONTEXT_STATE_L1_ContextState_ActivationState)
    state.voice_call_state = (
        WwanVoiceCallStateInProgress
        if get32(at + NDIS_WWAN_CONTEXT_STATE_L1_ContextState_VoiceCallState)
        == WwanVoiceCallStateInProgress
        else WwanVoiceCallStateNone
    )
    context = context_find(machine, event.port, connection_id)
    if activation == WwanActivationStateActivated:
        if context is NULL:
            if context_active_count(machine, event.port) >= context_active_max(machine):
                memset(state.contexts, 0, sizeof(state.contexts))
            context = context_open(machine, event.port, connection_id)
        if event.payload_size >= NDIS_WWAN_CONTEXT_STATE_L2_SIZE:
            context.ip_type = get32(at + NDIS_WWAN_CONTEXT_STATE_L2_ContextState_IPType)
        if event.payload_size >= NDIS_WWAN_CONTEXT_STATE_L3_SIZE:
            context.media = get32(at + NDIS_WWAN_CONTEXT_STATE_L3_ContextState_ConnectionMedia)
        if event.payload_size >= NDIS_WWAN_CONTEXT_STATE_L4_SIZE:
            take_string(
                context.access_string, at + NDIS_WWAN_CONTEXT_STATE_L4_ContextState_AccessString,
                WWAN_ACCESSSTRING_LEN,
            )
    elif activation == WwanActivationStateDeactivated and context is not NULL:
        context.activation_state = 0


adopt_row(KIND_INDICATION, NDIS_STATUS_WWAN_CONTEXT_STATE, True, adopt_context_state)
