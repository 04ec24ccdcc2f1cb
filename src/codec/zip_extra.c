/* zip_extra.c - walk the fields.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/zip_extra.h"

#include "base/reader.h"

enum {
    HEAD_BYTES = 4,         /* number and length */
    ALIGNMENT_BYTES = 4 + 2 /* of the smallest field of alignment, which tells it */
};

/* Zeros that fill up: zipalign of before 2022 puts them where no field can be. */
static bool is_padding(str rest) {
    for (size_t i = 0; i < rest.size; i++) {
        if (rest.at[i] != '\0') {
            return false;
        }
    }
    return true;
}

/* The next field with its head; what is none ends the walk and is kept. */
static bool take_field(reader *in, uint16_t *number, str *whole) {
    size_t from = in->at;
    *number = reader_u16le(in);
    uint16_t size = reader_u16le(in);
    reader_take(in, size);
    if (in->failed) {
        in->at = from;
        return false;
    }
    *whole = (str){(const char *)in->data.at + from, in->at - from};
    return true;
}

/* Appends all fields but those of one number, and, if asked, no padding. */
static void add_without(str extra, uint16_t left_out, bool is_trimmed, buf *out) {
    reader in = reader_of(bytes_of_str(extra));
    uint16_t number = 0;
    str field = {0};
    while (reader_left(&in) > 0) {
        str rest = str_part(extra, in.at, extra.size);
        if (is_trimmed && is_padding(rest)) {
            return;
        }
        if (!take_field(&in, &number, &field)) {
            buf_add(out, rest);
            return;
        }
        if (number != left_out) {
            buf_add(out, field);
        }
    }
}

str zip_extra_without(str extra, uint16_t number, arena *mem) {
    buf kept = {0};
    add_without(extra, number, false, &kept);
    str out = extra;
    if (kept.failed) {
        mem->failed = true;
    } else if (kept.size != extra.size) {
        out = arena_copy(mem, buf_str(&kept));
    }
    buf_clear(&kept);
    return out;
}

void zip_extra_align(str extra, uint64_t at, uint32_t alignment, buf *out) {
    size_t from = out->size;
    if (alignment <= 1 || (at + extra.size) % alignment == 0) {
        buf_add(out, extra);
        return;
    }
    add_without(extra, ZIP_EXTRA_ALIGNMENT, true, out);
    uint64_t data_at = at + (out->size - from);
    size_t missing = (size_t)((alignment - data_at % alignment) % alignment);
    if (missing == 0) {
        return;
    }
    while (missing < ALIGNMENT_BYTES) {
        missing += alignment;
    }
    size_t size = missing - HEAD_BYTES;
    const size_t words[] = {ZIP_EXTRA_ALIGNMENT, size, alignment};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        buf_add_byte(out, (char)(words[i] & 0xff));
        buf_add_byte(out, (char)(words[i] >> 8 & 0xff));
    }
    buf_fill(out, '\0', missing - ALIGNMENT_BYTES);
}
