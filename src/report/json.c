/* json.c - the report by schema packaudit.report/1.
 *
 * Keys may be added, never renamed. What is not computed is null, what is unknown is said
 * so. SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/bitset.h"
#include "codec/json_write.h"
#include "report/json_assets.h"
#include "report/report.h"

/* Whose choice among alternatives the numbers of scenes and images are for. */
static void put_variant_choice(json_writer *w, const pa_audit *audit) {
    const device *one = audit->views[0].device;
    json_put_text(w, "variants",
                  one == NULL ? str_of("the alternative that every device reads")
                              : one->name);
}

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
    put_variant_choice(w, audit);
    json_put_bool(w, "decoded", audit->depth == PA_DEPTH_PIXELS);
    json_put_u64(w, "bundles", g->found.bundle_count);
    json_put_u64(w, "scenes", g->scene_count);
    json_put_u64(w, "documents", g->document_count);
    json_put_u64(w, "document_bytes", g->document_bytes);
    json_put_u64(w, "images", audit->images.count);
    json_put_u64(w, "undeclared_gpu_bytes", audit->views[0].undeclared_gpu_bytes);
    json_close_object(w);
}

/* The sums that scenes and other sets share. */
static void put_sums(json_writer *w, const set_cost *cost) {
    json_put_u64(w, "images", cost->image_count);
    json_put_u64(w, "textures", cost->texture_count);
    json_put_u64(w, "unknown_images", cost->unknown_images);
    json_put_u64(w, "unknown_documents", cost->unknown_documents);
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

/* The dearest way to a stage; none where there is no other one. */
static void put_worst_of(json_writer *w, const report_view *view, const audit_view *costs,
                         uint32_t to) {
    uint32_t from = view_worst_predecessor(view->audit, costs, to);
    if (from == NO_INDEX) {
        json_put_null(w, "worst_transition");
        return;
    }
    const transition *cost =
        &costs->transitions[(size_t)from * view->audit->stage_count + to];
    json_open_object(w, "worst_transition");
    json_put_text(w, "from", report_stage_id(view, from));
    json_put_u64(w, "peak_lower_bytes", cost->lower_bytes);
    json_put_u64(w, "peak_upper_bytes", cost->upper_bytes);
    json_close_object(w);
}

static void put_transition(json_writer *w, const report_view *view,
                           const audit_view *costs, uint32_t from, uint32_t to) {
    const transition *cost =
        &costs->transitions[(size_t)from * view->audit->stage_count + to];
    json_open_object(w, NULL);
    w->is_flat = true;
    json_put_text(w, "from", report_stage_id(view, from));
    json_put_text(w, "to", report_stage_id(view, to));
    json_put_u64(w, "peak_lower_bytes", cost->lower_bytes);
    json_put_u64(w, "peak_upper_bytes", cost->upper_bytes);
    json_close_object(w);
    w->is_flat = false;
}

/* Every pair of the scenes listed; of very many scenes those from the first ones, since
 * pairs grow with the square. Each scene tells its worst one anyway. */
static void put_transitions(json_writer *w, const report_view *view,
                            const audit_view *costs) {
    enum { MAX_PAIRS = 100 * 1000 };
    uint64_t listed = 0;
    uint64_t left_out = 0;
    json_open_array(w, "transitions");
    for (uint32_t i = 0; i < view->stage_count; i++) {
        for (uint32_t j = 0; j < view->stage_count; j++) {
            if (i != j && listed < MAX_PAIRS) {
                put_transition(w, view, costs, view->stages[i], view->stages[j]);
                listed++;
            } else {
                left_out += i != j;
            }
        }
    }
    json_close_array(w);
    json_put_u64(w, "transitions_left_out", left_out);
}

static void put_formats(json_writer *w, const format_support *formats) {
    const struct {
        const char *name;
        bool is_read;
    } rows[] = {{"webp", formats->webp},
                {"astc", formats->astc},
                {"etc1", formats->etc1},
                {"etc2", formats->etc2},
                {"pvrtc", formats->pvrtc}};
    json_open_array(w, "formats");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].is_read) {
            json_put_text(w, NULL, str_of(rows[i].name));
        }
    }
    json_close_array(w);
}

/* A stage as one device takes it. */
static void put_device_stage(json_writer *w, const report_view *view,
                             const audit_view *costs, uint32_t index) {
    const set_cost *cost = &costs->stages[index];
    json_open_object(w, NULL);
    json_put_text(w, "name", view->audit->stages[index].name);
    json_put_text(w, "id", report_stage_id(view, index));
    json_put_u64(w, "images", cost->image_count);
    json_put_u64(w, "unknown_images", cost->unknown_images);
    json_put_u64(w, "unknown_documents", cost->unknown_documents);
    json_put_u64(w, "file_bytes", cost->file_bytes);
    json_put_u64(w, "decoded_bytes", cost->decoded_bytes);
    json_put_u64(w, "gpu_bytes", cost->gpu_bytes);
    json_put_u64(w, "retained_cpu_bytes", cost->kept_bytes);
    json_put_u64(w, "resident_bytes", set_resident_bytes(cost));
    put_load(w, &cost->load);
    json_put_u64(w, "largest_allocation_bytes", cost->load.largest_bytes);
    put_worst_of(w, view, costs, index);
    json_close_object(w);
}

static void put_devices(json_writer *w, const report_view *view) {
    json_open_array(w, "devices");
    for (size_t i = 0; i < view->audit->view_count; i++) {
        const audit_view *costs = &view->audit->views[i];
        const device *one = costs->device;
        if (one == NULL) {
            continue;
        }
        json_open_object(w, NULL);
        json_put_text(w, "name", one->name);
        json_put_text(w, "title", one->title);
        json_put_u64(w, "process_bytes", one->process_bytes);
        json_put_u64(w, "base_bytes", one->base_bytes);
        json_put_u64(w, "image_budget_bytes", one->image_budget_bytes);
        json_put_u64(w, "max_texture_px", one->max_texture_px);
        json_put_u64(w, "address_bits", one->address_bits);
        json_put_text(w, "backend", str_of(backend_name(costs->model.backend)));
        put_formats(w, &one->formats);
        json_open_array(w, "scenes");
        for (uint32_t j = 0; j < view->stage_count; j++) {
            put_device_stage(w, view, costs, view->stages[j]);
        }
        json_close_array(w);
        if (i > 0) {
            put_transitions(w, view, costs);
        }
        json_close_object(w);
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
    json_put_text(w, "bundle",
                  s->bundle == NO_INDEX ? (str){0}
                                        : audit->g.found.bundles[s->bundle].name);
    json_put_bool(w, "launch", s->is_launch);
    json_put_bool(w, "auto_release", s->auto_release);
    put_sums(w, cost);
    put_load(w, &cost->load);
    json_put_u64(w, "largest_allocation_bytes", cost->load.largest_bytes);
    json_put_text(w, "largest_allocation_site", str_of(cost->load.largest_site));
    put_worst_of(w, view, view->costs, index);
    report_json_image_uuids(w, audit, "image_uuids", cost->images, cost->image_count);
    json_open_array(w, "texture_uuids");
    for (uint32_t i = 0; i < cost->texture_count; i++) {
        json_put_text(
            w, NULL,
            audit->g.assets[view->costs->textures[cost->textures[i]].asset].uuid);
    }
    json_close_array(w);
    json_close_object(w);
}

static void put_stages(json_writer *w, const report_view *view, const char *key,
                       bool is_state) {
    json_open_array(w, key);
    for (uint32_t i = 0; i < view->stage_count; i++) {
        if (view->audit->stages[view->stages[i]].is_state == is_state) {
            put_scene(w, view, view->stages[i]);
        }
    }
    json_close_array(w);
}

static void put_finding(json_writer *w, const finding *row) {
    const rule_row *rule = rule_get(row->rule);
    json_open_object(w, NULL);
    json_put_text(w, "rule", str_of(rule->name));
    json_put_text(w, "level", str_of(level_name(row->level)));
    json_put_text(w, "message", row->message);
    json_put_text(w, "scene", row->scene);
    json_put_text(w, "asset", row->asset);
    json_put_u64(w, "bytes", row->bytes);
    json_put_text(w, "file", row->file);
    json_close_object(w);
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

static void put_files(json_writer *w, const char *bytes_key, const char *count_key,
                      const file_sum *files) {
    json_put_u64(w, count_key, files->count);
    json_put_u64(w, bytes_key, files->bytes);
}

/* What is downloaded. */
static void put_package(json_writer *w, const pa_audit *audit) {
    const game *g = &audit->g;
    json_open_object(w, "package");
    put_files(w, "file_bytes", "files", &audit->package);
    put_files(w, "first_screen_bytes", "first_screen_files", &audit->first_screen);
    json_close_object(w);
    json_open_array(w, "bundles");
    for (uint32_t i = 0; i < g->found.bundle_count; i++) {
        json_open_object(w, NULL);
        w->is_flat = true;
        json_put_text(w, "name", g->found.bundles[i].name);
        put_files(w, "file_bytes", "files", &audit->bundle_files[i]);
        json_close_object(w);
        w->is_flat = false;
    }
    json_close_array(w);
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
    put_devices(&w, view);
    put_stages(&w, view, "scenes", false);
    put_transitions(&w, view, view->costs);
    put_session(&w, view);
    json_open_object(&w, "startup");
    put_sums(&w, &view->costs->startup);
    json_close_object(&w);
    json_open_array(&w, "images");
    for (uint32_t i = 0; i < audit->images.count; i++) {
        report_json_image(&w, view, i);
    }
    json_close_array(&w);
    json_open_array(&w, "textures");
    for (uint32_t i = 0; i < view->costs->texture_count; i++) {
        report_json_texture(&w, view, &view->costs->textures[i]);
    }
    json_close_array(&w);
    put_stages(&w, view, "states", true);
    put_loadables(&w, audit);
    put_hints(&w, audit);
    put_bundles(&w, audit);
    put_package(&w, audit);
    json_open_array(&w, "findings");
    for (size_t i = 0; i < audit->findings.count; i++) {
        put_finding(&w, &audit->findings.rows[i]);
    }
    json_close_array(&w);
    json_close_object(&w);
}
