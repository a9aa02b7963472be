# The emulated device's make-up: one flat structure, filled once at the door, read-only afterwards.

# Lengths of texts, in WCHARs with NUL, and sizes of list elements, in bytes, by which arrays are
# declared. Every kind of context
# starts with a WWAN_CONTEXT.
cdef extern from "protocol_constants.h" nogil:
    enum:
        PROVIDER_ID_LENGTH "WWAN_PROVIDERID_LEN"
        PROVIDER_NAME_LENGTH "WWAN_PROVIDERNAME_LEN"
        ROAMING_TEXT_LENGTH "WWAN_ROAMTEXT_LEN"
        PIN_LENGTH "WWAN_PIN_LEN"
        TELEPHONE_NUMBER_LENGTH "WWAN_TN_LEN"
        PROVIDER_SIZE "WWAN_PROVIDER_L1_SIZE"
        PROVIDER2_SIZE "WWAN_PROVIDER2_L1_SIZE"
        CONTEXT_ELEMENT_SIZE "WWAN_CONTEXT_L1_SIZE"
        CONTEXT_V2_ELEMENT_SIZE "WWAN_CONTEXT_V2_L1_SIZE"
        CONTEXT_V2_SLICE_ELEMENT_SIZE "WWAN_PROVISIONED_CONTEXT_V2_L1_SIZE"


cpdef enum:
    PORT_COUNT_MAX = 4
    CONTEXT_COUNT_MAX = 4             # contexts of one port
    PROVIDER_COUNT_MAX = 16
    PREFERRED_COUNT_MAX = 16
    PROVISIONED_COUNT_MAX = 8
    TELEPHONE_NUMBER_COUNT_MAX = 4
    SERVICE_COUNT_MAX = 32            # one bit each in the set of those subscribed
    SERVICE_COMMAND_COUNT_MAX = 16
    SESSION_COUNT_MAX = 8
    PIN_COUNT = 10                    # descriptions in WWAN_PIN_LIST, in its order
    SERVICE_DATA_SIZE_MAX = 4096      # device service command or session data, bytes
    OID_INDEX_COUNT = 128


cpdef enum ProviderKind:
    """What a provider is to the subscriber."""
    PROVIDER_HOME = 1
    PROVIDER_PARTNER = 2
    PROVIDER_ROAMING = 3


cpdef enum SimState:
    """State of the SIM slot; the values of the sim stimulus."""
    SIM_REMOVED = 0
    SIM_INSERTED = 1
    SIM_LOCKED = 2
    SIM_BLOCKED = 3
    SIM_BAD = 4
    SIM_FAILURE = 5


# A network around the device. The first 80 bytes are a WWAN_PROVIDER2.
ctypedef struct provider_t:
    uint16_t provider_id[7]
    uint16_t padding
    uint32_t provider_state
    uint16_t provider_name[21]
    uint16_t padding_2
    uint32_t data_class
    uint32_t cellular_class
    uint32_t rssi
    uint32_t error_rate
    uint16_t roaming_text[64]
    uint32_t kind                     # ProviderKind
    uint32_t visible                  # within coverage
    uint32_t reject_cause             # uNwError with which it refuses the subscriber, 0 = accepts
    uint32_t emergency_only


# The first 1244 bytes are a WWAN_CONTEXT; what revision 2 adds follows.
ctypedef struct provisioned_t:
    uint32_t context_id
    uint32_t context_type
    uint16_t access_string[101]
    uint16_t user_name[256]
    uint16_t password[256]
    uint16_t padding
    uint32_t compression
    uint32_t auth_type
    uint32_t ip_type
    uint32_t used
    uint32_t disabled                 # the reverse of WWAN_CONTEXT_ENABLE
    uint32_t roaming                  # WWAN_CONTEXT_ROAMING_CONTROL
    uint32_t media_type               # WWAN_CONTEXT_MEDIA_TYPE
    uint32_t source                   # WWAN_CONFIGURATION_SOURCE


ctypedef struct pin_description_t:
    uint32_t mode
    uint32_t pin_format
    uint32_t length_min
    uint32_t length_max


ctypedef struct address_t:
    uint8_t ipv4_address[4]
    uint8_t ipv4_gateway[4]
    uint8_t ipv4_dns[4]
    uint8_t ipv6_address[16]
    uint8_t ipv6_gateway[16]
    uint8_t ipv6_dns[16]
    uint32_t ipv4_prefix_length
    uint32_t ipv6_prefix_length
    uint32_t mtu
    uint32_t has_ipv4
    uint32_t has_ipv6


ctypedef struct pco_t:
    uint32_t size                     # 0 = none received
    uint32_t pco_type
    uint8_t octets[256]


ctypedef struct service_t:
    uint8_t guid[16]                  # as in memory: a Windows GUID
    uint32_t session_capability
    uint32_t session_instances_max
    uint32_t command_count
    uint32_t events                   # whether it sends events
    uint32_t commands[SERVICE_COMMAND_COUNT_MAX]


ctypedef struct latency_t:
    int64_t base_ns
    int64_t jitter_ns


ctypedef struct profile_t:
    uint32_t release                  # place of the Windows release that the miniport was made for
    uint32_t driver_major_version
    uint32_t driver_minor_version
    uint32_t driver_caps
    # capabilities
    uint32_t device_type
    uint32_t cellular_class
    uint32_t cellular_class_list      # bit N: class N of a multi-mode device
    uint32_t voice_class
    uint32_t sim_class
    uint32_t sim_class_mask
    uint32_t data_class
    uint32_t data_subclass
    uint32_t gsm_band_class
    uint32_t cdma_band_class
    uint32_t wcdma_band_class
    uint32_t sms_caps
    uint32_t control_caps
    uint32_t optional_service_caps
    uint32_t auth_algo_caps
    uint32_t contexts_active_max      # MaxActivatedContexts; a port has room for CONTEXT_COUNT_MAX
    uint32_t executor_index
    uint16_t lte_bands[20]
    uint16_t nr_bands[20]
    uint16_t custom_data_class[12]
    uint16_t custom_band_class[20]
    uint16_t device_id[18]
    uint16_t manufacturer[32]
    uint16_t model[32]
    uint16_t firmware[32]
    # subscriber
    uint32_t sim_state                # SimState at the start
    uint32_t service_activated
    uint32_t emergency_mode
    uint16_t subscriber_id[16]
    uint16_t sim_iccid[21]
    uint16_t telephone_numbers[TELEPHONE_NUMBER_COUNT_MAX][23]
    uint32_t telephone_number_count
    uint16_t pin1[17]
    uint16_t puk1[17]
    uint16_t pin2[17]
    uint32_t pin1_attempts
    uint32_t puk1_attempts
    uint32_t pin1_enabled
    pin_description_t pins[PIN_COUNT]
    # radio and network
    uint32_t hardware_radio
    uint32_t software_radio
    uint32_t register_mode            # WWAN_REGISTER_MODE at the start
    uint32_t registration_flags       # WWAN_REG_FLAGS
    uint32_t auto_attach              # attaches by itself once registered
    uint32_t names_partners           # a preferred network is a partner's; else it is roaming
    uint32_t rssi
    uint32_t error_rate
    uint32_t rssi_interval_s
    uint32_t rssi_threshold
    uint64_t link_speed_up            # bit/s
    uint64_t link_speed_down
    uint32_t frequency_range
    uint32_t tracking_area_code
    uint32_t mcc
    uint32_t mnc
    uint32_t provider_count
    provider_t home                   # the home provider, visible or not
    provider_t providers[PROVIDER_COUNT_MAX]
    uint32_t preferred_count
    provider_t preferred[PREFERRED_COUNT_MAX]
    # contexts
    uint32_t port_count
    uint32_t provisioned_count
    provisioned_t provisioned[PROVISIONED_COUNT_MAX]
    uint32_t accepted_count           # access strings the network knows; 0 = all
    uint16_t accepted[PROVISIONED_COUNT_MAX][101]
    uint16_t default_access_string[101]   # what the network gives for an empty one
    uint32_t unknown_access_cause     # uNwError for an access string the network does not know
    uint32_t credentials_required
    uint16_t user_name[256]
    uint16_t password[256]
    address_t addresses[PORT_COUNT_MAX]
    pco_t pco[PORT_COUNT_MAX]         # delivered at activation, if any
    # device services
    uint32_t service_count
    uint32_t command_data_size_max
    uint32_t session_data_size_max
    uint32_t session_count_max
    service_t services[SERVICE_COUNT_MAX]
    # timing
    latency_t completion_latency
    latency_t registration_latency    # device-initiated attempts
    latency_t ready_latency           # from SIM or power to ready
    latency_t latencies[OID_INDEX_COUNT]  # of sets; of queries unless the next has one
    latency_t query_latencies[OID_INDEX_COUNT]
    uint32_t supported[4]             # bit per OID index
