/* variant.h - the alternatives of one image, and which of them an engine takes on a
 * device.
 *
 * Text: alternatives with '_' between them, each an index into the table of extensions or
 * the extension itself, then perhaps '@' and a number of a pixel format ("7@93_0"). The
 * order in the text does not matter. Sources: cocos-engine 3.8.5
 * cocos/asset/assets/image-asset.ts (extnames, _deserialize),
 * cocos/core/platform/macro.ts (SUPPORT_TEXTURE_FORMATS),
 * cocos/asset/assets/asset-enum.ts and gfx/base/define.ts at the tags named below; 2.4
 * CCTexture2D.js, CCMacro.js, renderer/gfx/enums.js.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_VARIANT_H
#define PA_BUNDLE_VARIANT_H

#include "base/arena.h"
#include "bundle/engine.h"
#include "codec/gpu_format.h"

/** What a device reads. */
typedef struct format_support {
    bool webp;
    bool astc;
    bool etc1;
    bool etc2;
    bool pvrtc;
} format_support;

/** What every device reads today: WebP and no compressed format. */
extern const format_support support_fallback;
extern const format_support support_everything;

typedef struct variant {
    str extension;        /**< ".png" */
    int32_t pixel_format; /**< behind '@', or -1 */
    gpu_format gpu;       /**< that number's meaning for the engine, GPU_RGBA8 for plain
                             pictures,       GPU_UNKNOWN for numbers that are none */
} variant;

enum { MAX_VARIANTS = 8 };

/** How many alternatives the text names. */
uint32_t variant_count(str formats);

/** Splits the text; at most MAX_VARIANTS, the rest is left out. Texts live in `mem`. */
uint32_t variant_parse(str formats, engine_version version, arena *mem, variant *out);

/** The index of the alternative that the engine takes, or UINT32_MAX when the device
 * reads none. */
uint32_t variant_choose(const variant *list, uint32_t count,
                        const format_support *support, engine_version version);

/** True for a kind of picture that every device reads: PNG, JPEG, BMP. */
bool variant_is_fallback(str extension);

/** The number of a GPU format in a version's numbering, or -1 when it has none. */
int32_t variant_pixel_format(gpu_format format, engine_version version);

/** The number that stands for an extension (".png") in the text, or -1. */
int32_t variant_extension_number(str extension);

/** Part `index` of the text, counted as variant_parse counts. */
str variant_part(str formats, uint32_t index);

/** The GPU format of a number in a version's numbering. */
gpu_format variant_gpu_format(int32_t number, engine_version version);

#endif
