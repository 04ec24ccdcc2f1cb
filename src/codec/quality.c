/* quality.c - PSNR, SSIM and angles.
 *
 * Source: Wang, Bovik, Sheikh and Simoncelli, Image Quality Assessment: From Error
 * Visibility to Structural Similarity (2004). Means and variances of the windows come
 * from two passes of the Gaussian over five sums, along x and, over the last eleven rows,
 * along y.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/quality.h"

#include <math.h>

#include "base/alloc.h"
#include "base/limits.h"

enum { RADIUS = 5, TAPS = 2 * RADIUS + 1, LANES = 4, LINE = 16 };

/** What is averaged in a window, of both pictures. */
enum { MEAN_A, MEAN_B, SQUARE_A, SQUARE_B, PRODUCT, SUMS };

typedef float vec4 __attribute__((vector_size(16)));

static const float C1 = (0.01F * 255) * (0.01F * 255);
static const float C2 = (0.03F * 255) * (0.03F * 255);

/* Values lie around 0, so that little is lost where squares are subtracted. */
static const float MIDDLE = 128;

static const double DEGREES = 57.295779513082320877;

static pa_status check_pair(image_view a, image_view b, pa_error *err) {
    if (a.width_px != b.width_px || a.height_px != b.height_px) {
        return error_set(err, PA_USAGE, "quality: %ux%u pixels beside %ux%u", a.width_px,
                         a.height_px, b.width_px, b.height_px);
    }
    return image_view_check(a, PA_MAX_IMAGE_SIDE_PX, "quality", err);
}

/* --- squared error --- */

/* In units of 1 / 255 of a level. */
static uint64_t pixel_error(const uint8_t *a, const uint8_t *b, bool has_alpha) {
    uint64_t sum = 0;
    for (size_t c = 0; c < 3; c++) {
        int64_t off = a[c] * a[3] - b[c] * b[3];
        sum += (uint64_t)(off * off);
    }
    int64_t off = 255 * (a[3] - b[3]);
    return has_alpha ? sum + (uint64_t)(off * off) : sum;
}

static void measure_error(image_view a, image_view b, bool has_alpha, quality *out) {
    size_t size = image_view_bytes(a);
    double sum = 0; /* whole numbers below 2^53 for all but the largest pictures */
    out->counted_px = 0;
    for (size_t i = 0; i < size; i += 4) {
        if ((a.pixels[i + 3] | b.pixels[i + 3]) != 0) {
            out->counted_px++;
            sum += (double)pixel_error(a.pixels + i, b.pixels + i, has_alpha);
        }
    }
    double samples = (double)out->counted_px * (has_alpha ? 4 : 3);
    out->mse = out->counted_px == 0 ? 0 : sum / (255.0 * 255.0) / samples;
    double psnr = out->mse > 0 ? 10 * log10(255.0 * 255.0 / out->mse) : QUALITY_MAX_DB;
    out->psnr_db = psnr < QUALITY_MAX_DB ? psnr : QUALITY_MAX_DB;
}

/* --- similarity --- */

typedef struct windows {
    image_view a;
    image_view b;
    float behind; /**< level of gray that both lie on */
    /** Width, rounded up to an odd number of cache lines: rows that are read together
     * must not fall on the same lines of the cache. */
    size_t lanes;
    float tap[TAPS];   /**< of the Gaussian; their sum is 1 */
    float *luma[2];    /**< one row each, RADIUS empty pixels at both ends */
    float *share;      /**< 1 / the part of the Gaussian inside the picture, along x */
    float *rows[TAPS]; /**< the last rows, filtered along x: SUMS times `lanes` */
    float *similarity; /**< of one row */
} windows;

static vec4 load(const float *from) {
    vec4 out;
    memcpy(&out, from, sizeof out);
    return out;
}

static void store(float *to, vec4 value) {
    memcpy(to, &value, sizeof value);
}

static void set_taps(windows *w) {
    double sum = 0;
    for (int i = -RADIUS; i <= RADIUS; i++) {
        sum += exp(-i * i / (2 * 1.5 * 1.5));
    }
    for (int i = -RADIUS; i <= RADIUS; i++) {
        w->tap[i + RADIUS] = (float)(exp(-i * i / (2 * 1.5 * 1.5)) / sum);
    }
}

/* The part of the Gaussian around `at` that lies in 0 … count - 1. */
static float part_inside(const windows *w, int64_t at, int64_t count) {
    float sum = 0;
    for (int64_t i = -RADIUS; i <= RADIUS; i++) {
        sum += at + i >= 0 && at + i < count ? w->tap[i + RADIUS] : 0;
    }
    return sum;
}

static void load_luma(const windows *w, image_view image, size_t row, float *to) {
    const uint8_t *p = image.pixels + row * image.width_px * 4;
    for (size_t x = 0; x < image.width_px; x++, p += 4) {
        float luma = 0.299F * p[0] + 0.587F * p[1] + 0.114F * p[2];
        float alpha = (float)p[3] / 255.0F;
        to[x] = luma * alpha + w->behind * (1 - alpha) - MIDDLE;
    }
}

static void filter_row(const windows *w, size_t row) {
    float *out = w->rows[row % TAPS];
    load_luma(w, w->a, row, w->luma[0] + RADIUS);
    load_luma(w, w->b, row, w->luma[1] + RADIUS);
    for (size_t x = 0; x < w->lanes; x += LANES) {
        vec4 sums[SUMS] = {{0}};
        for (size_t k = 0; k < TAPS; k++) {
            vec4 a = load(w->luma[0] + x + k);
            vec4 b = load(w->luma[1] + x + k);
            vec4 weighed_a = a * w->tap[k];
            vec4 weighed_b = b * w->tap[k];
            sums[MEAN_A] += weighed_a;
            sums[MEAN_B] += weighed_b;
            sums[SQUARE_A] += weighed_a * a;
            sums[SQUARE_B] += weighed_b * b;
            sums[PRODUCT] += weighed_a * b;
        }
        vec4 share = load(w->share + x);
        for (size_t s = 0; s < SUMS; s++) {
            store(out + s * w->lanes + x, sums[s] * share);
        }
    }
}

static vec4 similarity(const vec4 sums[SUMS]) {
    vec4 a = sums[MEAN_A] + MIDDLE;
    vec4 b = sums[MEAN_B] + MIDDLE;
    vec4 variances = (sums[SQUARE_A] - sums[MEAN_A] * sums[MEAN_A]) +
                     (sums[SQUARE_B] - sums[MEAN_B] * sums[MEAN_B]);
    vec4 covariance = sums[PRODUCT] - sums[MEAN_A] * sums[MEAN_B];
    return ((a * b * 2 + C1) * (covariance * 2 + C2)) /
           ((a * a + b * b + C1) * (variances + C2));
}

static void compare_row(const windows *w, size_t row) {
    size_t height = w->a.height_px;
    size_t first = row < RADIUS ? 0 : row - RADIUS;
    size_t end = row + RADIUS + 1 < height ? row + RADIUS + 1 : height;
    float share = 1 / part_inside(w, (int64_t)row, (int64_t)height);
    const float *rows[TAPS];
    float taps[TAPS];
    for (size_t k = 0; k < end - first; k++) {
        rows[k] = w->rows[(first + k) % TAPS];
        taps[k] = w->tap[first + k + RADIUS - row] * share;
    }
    for (size_t x = 0; x < w->lanes; x += LANES) {
        vec4 sums[SUMS];
        for (size_t s = 0; s < SUMS; s++) {
            vec4 sum = {0};
            for (size_t k = 0; k < end - first; k++) {
                sum += load(rows[k] + s * w->lanes + x) * taps[k];
            }
            sums[s] = sum;
        }
        store(w->similarity + x, similarity(sums));
    }
}

static double sum_row(const windows *w, size_t row) {
    const uint8_t *a = w->a.pixels + row * w->a.width_px * 4;
    const uint8_t *b = w->b.pixels + row * w->a.width_px * 4;
    double sum = 0;
    for (size_t x = 0; x < w->a.width_px; x++) {
        sum += (a[4 * x + 3] | b[4 * x + 3]) != 0 ? (double)w->similarity[x] : 0;
    }
    return sum;
}

static double sum_all(windows *w, float behind) {
    size_t height = w->a.height_px;
    double sum = 0;
    w->behind = behind;
    for (size_t row = 0; row < height + RADIUS; row++) {
        if (row < height) {
            filter_row(w, row);
        }
        if (row >= RADIUS) {
            compare_row(w, row - RADIUS);
            sum += sum_row(w, row - RADIUS);
        }
    }
    return sum;
}

/* All floats in one block: two rows of luma, shares, TAPS rows of sums, a result. */
static float *lay_out(windows *w) {
    size_t padded = w->lanes + 2 * RADIUS;
    float *block =
        mem_zero(2 * padded + (2 + (size_t)TAPS * SUMS) * w->lanes, sizeof(float));
    if (block == NULL) {
        return NULL;
    }
    w->luma[0] = block;
    w->luma[1] = block + padded;
    w->share = block + 2 * padded;
    w->similarity = w->share + w->lanes;
    for (size_t i = 0; i < TAPS; i++) {
        w->rows[i] = w->similarity + w->lanes + i * SUMS * w->lanes;
    }
    for (size_t x = 0; x < w->a.width_px; x++) {
        w->share[x] = 1 / part_inside(w, (int64_t)x, w->a.width_px);
    }
    return block;
}

static pa_status measure_similarity(image_view a, image_view b, bool has_alpha,
                                    quality *out, pa_error *err) {
    windows w = {.a = a, .b = b};
    w.lanes = (((size_t)a.width_px + LINE - 1) / LINE | 1) * LINE;
    set_taps(&w);
    float *block = lay_out(&w);
    if (block == NULL) {
        return error_nomem(err);
    }
    double sum = sum_all(&w, 0);
    double on_white = has_alpha ? sum_all(&w, 255) : sum;
    sum = on_white < sum ? on_white : sum;
    out->ssim = out->counted_px == 0 ? 1 : sum / (double)out->counted_px;
    mem_free(block);
    return PA_OK;
}

pa_status quality_measure(image_view a, image_view b, quality *out, pa_error *err) {
    pa_status status = check_pair(a, b, err);
    if (status != PA_OK) {
        return status;
    }
    bool has_alpha = !image_view_is_opaque(a) || !image_view_is_opaque(b);
    measure_error(a, b, has_alpha, out);
    return measure_similarity(a, b, has_alpha, out, err);
}

/* --- directions --- */

typedef struct direction {
    double x, y, z;
} direction;

static direction direction_of(const uint8_t *p) {
    /* 255 times the vector: exact, and 0 only if all are in the middle, as none is. */
    return (direction){2.0 * p[0] - 255, 2.0 * p[1] - 255, 2.0 * p[2] - 255};
}

/* By the tangent: exact for small angles, where the cosine is flat. */
static double angle(direction a, direction b) {
    double x = a.y * b.z - a.z * b.y;
    double y = a.z * b.x - a.x * b.z;
    double z = a.x * b.y - a.y * b.x;
    return atan2(sqrt(x * x + y * y + z * z), a.x * b.x + a.y * b.y + a.z * b.z);
}

uint32_t quality_milli(double value) {
    return value > 0 ? (uint32_t)(value * 1000 + 0.5) : 0;
}

quality quality_of_equal(void) {
    return (quality){.psnr_db = QUALITY_MAX_DB, .ssim = 1};
}

bool quality_has_floor(quality_floor floor) {
    return floor.psnr_millidb > 0 || floor.ssim_milli > 0 || floor.degrees_milli > 0;
}

bool quality_is_below(const quality *reached, quality_floor floor) {
    return quality_milli(reached->psnr_db) < floor.psnr_millidb ||
           quality_milli(reached->ssim) < floor.ssim_milli ||
           (floor.degrees_milli > 0 &&
            quality_milli(reached->degrees) > floor.degrees_milli);
}

pa_status quality_normals(image_view a, image_view b, double *degrees, pa_error *err) {
    pa_status status = check_pair(a, b, err);
    if (status != PA_OK) {
        return status;
    }
    size_t size = image_view_bytes(a);
    double sum = 0;
    for (size_t i = 0; i < size; i += 4) {
        if (memcmp(a.pixels + i, b.pixels + i, 3) != 0) {
            sum += angle(direction_of(a.pixels + i), direction_of(b.pixels + i));
        }
    }
    *degrees = sum / (double)(size / 4) * DEGREES;
    return PA_OK;
}
