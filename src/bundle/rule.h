/* rule.h - everything that can be wrong with a build: a row each, with the reasoning.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_RULE_H
#define PA_BUNDLE_RULE_H

#include "base/text.h"

typedef enum finding_level {
    LEVEL_OFF, /**< of a rule that a rules file turns off; no finding has it */
    LEVEL_NOTE,
    LEVEL_WARNING,
    LEVEL_ERROR,
    LEVEL_COUNT
} finding_level;

typedef enum rule_id {
    /* What does not fit: audit/devices_fit.c, budgets.c, findings.c. The first seven need
       a device. */
    RULE_SCENE_OVER,
    RULE_SCENE_MAY_EXCEED,
    RULE_TRANSITION_OVER,
    RULE_TRANSITION_MAY_EXCEED,
    RULE_ALLOCATION,
    RULE_DEVICE_KIND,
    RULE_PACKAGE_OVER,
    RULE_BUDGET_OVER,
    RULE_BUDGET_MAY_EXCEED,
    RULE_GROWTH,
    RULE_RULES_UNMATCHED,
    RULE_WAIVER_EXPIRED,
    RULE_WAIVER_UNUSED,
    /* What cannot be read, or is not there: bundle/. */
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
    RULE_PAYLOAD_SIZE,
    RULE_VARIANT_NONE,
    RULE_VARIANT_MISSING,
    RULE_VARIANT_SURPLUS,
    RULE_FORMAT_DISAGREES,
    /* What a texture or an image wastes, or breaks on some devices: audit/content. */
    RULE_TEXTURE_SIDE,
    RULE_MIPS_MISSING,
    RULE_NPOT_WEBGL1,
    RULE_CMIP_LEAK,
    RULE_CMIP_WRAP,
    RULE_RGB8_METAL,
    RULE_IMAGE_KEPT_TWICE,
    RULE_PIXELS_TWICE,
    RULE_ALPHA_UNUSED,
    RULE_IMAGE_ONE_COLOUR,
    RULE_IMAGE_NEARLY_EMPTY,
    RULE_SPRITE_BORDER,
    RULE_TEXTURE_OVERSIZED,
    RULE_MIPS_ON_SPRITES,
    RULE_PLAIN_FORMAT,
    RULE_ATLAS_ORIGINALS,
    RULE_AUTO_RELEASE_OFF,
    RULE_NAME_ONLY_LARGE,
    RULE_UNREFERENCED,
    RULE_FILE_UNKNOWN,
    RULE_COUNT
} rule_id;

/** What the bytes of a rule's findings are. */
typedef enum rule_unit {
    UNIT_NONE,
    UNIT_PEAK,    /**< memory above a budget, at its worst moment */
    UNIT_MEMORY,  /**< GPU and kept CPU bytes */
    UNIT_PACKAGE, /**< bytes of files */
    UNIT_COUNT
} rule_unit;

typedef struct rule_row {
    const char *name; /**< "image-broken" */
    finding_level level;
    rule_unit unit;
    const char *title;  /**< what is wrong, in half a sentence */
    const char *why;    /**< why it matters */
    const char *mend;   /**< the edit that mends it */
    const char *source; /**< who says so: an address, or a file of the engine */
} rule_row;

const rule_row *rule_get(rule_id rule);

/** The rule of a name, or RULE_COUNT. */
rule_id rule_of_name(str name);

const char *level_name(finding_level level);
bool level_of_name(str name, finding_level *out); /**< "off", "note", … */

/** "of memory when loaded", "of files": what a finding's bytes are; "" when it has none.
 */
const char *rule_unit_name(rule_unit unit);

#endif
