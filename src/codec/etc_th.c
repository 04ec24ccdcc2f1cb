/* etc_th.c - the modes T and H of ETC2: two colours and a distance between paints.
 *
 * H paints with both colours, each a distance lighter and darker; T with the first as it
 * is, and with the second as it is, lighter and darker.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <float.h>
#include <math.h>

#include "codec/etc_block.h"

enum { PAINTS = 4, DISTANCES = 8 };

/* An error, beside the best, that refining does not make up for. */
static const float HOPELESS = 2;

typedef enum mode { MODE_T, MODE_H } mode;

typedef struct two_colors {
    unsigned level[2][ETC_CHANNELS]; /**< 0 … 15 */
    unsigned distance;
    float error;
} two_colors;

static void make_paints(mode m, const two_colors *t, float paints[PAINTS][ETC_CHANNELS]) {
    float d = etc_distances[t->distance];
    for (size_t c = 0; c < ETC_CHANNELS; c++) {
        float one = (float)etc_expand4(t->level[0][c]);
        float two = (float)etc_expand4(t->level[1][c]);
        const float as_t[PAINTS] = {one, two + d, two, two - d};
        const float as_h[PAINTS] = {one + d, one - d, two + d, two - d};
        for (size_t p = 0; p < PAINTS; p++) {
            float value = m == MODE_T ? as_t[p] : as_h[p];
            value = value > 0 ? value : 0;
            paints[p][c] = value < 255 ? value : 255;
        }
    }
}

static void paint_errors(const etc_source *source, const float paint[ETC_CHANNELS],
                         float error[ETC_PIXELS]) {
    for (size_t i = 0; i < ETC_PIXELS; i++) {
        float r = source->color[0][i] - paint[0];
        float g = source->color[1][i] - paint[1];
        float b = source->color[2][i] - paint[2];
        error[i] = r * r + g * g + b * b;
    }
}

static inline float sum_of(const float error[ETC_PIXELS],
                           const float weight[ETC_PIXELS]) {
    float sum[4] = {0};
    for (size_t i = 0; i < ETC_PIXELS; i += 4) {
        for (size_t k = 0; k < 4; k++) {
            sum[k] += error[i + k] * weight[i + k];
        }
    }
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static float total_error(const etc_source *source, mode m, const two_colors *t) {
    float paints[PAINTS][ETC_CHANNELS];
    float best[ETC_PIXELS];
    make_paints(m, t, paints);
    paint_errors(source, paints[0], best);
    for (size_t p = 1; p < PAINTS; p++) {
        float error[ETC_PIXELS];
        paint_errors(source, paints[p], error);
        for (size_t i = 0; i < ETC_PIXELS; i++) {
            best[i] = error[i] < best[i] ? error[i] : best[i];
        }
    }
    return sum_of(best, source->weight);
}

/* Which paint each pixel takes. */
static void select_paints(const etc_source *source, mode m, const two_colors *t,
                          unsigned which[ETC_PIXELS]) {
    float paints[PAINTS][ETC_CHANNELS];
    float best[ETC_PIXELS];
    make_paints(m, t, paints);
    for (unsigned p = 0; p < PAINTS; p++) {
        float error[ETC_PIXELS];
        paint_errors(source, paints[p], error);
        for (size_t i = 0; i < ETC_PIXELS; i++) {
            if (p == 0 || error[i] < best[i]) {
                best[i] = error[i];
                which[i] = p;
            }
        }
    }
}

/* --- two clusters --- */

/* The direction in which the colours vary most, by power iteration. */
static void find_axis(const etc_source *source, float axis[ETC_CHANNELS]) {
    float cov[ETC_CHANNELS][ETC_CHANNELS] = {{0}};
    for (size_t a = 0; a < ETC_CHANNELS; a++) {
        for (size_t b = a; b < ETC_CHANNELS; b++) {
            for (size_t i = 0; i < ETC_PIXELS; i++) {
                cov[a][b] += (source->color[a][i] - source->mean[a]) *
                             (source->color[b][i] - source->mean[b]) * source->weight[i];
            }
            cov[b][a] = cov[a][b];
        }
    }
    size_t widest = cov[1][1] > cov[0][0] ? 1 : 0;
    widest = cov[2][2] > cov[widest][widest] ? 2 : widest;
    memcpy(axis, cov[widest], sizeof cov[widest]);
    for (size_t round = 0; round < 4; round++) {
        float next[ETC_CHANNELS];
        float length = 1e-20F;
        for (size_t a = 0; a < ETC_CHANNELS; a++) {
            next[a] = cov[a][0] * axis[0] + cov[a][1] * axis[1] + cov[a][2] * axis[2];
            length = fabsf(next[a]) > length ? fabsf(next[a]) : length;
        }
        for (size_t a = 0; a < ETC_CHANNELS; a++) {
            axis[a] = next[a] / length;
        }
    }
}

/* The split of the pixels along the axis with the least variance on both sides: `side`
 * is false below it. */
static void split(const etc_source *source, bool side[ETC_PIXELS]) {
    float axis[ETC_CHANNELS];
    float along[ETC_PIXELS];
    find_axis(source, axis);
    for (size_t i = 0; i < ETC_PIXELS; i++) {
        along[i] = source->color[0][i] * axis[0] + source->color[1][i] * axis[1] +
                   source->color[2][i] * axis[2];
    }
    float best = -1;
    for (size_t k = 0; k < ETC_PIXELS; k++) {
        float count[2] = {0};
        float sum[2] = {0};
        for (size_t i = 0; i < ETC_PIXELS; i++) {
            size_t s = along[i] > along[k];
            count[s] += source->weight[i];
            sum[s] += source->weight[i] * along[i];
        }
        if (count[0] > 0 && count[1] > 0) {
            float apart = sum[0] / count[0] - sum[1] / count[1];
            float between = count[0] * count[1] * apart * apart;
            if (between > best) {
                best = between;
                for (size_t i = 0; i < ETC_PIXELS; i++) {
                    side[i] = along[i] > along[k];
                }
            }
        }
    }
    if (best < 0) {
        memset(side, 0, ETC_PIXELS * sizeof side[0]);
    }
}

/* The mean of the pixels that take color `which`, less the steps they take. */
static void set_color(const etc_source *source, const bool side[ETC_PIXELS], bool which,
                      const float step[ETC_PIXELS], unsigned level[ETC_CHANNELS]) {
    float total = 0;
    float sum[ETC_CHANNELS] = {0};
    for (size_t i = 0; i < ETC_PIXELS; i++) {
        float weight = side[i] == which ? source->weight[i] : 0;
        total += weight;
        for (size_t c = 0; c < ETC_CHANNELS; c++) {
            sum[c] += (source->color[c][i] - step[i]) * weight;
        }
    }
    for (size_t c = 0; total > 0 && c < ETC_CHANNELS; c++) {
        level[c] = etc_quantize(sum[c] / total, 15);
    }
}

/* --- search --- */

/* For each pixel and both colours: the error without a step, and how far it lies along
 * gray, as in etc1.c. */
static void look_from(const etc_source *source, const unsigned level[ETC_CHANNELS],
                      float square[ETC_PIXELS], float away[ETC_PIXELS]) {
    float center[ETC_CHANNELS];
    for (size_t c = 0; c < ETC_CHANNELS; c++) {
        center[c] = (float)etc_expand4(level[c]);
    }
    for (size_t i = 0; i < ETC_PIXELS; i++) {
        float r = source->color[0][i] - center[0];
        float g = source->color[1][i] - center[1];
        float b = source->color[2][i] - center[2];
        square[i] = r * r + g * g + b * b;
        away[i] = fabsf(r + g + b);
    }
}

/* The errors of all distances if no paint were clamped: none is below the true one. */
static void rough_errors(const etc_source *source, mode m, const two_colors *t,
                         float errors[DISTANCES]) {
    float square[2][ETC_PIXELS];
    float away[2][ETC_PIXELS];
    look_from(source, t->level[0], square[0], away[0]);
    look_from(source, t->level[1], square[1], away[1]);
    for (size_t k = 0; k < DISTANCES; k++) {
        float d = etc_distances[k];
        float first = m == MODE_H ? 2 * d : 0;
        float more = m == MODE_H ? 3 * d * d : 0;
        float error[ETC_PIXELS];
        for (size_t i = 0; i < ETC_PIXELS; i++) {
            float one = square[0][i] + more - first * away[0][i];
            float step = 3 * d * d - 2 * d * away[1][i];
            float flat = m == MODE_H || step < 0 ? step : 0;
            float two = square[1][i] + flat;
            error[i] = one < two ? one : two;
        }
        errors[k] = sum_of(error, source->weight);
    }
}

/* Takes the distance that is best of those that look best. */
static void try_distances(const etc_source *source, mode m, etc_effort effort,
                          two_colors *t) {
    float rough[DISTANCES];
    two_colors tried = *t;
    rough_errors(source, m, t, rough);
    t->error = FLT_MAX;
    for (unsigned round = effort == ETC_FAST ? 1 : 4; round > 0; round--) {
        tried.distance = 0;
        for (unsigned k = 1; k < DISTANCES; k++) {
            tried.distance = rough[k] < rough[tried.distance] ? k : tried.distance;
        }
        rough[tried.distance] = FLT_MAX;
        tried.error = total_error(source, m, &tried);
        *t = tried.error < t->error ? tried : *t;
    }
}

/* Moves both colours to where the paints that the pixels chose would have them. */
static void refine(const etc_source *source, mode m, etc_effort effort, two_colors *t) {
    unsigned which[ETC_PIXELS];
    bool side[ETC_PIXELS];
    float step[ETC_PIXELS];
    float d = etc_distances[t->distance];
    const float steps[2][PAINTS] = {{0, d, 0, -d}, {d, -d, d, -d}};
    select_paints(source, m, t, which);
    for (size_t i = 0; i < ETC_PIXELS; i++) {
        side[i] = m == MODE_T ? which[i] > 0 : which[i] > 1;
        step[i] = steps[m][which[i]];
    }
    two_colors moved = *t;
    set_color(source, side, false, step, moved.level[0]);
    set_color(source, side, true, step, moved.level[1]);
    if (memcmp(moved.level, t->level, sizeof moved.level) != 0) {
        try_distances(source, m, effort, &moved);
        *t = moved.error < t->error ? moved : *t;
    }
}

/* --- bits --- */

static uint64_t pack_selectors(const unsigned which[ETC_PIXELS], unsigned swapped) {
    uint64_t out = 0;
    for (unsigned i = 0; i < ETC_PIXELS; i++) {
        uint64_t paint = which[i] ^ swapped;
        out |= (paint >> 1) << (16 + i) | (paint & 1) << i;
    }
    return out;
}

/* Bits so that two times two of them, `high` and `low`, make a sum that leaves its range:
 * below 0 by a sign, or above 31. `top` is the first of the five of the base. */
static uint64_t leave_range(unsigned high, unsigned low, unsigned top) {
    return high + low >= 4 ? UINT64_C(7) << (top - 2) : UINT64_C(1) << (top - 5);
}

static uint64_t pack_t(const two_colors *t, const unsigned which[ETC_PIXELS]) {
    const unsigned *a = t->level[0];
    const unsigned *b = t->level[1];
    uint64_t out = pack_selectors(which, 0) | UINT64_C(1) << 33;
    out |= (uint64_t)(a[0] >> 2) << 59 | (uint64_t)(a[0] & 3) << 56;
    out |= (uint64_t)a[1] << 52 | (uint64_t)a[2] << 48;
    out |= (uint64_t)b[0] << 44 | (uint64_t)b[1] << 40 | (uint64_t)b[2] << 36;
    out |= (uint64_t)(t->distance >> 1) << 34 | (uint64_t)(t->distance & 1) << 32;
    return out | leave_range(a[0] >> 2, a[0] & 3, 63);
}

static unsigned number_of(const unsigned level[ETC_CHANNELS]) {
    return level[0] << 8 | level[1] << 4 | level[2];
}

/* The lowest bit of the distance is in the order of the colours: 1 when the first is not
 * the smaller one. Equal colours have only that. */
static uint64_t pack_h(const two_colors *t, const unsigned which[ETC_PIXELS]) {
    bool is_first_larger = number_of(t->level[0]) >= number_of(t->level[1]);
    unsigned swapped = is_first_larger != (t->distance & 1);
    const unsigned *a = t->level[swapped];
    const unsigned *b = t->level[!swapped];
    uint64_t out = pack_selectors(which, swapped << 1) | UINT64_C(1) << 33;
    out |= (uint64_t)a[0] << 59 | (uint64_t)(a[1] >> 1) << 56 |
           (uint64_t)(a[1] & 1) << 52 | (uint64_t)(a[2] >> 3) << 51 |
           (uint64_t)(a[2] & 7) << 47;
    out |= (uint64_t)b[0] << 43 | (uint64_t)b[1] << 39 | (uint64_t)b[2] << 35;
    out |= (uint64_t)(t->distance >> 2) << 34 | (uint64_t)(t->distance >> 1 & 1) << 32;
    /* Red must not leave its range: bit 63 lifts it where the difference is negative. */
    int difference = (int)(a[1] >> 1) - (a[1] >> 1 >= 4 ? 8 : 0);
    out |= (uint64_t)((int)a[0] + difference < 0) << 63;
    return out | leave_range((a[1] & 1) << 1 | a[2] >> 3, a[2] >> 1 & 3, 55);
}

static bool is_storable(mode m, const two_colors *t) {
    return m == MODE_T || (t->distance & 1) != 0 ||
           number_of(t->level[0]) != number_of(t->level[1]);
}

static void search_mode(const etc_source *source, mode m, const two_colors *from,
                        etc_effort effort, etc_best *best) {
    two_colors t = *from;
    try_distances(source, m, effort, &t);
    if (effort == ETC_FAST && t.error > HOPELESS * best->error) {
        return;
    }
    for (unsigned round = 0; round < (effort == ETC_FAST ? 1U : 3U); round++) {
        refine(source, m, effort, &t);
    }
    if (t.error < best->error && is_storable(m, &t)) {
        unsigned which[ETC_PIXELS];
        select_paints(source, m, &t, which);
        best->error = t.error;
        best->bits = m == MODE_T ? pack_t(&t, which) : pack_h(&t, which);
    }
}

void etc_th_search(const etc_source *source, etc_effort effort, etc_best *best) {
    static const float no_steps[ETC_PIXELS] = {0};
    bool side[ETC_PIXELS];
    two_colors t = {{{0}}, 0, FLT_MAX};
    split(source, side);
    set_color(source, side, false, no_steps, t.level[0]);
    set_color(source, side, true, no_steps, t.level[1]);
    two_colors swapped = t;
    memcpy(swapped.level[0], t.level[1], sizeof t.level[0]);
    memcpy(swapped.level[1], t.level[0], sizeof t.level[0]);
    search_mode(source, MODE_T, &t, effort, best);
    search_mode(source, MODE_T, &swapped, effort, best);
    search_mode(source, MODE_H, &t, effort, best);
}
