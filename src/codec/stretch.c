/* stretch.c - larger pictures, as a sampler shows them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "codec/resize.h"

enum { ONE = 256 };

/* Where a pixel lies between two of the picture, in 256ths. */
typedef struct spot {
    uint32_t low;
    uint32_t high;
    uint32_t part;
} spot;

static spot find_spot(uint32_t at, uint32_t from_px, uint32_t to_px) {
    int64_t middle =
        ((int64_t)(2 * (uint64_t)at + 1) * from_px * ONE) / (2 * (int64_t)to_px);
    middle -= ONE / 2;
    middle = middle < 0 ? 0 : middle;
    spot found = {.low = (uint32_t)(middle / ONE), .part = (uint32_t)(middle % ONE)};
    if (found.low >= from_px - 1) {
        return (spot){from_px - 1, from_px - 1, 0};
    }
    found.high = found.low + 1;
    return found;
}

static void stretch_row(image_view image, spot y, uint32_t width_px, uint8_t *out) {
    const uint8_t *top = image.pixels + (size_t)y.low * image.width_px * 4;
    const uint8_t *bottom = image.pixels + (size_t)y.high * image.width_px * 4;
    for (uint32_t i = 0; i < width_px; i++) {
        spot x = find_spot(i, image.width_px, width_px);
        for (uint32_t c = 0; c < 4; c++) {
            size_t left = (size_t)x.low * 4 + c;
            size_t right = (size_t)x.high * 4 + c;
            uint32_t above = top[left] * (ONE - x.part) + top[right] * x.part;
            uint32_t below = bottom[left] * (ONE - x.part) + bottom[right] * x.part;
            uint32_t sum = above * (ONE - y.part) + below * y.part;
            out[(size_t)i * 4 + c] = (uint8_t)((sum + ONE * ONE / 2) / (ONE * ONE));
        }
    }
}

pa_status stretch(image_view image, uint32_t width_px, uint32_t height_px, buf *out,
                  pa_error *err) {
    image_view larger = {NULL, width_px, height_px};
    pa_status status = image_view_check(larger, PA_MAX_IMAGE_SIDE_PX, "picture", err);
    if (status == PA_OK && (width_px < image.width_px || height_px < image.height_px)) {
        status = error_set(err, PA_USAGE, "a picture is stretched to larger sides only");
    }
    size_t start = out->size;
    if (status == PA_OK) {
        buf_fill(out, '\0', (size_t)image_view_bytes(larger));
        status = out->failed ? error_nomem(err) : PA_OK;
    }
    for (uint32_t i = 0; status == PA_OK && i < height_px; i++) {
        spot y = find_spot(i, image.height_px, height_px);
        stretch_row(image, y, width_px,
                    (uint8_t *)out->at + start + (size_t)i * width_px * 4);
    }
    return status;
}
