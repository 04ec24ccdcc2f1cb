/* what_if.c - a copy of the audit's table of images, changed, through the same view.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/what_if.h"

#include <string.h>

#include "base/alloc.h"
#include "rewrite/alpha.h"
#include "rewrite/encode.h"
#include "rewrite/use.h"

struct what_if {
    const pa_audit *base;
    pa_audit changed; /* shares all but what stands below */
    audit_view view;
    image *rows;
    picture *pictures; /* MAX_VARIANTS of each image */
    image_users *users;
    bool *is_without_alpha; /* of each image */
    copy *copies;           /* with other targets after merges, or NULL */
    arena mem;
};

what_if *what_if_new(const pa_audit *audit, pa_error *err) {
    what_if *w = mem_zero(1, sizeof *w);
    size_t count = audit->images.count;
    if (w == NULL) {
        error_nomem(err);
        return NULL;
    }
    w->base = audit;
    w->rows = mem_zero(count + 1, sizeof *w->rows);
    w->pictures = mem_zero((count + 1) * MAX_VARIANTS, sizeof *w->pictures);
    w->is_without_alpha = arena_alloc(&w->mem, count + 1, sizeof *w->is_without_alpha);
    if (w->rows == NULL || w->pictures == NULL || w->is_without_alpha == NULL ||
        use_of_images(audit, &w->mem, &w->users, err) != PA_OK) {
        error_nomem(err);
        what_if_free(w);
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        what_if_reset(w, i, 0, 0);
    }
    return w;
}

/* An alternative as its file will be. */
static picture picture_of(const action *wanted, bool is_opaque, uint32_t width_px,
                          uint32_t height_px, uint32_t levels) {
    gpu_format gpu = encode_format(wanted, is_opaque);
    uint64_t payload = encoded_bytes(gpu, width_px, height_px, levels);
    picture made = {.file = TREE_NONE,
                    .is_wanted = true,
                    .is_known = true,
                    .is_decoded = true,
                    .gpu = gpu,
                    .file_bytes = encoded_header_bytes(levels) + payload};
    made.info = (picture_info){
        .format = levels > 1                  ? PICTURE_CMIP
                  : wanted->to == ENCODE_ASTC ? PICTURE_ASTC
                                              : PICTURE_PKM,
        .width_px = width_px,
        .height_px = height_px,
        .gpu = gpu,
        .header_bytes = levels > 1 ? 8 + 4 * levels : encoded_header_bytes(1),
        .payload_bytes = payload,
        .chunk_bytes = levels > 1 ? payload + 16 * (uint64_t)levels : 0,
        .level_count = levels,
    };
    made.facts.is_opaque = is_opaque;
    return made;
}

static bool is_opaque_image(const image *row) {
    for (uint32_t i = 0; i < row->variant_count; i++) {
        if (row->pictures[i].is_decoded && row->pictures[i].info.format < PICTURE_PVR) {
            return row->pictures[i].facts.is_opaque;
        }
    }
    return false;
}

/* Only compressed files have fewer bytes on the GPU without it. */
static void leave_alpha_out(const what_if *w, image *row) {
    for (uint32_t i = 0; i < row->variant_count; i++) {
        picture *file = &row->pictures[i];
        if (row->variants[i].gpu != GPU_ETC2_RGBA || !alpha_is_stored(w->base, row, i)) {
            continue;
        }
        file->gpu = file->info.gpu = row->variants[i].gpu = GPU_ETC2_RGB;
        row->variants[i].pixel_format =
            variant_pixel_format(GPU_ETC2_RGB, w->base->g.engine);
        file->info.payload_bytes /= 2;
        file->file_bytes = file->info.header_bytes + file->info.payload_bytes;
        file->info.has_alpha = false;
    }
}

void what_if_drop_alpha(what_if *w, uint32_t image_index) {
    w->is_without_alpha[image_index] = true;
    what_if_reset(w, image_index, 0, 0);
}

void what_if_reset(what_if *w, uint32_t image_index, uint32_t width_px,
                   uint32_t height_px) {
    const image *old = &w->base->images.rows[image_index];
    image *row = &w->rows[image_index];
    *row = *old;
    row->pictures = &w->pictures[(size_t)image_index * MAX_VARIANTS];
    memcpy(row->pictures, old->pictures, old->variant_count * sizeof *row->pictures);
    if (w->is_without_alpha[image_index]) {
        leave_alpha_out(w, row);
    }
    for (uint32_t i = 0; width_px > 0 && i < row->variant_count; i++) {
        picture_info *info = &row->pictures[i].info;
        info->width_px = width_px;
        info->height_px = height_px;
        if (info->format >= PICTURE_PVR) {
            info->payload_bytes = gpu_format_level_bytes(info->gpu, width_px, height_px);
        }
    }
}

/* The sides that its plain picture has now. */
static const picture_info *sides_of(const image *row) {
    for (uint32_t i = 0; i < row->variant_count; i++) {
        if (row->pictures[i].is_known && row->pictures[i].info.format < PICTURE_PVR) {
            return &row->pictures[i].info;
        }
    }
    return NULL;
}

void what_if_add(what_if *w, uint32_t image_index, const action *wanted) {
    image *row = &w->rows[image_index];
    str extension = encode_extension(wanted);
    const picture_info *sides = sides_of(row);
    uint32_t at = 0;
    while (at < row->variant_count &&
           !str_equal(row->variants[at].extension, extension)) {
        at++;
    }
    if (sides == NULL || at == MAX_VARIANTS || encode_format(wanted, true) == GPU_RGBA8) {
        return; /* a plain picture costs what the other plain ones do */
    }
    uint32_t levels =
        use_levels(w->base, &w->users[image_index], sides->width_px, sides->height_px);
    picture made =
        picture_of(wanted, is_opaque_image(&w->base->images.rows[image_index]),
                   sides->width_px, sides->height_px, levels == 0 ? 1 : levels);
    row->variant_count += at == row->variant_count;
    row->pictures[at] = made;
    row->variants[at] =
        (variant){extension, variant_pixel_format(made.gpu, w->base->g.engine), made.gpu};
}

pa_status what_if_merge(what_if *w, const merge_map *merged, pa_error *err) {
    const game *g = &w->base->g;
    if (merged->count == 0) {
        return PA_OK;
    }
    w->copies = arena_alloc(&w->mem, (size_t)g->copy_count + 1, sizeof *w->copies);
    for (uint32_t i = 0; w->copies != NULL && i < g->copy_count; i++) {
        copy *row = &w->copies[i];
        uint32_t count = g->copies[i].document.reference_count;
        *row = g->copies[i];
        row->targets = arena_alloc(&w->mem, (size_t)count + 1, sizeof *row->targets);
        for (uint32_t j = 0; row->targets != NULL && j < count; j++) {
            row->targets[j] = merge_target(g, merged, &g->copies[i], j);
        }
    }
    return arena_status(&w->mem, err);
}

static void clear_costs(what_if *w) {
    arena_clear(&w->changed.mem);
    finding_list_clear(&w->changed.findings);
    w->view = (audit_view){0};
}

pa_status what_if_cost(what_if *w, const pool *how, const audit_view **out,
                       pa_error *err) {
    clear_costs(w);
    w->changed = *w->base;
    w->changed.mem = (arena){0};
    w->changed.findings = (finding_list){0};
    w->changed.images.rows = w->rows;
    w->changed.g.copies = w->copies != NULL ? w->copies : w->base->g.copies;
    w->changed.views = &w->view;
    w->changed.view_count = 1;
    const audit_view *from = &w->base->views[0];
    w->view = (audit_view){
        .device = from->device, .reader = from->reader, .model = from->model};
    pa_status status = view_make(&w->changed, &w->view, err);
    if (status == PA_OK) {
        status = view_make_transitions(&w->changed, &w->view, how, err);
    }
    *out = &w->view;
    return status;
}

uint64_t image_gpu_bytes(const audit_view *view, uint32_t image_index) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < view->texture_count; i++) {
        const texture_row *row = &view->textures[i];
        bool is_its = false;
        for (uint32_t j = 0; j < row->image_count; j++) {
            is_its |= row->images[j] == image_index;
        }
        sum += is_its ? row->cost.gpu_bytes : 0;
    }
    return sum;
}

void what_if_free(what_if *w) {
    if (w != NULL) {
        clear_costs(w);
        mem_free(w->rows);
        mem_free(w->pictures);
        arena_clear(&w->mem);
        mem_free(w);
    }
}
