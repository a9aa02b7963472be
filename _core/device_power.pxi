# (stub to be replaced by behaviour)


cdef void power_up(machine_t* machine) noexcept nogil:
    pass


cdef void set_power(machine_t* machine, const record_t* request, const pending_t* pending) noexcept nogil:
    pass


cdef void query_power(machine_t* machine, const record_t* request, const pending_t* pending) noexcept nogil:
    pass


cdef void lifecycle_event(machine_t* machine, uint32_t code) noexcept nogil:
    pass


cdef void stimulus_while_removed(machine_t* machine, const record_t* event) noexcept nogil:
    pass


cdef bint adopt_completion(machine_t* machine, const record_t* event) noexcept nogil:
    return False
