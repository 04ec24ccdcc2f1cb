/* textures.c - a row for every texture: the images it is made of, its shape, its cost,
 * its uploads.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"

static uint32_t image_of_reference(const pa_audit *audit, const copy *c, uint32_t index) {
    uint32_t target = c->targets[index];
    return target == NO_INDEX ? NO_INDEX
                              : audit->images.of_asset[audit->g.copies[target].asset];
}

static void add_image(texture_row *row, uint32_t image_index) {
    for (uint32_t i = 0; i < row->image_count; i++) {
        if (row->images[i] == image_index) {
            return;
        }
    }
    row->images[row->image_count++] = image_index;
}

/* The images of a texture: those its mipmaps or faces name, or in 2.4 the texture itself.
 */
static pa_status list_images(pa_audit *audit, texture_row *row, pa_error *err) {
    const copy *c = &audit->g.copies[row->copy];
    const texture_data *data = c->document.texture;
    row->images =
        arena_alloc(&audit->mem, (size_t)data->image_count + 1, sizeof *row->images);
    if (row->images == NULL) {
        return error_nomem(err);
    }
    uint32_t own = audit->images.of_asset[row->asset];
    if (own != NO_INDEX) {
        add_image(row, own);
        return PA_OK;
    }
    for (uint32_t i = 0; i < data->image_count; i++) {
        uint32_t image_index = image_of_reference(audit, c, data->image_from + i);
        if (image_index != NO_INDEX) {
            add_image(row, image_index);
        }
    }
    return PA_OK;
}

static uint32_t at_least_one(uint32_t value) {
    return value > 0 ? value : 1;
}

/* Bytes of the levels from `first` on, of one layer. */
static uint64_t level_bytes(const texture_row *row, uint32_t first, uint32_t end) {
    uint64_t total = 0;
    for (uint32_t level = first; level < end && level < 32; level++) {
        total += gpu_format_level_bytes(row->shape.format,
                                        at_least_one(row->shape.width_px >> level),
                                        at_least_one(row->shape.height_px >> level));
    }
    return total;
}

/* One upload's share: an image that brings one level of several has that level's bytes,
 * the first also those of all levels that no image brings. */
static void measure_upload(const pa_audit *audit, const audit_view *view,
                           texture_row *row, uint32_t image_index, uint32_t level) {
    const texture_data *data = audit->g.copies[row->copy].document.texture;
    const picture *file = view_picture(audit, view, image_index);
    if (file == NULL || !file->is_known) {
        return;
    }
    bool has_levels = data->levels > 1 && !data->is_baked;
    upload up = {row->shape.format, at_least_one(row->shape.width_px >> level),
                 at_least_one(row->shape.height_px >> level),
                 at_least_one(file->info.level_count)};
    if (data->is_baked) {
        up.level_count = row->cost.levels;
    }
    uint64_t gpu = has_levels ? level_bytes(row, level, level + 1)
                              : level_bytes(row, 0, row->cost.levels);
    if (has_levels && level == 0) {
        gpu += level_bytes(row, data->levels, row->cost.levels);
    }
    const gpu_format_row *format = gpu_format_get(up.format);
    uint64_t blocks = (up.width_px + format->block_width_px - 1) / format->block_width_px;
    row->uploads[row->upload_count++] = (texture_upload){
        image_index,
        {.gpu_bytes = gpu,
         .staging_bytes = upload_sane_staging_bytes(&up, &view->model),
         .request_bytes = upload_staging_bytes(&up, &view->model),
         .supplied_bytes = upload_bytes(&up),
         .row_bytes = blocks * format->block_bytes},
    };
}

static pa_status list_uploads(pa_audit *audit, const audit_view *view, texture_row *row,
                              pa_error *err) {
    const copy *c = &audit->g.copies[row->copy];
    const texture_data *data = c->document.texture;
    row->uploads =
        arena_alloc(&audit->mem, (size_t)data->image_count + 1, sizeof *row->uploads);
    if (row->uploads == NULL) {
        return error_nomem(err);
    }
    if (audit->images.of_asset[row->asset] != NO_INDEX) {
        measure_upload(audit, view, row, row->images[0], 0);
    }
    for (uint32_t i = 0; i < data->image_count; i++) {
        uint32_t image_index = image_of_reference(audit, c, data->image_from + i);
        if (image_index != NO_INDEX) {
            measure_upload(audit, view, row, image_index,
                           data->image_places[i] / data->layers);
        }
    }
    return PA_OK;
}

static pa_status measure_texture(pa_audit *audit, const audit_view *view,
                                 texture_row *row, pa_error *err) {
    const texture_data *data = audit->g.copies[row->copy].document.texture;
    const picture *first =
        row->image_count == 0 ? NULL : view_picture(audit, view, row->images[0]);
    row->is_known = first != NULL && first->is_known;
    if (!row->is_known) {
        return PA_OK;
    }
    row->shape =
        texture_shape_of(data, &view->model, first->gpu, first->info.width_px,
                         first->info.height_px, at_least_one(first->info.level_count));
    row->cost = texture_cost_of(&row->shape, &view->model);
    return list_uploads(audit, view, row, err);
}

static pa_status add_texture(pa_audit *audit, audit_view *view, uint32_t asset_index,
                             pa_error *err) {
    uint32_t copy_index = audit->g.assets[asset_index].told_copy;
    const document *d = &audit->g.copies[copy_index].document;
    view->texture_of_asset[asset_index] = NO_INDEX;
    if (d->texture == NULL && d->render == NULL) {
        return PA_OK;
    }
    texture_row *row = &view->textures[view->texture_count];
    *row = (texture_row){.asset = asset_index, .copy = copy_index};
    view->texture_of_asset[asset_index] = view->texture_count++;
    if (d->render != NULL) {
        row->is_render = true;
        row->is_known = true;
        row->render_bytes = render_texture_bytes(d->render);
        row->render_counter_bytes = render_texture_counter_bytes(d->render, &view->model);
        return PA_OK;
    }
    pa_status status = list_images(audit, row, err);
    return status == PA_OK ? measure_texture(audit, view, row, err) : status;
}

pa_status view_list_textures(pa_audit *audit, audit_view *view, pa_error *err) {
    const game *g = &audit->g;
    size_t count = 1;
    for (uint32_t i = 0; i < g->asset_count; i++) {
        const document *d = &g->copies[g->assets[i].told_copy].document;
        count += d->texture != NULL || d->render != NULL;
    }
    view->textures = arena_alloc(&audit->mem, count, sizeof *view->textures);
    view->texture_of_asset = arena_alloc(&audit->mem, (size_t)g->asset_count + 1,
                                         sizeof *view->texture_of_asset);
    if (view->textures == NULL || view->texture_of_asset == NULL) {
        return error_nomem(err);
    }
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < g->asset_count; i++) {
        status = add_texture(audit, view, i, err);
    }
    return status;
}
