# The closed sets that C and Python share, and the named limits.

cpdef enum Kind:
    """The kinds of record in a trace; the numbers are the container's."""
    KIND_QUERY = 1
    KIND_SET = 2
    KIND_METHOD = 3
    KIND_CANCEL = 4
    KIND_COMPLETION = 5
    KIND_INDICATION = 6
    KIND_STIMULUS = 7
    KIND_LIFECYCLE = 8
    KIND_WIRE = 9
    KIND_CLOCK = 10
    KIND_GAP = 11
    KIND_NOTE = 12


cpdef enum Namespace:
    """What the code of a record is a number of.

    DEFAULT means what the kind implies: an OID for requests, cancels and completions, an NDIS
    status for indications, a stimulus, a lifecycle event, a wire direction.
    MBIM codes are (service number << 32) | CID.
    """
    NAMESPACE_DEFAULT = 0
    NAMESPACE_OID = 1
    NAMESPACE_NDIS_STATUS = 2
    NAMESPACE_STIMULUS = 3
    NAMESPACE_MBIM = 4
    NAMESPACE_LIFECYCLE = 5


cpdef enum Lifecycle:
    """Lifecycle events of the miniport."""
    LIFECYCLE_INITIALIZE = 1
    LIFECYCLE_PAUSE = 2
    LIFECYCLE_RESTART = 3
    LIFECYCLE_HALT = 4
    LIFECYCLE_SURPRISE_REMOVAL = 5
    LIFECYCLE_ARRIVAL = 6


cpdef enum WireDirection:
    """The code of a wire record."""
    WIRE_HOST_TO_DEVICE = 1
    WIRE_DEVICE_TO_HOST = 2


cpdef enum RecordKey:
    """Keys of the optional map at the end of a record."""
    KEY_NAMESPACE = 0
    KEY_HANDLE = 1
    KEY_CAPACITY = 2
    KEY_BYTES = 3
    KEY_CLIENT = 4
    KEY_CAUSE = 5
    KEY_SOURCE = 6
    KEY_FLAGS = 7
    KEY_FIELDS = 8


cpdef enum RecordFlag:
    """Bits of a record's flags."""
    FLAG_INCOMPLETE = 1
    FLAG_TIME_INEXACT = 2
    FLAG_INFERRED = 4
    FLAG_PERSONAL_REMOVED = 8


cpdef enum:
    PAYLOAD_SIZE_MAX = 16777216       # one record's payload, bytes
    CHUNK_SIZE_MAX = 67108864         # one chunk's records, uncompressed bytes
    NESTING_DEPTH_MAX = 32            # MessagePack containers inside one another
    # What one input or one moment may set off. docs/limits.md has the reasons.
    OUTPUT_COUNT_MAX = 131072         # outputs of a device that nobody has taken yet
    STEP_COUNT_MAX = 16777216         # things that a device does by itself on the way to one time
    ADVANCE_S_MAX = 34560000          # one wait in which a device does something: 400 days
    STEPS_PER_CHECK = 65536           # steps, or records, between two looks at signals


# One record as C sees it. `payload` points into memory that somebody else keeps alive.
# `present` has bit N set when the optional map carries key N.
ctypedef struct record_t:
    int64_t time_ns
    int64_t index
    uint64_t code
    uint64_t request_id
    uint64_t handle
    int64_t cause
    const uint8_t* payload
    const uint8_t* extras             # source and fields stay packed: the map's bytes
    uint32_t payload_size
    uint32_t extras_size
    uint32_t kind
    uint32_t name_space
    uint32_t status
    uint32_t port
    uint32_t capacity
    uint32_t bytes
    uint32_t client
    uint32_t flags
    uint32_t present
