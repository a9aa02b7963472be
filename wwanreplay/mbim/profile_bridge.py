"""The bridge of an emulated device, from its profile."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from wwanreplay._core import Profile
from wwanreplay.errors import InputError, UsageError
from wwanreplay.mbim.bridge import Bridge
from wwanreplay.mbim.memory import CLASS_GSM
from wwanreplay.mbim.tables import MBIMEX_1_0
from wwanreplay.protocol.releases import release_of_mapping


def bridge_of(profile: Mapping[str, Any], **options: Any) -> Bridge:
    """Return the bridge for an emulated device, from the engine's plain mapping of its profile.

    Services, sessions, ports, class, driver model and OIDs are taken, unless `options` name them;
    both a served device and the replay of its recording make their bridge here, so that they
    agree. A mapping of nothing, as an imported log has, is a device of every OID. InputError for
    one that is no profile.
    """
    try:
        oids = Profile(profile).supported_oids if profile else None
    except UsageError as error:
        raise InputError(f"the device's {error}") from None
    rows = {
        str(uuid.UUID(bytes_le=row.get("guid") or bytes(16))): row
        for row in profile.get("services", ())
    }
    taken: dict[str, Any] = {
        "port_count": profile.get("port_count", 1),
        "driver_model": profile.get("driver_major_version", 2),
        "release": release_of_mapping(profile),
        "mbimex_newest": profile.get("mbimex", MBIMEX_1_0),
        "oids": oids,
    }
    if profile:
        taken["cellular_class"] = profile.get("cellular_class", CLASS_GSM)
        taken["session_count"] = profile.get("contexts_active_max", 1)
        limits = {name: row.get("session_instances_max", 0) for name, row in rows.items()}
        taken["stream_limits"] = {"": profile.get("session_count_max", 2), **limits}
    services = {name: tuple(row.get("commands", ())) for name, row in rows.items()}
    return Bridge(services, **{**taken, **options})
