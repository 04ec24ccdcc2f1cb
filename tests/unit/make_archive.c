/* make_archive.c - archives for tests, made in memory.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "make_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

static la_ssize_t take(struct archive *writer, void *ctx, const void *block,
                       size_t size) {
    (void)writer;
    buf_add(ctx, (str){block, size});
    return (la_ssize_t)size;
}

static void must(int result) {
    if (result != ARCHIVE_OK) {
        abort();
    }
}

static void add_row(struct archive *writer, const archive_row *row) {
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, row->name);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)row->content.size);
    archive_entry_set_filetype(entry, row->link_target == NULL ? AE_IFREG : AE_IFLNK);
    if (row->link_target != NULL) {
        archive_entry_set_symlink(entry, row->link_target);
    }
    must(archive_write_header(writer, entry));
    if (row->content.size > 0 &&
        archive_write_data(writer, row->content.at, row->content.size) !=
            (la_ssize_t)row->content.size) {
        abort();
    }
    archive_entry_free(entry);
}

buf make_archive(archive_kind kind, const archive_row *rows, size_t count) {
    buf out = {0};
    struct archive *writer = archive_write_new();
    if (kind == ARCHIVE_ZIP) {
        must(archive_write_set_format_zip(writer));
    } else {
        must(archive_write_set_format_pax_restricted(writer));
    }
    if (kind == ARCHIVE_TAR_GZ) {
        must(archive_write_add_filter_gzip(writer));
    }
    must(archive_write_set_bytes_in_last_block(writer, 1));
    must(archive_write_open(writer, &out, NULL, take, NULL));
    for (size_t i = 0; i < count; i++) {
        add_row(writer, &rows[i]);
    }
    must(archive_write_close(writer));
    archive_write_free(writer);
    if (out.failed) {
        abort();
    }
    return out;
}
