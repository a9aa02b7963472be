# Which function of which subject takes what: the beginning, stimuli, timers, recorded outputs, MBIM
# queries. The build makes the rows of stimuli, as those of OIDs; each other row stands beside its
# function.

ctypedef void (*stimulus_t)(machine_t*, const record_t*) noexcept nogil
ctypedef void (*reset_t)(machine_t*) noexcept nogil
ctypedef void (*fire_t)(machine_t*) noexcept nogil
ctypedef void (*adopt_t)(machine_t*, const record_t*) noexcept nogil
ctypedef void (*mbim_answer_t)(machine_t*, const pending_t*) noexcept nogil


cdef enum:
    RESET_ROW_COUNT_MAX = 16
    STIMULUS_CODE_MAX = 63
    ADOPT_ROW_COUNT_MAX = 64
    MBIM_ROW_COUNT_MAX = 16


ctypedef struct stimulus_row_t:
    uint32_t size                     # of the smallest payload, bytes
    stimulus_t change


# What a recorded output witnesses of the state.
ctypedef struct adopt_row_t:
    uint32_t kind                     # KIND_COMPLETION or KIND_INDICATION
    uint32_t code                     # OID or NDIS status
    uint32_t of_port                  # it is the state of the output's port
    adopt_t adopt


ctypedef struct mbim_row_t:
    uint64_t code
    mbim_answer_t answer


cdef reset_t RESET_ROWS[RESET_ROW_COUNT_MAX]
cdef uint32_t reset_row_count = 0
cdef stimulus_row_t STIMULUS_ROWS[STIMULUS_CODE_MAX + 1]
cdef fire_t TIMER_ROWS[TIMER_CODE_MAX + 1]
cdef adopt_row_t ADOPT_ROWS[ADOPT_ROW_COUNT_MAX]
cdef uint32_t adopt_row_count = 0
cdef mbim_row_t MBIM_ROWS[MBIM_ROW_COUNT_MAX]
cdef uint32_t mbim_row_count = 0


cdef int reset_row(reset_t reset) except -1:
    """This sets the subject's state in a device that has just been made, of which all is zero."""
    global reset_row_count
    if reset_row_count == RESET_ROW_COUNT_MAX:
        raise AssertionError("more rows than RESET_ROW_COUNT_MAX")
    RESET_ROWS[reset_row_count] = reset
    reset_row_count += 1
    return 0


cdef void stimulus_row(uint32_t code, uint32_t size, stimulus_t change) noexcept nogil:
    """This changes the environment when the stimulus comes."""
    STIMULUS_ROWS[code].size = size
    STIMULUS_ROWS[code].change = change


cdef void timer_row(uint32_t timer, fire_t fire) noexcept nogil:
    """This happens when the timer is due."""
    TIMER_ROWS[timer] = fire


cdef int adopt_row(uint32_t kind, uint32_t code, bint of_port, adopt_t adopt) except -1:
    """This sets the state that such a recorded output witnesses."""
    global adopt_row_count
    if adopt_row_count == ADOPT_ROW_COUNT_MAX:
        raise AssertionError("more rows than ADOPT_ROW_COUNT_MAX")
    ADOPT_ROWS[adopt_row_count].kind = kind
    ADOPT_ROWS[adopt_row_count].code = code
    ADOPT_ROWS[adopt_row_count].of_port = of_port
    ADOPT_ROWS[adopt_row_count].adopt = adopt
    adopt_row_count += 1
    return 0


cdef inline uint64_t mbim_code(uint32_t service, uint32_t command) noexcept nogil:
    return (<uint64_t>service << 32) | command


cdef int mbim_row(uint32_t service, uint32_t command, mbim_answer_t answer) except -1:
    """This answers a query of the MBIM namespace."""
    global mbim_row_count
    if mbim_row_count == MBIM_ROW_COUNT_MAX:
        raise AssertionError("more rows than MBIM_ROW_COUNT_MAX")
    MBIM_ROWS[mbim_row_count].code = mbim_code(service, command)
    MBIM_ROWS[mbim_row_count].answer = answer
    mbim_row_count += 1
    return 0
