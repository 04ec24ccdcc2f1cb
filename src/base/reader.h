/* reader.h - a cursor over untrusted bytes that cannot leave them. A read past the end
 * gives 0 and sets `failed`, which stays set: read a group of fields, then test once.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BASE_READER_H
#define PA_BASE_READER_H

#include "base/text.h"

typedef struct reader {
    bytes data;
    size_t at; /**< offset of the next byte */
    bool failed;
} reader;

static inline reader reader_of(bytes data) {
    return (reader){data, 0, false};
}

static inline size_t reader_left(const reader *in) {
    return in->data.size - in->at;
}

/** The next `size` bytes, borrowed; empty when there are fewer. */
static inline bytes reader_take(reader *in, size_t size) {
    if (in->failed || reader_left(in) < size) {
        in->failed = true;
        return (bytes){0};
    }
    bytes part = {in->data.at + in->at, size};
    in->at += size;
    return part;
}

static inline uint64_t reader_be(reader *in, size_t size) {
    bytes raw = reader_take(in, size);
    uint64_t value = 0;
    for (size_t i = 0; i < raw.size; i++) {
        value = value << 8 | raw.at[i];
    }
    return value;
}

static inline uint64_t reader_le(reader *in, size_t size) {
    bytes raw = reader_take(in, size);
    uint64_t value = 0;
    for (size_t i = raw.size; i > 0; i--) {
        value = value << 8 | raw.at[i - 1];
    }
    return value;
}

static inline uint8_t reader_u8(reader *in) {
    return (uint8_t)reader_be(in, 1);
}
static inline uint16_t reader_u16be(reader *in) {
    return (uint16_t)reader_be(in, 2);
}
static inline uint32_t reader_u32be(reader *in) {
    return (uint32_t)reader_be(in, 4);
}
static inline uint16_t reader_u16le(reader *in) {
    return (uint16_t)reader_le(in, 2);
}
static inline uint32_t reader_u24le(reader *in) {
    return (uint32_t)reader_le(in, 3);
}
static inline uint32_t reader_u32le(reader *in) {
    return (uint32_t)reader_le(in, 4);
}

#endif
