# The subscriber and the radio: READY_INFO, RADIO_STATE, SERVICE_ACTIVATION, emergency mode.
#
# ready_state follows from what is in the slot, its locks and the service's activation. Whenever it
# or the radio changes, the events come in this order: the report of the change itself,
# registration, emergency mode, packet service, contexts.

cdef enum:
    TELEPHONE_NUMBER_LENGTH_WINDOWS_8 = 16    # WCHARs of a list element; later ones have 23
    PIN1_ATTEMPTS_DEFAULT = 3                 # of a card that replaces a blocked one
    PUK1_ATTEMPTS_DEFAULT = 10


cdef inline bint power_is_awake(const machine_t* machine) noexcept nogil:
    """Whether the miniport is present and powered: only then does it act and emit."""
    cdef const device_t* device = &machine.device
    return (
        device.power_state == NdisDeviceStateD0
        and (device.miniport_state == MINIPORT_RUNNING or device.miniport_state == MINIPORT_PAUSED)
    )


cdef inline bint radio_is_on(const machine_t* machine) noexcept nogil:
    """Whether both switches of the radio are on."""
    return (
        machine.device.hardware_radio == WwanRadioOn
        and machine.device.software_radio == WwanRadioOn
    )


cdef uint32_t subscriber_refusal(const machine_t* machine) noexcept nogil:
    """The WWAN_STATUS with which the SIM or the service stops an operation; success when ready."""
    cdef uint32_t state = machine.device.ready_state
    if state == WwanReadyStateInitialized:
        return WWAN_STATUS_SUCCESS
    if state == WwanReadyStateSimNotInserted:
        return WWAN_STATUS_SIM_NOT_INSERTED
    if state == WwanReadyStateBadSim:
        return WWAN_STATUS_BAD_SIM
    if state == WwanReadyStateDeviceLocked:
        return WWAN_STATUS_PIN_REQUIRED
    if state == WwanReadyStateNotActivated:
        return WWAN_STATUS_SERVICE_NOT_ACTIVATED
    if state == WwanReadyStateOff:
        return WWAN_STATUS_NOT_INITIALIZED
    return WWAN_STATUS_FAILURE


cdef uint32_t subscriber_sim_refusal(const machine_t* machine) noexcept nogil:
    """As subscriber_refusal, for what needs the SIM but not an activated service."""
    cdef uint32_t status = subscriber_refusal(machine)
    return WWAN_STATUS_SUCCESS if status == WWAN_STATUS_SERVICE_NOT_ACTIVATED else status


# ---------------------------------------------------------------------------------------------
# Ready state.

cdef inline uint32_t subscriber_emergency_mode(const machine_t* machine) noexcept nogil:
    """WWAN_EMERGENCY_MODE: on by order of the environment, or because registration was denied."""
    if machine.device.emergency_mode or (
        machine.device.register_state == WwanRegisterStateDenied
    ):
        return WwanEmergencyModeOn
    return WwanEmergencyModeOff


cdef uint32_t subscriber_ready_state(const machine_t* machine) noexcept nogil:
    """The WWAN_READY_STATE that slot, locks and activation make, once the SIM has been read."""
    cdef const device_t* device = &machine.device
    if device.sim_state == SIM_REMOVED:
        return WwanReadyStateSimNotInserted
    if device.sim_state == SIM_BAD or pin1_is_exhausted(machine):
        return WwanReadyStateBadSim
    if device.sim_state == SIM_FAILURE:
        return WwanReadyStateFailure
    if pin_required(machine) != WwanPinTypeNone:
        return WwanReadyStateDeviceLocked
    if not device.service_activated:
        return WwanReadyStateNotActivated
    return WwanReadyStateInitialized


cdef void subscriber_emit_ready_info(machine_t* machine, const destination_t* to) noexcept nogil:
    """NDIS_WWAN_READY_INFO. It has no uStatus: it never fails."""
    cdef const profile_t* profile = machine.profile
    cdef uint32_t state = machine.device.ready_state
    cdef const form_t* form = form_of(machine, FORM_NDIS_WWAN_READY_INFO)
    cdef uint32_t fixed = form.size
    cdef uint32_t list_type = NDIS_WWAN_READY_INFO_L1_ReadyInfo_TNListHeader_ElementType
    cdef uint32_t list_count = NDIS_WWAN_READY_INFO_L1_ReadyInfo_TNListHeader_ElementCount
    cdef uint32_t length = TELEPHONE_NUMBER_LENGTH
    cdef uint32_t numbers = 0
    cdef uint32_t at
    cdef uint8_t* buffer
    if fixed == NDIS_WWAN_READY_INFO_L3_SIZE:
        list_type = NDIS_WWAN_READY_INFO_L3_ReadyInfo_TNListHeader_ElementType
        list_count = NDIS_WWAN_READY_INFO_L3_ReadyInfo_TNListHeader_ElementCount
    elif fixed == NDIS_WWAN_READY_INFO_L2_SIZE:
        list_type = NDIS_WWAN_READY_INFO_L2_ReadyInfo_TNListHeader_ElementType
        list_count = NDIS_WWAN_READY_INFO_L2_ReadyInfo_TNListHeader_ElementCount
    if profile.release <= RELEASE_WIN8:
        length = TELEPHONE_NUMBER_LENGTH_WINDOWS_8
    if state == WwanReadyStateInitialized:
        numbers = profile.telephone_number_count
    buffer = emit_begin_form(machine, form, numbers * 2 * length)
    if buffer is NULL:
        return
    put32(buffer + NDIS_WWAN_READY_INFO_L1_ReadyInfo_ReadyState, state)
    put32(
        buffer + NDIS_WWAN_READY_INFO_L1_ReadyInfo_EmergencyMode,
        subscriber_emergency_mode(machine),
    )
    if state == WwanReadyStateInitialized or state == WwanReadyStateNotActivated:
        put_string(
            buffer + NDIS_WWAN_READY_INFO_L1_ReadyInfo_SubscriberId, profile.subscriber_id,
            WWAN_SUBSCRIBERID_LEN,
        )
    if (
        state == WwanReadyStateInitialized or state == WwanReadyStateNotActivated
        or state == WwanReadyStateDeviceLocked
    ):
        put_string(
            buffer + NDIS_WWAN_READY_INFO_L1_ReadyInfo_SimIccId, profile.sim_iccid,
            WWAN_SIMICCID_LEN,
        )
    if machine.device.current_cellular_class == WwanCellularClassCdma:
        buffer[NDIS_WWAN_READY_INFO_L1_ReadyInfo_CdmaShortMsgSize] = WWAN_CDMA_SHORT_MSG_SIZE_MAX
    if fixed >= NDIS_WWAN_READY_INFO_L2_SIZE:
        put32(
            buffer + NDIS_WWAN_READY_INFO_L2_ReadyInfo_StatusFlags,
            WWAN_READY_STATUS_MASK_SIM_SLOT_ACTIVE,
        )
    put32(buffer + list_type, WwanStructTN)
    put32(buffer + list_count, numbers)
    for at in range(numbers):
        put_string(
            buffer + fixed + at * 2 * length, profile.telephone_numbers[at], length - 1
        )
    machine.device.ready_reported = state
    machine.device.emergency_reported = subscriber_emergency_mode(machine)
    emit_indication(machine, NDIS_STATUS_WWAN_READY_INFO, to, fixed + numbers * 2 * length)


cdef void subscriber_report_change(machine_t* machine) noexcept nogil:
    """Send the ready-info event if the state last reported is another one."""
    cdef device_t* device = &machine.device
    cdef destination_t to
    if not power_is_awake(machine) or (
        device.ready_state == device.ready_reported
        and subscriber_emergency_mode(machine) == device.emergency_reported
    ):
        return
    to = destination_unsolicited(0)
    subscriber_emit_ready_info(machine, &to)


cdef void subscriber_change(machine_t* machine) noexcept nogil:
    """The SIM, its locks or the activation changed: let the ready state follow, and report it."""
    cdef uint32_t before = machine.device.ready_state
    machine.device.ready_state = subscriber_ready_state(machine)
    subscriber_report_change(machine)
    if machine.device.ready_state != before:
        registration_reconsider(machine)


cdef void subscriber_read_sim(machine_t* machine) noexcept nogil:
    """Begin to read the SIM; the ready state follows when it has been read."""
    timer_cancel(machine, TIMER_READY)
    machine.device.sim_reading = 1
    timer_schedule(
        machine, TIMER_READY,
        latency_draw(
            machine, &machine.profile.ready_latency, PURPOSE_RETRY, oid_index(OID_WWAN_READY_INFO)
        ),
    )


cdef void fire_ready(machine_t* machine) noexcept nogil:
    machine.device.sim_reading = 0
    subscriber_change(machine)


timer_row(TIMER_READY, fire_ready)


cdef void finish_ready_info(machine_t* machine, const pending_t* pending) noexcept nogil:
    cdef destination_t to = destination_of_request(pending)
    subscriber_emit_ready_info(machine, &to)


cdef void subscriber_power_up(machine_t* machine) noexcept nogil:
    """The device was powered: off until the SIM has been read; PIN1 is needed again."""
    machine.device.pin1_verified = 0
    machine.device.ready_state = WwanReadyStateOff
    subscriber_report_change(machine)
    subscriber_read_sim(machine)


cdef void subscriber_power_down(machine_t* machine) noexcept nogil:
    """Power or presence goes away, without an event."""
    timer_cancel(machine, TIMER_READY)
    machine.device.sim_reading = 0
    machine.device.pin1_verified = 0
    machine.device.ready_state = WwanReadyStateOff


cdef void subscriber_replace_exhausted_card(machine_t* machine) noexcept nogil:
    """A card whose PUK is used up can only be another one now: with fresh counters."""
    cdef device_t* device = &machine.device
    if pin1_is_exhausted(machine):
        device.pin1_attempts = pin1_fresh_attempts(machine)
        device.puk1_attempts = puk1_fresh_attempts(machine)
        lte_attach_restore(machine)


cdef void subscriber_set_sim_state(machine_t* machine, uint32_t state) noexcept nogil:
    """What the slot holds now, as the sim stimulus or the profile names it."""
    cdef device_t* device = &machine.device
    if state == SIM_REMOVED:
        device.pin1_verified = 0
        lte_attach_restore(machine)
    elif state == SIM_INSERTED or state == SIM_LOCKED or state == SIM_BLOCKED:
        subscriber_replace_exhausted_card(machine)
        if state == SIM_LOCKED:
            device.pin1_enabled = 1
            device.pin1_verified = 0
            if device.pin1_attempts == 0:
                device.pin1_attempts = pin1_fresh_attempts(machine)
        elif state == SIM_BLOCKED:
            device.pin1_enabled = 1
            device.pin1_verified = 0
            device.pin1_attempts = 0
        state = SIM_INSERTED
    device.sim_state = state


cdef void stimulus_sim(machine_t* machine, const record_t* event) noexcept nogil:
    """A card goes, comes or gets locked. One that comes has to be read first."""
    cdef device_t* device = &machine.device
    cdef uint32_t state = get32(event.payload + WWANREPLAY_STIMULUS_SIM_L1_State)
    cdef bint readable = (
        device.ready_state == WwanReadyStateInitialized
        or device.ready_state == WwanReadyStateNotActivated
        or device.ready_state == WwanReadyStateDeviceLocked
    )
    if state > SIM_FAILURE:
        return
    subscriber_set_sim_state(machine, state)
    if not power_is_awake(machine):
        return
    if device.sim_state == SIM_INSERTED and not readable:
        if not device.sim_reading:
            subscriber_read_sim(machine)
        return
    timer_cancel(machine, TIMER_READY)
    device.sim_reading = 0
    subscriber_change(machine)


cdef void stimulus_emergency_mode(machine_t* machine, const record_t* event) noexcept nogil:
    machine.device.emergency_mode = (
        get32(event.payload + WWANREPLAY_STIMULUS_EMERGENCY_MODE_L1_EmergencyMode) != 0
    )
    subscriber_report_change(machine)


# ---------------------------------------------------------------------------------------------
# Radio.

cdef void radio_emit_state(
    machine_t* machine, const destination_t* to, uint32_t status
) noexcept nogil:
    cdef uint8_t* buffer = emit_begin(machine, NDIS_WWAN_RADIO_STATE_L1_SIZE)
    if buffer is NULL:
        return
    put_header(buffer, 1, NDIS_WWAN_RADIO_STATE_L1_SIZE)
    put32(buffer + NDIS_WWAN_RADIO_STATE_L1_uStatus, status)
    put32(
        buffer + NDIS_WWAN_RADIO_STATE_L1_RadioState_HwRadioState, machine.device.hardware_radio
    )
    put32(
        buffer + NDIS_WWAN_RADIO_STATE_L1_RadioState_SwRadioState, machine.device.software_radio
    )
    emit_indication(machine, NDIS_STATUS_WWAN_RADIO_STATE, to, NDIS_WWAN_RADIO_STATE_L1_SIZE)


cdef uint32_t start_radio(
    machine_t* machine, const record_t* request, pending_t* pending
) noexcept nogil:
    cdef uint32_t action = get32(request.payload + NDIS_WWAN_SET_RADIO_STATE_L1_RadioAction)
    if action != WwanRadioOff and action != WwanRadioOn:
        return NDIS_STATUS_INVALID_DATA
    pending.argument.radio.action = action
    return NDIS_STATUS_INDICATION_REQUIRED


cdef void finish_radio(machine_t* machine, const pending_t* pending) noexcept nogil:
    """Report the radio; a set turns it first. With the hardware switch off the order is kept."""
    cdef destination_t to = destination_of_request(pending)
    cdef uint32_t status = pending.outcome if pending.forced else WWAN_STATUS_SUCCESS
    cdef bint before = radio_is_on(machine)
    if pending.kind == KIND_SET and status == WWAN_STATUS_SUCCESS:
        machine.device.software_radio = pending.argument.radio.action
    radio_emit_state(machine, &to, status)
    if radio_is_on(machine) != before:
        registration_radio_changed(machine)


cdef void stimulus_hardware_radio(machine_t* machine, const record_t* event) noexcept nogil:
    """The user moves the switch, on a device that has one."""
    cdef uint32_t state = get32(event.payload + WWANREPLAY_STIMULUS_HARDWARE_RADIO_L1_State)
    cdef bint before = radio_is_on(machine)
    cdef destination_t to
    if (
        not machine.profile.control_caps & WWAN_CTRL_CAPS_HW_RADIO_SWITCH
        or (state != WwanRadioOff and state != WwanRadioOn)
        or state == machine.device.hardware_radio
    ):
        return
    machine.device.hardware_radio = state
    if not power_is_awake(machine):
        return
    to = destination_unsolicited(0)
    radio_emit_state(machine, &to, WWAN_STATUS_SUCCESS)
    if radio_is_on(machine) != before:
        registration_radio_changed(machine)


# ---------------------------------------------------------------------------------------------
# Service activation.

cdef uint32_t start_service_activation(
    machine_t* machine, const record_t* request, pending_t* pending
) noexcept nogil:
    cdef uint32_t size = get32(
        request.payload
        + NDIS_WWAN_SERVICE_ACTIVATION_L1_ServiceActivation_uVendorSpecificBufferSize
    )
    if size > request.payload_size - NDIS_WWAN_SERVICE_ACTIVATION_L1_SIZE:
        return NDIS_STATUS_INVALID_LENGTH
    return NDIS_STATUS_INDICATION_REQUIRED


cdef uint32_t subscriber_activation_status(
    const machine_t* machine, const pending_t* pending, uint32_t* cause
) noexcept nogil:
    """How an activation ends now, with its uNwError."""
    cdef uint32_t status = subscriber_sim_refusal(machine)
    if status != WWAN_STATUS_SUCCESS:
        return status
    if not radio_is_on(machine):
        return WWAN_STATUS_RADIO_POWER_OFF
    if pending.forced and pending.outcome != WWAN_STATUS_SUCCESS:
        cause[0] = pending.outcome_cause
        return pending.outcome
    if machine.device.service_activated:
        return WWAN_STATUS_SUCCESS
    if not provider_any_usable(machine):
        return WWAN_STATUS_PROVIDER_NOT_VISIBLE
    if machine.device.activation_cause:
        cause[0] = machine.device.activation_cause
        return WWAN_STATUS_FAILURE
    return WWAN_STATUS_SUCCESS


cdef void finish_service_activation(machine_t* machine, const pending_t* pending) noexcept nogil:
    cdef destination_t to = destination_of_request(pending)
    cdef uint32_t cause = 0
    cdef uint32_t status = subscriber_activation_status(machine, pending, &cause)
    cdef uint8_t* buffer = emit_begin(machine, NDIS_WWAN_SERVICE_ACTIVATION_STATUS_L1_SIZE)
    if buffer is NULL:
        return
    put_header(buffer, 1, NDIS_WWAN_SERVICE_ACTIVATION_STATUS_L1_SIZE)
    put32(buffer + NDIS_WWAN_SERVICE_ACTIVATION_STATUS_L1_uStatus, status)
    put32(
        buffer + NDIS_WWAN_SERVICE_ACTIVATION_STATUS_L1_ServiceActivationStatus_uNwError, cause
    )
    emit_indication(
        machine, NDIS_STATUS_WWAN_SERVICE_ACTIVATION, &to,
        NDIS_WWAN_SERVICE_ACTIVATION_STATUS_L1_SIZE,
    )
    if status == WWAN_STATUS_SUCCESS and not machine.device.service_activated:
        machine.device.service_activated = 1
        subscriber_change(machine)


cdef void stimulus_service_activation(machine_t* machine, const record_t* event) noexcept nogil:
    """The operator activates or ends the service; with a cause it refuses activations."""
    cdef device_t* device = &machine.device
    device.service_activated = (
        get32(event.payload + WWANREPLAY_STIMULUS_SERVICE_ACTIVATION_L1_Activated) != 0
    )
    device.activation_cause = 0
    if not device.service_activated:
        device.activation_cause = get32(
            event.payload + WWANREPLAY_STIMULUS_SERVICE_ACTIVATION_L1_NwError
        )
    if power_is_awake(machine) and not device.sim_reading and (
        device.ready_state != WwanReadyStateOff
    ):
        subscriber_change(machine)


# ---------------------------------------------------------------------------------------------
# Beginning and adopting.

cdef void subscriber_reset(machine_t* machine) noexcept nogil:
    cdef device_t* device = &machine.device
    cdef const profile_t* profile = machine.profile
    device.ready_state = WwanReadyStateOff
    device.ready_reported = WwanReadyStateOff
    device.emergency_mode = profile.emergency_mode
    device.emergency_reported = profile.emergency_mode
    device.service_activated = profile.service_activated
    device.pin1_enabled = profile.pin1_enabled
    device.pin1_attempts = profile.pin1_attempts
    device.puk1_attempts = profile.puk1_attempts
    memcpy(device.pin1, profile.pin1, sizeof(device.pin1))
    subscriber_set_sim_state(machine, profile.sim_state)
    device.software_radio = profile.software_radio
    device.hardware_radio = WwanRadioOn
    if profile.control_caps & WWAN_CTRL_CAPS_HW_RADIO_SWITCH:
        device.hardware_radio = profile.hardware_radio


reset_row(subscriber_reset)


cdef void subscriber_adopt_ready_state(
    machine_t* machine, uint32_t state, uint32_t emergency
) noexcept nogil:
    """Let the causes be such that this ready state follows from them."""
    cdef device_t* device = &machine.device
    if state > WwanReadyStateDeviceLocked:
        return
    if state == device.ready_state:
        pass                              # whatever explains it already does so
    elif state == WwanReadyStateSimNotInserted:
        device.sim_state = SIM_REMOVED
    elif state == WwanReadyStateBadSim:
        device.sim_state = SIM_BAD
    elif state == WwanReadyStateFailure:
        device.sim_state = SIM_FAILURE
    elif state != WwanReadyStateOff:
        subscriber_set_sim_state(machine, SIM_INSERTED)
        if state == WwanReadyStateDeviceLocked:
            if pin_required(machine) == WwanPinTypeNone:
                device.pin1_enabled = 1
                device.pin1_verified = 0
        else:
            device.pin1_verified = 1
            if device.pin1_attempts == 0:
                device.pin1_attempts = pin1_fresh_attempts(machine)
            device.service_activated = state == WwanReadyStateInitialized
    if state != WwanReadyStateOff and state != device.ready_state:
        timer_cancel(machine, TIMER_READY)
        device.sim_reading = 0
    device.ready_state = state
    device.ready_reported = state
    if not emergency or device.register_state != WwanRegisterStateDenied:
        device.emergency_mode = emergency != 0
    device.emergency_reported = emergency


cdef void adopt_ready_info(machine_t* machine, const record_t* event) noexcept nogil:
    if event.payload_size >= NDIS_WWAN_READY_INFO_L1_ReadyInfo_SubscriberId:
        subscriber_adopt_ready_state(
            machine, get32(event.payload + NDIS_WWAN_READY_INFO_L1_ReadyInfo_ReadyState),
            get32(event.payload + NDIS_WWAN_READY_INFO_L1_ReadyInfo_EmergencyMode),
        )


cdef void adopt_radio_state(machine_t* machine, const record_t* event) noexcept nogil:
    cdef device_t* device = &machine.device
    cdef const uint8_t* payload = event.payload
    if event.payload_size < NDIS_WWAN_RADIO_STATE_L1_SIZE or (
        get32(payload + NDIS_WWAN_RADIO_STATE_L1_uStatus) != WWAN_STATUS_SUCCESS
    ):
        return
    device.hardware_radio = (
        get32(payload + NDIS_WWAN_RADIO_STATE_L1_RadioState_HwRadioState) != WwanRadioOff
    )
    device.software_radio = (
        get32(payload + NDIS_WWAN_RADIO_STATE_L1_RadioState_SwRadioState) != WwanRadioOff
    )


cdef void adopt_service_activation(machine_t* machine, const record_t* event) noexcept nogil:
    if (
        event.payload_size >= NDIS_WWAN_SERVICE_ACTIVATION_STATUS_L1_ServiceActivationStatus
        and get32(event.payload + NDIS_WWAN_SERVICE_ACTIVATION_STATUS_L1_uStatus)
        == WWAN_STATUS_SUCCESS
    ):
        machine.device.service_activated = 1


adopt_row(KIND_INDICATION, NDIS_STATUS_WWAN_READY_INFO, False, adopt_ready_info)
adopt_row(KIND_INDICATION, NDIS_STATUS_WWAN_RADIO_STATE, False, adopt_radio_state)
adopt_row(KIND_INDICATION, NDIS_STATUS_WWAN_SERVICE_ACTIVATION, False, adopt_service_activation)
