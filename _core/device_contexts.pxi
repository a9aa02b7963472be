# (stub to be replaced by behaviour)


cdef uint32_t start_connect(machine_t* machine, const record_t* request, pending_t* pending) noexcept nogil:
    return NDIS_STATUS_INDICATION_REQUIRED


cdef uint32_t start_provisioned_context(machine_t* machine, const record_t* request, pending_t* pending) noexcept nogil:
    return NDIS_STATUS_INDICATION_REQUIRED


cdef void finish_connect(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void finish_provisioned_contexts(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void finish_pco(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void abandon_connect(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void stimulus_network_deactivate(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void stimulus_pco(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void stimulus_voice_call(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void stimulus_ip_address(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void stimulus_traffic(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef void fill_context_inputs() noexcept nogil:
    pass


cdef void reset_contexts(machine_t* machine) noexcept nogil:
    pass


cdef bint adopt_contexts(machine_t* machine, const record_t* event) noexcept nogil:
    return False


cdef void contexts_lost(machine_t* machine, uint32_t cause) noexcept nogil:
    pass


cdef void contexts_data_class_changed(machine_t* machine) noexcept nogil:
    pass


cdef bint any_context_active(const machine_t* machine) noexcept nogil:
    return False
