/* measure.c - the table of figures.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/measure.h"

#include "base/units.h"

static const measure_row rows[] = {
    [SCENE_RESIDENT] = {SUBJECT_SCENE, "resident", MEASURE_BYTES, "what stays in memory",
                        "resident_bytes"},
    [SCENE_LOAD_PEAK] = {SUBJECT_SCENE, "load_peak", MEASURE_BYTES,
                         "the peak while it loads", "load_peak"},
    [SCENE_DECODED] = {SUBJECT_SCENE, "decoded", MEASURE_BYTES, "decoded images",
                       "decoded_bytes"},
    [SCENE_GPU] = {SUBJECT_SCENE, "gpu", MEASURE_BYTES, "textures", "gpu_bytes"},
    [SCENE_DOWNLOAD] = {SUBJECT_SCENE, "download", MEASURE_BYTES, "files of images",
                        "file_bytes"},
    [SCENE_ALLOCATION] = {SUBJECT_SCENE, "largest_allocation", MEASURE_BYTES,
                          "the largest single request", "largest_allocation_bytes"},
    [SCENE_IMAGES] = {SUBJECT_SCENE, "images", MEASURE_NUMBER,
                      "images decoded at once, at most", "images"},
    [TRANSITION_PEAK] = {SUBJECT_TRANSITION, "peak", MEASURE_BYTES,
                         "the peak of the change", "peak"},
    [BUNDLE_DOWNLOAD] = {SUBJECT_BUNDLE, "download", MEASURE_BYTES, "files",
                         "file_bytes"},
    [BUNDLE_FILES] = {SUBJECT_BUNDLE, "files", MEASURE_NUMBER, "files", "files"},
    [TEXTURE_GPU] = {SUBJECT_TEXTURE, "gpu", MEASURE_BYTES, "texture memory",
                     "gpu_bytes"},
    [TEXTURE_SIDE] = {SUBJECT_TEXTURE, "side", MEASURE_PX, "the longer side", "side"},
    [PACKAGE_DOWNLOAD] = {SUBJECT_PACKAGE, "download", MEASURE_BYTES, "files",
                          "file_bytes"},
    [PACKAGE_FIRST_SCREEN] = {SUBJECT_PACKAGE, "first_screen", MEASURE_BYTES,
                              "files before the first screen", "first_screen_bytes"},
    [PACKAGE_FILES] = {SUBJECT_PACKAGE, "files", MEASURE_NUMBER, "files", "files"},
};
_Static_assert(sizeof rows / sizeof rows[0] == MEASURE_COUNT, "a row for every measure");

static const char *const kind_names[] = {
    [SUBJECT_SCENE] = "scenes",    [SUBJECT_TRANSITION] = "transitions",
    [SUBJECT_BUNDLE] = "bundles",  [SUBJECT_TEXTURE] = "textures",
    [SUBJECT_PACKAGE] = "package",
};
_Static_assert(sizeof kind_names / sizeof kind_names[0] == SUBJECT_COUNT, "every kind");

const measure_row *measure_get(measure what) {
    return &rows[what];
}

measure measure_of_name(subject_kind kind, str name) {
    unsigned i = 0;
    while (i < MEASURE_COUNT && (rows[i].kind != kind || !str_is(name, rows[i].name))) {
        i++;
    }
    return (measure)i;
}

const char *subject_kind_name(subject_kind kind) {
    return kind_names[kind];
}

void measure_write(buf *out, measure what, uint64_t value) {
    if (rows[what].unit == MEASURE_BYTES) {
        buf_add_text(out, bytes_text(value).at);
        return;
    }
    const char *unit = rows[what].unit == MEASURE_PX ? "px"
                       : what == SCENE_IMAGES        ? "images"
                                                     : "files";
    buf_format(out, "%llu %s", (unsigned long long)value, unit);
}
