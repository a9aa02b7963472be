"""What a trace tells of the networks: home, those in reach, packet service, signal, link."""

from __future__ import annotations

from collections import Counter
from typing import Any

from wwanreplay import _core
from wwanreplay.analysis.infer.draft import Draft, plain_text
from wwanreplay.analysis.infer.readings import Reading, as_number, value_at
from wwanreplay.protocol import PROTOCOL

DEREGISTERED, SEARCHING, HOME, ROAMING, PARTNER, DENIED = range(1, 7)
REGISTERED = (HOME, ROAMING, PARTNER)
ATTACHING, ATTACHED, DETACHING, DETACHED = range(1, 5)
AUTOMATIC, MANUAL = 1, 2
RSSI_MAX, UNKNOWN = 31, 99
LINK_SPEED_MAX = 2**63 - 1
LATENCY_NS_MAX = 10**15
SECOND_NS = 10**9

_KINDS = {HOME: "home", PARTNER: "partner", ROAMING: "roaming", DENIED: "roaming"}
_STATE_HOME = PROTOCOL.number_of("WWAN_PROVIDER_STATE", "WWAN_PROVIDER_STATE_HOME")
_STATE_VISIBLE = PROTOCOL.number_of("WWAN_PROVIDER_STATE", "WWAN_PROVIDER_STATE_VISIBLE")
_STATE_REGISTERED = PROTOCOL.number_of("WWAN_PROVIDER_STATE", "WWAN_PROVIDER_STATE_REGISTERED")
_PROVIDER_SIZE = 68  # of a WWAN_PROVIDER; a WWAN_PROVIDER2 has more
_CONNECTED = 1  # MediaConnectStateConnected
# Key of a provider → its member in WWAN_PROVIDER, and in WWAN_PROVIDER2 beside one.
_PROVIDER = {
    "id": "ProviderId",
    "name": "ProviderName",
    "state": "ProviderState",
    "data_class": "WwanDataClass",
}
_BRINGING = ("NDIS_STATUS_WWAN_READY_INFO", "NDIS_STATUS_WWAN_RADIO_STATE")
_PROVIDER2 = {"cellular_class": "WwanCellularClass", "rssi": "Rssi", "error_rate": "ErrorRate"}


class NetworksPart:
    """Gathers what tells of networks."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.home: tuple[dict[str, Any], Reading] | None = None
        self.home_names: Counter[str] = Counter()
        self.home_id = ""
        self.scan: list[dict[str, Any]] | None = None
        self.providers: list[dict[str, Any]] = []  # beyond the first scan
        self.register_state = 0  # as last told
        self.register_told = False
        self.preferred_set = False
        self.cellular_class = 0
        self.data_subclasses = 0
        self.provider_id = ""  # of the network registered with
        self.registered_before = False
        self.registered_ids: set[str] = set()
        self.data_classes = 0
        self.last_ns = 0  # of the last event
        self.under_way = False  # an attempt that began before the trace
        self.brought_ns = 0  # when SIM or radio let the device look for a network
        self.searching_ns: int | None = None
        self.registered_ns: int | None = None
        self.packet_state = 0
        self.packet_events = 0
        self.auto_attach: tuple[bool, Reading] | None = None
        self.registrations_unasked = 0

    def take(self, reading: Reading) -> None:
        """Take one event."""
        takers = {
            "NDIS_STATUS_WWAN_HOME_PROVIDER": self._take_home,
            "NDIS_STATUS_WWAN_VISIBLE_PROVIDERS": self._take_visible,
            "NDIS_STATUS_WWAN_PREFERRED_PROVIDERS": self._take_preferred,
            "NDIS_STATUS_WWAN_REGISTER_STATE": self._take_registration,
            "NDIS_STATUS_WWAN_PACKET_SERVICE": self._take_packet_service,
            "NDIS_STATUS_WWAN_SIGNAL_STATE": self._take_signal,
            "NDIS_STATUS_LINK_STATE": self._take_link,
            "OID_GEN_LINK_STATE": self._take_link,
        }
        self.last_ns = max(self.last_ns, reading.event.time_ns)
        if reading.name in _BRINGING and not reading.answers_query and not self.register_state:
            self.brought_ns = reading.event.time_ns
        told = not reading.is_request and reading.values and reading.status == 0
        if told and reading.name in takers:
            takers[reading.name](reading)

    # Providers

    def _take_home(self, reading: Reading) -> None:
        self._tell_model(reading)
        tree = reading.get("Provider")
        home = self._provider("home", tree, reading)
        if not home.get("id"):
            return
        self.home_names[home.get("name", "")] += 1
        if self.home is None:
            self.home = (home, reading)
            self.home_id = home["id"]

    def _tell_model(self, reading: Reading) -> None:
        """The forms of Windows 7 are those of driver model 1.0."""
        short = reading.elements and reading.element_size == _PROVIDER_SIZE
        if short or reading.structure == "NDIS_WWAN_HOME_PROVIDER":
            self.draft.tell("driver", "major_version", 1, reading, "a provider of the short form")

    def _provider(self, table: str, tree: Any, reading: Reading) -> dict[str, Any]:
        """A WWAN_PROVIDER or WWAN_PROVIDER2 as a table of a profile."""
        inner = value_at(tree, "Provider")
        inner = tree if inner is None else inner
        values = {key: value_at(inner, member) for key, member in _PROVIDER.items()}
        values |= {key: value_at(tree, member) for key, member in _PROVIDER2.items()}
        told = {
            key: plain_text(value) if isinstance(value, str) else value
            for key, value in values.items()
            if isinstance(value, str) or as_number(value) is not None
        }
        return self.draft.fitting(table, told, f"event {reading.index}")

    def _take_visible(self, reading: Reading) -> None:
        if not reading.has_list:
            return
        self._tell_model(reading)
        found = [self._provider("provider", item, reading) for item in reading.elements]
        found = [provider for provider in found if "id" in provider]
        for provider in found:
            state = provider.get("state", 0)
            provider["state"] = (state & ~_STATE_REGISTERED) | _STATE_VISIBLE
            provider["kind"] = "roaming"
            if state & _STATE_HOME:
                provider["kind"] = "home"
                self.home_id = self.home_id or provider["id"]
                self.home_names[provider.get("name", "")] += 1
        if self.scan is None:
            self._take_first_scan(found, reading)
        else:
            for provider in found:
                self._add(provider | {"visible": False})

    def _take_first_scan(self, found: list[dict[str, Any]], reading: Reading) -> None:
        """What is in reach at the start, with what registrations told before."""
        self.scan = found
        self.draft.witness("provider", reading)
        earlier, self.providers = self.providers, []
        for provider in earlier:
            known = self._add(provider)
            if provider["id"] in self.registered_ids:
                known["kind"] = provider["kind"]
                known["name"] = provider.get("name", "")

    def _known(self, provider_id: str) -> dict[str, Any] | None:
        for provider in [*(self.scan or []), *self.providers]:
            if provider["id"] == provider_id:
                return provider
        return None

    def _add(self, provider: dict[str, Any]) -> dict[str, Any]:
        """The provider with this id, added when it was unknown."""
        known = self._known(provider["id"])
        if known is not None:
            for key, value in provider.items():
                if key != "visible":
                    known.setdefault(key, value)
            return known
        self.providers.append(provider)
        return provider

    def _take_preferred(self, reading: Reading) -> None:
        if reading.answers_set:
            self.preferred_set = True
        if not reading.has_list or self.preferred_set or self.draft.told("preferred"):
            return
        self._tell_model(reading)
        found = [self._provider("preferred", item, reading) for item in reading.elements]
        found = [provider for provider in found if provider.get("id")]
        if len(found) > _core.PREFERRED_COUNT_MAX:
            self.draft.assumed.append(
                f"preferred: {len(found)} are told, the device has room for"
                f" {_core.PREFERRED_COUNT_MAX}"
            )
        self.draft.tables["preferred"] = found[: _core.PREFERRED_COUNT_MAX]
        self.draft.witness("preferred", reading)

    # Registration

    def _take_registration(self, reading: Reading) -> None:
        draft = self.draft
        state = reading.number("RegistrationState.RegisterState") or 0
        mode = reading.number("RegistrationState.RegisterMode")
        if mode in (AUTOMATIC, MANUAL) and not self.register_told:
            before = AUTOMATIC if reading.answers_set else mode
            draft.tell("network", "register_mode", before, reading)
        self.register_told = True
        draft.tell(
            "network",
            "registration_flags",
            reading.number("RegistrationState.WwanRegFlags"),
            reading,
        )
        self._take_times(reading, state)
        self.cellular_class = self.cellular_class or (
            reading.number("RegistrationState.CurrentCellularClass") or 0
        )
        if state in REGISTERED or state == DENIED:
            self._take_network(reading, state)
        elif state in (DEREGISTERED, SEARCHING):
            self.provider_id = ""
        if state:
            self.register_state = state

    def _take_times(self, reading: Reading, state: int) -> None:
        """How long the device's own attempts take."""
        now_ns = reading.event.time_ns
        if state in REGISTERED and not self.register_state and reading.is_unsolicited:
            # Even if nothing told so, the device looked for it.
            self._tell_time("registration", now_ns - self.brought_ns, reading)
        changed = reading.answers_set or reading.is_unsolicited
        if state == SEARCHING and not self.register_state and not changed:
            self.under_way = True
        elif self.under_way and state not in (0, SEARCHING):
            self.under_way = False
            # A set ends it by itself; nothing else may come before.
            self._tell_time("registration", now_ns + reading.answers_set * SECOND_NS, reading)
        if not reading.is_unsolicited:
            if reading.answers_set or state != SEARCHING:
                self.searching_ns = None
            return
        if state == SEARCHING:
            self.searching_ns = now_ns if self.searching_ns is None else self.searching_ns
        elif state in REGISTERED:
            if self.register_state not in REGISTERED:
                self.registrations_unasked += 1
            self.registered_ns = now_ns
            if self.searching_ns is not None:
                self._tell_time("registration", now_ns - self.searching_ns, reading)
            self.searching_ns = None
        else:
            self.searching_ns = None

    def _tell_time(self, key: str, delay_ns: int, reading: Reading) -> None:
        if 0 <= delay_ns <= LATENCY_NS_MAX and not self.draft.told(f"timing.{key}"):
            self.draft.tables.setdefault("timing", {})[key] = f"{delay_ns}ns" if delay_ns else 0
            self.draft.witness(f"timing.{key}", reading)

    def _take_network(self, reading: Reading, state: int) -> None:
        values = {
            "id": reading.text("RegistrationState.ProviderId"),
            "name": reading.text("RegistrationState.ProviderName"),
            "roaming_text": reading.text("RegistrationState.RoamingText"),
            "cellular_class": reading.number("RegistrationState.CurrentCellularClass"),
        }
        told = {key: value for key, value in values.items() if value is not None}
        provider = self.draft.fitting("provider", told, f"event {reading.index}")
        if state == HOME:
            self.home_names[provider.get("name", "")] += 1
            self.home_id = self.home_id or provider.get("id", "")
            provider.pop("roaming_text", None)
        if not provider.get("id"):
            return
        known = self._known(provider["id"])
        if known is not None and known.get("name") != provider.get("name"):
            known["name"] = provider.get("name", "")  # what is told more often than in scans
        first = not self.registered_before
        reached = first or reading.answers_set  # a set found it, so that it was there
        added = self._add(provider | {"visible": reached})
        if reached:
            added["visible"] = True
        if provider["id"] not in self.registered_ids:
            self.registered_ids.add(provider["id"])
            added["kind"] = _KINDS[state]
        if state == DENIED and first:
            added["emergency_only"] = True
        elif state != DENIED:
            added.pop("emergency_only", None)
        if provider.get("roaming_text"):
            added["roaming_text"] = added.get("roaming_text") or provider["roaming_text"]
        self.draft.witness(f"provider {provider['id']}", reading)
        self.registered_before = True
        self.provider_id = provider["id"]

    # Packet service, signal, link

    def _take_packet_service(self, reading: Reading) -> None:
        draft = self.draft
        state = reading.number("PacketService.PacketServiceState") or 0
        available = reading.number("PacketService.AvailableDataClass") or 0
        current = reading.number("PacketService.CurrentDataClass") or 0
        self.data_classes |= (available | current) & 0xFFFFFFFF
        self.data_subclasses |= reading.number("PacketService.CurrentDataSubClass") or 0
        known = self._known(self.provider_id) if self.provider_id else None
        if known is not None and available and not known.get("data_class"):
            known["data_class"] = available & 0xFFFFFFFF
        for key, path in (
            ("mcc", "CurrentTai.Mcc"),
            ("mnc", "CurrentTai.Mnc"),
            ("tracking_area_code", "CurrentTai.Tac"),
            ("frequency_range", "FrequencyRange"),
        ):
            draft.tell("network", key, reading.number(f"PacketService.{path}") or None, reading)
        self._take_attachment(reading, state)

    def _take_attachment(self, reading: Reading, state: int) -> None:
        """Whether the device attaches by itself."""
        if reading.is_unsolicited:
            self.packet_events += 1
            if self.auto_attach is None and state in (ATTACHING, ATTACHED):
                self.auto_attach = (True, reading)
            if state == ATTACHED and self.registered_ns is not None:
                delay_ns = reading.event.time_ns - self.registered_ns
                self._tell_time("attach", delay_ns, reading)
                self.registered_ns = None
        elif state == DETACHED and reading.answers_query and self.auto_attach is None:
            idle = self.register_state in REGISTERED
            self.auto_attach = (False, reading) if idle else None
        if state:
            self.packet_state = state

    def _take_signal(self, reading: Reading) -> None:
        for element in reading.elements:
            self.data_classes |= (as_number(value_at(element, "DataClass")) or 0) & 0xFFFFFFFF
        rssi = reading.number("SignalState.Rssi")
        error_rate = reading.number("SignalState.ErrorRate")
        known = rssi is not None and rssi <= RSSI_MAX
        if known and self.draft.tell("network", "rssi", rssi, reading):
            self.draft.tell("network", "error_rate", error_rate, reading)
        if not reading.answers_set:
            for key, member in (
                ("rssi_interval_s", "RssiInterval"),
                ("rssi_threshold", "RssiThreshold"),
            ):
                self.draft.tell("network", key, reading.number(f"SignalState.{member}"), reading)

    def _take_link(self, reading: Reading) -> None:
        """The fastest link is that of the best data class."""
        if reading.number("MediaConnectState") != _CONNECTED:
            return
        for key, member in (
            ("link_speed_up_bit_s", "XmitLinkSpeed"),
            ("link_speed_down_bit_s", "RcvLinkSpeed"),
        ):
            speed = reading.number(member)
            if speed is None or not 0 < speed <= LINK_SPEED_MAX:
                continue
            if not self.draft.tell("network", key, speed, reading):
                table = self.draft.tables["network"]
                table[key] = max(table.get(key, 0), speed)

    # Ending

    def finish(self) -> None:
        """What all events together tell."""
        draft = self.draft
        self._finish_home()
        self._finish_providers()
        if self.under_way:
            delay_ns = min(max(self.last_ns, 0) + SECOND_NS, LATENCY_NS_MAX)
            draft.tables.setdefault("timing", {})["registration"] = f"{delay_ns}ns"
        attach = draft.tables.get("timing", {}).pop("attach", None)
        if attach is not None:
            draft.tables["timing"]["operations"] = {"OID_WWAN_PACKET_SERVICE": attach}
        if self.auto_attach is not None:
            draft.tell("network", "auto_attach", *self.auto_attach)
        elif self.registrations_unasked and not self.packet_events:
            draft.assume(
                "network", "auto_attach", False, "nothing tells that the device attaches by itself"
            )
        if self.cellular_class in (1, 2) and not draft.told("device.cellular_class"):
            draft.assume("device", "cellular_class", self.cellular_class, "that of the network")
        if self.data_subclasses and not draft.told("device.data_subclass"):
            draft.assume(
                "device", "data_subclass", self.data_subclasses & 0xFFFFFFFF, "those in use"
            )
        classes = draft.value("device", "data_class") or 0
        if draft.told("device.data_class") or not self.data_classes & ~classes:
            return
        draft.assume(
            "device", "data_class", classes | self.data_classes, "with what packet service told"
        )

    def _finish_home(self) -> None:
        draft = self.draft
        home, reading = ({}, None) if self.home is None else self.home
        home = dict(home)
        if reading is not None:
            draft.witness("home", reading)
        elif self.home_id:
            known = self._known(self.home_id) or {}
            home = {
                key: known[key]
                for key in ("id", "name", "data_class", "cellular_class")
                if key in known
            }
            home["id"] = self.home_id
            draft.assumed.append("home: as the network that counts as home")
        else:
            subscriber = str(draft.value("sim", "subscriber_id") or "")
            others = {p["id"] for p in [*(self.scan or []), *self.providers]}
            guesses = [subscriber[:5] if subscriber[:5].isdigit() else "", "00101", "00199"]
            home["id"] = next((guess for guess in guesses if guess and guess not in others), "")
            draft.assumed.append("home: no event tells the home provider")
        if self.home_names:
            home["name"] = self.home_names.most_common(1)[0][0]
        home |= {"kind": "home", "state": _STATE_HOME}
        draft.tables["home"] = home
        self.home_id = home["id"]

    def _finish_providers(self) -> None:
        draft = self.draft
        found = [*(self.scan or []), *self.providers]
        if not found:
            home = draft.tables["home"]
            found = [dict(home)]
            draft.assumed.append("provider: no event tells a network; the home network is in reach")
        for provider in found:
            if provider["id"] == self.home_id:
                provider["kind"] = "home"
            elif provider.get("kind") == "home":
                provider["kind"] = "roaming"
            provider.setdefault("state", _STATE_VISIBLE)
            for key in ("rssi", "error_rate"):
                provider.setdefault(key, UNKNOWN)
        if len(found) > _core.PROVIDER_COUNT_MAX:
            draft.assumed.append(
                f"provider: {len(found)} are told, the device has room for"
                f" {_core.PROVIDER_COUNT_MAX}"
            )
            found.sort(key=lambda provider: provider["id"] not in self.registered_ids)
        draft.tables["provider"] = found[: _core.PROVIDER_COUNT_MAX]
