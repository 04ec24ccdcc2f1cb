/* output_proof.c - open what was written and hold it against the list.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/limits.h"
#include "rewrite/output_parts.h"

static pa_status compare(void *ctx, unsigned worker, size_t slot, bytes content,
                         const pa_error *failure, pa_error *err) {
    (void)worker;
    const output *out = ctx;
    const written *row = &out->rows[slot];
    bool is_same = failure == NULL && content.size == row->size_bytes &&
                   XXH128_isEqual(XXH3_128bits(content.at, content.size), row->hash);
    return is_same ? PA_OK
                   : error_set(err, PA_OUTPUT,
                               "%.*s: what was written does not read back: %s",
                               STR_ARGS(row->path),
                               failure == NULL ? "other bytes" : failure->text);
}

static pa_status prove_files(output *out, const tree *staged, const pool *how,
                             pa_error *err) {
    size_t count = out->count - out->within;
    if (tree_count(staged) != count) {
        return error_set(err, PA_OUTPUT, "%zu files were written, %zu are there", count,
                         tree_count(staged));
    }
    tree_id *files = mem_alloc(count + 1, sizeof *files);
    if (files == NULL) {
        return error_nomem(err);
    }
    pa_status status = PA_OK;
    for (size_t i = 0; status == PA_OK && i < count; i++) {
        files[i] = tree_find(staged, out->rows[i].path);
        if (files[i] == TREE_NONE) {
            status = error_set(err, PA_OUTPUT, "%.*s: was written and is not there",
                               STR_ARGS(out->rows[i].path));
        }
    }
    if (status == PA_OK) {
        status =
            tree_visit(staged, how, files, count, PA_MAX_NATIVE_BYTES, compare, out, err);
    }
    mem_free(files);
    return status;
}

pa_status output_prove(output *out, const pool *how, pa_error *err) {
    tree *staged = NULL;
    output_sort(out);
    pa_status status = tree_open(&staged, output_staged(out), err);
    if (status == PA_OK) {
        status = prove_files(out, staged, how, err);
    }
    tree_free(staged);
    return status;
}
