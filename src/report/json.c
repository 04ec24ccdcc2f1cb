/* json.c - the report by schema packaudit.report/1.
 *
 * Keys may be added, never renamed. What is not computed is null, what is unknown is said
 * so. SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/bitset.h"
#include "codec/json_write.h"
#include "report/report.h"

static void put_build(json_writer *w, const pa_audit *audit) {
    const game *g = &audit->g;
    json_open_object(w, "build");
    json_put_text(w, "path", g->path);
    json_put_text(w, "engine", g->engine_text);
    json_put_text(w, "engine_source", g->engine_source);
    json_put_text(w, "target", str_of(target_name(g->target)));
    json_put_text(w, "target_source", g->target_source);
    json_put_bool(w, "cleanup_image_cache", audit->views[0].model.is_cleaning_images);
    json_put_text(w, "cleanup_source", str_of(audit->views[0].model.cleanup_reason));
    json_put_text(w, "variants", str_of("the alternative that every device reads"));
    json_put_bool(w, "decoded", audit->depth == PA_DEPTH_PIXELS);
    json_put_u64(w, "bundles", g->found.bundle_count);
    json_put_u64(w, "scenes", g->scene_count);
    json_put_u64(w, "documents", g->document_count);
    json_put_u64(w, "document_bytes", g->document_bytes);
    json_put_u64(w, "images", audit->images.count);
    json_close_object(w);
}

/* The sums that scenes and other sets share. */
static void put_sums(json_writer *w, const set_cost *cost) {
    json_put_u64(w, "images", cost->image_count);
    json_put_u64(w, "textures", cost->texture_count);
    json_put_u64(w, "unknown_images", cost->unknown_images);
    json_put_u64(w, "file_bytes", cost->file_bytes);
    json_put_u64(w, "pixels", cost->pixels);
    json_put_u64(w, "decoded_bytes", cost->decoded_bytes);
    json_put_u64(w, "gpu_bytes", cost->gpu_bytes);
    json_put_u64(w, "engine_counter_bytes", cost->counter_bytes);
    json_put_u64(w, "retained_cpu_bytes", cost->kept_bytes);
    json_put_u64(w, "resident_bytes", set_resident_bytes(cost));
    json_put_u64(w, "render_texture_bytes", cost->render_bytes);
    json_put_u64(w, "render_texture_counter_bytes", cost->render_counter_bytes);
    json_put_u64(w, "mesh_cpu_bytes", cost->mesh_bytes);
    json_put_u64(w, "mesh_gpu_bytes", cost->mesh_bytes);
    json_put_u64(w, "other_native_bytes", cost->other_native_bytes);
}

static void put_image_uuids(json_writer *w, const pa_audit *audit, const char *key,
                            const uint32_t *rows, uint32_t count) {
    json_open_array(w, key);
    for (uint32_t i = 0; i < count; i++) {
        json_put_text(w, NULL, audit->g.assets[audit->images.rows[rows[i]].asset].uuid);
    }
    json_close_array(w);
}

static void put_load(json_writer *w, const load_peak *load) {
    json_open_object(w, "load_peak");
    json_put_u64(w, "lower_bytes", load->lower_bytes);
    json_put_u64(w, "typical_bytes", load->typical_bytes);
    json_put_u64(w, "upper_bytes", load->upper_bytes);
    json_put_u64(w, "driver_bytes", load->driver_bytes);
    json_put_u64(w, "pool_bytes", load->pool_bytes);
    json_put_u64(w, "leak_bytes", load->leak_bytes);
    json_close_object(w);
}

/* The dearest way to a scene; none where there is no other scene. */
static void put_worst_transition(json_writer *w, const report_view *view, uint32_t to) {
    uint32_t from = view_worst_predecessor(view->audit, view->costs, to);
    if (from == NO_INDEX) {
        json_put_null(w, "worst_transition");
        return;
    }
    json_open_object(w, "worst_transition");
    json_put_text(w, "from", report_stage_id(view, from));
    json_put_u64(w, "peak_lower_bytes", report_transition(view, from, to)->lower_bytes);
    json_put_u64(w, "peak_upper_bytes", report_transition(view, from, to)->upper_bytes);
    json_close_object(w);
}

static void put_transitions(json_writer *w, const report_view *view) {
    json_open_array(w, "transitions");
    for (uint32_t i = 0; i < view->scene_count; i++) {
        for (uint32_t j = 0; j < view->scene_count; j++) {
            uint32_t from = view->scenes[i];
            uint32_t to = view->scenes[j];
            if (from == to) {
                continue;
            }
            json_open_object(w, NULL);
            w->is_flat = true;
            json_put_text(w, "from", report_stage_id(view, from));
            json_put_text(w, "to", report_stage_id(view, to));
            json_put_u64(w, "peak_lower_bytes",
                         report_transition(view, from, to)->lower_bytes);
            json_put_u64(w, "peak_upper_bytes",
                         report_transition(view, from, to)->upper_bytes);
            json_close_object(w);
            w->is_flat = false;
        }
    }
    json_close_array(w);
}

static void put_scene(json_writer *w, const report_view *view, uint32_t index) {
    const pa_audit *audit = view->audit;
    const stage *s = &audit->stages[index];
    const set_cost *cost = &view->costs->stages[index];
    json_open_object(w, NULL);
    json_put_text(w, "name", s->name);
    json_put_text(w, "url", s->url);
    json_put_text(w, "uuid", s->uuid);
    json_put_text(w, "bundle", audit->g.found.bundles[s->bundle].name);
    json_put_bool(w, "launch", s->is_launch);
    json_put_bool(w, "auto_release", s->auto_release);
    put_sums(w, cost);
    put_load(w, &cost->load);
    json_put_u64(w, "largest_allocation_bytes", cost->load.largest_bytes);
    json_put_text(w, "largest_allocation_site", str_of(cost->load.largest_site));
    put_worst_transition(w, view, index);
    put_image_uuids(w, audit, "image_uuids", cost->images, cost->image_count);
    json_open_array(w, "texture_uuids");
    for (uint32_t i = 0; i < cost->texture_count; i++) {
        json_put_text(
            w, NULL,
            audit->g.assets[view->costs->textures[cost->textures[i]].asset].uuid);
    }
    json_close_array(w);
    json_close_object(w);
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

static void put_image(json_writer *w, const report_view *view, uint32_t index) {
    const image *one = &view->audit->images.rows[index];
    const game *g = &view->audit->g;
    json_open_object(w, NULL);
    json_put_text(w, "uuid", g->assets[one->asset].uuid);
    json_put_text(w, "path", game_asset_path(g, one->asset));
    json_put_text(w, "bundle", g->found.bundles[g->copies[one->copy].bundle].name);
    put_picture(w, view, index);
    json_open_array(w, "scenes");
    for (uint32_t i = 0; i < view->scene_count; i++) {
        if (bitset_has(view->costs->stages[view->scenes[i]].assets, one->asset)) {
            json_put_text(w, NULL, g->scenes[view->scenes[i]].name);
        }
    }
    json_close_array(w);
    json_close_object(w);
}

static void put_int(json_writer *w, const char *key, int32_t value) {
    json_put_u64(w, key, value < 0 ? 0 : (uint64_t)value);
}

static void put_texture(json_writer *w, const pa_audit *audit, const texture_row *row) {
    const document *d = &audit->g.copies[row->copy].document;
    const texture_data *data = d->texture;
    bool is_image = row->is_known && !row->is_render;
    json_open_object(w, NULL);
    json_put_text(w, "uuid", audit->g.assets[row->asset].uuid);
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
    put_image_uuids(w, audit, "images", row->images, row->image_count);
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

static void put_finding(json_writer *w, const finding *row) {
    const rule_row *rule = rule_get(row->rule);
    json_open_object(w, NULL);
    json_put_text(w, "rule", str_of(rule->name));
    json_put_text(w, "level", str_of(level_name(rule->level)));
    json_put_text(w, "message", row->message);
    json_put_text(w, "scene", row->scene);
    json_put_text(w, "asset", row->asset);
    json_put_u64(w, "bytes", row->bytes);
    json_put_text(w, "file", row->file);
    json_close_object(w);
}

static void put_empty(json_writer *w, const char *key) {
    json_open_array(w, key);
    json_close_array(w);
}

static void put_loadable(json_writer *w, const pa_audit *audit, const loadable *row) {
    const game *g = &audit->g;
    json_open_object(w, NULL);
    json_put_text(w, "path", row->path);
    json_put_text(w, "bundle", g->found.bundles[row->bundle].name);
    if (row->asset != NO_INDEX) {
        json_put_text(w, "uuid", g->assets[row->asset].uuid);
        json_put_text(w, "class",
                      g->copies[g->assets[row->asset].first_copy].document.class_name);
    } else {
        json_put_u64(w, "names", row->name_count);
    }
    json_put_u64(w, "images", row->image_count);
    json_put_u64(w, "decoded_bytes", row->decoded_bytes);
    json_put_u64(w, "gpu_bytes", row->gpu_bytes);
    json_put_u64(w, "only_by_name_bytes", row->only_by_name_bytes);
    json_close_object(w);
}

static void put_loadables(json_writer *w, const pa_audit *audit) {
    const loadable_list *list = &audit->loadables;
    json_open_array(w, "loadables");
    for (size_t i = 0; i < list->count; i++) {
        put_loadable(w, audit, &list->rows[i]);
    }
    json_close_array(w);
    json_open_array(w, "folders");
    for (size_t i = 0; i < list->folder_count; i++) {
        put_loadable(w, audit, &list->folders[i]);
    }
    json_close_array(w);
}

static void put_hints(json_writer *w, const pa_audit *audit) {
    json_open_array(w, "hints");
    for (size_t i = 0; i < audit->hint_count; i++) {
        const loadable *target = audit->hints[i].target;
        json_open_object(w, NULL);
        json_put_text(w, "file", tree_get(audit->g.files, audit->hints[i].file)->path);
        json_put_text(w, "bundle", audit->g.found.bundles[target->bundle].name);
        json_put_text(w, "path", target->path);
        json_put_u64(w, "gpu_bytes", target->gpu_bytes);
        json_close_object(w);
    }
    json_close_array(w);
}

static void put_session(json_writer *w, const report_view *view) {
    const session *worst = &view->costs->worst;
    if (worst->steady_stage == NO_INDEX) {
        json_put_null(w, "worst_session");
        return;
    }
    json_open_object(w, "worst_session");
    json_put_u64(w, "never_freed_scenes", worst->never_freed);
    json_put_text(w, "steady_scene", report_stage_id(view, worst->steady_stage));
    json_put_u64(w, "steady_bytes", worst->steady_bytes);
    if (worst->to == NO_INDEX) {
        json_put_null(w, "peak");
    } else {
        const transition *cost = report_transition(view, worst->from, worst->to);
        json_open_object(w, "peak");
        json_put_text(w, "from", report_stage_id(view, worst->from));
        json_put_text(w, "to", report_stage_id(view, worst->to));
        json_put_u64(w, "peak_lower_bytes", cost->lower_bytes);
        json_put_u64(w, "peak_upper_bytes", cost->upper_bytes);
        json_close_object(w);
    }
    json_close_object(w);
}

static void put_bundles(json_writer *w, const pa_audit *audit) {
    const game *g = &audit->g;
    json_open_array(w, "dynamic");
    for (uint32_t i = 0; i < audit->views[0].name_only_count; i++) {
        const name_only_row *row = &audit->views[0].name_only[i];
        json_open_object(w, NULL);
        json_put_text(w, "bundle", g->found.bundles[row->bundle].name);
        json_put_u64(w, "roots", row->root_count);
        put_sums(w, &row->cost);
        json_close_object(w);
    }
    json_close_array(w);
    json_open_array(w, "unreferenced");
    for (uint32_t i = 0; i < audit->unreferenced_count; i++) {
        const unreferenced_row *row = &audit->unreferenced[i];
        json_open_object(w, NULL);
        json_put_text(w, "bundle", g->found.bundles[row->bundle].name);
        json_put_u64(w, "assets", row->asset_count);
        json_put_u64(w, "images", row->image_count);
        json_put_u64(w, "file_bytes", row->file_bytes);
        json_close_object(w);
    }
    json_close_array(w);
}

void report_json(const report_view *view, buf *out) {
    json_writer w = {.out = out};
    const pa_audit *audit = view->audit;
    json_open_object(&w, NULL);
    json_put_text(&w, "schema", str_of("packaudit.report/1"));
    put_build(&w, audit);
    put_empty(&w, "devices");
    json_open_array(&w, "scenes");
    for (uint32_t i = 0; i < view->scene_count; i++) {
        put_scene(&w, view, view->scenes[i]);
    }
    json_close_array(&w);
    put_transitions(&w, view);
    put_session(&w, view);
    json_open_object(&w, "startup");
    put_sums(&w, &view->costs->startup);
    json_close_object(&w);
    json_open_array(&w, "images");
    for (uint32_t i = 0; i < audit->images.count; i++) {
        put_image(&w, view, i);
    }
    json_close_array(&w);
    json_open_array(&w, "textures");
    for (uint32_t i = 0; i < view->costs->texture_count; i++) {
        put_texture(&w, audit, &view->costs->textures[i]);
    }
    json_close_array(&w);
    put_empty(&w, "states");
    put_loadables(&w, audit);
    put_hints(&w, audit);
    put_bundles(&w, audit);
    json_open_array(&w, "findings");
    for (size_t i = 0; i < audit->findings.count; i++) {
        put_finding(&w, &audit->findings.rows[i]);
    }
    json_close_array(&w);
    json_close_object(&w);
}
