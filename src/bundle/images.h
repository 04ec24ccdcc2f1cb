/* images.h - every image of a game: its alternatives, the one that counts, and what
 * decoding that file told.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_IMAGES_H
#define PA_BUNDLE_IMAGES_H

#include "bundle/game.h"
#include "bundle/variant.h"
#include "codec/picture.h"

typedef struct image {
    uint32_t copy; /**< whose document describes it */
    uint32_t asset;
    variant variants[MAX_VARIANTS];
    tree_id files[MAX_VARIANTS]; /**< TREE_NONE where the file is absent */
    uint32_t variant_count;
    uint32_t chosen; /**< NO_INDEX: no alternative at all */
    bool is_known;   /**< width and height are known from the file */
    bool is_decoded; /**< really decoded to the end, as the target would */
    str problem;     /**< why it is not, else empty */
    uint64_t file_bytes;
    picture_info info;
    picture_facts facts;
    gpu_format gpu; /**< what it becomes on the GPU */
} image;

typedef struct image_table {
    image *rows; /**< in the order of the assets */
    uint32_t count;
    uint32_t *of_asset; /**< image of each asset, or NO_INDEX */
    uint64_t decoded_pixels;
    arena mem;
} image_table;

typedef struct image_options {
    format_support support;
    bool is_decoding; /**< false: headers only */
    void (*progress)(void *ctx, uint32_t done,
                     uint32_t total); /**< from any thread; may be NULL */
    void *progress_ctx;
} image_options;

/** Makes the table and decodes every image once, in parallel. Clear it also on failure.
 */
pa_status images_read(const game *g, const pool *how, const image_options *options,
                      image_table *out, finding_list *findings, pa_error *err);

void images_clear(image_table *in);

#endif
