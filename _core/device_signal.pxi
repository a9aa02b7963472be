# SIGNAL_STATE. Rssi is coded in steps of 2 dB. The device reports changes of at least the
# threshold, at most one every 5 s; when the host has ordered an interval, also at each of its ends.

cdef enum:
    RSSI_INTERVAL_DEFAULT_S = 5
    RSSI_THRESHOLD_DEFAULT = 3        # coded: the least that is not under 5 dB
    RSRP_UNKNOWN = 127                # coded values of WWAN_SIGNAL_STATE_EXT
    SNR_UNKNOWN = 128


cdef int64_t SIGNAL_GAP_NS = 5000000000


cdef inline bint signal_is_known(const machine_t* machine) noexcept nogil:
    """Whether there is a signal to report: registered, with the radio on."""
    return registration_is_registered(machine) and radio_is_on(machine)


cdef inline uint32_t signal_default_interval_s(const machine_t* machine) noexcept nogil:
    if machine.profile.rssi_interval_s == WWAN_RSSI_DEFAULT:
        return RSSI_INTERVAL_DEFAULT_S
    return machine.profile.rssi_interval_s


cdef inline uint32_t signal_default_threshold(const machine_t* machine) noexcept nogil:
    if machine.profile.rssi_threshold == WWAN_RSSI_DEFAULT:
        return RSSI_THRESHOLD_DEFAULT
    return machine.profile.rssi_threshold


cdef void signal_put_extension(
    const machine_t* machine, uint8_t* at, uint32_t data_class
) noexcept nogil:
    """One WWAN_SIGNAL_STATE_EXT. RSRP is known on the current class; it follows the RSSI."""
    cdef uint32_t strength = RSRP_UNKNOWN
    if (
        signal_is_known(machine) and machine.device.rssi <= RSSI_MAX
        and machine.device.current_data_class & data_class
    ):
        strength = 16 + 2 * machine.device.rssi
    put32(at + WWAN_SIGNAL_STATE_EXT_L1_RSRP, strength)
    put32(at + WWAN_SIGNAL_STATE_EXT_L1_SNR, SNR_UNKNOWN)
    put32(at + WWAN_SIGNAL_STATE_EXT_L1_DataClass, data_class)


cdef void signal_emit_state(
    machine_t* machine, const destination_t* to, uint32_t status
) noexcept nogil:
    """NDIS_WWAN_SIGNAL_STATE; its later form lists the classes that have an RSRP."""
    cdef device_t* device = &machine.device
    cdef uint32_t rssi = device.rssi if signal_is_known(machine) else WWAN_RSSI_UNKNOWN
    cdef const form_t* form = form_of(machine, FORM_NDIS_WWAN_SIGNAL_STATE)
    cdef uint32_t size = form.size
    cdef uint32_t classes = 0
    cdef uint32_t elements = 0
    cdef uint8_t* buffer
    cdef uint8_t* element
    if size >= NDIS_WWAN_SIGNAL_STATE_L2_SIZE:
        classes = machine.profile.data_class & (WWAN_DATA_CLASS_LTE | WWAN_DATA_CLASS_5G)
        elements = (classes & WWAN_DATA_CLASS_LTE != 0) + (classes & WWAN_DATA_CLASS_5G != 0)
    buffer = emit_begin_form(machine, form, elements * WWAN_SIGNAL_STATE_EXT_L1_SIZE)
    if buffer is NULL:
        return
    put32(buffer + NDIS_WWAN_SIGNAL_STATE_L1_uStatus, status)
    if status == WWAN_STATUS_SUCCESS:     # nobody reads the rest of a failure
        device.rssi_reported = rssi
    put32(buffer + NDIS_WWAN_SIGNAL_STATE_L1_SignalState_Rssi, rssi)
    put32(
        buffer + NDIS_WWAN_SIGNAL_STATE_L1_SignalState_ErrorRate,
        device.error_rate if signal_is_known(machine) else WWAN_ERROR_RATE_UNKNOWN,
    )
    put32(buffer + NDIS_WWAN_SIGNAL_STATE_L1_SignalState_RssiInterval, device.rssi_interval_s)
    put32(buffer + NDIS_WWAN_SIGNAL_STATE_L1_SignalState_RssiThreshold, device.rssi_threshold)
    if size >= NDIS_WWAN_SIGNAL_STATE_L2_SIZE:
        put32(
            buffer + NDIS_WWAN_SIGNAL_STATE_L2_SignalState_SignalStateListHeader_ElementType,
            WwanStructSignalState,
        )
        put32(
            buffer + NDIS_WWAN_SIGNAL_STATE_L2_SignalState_SignalStateListHeader_ElementCount,
            elements,
        )
        element = buffer + size
        if classes & WWAN_DATA_CLASS_LTE:
            signal_put_extension(machine, element, WWAN_DATA_CLASS_LTE)
            element += WWAN_SIGNAL_STATE_EXT_L1_SIZE
        if classes & WWAN_DATA_CLASS_5G:
            signal_put_extension(machine, element, WWAN_DATA_CLASS_5G)
    emit_indication(
        machine, NDIS_STATUS_WWAN_SIGNAL_STATE, to, size + elements * WWAN_SIGNAL_STATE_EXT_L1_SIZE
    )


cdef bint signal_has_moved(const machine_t* machine) noexcept nogil:
    """Whether the signal left the last report by the threshold, or became (un)known."""
    cdef const device_t* device = &machine.device
    cdef uint32_t reported = device.rssi_reported
    if device.rssi_threshold == WWAN_RSSI_DISABLE or device.rssi == reported:
        return False
    if device.rssi == WWAN_RSSI_UNKNOWN or reported == WWAN_RSSI_UNKNOWN:
        return True
    if device.rssi > reported:
        return device.rssi - reported >= device.rssi_threshold
    return reported - device.rssi >= device.rssi_threshold


cdef void signal_consider(machine_t* machine) noexcept nogil:
    """Report the signal if that is due, and set the timer for when it will be."""
    cdef device_t* device = &machine.device
    cdef int64_t interval_ns = <int64_t>device.rssi_interval_s * NANOSECONDS_PER_SECOND
    cdef int64_t gap_ns = SIGNAL_GAP_NS
    cdef int64_t next_ns = INT64_MAX
    cdef destination_t to
    if device.signal_timer:
        device.signal_timer = 0
        timer_cancel(machine, TIMER_SIGNAL)
    if not power_is_awake(machine) or not signal_is_known(machine):
        device.rssi_reported = WWAN_RSSI_UNKNOWN
        return
    if device.rssi_periodic and interval_ns < gap_ns:
        gap_ns = interval_ns
    if device.rssi_periodic:
        next_ns = time_after(device.signal_reported_ns, interval_ns)
    if signal_has_moved(machine) and time_after(device.signal_reported_ns, gap_ns) < next_ns:
        next_ns = time_after(device.signal_reported_ns, gap_ns)
    if next_ns <= device.now_ns:
        device.signal_reported_ns = device.now_ns
        to = destination_unsolicited(0)
        signal_emit_state(machine, &to, WWAN_STATUS_SUCCESS)
        next_ns = time_after(device.now_ns, interval_ns) if device.rssi_periodic else INT64_MAX
    if next_ns != INT64_MAX:
        device.signal_timer = 1
        timer_schedule(machine, TIMER_SIGNAL, next_ns - device.now_ns)


cdef void signal_settle(machine_t* machine) noexcept nogil:
    """After a change of registration or radio: events begin, or cease without a last one."""
    if signal_is_known(machine) != (machine.device.rssi_reported != WWAN_RSSI_UNKNOWN) or (
        machine.device.rssi_periodic and not machine.device.signal_timer
    ):
        signal_consider(machine)


cdef void fire_signal(machine_t* machine) noexcept nogil:
    machine.device.signal_timer = 0
    signal_consider(machine)


timer_row(TIMER_SIGNAL, fire_signal)


cdef uint32_t start_signal(
    machine_t* machine, const record_t* request, pending_t* pending
) noexcept nogil:
    cdef uint32_t threshold = get32(
        request.payload + NDIS_WWAN_SET_SIGNAL_INDICATION_L1_SignalIndication_RssiThreshold
    )
    if threshold > RSSI_MAX and threshold != WWAN_RSSI_DEFAULT:
        return NDIS_STATUS_INVALID_DATA
    pending.argument.signal_set.interval_s = get32(
        request.payload + NDIS_WWAN_SET_SIGNAL_INDICATION_L1_SignalIndication_RssiInterval
    )
    pending.argument.signal_set.threshold = threshold
    return NDIS_STATUS_INDICATION_REQUIRED


cdef void finish_signal(machine_t* machine, const pending_t* pending) noexcept nogil:
    """Report the signal; a set first orders when it is reported, even if there is none now."""
    cdef device_t* device = &machine.device
    cdef destination_t to = destination_of_request(pending)
    cdef uint32_t status = pending.outcome if pending.forced else WWAN_STATUS_SUCCESS
    if pending.kind == KIND_QUERY or status != WWAN_STATUS_SUCCESS:
        signal_emit_state(machine, &to, status)
        return
    device.rssi_interval_s = pending.argument.signal_set.interval_s
    device.rssi_threshold = pending.argument.signal_set.threshold
    device.rssi_periodic = (
        pending.argument.signal_set.interval_s != WWAN_RSSI_DEFAULT
        and pending.argument.signal_set.interval_s != WWAN_RSSI_DISABLE
    )
    if pending.argument.signal_set.interval_s == WWAN_RSSI_DEFAULT:
        device.rssi_interval_s = signal_default_interval_s(machine)
    if pending.argument.signal_set.threshold == WWAN_RSSI_DEFAULT:
        device.rssi_threshold = signal_default_threshold(machine)
    signal_emit_state(machine, &to, status)
    if device.rssi_periodic and signal_is_known(machine):
        # The completion has just reported; the first interval begins with it.
        device.signal_reported_ns = device.now_ns
    signal_consider(machine)


cdef void stimulus_signal(machine_t* machine, const record_t* event) noexcept nogil:
    """The signal becomes this; values that no report may have change nothing."""
    cdef uint32_t rssi = get32(event.payload + WWANREPLAY_STIMULUS_SIGNAL_L1_Rssi)
    cdef uint32_t error_rate = get32(event.payload + WWANREPLAY_STIMULUS_SIGNAL_L1_ErrorRate)
    if rssi > RSSI_MAX and rssi != WWAN_RSSI_UNKNOWN:
        return
    if error_rate > ERROR_RATE_MAX and error_rate != WWAN_ERROR_RATE_UNKNOWN:
        return
    machine.device.rssi = rssi
    machine.device.error_rate = error_rate
    signal_consider(machine)


cdef void adopt_signal_state(machine_t* machine, const record_t* event) noexcept nogil:
    cdef device_t* device = &machine.device
    cdef const uint8_t* payload = event.payload
    cdef uint32_t rssi
    if (
        event.payload_size < NDIS_WWAN_SIGNAL_STATE_L1_SIZE
        or get32(payload + NDIS_WWAN_SIGNAL_STATE_L1_uStatus) != WWAN_STATUS_SUCCESS
    ):
        return
    rssi = get32(payload + NDIS_WWAN_SIGNAL_STATE_L1_SignalState_Rssi)
    if rssi <= RSSI_MAX or (rssi == WWAN_RSSI_UNKNOWN and signal_is_known(machine)):
        device.rssi = rssi
        device.error_rate = get32(payload + NDIS_WWAN_SIGNAL_STATE_L1_SignalState_ErrorRate)
    device.rssi_reported = rssi
    device.rssi_interval_s = get32(payload + NDIS_WWAN_SIGNAL_STATE_L1_SignalState_RssiInterval)
    device.rssi_threshold = get32(payload + NDIS_WWAN_SIGNAL_STATE_L1_SignalState_RssiThreshold)
    if event.request_id == 0:
        device.signal_reported_ns = event.time_ns


adopt_row(KIND_INDICATION, NDIS_STATUS_WWAN_SIGNAL_STATE, False, adopt_signal_state)
