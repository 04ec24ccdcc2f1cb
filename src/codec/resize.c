/* resize.c - a separable filter in one pass over the rows: each source row is filtered
 * along x once, then added to the few output rows it touches. So memory does not grow
 * with the factor of reduction.
 *
 * Source of the kernels: Mitchell and Netravali, Reconstruction Filters in Computer
 * Graphics (1988), B and C.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/resize.h"

#include <math.h>

#include "base/alloc.h"
#include "base/limits.h"

/** A pixel: red, green, blue times the fourth, which is alpha (0 … 1). */
typedef float vec4 __attribute__((vector_size(16)));

/** What a colour counts where alpha is 0: enough to give a mean, too little to show. */
static const float FAINT = 1.0F / (1 << 20);

enum { ENCODE_STEPS = 4096 };

/** The pixels of one side that make one pixel of the smaller side. */
typedef struct taps {
    int64_t first; /**< may lie before 0 and end behind the last */
    size_t count;
    size_t weights_at;
} taps;

typedef struct axis {
    uint32_t side_px;
    uint32_t out_px;
    resize_edge edge;
    taps *taps; /**< of each output pixel, first and end never fall */
    float *weights;
    size_t most_at_once; /**< outputs that share a source pixel */
} axis;

/** From a stored value to light and back. */
typedef struct light {
    float of[256];
    float up_to[256];               /**< what is below rounds to this value or lower */
    uint8_t from[ENCODE_STEPS + 1]; /**< a value at or below the right one */
} light;

typedef struct work {
    image_view image;
    resize_settings how;
    bool is_weighed; /**< colour by alpha */
    axis x;
    axis y;
    light *light;
    vec4 *padded;     /**< a source row with what lies beyond its ends */
    vec4 *line;       /**< it, filtered along x */
    vec4 *sums;       /**< y.most_at_once output rows */
    int64_t line_row; /**< the source row in `line`, -1 for none */
} work;

uint32_t resize_side(uint32_t side_px, uint32_t numerator, uint32_t denominator) {
    uint64_t by = denominator == 0 ? 1 : denominator;
    uint64_t side = ((uint64_t)side_px * numerator + by / 2) / by;
    side = side > PA_MAX_IMAGE_SIDE_PX ? PA_MAX_IMAGE_SIDE_PX : side;
    return side < 1 ? 1 : (uint32_t)side;
}

/* --- kernels --- */

static double cubic(double x, double b, double c) {
    x = fabs(x);
    if (x < 1) {
        return ((12 - 9 * b - 6 * c) * x * x * x + (-18 + 12 * b + 6 * c) * x * x + 6 -
                2 * b) /
               6;
    }
    if (x < 2) {
        return ((-b - 6 * c) * x * x * x + (6 * b + 30 * c) * x * x +
                (-12 * b - 48 * c) * x + 8 * b + 24 * c) /
               6;
    }
    return 0;
}

/* The weight of source pixel `i` for the output pixel around `centre`. */
static double weigh(resize_filter filter, double i, double centre, double scale) {
    double x = (i + 0.5 - centre) / scale;
    switch (filter) {
    case RESIZE_MITCHELL:
        return cubic(x, 1.0 / 3, 1.0 / 3);
    case RESIZE_BOX: {
        double from = fmax(i, centre - scale / 2);
        double to = fmin(i + 1, centre + scale / 2);
        return fmax(to - from, 0);
    }
    default:
        return cubic(x, 0, 0.5);
    }
}

static void weigh_all(resize_filter filter, taps *t, double centre, double scale,
                      float *weights) {
    double sum = 0;
    for (size_t k = 0; k < t->count; k++) {
        sum += weigh(filter, (double)t->first + (double)k, centre, scale);
    }
    for (size_t k = 0; k < t->count; k++) {
        double w = weigh(filter, (double)t->first + (double)k, centre, scale);
        weights[t->weights_at + k] = (float)(w / sum);
    }
}

static size_t count_at_once(const axis *a) {
    size_t most = 1;
    size_t behind = 0;
    for (size_t o = 0; o < a->out_px; o++) {
        int64_t end = a->taps[o].first + (int64_t)a->taps[o].count;
        while (behind < a->out_px && a->taps[behind].first < end) {
            behind++;
        }
        most = behind - o > most ? behind - o : most;
    }
    return most;
}

static pa_status axis_make(axis *a, resize_filter filter, pa_error *err) {
    double scale = (double)a->side_px / a->out_px;
    if (a->side_px == a->out_px) {
        filter = RESIZE_BOX;
    }
    double radius = filter == RESIZE_BOX ? scale / 2 : 2 * scale;
    size_t most = (size_t)(2 * radius) + 2;
    a->taps = mem_alloc(a->out_px, sizeof a->taps[0]);
    a->weights = mem_alloc(a->out_px * most, sizeof a->weights[0]);
    if (a->taps == NULL || a->weights == NULL) {
        return error_nomem(err);
    }
    size_t used = 0;
    for (size_t o = 0; o < a->out_px; o++) {
        double centre = ((double)o + 0.5) * scale;
        /* A hair inside, so that a rounding error touches no further pixel. */
        double first = floor(centre - radius + 1e-6);
        double end = ceil(centre + radius - 1e-6);
        taps *t = &a->taps[o];
        *t = (taps){(int64_t)first, (size_t)(end - first), used};
        used += t->count;
        weigh_all(filter, t, centre, scale, a->weights);
    }
    a->most_at_once = count_at_once(a);
    return PA_OK;
}

static size_t axis_at(const axis *a, int64_t i) {
    int64_t side = a->side_px;
    if (a->edge == RESIZE_REPEAT) {
        int64_t rest = i % side;
        return (size_t)(rest < 0 ? rest + side : rest);
    }
    return (size_t)(i < 0 ? 0 : i >= side ? side - 1 : i);
}

static int64_t axis_begin(const axis *a) {
    return a->taps[0].first;
}

static int64_t axis_end(const axis *a) {
    return a->taps[a->out_px - 1].first + (int64_t)a->taps[a->out_px - 1].count;
}

/* --- stored values and light: IEC 61966-2-1 --- */

static double to_light(double value) {
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static void light_make(light *l, bool is_linear_light) {
    for (int i = 0; i < 256; i++) {
        l->of[i] = (float)(is_linear_light ? to_light(i / 255.0) : i / 255.0);
        double half = (i + 0.5) / 255.0;
        l->up_to[i] = (float)(is_linear_light ? to_light(half) : half);
    }
    int value = 0;
    for (int i = 0; i <= ENCODE_STEPS; i++) {
        while (value < 255 && l->up_to[value] <= (float)i / ENCODE_STEPS) {
            value++;
        }
        l->from[i] = (uint8_t)value;
    }
}

static uint8_t light_store(const light *l, float amount) {
    float kept = amount > 0 ? amount : 0;
    kept = kept < 1 ? kept : 1;
    int value = l->from[(int)(kept * ENCODE_STEPS)];
    while (value < 255 && l->up_to[value] <= kept) {
        value++;
    }
    return (uint8_t)value;
}

static uint8_t plain_store(float amount) {
    float kept = amount > 0 ? amount : 0;
    kept = kept < 1 ? kept : 1;
    return (uint8_t)(kept * 255 + 0.5F);
}

/* --- rows --- */

static void load_row(work *w, size_t row) {
    const uint8_t *from = w->image.pixels + row * w->image.width_px * 4;
    int64_t begin = axis_begin(&w->x);
    int64_t end = axis_end(&w->x);
    const float *of = w->light->of;
    for (int64_t i = begin; i < end; i++) {
        const uint8_t *p = from + 4 * axis_at(&w->x, i);
        float alpha = (float)p[3] / 255.0F;
        vec4 pixel = {of[p[0]], of[p[1]], of[p[2]], 1};
        w->padded[i - begin] = w->is_weighed
                                   ? pixel * (alpha + FAINT)
                                   : (vec4){pixel[0], pixel[1], pixel[2], alpha};
    }
}

static void filter_row(work *w, int64_t row) {
    int64_t source = (int64_t)axis_at(&w->y, row);
    if (w->line_row == source) {
        return;
    }
    w->line_row = source;
    load_row(w, (size_t)source);
    int64_t begin = axis_begin(&w->x);
    for (size_t o = 0; o < w->x.out_px; o++) {
        const taps *t = &w->x.taps[o];
        const vec4 *from = w->padded + (t->first - begin);
        const float *weights = w->x.weights + t->weights_at;
        vec4 sum = {0, 0, 0, 0};
        for (size_t k = 0; k < t->count; k++) {
            sum += from[k] * weights[k];
        }
        w->line[o] = sum;
    }
}

static void add_row(work *w, vec4 *sums, float weight, bool is_first) {
    for (size_t x = 0; x < w->x.out_px; x++) {
        vec4 before = is_first ? (vec4){0, 0, 0, 0} : sums[x];
        sums[x] = before + w->line[x] * weight;
    }
}

/* The source pixels under output pixel `o`. */
static void covered(const axis *a, size_t o, size_t *from, size_t *to) {
    *from = o * a->side_px / a->out_px;
    *to = ((o + 1) * a->side_px + a->out_px - 1) / a->out_px;
}

/* The colour of a pixel that nobody sees, but that a sampler blends with its neighbours:
 * the mean below it. What the filter says is no colour where its lobes cancel. */
static void store_hidden(const work *w, size_t x, size_t y, uint8_t *to) {
    size_t left = 0;
    size_t right = 0;
    size_t top = 0;
    size_t bottom = 0;
    covered(&w->x, x, &left, &right);
    covered(&w->y, y, &top, &bottom);
    uint64_t sum[4] = {0};
    for (size_t row = top; row < bottom; row++) {
        for (size_t column = left; column < right; column++) {
            const uint8_t *p = w->image.pixels + (row * w->image.width_px + column) * 4;
            uint64_t weight = 1 + 256 * (uint64_t)p[3];
            for (size_t c = 0; c < 3; c++) {
                sum[c] += weight * p[c];
            }
            sum[3] += weight;
        }
    }
    for (size_t c = 0; c < 3; c++) {
        to[c] = (uint8_t)((sum[c] + sum[3] / 2) / sum[3]);
    }
    to[3] = 0;
}

static void store_row(const work *w, const vec4 *sums, size_t y, uint8_t *to) {
    for (size_t x = 0; x < w->x.out_px; x++, to += 4) {
        vec4 pixel = sums[x];
        float by = 1;
        to[3] = plain_store(w->is_weighed ? pixel[3] - FAINT : pixel[3]);
        if (w->is_weighed) {
            if (to[3] == 0) {
                store_hidden(w, x, y, to);
                continue;
            }
            by = 1 / pixel[3];
        }
        for (size_t c = 0; c < 3; c++) {
            float amount = pixel[c] * by;
            to[c] = w->how.is_linear_light ? light_store(w->light, amount)
                                           : plain_store(amount);
        }
    }
}

static void run(work *w, uint8_t *to) {
    size_t width = w->x.out_px;
    size_t oldest = 0;
    size_t next = 0;
    for (int64_t row = axis_begin(&w->y); oldest < w->y.out_px; row++) {
        filter_row(w, row);
        while (next < w->y.out_px && w->y.taps[next].first <= row) {
            next++;
        }
        for (size_t o = oldest; o < next; o++) {
            const taps *t = &w->y.taps[o];
            vec4 *sums = w->sums + o % w->y.most_at_once * width;
            int64_t k = row - t->first;
            if (k < (int64_t)t->count) {
                add_row(w, sums, w->y.weights[t->weights_at + (size_t)k], k == 0);
            }
        }
        while (oldest < next &&
               w->y.taps[oldest].first + (int64_t)w->y.taps[oldest].count - 1 <= row) {
            store_row(w, w->sums + oldest % w->y.most_at_once * width, oldest,
                      to + oldest * width * 4);
            oldest++;
        }
    }
}

static pa_status prepare(work *w, pa_error *err) {
    pa_status status = axis_make(&w->x, w->how.filter, err);
    if (status == PA_OK) {
        status = axis_make(&w->y, w->how.filter, err);
    }
    if (status != PA_OK) {
        return status;
    }
    w->light = mem_alloc(1, sizeof *w->light);
    w->padded = mem_alloc((size_t)(axis_end(&w->x) - axis_begin(&w->x)), sizeof(vec4));
    w->line = mem_alloc(w->x.out_px, sizeof(vec4));
    w->sums = mem_alloc(w->x.out_px * w->y.most_at_once, sizeof(vec4));
    if (w->light == NULL || w->padded == NULL || w->line == NULL || w->sums == NULL) {
        return error_nomem(err);
    }
    light_make(w->light, w->how.is_linear_light);
    return PA_OK;
}

static void work_clear(work *w) {
    mem_free(w->x.taps);
    mem_free(w->x.weights);
    mem_free(w->y.taps);
    mem_free(w->y.weights);
    mem_free(w->light);
    mem_free(w->padded);
    mem_free(w->line);
    mem_free(w->sums);
}

pa_status resize(image_view image, uint32_t width_px, uint32_t height_px,
                 const resize_settings *how, buf *out, pa_error *err) {
    image_view wanted = {NULL, width_px, height_px};
    pa_status status = image_view_check(image, PA_MAX_IMAGE_SIDE_PX, "resize", err);
    if (status == PA_OK) {
        status = image_view_check(wanted, PA_MAX_IMAGE_SIDE_PX, "resize", err);
    }
    if (status != PA_OK) {
        return status;
    }
    if (width_px > image.width_px || height_px > image.height_px) {
        return error_set(err, PA_USAGE, "resize: %ux%u pixels would grow to %ux%u",
                         image.width_px, image.height_px, width_px, height_px);
    }
    work w = {.image = image, .how = *how, .line_row = -1};
    w.is_weighed = !how->is_data && !image_view_is_opaque(image);
    w.x = (axis){.side_px = image.width_px, .out_px = width_px, .edge = how->edge_x};
    w.y = (axis){.side_px = image.height_px, .out_px = height_px, .edge = how->edge_y};
    status = prepare(&w, err);
    size_t size_bytes = image_view_bytes(wanted);
    char *room = status == PA_OK ? buf_reserve(out, size_bytes) : NULL;
    if (room != NULL) {
        run(&w, (uint8_t *)room);
        out->size += size_bytes;
    } else if (status == PA_OK) {
        status = error_nomem(err);
    }
    work_clear(&w);
    return status;
}
