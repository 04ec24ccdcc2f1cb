/* image_cost.h - what one image takes on the CPU: the finished copy, and what of it
 * stays.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_MEMORY_IMAGE_COST_H
#define PA_MEMORY_IMAGE_COST_H

#include "codec/picture.h"
#include "memory/model.h"

/** D: 4 bytes a pixel for plain pictures whatever their colour type (every target
 * converts to RGBA8: native/cocos/bindings/manual/jsb_global.cpp createImageInfo;
 * browsers), the payload for compressed files. 0 when the size is not known. */
uint64_t image_decoded_bytes(const picture_info *info);

/** What stays on the CPU while the image lives although its texture is made: D on native
 * and in mini games; on the web the encoded file, which the element keeps, or 4 bytes a
 * pixel where the browser decoded to an ImageBitmap. */
uint64_t image_kept_bytes(const picture_info *info, uint64_t file_bytes,
                          const cost_model *model);

/** True when clean-up cannot free the image: the levels of a container are assets of
 * their own that carry the original's uuid, so that the original is never freed
 *  (native/cocos/core/assets/ImageAsset, image-asset.ts extractMipmaps, 3.7.0 to 3.8.5).
 */
bool image_defies_cleanup(const picture_info *info);

#endif
