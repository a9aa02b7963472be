"""How files with a trace are called: the suffixes by which folders are searched."""

from __future__ import annotations

import os
from typing import Final

TRACE_SUFFIX: Final = ".wwtrace"
BUNDLE_SUFFIX: Final = ".wwbundle"
#: What may follow the suffix of a trace that is packed.
PACKED_SUFFIXES: Final = (".xz", ".zst", ".gz", ".bz2")
SUFFIXES: Final = (
    TRACE_SUFFIX,
    *(f"{TRACE_SUFFIX}{packed}" for packed in PACKED_SUFFIXES),
    BUNDLE_SUFFIX,
)


def is_trace_name(path: str | os.PathLike[str]) -> bool:
    """Whether a file is called as a trace, packed or not, or a bundle is."""
    return os.fspath(path).endswith(SUFFIXES)
