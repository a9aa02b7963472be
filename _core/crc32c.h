/* CRC-32C (Castagnoli), reflected polynomial 0x82f63b78.

   Three ways, all of the same result: slicing by eight in plain C, the instruction of x86-64
   (found at run time), the instruction of ARMv8 (when the compiler may use it). The instruction
   has a latency of three cycles and a rate of one, so long buffers are cut in three lanes whose
   results are joined with precomputed "append n zero bytes" tables. */
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
#endif
#elif defined(__ARM_FEATURE_CRC32)
#define CRC32C_ARM 1
#include <arm_acle.h>
#define CRC32C_TARGET
#endif

#define CRC32C_POLYNOMIAL 0x82f63b78u
#define CRC32C_LONG 4096u /* bytes of a lane; both are multiples of eight */
#define CRC32C_SHORT 256u

static uint32_t crc32c_slices[8][256];
static uint32_t crc32c_zeros_long[4][256];
static uint32_t crc32c_zeros_short[4][256];
static int crc32c_has_hardware = 0;

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

static void crc32c_zeros_table(uint32_t table[4][256], size_t count)
{
    /* Appending zeros is linear: 32 single bits decide the whole table. */
    uint32_t of_bit[32];
    for (int bit = 0; bit < 32; bit++) {
        of_bit[bit] = crc32c_append_zeros((uint32_t)1 << bit, count);
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

static inline uint32_t crc32c_zeros(const uint32_t table[4][256], uint32_t crc)
{
    return table[0][crc & 255] ^ table[1][crc >> 8 & 255] ^ table[2][crc >> 16 & 255] ^
           table[3][crc >> 24];
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
    crc32c_zeros_table(crc32c_zeros_long, CRC32C_LONG);
    crc32c_zeros_table(crc32c_zeros_short, CRC32C_SHORT);
    crc32c_has_hardware = crc32c_detect();
}

static inline uint32_t crc32c_extend(uint32_t crc, const uint8_t *data, size_t size)
{
    return crc32c_has_hardware ? crc32c_hardware(crc, data, size)
                               : crc32c_software(crc, data, size);
}

#endif
