# Queries in the MBIM namespace: messages without an OID counterpart. One completion answers each;
# its status is an MBIM status number and its payload the InformationBuffer of the answer.

cdef enum:
    MBIM_LATENCY_INDEX = 0x70         # a place of the latency ordinals that no OID has
    # Of either IP version: a prefix length with its address, a gateway and a DNS server.
    MBIM_ADDRESSES_SIZE_MAX = (4 + 3 * 4) + (4 + 3 * 16)


cdef void mbim_request(machine_t* machine, const record_t* request) noexcept nogil:
    """Take a request of the MBIM namespace: it is answered once, after the completion latency.

    Arguments: the first number of its InformationBuffer, and whether there is one.
    """
    cdef pending_t pending
    cdef int64_t delay, completion_delay
    if request.kind == KIND_CANCEL:
        device_cancel(machine, request)
        return
    if request.kind != KIND_QUERY and request.kind != KIND_SET:
        return
    memset(&pending, 0, sizeof(pending_t))
    pending.action = ACTION_ANSWER
    pending.code = request.code
    pending.kind = request.kind
    pending.request_id = request.request_id
    pending.handle = request.handle
    pending.port = request.port
    pending.cause = request.index
    pending.slot = -1
    if request.payload_size >= 4:
        pending.argument.ip_configuration.session_id = get32(request.payload)
        pending.argument.ip_configuration.has_session_id = 1
    if request.port >= machine.profile.port_count:
        request_complete(machine, &pending, MBIM_STATUS_INVALID_PARAMETERS, 0)
        return
    if power_is_silent(machine):
        request_complete(machine, &pending, MBIM_STATUS_NOT_INITIALIZED, 0)
        return
    if machine.device.queue.count >= QUEUE_REQUEST_DEPTH_MAX:
        request_complete(machine, &pending, MBIM_STATUS_BUSY, 0)
        return
    completion_delay = latency_draw(
        machine, &machine.profile.completion_latency, PURPOSE_COMPLETION, MBIM_LATENCY_INDEX
    )
    delay = completion_delay
    latency_take_override(machine, 0, &delay, &completion_delay)
    pending.due_ns = time_after(machine.device.now_ns, delay)
    queue_push(&machine.device.queue, &pending)


cdef void mbim_answer(machine_t* machine, const pending_t* pending) noexcept nogil:
    """End a request of the MBIM namespace; the answer is the state of this moment."""
    cdef uint32_t at
    if pending.kind == KIND_QUERY:
        for at in range(mbim_row_count):
            if MBIM_ROWS[at].code == pending.code:
                MBIM_ROWS[at].answer(machine, pending)
                return
    request_complete(machine, pending, MBIM_STATUS_NO_DEVICE_SUPPORT, 0)


cdef void mbim_append_data(
    table_writer_t* writer, uint32_t place, const uint8_t* octets, uint32_t size
) noexcept nogil:
    """Append data (a multiple of four bytes) and write its offset at `place` of the fixed part."""
    put32(writer.at + place, writer.used)
    memcpy(writer.at + writer.used, octets, size)
    writer.used += size


cdef void mbim_append_element(
    table_writer_t* writer, uint32_t count_place, uint32_t place, uint32_t prefix_length,
    const uint8_t* octets, uint32_t size
) noexcept nogil:
    """Append an address with its prefix length; the count becomes 1."""
    put32(writer.at + count_place, 1)
    put32(writer.at + place, writer.used)
    put32(writer.at + writer.used, prefix_length)
    memcpy(writer.at + writer.used + 4, octets, size)
    writer.used += 4 + size


cdef void mbim_answer_ip_configuration(machine_t* machine, const pending_t* pending) noexcept nogil:
    """MBIM_CID_IP_CONFIGURATION: the addresses of the context whose ConnectionId is the SessionId.

    The data follow the fixed part in the order of its members.
    """
    cdef const context_t* context
    cdef const address_t* address = &machine.device.ports[pending.port].address
    cdef uint32_t ipv4_flags, ipv6_flags
    cdef table_writer_t writer
    if not pending.argument.ip_configuration.has_session_id:
        request_complete(machine, pending, MBIM_STATUS_INVALID_PARAMETERS, 0)
        return
    context = context_find(machine, pending.port, pending.argument.ip_configuration.session_id)
    if context is NULL:
        request_complete(machine, pending, MBIM_STATUS_CONTEXT_NOT_ACTIVATED, 0)
        return
    ipv4_flags = address_flags(address, 4) if ip_type_has_ipv4(context.ip_type) else 0
    ipv6_flags = address_flags(address, 6) if ip_type_has_ipv6(context.ip_type) else 0
    writer.at = emit_begin(machine, MBIM_IP_CONFIGURATION_SIZE + MBIM_ADDRESSES_SIZE_MAX)
    writer.used = MBIM_IP_CONFIGURATION_SIZE
    if writer.at is NULL:
        return
    put32(writer.at + MBIM_IP_CONFIGURATION_SessionId, pending.argument.ip_configuration.session_id)
    put32(writer.at + MBIM_IP_CONFIGURATION_IPv4ConfigurationAvailable, ipv4_flags)
    put32(writer.at + MBIM_IP_CONFIGURATION_IPv6ConfigurationAvailable, ipv6_flags)
    if ipv4_flags & AVAILABLE_ADDRESS:
        mbim_append_element(
            &writer, MBIM_IP_CONFIGURATION_IPv4AddressCount, MBIM_IP_CONFIGURATION_IPv4Address,
            address.ipv4_prefix_length, address.ipv4_address, sizeof(address.ipv4_address),
        )
    if ipv6_flags & AVAILABLE_ADDRESS:
        mbim_append_element(
            &writer, MBIM_IP_CONFIGURATION_IPv6AddressCount, MBIM_IP_CONFIGURATION_IPv6Address,
            address.ipv6_prefix_length, address.ipv6_address, sizeof(address.ipv6_address),
        )
    if ipv4_flags & AVAILABLE_GATEWAY:
        mbim_append_data(&writer, MBIM_IP_CONFIGURATION_IPv4Gateway, address.ipv4_gateway, 4)
    if ipv6_flags & AVAILABLE_GATEWAY:
        mbim_append_data(&writer, MBIM_IP_CONFIGURATION_IPv6Gateway, address.ipv6_gateway, 16)
    if ipv4_flags & AVAILABLE_DNS:
        put32(writer.at + MBIM_IP_CONFIGURATION_IPv4DnsServerCount, 1)
        mbim_append_data(&writer, MBIM_IP_CONFIGURATION_IPv4DnsServer, address.ipv4_dns, 4)
    if ipv6_flags & AVAILABLE_DNS:
        put32(writer.at + MBIM_IP_CONFIGURATION_IPv6DnsServerCount, 1)
        mbim_append_data(&writer, MBIM_IP_CONFIGURATION_IPv6DnsServer, address.ipv6_dns, 16)
    put32(
        writer.at + MBIM_IP_CONFIGURATION_IPv4Mtu,
        address.mtu if ipv4_flags & AVAILABLE_MTU else 0,
    )
    put32(
        writer.at + MBIM_IP_CONFIGURATION_IPv6Mtu,
        address.mtu if ipv6_flags & AVAILABLE_MTU else 0,
    )
    emit_completion(machine, pending, MBIM_STATUS_SUCCESS, 0, writer.used)


mbim_row(MBIM_SERVICE_BASIC_CONNECT, MBIM_CID_IP_CONFIGURATION, mbim_answer_ip_configuration)


cdef void mbim_answer_packet_statistics(
    machine_t* machine, const pending_t* pending
) noexcept nogil:
    """MBIM_CID_PACKET_STATISTICS: the port's counters; errors and discards wrap at 32 bits."""
    cdef const statistics_t* statistics = &machine.device.ports[pending.port].statistics
    cdef uint8_t* at = emit_begin(machine, MBIM_PACKET_STATISTICS_SIZE)
    if at is NULL:
        return
    put32(at + MBIM_PACKET_STATISTICS_InDiscards, <uint32_t>(statistics.in_discards & 0xFFFFFFFFu))
    put32(at + MBIM_PACKET_STATISTICS_InErrors, <uint32_t>(statistics.in_errors & 0xFFFFFFFFu))
    put64(at + MBIM_PACKET_STATISTICS_InOctets, statistics.in_octets)
    put64(at + MBIM_PACKET_STATISTICS_InPackets, statistics.in_packets)
    put64(at + MBIM_PACKET_STATISTICS_OutOctets, statistics.out_octets)
    put64(at + MBIM_PACKET_STATISTICS_OutPackets, statistics.out_packets)
    put32(at + MBIM_PACKET_STATISTICS_OutErrors, <uint32_t>(statistics.out_errors & 0xFFFFFFFFu))
    put32(
        at + MBIM_PACKET_STATISTICS_OutDiscards,
        <uint32_t>(statistics.out_discards & 0xFFFFFFFFu),
    )
    emit_completion(machine, pending, MBIM_STATUS_SUCCESS, 0, MBIM_PACKET_STATISTICS_SIZE)


mbim_row(MBIM_SERVICE_BASIC_CONNECT, MBIM_CID_PACKET_STATISTICS, mbim_answer_packet_statistics)
