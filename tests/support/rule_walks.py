"""Random sessions for the rules' tests: kinds of devices, and who puts requests and changes of the
environment in an order nobody thought of, drawn from a seed.
"""

from random import Random
from typing import Any

from rule_scenarios import (
    LTE,
    SERVICE,
    WRITE_ONLY_SERVICE,
    Host,
    pack,
    profile,
    run,
)

from wwanreplay._core import Event, Lifecycle
from wwanreplay.analysis.check.fields import number

ALL_PROVIDERS = 0xFFFFFFFF

DEVICES: dict[str, dict[str, Any]] = {
    "lte": LTE,
    "windows-8": profile(structures=1),
    "windows-11": profile(structures=3, data_class=number.WWAN_DATA_CLASS_LTE | 0x40),
    "two-ports": profile(port_count=2, pco=[{"octets": bytes.fromhex("80ff00020304")}]),
    "voice": profile(voice_class=number.WwanVoiceClassSeparateVoiceData),
    "no-sim": profile(sim_state=0),
    "locked": profile(sim_state=2, pin1="1234", puk1="12345678", pin1_enabled=1),
    "not-activated": profile(service_activated=0),
    "manual": profile(register_mode=number.WwanRegisterModeManual),
    "no-attach": profile(auto_attach=0),
    "jittery": profile(
        completion_latency_ns=(1_000_000, 900_000_000),
        registration_latency_ns=(100_000_000, 5_000_000_000),
    ),
    "cdma": profile(
        cellular_class=number.WwanCellularClassCdma,
        control_caps=number.WWAN_CTRL_CAPS_HW_RADIO_SWITCH | number.WWAN_CTRL_CAPS_CDMA_SIMPLE_IP,
        data_class=number.WWAN_DATA_CLASS_1XRTT | number.WWAN_DATA_CLASS_1XEVDO,
    ),
    "refusing": profile(accepted_access_strings=["internet"]),
}

QUERIES = (
    *("READY_INFO", "RADIO_STATE", "PIN_EX", "PIN_LIST", "HOME_PROVIDER", "REGISTER_STATE"),
    *("PACKET_SERVICE", "SIGNAL_STATE", "PROVISIONED_CONTEXTS", "CONNECT", "PCO", "DEVICE_CAPS"),
    *("ENUMERATE_DEVICE_SERVICES", "DEVICE_CAPS_EX", "DRIVER_CAPS"),
)


class Walker:
    """Draws what a host and an environment do next."""

    def __init__(self, host: Host, seed: int, ports: int) -> None:
        self.host = host
        self.random = Random(seed)
        self.ports = ports
        self.steps = (
            (6, self.query),
            (5, self.connect),
            (3, self.register),
            (2, self.radio),
            (2, self.packet_service),
            (2, self.session),
            (1, self.session_data),
            (2, self.pco),
            (4, self.network),
            (1, self.sim),
            (1, self.voice),
            (1, self.outcome),
            (1, self.power),
            (1, self.lifecycle),
            (1, self.cancel),
        )

    def step(self) -> None:
        """Do one thing, and wait for a while (sometimes not at all)."""
        choices = [act for weight, act in self.steps for _ in range(weight)]
        self.random.choice(choices)()
        self.host.wait(self.random.choice((0, 0.0005, 0.003, 0.01, 0.4, 2, 12)))

    def port(self) -> int:
        return self.random.randrange(self.ports)

    def query(self) -> None:
        self.host.query(f"OID_WWAN_{self.random.choice(QUERIES)}", port=self.port(), wait_s=0)

    def connect(self) -> None:
        self.host.connect(
            self.random.choice((1, 2)),
            activate=self.random.random() < 0.6,
            access_string=self.random.choice(("internet", "", "nowhere")),
            port=self.port(),
            wait_s=0,
        )

    def register(self) -> None:
        action = self.random.choice(("Automatic", "Manual"))
        provider = self.random.choice(("26201", "20801", "22801", "31000"))
        data_class = self.random.choice((0, number.WWAN_DATA_CLASS_LTE))
        self.host.register(action, provider, data_class, wait_s=0)

    def radio(self) -> None:
        if self.random.random() < 0.5:
            self.host.radio(on=self.random.random() < 0.7, wait_s=0)
        else:
            state = int(self.random.random() < 0.7)
            self.host.stimulus("hardware_radio", State=state, wait_s=0)

    def packet_service(self) -> None:
        self.host.packet_service(attach=self.random.random() < 0.7, wait_s=0)

    def session(self) -> None:
        guid = self.random.choice((SERVICE, WRITE_ONLY_SERVICE, bytes(16)))
        identity = self.random.choice((1, 2, 3))
        if self.random.random() < 0.5:
            self.host.session_write(identity, wait_s=0)
        else:
            is_open = self.random.random() < 0.6
            self.host.session(identity, guid=guid, is_open=is_open, wait_s=0)

    def session_data(self) -> None:
        identity = self.random.choice((1, 2, 3))
        if self.random.random() < 0.7:
            self.host.stimulus(
                "device_service_data", SessionId=identity, DataSize=3, tail=b"abc", wait_s=0
            )
        else:
            self.host.stimulus("device_service_session_closed", SessionId=identity, wait_s=0)

    def pco(self) -> None:
        octets = bytes.fromhex(self.random.choice(("80ff00020304", "80ff000105", "80")))
        self.host.stimulus(
            "pco",
            port=self.port(),
            ConnectionId=self.random.choice((1, 2)),
            Size=len(octets),
            Type=0,
            PcoData=octets,
            wait_s=0,
        )

    def network(self) -> None:
        stimuli: tuple[tuple[str, dict[str, int]], ...] = (
            ("coverage", {"Available": 0, "ProviderIndex": ALL_PROVIDERS}),
            ("coverage", {"Available": 1, "ProviderIndex": ALL_PROVIDERS}),
            ("coverage", {"Available": 1, "ProviderIndex": ALL_PROVIDERS}),
            ("network_detach", {"NwError": 10}),
            ("network_deregister", {"NwError": 11, "Denied": 0, "Retry": 1}),
            ("network_deregister", {"NwError": 3, "Denied": 1, "Retry": 0}),
            ("network_deactivate", {"ConnectionId": 1, "NwError": 36}),
            ("network_deactivate", {"ConnectionId": 2, "NwError": 0}),
            ("signal", {"Rssi": self.random.randrange(32), "ErrorRate": 99}),
            (
                "data_class",
                {"AvailableDataClass": 0x3F, "CurrentDataClass": number.WWAN_DATA_CLASS_UMTS},
            ),
            ("data_class", {"AvailableDataClass": 0x3F, "CurrentDataClass": 0x20}),
        )
        name, fields = self.random.choice(stimuli)
        self.host.stimulus(name, port=self.port(), wait_s=0, **fields)

    def sim(self) -> None:
        if self.random.random() < 0.6:
            self.host.stimulus("sim", State=self.random.choice((0, 1, 1, 1, 2, 4)), wait_s=0)
        else:
            activated = int(self.random.random() < 0.7)
            self.host.stimulus("service_activation", Activated=activated, NwError=0, wait_s=0)

    def voice(self) -> None:
        state = self.random.choice((0, 1, 2))
        self.host.stimulus("voice_call", State=state, port=self.port(), wait_s=0)

    def outcome(self) -> None:
        operation, status, cause = self.random.choice(
            (
                (number.OID_WWAN_CONNECT, number.WWAN_STATUS_FAILURE, 33),
                (number.OID_WWAN_REGISTER_STATE, number.WWAN_STATUS_FAILURE, 17),
                (number.OID_WWAN_PACKET_SERVICE, number.WWAN_STATUS_FAILURE, 8),
            )
        )
        self.host.stimulus(
            "outcome", Operation=operation, uStatus=status, NwError=cause, Count=1, wait_s=0
        )

    def power(self) -> None:
        for state in (number.NdisDeviceStateD3, number.NdisDeviceStateD0):
            self.host.set("OID_PNP_SET_POWER", int(state).to_bytes(4, "little"), wait_s=0)
            self.host.wait(self.random.choice((0, 1, 30)))

    def lifecycle(self) -> None:
        pairs = (
            (Lifecycle.LIFECYCLE_PAUSE, Lifecycle.LIFECYCLE_RESTART),
            (Lifecycle.LIFECYCLE_HALT, Lifecycle.LIFECYCLE_INITIALIZE),
            (Lifecycle.LIFECYCLE_SURPRISE_REMOVAL, Lifecycle.LIFECYCLE_ARRIVAL),
        )
        away, back = self.random.choice(pairs)
        self.host.lifecycle(away, wait_s=self.random.choice((0, 3)))
        self.host.query("OID_WWAN_REGISTER_STATE", wait_s=0)
        self.host.lifecycle(back, wait_s=self.random.choice((0, 3)))
        if back == Lifecycle.LIFECYCLE_ARRIVAL:
            self.host.lifecycle(Lifecycle.LIFECYCLE_INITIALIZE, wait_s=0)

    def cancel(self) -> None:
        self.host.cancel(self.host.request_id)


def walked(mapping: dict[str, Any], seed: int, steps: int = 120) -> list[Event]:
    """The session of a walk."""
    ports = mapping.get("port_count", 1)
    return run(lambda host: walk(host, seed, ports, steps), mapping)


def walk(host: Host, seed: int, ports: int, steps: int, kind: type[Walker] = Walker) -> None:
    host.wait(3)
    for oid in ("DEVICE_CAPS", "DRIVER_CAPS", "RADIO_STATE", "READY_INFO", "CONNECT"):
        host.query(f"OID_WWAN_{oid}", wait_s=0.1)
    host.query("OID_WWAN_ENUMERATE_DEVICE_SERVICES")
    walker = kind(host, seed, ports)
    for _ in range(steps):
        walker.step()
    host.wait(200)


class WideWalker(Walker):
    """One that also works with PINs, lists, stored contexts, device services and the signal."""

    def __init__(self, host: Host, seed: int, ports: int) -> None:
        super().__init__(host, seed, ports)
        self.steps = (
            *self.steps,
            (4, self.pin),
            (2, self.scan),
            (2, self.prefer),
            (2, self.signal_set),
            (2, self.store),
            (1, self.activate_service),
            (2, self.subscribe),
            (2, self.command),
            (2, self.other_query),
        )

    def pin(self) -> None:
        payload = pack(
            "NDIS_WWAN_SET_PIN_EX",
            PinAction__PinType=self.random.choice((2, 2, 2, 3, 11)),
            PinAction__PinOperation=self.random.randrange(4),
            PinAction__Pin=self.random.choice(("1234", "1234", "0000", "12345678")),
            PinAction__NewPin=self.random.choice(("1234", "4321")),
        )
        self.host.set("OID_WWAN_PIN_EX", payload, wait_s=0)

    def scan(self) -> None:
        payload = pack("NDIS_WWAN_GET_VISIBLE_PROVIDERS", VisibleProviders__Action=0)
        self.host.query("OID_WWAN_VISIBLE_PROVIDERS", payload, wait_s=0)

    def prefer(self) -> None:
        provider = self.random.choice(("20801", "22801"))
        state = self.random.choice(
            (number.WWAN_PROVIDER_STATE_PREFERRED, number.WWAN_PROVIDER_STATE_FORBIDDEN)
        )
        tail = pack("WWAN_PROVIDER2", Provider__ProviderId=provider, Provider__ProviderState=state)
        payload = pack(
            "NDIS_WWAN_SET_PREFERRED_PROVIDERS",
            tail=tail,
            PreferredListHeader__ElementType=number.WwanStructProvider2,
            PreferredListHeader__ElementCount=1,
        )
        self.host.set("OID_WWAN_PREFERRED_PROVIDERS", payload, wait_s=0)

    def signal_set(self) -> None:
        payload = pack(
            "NDIS_WWAN_SET_SIGNAL_INDICATION",
            SignalIndication__RssiInterval=self.random.choice((0, 5, 30, 0xFFFFFFFF)),
            SignalIndication__RssiThreshold=self.random.choice((0, 1, 5, 0xFFFFFFFF)),
        )
        self.host.set("OID_WWAN_SIGNAL_STATE", payload, wait_s=0)

    def store(self) -> None:
        payload = pack(
            "NDIS_WWAN_SET_PROVISIONED_CONTEXT",
            ProvisionedContext__ContextId=self.random.choice((0xFFFFFFFF, 0, 1)),
            ProvisionedContext__ContextType=number.WwanContextTypeInternet,
            ProvisionedContext__AccessString=self.random.choice(("internet", "corporate")),
        )
        self.host.set("OID_WWAN_PROVISIONED_CONTEXTS", payload, wait_s=0)

    def activate_service(self) -> None:
        payload = pack("NDIS_WWAN_SERVICE_ACTIVATION")
        self.host.set("OID_WWAN_SERVICE_ACTIVATION", payload, wait_s=0)

    def subscribe(self) -> None:
        payload = pack(
            "NDIS_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS",
            tail=SERVICE,
            DeviceServiceListHeader__ElementType=number.WwanStructDeviceServiceGuid,
            DeviceServiceListHeader__ElementCount=1,
        )
        self.host.set("OID_WWAN_SUBSCRIBE_DEVICE_SERVICE_EVENTS", payload, wait_s=0)

    def command(self) -> None:
        payload = pack(
            "NDIS_WWAN_DEVICE_SERVICE_COMMAND",
            tail=b"data",
            Command__DeviceServiceGuid=self.random.choice((SERVICE, WRITE_ONLY_SERVICE, bytes(16))),
            Command__CommandID=self.random.choice((1, 2)),
            Command__uDataSize=4,
        )
        act = self.random.choice((self.host.set, self.host.query))
        act("OID_WWAN_DEVICE_SERVICE_COMMAND", payload, wait_s=0)

    def other_query(self) -> None:
        names = ("PREFERRED_PROVIDERS", "PIN_LIST", "PIN_EX", "PIN", "DRIVER_CAPS", "USSD")
        self.host.query(f"OID_WWAN_{self.random.choice(names)}", wait_s=0)


def walked_widely(mapping: dict[str, Any], seed: int, steps: int = 120) -> list[Event]:
    """The session of a wide walk."""
    ports = mapping.get("port_count", 1)
    return run(lambda host: walk(host, seed, ports, steps, WideWalker), mapping)
