/* rules_file.h - what a team wrote down about its game: packaudit.yaml.
 *
 *      devices: [iphone_2g, android_low_2g]
 *      states:
 *        battle: { scene: fight, loads: ["resources:ui/battle*", "fx:*"] }
 *      persistent: ["common:*"]
 *      order: { first: ["resources:ui*"], last: ["world:sky*"] }
 *
 * A pattern is "bundle:path": the bundle's name and the path of an asset as code names
 * it, both globs (str_glob): '?' is one byte, '*' any run of them, '/' too, so that
 * "fx:*" and "fx:**" are all of fx. rules/README.md describes every key.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_AUDIT_RULES_FILE_H
#define PA_AUDIT_RULES_FILE_H

#include "audit/device.h"
#include "audit/policy.h"
#include "audit/recipes.h"

typedef struct rules_pattern {
    str bundle; /**< glob of a bundle's name */
    str path;   /**< glob of paths in it */
    uint32_t line;
} rules_pattern;

/** A moment of the game that the build does not show: a scene with what code loads. */
typedef struct rules_state {
    str name;
    str scene; /**< glob of scene names or urls; empty: none */
    const rules_pattern *loads;
    uint32_t load_count;
    uint32_t line;
} rules_state;

typedef struct rules_file {
    device_list known; /**< those given, under the file's own profiles */
    const device *const
        *devices;              /**< to be used, in the file's order; items of `known` */
    uint32_t device_count;     /**< 0: the file says nothing of it */
    const rules_state *states; /**< in the file's order */
    uint32_t state_count;
    const rules_pattern *persistent; /**< never released once loaded */
    uint32_t persistent_count;
    const rules_pattern *first; /**< `order` loads these earliest, in this order */
    uint32_t first_count;
    const rules_pattern *last; /**< and these latest, the last one at the very end */
    uint32_t last_count;
    policy policy;       /**< what `check` judges by */
    recipe_row *recipes; /**< what `plan` works by, in the file's order */
    uint32_t recipe_count;
} rules_file;

/** Reads a text; `known` are the profiles that it may name. PA_FORMAT "file: line L,
 * column C: …" or PA_NOMEM. An empty text is an empty file. Everything lives in `mem`. */
pa_status rules_file_parse(str text, str file, const device_list *known, arena *mem,
                           rules_file *out, pa_error *err);

#endif
