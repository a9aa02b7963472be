"""What witnesses the networks around a device, its registration, attachment and signal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wwanreplay._core import Event
from wwanreplay.analysis.infer.seen import (
    ALL,
    ANYWHERE,
    EITHER,
    PROVIDERS_MAX,
    Seen,
    decoded_of,
    later,
    member,
    number,
    one,
    stimulus,
)
from wwanreplay.protocol import PROTOCOL
from wwanreplay.replay.proposer import STIMULUS_COST, Proposal


def _provider_change(**values: Any) -> Event:
    """A network that appears or changes, or with the id alone goes."""
    inner = ("ProviderId", "ProviderName", "ProviderState", "WwanDataClass")
    provider = {name: values.pop(name) for name in inner if name in values}
    action = 0 if len(provider) == 1 else 1
    tree = {"Provider": provider, **values}
    return stimulus("provider_change", Action=action, Provider=tree)


def coverage(seen: Seen) -> Iterator[Proposal]:
    """A network, or all, came or went."""
    if seen.witness.code == number("NDIS_STATUS_WWAN_VISIBLE_PROVIDERS"):
        yield from _visible(seen)
        return
    places = _places(seen)
    present = places.get(str(seen.situation.hypothesis.engine.state().get("provider") or ""))
    yield one("coverage", ANYWHERE, Available=0, ProviderIndex=ALL)
    if present is not None:
        yield one("coverage", ("witness",), Available=0, ProviderIndex=present)
    yield one("coverage", ANYWHERE, Available=1, ProviderIndex=ALL)
    for index in list(places.values())[:PROVIDERS_MAX]:
        yield one("coverage", ("witness", "before"), Available=1, ProviderIndex=index)
        if index != present:
            yield one("coverage", ("before",), Available=0, ProviderIndex=index)


def _visible(seen: Seen) -> Iterator[Proposal]:
    """What a scan shows and the device would not: networks that came, changed or went."""
    listed = list(seen.decoded.get("Elements", ())) if seen.decoded is not None else []
    said = seen.situation.expected
    is_scan = said is not None and said.code == seen.witness.code
    expected = decoded_of(said) if is_scan else None
    known = list(expected.get("Elements", ())) if expected is not None else []
    ours = {_name_of(element): element for element in known}
    theirs = {_name_of(element): element for element in listed}
    places = _places(seen)
    changes: list[Event] = []
    for name, element in theirs.items():
        if name in ours and _network(ours[name]) == _network(element):
            continue
        if name not in ours and name in places:
            changes.append(stimulus("coverage", Available=1, ProviderIndex=places[name]))
        else:
            changes.append(_provider_change(**_network(element)))
    for name in ours:
        if name not in theirs:
            place = places.get(name, PROVIDERS_MAX)
            changes.append(stimulus("coverage", Available=0, ProviderIndex=place))
    if changes:
        yield Proposal(tuple(changes[:PROVIDERS_MAX]), ("before", "request"))
    for name in ours:
        if name not in theirs:
            remove = _provider_change(ProviderId=name)
            yield Proposal((remove,), ("before", "request"))


def _name_of(element: Any) -> str:
    return str(element[_provider_path(element) + "ProviderId"])


def _places(seen: Seen) -> dict[str, int]:
    """The place of each network in the device's list: the profile's, then those that came."""
    names = list(seen.providers)
    row = PROTOCOL.stimulus("provider_change")
    for placed in seen.situation.hypothesis.stimuli:
        if placed.event.code == row.number:
            decoded = decoded_of(placed.event)
            name = "" if decoded is None else str(decoded.get("Provider.Provider.ProviderId", ""))
            if name and name not in names:
                names.append(name)
    return {name: place for place, name in enumerate(names)}


def _provider_path(element: Any) -> str:
    return "Provider." if "Provider.ProviderId" in element else ""


def _network(element: Any) -> dict[str, Any]:
    inner = _provider_path(element)
    values = {
        name: element[inner + name]
        for name in ("ProviderId", "ProviderName", "ProviderState", "WwanDataClass")
    }
    for name in ("WwanCellularClass", "Rssi", "ErrorRate"):
        if name in element:
            values[name] = element[name]
    return values


def deregister(seen: Seen) -> Iterator[Proposal]:
    """The network threw the device out."""
    state = member("WWAN_REGISTER_STATE", seen.get("RegistrationState.RegisterState"))
    if state not in ("WwanRegisterStateDeregistered", "WwanRegisterStateDenied"):
        return
    if seen.situation.values is not None and seen.is_event:
        # A modem of the field may tell of these before it tells of their cause.
        yield one("sim", ("witness",), State="SimRemoved")
        yield one("hardware_radio", ("witness",), State="WwanRadioOff")
    cause = seen.get("RegistrationState.uNwError")
    denied = int(state == "WwanRegisterStateDenied")
    for retry in (0, 1):
        order = stimulus("network_deregister", NwError=cause, Denied=denied, Retry=retry)
        # A network that throws a device out says why.
        yield Proposal((order,), ("witness",), STIMULUS_COST + (not cause))


def networks(seen: Seen) -> Iterator[Proposal]:
    """A network that nobody knew appeared, or one that was used went."""
    state = member("WWAN_REGISTER_STATE", seen.get("RegistrationState.RegisterState"))
    present = str(seen.situation.hypothesis.engine.state().get("provider") or "")
    if present:
        yield Proposal((_provider_change(ProviderId=present),), ("witness",))
    searching = state == "WwanRegisterStateSearching"
    values = _registered_next(seen) if searching else dict(seen.values)
    name = values.get("RegistrationState.ProviderId", "")
    if not name:
        return
    known = _scanned(seen, name)
    if not known:
        preferred = values.get("RegistrationState.RegisterState") == _partner()
        states = ("WWAN_PROVIDER_STATE_VISIBLE", "WWAN_PROVIDER_STATE_PREFERRED")
        known = {
            "ProviderId": name,
            "ProviderName": values.get("RegistrationState.ProviderName", ""),
            "ProviderState": "|".join(states[: 1 + preferred]),
            "WwanDataClass": _available_next(seen),
            "WwanCellularClass": values.get("RegistrationState.CurrentCellularClass") or 1,
            "Rssi": 20,
        }
    yield Proposal((_provider_change(**known),), ANYWHERE)


def _partner() -> int:
    return PROTOCOL.number_of("WWAN_REGISTER_STATE", "WwanRegisterStatePartner")


def _registered_next(seen: Seen) -> dict[str, Any]:
    """The fields of the next report of a registration."""
    for decoded in later(seen, number("NDIS_STATUS_WWAN_REGISTER_STATE"), 24):
        if decoded.get("RegistrationState.ProviderId", ""):
            return {leaf.path: leaf.value for leaf in decoded.leaves()}
    return {}


def _available_next(seen: Seen) -> int:
    """The data classes that the next report of packet service offers."""
    for decoded in later(seen, number("NDIS_STATUS_WWAN_PACKET_SERVICE"), 24):
        found = decoded.get("PacketService.AvailableDataClass", 0)
        if found:
            return int(found)
    return 0x20


def _current_next(seen: Seen) -> int:
    """The data classes that a report of packet service says are in use next."""
    for decoded in later(seen, number("NDIS_STATUS_WWAN_PACKET_SERVICE"), 24):
        found = decoded.get("PacketService.CurrentDataClass", 0)
        if found:
            return int(found)
    return 0


def _scanned(seen: Seen, name: str) -> dict[str, Any]:
    """What the next scan that shows a network says of it."""
    for decoded in later(seen, number("NDIS_STATUS_WWAN_VISIBLE_PROVIDERS"), 400):
        for element in decoded.get("Elements", ()):
            if _name_of(element) == name:
                return _network(element)
    return {}


def roaming_text(seen: Seen) -> Iterator[Proposal]:
    """The text for roamers changed."""
    text = seen.get("RegistrationState.RoamingText", "")
    state = member("WWAN_REGISTER_STATE", seen.get("RegistrationState.RegisterState"))
    if text or state in ("WwanRegisterStateRoaming", "WwanRegisterStatePartner"):
        yield one("roaming_text", EITHER, RoamingText=text)


def cellular_class(seen: Seen) -> Iterator[Proposal]:
    """A device of two technologies went over."""
    value = seen.get("RegistrationState.CurrentCellularClass")
    if value:
        yield one("cellular_class", EITHER, CurrentCellularClass=value)
    else:
        for value in (1, 2):
            yield one("cellular_class", EITHER, CurrentCellularClass=value)


def detach(seen: Seen) -> Iterator[Proposal]:
    """The network detached the device."""
    cause = seen.get("PacketService.uNwError") or seen.get("ContextState.uNwError")
    yield one("network_detach", ("witness",), NwError=cause)


def data_class(seen: Seen) -> Iterator[Proposal]:
    """Data classes on offer or in use changed."""
    available = seen.get("PacketService.AvailableDataClass")
    current = seen.get("PacketService.CurrentDataClass")
    # A log of MBIM messages does not tell what is on offer. A device that is not attached shows
    # only that; what it uses comes later.
    for each in dict.fromkeys((current, current or _current_next(seen))):
        offer = available or each
        if offer:
            yield one("data_class", EITHER, AvailableDataClass=offer, CurrentDataClass=each)


def signal(seen: Seen) -> Iterator[Proposal]:
    """Strength or error rate changed."""
    rssi = seen.get("SignalState.Rssi", None)
    if rssi is not None:
        rate = seen.get("SignalState.ErrorRate")
        yield one("signal", ("witness", "before", "delayed"), Rssi=rssi, ErrorRate=rate)
