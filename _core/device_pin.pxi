# PIN, PIN_EX and PIN_LIST. The card has PIN1 with its PUK1; other PINs are described and can be
# entered, but nothing ever requires them.

cdef enum:
    PIN_LENGTH_WINDOWS_7 = 12         # WCHARs with NUL in the 64-byte form of the set


ctypedef struct pin_answer_t:
    uint32_t status
    uint32_t pin_type
    uint32_t attempts


cdef inline uint32_t pin1_fresh_attempts(const machine_t* machine) noexcept nogil:
    return machine.profile.pin1_attempts if machine.profile.pin1_attempts else PIN1_ATTEMPTS_DEFAULT


cdef inline uint32_t puk1_fresh_attempts(const machine_t* machine) noexcept nogil:
    return machine.profile.puk1_attempts if machine.profile.puk1_attempts else PUK1_ATTEMPTS_DEFAULT


cdef inline bint pin1_is_exhausted(const machine_t* machine) noexcept nogil:
    """Whether neither PIN1 nor PUK1 has an attempt left: the card is lost."""
    return machine.device.pin1_attempts == 0 and machine.device.puk1_attempts == 0


cdef inline uint32_t pin_required(const machine_t* machine) noexcept nogil:
    """The WWAN_PIN_TYPE the device waits for."""
    cdef const device_t* device = &machine.device
    if device.sim_state != SIM_INSERTED:
        return WwanPinTypeNone
    if device.pin1_attempts == 0:
        return WwanPinTypePuk1 if device.puk1_attempts else WwanPinTypeNone
    if device.pin1_enabled and not device.pin1_verified:
        return WwanPinTypePin1
    return WwanPinTypeNone


cdef uint32_t pin_mode(const machine_t* machine, uint32_t pin_type) noexcept nogil:
    """The WWAN_PIN_MODE of a PIN; a PUK is supported when its PIN is."""
    cdef int place = -1
    if pin_type == WwanPinTypePin1 or pin_type == WwanPinTypePuk1:
        if machine.profile.pins[0].mode == WwanPinModeNotSupported:
            return WwanPinModeNotSupported
        return WwanPinModeEnabled if machine.device.pin1_enabled else WwanPinModeDisabled
    if pin_type >= WwanPinTypePin2 and pin_type <= WwanPinTypeSubsidyLock:
        place = <int>(pin_type - WwanPinTypePin1)
    elif pin_type == WwanPinTypePuk2:
        place = 1
    elif pin_type >= WwanPinTypeDeviceFirstSimPuk and pin_type <= WwanPinTypeCorporatePuk:
        # No PUK belongs to the device-to-SIM PIN, which stands between.
        place = <int>(pin_type - WwanPinTypeDeviceFirstSimPuk) + 3
    elif pin_type == WwanPinTypeCustom:
        place = PIN_COUNT - 1
    return WwanPinModeNotSupported if place < 0 else machine.profile.pins[place].mode


cdef inline void pin_answer_required(const machine_t* machine, pin_answer_t* answer) noexcept nogil:
    """Fill the answer with the PIN that the device waits for."""
    answer.pin_type = pin_required(machine)
    answer.attempts = WWAN_ATTEMPTS_REMAINING_UNKNOWN
    if answer.pin_type == WwanPinTypePin1:
        answer.attempts = machine.device.pin1_attempts
    elif answer.pin_type == WwanPinTypePuk1:
        answer.attempts = machine.device.puk1_attempts


cdef void pin_emit_info(
    machine_t* machine, const destination_t* to, const pin_answer_t* answer
) noexcept nogil:
    cdef uint8_t* buffer = emit_begin(machine, NDIS_WWAN_PIN_INFO_L1_SIZE)
    if buffer is NULL:
        return
    put_header(buffer, 1, NDIS_WWAN_PIN_INFO_L1_SIZE)
    put32(buffer + NDIS_WWAN_PIN_INFO_L1_uStatus, answer.status)
    put32(buffer + NDIS_WWAN_PIN_INFO_L1_PinInfo_PinType, answer.pin_type)
    put32(
        buffer + NDIS_WWAN_PIN_INFO_L1_PinInfo_PinState,
        WwanPinStateNone if answer.pin_type == WwanPinTypeNone else WwanPinStateEnter,
    )
    put32(buffer + NDIS_WWAN_PIN_INFO_L1_PinInfo_AttemptsRemaining, answer.attempts)
    emit_indication(machine, NDIS_STATUS_WWAN_PIN_INFO, to, NDIS_WWAN_PIN_INFO_L1_SIZE)


# ---------------------------------------------------------------------------------------------
# Operations. Each returns with the answer filled and the card changed.

cdef void pin1_failed(machine_t* machine, pin_answer_t* answer) noexcept nogil:
    """A wrong PIN1: one attempt less, and with the last one PUK1 is needed."""
    cdef device_t* device = &machine.device
    answer.status = WWAN_STATUS_FAILURE
    device.pin1_attempts -= 1
    if device.pin1_attempts:
        answer.pin_type = WwanPinTypePin1
        answer.attempts = device.pin1_attempts
        return
    device.pin1_verified = 0
    pin_answer_required(machine, answer)
    if device.ready_state == WwanReadyStateDeviceLocked:
        # It was locked before: the event is due although the ready state stays the same.
        device.ready_reported = WwanReadyStateMax


cdef bint pin1_matches(
    machine_t* machine, const uint16_t* pin, pin_answer_t* answer
) noexcept nogil:
    """Compare with PIN1 and count; a wrong one fills the answer."""
    if same_string(machine.device.pin1, pin, PIN_LENGTH):
        machine.device.pin1_attempts = pin1_fresh_attempts(machine)
        return True
    pin1_failed(machine, answer)
    return False


cdef bint pin1_is_acceptable(const machine_t* machine, const uint16_t* pin) noexcept nogil:
    """Whether a new PIN1 has a length that the PIN's description allows."""
    cdef const pin_description_t* description = &machine.profile.pins[0]
    cdef uint32_t length = 0
    while length < PIN_LENGTH - 1 and pin[length]:
        length += 1
    if length == 0:
        return False
    if description.length_min != WWAN_PIN_LENGTH_UNKNOWN and length < description.length_min:
        return False
    return description.length_max == WWAN_PIN_LENGTH_UNKNOWN or length <= description.length_max


cdef void pin1_enter(
    machine_t* machine, const uint16_t* pin, pin_answer_t* answer
) noexcept nogil:
    cdef uint32_t required = pin_required(machine)
    if required == WwanPinTypePuk1:
        answer.status = WWAN_STATUS_FAILURE
        pin_answer_required(machine, answer)
    elif required != WwanPinTypePin1:
        answer.status = WWAN_STATUS_FAILURE
    elif pin1_matches(machine, pin, answer):
        machine.device.pin1_verified = 1
        pin_answer_required(machine, answer)


cdef void puk1_enter(
    machine_t* machine, const uint16_t* puk, const uint16_t* pin, pin_answer_t* answer
) noexcept nogil:
    """Unblock with PUK1 and give PIN1 a new value."""
    cdef device_t* device = &machine.device
    answer.status = WWAN_STATUS_FAILURE
    if pin_required(machine) != WwanPinTypePuk1:
        return
    if pin1_is_acceptable(machine, pin):
        if same_string(machine.profile.puk1, puk, PIN_LENGTH):
            memcpy(device.pin1, pin, sizeof(device.pin1))
            device.pin1_attempts = pin1_fresh_attempts(machine)
            device.puk1_attempts = puk1_fresh_attempts(machine)
            device.pin1_verified = 1
            answer.status = WWAN_STATUS_SUCCESS
        else:
            device.puk1_attempts -= 1
    pin_answer_required(machine, answer)


cdef void pin1_change(
    machine_t* machine, uint32_t operation, const uint16_t* pin, const uint16_t* new_pin,
    pin_answer_t* answer
) noexcept nogil:
    """Enable, disable or change PIN1."""
    cdef device_t* device = &machine.device
    cdef uint32_t required = pin_required(machine)
    if operation == WwanPinOperationEnable and device.pin1_enabled and (
        required != WwanPinTypePuk1
    ):
        return
    if operation == WwanPinOperationDisable and not device.pin1_enabled and (
        required != WwanPinTypePuk1
    ):
        return
    if required != WwanPinTypeNone:
        answer.status = WWAN_STATUS_PIN_REQUIRED
        pin_answer_required(machine, answer)
    elif operation == WwanPinOperationChange and not device.pin1_enabled:
        answer.status = WWAN_STATUS_PIN_DISABLED
    elif operation == WwanPinOperationChange and not pin1_is_acceptable(machine, new_pin):
        answer.status = WWAN_STATUS_FAILURE
        answer.pin_type = WwanPinTypePin1
        answer.attempts = device.pin1_attempts
    elif pin1_matches(machine, pin, answer):
        if operation == WwanPinOperationChange:
            memcpy(device.pin1, new_pin, sizeof(device.pin1))
        else:
            device.pin1_enabled = operation == WwanPinOperationEnable
            device.pin1_verified = device.pin1_enabled


cdef uint32_t start_pin(
    machine_t* machine, const record_t* request, pending_t* pending
) noexcept nogil:
    cdef uint32_t pin_type = get32(request.payload + NDIS_WWAN_SET_PIN_EX_L2_PinAction_PinType)
    cdef uint32_t operation = get32(
        request.payload + NDIS_WWAN_SET_PIN_EX_L2_PinAction_PinOperation
    )
    if pin_type == WwanPinTypeNone or pin_type >= WwanPinTypeMax:
        return NDIS_STATUS_INVALID_DATA
    if operation >= WwanPinOperationMax:
        return NDIS_STATUS_INVALID_DATA
    pending.argument.pin.pin_type = pin_type
    pending.argument.pin.operation = operation
    pending.parameter_size = header_size(request.payload)
    pending.slot = slot_take(machine, request.payload, pending.parameter_size)
    return NDIS_STATUS_RESOURCES if pending.slot < 0 else NDIS_STATUS_INDICATION_REQUIRED


cdef void pin_operate(
    machine_t* machine, const pending_t* pending, pin_answer_t* answer
) noexcept nogil:
    """Do the operation of a set with the PINs of its buffer."""
    cdef uint16_t[PIN_LENGTH] pin
    cdef uint16_t[PIN_LENGTH] new_pin
    cdef uint32_t pin_type = pending.argument.pin.pin_type
    cdef uint32_t operation = pending.argument.pin.operation
    cdef uint32_t length = PIN_LENGTH
    cdef const uint8_t* parameters
    if pending.slot < 0:
        answer.status = WWAN_STATUS_FAILURE
        return
    parameters = machine.parameters[pending.slot]
    if pending.parameter_size == NDIS_WWAN_SET_PIN_EX_L1_SIZE:
        length = PIN_LENGTH_WINDOWS_7
    memset(pin, 0, sizeof(pin))
    memset(new_pin, 0, sizeof(new_pin))
    take_string(pin, parameters + NDIS_WWAN_SET_PIN_EX_L2_PinAction_Pin, length)
    take_string(
        new_pin, parameters + NDIS_WWAN_SET_PIN_EX_L2_PinAction_Pin + 2 * length, length
    )
    if pin_mode(machine, pin_type) == WwanPinModeNotSupported:
        answer.status = WWAN_STATUS_NO_DEVICE_SUPPORT
    elif pin_type == WwanPinTypePin1 and operation == WwanPinOperationEnter:
        pin1_enter(machine, pin, answer)
    elif pin_type == WwanPinTypePin1:
        pin1_change(machine, operation, pin, new_pin, answer)
    elif operation != WwanPinOperationEnter:
        answer.status = WWAN_STATUS_NO_DEVICE_SUPPORT
    elif pin_type == WwanPinTypePuk1:
        puk1_enter(machine, pin, new_pin, answer)
    else:
        answer.status = WWAN_STATUS_FAILURE


cdef void finish_pin(machine_t* machine, const pending_t* pending) noexcept nogil:
    """Report the PIN that the device waits for; a set first does its operation."""
    cdef destination_t to = destination_of_request(pending)
    cdef pin_answer_t answer
    answer.status = subscriber_sim_refusal(machine)
    answer.pin_type = WwanPinTypeNone
    answer.attempts = WWAN_ATTEMPTS_REMAINING_UNKNOWN
    if answer.status == WWAN_STATUS_PIN_REQUIRED:
        answer.status = WWAN_STATUS_SUCCESS
    if answer.status == WWAN_STATUS_SUCCESS:
        if pending.forced and pending.outcome != WWAN_STATUS_SUCCESS:
            answer.status = pending.outcome
            pin_answer_required(machine, &answer)
        elif pending.kind == KIND_QUERY:
            pin_answer_required(machine, &answer)
        else:
            pin_operate(machine, pending, &answer)
    pin_emit_info(machine, &to, &answer)
    if pending.kind == KIND_SET and not machine.device.sim_reading:
        subscriber_change(machine)


cdef void finish_pin_list(machine_t* machine, const pending_t* pending) noexcept nogil:
    """All PINs with their present modes, once the SIM can be read; locked is enough for that."""
    cdef destination_t to = destination_of_request(pending)
    cdef const pin_description_t* description
    cdef uint32_t status = subscriber_sim_refusal(machine)
    cdef uint32_t place
    cdef uint8_t* entry               # shifted: the offsets of PIN1 lead to the PIN's own
    cdef uint8_t* buffer = emit_begin(machine, NDIS_WWAN_PIN_LIST_L1_SIZE)
    if buffer is NULL:
        return
    if status == WWAN_STATUS_PIN_REQUIRED:
        status = WWAN_STATUS_SUCCESS
    if status == WWAN_STATUS_SUCCESS and pending.forced:
        status = pending.outcome
    put_header(buffer, 1, NDIS_WWAN_PIN_LIST_L1_SIZE)
    put32(buffer + NDIS_WWAN_PIN_LIST_L1_uStatus, status)
    if status == WWAN_STATUS_SUCCESS:
        for place in range(<uint32_t>PIN_COUNT):
            description = &machine.profile.pins[place]
            entry = buffer + place * (
                NDIS_WWAN_PIN_LIST_L1_PinList_WwanPinDescPin2_PinMode
                - NDIS_WWAN_PIN_LIST_L1_PinList_WwanPinDescPin1_PinMode
            )
            put32(
                entry + NDIS_WWAN_PIN_LIST_L1_PinList_WwanPinDescPin1_PinMode,
                description.mode if place else pin_mode(machine, WwanPinTypePin1),
            )
            put32(
                entry + NDIS_WWAN_PIN_LIST_L1_PinList_WwanPinDescPin1_PinFormat,
                description.pin_format,
            )
            put32(
                entry + NDIS_WWAN_PIN_LIST_L1_PinList_WwanPinDescPin1_PinLengthMin,
                description.length_min,
            )
            put32(
                entry + NDIS_WWAN_PIN_LIST_L1_PinList_WwanPinDescPin1_PinLengthMax,
                description.length_max,
            )
    emit_indication(machine, NDIS_STATUS_WWAN_PIN_LIST, &to, NDIS_WWAN_PIN_LIST_L1_SIZE)


cdef void adopt_pin_info(machine_t* machine, const record_t* event) noexcept nogil:
    """Take over which PIN the device waits for. A report without a PIN need not mean that it waits
    for none: it also ends an operation that enables what is enabled. The ready info decides that.
    """
    cdef device_t* device = &machine.device
    cdef const uint8_t* payload = event.payload
    cdef uint32_t status, pin_type, attempts
    if event.payload_size < NDIS_WWAN_PIN_INFO_L1_SIZE:
        return
    status = get32(payload + NDIS_WWAN_PIN_INFO_L1_uStatus)
    pin_type = get32(payload + NDIS_WWAN_PIN_INFO_L1_PinInfo_PinType)
    attempts = get32(payload + NDIS_WWAN_PIN_INFO_L1_PinInfo_AttemptsRemaining)
    if pin_type == WwanPinTypePuk1 and (
        status == WWAN_STATUS_SUCCESS or status == WWAN_STATUS_FAILURE
        or status == WWAN_STATUS_PIN_REQUIRED
    ):
        device.pin1_attempts = 0
        if attempts != WWAN_ATTEMPTS_REMAINING_UNKNOWN:
            device.puk1_attempts = attempts
    elif pin_type == WwanPinTypePin1:
        if status == WWAN_STATUS_SUCCESS or status == WWAN_STATUS_PIN_REQUIRED:
            device.pin1_enabled = 1
            device.pin1_verified = 0
        if attempts != WWAN_ATTEMPTS_REMAINING_UNKNOWN and attempts:
            device.pin1_attempts = attempts


cdef void adopt_pin_list(machine_t* machine, const record_t* event) noexcept nogil:
    """The description of PIN1 shows whether it is enabled."""
    cdef uint32_t mode
    if event.payload_size < NDIS_WWAN_PIN_LIST_L1_SIZE or (
        get32(event.payload + NDIS_WWAN_PIN_LIST_L1_uStatus) != WWAN_STATUS_SUCCESS
    ):
        return
    mode = get32(event.payload + NDIS_WWAN_PIN_LIST_L1_PinList_WwanPinDescPin1_PinMode)
    if mode != WwanPinModeNotSupported:
        machine.device.pin1_enabled = mode == WwanPinModeEnabled


adopt_row(KIND_INDICATION, NDIS_STATUS_WWAN_PIN_INFO, False, adopt_pin_info)
adopt_row(KIND_INDICATION, NDIS_STATUS_WWAN_PIN_LIST, False, adopt_pin_list)
