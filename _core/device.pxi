# The state of one device. What changes it is in device_*.pxi, by subject. No clock, no I/O, no
# Python object.

cpdef enum:
    MODEL_VERSION = 3                 # of the device model; a change of behaviour raises it
    SNAPSHOT_VERSION = 1


cdef enum:
    TIMER_READY = 1                   # the SIM has been read
    TIMER_REGISTER = 2                # a device-initiated registration attempt ends
    TIMER_ATTACH = 3                  # a device-initiated attach ends
    TIMER_SIGNAL = 4                  # the signal may be reported again
    TIMER_CODE_MAX = TIMER_SIGNAL


cpdef enum PowerState:
    """Power and presence of the miniport."""
    MINIPORT_RUNNING = 0
    MINIPORT_PAUSED = 1
    MINIPORT_HALTED = 2
    MINIPORT_REMOVED = 3


# Whom an indication answers. All zero but the port: an unsolicited event.
ctypedef struct destination_t:
    uint64_t request_id
    uint64_t handle
    uint32_t port
    uint32_t unused


ctypedef struct context_t:
    uint32_t connection_id
    uint32_t activation_state         # WWAN_ACTIVATION_STATE; 0 = slot unused
    uint32_t ip_type
    uint32_t media
    uint16_t access_string[101]
    uint16_t padding
    uint32_t unused
    pco_t pco                         # what the network has sent for it, if anything


ctypedef struct statistics_t:
    uint64_t in_octets
    uint64_t in_packets
    uint64_t out_octets
    uint64_t out_packets
    uint64_t in_errors
    uint64_t out_errors
    uint64_t in_discards
    uint64_t out_discards


ctypedef struct port_t:
    context_t contexts[CONTEXT_COUNT_MAX]
    pco_t network_pco                 # what the network gives at the next activation
    address_t address
    statistics_t statistics
    uint32_t link_connected
    uint32_t voice_call_state
    uint32_t connection_id            # of the context last activated


ctypedef struct session_t:
    uint32_t open
    uint32_t session_id
    uint32_t service                  # index in the profile
    uint32_t unused


ctypedef struct outcome_t:
    uint32_t operation                # OID
    uint32_t status                   # WWAN_STATUS
    uint32_t cause                    # uNwError
    uint32_t count


ctypedef struct override_t:
    int64_t delay_ns
    int64_t completion_delay_ns       # -1: that of the profile
    uint32_t operation                # OID, 0 = every one
    uint32_t count


cdef enum:
    OUTCOME_COUNT_MAX = 16
    OVERRIDE_COUNT_MAX = 16
    LTE_ATTACH_COUNT = 3              # roaming conditions: home, partner, non-partner


# Everything that changes. A snapshot is these bytes and the parameter slots in use.
ctypedef struct device_t:
    int64_t now_ns
    uint64_t seed
    uint64_t ordinals[PURPOSE_COUNT][OID_INDEX_COUNT]
    queue_t queue
    uint32_t slots_used               # bit per parameter slot
    uint32_t dropped_timers           # could not be queued (never in a sane session)
    # power and presence
    uint32_t miniport_state           # PowerState
    uint32_t power_state              # NDIS_DEVICE_POWER_STATE
    # subscriber
    uint32_t sim_state                # SimState
    uint32_t ready_state              # WWAN_READY_STATE last reached
    uint32_t ready_reported
    uint32_t sim_reading              # a TIMER_READY is under way
    uint32_t emergency_mode           # ordered by the environment; denied registration adds to it
    uint32_t emergency_reported       # EmergencyMode last reported
    uint32_t service_activated
    uint32_t activation_cause         # uNwError with which the network refuses activation, 0 = none
    uint32_t pin1_enabled
    uint32_t pin1_verified
    uint32_t pin1_attempts
    uint32_t puk1_attempts
    uint16_t pin1[17]
    uint16_t pin_padding
    # radio
    uint32_t hardware_radio
    uint32_t software_radio
    uint32_t radio_left               # 1 + both switches when power was lost; 0 if it never was
    # registration
    uint32_t register_state           # WWAN_REGISTER_STATE, a stable one
    uint32_t register_mode            # WWAN_REGISTER_MODE of the last set that ended
    uint32_t registered_provider      # index in providers, or PROVIDER_NONE
    uint32_t register_cause           # uNwError of the last refusal
    uint32_t registering              # a device-initiated attempt is under way
    uint32_t register_state_reported  # last reported with success
    uint32_t register_mode_reported
    uint32_t register_provider_reported
    uint32_t register_changed         # something else in the report changed since
    uint32_t set_ordinal              # counts accepted sets: the latest has the highest
    uint32_t preferred_data_classes
    uint32_t current_cellular_class
    uint16_t manual_provider_id[7]
    uint16_t manual_padding
    uint16_t roaming_text[64]
    # packet service
    uint32_t packet_state             # WWAN_PACKET_SERVICE_STATE
    uint32_t packet_cause
    uint32_t available_data_class
    uint32_t current_data_class
    uint32_t available_override       # ordered by a stimulus, 0 = the provider's
    uint32_t current_override         # ordered by a stimulus, 0 = the best
    uint32_t detached_by_host
    uint32_t detached_by_network      # until it registers anew or the host attaches
    uint32_t attaching                # a device-initiated attach is under way
    uint32_t contexts_due             # the attachment that contexts stood on is gone
    uint32_t packet_state_reported    # last reported with success
    uint32_t available_reported
    uint32_t current_reported
    # signal
    uint32_t rssi
    uint32_t error_rate
    uint32_t rssi_interval_s
    uint32_t rssi_threshold
    uint32_t rssi_reported            # WWAN_RSSI_UNKNOWN while not registered
    uint32_t rssi_periodic            # the host ordered a report every rssi_interval_s
    int64_t signal_reported_ns        # of the last signal event
    uint32_t signal_timer             # a TIMER_SIGNAL is queued
    # networks
    provider_t home                   # the profile's, until the host sets another one
    uint32_t provider_count
    provider_t providers[PROVIDER_COUNT_MAX]
    uint32_t preferred_count
    provider_t preferred[PREFERRED_COUNT_MAX]
    # contexts
    uint32_t provisioned_count
    provisioned_t provisioned[PROVISIONED_COUNT_MAX]
    provisioned_t lte_attach[LTE_ATTACH_COUNT]    # by roaming condition
    port_t ports[PORT_COUNT_MAX]
    # device services
    uint32_t subscribed               # bit per service
    session_t sessions[SESSION_COUNT_MAX]
    # hints of the host
    uint32_t idle_hint                # NETWORK_IDLE_HINT of the last set
    # orders of the environment for operations to come
    uint32_t outcome_count
    outcome_t outcomes[OUTCOME_COUNT_MAX]
    uint32_t override_count
    override_t overrides[OVERRIDE_COUNT_MAX]


cdef enum:
    PROVIDER_NONE = 0xFFFF


# Outputs that nobody has taken yet.
ctypedef struct outputs_t:
    record_t* records
    uint8_t* octets
    size_t octets_size
    size_t octets_capacity
    uint32_t head
    uint32_t count
    uint32_t capacity
    uint32_t failed                   # out of memory


cdef enum:
    LIMIT_OUTPUTS = 1                 # OUTPUT_COUNT_MAX
    LIMIT_STEPS = 2                   # STEP_COUNT_MAX
    LIMIT_ADVANCE = 3                 # ADVANCE_S_MAX


# How much the device has done on its way to the present target, and the limit it ran into.
ctypedef struct work_t:
    uint64_t steps
    uint64_t exceeded                 # the value that is over the limit
    uint32_t limit                    # LIMIT_*, 0 if none
    uint32_t unused


# A device with all that belongs to it.
ctypedef struct machine_t:
    const profile_t* profile
    outputs_t outputs
    work_t work
    uint64_t begun                    # draw_begin of `begun_seed`, which may not be the device's
    uint64_t begun_seed
    uint32_t optional_services        # of the profile, once they were looked for
    uint32_t optional_services_known
    device_t device
    uint8_t parameters[PARAMETER_SLOT_COUNT][PARAMETER_SIZE_MAX]
