/* load.c - loading a set of assets while others are alive.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"
#include "base/alloc.h"
#include "base/bitset.h"

/* What the new textures of a load do with one image. */
typedef struct image_use {
    uint64_t traded_bytes;
    uint64_t staging_bytes;
    bool is_uploaded;
} image_use;

static void add_textures(const audit_view *view, const set_cost *set,
                         const uint64_t *alive, load_sum *sum, image_use *uses) {
    for (uint32_t i = 0; i < set->texture_count; i++) {
        const texture_row *row = &view->textures[set->textures[i]];
        if (alive != NULL && bitset_has(alive, row->asset)) {
            continue;
        }
        load_add_texture(sum, row->cost.gpu_bytes);
        for (uint32_t j = 0; j < row->upload_count; j++) {
            const texture_upload *up = &row->uploads[j];
            image_use *use = &uses[up->image];
            uint64_t gpu = up->cost.gpu_bytes;
            uint64_t staging = up->cost.staging_bytes;
            use->traded_bytes += gpu > staging ? gpu : staging;
            use->staging_bytes += staging;
            use->is_uploaded = true;
            load_add_upload(sum, &up->cost);
        }
    }
}

/* With clean-up on, an image leaves the cache once it was uploaded: a new texture decodes
 * it again, even if a living texture used it. Else it is decoded when it is not alive. */
static bool is_decoded_again(const pa_audit *audit, const audit_view *view,
                             const set_cost *set, uint32_t i, const image_use *use,
                             const uint64_t *alive) {
    bool is_alive =
        alive != NULL && bitset_has(alive, audit->images.rows[set->images[i]].asset);
    bool is_evicted = view->model.is_cleaning_images && set->kept[i] == 0;
    return !is_alive || (is_evicted && use->is_uploaded);
}

pa_status set_load_of(const pa_audit *audit, const audit_view *view, const set_cost *set,
                      const uint64_t *alive, load_peak *out, pa_error *err) {
    image_use *uses = mem_zero((size_t)audit->images.count + 1, sizeof *uses);
    if (uses == NULL) {
        return error_nomem(err);
    }
    load_sum sum;
    load_begin(&sum, &view->model);
    add_textures(view, set, alive, &sum, uses);
    for (uint32_t i = 0; i < set->image_count; i++) {
        const image_use *use = &uses[set->images[i]];
        if (is_decoded_again(audit, view, set, i, use, alive)) {
            load_add_image(&sum, &view->decodes[set->images[i]], use->traded_bytes,
                           use->staging_bytes, set->kept[i]);
        }
    }
    bool failed = sum.pool.failed;
    *out = load_end(&sum);
    mem_free(uses);
    return failed ? error_nomem(err) : PA_OK;
}
