# (stub to be replaced by behaviour)


cdef uint32_t start_radio(machine_t* machine, const record_t* request, pending_t* pending) noexcept nogil:
    return NDIS_STATUS_INDICATION_REQUIRED


cdef uint32_t start_pin(machine_t* machine, const record_t* request, pending_t* pending) noexcept nogil:
    return NDIS_STATUS_INDICATION_REQUIRED


cdef uint32_t start_service_activation(machine_t* machine, const record_t* request, pending_t* pending) noexcept nogil:
    return NDIS_STATUS_INDICATION_REQUIRED


cdef void finish_ready_info(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void finish_radio(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void finish_pin(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void finish_pin_list(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void finish_service_activation(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void ready_timer(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void stimulus_sim(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void stimulus_hardware_radio(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void stimulus_service_activation(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void stimulus_emergency_mode(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void fill_subscriber_inputs() noexcept nogil:
    pass


cdef void reset_subscriber(machine_t* machine) noexcept nogil:
    pass


cdef bint adopt_subscriber(machine_t* machine, const record_t* event) noexcept nogil:
    return False
