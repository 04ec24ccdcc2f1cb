/* settings.h - what a build's settings file says, whichever era wrote it.
 *
 * 2.4: src/settings.js, a script with an object literal. 3.0 to 3.5: flat
 * src/settings.json. 3.6 and later: the same name, keys in groups. Source: bundle-wide
 * reading of real builds; cocos-engine 3.8.5 cocos/core/settings.ts.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_SETTINGS_H
#define PA_BUNDLE_SETTINGS_H

#include "base/arena.h"
#include "base/error.h"

typedef enum settings_era {
    SETTINGS_NONE,
    SETTINGS_SCRIPT,
    SETTINGS_FLAT,
    SETTINGS_GROUPED
} settings_era;

/** A switch that may be absent. */
typedef enum tristate { IS_UNSET, IS_FALSE, IS_TRUE } tristate;

typedef struct str_list {
    str *items;
    size_t count;
} str_list;

/** Zero-initialised it stands for a build without settings. Texts live in the arena
 * given. */
typedef struct settings {
    settings_era era;
    str path;                 /**< in the build */
    str engine;               /**< "3.8.5", empty before 3.3 */
    str platform;             /**< "web-mobile", "android", "wechatgame", … */
    str launch_scene;         /**< "db://assets/….scene" */
    str_list bundle_names;    /**< bundleVers: names … */
    str_list bundle_versions; /**< … and their versions, side by side */
    str_list remote_bundles;
    str_list subpackages;
    str_list project_bundles;     /**< 3.6+: the bundles this build has */
    str_list startup_assets;      /**< uuids that the launcher loads and keeps:
                                     engine.builtinAssets,      assets.preloadAssets, render
                                     pipeline, physics material */
    tristate cleanup_image_cache; /**< macros.CLEANUP_IMAGE_CACHE */
} settings;

/** Reads the text of a settings file; `path` tells script from JSON. */
pa_status settings_parse(str text, str path, arena *mem, settings *out, pa_error *err);

/** The version that bundleVers gives a bundle, or the empty text. */
str settings_bundle_version(const settings *in, str name);

bool str_list_has(const str_list *list, str text);

#endif
