/* model.h - which of the engine's cost rules hold: version, target, and the switches that
 * change them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_MEMORY_MODEL_H
#define PA_MEMORY_MODEL_H

#include "bundle/engine.h"
#include "bundle/settings.h"

/** What lies below the engine on native targets. */
typedef enum gpu_backend {
    BACKEND_GLES,
    BACKEND_VULKAN,
    BACKEND_METAL,
    BACKEND_COUNT
} gpu_backend;

const char *backend_name(gpu_backend backend);
bool backend_of_name(str name, gpu_backend *out);

typedef struct cost_model {
    engine_version version;
    engine_target target;
    bool is_cleaning_images; /**< CLEANUP_IMAGE_CACHE in effect */
    const char *cleanup_reason;
    bool has_image_bitmap;   /**< the browser decodes to ImageBitmap objects */
    gpu_backend backend;     /**< native only */
    unsigned decode_threads; /**< T: native image threads, 3 before 3.8.4, 5 from there
                                  (jsb_global.cpp; cocos-engine PR 17464) */
    unsigned address_bits;   /**< 32 or 64 */
} cost_model;

/** The rules for a build.
 *
 *  CLEANUP_IMAGE_CACHE: 2.4 true on native and mini games by the boot script; 3.0 to 3.5
 * false; 3.6 and later true on native and mini games; settings' macros win from 3.0 on.
 * Sources: cocos/core/platform/macro.ts (init) 3.6.0 and 3.8.5, templates' main.js and
 * game.js of 2.4 and 3.3. ImageBitmap: cocos/asset/asset-manager/asset-manager.ts,
 * allowImageBitmap = !isMobile up to 3.8.0, false from 3.8.1; 2.4 macro
 * ALLOW_IMAGE_BITMAP likewise. */
cost_model cost_model_of(engine_version version, engine_target target,
                         const settings *from);

#endif
