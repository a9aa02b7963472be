# Event: the record as Python sees it.

_KINDS = (None, *Kind)
_NAMESPACES = tuple(Namespace)

_bytes = bytes
_KEYS = frozenset(RecordKey)
# What a copy may have otherwise while all else stays.
_ALONE = frozenset(("payload", "index", "cause", "time_ns", "request_id", "flags"))
_ZERO_WHEN_ABSENT = frozenset(("port", "request_id", "code", "status", "flags"))


# Outside of garbage collection: it refers to buffers and to what was unpacked of one, never back to
# itself, and a session holds so many that looking through them all costs more than they do.
@cython.final
@cython.no_gc
@cython.freelist(64)
cdef class Event:
    """One record of a session, immutable. Absent optional attributes are None.

    Two events are equal when all but their index is.
    """
    cdef record_t record              # payload and extras point into the two objects below
    cdef bytes _payload
    cdef bytes _extras
    cdef dict _unpacked

    def __init__(
        self, kind, time_ns, *, port=0, request_id=0, code=0, status=0, payload=b"",
        namespace=None, handle=None, capacity=None, bytes=None, client=None, cause=None,
        source=None, flags=0, fields=None, index=None,
    ):
        cdef record_t* record = &self.record
        if self._payload is not None:
            raise UsageError("an event does not change; use replace()")
        if not isinstance(kind, int) or not 0 < kind < KIND_COUNT:
            raise UsageError(f"an event's kind is 1 to {KIND_COUNT - 1}, not {kind!r}")
        memset(record, 0, sizeof(record_t))
        record.kind = kind
        try:
            for value in (time_ns, port, request_id, code, status, flags):
                if not isinstance(value, int):  # a float would be cut off
                    raise TypeError(f"{value!r} is not an integer")
            record.time_ns = time_ns
            record.port = port
            record.request_id = request_id
            record.code = code
            record.status = status
            record.name_space = namespace or 0
            record.handle = self._optional(KEY_HANDLE, handle)
            record.capacity = self._optional(KEY_CAPACITY, capacity)
            record.bytes = self._optional(KEY_BYTES, bytes)
            record.client = self._optional(KEY_CLIENT, client)
            record.cause = self._optional(KEY_CAUSE, cause)
            record.flags = flags
            record.index = -1 if index is None else index
            self._set_payload(payload)
        except (OverflowError, TypeError) as error:
            raise UsageError(f"an event's attribute is not what it should be: {error}") from None
        if record.cause < 0:
            raise UsageError(f"an event's cause is the index of a record, not {cause!r}")
        if record.name_space == NAMESPACE_DEFAULT:
            record.name_space = kind_namespace(record.kind)
        kept = {}
        if source is not None:
            kept[KEY_SOURCE] = source
        if fields is not None:
            kept[KEY_FIELDS] = fields
        if kept:
            self._set_extras(kept)

    cdef object _optional(self, uint32_t key, value):
        if value is None:
            return 0
        if not isinstance(value, int):
            raise TypeError(f"{value!r} is not an integer")
        self.record.present |= <uint32_t>1 << key
        return value

    cdef int _set_payload(self, payload) except -1:
        cdef str message = "payload of an event"
        if not isinstance(payload, _bytes):
            payload = memoryview(payload).tobytes()
        if len(payload) > PAYLOAD_SIZE_MAX:
            raise LimitError(message, len(payload), PAYLOAD_SIZE_MAX)
        self._payload = payload
        self.record.payload = <const uint8_t*>(<const char*>self._payload)
        self.record.payload_size = <uint32_t>len(payload)
        return 0

    cdef int _set_extras(self, dict kept) except -1:
        """Keep source, fields and unknown keys packed, as the record will carry them."""
        import msgpack

        cdef const uint8_t* at
        cdef Py_ssize_t size
        try:
            packed = msgpack.packb(kept, unicode_errors="surrogateescape")
        except (TypeError, ValueError, OverflowError) as error:
            raise UsageError(f"source and fields hold what a trace cannot: {error}") from None
        size = len(packed)
        if size > EVENT_MAP_SIZE_MAX:
            raise LimitError("source and fields of an event", size, EVENT_MAP_SIZE_MAX)
        at = <const uint8_t*>(<const char*>packed)
        if wire_skip(&at, at + size, NESTING_DEPTH_MAX - 1, NULL) != RESULT_OK:
            raise UsageError(
                f"source and fields of an event may be nested {NESTING_DEPTH_MAX - 2} deep"
            )
        self._keep_extras(packed)
        for key in (KEY_SOURCE, KEY_FIELDS):
            if key in kept:
                self.record.present |= <uint32_t>1 << <uint32_t>key
        return 0

    cdef void _keep_extras(self, packed):
        self._extras = packed
        self.record.extras = <const uint8_t*>(<const char*>self._extras)
        self.record.extras_size = <uint32_t>len(self._extras)

    cdef dict _kept(self):
        """The packed pairs as Python has them: source, fields and unknown keys."""
        if self._unpacked is not None:
            return self._unpacked
        if self._extras is None:
            self._unpacked = {}
            return self._unpacked
        import msgpack

        try:
            pairs = msgpack.unpackb(
                self._extras, strict_map_key=False, unicode_errors="surrogateescape",
            )
        except (ValueError, TypeError, msgpack.UnpackException) as error:
            self._unpacked = {}
            raise TraceError(
                f"record {self.record.index}: its optional map cannot be read: {error}"
            ) from None
        self._unpacked = {
            key: value for key, value in pairs.items()
            if key in (KEY_SOURCE, KEY_FIELDS) or key not in _KEYS
        }
        return self._unpacked

    @property
    def kind(self):
        """What the record is: a member of Kind."""
        return _KINDS[self.record.kind]

    @property
    def time_ns(self):
        """Virtual time, signed nanoseconds."""
        return self.record.time_ns

    @property
    def port(self):
        """NDIS port number."""
        return self.record.port

    @property
    def request_id(self):
        """RequestId; 0 in an unsolicited indication."""
        return self.record.request_id

    @property
    def code(self):
        """What the record is about, a number in `namespace`."""
        return self.record.code

    @property
    def status(self):
        """NDIS_STATUS of a completion."""
        return self.record.status

    @property
    def payload(self):
        """The buffer, as it was in memory."""
        return self._payload

    @property
    def namespace(self):
        """What `code` is a number of: a member of Namespace, or the number of an unknown one."""
        if self.record.name_space < <uint32_t>len(_NAMESPACES):
            return _NAMESPACES[self.record.name_space]
        return self.record.name_space

    @property
    def handle(self):
        """RequestHandle or destination handle."""
        return self.record.handle if self.record.present & (1 << KEY_HANDLE) else None

    @property
    def capacity(self):
        """Size of the InformationBuffer in bytes."""
        return self.record.capacity if self.record.present & (1 << KEY_CAPACITY) else None

    @property
    def client(self):
        """Number of the host program that made the request."""
        return self.record.client if self.record.present & (1 << KEY_CLIENT) else None

    @property
    def cause(self):
        """Index of the record this one follows from."""
        return self.record.cause if self.record.present & (1 << KEY_CAUSE) else None

    @property
    def flags(self):
        """Bits of RecordFlag."""
        return self.record.flags

    @property
    def source(self):
        """Place in the source file."""
        return self._kept().get(KEY_SOURCE)

    @property
    def fields(self):
        """Decoded fields of an event that never had a buffer."""
        return self._kept().get(KEY_FIELDS)

    @property
    def index(self):
        """Index in its trace, or None."""
        return self.record.index if self.record.index >= 0 else None

    cdef dict _attributes(self):
        return {
            "kind": self.kind, "time_ns": self.time_ns, "port": self.port,
            "request_id": self.request_id, "code": self.code, "status": self.status,
            "payload": self.payload, "namespace": self.namespace, "handle": self.handle,
            "capacity": self.capacity, "bytes": self.bytes, "client": self.client,
            "cause": self.cause, "flags": self.flags, "index": self.index,
        }

    def replace(self, **changes):
        """A copy with some attributes changed; unknown keys of its map stay."""
        if changes.keys() <= _ALONE:
            return self._with(changes)
        if "source" in changes and changes.keys() - {"source"} <= _ALONE:
            return self._with_source(changes.pop("source"), changes)
        cdef dict attributes = self._attributes()
        cdef dict kept = dict(self._kept())
        cdef Event event
        if "kind" in changes and "namespace" not in changes:
            if self.record.name_space == kind_namespace(self.record.kind):
                attributes["namespace"] = None
        for name, key in (("source", KEY_SOURCE), ("fields", KEY_FIELDS)):
            if name in changes:
                value = changes.pop(name)
                kept.pop(key, None)
                if value is not None:
                    kept[key] = value
        attributes.update(changes)
        event = Event(attributes.pop("kind"), attributes.pop("time_ns"), **attributes)
        if kept:
            event._set_extras(kept)
        return event

    cdef Event _with(self, dict changes):
        """A copy with attributes changed that nothing else depends on; the rest is shared."""
        cdef Event event = Event.__new__(Event)
        cdef record_t* record = &event.record
        record[0] = self.record
        event._payload = self._payload
        event._extras = self._extras
        try:
            for name, value in changes.items():
                if name == "payload":
                    event._set_payload(value)
                elif name == "index":
                    record.index = -1 if value is None else value
                elif name == "cause":
                    record.present &= ~(<uint32_t>1 << <uint32_t>KEY_CAUSE)
                    record.cause = event._optional(KEY_CAUSE, value)
                elif not isinstance(value, int):  # a float would be cut off
                    raise TypeError(f"{value!r} is not an integer")
                elif name == "time_ns":
                    record.time_ns = value
                elif name == "request_id":
                    record.request_id = value
                else:
                    record.flags = value
        except (OverflowError, TypeError) as error:
            raise UsageError(f"an event's attribute is not what it should be: {error}") from None
        if record.cause < 0:
            raise UsageError(f"an event's cause is the index of a record, not {record.cause!r}")
        return event

    cdef Event _with_source(self, source, dict changes):
        """The same with another source, which stands behind what else its map has."""
        cdef Event event = self._with(changes)
        cdef dict kept = dict(self._kept())
        kept.pop(KEY_SOURCE, None)
        if source is not None:
            kept[KEY_SOURCE] = source
        event._extras = None
        event._unpacked = None
        event.record.extras = NULL
        event.record.extras_size = 0
        event.record.present &= ~(
            (<uint32_t>1 << <uint32_t>KEY_SOURCE) | (<uint32_t>1 << <uint32_t>KEY_FIELDS)
        )
        if kept:
            event._set_extras(kept)
        return event

    def __eq__(self, other):
        cdef const record_t* mine = &self.record
        cdef const record_t* its
        if not isinstance(other, Event):
            return NotImplemented
        its = &(<Event>other).record
        return (
            mine.kind == its.kind and mine.time_ns == its.time_ns and mine.port == its.port
            and mine.request_id == its.request_id and mine.code == its.code
            and mine.status == its.status and mine.name_space == its.name_space
            and mine.present & PRESENT_COMPARED == its.present & PRESENT_COMPARED
            and mine.handle == its.handle and mine.capacity == its.capacity
            and mine.bytes == its.bytes and mine.client == its.client
            and mine.cause == its.cause and mine.flags == its.flags
            and self._payload == (<Event>other)._payload
            and self._kept() == (<Event>other)._kept()
        )

    def __hash__(self):
        return hash((self.record.kind, self.record.time_ns, self.record.code, self._payload))

    def __str__(self):
        if _print_event is None:
            # Names come from above: what prints registers itself when it is loaded.
            importlib.import_module("wwanreplay.api")
        return repr(self) if _print_event is None else _print_event(self)

    def _repr_html_(self):
        """For notebooks: names and values as a table, masked; None shows the one line."""
        if _html_event is None:
            importlib.import_module("wwanreplay.api")
        return None if _html_event is None else _html_event(self)

    def __repr__(self):
        parts = [self.kind.name, str(self.time_ns)]
        for name in (
            "port", "request_id", "code", "status", "handle", "capacity", "bytes", "client",
            "cause", "source", "flags", "fields", "index",
        ):
            value = getattr(self, name)
            if name == "fields" and value is not None:
                value = list(value)  # their values may identify a person
            if value is not None and (value or name not in _ZERO_WHEN_ABSENT):
                parts.append(
                    f"{name}={value:#010x}" if name in ("code", "status") else f"{name}={value!r}"
                )
        parts.append(f"payload={len(self._payload)} bytes")
        return f"Event({', '.join(parts)})"

    # Last, since the name hides the type from what follows.
    @property
    def bytes(self):
        """Bytes written, read or needed."""
        return self.record.bytes if self.record.present & (1 << KEY_BYTES) else None


_print_event = None
_html_event = None


def print_events_by(text, html=None):
    """Let `str(event)` and what notebooks show be what functions of the event return.

    Names come from above.
    """
    global _print_event, _html_event
    _print_event = text
    _html_event = html


# Payloads seen of late, by a mixture of their bytes: a session says the same again and again, and
# its events then share one copy.
cdef enum:
    RECENT_PAYLOADS = 1024
    RECENT_PAYLOAD_SIZE_MIN = 16
    RECENT_PAYLOAD_SIZE_MAX = 4096

cdef list _RECENT = [b""] * RECENT_PAYLOADS


cdef bytes payload_of_record(const record_t* record):
    cdef const uint8_t* octets = record.payload
    cdef uint32_t size = record.payload_size
    cdef uint64_t first, middle, last, mixed
    cdef Py_ssize_t slot
    cdef bytes known
    if not RECENT_PAYLOAD_SIZE_MIN <= size <= RECENT_PAYLOAD_SIZE_MAX:
        return PyBytes_FromStringAndSize(<const char*>octets, size)
    memcpy(&first, octets + 8, 8)
    memcpy(&middle, octets + size // 2, 8)
    memcpy(&last, octets + size - 8, 8)
    mixed = (first ^ (middle << 21 | middle >> 43) ^ (last << 42 | last >> 22) ^ size)
    slot = <Py_ssize_t>(mixed * <uint64_t>0x9E3779B97F4A7C15 >> 54)
    known = _RECENT[slot]
    if <uint32_t>len(known) == size and memcmp(<const char*>known, octets, size) == 0:
        return known
    known = PyBytes_FromStringAndSize(<const char*>octets, size)
    _RECENT[slot] = known
    return known


cdef Event event_of_record(const record_t* record):
    """An Event with its own copy of the record's memory, or one that it shares with others."""
    cdef Event event = Event.__new__(Event)
    event.record = record[0]
    event._payload = payload_of_record(record)
    event.record.payload = <const uint8_t*><const char*>event._payload
    if record.extras != NULL:
        event._keep_extras(
            PyBytes_FromStringAndSize(<const char*>record.extras, record.extras_size)
        )
    return event
