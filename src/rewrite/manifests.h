/* manifests.h - hot-update manifests tell md5 and size of every file: they follow what
 * was changed, in the text as it stands. Their version stays: to raise it, so that
 * players get the files, is for whoever serves the update to decide.
 *
 * Source: cocos-engine 3.8.5 native/extensions/assets-manager/Manifest.cpp; the
 * version_generator.js of its hot-update tutorial.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_MANIFESTS_H
#define PA_REWRITE_MANIFESTS_H

#include "rewrite/output.h"

/** A manifest with a table of files. */
typedef struct manifest {
    tree_id file;
    str path;       /**< borrowed from the tree */
    str version;    /**< of the update, as it says; in the list's memory */
    size_t changed; /**< entries that are other ones now, came, or went */
    bool is_stale;  /**< it lies in a zip bundle, and was left as it is */
} manifest;

/** Zero-initialise it. */
typedef struct manifest_list {
    manifest *rows;
    size_t count;
    size_t capacity;
    arena mem;
} manifest_list;

/** Makes every manifest of the build tell what it will hold. The last edit of all: what
 * changes behind it is not in them. A manifest that lists others is edited behind those
 * that lie deeper. */
pa_status manifests_edit(changes *what, output *out, str root, const pool *how,
                         manifest_list *told, pa_error *err);

void manifest_list_clear(manifest_list *in);

#endif
