/* zip_bundles.h - bundles whose files lie in a zip: the zip is made anew of what changes
 * in it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_ZIP_BUNDLES_H
#define PA_REWRITE_ZIP_BUNDLES_H

#include "rewrite/output.h"
#include "rewrite/patch_image.h"

/** Gives the zip of a bundle another name when its config tells a version of it and
 * anything in it changes; `config` learns that version. */
pa_status zip_version_edit(const image_patch *images, const bundle *b, changes *what,
                           patch_counts *told, config_edit *config, pa_error *err);

/** Adds the new zips to the output and drops the old ones. */
pa_status zip_bundles_write(const game *g, changes *what, output *out, const pool *how,
                            pa_error *err);

#endif
