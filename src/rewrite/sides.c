/* sides.c - proportions.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/sides.h"

#include <math.h>
#include <stdio.h>

double sides_scale_x(const sides_change *by, double pixels) {
    return pixels * by->new_width_px / by->old_width_px;
}

double sides_scale_y(const sides_change *by, double pixels) {
    return pixels * by->new_height_px / by->old_height_px;
}

/* A length from `start` that ends within `side`. */
static double cut(double start, double length, double side) {
    if (start + length > side) {
        length = side - start;
    }
    while (length > 0 && start + length > side) {
        length = nextafter(length, 0);
    }
    return length;
}

frame_data sides_scale_frame(const sides_change *by, const frame_data *frame) {
    frame_data scaled = *frame;
    bool is_rotated = frame->is_rotated;
    double across = is_rotated ? frame->height_px : frame->width_px;
    double down = is_rotated ? frame->width_px : frame->height_px;
    scaled.left_px = sides_scale_x(by, frame->left_px);
    scaled.top_px = sides_scale_y(by, frame->top_px);
    across = cut(scaled.left_px, sides_scale_x(by, across), by->new_width_px);
    down = cut(scaled.top_px, sides_scale_y(by, down), by->new_height_px);
    scaled.width_px = is_rotated ? down : across;
    scaled.height_px = is_rotated ? across : down;
    return scaled;
}

/* 17 digits tell one double from every other; halves and quarters need fewer, and the
 * rest are zeros, which %g leaves out. */
str sides_number(double number, arena *mem) {
    char digits[40];
    snprintf(digits, sizeof digits, "%.17g", number);
    return arena_copy(mem, str_of(digits));
}
