# Parsing of a profile: a mapping of plain values becomes one flat structure. What values may be
# stands in wwanreplay/protocol/profile_ranges.py; the build makes PROFILE_NUMBERS and _SIZES of it.

from collections.abc import Mapping

from wwanreplay.errors import shown


@cython.final
cdef class _Fields:
    """A mapping whose values are taken out one by one, so that what is left over is unknown."""
    cdef dict values
    cdef str where                    # the path of the mapping, for errors

    def __cinit__(self, object values, str where):
        self.where = where
        if not isinstance(values, Mapping):
            raise refused(where or "the mapping", f"must be a table, not {shown(values)}")
        self.values = dict(values)

    cdef str path(self, str name):
        return f"{self.where}.{name}" if self.where else name


cdef object refused(str path, str reason):
    return UsageError(f"profile: {path}: {reason}")


cdef uint64_t number_within(str name, str path, object value) except? 0:
    """A number in the documented range of `name`."""
    cdef tuple spans
    cdef str text
    cdef object lowest, highest
    spans, text = PROFILE_NUMBERS[name]
    if not isinstance(value, int):
        raise refused(path, f"must be a whole number, not {shown(value)}")
    for lowest, highest in spans:
        if lowest <= value <= highest:
            return <uint64_t>int(value)
    raise refused(path, f"{shown(value)} is not {text}")


cdef uint64_t take_number(_Fields fields, str name, uint64_t default) except? 0:
    if name not in fields.values:
        return default
    return number_within(name, fields.path(name), fields.values.pop(name))


cdef uint32_t take_count(
    _Fields fields, str name, uint32_t default, uint32_t lowest, uint32_t highest
) except? 0:
    """A number whose limits are those of the engine's own tables."""
    cdef object value = fields.values.pop(name, default)
    if not isinstance(value, int):
        raise refused(fields.path(name), f"must be a whole number, not {shown(value)}")
    if value < lowest or value > highest:
        raise refused(fields.path(name), f"{shown(value)} is not from {lowest} to {highest}")
    return <uint32_t>int(value)


cdef int put_text(
    str name, str path, object value, uint16_t* into, size_t count
) except -1:
    """A text of the documented length of `name`, NUL-padded."""
    cdef bytes octets
    cdef size_t at, size
    cdef size_t limit = min(<size_t>PROFILE_SIZES[name], count - 1)
    if not isinstance(value, str):
        raise refused(path, f"must be text, not {shown(value)}")
    try:
        octets = value.encode("utf-16-le")
    except UnicodeEncodeError:
        raise refused(path, f"{shown(value)} holds half a character") from None
    size = <size_t>len(octets) // 2
    if size > limit:
        raise refused(path, f"has {size} characters, at most {limit} fit")
    if "\0" in value:
        raise refused(path, f"{shown(value)} holds a NUL, which ends a text")
    for at in range(count):
        into[at] = 0
        if at < size:
            into[at] = <uint16_t>(octets[2 * at] | (octets[2 * at + 1] << 8))
    return 0


cdef int take_text(
    _Fields fields, str name, uint16_t* into, size_t count, str default=""
) except -1:
    return put_text(name, fields.path(name), fields.values.pop(name, default), into, count)


cdef bytes bytes_of(str path, object value):
    if not isinstance(value, (bytes, bytearray)):
        raise refused(path, f"must be bytes, not {shown(value)}")
    return bytes(value)


cdef int take_octets(_Fields fields, str name, uint8_t* into, size_t size) except -1:
    """Exactly `size` bytes, or none (then zeros)."""
    cdef str path = fields.path(name)
    cdef bytes octets = bytes_of(path, fields.values.pop(name, b""))
    if octets and <size_t>len(octets) != size:
        raise refused(path, f"has {len(octets)} bytes, must have {size}")
    if octets:
        memcpy(into, <const uint8_t*>octets, size)
    return 0


cdef list take_list(_Fields fields, str name, size_t limit):
    cdef object value = fields.values.pop(name, [])
    if not isinstance(value, (list, tuple)):
        raise refused(fields.path(name), f"must be a list, not {shown(value)}")
    if <size_t>len(value) > limit:
        raise refused(fields.path(name), f"has {len(value)} entries, at most {limit} fit")
    return list(value)


cdef int take_numbers16(_Fields fields, str name, uint16_t* into, size_t count) except -1:
    cdef list items = take_list(fields, name, count)
    cdef size_t at
    for at in range(<size_t>len(items)):
        into[at] = <uint16_t>number_within(name, f"{fields.path(name)}[{at}]", items[at])
    return 0


cdef int nothing_left(_Fields fields) except -1:
    if fields.values:
        raise refused(
            fields.where or "the emulated device",
            f"has no {', '.join(sorted(map(shown, fields.values)))}",
        )
    return 0


cdef int take_provider(object value, str name, provider_t* into) except -1:
    cdef _Fields fields = _Fields(value, name)
    take_text(fields, "provider_id", into.provider_id, sizeof(into.provider_id) // 2)
    take_text(fields, "provider_name", into.provider_name, sizeof(into.provider_name) // 2)
    take_text(fields, "roaming_text", into.roaming_text, sizeof(into.roaming_text) // 2)
    into.provider_state = <uint32_t>take_number(fields, "provider_state", 0)
    into.data_class = <uint32_t>take_number(fields, "data_class", 0)
    into.cellular_class = <uint32_t>take_number(fields, "cellular_class", WwanCellularClassGsm)
    into.rssi = <uint32_t>take_number(fields, "rssi", WWAN_RSSI_UNKNOWN)
    into.error_rate = <uint32_t>take_number(
        fields, "error_rate", WWAN_ERROR_RATE_UNKNOWN
    )
    into.kind = <uint32_t>take_number(fields, "kind", PROVIDER_HOME)
    into.visible = <uint32_t>take_number(fields, "visible", 1)
    into.reject_cause = <uint32_t>take_number(fields, "reject_cause", 0)
    into.emergency_only = <uint32_t>take_number(fields, "emergency_only", 0)
    return nothing_left(fields)


cdef int take_provisioned(object value, str name, provisioned_t* into) except -1:
    cdef _Fields fields = _Fields(value, name)
    into.context_id = <uint32_t>take_number(fields, "context_id", 0)
    into.context_type = <uint32_t>take_number(fields, "context_type", WwanContextTypeInternet)
    take_text(fields, "access_string", into.access_string, sizeof(into.access_string) // 2)
    take_text(fields, "user_name", into.user_name, sizeof(into.user_name) // 2)
    take_text(fields, "password", into.password, sizeof(into.password) // 2)
    into.compression = <uint32_t>take_number(fields, "compression", 0)
    into.auth_type = <uint32_t>take_number(fields, "auth_type", 0)
    into.ip_type = <uint32_t>take_number(fields, "ip_type", 0)
    into.disabled = <uint32_t>take_number(fields, "disabled", 0)
    into.roaming = <uint32_t>take_number(fields, "roaming", WwanContextRoamingControlAllowAll)
    into.media_type = <uint32_t>take_number(fields, "media_type", 0)
    into.source = <uint32_t>take_number(fields, "source", WwanOperatorProvisioned)
    into.used = 1
    return nothing_left(fields)


cdef int put_latency(object value, str path, latency_t* into) except -1:
    """A pair: base and jitter, in ns."""
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise refused(path, f"must be a pair (base_ns, jitter_ns), not {shown(value)}")
    into.base_ns = <int64_t>number_within("latency_ns", f"{path}[0]", value[0])
    into.jitter_ns = <int64_t>number_within("latency_ns", f"{path}[1]", value[1])
    return 0


cdef int take_address(object value, str name, address_t* into) except -1:
    cdef _Fields fields = _Fields(value, name)
    into.has_ipv4 = 1 if fields.values.get("ipv4_address") else 0
    into.has_ipv6 = 1 if fields.values.get("ipv6_address") else 0
    take_octets(fields, "ipv4_address", into.ipv4_address, sizeof(into.ipv4_address))
    take_octets(fields, "ipv4_gateway", into.ipv4_gateway, sizeof(into.ipv4_gateway))
    take_octets(fields, "ipv4_dns", into.ipv4_dns, sizeof(into.ipv4_dns))
    take_octets(fields, "ipv6_address", into.ipv6_address, sizeof(into.ipv6_address))
    take_octets(fields, "ipv6_gateway", into.ipv6_gateway, sizeof(into.ipv6_gateway))
    take_octets(fields, "ipv6_dns", into.ipv6_dns, sizeof(into.ipv6_dns))
    into.ipv4_prefix_length = <uint32_t>take_number(fields, "ipv4_prefix_length", 0)
    into.ipv6_prefix_length = <uint32_t>take_number(fields, "ipv6_prefix_length", 0)
    into.mtu = <uint32_t>take_number(fields, "mtu", 1500)
    return nothing_left(fields)


cdef int take_pco(object value, str name, pco_t* into) except -1:
    cdef _Fields fields = _Fields(value, name)
    cdef str path = fields.path("octets")
    cdef bytes octets = bytes_of(path, fields.values.pop("octets", b""))
    into.pco_type = <uint32_t>take_number(fields, "pco_type", 0)
    if <size_t>len(octets) > sizeof(into.octets):
        raise refused(path, f"has {len(octets)} bytes, at most {sizeof(into.octets)} fit")
    into.size = <uint32_t>len(octets)
    if octets:
        memcpy(into.octets, <const uint8_t*>octets, len(octets))
    return nothing_left(fields)


cdef int take_service(object value, str name, service_t* into) except -1:
    cdef _Fields fields = _Fields(value, name)
    cdef list commands = take_list(fields, "commands", SERVICE_COMMAND_COUNT_MAX)
    cdef uint32_t at
    take_octets(fields, "guid", into.guid, sizeof(into.guid))
    into.session_capability = <uint32_t>take_number(fields, "session_capability", 0)
    into.session_instances_max = <uint32_t>take_number(fields, "session_instances_max", 0)
    into.events = <uint32_t>take_number(fields, "events", 0)
    into.command_count = <uint32_t>len(commands)
    for at in range(into.command_count):
        into.commands[at] = <uint32_t>number_within(
            "commands", f"{fields.path('commands')}[{at}]", commands[at]
        )
    return nothing_left(fields)


cdef int take_pin(object value, str name, pin_description_t* into) except -1:
    cdef _Fields fields = _Fields(value, name)
    into.mode = <uint32_t>take_number(fields, "mode", 0)
    into.pin_format = <uint32_t>take_number(fields, "pin_format", 0)
    into.length_min = <uint32_t>take_number(fields, "length_min", 0)
    into.length_max = <uint32_t>take_number(fields, "length_max", 0)
    return nothing_left(fields)


cdef int take_capabilities(_Fields fields, profile_t* into) except -1:
    into.release = release_of_structures(<uint32_t>take_number(fields, "structures", 0))
    into.driver_major_version = <uint32_t>take_number(
        fields, "driver_major_version", 1 if into.release == RELEASE_WIN7 else 2
    )
    if into.driver_major_version == 1:
        # A driver of the first model is one of Windows 7, whatever host it runs on.
        into.release = RELEASE_WIN7
    elif into.release == RELEASE_WIN7:
        raise refused("driver_major_version", "2 came with Windows 8; a device of Windows 7 has 1")
    into.driver_minor_version = <uint32_t>take_number(fields, "driver_minor_version", 0)
    into.driver_caps = <uint32_t>take_number(fields, "driver_caps", 0)
    into.device_type = <uint32_t>take_number(fields, "device_type", 1)
    into.cellular_class = <uint32_t>take_number(fields, "cellular_class", WwanCellularClassGsm)
    into.cellular_class_list = <uint32_t>take_number(
        fields, "cellular_class_list", <uint32_t>1 << into.cellular_class
    )
    into.voice_class = <uint32_t>take_number(fields, "voice_class", WwanVoiceClassNoVoice)
    into.sim_class = <uint32_t>take_number(fields, "sim_class", WwanSimClassSimRemovable)
    into.sim_class_mask = <uint32_t>take_number(fields, "sim_class_mask", 2)
    into.data_class = <uint32_t>take_number(fields, "data_class", WWAN_DATA_CLASS_LTE)
    into.data_subclass = <uint32_t>take_number(fields, "data_subclass", 0)
    into.gsm_band_class = <uint32_t>take_number(fields, "gsm_band_class", 0)
    into.cdma_band_class = <uint32_t>take_number(fields, "cdma_band_class", 0)
    into.wcdma_band_class = <uint32_t>take_number(fields, "wcdma_band_class", 0)
    into.sms_caps = <uint32_t>take_number(fields, "sms_caps", 0)
    into.control_caps = <uint32_t>take_number(fields, "control_caps", WWAN_CTRL_CAPS_REG_MANUAL)
    into.optional_service_caps = <uint32_t>take_number(fields, "optional_service_caps", 0)
    into.auth_algo_caps = <uint32_t>take_number(fields, "auth_algo_caps", 0)
    into.contexts_active_max = <uint32_t>take_number(fields, "contexts_active_max", 1)
    into.executor_index = <uint32_t>take_number(fields, "executor_index", 0)
    take_numbers16(fields, "lte_bands", into.lte_bands, sizeof(into.lte_bands) // 2)
    take_numbers16(fields, "nr_bands", into.nr_bands, sizeof(into.nr_bands) // 2)
    take_text(
        fields, "custom_data_class", into.custom_data_class, sizeof(into.custom_data_class) // 2
    )
    take_text(
        fields, "custom_band_class", into.custom_band_class, sizeof(into.custom_band_class) // 2
    )
    take_text(fields, "device_id", into.device_id, sizeof(into.device_id) // 2)
    take_text(fields, "manufacturer", into.manufacturer, sizeof(into.manufacturer) // 2)
    take_text(fields, "model", into.model, sizeof(into.model) // 2)
    take_text(fields, "firmware", into.firmware, sizeof(into.firmware) // 2)
    return 0


cdef int take_subscriber(_Fields fields, profile_t* into) except -1:
    cdef list items
    cdef uint32_t at
    into.sim_state = <uint32_t>take_number(fields, "sim_state", SIM_INSERTED)
    into.service_activated = <uint32_t>take_number(fields, "service_activated", 1)
    into.emergency_mode = <uint32_t>take_number(fields, "emergency_mode", 0)
    take_text(fields, "subscriber_id", into.subscriber_id, sizeof(into.subscriber_id) // 2)
    take_text(fields, "sim_iccid", into.sim_iccid, sizeof(into.sim_iccid) // 2)
    items = take_list(fields, "telephone_numbers", TELEPHONE_NUMBER_COUNT_MAX)
    into.telephone_number_count = <uint32_t>len(items)
    for at in range(into.telephone_number_count):
        put_text(
            "telephone_numbers", f"telephone_numbers[{at}]", items[at],
            into.telephone_numbers[at], sizeof(into.telephone_numbers[at]) // 2,
        )
    take_text(fields, "pin1", into.pin1, sizeof(into.pin1) // 2)
    take_text(fields, "puk1", into.puk1, sizeof(into.puk1) // 2)
    take_text(fields, "pin2", into.pin2, sizeof(into.pin2) // 2)
    into.pin1_attempts = <uint32_t>take_number(fields, "pin1_attempts", 3)
    into.puk1_attempts = <uint32_t>take_number(fields, "puk1_attempts", 10)
    into.pin1_enabled = <uint32_t>take_number(fields, "pin1_enabled", 0)
    items = take_list(fields, "pins", PIN_COUNT)
    for at in range(<uint32_t>len(items)):
        take_pin(items[at], f"pins[{at}]", &into.pins[at])
    return 0


cdef int take_network(_Fields fields, profile_t* into) except -1:
    cdef list items
    cdef uint32_t at
    into.hardware_radio = <uint32_t>take_number(fields, "hardware_radio", 1)
    into.software_radio = <uint32_t>take_number(fields, "software_radio", 1)
    into.register_mode = <uint32_t>take_number(fields, "register_mode", WwanRegisterModeAutomatic)
    into.registration_flags = <uint32_t>take_number(fields, "registration_flags", 0)
    into.auto_attach = <uint32_t>take_number(fields, "auto_attach", 1)
    into.names_partners = <uint32_t>take_number(fields, "names_partners", 1)
    into.rssi = <uint32_t>take_number(fields, "rssi", 20)
    into.error_rate = <uint32_t>take_number(fields, "error_rate", 99)
    into.rssi_interval_s = <uint32_t>take_number(fields, "rssi_interval_s", 5)
    into.rssi_threshold = <uint32_t>take_number(fields, "rssi_threshold", 3)
    into.link_speed_up = take_number(fields, "link_speed_up", 50000000)
    into.link_speed_down = take_number(fields, "link_speed_down", 150000000)
    into.frequency_range = <uint32_t>take_number(fields, "frequency_range", 0)
    into.tracking_area_code = <uint32_t>take_number(fields, "tracking_area_code", 0)
    into.mcc = <uint32_t>take_number(fields, "mcc", 0)
    into.mnc = <uint32_t>take_number(fields, "mnc", 0)
    take_provider(fields.values.pop("home", {}), "home", &into.home)
    items = take_list(fields, "providers", PROVIDER_COUNT_MAX)
    into.provider_count = <uint32_t>len(items)
    for at in range(into.provider_count):
        take_provider(items[at], f"providers[{at}]", &into.providers[at])
    items = take_list(fields, "preferred", PREFERRED_COUNT_MAX)
    into.preferred_count = <uint32_t>len(items)
    for at in range(into.preferred_count):
        take_provider(items[at], f"preferred[{at}]", &into.preferred[at])
    return 0


cdef int take_contexts(_Fields fields, profile_t* into) except -1:
    cdef list items
    cdef uint32_t at
    into.port_count = take_count(fields, "port_count", 1, 1, PORT_COUNT_MAX)
    items = take_list(fields, "provisioned", PROVISIONED_COUNT_MAX)
    into.provisioned_count = <uint32_t>len(items)
    for at in range(into.provisioned_count):
        take_provisioned(items[at], f"provisioned[{at}]", &into.provisioned[at])
    items = take_list(fields, "accepted_access_strings", PROVISIONED_COUNT_MAX)
    into.accepted_count = <uint32_t>len(items)
    for at in range(into.accepted_count):
        put_text(
            "accepted_access_strings", f"accepted_access_strings[{at}]", items[at],
            into.accepted[at], sizeof(into.accepted[at]) // 2,
        )
    take_text(
        fields, "default_access_string",
        into.default_access_string, sizeof(into.default_access_string) // 2,
    )
    into.unknown_access_cause = <uint32_t>take_number(fields, "unknown_access_cause", 27)
    into.credentials_required = <uint32_t>take_number(fields, "credentials_required", 0)
    take_text(fields, "user_name", into.user_name, sizeof(into.user_name) // 2)
    take_text(fields, "password", into.password, sizeof(into.password) // 2)
    items = take_list(fields, "addresses", PORT_COUNT_MAX)
    for at in range(<uint32_t>len(items)):
        take_address(items[at], f"addresses[{at}]", &into.addresses[at])
    items = take_list(fields, "pco", PORT_COUNT_MAX)
    for at in range(<uint32_t>len(items)):
        take_pco(items[at], f"pco[{at}]", &into.pco[at])
    items = take_list(fields, "services", SERVICE_COUNT_MAX)
    into.service_count = <uint32_t>len(items)
    for at in range(into.service_count):
        take_service(items[at], f"services[{at}]", &into.services[at])
    # What the MBIM function in front of the device speaks; no behaviour of the device hangs on it.
    take_count(fields, "mbimex", 0x0100, 0x0100, 0x0400)
    into.command_data_size_max = take_count(
        fields, "command_data_size_max", 1024, 0, SERVICE_DATA_SIZE_MAX
    )
    into.session_data_size_max = take_count(
        fields, "session_data_size_max", 1024, 0, SERVICE_DATA_SIZE_MAX
    )
    into.session_count_max = take_count(
        fields, "session_count_max", 2, 0, SESSION_COUNT_MAX
    )
    return 0


cdef int take_latencies(_Fields fields, str name, latency_t* into) except -1:
    """A mapping of OIDs to latencies."""
    cdef str path
    cdef uint64_t oid
    cdef int index
    cdef _Fields table = _Fields(fields.values.pop(name, {}), name)
    for key, pair in table.values.items():
        oid = number_within("unsupported", f"{name}[{shown(key)}]", key)
        path = f"{name}[0x{oid:08x}]"
        index = oid_index(<uint32_t>oid)
        if index < 0 or OID_ROWS[index].oid != <uint32_t>oid:
            raise refused(path, "the model has no such OID")
        put_latency(pair, path, &into[index])
    return 0


cdef int take_latency(
    _Fields fields, str name, int64_t base_ns, int64_t jitter_ns, latency_t* into
) except -1:
    return put_latency(fields.values.pop(name, (base_ns, jitter_ns)), name, into)


cdef int take_timing(_Fields fields, profile_t* into) except -1:
    cdef int index
    take_latency(
        fields, "completion_latency_ns", 500_000, 100_000, &into.completion_latency
    )
    take_latency(
        fields, "registration_latency_ns", 1_500_000_000, 500_000_000, &into.registration_latency
    )
    take_latency(
        fields, "ready_latency_ns", 800_000_000, 200_000_000, &into.ready_latency
    )
    for index in range(OID_INDEX_COUNT):
        into.latencies[index].base_ns = 5_000_000
        into.latencies[index].jitter_ns = 2_000_000
    take_latencies(fields, "latencies_ns", into.latencies)
    memcpy(into.query_latencies, into.latencies, sizeof(into.latencies))
    take_latencies(fields, "query_latencies_ns", into.query_latencies)
    return 0


cdef set take_oids(_Fields fields, str name):
    """A list of OIDs."""
    cdef list items = take_list(fields, name, PROFILE_SIZES[name])
    return {number_within(name, f"{name}[{at}]", oid) for at, oid in enumerate(items)}


cdef set take_named(_Fields fields):
    """The OIDs of `supported`: of those that a device has only when its profile names them."""
    cdef list items = take_list(fields, "supported", PROFILE_SIZES["supported"])
    cdef set named = set()
    cdef oid_row_t* row
    for at, value in enumerate(items):
        oid = number_within("supported", f"supported[{at}]", value)
        row = oid_row(<uint32_t>oid)
        if row is NULL or not row.named:
            raise refused(
                f"supported[{at}]", f"0x{oid:08x} is no OID of the model that a profile has to name"
            )
        named.add(oid)
    return named


cdef int take_supported(_Fields fields, profile_t* into) except -1:
    """The OIDs that the miniport supports: all of the model that its release has, less
    `unsupported`, and less those that need an optional service or to be named.

    OID_WWAN_PIN stays beside OID_WWAN_PIN_EX: it is mandatory (async.mandatory-oids), which weighs
    more than the advice to use one only (pin.which-oid).
    """
    cdef set unsupported = take_oids(fields, "unsupported")
    cdef set named = take_named(fields)
    cdef const oid_row_t* row
    cdef int index
    for index in range(OID_INDEX_COUNT):
        row = &OID_ROWS[index]
        if not row.oid or row.oid in unsupported or (row.named and row.oid not in named):
            continue
        if row.introduced > into.release:
            continue
        if not row.caps or into.optional_service_caps & row.caps:
            into.supported[index >> 5] |= <uint32_t>1 << (index & 31)
    if into.cellular_class == WwanCellularClassCdma:
        index = oid_index(OID_WWAN_PREFERRED_PROVIDERS)
        into.supported[index >> 5] &= ~(<uint32_t>1 << (index & 31))
    return 0


@cython.final
cdef class Profile:
    """The make-up of one emulated device, checked and flattened.

    Takes a mapping of plain values (the names are the fields of the profile's specification in
    docs/profiles.md) or, with from_bytes, the flat form that a trace header carries.
    """
    cdef profile_t data

    def __cinit__(self, mapping=None):
        cdef _Fields fields = _Fields(mapping if mapping is not None else {}, "")
        memset(&self.data, 0, sizeof(profile_t))
        take_capabilities(fields, &self.data)
        take_subscriber(fields, &self.data)
        take_network(fields, &self.data)
        take_contexts(fields, &self.data)
        take_timing(fields, &self.data)
        take_supported(fields, &self.data)
        nothing_left(fields)

    def to_bytes(self):
        """The flat form; valid for this model version only."""
        return (<const char*>&self.data)[:sizeof(profile_t)]

    @staticmethod
    def from_bytes(octets):
        """The profile of a flat form; InputError when its size is not this model's."""
        cdef Profile profile
        cdef bytes flat = bytes(octets)
        if len(flat) != sizeof(profile_t):
            raise InputError(
                f"compiled profile: {len(flat)} bytes, but this model version has "
                f"{sizeof(profile_t)}; record the session again or give --profile"
            )
        profile = Profile()
        memcpy(&profile.data, <const uint8_t*>flat, sizeof(profile_t))
        check_profile(&profile.data)
        return profile

    @property
    def port_count(self):
        """Number of NDIS ports."""
        return self.data.port_count

    @property
    def supported_oids(self):
        """The supported list, in the order of the model's rows."""
        cdef list oids = []
        for index in range(OID_INDEX_COUNT):
            if OID_ROWS[index].oid and (self.data.supported[index >> 5] >> (index & 31)) & 1:
                oids.append(OID_ROWS[index].oid)
        return oids


cdef int check_latency(const latency_t* latency) except -1:
    try:
        number_within("latency_ns", "base of a latency", latency.base_ns)
        number_within("latency_ns", "jitter of a latency", latency.jitter_ns)
    except UsageError as error:
        raise InputError(f"compiled {error}; the trace is damaged") from None
    return 0


cdef int check_profile(const profile_t* profile) except -1:
    """Refuse counts that no door would have let in: a flat form may come from a damaged file."""
    cdef uint32_t at
    if (
        profile.port_count == 0 or profile.port_count > PORT_COUNT_MAX
        or profile.release >= RELEASE_COUNT
        or profile.provider_count > PROVIDER_COUNT_MAX
        or profile.preferred_count > PREFERRED_COUNT_MAX
        or profile.provisioned_count > PROVISIONED_COUNT_MAX
        or profile.accepted_count > PROVISIONED_COUNT_MAX
        or profile.service_count > SERVICE_COUNT_MAX
        or profile.telephone_number_count > TELEPHONE_NUMBER_COUNT_MAX
        or profile.session_count_max > SESSION_COUNT_MAX
        or profile.command_data_size_max > SERVICE_DATA_SIZE_MAX
        or profile.session_data_size_max > SERVICE_DATA_SIZE_MAX
    ):
        raise InputError("compiled profile: a count is beyond its limit; the trace is damaged")
    check_latency(&profile.completion_latency)
    check_latency(&profile.registration_latency)
    check_latency(&profile.ready_latency)
    for at in range(<uint32_t>OID_INDEX_COUNT):
        check_latency(&profile.latencies[at])
        check_latency(&profile.query_latencies[at])
    for at in range(profile.service_count):
        if profile.services[at].command_count > SERVICE_COMMAND_COUNT_MAX:
            raise InputError("compiled profile: a count is beyond its limit; the trace is damaged")
    for at in range(<uint32_t>PORT_COUNT_MAX):
        if profile.pco[at].size > sizeof(profile.pco[at].octets):
            raise InputError("compiled profile: a count is beyond its limit; the trace is damaged")
    return 0
