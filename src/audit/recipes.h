/* recipes.h - what a team wants done to which images; the part of packaudit.yaml that
 * `plan` works by.
 *
 *      recipes:
 *        - { at: "walls*", compress: [astc-6x6, webp], psnr: 32, ssim: 0.95 }
 *        - { use: [sprite], min_side: 512, alpha: true, compress: [astc-4x4] }
 *        - { at: "walls/logo", keep: true }
 *
 * Of several recipes that are about the same image the last one counts.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_AUDIT_RECIPES_H
#define PA_AUDIT_RECIPES_H

#include "codec/encoding.h"
#include "codec/quality.h"
#include "codec/yaml.h"

/** What an image is used for; one may have several. */
typedef enum recipe_use {
    RECIPE_MATERIAL,
    RECIPE_SPRITE,
    RECIPE_PARTICLES,
    RECIPE_TRAIL,
    RECIPE_SKY,
    RECIPE_LIGHT, /**< light maps and reflection probes */
    RECIPE_TERRAIN,
    RECIPE_SPINE,
    RECIPE_DRAGONBONES,
    RECIPE_TILEDMAP,
    RECIPE_FONT,
    RECIPE_NORMALMAP,
    RECIPE_CUBE,
    RECIPE_OTHER, /**< by a component that is not known */
    RECIPE_CODE,  /**< only code that names it */
    RECIPE_USE_COUNT
} recipe_use;

/** What is done beside new files for images. */
typedef enum recipe_deed {
    RECIPE_DROP_UNUSED = 1, /**< files that nothing asks for */
} recipe_deed;

enum { RECIPE_MAX_FORMATS = 8 };

typedef struct recipe_row {
    str at;               /**< place (policy_is_at), or empty: everywhere */
    str bundle;           /**< glob of names, or empty */
    str scene;            /**< glob of names or urls of scenes that show it, or empty */
    uint32_t uses;        /**< bit set of recipe_use; 0: any */
    uint32_t min_side_px; /**< the longer side is at least so long */
    uint64_t min_bytes;   /**< its textures have at least so many on the GPU */
    bool has_alpha;       /**< the recipe says … */
    bool alpha;           /**< … whether it is transparent in places */
    bool keeps;           /**< nothing is done to it */
    encoding_kind formats[RECIPE_MAX_FORMATS];
    uint32_t format_count;
    uint32_t preset;      /**< astc_preset */
    uint32_t quality;     /**< of WebP and JPEG; 0: the usual one */
    uint32_t max_side_px; /**< 0: none */
    uint32_t deeds;       /**< bit set of recipe_deed */
    bool linear;          /**< smaller sides average light */
    bool frames_of_code;  /**< code may have the sprite frames of such images */
    quality_floor floor;
    uint32_t line;
} recipe_row;

/** Reads the list; its rows live in `mem`. PA_FORMAT "line L, column C: …" or
 * PA_NOMEM. */
pa_status recipes_parse(const yaml_node *list, arena *mem, recipe_row **out,
                        uint32_t *count, pa_error *err);

#endif
