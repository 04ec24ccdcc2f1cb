/* manifests.c - which files are manifests, then one after the other.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/manifests.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "base/map.h"
#include "codec/json.h"
#include "rewrite/manifest_table.h"

/* ---- which --------------------------------------------------------------------------
 */

typedef struct finding_manifests {
    const tree *files;
    const tree_id *wanted;
    manifest_list *out;
} finding_manifests;

/* {"assets": {"src/main.js": {"size": 1, "md5": "…"}}} */
static bool is_manifest(const json *doc) {
    json_ref assets = json_get(doc, 0, "assets");
    json_ref key =
        json_is(doc, assets, JSON_OBJECT) ? json_first(doc, assets) : JSON_NONE;
    return key != JSON_NONE &&
           json_is(doc, json_get(doc, json_next(doc, key), "md5"), JSON_STRING);
}

static pa_status look_at(void *ctx, unsigned worker, size_t slot, bytes content,
                         const pa_error *failure, pa_error *err) {
    (void)worker;
    finding_manifests *f = ctx;
    manifest_list *out = f->out;
    tree_id file = f->wanted[slot];
    pa_error reason = {0};
    json doc = {0};
    bool is_one = failure == NULL &&
                  json_parse(&doc, str_of_bytes(content), &reason) == PA_OK &&
                  is_manifest(&doc);
    pa_status status = reason.status == PA_NOMEM ? error_nomem(err) : PA_OK;
    if (is_one) {
        str version = json_string(&doc, json_get(&doc, 0, "version"), &out->mem);
        manifest row = {.file = file,
                        .path = tree_get(f->files, file)->path,
                        .version = arena_copy(&out->mem, version),
                        .is_stale = tree_is_mounted(f->files, file)};
        if (row.version.at == NULL || mem_grow(&out->rows, &out->capacity, out->count + 1,
                                               sizeof *out->rows) != 0) {
            status = error_nomem(err);
        } else {
            out->rows[out->count++] = row;
        }
    }
    json_clear(&doc);
    return status;
}

static size_t depth_of(str path) {
    size_t depth = 0;
    for (size_t i = 0; i < path.size; i++) {
        depth += path.at[i] == '/';
    }
    return depth;
}

static int by_depth(const void *a, const void *b) {
    const manifest *left = a;
    const manifest *right = b;
    size_t left_depth = depth_of(left->path);
    size_t right_depth = depth_of(right->path);
    return left_depth != right_depth ? (left_depth > right_depth ? -1 : 1)
                                     : str_order(left->path, right->path);
}

static pa_status find_manifests(const tree *files, const pool *how, manifest_list *out,
                                pa_error *err) {
    tree_id *wanted = mem_alloc(tree_count(files) + 1, sizeof *wanted);
    size_t count = 0;
    if (wanted == NULL) {
        return error_nomem(err);
    }
    for (tree_id id = 0; id < tree_count(files); id++) {
        if (str_ends(tree_get(files, id)->path, ".manifest")) {
            wanted[count++] = id;
        }
    }
    finding_manifests f = {files, wanted, out};
    pool one = *how;
    one.thread_count = 1;
    pa_status status =
        tree_visit(files, &one, wanted, count, PA_MAX_DOCUMENT_BYTES, look_at, &f, err);
    mem_free(wanted);
    if (out->count > 0) {
        qsort(out->rows, out->count, sizeof *out->rows, by_depth);
    }
    return status;
}

/* ---- files that came ------------------------------------------------------------------
 */

static pa_status take_added(void *ctx, str path, str content, pa_error *err) {
    manifest_work *work = ctx;
    if (mem_grow(&work->added, &work->added_capacity, work->added_count + 1,
                 sizeof *work->added) != 0) {
        return error_nomem(err);
    }
    file_facts *row = &work->added[work->added_count++];
    *row = (file_facts){.path = arena_copy(&work->mem, path), .size_bytes = content.size};
    md5_digits(content, row->md5);
    return row->path.at == NULL ? error_nomem(err) : PA_OK;
}

/* ---- one ------------------------------------------------------------------------------
 */

static pa_status edit(manifest_work *work, manifest *row, pa_error *err) {
    buf text = {0};
    buf edited = {0};
    json doc = {0};
    pa_status status =
        changes_read(work->what, row->file, PA_MAX_DOCUMENT_BYTES, &text, err);
    if (status == PA_OK) {
        status = json_parse(&doc, buf_str(&text), err);
    }
    if (status == PA_OK) {
        status = manifest_table_edit(work, &doc, row, &edited, err);
    }
    if (status == PA_OK && row->changed > 0) {
        changes_edit(work->what, row->file, &edited);
    }
    json_clear(&doc);
    buf_clear(&edited);
    buf_clear(&text);
    return status == PA_OK ? PA_OK : error_in(err, "%.*s", STR_ARGS(row->path));
}

pa_status manifests_edit(changes *what, output *out, str root, const pool *how,
                         manifest_list *told, pa_error *err) {
    manifest_work work = {.what = what, .root = root};
    pa_status status = find_manifests(what->files, how, told, err);
    if (status == PA_OK && told->count > 0) {
        status = output_visit_added(out, TREE_NONE, take_added, &work, err);
    }
    for (size_t i = 0; status == PA_OK && i < told->count; i++) {
        if (!told->rows[i].is_stale) {
            status = edit(&work, &told->rows[i], err);
        }
    }
    mem_free(work.added);
    arena_clear(&work.mem);
    return status;
}

void manifest_list_clear(manifest_list *in) {
    mem_free(in->rows);
    arena_clear(&in->mem);
    *in = (manifest_list){0};
}
