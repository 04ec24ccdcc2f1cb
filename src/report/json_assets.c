/* json_assets.c - images and textures by the report's schema.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "report/json_assets.h"

#include <stdio.h>

#include "base/bitset.h"

void report_json_image_uuids(json_writer *w, const pa_audit *audit, const char *key,
                             const uint32_t *rows, uint32_t count) {
    json_open_array(w, key);
    for (uint32_t i = 0; i < count; i++) {
        json_put_text(w, NULL, audit->g.assets[audit->images.rows[rows[i]].asset].uuid);
    }
    json_close_array(w);
}

/* A size or flag that only a readable file tells. */
static void put_known(json_writer *w, const char *key, bool is_known, uint64_t value) {
    if (is_known) {
        json_put_u64(w, key, value);
    } else {
        json_put_null(w, key);
    }
}

static void put_known_bool(json_writer *w, const char *key, bool is_known, bool value) {
    if (is_known) {
        json_put_bool(w, key, value);
    } else {
        json_put_null(w, key);
    }
}

static const char *color_name(const picture_info *info) {
    static const char *const names[] = {"", "gray", "gray-alpha", "rgb", "rgba"};
    if (info->format >= PICTURE_PVR) {
        return "compressed";
    }
    return info->has_palette ? "palette"
                             : names[info->channels <= 4 ? info->channels : 0];
}

static void put_variants(json_writer *w, const image *one, uint32_t chosen) {
    json_open_array(w, "variants");
    for (uint32_t i = 0; i < one->variant_count; i++) {
        json_open_object(w, NULL);
        json_put_text(w, "extension", one->variants[i].extension);
        json_put_text(w, "gpu_format",
                      str_of(gpu_format_get(one->variants[i].gpu)->name));
        json_put_bool(w, "present", one->pictures[i].file != TREE_NONE);
        json_put_bool(w, "chosen", i == chosen);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_hash(json_writer *w, const picture *file) {
    if (!file->is_decoded) {
        json_put_null(w, "pixel_hash");
        return;
    }
    char text[33];
    snprintf(text, sizeof text, "%016llx%016llx",
             (unsigned long long)file->facts.pixel_hash[1],
             (unsigned long long)file->facts.pixel_hash[0]);
    json_put_text(w, "pixel_hash", str_of(text));
}

static void put_known_text(json_writer *w, const char *key, str text) {
    if (text.size > 0) {
        json_put_text(w, key, text);
    } else {
        json_put_null(w, key);
    }
}

/* What the file that counts told; where a device reads none, all of it is unknown. */
static void put_picture(json_writer *w, const report_view *view, uint32_t index) {
    static const picture none = {.file = TREE_NONE};
    const picture *found = view_picture(view->audit, view->costs, index);
    const picture *file = found == NULL ? &none : found;
    bool is_known = file->is_known;
    bool is_present = file->file != TREE_NONE;
    put_known_text(w, "file",
                   is_present ? tree_get(view->audit->g.files, file->file)->path
                              : (str){0});
    json_put_text(w, "format", str_of(picture_format_name(file->info.format)));
    put_variants(w, &view->audit->images.rows[index], view->costs->chosen[index]);
    put_known(w, "width", is_known, file->info.width_px);
    put_known(w, "height", is_known, file->info.height_px);
    put_known(w, "file_bytes", is_present, file->file_bytes);
    json_put_bool(w, "decoded_ok", file->is_decoded);
    put_known_text(w, "problem",
                   is_present ? file->problem : str_of("the file is absent"));
    const decode_cost *cost = &view->costs->decodes[index];
    put_known(w, "decoded_bytes", is_known, cost->finished_bytes);
    put_known(w, "decode_peak_bytes", is_known, cost->peak_bytes);
    json_put_text(w, "color", str_of(color_name(&file->info)));
    put_known_bool(w, "progressive", is_known, file->info.is_progressive);
    put_known_bool(w, "has_alpha", is_known, file->info.has_alpha);
    put_known_bool(w, "opaque", file->is_decoded && file->info.format < PICTURE_PVR,
                   file->facts.is_opaque);
    put_hash(w, file);
}

void report_json_image(json_writer *w, const report_view *view, uint32_t index) {
    const image *one = &view->audit->images.rows[index];
    const game *g = &view->audit->g;
    json_open_object(w, NULL);
    json_put_text(w, "uuid", g->assets[one->asset].uuid);
    json_put_text(w, "path", game_asset_path(g, one->asset));
    json_put_text(w, "bundle", g->found.bundles[g->copies[one->copy].bundle].name);
    put_picture(w, view, index);
    json_open_array(w, "scenes");
    for (uint32_t i = 0; i < view->stage_count; i++) {
        if (bitset_has(view->costs->stages[view->stages[i]].assets, one->asset)) {
            json_put_text(w, NULL, view->audit->stages[view->stages[i]].name);
        }
    }
    json_close_array(w);
    json_close_object(w);
}

static void put_int(json_writer *w, const char *key, int32_t value) {
    json_put_u64(w, key, value < 0 ? 0 : (uint64_t)value);
}

void report_json_texture(json_writer *w, const report_view *view,
                         const texture_row *row) {
    const pa_audit *audit = view->audit;
    const document *d = &audit->g.copies[row->copy].document;
    const texture_data *data = d->texture;
    bool is_image = row->is_known && !row->is_render;
    json_open_object(w, NULL);
    json_put_text(w, "uuid", audit->g.assets[row->asset].uuid);
    json_put_text(w, "path", game_asset_path(&audit->g, row->asset));
    json_put_text(w, "bundle",
                  audit->g.found.bundles[audit->g.copies[row->copy].bundle].name);
    json_put_text(w, "class", str_of(report_class_name(audit, row)));
    json_put_text(
        w, "format",
        str_of(row->is_render ? "RGBA8" : gpu_format_get(row->shape.format)->name));
    put_known(w, "width", row->is_known,
              row->is_render ? d->render->width_px : row->shape.width_px);
    put_known(w, "height", row->is_known,
              row->is_render ? d->render->height_px : row->shape.height_px);
    put_known(w, "levels", row->is_known, row->is_render ? 1 : row->cost.levels);
    json_put_u64(w, "layers", row->is_render ? 1 : data->layers);
    put_known(w, "gpu_bytes", row->is_known, row->cost.gpu_bytes);
    put_known(w, "engine_counter_bytes", row->is_known, row->cost.counter_bytes);
    json_put_u64(w, "render_texture_bytes", row->render_bytes);
    report_json_image_uuids(w, audit, "images", row->images, row->image_count);
    json_open_object(w, "sampler");
    if (data != NULL) {
        put_int(w, "min_filter", data->min_filter);
        put_int(w, "mag_filter", data->mag_filter);
        put_int(w, "wrap_s", data->wrap_s);
        put_int(w, "wrap_t", data->wrap_t);
        put_int(w, "mip_filter", data->mip_filter);
        put_int(w, "anisotropy", data->anisotropy);
    }
    json_close_object(w);
    json_put_bool(w, "mips_wanted", is_image && row->shape.wants_mips);
    json_close_object(w);
}
