/* recipe.c - from a recipe to what may be done, and to a plan without a budget.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/recipe.h"

#include "base/bitset.h"
#include "rewrite/cube.h"
#include "rewrite/encode.h"

bool recipe_list_has(const recipe_list *list, recipe_deed deed) {
    bool has = false;
    for (uint32_t i = 0; i < list->count; i++) {
        has |= (list->rows[i].deeds & deed) != 0;
    }
    return has;
}

static bool is_chosen(const pa_audit *audit, const recipe *from, uint32_t image_index) {
    const game *g = &audit->g;
    const image *row = &audit->images.rows[image_index];
    str uuid = g->assets[row->asset].uuid;
    str path = game_asset_path(g, row->asset);
    bool is_matched = from->match.size == 0 || str_glob(from->match, path) ||
                      str_glob(from->match, uuid);
    for (uint32_t i = 0; !is_matched && i < row->variant_count; i++) {
        tree_id file = row->pictures[i].file;
        is_matched =
            file != TREE_NONE && str_glob(from->match, tree_get(g->files, file)->path);
    }
    bool is_in_bundle = from->bundle.size == 0;
    for (uint32_t i = 0; !is_in_bundle && i < g->copy_count; i++) {
        is_in_bundle =
            g->copies[i].asset == row->asset &&
            str_equal(g->found.bundles[g->copies[i].bundle].name, from->bundle);
    }
    return is_matched && is_in_bundle;
}

static bool is_this_already(const image *row, const picture *plain, const action *step) {
    str extension = encode_extension(step);
    gpu_format wanted = encode_format(step, plain->facts.is_opaque);
    for (uint32_t i = 0; i < row->variant_count; i++) {
        if (str_equal(row->variants[i].extension, extension) &&
            row->pictures[i].file != TREE_NONE && row->variants[i].gpu == wanted &&
            wanted != GPU_RGBA8) {
            return true;
        }
    }
    return false;
}

/* ---- which recipe
 * ----------------------------------------------------------------------
 */

/* At a place: by the bundle and path of a copy, by a file, by the uuid. */
static bool is_at(const pa_audit *audit, str place, const image *row) {
    const game *g = &audit->g;
    finding here = {.asset = g->assets[row->asset].uuid};
    bool is_there = policy_is_at(place, &here);
    for (uint32_t i = 0; !is_there && i < row->variant_count; i++) {
        tree_id file = row->pictures[i].file;
        here.file = file == TREE_NONE ? (str){0} : tree_get(g->files, file)->path;
        is_there = policy_is_at(place, &here);
    }
    here.path = game_asset_path(g, row->asset);
    for (uint32_t i = 0; !is_there && i < g->copy_count; i++) {
        here.bundle = g->found.bundles[g->copies[i].bundle].name;
        is_there = g->copies[i].asset == row->asset && policy_is_at(place, &here);
    }
    return is_there;
}

static bool is_stored_in(const game *g, str name, uint32_t asset_index) {
    for (uint32_t i = 0; i < g->copy_count; i++) {
        if (g->copies[i].asset == asset_index &&
            str_glob(name, g->found.bundles[g->copies[i].bundle].name)) {
            return true;
        }
    }
    return false;
}

static bool is_shown_in(const pa_audit *audit, str glob, uint32_t asset_index) {
    for (uint32_t i = 0; i < audit->stage_count; i++) {
        const stage *s = &audit->stages[i];
        bool is_named = str_glob(glob, s->name) || str_glob(glob, s->id);
        if (is_named && bitset_has(audit->views[0].stages[i].assets, asset_index)) {
            return true;
        }
    }
    return false;
}

static bool row_means(const pa_audit *audit, const recipe_row *row,
                      const image_users *users, uint32_t image_index,
                      const picture *plain) {
    const image *one = &audit->images.rows[image_index];
    uint32_t side_px = 0;
    if (plain != NULL) {
        side_px = plain->info.width_px > plain->info.height_px ? plain->info.width_px
                                                               : plain->info.height_px;
    }
    return side_px >= row->min_side_px &&
           (row->uses == 0 || (row->uses & users[image_index].kinds) != 0) &&
           (!row->has_alpha ||
            (plain != NULL && row->alpha == !plain->facts.is_opaque)) &&
           (row->min_bytes == 0 ||
            image_gpu_bytes(&audit->views[0], image_index) >= row->min_bytes) &&
           (row->at.size == 0 || is_at(audit, row->at, one)) &&
           (row->bundle.size == 0 || is_stored_in(&audit->g, row->bundle, one->asset)) &&
           (row->scene.size == 0 || is_shown_in(audit, row->scene, one->asset));
}

/* One that only drops files leaves images to the others. */
static bool is_about_images(const recipe *one) {
    bool is_kept = one->row != NULL && one->row->keeps;
    return is_kept || one->step_count > 0 || one->max_side_px > 0 ||
           (one->deeds & ~(uint32_t)RECIPE_DROP_UNUSED) != 0;
}

/* The last recipe that means an image, or NULL. */
static const recipe *find_recipe(const pa_audit *audit, const recipe_list *from,
                                 const image_users *users, uint32_t image_index,
                                 const picture *plain) {
    for (uint32_t i = from->count; i > 0; i--) {
        const recipe *one = &from->rows[i - 1];
        if (is_about_images(one) && is_chosen(audit, one, image_index) &&
            (one->row == NULL || row_means(audit, one->row, users, image_index, plain))) {
            return one;
        }
    }
    return NULL;
}

/* ---- what it may do
 * --------------------------------------------------------------------
 */

typedef struct choosing {
    const pa_audit *audit;
    const recipe *from;
    const image_users *users;
    arena *mem;
    plan *out;
    pa_error *err;
} choosing;

static pa_status refuse(const choosing *c, uint32_t image_index, const char *reason) {
    uint32_t asset_index = c->audit->images.rows[image_index].asset;
    return plan_refuse(c->out, c->audit->g.assets[asset_index].uuid,
                       game_asset_path(&c->audit->g, asset_index), reason, c->err);
}

/* Halves both sides until none is too long. */
static pa_status choose_sides(const choosing *c, const picture *plain, candidate *out) {
    action half = {.kind = ACTION_DOWNSCALE,
                   .width_px = plain->info.width_px,
                   .height_px = plain->info.height_px};
    uint32_t most = c->from->max_side_px;
    while (most > 0 && (half.width_px > most || half.height_px > most)) {
        half.width_px = half.width_px > 1 ? half.width_px / 2 : 1;
        half.height_px = half.height_px > 1 ? half.height_px / 2 : 1;
    }
    out->width_px = plain->info.width_px;
    out->height_px = plain->info.height_px;
    if (half.width_px == out->width_px && half.height_px == out->height_px) {
        return PA_OK;
    }
    const image_users *users = &c->users[out->image];
    half.floor = c->from->floor;
    half.frames_of_code = c->from->frames_of_code && users->frames.by_code != NULL;
    const char *reason = use_refuses(c->audit, users, out->image, &half, c->mem);
    if (reason != NULL) {
        return refuse(c, out->image, reason);
    }
    out->linear = c->from->linear;
    out->frames_of_code = half.frames_of_code;
    out->width_px = half.width_px;
    out->height_px = half.height_px;
    out->is_scaled = true;
    out->floor = c->from->floor;
    return PA_OK;
}

static pa_status choose_steps(const choosing *c, const picture *plain, candidate *out) {
    const image *row = &c->audit->images.rows[out->image];
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < c->from->step_count; i++) {
        const action *step = &c->from->steps[i];
        if (is_this_already(row, plain, step)) {
            continue;
        }
        const char *reason =
            use_refuses(c->audit, &c->users[out->image], out->image, step, c->mem);
        if (reason != NULL) {
            status = refuse(c, out->image, reason);
        } else {
            out->steps[out->step_count++] = *step;
        }
    }
    return status;
}

static pa_status choose_alpha(const choosing *c, candidate *out) {
    action wanted = {.kind = ACTION_DROP_ALPHA};
    if ((c->from->deeds & RECIPE_DROP_ALPHA) == 0) {
        return PA_OK;
    }
    const char *reason =
        use_refuses(c->audit, &c->users[out->image], out->image, &wanted, c->mem);
    out->drops_alpha = reason == NULL;
    return PA_OK;
}

/* What each image will be; one that was not found stays as it is. */
static pa_status forms_of_all(const choosing *c, const candidate_list *found,
                              face_form **out) {
    const image_table *images = &c->audit->images;
    *out = arena_alloc(c->mem, (size_t)images->count + 1, sizeof **out);
    if (*out == NULL) {
        return error_nomem(c->err);
    }
    size_t next = 0;
    for (uint32_t i = 0; i < images->count; i++) {
        const picture *plain = plain_picture(&images->rows[i]);
        bool is_found = next < found->count && found->rows[next].image == i;
        candidate one = {.image = i};
        if (is_found) {
            one = found->rows[next++];
        } else if (plain != NULL) {
            one.width_px = plain->info.width_px;
            one.height_px = plain->info.height_px;
        }
        (*out)[i] = (face_form){.width_px = one.width_px, .height_px = one.height_px};
        face_form_take(&(*out)[i], c->audit, &c->users[i], i, one.steps, one.step_count,
                       plain != NULL && plain->facts.is_opaque);
    }
    return PA_OK;
}

/* Takes back from a face what its cube does not get as a whole. */
static pa_status keep_face(const choosing *c, bool has_gpu, candidate *row) {
    const picture *plain = plain_picture(&c->audit->images.rows[row->image]);
    if (!row->is_scaled && (!has_gpu || row->step_count == 0)) {
        return PA_OK;
    }
    row->is_scaled = false;
    row->width_px = plain->info.width_px;
    row->height_px = plain->info.height_px;
    row->step_count = has_gpu ? 0 : row->step_count;
    return refuse(c, row->image, CUBE_IS_TORN);
}

static pa_status keep_cubes_whole(const choosing *c, candidate_list *found) {
    uint32_t *cubes = NULL;
    face_form *forms = NULL;
    pa_status status = cubes_of_images(c->audit, c->mem, &cubes, c->err);
    if (status == PA_OK) {
        status = forms_of_all(c, found, &forms);
    }
    size_t kept = 0;
    for (size_t i = 0; status == PA_OK && i < found->count; i++) {
        candidate *row = &found->rows[i];
        if (row->is_face &&
            !cube_is_whole(cubes, forms, c->audit->images.count, row->image)) {
            status = keep_face(c, forms[row->image].has_gpu, row);
        }
        if (row->is_scaled || row->step_count > 0 || row->drops_alpha) {
            found->rows[kept++] = *row;
        }
    }
    found->count = kept;
    return status;
}

pa_status recipe_candidates(const pa_audit *audit, const recipe_list *from, arena *mem,
                            candidate_list *found, plan *out, pa_error *err) {
    image_users *users = NULL;
    size_t room = (size_t)audit->images.count + 1;
    *found = (candidate_list){0};
    found->rows = arena_alloc(mem, room, sizeof(candidate));
    found->deeds = arena_alloc(mem, room, sizeof *found->deeds);
    if (found->rows == NULL || found->deeds == NULL) {
        return error_nomem(err);
    }
    pa_status status = use_of_images(audit, mem, &users, err);
    found->users = users;
    for (uint32_t i = 0; status == PA_OK && i < audit->images.count; i++) {
        const picture *plain = plain_picture(&audit->images.rows[i]);
        const recipe *meant = find_recipe(audit, from, users, i, plain);
        choosing c = {audit, meant, users, mem, out, err};
        candidate one = {.image = i, .is_face = users[i].is_face};
        if (meant == NULL || (meant->row != NULL && meant->row->keeps)) {
            continue;
        }
        found->deeds[i] = meant->deeds;
        bool is_edited = meant->step_count > 0 || meant->max_side_px > 0;
        if (plain == NULL && !is_edited) {
            continue;
        }
        if (plain == NULL) {
            status = refuse(&c, i, "none of its files is a picture that can be decoded");
            continue;
        }
        status = choose_sides(&c, plain, &one);
        if (status == PA_OK) {
            status = choose_steps(&c, plain, &one);
        }
        if (status == PA_OK) {
            status = choose_alpha(&c, &one);
        }
        if (one.is_scaled || one.step_count > 0 || one.drops_alpha) {
            found->rows[found->count++] = one;
        }
    }
    if (status == PA_OK) {
        choosing all = {audit, NULL, users, mem, out, err};
        status = keep_cubes_whole(&all, found);
    }
    return status == PA_OK ? arena_status(mem, err) : status;
}
