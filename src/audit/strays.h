/* strays.h - files in the folders of bundles that the engine never asks for.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_AUDIT_STRAYS_H
#define PA_AUDIT_STRAYS_H

#include "bundle/game.h"

/** A file whose id or hash the config of its bundle does not list. */
typedef struct stray {
    uint32_t bundle;
    tree_id file;
} stray;

/** Zero-initialise it; clear it. */
typedef struct stray_list {
    stray *rows; /**< by bundle, then file */
    size_t count;
    size_t capacity;
} stray_list;

/** Adds all of them. PA_NOMEM. */
pa_status strays_list(const game *g, stray_list *out, pa_error *err);

void stray_list_clear(stray_list *in);

#endif
