"""Makes the records of a start, in the structures that the device of a profile has."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from wwanreplay._core import Event, Kind
from wwanreplay.devices.buffers import encode_stimulus, encode_structure, newest_form
from wwanreplay.devices.toml import ValuePlace
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.releases import release_of_mapping

#: Of every record of a start, so that no report counts as an event of the device's own.
REQUEST_ID: Final = 1


@cache
def _paths(structure: str, structures: int) -> frozenset[str]:
    """The members of a structure in the form of a Windows release."""
    form = newest_form((structure,), structures)
    layout = form[1] if form else PROTOCOL.structure(structure).layouts[-1].id
    return frozenset(leaf.path for leaf in PROTOCOL.flat(structure, layout).leaves)


class StartRecords:
    """Makes events for a device of this profile; they stand at time 0."""

    def __init__(self, profile: Mapping[str, Any]) -> None:
        self.structures = release_of_mapping(profile).number

    def report(self, name: str, values: Mapping[str, Any], port: int = 0) -> Event:
        """An indication with those of these members that its structure has."""
        indication = PROTOCOL.indication(name)
        structure = indication.structs[-1]
        known = _paths(structure, self.structures)
        kept = {path: value for path, value in values.items() if path in known}
        return Event(
            Kind.KIND_INDICATION,
            0,
            port=port,
            request_id=REQUEST_ID,
            code=indication.number or 0,
            payload=encode_structure(structure, self.structures, kept),
        )

    def stimulus(self, name: str, values: Mapping[str, Any], port: int = 0) -> Event:
        """A change of the environment."""
        return Event(
            Kind.KIND_STIMULUS,
            0,
            port=port,
            code=PROTOCOL.stimulus(name).number,
            payload=encode_stimulus(name, values, ValuePlace(name)),
        )

    def set_request(self, oid: str, payload: bytes) -> Event:
        """A set of an OID."""
        return Event(
            Kind.KIND_SET,
            0,
            request_id=REQUEST_ID,
            code=PROTOCOL.oid(oid).number or 0,
            payload=payload,
            capacity=len(payload),
        )

    def completion(self, code: int, payload: bytes, port: int = 0) -> Event:
        """A successful completion of an OID, given by its number."""
        return Event(
            Kind.KIND_COMPLETION, 0, port=port, request_id=REQUEST_ID, code=code, payload=payload
        )

    def lifecycle(self, code: int) -> Event:
        """A lifecycle event."""
        return Event(Kind.KIND_LIFECYCLE, 0, code=code)
