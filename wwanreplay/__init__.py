"""Record and replay WWAN (mobile broadband) device sessions in the Windows NDIS model.

import wwanreplay
[trace] = wwanreplay.import_log("bug.log")
wwanreplay.check("bug.wwtrace").verdict
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wwanreplay._core import Event, Kind
    from wwanreplay.api import (
        Trace,
        TraceSlice,
        check,
        diff,
        explain,
        import_log,
        open_trace,
        scrub,
    )
    from wwanreplay.record import Session, record
    from wwanreplay.replay import replay

__version__ = "0.1.0"

# Where each name stands. `record` and `replay` are modules that are called as their function.
_PLACES = {
    "Event": "wwanreplay.api",
    "Kind": "wwanreplay._core",
    "Session": "wwanreplay.record",
    "Trace": "wwanreplay.api",
    "TraceSlice": "wwanreplay.api",
    "check": "wwanreplay.api",
    "diff": "wwanreplay.api",
    "explain": "wwanreplay.api",
    "import_log": "wwanreplay.api",
    "open_trace": "wwanreplay.api",
    "record": "wwanreplay.record",
    "replay": "wwanreplay.replay",
    "scrub": "wwanreplay.api",
}
__all__ = [
    "Event",
    "Kind",
    "Session",
    "Trace",
    "TraceSlice",
    "__version__",
    "check",
    "diff",
    "explain",
    "import_log",
    "open_trace",
    "record",
    "replay",
    "scrub",
]


def __getattr__(name: str) -> Any:
    """Each name is imported when it is used: the command line must start without them."""
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    import_module("wwanreplay.api")  # so that events print their names
    module = import_module(place)
    return module if place == f"{__name__}.{name}" else getattr(module, name)


def __dir__() -> list[str]:
    return sorted(__all__)
