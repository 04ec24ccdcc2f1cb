/* load.c - loading a set of assets while others are alive.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"
#include "base/alloc.h"
#include "base/bitset.h"

static bool is_alive(const uint64_t *alive, uint32_t asset_index) {
    return alive != NULL && bitset_has(alive, asset_index);
}

static void add_textures(const audit_view *view, const set_cost *set,
                         const uint64_t *alive, load_sum *sum, image_use *uses) {
    for (uint32_t i = 0; i < set->texture_count; i++) {
        const texture_row *row = &view->textures[set->textures[i]];
        if (is_alive(alive, row->asset)) {
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
    bool is_evicted = view->model.is_cleaning_images && set->kept[i] == 0;
    return !is_alive(alive, audit->images.rows[set->images[i]].asset) ||
           (is_evicted && use->is_uploaded);
}

/* Room for all images, all zero; what a load wrote it clears itself. */
static image_use *open_scratch(const pa_audit *audit, load_scratch *scratch) {
    if (scratch->uses == NULL) {
        scratch->uses = mem_zero((size_t)audit->images.count + 1, sizeof *scratch->uses);
    }
    return scratch->uses;
}

static void clean_uses(const audit_view *view, const set_cost *set, image_use *uses) {
    for (uint32_t i = 0; i < set->texture_count; i++) {
        const texture_row *row = &view->textures[set->textures[i]];
        for (uint32_t j = 0; j < row->upload_count; j++) {
            uses[row->uploads[j].image] = (image_use){0};
        }
    }
}

pa_status set_load_of(const pa_audit *audit, const audit_view *view, const set_cost *set,
                      const uint64_t *alive, load_scratch *scratch, load_peak *out,
                      pa_error *err) {
    image_use *uses = open_scratch(audit, scratch);
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
    clean_uses(view, set, uses);
    bool failed = sum.pool.failed;
    *out = load_end(&sum);
    return failed ? error_nomem(err) : PA_OK;
}

void load_scratch_clear(load_scratch *scratch) {
    mem_free(scratch->uses);
    *scratch = (load_scratch){0};
}
