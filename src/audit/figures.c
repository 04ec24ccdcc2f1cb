/* figures.c - walk an audit's scenes, changes, bundles, textures and package.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/figures.h"

typedef struct visiting {
    const pa_audit *audit;
    figure_visitor visit;
    void *ctx;
    pa_error *err;
    pa_status status;
} visiting;

static void give(visiting *v, measurement one, measure what, uint64_t lower,
                 uint64_t upper) {
    if (v->status == PA_OK) {
        one.what = what;
        one.lower = lower;
        one.upper = upper;
        v->status = v->visit(v->ctx, &one, v->err);
    }
}

static void visit_stage(visiting *v, uint32_t view, uint32_t index) {
    const audit_view *costs = &v->audit->views[view];
    const stage *s = &v->audit->stages[index];
    const set_cost *cost = &costs->stages[index];
    const measurement one = {
        .device = costs->device == NULL ? (str){0} : costs->device->name,
        .name = s->name,
        .id = s->id,
        .view = view,
        .stage = index,
    };
    uint64_t resident_bytes = set_resident_bytes(cost);
    give(v, one, SCENE_RESIDENT, resident_bytes, resident_bytes);
    give(v, one, SCENE_LOAD_PEAK, cost->load.lower_bytes, cost->load.upper_bytes);
    give(v, one, SCENE_DECODED, cost->decoded_bytes, cost->decoded_bytes);
    give(v, one, SCENE_GPU, cost->gpu_bytes, cost->gpu_bytes);
    give(v, one, SCENE_DOWNLOAD, cost->file_bytes, cost->file_bytes);
    give(v, one, SCENE_ALLOCATION, cost->load.largest_bytes, cost->load.largest_bytes);
    give(v, one, SCENE_IMAGES, cost->image_count, cost->image_count);
}

static void visit_transitions(visiting *v, uint32_t view) {
    const pa_audit *audit = v->audit;
    const audit_view *costs = &audit->views[view];
    for (uint32_t i = 0; i < audit->stage_count; i++) {
        for (uint32_t j = 0; j < audit->stage_count; j++) {
            const transition *cost =
                &costs->transitions[(size_t)i * audit->stage_count + j];
            if (i != j) {
                give(v,
                     (measurement){
                         .device = costs->device == NULL ? (str){0} : costs->device->name,
                         .name = audit->stages[i].name,
                         .id = audit->stages[i].id,
                         .to_name = audit->stages[j].name,
                         .to_id = audit->stages[j].id,
                         .view = view,
                         .stage = i,
                         .to_stage = j,
                     },
                     TRANSITION_PEAK, cost->lower_bytes, cost->upper_bytes);
            }
        }
    }
}

static void visit_bundles(visiting *v) {
    const discovery *found = &v->audit->g.found;
    for (size_t i = 0; i < found->bundle_count; i++) {
        const file_sum *files = &v->audit->bundle_files[i];
        const measurement one = {.name = found->bundles[i].name,
                                 .id = found->bundles[i].name};
        give(v, one, BUNDLE_DOWNLOAD, files->bytes, files->bytes);
        give(v, one, BUNDLE_FILES, files->count, files->count);
    }
}

/* A texture is called "bundle:path", or "bundle:uuid" when it has no path. */
static void visit_texture(visiting *v, const texture_row *row, arena *scratch) {
    const game *g = &v->audit->g;
    str uuid = g->assets[row->asset].uuid;
    str path = game_asset_path(g, row->asset);
    str parts[] = {g->found.bundles[g->copies[row->copy].bundle].name, str_of(":"),
                   path.size > 0 ? path : uuid};
    const measurement one = {.name = arena_join(scratch, parts, 3), .id = uuid};
    if (one.name.at == NULL) {
        v->status = error_nomem(v->err);
        return;
    }
    const texture_shape *shape = &row->shape;
    uint32_t side =
        shape->width_px > shape->height_px ? shape->width_px : shape->height_px;
    give(v, one, TEXTURE_GPU, row->cost.gpu_bytes, row->cost.gpu_bytes);
    give(v, one, TEXTURE_SIDE, side, side);
}

static void visit_textures(visiting *v) {
    const audit_view *first = &v->audit->views[0];
    arena scratch = {0};
    for (uint32_t i = 0; i < first->texture_count && v->status == PA_OK; i++) {
        const texture_row *row = &first->textures[i];
        if (row->is_known && !row->is_render) {
            visit_texture(v, row, &scratch);
            arena_reset(&scratch);
        }
    }
    arena_clear(&scratch);
}

pa_status figures_visit(const pa_audit *audit, figure_visitor visit, void *ctx,
                        pa_error *err) {
    visiting v = {audit, visit, ctx, err, PA_OK};
    for (uint32_t i = 0; i < audit->view_count; i++) {
        for (uint32_t j = 0; j < audit->stage_count; j++) {
            visit_stage(&v, i, j);
        }
        visit_transitions(&v, i);
    }
    visit_bundles(&v);
    visit_textures(&v);
    const measurement package = {0};
    give(&v, package, PACKAGE_DOWNLOAD, audit->package.bytes, audit->package.bytes);
    give(&v, package, PACKAGE_FIRST_SCREEN, audit->first_screen.bytes,
         audit->first_screen.bytes);
    give(&v, package, PACKAGE_FILES, audit->package.count, audit->package.count);
    return v.status;
}
