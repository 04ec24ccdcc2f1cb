/* versions.c - which engine, which target: the settings' word, the engine script's, or
 * the shape.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/game.h"

#include <stddef.h>

/* Marks in configs and settings that a version brought, newest first. */
typedef struct shape_mark {
    const char *version;
    const char *mark;
} shape_mark;

static bool any_bundle(const game *g, size_t field_offset) {
    for (size_t i = 0; i < g->found.bundle_count; i++) {
        const char *raw = (const char *)&g->found.bundles[i];
        if (*(const bool *)(raw + field_offset)) {
            return true;
        }
    }
    return false;
}

/* The earliest version that writes what was found. Compiled documents are 2.4.3 and
 * later, but 2.4.5 is the first that is common; only facts that hold for all 2.4 hang on
 * it. */
static shape_mark guess(const game *g) {
    if (any_bundle(g, offsetof(bundle, has_relationships))) {
        return any_bundle(g, offsetof(bundle, has_number_members))
                   ? (shape_mark){"3.8.2", "configs have dependencyRelationships and "
                                           "numbers in packs"}
                   : (shape_mark){"3.8.0", "configs have dependencyRelationships"};
    }
    if (any_bundle(g, offsetof(bundle, has_preload_script))) {
        return (shape_mark){"3.7.0", "configs have hasPreloadScript"};
    }
    if (g->found.settings.era == SETTINGS_GROUPED) {
        return (shape_mark){"3.6.0", "the settings are in groups"};
    }
    if (any_bundle(g, offsetof(bundle, has_extension_map))) {
        return (shape_mark){"3.4.0", "configs have extensionMap"};
    }
    if (any_bundle(g, offsetof(bundle, has_sub_ids))) {
        return (shape_mark){"3.0.0", "ids have sub-assets"};
    }
    return (shape_mark){"2.4.5", "ids have no sub-assets"};
}

static pa_status decide_version(game *g, str given, finding_list *findings,
                                pa_error *err) {
    if (given.size > 0) {
        g->engine_text = arena_copy_name(&g->mem, given);
        g->engine_source = str_of("given");
    } else if (engine_version_of(g->found.settings.engine) != 0) {
        g->engine_text = g->found.settings.engine;
        g->engine_source = str_of("settings CocosEngine");
    } else if (g->found.script_engine.size > 0) {
        g->engine_text = g->found.script_engine;
        g->engine_source = str_of("the engine's script");
    } else {
        shape_mark mark = guess(g);
        g->engine_text = str_of(mark.version);
        g->engine_source =
            arena_join(&g->mem, (str[]){str_of("guess: "), str_of(mark.mark)}, 2);
        pa_status status = finding_add(
            findings, RULE_ENGINE_GUESSED, (str){0}, (str){0}, err,
            "no file says the engine's version; %s, so it is %s or later; give it "
            "with --engine",
            mark.mark, mark.version);
        if (status != PA_OK) {
            return status;
        }
    }
    g->engine = engine_version_of(g->engine_text);
    if (g->mem.failed) {
        return error_nomem(err);
    }
    return g->engine != 0
               ? PA_OK
               : error_set(err, PA_USAGE,
                           "'%.*s' is no engine version, expected one like 3.8.5",
                           STR_ARGS(g->engine_text));
}

static bool has_zip_bundle(const game *g) {
    return any_bundle(g, offsetof(bundle, is_zip));
}

static bool lies_in_subpackages(const game *g) {
    for (size_t i = 0; i < g->found.bundle_count; i++) {
        if (str_find_text(g->found.bundles[i].folder, "subpackages/") <
            g->found.bundles[i].folder.size) {
            return true;
        }
    }
    return false;
}

static pa_status guess_target(game *g, finding_list *findings, pa_error *err) {
    const char *mark = "no file says otherwise";
    g->target = engine_is_2_4(g->engine) ? TARGET_WEBGL1 : TARGET_WEB;
    if (g->found.is_native_shape) {
        g->target = TARGET_NATIVE;
        mark = "configs are named cc.config.json or a jsb-adapter lies there";
    } else if (has_zip_bundle(g)) {
        g->target = TARGET_MINIGAME;
        mark = "bundles are zipped, which only mini games read";
    } else if (g->found.has_game_json || lies_in_subpackages(g)) {
        g->target = TARGET_MINIGAME;
        mark = "game.json or subpackages/ lies there";
    }
    g->target_source = arena_join(&g->mem, (str[]){str_of("guess: "), str_of(mark)}, 2);
    return finding_add(
        findings, RULE_TARGET_GUESSED, (str){0}, (str){0}, err,
        "no settings say the platform; %s, so it is taken as %s; give it with "
        "--target",
        mark, target_name(g->target));
}

pa_status game_decide_engine(game *g, const game_options *options, finding_list *findings,
                             pa_error *err) {
    pa_status status = decide_version(g, options->engine, findings, err);
    if (status != PA_OK) {
        return status;
    }
    str platform = g->found.settings.platform;
    if (options->target.size > 0) {
        g->target_source = str_of("given");
        return target_of_name(options->target, &g->target)
                   ? PA_OK
                   : error_set(
                         err, PA_USAGE,
                         "'%.*s' is no target; there are native, web, webgl1, minigame",
                         STR_ARGS(options->target));
    }
    if (target_of_platform(platform, engine_is_2_4(g->engine), &g->target)) {
        g->target_source =
            arena_join(&g->mem, (str[]){str_of("settings platform "), platform}, 2);
        return PA_OK;
    }
    return guess_target(g, findings, err);
}
