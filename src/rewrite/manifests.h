/* manifests.h - hot-update manifests: they tell the md5 and size of files, and who serves
 * an update makes them. They are not edited; it is told that they are out of date.
 *
 * Source: cocos-engine 3.8.5 native/extensions/assets-manager/Manifest.cpp.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_MANIFESTS_H
#define PA_REWRITE_MANIFESTS_H

#include "rewrite/changes.h"

typedef struct manifest_list {
    str *paths; /**< borrowed from the tree */
    size_t count;
    size_t capacity;
} manifest_list;

/** Adds every file of the tree that is a manifest with a table of files. */
pa_status manifests_find(const tree *files, const pool *how, manifest_list *out,
                         pa_error *err);

void manifest_list_clear(manifest_list *in);

#endif
