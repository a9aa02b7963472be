"""Device services: which there are, their events, and the data of their sessions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from wwanreplay import _core
from wwanreplay._core import Event, Kind, RecordFlag
from wwanreplay.analysis.infer.draft import Draft
from wwanreplay.analysis.infer.evidence import Evidence, Proposal, decoded_of, proposal
from wwanreplay.analysis.infer.first_observations import FirstObservations
from wwanreplay.analysis.infer.readings import Reading, as_number, value_at
from wwanreplay.analysis.infer.start_records import StartRecords
from wwanreplay.analysis.infer.subject import (
    Parts,
    ProfilePart,
    StartPart,
    Subject,
    Variable,
    observes,
    reports,
    successes,
)

SERVICES: Final = "NDIS_STATUS_WWAN_SUPPORTED_DEVICE_SERVICES"
COMMANDS: Final = "NDIS_STATUS_WWAN_DEVICE_SERVICE_SUPPORTED_COMMANDS"
RESPONSE: Final = "NDIS_STATUS_WWAN_DEVICE_SERVICE_RESPONSE"
EVENT: Final = "NDIS_STATUS_WWAN_DEVICE_SERVICE_EVENT"
SUBSCRIPTION: Final = "NDIS_STATUS_WWAN_DEVICE_SERVICE_SUBSCRIPTION"
SESSION: Final = "NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION"
SESSION_READ: Final = "NDIS_STATUS_WWAN_DEVICE_SERVICE_SESSION_READ"
_COMMAND: Final = "OID_WWAN_DEVICE_SERVICE_COMMAND"
# Key of [services] → member of the list of services.
_LIMITS: Final = {
    "command_data_size_max": "uMaxCommandDataSize",
    "session_data_size_max": "uMaxSessionDataSize",
    "session_count_max": "uMaxSessionCount",
}
#: Parts in which the data of a session may come.
_SESSION_PARTS_MAX: Final = 64


class ServicesProfilePart(ProfilePart):
    """The services, and the commands that each accepts."""

    def __init__(self, draft: Draft, parts: Parts[ProfilePart]) -> None:
        super().__init__(draft, parts)
        self._listed: list[str] = []
        self._services: dict[str, dict[str, Any]] = {}
        self._used: set[str] = set()

    @observes(COMMANDS, of=successes)
    def _observe_commands(self, reading: Reading) -> None:
        service = self._service(reading.get("SupportedCommands.DeviceServiceGuid"), reading)
        for command in reading.elements if service else []:
            _add_command(service, command)

    @observes(RESPONSE, of=successes)
    def _observe_response(self, reading: Reading) -> None:
        self._observe_accepted(reading)

    @observes(_COMMAND)
    def _observe_completion(self, reading: Reading) -> None:
        """A provisional completion accepts a command, unless the log did not have it."""
        if reading.kind != Kind.KIND_COMPLETION:
            return
        event = reading.event
        is_refused = event.status & 0xC0000000 == 0xC0000000
        if not is_refused and not event.flags & RecordFlag.FLAG_INFERRED:
            self._observe_accepted(reading)

    def _observe_accepted(self, reading: Reading) -> None:
        """The device has the command of the request."""
        request = reading.request
        if request is not None and request.values:
            service = self._service(request.get("Command.DeviceServiceGuid"), request)
            _add_command(service, request.get("Command.CommandID"))

    @observes(EVENT, of=reports)
    def _observe_event(self, reading: Reading) -> None:
        self._service(reading.get("Event.DeviceServiceGuid"), reading)

    def _service(self, guid: Any, reading: Reading) -> dict[str, Any]:
        """The service with this GUID, noted as used; an empty one for what is no GUID."""
        try:
            name = str(UUID(bytes_le=guid)) if isinstance(guid, bytes) else str(UUID(guid))
        except (ValueError, TypeError, AttributeError):
            return {}
        self._used.add(name)
        if name not in self._services:
            self._services[name] = {"guid": name, "events": True, "commands": []}
            self.draft.note(f"service {name}", reading)
        return self._services[name]

    @observes(SERVICES)
    def _observe_list(self, reading: Reading) -> None:
        if not reading.succeeded or not reading.has_list or self._listed:
            return
        for key, member in _LIMITS.items():
            value = reading.number(f"DeviceServices.{member}")
            self.draft.observe("services", key, value, reading)
        used = set(self._used)
        for item in reading.elements:
            service = self._service(value_at(item, "DeviceServiceGuid"), reading)
            if not service:
                continue
            values = {
                "session_capability": as_number(value_at(item, "SessionCapability")),
                "session_instances_max": as_number(value_at(item, "uMaxSessionInstances")),
            }
            known = {key: value for key, value in values.items() if value is not None}
            service |= self.draft.fitting("service", known, f"event {reading.index}")
            self._listed.append(service["guid"])
        self._used = used
        self.draft.note("service", reading)

    def complete(self) -> None:
        """Set the services."""
        order = [*self._listed, *(name for name in self._services if name not in self._listed)]
        if len(order) > _core.SERVICE_COUNT_MAX:
            self.draft.assumed.append(
                f"service: {len(order)} are reported, the device has room for"
                f" {_core.SERVICE_COUNT_MAX}; those that are used come first"
            )
            order.sort(key=lambda name: name not in self._used)
        names = dict.fromkeys(order[: _core.SERVICE_COUNT_MAX])
        self.draft.tables["service"] = [self._services[name] for name in names]


def _add_command(service: dict[str, Any], command: Any) -> None:
    number = as_number(command)
    if not service or number is None or number > 0xFFFFFFFF:
        return
    commands: list[int] = service["commands"]
    if number not in commands and len(commands) < _core.SERVICE_COMMAND_COUNT_MAX:
        commands.append(number)


class ServicesStartPart(StartPart):
    """The services that the host is subscribed to when the trace begins."""

    def __init__(self, first: FirstObservations, parts: Parts[StartPart]) -> None:
        super().__init__(first, parts)
        self._is_set = False  # whether the host has set its subscriptions
        self._subscribed: list[str] = []

    @observes(SUBSCRIPTION)
    def _observe_subscription(self, reading: Reading) -> None:
        self._is_set |= reading.is_indication and reading.answers_set

    @observes(EVENT)
    def _observe_event(self, reading: Reading) -> None:
        guid = reading.text("Event.DeviceServiceGuid")
        if not guid or self._is_set or not reading.is_unsolicited:
            return
        if guid not in self._subscribed and _is_guid(guid):
            self._subscribed.append(guid)

    def records(self, make: StartRecords) -> Iterator[Event]:
        """Report an event of each service."""
        for guid in self._subscribed:
            yield make.report(EVENT, {"Event.DeviceServiceGuid": guid})


def _is_guid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


# Stimuli


def _event(evidence: Evidence) -> Iterator[Proposal]:
    """A device service reported."""
    if evidence.decoded is None:
        return
    data = bytes(evidence.decoded.get("Data", b""))[: evidence.get("Event.uDataSize")]
    yield proposal(
        "device_service_event",
        DeviceServiceGuid=evidence.get("Event.DeviceServiceGuid"),
        EventID=evidence.get("Event.EventID"),
        DataSize=len(data),
        Data=data,
    )


def _session_data(evidence: Evidence) -> Iterator[Proposal]:
    """Data of a session, which may come in several parts."""
    if evidence.decoded is None:
        return
    witness, session = evidence.witness, evidence.get("ReadData.uSessionID")
    data = b""
    for event in evidence.ahead(_SESSION_PARTS_MAX):
        part = decoded_of(event)
        is_next = event.code == witness.code and event.time_ns == witness.time_ns
        if not is_next or part is None or part.get("ReadData.uSessionID", None) != session:
            break
        data += bytes(part.get("Data", b""))[: part.get("ReadData.uDataSize", 0)]
        yield proposal("device_service_data", SessionId=session, DataSize=len(data), Data=data)


def _session_end(evidence: Evidence) -> Iterator[Proposal]:
    """A write that fails although the session was open."""
    decoded = decoded_of(evidence.request)
    if decoded is None:
        return
    for path in ("WriteData.uSessionID", "SessionWrite.uSessionID", "Session.uSessionID"):
        session = decoded.get(path, None)
        if session is not None:
            places = ("request", "before")
            yield proposal("device_service_session_closed", places, SessionId=session)
            return


SUBJECT: Final = Subject(
    "device services",
    150,
    profile=ServicesProfilePart,
    start=ServicesStartPart,
    variables=(
        Variable("device services", "device_service_event", (EVENT,), _event),
        Variable("session data", "device_service_data", (SESSION_READ,), _session_data),
        Variable(
            "session end",
            "device_service_session_closed",
            ("OID_WWAN_DEVICE_SERVICE_SESSION_WRITE", "OID_WWAN_DEVICE_SERVICE_SESSION", SESSION),
            _session_end,
        ),
    ),
    tables=("service", "services"),
)
