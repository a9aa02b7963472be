# The link of a port: its state and speed, its counters, and voice calls that suspend it.

cdef enum:
    LINK_CLASS_COUNT = 20


# What a data class can carry at most. `data_class` is one bit.
ctypedef struct link_class_t:
    uint32_t data_class
    uint64_t speed_up                 # bit/s
    uint64_t speed_down


# From the fastest class to the slowest.
cdef link_class_t LINK_CLASSES[LINK_CLASS_COUNT]
cdef uint32_t link_class_count = 0

cdef uint64_t LINK_SPEED_UNKNOWN = <uint64_t>0xFFFFFFFFFFFFFFFF


cdef void link_add_class(uint32_t data_class, uint64_t up, uint64_t down) noexcept nogil:
    global link_class_count
    LINK_CLASSES[link_class_count].data_class = data_class
    LINK_CLASSES[link_class_count].speed_up = up
    LINK_CLASSES[link_class_count].speed_down = down
    link_class_count += 1


cdef void link_fill_classes() noexcept nogil:
    """The peak rates of the radio standards, bit/s, fastest first."""
    link_add_class(WWAN_DATA_CLASS_5G, 2500000000, 5000000000)
    link_add_class(WWAN_DATA_CLASS_UMB, 75000000, 288000000)
    link_add_class(WWAN_DATA_CLASS_LTE, 50000000, 150000000)
    link_add_class(WWAN_DATA_CLASS_HSUPA, 5760000, 14400000)
    link_add_class(WWAN_DATA_CLASS_HSDPA, 384000, 14400000)
    link_add_class(WWAN_DATA_CLASS_1XEVDO_REVB, 5400000, 14700000)
    link_add_class(WWAN_DATA_CLASS_1XEVDO_REVA, 1800000, 3100000)
    link_add_class(WWAN_DATA_CLASS_1XEVDV, 1800000, 3100000)
    link_add_class(WWAN_DATA_CLASS_1XEVDO, 153600, 2457600)
    link_add_class(WWAN_DATA_CLASS_TDSCDMA, 384000, 2800000)
    link_add_class(WWAN_DATA_CLASS_3XRTT, 1036800, 1036800)
    link_add_class(WWAN_DATA_CLASS_UMTS, 384000, 384000)
    link_add_class(WWAN_DATA_CLASS_EDGE, 236800, 236800)
    link_add_class(WWAN_DATA_CLASS_1XRTT, 153600, 153600)
    link_add_class(WWAN_DATA_CLASS_GPRS, 85600, 85600)


link_fill_classes()


cdef uint32_t link_class_of(uint32_t data_classes) noexcept nogil:
    """The row of the fastest class in a set; their count when none is known."""
    cdef uint32_t at
    for at in range(link_class_count):
        if data_classes & LINK_CLASSES[at].data_class:
            return at
    return link_class_count


cdef void link_speed(const machine_t* machine, uint64_t* up, uint64_t* down) noexcept nogil:
    """The present speed, bit/s, never unknown.

    The profile's speed is that of the best class the device has; a lesser class limits it.
    """
    cdef const profile_t* profile = machine.profile
    cdef uint32_t present = link_class_of(machine.device.current_data_class)
    up[0] = profile.link_speed_up
    down[0] = profile.link_speed_down
    if present < link_class_count and present != link_class_of(profile.data_class):
        if LINK_CLASSES[present].speed_up < up[0] or up[0] == 0:
            up[0] = LINK_CLASSES[present].speed_up
        if LINK_CLASSES[present].speed_down < down[0] or down[0] == 0:
            down[0] = LINK_CLASSES[present].speed_down
    if up[0] == 0:
        up[0] = LINK_CLASSES[link_class_count - 1].speed_up
    if down[0] == 0:
        down[0] = LINK_CLASSES[link_class_count - 1].speed_down


cdef bint voice_is_separate(const machine_t* machine) noexcept nogil:
    """Whether a voice call stops data."""
    return machine.profile.voice_class == WwanVoiceClassSeparateVoiceData


cdef bint voice_suspends_data(const machine_t* machine, uint32_t port) noexcept nogil:
    """Whether a voice call stops the data of this port now."""
    return voice_is_separate(machine) and (
        machine.device.ports[port].voice_call_state == WwanVoiceCallStateInProgress
    )


cdef void link_put_state(const machine_t* machine, uint32_t port, uint8_t* at) noexcept nogil:
    """Write a port's NDIS_LINK_STATE into zeroed room."""
    cdef uint64_t up = LINK_SPEED_UNKNOWN
    cdef uint64_t down = LINK_SPEED_UNKNOWN
    cdef bint connected = machine.device.ports[port].link_connected
    put_header(at, NDIS_LINK_STATE_REVISION_1, NDIS_LINK_STATE_L1_SIZE)
    if connected:
        link_speed(machine, &up, &down)
    put32(
        at + NDIS_LINK_STATE_L1_MediaConnectState,
        MediaConnectStateConnected if connected else MediaConnectStateDisconnected,
    )
    put32(
        at + NDIS_LINK_STATE_L1_MediaDuplexState,
        MediaDuplexStateFull if connected else MediaDuplexStateUnknown,
    )
    put64(at + NDIS_LINK_STATE_L1_XmitLinkSpeed, up)
    put64(at + NDIS_LINK_STATE_L1_RcvLinkSpeed, down)
    put32(at + NDIS_LINK_STATE_L1_PauseFunctions, NdisPauseFunctionsUnsupported)


cdef void link_emit_state(machine_t* machine, uint32_t port) noexcept nogil:
    """Report a port's link state as an event."""
    cdef destination_t to = destination_unsolicited(port)
    cdef uint8_t* at = emit_begin(machine, NDIS_LINK_STATE_L1_SIZE)
    if at is NULL:
        return
    link_put_state(machine, port, at)
    emit_indication(machine, NDIS_STATUS_LINK_STATE, &to, NDIS_LINK_STATE_L1_SIZE)


cdef void link_refresh(machine_t* machine, uint32_t port) noexcept nogil:
    """Let the link follow contexts and voice; report it when that changes it."""
    cdef bint connected = (
        context_active_count(machine, port) > 0 and not voice_suspends_data(machine, port)
    )
    if connected == (machine.device.ports[port].link_connected != 0):
        return
    machine.device.ports[port].link_connected = connected
    link_emit_state(machine, port)


cdef void link_report_speed(machine_t* machine) noexcept nogil:
    """The current data class is another one: report the speed of every linked port."""
    cdef uint32_t port
    for port in range(machine.profile.port_count):
        if machine.device.ports[port].link_connected:
            link_emit_state(machine, port)


cdef void voice_set_call(machine_t* machine, uint32_t port, uint32_t state) noexcept nogil:
    """Start or end a port's voice call, with its event.

    A call that suspends data takes the link down before it is reported. After its end the link
    comes back, and the data class that it comes back on is reported again: the host may not rely on
    the one from before the call. Hang-up is an event only: later reports carry none.
    """
    cdef bint suspended = (
        voice_suspends_data(machine, port) and context_active_count(machine, port) > 0
    )
    machine.device.ports[port].voice_call_state = state
    if state == WwanVoiceCallStateInProgress:
        link_refresh(machine, port)
        context_emit_voice_call(machine, port, WwanVoiceCallStateInProgress)
    else:
        context_emit_voice_call(machine, port, WwanVoiceCallStateHangUp)
        link_refresh(machine, port)
        if suspended:
            packet_report_again(machine)


cdef void stimulus_voice_call(machine_t* machine, const record_t* event) noexcept nogil:
    """A voice call begins (in progress) or ends (hang-up or none) on a device that has voice.

    A device that is asleep or away has no calls.
    """
    cdef uint32_t present = machine.device.ports[event.port].voice_call_state
    cdef uint32_t state = get32(event.payload + WWANREPLAY_STIMULUS_VOICE_CALL_L1_State)
    cdef uint32_t voice_class = machine.profile.voice_class
    if power_is_silent(machine) or (
        voice_class != WwanVoiceClassSeparateVoiceData
        and voice_class != WwanVoiceClassSimultaneousVoiceData
    ):
        return
    if state == WwanVoiceCallStateInProgress:
        if present != WwanVoiceCallStateInProgress:
            voice_set_call(machine, event.port, WwanVoiceCallStateInProgress)
    elif state == WwanVoiceCallStateHangUp or state == WwanVoiceCallStateNone:
        if present == WwanVoiceCallStateInProgress:
            voice_set_call(machine, event.port, WwanVoiceCallStateNone)


cdef void voice_end_calls(machine_t* machine) noexcept nogil:
    """The device is going away: every call ends."""
    cdef uint32_t port
    for port in range(machine.profile.port_count):
        if machine.device.ports[port].voice_call_state == WwanVoiceCallStateInProgress:
            voice_set_call(machine, port, WwanVoiceCallStateNone)


cdef void stimulus_traffic(machine_t* machine, const record_t* event) noexcept nogil:
    """Octets and packets pass through a port, or fail to."""
    cdef statistics_t* statistics = &machine.device.ports[event.port].statistics
    statistics.in_octets += get64(event.payload + WWANREPLAY_STIMULUS_TRAFFIC_L1_InOctets)
    statistics.in_packets += get64(event.payload + WWANREPLAY_STIMULUS_TRAFFIC_L1_InPackets)
    statistics.out_octets += get64(event.payload + WWANREPLAY_STIMULUS_TRAFFIC_L1_OutOctets)
    statistics.out_packets += get64(event.payload + WWANREPLAY_STIMULUS_TRAFFIC_L1_OutPackets)
    statistics.in_errors += get64(event.payload + WWANREPLAY_STIMULUS_TRAFFIC_L1_InErrors)
    statistics.out_errors += get64(event.payload + WWANREPLAY_STIMULUS_TRAFFIC_L1_OutErrors)
    statistics.in_discards += get64(event.payload + WWANREPLAY_STIMULUS_TRAFFIC_L1_InDiscards)
    statistics.out_discards += get64(event.payload + WWANREPLAY_STIMULUS_TRAFFIC_L1_OutDiscards)


cdef void answer_media_connect_status(
    machine_t* machine, const record_t* request, const pending_t* pending
) noexcept nogil:
    """OID_GEN_MEDIA_CONNECT_STATUS: an NDIS_MEDIA_STATE."""
    cdef uint8_t* at = emit_begin(machine, 4)
    if at is NULL:
        return
    put32(
        at,
        NdisMediaStateConnected if machine.device.ports[pending.port].link_connected
        else NdisMediaStateDisconnected,
    )
    request_complete_with_data(machine, pending, 4)


cdef void answer_link_state(
    machine_t* machine, const record_t* request, const pending_t* pending
) noexcept nogil:
    """OID_GEN_LINK_STATE: the port's NDIS_LINK_STATE."""
    cdef uint8_t* at = emit_begin(machine, NDIS_LINK_STATE_L1_SIZE)
    if at is NULL:
        return
    link_put_state(machine, pending.port, at)
    request_complete_with_data(machine, pending, NDIS_LINK_STATE_L1_SIZE)


cdef enum:
    # SupportedStatistics: which members of NDIS_STATISTICS_INFO are valid.
    STATISTICS_DIRECTED_FRAMES_RCV = 0x1
    STATISTICS_BYTES_RCV = 0x8
    STATISTICS_RCV_DISCARDS = 0x10
    STATISTICS_RCV_ERROR = 0x20
    STATISTICS_DIRECTED_FRAMES_XMIT = 0x40
    STATISTICS_BYTES_XMIT = 0x200
    STATISTICS_XMIT_ERROR = 0x400
    STATISTICS_XMIT_DISCARDS = 0x8000
    STATISTICS_DIRECTED_BYTES_RCV = 0x10000
    STATISTICS_DIRECTED_BYTES_XMIT = 0x80000
    # A WWAN link counts neither multicast nor broadcast frames.
    STATISTICS_COUNTED = (
        STATISTICS_DIRECTED_FRAMES_RCV | STATISTICS_DIRECTED_BYTES_RCV | STATISTICS_BYTES_RCV
        | STATISTICS_RCV_DISCARDS | STATISTICS_RCV_ERROR
        | STATISTICS_DIRECTED_FRAMES_XMIT | STATISTICS_DIRECTED_BYTES_XMIT | STATISTICS_BYTES_XMIT
        | STATISTICS_XMIT_DISCARDS | STATISTICS_XMIT_ERROR
    )


cdef void answer_statistics(
    machine_t* machine, const record_t* request, const pending_t* pending
) noexcept nogil:
    """OID_GEN_STATISTICS: the port's NDIS_STATISTICS_INFO."""
    cdef const statistics_t* statistics = &machine.device.ports[pending.port].statistics
    cdef uint8_t* at = emit_begin(machine, NDIS_STATISTICS_INFO_L1_SIZE)
    if at is NULL:
        return
    put_header(at, NDIS_STATISTICS_INFO_REVISION_1, NDIS_STATISTICS_INFO_L1_SIZE)
    put32(at + NDIS_STATISTICS_INFO_L1_SupportedStatistics, STATISTICS_COUNTED)
    put64(at + NDIS_STATISTICS_INFO_L1_ifInDiscards, statistics.in_discards)
    put64(at + NDIS_STATISTICS_INFO_L1_ifInErrors, statistics.in_errors)
    put64(at + NDIS_STATISTICS_INFO_L1_ifHCInOctets, statistics.in_octets)
    put64(at + NDIS_STATISTICS_INFO_L1_ifHCInUcastPkts, statistics.in_packets)
    put64(at + NDIS_STATISTICS_INFO_L1_ifHCOutOctets, statistics.out_octets)
    put64(at + NDIS_STATISTICS_INFO_L1_ifHCOutUcastPkts, statistics.out_packets)
    put64(at + NDIS_STATISTICS_INFO_L1_ifOutErrors, statistics.out_errors)
    put64(at + NDIS_STATISTICS_INFO_L1_ifOutDiscards, statistics.out_discards)
    put64(at + NDIS_STATISTICS_INFO_L1_ifHCInUcastOctets, statistics.in_octets)
    put64(at + NDIS_STATISTICS_INFO_L1_ifHCOutUcastOctets, statistics.out_octets)
    request_complete_with_data(machine, pending, NDIS_STATISTICS_INFO_L1_SIZE)


cdef void adopt_link(machine_t* machine, const record_t* event) noexcept nogil:
    """An NDIS_LINK_STATE witnesses whether the port is linked."""
    cdef uint32_t state
    if event.payload_size < NDIS_LINK_STATE_L1_SIZE:
        return
    state = get32(event.payload + NDIS_LINK_STATE_L1_MediaConnectState)
    machine.device.ports[event.port].link_connected = state == MediaConnectStateConnected


cdef void adopt_statistics(machine_t* machine, const record_t* event) noexcept nogil:
    """An NDIS_STATISTICS_INFO witnesses the port's counters."""
    cdef statistics_t* statistics = &machine.device.ports[event.port].statistics
    cdef const uint8_t* at = event.payload
    if event.payload_size < NDIS_STATISTICS_INFO_L1_SIZE:
        return
    statistics.in_discards = get64(at + NDIS_STATISTICS_INFO_L1_ifInDiscards)
    statistics.in_errors = get64(at + NDIS_STATISTICS_INFO_L1_ifInErrors)
    statistics.in_octets = get64(at + NDIS_STATISTICS_INFO_L1_ifHCInOctets)
    statistics.in_packets = get64(at + NDIS_STATISTICS_INFO_L1_ifHCInUcastPkts)
    statistics.out_octets = get64(at + NDIS_STATISTICS_INFO_L1_ifHCOutOctets)
    statistics.out_packets = get64(at + NDIS_STATISTICS_INFO_L1_ifHCOutUcastPkts)
    statistics.out_errors = get64(at + NDIS_STATISTICS_INFO_L1_ifOutErrors)
    statistics.out_discards = get64(at + NDIS_STATISTICS_INFO_L1_ifOutDiscards)


adopt_row(KIND_INDICATION, NDIS_STATUS_LINK_STATE, True, adopt_link)
adopt_row(KIND_COMPLETION, OID_GEN_LINK_STATE, True, adopt_link)
adopt_row(KIND_COMPLETION, OID_GEN_STATISTICS, True, adopt_statistics)
