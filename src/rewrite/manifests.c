/* manifests.c - files called so, known by their content.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/manifests.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "codec/json.h"

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
    pa_error reason = {0};
    json doc = {0};
    bool is_one = failure == NULL &&
                  json_parse(&doc, str_of_bytes(content), &reason) == PA_OK &&
                  is_manifest(&doc);
    json_clear(&doc);
    if (!is_one) {
        return reason.status == PA_NOMEM ? error_nomem(err) : PA_OK;
    }
    manifest_list *out = f->out;
    if (mem_grow(&out->paths, &out->capacity, out->count + 1, sizeof *out->paths) != 0) {
        return error_nomem(err);
    }
    out->paths[out->count++] = tree_get(f->files, f->wanted[slot])->path;
    return PA_OK;
}

pa_status manifests_find(const tree *files, const pool *how, manifest_list *out,
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
    return status;
}

void manifest_list_clear(manifest_list *in) {
    mem_free(in->paths);
    *in = (manifest_list){0};
}
