# The bounded queue of what the device still has to do, ordered by (due time, sequence).

cpdef enum:
    QUEUE_DEPTH_MAX = 256             # entries in the queue
    QUEUE_REQUEST_DEPTH_MAX = 192     # above this no further request is accepted
    PARAMETER_SLOT_COUNT = 16         # requests outstanding that carry a long buffer
    PARAMETER_SIZE_MAX = 4352         # one such buffer, bytes


cdef enum:
    # the (provisional) completion of a request, then its operation
    ACTION_COMPLETE = 1
    ACTION_OPERATION = 2              # the transactional end of an accepted request
    ACTION_TIMER = 3                  # something the device does by itself
    ACTION_ANSWER = 4                 # the one answer to a request in the MBIM namespace


# What the end of an operation needs of its request, by subject: four words at most.

ctypedef struct network_set_t:        # a set of registration or packet service
    uint32_t action
    uint32_t data_classes
    uint32_t set_ordinal              # the latest set has the highest


ctypedef struct connect_t:
    uint32_t connection_id
    uint32_t command                  # WWAN_ACTIVATION_COMMAND
    uint32_t set_ordinal              # a later set has a higher one
    uint32_t cancelled                # by a later cancel order


ctypedef struct radio_set_t:
    uint32_t action                   # WWAN_RADIO


ctypedef struct signal_set_t:
    uint32_t interval_s
    uint32_t threshold


ctypedef struct pin_set_t:
    uint32_t pin_type
    uint32_t operation


ctypedef struct scan_t:
    uint32_t action                   # WWAN_GET_VISIBLE_PROVIDERS


ctypedef struct preferred_set_t:
    uint32_t count
    uint32_t long_elements            # WWAN_PROVIDER2 rather than WWAN_PROVIDER


ctypedef struct service_request_t:
    uint32_t service                  # index in the profile
    uint32_t command                  # CommandID


ctypedef struct subscription_t:
    uint32_t services                 # bit per service


ctypedef struct session_request_t:
    uint32_t service                  # index in the profile
    uint32_t state                    # WWAN_DEVICE_SERVICE_SESSION_STATE
    uint32_t session_id


ctypedef struct idle_hint_t:
    uint32_t enabled


ctypedef struct ip_configuration_t:
    uint32_t session_id
    uint32_t has_session_id


ctypedef union arguments_t:
    uint32_t words[4]
    network_set_t network_set
    connect_t connect
    radio_set_t radio
    signal_set_t signal_set
    pin_set_t pin
    scan_t scan
    preferred_set_t preferred_set
    service_request_t service
    subscription_t subscription
    session_request_t session
    idle_hint_t idle_hint
    ip_configuration_t ip_configuration


# One thing to do. `slot` is the parameter buffer's number or -1.
ctypedef struct pending_t:
    int64_t due_ns
    uint64_t sequence
    uint64_t request_id
    uint64_t handle
    uint64_t code                     # OID, timer or MBIM code
    int64_t cause                     # index of the request's record
    int64_t delay_ns                  # from the completion to the operation's end
    uint32_t action
    uint32_t kind                     # KIND_QUERY, KIND_SET or KIND_METHOD
    uint32_t port
    uint32_t status                   # NDIS status of the completion
    uint32_t capacity
    int32_t slot
    uint32_t parameter_size
    uint32_t outcome                  # uStatus ordered by a stimulus, 0 if none
    uint32_t outcome_cause            # its uNwError
    uint32_t forced                   # whether outcome holds
    arguments_t argument              # by the subject of the operation


ctypedef struct heap_entry_t:
    int64_t due_ns
    uint64_t sequence
    uint32_t place
    uint32_t unused


ctypedef struct queue_t:
    uint64_t sequence
    uint32_t count
    uint32_t unused
    heap_entry_t heap[QUEUE_DEPTH_MAX]
    uint32_t free_places[QUEUE_DEPTH_MAX]
    pending_t entries[QUEUE_DEPTH_MAX]


cdef void queue_clear(queue_t* queue) noexcept nogil:
    cdef uint32_t place
    queue.count = 0
    for place in range(<uint32_t>QUEUE_DEPTH_MAX):
        queue.free_places[place] = place


cdef inline bint entry_before(const heap_entry_t* left, const heap_entry_t* right) noexcept nogil:
    if left.due_ns != right.due_ns:
        return left.due_ns < right.due_ns
    return left.sequence < right.sequence


cdef void heap_rise(queue_t* queue, uint32_t at) noexcept nogil:
    cdef heap_entry_t entry = queue.heap[at]
    cdef uint32_t parent
    while at > 0:
        parent = (at - 1) >> 1
        if not entry_before(&entry, &queue.heap[parent]):
            break
        queue.heap[at] = queue.heap[parent]
        at = parent
    queue.heap[at] = entry


cdef void heap_sink(queue_t* queue, uint32_t at) noexcept nogil:
    cdef heap_entry_t entry = queue.heap[at]
    cdef uint32_t child
    while True:
        child = 2 * at + 1
        if child >= queue.count:
            break
        if child + 1 < queue.count and entry_before(&queue.heap[child + 1], &queue.heap[child]):
            child += 1
        if not entry_before(&queue.heap[child], &entry):
            break
        queue.heap[at] = queue.heap[child]
        at = child
    queue.heap[at] = entry


cdef void queue_add_place(queue_t* queue, uint32_t place, int64_t due_ns) noexcept nogil:
    """Add the entry at the first free place."""
    cdef uint32_t at = queue.count
    queue.sequence += 1
    queue.entries[place].due_ns = due_ns
    queue.entries[place].sequence = queue.sequence
    queue.heap[at].due_ns = due_ns
    queue.heap[at].sequence = queue.sequence
    queue.heap[at].place = place
    queue.count = at + 1
    heap_rise(queue, at)


cdef bint queue_push(queue_t* queue, const pending_t* pending) noexcept nogil:
    """Add an entry behind all that are due at the same time; False when the queue is full."""
    cdef uint32_t place
    if queue.count >= QUEUE_DEPTH_MAX:
        return False
    place = queue.free_places[queue.count]
    queue.entries[place] = pending[0]
    queue_add_place(queue, place, pending.due_ns)
    return True


cdef void queue_remove(queue_t* queue, uint32_t at) noexcept nogil:
    """Take the entry at heap position `at` out."""
    cdef uint32_t place = queue.heap[at].place
    queue.count -= 1
    queue.free_places[queue.count] = place
    if at == queue.count:
        return
    queue.heap[at] = queue.heap[queue.count]
    heap_sink(queue, at)
    heap_rise(queue, at)


cdef void queue_put_off(queue_t* queue, int64_t due_ns) noexcept nogil:
    """Let the first entry be due later, as if it were taken out and added with that time."""
    cdef uint32_t place = queue.heap[0].place
    queue_remove(queue, 0)
    queue_add_place(queue, place, due_ns)


cdef inline int64_t queue_due(const queue_t* queue) noexcept nogil:
    """When the first entry is due; the end of time when there is none."""
    return queue.heap[0].due_ns if queue.count else INT64_MAX


cdef inline bint queue_is_due(const queue_t* queue, int64_t time_ns) noexcept nogil:
    """Whether something is due at or before a time; at the end of time too, when there is none."""
    return queue.count and queue.heap[0].due_ns <= time_ns


cdef inline void queue_pop(queue_t* queue, pending_t* first) noexcept nogil:
    """Move the first entry to `first`; the queue must not be empty."""
    first[0] = queue.entries[queue.heap[0].place]
    queue_remove(queue, 0)
