# OID_WWAN_LTE_ATTACH_CONFIG: the contexts that the device attaches to LTE with, one for each
# roaming condition. They belong to the SIM: its factory configuration is what the profile lists
# among the contexts with the type "LTE attach", each for the conditions that its roaming control
# allows.

cdef inline bint lte_attach_covers(uint32_t roaming, uint32_t condition) noexcept nogil:
    """Whether a WWAN_CONTEXT_ROAMING_CONTROL allows a condition: home, partner or non-partner."""
    cdef uint32_t conditions = 7
    if roaming == WwanContextRoamingControlHomeAndPartner:
        conditions = 3
    elif roaming == WwanContextRoamingControlHomeAndNonPartner:
        conditions = 5
    elif roaming == WwanContextRoamingControlPartnerAndNonPartner:
        conditions = 6
    elif roaming < WwanContextLteAttachRoamingControlMaximum:
        conditions = <uint32_t>1 << roaming
    return (conditions >> condition) & 1


cdef void lte_attach_restore(machine_t* machine) noexcept nogil:
    """The factory configuration of the SIM; without one, empty access strings that are enabled."""
    cdef const profile_t* profile = machine.profile
    cdef provisioned_t* entry
    cdef uint32_t condition, at
    memset(machine.device.lte_attach, 0, sizeof(machine.device.lte_attach))
    for condition in range(<uint32_t>LTE_ATTACH_COUNT):
        entry = &machine.device.lte_attach[condition]
        for at in range(profile.provisioned_count):
            if profile.provisioned[at].context_type == WwanContextTypeLteAttach and (
                lte_attach_covers(profile.provisioned[at].roaming, condition)
            ):
                entry[0] = profile.provisioned[at]
        entry.used = 1
        entry.context_type = WwanContextTypeLteAttach
        entry.roaming = condition
        entry.source = WwanModemProvisioned


reset_row(lte_attach_restore)


cdef uint32_t lte_attach_condition(const machine_t* machine) noexcept nogil:
    """The roaming condition of the present registration; the maximum when there is none."""
    if not registration_is_registered(machine):
        return WwanContextLteAttachRoamingControlMaximum
    if machine.device.register_state == WwanRegisterStateHome:
        return WwanContextLteAttachRoamingControlHome
    if machine.device.register_state == WwanRegisterStatePartner:
        return WwanContextLteAttachRoamingControlPartner
    return WwanContextLteAttachRoamingControlNonPartner


cdef void lte_attach_emit(
    machine_t* machine, const destination_t* to, uint32_t status
) noexcept nogil:
    """Send NDIS_STATUS_WWAN_LTE_ATTACH_CONFIG: the whole configuration, or a failure without it."""
    cdef uint32_t element = (
        NDIS_WWAN_LTE_ATTACH_CONTEXTS_L1_LteAttachContext_LteContextArray
    )
    cdef uint32_t condition
    cdef uint8_t* at = emit_begin(machine, NDIS_WWAN_LTE_ATTACH_CONTEXTS_L1_SIZE)
    if at is NULL:
        return
    put_header(at, 1, NDIS_WWAN_LTE_ATTACH_CONTEXTS_L1_SIZE)
    put32(at + NDIS_WWAN_LTE_ATTACH_CONTEXTS_L1_uStatus, status)
    if status == WWAN_STATUS_SUCCESS:
        put32(
            at + NDIS_WWAN_LTE_ATTACH_CONTEXTS_L1_LteAttachContext_ElementCount, LTE_ATTACH_COUNT
        )
        for condition in range(<uint32_t>LTE_ATTACH_COUNT):
            provisioned_put(
                at + element + condition * CONTEXT_V2_ELEMENT_SIZE,
                &machine.device.lte_attach[condition], CONTEXT_V2_ELEMENT_SIZE,
            )
    emit_indication(
        machine, NDIS_STATUS_WWAN_LTE_ATTACH_CONFIG, to, NDIS_WWAN_LTE_ATTACH_CONTEXTS_L1_SIZE
    )


cdef inline const uint8_t* lte_attach_order(const uint8_t* at, uint32_t number) noexcept nogil:
    """Where a set's context stands, as an NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2 would have it behind
    its header. Both have a WWAN_SET_CONTEXT_V2 there.
    """
    cdef uint32_t size = (
        NDIS_WWAN_SET_LTE_ATTACH_CONTEXT_L1_SIZE
        - NDIS_WWAN_SET_LTE_ATTACH_CONTEXT_L1_SetLteAttachContext_SetContextArray
    ) // LTE_ATTACH_COUNT
    return (
        at + NDIS_WWAN_SET_LTE_ATTACH_CONTEXT_L1_SetLteAttachContext_SetContextArray
        - NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2_L1_ProvisionedContext + number * size
    )


cdef uint32_t start_lte_attach(
    machine_t* machine, const record_t* request, pending_t* pending
) noexcept nogil:
    """Check the numbers of the contexts and keep them until the operation ends."""
    cdef uint32_t size = NDIS_WWAN_SET_LTE_ATTACH_CONTEXT_L1_SIZE
    cdef uint32_t number
    for number in range(<uint32_t>LTE_ATTACH_COUNT):
        if not provisioned_set_is_sound(lte_attach_order(request.payload, number), True):
            return NDIS_STATUS_INVALID_DATA
    pending.slot = slot_take(machine, request.payload, size)
    return NDIS_STATUS_RESOURCES if pending.slot < 0 else NDIS_STATUS_INDICATION_REQUIRED


cdef inline uint32_t lte_attach_order_number(
    const uint8_t* at, uint32_t number, uint32_t place
) noexcept nogil:
    """A number of a set's context, at its place in an NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2."""
    return get32(lte_attach_order(at, number) + place)


cdef uint32_t lte_attach_store(machine_t* machine, const uint8_t* at) noexcept nogil:
    """Do what a set orders: the uStatus it ends with. It orders one thing, of all conditions."""
    cdef uint32_t place = NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2_L1_ProvisionedContext_Operation
    cdef uint32_t operation = lte_attach_order_number(at, 0, place)
    cdef uint32_t covered = 0
    cdef uint32_t number, condition
    for number in range(<uint32_t>LTE_ATTACH_COUNT):
        if lte_attach_order_number(at, number, place) != operation:
            return WWAN_STATUS_FAILURE
    if operation == WwanContextOperationRestoreFactory:
        lte_attach_restore(machine)
        return WWAN_STATUS_SUCCESS
    place = NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2_L1_ProvisionedContext_Roaming
    for number in range(<uint32_t>LTE_ATTACH_COUNT):
        condition = lte_attach_order_number(at, number, place)
        if condition < WwanContextLteAttachRoamingControlMaximum:
            covered |= <uint32_t>1 << condition
    if operation != WwanContextOperationDefault or covered != 7:
        return WWAN_STATUS_FAILURE
    for number in range(<uint32_t>LTE_ATTACH_COUNT):
        condition = lte_attach_order_number(at, number, place)
        provisioned_fill(
            &machine.device.lte_attach[condition], lte_attach_order(at, number), True
        )
        machine.device.lte_attach[condition].context_type = WwanContextTypeLteAttach
    return WWAN_STATUS_SUCCESS


cdef uint32_t lte_attach_refusal(const machine_t* machine) noexcept nogil:
    """Why there is no configuration to query or set: CDMA, or the SIM; success when there is.

    The indication's page lists no code for what is wrong with a SIM, nor with parameters.
    """
    if device_is_cdma(machine):
        return WWAN_STATUS_NO_DEVICE_SUPPORT
    if subscriber_status_is_of_sim(subscriber_refusal(machine)):
        return WWAN_STATUS_FAILURE
    return WWAN_STATUS_SUCCESS


cdef void finish_lte_attach(machine_t* machine, const pending_t* pending) noexcept nogil:
    """End OID_WWAN_LTE_ATTACH_CONFIG. A device that is attached with a context that a set changes
    attaches again with the new one.
    """
    cdef destination_t to = destination_of_request(pending)
    cdef uint32_t condition = lte_attach_condition(machine)
    cdef uint32_t status = lte_attach_refusal(machine)
    cdef provisioned_t before
    cdef bint changed = False
    if pending.forced and pending.outcome != WWAN_STATUS_SUCCESS:
        status = pending.outcome
    elif status == WWAN_STATUS_SUCCESS and pending.kind == KIND_SET:
        if condition < WwanContextLteAttachRoamingControlMaximum:
            before = machine.device.lte_attach[condition]
        status = lte_attach_store(machine, slot_buffer(machine, pending))
        if status == WWAN_STATUS_SUCCESS and (
            condition < WwanContextLteAttachRoamingControlMaximum
        ):
            # Who provided a context plays no part in attaching.
            before.source = machine.device.lte_attach[condition].source
            changed = memcmp(
                &before, &machine.device.lte_attach[condition], sizeof(provisioned_t)
            ) != 0
    lte_attach_emit(machine, &to, status)
    if changed:
        packet_attach_anew(machine)


cdef void lte_attach_take(machine_t* machine, const uint8_t* at, bint of_network) noexcept nogil:
    """Take the contexts of a WWAN_LTE_ATTACH_CONFIG over, each for its condition.

    Those of the network are the operator's, unless somebody else than the user is named: no user
    is there.
    """
    cdef uint32_t count = min(get32(at), <uint32_t>LTE_ATTACH_COUNT)
    cdef const uint8_t* element
    cdef provisioned_t* entry
    cdef uint32_t number, condition
    for number in range(count):
        element = at + 4 + number * CONTEXT_V2_ELEMENT_SIZE
        condition = get32(element + WWAN_CONTEXT_V2_L1_Roaming)
        if condition >= WwanContextLteAttachRoamingControlMaximum:
            continue
        entry = &machine.device.lte_attach[condition]
        provisioned_take(entry, element, CONTEXT_V2_ELEMENT_SIZE)
        if of_network:
            entry.context_type = WwanContextTypeLteAttach
            if entry.source == WwanUserProvisioned:
                entry.source = WwanOperatorProvisioned


cdef void stimulus_lte_attach(machine_t* machine, const record_t* event) noexcept nogil:
    """The network updates contexts over the air; the device reports the configuration then.

    They serve when the device attaches the next time.
    """
    cdef provisioned_t[LTE_ATTACH_COUNT] before
    cdef destination_t to = destination_unsolicited(0)
    if (
        not oid_is_supported(machine, OID_WWAN_LTE_ATTACH_CONFIG)
        or lte_attach_refusal(machine) != WWAN_STATUS_SUCCESS
    ):
        return
    memcpy(before, machine.device.lte_attach, sizeof(before))
    lte_attach_take(
        machine, event.payload + WWANREPLAY_STIMULUS_LTE_ATTACH_L1_LteAttachContext, True
    )
    if memcmp(before, machine.device.lte_attach, sizeof(before)) != 0:
        lte_attach_emit(machine, &to, WWAN_STATUS_SUCCESS)


cdef void adopt_lte_attach(machine_t* machine, const record_t* event) noexcept nogil:
    """A report without a failure has the configuration, or those contexts of it that it has."""
    if (
        event.payload_size >= NDIS_WWAN_LTE_ATTACH_CONTEXTS_L1_SIZE
        and get32(event.payload + NDIS_WWAN_LTE_ATTACH_CONTEXTS_L1_uStatus) == WWAN_STATUS_SUCCESS
    ):
        lte_attach_take(
            machine, event.payload + NDIS_WWAN_LTE_ATTACH_CONTEXTS_L1_LteAttachContext, False
        )


adopt_row(KIND_INDICATION, NDIS_STATUS_WWAN_LTE_ATTACH_CONFIG, False, adopt_lte_attach)
