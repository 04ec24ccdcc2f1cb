/* image_cost.c - the CPU copies of one image.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "memory/image_cost.h"

static bool is_compressed(const picture_info *info) {
    return info->format >= PICTURE_PVR;
}

uint64_t image_decoded_bytes(const picture_info *info) {
    return is_compressed(info) ? info->payload_bytes
                               : (uint64_t)info->width_px * info->height_px * 4;
}

uint64_t image_kept_bytes(const picture_info *info, uint64_t file_bytes,
                          const cost_model *model) {
    bool is_web = model->target == TARGET_WEB || model->target == TARGET_WEBGL1;
    if (info->format == PICTURE_CMIP) {
        return info->payload_bytes;
    }
    if (model->target == TARGET_NATIVE || (!is_compressed(info) && !is_web) ||
        (!is_compressed(info) && model->has_image_bitmap)) {
        return image_decoded_bytes(info);
    }
    return file_bytes;
}

bool image_defies_cleanup(const picture_info *info) {
    return info->format == PICTURE_CMIP && info->level_count > 1;
}
