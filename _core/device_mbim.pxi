# (stub to be replaced by behaviour)


cdef void mbim_request(machine_t* machine, const record_t* request) noexcept nogil:
    pass


cdef void mbim_answer(machine_t* machine, const pending_t* pending) noexcept nogil:
    pass
