# Named result codes of C functions, and the functions that turn them into exceptions.
#
# A C function returns one of these and never raises; its door turns the code into an error, with
# the place. Negative codes are failures, the others are ordinary results.

cdef enum:
    RESULT_OK = 0

    # what a record cursor returns
    CURSOR_RECORD = 0                 # the record is filled in
    CURSOR_END = 1                    # no more records in this chunk
    CURSOR_SKIPPED = 2                # a record of unknown kind was stepped over

    # what a device on its way to a time returns
    WORK_PAUSED = 3                   # not there yet: signals are to be looked at

    # the first five are those of wire.h
    FAILURE_SHORT = -1
    FAILURE_TYPE = -2
    FAILURE_RANGE = -3
    FAILURE_DEPTH = -4
    FAILURE_VALUE_COUNT = -5
    FAILURE_TIME = -6
    FAILURE_PAYLOAD_SIZE = -7
    FAILURE_MAP_SIZE = -8
    FAILURE_DUPLICATE_KEY = -9
    FAILURE_ELEMENTS = -10
    FAILURE_RECORD_COUNT = -11
    FAILURE_CHUNK_SIZE = -12
    FAILURE_MEMORY = -13
    FAILURE_INDEX = -14
    FAILURE_WORK = -15                # a limit of the device's work; the machine has which


cdef dict _FAILURE_REASONS = {
    FAILURE_SHORT: "a value ends behind its chunk",
    FAILURE_TYPE: "a value is of the wrong type",
    FAILURE_RANGE: "a number is outside its range",
    FAILURE_DEPTH: f"values are nested deeper than {NESTING_DEPTH_MAX}",
    FAILURE_VALUE_COUNT: "there are more values than allowed",
    FAILURE_TIME: "the time leaves the range of 64 bits",
    FAILURE_PAYLOAD_SIZE: f"the payload is larger than {PAYLOAD_SIZE_MAX} bytes",
    FAILURE_MAP_SIZE: "the optional map is larger than 1048576 bytes",
    FAILURE_DUPLICATE_KEY: "a key occurs twice",
    FAILURE_ELEMENTS: "there are too few elements",
    FAILURE_RECORD_COUNT: "the chunk has another number of records than it states",
    FAILURE_CHUNK_SIZE: f"the chunk grows beyond {CHUNK_SIZE_MAX} bytes",
    FAILURE_INDEX: "the record's index leaves the range of 64 bits",
}


cdef str failure_reason(int code):
    return _FAILURE_REASONS.get(code, f"unknown failure {code}")


cdef int raise_trace_failure(int code, int64_t index, object path, object offset) except -1:
    """Raise the TraceError (or MemoryError) of a result code met at the record `index`."""
    from wwanreplay.errors import TraceError

    if code == FAILURE_MEMORY:
        raise MemoryError
    raise TraceError(f"record {index}: {failure_reason(code)}", path=path, offset=offset)


cdef int raise_event_failure(int code) except -1:
    """Raise the error of an event that cannot be written as a record."""
    from wwanreplay.errors import UsageError

    if code == FAILURE_MEMORY:
        raise MemoryError
    raise UsageError(f"this event cannot be a record: {failure_reason(code)}")
