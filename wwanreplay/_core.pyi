"""The face of the compiled engine. Each part of _core/ has its own section here."""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any

# ---- vocabulary ------------------------------------------------------------------------------

class Kind(IntEnum):
    """The kinds of record in a trace; the numbers are the container's."""

    KIND_QUERY = 1
    KIND_SET = 2
    KIND_METHOD = 3
    KIND_CANCEL = 4
    KIND_COMPLETION = 5
    KIND_INDICATION = 6
    KIND_STIMULUS = 7
    KIND_LIFECYCLE = 8
    KIND_WIRE = 9
    KIND_CLOCK = 10
    KIND_GAP = 11
    KIND_NOTE = 12

class Namespace(IntEnum):
    """What the code of a record is a number of; the default is what the kind implies."""

    NAMESPACE_DEFAULT = 0
    NAMESPACE_OID = 1
    NAMESPACE_NDIS_STATUS = 2
    NAMESPACE_STIMULUS = 3
    NAMESPACE_MBIM = 4
    NAMESPACE_LIFECYCLE = 5

class Lifecycle(IntEnum):
    """Lifecycle events of the miniport."""

    LIFECYCLE_INITIALIZE = 1
    LIFECYCLE_PAUSE = 2
    LIFECYCLE_RESTART = 3
    LIFECYCLE_HALT = 4
    LIFECYCLE_SURPRISE_REMOVAL = 5
    LIFECYCLE_ARRIVAL = 6

class WireDirection(IntEnum):
    """The code of a wire record."""

    WIRE_HOST_TO_DEVICE = 1
    WIRE_DEVICE_TO_HOST = 2

class RecordKey(IntEnum):
    """Keys of the optional map at the end of a record."""

    KEY_NAMESPACE = 0
    KEY_HANDLE = 1
    KEY_CAPACITY = 2
    KEY_BYTES = 3
    KEY_CLIENT = 4
    KEY_CAUSE = 5
    KEY_SOURCE = 6
    KEY_FLAGS = 7
    KEY_FIELDS = 8

class RecordFlag(IntEnum):
    """Bits of a record's flags."""

    FLAG_INCOMPLETE = 1
    FLAG_TIME_INEXACT = 2
    FLAG_INFERRED = 4
    FLAG_PERSONAL_REMOVED = 8

PAYLOAD_SIZE_MAX: int
CHUNK_SIZE_MAX: int
NESTING_DEPTH_MAX: int

# ---- failures --------------------------------------------------------------------------------

# ---- checksum --------------------------------------------------------------------------------

# ---- records ---------------------------------------------------------------------------------

# ---- codec -----------------------------------------------------------------------------------

class Layout:
    """The flat leaves of one layout of a structure, ready to be read and written.

    Numbers are `int`, byte arrays `bytes`, number arrays tuples, GUIDs lower-case text, characters
    text up to the first NUL. Overlapping leaves (unions) are each read as what they are.
    """

    structure: str
    paths: tuple[str, ...]
    size: int
    count: int

    def __init__(
        self,
        structure: str,
        size: int,
        rows: Iterable[tuple[str, str, int, int, tuple[int, int] | None]],
    ) -> None:
        """Rows are (path, kind, offset, count or 0, (first bit, width) or None)."""

    def check(self, data: bytes | bytearray | memoryview, start: int = 0) -> None:
        """Raise DecodeError, naming the first field cut off, unless all bytes are there."""

    def unpack(self, data: bytes | bytearray | memoryview, start: int = 0) -> tuple[Any, ...]:
        """The values of all leaves in the order of `paths`."""

    def load(self, data: bytes | bytearray | memoryview, start: int, index: int) -> Any:
        """The value of one leaf; only this leaf has to be in the buffer."""

    def store(self, data: bytearray | memoryview, start: int, index: int, value: Any) -> None:
        """Write one leaf; ValueError when the value does not fit. Text is padded with NULs."""

    def pack(self, values: Sequence[Any]) -> bytes:
        """The bytes of a structure with these values, one for each leaf; None leaves zeros."""

# ---- clock -----------------------------------------------------------------------------------

# ---- queue -----------------------------------------------------------------------------------

# ---- device ----------------------------------------------------------------------------------

# ---- engine ----------------------------------------------------------------------------------
