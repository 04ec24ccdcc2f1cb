/* archive_copy.c - which kind it is.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/archive_copy.h"

#include "base/alloc.h"
#include "codec/tar_copy.h"
#include "codec/zip_copy.h"
#include "sys/file.h"

/* One of the two. */
struct archive_copy {
    zip_copy *zip;
    tar_copy *tar;
};

/* True for what begins as the entries of a zip do, and for nothing at all. */
static pa_status is_zip(const char *path, bytes content, bool *out, pa_error *err) {
    char front[4] = {0};
    file_in *in = path == NULL ? NULL : file_open(path, err);
    if (path != NULL && in == NULL) {
        return err->status;
    }
    if (in != NULL) {
        long got = file_in_read(in, front, sizeof front);
        *out = got == (long)sizeof front && memcmp(front, "PK\3\4", sizeof front) == 0;
    } else {
        *out = content.size == 0 || str_starts(str_of_bytes(content), "PK\3\4");
    }
    file_in_close(in);
    return PA_OK;
}

archive_copy *archive_copy_open(const char *path, bytes content, archive_sink put,
                                void *ctx, pa_error *err) {
    archive_copy *c = mem_zero(1, sizeof *c);
    bool is_one_zip = false;
    if (c == NULL) {
        error_nomem(err);
        return NULL;
    }
    if (is_zip(path, content, &is_one_zip, err) == PA_OK && is_one_zip) {
        c->zip = zip_copy_open(path, content, put, ctx, err);
    } else if (err->status == PA_OK) {
        c->tar = tar_copy_open(path, content, put, ctx, err);
    }
    if (err->status != PA_OK) {
        archive_copy_free(c);
        return NULL;
    }
    return c;
}

pa_status archive_copy_entries(archive_copy *c, entry_asker ask, void *ctx,
                               pa_error *err) {
    return c->zip != NULL ? zip_copy_entries(c->zip, ask, ctx, err)
                          : tar_copy_entries(c->tar, ask, ctx, err);
}

pa_status archive_copy_add(archive_copy *c, str path, str content, pa_error *err) {
    return c->zip != NULL ? zip_copy_add(c->zip, path, content, err)
                          : tar_copy_add(c->tar, path, content, err);
}

pa_status archive_copy_finish(archive_copy *c, pa_error *err) {
    return c->zip != NULL ? zip_copy_finish(c->zip, err) : tar_copy_finish(c->tar, err);
}

bool archive_copy_drops_signature(const archive_copy *c) {
    return c->zip != NULL && zip_copy_drops_signature(c->zip);
}

void archive_copy_free(archive_copy *c) {
    if (c == NULL) {
        return;
    }
    zip_copy_free(c->zip);
    tar_copy_free(c->tar);
    mem_free(c);
}
