"""The contract of the compiled engine, by the part of `_core/` that fulfils it."""

from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any, final

from typing_extensions import Buffer

# vocabulary

class Kind(IntEnum):
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
    NAMESPACE_DEFAULT = 0
    NAMESPACE_OID = 1
    NAMESPACE_NDIS_STATUS = 2
    NAMESPACE_STIMULUS = 3
    NAMESPACE_MBIM = 4
    NAMESPACE_LIFECYCLE = 5

class Lifecycle(IntEnum):
    LIFECYCLE_INITIALIZE = 1
    LIFECYCLE_PAUSE = 2
    LIFECYCLE_RESTART = 3
    LIFECYCLE_HALT = 4
    LIFECYCLE_SURPRISE_REMOVAL = 5
    LIFECYCLE_ARRIVAL = 6

class WireDirection(IntEnum):
    WIRE_HOST_TO_DEVICE = 1
    WIRE_DEVICE_TO_HOST = 2

class RecordKey(IntEnum):
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
    FLAG_INCOMPLETE = 1
    FLAG_TIME_INEXACT = 2
    FLAG_INFERRED = 4
    FLAG_PERSONAL_REMOVED = 8

KIND_QUERY: Kind
KIND_SET: Kind
KIND_METHOD: Kind
KIND_CANCEL: Kind
KIND_COMPLETION: Kind
KIND_INDICATION: Kind
KIND_STIMULUS: Kind
KIND_LIFECYCLE: Kind
KIND_WIRE: Kind
KIND_CLOCK: Kind
KIND_GAP: Kind
KIND_NOTE: Kind
PAYLOAD_SIZE_MAX: int
CHUNK_SIZE_MAX: int
NESTING_DEPTH_MAX: int

# failures

# (C only: result codes, and the functions that raise the errors of them)

# checksum

def crc32c(data: Buffer, crc: int = 0) -> int: ...
def crc32c_implementations() -> tuple[str, ...]: ...
def crc32c_by(implementation: str, data: Buffer, crc: int = 0) -> int: ...

# records

@final
class Event:
    def __init__(
        self,
        kind: int,
        time_ns: int,
        *,
        port: int = 0,
        request_id: int = 0,
        code: int = 0,
        status: int = 0,
        payload: Buffer = b"",
        namespace: int | None = None,
        handle: int | None = None,
        capacity: int | None = None,
        bytes: int | None = None,  # noqa: A002
        client: int | None = None,
        cause: int | None = None,
        source: Any = None,
        flags: int = 0,
        fields: Mapping[str, Any] | None = None,
        index: int | None = None,
    ) -> None: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def time_ns(self) -> int: ...
    @property
    def port(self) -> int: ...
    @property
    def request_id(self) -> int: ...
    @property
    def code(self) -> int: ...
    @property
    def status(self) -> int: ...
    @property
    def payload(self) -> _bytes: ...
    @property
    def namespace(self) -> int: ...
    @property
    def handle(self) -> int | None: ...
    @property
    def capacity(self) -> int | None: ...
    @property
    def bytes(self) -> int | None: ...
    @property
    def client(self) -> int | None: ...
    @property
    def cause(self) -> int | None: ...
    @property
    def source(self) -> Any: ...
    @property
    def flags(self) -> int: ...
    @property
    def fields(self) -> dict[str, Any] | None: ...
    @property
    def index(self) -> int | None: ...
    def replace(self, **changes: Any) -> Event: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

_bytes = bytes

@final
class Digest:
    def __init__(self, state: bytes | None = None) -> None: ...
    def update(self, event: Event) -> None: ...
    @property
    def count(self) -> int: ...
    def digest(self) -> bytes: ...
    def hexdigest(self) -> str: ...
    def state(self) -> bytes: ...

@final
class RecordReader:
    def __init__(
        self,
        records: Buffer,
        first_index: int = 0,
        base_time_ns: int = 0,
        *,
        record_count: int | None = None,
        path: str | None = None,
        offset: int | None = None,
    ) -> None: ...
    def __iter__(self) -> Iterator[Event]: ...
    def __next__(self) -> Event: ...
    @property
    def next_index(self) -> int: ...
    @property
    def unknown_kinds(self) -> int: ...
    @property
    def unknown_keys(self) -> int: ...
    @property
    def extra_elements(self) -> int: ...

@final
class RecordWriter:
    def __new__(cls, *args: Any, **options: Any) -> RecordWriter: ...
    def __init__(self, first_index: int = 0, *, digest_state: bytes | None = None) -> None: ...
    def append(self, event: Event) -> int: ...
    def skip(self, count: int) -> None: ...
    def take(self) -> tuple[bytes, int, int, int, int, int, bytes] | None: ...
    @property
    def size(self) -> int: ...
    @property
    def record_count(self) -> int: ...
    @property
    def next_index(self) -> int: ...
    @property
    def last_time_ns(self) -> int | None: ...
    @property
    def time_range_ns(self) -> tuple[int, int] | None: ...
    def kinds(self) -> dict[int, int]: ...
    def codes(self) -> list[tuple[int, int]] | None: ...
    def digest(self) -> bytes: ...
    def digest_state(self) -> bytes: ...

@final
class Scanner:
    def __new__(cls, *args: Any, **options: Any) -> Scanner: ...
    def __init__(self, *, codes: bool = False, digest_state: bytes | None = None) -> None: ...
    def scan(
        self,
        records: Buffer,
        first_index: int = 0,
        base_time_ns: int = 0,
        *,
        record_count: int | None = None,
        path: str | None = None,
        offset: int | None = None,
    ) -> None: ...
    @property
    def next_index(self) -> int: ...
    @property
    def record_count(self) -> int: ...
    @property
    def payload_bytes(self) -> int: ...
    @property
    def time_range_ns(self) -> tuple[int, int] | None: ...
    @property
    def chunk_time_range_ns(self) -> tuple[int, int] | None: ...
    @property
    def unknown_kinds(self) -> int: ...
    @property
    def unknown_keys(self) -> int: ...
    @property
    def extra_elements(self) -> int: ...
    def kinds(self) -> dict[int, int]: ...
    def codes(self) -> list[tuple[int, int]] | None: ...
    def code_bits(self) -> bytes: ...
    def digest(self) -> bytes: ...
    def digest_state(self) -> bytes: ...

def check_value(data: Buffer, values_max: int) -> str | None: ...

# codec

# clock

# queue

# device

# engine
