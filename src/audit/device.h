/* device.h - what a device has: how much memory, which formats, and who says so.
 *
 * Profiles are YAML (rules/README.md describes every key). rules/devices.yaml is built
 * into the program; a file of the user's adds profiles, or changes keys of those that are
 * there.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_AUDIT_DEVICE_H
#define PA_AUDIT_DEVICE_H

#include "bundle/variant.h"
#include "codec/yaml.h"
#include "memory/model.h"

/** Who says what a key of a profile is. */
typedef struct device_source {
    str field;      /**< "process" */
    str text;       /**< what was said and by whom; empty for advice without a ground */
    str url;        /**< or empty */
    bool is_advice; /**< the value is ours: chosen from `text`, not read there */
} device_source;

typedef struct device {
    str name;                    /**< "iphone_2g" */
    str title;                   /**< "iPhone 6s, 7, 8" */
    str note;                    /**< or empty */
    uint64_t process_bytes;      /**< what the process may hold */
    uint64_t base_bytes;         /**< of that: engine, scripts, sound, system */
    uint64_t image_budget_bytes; /**< of that: images and textures */
    uint64_t page_bytes;
    uint64_t package_bytes; /**< of the whole download; 0: no limit known */
    uint64_t heap_bytes;    /**< of the scripts' heap; 0: no limit known */
    unsigned address_bits;  /**< 32 or 64 */
    uint32_t max_texture_px;
    gpu_backend backend; /**< BACKEND_GLES when is_web */
    bool is_web;         /**< WebGL: a browser or a mini game */
    format_support formats;
    const device_source
        *sources; /**< in the order of the file, advice without a source last */
    uint32_t source_count;
} device;

/** Zero-initialise it. In the order of the files; names are unique. */
typedef struct device_list {
    const device *items;
    uint32_t count;
} device_list;

/** Puts the profiles of a text (`devices:`, and `documents:` that sources name) over
 * those of `list`: a name that is there already keeps the keys that the text leaves out,
 * other names are appended. On failure (PA_FORMAT "file: line L, column C: …", PA_NOMEM)
 * `list` is as it was. Everything lives in `mem`; the old items stay valid. */
pa_status device_parse(str text, str file, arena *mem, device_list *list, pa_error *err);

/** The same for a map of profiles that was read already; without the file in the text. */
pa_status device_take(const yaml_node *profiles, const yaml_node *documents, arena *mem,
                      device_list *list, pa_error *err);

/** The text of rules/devices.yaml, as it was when this program was built. */
str device_builtin(void);

/** The profiles of device_builtin. */
pa_status device_load_builtin(arena *mem, device_list *list, pa_error *err);

/** The profile of a name; NULL, and PA_USAGE with the likely name and all names, when
 * there is none. */
const device *device_find(const device_list *list, str name, pa_error *err);

#endif
