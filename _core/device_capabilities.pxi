# (stub to be replaced by behaviour)


cdef void finish_device_caps(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void finish_device_caps_ex(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void answer_driver_caps(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void answer_supported_list(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void answer_media_connect_status(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void answer_link_state(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void answer_statistics(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass


cdef void answer_physical_medium(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass
