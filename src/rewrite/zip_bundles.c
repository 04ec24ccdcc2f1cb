/* zip_bundles.c - the zip's own name, then its content.
 *
 * Source: cocos-engine 3.8.5 platforms/minigame/common/engine/AssetManager.js,
 * downloadBundle: "res.VERSION.zip" beside the config, taken apart as it is, its hash
 * never computed. SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/zip_bundles.h"

#include "codec/archive_copy.h"

/* ---- version ----------------------------------------------------------------------- */

static content_hash hash_row(const changes *what, tree_id file) {
    const change *row = &what->rows[file];
    content_hash hash = hash_content(changes_path(what, file));
    str text = row->is_gone ? str_of("gone") : buf_str(&row->text);
    return hash_join(hash, hash_content(text));
}

/* What changes in a zip, in the order of the paths, then of the images. */
static content_hash hash_changes(const image_patch *images, const bundle *b,
                                 const changes *what, size_t *count) {
    const game *g = images->g;
    content_hash all = hash_content((str){0});
    for (tree_id id = 0; id < what->count; id++) {
        if (tree_lies_in(g->files, id, b->zip) && !change_is_none(&what->rows[id])) {
            all = hash_join(all, hash_row(what, id));
            (*count)++;
        }
    }
    for (uint32_t c = 0; c < g->copy_count; c++) {
        uint32_t edit = images->of_asset[g->copies[c].asset];
        if (&g->found.bundles[g->copies[c].bundle] == b && edit != NO_INDEX) {
            all = hash_join(all, images->edits[edit].hash);
            (*count)++;
        }
    }
    return all;
}

pa_status zip_version_edit(const image_patch *images, const bundle *b, changes *what,
                           patch_counts *told, config_edit *config, pa_error *err) {
    size_t count = 0;
    if (b->zip == TREE_NONE || b->zip_version.size == 0) {
        return PA_OK;
    }
    content_hash hash = hash_changes(images, b, what, &count);
    if (count == 0) {
        return PA_OK;
    }
    str version = name_version(hash, b->zip_version, &what->mem);
    str parts[] = {b->folder, str_of("res."), version, str_of(".zip")};
    str path = arena_join(&what->mem, parts, 4);
    if (version.at == NULL || path.at == NULL) {
        return error_nomem(err);
    }
    what->rows[b->zip].path = path;
    told->renamed++;
    config->zip_version = version;
    config->count++;
    return PA_OK;
}

/* ---- content ----------------------------------------------------------------------- */

typedef struct zipping {
    const bundle *b;
    const changes *what;
    const pool *how;
    archive_copy *copy;
    arena mem; /* of the entry at hand */
    buf zip;
} zipping;

static pa_status put(void *ctx, str content, pa_error *err) {
    zipping *z = ctx;
    buf_add(&z->zip, content);
    return z->zip.failed ? error_nomem(err) : PA_OK;
}

/* "BUNDLE/import/x" of the tree as the zip calls it. */
static str path_in_zip(zipping *z, str path) {
    str below = str_part(path, z->b->folder.size, path.size);
    return arena_join(&z->mem, (str[]){str_of(ZIP_BUNDLE_FOLDER), below}, 2);
}

static pa_status ask(void *ctx, str path, entry_change *out, pa_error *err) {
    zipping *z = ctx;
    arena_reset(&z->mem);
    if (z->how->should_stop != NULL && z->how->should_stop(z->how->stop_ctx)) {
        return error_set(err, PA_CANCELLED, "interrupted");
    }
    if (!str_starts(path, ZIP_BUNDLE_FOLDER)) {
        return PA_OK;
    }
    str below = str_part(path, sizeof ZIP_BUNDLE_FOLDER - 1, path.size);
    str place = arena_join(&z->mem, (str[]){z->b->folder, below}, 2);
    tree_id file = place.at == NULL ? TREE_NONE : tree_find(z->what->files, place);
    if (file != TREE_NONE && tree_lies_in(z->what->files, file, z->b->zip)) {
        const change *row = &z->what->rows[file];
        *out = (entry_change){.content = buf_str(&row->text),
                              .is_edited = row->is_edited,
                              .is_gone = row->is_gone};
        if (row->path.size > 0) {
            out->path = path_in_zip(z, row->path);
        }
    }
    return arena_status(&z->mem, err);
}

static pa_status add(void *ctx, str path, str content, pa_error *err) {
    zipping *z = ctx;
    arena_reset(&z->mem);
    str name = path_in_zip(z, path);
    return name.at == NULL ? error_nomem(err)
                           : archive_copy_add(z->copy, name, content, err);
}

static bool is_any_changed(const changes *what, tree_id zip) {
    for (tree_id id = 0; id < what->count; id++) {
        if (tree_lies_in(what->files, id, zip) && !change_is_none(&what->rows[id])) {
            return true;
        }
    }
    return false;
}

static pa_status write_zip(zipping *z, output *out, pa_error *err) {
    bytes content = {0};
    const char *path = tree_zip(z->what->files, z->b->zip, &content);
    z->copy = archive_copy_open(path, content, put, z, err);
    pa_status status = z->copy == NULL ? err->status : PA_OK;
    if (status == PA_OK) {
        status = archive_copy_entries(z->copy, ask, z, err);
    }
    if (status == PA_OK) {
        status = output_visit_added(out, z->b->zip, add, z, err);
    }
    return status == PA_OK ? archive_copy_finish(z->copy, err) : status;
}

static pa_status write_bundle(zipping *z, changes *what, output *out, pa_error *err) {
    tree_id zip = z->b->zip;
    str path = tree_get(what->files, zip)->path;
    if (output_added_count(out, zip) == 0 && !is_any_changed(what, zip)) {
        return PA_OK;
    }
    if (write_zip(z, out, err) != PA_OK) {
        return error_in(err, "%.*s", STR_ARGS(path));
    }
    what->rows[zip].is_gone = true;
    return output_add(out, changes_path(what, zip), TREE_NONE, buf_str(&z->zip), err);
}

pa_status zip_bundles_write(const game *g, changes *what, output *out, const pool *how,
                            pa_error *err) {
    pa_status status = PA_OK;
    for (size_t i = 0; status == PA_OK && i < g->found.bundle_count; i++) {
        zipping z = {.b = &g->found.bundles[i], .what = what, .how = how};
        if (z.b->zip != TREE_NONE) {
            status = write_bundle(&z, what, out, err);
        }
        archive_copy_free(z.copy);
        buf_clear(&z.zip);
        arena_clear(&z.mem);
    }
    return status;
}
