/* twins.c - find textures that are the same, and who forbids that they become one.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/twins.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "rewrite/script_ids.h"

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

bool twins_are_equal(const twin *a, const twin *b) {
    return a->hash[0] == b->hash[0] && a->hash[1] == b->hash[1];
}

static void list_twins(twin_list *in) {
    const audit_view *view = &in->audit->views[0];
    for (uint32_t i = 0; i < view->texture_count; i++) {
        const texture_row *row = &view->textures[i];
        if (row->is_render || row->image_count != 1) {
            continue;
        }
        const image *of = &in->audit->images.rows[row->images[0]];
        if (of->variant_count > 0 && of->pictures[0].is_decoded) {
            const uint64_t *hash = of->pictures[0].facts.pixel_hash;
            in->rows[in->count++] =
                (twin){{hash[0], hash[1]}, row->asset, row->images[0], NULL};
        }
    }
    if (in->count > 1) {
        qsort(in->rows, in->count, sizeof *in->rows, by_pixels);
    }
}

/* Only those that have an equal. */
static void leave_single_out(twin_list *in) {
    size_t kept = 0;
    bool was_equal = false;
    for (size_t i = 0; i < in->count; i++) {
        bool is_equal =
            i + 1 < in->count && twins_are_equal(&in->rows[i], &in->rows[i + 1]);
        if (is_equal || was_equal) {
            in->rows[kept++] = in->rows[i];
        }
        was_equal = is_equal;
    }
    in->count = kept;
}

/* The id without "@6c48a": it names image, texture and sprite frame. */
static str bare_id(str uuid) {
    return str_part(uuid, 0, str_find(uuid, '@', 0));
}

static pa_status find_named(twin_list *in, const pool *how, pa_error *err) {
    str *ids = mem_alloc(in->count + 1, sizeof *ids);
    in->is_named = mem_zero(in->count + 1, sizeof *in->is_named);
    pa_status status = ids == NULL || in->is_named == NULL ? error_nomem(err) : PA_OK;
    for (size_t i = 0; status == PA_OK && i < in->count; i++) {
        ids[i] = bare_id(in->audit->g.assets[in->rows[i].asset].uuid);
    }
    if (status == PA_OK) {
        status =
            script_ids_find(in->audit->g.files, how, ids, in->count, in->is_named, err);
    }
    mem_free(ids);
    return status;
}

void twin_list_clear(twin_list *in) {
    mem_free(in->rows);
    mem_free(in->is_named);
    *in = (twin_list){0};
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

static const char *refuses_one(const twin_list *in, const twin *one) {
    const game *g = &in->audit->g;
    const image_users *users = &in->users[one->image];
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
        {in->is_named[one - in->rows], "a script names its id, and may load it by that"},
        {is_at_start(g, one->asset), "the launcher loads it"},
        {has_path(g, one->asset) || has_path(g, in->audit->images.rows[one->image].asset),
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

/* The bundle that gives an asset to documents of another one, or NO_INDEX. */
static uint32_t giver_of(const game *g, uint32_t bundle_index, uint32_t asset_index) {
    bool is_listed = false;
    uint32_t found =
        game_lookup(g, bundle_index, g->assets[asset_index].uuid, &is_listed);
    return found == NO_INDEX ? NO_INDEX : g->copies[found].bundle;
}

/* A dependency is looked up in its user's bundle, which may send on to another one: that
 * must be there when the user is, so it is the user's own or the one that gives the old
 * texture (cocos-engine 3.8.5 asset-manager/url-transformer.ts, parse). */
static bool is_listed_for_users(const game *g, uint32_t from, uint32_t into) {
    bool is_there = true;
    for (uint32_t i = 0; is_there && i < g->copy_count; i++) {
        uint32_t user = g->copies[i].bundle;
        if (refers_to(g, &g->copies[i], from)) {
            uint32_t giver = giver_of(g, user, into);
            is_there =
                giver != NO_INDEX && (giver == user || giver == giver_of(g, user, from));
        }
    }
    return is_there;
}

const char *twins_refuse(const twin_list *in, const twin *from, const twin *into) {
    const game *g = &in->audit->g;
    const image *rows = in->audit->images.rows;
    if (from->refused != NULL) {
        return from->refused;
    }
    if (into->refused != NULL) {
        return "the texture with the same pixels may not be shared";
    }
    if (!are_same_files(&rows[from->image], &rows[into->image])) {
        return "the texture with the same pixels has other alternatives";
    }
    if (!are_same_textures(g, from->asset, into->asset)) {
        return "the texture with the same pixels is sampled otherwise";
    }
    if (!are_used_alike(&in->users[from->image], &in->users[into->image])) {
        return "the texture with the same pixels is used for something else";
    }
    return is_listed_for_users(g, from->asset, into->asset)
               ? NULL
               : "a bundle that uses it does not store the texture with the same pixels";
}

pa_status twins_find(const pa_audit *audit, const image_users *users, const pool *how,
                     twin_list *out, pa_error *err) {
    *out = (twin_list){.audit = audit, .users = users};
    out->rows = mem_alloc((size_t)audit->views[0].texture_count + 1, sizeof *out->rows);
    if (out->rows == NULL) {
        return error_nomem(err);
    }
    list_twins(out);
    leave_single_out(out);
    pa_status status = find_named(out, how, err);
    for (size_t i = 0; status == PA_OK && i < out->count; i++) {
        out->rows[i].refused = refuses_one(out, &out->rows[i]);
    }
    return status;
}
