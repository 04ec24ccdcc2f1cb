/* model.c - the switches that an engine version and a target imply.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "memory/model.h"

static const char *const backend_names[] = {
    [BACKEND_GLES] = "gles", [BACKEND_VULKAN] = "vulkan", [BACKEND_METAL] = "metal"};
_Static_assert(sizeof backend_names / sizeof backend_names[0] == BACKEND_COUNT,
               "every one");

const char *backend_name(gpu_backend backend) {
    return backend_names[backend];
}

bool backend_of_name(str name, gpu_backend *out) {
    for (int i = 0; i < BACKEND_COUNT; i++) {
        if (str_is(name, backend_names[i])) {
            *out = (gpu_backend)i;
            return true;
        }
    }
    return false;
}

cost_model cost_model_of(engine_version version, engine_target target,
                         const settings *from) {
    bool is_web = target == TARGET_WEB || target == TARGET_WEBGL1;
    bool is_default_on =
        !is_web && (engine_is_2_4(version) || version >= ENGINE(3, 6, 0));
    cost_model model = {
        .version = version,
        .target = target,
        .is_cleaning_images = is_default_on,
        .cleanup_reason = is_default_on ? "the engine's default for this target is on"
                                        : "the engine's default for this target is off",
        .decode_threads = version >= ENGINE(3, 8, 4) ? 5 : 3,
        .address_bits = 64,
        .has_image_bitmap =
            is_web && version <= ENGINE(3, 8, 0) && str_is(from->platform, "web-desktop"),
    };
    if (!engine_is_2_4(version) && from->cleanup_image_cache != IS_UNSET) {
        model.is_cleaning_images = from->cleanup_image_cache == IS_TRUE;
        model.cleanup_reason = "settings macros CLEANUP_IMAGE_CACHE says so";
    }
    return model;
}
