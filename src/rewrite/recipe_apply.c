/* recipe_apply.c - a plan without a budget, and what every plan comes to.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/recipe.h"

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
