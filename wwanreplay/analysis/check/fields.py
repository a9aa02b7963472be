"""Named values of a recorded buffer, and the numbers that they are compared with."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from wwanreplay._sessions import Fields, flat_layout, layouts_of, read_fields
from wwanreplay.protocol.constants import numbers

__all__ = ["Fields", "flat_layout", "layouts_of", "number", "read_fields"]

# Every named number of the protocol: `number.OID_WWAN_CONNECT`.
number: Any = SimpleNamespace(**dict(numbers()))
