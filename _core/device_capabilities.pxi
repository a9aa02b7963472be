# What the device can do: driver and device capabilities, the supported list, the medium.

cdef void answer_driver_caps(
    machine_t* machine, const record_t* request, const pending_t* pending
) noexcept nogil:
    """OID_WWAN_DRIVER_CAPS: the version of the driver model, in the query's own buffer."""
    cdef uint8_t* at = emit_begin(machine, NDIS_WWAN_DRIVER_CAPS_L1_SIZE)
    if at is NULL:
        return
    put_header(at, 1, NDIS_WWAN_DRIVER_CAPS_L1_SIZE)
    put32(
        at + NDIS_WWAN_DRIVER_CAPS_L1_DriverCaps_ulMajorVersion,
        machine.profile.driver_major_version,
    )
    put32(
        at + NDIS_WWAN_DRIVER_CAPS_L1_DriverCaps_ulMinorVersion,
        machine.profile.driver_minor_version,
    )
    put32(at + NDIS_WWAN_DRIVER_CAPS_L1_DriverCaps_ulDriverCaps, machine.profile.driver_caps)
    request_complete_with_data(machine, pending, NDIS_WWAN_DRIVER_CAPS_L1_SIZE)


cdef void capabilities_put_device_caps(const profile_t* profile, uint8_t* at) noexcept nogil:
    """The members that NDIS_WWAN_DEVICE_CAPS revision 2 and NDIS_WWAN_DEVICE_CAPS_EX share."""
    put32(at + NDIS_WWAN_DEVICE_CAPS_L2_DeviceCaps_WwanDeviceType, profile.device_type)
    put32(at + NDIS_WWAN_DEVICE_CAPS_L2_DeviceCaps_WwanCellularClass, profile.cellular_class)
    put32(at + NDIS_WWAN_DEVICE_CAPS_L2_DeviceCaps_WwanVoiceClass, profile.voice_class)
    put32(at + NDIS_WWAN_DEVICE_CAPS_L2_DeviceCaps_WwanSimClass, profile.sim_class)
    put32(at + NDIS_WWAN_DEVICE_CAPS_L2_DeviceCaps_WwanDataClass, profile.data_class)
    put_string(
        at + NDIS_WWAN_DEVICE_CAPS_L2_DeviceCaps_CustomDataClass, profile.custom_data_class,
        WWAN_CUSTOM_DATA_CLASS_LEN,
    )
    put32(at + NDIS_WWAN_DEVICE_CAPS_L2_DeviceCaps_WwanGsmBandClass, profile.gsm_band_class)
    put32(at + NDIS_WWAN_DEVICE_CAPS_L2_DeviceCaps_WwanCdmaBandClass, profile.cdma_band_class)
    put_string(
        at + NDIS_WWAN_DEVICE_CAPS_L2_DeviceCaps_CustomBandClass, profile.custom_band_class,
        WWAN_CUSTOM_BAND_CLASS_LEN,
    )
    put32(at + NDIS_WWAN_DEVICE_CAPS_L2_DeviceCaps_WwanSmsCaps, profile.sms_caps)
    put32(at + NDIS_WWAN_DEVICE_CAPS_L2_DeviceCaps_WwanControlCaps, profile.control_caps)
    put_string(
        at + NDIS_WWAN_DEVICE_CAPS_L2_DeviceCaps_DeviceId, profile.device_id, WWAN_DEVICEID_LEN
    )
    put_string(
        at + NDIS_WWAN_DEVICE_CAPS_L2_DeviceCaps_Manufacturer, profile.manufacturer,
        WWAN_MANUFACTURER_LEN,
    )
    put_string(at + NDIS_WWAN_DEVICE_CAPS_L2_DeviceCaps_Model, profile.model, WWAN_MODEL_LEN)
    put_string(
        at + NDIS_WWAN_DEVICE_CAPS_L2_DeviceCaps_FirmwareInfo, profile.firmware, WWAN_FIRMWARE_LEN
    )
    put32(
        at + NDIS_WWAN_DEVICE_CAPS_L2_DeviceCaps_MaxActivatedContexts, profile.contexts_active_max
    )
    put32(at + NDIS_WWAN_DEVICE_CAPS_L2_DeviceCaps_WwanAuthAlgoCaps, profile.auth_algo_caps)


cdef uint32_t capabilities_put_cellular_classes(
    const profile_t* profile, uint8_t* header, uint8_t* elements
) noexcept nogil:
    """Write the list of cellular classes: filled by multi-mode devices only. Its size in bytes."""
    cdef uint32_t cellular_class
    cdef uint32_t count = 0
    put32(header, WwanStructCellularClass)
    if profile.control_caps & WWAN_CTRL_CAPS_MULTI_MODE:
        for cellular_class in range(WwanCellularClassGsm, WwanCellularClassMax):
            if (profile.cellular_class_list >> cellular_class) & 1:
                put32(elements + 4 * count, cellular_class)
                count += 1
    put32(header + 4, count)
    return 4 * count


cdef enum:
    CELLULAR_CLASSES_SIZE_MAX = 8     # GSM and CDMA


cdef void finish_device_caps(machine_t* machine, const pending_t* pending) noexcept nogil:
    """OID_WWAN_DEVICE_CAPS; the first form has no list at its end."""
    cdef destination_t to = destination_of_request(pending)
    cdef const form_t* form = form_of(machine, FORM_NDIS_WWAN_DEVICE_CAPS)
    cdef uint32_t fixed = form.size
    cdef uint32_t status = operation_forced_status(pending)
    cdef uint32_t list_size = 0
    cdef uint8_t* at = emit_begin(
        machine, NDIS_WWAN_DEVICE_CAPS_L2_SIZE + CELLULAR_CLASSES_SIZE_MAX
    )
    if at is NULL:
        return
    put_header(at, form.revision, fixed)
    put32(at + NDIS_WWAN_DEVICE_CAPS_L2_uStatus, status)
    if status == WWAN_STATUS_SUCCESS:
        capabilities_put_device_caps(machine.profile, at)
        if fixed >= NDIS_WWAN_DEVICE_CAPS_L2_SIZE:
            list_size = capabilities_put_cellular_classes(
                machine.profile,
                at + NDIS_WWAN_DEVICE_CAPS_L2_DeviceCaps_CellularClassListHeader_ElementType,
                at + fixed,
            )
    emit_indication(machine, NDIS_STATUS_WWAN_DEVICE_CAPS, &to, fixed + list_size)


cdef uint32_t capabilities_optional_services(machine_t* machine) noexcept nogil:
    """The optional services whose OIDs the device has: a bit without its OID would be a lie.

    They follow from the profile, which never changes.
    """
    cdef uint32_t caps = 0
    cdef int index
    if machine.optional_services_known:
        return machine.optional_services
    for index in range(OID_INDEX_COUNT):
        if oid_is_supported(machine, OID_ROWS[index].oid):
            caps |= OID_ROWS[index].caps
    if oid_is_supported(machine, OID_WWAN_PROVISIONED_CONTEXTS):
        caps |= (
            machine.profile.optional_service_caps
            & WWAN_OPTIONAL_SERVICE_CAPS_PROVISIONED_CONTEXT_MGMT
        )
    machine.optional_services = caps
    machine.optional_services_known = True
    return caps


cdef void finish_device_caps_ex(machine_t* machine, const pending_t* pending) noexcept nogil:
    """OID_WWAN_DEVICE_CAPS_EX."""
    cdef const profile_t* profile = machine.profile
    cdef destination_t to = destination_of_request(pending)
    cdef const form_t* form = form_of(machine, FORM_NDIS_WWAN_DEVICE_CAPS_EX)
    cdef uint32_t fixed = form.size
    cdef uint32_t status = operation_forced_status(pending)
    cdef uint32_t list_at = (
        NDIS_WWAN_DEVICE_CAPS_EX_L1_DeviceCaps_CellularClassListHeader_ElementType
    )
    cdef uint32_t list_size = 0
    cdef uint8_t* at = emit_begin_form(machine, form, CELLULAR_CLASSES_SIZE_MAX)
    if at is NULL:
        return
    put32(at + NDIS_WWAN_DEVICE_CAPS_EX_L1_uStatus, status)
    if status == WWAN_STATUS_SUCCESS:
        capabilities_put_device_caps(profile, at)
        put32(at + NDIS_WWAN_DEVICE_CAPS_EX_L1_DeviceCaps_ExecutorIndex, profile.executor_index)
        put32(
            at + NDIS_WWAN_DEVICE_CAPS_EX_L1_DeviceCaps_WwanOptionalServiceCaps,
            capabilities_optional_services(machine),
        )
        if fixed >= NDIS_WWAN_DEVICE_CAPS_EX_L2_SIZE:
            list_at = NDIS_WWAN_DEVICE_CAPS_EX_L2_DeviceCaps_CellularClassListHeader_ElementType
            capabilities_put_bands(profile, form, at)
        list_size = capabilities_put_cellular_classes(profile, at + list_at, at + fixed)
    emit_indication(machine, NDIS_STATUS_WWAN_DEVICE_CAPS_EX, &to, fixed + list_size)


cdef void capabilities_put_bands(
    const profile_t* profile, const form_t* form, uint8_t* at
) noexcept nogil:
    """The members that NDIS_WWAN_DEVICE_CAPS_EX revision 2 adds, and 3 in the place of others."""
    put32(at + NDIS_WWAN_DEVICE_CAPS_EX_L2_DeviceCaps_WwanSimClassBitMasks, profile.sim_class_mask)
    put32(at + NDIS_WWAN_DEVICE_CAPS_EX_L2_DeviceCaps_WwanWCDMABandClass, profile.wcdma_band_class)
    memcpy(
        at + NDIS_WWAN_DEVICE_CAPS_EX_L2_DeviceCaps_WwanLTEBandClass, profile.lte_bands,
        sizeof(profile.lte_bands),
    )
    memcpy(
        at + NDIS_WWAN_DEVICE_CAPS_EX_L2_DeviceCaps_WwanNRBandClass, profile.nr_bands,
        sizeof(profile.nr_bands),
    )
    if form.revision >= 3:
        put64(at + NDIS_WWAN_DEVICE_CAPS_EX_L3_DeviceCaps_WwanDataSubClass, profile.data_subclass)


cdef void answer_supported_list(
    machine_t* machine, const record_t* request, const pending_t* pending
) noexcept nogil:
    """OID_GEN_SUPPORTED_LIST: the OIDs of this device, one ULONG each."""
    cdef uint32_t number, size
    cdef uint32_t count = 0
    cdef uint8_t* at = emit_begin(machine, 4 * OID_INDEX_COUNT)
    if at is NULL:
        return
    for number in range(<uint32_t>OID_INDEX_COUNT):
        if OID_ROWS[number].oid and oid_is_supported(machine, OID_ROWS[number].oid):
            put32(at + 4 * count, OID_ROWS[number].oid)
            count += 1
    size = 4 * count
    request_complete_with_data(machine, pending, size)


cdef void answer_physical_medium(
    machine_t* machine, const record_t* request, const pending_t* pending
) noexcept nogil:
    """OID_GEN_PHYSICAL_MEDIUM: an NDIS_PHYSICAL_MEDIUM."""
    cdef uint8_t* at = emit_begin(machine, 4)
    if at is NULL:
        return
    put32(at, NdisPhysicalMediumWirelessWan)
    request_complete_with_data(machine, pending, 4)
