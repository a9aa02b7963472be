# Protocol configuration options and IP addresses of a port.

cdef enum:
    PCO_ELEMENT = 0x27                # of the protocol configuration options
    PCO_PROTOCOL_EXTENSION = 0x80     # the bits of the octet before the containers that are fixed
    PCO_PROTOCOL_MASK = 0xF8
    PCO_CONTAINER_HEADER_SIZE = 3     # number and length
    PCO_OPERATOR_CONTAINERS = 0xFF    # first octet of their numbers
    # Bits of the flags of an entry of the address tables.
    ADDRESS_ENTRY_IPV6 = 1
    ADDRESS_ENTRY_REPORTED = 2
    # Bits of the flags for members that hold something, in NDIS and in MBIM alike.
    AVAILABLE_ADDRESS = 1
    AVAILABLE_GATEWAY = 2
    AVAILABLE_DNS = 4
    AVAILABLE_MTU = 8


cdef void pco_emit(
    machine_t* machine, const destination_t* to, uint32_t status, const pco_t* pco
) noexcept nogil:
    """Send NDIS_STATUS_WWAN_PCO_STATUS with a value; without one Size is 0."""
    cdef uint8_t* at = emit_begin(machine, NDIS_WWAN_PCO_STATUS_L1_SIZE)
    if at is NULL:
        return
    put_header(at, 1, NDIS_WWAN_PCO_STATUS_L1_SIZE)
    put32(at + NDIS_WWAN_PCO_STATUS_L1_uStatus, status)
    if pco is not NULL:
        put32(at + NDIS_WWAN_PCO_STATUS_L1_PcoValue_Size, pco.size)
        put32(at + NDIS_WWAN_PCO_STATUS_L1_PcoValue_Type, pco.pco_type)
        memcpy(at + NDIS_WWAN_PCO_STATUS_L1_PcoValue_PcoData, pco.octets, pco.size)
    emit_indication(machine, NDIS_STATUS_WWAN_PCO_STATUS, to, NDIS_WWAN_PCO_STATUS_L1_SIZE)


cdef uint32_t pco_refusal(const machine_t* machine, uint32_t port) noexcept nogil:
    """Why a port has no connection that could have received a value; success when it has one.

    The first thing that is missing, in the order of an activation, by a code of the indication's
    page: whatever is wrong with the SIM is not-initialized there.
    """
    if context_reported(machine, port) is not NULL:
        return WWAN_STATUS_SUCCESS
    if not radio_is_on(machine):
        return WWAN_STATUS_RADIO_POWER_OFF
    if subscriber_sim_refusal(machine) != WWAN_STATUS_SUCCESS:
        return WWAN_STATUS_NOT_INITIALIZED
    if not registration_is_registered(machine):
        return WWAN_STATUS_NOT_REGISTERED
    if not packet_is_attached(machine):
        return WWAN_STATUS_PACKET_SVC_DETACHED
    return WWAN_STATUS_CONTEXT_NOT_ACTIVATED


cdef void finish_pco(machine_t* machine, const pending_t* pending) noexcept nogil:
    """OID_WWAN_PCO: the value that the connection of the request's port received last."""
    cdef destination_t to = destination_of_request(pending)
    cdef const context_t* context = context_reported(machine, pending.port)
    cdef uint32_t status = pco_refusal(machine, pending.port)
    if status == WWAN_STATUS_SUCCESS and pending.forced:
        status = pending.outcome
    pco_emit(machine, &to, status, &context.pco if status == WWAN_STATUS_SUCCESS else NULL)


cdef bint pco_has_operator_element(const pco_t* pco) noexcept nogil:
    """Whether a value holds a container that is the operator's own: FF00H to FFFFH.

    An element 27H with its length may stand before, and the octet with the configuration protocol
    (3GPP TS 24.008, 10.5.6.3); a container is its number, its length and as many octets.
    """
    cdef uint32_t at = 0
    if pco.size > 2 and pco.octets[0] == PCO_ELEMENT:
        at = 2
    if at < pco.size and (pco.octets[at] & PCO_PROTOCOL_MASK) == PCO_PROTOCOL_EXTENSION:
        at += 1
    while at + PCO_CONTAINER_HEADER_SIZE <= pco.size:
        if pco.octets[at] == PCO_OPERATOR_CONTAINERS:
            return True
        at += PCO_CONTAINER_HEADER_SIZE + pco.octets[at + 2]
    return False


cdef void pco_deliver(
    machine_t* machine, uint32_t port, context_t* context
) noexcept nogil:
    """The network gives a connection its value; the device reports it, if there is one.

    A modem that gives only operator-specific elements has nothing to give of a structure without
    one (pco.no-noise): the connection keeps what it has.
    """
    cdef destination_t to = destination_unsolicited(port)
    cdef const pco_t* value = &machine.device.ports[port].network_pco
    if value.size == 0 or (
        value.pco_type == WwanPcoTypePartial and not pco_has_operator_element(value)
    ):
        return
    if memcmp(value, &context.pco, sizeof(pco_t)) == 0:
        return
    context.pco = value[0]
    if oid_is_supported(machine, OID_WWAN_PCO):
        pco_emit(machine, &to, WWAN_STATUS_SUCCESS, value)


cdef bint pco_is_sound(const uint8_t* at) noexcept nogil:
    """Whether a PCO stimulus is one the network could send."""
    return (
        get32(at + WWANREPLAY_STIMULUS_PCO_L1_Size) <= WWAN_PCO_OCT_BUF_LEN
        and get32(at + WWANREPLAY_STIMULUS_PCO_L1_Type) < WwanPcoTypeMax
    )


cdef void stimulus_pco(machine_t* machine, const record_t* event) noexcept nogil:
    """The network has another value for a connection of the event's port.

    On an active connection a new value arrives and is reported at once; otherwise it comes with the
    next activation. An empty value is never sent: the network just has none any more.
    """
    cdef context_t* context
    cdef pco_t value
    if not pco_is_sound(event.payload):
        return
    memset(&value, 0, sizeof(pco_t))
    value.size = get32(event.payload + WWANREPLAY_STIMULUS_PCO_L1_Size)
    value.pco_type = get32(event.payload + WWANREPLAY_STIMULUS_PCO_L1_Type)
    memcpy(value.octets, event.payload + WWANREPLAY_STIMULUS_PCO_L1_PcoData, value.size)
    machine.device.ports[event.port].network_pco = value
    context = context_find(
        machine, event.port, get32(event.payload + WWANREPLAY_STIMULUS_PCO_L1_ConnectionId)
    )
    if context is not NULL:
        pco_deliver(machine, event.port, context)


cdef bint address_is_set(const uint8_t* octets, uint32_t size) noexcept nogil:
    """Whether an address is more than zeros."""
    cdef uint32_t at
    for at in range(size):
        if octets[at]:
            return True
    return False


cdef uint32_t address_flags(const address_t* address, uint32_t version) noexcept nogil:
    """Which members of one IP version (4 or 6) the network gave."""
    cdef uint32_t flags = 0
    if version == 4:
        if not address.has_ipv4:
            return 0
        flags |= AVAILABLE_GATEWAY if address_is_set(address.ipv4_gateway, 4) else 0
        flags |= AVAILABLE_DNS if address_is_set(address.ipv4_dns, 4) else 0
    else:
        if not address.has_ipv6:
            return 0
        flags |= AVAILABLE_GATEWAY if address_is_set(address.ipv6_gateway, 16) else 0
        flags |= AVAILABLE_DNS if address_is_set(address.ipv6_dns, 16) else 0
    return flags | AVAILABLE_ADDRESS | (AVAILABLE_MTU if address.mtu else 0)


cdef bint ip_type_has_ipv4(uint32_t ip_type) noexcept nogil:
    return (
        ip_type == WwanIPTypeIPv4 or ip_type == WwanIPTypeIpv4v6 or ip_type == WwanIPTypeDefault
    )


cdef bint ip_type_has_ipv6(uint32_t ip_type) noexcept nogil:
    return (
        ip_type == WwanIPTypeIPv6 or ip_type == WwanIPTypeIpv4v6 or ip_type == WwanIPTypeXlat
        or ip_type == WwanIPTypeDefault
    )


# A payload that is being written: fixed part first, tables after it.
ctypedef struct table_writer_t:
    uint8_t* at
    uint32_t used
    uint32_t unused


cdef void address_put_entry(
    table_writer_t* writer, uint32_t version, uint32_t prefix_length, const uint8_t* octets
) noexcept nogil:
    cdef uint8_t* entry = writer.at + writer.used
    put32(entry, ADDRESS_ENTRY_REPORTED | (ADDRESS_ENTRY_IPV6 if version == 6 else 0))
    put32(entry + WWAN_IPADDRESS_ENTRY_L1_Ipv6_OnLinkPrefixLength, prefix_length)
    memcpy(entry + WWAN_IPADDRESS_ENTRY_L1_Ipv6_IPV6Address, octets, 4 if version == 4 else 16)
    writer.used += WWAN_IPADDRESS_ENTRY_L1_SIZE


cdef void address_put_table(
    table_writer_t* writer, const address_t* address, uint32_t wanted, uint32_t ipv4_flags,
    uint32_t ipv6_flags, uint32_t place, uint32_t count_place
) noexcept nogil:
    """Append one table; `place` and `count_place` of the fixed part take where it begins and its
    length.
    """
    cdef uint32_t begin = writer.used
    cdef const uint8_t* ipv4 = <const uint8_t*>address.ipv4_address
    cdef const uint8_t* ipv6 = <const uint8_t*>address.ipv6_address
    cdef bint own = wanted == AVAILABLE_ADDRESS
    if wanted == AVAILABLE_GATEWAY:
        ipv4 = <const uint8_t*>address.ipv4_gateway
        ipv6 = <const uint8_t*>address.ipv6_gateway
    elif wanted == AVAILABLE_DNS:
        ipv4 = <const uint8_t*>address.ipv4_dns
        ipv6 = <const uint8_t*>address.ipv6_dns
    if ipv4_flags & wanted:
        address_put_entry(writer, 4, address.ipv4_prefix_length if own else 32, ipv4)
    if ipv6_flags & wanted:
        address_put_entry(writer, 6, address.ipv6_prefix_length if own else 128, ipv6)
    if writer.used > begin:
        put64(writer.at + place, begin)
        put32(
            writer.at + count_place, (writer.used - begin) // WWAN_IPADDRESS_ENTRY_L1_SIZE
        )


cdef void address_emit(machine_t* machine, uint32_t port) noexcept nogil:
    """Send NDIS_STATUS_WWAN_IP_ADDRESS_STATE for an additional context: never on the default port.

    The structure holds pointers. Here the tables follow it, and each pointer is the offset of its
    table from the structure's start.
    """
    cdef const context_t* context = context_reported(machine, port)
    cdef const address_t* address = &machine.device.ports[port].address
    cdef destination_t to = destination_unsolicited(port)
    cdef uint32_t ipv4_flags, ipv6_flags
    cdef table_writer_t writer
    if port == 0 or context is NULL or (
        form_of(machine, FORM_NDIS_WWAN_IP_ADDRESS_STATE).size == 0
    ):
        return
    ipv4_flags = address_flags(address, 4) if ip_type_has_ipv4(context.ip_type) else 0
    ipv6_flags = address_flags(address, 6) if ip_type_has_ipv6(context.ip_type) else 0
    if ipv4_flags == 0 and ipv6_flags == 0:
        return
    writer.at = emit_begin(
        machine, NDIS_WWAN_IP_ADDRESS_STATE_L1_SIZE + 6 * WWAN_IPADDRESS_ENTRY_L1_SIZE
    )
    writer.used = NDIS_WWAN_IP_ADDRESS_STATE_L1_SIZE
    if writer.at is NULL:
        return
    put_header(writer.at, 1, NDIS_WWAN_IP_ADDRESS_STATE_L1_SIZE)
    put32(
        writer.at + NDIS_WWAN_IP_ADDRESS_STATE_L1_WwanIpAddressState_IPv4Flags_Value, ipv4_flags
    )
    put32(
        writer.at + NDIS_WWAN_IP_ADDRESS_STATE_L1_WwanIpAddressState_IPv6Flags_Value, ipv6_flags
    )
    put32(
        writer.at + NDIS_WWAN_IP_ADDRESS_STATE_L1_WwanIpAddressState_IPv4MTU,
        address.mtu if ipv4_flags else 0,
    )
    put32(
        writer.at + NDIS_WWAN_IP_ADDRESS_STATE_L1_WwanIpAddressState_IPv6MTU,
        address.mtu if ipv6_flags else 0,
    )
    address_put_table(
        &writer, address, AVAILABLE_ADDRESS, ipv4_flags, ipv6_flags,
        NDIS_WWAN_IP_ADDRESS_STATE_L1_WwanIpAddressState_IpTable,
        NDIS_WWAN_IP_ADDRESS_STATE_L1_WwanIpAddressState_IpCount,
    )
    address_put_table(
        &writer, address, AVAILABLE_GATEWAY, ipv4_flags, ipv6_flags,
        NDIS_WWAN_IP_ADDRESS_STATE_L1_WwanIpAddressState_GatewayTable,
        NDIS_WWAN_IP_ADDRESS_STATE_L1_WwanIpAddressState_GatewayCount,
    )
    address_put_table(
        &writer, address, AVAILABLE_DNS, ipv4_flags, ipv6_flags,
        NDIS_WWAN_IP_ADDRESS_STATE_L1_WwanIpAddressState_DnsTable,
        NDIS_WWAN_IP_ADDRESS_STATE_L1_WwanIpAddressState_DnsCount,
    )
    emit_indication(machine, NDIS_STATUS_WWAN_IP_ADDRESS_STATE, &to, writer.used)


cdef void stimulus_ip_address(machine_t* machine, const record_t* event) noexcept nogil:
    """The network gives other addresses: at once to the named context, or to the next one."""
    cdef const uint8_t* at = event.payload
    cdef port_t* state = &machine.device.ports[event.port]
    cdef address_t address
    cdef bint active = context_active_count(machine, event.port) > 0
    cdef uint32_t connection_id = get32(at + WWANREPLAY_STIMULUS_IP_ADDRESS_L1_ConnectionId)
    if active and context_find(machine, event.port, connection_id) is NULL:
        return
    memset(&address, 0, sizeof(address_t))
    memcpy(address.ipv4_address, at + WWANREPLAY_STIMULUS_IP_ADDRESS_L1_IPv4Address, 4)
    memcpy(address.ipv4_gateway, at + WWANREPLAY_STIMULUS_IP_ADDRESS_L1_IPv4Gateway, 4)
    memcpy(address.ipv4_dns, at + WWANREPLAY_STIMULUS_IP_ADDRESS_L1_IPv4Dns, 4)
    address.ipv4_prefix_length = get32(at + WWANREPLAY_STIMULUS_IP_ADDRESS_L1_IPv4PrefixLength)
    memcpy(address.ipv6_address, at + WWANREPLAY_STIMULUS_IP_ADDRESS_L1_IPv6Address, 16)
    memcpy(address.ipv6_gateway, at + WWANREPLAY_STIMULUS_IP_ADDRESS_L1_IPv6Gateway, 16)
    memcpy(address.ipv6_dns, at + WWANREPLAY_STIMULUS_IP_ADDRESS_L1_IPv6Dns, 16)
    address.ipv6_prefix_length = get32(at + WWANREPLAY_STIMULUS_IP_ADDRESS_L1_IPv6PrefixLength)
    address.mtu = get32(at + WWANREPLAY_STIMULUS_IP_ADDRESS_L1_Mtu)
    address.has_ipv4 = address_is_set(address.ipv4_address, 4)
    address.has_ipv6 = address_is_set(address.ipv6_address, 16)
    if memcmp(&address, &state.address, sizeof(address_t)) == 0:
        return
    state.address = address
    if active:
        address_emit(machine, event.port)


cdef void adopt_pco(machine_t* machine, const record_t* event) noexcept nogil:
    """A PCO report witnesses the value that the port's connection has received."""
    cdef context_t* context = <context_t*>context_reported(machine, event.port)
    cdef const uint8_t* at = event.payload
    cdef pco_t pco
    cdef uint32_t size
    if event.payload_size < NDIS_WWAN_PCO_STATUS_L1_SIZE:
        return
    if get32(at + NDIS_WWAN_PCO_STATUS_L1_uStatus) != WWAN_STATUS_SUCCESS:
        return
    size = get32(at + NDIS_WWAN_PCO_STATUS_L1_PcoValue_Size)
    if size > WWAN_PCO_OCT_BUF_LEN:
        return
    memset(&pco, 0, sizeof(pco_t))
    pco.size = size
    pco.pco_type = get32(at + NDIS_WWAN_PCO_STATUS_L1_PcoValue_Type)
    memcpy(pco.octets, at + NDIS_WWAN_PCO_STATUS_L1_PcoValue_PcoData, size)
    if context is not NULL:
        context.pco = pco
    if size and event.request_id == 0:
        # An event brings what the network has; an answer, what the connection once received.
        machine.device.ports[event.port].network_pco = pco


cdef void address_adopt_table(
    address_t* address, const record_t* event, uint32_t place, uint32_t count_place,
    uint32_t wanted
) noexcept nogil:
    """Read one table of an address report, where it lies inside the payload."""
    cdef uint64_t begin = get64(event.payload + place)
    cdef uint32_t count = get32(event.payload + count_place)
    cdef const uint8_t* entry
    cdef bint is_ipv6
    cdef uint32_t number
    for number in range(min(count, 2)):
        if begin > event.payload_size or event.payload_size - begin < WWAN_IPADDRESS_ENTRY_L1_SIZE:
            return
        entry = event.payload + begin
        begin += WWAN_IPADDRESS_ENTRY_L1_SIZE
        is_ipv6 = get32(entry) & ADDRESS_ENTRY_IPV6
        if wanted == AVAILABLE_GATEWAY:
            if is_ipv6:
                memcpy(address.ipv6_gateway, entry + WWAN_IPADDRESS_ENTRY_L1_Ipv6_IPV6Address, 16)
            else:
                memcpy(address.ipv4_gateway, entry + WWAN_IPADDRESS_ENTRY_L1_Ipv6_IPV6Address, 4)
        elif wanted == AVAILABLE_DNS:
            if is_ipv6:
                memcpy(address.ipv6_dns, entry + WWAN_IPADDRESS_ENTRY_L1_Ipv6_IPV6Address, 16)
            else:
                memcpy(address.ipv4_dns, entry + WWAN_IPADDRESS_ENTRY_L1_Ipv6_IPV6Address, 4)
        elif is_ipv6:
            address.has_ipv6 = 1
            address.ipv6_prefix_length = get32(
                entry + WWAN_IPADDRESS_ENTRY_L1_Ipv6_OnLinkPrefixLength
            )
            memcpy(address.ipv6_address, entry + WWAN_IPADDRESS_ENTRY_L1_Ipv6_IPV6Address, 16)
        else:
            address.has_ipv4 = 1
            address.ipv4_prefix_length = get32(
                entry + WWAN_IPADDRESS_ENTRY_L1_Ipv4_OnLinkPrefixLength
            )
            memcpy(address.ipv4_address, entry + WWAN_IPADDRESS_ENTRY_L1_Ipv6_IPV6Address, 4)


cdef void address_forget_reported(
    const machine_t* machine, uint32_t port, address_t* address
) noexcept nogil:
    """Clear the IP versions that a report of the port's context covers; without one, both."""
    cdef const context_t* context = context_reported(machine, port)
    if context is NULL or ip_type_has_ipv4(context.ip_type):
        memset(address.ipv4_address, 0, 4)
        memset(address.ipv4_gateway, 0, 4)
        memset(address.ipv4_dns, 0, 4)
        address.ipv4_prefix_length = 0
        address.has_ipv4 = 0
    if context is NULL or ip_type_has_ipv6(context.ip_type):
        memset(address.ipv6_address, 0, 16)
        memset(address.ipv6_gateway, 0, 16)
        memset(address.ipv6_dns, 0, 16)
        address.ipv6_prefix_length = 0
        address.has_ipv6 = 0


cdef void adopt_addresses(machine_t* machine, const record_t* event) noexcept nogil:
    """An address report witnesses the port's addresses, if it carries its tables."""
    cdef const uint8_t* at = event.payload
    cdef address_t address
    cdef uint32_t mtu
    if event.payload_size < NDIS_WWAN_IP_ADDRESS_STATE_L1_SIZE + WWAN_IPADDRESS_ENTRY_L1_SIZE:
        return
    address = machine.device.ports[event.port].address
    address_forget_reported(machine, event.port, &address)
    mtu = get32(at + NDIS_WWAN_IP_ADDRESS_STATE_L1_WwanIpAddressState_IPv4MTU)
    if mtu == 0:
        mtu = get32(at + NDIS_WWAN_IP_ADDRESS_STATE_L1_WwanIpAddressState_IPv6MTU)
    address.mtu = mtu
    address_adopt_table(
        &address, event, NDIS_WWAN_IP_ADDRESS_STATE_L1_WwanIpAddressState_IpTable,
        NDIS_WWAN_IP_ADDRESS_STATE_L1_WwanIpAddressState_IpCount, AVAILABLE_ADDRESS,
    )
    address_adopt_table(
        &address, event, NDIS_WWAN_IP_ADDRESS_STATE_L1_WwanIpAddressState_GatewayTable,
        NDIS_WWAN_IP_ADDRESS_STATE_L1_WwanIpAddressState_GatewayCount, AVAILABLE_GATEWAY,
    )
    address_adopt_table(
        &address, event, NDIS_WWAN_IP_ADDRESS_STATE_L1_WwanIpAddressState_DnsTable,
        NDIS_WWAN_IP_ADDRESS_STATE_L1_WwanIpAddressState_DnsCount, AVAILABLE_DNS,
    )
    if address.has_ipv4 or address.has_ipv6:
        machine.device.ports[event.port].address = address


adopt_row(KIND_INDICATION, NDIS_STATUS_WWAN_PCO_STATUS, True, adopt_pco)
adopt_row(KIND_INDICATION, NDIS_STATUS_WWAN_IP_ADDRESS_STATE, True, adopt_addresses)
