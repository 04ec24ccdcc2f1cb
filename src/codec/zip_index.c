/* zip_index.c - from the end of the file to its entries.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/zip_index.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "base/reader.h"

enum {
    LOCAL_MARK = 0x04034b50,
    RECORD_MARK = 0x02014b50,
    END_MARK = 0x06054b50,
    END64_MARK = 0x06064b50,
    LOCATOR_MARK = 0x07064b50,
    END_BYTES = 22,
    END64_BYTES = 56,
    LOCATOR_BYTES = 20,
    MAX_COMMENT_BYTES = 65535,
    BLOCK_FOOT_BYTES = 24 /* of a signing block: its size and its name */
};

/* What the end of the file says of the directory. */
typedef struct directory_place {
    uint64_t count;
    uint64_t size_bytes;
    uint64_t offset;
} directory_place;

pa_status zip_read_at(const zip_input *in, uint64_t offset, void *into, size_t size,
                      pa_error *err) {
    if (offset > in->size_bytes || size > in->size_bytes - offset) {
        return error_set(err, PA_FORMAT, "the zip ends before byte %llu",
                         (unsigned long long)(offset + size));
    }
    if (in->file == NULL) {
        if (size > 0) {
            memcpy(into, in->content.at + offset, size);
        }
        return PA_OK;
    }
    bool is_read = file_in_seek(in->file, offset) == 0;
    for (char *at = into; is_read && size > 0;) {
        long got = file_in_read(in->file, at, size);
        is_read = got > 0;
        at += is_read ? got : 0;
        size -= is_read ? (size_t)got : 0;
    }
    return is_read ? PA_OK : error_set(err, PA_IO, "the zip cannot be read");
}

static pa_status refuse_zip64(pa_error *err) {
    return error_set(err, PA_UNSUPPORTED,
                     "the zip has entries above 4 GiB (zip64), which are not rewritten; "
                     "unpack the build and rewrite its folder");
}

/* ---- the end ----------------------------------------------------------------------- */

/* More than 65,535 entries are counted in a record of their own. */
static pa_status read_end64(const zip_input *in, uint64_t end_at, directory_place *place,
                            uint64_t *directory_end, pa_error *err) {
    uint8_t raw[END64_BYTES];
    if (end_at < LOCATOR_BYTES ||
        zip_read_at(in, end_at - LOCATOR_BYTES, raw, LOCATOR_BYTES, err) != PA_OK) {
        return err->status;
    }
    reader locator = reader_of(bytes_of(raw, LOCATOR_BYTES));
    if (reader_u32le(&locator) != LOCATOR_MARK) {
        return PA_OK;
    }
    reader_u32le(&locator);
    uint64_t at = reader_le(&locator, 8);
    if (zip_read_at(in, at, raw, END64_BYTES, err) != PA_OK) {
        return err->status;
    }
    reader end = reader_of(bytes_of(raw, END64_BYTES));
    bool is_end = reader_u32le(&end) == END64_MARK;
    reader_take(&end, 8 + 2 + 2 + 4 + 4 + 8);
    place->count = reader_le(&end, 8);
    place->size_bytes = reader_le(&end, 8);
    place->offset = reader_le(&end, 8);
    *directory_end = at;
    return is_end ? PA_OK
                  : error_set(err, PA_FORMAT, "the zip's record of zip64 is damaged");
}

static pa_status read_end(const zip_input *in, zip_index *out, directory_place *place,
                          pa_error *err) {
    uint64_t most = END_BYTES + MAX_COMMENT_BYTES;
    size_t size = (size_t)(in->size_bytes < most ? in->size_bytes : most);
    uint64_t from = in->size_bytes - size;
    buf tail = {0};
    if (buf_reserve(&tail, size + 1) == NULL) {
        return error_nomem(err);
    }
    pa_status status = zip_read_at(in, from, tail.at, size, err);
    size_t at = size < END_BYTES ? 0 : size - END_BYTES + 1;
    bool is_found = false;
    reader end = {0};
    while (status == PA_OK && !is_found && at > 0) {
        at--;
        end = reader_of(bytes_of(tail.at + at, size - at));
        is_found = reader_u32le(&end) == END_MARK;
        reader_take(&end, 16);
        is_found = is_found && reader_u16le(&end) == size - at - END_BYTES;
    }
    if (status == PA_OK && !is_found) {
        status = error_set(err, PA_FORMAT, "the zip does not end with its directory");
    }
    if (status == PA_OK) {
        buf_add(&out->comment, str_part((str){tail.at, size}, at + END_BYTES, size));
        end.at = 4;
        uint32_t disks = reader_u32le(&end); /* this one, and that of the directory */
        uint16_t here = reader_u16le(&end);
        place->count = reader_u16le(&end);
        place->size_bytes = reader_u32le(&end);
        place->offset = reader_u32le(&end);
        uint64_t directory_end = from + at;
        if (disks != 0 || here != place->count) {
            status = error_set(err, PA_UNSUPPORTED,
                               "the zip is a part of several, which are not rewritten");
        } else {
            status = read_end64(in, from + at, place, &directory_end, err);
        }
        if (status == PA_OK && (place->offset > directory_end ||
                                place->size_bytes != directory_end - place->offset)) {
            status = error_set(err, PA_FORMAT,
                               "the zip's directory is not where its end says");
        }
    }
    status = status == PA_OK && out->comment.failed ? error_nomem(err) : status;
    buf_clear(&tail);
    return status;
}

/* ---- records ----------------------------------------------------------------------- */

static pa_status read_record(reader *in, zip_entry *out, pa_error *err) {
    bool is_record = reader_u32le(in) == RECORD_MARK;
    out->made_by = reader_u16le(in);
    out->needed = reader_u16le(in);
    out->flags = reader_u16le(in);
    out->method = reader_u16le(in);
    out->time = reader_u16le(in);
    out->date = reader_u16le(in);
    out->crc = reader_u32le(in);
    out->packed_bytes = reader_u32le(in);
    out->size_bytes = reader_u32le(in);
    uint16_t name_size = reader_u16le(in);
    uint16_t extra_size = reader_u16le(in);
    uint16_t comment_size = reader_u16le(in);
    uint16_t disk = reader_u16le(in);
    out->internal = reader_u16le(in);
    out->external = reader_u32le(in);
    out->offset = reader_u32le(in);
    out->name = str_of_bytes(reader_take(in, name_size));
    out->extra = str_of_bytes(reader_take(in, extra_size));
    out->comment = str_of_bytes(reader_take(in, comment_size));
    if (in->failed || !is_record || disk != 0) {
        return error_set(err, PA_FORMAT, "the zip's directory is damaged");
    }
    bool is_zip64 = out->packed_bytes == UINT32_MAX || out->size_bytes == UINT32_MAX ||
                    out->offset == UINT32_MAX;
    return is_zip64 ? refuse_zip64(err) : PA_OK;
}

static pa_status read_directory(const zip_input *in, const directory_place *place,
                                zip_index *out, pa_error *err) {
    if (place->count > PA_MAX_FILES || place->size_bytes > PA_MAX_ZIP_DIRECTORY_BYTES) {
        return error_set(err, PA_LIMIT, "the zip has more than %d entries", PA_MAX_FILES);
    }
    if (place->count > place->size_bytes / ZIP_RECORD_BYTES) {
        return error_set(err, PA_FORMAT, "the zip's directory is damaged");
    }
    size_t size = (size_t)place->size_bytes;
    size_t count = (size_t)place->count;
    out->rows = mem_zero(count + 1, sizeof *out->rows);
    out->order = mem_alloc(count + 1, sizeof *out->order);
    if (buf_reserve(&out->directory, size + 1) == NULL || out->rows == NULL ||
        out->order == NULL) {
        return error_nomem(err);
    }
    pa_status status = zip_read_at(in, place->offset, out->directory.at, size, err);
    reader records = reader_of(bytes_of(out->directory.at, size));
    for (size_t i = 0; status == PA_OK && i < count; i++) {
        out->order[i] = (uint32_t)i;
        out->count++;
        status = read_record(&records, &out->rows[i], err);
    }
    if (status == PA_OK && reader_left(&records) > 0) {
        status = error_set(err, PA_FORMAT, "the zip's directory is damaged");
    }
    return status;
}

/* ---- entries ----------------------------------------------------------------------- */

/* Where the entries end: at the directory, or at the signing block before it. */
static pa_status find_data_end(const zip_input *in, zip_index *out, uint64_t directory_at,
                               uint64_t *data_end, pa_error *err) {
    static const char name[] = "APK Sig Block 42";
    uint8_t foot[BLOCK_FOOT_BYTES];
    *data_end = directory_at;
    if (directory_at < 2 * BLOCK_FOOT_BYTES) {
        return PA_OK;
    }
    pa_status status =
        zip_read_at(in, directory_at - sizeof foot, foot, sizeof foot, err);
    if (status != PA_OK || memcmp(foot + 8, name, sizeof name - 1) != 0) {
        return status;
    }
    reader size = reader_of(bytes_of(foot, sizeof foot));
    uint64_t block_bytes = reader_le(&size, 8); /* without this field at its front */
    if (block_bytes < BLOCK_FOOT_BYTES || block_bytes > directory_at - 8) {
        return error_set(err, PA_FORMAT, "the signing block of the APK is damaged");
    }
    out->has_signing_block = true;
    *data_end = directory_at - block_bytes - 8;
    return PA_OK;
}

static pa_status read_local(const zip_input *in, zip_entry *row, pa_error *err) {
    uint8_t raw[ZIP_LOCAL_BYTES];
    pa_status status = zip_read_at(in, row->offset, raw, sizeof raw, err);
    if (status != PA_OK) {
        return status;
    }
    reader head = reader_of(bytes_of(raw, sizeof raw));
    bool is_head = reader_u32le(&head) == LOCAL_MARK;
    reader_u32le(&head); /* version and flags */
    bool is_same = reader_u16le(&head) == row->method;
    reader_take(&head, 4 + 12);
    uint16_t name_size = reader_u16le(&head);
    uint16_t extra_size = reader_u16le(&head);
    is_same = is_same && name_size == row->name.size;
    row->data = (uint64_t)row->offset + ZIP_LOCAL_BYTES + name_size + extra_size;
    char *name = is_head && is_same ? mem_alloc((size_t)name_size + 1, 1) : NULL;
    if (!is_head || !is_same) {
        return error_set(err, PA_FORMAT,
                         "%.*s: its header and the zip's directory differ",
                         STR_ARGS(row->name));
    }
    if (name == NULL) {
        return error_nomem(err);
    }
    status =
        zip_read_at(in, (uint64_t)row->offset + ZIP_LOCAL_BYTES, name, name_size, err);
    is_same = status == PA_OK && str_equal((str){name, name_size}, row->name);
    mem_free(name);
    if (status == PA_OK && !is_same) {
        status = error_set(err, PA_FORMAT,
                           "%.*s: has another name in its header than in the zip's "
                           "directory",
                           STR_ARGS(row->name));
    }
    if (status == PA_OK &&
        (row->data > row->end || row->packed_bytes > row->end - row->data)) {
        status = error_set(err, PA_FORMAT,
                           "%.*s: reaches into what follows it: its sizes are wrong, or "
                           "entries overlap",
                           STR_ARGS(row->name));
    }
    return status;
}

typedef struct placed {
    uint32_t offset;
    uint32_t row;
} placed;

static int by_offset(const void *a, const void *b) {
    const placed *left = a;
    const placed *right = b;
    if (left->offset != right->offset) {
        return left->offset < right->offset ? -1 : 1;
    }
    return (left->row > right->row) - (left->row < right->row);
}

static pa_status place_entries(const zip_input *in, zip_index *out, uint64_t data_end,
                               pa_error *err) {
    placed *list = mem_alloc((size_t)out->count + 1, sizeof *list);
    if (list == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < out->count; i++) {
        list[i] = (placed){out->rows[i].offset, i};
    }
    qsort(list, out->count, sizeof *list, by_offset);
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < out->count; i++) {
        zip_entry *row = &out->rows[list[i].row];
        out->order[i] = list[i].row;
        row->end = i + 1 < out->count ? list[i + 1].offset : data_end;
        status = read_local(in, row, err);
    }
    mem_free(list);
    return status;
}

pa_status zip_index_read(const zip_input *in, zip_index *out, pa_error *err) {
    directory_place place = {0};
    uint64_t data_end = 0;
    pa_status status = read_end(in, out, &place, err);
    if (status == PA_OK) {
        status = read_directory(in, &place, out, err);
    }
    if (status == PA_OK) {
        status = find_data_end(in, out, place.offset, &data_end, err);
    }
    return status == PA_OK ? place_entries(in, out, data_end, err) : status;
}

void zip_index_clear(zip_index *in) {
    buf_clear(&in->directory);
    buf_clear(&in->comment);
    mem_free(in->rows);
    mem_free(in->order);
    *in = (zip_index){0};
}
