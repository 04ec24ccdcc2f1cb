/* zip_form.c - little endian, field after field.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/zip_form.h"

static void add_le(buf *out, uint64_t value, size_t size) {
    for (size_t i = 0; i < size; i++) {
        buf_add_byte(out, (char)(value >> 8 * i & 0xff));
    }
}

/* What the head of an entry and its record say alike. */
static void add_facts(const zip_entry *row, buf *out) {
    add_le(out, row->needed, 2);
    add_le(out, row->flags, 2);
    add_le(out, row->method, 2);
    add_le(out, row->time, 2);
    add_le(out, row->date, 2);
    add_le(out, row->crc, 4);
    add_le(out, row->packed_bytes, 4);
    add_le(out, row->size_bytes, 4);
    add_le(out, row->name.size, 2);
}

void zip_add_head(const zip_entry *row, str extra, buf *out) {
    add_le(out, 0x04034b50, 4);
    add_facts(row, out);
    add_le(out, extra.size, 2);
    buf_add(out, row->name);
    buf_add(out, extra);
}

void zip_add_record(const zip_entry *row, buf *out) {
    add_le(out, 0x02014b50, 4);
    add_le(out, row->made_by, 2);
    add_facts(row, out);
    add_le(out, row->extra.size, 2);
    add_le(out, row->comment.size, 2);
    add_le(out, 0, 2);
    add_le(out, row->internal, 2);
    add_le(out, row->external, 4);
    add_le(out, row->offset, 4);
    buf_add(out, row->name);
    buf_add(out, row->extra);
    buf_add(out, row->comment);
}

/* More than 65,535 entries are counted in a record of zip64. */
static void add_end64(uint64_t count, uint64_t size_bytes, uint64_t offset, buf *out) {
    add_le(out, 0x06064b50, 4);
    add_le(out, 44, 8); /* bytes that follow */
    add_le(out, ZIP_MADE_ON_UNIX, 2);
    add_le(out, 45, 2); /* the version that brought zip64 */
    add_le(out, 0, 8);
    add_le(out, count, 8);
    add_le(out, count, 8);
    add_le(out, size_bytes, 8);
    add_le(out, offset, 8);
    add_le(out, 0x07064b50, 4);
    add_le(out, 0, 4);
    add_le(out, offset + size_bytes, 8);
    add_le(out, 1, 4);
}

void zip_add_end(uint64_t count, uint64_t size_bytes, uint64_t offset, str comment,
                 buf *out) {
    bool is_many = count >= UINT16_MAX;
    if (is_many) {
        add_end64(count, size_bytes, offset, out);
    }
    add_le(out, 0x06054b50, 4);
    add_le(out, 0, 4);
    add_le(out, is_many ? UINT16_MAX : count, 2);
    add_le(out, is_many ? UINT16_MAX : count, 2);
    add_le(out, size_bytes, 4);
    add_le(out, offset, 4);
    add_le(out, comment.size, 2);
    buf_add(out, comment);
}
