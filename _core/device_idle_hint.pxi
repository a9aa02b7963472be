# OID_WWAN_NETWORK_IDLE_HINT: whether the host lets the network go idle. The hint is kept and
# changes nothing else. No indication ends a set: its request is completed a second time. Queries
# are MBIM's.

cdef uint32_t start_idle_hint(
    machine_t* machine, const record_t* request, pending_t* pending
) noexcept nogil:
    """Read the flag, of one octet in the first kits and of four later."""
    cdef const uint8_t* at = request.payload
    cdef uint32_t size = header_size(at)
    if size == NDIS_WWAN_NETWORK_IDLE_HINT_L1_SIZE:
        pending.argument.idle_hint.enabled = at[NDIS_WWAN_NETWORK_IDLE_HINT_L1_IdleHint_IsEnabled]
    else:
        pending.argument.idle_hint.enabled = get32(
            at + NDIS_WWAN_NETWORK_IDLE_HINT_L2_IdleHint_IsEnabled
        )
    pending.parameter_size = size
    return NDIS_STATUS_INDICATION_REQUIRED


cdef void finish_idle_hint(machine_t* machine, const pending_t* pending) noexcept nogil:
    """Keep the hint and complete the request, of which all was read; power cuts it short."""
    if pending.forced:
        request_complete(machine, pending, NDIS_STATUS_FAILURE, 0)
        return
    machine.device.idle_hint = pending.argument.idle_hint.enabled != 0
    request_complete(machine, pending, NDIS_STATUS_SUCCESS, pending.parameter_size)


cdef void mbim_answer_idle_hint(machine_t* machine, const pending_t* pending) noexcept nogil:
    """MBIM_CID_NETWORK_IDLE_HINT: the last hint; disabled before any."""
    cdef uint8_t* at
    if not oid_is_supported(machine, OID_WWAN_NETWORK_IDLE_HINT):
        request_complete(machine, pending, MBIM_STATUS_NO_DEVICE_SUPPORT, 0)
        return
    at = emit_begin(machine, MBIM_NETWORK_IDLE_HINT_SIZE)
    if at is not NULL:
        put32(at + MBIM_NETWORK_IDLE_HINT_State, machine.device.idle_hint)
        emit_completion(machine, pending, MBIM_STATUS_SUCCESS, 0, MBIM_NETWORK_IDLE_HINT_SIZE)


mbim_row(MBIM_SERVICE_BASIC_CONNECT, MBIM_CID_NETWORK_IDLE_HINT, mbim_answer_idle_hint)
