"""The commands that one function has, and its list of them."""

from collections.abc import Collection, Mapping

from wwanreplay.mbim import codec
from wwanreplay.mbim.commands import COMMANDS_OF_OIDS, SERVED, ties_by_command
from wwanreplay.mbim.tables import MBIMEX_1_0, SERVICES
from wwanreplay.mbim.ties import Tie
from wwanreplay.mbim.versions import VERSION


class ServedCommands:
    """What a function serves: standard commands by the OIDs of its device, and its own services.

    `services` maps UUIDs (text) to CIDs; `oids` are the numbers of the device's, None for all.
    VERSION is listed where the function speaks more than the first MBIMEx version.
    """

    def __init__(
        self,
        services: Mapping[str, Collection[int]],
        driver_model: int,
        oids: Collection[int] | None,
        mbimex_newest: int,
    ) -> None:
        self._services = services
        self._has_version = mbimex_newest > MBIMEX_1_0
        self._ties = {
            key: tie
            for key, tie in ties_by_command(driver_model).items()
            if oids is None or tie.code in oids
        }

    def tie(self, code: tuple[int, int]) -> Tie | None:
        """Return the tie of a command to its OID, None where it has none that the device has."""
        return self._ties.get(code)

    def has(self, code: tuple[int, int]) -> bool:
        """Return whether the device has what a command is about: its OID, if it has one."""
        return code in self._ties or code not in COMMANDS_OF_OIDS

    def list_in(self, values: codec.Values) -> None:
        """Put the list of commands in the members of an answer to DEVICE_SERVICES.

        The served standard services come first, then the device's own.
        """
        for entry in values["DeviceServices"]:
            entry["Cids"] = list(self._services.get(entry["DeviceServiceId"], ()))
        values["DeviceServices"][:0] = [
            {
                "DeviceServiceId": SERVICES[number].uuid,
                "DssPayload": 0,
                "MaxDssInstances": 0,
                "Cids": self._cids(number),
            }
            for number in SERVED
        ]

    def _cids(self, service: int) -> list[int]:
        """Return the served commands of a standard service."""
        cids = [cid for cid in SERVED[service] if self.has((service, cid))]
        if self._has_version and service == VERSION[0]:
            cids.append(VERSION[1])
        return sorted(cids)
