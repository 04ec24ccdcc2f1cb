/* patch_image.h - the documents and files of images that have other files now.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_PATCH_IMAGE_H
#define PA_REWRITE_PATCH_IMAGE_H

#include "rewrite/patch_config.h"

/** All edits of images, found by asset. Open, use, clear. */
typedef struct image_patch {
    const game *g;
    const image_table *images;
    const image_edit *edits;
    uint32_t *of_asset; /**< edit of each asset, or NO_INDEX */
} image_patch;

pa_status image_patch_open(image_patch *out, const game *g, const build_edits *from,
                           pa_error *err);

/** Tells the documents of images their formats and sides. It borrows `in`. */
document_editor image_patch_editor(const image_patch *in);

/** The files of one copy: those that stay get the new name, the others go. */
pa_status image_patch_files(const image_patch *in, uint32_t copy_index, changes *what,
                            patch_counts *told, config_edit *config, pa_error *err);

void image_patch_clear(image_patch *in);

#endif
