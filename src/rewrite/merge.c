/* merge.c - find textures that are the same, and who forbids that they become one.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/merge.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "bundle/uuid.h"
#include "rewrite/script_ids.h"

/* A texture of one image. */
typedef struct twin {
    uint64_t hash[2]; /* of the pixels of the first alternative */
    uint32_t asset;
    uint32_t image;
} twin;

typedef struct merging {
    const pa_audit *audit;
    const image_users *users;
    twin *rows; /* of equal pixels side by side, then by asset */
    size_t count;
    bool *is_named; /* of each row: a script names it */
    pa_error *err;
} merging;

/* ---- all of them --------------------------------------------------------------------
 */

static int by_pixels(const void *a, const void *b) {
    const twin *left = a;
    const twin *right = b;
    for (int i = 0; i < 2; i++) {
        if (left->hash[i] != right->hash[i]) {
            return left->hash[i] < right->hash[i] ? -1 : 1;
        }
    }
    return (left->asset > right->asset) - (left->asset < right->asset);
}

static bool are_equal(const twin *a, const twin *b) {
    return a->hash[0] == b->hash[0] && a->hash[1] == b->hash[1];
}

static void list_twins(merging *m) {
    const audit_view *view = &m->audit->views[0];
    for (uint32_t i = 0; i < view->texture_count; i++) {
        const texture_row *row = &view->textures[i];
        if (row->is_render || row->image_count != 1) {
            continue;
        }
        const image *of = &m->audit->images.rows[row->images[0]];
        if (of->variant_count > 0 && of->pictures[0].is_decoded) {
            const uint64_t *hash = of->pictures[0].facts.pixel_hash;
            m->rows[m->count++] = (twin){{hash[0], hash[1]}, row->asset, row->images[0]};
        }
    }
    if (m->count > 1) {
        qsort(m->rows, m->count, sizeof *m->rows, by_pixels);
    }
}

/* Only those that have an equal. */
static void leave_single_out(merging *m) {
    size_t kept = 0;
    bool was_equal = false;
    for (size_t i = 0; i < m->count; i++) {
        bool is_equal = i + 1 < m->count && are_equal(&m->rows[i], &m->rows[i + 1]);
        if (is_equal || was_equal) {
            m->rows[kept++] = m->rows[i];
        }
        was_equal = is_equal;
    }
    m->count = kept;
}

/* The id without "@6c48a": it names image, texture and sprite frame. */
static str bare_id(str uuid) {
    return str_part(uuid, 0, str_find(uuid, '@', 0));
}

static pa_status find_named(merging *m, const pool *how) {
    str *ids = mem_alloc(m->count + 1, sizeof *ids);
    m->is_named = mem_zero(m->count + 1, sizeof *m->is_named);
    pa_status status = ids == NULL || m->is_named == NULL ? error_nomem(m->err) : PA_OK;
    for (size_t i = 0; status == PA_OK && i < m->count; i++) {
        ids[i] = bare_id(m->audit->g.assets[m->rows[i].asset].uuid);
    }
    if (status == PA_OK) {
        status =
            script_ids_find(m->audit->g.files, how, ids, m->count, m->is_named, m->err);
    }
    mem_free(ids);
    return status;
}

static pa_status merging_open(merging *m, const pool *how) {
    m->rows = mem_alloc((size_t)m->audit->views[0].texture_count + 1, sizeof *m->rows);
    if (m->rows == NULL) {
        return error_nomem(m->err);
    }
    list_twins(m);
    leave_single_out(m);
    return find_named(m, how);
}

static void merging_clear(merging *m) {
    mem_free(m->rows);
    mem_free(m->is_named);
}

/* ---- may one take part --------------------------------------------------------------
 */

static bool has_path(const game *g, uint32_t asset_index) {
    bool has = false;
    for (uint32_t i = 0; i < g->found.bundle_count; i++) {
        const entry *e = bundle_find(&g->found.bundles[i], g->assets[asset_index].uuid);
        has |= e != NULL && e->path.size > 0;
    }
    return has;
}

static bool is_at_start(const game *g, uint32_t asset_index) {
    bool is_any = false;
    for (uint32_t i = 0; i < g->startup_count; i++) {
        is_any |=
            g->startup[i] != NO_INDEX && g->copies[g->startup[i]].asset == asset_index;
    }
    return is_any;
}

static bool refers_to(const game *g, const copy *c, uint32_t asset_index) {
    bool does = false;
    for (uint32_t i = 0; i < c->document.reference_count; i++) {
        does |=
            c->targets[i] != NO_INDEX && g->copies[c->targets[i]].asset == asset_index;
    }
    return does;
}

static bool is_used(const game *g, uint32_t asset_index) {
    bool is_any = false;
    for (uint32_t i = 0; !is_any && i < g->copy_count; i++) {
        is_any = refers_to(g, &g->copies[i], asset_index);
    }
    return is_any;
}

/* Why the document of a user cannot be another one. */
static const char *refuses_user(const game *g, const copy *c) {
    const entry *e = &g->found.bundles[c->bundle].entries[c->entry];
    if (c->file == TREE_NONE || tree_is_mounted(g->files, c->file)) {
        return "a user of it lies in a zip bundle, which is not edited";
    }
    if (e->extension.size > 0) {
        return "a user of it is stored in a binary container, which is not edited";
    }
    return c->document.frame != NULL && has_path(g, c->asset)
               ? "code may load a sprite frame of it by its path, and release its texture"
               : NULL;
}

static const char *refuses_users(const game *g, uint32_t asset_index) {
    const char *reason = NULL;
    for (uint32_t i = 0; reason == NULL && i < g->copy_count; i++) {
        if (refers_to(g, &g->copies[i], asset_index)) {
            reason = refuses_user(g, &g->copies[i]);
        }
    }
    return reason;
}

static const char *refuses_one(const merging *m, const twin *one) {
    const game *g = &m->audit->g;
    const image_users *users = &m->users[one->image];
    const struct {
        bool is_so;
        const char *reason;
    } reasons[] = {
        {!is_used(g, one->asset), "only code that names it uses it"},
        {users->exact != NULL, users->exact},
        {users->unknown != NULL, "a component that is not known uses it"},
        {users->is_face || users->is_baked || users->is_level,
         "it is a part of a texture whose parts belong together"},
        {users->differs, "its copies in several bundles differ"},
        {m->is_named[one - m->rows], "a script names its id, and may load it by that"},
        {is_at_start(g, one->asset), "the launcher loads it"},
        {has_path(g, one->asset) || has_path(g, m->audit->images.rows[one->image].asset),
         "code may load it by its path"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].is_so) {
            return reasons[i].reason;
        }
    }
    return refuses_users(g, one->asset);
}

/* ---- may two be one -----------------------------------------------------------------
 */

static bool are_same_files(const image *a, const image *b) {
    bool are_same = a->variant_count == b->variant_count;
    for (uint32_t i = 0; are_same && i < a->variant_count; i++) {
        const picture *left = &a->pictures[i];
        const picture *right = &b->pictures[i];
        are_same = str_equal(a->variants[i].extension, b->variants[i].extension) &&
                   a->variants[i].pixel_format == b->variants[i].pixel_format &&
                   left->is_decoded && right->is_decoded &&
                   left->facts.pixel_hash[0] == right->facts.pixel_hash[0] &&
                   left->facts.pixel_hash[1] == right->facts.pixel_hash[1];
    }
    return are_same;
}

static bool are_same_parameters(const texture_data *a, const texture_data *b) {
    return a != NULL && b != NULL && a->min_filter == b->min_filter &&
           a->mag_filter == b->mag_filter && a->wrap_s == b->wrap_s &&
           a->wrap_t == b->wrap_t && a->mip_filter == b->mip_filter &&
           a->anisotropy == b->anisotropy && a->gen_mipmaps == b->gen_mipmaps &&
           a->premultiply == b->premultiply && a->packable == b->packable &&
           a->layers == b->layers && a->levels == b->levels;
}

/* All copies of both. */
static bool are_same_textures(const game *g, uint32_t a, uint32_t b) {
    const texture_data *first = g->copies[g->assets[a].told_copy].document.texture;
    bool are_same = true;
    for (uint32_t i = 0; are_same && i < g->copy_count; i++) {
        const copy *c = &g->copies[i];
        are_same = (c->asset != a && c->asset != b) ||
                   are_same_parameters(c->document.texture, first);
    }
    return are_same;
}

static bool are_used_alike(const image_users *a, const image_users *b) {
    return a->kinds == b->kinds && a->is_normal_map == b->is_normal_map &&
           (a->pixels != NULL) == (b->pixels != NULL);
}

/* A dependency is looked up in its user's bundle. */
static bool is_listed_for_users(const game *g, uint32_t from, uint32_t into) {
    bool is_there = true;
    for (uint32_t i = 0; is_there && i < g->copy_count; i++) {
        bool is_listed = false;
        is_there = !refers_to(g, &g->copies[i], from) ||
                   game_lookup(g, g->copies[i].bundle, g->assets[into].uuid,
                               &is_listed) != NO_INDEX;
    }
    return is_there;
}

static const char *refuses_pair(const merging *m, const twin *from, const twin *into) {
    const game *g = &m->audit->g;
    const image *rows = m->audit->images.rows;
    const char *reason = refuses_one(m, from);
    if (reason == NULL) {
        reason = refuses_one(m, into) == NULL
                     ? NULL
                     : "the texture with the same pixels may not be shared";
    }
    if (reason != NULL) {
        return reason;
    }
    if (!are_same_files(&rows[from->image], &rows[into->image])) {
        return "the texture with the same pixels has other alternatives";
    }
    if (!are_same_textures(g, from->asset, into->asset)) {
        return "the texture with the same pixels is sampled otherwise";
    }
    if (!are_used_alike(&m->users[from->image], &m->users[into->image])) {
        return "the texture with the same pixels is used for something else";
    }
    return is_listed_for_users(g, from->asset, into->asset)
               ? NULL
               : "a bundle that uses it does not list the texture with the same pixels";
}

/* ---- the plan -----------------------------------------------------------------------
 */

static pa_status map_open(const game *g, arena *mem, merge_map *out, pa_error *err) {
    out->into = arena_alloc(mem, (size_t)g->asset_count + 1, sizeof *out->into);
    for (uint32_t i = 0; out->into != NULL && i < g->asset_count; i++) {
        out->into[i] = NO_INDEX;
    }
    return out->into == NULL ? error_nomem(err) : PA_OK;
}

static bool is_scaled(const candidate_list *found, uint32_t image_index) {
    bool is_any = false;
    for (size_t i = 0; i < found->count; i++) {
        is_any |= found->rows[i].image == image_index && found->rows[i].is_scaled;
    }
    return is_any;
}

static pa_status add_action(const merging *m, const twin *from, const twin *into,
                            plan *out) {
    const game *g = &m->audit->g;
    const audit_view *view = &m->audit->views[0];
    const texture_row *old = &view->textures[view->texture_of_asset[from->asset]];
    action row = {.kind = ACTION_MERGE,
                  .asset = g->assets[from->asset].uuid,
                  .into = g->assets[into->asset].uuid,
                  .before_bytes = old->cost.gpu_bytes};
    return plan_add(out, &row, m->err);
}

/* Into the first of its equals, from `first` on, that it may be. */
static pa_status merge_one(merging *m, candidate_list *found, size_t first, size_t at,
                           plan *out) {
    const game *g = &m->audit->g;
    const twin *from = &m->rows[at];
    const char *reason = NULL;
    for (size_t i = first; i < at; i++) {
        const twin *into = &m->rows[i];
        bool is_wanted = (found->deeds[into->image] & RECIPE_MERGE) != 0 &&
                         found->merged.into[into->asset] == NO_INDEX;
        if (!is_wanted) {
            continue;
        }
        reason = is_scaled(found, from->image) || is_scaled(found, into->image)
                     ? "it gets other sides"
                     : refuses_pair(m, from, into);
        if (reason == NULL) {
            found->merged.into[from->asset] = into->asset;
            found->merged.count++;
            return add_action(m, from, into, out);
        }
    }
    return reason == NULL ? PA_OK
                          : plan_refuse(out, g->assets[from->asset].uuid,
                                        game_asset_path(g, from->asset), reason, m->err);
}

pa_status merge_plan(const pa_audit *audit, candidate_list *found, const pool *how,
                     plan *out, pa_error *err) {
    merging m = {.audit = audit, .users = found->users, .err = err};
    bool is_wanted = false;
    for (uint32_t i = 0; i < audit->images.count; i++) {
        is_wanted |= (found->deeds[i] & RECIPE_MERGE) != 0;
    }
    if (!is_wanted) {
        return PA_OK;
    }
    pa_status status = map_open(&audit->g, &out->mem, &found->merged, err);
    if (status == PA_OK) {
        status = merging_open(&m, how);
    }
    size_t first = 0;
    for (size_t i = 0; status == PA_OK && i < m.count; i++) {
        first = i > 0 && are_equal(&m.rows[i], &m.rows[first]) ? first : i;
        if (i > first && (found->deeds[m.rows[i].image] & RECIPE_MERGE) != 0) {
            status = merge_one(&m, found, first, i, out);
        }
    }
    merging_clear(&m);
    return status;
}

/* ---- the rewrite --------------------------------------------------------------------
 */

static pa_status refuse(const action *row, size_t index, const char *why, pa_error *err) {
    return error_set(err, PA_USAGE, "action %zu of the plan: texture %.*s: %s", index + 1,
                     STR_ARGS(row->asset), why);
}

static const twin *find_twin(const merging *m, str uuid, arena *scratch) {
    uint32_t asset_index = map_get(&m->audit->g.by_uuid, uuid_decode(scratch, uuid));
    for (size_t i = 0; i < m->count; i++) {
        if (m->rows[i].asset == asset_index) {
            return &m->rows[i];
        }
    }
    return NULL;
}

static bool is_downscaled(const merging *m, const plan *asked, const twin *one) {
    const game *g = &m->audit->g;
    bool is_any = false;
    for (size_t i = 0; i < asked->count; i++) {
        is_any |= asked->actions[i].kind == ACTION_DOWNSCALE &&
                  map_get(&g->by_uuid, asked->actions[i].asset) ==
                      m->audit->images.rows[one->image].asset;
    }
    return is_any;
}

static pa_status read_merge(const merging *m, const plan *asked, size_t index, arena *mem,
                            merge_map *out) {
    const action *row = &asked->actions[index];
    const twin *from = find_twin(m, row->asset, mem);
    const twin *into = find_twin(m, row->into, mem);
    if (from == NULL || into == NULL || from == into || !are_equal(from, into)) {
        return refuse(row, index,
                      "it and the one it is merged into are not two of equal pixels",
                      m->err);
    }
    const char *reason = refuses_pair(m, from, into);
    if (reason == NULL && (out->into[from->asset] != NO_INDEX)) {
        reason = "it is merged twice";
    }
    if (reason == NULL &&
        (is_downscaled(m, asked, from) || is_downscaled(m, asked, into))) {
        reason = "it or the one it is merged into gets other sides";
    }
    out->into[from->asset] = into->asset;
    out->count++;
    return reason == NULL ? PA_OK : refuse(row, index, reason, m->err);
}

/* What stands for another one is itself. */
static pa_status check_chains(const game *g, const merge_map *in, pa_error *err) {
    for (uint32_t i = 0; i < g->asset_count; i++) {
        if (in->into[i] != NO_INDEX && in->into[in->into[i]] != NO_INDEX) {
            return error_set(err, PA_USAGE,
                             "texture %.*s is merged into one that is merged itself",
                             STR_ARGS(g->assets[i].uuid));
        }
    }
    return PA_OK;
}

pa_status merge_read(const pa_audit *audit, const plan *asked, const pool *how,
                     arena *mem, merge_map *out, pa_error *err) {
    merging m = {.audit = audit, .err = err};
    image_users *users = NULL;
    if (plan_count(asked, ACTION_MERGE) == 0) {
        return PA_OK;
    }
    pa_status status = map_open(&audit->g, mem, out, err);
    if (status == PA_OK) {
        status = use_of_images(audit, mem, &users, err);
    }
    m.users = users;
    if (status == PA_OK) {
        status = merging_open(&m, how);
    }
    for (size_t i = 0; status == PA_OK && i < asked->count; i++) {
        if (asked->actions[i].kind == ACTION_MERGE) {
            status = read_merge(&m, asked, i, mem, out);
        }
    }
    if (status == PA_OK) {
        status = check_chains(&audit->g, out, err);
    }
    merging_clear(&m);
    return status == PA_OK ? arena_status(mem, err) : status;
}
