/* finding.h - what is wrong with a build and could be lived with: one list, one kind of
 * row, from the reading of files to the judgement of costs.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_FINDING_H
#define PA_BUNDLE_FINDING_H

#include "base/arena.h"
#include "base/error.h"

typedef enum finding_level {
    LEVEL_NOTE,
    LEVEL_WARNING,
    LEVEL_ERROR,
    LEVEL_COUNT
} finding_level;

typedef enum rule_id {
    RULE_FILE_UNREADABLE,
    RULE_CONFIG_UNREADABLE,
    RULE_CONFIG_STALE,
    RULE_CONFIG_INDEX,
    RULE_SETTINGS_UNREADABLE,
    RULE_ENGINE_GUESSED,
    RULE_TARGET_GUESSED,
    RULE_BUNDLE_ABSENT,
    RULE_REDIRECT_LOST,
    RULE_ASSET_UNKNOWN,
    RULE_ASSET_TWICE,
    RULE_IMPORT_MISSING,
    RULE_DOCUMENT_BROKEN,
    RULE_PACK_COUNT,
    RULE_NATIVE_MISSING,
    RULE_IMAGE_MISSING,
    RULE_IMAGE_BROKEN,
    RULE_IMAGE_EXTENSION,
    RULE_IMAGE_REFUSED,
    RULE_VARIANT_NONE,
    RULE_VARIANT_MISSING,
    RULE_VARIANT_SURPLUS,
    RULE_FORMAT_DISAGREES,
    RULE_TEXTURE_SIDE,
    RULE_UNREFERENCED,
    RULE_COUNT
} rule_id;

typedef struct rule_row {
    const char *name; /**< as the report shows it: "image-broken" */
    finding_level level;
    const char *title; /**< what is wrong, in half a sentence */
} rule_row;

const rule_row *rule_get(rule_id rule);
const char *level_name(finding_level level);

/** One row; texts may be empty. */
typedef struct finding {
    rule_id rule;
    str message;
    str scene;
    str asset; /**< uuid */
    str file;  /**< path in the build */
    uint64_t bytes;
} finding;

/** Zero-initialise it. */
typedef struct finding_list {
    arena mem;
    finding *rows;
    size_t count;
    size_t capacity;
} finding_list;

/** Adds a row about `file` and `asset` (copied, may be empty) with a message made of
 * `format`. */
pa_status finding_add(finding_list *list, rule_id rule, str file, str asset,
                      pa_error *err, const char *format, ...) PA_PRINTF(6, 7);

/** Copies the rows of another list: those that a thread collected. */
pa_status finding_take(finding_list *into, const finding_list *from, pa_error *err);

/** Sorts: errors first, then by bytes, rule, file, asset, message. */
void finding_sort(finding_list *list);

void finding_list_clear(finding_list *list);

#endif
