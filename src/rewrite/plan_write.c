/* plan_write.c - a plan as text, and how it was come to.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/astc_encode.h"
#include "codec/json_write.h"
#include "rewrite/recipe.h"

static void write_parameters(const action *row, json_writer *w) {
    buf name = {0};
    if (row->kind == ACTION_DROP) {
        return;
    }
    encoding_name(row, &name);
    json_open_object(w, "parameters");
    if (row->kind == ACTION_DOWNSCALE) {
        json_put_u64(w, "width", row->width_px);
        json_put_u64(w, "height", row->height_px);
        if (row->linear) {
            json_put_bool(w, "linear", true);
        }
        if (row->frames_of_code) {
            json_put_bool(w, "frames_of_code", true);
        }
    } else {
        json_put_text(w, "format", buf_str(&name));
        if (encoding_has_quality(row->to)) {
            json_put_u64(w, "quality", row->quality);
        } else {
            json_put_text(w, "preset",
                          str_of(astc_preset_name((astc_preset)row->preset)));
        }
    }
    json_close_object(w);
    w->out->failed |= name.failed;
    buf_clear(&name);
}

static void write_floor(const quality_floor *floor, json_writer *w) {
    if (floor->psnr_millidb == 0 && floor->ssim_milli == 0) {
        return;
    }
    json_open_object(w, "floor");
    if (floor->psnr_millidb > 0) {
        json_put_u64(w, "psnr_millidb", floor->psnr_millidb);
    }
    if (floor->ssim_milli > 0) {
        json_put_u64(w, "ssim_milli", floor->ssim_milli);
    }
    json_close_object(w);
}

static void write_action(const pa_audit *audit, const action *row, json_writer *w) {
    json_open_object(w, NULL);
    w->is_flat = true;
    json_put_text(w, "kind", str_of(action_kind_name(row->kind)));
    if (row->file.size > 0) {
        json_put_text(w, "file", row->file);
    } else {
        json_put_text(w, "asset", row->asset);
        json_put_text(w, "path",
                      game_asset_path(&audit->g, map_get(&audit->g.by_uuid, row->asset)));
    }
    if (row->reason.size > 0) {
        json_put_text(w, "reason", row->reason);
    }
    write_parameters(row, w);
    write_floor(&row->floor, w);
    json_put_u64(w, "before_bytes", row->before_bytes);
    json_put_u64(w, "after_bytes", row->after_bytes);
    json_close_object(w);
    w->is_flat = false;
}

static void write_head(const pa_audit *audit, const plan_result *told, json_writer *w) {
    json_open_object(w, "build");
    json_put_text(w, "path", audit->g.path);
    json_put_text(w, "engine", audit->g.engine_text);
    json_put_text(w, "target", str_of(target_name(audit->g.target)));
    json_close_object(w);
    json_open_object(w, "result");
    if (told->device != NULL) {
        json_put_text(w, "device", told->device->name);
        json_put_u64(w, "budget_bytes", told->budget_bytes);
        json_put_bool(w, "fits", told->fits);
    }
    if (told->is_fitting) {
        json_put_bool(w, "is_proven_cheapest", told->is_minimal);
        json_put_u64(w, "cost", told->cost);
        if (told->fits) {
            json_put_u64(w, "least_cost", told->least_cost);
        } else {
            json_put_bool(w, "is_proven_impossible", told->is_impossible);
        }
    }
    json_put_u64(w, "worst_peak_before_bytes", told->before_bytes);
    json_put_u64(w, "worst_peak_after_bytes", told->after_bytes);
    json_put_u64(w, "gpu_before_bytes", told->gpu_before_bytes);
    json_put_u64(w, "gpu_after_bytes", told->gpu_after_bytes);
    json_close_object(w);
}

static void write_over(const pa_audit *audit, const plan_result *told, json_writer *w) {
    json_open_array(w, "over_budget");
    for (size_t i = 0; i < told->over_count; i++) {
        const over_budget *row = &told->over[i];
        json_open_object(w, NULL);
        w->is_flat = true;
        if (row->from != row->to) {
            json_put_text(w, "from", audit->stages[row->from].id);
        }
        json_put_text(w, "to", audit->stages[row->to].id);
        json_put_u64(w, "peak_bytes", row->peak_bytes);
        if (row->least_bytes > 0) {
            json_put_u64(w, "least_bytes", row->least_bytes);
        }
        json_close_object(w);
        w->is_flat = false;
    }
    json_close_array(w);
}

pa_status plan_write(const pa_audit *audit, const plan *in, const plan_result *told,
                     buf *out, pa_error *err) {
    json_writer w = {.out = out};
    json_open_object(&w, NULL);
    json_put_text(&w, "schema", str_of("packaudit.plan/1"));
    write_head(audit, told, &w);
    json_open_array(&w, "actions");
    for (size_t i = 0; i < in->count; i++) {
        write_action(audit, &in->actions[i], &w);
    }
    json_close_array(&w);
    write_over(audit, told, &w);
    json_open_array(&w, "refused");
    for (size_t i = 0; i < in->refused_count; i++) {
        json_open_object(&w, NULL);
        w.is_flat = true;
        json_put_text(&w, "asset", in->refused[i].asset);
        json_put_text(&w, "path", in->refused[i].path);
        json_put_text(&w, "reason", in->refused[i].reason);
        json_close_object(&w);
        w.is_flat = false;
    }
    json_close_array(&w);
    json_close_object(&w);
    return out->failed ? error_nomem(err) : PA_OK;
}
