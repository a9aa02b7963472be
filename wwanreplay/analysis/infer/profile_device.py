"""What a trace tells of the device itself: capabilities, structures, radio switches, OIDs."""

from __future__ import annotations

from wwanreplay import _core
from wwanreplay._core import Kind, Structures
from wwanreplay.analysis.infer.draft import Draft
from wwanreplay.analysis.infer.readings import Reading, as_number
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.kinds import REQUESTS

STRUCTURES = {1: "windows-8", 2: "windows-10", 3: "windows-11"}

# Structure → revision → the generation that alone speaks it.
_GENERATIONS: dict[str, dict[int, int]] = {
    "NDIS_WWAN_READY_INFO": {2: Structures.STRUCTURES_WINDOWS_11},
    "NDIS_WWAN_REGISTRATION_STATE": {4: Structures.STRUCTURES_WINDOWS_11},
    "NDIS_WWAN_PACKET_SERVICE_STATE": {3: Structures.STRUCTURES_WINDOWS_11},
    "NDIS_WWAN_SIGNAL_STATE": {3: Structures.STRUCTURES_WINDOWS_11},
    "NDIS_WWAN_DEVICE_CAPS_EX": {3: Structures.STRUCTURES_WINDOWS_11},
    "NDIS_WWAN_CONTEXT_STATE": {
        1: Structures.STRUCTURES_WINDOWS_8,
        2: Structures.STRUCTURES_WINDOWS_8,
        3: Structures.STRUCTURES_WINDOWS_10,
        4: Structures.STRUCTURES_WINDOWS_11,
    },
    "NDIS_WWAN_PROVISIONED_CONTEXTS": {1: Structures.STRUCTURES_WINDOWS_8},
}
# Elements of one size that only one generation has.
_TELEPHONE_NUMBER_SIZE_WINDOWS_8 = 32
_CONTEXT_SIZES = {
    1268: Structures.STRUCTURES_WINDOWS_10,
    1284: Structures.STRUCTURES_WINDOWS_11,
}

# Key of [device] → member of WWAN_DEVICE_CAPS and WWAN_DEVICE_CAPS_EX.
_CAPS = {
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
_BANDS = {"lte_bands": "WwanLTEBandClass", "nr_bands": "WwanNRBandClass"}
_REFUSALS = ("NDIS_STATUS_NOT_SUPPORTED", "NDIS_STATUS_INVALID_OID")
# These are refused for what they carry, too: a service or command that is not known.
_REFUSED_FOR_CONTENTS = "OID_WWAN_DEVICE_SERVICE_"


def model_oids() -> list[int]:
    """The OIDs that the emulated device can have."""
    caps = PROTOCOL.number_of("WWAN_OPTIONAL_SERVICE_CAPS", "WWAN_OPTIONAL_SERVICE_CAPS_PCO")
    return _core.Profile({"optional_service_caps": caps}).supported_oids


class DevicePart:
    """Gathers what tells of the device itself."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.generation: tuple[int, Reading] | None = None
        self.refused: dict[int, Reading] = {}
        self.served: set[int] = set()
        self.supported: tuple[frozenset[int], Reading] | None = None
        self.port_last = 0
        self._invalid_port = _status("NDIS_STATUS_INVALID_PORT")
        self._refusals = {_status(name) for name in _REFUSALS}

    def take(self, reading: Reading) -> None:
        """Take one event."""
        if not reading.is_request and reading.event.status & 0xFFFFFFFF != self._invalid_port:
            self.port_last = max(self.port_last, reading.event.port)
        if reading.is_indication:
            self._take_generation(reading)
        if reading.kind == Kind.KIND_COMPLETION:
            self._take_completion(reading)
        elif reading.name in ("NDIS_STATUS_WWAN_DEVICE_CAPS", "NDIS_STATUS_WWAN_DEVICE_CAPS_EX"):
            if reading.succeeded:
                self._take_caps(reading)
        elif reading.name == "NDIS_STATUS_WWAN_RADIO_STATE" and reading.succeeded:
            self._take_radio(reading)

    def _take_generation(self, reading: Reading) -> None:
        if self.generation is not None:
            return
        found = _GENERATIONS.get(reading.structure, {}).get(reading.revision)
        if found is None and reading.elements:
            if reading.structure == "NDIS_WWAN_READY_INFO":
                if reading.element_size == _TELEPHONE_NUMBER_SIZE_WINDOWS_8:
                    found = Structures.STRUCTURES_WINDOWS_8
            elif reading.structure == "NDIS_WWAN_PROVISIONED_CONTEXTS":
                found = _CONTEXT_SIZES.get(reading.element_size)
        if found is not None:
            self.generation = (int(found), reading)

    def _take_completion(self, reading: Reading) -> None:
        request = reading.request
        if request is None or not request.name or request.kind not in REQUESTS:
            return
        status, oid = reading.event.status & 0xFFFFFFFF, request.event.code
        if status not in self._refusals:
            self.served.add(oid)
        elif _has_operation(oid, request.kind):
            self.refused.setdefault(oid, reading)
        if status == 0 and reading.name == "OID_GEN_SUPPORTED_LIST" and self.supported is None:
            oids = frozenset(
                number for element in reading.elements if (number := as_number(element)) is not None
            )
            if oids:
                self.supported = (oids, reading)
        if status == 0 and reading.name == "OID_WWAN_DRIVER_CAPS":
            for key, member in (
                ("major_version", "ulMajorVersion"),
                ("minor_version", "ulMinorVersion"),
                ("caps", "ulDriverCaps"),
            ):
                self.draft.tell(
                    "driver", key, reading.number(f"DriverCaps.{member}"), reading, reading.name
                )

    def _take_caps(self, reading: Reading) -> None:
        if reading.structure == "NDIS_WWAN_DEVICE_CAPS" and reading.revision == 1:
            self.draft.tell("driver", "major_version", 1, reading, "capabilities of revision 1")
        for key, member in _CAPS.items():
            value = reading.get(f"DeviceCaps.{member}")
            if isinstance(value, str) or as_number(value) is not None:
                self.draft.tell("device", key, value, reading)
        for key, member in _BANDS.items():
            value = reading.get(f"DeviceCaps.{member}")
            if isinstance(value, list | tuple):
                bands = list(value)
                while bands and not bands[-1]:
                    bands.pop()
                self.draft.tell("device", key, bands, reading)
        classes = {
            number for element in reading.elements if (number := as_number(element)) is not None
        }
        own = reading.number("DeviceCaps.WwanCellularClass")
        if own is not None:
            known = sorted(number for number in classes | {own} if number < 8)
            self.draft.tell("device", "cellular_classes", known, reading)

    def _take_radio(self, reading: Reading) -> None:
        """A state that was asked for stands; one that changed was the other one before."""
        for key, member in (("hardware_radio", "HwRadioState"), ("software_radio", "SwRadioState")):
            state = reading.number(f"RadioState.{member}")
            if state in (0, 1):
                turned_off = key == "software_radio" and reading.answers_set and not state
                turned = key == "hardware_radio" and reading.is_unsolicited
                self.draft.tell("device", key, state ^ (turned_off or turned), reading)

    def finish(self) -> None:
        """What all events together tell."""
        draft = self.draft
        generation = Structures.STRUCTURES_WINDOWS_10
        if self.generation is None:
            draft.assumed.append("structures: windows-10")
        else:
            generation = Structures(self.generation[0])
            draft.witness(
                "structures", self.generation[1], f"revision {self.generation[1].revision}"
            )
        draft.tables["structures"] = STRUCTURES[generation]
        self._finish_oids()
        ports = min(self.port_last + 1, _core.PORT_COUNT_MAX)
        draft.assume("device", "port_count", ports)
        if self.port_last >= _core.PORT_COUNT_MAX:
            draft.assumed.append(
                f"device.port_count: port {self.port_last} is used, the device has room for"
                f" {_core.PORT_COUNT_MAX}"
            )

    def _finish_oids(self) -> None:
        model = model_oids()
        unsupported: list[int] = []
        if self.supported is not None:
            oids, reading = self.supported
            unsupported = [oid for oid in model if oid not in oids and oid not in self.served]
            self.draft.witness("device.unsupported", reading, "OID_GEN_SUPPORTED_LIST")
        for oid, reading in self.refused.items():
            name = PROTOCOL.oid_by_number[oid].name
            if oid in self.served or oid not in model or name.startswith(_REFUSED_FOR_CONTENTS):
                continue
            if oid not in unsupported:
                unsupported.append(oid)
                self.draft.witness("device.unsupported", reading, f"{name} is refused")
        if self.supported is None and not unsupported:
            self.draft.assumed.append("device.unsupported: every OID is supported")
        # The names of the TOML; all of the model have one.
        self.draft.tables.setdefault("device", {})["unsupported"] = [
            PROTOCOL.oid_by_number[oid].name for oid in unsupported
        ]


def _has_operation(oid: int, kind: int) -> bool:
    """Whether an OID can be queried or set at all."""
    row = PROTOCOL.oid_by_number[oid]
    return bool({Kind.KIND_QUERY: row.query, Kind.KIND_SET: row.set}.get(Kind(kind), ""))


def _status(name: str) -> int:
    return PROTOCOL.ndis_status_by_name[name].number & 0xFFFFFFFF
