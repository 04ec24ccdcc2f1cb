/* decode_cost.h - one image's life on the CPU: what its decoding holds at the worst
 * moment.
 *
 * F file, P pixels, c bytes a pixel that the decoder makes, X the decoder's own scratch,
 * D the finished copy. Native 3.x: the file is alive while c*P and X are; then c*P is
 * converted to 4*P. Sources: cocos-engine 3.6.0 to 3.8.5
 * native/cocos/bindings/manual/jsb_global.cpp (jsb_global_load_image, createImageInfo),
 * native/cocos/platform/Image.cpp; cocos2d-x-lite 2.4.6 jsb_global.cpp. The scratch is
 * measured on libjpeg-turbo 2.1.5, libpng 1.6, libwebp 1.2 with the engine's call
 * sequence (tests/unit/test_decode_measured.c). SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_MEMORY_DECODE_COST_H
#define PA_MEMORY_DECODE_COST_H

#include "codec/picture.h"
#include "memory/model.h"

typedef struct decode_cost {
    uint64_t file_bytes;     /**< F */
    uint64_t pixel_bytes;    /**< c*P, or the payload */
    uint64_t scratch_bytes;  /**< X */
    uint64_t convert_bytes;  /**< (c+4)*P, 0 when the decoder makes RGBA at once */
    uint64_t finished_bytes; /**< D */
    uint64_t peak_bytes;     /**< the worst moment in the worker, all leaks included */
    uint64_t leak_bytes;    /**< never freed: chunks of a multi-mip container on native */
    uint64_t pending_bytes; /**< waiting for the callback: D; 2.4 native also keeps c*P */
    uint64_t callback_bytes;  /**< 2.4 native: the copy that the callback makes */
    uint64_t largest_bytes;   /**< largest single request */
    const char *largest_site; /**< where it would fail */
} decode_cost;

decode_cost decode_cost_of(const picture_info *info, uint64_t file_bytes,
                           const cost_model *model);

/** X of a plain picture. */
uint64_t decode_scratch_bytes(const picture_info *info, const cost_model *model);

#endif
