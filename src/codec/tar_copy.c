/* tar_copy.c - from libarchive's reader to its writer, of the same form and packing.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/tar_copy.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "codec/archive_reader.h"
#include "codec/tree.h"

enum { BLOCK_BYTES = 1 << 18, FILE_PERMISSIONS = 0644 };

struct tar_copy {
    archive_in *in;
    struct archive *writer;
    struct archive_entry *added; /* reused */
    archive_sink put;
    void *ctx;
    char *block;
    bool is_started;
    pa_error *err; /* where the writer's callback tells a failure of `put` */
};

static la_ssize_t put_block(struct archive *writer, void *ctx, const void *block,
                            size_t size) {
    tar_copy *c = ctx;
    if (c->put(c->ctx, (str){block, size}, c->err) != PA_OK) {
        archive_set_error(writer, EIO, "the new archive cannot be written");
        return -1;
    }
    return (la_ssize_t)size;
}

static pa_status refuse(const tar_copy *c, pa_error *err) {
    const char *why = archive_error_string(c->writer);
    return error_set(err, PA_OUTPUT, "the tar cannot be written: %s",
                     why == NULL ? "libarchive does not say why" : why);
}

/* The form and the packing of the archive that is read; both are known behind the first
 * header. */
static pa_status start(tar_copy *c, pa_error *err) {
    struct archive *reader = archive_reader(c->in);
    int form = archive_format(reader);
    int packing = archive_filter_code(reader, 0);
    if (!archive_is_tar(c->in)) {
        return error_set(err, PA_UNSUPPORTED,
                         "is an archive of a kind that is not written: %s; unpack the "
                         "build and rewrite its folder",
                         archive_format_name(reader));
    }
    c->writer = archive_write_new();
    c->added = archive_entry_new();
    if (c->writer == NULL || c->added == NULL) {
        return error_nomem(err);
    }
    bool is_ready = archive_write_set_format(c->writer, form == ARCHIVE_FORMAT_TAR
                                                            ? ARCHIVE_FORMAT_TAR_USTAR
                                                            : form) == ARCHIVE_OK &&
                    (packing == ARCHIVE_FILTER_NONE ||
                     archive_write_add_filter(c->writer, packing) == ARCHIVE_OK);
    /* gzip would tell the time */
    is_ready = is_ready && (packing != ARCHIVE_FILTER_GZIP ||
                            archive_write_set_filter_option(
                                c->writer, "gzip", "timestamp", NULL) == ARCHIVE_OK);
    c->err = err;
    is_ready =
        is_ready && archive_write_open(c->writer, c, NULL, put_block, NULL) == ARCHIVE_OK;
    c->is_started = is_ready;
    return is_ready ? PA_OK : refuse(c, err);
}

tar_copy *tar_copy_open(const char *path, bytes content, archive_sink put, void *ctx,
                        pa_error *err) {
    tar_copy *c = mem_zero(1, sizeof *c);
    if (c == NULL) {
        error_nomem(err);
        return NULL;
    }
    c->put = put;
    c->ctx = ctx;
    c->block = mem_alloc(BLOCK_BYTES, 1);
    c->in = c->block == NULL ? NULL : archive_open(path, content, err);
    if (c->in == NULL) {
        error_nomem(err); /* unless archive_open said more */
        tar_copy_free(c);
        return NULL;
    }
    return c;
}

/* ---- entries ----------------------------------------------------------------------- */

static pa_status put_data(tar_copy *c, str content, pa_error *err) {
    while (content.size > 0) {
        la_ssize_t put = archive_write_data(c->writer, content.at, content.size);
        if (put <= 0) {
            return refuse(c, err);
        }
        content = str_part(content, (size_t)put, content.size);
    }
    return PA_OK;
}

static pa_status put_header(tar_copy *c, struct archive_entry *entry, pa_error *err) {
    int result = archive_write_utf8(c->in, c->writer, entry);
    return result == ARCHIVE_OK || result == ARCHIVE_WARN ? PA_OK : refuse(c, err);
}

static pa_status copy_data(tar_copy *c, pa_error *err) {
    pa_status status = PA_OK;
    for (la_ssize_t got = 1; status == PA_OK && got > 0;) {
        got = archive_read_data(archive_reader(c->in), c->block, BLOCK_BYTES);
        if (got < 0) {
            status = error_set(err, PA_FORMAT, "the archive is damaged: %s",
                               archive_error_string(archive_reader(c->in)));
        } else {
            status = put_data(c, (str){c->block, (size_t)got}, err);
        }
    }
    return status;
}

static pa_status copy_entry(tar_copy *c, const archive_item *item, entry_asker ask,
                            void *ctx, arena *scratch, pa_error *err) {
    struct archive_entry *entry = archive_reader_entry(c->in);
    entry_change change = {0};
    str path = item->is_file ? tree_clean_path(scratch, item->name) : (str){0};
    pa_status status = arena_status(scratch, err);
    if (status == PA_OK && path.size > 0) {
        status = ask(ctx, path, &change, err);
    }
    if (status != PA_OK || change.is_gone) {
        return status;
    }
    if (change.path.size > 0 && !str_equal(change.path, path)) {
        str name = arena_copy(scratch, change.path); /* with a NUL behind it */
        if (name.at == NULL) {
            return error_nomem(err);
        }
        archive_entry_set_pathname_utf8(entry, name.at);
    }
    if (change.is_edited) {
        archive_entry_set_size(entry, (la_int64_t)change.content.size);
    }
    status = put_header(c, entry, err);
    if (status != PA_OK) {
        return status;
    }
    return change.is_edited ? put_data(c, change.content, err) : copy_data(c, err);
}

pa_status tar_copy_entries(tar_copy *c, entry_asker ask, void *ctx, pa_error *err) {
    c->err = err;
    bool is_end = false;
    archive_item item = {0};
    arena scratch = {0};
    pa_status status = archive_next(c->in, &item, &is_end, err);
    if (status == PA_OK) {
        status = start(c, err);
    }
    while (status == PA_OK && !is_end) {
        arena_reset(&scratch);
        status = copy_entry(c, &item, ask, ctx, &scratch, err);
        if (status == PA_OK) {
            status = archive_next(c->in, &item, &is_end, err);
        }
    }
    arena_clear(&scratch);
    return status;
}

pa_status tar_copy_add(tar_copy *c, str path, str content, pa_error *err) {
    c->err = err;
    buf name = {0};
    buf_add(&name, path);
    buf_add_byte(&name, '\0');
    pa_status status = name.failed ? error_nomem(err) : PA_OK;
    if (status == PA_OK) {
        archive_entry_clear(c->added);
        archive_entry_set_pathname_utf8(c->added, name.at);
        archive_entry_set_filetype(c->added, AE_IFREG);
        archive_entry_set_perm(c->added, FILE_PERMISSIONS);
        archive_entry_set_mtime(c->added, 0, 0);
        archive_entry_set_size(c->added, (la_int64_t)content.size);
        status = put_header(c, c->added, err);
    }
    buf_clear(&name);
    return status == PA_OK ? put_data(c, content, err) : status;
}

pa_status tar_copy_finish(tar_copy *c, pa_error *err) {
    c->err = err;
    return archive_write_close(c->writer) == ARCHIVE_OK ? PA_OK : refuse(c, err);
}

void tar_copy_free(tar_copy *c) {
    if (c == NULL) {
        return;
    }
    pa_error ignored = {0};
    c->err = &ignored; /* what is left over is flushed to nobody */
    if (c->writer != NULL) {
        archive_write_fail(c->writer);
        archive_write_free(c->writer);
    }
    archive_entry_free(c->added);
    archive_close(c->in);
    mem_free(c->block);
    mem_free(c);
}
