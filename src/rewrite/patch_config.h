/* patch_config.h - new versions in a bundle's config, and of the config in the settings.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_PATCH_CONFIG_H
#define PA_REWRITE_PATCH_CONFIG_H

#include "bundle/game.h"
#include "rewrite/changes.h"
#include "rewrite/patch.h"

/** The new versions of one bundle. Set `g` and `b`, open, collect, write, clear. */
typedef struct config_edit {
    const game *g;
    const bundle *b;
    str *import_versions; /**< of each entry, empty: as it was */
    str *native_versions;
    str zip_version; /**< of the zip that holds the bundle's files, likewise */
    size_t count;    /**< of all together */
} config_edit;

pa_status config_edit_open(config_edit *in, pa_error *err);

/** `version` lives as long as the edit. */
void config_edit_version(config_edit *in, uint32_t entry_index, bool is_native,
                         str version);

/** Edits the config, and, when its name and the settings tell its version, renames it and
 * the bundle's script; `*version` is the new one then, else empty. */
pa_status config_edit_write(const config_edit *in, changes *what, patch_counts *told,
                            str *version, pa_error *err);

void config_edit_clear(config_edit *in);

/** Gives a bundle's config a new text, which is moved out of `edited`; names as
 * config_edit_write. */
pa_status config_put(const game *g, const bundle *b, buf *edited, changes *what,
                     patch_counts *told, str *version, pa_error *err);

/** Tells the settings the new versions of bundles, and the launcher the settings' new
 * name. */
pa_status settings_edit(const game *g, const str_list *names, const str_list *versions,
                        changes *what, pa_error *err);

#endif
