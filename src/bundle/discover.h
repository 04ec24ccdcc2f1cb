/* discover.h - find the bundles and the settings of one build among the files of a tree.
 *
 * A bundle is where a config is, known by content; its build is the folder that holds
 * assets/, remote/ or subpackages/. SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_DISCOVER_H
#define PA_BUNDLE_DISCOVER_H

#include "bundle/config.h"
#include "bundle/engine.h"
#include "bundle/settings.h"

/** What was found. Zero-initialise it; clear with discovery_clear. */
typedef struct discovery {
    str root; /**< folder of the build in the tree, with '/' behind it unless empty */
    bundle *bundles; /**< sorted by name, each name once */
    size_t bundle_count;
    size_t bundle_capacity;
    settings settings;
    str script_engine;    /**< version that the engine's script states, when the settings
                             lack it */
    bool is_native_shape; /**< a config is named cc.config.json, or a jsb-adapter lies
                             there */
    bool has_game_json;   /**< game.json lies in the root: a mini game */
} discovery;

/** PA_FORMAT when the tree holds no bundle, several builds, or only configs that cannot
 * be read. */
pa_status discover(const tree *files, const pool *how, arena *mem, discovery *out,
                   finding_list *findings, pa_error *err);

void discovery_clear(discovery *in);

#endif
