/* etc_planar.c - the planar mode of ETC2: three corners, a plane through them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "codec/etc_block.h"

enum { CORNERS = 3, MAX_ROUNDS = 6 };

/** Corners of one channel as they are stored: origin, right of the block, below it. */
typedef struct plane {
    unsigned level[CORNERS];
    float error;
} plane;

static unsigned max_level(size_t channel) {
    return channel == 1 ? 127 : 63;
}

static int expand(unsigned level, size_t channel) {
    return (int)(channel == 1 ? etc_expand7(level) : etc_expand6(level));
}

static float plane_error(const etc_source *source, size_t channel, const plane *p) {
    int o = expand(p->level[0], channel);
    int dx = expand(p->level[1], channel) - o;
    int dy = expand(p->level[2], channel) - o;
    float error[ETC_PIXELS];
    for (int i = 0; i < ETC_PIXELS; i++) {
        int value = (i / 4 * dx + i % 4 * dy + 4 * o + 2) >> 2;
        float off = (float)etc_clamp(value) - source->color[channel][i];
        error[i] = off * off * source->weight[i];
    }
    float sum = 0;
    for (size_t i = 0; i < ETC_PIXELS; i++) {
        sum += error[i];
    }
    return sum;
}

/* Sums of weights times products of (1, x, y), of the plane a + bx + cy. */
typedef struct moments {
    float one, x, y, xx, xy, yy;
} moments;

static moments moments_of(const float weight[ETC_PIXELS]) {
    moments m = {0};
    for (int i = 0; i < ETC_PIXELS; i++) {
        float x = (float)(i / 4);
        float y = (float)(i % 4);
        m.one += weight[i];
        m.x += weight[i] * x;
        m.y += weight[i] * y;
        m.xx += weight[i] * x * x;
        m.xy += weight[i] * x * y;
        m.yy += weight[i] * y * y;
    }
    return m;
}

/* Least squares around the weighed mean. False when the pixels that count lie on a line.
 */
static bool fit(const etc_source *source, const moments *m, size_t channel,
                float corner[CORNERS]) {
    float mx = m->x / m->one;
    float my = m->y / m->one;
    float xx = m->xx - m->x * mx;
    float xy = m->xy - m->x * my;
    float yy = m->yy - m->y * my;
    float det = xx * yy - xy * xy;
    if (!(det > 1e-3F * m->one * m->one)) {
        return false;
    }
    float xv = 0;
    float yv = 0;
    for (int i = 0; i < ETC_PIXELS; i++) {
        float v = (source->color[channel][i] - source->mean[channel]) * source->weight[i];
        xv += v * ((float)(i / 4) - mx);
        yv += v * ((float)(i % 4) - my);
    }
    float dx = (xv * yy - yv * xy) / det;
    float dy = (yv * xx - xv * xy) / det;
    corner[0] = source->mean[channel] - dx * mx - dy * my;
    corner[1] = corner[0] + 4 * dx;
    corner[2] = corner[0] + 4 * dy;
    return true;
}

/* One corner up or down, as long as that is better. */
static void climb(const etc_source *source, size_t channel, plane *p) {
    for (size_t round = 0; round < MAX_ROUNDS; round++) {
        plane best = *p;
        for (size_t k = 0; k < 2 * CORNERS; k++) {
            plane moved = *p;
            unsigned level = p->level[k / 2] + (k & 1 ? 1U : ~0U);
            if (level > max_level(channel)) {
                continue;
            }
            moved.level[k / 2] = level;
            moved.error = plane_error(source, channel, &moved);
            best = moved.error < best.error ? moved : best;
        }
        if (!(best.error < p->error)) {
            return;
        }
        *p = best;
    }
}

/* Whether a base of five bits and a difference of three, as another mode has them there,
 * stay within 0 … 31. */
static bool stays(unsigned base, unsigned difference) {
    int sum = (int)base + (int)difference - (difference >= 4 ? 8 : 0);
    return sum >= 0 && sum <= 31;
}

/* The bits of a field so that red and green stay and blue does not. */
static uint64_t pack(const plane planes[ETC_CHANNELS]) {
    const unsigned *r = planes[0].level;
    const unsigned *g = planes[1].level;
    const unsigned *b = planes[2].level;
    unsigned red = r[0] << 1 | g[0] >> 6;          /* bits 62 … 56 */
    unsigned green = (g[0] & 63) << 1 | b[0] >> 5; /* bits 54 … 48 */
    unsigned first = b[0] >> 3 & 3;                /* bits 44, 43 */
    unsigned second = b[0] >> 1 & 3;               /* bits 41, 40 */
    uint64_t out = (uint64_t)red << 56 | (uint64_t)green << 48 | (uint64_t)first << 43 |
                   (uint64_t)(b[0] & 7) << 39 | (uint64_t)(r[1] >> 1) << 34 |
                   UINT64_C(1) << 33 | (uint64_t)(r[1] & 1) << 32 | (uint64_t)g[1] << 25 |
                   (uint64_t)b[1] << 19 | (uint64_t)r[2] << 13 | (uint64_t)g[2] << 6 |
                   (uint64_t)b[2];
    out |= (uint64_t)!stays(red >> 3, red & 7) << 63;
    out |= (uint64_t)!stays(green >> 3, green & 7) << 55;
    return out | (first + second >= 4 ? UINT64_C(7) << 45 : UINT64_C(1) << 42);
}

void etc_planar_search(const etc_source *source, etc_effort effort, etc_best *best) {
    moments m = moments_of(source->weight);
    plane planes[ETC_CHANNELS];
    float error = 0;
    for (size_t c = 0; c < ETC_CHANNELS; c++) {
        float corner[CORNERS];
        if (!fit(source, &m, c, corner)) {
            return;
        }
        for (size_t k = 0; k < CORNERS; k++) {
            planes[c].level[k] = etc_quantize(corner[k], max_level(c));
        }
        planes[c].error = plane_error(source, c, &planes[c]);
        /* Rounding and clamping cost little: what is far off stays so. */
        if (effort != ETC_FAST && planes[c].error < 2 * best->error) {
            climb(source, c, &planes[c]);
        }
        error += planes[c].error;
    }
    if (error < best->error) {
        best->error = error;
        best->bits = pack(planes);
    }
}
