/* textures.c - a row for every texture: the images it is made of, its shape, its cost.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"

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
        row->images[row->image_count++] = own;
        return PA_OK;
    }
    for (uint32_t i = 0; i < data->image_count; i++) {
        uint32_t target = c->targets[data->image_from + i];
        uint32_t image_index =
            target == NO_INDEX ? NO_INDEX
                               : audit->images.of_asset[audit->g.copies[target].asset];
        bool is_again = false;
        for (uint32_t j = 0; j < row->image_count; j++) {
            is_again |= row->images[j] == image_index;
        }
        if (image_index != NO_INDEX && !is_again) {
            row->images[row->image_count++] = image_index;
        }
    }
    return PA_OK;
}

static void measure(pa_audit *audit, texture_row *row) {
    const texture_data *data = audit->g.copies[row->copy].document.texture;
    if (row->image_count == 0) {
        return;
    }
    const image *first = &audit->images.rows[row->images[0]];
    row->is_known = first->is_known;
    if (!first->is_known) {
        return;
    }
    uint32_t file_levels = first->info.level_count > 0 ? first->info.level_count : 1;
    row->shape = texture_shape_of(data, &audit->model, first->gpu, first->info.width_px,
                                  first->info.height_px, file_levels);
    row->cost = texture_cost_of(&row->shape, &audit->model);
}

static pa_status add_texture(pa_audit *audit, uint32_t asset_index, pa_error *err) {
    uint32_t copy_index = audit->g.assets[asset_index].first_copy;
    const document *d = &audit->g.copies[copy_index].document;
    audit->texture_of_asset[asset_index] = NO_INDEX;
    if (d->texture == NULL && d->render == NULL) {
        return PA_OK;
    }
    texture_row *row = &audit->textures[audit->texture_count];
    *row = (texture_row){.asset = asset_index, .copy = copy_index};
    audit->texture_of_asset[asset_index] = audit->texture_count++;
    if (d->render != NULL) {
        row->is_render = true;
        row->is_known = true;
        row->render_bytes = render_texture_bytes(d->render);
        row->render_counter_bytes =
            render_texture_counter_bytes(d->render, &audit->model);
        return PA_OK;
    }
    pa_status status = list_images(audit, row, err);
    if (status == PA_OK) {
        measure(audit, row);
    }
    return status;
}

pa_status audit_list_textures(pa_audit *audit, pa_error *err) {
    const game *g = &audit->g;
    size_t count = 1;
    for (uint32_t i = 0; i < g->asset_count; i++) {
        const document *d = &g->copies[g->assets[i].first_copy].document;
        count += d->texture != NULL || d->render != NULL;
    }
    audit->textures = arena_alloc(&audit->mem, count, sizeof *audit->textures);
    audit->texture_of_asset = arena_alloc(&audit->mem, (size_t)g->asset_count + 1,
                                          sizeof *audit->texture_of_asset);
    if (audit->textures == NULL || audit->texture_of_asset == NULL) {
        return error_nomem(err);
    }
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < g->asset_count; i++) {
        status = add_texture(audit, i, err);
    }
    return status;
}
