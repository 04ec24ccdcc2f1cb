/* images.h - every image of a game: its alternatives, the one that counts, and what
 * decoding that file told.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_IMAGES_H
#define PA_BUNDLE_IMAGES_H

#include "bundle/game.h"
#include "bundle/variant.h"
#include "codec/picture.h"
#include "packaudit/audit.h"

/** The file of one alternative, and what reading it told. */
typedef struct picture {
    tree_id file;    /**< TREE_NONE when it is absent */
    bool is_wanted;  /**< some device takes it: it was read */
    bool is_known;   /**< width and height are known from the file */
    bool is_decoded; /**< really decoded to the end, as the target would */
    str problem;     /**< why it is not, else empty */
    uint64_t file_bytes;
    picture_info info;
    picture_facts facts;
    gpu_format gpu; /**< what it becomes on the GPU */
} picture;

typedef struct image {
    uint32_t copy; /**< whose document describes it */
    uint32_t asset;
    variant variants[MAX_VARIANTS];
    picture *pictures; /**< one a variant */
    uint32_t variant_count;
} image;

typedef struct image_table {
    image *rows; /**< in the order of the assets */
    uint32_t count;
    uint32_t *of_asset; /**< image of each asset, or NO_INDEX */
    arena mem;
} image_table;

/** Whose choice among alternatives is to be read. */
typedef struct image_reader {
    const char *name; /**< of a device, NULL when none is given */
    format_support support;
} image_reader;

typedef struct image_options {
    const image_reader *readers;
    size_t reader_count;
    bool is_decoding;    /**< false: headers only */
    bool is_reading_all; /**< alternatives that no reader takes, too */
    /** From any thread; may be NULL. */
    void (*progress)(void *ctx, const pa_progress *at);
    void *progress_ctx;
} image_options;

/** The alternative that a reader takes, NO_INDEX when none. Without a device an image
 * that not every device reads counts as the one that reads everything takes it. With a
 * device that reads none, the engine loads nothing from 3.4 on; before, its default
 * extension, the first alternative. */
uint32_t image_choose(const image *row, const image_reader *reader,
                      engine_version version);

/** Makes the table and decodes every image once, in parallel. Clear it also on failure.
 */
pa_status images_read(const game *g, const pool *how, const image_options *options,
                      image_table *out, finding_list *findings, pa_error *err);

void images_clear(image_table *in);

#endif
