/* audit.h - the costs of a game: a row a texture, a scene, a bundle.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_AUDIT_AUDIT_H
#define PA_AUDIT_AUDIT_H

#include "bundle/closure.h"
#include "bundle/images.h"
#include "memory/image_cost.h"
#include "memory/texture.h"
#include "packaudit/audit.h"

typedef struct texture_row {
    uint32_t asset;
    uint32_t copy;
    bool is_render;   /**< a RenderTexture: its bytes are in no image sum */
    bool is_known;    /**< its first image's size is known */
    uint32_t *images; /**< rows of the image table, each once, in the document's order */
    uint32_t image_count;
    texture_shape shape;
    texture_cost cost;
    uint64_t render_bytes;
    uint64_t render_counter_bytes;
} texture_row;

/** What a set of assets costs at rest. */
typedef struct set_cost {
    uint64_t *assets; /**< bit set of assets */
    uint32_t *images; /**< rows of the image table, ascending */
    uint32_t image_count;
    uint32_t *textures; /**< rows of the texture table, ascending */
    uint32_t texture_count;
    uint32_t
        unknown_images; /**< of these, whose size is unknown: the sums are too small */
    uint64_t file_bytes;
    uint64_t pixels;
    uint64_t decoded_bytes;
    uint64_t gpu_bytes;
    uint64_t counter_bytes;
    uint64_t kept_bytes; /**< CPU copies that stay */
    uint64_t render_bytes;
    uint64_t render_counter_bytes;
} set_cost;

/** What only code that names it can load from a bundle. */
typedef struct name_only_row {
    uint32_t bundle;
    uint32_t root_count; /**< addressable assets that no scene reaches */
    set_cost cost;
} name_only_row;

/** Stored assets that nothing leads to. */
typedef struct unreferenced_row {
    uint32_t bundle;
    uint32_t asset_count;
    uint32_t image_count;
    uint64_t file_bytes; /**< of those images */
} unreferenced_row;

struct pa_audit {
    arena mem;
    pa_depth depth;
    game g;
    image_table images;
    cost_model model;
    texture_row *textures; /**< in the order of the assets */
    uint32_t texture_count;
    uint32_t *texture_of_asset;
    set_cost *scenes; /**< beside g.scenes */
    set_cost startup; /**< what the launcher loads and keeps */
    name_only_row *name_only;
    uint32_t name_only_count;
    unreferenced_row *unreferenced;
    uint32_t unreferenced_count;
    finding_list findings;
};

/** Bytes that stay after loading. */
static inline uint64_t set_resident_bytes(const set_cost *cost) {
    return cost->gpu_bytes + cost->kept_bytes;
}

/** textures.c */
pa_status audit_list_textures(pa_audit *audit, pa_error *err);

/** set_cost.c: the cost of a walked closure, in memory of the audit. Images and textures
 * of `without` (a bit set of assets, or NULL) are left out. */
pa_status set_cost_of(pa_audit *audit, const closure *walked, const uint64_t *without,
                      set_cost *out, pa_error *err);

#endif
