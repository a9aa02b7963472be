# What registration, providers, packet service and signal have in common: power, and the state at
# the beginning.

cdef void network_power_down(machine_t* machine) noexcept nogil:
    """Power or presence goes away: registration and attachment end, without an event."""
    cdef device_t* device = &machine.device
    registration_attempt_cancel(machine)
    packet_attach_cancel(machine)
    timer_cancel(machine, TIMER_SIGNAL)
    device.signal_timer = 0
    device.register_state = WwanRegisterStateDeregistered
    device.registered_provider = PROVIDER_NONE
    device.register_cause = 0
    device.packet_state = WwanPacketServiceStateDetached
    device.contexts_due = 0
    device.detached_by_host = 0
    device.detached_by_network = 0
    device.rssi_reported = WWAN_RSSI_UNKNOWN
    packet_refresh(machine)


cdef void network_power_up(machine_t* machine) noexcept nogil:
    """The device was powered: report what changed since the last report; the SIM comes first."""
    registration_report_change(machine)
    packet_report_change(machine, 0)


cdef void network_reset(machine_t* machine) noexcept nogil:
    cdef device_t* device = &machine.device
    cdef const profile_t* profile = machine.profile
    device.current_cellular_class = profile.cellular_class
    device.home = profile.home
    device.register_mode = WwanRegisterModeAutomatic
    if profile.register_mode == WwanRegisterModeManual and registration_manual_supported(machine):
        device.register_mode = WwanRegisterModeManual
        memcpy(
            device.manual_provider_id, device.home.provider_id, sizeof(device.manual_provider_id)
        )
    device.preferred_data_classes = profile.data_class
    device.rssi = profile.rssi
    device.error_rate = profile.error_rate
    device.rssi_interval_s = signal_default_interval_s(machine)
    device.rssi_threshold = signal_default_threshold(machine)
    device.signal_reported_ns = -SIGNAL_GAP_NS
    provider_reset_lists(machine)
    network_power_down(machine)
    device.register_state_reported = device.register_state
    device.register_mode_reported = device.register_mode
    device.register_provider_reported = PROVIDER_NONE
    device.packet_state_reported = device.packet_state


reset_row(network_reset)
