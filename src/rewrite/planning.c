/* planning.c - from what a user asks to a written plan.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/astc_encode.h"
#include "packaudit/rewrite.h"
#include "rewrite/cache.h"
#include "rewrite/drop.h"
#include "rewrite/encode.h"
#include "rewrite/fallback.h"
#include "rewrite/merge.h"
#include "rewrite/recipe.h"

static pa_status set_preset(const char *name, action *step, pa_error *err) {
    for (uint32_t i = 0; i < ASTC_PRESET_COUNT; i++) {
        if (str_is(str_of(name), astc_preset_name((astc_preset)i))) {
            step->preset = i;
            return PA_OK;
        }
    }
    return error_set(err, PA_USAGE,
                     "no preset '%s'; known are fastest, fast, medium, thorough", name);
}

static pa_status add_step(recipe *out, const char *name, const pa_plan_options *options,
                          pa_error *err) {
    action step = {.kind = ACTION_COMPRESS};
    if (!encoding_of_name(str_of(name), &step)) {
        return error_set(err, PA_USAGE, "no format '%s'; known are " ENCODING_NAMES,
                         name);
    }
    if (encoding_has_quality(step.to) && options->quality > 0) {
        step.quality = options->quality;
    }
    out->steps[out->step_count++] = step;
    return options->preset == NULL
               ? PA_OK
               : set_preset(options->preset, &out->steps[out->step_count - 1], err);
}

/* What a device reads, the dearest in memory and best in looks first. */
static pa_status add_steps_of(recipe *out, const device *one,
                              const pa_plan_options *options, pa_error *err) {
    static const char *const astc[] = {"astc-4x4", "astc-6x6", "astc-8x8", NULL};
    static const char *const etc[] = {"etc2", NULL};
    static const char *const none[] = {NULL};
    const char *const *names = one->formats.astc ? astc : one->formats.etc2 ? etc : none;
    pa_status status = PA_OK;
    for (; status == PA_OK && *names != NULL; names++) {
        status = add_step(out, *names, options, err);
    }
    return status;
}

static uint32_t deeds_of(const pa_plan_options *options) {
    return (options->drops_unused ? RECIPE_DROP_UNUSED : 0) |
           (options->merges ? RECIPE_MERGE : 0) |
           (options->drops_alpha ? RECIPE_DROP_ALPHA : 0) |
           (options->drops_fallback ? RECIPE_DROP_FALLBACK : 0);
}

/* The recipe that options are. */
static pa_status recipe_of_options(const pa_audit *audit, const pa_plan_options *options,
                                   recipe *out, pa_error *err) {
    const device *one = audit->views[0].device;
    pa_status status = PA_OK;
    out->max_side_px = options->max_side_px;
    out->deeds = deeds_of(options);
    out->linear = options->linear_light;
    out->frames_of_code = options->frames_of_code;
    for (unsigned i = 0; status == PA_OK && i < options->compress_count; i++) {
        status = add_step(out, options->compress[i], options, err);
    }
    if (status == PA_OK && options->is_fitting && options->compress_count == 0) {
        status = add_steps_of(out, one, options, err);
    }
    return status;
}

/* One of the rules file. */
static void recipe_of_row(const recipe_row *row, recipe *out) {
    out->row = row;
    out->max_side_px = row->max_side_px;
    out->linear = row->linear;
    out->frames_of_code = row->frames_of_code;
    out->floor = row->floor;
    out->deeds = row->deeds;
    for (uint32_t i = 0; i < row->format_count; i++) {
        const encoding_kind *kind = &row->formats[i];
        bool is_graded = encoding_has_quality(kind->to) && row->quality > 0;
        out->steps[out->step_count++] =
            (action){.kind = ACTION_COMPRESS,
                     .to = kind->to,
                     .block_width_px = kind->block_width_px,
                     .block_height_px = kind->block_height_px,
                     .preset = row->preset,
                     .quality = is_graded ? row->quality : encoding_usual_quality(kind),
                     .floor = row->floor};
    }
}

static pa_status check_fallback(const pa_audit *audit, const recipe_list *from,
                                pa_error *err) {
    bool is_wanted = recipe_list_has(from, RECIPE_DROP_FALLBACK);
    return is_wanted && audit->views[0].device == NULL
               ? error_set(err, PA_USAGE,
                           "pictures that every device reads go only when devices are "
                           "named that need none: '--device', or 'devices' in the rules "
                           "file")
               : PA_OK;
}

/* Options say what is wanted; when they do not, the rules file does, and last of all the
 * device that is to be fit. */
static pa_status make_recipes(const pa_audit *audit, const pa_plan_options *options,
                              arena *mem, recipe_list *out, pa_error *err) {
    const rules_file *rules = &audit->rules;
    recipe common = {.match = str_of(options->match), .bundle = str_of(options->bundle)};
    bool is_said =
        options->compress_count > 0 || options->max_side_px > 0 || deeds_of(options) != 0;
    bool is_in_rules = !is_said && rules->recipe_count > 0;
    if (options->is_fitting && audit->views[0].device == NULL) {
        return error_set(err, PA_USAGE, "there is no device to fit");
    }
    if (options->bundle != NULL && game_bundle(&audit->g, common.bundle) == NO_INDEX) {
        return error_set(err, PA_USAGE, "the build has no bundle '%s'", options->bundle);
    }
    if ((options->linear_light || options->frames_of_code) && options->max_side_px == 0) {
        return error_set(err, PA_USAGE,
                         "'--linear-light' and '--frames-of-code' say how sides become "
                         "smaller: they need '--max-side'");
    }
    if (!is_said && !is_in_rules && !options->is_fitting) {
        return error_set(
            err, PA_USAGE,
            "a format, a longest side, something to drop or merge, a device to fit "
            "or recipes in the rules file are needed: what is to be looked "
            "for");
    }
    out->count = is_in_rules ? rules->recipe_count : 1;
    out->rows = arena_alloc(mem, out->count, sizeof *out->rows);
    if (out->rows == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < out->count; i++) {
        out->rows[i] = common;
        if (is_in_rules) {
            recipe_of_row(&rules->recipes[i], &out->rows[i]);
        }
    }
    pa_status status =
        is_in_rules ? PA_OK : recipe_of_options(audit, options, &out->rows[0], err);
    return status == PA_OK ? check_fallback(audit, out, err) : status;
}

/* Fits with what was encoded before at hand, if that is wanted. */
static pa_status fit(const pa_audit *audit, const candidate_list *found,
                     const pa_options *how, const pa_plan_options *options, plan *out,
                     plan_result *told, pa_error *err) {
    fit_tools with = {.work = audit_pool(how), .options = how};
    pa_status status = PA_OK;
    if (options->cache != NULL) {
        with.known =
            cache_open(options->cache, audit->g.files, options->cache_bytes, err);
        status = err->status;
    }
    if (status == PA_OK) {
        status = recipe_fit(audit, found, &with, out, told, err);
    }
    cache_close(with.known);
    return status;
}

static bool has_gpu_step(const candidate *row) {
    bool has = false;
    for (uint32_t i = 0; i < row->step_count; i++) {
        has |= encode_format(&row->steps[i], true) != GPU_RGBA8;
    }
    return has;
}

/* The choices of a fit are made image by image, and a cube is six. */
static pa_status leave_cubes(const pa_audit *audit, candidate_list *found, plan *out,
                             pa_error *err) {
    pa_status status = PA_OK;
    for (size_t i = 0; status == PA_OK && i < found->count; i++) {
        candidate *row = &found->rows[i];
        uint32_t asset_index = audit->images.rows[row->image].asset;
        if (row->is_face && (row->is_scaled || has_gpu_step(row))) {
            row->is_scaled = false;
            row->step_count = 0;
            status = plan_refuse(out, audit->g.assets[asset_index].uuid,
                                 game_asset_path(&audit->g, asset_index),
                                 "it is a face of a cube, and --fit chooses for images "
                                 "one by one",
                                 err);
        }
    }
    return status;
}

static pa_status make_plan(const pa_audit *audit, const recipe_list *from,
                           const pa_options *how, const pa_plan_options *options,
                           plan *out, plan_result *told, pa_error *err) {
    candidate_list found = {0};
    pool work = audit_pool(how);
    pa_status status = recipe_candidates(audit, from, &out->mem, &found, out, err);
    if (status == PA_OK && options->is_fitting) {
        status = leave_cubes(audit, &found, out, err);
    }
    if (status != PA_OK) {
        return status;
    }
    status = merge_plan(audit, &found, &work, out, err);
    if (status != PA_OK) {
        return status;
    }
    status = options->is_fitting ? fit(audit, &found, how, options, out, told, err)
                                 : recipe_apply(audit, &found, &work, out, told, err);
    if (status == PA_OK) {
        status = fallback_plan(audit, &found, out, err);
    }
    return status == PA_OK ? drop_plan(audit, from, &work, out, err) : status;
}

static pa_status write_plan(const pa_audit *audit, const plan *in,
                            const plan_result *told, pa_sink sink, void *ctx,
                            pa_error *err) {
    buf text = {0};
    pa_status status = plan_write(audit, in, told, &text, err);
    if (status == PA_OK && sink(ctx, text.at, text.size) != 0) {
        status = error_set(err, PA_OUTPUT, "the plan could not be written");
    }
    buf_clear(&text);
    return status;
}

pa_status pa_plan_write(const char *path, const pa_options *how,
                        const pa_plan_options *options, pa_plan_summary *told,
                        pa_sink sink, void *ctx, pa_error *err) {
    pa_options opened = *how;
    opened.depth = PA_DEPTH_PIXELS;
    opened.reads_every_alternative = true;
    pa_audit *audit = pa_audit_open(path, &opened, err);
    if (audit == NULL) {
        return err->status;
    }
    recipe_list from = {0};
    plan made = {0};
    plan_result result = {0};
    pa_status status = make_recipes(audit, options, &made.mem, &from, err);
    if (status == PA_OK) {
        status = make_plan(audit, &from, how, options, &made, &result, err);
    }
    if (status == PA_OK) {
        status = write_plan(audit, &made, &result, sink, ctx, err);
        *told = (pa_plan_summary){.action_count = made.count,
                                  .refused_count = made.refused_count,
                                  .fits = result.fits && result.device != NULL,
                                  .is_impossible = result.is_impossible,
                                  .cost = result.cost,
                                  .least_cost = result.least_cost,
                                  .budget_bytes = result.budget_bytes,
                                  .before_bytes = result.before_bytes,
                                  .after_bytes = result.after_bytes};
    }
    plan_clear(&made);
    pa_audit_free(audit);
    return status;
}
