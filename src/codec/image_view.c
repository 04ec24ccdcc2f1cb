/* image_view.c - bounds and facts of borrowed pixels.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/image_view.h"

#include <inttypes.h>

#include "base/limits.h"

pa_status image_view_check(image_view image, uint32_t max_side_px, const char *what,
                           pa_error *err) {
    uint64_t area_px = (uint64_t)image.width_px * image.height_px;
    if (area_px == 0 || image.width_px > max_side_px || image.height_px > max_side_px) {
        return error_set(err, PA_LIMIT,
                         "%s: %" PRIu32 " x %" PRIu32 " pixels, sides are 1 to %" PRIu32,
                         what, image.width_px, image.height_px, max_side_px);
    }
    if (area_px > PA_MAX_IMAGE_PIXELS) {
        return error_set(err, PA_LIMIT,
                         "%s: %" PRIu32 " x %" PRIu32 " pixels, at most %" PRIu64, what,
                         image.width_px, image.height_px, PA_MAX_IMAGE_PIXELS);
    }
    return PA_OK;
}

bool image_view_is_opaque(image_view image) {
    size_t size = image_view_bytes(image);
    for (size_t i = 3; i < size; i += 4) {
        if (image.pixels[i] != 255) {
            return false;
        }
    }
    return true;
}
