# Virtual time and the counter-based generator. Nothing here can read a real clock.

cdef enum:
    NANOSECONDS_PER_SECOND = 1000000000


cdef inline int64_t time_after(int64_t time_ns, int64_t delay_ns) noexcept nogil:
    """The time `delay_ns` (never negative) after `time_ns`, held at the end of time."""
    if delay_ns <= 0:
        return time_ns
    if time_ns > INT64_MAX - delay_ns:
        return INT64_MAX
    return time_ns + delay_ns


cpdef enum Purpose:
    """What a number drawn from the generator is for; part of its key."""
    PURPOSE_LATENCY = 1
    PURPOSE_COMPLETION = 2
    PURPOSE_IDENTITY = 3
    PURPOSE_RETRY = 4
    PURPOSE_COUNT = 8


cdef inline uint64_t mix(uint64_t value) noexcept nogil:
    # A bijective finaliser: each input bit reaches each output bit.
    value ^= value >> 30
    value *= <uint64_t>0xBF58476D1CE4E5B9
    value ^= value >> 27
    value *= <uint64_t>0x94D049BB133111EB
    return value ^ (value >> 31)


cdef inline uint64_t draw_begin(uint64_t seed) noexcept nogil:
    """What all numbers of a seed begin with."""
    return mix(seed + <uint64_t>0x9E3779B97F4A7C15)


cdef inline uint64_t draw(
    uint64_t begun, uint32_t purpose, uint64_t code, uint64_t ordinal
) noexcept nogil:
    """The number for (seed, purpose, code, ordinal): the same for ever, and independent of others.

    `begun` is the seed's `draw_begin`. Removing one event shifts the ordinals of its own code
    only: edited traces keep their meaning.
    """
    cdef uint64_t state = mix(begun ^ (<uint64_t>purpose << 56) ^ code)
    return mix(state + ordinal * <uint64_t>0x9E3779B97F4A7C15)
