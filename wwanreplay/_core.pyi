"""The contract of the compiled engine, by the part of `_core/` that fulfils it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Any, TypeVar, final

from typing_extensions import Buffer

from wwanreplay.errors import TraceError

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

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

PAYLOAD_SIZE_MAX: int
CHUNK_SIZE_MAX: int
NESTING_DEPTH_MAX: int
OUTPUT_COUNT_MAX: int
STEP_COUNT_MAX: int
ADVANCE_S_MAX: int
STEPS_PER_CHECK: int

# failures

# (C only: result codes, and the functions that raise the errors of them)

# allocation

def fail_allocation(number: int | None) -> None:
    """For tests, of one thread: the allocation of this number fails; 0: none, None: an end."""

def allocation_counts() -> tuple[int, int]:
    """Allocations since `fail_allocation`, and how many more blocks are alive than then."""

# checksum

def crc32c(data: Buffer, crc: int = 0) -> int: ...
def crc32c_implementations() -> tuple[str, ...]: ...
def crc32c_by(implementation: str, data: Buffer, crc: int = 0) -> int: ...

# chunk frames

def plain_chunk(frame: Buffer) -> tuple[int, int, int, int, int] | None:
    """The numbers of a chunk frame whose CRC has been checked, or None for an unusual one.

    (first index, record count, base time, place of the records in the frame, their size)
    """

def frame_crc_is_right(frame: Buffer) -> bool:
    """Whether a frame ends with the CRC of what stands before."""

# the window of a file

@final
class FrameWindow:
    """Memory of `size` bytes into which a file is read, and its place in the file.

    `read_at(offset, view)` reads bytes at a place of the file and returns how many there are. About
    `read_size` bytes are asked for at once, or a frame that is larger: what was read is gone over
    while it stands in the processor's cache. A frame larger than `size` is none for here.
    """

    def __new__(
        cls, read_at: Callable[[int, memoryview], int], size: int, read_size: int
    ) -> FrameWindow: ...
    @property
    def offset(self) -> int:
        """The place in the file of what comes next."""
    def go_to(self, offset: int) -> None:
        """Stand at a place of the file, and read anew there."""
    def skip(self, size: int) -> None:
        """Stand so many bytes further."""
    def next_type(self, stop_offset: int | None = None) -> int | None:
        """The type of the frame that comes next: that of chunks for a whole one that ends before
        `stop_offset` and may be plain, that of checkpoints for the beginning of one, else None.
        """

# needles

@final
class Needles:
    """Byte strings to be found, each of at least four bytes; UsageError for a shorter one."""

    def __new__(cls, patterns: Sequence[Buffer]) -> Needles: ...
    def __len__(self) -> int: ...
    def __getitem__(self, number: int, /) -> bytes: ...
    def find_all(self, data: Buffer) -> list[tuple[int, int]]:
        """Every occurrence as (offset, number of the pattern), by offset; they may overlap."""

# recent

@final
class Recent(dict[_Key, _Value]):
    """Values by key, of which the last `count` that were set stay."""

    def __init__(self, count: int) -> None: ...

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
    def _repr_html_(self) -> str | None: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

_bytes = bytes

def print_events_by(
    text: Callable[[Event], str] | None, html: Callable[[Event], str] | None = None
) -> None: ...

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
    def adopt(
        self,
        records: Buffer,
        first_index: int,
        base_time_ns: int,
        *,
        record_count: int | None = None,
    ) -> tuple[int, str | None]: ...
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
    def scan_frames(
        self, window: FrameWindow, next_index: int, size_max: int, *, path: str | None = None
    ) -> tuple[int, int, int, TraceError | None]:
        """Go over whole chunk frames of a window from record `next_index` on, until they are
        `size_max` bytes: how many, their records, the bytes of the last one, and None.

        It ends before a frame that is unusual, damaged, of another kind or does not follow, and
        behind one in which something is wrong: the TraceError of `scan` stands in place of None.
        """
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
    def code_counts(self) -> list[tuple[int, int, int, int]] | None:
        """How many records have each kind, namespace and code, as such four numbers in rows.

        None when there are too many codes, or they were not to be counted.
        """
    def inferred_kinds(self) -> dict[int, int]:
        """Kind to number of records that inference has added; only with `codes`."""
    def code_bits(self) -> bytes: ...
    def digest(self) -> bytes: ...
    def digest_state(self) -> bytes: ...

def check_value(data: Buffer, values_max: int) -> str | None: ...

# codec

@final
class Layout:
    """The flat leaves of one layout of a structure, ready to be read and written.

    Numbers are `int`, byte arrays `bytes`, number arrays tuples, GUIDs lower-case text, characters
    text up to the first NUL. Overlapping leaves (unions) are each read as what they are.
    """

    def __new__(cls, *args: Any, **options: Any) -> Layout: ...
    def __init__(
        self,
        structure: str,
        size: int,
        rows: Iterable[tuple[str, str, int, int, tuple[int, int] | None]],
    ) -> None:
        """Rows are (path, kind, offset, count or 0, (first bit, width) or None)."""

    @property
    def structure(self) -> str: ...
    @property
    def paths(self) -> tuple[str, ...]: ...
    @property
    def size(self) -> int: ...
    @property
    def count(self) -> int: ...
    def check(self, data: Buffer, start: int = 0) -> None:
        """Raise DecodeError, naming the first field cut off, unless all bytes are there."""

    def unpack(self, data: Buffer, start: int = 0) -> tuple[Any, ...]:
        """The values of all leaves in the order of `paths`."""

    def load(self, data: Buffer, start: int, index: int) -> Any:
        """The value of one leaf; only this leaf has to be in the buffer."""

    def store(self, data: Buffer, start: int, index: int, value: Any) -> None:
        """Write one leaf; ValueError when the value does not fit. Text is padded with NULs."""

    def pack(self, values: Sequence[Any]) -> bytes:
        """The bytes of a structure with these values, one for each leaf; None leaves zeros."""

# versions and named limits of the engine

MODEL_VERSION: int
SNAPSHOT_VERSION: int
OID_INDEX_COUNT: int
PIN_COUNT: int
PORT_COUNT_MAX: int
CONTEXT_COUNT_MAX: int
PROVIDER_COUNT_MAX: int
PREFERRED_COUNT_MAX: int
PROVISIONED_COUNT_MAX: int
TELEPHONE_NUMBER_COUNT_MAX: int
SERVICE_COUNT_MAX: int
SERVICE_COMMAND_COUNT_MAX: int
SERVICE_DATA_SIZE_MAX: int
SESSION_COUNT_MAX: int
QUEUE_DEPTH_MAX: int
QUEUE_REQUEST_DEPTH_MAX: int
PARAMETER_SLOT_COUNT: int
PARAMETER_SIZE_MAX: int

# profile

class ProviderKind(IntEnum):
    PROVIDER_HOME = 1
    PROVIDER_PARTNER = 2
    PROVIDER_ROAMING = 3

class SimState(IntEnum):
    SIM_REMOVED = 0
    SIM_INSERTED = 1
    SIM_LOCKED = 2
    SIM_BLOCKED = 3
    SIM_BAD = 4
    SIM_FAILURE = 5

@final
class Profile:
    """The make-up of one emulated device, checked and flattened. docs/profiles.md has the names."""

    def __new__(cls, mapping: Mapping[str, Any] | None = None) -> Profile:
        """UsageError for an unknown name, a wrong type or a value that does not fit."""
    @staticmethod
    def from_bytes(octets: Buffer) -> Profile:
        """The profile of a flat form of this model version; InputError for any other."""
    def to_bytes(self) -> bytes: ...
    @property
    def port_count(self) -> int: ...
    @property
    def supported_oids(self) -> list[int]: ...

# clock

class Purpose(IntEnum):
    PURPOSE_LATENCY = 1
    PURPOSE_COMPLETION = 2
    PURPOSE_IDENTITY = 3
    PURPOSE_RETRY = 4
    PURPOSE_COUNT = 8

# device

class PowerState(IntEnum):
    MINIPORT_RUNNING = 0
    MINIPORT_PAUSED = 1
    MINIPORT_HALTED = 2
    MINIPORT_REMOVED = 3

# engine

@final
class Engine:
    """One emulated device: a pure function of profile, seed and the inputs it is given.

    Not for use by two threads at once; any number of engines may run side by side. After a
    MemoryError it is of no use until restore().
    """

    def __new__(cls, profile: Profile, seed: int = 0) -> Engine: ...
    def submit(self, event: Event) -> None:
        """Let time reach the event, then take it; UsageError for an output or a time gone by.

        LimitError when the device would do more on the way than docs/limits.md allows.
        """
    def advance(self, time_ns: int) -> None:
        """Let virtual time reach `time_ns`; UsageError when that is past.

        LimitError when the device would do more until then than docs/limits.md allows; it then
        stands where it got to, as it does after an interrupt, and drain() gives its outputs.
        """
    def drain(self) -> list[Event]:
        """Take the completions and indications since the last call."""
    @property
    def now_ns(self) -> int: ...
    @property
    def next_due_ns(self) -> int | None: ...
    @property
    def seed(self) -> int: ...
    @property
    def profile(self) -> Profile: ...
    def snapshot(self) -> bytes:
        """The whole state with a version; undrained outputs are not in it."""
    def restore(self, snapshot: Buffer) -> None:
        """Take a snapshot's state; InputError when it is of another version or damaged."""
    def copy(self, *, outputs: bool = False) -> Engine:
        """Another device in the same state; undrained outputs are copied with `outputs` only."""
    def save(self) -> SavedEngine:
        """The present state, to be copied from later; undrained outputs are not in it.

        Saves share the memory of what has not changed since the one before.
        """
    def same_state(self, other: Engine) -> bool: ...
    def adopt(self, event: Event) -> bool:
        """Set the state that a recorded output witnesses; True when it witnesses something."""
    def forget_transaction(self, request_id: int, port: int = 0) -> bool:
        """Drop what is still to follow for a RequestId; True when something was pending."""
    def state(self) -> dict[str, Any]:
        """The state in words and numbers, for reports."""

@final
class SavedEngine:
    """The state of an engine at one moment; made by Engine.save()."""

    def copy(self) -> Engine:
        """A device in this state."""
    def own_size(self, before: SavedEngine | None) -> int:
        """Bytes of state that are not shared with another one; all of them without one."""
    @property
    def now_ns(self) -> int: ...

def model_version() -> int:
    """Version of the device model: raised by every change of behaviour."""

def table_hash() -> str:
    """A hash of every number and offset of the tables, by which a trace says which ones made it."""

def completion_statuses() -> dict[str, int]:
    """The statuses, by name, that change what a completion means."""

def core_limits() -> dict[str, int]:
    """The named limits of the engine."""

# replay

class ReplayStop(IntEnum):
    STOP_CHUNK_END = 0
    STOP_LIMIT = 1
    STOP_CHANGED = 2
    STOP_EXTRA = 3
    STOP_MISSING = 4
    STOP_FULL = 5
    STOP_GAP = 6

@final
class FieldLoop:
    """Goes over the records of a log as long as the device of one explanation agrees with them.

    Between `begin` and `end` it has the state of that explanation.
    """

    record: Event
    compared_count: int
    def __new__(
        cls,
        recording: Any,
        times: Any,
        resets: dict[tuple[int, int], None],
        *,
        differences: Callable[[Event, Event], Sequence[object]],
        is_owed: Callable[[int], bool],
        is_counted: Callable[[Event], bool],
        searches: frozenset[int],
        session: str,
        late_ns: int,
        local_answer_ns: int,
        older_max: int,
        provisional_status: int,
        driven: Engine,
        digest: Digest,
    ) -> FieldLoop: ...
    def begin(
        self,
        engine: Engine,
        pending: list[Event],
        seen_count: int,
        deadline_ns: int,
        older: Iterable[tuple[SavedEngine, tuple[Event, ...]]],
        is_silent: bool,
    ) -> None:
        """Take up the state of an explanation, which then is out of date."""
    def end(
        self,
    ) -> tuple[list[Event], int, int, tuple[tuple[SavedEngine, tuple[Event, ...]], ...], bool]:
        """What is pending and how much of it was looked at, until when that may be recorded, the
        older devices, and whether the device is silent.
        """
    def run(self, position: int) -> int:
        """Go over records from a position on; the position of the first that it does not pass.

        LimitError when the device would do more than docs/limits.md allows on the way to `record`.
        """

@final
class Replayer:
    """Replay records against an engine; the caller decides what a difference means."""

    def __new__(
        cls, engine: Engine, *, digest_state: bytes | None = None, path: str | None = None
    ) -> Replayer: ...
    def open_chunk(
        self,
        records: Buffer,
        first_index: int,
        base_time_ns: int,
        *,
        offset: int | None = None,
    ) -> None:
        """Stand before the first record of a chunk; `offset` is that of its records in the file."""
    def run(self, *, stop_index: int | None = None, stop_time_ns: int | None = None) -> ReplayStop:
        """Take records until the chunk ends, a limit is reached or something differs.

        LimitError when the device would do more before the next record than docs/limits.md allows.
        """
    def run_frames(
        self, window: FrameWindow, size_max: int, stop_offset: int | None = None
    ) -> tuple[int, int, int, int] | None:
        """Take whole chunk frames that follow on what was taken, one behind another, until they are
        `size_max` bytes: their bytes, their records, the bytes of these, and of the last frame.

        It ends before a frame that is unusual, damaged, of another kind or not before
        `stop_offset`. None when anything in a frame differs or needs a look: the engine, this
        replayer and the window then stand anywhere, and whoever calls goes back to copies of them.
        Other threads run meanwhile.
        """
    def recorded(self) -> Event | None:
        """The record at which the loop stopped, or None at the end of the chunk."""
    def skip(self) -> None:
        """Step over one record without giving it to the device."""
    def pending(self) -> list[Event]:
        """Outputs of the device that the recording has not matched; nothing is taken."""
    def fork(self, engine: Engine, *, digest_state: bytes | None = None) -> Replayer:
        """Another replayer at the same record, for another engine.

        It has the same counts and digest; with `digest_state` it counts outputs on from there.
        """
    def tallies(self) -> tuple[int, ...]:
        """How many records of each kind were taken, and how many inputs ran backwards in time."""
    def add_tallies(self, tallies: tuple[int, ...]) -> None:
        """Have counted too what another one did, of another part of the recording."""
    def count_output(self, event: Event) -> None:
        """Count an output into the digest, in the caller's place of the loop."""
    @property
    def next_index(self) -> int: ...
    @property
    def counts(self) -> dict[str, int]: ...
    def digest(self) -> bytes: ...
    def digest_state(self) -> bytes: ...

def record_chunk(
    engine: Engine,
    writer: RecordWriter,
    inputs: Buffer,
    position: int,
    base_time_ns: int,
    chunk_size: int,
) -> tuple[ReplayStop, int, int]:
    """Drive the engine with packed inputs and write the session: (stop, position, time)."""

def step_chunk(engine: Engine, records: Buffer, base_time_ns: int) -> int:
    """Drive the engine with the inputs among packed records; inputs and outputs gone through."""
