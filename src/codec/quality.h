/* quality.h - how far a picture is from another, as both are shown.
 *
 * Shown is colour times alpha over what lies behind. Only pixels count that show in one
 * of the two pictures (alpha above 0): empty parts of an atlas would make any loss look
 * small. Of opaque pictures all count, and the figures are the usual ones.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_QUALITY_H
#define PA_CODEC_QUALITY_H

#include "codec/image_view.h"

typedef struct quality {
    uint64_t counted_px;
    /** Mean squared error of red, green and blue, each times alpha, and of alpha unless
     *  both pictures are opaque: 0 … 65025. */
    double mse;
    /** 10 log10(255^2 / mse), not above QUALITY_MAX_DB, which stands for equal. */
    double psnr_db;
    /** Mean structural similarity of the luma (BT.601), -1 … 1: windows of 11 x 11 by a
     *  Gaussian of 1.5 pixels, cut at the borders; K1 0.01, K2 0.03. Over black, and
     * unless both are opaque over white: the lower of the two. 1 is equal. */
    double ssim;
    /** Of normal maps (quality_normals), else 0. */
    double degrees;
} quality;

#define QUALITY_MAX_DB 100.0

/** What is good enough, in thousandths: the least, of degrees the most; 0: any. */
typedef struct quality_floor {
    uint32_t psnr_millidb;
    uint32_t ssim_milli;
    uint32_t degrees_milli; /**< of normal maps */
} quality_floor;

/** A figure in whole thousandths, to the nearest; what is below 0 is 0. */
uint32_t quality_milli(double value);

/** That of a picture that is the same. */
quality quality_of_equal(void);

bool quality_has_floor(quality_floor floor);

bool quality_is_below(const quality *reached, quality_floor floor);

/** Both must have the same size, else PA_USAGE; PA_LIMIT for sizes beyond limits.h;
 *  PA_NOMEM. Holds about 300 bytes a pixel of width. */
pa_status quality_measure(image_view a, image_view b, quality *out, pa_error *err);

/** Mean angle in degrees, 0 … 180, between the directions that two normal maps store:
 *  each channel from -1 (0) to 1 (255), of any length but 0, which 8 bits cannot store.
 *  Every pixel counts, alpha has no meaning. Fails as quality_measure. */
pa_status quality_normals(image_view a, image_view b, double *degrees, pa_error *err);

#endif
