"""Record and replay WWAN (mobile broadband) device sessions in the Windows NDIS model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wwanreplay.record import Session

__version__ = "0.1.0"
__all__ = ["Session", "__version__"]


def __getattr__(name: str) -> Any:
    """`Session` is imported when it is used: the command line must start without it."""
    if name == "Session":
        from importlib import import_module

        return import_module("wwanreplay.record").Session
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
