# OID_WWAN_PROVISIONED_CONTEXTS: the list of contexts stored in the device. No network is needed.

cdef void provisioned_restore(machine_t* machine) noexcept nogil:
    """The list that the device was made with; contexts to attach to LTE with have their own OID."""
    cdef const profile_t* profile = machine.profile
    cdef uint32_t count = 0
    cdef uint32_t at
    memset(machine.device.provisioned, 0, sizeof(machine.device.provisioned))
    for at in range(profile.provisioned_count):
        if profile.provisioned[at].context_type != WwanContextTypeLteAttach:
            machine.device.provisioned[count] = profile.provisioned[at]
            count += 1
    machine.device.provisioned_count = count


reset_row(provisioned_restore)


# Places of the kinds of elements in this table, the newest first.
ctypedef struct provisioned_kind_t:
    uint32_t form
    uint32_t element_type             # WWAN_STRUCT_TYPE


cdef enum:
    PROVISIONED_KIND_COUNT = 3


cdef provisioned_kind_t PROVISIONED_KINDS[PROVISIONED_KIND_COUNT]
PROVISIONED_KINDS[0] = provisioned_kind_t(
    FORM_WWAN_PROVISIONED_CONTEXT_V2, WwanStructProvisionedContextV2
)
PROVISIONED_KINDS[1] = provisioned_kind_t(FORM_WWAN_CONTEXT_V2, WwanStructContextV2)
PROVISIONED_KINDS[2] = provisioned_kind_t(FORM_WWAN_CONTEXT, WwanStructContext)


cdef const provisioned_kind_t* provisioned_kind(const machine_t* machine) noexcept nogil:
    """The newest kind of elements that the device's release has."""
    cdef uint32_t at
    for at in range(<uint32_t>PROVISIONED_KIND_COUNT):
        if form_of(machine, PROVISIONED_KINDS[at].form).size:
            return &PROVISIONED_KINDS[at]
    return &PROVISIONED_KINDS[PROVISIONED_KIND_COUNT - 1]


cdef void provisioned_put(
    uint8_t* at, const provisioned_t* entry, uint32_t element_size
) noexcept nogil:
    """Write one element of the list; the slice of the longest kind stays without a value."""
    memcpy(at, entry, CONTEXT_ELEMENT_SIZE)
    if element_size == CONTEXT_ELEMENT_SIZE:
        return
    memset(at + CONTEXT_ELEMENT_SIZE, 0, element_size - CONTEXT_ELEMENT_SIZE)
    put32(at + WWAN_CONTEXT_V2_L1_IPType, entry.ip_type)
    put32(
        at + WWAN_CONTEXT_V2_L1_Enable,
        WwanContextDisabled if entry.disabled else WwanContextEnabled,
    )
    put32(at + WWAN_CONTEXT_V2_L1_Roaming, entry.roaming)
    put32(at + WWAN_CONTEXT_V2_L1_MediaType, entry.media_type)
    put32(at + WWAN_CONTEXT_V2_L1_Source, entry.source)


cdef void provisioned_emit(
    machine_t* machine, const destination_t* to, uint32_t status, uint32_t count
) noexcept nogil:
    """Send NDIS_STATUS_WWAN_PROVISIONED_CONTEXTS with the first `count` contexts."""
    cdef const provisioned_kind_t* kind = provisioned_kind(machine)
    cdef const form_t* form = form_of(machine, FORM_NDIS_WWAN_PROVISIONED_CONTEXTS)
    cdef uint32_t element_size = form_of(machine, kind.form).size
    cdef uint32_t fixed = form.size
    cdef uint32_t number
    cdef uint8_t* at = emit_room(machine, fixed + count * element_size, fixed)
    if at is NULL:
        return
    put_header(at, form.revision, fixed)
    put32(at + NDIS_WWAN_PROVISIONED_CONTEXTS_L1_uStatus, status)
    put32(
        at + NDIS_WWAN_PROVISIONED_CONTEXTS_L1_ContextListHeader_ElementType,
        kind.element_type,
    )
    put32(at + NDIS_WWAN_PROVISIONED_CONTEXTS_L1_ContextListHeader_ElementCount, count)
    for number in range(count):
        provisioned_put(
            at + fixed + number * element_size, &machine.device.provisioned[number], element_size
        )
    emit_indication(
        machine, NDIS_STATUS_WWAN_PROVISIONED_CONTEXTS, to, fixed + count * element_size
    )


cdef bint provisioned_set_is_sound(const uint8_t* at, bint second) noexcept nogil:
    """Whether the numbers of a set are members, in its second form those that it adds as well."""
    if (
        get32(at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_L1_ProvisionedContext_ContextType)
        >= WwanContextTypeMax
        or get32(at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_L1_ProvisionedContext_Compression)
        >= WwanCompressionMax
        or get32(at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_L1_ProvisionedContext_AuthType)
        >= WwanAuthProtocolMax
    ):
        return False
    if second and (
        get32(at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2_L1_ProvisionedContext_Operation)
        >= WwanContextOperationMaximum
        or get32(at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2_L1_ProvisionedContext_IPType)
        >= WwanSessionTypeMax
        or get32(at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2_L1_ProvisionedContext_Enable)
        >= WwanContextEnableMaximum
        or get32(at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2_L1_ProvisionedContext_Roaming)
        >= WwanContextRoamingControlMaximum
        or get32(at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2_L1_ProvisionedContext_MediaType)
        >= WwanContextMediaTypeMaximum
        or get32(at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2_L1_ProvisionedContext_Source)
        >= WwanMaxProvisionSource
    ):
        return False
    return True


cdef uint32_t start_provisioned_contexts(
    machine_t* machine, const record_t* request, pending_t* pending
) noexcept nogil:
    """Check a context to be stored and keep it until the operation ends."""
    cdef const uint8_t* at = request.payload
    cdef uint32_t size = header_size(at)
    if not provisioned_set_is_sound(at, size >= NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2_L1_SIZE):
        return NDIS_STATUS_INVALID_DATA
    pending.slot = slot_take(machine, at, size)
    if pending.slot < 0:
        return NDIS_STATUS_RESOURCES
    pending.parameter_size = size
    return NDIS_STATUS_INDICATION_REQUIRED


cdef uint32_t provisioned_free_id(const machine_t* machine) noexcept nogil:
    """The smallest ContextId that no stored context has."""
    cdef uint32_t candidate, at
    cdef bint taken
    for candidate in range(<uint32_t>PROVISIONED_COUNT_MAX + 1):
        taken = False
        for at in range(machine.device.provisioned_count):
            if machine.device.provisioned[at].context_id == candidate:
                taken = True
        if not taken:
            return candidate
    return PROVISIONED_COUNT_MAX


cdef provisioned_t* provisioned_place(
    machine_t* machine, uint32_t context_id, uint32_t context_type, bint by_type
) noexcept nogil:
    """Where a context is to be stored: over its like, or in a new place; NULL when there is none.

    Revision 2 knows contexts by their type: one to append takes the place of the first of its type.
    """
    cdef provisioned_t* entry
    cdef uint32_t at
    for at in range(machine.device.provisioned_count):
        entry = &machine.device.provisioned[at]
        if context_id != WWAN_CONTEXT_ID_APPEND:
            if entry.context_id == context_id:
                return entry
        elif by_type and entry.context_type == context_type:
            return entry
    if machine.device.provisioned_count >= PROVISIONED_COUNT_MAX:
        return NULL
    if context_id == WWAN_CONTEXT_ID_APPEND:
        context_id = provisioned_free_id(machine)
    entry = &machine.device.provisioned[machine.device.provisioned_count]
    machine.device.provisioned_count += 1
    memset(entry, 0, sizeof(provisioned_t))
    entry.context_id = context_id
    entry.used = 1
    return entry


cdef void provisioned_delete(machine_t* machine, uint32_t context_type) noexcept nogil:
    """Remove the stored contexts of a type."""
    cdef uint32_t at
    cdef uint32_t kept = 0
    for at in range(machine.device.provisioned_count):
        if machine.device.provisioned[at].context_type == context_type:
            continue
        if kept != at:
            machine.device.provisioned[kept] = machine.device.provisioned[at]
        kept += 1
    memset(
        &machine.device.provisioned[kept], 0,
        (machine.device.provisioned_count - kept) * sizeof(provisioned_t),
    )
    machine.device.provisioned_count = kept


cdef void provisioned_fill(provisioned_t* entry, const uint8_t* at, bint second) noexcept nogil:
    """Fill a stored context from a set's structure; its ContextId stays."""
    entry.context_type = get32(
        at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_L1_ProvisionedContext_ContextType
    )
    take_string(
        entry.access_string,
        at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_L1_ProvisionedContext_AccessString,
        WWAN_ACCESSSTRING_LEN,
    )
    take_string(
        entry.user_name, at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_L1_ProvisionedContext_UserName,
        WWAN_USERNAME_LEN,
    )
    take_string(
        entry.password, at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_L1_ProvisionedContext_Password,
        WWAN_PASSWORD_LEN,
    )
    entry.compression = get32(
        at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_L1_ProvisionedContext_Compression
    )
    entry.auth_type = get32(at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_L1_ProvisionedContext_AuthType)
    entry.ip_type = WwanIPTypeDefault
    entry.disabled = 0
    entry.roaming = WwanContextRoamingControlAllowAll
    entry.media_type = WwanContextMediaTypeCellularOnly
    entry.source = WwanUserProvisioned
    if not second:
        return
    entry.ip_type = get32(at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2_L1_ProvisionedContext_IPType)
    entry.disabled = (
        get32(at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2_L1_ProvisionedContext_Enable)
        == WwanContextDisabled
    )
    entry.roaming = get32(at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2_L1_ProvisionedContext_Roaming)
    entry.media_type = get32(
        at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2_L1_ProvisionedContext_MediaType
    )
    entry.source = get32(at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2_L1_ProvisionedContext_Source)


cdef bint provisioned_is_for_home(const machine_t* machine, const uint8_t* order) noexcept nogil:
    """Whether a set is for the home provider, whose list this is: named, or nobody named."""
    cdef uint16_t provider_id[7]
    take_string(
        provider_id, order + NDIS_WWAN_SET_PROVISIONED_CONTEXT_L1_ProvisionedContext_ProviderId,
        WWAN_PROVIDERID_LEN,
    )
    return provider_id[0] == 0 or same_string(
        provider_id, machine.device.home.provider_id, WWAN_PROVIDERID_LEN
    )


cdef uint32_t provisioned_store(machine_t* machine, const pending_t* pending) noexcept nogil:
    """Do what a set orders: the uStatus it ends with."""
    cdef const uint8_t* at = slot_buffer(machine, pending)
    cdef uint32_t size = pending.parameter_size
    cdef bint second = size >= NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2_L1_SIZE
    cdef uint32_t operation = WwanContextOperationDefault
    cdef uint32_t context_type = get32(
        at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_L1_ProvisionedContext_ContextType
    )
    cdef provisioned_t* entry
    if machine.device.current_cellular_class == WwanCellularClassCdma:
        return WWAN_STATUS_NO_DEVICE_SUPPORT
    if second:
        operation = get32(
            at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_V2_L1_ProvisionedContext_Operation
        )
    if operation == WwanContextOperationRestoreFactory:
        provisioned_restore(machine)
        return WWAN_STATUS_SUCCESS
    if operation == WwanContextOperationDelete:
        provisioned_delete(machine, context_type)
        return WWAN_STATUS_SUCCESS
    if not provisioned_is_for_home(machine, at):
        return WWAN_STATUS_INVALID_PARAMETERS
    entry = provisioned_place(
        machine, get32(at + NDIS_WWAN_SET_PROVISIONED_CONTEXT_L1_ProvisionedContext_ContextId),
        context_type, second,
    )
    if entry is NULL:
        return WWAN_STATUS_WRITE_FAILURE
    provisioned_fill(entry, at, second)
    return WWAN_STATUS_SUCCESS


cdef void finish_provisioned_contexts(machine_t* machine, const pending_t* pending) noexcept nogil:
    """End OID_WWAN_PROVISIONED_CONTEXTS. A query lists all; a set's answer lists nothing."""
    cdef destination_t to = destination_of_request(pending)
    cdef uint32_t status = subscriber_refusal(machine)
    cdef uint32_t count = 0
    if not subscriber_status_is_of_sim(status):
        status = WWAN_STATUS_SUCCESS
    if pending.forced and pending.outcome != WWAN_STATUS_SUCCESS:
        status = pending.outcome
    elif status == WWAN_STATUS_SUCCESS:
        if pending.kind == KIND_QUERY:
            count = machine.device.provisioned_count
        else:
            status = provisioned_store(machine, pending)
    provisioned_emit(machine, &to, status, count)


cdef void provisioned_take(
    provisioned_t* entry, const uint8_t* at, uint32_t element_size
) noexcept nogil:
    """Read one element of a list; what a short one lacks is as in a new context."""
    memset(entry, 0, sizeof(provisioned_t))
    memcpy(entry, at, CONTEXT_ELEMENT_SIZE)
    entry.access_string[WWAN_ACCESSSTRING_LEN - 1] = 0
    entry.user_name[WWAN_USERNAME_LEN - 1] = 0
    entry.password[WWAN_PASSWORD_LEN - 1] = 0
    entry.used = 1
    entry.roaming = WwanContextRoamingControlAllowAll
    if element_size > CONTEXT_ELEMENT_SIZE:
        entry.ip_type = get32(at + WWAN_CONTEXT_V2_L1_IPType)
        entry.disabled = get32(at + WWAN_CONTEXT_V2_L1_Enable) == WwanContextDisabled
        entry.roaming = get32(at + WWAN_CONTEXT_V2_L1_Roaming)
        entry.media_type = get32(at + WWAN_CONTEXT_V2_L1_MediaType)
        entry.source = get32(at + WWAN_CONTEXT_V2_L1_Source)


cdef void provisioned_adopt_element(
    provisioned_t* entry, const uint8_t* at, uint32_t element_size
) noexcept nogil:
    """A stored context is this one, unless it is anyway: a short element lacks members."""
    cdef uint8_t[CONTEXT_V2_SLICE_ELEMENT_SIZE] own
    memset(own, 0, sizeof(own))
    provisioned_put(own, entry, element_size)
    if entry.used and memcmp(own, at, element_size) == 0:
        return
    provisioned_take(entry, at, element_size)


cdef void adopt_provisioned(machine_t* machine, const record_t* event) noexcept nogil:
    """A list with elements is the stored one; an empty one may be the answer to a set."""
    cdef const uint8_t* at = event.payload
    cdef uint32_t fixed = NDIS_WWAN_PROVISIONED_CONTEXTS_L1_SIZE
    cdef uint32_t element_type, element_size, count, number
    cdef provisioned_t* entry
    if event.payload_size < fixed:
        return
    if get32(at + NDIS_WWAN_PROVISIONED_CONTEXTS_L1_uStatus) != WWAN_STATUS_SUCCESS:
        return
    element_type = get32(at + NDIS_WWAN_PROVISIONED_CONTEXTS_L1_ContextListHeader_ElementType)
    count = get32(at + NDIS_WWAN_PROVISIONED_CONTEXTS_L1_ContextListHeader_ElementCount)
    if element_type == WwanStructContext:
        element_size = CONTEXT_ELEMENT_SIZE
    elif element_type == WwanStructContextV2:
        element_size = CONTEXT_V2_ELEMENT_SIZE
    elif element_type == WwanStructProvisionedContextV2:
        element_size = CONTEXT_V2_SLICE_ELEMENT_SIZE
    else:
        return
    if count == 0 or count > (event.payload_size - fixed) // element_size:
        return
    count = min(count, <uint32_t>PROVISIONED_COUNT_MAX)
    for number in range(<uint32_t>PROVISIONED_COUNT_MAX):
        entry = &machine.device.provisioned[number]
        if number >= count:
            memset(entry, 0, sizeof(provisioned_t))
        else:
            provisioned_adopt_element(
                entry, event.payload + fixed + number * element_size, element_size
            )
    machine.device.provisioned_count = count


adopt_row(KIND_INDICATION, NDIS_STATUS_WWAN_PROVISIONED_CONTEXTS, True, adopt_provisioned)
