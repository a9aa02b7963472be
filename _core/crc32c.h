/* CRC-32C (Castagnoli), reflected polynomial 0x82f63b78.

   Four ways, all of the same result: slicing by eight in plain C, the instruction of x86-64
   (found at run time), the instruction of ARMv8 (when the compiler may use it), and wide folds of
   x86-64 (found at run time). The instruction has a latency of three cycles and a rate of one, so
   long buffers are cut in three lanes whose results are joined with precomputed "append n zero
   bytes" tables. A fold takes four blocks of 64 bytes at once: multiplied, without carries, by what
   the distance to the next ones is, they are added to these. */
#ifndef WWANREPLAY_CRC32C_H
#define WWANREPLAY_CRC32C_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) || defined(_M_X64)
#define CRC32C_X86 1
#include <nmmintrin.h>
#if defined(_MSC_VER)
#include <intrin.h>
#define CRC32C_TARGET
#else
#define CRC32C_TARGET __attribute__((target("sse4.2")))
#define CRC32C_WIDE 1
#include <immintrin.h>
#define CRC32C_WIDE_TARGET __attribute__((target("sse4.2,pclmul,avx512f,vpclmulqdq")))
#endif
#elif defined(__ARM_FEATURE_CRC32)
#define CRC32C_ARM 1
#include <arm_acle.h>
#define CRC32C_TARGET
#endif

#define CRC32C_POLYNOMIAL 0x82f63b78u
#define CRC32C_LONG 4096u /* bytes of a lane; both are multiples of eight */
#define CRC32C_SHORT 256u
#define CRC32C_BLOCK 64u /* bytes of a wide register, of four lanes */
#define CRC32C_WIDE_MIN 512u /* bytes below which folding does not pay */

static uint32_t crc32c_slices[8][256];
static uint32_t crc32c_zeros_long[4][256];
static uint32_t crc32c_zeros_short[4][256];
static uint64_t crc32c_fold_blocks[2]; /* by four blocks, one block, one lane of a block: */
static uint64_t crc32c_fold_block[2];  /* what the low and the high half are multiplied by */
static uint64_t crc32c_fold_lane[2];
static int crc32c_has_hardware = 0;
static int crc32c_has_wide = 0;

static inline uint64_t crc32c_load(const uint8_t *data)
{
    uint64_t word;
    memcpy(&word, data, 8);
    return word;
}

static uint32_t crc32c_software(uint32_t crc, const uint8_t *data, size_t size)
{
    crc = ~crc;
    while (size >= 8) {
        uint32_t low = crc ^ ((uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 |
                              (uint32_t)data[3] << 24);
        crc = crc32c_slices[7][low & 255] ^ crc32c_slices[6][low >> 8 & 255] ^
              crc32c_slices[5][low >> 16 & 255] ^ crc32c_slices[4][low >> 24] ^
              crc32c_slices[3][data[4]] ^ crc32c_slices[2][data[5]] ^ crc32c_slices[1][data[6]] ^
              crc32c_slices[0][data[7]];
        data += 8;
        size -= 8;
    }
    while (size--) {
        crc = crc >> 8 ^ crc32c_slices[0][(crc ^ *data++) & 255];
    }
    return ~crc;
}

/* The register after `count` more zero bytes. */
static uint32_t crc32c_append_zeros(uint32_t crc, size_t count)
{
    while (count--) {
        crc = crc >> 8 ^ crc32c_slices[0][crc & 255];
    }
    return crc;
}

static inline uint32_t crc32c_zeros(const uint32_t table[4][256], uint32_t crc)
{
    return table[0][crc & 255] ^ table[1][crc >> 8 & 255] ^ table[2][crc >> 16 & 255] ^
           table[3][crc >> 24];
}

/* `count` zero bytes; with `part`, the table of CRC32C_SHORT of them, sooner. */
static void crc32c_zeros_table(uint32_t table[4][256], const uint32_t part[4][256], size_t count)
{
    /* Appending zeros is linear: 32 single bits decide the whole table. */
    uint32_t of_bit[32];
    for (int bit = 0; bit < 32; bit++) {
        of_bit[bit] = (uint32_t)1 << bit;
        if (part == NULL) {
            of_bit[bit] = crc32c_append_zeros(of_bit[bit], count);
        }
        for (size_t at = 0; part != NULL && at < count; at += CRC32C_SHORT) {
            of_bit[bit] = crc32c_zeros(part, of_bit[bit]);
        }
    }
    for (int byte = 0; byte < 4; byte++) {
        for (uint32_t value = 0; value < 256; value++) {
            uint32_t sum = 0;
            for (int bit = 0; bit < 8; bit++) {
                if (value >> bit & 1) {
                    sum ^= of_bit[8 * byte + bit];
                }
            }
            table[byte][value] = sum;
        }
    }
}

#if defined(CRC32C_X86) || defined(CRC32C_ARM)
#if defined(CRC32C_X86)
#define CRC32C_STEP8(crc, word) _mm_crc32_u64((crc), (word))
#define CRC32C_STEP1(crc, byte) _mm_crc32_u8((uint32_t)(crc), (byte))
#else
#define CRC32C_STEP8(crc, word) __crc32cd((uint32_t)(crc), (word))
#define CRC32C_STEP1(crc, byte) __crc32cb((uint32_t)(crc), (byte))
#endif

CRC32C_TARGET static uint64_t crc32c_three_lanes(uint64_t crc, const uint8_t *data, size_t lane,
                                                 const uint32_t zeros[4][256])
{
    uint64_t second = 0;
    uint64_t third = 0;
    for (size_t at = 0; at < lane; at += 8) {
        crc = CRC32C_STEP8(crc, crc32c_load(data + at));
        second = CRC32C_STEP8(second, crc32c_load(data + lane + at));
        third = CRC32C_STEP8(third, crc32c_load(data + 2 * lane + at));
    }
    crc = crc32c_zeros(zeros, (uint32_t)crc) ^ second;
    return crc32c_zeros(zeros, (uint32_t)crc) ^ third;
}

CRC32C_TARGET static uint32_t crc32c_hardware(uint32_t start, const uint8_t *data, size_t size)
{
    uint64_t crc = ~start;
    while (size >= 3 * CRC32C_LONG) {
        crc = crc32c_three_lanes(crc, data, CRC32C_LONG, crc32c_zeros_long);
        data += 3 * CRC32C_LONG;
        size -= 3 * CRC32C_LONG;
    }
    while (size >= 3 * CRC32C_SHORT) {
        crc = crc32c_three_lanes(crc, data, CRC32C_SHORT, crc32c_zeros_short);
        data += 3 * CRC32C_SHORT;
        size -= 3 * CRC32C_SHORT;
    }
    while (size >= 8) {
        crc = CRC32C_STEP8(crc, crc32c_load(data));
        data += 8;
        size -= 8;
    }
    while (size--) {
        crc = CRC32C_STEP1(crc, *data++);
    }
    return ~(uint32_t)crc;
}
#else
static uint32_t crc32c_hardware(uint32_t start, const uint8_t *data, size_t size)
{
    return crc32c_software(start, data, size);
}
#endif

#if defined(CRC32C_WIDE)
CRC32C_WIDE_TARGET static inline __m512i crc32c_fold_wide(__m512i sum, __m512i by, __m512i next)
{
    __m512i low = _mm512_clmulepi64_epi128(sum, by, 0x00);
    __m512i high = _mm512_clmulepi64_epi128(sum, by, 0x11);
    return _mm512_xor_si512(_mm512_xor_si512(low, high), next);
}

CRC32C_WIDE_TARGET static inline __m128i crc32c_fold_narrow(__m128i sum, __m128i by, __m128i next)
{
    __m128i low = _mm_clmulepi64_si128(sum, by, 0x00);
    __m128i high = _mm_clmulepi64_si128(sum, by, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

CRC32C_WIDE_TARGET static inline __m512i crc32c_four_times(const uint64_t by[2])
{
    return _mm512_set_epi64((long long)by[1], (long long)by[0], (long long)by[1], (long long)by[0],
                            (long long)by[1], (long long)by[0], (long long)by[1], (long long)by[0]);
}

CRC32C_WIDE_TARGET static uint32_t crc32c_wide(uint32_t start, const uint8_t *data, size_t size)
{
    if (size < CRC32C_WIDE_MIN) {
        return crc32c_hardware(start, data, size);
    }
    __m512i blocks[4];
    for (int i = 0; i < 4; i++) {
        blocks[i] = _mm512_loadu_si512(data + i * CRC32C_BLOCK);
    }
    blocks[0] = _mm512_xor_si512(
        blocks[0], _mm512_zextsi128_si512(_mm_cvtsi32_si128((int)~start)));
    data += 4 * CRC32C_BLOCK;
    size -= 4 * CRC32C_BLOCK;
    __m512i by = crc32c_four_times(crc32c_fold_blocks);
    while (size >= 4 * CRC32C_BLOCK) {
        for (int i = 0; i < 4; i++) {
            blocks[i] = crc32c_fold_wide(blocks[i], by,
                                         _mm512_loadu_si512(data + i * CRC32C_BLOCK));
        }
        data += 4 * CRC32C_BLOCK;
        size -= 4 * CRC32C_BLOCK;
    }
    by = crc32c_four_times(crc32c_fold_block);
    __m512i block = blocks[0];
    for (int i = 1; i < 4; i++) {
        block = crc32c_fold_wide(block, by, blocks[i]);
    }
    __m128i by_lane = _mm_set_epi64x((long long)crc32c_fold_lane[1], (long long)crc32c_fold_lane[0]);
    __m128i lane = _mm512_castsi512_si128(block);
    lane = crc32c_fold_narrow(lane, by_lane, _mm512_extracti32x4_epi32(block, 1));
    lane = crc32c_fold_narrow(lane, by_lane, _mm512_extracti32x4_epi32(block, 2));
    lane = crc32c_fold_narrow(lane, by_lane, _mm512_extracti32x4_epi32(block, 3));
    uint64_t crc = CRC32C_STEP8(0, (uint64_t)_mm_cvtsi128_si64(lane));
    crc = CRC32C_STEP8(crc, (uint64_t)_mm_extract_epi64(lane, 1));
    return crc32c_hardware(~(uint32_t)crc, data, size);
}
#else
static uint32_t crc32c_wide(uint32_t start, const uint8_t *data, size_t size)
{
    return crc32c_hardware(start, data, size);
}
#endif

/* What a lane is multiplied by to stand `distance` bytes further on, its low half and its high one:
   both are powers of x, in the reflected order one bit further up. */
static void crc32c_fold_by(uint64_t by[2], size_t distance)
{
    by[0] = (uint64_t)crc32c_append_zeros(0x80000000u, distance + 4) << 1;
    by[1] = (uint64_t)crc32c_append_zeros(0x80000000u, distance - 4) << 1;
}

static int crc32c_detect_wide(void)
{
#if defined(CRC32C_WIDE)
    return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul") &&
           __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("vpclmulqdq");
#else
    return 0;
#endif
}

static int crc32c_detect(void)
{
#if defined(CRC32C_ARM)
    return 1;
#elif defined(CRC32C_X86) && defined(_MSC_VER)
    int registers[4];
    __cpuid(registers, 1);
    return registers[2] >> 20 & 1;
#elif defined(CRC32C_X86)
    return __builtin_cpu_supports("sse4.2") != 0;
#else
    return 0;
#endif
}

/* Once, before any other call. */
static void crc32c_prepare(void)
{
    for (uint32_t value = 0; value < 256; value++) {
        uint32_t crc = value;
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (CRC32C_POLYNOMIAL & (0u - (crc & 1)));
        }
        crc32c_slices[0][value] = crc;
    }
    for (int slice = 1; slice < 8; slice++) {
        for (int value = 0; value < 256; value++) {
            uint32_t crc = crc32c_slices[slice - 1][value];
            crc32c_slices[slice][value] = crc >> 8 ^ crc32c_slices[0][crc & 255];
        }
    }
    crc32c_zeros_table(crc32c_zeros_short, NULL, CRC32C_SHORT);
    crc32c_zeros_table(crc32c_zeros_long, crc32c_zeros_short, CRC32C_LONG);
    crc32c_fold_by(crc32c_fold_blocks, 4 * CRC32C_BLOCK);
    crc32c_fold_by(crc32c_fold_block, CRC32C_BLOCK);
    crc32c_fold_by(crc32c_fold_lane, CRC32C_BLOCK / 4);
    crc32c_has_hardware = crc32c_detect();
    crc32c_has_wide = crc32c_has_hardware && crc32c_detect_wide();
}

static inline uint32_t crc32c_extend(uint32_t crc, const uint8_t *data, size_t size)
{
    if (crc32c_has_wide) {
        return crc32c_wide(crc, data, size);
    }
    return crc32c_has_hardware ? crc32c_hardware(crc, data, size)
                               : crc32c_software(crc, data, size);
}

#endif
