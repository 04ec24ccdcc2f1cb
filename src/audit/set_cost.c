/* set_cost.c - what a set of assets costs at rest: the sums of a scene, of the start, of
 * a bundle.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "base/alloc.h"
#include "base/bitset.h"

/* Which images of a set are uploaded by a texture of it, and which have a user that no
 * upload takes away. Bit sets over the image table. */
typedef struct image_users {
    uint64_t *uploaded;
    uint64_t *held;
} image_users;

static int ascending(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* Rows that the assets of a closure have in a table, sorted. */
static pa_status collect(pa_audit *audit, const closure *walked, const uint64_t *without,
                         const uint32_t *row_of_asset, uint32_t **rows, uint32_t *count,
                         pa_error *err) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < walked->count; i++) {
        uint32_t asset_index = audit->g.copies[walked->copies[i]].asset;
        found += row_of_asset[asset_index] != NO_INDEX;
    }
    *rows = arena_alloc(&audit->mem, (size_t)found + 1, sizeof **rows);
    if (*rows == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < walked->count; i++) {
        uint32_t asset_index = audit->g.copies[walked->copies[i]].asset;
        bool is_left_out = without != NULL && bitset_has(without, asset_index);
        if (row_of_asset[asset_index] != NO_INDEX && !is_left_out) {
            (*rows)[(*count)++] = row_of_asset[asset_index];
        }
    }
    if (*count > 1) {
        qsort(*rows, *count, sizeof **rows, ascending);
    }
    return PA_OK;
}

/* A texture adds an edge to each of its images, and its upload removes one. What stays is
 * an edge more: the image's uuid also among the texture's own dependencies (cocos-engine
 * issue 19207), a baked cube's atlases, or a user that is no texture. In 2.4 the texture
 * is the image, and its users hold the texture, not the pixels. */
static void count_users(const pa_audit *audit, const closure *walked,
                        const image_users *users) {
    const game *g = &audit->g;
    for (uint32_t i = 0; i < walked->count; i++) {
        const copy *c = &g->copies[walked->copies[i]];
        const texture_data *texture = c->document.texture;
        uint32_t own = audit->images.of_asset[c->asset];
        if (texture != NULL && own != NO_INDEX) {
            bitset_add(users->uploaded, own);
        }
        for (uint32_t j = 0; j < c->document.reference_count; j++) {
            uint32_t target = c->targets[j];
            uint32_t row = target == NO_INDEX
                               ? NO_INDEX
                               : audit->images.of_asset[g->copies[target].asset];
            if (row == NO_INDEX || g->copies[target].document.texture != NULL) {
                continue;
            }
            bool is_upload = texture != NULL && c->document.references[j].is_content;
            bitset_add(is_upload && !texture->is_baked ? users->uploaded : users->held,
                       row);
        }
    }
}

static void add_images(const pa_audit *audit, const audit_view *view,
                       const image_users *users, set_cost *out) {
    for (uint32_t i = 0; i < out->image_count; i++) {
        uint32_t row = out->images[i];
        const picture *file = view_picture(audit, view, row);
        if (file == NULL) {
            out->unknown_images++;
            continue;
        }
        out->file_bytes += file->file_bytes;
        if (!file->is_known) {
            out->unknown_images++;
            continue;
        }
        out->pixels += (uint64_t)file->info.width_px * file->info.height_px;
        out->decoded_bytes += image_decoded_bytes(&file->info);
        bool is_cleaned =
            view->model.is_cleaning_images && bitset_has(users->uploaded, row) &&
            !bitset_has(users->held, row) && !image_defies_cleanup(&file->info);
        if (!is_cleaned) {
            out->kept[i] = image_kept_bytes(&file->info, file->file_bytes, &view->model);
            out->kept_bytes += out->kept[i];
        }
    }
}

/* References that lead nowhere, and documents that could not be read. */
static void count_unknown(const pa_audit *audit, const closure *walked, set_cost *out) {
    for (uint32_t i = 0; i < walked->count; i++) {
        const copy *c = &audit->g.copies[walked->copies[i]];
        out->unknown_documents += !c->is_decoded;
        for (uint32_t j = 0; j < c->document.reference_count; j++) {
            out->unknown_documents += c->targets[j] == NO_INDEX;
        }
    }
}

static void add_textures(const audit_view *view, set_cost *out) {
    for (uint32_t i = 0; i < out->texture_count; i++) {
        const texture_row *row = &view->textures[out->textures[i]];
        out->gpu_bytes += row->cost.gpu_bytes;
        out->counter_bytes += row->cost.counter_bytes;
        out->render_bytes += row->render_bytes;
        out->render_counter_bytes += row->render_counter_bytes;
    }
}

static pa_status sum_up(pa_audit *audit, const audit_view *view, const closure *walked,
                        const image_users *users, set_cost *out, pa_error *err) {
    out->kept = arena_alloc(&audit->mem, (size_t)out->image_count + 1, sizeof *out->kept);
    if (out->kept == NULL) {
        return error_nomem(err);
    }
    count_users(audit, walked, users);
    add_images(audit, view, users, out);
    add_textures(view, out);
    audit_add_natives(audit, walked, out);
    count_unknown(audit, walked, out);
    load_scratch scratch = {0};
    pa_status status = set_load_of(audit, view, out, NULL, &scratch, &out->load, err);
    load_scratch_clear(&scratch);
    return status;
}

pa_status set_cost_of(pa_audit *audit, const audit_view *view, const closure *walked,
                      const uint64_t *without, set_cost *out, pa_error *err) {
    *out = (set_cost){0};
    size_t asset_words = BITSET_WORDS((size_t)audit->g.asset_count + 1);
    size_t image_words = BITSET_WORDS((size_t)audit->images.count + 1);
    image_users users = {mem_zero(image_words, sizeof(uint64_t)),
                         mem_zero(image_words, sizeof(uint64_t))};
    out->assets = arena_alloc(&audit->mem, asset_words, sizeof(uint64_t));
    pa_status status = users.uploaded == NULL || users.held == NULL || out->assets == NULL
                           ? error_nomem(err)
                           : PA_OK;
    if (status == PA_OK) {
        memcpy(out->assets, walked->assets, asset_words * sizeof(uint64_t));
        status = collect(audit, walked, without, audit->images.of_asset, &out->images,
                         &out->image_count, err);
    }
    if (status == PA_OK) {
        status = collect(audit, walked, without, view->texture_of_asset, &out->textures,
                         &out->texture_count, err);
    }
    if (status == PA_OK) {
        status = sum_up(audit, view, walked, &users, out, err);
    }
    mem_free(users.uploaded);
    mem_free(users.held);
    return status;
}
