# (stub to be replaced by behaviour)


cdef uint32_t start_register(machine_t* machine, const record_t* request, pending_t* pending) noexcept nogil:
    return NDIS_STATUS_INDICATION_REQUIRED


cdef uint32_t start_packet_service(machine_t* machine, const record_t* request, pending_t* pending) noexcept nogil:
    return NDIS_STATUS_INDICATION_REQUIRED


cdef uint32_t start_signal(machine_t* machine, const record_t* request, pending_t* pending) noexcept nogil:
    return NDIS_STATUS_INDICATION_REQUIRED


cdef uint32_t start_preferred_providers(machine_t* machine, const record_t* request, pending_t* pending) noexcept nogil:
    return NDIS_STATUS_INDICATION_REQUIRED


cdef uint32_t start_visible_providers(machine_t* machine, const record_t* request, pending_t* pending) noexcept nogil:
    return NDIS_STATUS_INDICATION_REQUIRED


cdef void finish_register(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void finish_packet_service(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void finish_signal(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void finish_home_provider(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void finish_visible_providers(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void finish_preferred_providers(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void register_timer(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void attach_timer(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void signal_timer(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void abandon_register(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void abandon_packet_service(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void stimulus_coverage(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void stimulus_network_deregister(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void stimulus_network_detach(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void stimulus_provider_change(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void stimulus_signal(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void stimulus_data_class(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void stimulus_cellular_class(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void stimulus_roaming_text(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void fill_network_inputs() noexcept nogil:
    pass


cdef void reset_network(machine_t* machine) noexcept nogil:
    pass


cdef bint adopt_network(machine_t* machine, const record_t* event) noexcept nogil:
    return False
