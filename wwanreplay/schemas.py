"""JSON Schemas of profiles, scripts and fault files, for editors: made of what reads them."""

from __future__ import annotations

from typing import Any, Final

from wwanreplay.devices.fault_plan import fault_schema
from wwanreplay.devices.profile import profile_schema
from wwanreplay.devices.values import Schema, definitions
from wwanreplay.errors import UsageError
from wwanreplay.script import script_schema

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_MAKERS: Final = {
    "profile": ("a profile of wwanreplay: what an emulated device is made of", profile_schema),
    "script": ("a script of wwanreplay: requests and what the environment does", script_schema),
    "fault": ("faults of wwanreplay: which outputs of a device are changed", fault_schema),
}
KINDS: Final = tuple(_MAKERS)


def schema_of(kind: str) -> dict[str, Any]:
    """The schema of one of KINDS, whose TOML files are looked at as JSON; UsageError for others."""
    if kind not in _MAKERS:
        raise UsageError(f"there is no schema of {kind!r}; there are {', '.join(KINDS)}")
    title, make = _MAKERS[kind]
    body: Schema = make()
    own = body.pop("$defs", {})
    defined = definitions([body, own], own)
    return {"$schema": DIALECT, "title": title, **body, "$defs": {**defined, **own}}
