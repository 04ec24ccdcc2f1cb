/* zip_copy.c - entries in the order in which they lie, then the directory in its own.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/zip_copy.h"

#include <zlib.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "codec/tree.h"
#include "codec/zip_extra.h"
#include "codec/zip_index.h"

enum {
    BLOCK_BYTES = 1 << 18,
    NEW_ALIGNMENT = 4,      /* what zipalign asks of all that is stored */
    FIRST_DAY = 1 << 5 | 1, /* 1980-01-01: zip has no earlier one */
    MADE_ON_UNIX = 3 << 8 | 20,
    NEEDS_DEFLATE = 20,
    MAX_NAME_BYTES = 65535,
    MAX_EXTRA_BYTES = 65535
};

/* An entry of the new archive. */
typedef struct new_entry {
    zip_entry is;  /* its record, with the place in the new archive */
    bool is_there; /* false: gone */
} new_entry;

struct zip_copy {
    zip_input in;
    zip_index old;
    new_entry *rows; /* those of the old directory, then those added */
    size_t count;
    size_t capacity;
    uint64_t at; /* next byte of the new archive */
    archive_sink put;
    void *ctx;
    char *block;
    buf head; /* of the entry at hand */
    buf extra;
    buf packed;
    arena mem; /* names and extra fields */
};

zip_copy *zip_copy_open(const char *path, bytes content, archive_sink put, void *ctx,
                        pa_error *err) {
    zip_copy *c = mem_zero(1, sizeof *c);
    if (c == NULL) {
        error_nomem(err);
        return NULL;
    }
    c->put = put;
    c->ctx = ctx;
    c->in = (zip_input){.content = content, .size_bytes = content.size};
    c->block = mem_alloc(BLOCK_BYTES, 1);
    if (c->block == NULL) {
        error_nomem(err);
    } else if (path != NULL) {
        c->in.file = file_open(path, err);
        c->in.size_bytes = c->in.file == NULL ? 0 : file_in_size(c->in.file);
    }
    bool is_empty = path == NULL && content.size == 0;
    if (err->status == PA_OK && !is_empty) {
        zip_index_read(&c->in, &c->old, err);
    }
    if (err->status != PA_OK) {
        zip_copy_free(c);
        return NULL;
    }
    return c;
}

/* ---- bytes out --------------------------------------------------------------------- */

static pa_status put(zip_copy *c, str content, pa_error *err) {
    c->at += content.size;
    return content.size == 0 ? PA_OK : c->put(c->ctx, content, err);
}

static pa_status put_buf(zip_copy *c, buf *content, pa_error *err) {
    pa_status status = content->failed ? error_nomem(err) : put(c, buf_str(content), err);
    content->size = 0;
    return status;
}

static void add_le(buf *out, uint64_t value, size_t size) {
    for (size_t i = 0; i < size; i++) {
        buf_add_byte(out, (char)(value >> 8 * i & 0xff));
    }
}

/* Copies a part of the old archive. */
static pa_status put_old(zip_copy *c, uint64_t from, uint64_t to, pa_error *err) {
    pa_status status = PA_OK;
    while (status == PA_OK && from < to) {
        size_t size = to - from < BLOCK_BYTES ? (size_t)(to - from) : BLOCK_BYTES;
        status = zip_read_at(&c->in, from, c->block, size, err);
        if (status == PA_OK) {
            status = put(c, (str){c->block, size}, err);
        }
        from += size;
    }
    return status;
}

/* ---- one entry --------------------------------------------------------------------- */

/* Where the entry will lie, while 32 bits tell it. */
static pa_status place(const zip_copy *c, zip_entry *row, pa_error *err) {
    if (c->at >= UINT32_MAX) {
        return error_set(err, PA_UNSUPPORTED,
                         "%.*s: the zip would hold more than 4 GiB (zip64), which is not "
                         "written",
                         STR_ARGS(row->name));
    }
    row->offset = (uint32_t)c->at;
    return PA_OK;
}

static bool is_ascii(str text) {
    for (size_t i = 0; i < text.size; i++) {
        if ((uint8_t)text.at[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

static pa_status rename_entry(zip_copy *c, zip_entry *row, str path, pa_error *err) {
    if (path.size > MAX_NAME_BYTES) {
        return error_set(err, PA_UNSUPPORTED, "a path of %zu bytes is too long for a zip",
                         path.size);
    }
    row->name = arena_copy(&c->mem, path);
    row->extra = zip_extra_without(row->extra, ZIP_EXTRA_UNICODE_PATH, &c->mem);
    row->flags |= is_ascii(path) ? 0 : ZIP_IS_UTF8;
    return arena_status(&c->mem, err);
}

/* The header before an entry's data, with the extra field at hand. */
static void make_head(zip_copy *c, const zip_entry *row) {
    buf *out = &c->head;
    out->size = 0;
    add_le(out, 0x04034b50, 4);
    add_le(out, row->needed, 2);
    add_le(out, row->flags, 2);
    add_le(out, row->method, 2);
    add_le(out, row->time, 2);
    add_le(out, row->date, 2);
    add_le(out, row->crc, 4);
    add_le(out, row->packed_bytes, 4);
    add_le(out, row->size_bytes, 4);
    add_le(out, row->name.size, 2);
    add_le(out, c->extra.size, 2);
    buf_add(out, row->name);
    buf_add(out, buf_str(&c->extra));
}

static pa_status put_head(zip_copy *c, const zip_entry *row, pa_error *err) {
    if (c->extra.failed || c->mem.failed) {
        return error_nomem(err);
    }
    return c->extra.size <= MAX_EXTRA_BYTES
               ? put_buf(c, &c->head, err)
               : error_set(err, PA_UNSUPPORTED,
                           "%.*s: has no room for padding in its extra field",
                           STR_ARGS(row->name));
}

/* Packs a text as the record says, and puts its sizes there. */
static pa_status pack(zip_copy *c, zip_entry *row, str content, pa_error *err) {
    if (content.size >= UINT32_MAX) {
        return error_set(err, PA_UNSUPPORTED, "%.*s: is too large for a zip",
                         STR_ARGS(row->name));
    }
    row->crc = (uint32_t)crc32(0, (const Bytef *)content.at, (uInt)content.size);
    row->size_bytes = (uint32_t)content.size;
    row->packed_bytes = row->size_bytes;
    row->flags &= (uint16_t) ~(ZIP_HAS_DESCRIPTOR | 3 << 1); /* and of deflate's effort */
    c->packed.size = 0;
    if (row->method == ZIP_STORED) {
        return PA_OK;
    }
    if (row->method != ZIP_DEFLATED) {
        return error_set(err, PA_UNSUPPORTED,
                         "%.*s: is packed by method %u of zip, which is not written",
                         STR_ARGS(row->name), row->method);
    }
    z_stream z = {0};
    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        return error_nomem(err);
    }
    uLong most = deflateBound(&z, (uLong)content.size);
    char *room = buf_reserve(&c->packed, most);
    if (room != NULL) {
        z.next_in = (Bytef *)(uintptr_t)content.at; /* it is only read */
        z.avail_in = (uInt)content.size;
        z.next_out = (Bytef *)room;
        z.avail_out = (uInt)most;
        int result = deflate(&z, Z_FINISH);
        c->packed.size = result == Z_STREAM_END ? (size_t)z.total_out : 0;
        c->packed.failed |= result != Z_STREAM_END;
    }
    deflateEnd(&z);
    row->packed_bytes = (uint32_t)c->packed.size;
    return c->packed.failed ? error_nomem(err) : PA_OK;
}

/* Writes an entry with a text of ours; its record but for sizes and place is in `row`. */
static pa_status put_text(zip_copy *c, zip_entry *row, str extra, uint32_t alignment,
                          str content, pa_error *err) {
    pa_status status = pack(c, row, content, err);
    if (status == PA_OK) {
        status = place(c, row, err);
    }
    if (status != PA_OK) {
        return status;
    }
    c->extra.size = 0;
    zip_extra_align(extra, c->at + ZIP_LOCAL_BYTES + row->name.size,
                    row->method == ZIP_STORED ? alignment : 1, &c->extra);
    make_head(c, row);
    status = put_head(c, row, err);
    if (status == PA_OK) {
        status = put(c, row->method == ZIP_STORED ? content : buf_str(&c->packed), err);
    }
    if (c->packed.capacity > BLOCK_BYTES) {
        buf_clear(&c->packed);
    }
    return status;
}

/* What stored data are aligned to now. */
static uint32_t alignment_of(const zip_entry *old) {
    uint32_t alignment = 1;
    while (old->method == ZIP_STORED && old->packed_bytes > 0 &&
           alignment < ZIP_MAX_ALIGNMENT && old->data % (2 * alignment) == 0) {
        alignment *= 2;
    }
    return alignment < NEW_ALIGNMENT ? 1 : alignment;
}

/* The extra field in the header of an old entry, in c->mem. */
static pa_status read_extra(zip_copy *c, const zip_entry *old, str *out, pa_error *err) {
    size_t size = (size_t)(old->data - old->offset - ZIP_LOCAL_BYTES - old->name.size);
    char *extra = arena_alloc(&c->mem, size + 1, 1);
    if (extra == NULL) {
        return error_nomem(err);
    }
    *out = (str){extra, size};
    return zip_read_at(&c->in, old->data - size, extra, size, err);
}

/* Writes an old entry with its packed bytes, and whatever stands behind them. */
static pa_status put_entry(zip_copy *c, const zip_entry *old, zip_entry *row,
                           bool is_renamed, pa_error *err) {
    pa_status status = place(c, row, err);
    if (status != PA_OK) {
        return status;
    }
    uint64_t moved = c->at + (old->data - old->offset);
    if (!is_renamed && moved % alignment_of(old) == 0) {
        return put_old(c, old->offset, old->end, err);
    }
    str extra = {0};
    uint8_t raw[ZIP_LOCAL_BYTES];
    status = read_extra(c, old, &extra, err);
    if (status == PA_OK) {
        status = zip_read_at(&c->in, old->offset, raw, sizeof raw, err);
    }
    if (status != PA_OK) {
        return status;
    }
    if (is_renamed) {
        extra = zip_extra_without(extra, ZIP_EXTRA_UNICODE_PATH, &c->mem);
    }
    c->extra.size = 0;
    zip_extra_align(extra, c->at + ZIP_LOCAL_BYTES + row->name.size, alignment_of(old),
                    &c->extra);
    make_head(c, row);
    /* What the old header says stays, but for the name and its kind. */
    if (!c->head.failed) {
        raw[7] |= (uint8_t)(row->flags >> 8 & ZIP_IS_UTF8 >> 8);
        memcpy(c->head.at + 4, raw + 4, ZIP_LOCAL_BYTES - 4 - 4);
    }
    status = put_head(c, row, err);
    return status == PA_OK ? put_old(c, old->data, old->end, err) : status;
}

static pa_status edit_entry(zip_copy *c, const zip_entry *old, zip_entry *row, str text,
                            pa_error *err) {
    str extra = {0};
    pa_status status = read_extra(c, old, &extra, err);
    if (status == PA_OK) {
        extra = zip_extra_without(extra, ZIP_EXTRA_ZIP64, &c->mem);
        status = arena_status(&c->mem, err);
    }
    return status == PA_OK ? put_text(c, row, extra, alignment_of(old), text, err)
                           : status;
}

/* ---- all of them ------------------------------------------------------------------- */

static pa_status copy_entry(zip_copy *c, uint32_t index, entry_asker ask, void *ctx,
                            pa_error *err) {
    const zip_entry *old = &c->old.rows[index];
    new_entry *row = &c->rows[index];
    entry_change change = {0};
    arena scratch = {0};
    bool is_folder = old->name.size > 0 && old->name.at[old->name.size - 1] == '/';
    str path = is_folder ? (str){0} : tree_clean_path(&scratch, old->name);
    pa_status status = arena_status(&scratch, err);
    if (status == PA_OK && path.size > 0) {
        status = ask(ctx, path, &change, err);
    }
    row->is = *old;
    row->is_there = !change.is_gone;
    bool is_renamed = change.path.size > 0 && !str_equal(change.path, path);
    if (status == PA_OK && is_renamed) {
        status = rename_entry(c, &row->is, change.path, err);
    }
    arena_clear(&scratch);
    if (status != PA_OK || change.is_gone) {
        return status;
    }
    return change.is_edited ? edit_entry(c, old, &row->is, change.content, err)
                            : put_entry(c, old, &row->is, is_renamed, err);
}

pa_status zip_copy_entries(zip_copy *c, entry_asker ask, void *ctx, pa_error *err) {
    const zip_index *old = &c->old;
    if (mem_grow(&c->rows, &c->capacity, (size_t)old->count + 1, sizeof *c->rows) != 0) {
        return error_nomem(err);
    }
    c->count = old->count;
    uint64_t first = old->count == 0 ? 0 : old->rows[old->order[0]].offset;
    pa_status status = put_old(c, 0, first, err); /* a program that unpacks it */
    for (uint32_t i = 0; status == PA_OK && i < old->count; i++) {
        status = copy_entry(c, old->order[i], ask, ctx, err);
    }
    return status;
}

/* "FOLDER/NAME" of "FOLDER/NAME.HASH.ext": what alternatives of an image share. */
static str stem_of(str path) {
    str name = str_file_name(path);
    return str_part(path, 0, path.size - name.size + str_find(name, '.', 0));
}

/* Formats that are packed themselves are stored, or packed as what they stand beside: as
 * Android's packers do (aapt2, "no compress"). */
static uint16_t method_for(const zip_copy *c, str path) {
    static const char *const dense[] = {".png", ".jpg", ".jpeg", ".webp", ".mp3",
                                        ".ogg", ".m4a", ".mp4",  ".zip",  ".gz"};
    bool is_dense = false;
    for (size_t i = 0; i < sizeof dense / sizeof dense[0]; i++) {
        is_dense |= str_ends(path, dense[i]);
    }
    str stem = stem_of(path);
    for (uint32_t i = 0; is_dense && i < c->old.count; i++) {
        const zip_entry *old = &c->old.rows[i];
        if (str_equal(stem_of(old->name), stem)) {
            return old->method == ZIP_STORED ? ZIP_STORED : ZIP_DEFLATED;
        }
    }
    return is_dense ? ZIP_STORED : ZIP_DEFLATED;
}

pa_status zip_copy_add(zip_copy *c, str path, str content, pa_error *err) {
    if (mem_grow(&c->rows, &c->capacity, c->count + 1, sizeof *c->rows) != 0) {
        return error_nomem(err);
    }
    new_entry *row = &c->rows[c->count++];
    *row = (new_entry){.is = {.made_by = MADE_ON_UNIX,
                              .needed = NEEDS_DEFLATE,
                              .method = method_for(c, path),
                              .date = FIRST_DAY,
                              .external = UINT32_C(0100644) << 16},
                       .is_there = true};
    pa_status status = rename_entry(c, &row->is, path, err);
    return status == PA_OK ? put_text(c, &row->is, (str){0}, NEW_ALIGNMENT, content, err)
                           : status;
}

/* ---- the directory ----------------------------------------------------------------- */

static void add_record(const zip_entry *row, buf *out) {
    add_le(out, 0x02014b50, 4);
    add_le(out, row->made_by, 2);
    add_le(out, row->needed, 2);
    add_le(out, row->flags, 2);
    add_le(out, row->method, 2);
    add_le(out, row->time, 2);
    add_le(out, row->date, 2);
    add_le(out, row->crc, 4);
    add_le(out, row->packed_bytes, 4);
    add_le(out, row->size_bytes, 4);
    add_le(out, row->name.size, 2);
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
    add_le(out, MADE_ON_UNIX, 2);
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

static void add_end(const zip_copy *c, uint64_t count, uint64_t offset, buf *out) {
    uint64_t size_bytes = c->at - offset;
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
    add_le(out, c->old.comment.size, 2);
    buf_add(out, buf_str(&c->old.comment));
}

pa_status zip_copy_finish(zip_copy *c, pa_error *err) {
    zip_entry directory = {.name = str_of("the directory")};
    pa_status status = place(c, &directory, err);
    uint64_t count = 0;
    c->head.size = 0;
    for (size_t i = 0; status == PA_OK && i < c->count; i++) {
        if (c->rows[i].is_there) {
            add_record(&c->rows[i].is, &c->head);
            status = put_buf(c, &c->head, err);
            count++;
        }
    }
    if (status == PA_OK && c->at - directory.offset >= UINT32_MAX) {
        status = error_set(err, PA_UNSUPPORTED, "the zip's directory is above 4 GiB");
    }
    if (status == PA_OK) {
        add_end(c, count, directory.offset, &c->head);
        status = put_buf(c, &c->head, err);
    }
    return status;
}

bool zip_copy_drops_signature(const zip_copy *c) {
    return c->old.has_signing_block;
}

void zip_copy_free(zip_copy *c) {
    if (c == NULL) {
        return;
    }
    file_in_close(c->in.file);
    zip_index_clear(&c->old);
    buf_clear(&c->head);
    buf_clear(&c->extra);
    buf_clear(&c->packed);
    arena_clear(&c->mem);
    mem_free(c->rows);
    mem_free(c->block);
    mem_free(c);
}
