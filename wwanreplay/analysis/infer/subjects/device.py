"""The device itself: capabilities, the structures that it speaks, its OIDs and ports."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from wwanreplay import _core
from wwanreplay._core import Kind
from wwanreplay.analysis.infer.draft import Draft
from wwanreplay.analysis.infer.readings import Reading, as_number, value_at
from wwanreplay.analysis.infer.states import ndis_status
from wwanreplay.analysis.infer.subject import (
    EVERYTHING,
    Parts,
    ProfilePart,
    Subject,
    observes,
    successes,
)
from wwanreplay.protocol import PROTOCOL, releases
from wwanreplay.protocol.engine_table import introduced, model_oids, modelled, reports
from wwanreplay.protocol.kinds import REQUESTS
from wwanreplay.protocol.schema import ListTail

_RELEASES: Final = tuple(row for row in releases.ROWS if row.profile)
# Telephone numbers got longer behind Windows 8.
_NUMBERS_STRUCTURE: Final = "NDIS_WWAN_READY_INFO"
_NUMBER_SIZE_FIRST: Final = 32
_NUMBERS_LONGER: Final = releases.place_of("win81")

# Key of [device] → member of WWAN_DEVICE_CAPS and WWAN_DEVICE_CAPS_EX.
_CAPS: Final = {
    "type": "WwanDeviceType",
    "cellular_class": "WwanCellularClass",
    "voice_class": "WwanVoiceClass",
    "sim_class": "WwanSimClass",
    "sim_classes": "WwanSimClassBitMasks",
    "data_class": "WwanDataClass",
    "data_subclass": "WwanDataSubClass",
    "gsm_band_class": "WwanGsmBandClass",
    "cdma_band_class": "WwanCdmaBandClass",
    "wcdma_band_class": "WwanWCDMABandClass",
    "sms_caps": "WwanSmsCaps",
    "control_caps": "WwanControlCaps",
    "optional_service_caps": "WwanOptionalServiceCaps",
    "auth_algo_caps": "WwanAuthAlgoCaps",
    "contexts_active_max": "MaxActivatedContexts",
    "executor_index": "ExecutorIndex",
    "custom_data_class": "CustomDataClass",
    "custom_band_class": "CustomBandClass",
    "device_id": "DeviceId",
    "manufacturer": "Manufacturer",
    "model": "Model",
    "firmware": "FirmwareInfo",
}
_BANDS: Final = {"lte_bands": "WwanLTEBandClass", "nr_bands": "WwanNRBandClass"}
_DRIVER_CAPS: Final = {
    "major_version": "ulMajorVersion",
    "minor_version": "ulMinorVersion",
    "caps": "ulDriverCaps",
}
_REFUSALS: Final = frozenset({ndis_status("NOT_SUPPORTED"), ndis_status("INVALID_OID")})
_INVALID_PORT: Final = ndis_status("INVALID_PORT")
# These are refused for what they carry, too: a service or command that is not known.
_REFUSED_FOR_CONTENTS: Final = "OID_WWAN_DEVICE_SERVICE_"
_MASK: Final = 0xFFFFFFFF


class DeviceProfilePart(ProfilePart):
    """What the device is and can do."""

    neutral: Mapping[str, Mapping[str, Any]] = {
        "driver": {"major_version": 2, "minor_version": 0},
        "device": {
            "type": "WwanDeviceTypeEmbedded",
            "cellular_class": "WwanCellularClassGsm",
            "voice_class": "WwanVoiceClassNoVoice",
            "sim_class": "WwanSimClassSimRemovable",
            "data_class": "|".join(
                f"WWAN_DATA_CLASS_{name}"
                for name in ("GPRS", "EDGE", "UMTS", "HSDPA", "HSUPA", "LTE")
            ),
            "control_caps": "WWAN_CTRL_CAPS_REG_MANUAL|WWAN_CTRL_CAPS_HW_RADIO_SWITCH",
            "optional_service_caps": (
                "WWAN_OPTIONAL_SERVICE_CAPS_PROVISIONED_CONTEXT_MGMT|WWAN_OPTIONAL_SERVICE_CAPS_PCO"
            ),
        },
    }

    def __init__(self, draft: Draft, parts: Parts[ProfilePart]) -> None:
        super().__init__(draft, parts)
        self._releases = _RELEASES
        self._release_witness: Reading | None = None
        self._refused: dict[int, Reading] = {}
        self._served: set[int] = set()
        self._supported: tuple[frozenset[int], Reading] | None = None
        self._port_last = 0
        # What the device can do, by the networks that it was registered with.
        self._cellular_class = 0
        self._data_classes = 0
        self._data_subclasses = 0

    @observes(EVERYTHING)
    def _observe_any(self, reading: Reading) -> None:
        if not reading.is_request and reading.event.status & _MASK != _INVALID_PORT:
            self._port_last = max(self._port_last, reading.event.port)
        if reading.is_indication and reading.revision:
            self._observe_form(reading)
        if reading.kind == Kind.KIND_COMPLETION:
            self._observe_completion(reading)

    def _observe_form(self, reading: Reading) -> None:
        """Keep the releases that have a structure in this form; one that none has tells nothing."""
        size = int.from_bytes(reading.event.payload[2:4], "little")
        having = _releases_with(reading.structure, reading.revision, size)
        if reading.elements:
            having &= _releases_with_element(reading.structure, reading.element_size)
        kept = tuple(row for row in self._releases if row in having)
        if kept and len(kept) < len(self._releases):
            self._releases, self._release_witness = kept, reading

    def _observe_completion(self, reading: Reading) -> None:
        request = reading.request
        if request is None or not request.name or request.kind not in REQUESTS:
            return
        status, oid = reading.event.status & _MASK, request.event.code
        if status not in _REFUSALS:
            self._served.add(oid)
        elif _has_operation(oid, request.kind):
            self._refused.setdefault(oid, reading)
        if status == 0 and reading.name == "OID_GEN_SUPPORTED_LIST" and self._supported is None:
            oids = frozenset(_numbers(reading))
            if oids:
                self._supported = (oids, reading)
        if status == 0 and reading.name == "OID_WWAN_DRIVER_CAPS":
            for key, member in _DRIVER_CAPS.items():
                value = reading.number(f"DriverCaps.{member}")
                self.draft.observe("driver", key, value, reading, reading.name)

    @observes("NDIS_STATUS_WWAN_DEVICE_CAPS", "NDIS_STATUS_WWAN_DEVICE_CAPS_EX", of=successes)
    def _observe_caps(self, reading: Reading) -> None:
        draft = self.draft
        if reading.structure == "NDIS_WWAN_DEVICE_CAPS" and reading.revision == 1:
            draft.observe("driver", "major_version", 1, reading, "capabilities of revision 1")
        for key, member in _CAPS.items():
            value = reading.get(f"DeviceCaps.{member}")
            if isinstance(value, str) or as_number(value) is not None:
                draft.observe("device", key, value, reading)
        for key, member in _BANDS.items():
            value = reading.get(f"DeviceCaps.{member}")
            if isinstance(value, list | tuple):
                bands = list(value)
                while bands and not bands[-1]:
                    bands.pop()
                draft.observe("device", key, bands, reading)
        own = reading.number("DeviceCaps.WwanCellularClass")
        if own is not None:
            known = sorted(number for number in {*_numbers(reading), own} if number < 8)
            draft.observe("device", "cellular_classes", known, reading)

    @observes("NDIS_STATUS_WWAN_REGISTER_STATE")
    def _observe_technology(self, reading: Reading) -> None:
        if reading.succeeded and not self._cellular_class:
            path = "RegistrationState.CurrentCellularClass"
            self._cellular_class = reading.number(path) or 0

    @observes("NDIS_STATUS_WWAN_PACKET_SERVICE", of=successes)
    def _observe_data_classes(self, reading: Reading) -> None:
        for name in ("AvailableDataClass", "CurrentDataClass"):
            self._data_classes |= (reading.number(f"PacketService.{name}") or 0) & _MASK
        self._data_subclasses |= reading.number("PacketService.CurrentDataSubClass") or 0

    @observes("NDIS_STATUS_WWAN_SIGNAL_STATE")
    def _observe_systems(self, reading: Reading) -> None:
        for element in reading.elements if reading.succeeded else ():
            self._data_classes |= (as_number(value_at(element, "DataClass")) or 0) & _MASK

    def conclude(self) -> None:
        """Set the release, OIDs and ports."""
        draft = self.draft
        release = self._release()
        if self._release_witness is None:
            draft.assumed.append(f"structures: {release.profile}")
        else:
            reading = self._release_witness
            draft.note("structures", reading, f"revision {reading.revision}")
        draft.tables["structures"] = release.profile
        if release is releases.MODEL_1:
            draft.tables.setdefault("driver", {})["major_version"] = 1
        self._conclude_oids()
        ports = min(self._port_last + 1, _core.PORT_COUNT_MAX)
        draft.assume("device", "port_count", ports)
        if self._port_last >= _core.PORT_COUNT_MAX:
            draft.assumed.append(
                f"device.port_count: port {self._port_last} is used, the device has room for"
                f" {_core.PORT_COUNT_MAX}"
            )

    def _release(self) -> releases.Release:
        """The release that the device was made for: of those that have what it sent, and the OIDs
        that it served, the default or the one next to it.
        """
        newest = max((_INTRODUCED.get(oid, 0) for oid in self._served_oids()), default=0)
        model = self.draft.value("driver", "major_version")
        rows = [
            row
            for row in self._releases
            if releases.place_of(row.id) >= newest
            and model in (None, 1 if row is releases.MODEL_1 else 2)
        ] or list(self._releases)
        default = releases.place_of(releases.DEFAULT.id)
        return min(rows, key=lambda row: abs(releases.place_of(row.id) - default))

    def _served_oids(self) -> frozenset[int]:
        listed = self._supported[0] if self._supported is not None else frozenset()
        return listed | self._served

    def _conclude_oids(self) -> None:
        draft = self.draft
        named = {row.number for row, model in modelled() if model.named}
        model = [number for number in model_oids() if number not in named]
        unsupported: list[int] = []
        if self._supported is not None:
            oids, reading = self._supported
            unsupported = [oid for oid in model if oid not in oids and oid not in self._served]
            draft.note("device.unsupported", reading, "OID_GEN_SUPPORTED_LIST")
        for oid, reading in self._refused.items():
            name = PROTOCOL.oid_by_number[oid].name
            if oid in self._served or oid not in model or name.startswith(_REFUSED_FOR_CONTENTS):
                continue
            if oid not in unsupported:
                unsupported.append(oid)
                draft.note("device.unsupported", reading, f"{name} is refused")
        if self._supported is None and not unsupported:
            draft.assumed.append("device.unsupported: every OID is supported")
        # The names of the TOML; all of the model have one.
        table = draft.tables.setdefault("device", {})
        table["unsupported"] = [PROTOCOL.oid_by_number[oid].name for oid in unsupported]
        listed = self._served if self._supported is None else self._supported[0] | self._served
        supported = [oid for oid in model_oids() if oid in named & listed]
        if supported:
            table["supported"] = [PROTOCOL.oid_by_number[oid].name for oid in supported]

    def complete(self) -> None:
        """Let the device be capable of what it did in its networks."""
        draft = self.draft
        if self._cellular_class in (1, 2) and not draft.is_observed("device.cellular_class"):
            draft.assume("device", "cellular_class", self._cellular_class, "that of the network")
        if self._data_subclasses and not draft.is_observed("device.data_subclass"):
            subclasses = self._data_subclasses & _MASK
            draft.assume("device", "data_subclass", subclasses, "those in use")
        classes = draft.value("device", "data_class") or 0
        if not draft.is_observed("device.data_class") and self._data_classes & ~classes:
            draft.assume(
                "device",
                "data_class",
                classes | self._data_classes,
                "with what packet service reported",
            )


@cache
def _releases_with(structure: str, revision: int, size: int) -> frozenset[releases.Release]:
    """The releases in which the device sends a structure in this form; all where none is known."""
    having = frozenset(
        row
        for row in _RELEASES
        if structure in reports()
        and (form := PROTOCOL.structure(structure).form(row)) is not None
        and form[1] == revision
        and PROTOCOL.structure(structure).layout(form[0]).size == size
    )
    return having or frozenset(_RELEASES)


@cache
def _releases_with_element(structure: str, size: int) -> frozenset[releases.Release]:
    """The releases whose newest kind of elements of a list has this size."""
    having = set()
    for row in _RELEASES:
        if structure == _NUMBERS_STRUCTURE:
            is_longer = releases.place_of(row.id) >= _NUMBERS_LONGER
            if is_longer == (size > _NUMBER_SIZE_FIRST):
                having.add(row)
            continue
        tail = PROTOCOL.structure(structure).tail
        choices = (
            [c for _, each in tail.elements for c in each] if isinstance(tail, ListTail) else []
        )
        sizes = [
            PROTOCOL.structure(choice.of).layout(form[0]).size
            for choice in choices
            if choice.of and (form := PROTOCOL.structure(choice.of).form(row)) is not None
        ]
        if not sizes or sizes[-1] == size:
            having.add(row)
    return frozenset(having or _RELEASES)


_INTRODUCED: Final = {row.number: introduced(row) for row, _ in modelled()}


def _numbers(reading: Reading) -> list[int]:
    """The elements of a reading that are numbers."""
    return [number for each in reading.elements if (number := as_number(each)) is not None]


def _has_operation(oid: int, kind: int) -> bool:
    """Whether an OID can be queried or set at all."""
    row = PROTOCOL.oid_by_number[oid]
    return bool({Kind.KIND_QUERY: row.query, Kind.KIND_SET: row.set}.get(Kind(kind), ""))


SUBJECT: Final = Subject(
    "device", 10, profile=DeviceProfilePart, tables=("structures", "driver", "device")
)
