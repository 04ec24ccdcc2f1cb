/* resize.h - smaller pictures: a separable filter over RGBA8.
 *
 * An own one, not stb_image_resize: the version that Debian ships (0.97) keeps as many
 * rows at once as its filter spans (gigabytes for 16384 rows into one), is gone from
 * upstream, and is two to three times slower. The same pixels come out, but for a
 * rounding of 1 (tests/unit/test_resize_peer.c).
 *
 * The same bytes on every machine: single precision in a fixed order.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_RESIZE_H
#define PA_CODEC_RESIZE_H

#include "base/buf.h"
#include "codec/image_view.h"

/** What lies beyond the border: as the sampler of the texture has it. */
typedef enum resize_edge { RESIZE_CLAMP, RESIZE_REPEAT } resize_edge;

/** The kernel, widened by the factor of reduction. */
typedef enum resize_filter {
    RESIZE_CATMULL_ROM, /**< sharp; overshoots a little beside hard edges */
    RESIZE_MITCHELL,    /**< softer, hardly overshoots: the default of stb_image_resize */
    RESIZE_BOX,         /**< the mean of what a pixel covers: mipmaps */
    RESIZE_FILTER_COUNT
} resize_filter;

/** `{0}` is right for sprites. */
typedef struct resize_settings {
    resize_filter filter;
    resize_edge edge_x;
    resize_edge edge_y;
    /** Averages light, not the stored sRGB values; alpha is linear anyway. */
    bool is_linear_light;
    /** The channels are four numbers without relation (normals, masks, pixels that are
     *  premultiplied already): colour is not weighed by alpha. */
    bool is_data;
} resize_settings;

/** One side times numerator / denominator, to the nearest, at least 1 px. A denominator
 *  of 0 counts as 1; the result is never above PA_MAX_IMAGE_SIDE_PX. */
uint32_t resize_side(uint32_t side_px, uint32_t numerator, uint32_t denominator);

/** Appends width_px * height_px RGBA8 pixels to `out`. Colour counts by its alpha, so
 *  that what is invisible bleeds into nothing; a pixel that comes out fully transparent
 *  takes the plain mean of its colours. Opaque pictures stay opaque.
 *
 *  Fails with PA_LIMIT for sizes beyond limits.h, with PA_USAGE when a side would grow,
 *  with PA_NOMEM. Holds `(10 * width_px + 5 * image.width_px) * 16` bytes and tables
 *  beside `out`. On failure `out` has what it had. */
pa_status resize(image_view image, uint32_t width_px, uint32_t height_px,
                 const resize_settings *how, buf *out, pa_error *err);

/** Appends the picture in sides that are no smaller, as a sampler shows it: linear
 * between the middles of pixels, clamped. PA_USAGE when a side would shrink, PA_LIMIT,
 * PA_NOMEM. */
pa_status stretch(image_view image, uint32_t width_px, uint32_t height_px, buf *out,
                  pa_error *err);

#endif
