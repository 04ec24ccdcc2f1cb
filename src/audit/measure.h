/* measure.h - the figures of a build that have a name, so that a budget can limit them
 * and two builds can be compared.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_AUDIT_MEASURE_H
#define PA_AUDIT_MEASURE_H

#include "base/buf.h"

/** What a figure is about. */
typedef enum subject_kind {
    SUBJECT_SCENE, /**< a scene or a declared state, on a device */
    SUBJECT_TRANSITION,
    SUBJECT_BUNDLE,
    SUBJECT_TEXTURE, /**< as the first device takes it */
    SUBJECT_PACKAGE,
    SUBJECT_COUNT
} subject_kind;

typedef enum measure {
    SCENE_RESIDENT,
    SCENE_LOAD_PEAK,
    SCENE_DECODED,
    SCENE_GPU,
    SCENE_DOWNLOAD,
    SCENE_ALLOCATION,
    SCENE_IMAGES,
    TRANSITION_PEAK,
    BUNDLE_DOWNLOAD,
    BUNDLE_FILES,
    TEXTURE_GPU,
    TEXTURE_SIDE,
    PACKAGE_DOWNLOAD,
    PACKAGE_FIRST_SCREEN,
    PACKAGE_FILES,
    MEASURE_COUNT
} measure;

typedef enum measure_unit { MEASURE_BYTES, MEASURE_NUMBER, MEASURE_PX } measure_unit;

typedef struct measure_row {
    subject_kind kind;
    const char *name; /**< in a rules file: "load_peak" */
    measure_unit unit;
    const char *words; /**< "the peak while it loads" */
    const char *key; /**< in the report's JSON; of a peak the object with both bounds, or
                        the beginning of both keys */
} measure_row;

const measure_row *measure_get(measure what);

/** The measure of a name for a kind of subject, or MEASURE_COUNT. */
measure measure_of_name(subject_kind kind, str name);

/** "scenes", …: the keys of a rules file. */
const char *subject_kind_name(subject_kind kind);

/** One figure. `lower` and `upper` differ for peaks only. */
typedef struct measurement {
    measure what;
    str device; /**< name, empty without one and for bundles, textures, package */
    str name;   /**< as people call the subject; of a transition the scene that is left */
    str id;     /**< that stays the same from build to build */
    str to_name; /**< of a transition */
    str to_id;
    uint64_t lower;
    uint64_t upper;
    uint32_t view;  /**< when measured here: index of the view, … */
    uint32_t stage; /**< of the stage (that is left), … */
    uint32_t to_stage;
} measurement;

/** Adds a figure in words: "12.5 MiB", "66 images", "2048 px". */
void measure_write(buf *out, measure what, uint64_t value);

#endif
