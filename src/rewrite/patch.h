/* patch.h - tell the documents of a build about images that have other files now: in
 * every place that holds a copy, and in every name that follows from it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_PATCH_H
#define PA_REWRITE_PATCH_H

#include "bundle/images.h"
#include "rewrite/changes.h"
#include "rewrite/names.h"

/** One image as it will be. */
typedef struct image_edit {
    uint32_t image;    /**< row of the image table */
    str formats;       /**< "7@93_0" */
    uint32_t width_px; /**< 0: as it was */
    uint32_t height_px;
    uint32_t kept;     /**< bit set of the old alternatives whose files stay */
    content_hash hash; /**< of the files it has now */
} image_edit;

/** What was edited, counted. */
typedef struct patch_counts {
    size_t documents; /**< places that hold a copy of an image */
    size_t renamed;   /**< files with another name */
    size_t unnamed;   /**< bundles whose config kept its name: no settings to tell */
} patch_counts;

/** Where a file of an edited image goes in the bundle that stores this copy; in `mem`. */
str image_edit_path(const game *g, const copy *c, const image_edit *edit, str extension,
                    arena *mem);

/** Edits documents, packs, configs and settings, drops files that are replaced, renames
 * what has a hash in its name. PA_UNSUPPORTED when a place cannot be edited. */
pa_status patch_build(const game *g, const image_table *images, const image_edit *edits,
                      size_t count, changes *what, patch_counts *told, pa_error *err);

#endif
