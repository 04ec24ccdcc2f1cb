/* drop.c - find them, see that no script names them, take them away.
 *
 * An id that no config lists leads to no file: asset-manager.ts and url-transformer.ts
 * (3.8.5; 2.4 urlTransformer.js) look for the bundle that lists it and take the path from
 * there. Of an image the engine asks for an extension that its document names
 * (image-asset.ts, 2.4 CCTexture2D.js: _deserialize).
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/drop.h"

#include <stdlib.h>

#include "audit/strays.h"
#include "base/alloc.h"
#include "rewrite/script_ids.h"

static pa_status add(drop_list *out, drop_file row, pa_error *err) {
    if (mem_grow(&out->rows, &out->capacity, out->count + 1, sizeof *out->rows) != 0) {
        return error_nomem(err);
    }
    out->rows[out->count++] = row;
    return PA_OK;
}

static pa_status add_strays(const pa_audit *audit, drop_list *out, pa_error *err) {
    stray_list strays = {0};
    pa_status status = strays_list(&audit->g, &strays, err);
    for (size_t i = 0; status == PA_OK && i < strays.count; i++) {
        status = add(out,
                     (drop_file){.file = strays.rows[i].file,
                                 .bundle = strays.rows[i].bundle,
                                 .reason = "no config lists it"},
                     err);
    }
    stray_list_clear(&strays);
    return status;
}

/* ---- alternatives that are not named ------------------------------------------------
 */

static const char *const extensions[] = {".png",  ".jpg", ".jpeg", ".bmp",
                                         ".webp", ".pvr", ".pkm",  ".astc"};
enum { EXTENSION_COUNT = sizeof extensions / sizeof extensions[0] };

static tree_id file_of(const game *g, const copy *c, const char *extension,
                       arena *scratch) {
    str path = game_native_path(g, c, str_of(extension), scratch);
    return path.at == NULL ? TREE_NONE : tree_find(g->files, path);
}

static bool names(const variant *list, uint32_t count, const char *extension) {
    bool is_found = false;
    for (uint32_t i = 0; i < count; i++) {
        is_found |= str_is(list[i].extension, extension);
    }
    return is_found;
}

/* Nothing of a document whose own files are not all there: it may mean others. */
static pa_status add_alternatives(const pa_audit *audit, const copy *c, arena *scratch,
                                  drop_list *out, pa_error *err) {
    const game *g = &audit->g;
    variant list[MAX_VARIANTS];
    str formats = c->document.image->formats;
    uint32_t count = variant_parse(formats, g->engine, scratch, list);
    bool is_whole = count > 0 && count == variant_count(formats);
    for (uint32_t i = 0; is_whole && i < count; i++) {
        str path = game_native_path(g, c, list[i].extension, scratch);
        is_whole = path.at != NULL && tree_find(g->files, path) != TREE_NONE;
    }
    pa_status status = PA_OK;
    for (int i = 0; status == PA_OK && is_whole && i < EXTENSION_COUNT; i++) {
        tree_id file = names(list, count, extensions[i])
                           ? TREE_NONE
                           : file_of(g, c, extensions[i], scratch);
        if (file != TREE_NONE) {
            status = add(out,
                         (drop_file){.file = file,
                                     .bundle = c->bundle,
                                     .reason = "its image names no such alternative"},
                         err);
        }
    }
    return status == PA_OK ? arena_status(scratch, err) : status;
}

static pa_status add_unnamed(const pa_audit *audit, drop_list *out, pa_error *err) {
    arena scratch = {0};
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < audit->g.copy_count; i++) {
        const copy *c = &audit->g.copies[i];
        if (c->is_decoded && c->document.image != NULL) {
            arena_reset(&scratch);
            status = add_alternatives(audit, c, &scratch, out, err);
        }
    }
    arena_clear(&scratch);
    return status;
}

static int by_file(const void *a, const void *b) {
    const drop_file *left = a;
    const drop_file *right = b;
    return (left->file > right->file) - (left->file < right->file);
}

/* Folders that two bundles share may tell of a file twice. */
static void sort(drop_list *in) {
    size_t kept = 0;
    if (in->count > 1) {
        qsort(in->rows, in->count, sizeof *in->rows, by_file);
    }
    for (size_t i = 0; i < in->count; i++) {
        if (kept == 0 || in->rows[kept - 1].file != in->rows[i].file) {
            in->rows[kept++] = in->rows[i];
        }
    }
    in->count = kept;
}

/* ---- scripts that name them ---------------------------------------------------------
 */

static bool is_id_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-';
}

/* "ab12…" of "ab12….HASH.png" and of "ab12…@6c48a.json". */
static str id_of(str path) {
    str name = str_file_name(path);
    size_t size = 0;
    while (size < name.size && is_id_byte(name.at[size])) {
        size++;
    }
    return str_part(name, 0, size);
}

/* Code that has the name of a file in it may ask for it by its address. */
static pa_status keep_named(const pa_audit *audit, const pool *how, drop_list *in,
                            pa_error *err) {
    const tree *files = audit->g.files;
    str *ids = mem_alloc(in->count + 1, sizeof *ids);
    bool *is_named = mem_zero(in->count + 1, sizeof *is_named);
    pa_status status = ids == NULL || is_named == NULL ? error_nomem(err) : PA_OK;
    for (size_t i = 0; status == PA_OK && i < in->count; i++) {
        ids[i] = id_of(tree_get(files, in->rows[i].file)->path);
    }
    if (status == PA_OK) {
        status = script_ids_find(files, how, ids, in->count, is_named, err);
    }
    for (size_t i = 0; status == PA_OK && i < in->count; i++) {
        if (tree_is_mounted(files, in->rows[i].file)) {
            in->rows[i].kept = "it lies in a zip bundle, which is not edited";
        } else if (is_named[i]) {
            in->rows[i].kept = "a script names its id, and may ask for it by its address";
        }
    }
    mem_free(ids);
    mem_free(is_named);
    return status;
}

pa_status drop_find(const pa_audit *audit, const pool *how, drop_list *out,
                    pa_error *err) {
    pa_status status = add_strays(audit, out, err);
    if (status == PA_OK) {
        status = add_unnamed(audit, out, err);
    }
    sort(out);
    return status == PA_OK ? keep_named(audit, how, out, err) : status;
}

void drop_list_clear(drop_list *in) {
    mem_free(in->rows);
    *in = (drop_list){0};
}

/* ---- the plan -----------------------------------------------------------------------
 */

/* A recipe with a condition that only images have is not about files. */
static bool is_about_files(const recipe_row *row) {
    return row->uses == 0 && row->min_side_px == 0 && row->min_bytes == 0 &&
           !row->has_alpha && row->scene.size == 0;
}

static bool means_file(const recipe *one, str path, str bundle_name) {
    const recipe_row *row = one->row;
    finding here = {.file = path, .bundle = bundle_name};
    return (one->match.size == 0 || str_glob(one->match, path)) &&
           (one->bundle.size == 0 || str_equal(one->bundle, bundle_name)) &&
           (row == NULL ||
            (is_about_files(row) && (row->at.size == 0 || policy_is_at(row->at, &here)) &&
             (row->bundle.size == 0 || str_glob(row->bundle, bundle_name))));
}

/* The last recipe about a file that keeps or drops counts. */
static bool is_wanted(const recipe_list *from, str path, str bundle_name) {
    for (uint32_t i = from->count; i > 0; i--) {
        const recipe *one = &from->rows[i - 1];
        bool is_kept = one->row != NULL && one->row->keeps;
        bool is_dropped = (one->deeds & RECIPE_DROP_UNUSED) != 0;
        if ((is_kept || is_dropped) && means_file(one, path, bundle_name)) {
            return is_dropped;
        }
    }
    return false;
}

pa_status drop_plan(const pa_audit *audit, const recipe_list *from, const pool *how,
                    plan *out, pa_error *err) {
    drop_list list = {0};
    pa_status status = recipe_list_has(from, RECIPE_DROP_UNUSED)
                           ? drop_find(audit, how, &list, err)
                           : PA_OK;
    for (size_t i = 0; status == PA_OK && i < list.count; i++) {
        const drop_file *row = &list.rows[i];
        const tree_file *file = tree_get(audit->g.files, row->file);
        if (!is_wanted(from, file->path, audit->g.found.bundles[row->bundle].name)) {
            continue;
        }
        status = row->kept != NULL
                     ? plan_refuse(out, (str){0}, file->path, row->kept, err)
                     : plan_add(out,
                                &(action){.kind = ACTION_DROP,
                                          .file = file->path,
                                          .reason = str_of(row->reason),
                                          .before_bytes = file->size_bytes},
                                err);
    }
    drop_list_clear(&list);
    return status;
}

/* ---- the rewrite --------------------------------------------------------------------
 */

static pa_status refuse(const action *row, size_t index, const char *why, pa_error *err) {
    return error_set(err, PA_USAGE, "action %zu of the plan: file %.*s: %s", index + 1,
                     STR_ARGS(row->file), why);
}

static const drop_file *find_row(const drop_list *list, tree_id file) {
    return list->count == 0 ? NULL
                            : bsearch(&(drop_file){.file = file}, list->rows, list->count,
                                      sizeof *list->rows, by_file);
}

static pa_status take_away(const pa_audit *audit, const plan *asked,
                           const drop_list *known, changes *what, pa_error *err) {
    pa_status status = PA_OK;
    for (size_t i = 0; status == PA_OK && i < asked->count; i++) {
        const action *row = &asked->actions[i];
        if (row->kind != ACTION_DROP) {
            continue;
        }
        tree_id file = tree_find(audit->g.files, row->file);
        const drop_file *found = file == TREE_NONE ? NULL : find_row(known, file);
        if (file == TREE_NONE) {
            status = refuse(row, i, "the build has no such file", err);
        } else if (found == NULL) {
            status = refuse(row, i,
                            "something may ask for it: it is no file of a bundle "
                            "that its config does not know",
                            err);
        } else if (found->kept != NULL) {
            status = refuse(row, i, found->kept, err);
        } else {
            what->rows[file].is_gone = true;
        }
    }
    return status;
}

pa_status drop_apply(const pa_audit *audit, const plan *asked, const pool *how,
                     changes *what, pa_error *err) {
    drop_list known = {0};
    if (plan_count(asked, ACTION_DROP) == 0) {
        return PA_OK;
    }
    pa_status status = drop_find(audit, how, &known, err);
    if (status == PA_OK) {
        status = take_away(audit, asked, &known, what, err);
    }
    drop_list_clear(&known);
    return status;
}

pa_status drop_verify(const plan *asked, const output *out, const tree *after,
                      pa_error *err) {
    for (size_t i = 0; i < asked->count; i++) {
        const action *row = &asked->actions[i];
        if (row->kind == ACTION_DROP && tree_find(after, row->file) != TREE_NONE &&
            !output_has_added(out, row->file)) {
            return error_set(err, PA_OUTPUT,
                             "%.*s was dropped, and is there in the build that was "
                             "written",
                             STR_ARGS(row->file));
        }
    }
    return PA_OK;
}
