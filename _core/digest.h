/* The trace digest: 128 bits over completions and indications, docs/trace-format.md section 5. */
#ifndef WWANREPLAY_DIGEST_H
#define WWANREPLAY_DIGEST_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    uint64_t lane[4];
    uint64_t count;
} digest_t;

#define DIGEST_FACTOR 0x9e3779b97f4a7c15ull

static inline uint64_t digest_little(uint64_t word)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return __builtin_bswap64(word);
#else
    return word;
#endif
}

static inline uint64_t digest_load(const uint8_t *data)
{
    uint64_t word;
    memcpy(&word, data, 8);
    return digest_little(word);
}

static inline uint64_t digest_lane(uint64_t lane, uint64_t word)
{
    lane = (lane ^ word) * DIGEST_FACTOR;
    return lane << 29 | lane >> 35;
}

/* A word of which `left` bytes, one at least, are there: the last ones of `size`. */
static inline uint64_t digest_rest(const uint8_t *data, size_t left, uint32_t size)
{
    if (left >= 8) {
        return digest_load(data);
    }
    if (size >= 8) { /* the eight bytes that end with the last one */
        return digest_load(data + left - 8) >> 8 * (8 - left);
    }
    uint64_t word = 0;
    while (left--) {
        word = word << 8 | data[left];
    }
    return word;
}

static inline void digest_open(digest_t *digest)
{
    digest->lane[0] = 0x243f6a8885a308d3ull;
    digest->lane[1] = 0x13198a2e03707344ull;
    digest->lane[2] = 0xa4093822299f31d0ull;
    digest->lane[3] = 0x082efa98ec4e6c89ull;
    digest->count = 0;
}

/* One event: a head of eight words, then the payload in stripes of 32 bytes. With `other`, as many
   bytes that should be the payload's: 0, and the digest as it was, when they are not. */
static inline int digest_event_of(digest_t *digest, uint32_t kind, uint32_t name_space,
                                  int64_t time_ns, uint32_t port, uint32_t status,
                                  uint64_t request_id, uint64_t handle, uint64_t code,
                                  uint32_t bytes, uint32_t payload_size, const uint8_t *payload,
                                  const uint8_t *other)
{
    uint64_t a = digest->lane[0];
    uint64_t b = digest->lane[1];
    uint64_t c = digest->lane[2];
    uint64_t d = digest->lane[3];
    uint64_t word[4];
    uint64_t differing = 0;
    a = digest_lane(a, (uint64_t)kind | (uint64_t)name_space << 32);
    b = digest_lane(b, (uint64_t)time_ns);
    c = digest_lane(c, (uint64_t)port | (uint64_t)status << 32);
    d = digest_lane(d, request_id);
    a = digest_lane(a, handle);
    b = digest_lane(b, code);
    c = digest_lane(c, (uint64_t)bytes | (uint64_t)payload_size << 32);
    d = digest_lane(d, digest->count);
    size_t left = payload_size;
    while (left >= 32) {
        word[0] = digest_load(payload);
        word[1] = digest_load(payload + 8);
        word[2] = digest_load(payload + 16);
        word[3] = digest_load(payload + 24);
        a = digest_lane(a, word[0]);
        b = digest_lane(b, word[1]);
        c = digest_lane(c, word[2]);
        d = digest_lane(d, word[3]);
        payload += 32;
        left -= 32;
        if (other) {
            differing |= word[0] ^ digest_load(other);
            differing |= word[1] ^ digest_load(other + 8);
            differing |= word[2] ^ digest_load(other + 16);
            differing |= word[3] ^ digest_load(other + 24);
            other += 32;
        }
    }
    if (left) { /* the last stripe, filled up with zero bytes */
        a = digest_lane(a, digest_rest(payload, left, payload_size));
        b = digest_lane(b, left > 8 ? digest_rest(payload + 8, left - 8, payload_size) : 0);
        c = digest_lane(c, left > 16 ? digest_rest(payload + 16, left - 16, payload_size) : 0);
        d = digest_lane(d, left > 24 ? digest_rest(payload + 24, left - 24, payload_size) : 0);
    }
    if (other && (differing || memcmp(payload, other, left))) {
        return 0;
    }
    digest->lane[0] = a;
    digest->lane[1] = b;
    digest->lane[2] = c;
    digest->lane[3] = d;
    digest->count++;
    return 1;
}

static inline void digest_event(digest_t *digest, uint32_t kind, uint32_t name_space,
                                int64_t time_ns, uint32_t port, uint32_t status,
                                uint64_t request_id, uint64_t handle, uint64_t code,
                                uint32_t bytes, uint32_t payload_size, const uint8_t *payload)
{
    digest_event_of(digest, kind, name_space, time_ns, port, status, request_id, handle, code,
                    bytes, payload_size, payload, NULL);
}

static inline uint64_t digest_mix(uint64_t word)
{
    word = (word ^ word >> 32) * 0xd6e8feb86659fd93ull;
    word = (word ^ word >> 32) * 0xd6e8feb86659fd93ull;
    return word ^ word >> 32;
}

static inline void digest_store(uint8_t *out, uint64_t word)
{
    word = digest_little(word);
    memcpy(out, &word, 8);
}

/* 16 bytes; the digest can go on afterwards. */
static inline void digest_result(const digest_t *digest, uint8_t *out)
{
    const uint64_t *lane = digest->lane;
    digest_store(out, digest_mix(lane[0] + digest_mix(lane[1] + digest_mix(
                          lane[2] + digest_mix(lane[3] + digest->count)))));
    digest_store(out + 8, digest_mix(lane[3] + digest_mix(lane[2] + digest_mix(
                              lane[1] + digest_mix(lane[0] ^ DIGEST_FACTOR)))));
}

/* 40 bytes: the lanes and the count. */
static inline void digest_save(const digest_t *digest, uint8_t *out)
{
    for (int i = 0; i < 4; i++) {
        digest_store(out + 8 * i, digest->lane[i]);
    }
    digest_store(out + 32, digest->count);
}

static inline void digest_load_state(digest_t *digest, const uint8_t *data)
{
    for (int i = 0; i < 4; i++) {
        digest->lane[i] = digest_load(data + 8 * i);
    }
    digest->count = digest_load(data + 32);
}

#endif
