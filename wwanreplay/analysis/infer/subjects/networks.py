"""The networks around the device: home, those in reach, and those that it prefers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from wwanreplay import _core
from wwanreplay._core import Event
from wwanreplay.analysis.infer.draft import Draft, plain_text
from wwanreplay.analysis.infer.evidence import (
    ANYWHERE,
    Evidence,
    Proposal,
    decoded_of,
    proposal,
    stimulus,
)
from wwanreplay.analysis.infer.first_observations import REGISTRATION, Fact
from wwanreplay.analysis.infer.readings import Reading, as_number, value_at
from wwanreplay.analysis.infer.states import UNKNOWN
from wwanreplay.analysis.infer.subject import (
    Parts,
    ProfilePart,
    StartPart,
    Subject,
    Variable,
    observes,
    successes,
)
from wwanreplay.devices.profile_rows import PROVIDER_KINDS
from wwanreplay.protocol import PROTOCOL

HOME_PROVIDER: Final = "NDIS_STATUS_WWAN_HOME_PROVIDER"
PREFERRED_PROVIDERS: Final = "NDIS_STATUS_WWAN_PREFERRED_PROVIDERS"
REGISTER_STATE: Final = "NDIS_STATUS_WWAN_REGISTER_STATE"
VISIBLE_PROVIDERS: Final = "NDIS_STATUS_WWAN_VISIBLE_PROVIDERS"

#: The number by which a stimulus names all networks.
ALL_PROVIDERS: Final = 0xFFFFFFFF
#: Networks that are tried one by one when coverage may have changed.
PROVIDERS_MAX: Final = 8

_STATE_HOME: Final = PROTOCOL.number_of("WWAN_PROVIDER_STATE", "WWAN_PROVIDER_STATE_HOME")
_STATE_FORBIDDEN: Final = PROTOCOL.number_of("WWAN_PROVIDER_STATE", "WWAN_PROVIDER_STATE_FORBIDDEN")
_STATE_VISIBLE: Final = PROTOCOL.number_of("WWAN_PROVIDER_STATE", "WWAN_PROVIDER_STATE_VISIBLE")
_STATE_REGISTERED: Final = PROTOCOL.number_of(
    "WWAN_PROVIDER_STATE", "WWAN_PROVIDER_STATE_REGISTERED"
)
_PROVIDER_SIZE: Final = 68  # of a WWAN_PROVIDER; a WWAN_PROVIDER2 has more
# Key of a provider → its member in WWAN_PROVIDER, and in WWAN_PROVIDER2 beside one.
_PROVIDER: Final = {
    "id": "ProviderId",
    "name": "ProviderName",
    "state": "ProviderState",
    "data_class": "WwanDataClass",
}
_PROVIDER2: Final = {
    "cellular_class": "WwanCellularClass",
    "rssi": "Rssi",
    "error_rate": "ErrorRate",
}
# Homes that are assumed where nothing shows one.
_HOMES_ASSUMED: Final = ("00101", "00199")


class NetworksProfilePart(ProfilePart):
    """Home, and the networks in reach. What registrations show of networks is added to them."""

    def __init__(self, draft: Draft, parts: Parts[ProfilePart]) -> None:
        super().__init__(draft, parts)
        self.registered_ids: set[str] = set()
        self._home: tuple[dict[str, Any], Reading] | None = None
        self._home_names: Counter[str] = Counter()
        self._home_id = ""
        self._scan: list[dict[str, Any]] | None = None
        self._others: list[dict[str, Any]] = []  # beyond the first scan
        self._preferred_is_set = False

    # Evidence

    @observes(HOME_PROVIDER, of=successes)
    def _observe_home(self, reading: Reading) -> None:
        self._observe_model(reading)
        home = self._provider("home", reading.get("Provider"), reading)
        if not home.get("id"):
            return
        self._home_names[home.get("name", "")] += 1
        if self._home is None:
            self._home = (home, reading)
            self._home_id = home["id"]

    def _observe_model(self, reading: Reading) -> None:
        """The forms of Windows 7 are those of driver model 1.0."""
        is_short = reading.elements and reading.element_size == _PROVIDER_SIZE
        if is_short or reading.structure == "NDIS_WWAN_HOME_PROVIDER":
            self.draft.observe(
                "driver", "major_version", 1, reading, "a provider of the short form"
            )

    def _provider(self, table: str, tree: Any, reading: Reading) -> dict[str, Any]:
        """A WWAN_PROVIDER or WWAN_PROVIDER2 as a table of a profile."""
        inner = value_at(tree, "Provider")
        inner = tree if inner is None else inner
        values = {key: value_at(inner, member) for key, member in _PROVIDER.items()}
        values |= {key: value_at(tree, member) for key, member in _PROVIDER2.items()}
        known = {
            key: plain_text(value) if isinstance(value, str) else value
            for key, value in values.items()
            if isinstance(value, str) or as_number(value) is not None
        }
        return self.draft.fitting(table, known, f"event {reading.index}")

    @observes(VISIBLE_PROVIDERS)
    def _observe_visible(self, reading: Reading) -> None:
        if not reading.succeeded or not reading.has_list:
            return
        self._observe_model(reading)
        found = [self._provider("provider", item, reading) for item in reading.elements]
        found = [provider for provider in found if "id" in provider]
        for provider in found:
            state = provider.get("state", 0)
            provider["state"] = (state & ~_STATE_REGISTERED) | _STATE_VISIBLE
            provider["kind"] = "roaming"
            if state & _STATE_HOME:
                provider["kind"] = "home"
                self.observe_at_home(provider)
        if self._scan is None:
            self._observe_first_scan(found, reading)
        else:
            for provider in found:
                self.add(provider | {"visible": False})

    def _observe_first_scan(self, found: list[dict[str, Any]], reading: Reading) -> None:
        """What is in reach at the start, with what registrations showed before."""
        self._scan = found
        self.draft.note("provider", reading)
        earlier, self._others = self._others, []
        for provider in earlier:
            known = self.add(provider)
            if provider["id"] in self.registered_ids:
                known["kind"] = provider["kind"]
                known["name"] = provider.get("name", "")

    @observes(PREFERRED_PROVIDERS, of=successes)
    def _observe_preferred(self, reading: Reading) -> None:
        if reading.answers_set:
            self._preferred_is_set = True
        if not reading.has_list or self._preferred_is_set or self.draft.is_observed("preferred"):
            return
        self._observe_model(reading)
        found = [self._provider("preferred", item, reading) for item in reading.elements]
        found = [provider for provider in found if provider.get("id")]
        limit = _core.PREFERRED_COUNT_MAX
        self.draft.tables["preferred"] = self.draft.limited("preferred", found, limit)
        self.draft.note("preferred", reading)

    def observe_at_home(self, provider: Mapping[str, Any]) -> None:
        """A network that counts as home."""
        self._home_names[provider.get("name", "")] += 1
        self._home_id = self._home_id or provider.get("id", "")

    def known(self, provider_id: str) -> dict[str, Any] | None:
        """The network with this id."""
        for provider in self._found():
            if provider["id"] == provider_id:
                return provider
        return None

    def add(self, provider: dict[str, Any]) -> dict[str, Any]:
        """The network with this id, added when it was unknown."""
        known = self.known(provider["id"])
        if known is not None:
            for key, value in provider.items():
                if key != "visible":
                    known.setdefault(key, value)
            return known
        self._others.append(provider)
        return provider

    def _found(self) -> list[dict[str, Any]]:
        return [*(self._scan or []), *self._others]

    # Conclusions

    def complete(self) -> None:
        """Set home and the networks."""
        self._complete_home()
        draft = self.draft
        found = self._found()
        if not found:
            found = [dict(draft.tables["home"])]
            draft.assumed.append("provider: no event tells a network; the home network is in reach")
        for provider in found:
            if provider["id"] == self._home_id:
                provider["kind"] = "home"
            elif provider.get("kind") == "home":
                provider["kind"] = "roaming"
            provider.setdefault("state", _STATE_VISIBLE)
            for key in ("rssi", "error_rate"):
                provider.setdefault(key, UNKNOWN)
        limit = _core.PROVIDER_COUNT_MAX
        if len(found) > limit:
            found.sort(key=lambda provider: provider["id"] not in self.registered_ids)
        draft.tables["provider"] = draft.limited("provider", found, limit)

    def _complete_home(self) -> None:
        draft = self.draft
        if self._home is not None:
            home, reading = dict(self._home[0]), self._home[1]
            draft.note("home", reading)
        elif self._home_id:
            known = self.known(self._home_id) or {}
            keys = ("id", "name", "data_class", "cellular_class")
            home = {key: known[key] for key in keys if key in known} | {"id": self._home_id}
            draft.assumed.append("home: as the network that counts as home")
        else:
            home = {"id": self._assumed_home()}
            draft.assumed.append("home: no event tells the home provider")
        if self._home_names:
            home["name"] = self._home_names.most_common(1)[0][0]
        home |= {"kind": "home", "state": _STATE_HOME}
        draft.tables["home"] = home
        self._home_id = home["id"]

    def _assumed_home(self) -> str:
        """The home network that the subscriber's identity names, if it is none of the others."""
        digits = str(self.draft.value("sim", "subscriber_id") or "")[:5]
        others = {provider["id"] for provider in self._found()}
        candidates = (digits if digits.isdigit() else "", *_HOMES_ASSUMED)
        return next((each for each in candidates if each and each not in others), "")


class NetworksStartPart(StartPart):
    """Which networks are in reach when the trace begins."""

    #: The network that a scan, before any registration, shows as registered with.
    registered_in_scan: str | None = None
    #: Whether a scan shows a network.
    is_seen = False

    @observes(VISIBLE_PROVIDERS, of=successes)
    def _observe_visible(self, reading: Reading) -> None:
        if reading.elements:
            self.is_seen = True
        for element in reading.elements:
            tree = value_at(element, "Provider")
            tree = element if tree is None else tree
            flags = as_number(value_at(tree, "ProviderState")) or 0
            if flags & _STATE_REGISTERED:
                self.first.show(Fact.CARD_IS_READY, Fact.NETWORK_SERVES)
                if self.first.get(REGISTRATION) is None and self.registered_in_scan is None:
                    self.registered_in_scan = str(value_at(tree, "ProviderId"))

    @cached_property
    def usable(self) -> list[Mapping[str, Any]]:
        """The networks in reach that accept the subscriber, home first."""
        home = self.home_id
        found = [
            provider
            for provider in self.profile.get("providers", [])
            if provider.get("visible", 1)
            and not provider.get("reject_cause")
            and not provider.get("emergency_only")
            and not provider.get("provider_state", 0) & _STATE_FORBIDDEN
        ]
        kind = PROVIDER_KINDS["home"]
        return sorted(
            found, key=lambda one: (one.get("provider_id") != home, one.get("kind", kind))
        )

    @property
    def home_id(self) -> str | None:
        """The id of the home network."""
        found: str | None = self.profile.get("home", {}).get("provider_id")
        return found

    def available_data_class(self, provider_id: str) -> int:
        """The data classes that a network offers this device."""
        device = int(self.profile.get("data_class", 0))
        for provider in self.profile.get("providers", []):
            if provider.get("provider_id") == provider_id:
                return int(provider.get("data_class", 0)) & device or device
        return device


# Stimuli


def provider_change(**values: Any) -> Event:
    """A network that appears or changes, or with the id alone goes."""
    inner = ("ProviderId", "ProviderName", "ProviderState", "WwanDataClass")
    provider = {name: values.pop(name) for name in inner if name in values}
    action = 0 if len(provider) == 1 else 1
    tree = {"Provider": provider, **values}
    return stimulus("provider_change", Action=action, Provider=tree)


def present_provider(evidence: Evidence) -> str:
    """The id of the network that the device is registered with, empty without one."""
    return str(evidence.device_state.get("provider") or "")


def provider_places(evidence: Evidence) -> dict[str, int]:
    """The place of each network in the device's list: the profile's, then those that came."""
    names = list(evidence.providers)
    code = PROTOCOL.stimulus("provider_change").number
    for event in evidence.stimuli():
        if event.code == code:
            decoded = decoded_of(event)
            name = "" if decoded is None else str(decoded.get("Provider.Provider.ProviderId", ""))
            if name and name not in names:
                names.append(name)
    return {name: place for place, name in enumerate(names)}


def next_scan_of(evidence: Evidence, provider_id: str) -> dict[str, Any]:
    """What the next scan that shows a network has of it; empty without one."""
    for decoded in evidence.reports_ahead(VISIBLE_PROVIDERS, 400):
        for element in decoded.get("Elements", ()):
            if _id_of(element) == provider_id:
                return _network_of(element)
    return {}


def _inner_path(element: Any) -> str:
    return "Provider." if "Provider.ProviderId" in element else ""


def _id_of(element: Any) -> str:
    return str(element[_inner_path(element) + "ProviderId"])


def _network_of(element: Any) -> dict[str, Any]:
    """The values of a stimulus that makes a network as a scan shows it."""
    inner = _inner_path(element)
    values = {name: element[inner + name] for name in _PROVIDER.values()}
    return values | {name: element[name] for name in _PROVIDER2.values() if name in element}


def _coverage(evidence: Evidence) -> Iterator[Proposal]:
    """A network, or all, came or went."""
    if evidence.is_a(VISIBLE_PROVIDERS):
        yield from _coverage_of_scan(evidence)
        return
    places = provider_places(evidence)
    present = places.get(present_provider(evidence))
    yield proposal("coverage", ANYWHERE, Available=0, ProviderIndex=ALL_PROVIDERS)
    if present is not None:
        yield proposal("coverage", ("witness",), Available=0, ProviderIndex=present)
    yield proposal("coverage", ANYWHERE, Available=1, ProviderIndex=ALL_PROVIDERS)
    for index in list(places.values())[:PROVIDERS_MAX]:
        yield proposal("coverage", ("witness", "before"), Available=1, ProviderIndex=index)
        if index != present:
            yield proposal("coverage", ("before",), Available=0, ProviderIndex=index)


def _coverage_of_scan(evidence: Evidence) -> Iterator[Proposal]:
    """What a scan shows and the device would not: networks that came, changed or went."""
    decoded, reported = evidence.decoded, evidence.expected
    listed = list(decoded.get("Elements", ())) if decoded is not None else []
    is_scan = reported is not None and reported.code == evidence.witness.code
    expected = decoded_of(reported) if is_scan else None
    known = list(expected.get("Elements", ())) if expected is not None else []
    ours = {_id_of(element): element for element in known}
    theirs = {_id_of(element): element for element in listed}
    gone = [name for name in ours if name not in theirs]
    places = provider_places(evidence)
    changes: list[Event] = []
    for name, element in theirs.items():
        if name in ours and _network_of(ours[name]) == _network_of(element):
            continue
        if name not in ours and name in places:
            changes.append(stimulus("coverage", Available=1, ProviderIndex=places[name]))
        else:
            changes.append(provider_change(**_network_of(element)))
    for name in gone:
        place = places.get(name, PROVIDERS_MAX)
        changes.append(stimulus("coverage", Available=0, ProviderIndex=place))
    if changes:
        yield Proposal(tuple(changes[:PROVIDERS_MAX]), ("before", "request"))
    for name in gone:
        yield Proposal((provider_change(ProviderId=name),), ("before", "request"))


SUBJECT: Final = Subject(
    "networks",
    50,
    profile=NetworksProfilePart,
    start=NetworksStartPart,
    variables=(Variable("coverage", "coverage", (REGISTER_STATE, VISIBLE_PROVIDERS), _coverage),),
    tables=("network", "home", "provider", "preferred"),
)
