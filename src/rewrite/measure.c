/* measure.c - whether what was chosen keeps its floor of quality: it is encoded, as it
 * will be when the plan is carried out, and compared.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "rewrite/recipe.h"
#include "rewrite/work.h"

/* Only what has a floor needs to be measured. */
static bool is_asked(const candidate *row, uint32_t option) {
    const action *step = candidate_step(row, option);
    bool has_one = (step != NULL && quality_has_floor(step->floor)) ||
                   (candidate_is_scaled(row, option) && quality_has_floor(row->floor));
    return has_one && (row->measured >> option & 1) == 0;
}

static bool is_below(const image_work *work) {
    bool is_any = work->is_scale_below;
    for (uint32_t i = 0; i < work->file_count; i++) {
        is_any |= work->files[i].is_below;
    }
    return is_any;
}

static pa_status tell(const pa_audit *audit, const candidate *row, uint32_t option,
                      plan *out, pa_error *err) {
    uint32_t asset_index = audit->images.rows[row->image].asset;
    const action *step = candidate_step(row, option);
    buf why = {0};
    if (step != NULL) {
        encoding_name(step, &why);
    }
    if (candidate_is_scaled(row, option)) {
        buf_format(&why, "%s%u x %u", step != NULL ? " of " : "", row->width_px,
                   row->height_px);
    }
    buf_add_text(&why, " would fall below the floor of quality");
    buf_add_byte(&why, '\0');
    str reason = why.failed ? (str){0} : arena_copy(&out->mem, str_of(why.at));
    buf_clear(&why);
    return reason.at == NULL
               ? error_nomem(err)
               : plan_refuse(out, audit->g.assets[asset_index].uuid,
                             game_asset_path(&audit->g, asset_index), reason.at, err);
}

/* Of each image that was made, whether it is good enough. The list of work is in the
 * order of the images, as the candidates are. */
static pa_status judge(const pa_audit *audit, const candidate_list *from,
                       const uint32_t *choice, const work_list *list, plan *out,
                       bool *is_new, pa_error *err) {
    pa_status status = PA_OK;
    for (uint32_t w = 0; status == PA_OK && w < list->count; w++) {
        for (size_t i = 0; status == PA_OK && i < from->count; i++) {
            candidate *row = &from->rows[i];
            if (row->image != list->rows[w].image) {
                continue;
            }
            row->measured |= UINT32_C(1) << choice[i];
            if (is_below(&list->rows[w])) {
                row->barred |= UINT32_C(1) << choice[i];
                *is_new = true;
                status = tell(audit, row, choice[i], out, err);
            }
        }
    }
    return status;
}

pa_status fit_measure(const pa_audit *audit, const candidate_list *from,
                      const uint32_t *choice, const fit_tools *with, plan *out,
                      bool *is_new, pa_error *err) {
    plan asked = {0};
    work_list list = {0};
    pa_status status = PA_OK;
    for (size_t i = 0; status == PA_OK && i < from->count; i++) {
        if (is_asked(&from->rows[i], choice[i])) {
            status = candidate_option_to_plan(audit, &from->rows[i], choice[i], 0, 0,
                                              &asked, err);
        }
    }
    if (status == PA_OK && asked.count > 0) {
        status = work_list_make(audit, &asked, &list, err);
    }
    if (status == PA_OK && list.count > 0) {
        status =
            work_do(audit, &list, NULL, with->known, &with->work, with->options, err);
    }
    if (status == PA_OK) {
        status = judge(audit, from, choice, &list, out, is_new, err);
    }
    work_list_clear(&list);
    plan_clear(&asked);
    return status;
}
