# (stub to be replaced by behaviour)


cdef uint32_t start_subscribe(machine_t* machine, const record_t* request, pending_t* pending) noexcept nogil:
    return NDIS_STATUS_INDICATION_REQUIRED


cdef uint32_t start_session(machine_t* machine, const record_t* request, pending_t* pending) noexcept nogil:
    return NDIS_STATUS_INDICATION_REQUIRED


cdef uint32_t start_session_write(machine_t* machine, const record_t* request, pending_t* pending) noexcept nogil:
    return NDIS_STATUS_INDICATION_REQUIRED


cdef uint32_t start_service_command(machine_t* machine, const record_t* request, pending_t* pending) noexcept nogil:
    return NDIS_STATUS_INDICATION_REQUIRED


cdef uint32_t start_enumerate_commands(machine_t* machine, const record_t* request, pending_t* pending) noexcept nogil:
    return NDIS_STATUS_INDICATION_REQUIRED


cdef void finish_enumerate_services(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void finish_enumerate_commands(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void finish_subscribe(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void finish_service_command(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void finish_session(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void finish_session_write(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void stimulus_device_service_data(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void stimulus_device_service_event(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void stimulus_device_service_session_closed(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void fill_service_inputs() noexcept nogil:
    pass


cdef void reset_services(machine_t* machine) noexcept nogil:
    pass


cdef bint adopt_services(machine_t* machine, const record_t* event) noexcept nogil:
    return False
