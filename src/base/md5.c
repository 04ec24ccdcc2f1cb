/* md5.c - RFC 1321, with its names.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/md5.h"

enum { BLOCK_BYTES = 64, LENGTH_AT = 56, ROUND_COUNT = 64 };

/* floor(2^32 * abs(sin(i + 1))), RFC 1321, 3.4. */
static const uint32_t sines[ROUND_COUNT] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613,
    0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193,
    0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d,
    0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed,
    0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122,
    0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa,
    0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244,
    0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb,
    0xeb86d391};

static const uint8_t shifts[4][4] = {
    {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

static uint32_t word(const uint8_t *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
           (uint32_t)at[3] << 24;
}

static void add_block(uint32_t state[4], const uint8_t *block) {
    uint32_t a = state[0];
    uint32_t b = state[1];
    uint32_t c = state[2];
    uint32_t d = state[3];
    for (uint32_t i = 0; i < ROUND_COUNT; i++) {
        uint32_t mixed = 0;
        uint32_t from = 0;
        switch (i / 16) {
        case 0:
            mixed = (b & c) | (~b & d);
            from = i;
            break;
        case 1:
            mixed = (d & b) | (~d & c);
            from = (5 * i + 1) % 16;
            break;
        case 2:
            mixed = b ^ c ^ d;
            from = (3 * i + 5) % 16;
            break;
        default:
            mixed = c ^ (b | ~d);
            from = 7 * i % 16;
            break;
        }
        uint32_t sum = a + mixed + sines[i] + word(block + (size_t)4 * from);
        unsigned shift = shifts[i / 16][i % 4];
        a = d;
        d = c;
        c = b;
        b += sum << shift | sum >> (32 - shift);
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
}

void md5_digits(str content, char out[MD5_DIGITS + 1]) {
    static const char digits[] = "0123456789abcdef";
    uint32_t state[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    const uint8_t *at = (const uint8_t *)content.at;
    size_t left = content.size;
    for (; left >= BLOCK_BYTES; left -= BLOCK_BYTES) {
        add_block(state, at);
        at += BLOCK_BYTES;
    }
    uint8_t tail[2 * BLOCK_BYTES] = {0};
    if (left > 0) {
        memcpy(tail, at, left);
    }
    tail[left] = 0x80;
    size_t end = left < LENGTH_AT ? BLOCK_BYTES : 2 * BLOCK_BYTES;
    uint64_t size_bits = (uint64_t)content.size * 8;
    for (size_t i = 0; i < 8; i++) {
        tail[end - 8 + i] = (uint8_t)(size_bits >> 8 * i);
    }
    for (size_t i = 0; i < end; i += BLOCK_BYTES) {
        add_block(state, tail + i);
    }
    for (size_t i = 0; i < MD5_DIGITS / 2; i++) {
        uint8_t byte = (uint8_t)(state[i / 4] >> i % 4 * 8);
        out[2 * i] = digits[byte >> 4];
        out[2 * i + 1] = digits[byte & 15];
    }
    out[MD5_DIGITS] = '\0';
}
