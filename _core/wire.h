/* MessagePack integers, heads of binary data, and skipping, within given bounds.

   Every function takes the end of the memory and never reads at or behind it. */
#ifndef WWANREPLAY_WIRE_H
#define WWANREPLAY_WIRE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define WIRE_OK 0
#define WIRE_SHORT (-1) /* the memory ends first */
#define WIRE_TYPE (-2)  /* another type than expected */
#define WIRE_RANGE (-3) /* does not fit the expected number */
#define WIRE_DEPTH (-4) /* containers inside one another too deep */
#define WIRE_COUNT (-5) /* more values than allowed */

#if defined(_MSC_VER)
#define WIRE_SWAP64(x) _byteswap_uint64(x)
#define WIRE_SWAP32(x) _byteswap_ulong(x)
#else
#define WIRE_SWAP64(x) __builtin_bswap64(x)
#define WIRE_SWAP32(x) __builtin_bswap32(x)
#endif

static inline uint64_t wire_big64(const uint8_t *data)
{
    uint64_t word;
    memcpy(&word, data, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return word;
#else
    return WIRE_SWAP64(word);
#endif
}

/* `size` bytes, 1, 2, 4 or 8, big-endian, checked by the caller. */
static inline uint64_t wire_big(const uint8_t *data, size_t size)
{
    uint64_t word = 0;
    while (size--) {
        word = word << 8 | *data++;
    }
    return word;
}

/* An integer of 64 bits; negative ones set *negative and are in two's complement. */
static inline int wire_integer(const uint8_t **at, const uint8_t *end, uint64_t *value,
                               int *negative)
{
    const uint8_t *p = *at;
    if (p >= end) {
        return WIRE_SHORT;
    }
    uint8_t head = *p++;
    *negative = 0;
    if (head < 0x80) {
        *value = head;
        *at = p;
        return WIRE_OK;
    }
    if (head >= 0xe0) {
        *value = (uint64_t)(int64_t)(int8_t)head;
        *negative = 1;
        *at = p;
        return WIRE_OK;
    }
    if (head < 0xcc || head > 0xd3) {
        return WIRE_TYPE;
    }
    unsigned width = 1u << (head & 3);
    uint64_t word;
    if (end - p >= 8) {
        word = wire_big64(p) >> (64 - 8 * width); /* one load whatever the width */
    } else if ((size_t)(end - p) < width) {
        return WIRE_SHORT;
    } else {
        word = wire_big(p, width);
    }
    if (head >= 0xd0) {
        unsigned shift = 64 - 8 * width;
        int64_t number = (int64_t)(word << shift) >> shift;
        *negative = number < 0;
        word = (uint64_t)number;
    }
    *value = word;
    *at = p + width;
    return WIRE_OK;
}

static inline int wire_unsigned64(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    int negative;
    const uint8_t *p = *at;
    if (p < end && *p < 0x80) {
        *value = *p;
        *at = p + 1;
        return WIRE_OK;
    }
    int result = wire_integer(at, end, value, &negative);
    if (result == WIRE_OK && negative) {
        *at = p;
        return WIRE_RANGE;
    }
    return result;
}

static inline int wire_unsigned32(const uint8_t **at, const uint8_t *end, uint32_t *value)
{
    uint64_t wide = 0;
    const uint8_t *p = *at;
    int result = wire_unsigned64(at, end, &wide);
    if (result == WIRE_OK && wide > UINT32_MAX) {
        *at = p;
        result = WIRE_RANGE;
    }
    if (result == WIRE_OK) {
        *value = (uint32_t)wide;
    }
    return result;
}

static inline int wire_signed64(const uint8_t **at, const uint8_t *end, int64_t *value)
{
    int negative;
    uint64_t wide = 0;
    const uint8_t *p = *at;
    int result = wire_integer(at, end, &wide, &negative);
    if (result == WIRE_OK && !negative && wide > (uint64_t)INT64_MAX) {
        *at = p;
        result = WIRE_RANGE;
    }
    if (result == WIRE_OK) {
        *value = (int64_t)wide;
    }
    return result;
}

/* An integer that begins as one that is not negative; nine bytes are there. 0: it is another. */
static inline int wire_near_unsigned(const uint8_t **at, uint64_t *value)
{
    const uint8_t *p = *at;
    if (*p < 0x80) {
        *value = *p;
        *at = p + 1;
        return 1;
    }
    if ((*p & 0xfc) != 0xcc) {
        return 0;
    }
    unsigned width = 1u << (*p & 3);
    *value = wire_big64(p + 1) >> (64 - 8 * width);
    *at = p + 1 + width;
    return 1;
}

/* The head of binary data, whose five bytes are there: the data begins behind it. 0: it is another. */
static inline int wire_near_binary(const uint8_t **at, uint64_t *size)
{
    const uint8_t *p = *at;
    switch (*p) {
    case 0xc4:
        *size = p[1];
        *at = p + 2;
        return 1;
    case 0xc5:
        *size = (uint64_t)p[1] << 8 | p[2];
        *at = p + 3;
        return 1;
    case 0xc6:
        *size = (uint64_t)p[1] << 24 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 8 | p[4];
        *at = p + 5;
        return 1;
    default:
        return 0;
    }
}

/* Head of binary data; the data itself is checked to be there. */
static inline int wire_binary(const uint8_t **at, const uint8_t *end, const uint8_t **data,
                              uint32_t *size)
{
    const uint8_t *p = *at;
    if (p >= end) {
        return WIRE_SHORT;
    }
    unsigned head = *p++;
    if (head < 0xc4 || head > 0xc6) {
        return WIRE_TYPE;
    }
    unsigned width = 1u << (head - 0xc4);
    if ((size_t)(end - p) < width) {
        return WIRE_SHORT;
    }
    uint64_t length = wire_big(p, width);
    p += width;
    if ((uint64_t)(end - p) < length) {
        return WIRE_SHORT;
    }
    *data = p;
    *size = (uint32_t)length;
    *at = p + length;
    return WIRE_OK;
}

/* Head of an array or a map: how many elements or pairs. */
static inline int wire_container(const uint8_t **at, const uint8_t *end, uint8_t fixed_head,
                                 uint8_t fixed_mask, uint8_t head16, uint32_t *count)
{
    const uint8_t *p = *at;
    if (p >= end) {
        return WIRE_SHORT;
    }
    uint8_t head = *p++;
    if ((head & fixed_mask) == fixed_head) {
        *count = head & (uint8_t)~fixed_mask;
        *at = p;
        return WIRE_OK;
    }
    if (head != head16 && head != head16 + 1) {
        return WIRE_TYPE;
    }
    unsigned width = head == head16 ? 2 : 4;
    if ((size_t)(end - p) < width) {
        return WIRE_SHORT;
    }
    *count = (uint32_t)wire_big(p, width);
    *at = p + width;
    return WIRE_OK;
}

static inline int wire_array(const uint8_t **at, const uint8_t *end, uint32_t *count)
{
    return wire_container(at, end, 0x90, 0xf0, 0xdc, count);
}

static inline int wire_map(const uint8_t **at, const uint8_t *end, uint32_t *count)
{
    return wire_container(at, end, 0x80, 0xf0, 0xde, count);
}

#define WIRE_DEPTH_MAX 64

/* Step over one value of any type. `depth_max` containers may be inside one another; *values, when
   given, is what may still be passed and is counted down. */
static int wire_skip(const uint8_t **at, const uint8_t *end, int depth_max, uint64_t *values)
{
    uint64_t open[WIRE_DEPTH_MAX + 1];
    int depth = 0;
    const uint8_t *p = *at;
    if (depth_max > WIRE_DEPTH_MAX) {
        depth_max = WIRE_DEPTH_MAX;
    }
    open[0] = 1;
    for (;;) {
        while (open[depth] == 0) {
            if (depth == 0) {
                *at = p;
                return WIRE_OK;
            }
            depth--;
        }
        open[depth]--;
        if (values && (*values)-- == 0) {
            *values = 0;
            *at = p;
            return WIRE_COUNT;
        }
        if (p >= end) {
            *at = p;
            return WIRE_SHORT;
        }
        const uint8_t *start = p;
        uint8_t head = *p++;
        uint64_t size = 0;     /* bytes that follow the head */
        unsigned width = 0;    /* bytes of a length */
        unsigned extra = 0;    /* bytes beside the length: the type of an extension */
        uint64_t children = 0;
        int container = 0;
        if (head < 0x80 || head >= 0xe0 || (head >= 0xc0 && head <= 0xc3)) {
            if (head == 0xc1) {
                *at = start;
                return WIRE_TYPE;
            }
            continue;
        }
        if (head < 0x90) {
            container = 1;
            children = 2 * (uint64_t)(head & 15);
        } else if (head < 0xa0) {
            container = 1;
            children = head & 15;
        } else if (head < 0xc0) {
            size = head & 31;
        } else if (head <= 0xc6) {
            width = 1u << (head - 0xc4);
        } else if (head <= 0xc9) {
            width = 1u << (head - 0xc7);
            extra = 1;
        } else if (head <= 0xcb) {
            size = head == 0xca ? 4 : 8;
        } else if (head <= 0xd3) {
            size = 1u << (head & 3);
        } else if (head <= 0xd8) {
            size = 1 + (1u << (head - 0xd4));
        } else if (head <= 0xdb) {
            width = 1u << (head - 0xd9);
        } else {
            container = 1;
            width = head & 1 ? 4 : 2;
        }
        if (width) {
            if ((size_t)(end - p) < width) {
                *at = start;
                return WIRE_SHORT;
            }
            size = wire_big(p, width);
            p += width;
            if (container) {
                children = head >= 0xde ? 2 * size : size;
                size = 0;
            }
            size += extra;
        }
        if ((uint64_t)(end - p) < size || children > (uint64_t)(end - p)) {
            *at = start;
            return WIRE_SHORT; /* every child takes a byte at least */
        }
        p += size;
        if (container) {
            if (depth == depth_max) {
                *at = start;
                return WIRE_DEPTH;
            }
            open[++depth] = children;
        }
    }
}

/* The integer in its shortest form; at most 9 bytes. */
static inline uint8_t *wire_put_unsigned(uint8_t *out, uint64_t value)
{
    unsigned width;
    if (value < 0x80) {
        *out = (uint8_t)value;
        return out + 1;
    }
    if (value <= UINT8_MAX) {
        *out++ = 0xcc;
        width = 1;
    } else if (value <= UINT16_MAX) {
        *out++ = 0xcd;
        width = 2;
    } else if (value <= UINT32_MAX) {
        *out++ = 0xce;
        width = 4;
    } else {
        *out++ = 0xcf;
        width = 8;
    }
    while (width--) {
        *out++ = (uint8_t)(value >> 8 * width);
    }
    return out;
}

/* The same, where nine bytes may be written whatever the integer takes. */
static inline uint8_t *wire_put_near(uint8_t *out, uint64_t value)
{
    if (value < 0x80) {
        *out = (uint8_t)value;
        return out + 1;
    }
    unsigned order = (value > UINT8_MAX) + (value > UINT16_MAX) + (value > UINT32_MAX);
    unsigned width = 1u << order;
    uint64_t word = value << (64 - 8 * width);
#if !(defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
    word = WIRE_SWAP64(word);
#endif
    *out = (uint8_t)(0xcc + order);
    memcpy(out + 1, &word, 8);
    return out + 1 + width;
}

static inline uint8_t *wire_put_signed(uint8_t *out, int64_t value)
{
    unsigned width;
    if (value >= 0) {
        return wire_put_unsigned(out, (uint64_t)value);
    }
    if (value >= -32) {
        *out = (uint8_t)value;
        return out + 1;
    }
    if (value >= INT8_MIN) {
        *out++ = 0xd0;
        width = 1;
    } else if (value >= INT16_MIN) {
        *out++ = 0xd1;
        width = 2;
    } else if (value >= INT32_MIN) {
        *out++ = 0xd2;
        width = 4;
    } else {
        *out++ = 0xd3;
        width = 8;
    }
    while (width--) {
        *out++ = (uint8_t)((uint64_t)value >> 8 * width);
    }
    return out;
}

/* Head of binary data; at most 5 bytes. */
static inline uint8_t *wire_put_binary_head(uint8_t *out, uint32_t size)
{
    unsigned width = size <= UINT8_MAX ? 1 : size <= UINT16_MAX ? 2 : 4;
    *out++ = width == 1 ? 0xc4 : width == 2 ? 0xc5 : 0xc6;
    while (width--) {
        *out++ = (uint8_t)(size >> 8 * width);
    }
    return out;
}

/* Head of a map; at most 5 bytes. */
static inline uint8_t *wire_put_map_head(uint8_t *out, uint32_t count)
{
    if (count < 16) {
        *out = (uint8_t)(0x80 | count);
        return out + 1;
    }
    unsigned width = count <= UINT16_MAX ? 2 : 4;
    *out++ = width == 2 ? 0xde : 0xdf;
    while (width--) {
        *out++ = (uint8_t)(count >> 8 * width);
    }
    return out;
}

static inline int wire_add_overflows(int64_t a, int64_t b, int64_t *sum)
{
    *sum = (int64_t)((uint64_t)a + (uint64_t)b);
    return ((a ^ *sum) & (b ^ *sum)) < 0;
}

static inline int wire_subtract_overflows(int64_t a, int64_t b, int64_t *difference)
{
    *difference = (int64_t)((uint64_t)a - (uint64_t)b);
    return ((a ^ b) & (a ^ *difference)) < 0;
}

#endif
