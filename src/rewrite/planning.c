/* planning.c - from what a user asks to a written plan.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/astc_encode.h"
#include "packaudit/rewrite.h"
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
        return error_set(err, PA_USAGE,
                         "no format '%s'; known are astc-WxH (4x4 to 12x12), etc2, etc1, "
                         "webp, png, jpg",
                         name);
    }
    bool has_quality = step.to == ENCODE_WEBP || step.to == ENCODE_JPEG;
    if (has_quality && options->quality > 0) {
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

static pa_status make_recipe(const pa_audit *audit, const pa_plan_options *options,
                             recipe *out, pa_error *err) {
    const device *one = audit->views[0].device;
    *out = (recipe){.max_side_px = options->max_side_px,
                    .match = str_of(options->match),
                    .bundle = str_of(options->bundle)};
    if (options->is_fitting && one == NULL) {
        return error_set(err, PA_USAGE, "there is no device to fit");
    }
    if (options->bundle != NULL && game_bundle(&audit->g, out->bundle) == NO_INDEX) {
        return error_set(err, PA_USAGE, "the build has no bundle '%s'", options->bundle);
    }
    pa_status status = PA_OK;
    for (unsigned i = 0; status == PA_OK && i < options->compress_count; i++) {
        status = add_step(out, options->compress[i], options, err);
    }
    if (status == PA_OK && options->is_fitting && options->compress_count == 0) {
        status = add_steps_of(out, one, options, err);
    }
    return status;
}

static pa_status make_plan(const pa_audit *audit, const recipe *from,
                           const pa_options *how, bool is_fitting, plan *out,
                           plan_result *told, pa_error *err) {
    candidate_list found = {0};
    pool work = audit_pool(how);
    pa_status status = recipe_candidates(audit, from, &out->mem, &found, out, err);
    if (status != PA_OK) {
        return status;
    }
    return is_fitting ? recipe_fit(audit, &found, &work, out, told, err)
                      : recipe_apply(audit, &found, &work, out, told, err);
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
    recipe from = {0};
    plan made = {0};
    plan_result result = {0};
    pa_status status = make_recipe(audit, options, &from, err);
    if (status == PA_OK) {
        status = make_plan(audit, &from, how, options->is_fitting, &made, &result, err);
    }
    if (status == PA_OK) {
        status = write_plan(audit, &made, &result, sink, ctx, err);
        *told = (pa_plan_summary){.action_count = made.count,
                                  .refused_count = made.refused_count,
                                  .fits = result.fits && result.device != NULL,
                                  .budget_bytes = result.budget_bytes,
                                  .before_bytes = result.before_bytes,
                                  .after_bytes = result.after_bytes};
    }
    plan_clear(&made);
    pa_audit_free(audit);
    return status;
}
