# The door of the profile: a mapping of plain values becomes one flat structure.

cdef object taken(dict values, str name, object default):
    """Take a value out of the mapping, so that what is left over is unknown."""
    return values.pop(name, default)


cdef uint64_t take_number(dict values, str name, uint64_t default, uint64_t limit) except? 0:
    cdef object value = values.pop(name, default)
    if isinstance(value, bool):
        value = int(value)
    if not isinstance(value, int):
        raise UsageError(f"profile: {name} must be a whole number, not {value!r}")
    if value < 0 or value > limit:
        raise UsageError(f"profile: {name} is {value}, but must be from 0 to {limit}")
    return value


cdef int take_text(
    dict values, str name, uint16_t* into, uint32_t count, str default=""
) except -1:
    """A string of at most `count` - 1 UTF-16 units, NUL-padded."""
    cdef object value = values.pop(name, default)
    cdef bytes octets
    cdef uint32_t at
    if not isinstance(value, str):
        raise UsageError(f"profile: {name} must be text, not {value!r}")
    octets = value.encode("utf-16-le")
    if len(octets) // 2 >= count:
        raise UsageError(
            f"profile: {name} has {len(octets) // 2} characters, but at most {count - 1} fit"
        )
    for at in range(count):
        into[at] = 0
        if 2 * at < <uint32_t>len(octets):
            into[at] = <uint16_t>(octets[2 * at] | (octets[2 * at + 1] << 8))
    return 0


cdef int take_octets(dict values, str name, uint8_t* into, uint32_t size) except -1:
    """Exactly `size` bytes, or none (then zeros)."""
    cdef object value = values.pop(name, b"")
    cdef bytes octets
    if not isinstance(value, bytes):
        raise UsageError(f"profile: {name} must be bytes, not {value!r}")
    octets = value
    if len(octets) and <uint32_t>len(octets) != size:
        raise UsageError(f"profile: {name} has {len(octets)} bytes, but needs {size}")
    if octets:
        memcpy(into, <const uint8_t*>octets, size)
    return 0


cdef list take_list(dict values, str name, uint32_t limit):
    cdef object value = values.pop(name, [])
    if not isinstance(value, (list, tuple)):
        raise UsageError(f"profile: {name} must be a list, not {value!r}")
    if <uint32_t>len(value) > limit:
        raise UsageError(f"profile: {name} has {len(value)} entries, but at most {limit} fit")
    return list(value)


cdef dict take_mapping(object value, str name):
    if not isinstance(value, dict):
        raise UsageError(f"profile: {name} must be a table, not {value!r}")
    return dict(value)


cdef int nothing_left(dict values, str name) except -1:
    if values:
        raise UsageError(f"profile: {name} has no {', '.join(sorted(map(str, values)))}")
    return 0


cdef int take_provider(object value, str name, provider_t* into) except -1:
    cdef dict values = take_mapping(value, name)
    take_text(values, "provider_id", into.provider_id, 7)
    take_text(values, "provider_name", into.provider_name, 21)
    take_text(values, "roaming_text", into.roaming_text, 64)
    into.provider_state = <uint32_t>take_number(values, "provider_state", 0, UINT32_MAX)
    into.data_class = <uint32_t>take_number(values, "data_class", 0, UINT32_MAX)
    into.cellular_class = <uint32_t>take_number(values, "cellular_class", WwanCellularClassGsm, 3)
    into.rssi = <uint32_t>take_number(values, "rssi", 20, UINT32_MAX)
    into.error_rate = <uint32_t>take_number(values, "error_rate", 99, UINT32_MAX)
    into.kind = <uint32_t>take_number(values, "kind", PROVIDER_HOME, 3)
    into.visible = <uint32_t>take_number(values, "visible", 1, 1)
    into.reject_cause = <uint32_t>take_number(values, "reject_cause", 0, UINT32_MAX)
    into.emergency_only = <uint32_t>take_number(values, "emergency_only", 0, 1)
    return nothing_left(values, name)


cdef int take_provisioned(object value, str name, provisioned_t* into) except -1:
    cdef dict values = take_mapping(value, name)
    into.context_id = <uint32_t>take_number(values, "context_id", 0, UINT32_MAX)
    into.context_type = <uint32_t>take_number(values, "context_type", WwanContextTypeInternet, 16)
    take_text(values, "access_string", into.access_string, 101)
    take_text(values, "user_name", into.user_name, 256)
    take_text(values, "password", into.password, 256)
    into.compression = <uint32_t>take_number(values, "compression", 0, 1)
    into.auth_type = <uint32_t>take_number(values, "auth_type", 0, 4)
    into.ip_type = <uint32_t>take_number(values, "ip_type", 0, 6)
    into.disabled = <uint32_t>take_number(values, "disabled", 0, 1)
    into.roaming = <uint32_t>take_number(
        values, "roaming", WwanContextRoamingControlAllowAll, WwanContextRoamingControlAllowAll
    )
    into.media_type = <uint32_t>take_number(values, "media_type", 0, WwanContextMediaTypeAll)
    into.source = <uint32_t>take_number(
        values, "source", WwanOperatorProvisioned, WwanModemOperatorProvisioned
    )
    into.used = 1
    return nothing_left(values, name)


cdef int take_latency(object value, str name, latency_t* into) except -1:
    """A pair: base and jitter, in ns."""
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise UsageError(f"profile: {name} must be a pair (base_ns, jitter_ns), not {value!r}")
    for part in value:
        if not isinstance(part, int) or part < 0 or part > 10**15:
            raise UsageError(f"profile: {name} must hold times from 0 to 10**15 ns, not {part!r}")
    into.base_ns = value[0]
    into.jitter_ns = value[1]
    return 0


cdef int take_address(object value, str name, address_t* into) except -1:
    cdef dict values = take_mapping(value, name)
    into.has_ipv4 = 1 if values.get("ipv4_address") else 0
    into.has_ipv6 = 1 if values.get("ipv6_address") else 0
    take_octets(values, "ipv4_address", into.ipv4_address, 4)
    take_octets(values, "ipv4_gateway", into.ipv4_gateway, 4)
    take_octets(values, "ipv4_dns", into.ipv4_dns, 4)
    take_octets(values, "ipv6_address", into.ipv6_address, 16)
    take_octets(values, "ipv6_gateway", into.ipv6_gateway, 16)
    take_octets(values, "ipv6_dns", into.ipv6_dns, 16)
    into.ipv4_prefix_length = <uint32_t>take_number(values, "ipv4_prefix_length", 0, 32)
    into.ipv6_prefix_length = <uint32_t>take_number(values, "ipv6_prefix_length", 0, 128)
    into.mtu = <uint32_t>take_number(values, "mtu", 1500, 65535)
    return nothing_left(values, name)


cdef int take_pco(object value, str name, pco_t* into) except -1:
    cdef dict values = take_mapping(value, name)
    cdef bytes octets = bytes(values.pop("octets", b""))
    into.pco_type = <uint32_t>take_number(values, "pco_type", 0, 1)
    if len(octets) > 256:
        raise UsageError(f"profile: {name} has {len(octets)} octets, but at most 256 fit")
    into.size = <uint32_t>len(octets)
    if octets:
        memcpy(into.octets, <const uint8_t*>octets, len(octets))
    return nothing_left(values, name)


cdef int take_service(object value, str name, service_t* into) except -1:
    cdef dict values = take_mapping(value, name)
    cdef list commands = take_list(values, "commands", SERVICE_COMMAND_COUNT_MAX)
    cdef uint32_t at
    take_octets(values, "guid", into.guid, 16)
    into.session_capability = <uint32_t>take_number(values, "session_capability", 0, UINT32_MAX)
    into.session_instances_max = <uint32_t>take_number(values, "session_instances_max", 0, 64)
    into.events = <uint32_t>take_number(values, "events", 0, 1)
    into.command_count = <uint32_t>len(commands)
    for at in range(into.command_count):
        into.commands[at] = commands[at]
    return nothing_left(values, name)


cdef int take_pin(object value, str name, pin_description_t* into) except -1:
    cdef dict values = take_mapping(value, name)
    into.mode = <uint32_t>take_number(values, "mode", 0, 2)
    into.pin_format = <uint32_t>take_number(values, "pin_format", 0, 2)
    into.length_min = <uint32_t>take_number(values, "length_min", 0, UINT32_MAX)
    into.length_max = <uint32_t>take_number(values, "length_max", 0, UINT32_MAX)
    return nothing_left(values, name)


cdef int take_capabilities(dict values, profile_t* into) except -1:
    cdef list bands
    cdef uint32_t at
    into.structures = <uint32_t>take_number(values, "structures", STRUCTURES_WINDOWS_10, 3)
    into.driver_major_version = <uint32_t>take_number(values, "driver_major_version", 2, 2)
    into.driver_minor_version = <uint32_t>take_number(values, "driver_minor_version", 0, 65535)
    into.driver_caps = <uint32_t>take_number(values, "driver_caps", 0, UINT32_MAX)
    into.device_type = <uint32_t>take_number(values, "device_type", 1, 3)
    into.cellular_class = <uint32_t>take_number(values, "cellular_class", WwanCellularClassGsm, 3)
    into.cellular_class_list = <uint32_t>take_number(
        values, "cellular_class_list", <uint32_t>1 << into.cellular_class, 255
    )
    into.voice_class = <uint32_t>take_number(values, "voice_class", WwanVoiceClassNoVoice, 3)
    into.sim_class = <uint32_t>take_number(values, "sim_class", WwanSimClassSimRemovable, 3)
    into.sim_class_mask = <uint32_t>take_number(values, "sim_class_mask", 2, 7)
    into.data_class = <uint32_t>take_number(values, "data_class", WWAN_DATA_CLASS_LTE, UINT32_MAX)
    into.data_subclass = <uint32_t>take_number(values, "data_subclass", 0, UINT32_MAX)
    into.gsm_band_class = <uint32_t>take_number(values, "gsm_band_class", 0, UINT32_MAX)
    into.cdma_band_class = <uint32_t>take_number(values, "cdma_band_class", 0, UINT32_MAX)
    into.wcdma_band_class = <uint32_t>take_number(values, "wcdma_band_class", 0, UINT32_MAX)
    into.sms_caps = <uint32_t>take_number(values, "sms_caps", 0, UINT32_MAX)
    into.control_caps = <uint32_t>take_number(
        values, "control_caps", WWAN_CTRL_CAPS_REG_MANUAL, UINT32_MAX
    )
    into.optional_service_caps = <uint32_t>take_number(
        values, "optional_service_caps", 0, UINT32_MAX
    )
    into.auth_algo_caps = <uint32_t>take_number(values, "auth_algo_caps", 0, UINT32_MAX)
    into.contexts_active_max = <uint32_t>take_number(
        values, "contexts_active_max", 1, UINT32_MAX
    )
    into.executor_index = <uint32_t>take_number(values, "executor_index", 0, UINT32_MAX)
    bands = take_list(values, "lte_bands", 20)
    for at in range(<uint32_t>len(bands)):
        into.lte_bands[at] = bands[at]
    bands = take_list(values, "nr_bands", 20)
    for at in range(<uint32_t>len(bands)):
        into.nr_bands[at] = bands[at]
    take_text(values, "custom_data_class", into.custom_data_class, 12)
    take_text(values, "custom_band_class", into.custom_band_class, 20)
    take_text(values, "device_id", into.device_id, 18)
    take_text(values, "manufacturer", into.manufacturer, 32)
    take_text(values, "model", into.model, 32)
    take_text(values, "firmware", into.firmware, 32)
    return 0


cdef int take_subscriber(dict values, profile_t* into) except -1:
    cdef list items
    cdef uint32_t at
    into.sim_state = <uint32_t>take_number(values, "sim_state", SIM_INSERTED, 5)
    into.service_activated = <uint32_t>take_number(values, "service_activated", 1, 1)
    into.emergency_mode = <uint32_t>take_number(values, "emergency_mode", 0, 1)
    take_text(values, "subscriber_id", into.subscriber_id, 16)
    take_text(values, "sim_iccid", into.sim_iccid, 21)
    items = take_list(values, "telephone_numbers", TELEPHONE_NUMBER_COUNT_MAX)
    into.telephone_number_count = <uint32_t>len(items)
    for at in range(into.telephone_number_count):
        take_text({"telephone_numbers": items[at]}, "telephone_numbers",
                  into.telephone_numbers[at], 23)
    take_text(values, "pin1", into.pin1, 17)
    take_text(values, "puk1", into.puk1, 17)
    take_text(values, "pin2", into.pin2, 17)
    into.pin1_attempts = <uint32_t>take_number(values, "pin1_attempts", 3, 99)
    into.puk1_attempts = <uint32_t>take_number(values, "puk1_attempts", 10, 99)
    into.pin1_enabled = <uint32_t>take_number(values, "pin1_enabled", 0, 1)
    items = take_list(values, "pins", PIN_COUNT)
    for at in range(<uint32_t>len(items)):
        take_pin(items[at], f"pins[{at}]", &into.pins[at])
    return 0


cdef int take_network(dict values, profile_t* into) except -1:
    cdef list items
    cdef uint32_t at
    into.hardware_radio = <uint32_t>take_number(values, "hardware_radio", 1, 1)
    into.software_radio = <uint32_t>take_number(values, "software_radio", 1, 1)
    into.register_mode = <uint32_t>take_number(
        values, "register_mode", WwanRegisterModeAutomatic, 2
    )
    into.registration_flags = <uint32_t>take_number(values, "registration_flags", 0, UINT32_MAX)
    into.auto_attach = <uint32_t>take_number(values, "auto_attach", 1, 1)
    into.rssi = <uint32_t>take_number(values, "rssi", 20, UINT32_MAX)
    into.error_rate = <uint32_t>take_number(values, "error_rate", 99, UINT32_MAX)
    into.rssi_interval_s = <uint32_t>take_number(values, "rssi_interval_s", 5, UINT32_MAX)
    into.rssi_threshold = <uint32_t>take_number(values, "rssi_threshold", 3, UINT32_MAX)
    into.link_speed_up = take_number(values, "link_speed_up", 50000000, UINT64_MAX)
    into.link_speed_down = take_number(values, "link_speed_down", 150000000, UINT64_MAX)
    into.frequency_range = <uint32_t>take_number(values, "frequency_range", 0, 3)
    into.tracking_area_code = <uint32_t>take_number(values, "tracking_area_code", 0, UINT32_MAX)
    into.mcc = <uint32_t>take_number(values, "mcc", 0, 999)
    into.mnc = <uint32_t>take_number(values, "mnc", 0, 999)
    take_provider(taken(values, "home", {}), "home", &into.home)
    items = take_list(values, "providers", PROVIDER_COUNT_MAX)
    into.provider_count = <uint32_t>len(items)
    for at in range(into.provider_count):
        take_provider(items[at], f"providers[{at}]", &into.providers[at])
    items = take_list(values, "preferred", PREFERRED_COUNT_MAX)
    into.preferred_count = <uint32_t>len(items)
    for at in range(into.preferred_count):
        take_provider(items[at], f"preferred[{at}]", &into.preferred[at])
    return 0


cdef int take_contexts(dict values, profile_t* into) except -1:
    cdef list items
    cdef uint32_t at
    into.port_count = <uint32_t>take_number(values, "port_count", 1, PORT_COUNT_MAX)
    if into.port_count == 0:
        raise UsageError("profile: port_count must be at least 1")
    items = take_list(values, "provisioned", PROVISIONED_COUNT_MAX)
    into.provisioned_count = <uint32_t>len(items)
    for at in range(into.provisioned_count):
        take_provisioned(items[at], f"provisioned[{at}]", &into.provisioned[at])
    items = take_list(values, "accepted_access_strings", PROVISIONED_COUNT_MAX)
    into.accepted_count = <uint32_t>len(items)
    for at in range(into.accepted_count):
        take_text({"accepted_access_strings": items[at]}, "accepted_access_strings",
                  into.accepted[at], 101)
    take_text(values, "default_access_string", into.default_access_string, 101)
    into.unknown_access_cause = <uint32_t>take_number(
        values, "unknown_access_cause", 27, UINT32_MAX
    )
    into.credentials_required = <uint32_t>take_number(values, "credentials_required", 0, 1)
    take_text(values, "user_name", into.user_name, 256)
    take_text(values, "password", into.password, 256)
    items = take_list(values, "addresses", PORT_COUNT_MAX)
    for at in range(<uint32_t>len(items)):
        take_address(items[at], f"addresses[{at}]", &into.addresses[at])
    items = take_list(values, "pco", PORT_COUNT_MAX)
    for at in range(<uint32_t>len(items)):
        take_pco(items[at], f"pco[{at}]", &into.pco[at])
    items = take_list(values, "services", SERVICE_COUNT_MAX)
    into.service_count = <uint32_t>len(items)
    for at in range(into.service_count):
        take_service(items[at], f"services[{at}]", &into.services[at])
    into.command_data_size_max = <uint32_t>take_number(
        values, "command_data_size_max", 1024, SERVICE_DATA_SIZE_MAX
    )
    into.session_data_size_max = <uint32_t>take_number(
        values, "session_data_size_max", 1024, SERVICE_DATA_SIZE_MAX
    )
    into.session_count_max = <uint32_t>take_number(
        values, "session_count_max", 2, SESSION_COUNT_MAX
    )
    return 0


cdef int take_latencies(dict values, str name, latency_t* into) except -1:
    """A mapping of OIDs to latencies."""
    cdef dict latencies = take_mapping(taken(values, name, {}), name)
    cdef int index
    for oid, pair in latencies.items():
        index = oid_index(<uint32_t>oid)
        if index < 0 or OID_ROWS[index].oid != <uint32_t>oid:
            raise UsageError(f"profile: {name}: the model has no OID 0x{oid:08x}")
        take_latency(pair, f"{name}[0x{oid:08x}]", &into[index])
    return 0


cdef int take_timing(dict values, profile_t* into) except -1:
    cdef int index
    take_latency(taken(values, "completion_latency_ns", (500_000, 100_000)),
                 "completion_latency_ns", &into.completion_latency)
    take_latency(taken(values, "registration_latency_ns", (1_500_000_000, 500_000_000)),
                 "registration_latency_ns", &into.registration_latency)
    take_latency(taken(values, "ready_latency_ns", (800_000_000, 200_000_000)),
                 "ready_latency_ns", &into.ready_latency)
    for index in range(OID_INDEX_COUNT):
        into.latencies[index].base_ns = 5_000_000
        into.latencies[index].jitter_ns = 2_000_000
    take_latencies(values, "latencies_ns", into.latencies)
    memcpy(into.query_latencies, into.latencies, sizeof(into.latencies))
    take_latencies(values, "query_latencies_ns", into.query_latencies)
    return 0


cdef int take_supported(dict values, profile_t* into) except -1:
    """The OIDs that the miniport supports: all of the model less `unsupported`."""
    cdef list unsupported = take_list(values, "unsupported", OID_INDEX_COUNT)
    cdef int index
    for index in range(OID_INDEX_COUNT):
        if OID_ROWS[index].oid and OID_ROWS[index].oid not in unsupported:
            into.supported[index >> 5] |= <uint32_t>1 << (index & 31)
    # OID_WWAN_PIN_EX came with model 2.0. OID_WWAN_PIN stays with it: it is mandatory
    # (async.mandatory-oids), which weighs more than the advice to use one only (pin.which-oid).
    if into.driver_major_version < 2:
        index = oid_index(OID_WWAN_PIN_EX)
        into.supported[index >> 5] &= ~(<uint32_t>1 << (index & 31))
    if into.cellular_class == WwanCellularClassCdma:
        index = oid_index(OID_WWAN_PREFERRED_PROVIDERS)
        into.supported[index >> 5] &= ~(<uint32_t>1 << (index & 31))
    if not into.optional_service_caps & WWAN_OPTIONAL_SERVICE_CAPS_PCO:
        index = oid_index(OID_WWAN_PCO)
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
        cdef dict values = dict(mapping) if mapping is not None else {}
        memset(&self.data, 0, sizeof(profile_t))
        take_capabilities(values, &self.data)
        take_subscriber(values, &self.data)
        take_network(values, &self.data)
        take_contexts(values, &self.data)
        take_timing(values, &self.data)
        take_supported(values, &self.data)
        nothing_left(values, "the emulated device")

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
        return [
            OID_ROWS[index].oid for index in range(OID_INDEX_COUNT)
            if OID_ROWS[index].oid and (self.data.supported[index >> 5] >> (index & 31)) & 1
        ]


cdef int check_profile(const profile_t* profile) except -1:
    """Refuse counts that no door would have let in: a flat form may come from a damaged file."""
    cdef uint32_t at
    if (
        profile.port_count == 0 or profile.port_count > PORT_COUNT_MAX
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
    for at in range(profile.service_count):
        if profile.services[at].command_count > SERVICE_COMMAND_COUNT_MAX:
            raise InputError("compiled profile: a count is beyond its limit; the trace is damaged")
    for at in range(<uint32_t>PORT_COUNT_MAX):
        if profile.pco[at].size > 256:
            raise InputError("compiled profile: a count is beyond its limit; the trace is damaged")
    return 0
