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

/* The sides of the picture that counts for pixels. */
static const picture *plain_picture(const image *row) {
    for (uint32_t i = 0; i < row->variant_count; i++) {
        const picture *file = &row->pictures[i];
        if (file->file != TREE_NONE && file->is_decoded &&
            file->info.format < PICTURE_PVR) {
            return file;
        }
    }
    return NULL;
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
    out->is_face = users->is_face;
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

/* What was found for each image; what was not keeps its sides. */
static pa_status sides_of_all(const choosing *c, const candidate_list *found,
                              image_sides **out) {
    const image_table *images = &c->audit->images;
    *out = arena_alloc(c->mem, (size_t)images->count + 1, sizeof **out);
    if (*out == NULL) {
        return error_nomem(c->err);
    }
    for (uint32_t i = 0; i < images->count; i++) {
        const picture *plain = plain_picture(&images->rows[i]);
        if (plain != NULL) {
            (*out)[i] = (image_sides){plain->info.width_px, plain->info.height_px};
        }
    }
    for (size_t i = 0; i < found->count; i++) {
        const candidate *row = &found->rows[i];
        (*out)[row->image] = (image_sides){row->width_px, row->height_px};
    }
    return PA_OK;
}

/* Takes the new sides back from faces whose cube would not be whole. */
static pa_status keep_cubes_whole(const choosing *c, candidate_list *found) {
    uint32_t *cubes = NULL;
    image_sides *sides = NULL;
    pa_status status = cubes_of_images(c->audit, c->mem, &cubes, c->err);
    if (status == PA_OK) {
        status = sides_of_all(c, found, &sides);
    }
    size_t kept = 0;
    for (size_t i = 0; status == PA_OK && i < found->count; i++) {
        candidate *row = &found->rows[i];
        if (row->is_face &&
            !cube_is_whole(cubes, sides, c->audit->images.count, row->image)) {
            const picture *plain = plain_picture(&c->audit->images.rows[row->image]);
            row->is_scaled = false;
            row->width_px = plain->info.width_px;
            row->height_px = plain->info.height_px;
            status = refuse(c, row->image, CUBE_IS_TORN);
        }
        if (row->is_scaled || row->step_count > 0 || row->drops_alpha) {
            found->rows[kept++] = *row;
        }
    }
    found->count = kept;
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
        candidate one = {.image = i};
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

/* ---- a plan without a budget --------------------------------------------------------
 */

uint64_t plan_peak(const pa_audit *audit, const audit_view *view, uint32_t from,
                   uint32_t to) {
    if (from != to) {
        return view->transitions[(size_t)from * audit->stage_count + to].upper_bytes;
    }
    const set_cost *cost = &view->stages[to];
    uint64_t resident = set_resident_bytes(cost);
    return cost->load.upper_bytes > resident ? cost->load.upper_bytes : resident;
}

uint64_t plan_worst_peak(const pa_audit *audit, const audit_view *view, uint32_t *from,
                         uint32_t *to) {
    uint64_t largest = 0;
    for (uint32_t i = 0; i < audit->stage_count; i++) {
        for (uint32_t j = 0; j < audit->stage_count; j++) {
            uint64_t peak = plan_peak(audit, view, i, j);
            if (peak > largest) {
                largest = peak;
                *from = i;
                *to = j;
            }
        }
    }
    return largest;
}

static uint64_t all_gpu_bytes(const audit_view *view) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < view->texture_count; i++) {
        sum += view->textures[i].cost.gpu_bytes;
    }
    return sum;
}

const action drop_alpha_step = {.kind = ACTION_DROP_ALPHA};

pa_status candidate_to_plan(const pa_audit *audit, const candidate *from,
                            const action *step, uint64_t before_bytes,
                            uint64_t after_bytes, plan *out, pa_error *err) {
    action row = step != NULL ? *step : (action){.kind = ACTION_DOWNSCALE};
    row.asset = audit->g.assets[audit->images.rows[from->image].asset].uuid;
    row.before_bytes = before_bytes;
    row.after_bytes = after_bytes;
    if (step == NULL) {
        row.width_px = from->width_px;
        row.height_px = from->height_px;
        row.linear = from->linear;
        row.frames_of_code = from->frames_of_code;
        row.floor = from->floor;
    }
    return plan_add(out, &row, err);
}

uint64_t candidate_pixels(const pa_audit *audit, const candidate *row) {
    const picture *plain = plain_picture(&audit->images.rows[row->image]);
    return plain == NULL ? 0 : (uint64_t)plain->info.width_px * plain->info.height_px;
}

void candidate_choose(what_if *w, const candidate *row, uint32_t option) {
    bool is_scaled = candidate_is_scaled(row, option);
    const action *step = candidate_step(row, option);
    what_if_reset(w, row->image, is_scaled ? row->width_px : 0,
                  is_scaled ? row->height_px : 0);
    if (step != NULL) {
        what_if_add(w, row->image, step);
    }
}

pa_status candidate_option_to_plan(const pa_audit *audit, const candidate *row,
                                   uint32_t option, uint64_t before_bytes,
                                   uint64_t after_bytes, plan *out, pa_error *err) {
    const action *step = candidate_step(row, option);
    pa_status status = PA_OK;
    if (candidate_is_scaled(row, option)) {
        status = candidate_to_plan(audit, row, NULL, before_bytes, after_bytes, out, err);
    }
    if (status == PA_OK && step != NULL) {
        status = candidate_to_plan(audit, row, step, before_bytes, after_bytes, out, err);
    }
    if (status == PA_OK && row->drops_alpha) {
        status = candidate_to_plan(audit, row, &drop_alpha_step, before_bytes,
                                   after_bytes, out, err);
    }
    return status;
}

void plan_sum_up(const pa_audit *audit, const audit_view *before, const audit_view *after,
                 plan_result *told) {
    uint32_t from = 0;
    uint32_t to = 0;
    told->device = before->device;
    told->budget_bytes = told->device == NULL ? 0 : told->device->image_budget_bytes;
    told->before_bytes = plan_worst_peak(audit, before, &from, &to);
    told->after_bytes = plan_worst_peak(audit, after, &from, &to);
    told->gpu_before_bytes = all_gpu_bytes(before);
    told->gpu_after_bytes = all_gpu_bytes(after);
    told->fits = told->after_bytes <= told->budget_bytes;
}

what_if *recipe_what_if(const pa_audit *audit, const candidate_list *from,
                        pa_error *err) {
    what_if *w = what_if_new(audit, err);
    if (w != NULL && what_if_merge(w, &from->merged, err) != PA_OK) {
        what_if_free(w);
        w = NULL;
    }
    for (size_t i = 0; w != NULL && i < from->count; i++) {
        if (from->rows[i].drops_alpha) {
            what_if_drop_alpha(w, from->rows[i].image);
        }
    }
    return w;
}

pa_status recipe_apply(const pa_audit *audit, const candidate_list *from, const pool *how,
                       plan *out, plan_result *told, pa_error *err) {
    const audit_view *before = &audit->views[0];
    const audit_view *after = NULL;
    what_if *w = recipe_what_if(audit, from, err);
    pa_status status = w == NULL ? err->status : PA_OK;
    for (size_t i = 0; status == PA_OK && i < from->count; i++) {
        const candidate *row = &from->rows[i];
        what_if_reset(w, row->image, row->width_px, row->height_px);
        for (uint32_t j = 0; j < row->step_count; j++) {
            what_if_add(w, row->image, &row->steps[j]);
        }
    }
    if (status == PA_OK) {
        status = what_if_cost(w, how, &after, err);
    }
    for (size_t i = 0; status == PA_OK && i < from->count; i++) {
        const candidate *row = &from->rows[i];
        uint64_t old = image_gpu_bytes(before, row->image);
        uint64_t new = image_gpu_bytes(after, row->image);
        if (row->is_scaled) {
            status = candidate_to_plan(audit, row, NULL, old, new, out, err);
        }
        for (uint32_t j = 0; status == PA_OK && j < row->step_count; j++) {
            status = candidate_to_plan(audit, row, &row->steps[j], old, new, out, err);
        }
        if (status == PA_OK && row->drops_alpha) {
            status = candidate_to_plan(audit, row, &drop_alpha_step, old, new, out, err);
        }
    }
    if (status == PA_OK) {
        plan_sum_up(audit, before, after, told);
    }
    what_if_free(w);
    return status;
}
