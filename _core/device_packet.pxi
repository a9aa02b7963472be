# PACKET_SERVICE: attach, detach and the data classes. packet_state is attached or detached;
# "attaching" and "detaching" are reported while it changes.

cdef enum:
    DATA_CLASS_COUNT = 16


# From the best to the least; HSDPA and HSUPA together are one class.
cdef uint32_t[DATA_CLASS_COUNT] DATA_CLASSES = [
    WWAN_DATA_CLASS_5G, WWAN_DATA_CLASS_LTE, WWAN_DATA_CLASS_HSDPA | WWAN_DATA_CLASS_HSUPA,
    WWAN_DATA_CLASS_HSDPA, WWAN_DATA_CLASS_HSUPA, WWAN_DATA_CLASS_UMTS, WWAN_DATA_CLASS_TDSCDMA,
    WWAN_DATA_CLASS_EDGE, WWAN_DATA_CLASS_GPRS, WWAN_DATA_CLASS_UMB, WWAN_DATA_CLASS_1XEVDO_REVB,
    WWAN_DATA_CLASS_1XEVDO_REVA, WWAN_DATA_CLASS_1XEVDO, WWAN_DATA_CLASS_1XEVDV,
    WWAN_DATA_CLASS_3XRTT, WWAN_DATA_CLASS_1XRTT,
]


cdef bint packet_is_attached(const machine_t* machine) noexcept nogil:
    """Whether contexts can be activated: attached, or pretending to be."""
    return machine.device.packet_state == WwanPacketServiceStateAttached


cdef uint32_t packet_best_data_class(uint32_t classes) noexcept nogil:
    """The best class among the bits given; a custom one if there is no other."""
    cdef uint32_t place
    for place in range(<uint32_t>DATA_CLASS_COUNT):
        if classes & DATA_CLASSES[place] == DATA_CLASSES[place]:
            return DATA_CLASSES[place]
    return classes & WWAN_DATA_CLASS_CUSTOM


cdef void packet_refresh(machine_t* machine) noexcept nogil:
    """Compute the data classes from network, preferred classes and orders of the environment."""
    cdef device_t* device = &machine.device
    cdef uint32_t available = 0
    cdef uint32_t current = 0
    if registration_is_registered(machine):
        available = device.available_override
        if not available:
            available = device.providers[device.registered_provider].data_class
            if available:
                available &= machine.profile.data_class
            if not available:
                available = machine.profile.data_class
        # A class that the network orders is there before an attach uses it.
        available |= device.current_override
    if registration_is_registered(machine) and packet_is_attached(machine):
        current = device.current_override
        if not current:
            current = packet_best_data_class(available & device.preferred_data_classes)
        if not current:
            current = packet_best_data_class(available)
        available |= current
    device.available_data_class = available
    device.current_data_class = current


cdef uint32_t packet_state_now(machine_t* machine) noexcept nogil:
    """The state to answer a query: an open set or an attach of the device's own is a transition."""
    cdef device_t* device = &machine.device
    cdef const pending_t* latest = request_latest_set(machine, OID_WWAN_PACKET_SERVICE)
    cdef bint attached = packet_is_attached(machine)
    cdef uint32_t action
    if latest is not NULL:
        action = latest.argument.network_set.action
        if action == WwanPacketServiceActionDetach and attached:
            return WwanPacketServiceStateDetaching
        if action == WwanPacketServiceActionAttach and not attached and (
            registration_is_registered(machine) and radio_is_on(machine)
        ):
            return WwanPacketServiceStateAttaching
    if device.attaching and not attached:
        return WwanPacketServiceStateAttaching
    return device.packet_state


cdef uint32_t packet_data_subclass(const machine_t* machine) noexcept nogil:
    """CurrentDataSubClass: of the 5G forms that the device has, the standalone one first."""
    cdef uint32_t classes = machine.profile.data_subclass
    if machine.device.current_data_class != WWAN_DATA_CLASS_5G:
        return WWAN_DATA_SUBCLASS_NONE
    if classes & WWAN_DATA_SUBCLASS_5G_NR:
        return WWAN_DATA_SUBCLASS_5G_NR
    return classes & (~classes + 1)


cdef void packet_emit_state(
    machine_t* machine, const destination_t* to, uint32_t status, uint32_t cause, uint32_t state
) noexcept nogil:
    """NDIS_WWAN_PACKET_SERVICE_STATE."""
    cdef device_t* device = &machine.device
    cdef const profile_t* profile = machine.profile
    cdef const form_t* form = form_of(machine, FORM_NDIS_WWAN_PACKET_SERVICE_STATE)
    cdef uint32_t size = form.size
    cdef uint8_t* buffer = emit_begin_form(machine, form, 0)
    if buffer is NULL:
        return
    put32(buffer + NDIS_WWAN_PACKET_SERVICE_STATE_L1_uStatus, status)
    put32(buffer + NDIS_WWAN_PACKET_SERVICE_STATE_L1_PacketService_uNwError, cause)
    put32(buffer + NDIS_WWAN_PACKET_SERVICE_STATE_L1_PacketService_PacketServiceState, state)
    put32(
        buffer + NDIS_WWAN_PACKET_SERVICE_STATE_L1_PacketService_AvailableDataClass,
        device.available_data_class,
    )
    put32(
        buffer + NDIS_WWAN_PACKET_SERVICE_STATE_L1_PacketService_CurrentDataClass,
        device.current_data_class,
    )
    if size >= NDIS_WWAN_PACKET_SERVICE_STATE_L2_SIZE and (
        device.current_data_class & WWAN_DATA_CLASS_5G
    ):
        put32(
            buffer + NDIS_WWAN_PACKET_SERVICE_STATE_L2_PacketService_FrequencyRange,
            profile.frequency_range,
        )
    if size >= NDIS_WWAN_PACKET_SERVICE_STATE_L3_SIZE:
        put32(
            buffer + NDIS_WWAN_PACKET_SERVICE_STATE_L3_PacketService_CurrentDataSubClass,
            packet_data_subclass(machine),
        )
        if registration_is_registered(machine):
            put16(
                buffer + NDIS_WWAN_PACKET_SERVICE_STATE_L3_PacketService_CurrentTai_Mcc,
                <uint16_t>profile.mcc,
            )
            put16(
                buffer + NDIS_WWAN_PACKET_SERVICE_STATE_L3_PacketService_CurrentTai_Mnc,
                <uint16_t>profile.mnc,
            )
            put32(
                buffer + NDIS_WWAN_PACKET_SERVICE_STATE_L3_PacketService_CurrentTai_Tac,
                profile.tracking_area_code,
            )
    if size >= NDIS_WWAN_PACKET_SERVICE_STATE_L4_SIZE:
        put32(
            buffer + NDIS_WWAN_PACKET_SERVICE_STATE_L4_PacketService_Rel3GppVer,
            WWAN_UNKNOWN_REL_3GPP_VER,
        )
    if status == WWAN_STATUS_SUCCESS:
        device.packet_state_reported = state
        device.available_reported = device.available_data_class
        device.current_reported = device.current_data_class
    emit_indication(machine, NDIS_STATUS_WWAN_PACKET_SERVICE, to, size)


cdef void packet_report_change(machine_t* machine, uint32_t cause) noexcept nogil:
    """Send the packet service event if the state last reported is another one."""
    cdef device_t* device = &machine.device
    cdef uint32_t state = device.packet_state
    cdef destination_t to
    if device.attaching and not packet_is_attached(machine):
        state = WwanPacketServiceStateAttaching
    if not power_is_awake(machine) or (
        state == device.packet_state_reported
        and device.available_data_class == device.available_reported
        and device.current_data_class == device.current_reported
    ):
        return
    to = destination_unsolicited(0)
    packet_emit_state(
        machine, &to, WWAN_STATUS_SUCCESS,
        cause if state == WwanPacketServiceStateDetached else 0, state,
    )


cdef void packet_report_again(machine_t* machine) noexcept nogil:
    """Send the packet service event although nothing in it is new."""
    cdef destination_t to = destination_unsolicited(0)
    packet_emit_state(
        machine, &to, WWAN_STATUS_SUCCESS, 0,
        WwanPacketServiceStateAttaching if machine.device.attaching
        else machine.device.packet_state,
    )


cdef void packet_attach_cancel(machine_t* machine) noexcept nogil:
    if machine.device.attaching:
        machine.device.attaching = 0
        timer_cancel(machine, TIMER_ATTACH)


cdef void packet_drop(machine_t* machine) noexcept nogil:
    """The attachment is gone; what stands on it goes when this is settled."""
    packet_attach_cancel(machine)
    if packet_is_attached(machine):
        machine.device.packet_state = WwanPacketServiceStateDetached
        machine.device.contexts_due = 1


cdef void packet_attach_schedule(machine_t* machine) noexcept nogil:
    """Begin an attach of the device's own."""
    machine.device.attaching = 1
    timer_schedule(
        machine, TIMER_ATTACH,
        latency_draw(
            machine, &machine.profile.latencies[oid_index(OID_WWAN_PACKET_SERVICE)],
            PURPOSE_RETRY, oid_index(OID_WWAN_PACKET_SERVICE),
        ),
    )


cdef void packet_attach_begin(machine_t* machine) noexcept nogil:
    """Attach by itself where the device does so and the host allows it. CDMA only pretends."""
    cdef device_t* device = &machine.device
    if not registration_is_registered(machine) or packet_is_attached(machine) or device.attaching:
        return
    if device.detached_by_host or device.detached_by_network:
        return
    if device_is_cdma(machine):
        device.packet_state = WwanPacketServiceStateAttached
    elif machine.profile.auto_attach:
        packet_attach_schedule(machine)


cdef void packet_report(machine_t* machine, uint32_t cause) noexcept nogil:
    """Report a change of packet service, then what follows from it for contexts."""
    cdef device_t* device = &machine.device
    cdef uint32_t before = device.current_data_class
    packet_refresh(machine)
    packet_report_change(machine, cause)
    if device.contexts_due:
        device.contexts_due = 0
        context_deactivate_all(machine, cause)
    elif before and device.current_data_class and before != device.current_data_class:
        link_report_speed(machine)


cdef void packet_settle(machine_t* machine, uint32_t cause) noexcept nogil:
    """After a change of registration: attach where the device does so by itself, and report."""
    packet_attach_begin(machine)
    packet_report(machine, cause)


cdef void packet_attach_anew(machine_t* machine) noexcept nogil:
    """Detach and attach again, with all that stands on the attachment, where it is attached."""
    if packet_is_attached(machine):
        packet_drop(machine)
        packet_report(machine, 0)
        packet_attach_schedule(machine)
        packet_report(machine, 0)


cdef void fire_attach(machine_t* machine) noexcept nogil:
    """An attach of the device's own ends."""
    machine.device.attaching = 0
    machine.device.packet_state = WwanPacketServiceStateAttached
    packet_report(machine, 0)


timer_row(TIMER_ATTACH, fire_attach)


# ---------------------------------------------------------------------------------------------
# Requests.

cdef uint32_t start_packet_service(
    machine_t* machine, const record_t* request, pending_t* pending
) noexcept nogil:
    cdef uint32_t action = get32(
        request.payload + NDIS_WWAN_SET_PACKET_SERVICE_L1_PacketServiceAction
    )
    if action != WwanPacketServiceActionAttach and action != WwanPacketServiceActionDetach:
        return NDIS_STATUS_INVALID_DATA
    pending.argument.network_set.action = action
    machine.device.set_ordinal += 1
    pending.argument.network_set.set_ordinal = machine.device.set_ordinal
    return NDIS_STATUS_INDICATION_REQUIRED


cdef void abandon_packet_service(machine_t* machine, const pending_t* pending) noexcept nogil:
    """A set changes what queries answer as soon as it is accepted: report the state without it."""
    packet_report_change(machine, 0)


cdef uint32_t packet_set_status(
    const machine_t* machine, const pending_t* pending, uint32_t* cause
) noexcept nogil:
    """How an attach or detach ends now, with its uNwError."""
    if pending.argument.network_set.action == WwanPacketServiceActionAttach:
        if not radio_is_on(machine):
            return WWAN_STATUS_RADIO_POWER_OFF
        if not registration_is_registered(machine):
            return WWAN_STATUS_NOT_REGISTERED
        if packet_is_attached(machine):
            return WWAN_STATUS_SUCCESS
    elif not packet_is_attached(machine):
        return WWAN_STATUS_SUCCESS
    if device_is_cdma(machine):
        return WWAN_STATUS_SUCCESS        # it only pretends: no network has a say
    if pending.forced and pending.outcome != WWAN_STATUS_SUCCESS:
        if pending.outcome == WWAN_STATUS_FAILURE:
            cause[0] = pending.outcome_cause
        return pending.outcome
    return WWAN_STATUS_SUCCESS


cdef void finish_packet_service(machine_t* machine, const pending_t* pending) noexcept nogil:
    """Answer a query, or end a set. A detach never costs the registration."""
    cdef device_t* device = &machine.device
    cdef destination_t to = destination_of_request(pending)
    cdef uint32_t before = device.current_data_class
    cdef uint32_t cause = 0
    cdef uint32_t status
    if pending.kind == KIND_QUERY:
        packet_emit_state(machine, &to, WWAN_STATUS_SUCCESS, 0, packet_state_now(machine))
        return
    status = packet_set_status(machine, pending, &cause)
    if status == WWAN_STATUS_SUCCESS:
        if pending.argument.network_set.action == WwanPacketServiceActionAttach:
            device.detached_by_host = 0
            device.detached_by_network = 0
            packet_attach_cancel(machine)
            device.packet_state = WwanPacketServiceStateAttached
        else:
            device.detached_by_host = 1
            packet_drop(machine)
    packet_refresh(machine)
    packet_emit_state(machine, &to, status, cause, device.packet_state)
    device.current_data_class = before
    packet_report(machine, 0)


# ---------------------------------------------------------------------------------------------
# Changes of the environment, and adopting.

cdef void stimulus_network_detach(machine_t* machine, const record_t* event) noexcept nogil:
    """The network detaches the device: until the host attaches it, or it registers anew."""
    if packet_is_attached(machine) or machine.device.attaching:
        machine.device.detached_by_network = 1
        packet_drop(machine)
        packet_report(machine, get32(event.payload + WWANREPLAY_STIMULUS_NETWORK_DETACH_L1_NwError))


cdef void stimulus_data_class(machine_t* machine, const record_t* event) noexcept nogil:
    """The cell offers these classes and puts the device on this one; 0 leaves it to the network.

    Classes that the device does not have do not exist for it, and it is on one class at a time.
    """
    machine.device.available_override = (
        get32(event.payload + WWANREPLAY_STIMULUS_DATA_CLASS_L1_AvailableDataClass)
        & machine.profile.data_class
    )
    machine.device.current_override = packet_best_data_class(
        get32(event.payload + WWANREPLAY_STIMULUS_DATA_CLASS_L1_CurrentDataClass)
        & machine.profile.data_class
    )
    packet_report(machine, 0)


cdef void adopt_packet_service(machine_t* machine, const record_t* event) noexcept nogil:
    cdef device_t* device = &machine.device
    cdef const uint8_t* payload = event.payload
    cdef uint32_t state, available, current
    if (
        event.payload_size < NDIS_WWAN_PACKET_SERVICE_STATE_L1_SIZE
        or get32(payload + NDIS_WWAN_PACKET_SERVICE_STATE_L1_uStatus) != WWAN_STATUS_SUCCESS
    ):
        return
    state = get32(payload + NDIS_WWAN_PACKET_SERVICE_STATE_L1_PacketService_PacketServiceState)
    available = get32(payload + NDIS_WWAN_PACKET_SERVICE_STATE_L1_PacketService_AvailableDataClass)
    current = get32(payload + NDIS_WWAN_PACKET_SERVICE_STATE_L1_PacketService_CurrentDataClass)
    if state == WwanPacketServiceStateAttached or state == WwanPacketServiceStateDetached:
        packet_attach_cancel(machine)
        device.packet_state = state
    packet_refresh(machine)
    if available != device.available_data_class or current != device.current_data_class:
        device.available_override = 0
        device.current_override = 0
        packet_refresh(machine)
    if registration_is_registered(machine) and available != device.available_data_class:
        device.available_override = available
    if device.current_data_class and current != device.current_data_class:
        device.current_override = current
    device.available_data_class = available
    device.current_data_class = current
    device.packet_state_reported = state
    device.available_reported = available
    device.current_reported = current


adopt_row(KIND_INDICATION, NDIS_STATUS_WWAN_PACKET_SERVICE, False, adopt_packet_service)
