/* etc1.c - the modes of ETC1: two halves, each a base colour and a table of steps that
 * move all channels alike.
 *
 * For a base and a table the best step of a pixel follows from one number: d, the sum
 * over the channels of pixel - base. With the step m the squared error is s - 2md + 3m^2,
 * s the sum of squares. A step that leaves 0 … 255 is clamped; then all steps are tried.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <float.h>
#include <math.h>

#include "codec/etc_block.h"

enum { HALF_PIXELS = 8, TABLES = 8, MAX_BASES = 96, CLIMBS = 3 };

/** Half of a block. */
typedef struct half {
    float color[ETC_CHANNELS][HALF_PIXELS];
    float weight[HALF_PIXELS];
    float mean[ETC_CHANNELS];
    /** Mean step of each table for pixels around the mean, and its error: where to look
     * for bases. */
    float drift[TABLES];
    float errors[TABLES];
    size_t likely; /**< the table of the least error */
} half;

/** A base colour that was tried, with its best table. */
typedef struct base {
    uint8_t level[ETC_CHANNELS];
    uint8_t table;
    float error;
} base;

typedef struct base_list {
    unsigned bits; /**< of a channel: 4 individual, 5 differential */
    etc_effort effort;
    size_t count;
    base at[MAX_BASES];
} base_list;

/* Which pixels of the block a half has: columns 0 and 1, or rows 0 and 1, come first. */
static const uint8_t halves[2][2][HALF_PIXELS] = {
    {{0, 1, 2, 3, 4, 5, 6, 7}, {8, 9, 10, 11, 12, 13, 14, 15}},
    {{0, 1, 4, 5, 8, 9, 12, 13}, {2, 3, 6, 7, 10, 11, 14, 15}},
};

static inline float sum_of(const float values[HALF_PIXELS]) {
    float sum[HALF_PIXELS / 2];
    for (size_t i = 0; i < HALF_PIXELS / 2; i++) {
        sum[i] = values[i] + values[i + HALF_PIXELS / 2];
    }
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* --- the error of a base --- */

/* How far each pixel lies along gray from the base, and the error without any step. */
static inline float distances(const half *h, const float center[ETC_CHANNELS],
                              float d[HALF_PIXELS]) {
    float square[HALF_PIXELS];
    for (size_t i = 0; i < HALF_PIXELS; i++) {
        float r = h->color[0][i] - center[0];
        float g = h->color[1][i] - center[1];
        float b = h->color[2][i] - center[2];
        d[i] = r + g + b;
        square[i] = (r * r + g * g + b * b) * h->weight[i];
    }
    return sum_of(square);
}

/* What the best steps of the tables from `first` to before `end` add to it. */
static inline void add_steps(const half *h, const float d[HALF_PIXELS], float square,
                             size_t first, size_t end, float errors[TABLES]) {
    float away[HALF_PIXELS];
    for (size_t i = 0; i < HALF_PIXELS; i++) {
        away[i] = fabsf(d[i]);
    }
    for (size_t t = first; t < end; t++) {
        float a = etc_steps[t][0];
        float b = etc_steps[t][1];
        float error[HALF_PIXELS];
        for (size_t i = 0; i < HALF_PIXELS; i++) {
            float small = 3 * a * a - 2 * a * away[i];
            float large = 3 * b * b - 2 * b * away[i];
            error[i] = (small < large ? small : large) * h->weight[i];
        }
        errors[t] = square + sum_of(error);
    }
}

/* As add_steps with one table, with steps that are clamped. */
static float clamped_error(const half *h, const float center[ETC_CHANNELS],
                           size_t table) {
    float best[HALF_PIXELS];
    for (size_t s = 0; s < 4; s++) {
        float step = s & 2 ? -(float)etc_steps[table][s & 1] : etc_steps[table][s & 1];
        float paint[ETC_CHANNELS];
        for (size_t c = 0; c < ETC_CHANNELS; c++) {
            float value = center[c] + step;
            value = value > 0 ? value : 0;
            paint[c] = value < 255 ? value : 255;
        }
        for (size_t i = 0; i < HALF_PIXELS; i++) {
            float r = h->color[0][i] - paint[0];
            float g = h->color[1][i] - paint[1];
            float b = h->color[2][i] - paint[2];
            float error = r * r + g * g + b * b;
            best[i] = s == 0 || error < best[i] ? error : best[i];
        }
    }
    for (size_t i = 0; i < HALF_PIXELS; i++) {
        best[i] *= h->weight[i];
    }
    return sum_of(best);
}

static void expand(const uint8_t level[ETC_CHANNELS], unsigned bits,
                   float center[ETC_CHANNELS]) {
    for (size_t c = 0; c < ETC_CHANNELS; c++) {
        center[c] = (float)(bits == 4 ? etc_expand4(level[c]) : etc_expand5(level[c]));
    }
}

static float most_room(const float center[ETC_CHANNELS]) {
    float room = 255;
    for (size_t c = 0; c < ETC_CHANNELS; c++) {
        float above = 255 - center[c];
        room = center[c] < room ? center[c] : room;
        room = above < room ? above : room;
    }
    return room;
}

/* Clamping only lowers an error: tables that would be far worse without it are left
 * alone. Fast looks no further than the neighbours of the likely table. */
static void judge(const half *h, unsigned bits, etc_effort effort, base *b) {
    size_t first = effort == ETC_FAST && h->likely > 0 ? h->likely - 1 : 0;
    size_t end = effort == ETC_FAST && h->likely + 2 < TABLES ? h->likely + 2 : TABLES;
    float center[ETC_CHANNELS];
    float d[HALF_PIXELS];
    float errors[TABLES];
    expand(b->level, bits, center);
    add_steps(h, d, distances(h, center, d), first, end, errors);
    float room = most_room(center);
    float least = FLT_MAX;
    for (size_t t = first; t < end; t++) {
        least = errors[t] < least ? errors[t] : least;
    }
    float limit = (effort == ETC_FAST ? 2 : 8) * least;
    b->error = FLT_MAX;
    for (size_t t = first; t < end; t++) {
        float error = errors[t];
        if (etc_steps[t][1] > room && error <= limit) {
            error = clamped_error(h, center, t);
        }
        if (error < b->error) {
            b->error = error;
            b->table = (uint8_t)t;
        }
    }
}

/* --- bases to try --- */

static size_t best_table(const half *h, size_t but) {
    size_t best = but == 0 ? 1 : 0;
    for (size_t t = 0; t < TABLES; t++) {
        if (t != but && h->errors[t] < h->errors[best]) {
            best = t;
        }
    }
    return best;
}

static void half_make(const etc_source *source, const uint8_t pixels[HALF_PIXELS],
                      half *h) {
    float total = 0;
    float sum[ETC_CHANNELS] = {0};
    for (size_t i = 0; i < HALF_PIXELS; i++) {
        h->weight[i] = source->weight[pixels[i]];
        total += h->weight[i];
        for (size_t c = 0; c < ETC_CHANNELS; c++) {
            h->color[c][i] = source->color[c][pixels[i]];
            sum[c] += h->color[c][i] * h->weight[i];
        }
    }
    for (size_t c = 0; c < ETC_CHANNELS; c++) {
        h->mean[c] = total > 0 ? sum[c] / total : h->color[c][0];
    }
    float d[HALF_PIXELS];
    add_steps(h, d, distances(h, h->mean, d), 0, TABLES, h->errors);
    h->likely = best_table(h, TABLES);
    for (size_t t = 0; t < TABLES; t++) {
        float a = etc_steps[t][0];
        float b = etc_steps[t][1];
        float steps[HALF_PIXELS];
        for (size_t i = 0; i < HALF_PIXELS; i++) {
            /* The larger step is nearer beyond 3 (a + b) / 2. */
            float step = 2 * fabsf(d[i]) > 3 * (a + b) ? b : a;
            steps[i] = (d[i] < 0 ? -step : step) * h->weight[i];
        }
        h->drift[t] = total > 0 ? sum_of(steps) / total : 0;
    }
}

/* Whether the list has room and no such base. */
static bool is_new(const base_list *list, const uint8_t level[ETC_CHANNELS]) {
    for (size_t i = 0; i < list->count; i++) {
        if (memcmp(list->at[i].level, level, ETC_CHANNELS) == 0) {
            return false;
        }
    }
    return list->count < MAX_BASES;
}

static void try_level(const half *h, base_list *list, const uint8_t level[ETC_CHANNELS]) {
    if (is_new(list, level)) {
        base *b = &list->at[list->count++];
        memcpy(b->level, level, ETC_CHANNELS);
        judge(h, list->bits, list->effort, b);
    }
}

/* The mean, less what the steps of a table add on the average. */
static void try_drift(const half *h, base_list *list, float drift) {
    uint8_t level[ETC_CHANNELS];
    for (size_t c = 0; c < ETC_CHANNELS; c++) {
        level[c] = (uint8_t)etc_quantize(h->mean[c] - drift, list->bits == 4 ? 15 : 31);
    }
    try_level(h, list, level);
}

static const base *best_of(const base_list *list) {
    const base *best = &list->at[0];
    for (size_t i = 1; i < list->count; i++) {
        best = list->at[i].error < best->error ? &list->at[i] : best;
    }
    return best;
}

/* The neighbours of the best, as long as one is better. */
static void climb(const half *h, base_list *list) {
    static const int8_t ways[][ETC_CHANNELS] = {{1, 0, 0},  {-1, 0, 0},  {0, 1, 0},
                                                {0, -1, 0}, {0, 0, 1},   {0, 0, -1},
                                                {1, 1, 1},  {-1, -1, -1}};
    int max = list->bits == 4 ? 15 : 31;
    for (size_t round = 0; round < CLIMBS; round++) {
        base from = *best_of(list);
        for (size_t w = 0; w < sizeof ways / sizeof ways[0]; w++) {
            uint8_t level[ETC_CHANNELS];
            bool is_inside = true;
            for (size_t c = 0; c < ETC_CHANNELS; c++) {
                int moved = from.level[c] + ways[w][c];
                is_inside = is_inside && moved >= 0 && moved <= max;
                level[c] = (uint8_t)moved;
            }
            if (is_inside) {
                try_level(h, list, level);
            }
        }
        if (!(best_of(list)->error < from.error)) {
            return;
        }
    }
}

static void list_bases(const half *h, unsigned bits, etc_effort effort, base_list *list) {
    list->bits = bits;
    list->effort = effort;
    list->count = 0;
    if (effort == ETC_FAST) {
        size_t first = h->likely;
        try_drift(h, list, 0);
        try_drift(h, list, h->drift[first]);
        try_drift(h, list, h->drift[best_table(h, first)]);
        return;
    }
    try_drift(h, list, 0);
    for (size_t t = 0; t < TABLES; t++) {
        try_drift(h, list, h->drift[t]);
    }
    climb(h, list);
}

/* --- two halves --- */

static bool is_pair(const base *first, const base *second) {
    for (size_t c = 0; c < ETC_CHANNELS; c++) {
        int delta = second->level[c] - first->level[c];
        if (delta < -4 || delta > 3) {
            return false;
        }
    }
    return true;
}

/* The best base of one half, moved to where a difference can reach it from `other`. */
static void try_reachable(const half *h, base_list *list, const base *other,
                          bool is_first) {
    const base *best = best_of(list);
    uint8_t level[ETC_CHANNELS];
    for (size_t c = 0; c < ETC_CHANNELS; c++) {
        int low = other->level[c] - (is_first ? 3 : 4);
        int high = other->level[c] + (is_first ? 4 : 3);
        int moved = best->level[c] < low ? low : best->level[c];
        moved = moved > high ? high : moved;
        level[c] = (uint8_t)(moved < 0 ? 0 : moved > 31 ? 31 : moved);
    }
    try_level(h, list, level);
}

typedef struct pair {
    unsigned bits; /**< as base_list */
    float error;
    base first;
    base second;
} pair;

static void find_pair(const base_list lists[2], pair *best) {
    for (size_t i = 0; i < lists[0].count; i++) {
        const base *first = &lists[0].at[i];
        for (size_t k = 0; k < lists[1].count && first->error < best->error; k++) {
            const base *second = &lists[1].at[k];
            float error = first->error + second->error;
            if (error < best->error && is_pair(first, second)) {
                *best = (pair){lists[0].bits, error, *first, *second};
            }
        }
    }
}

/* Sets `*is_free` when the best bases of both halves make a pair as they are. */
static pair best_differential(const half h[2], etc_effort effort, bool *is_free) {
    base_list lists[2];
    list_bases(&h[0], 5, effort, &lists[0]);
    list_bases(&h[1], 5, effort, &lists[1]);
    *is_free = is_pair(best_of(&lists[0]), best_of(&lists[1]));
    if (!*is_free) {
        base first = *best_of(&lists[0]);
        try_reachable(&h[0], &lists[0], best_of(&lists[1]), true);
        try_reachable(&h[1], &lists[1], &first, false);
    }
    pair best = {5, FLT_MAX, {{0}, 0, 0}, {{0}, 0, 0}};
    find_pair(lists, &best);
    return best;
}

static pair best_individual(const half h[2], etc_effort effort) {
    base_list list;
    pair best;
    best.bits = 4;
    list_bases(&h[0], 4, effort, &list);
    best.first = *best_of(&list);
    list_bases(&h[1], 4, effort, &list);
    best.second = *best_of(&list);
    best.error = best.first.error + best.second.error;
    return best;
}

/* --- bits --- */

/* The selectors of a half: for each pixel the step of least error. */
static uint64_t select_steps(const half *h, const base *b, unsigned bits,
                             const uint8_t pixels[HALF_PIXELS]) {
    float center[ETC_CHANNELS];
    uint64_t out = 0;
    expand(b->level, bits, center);
    for (size_t i = 0; i < HALF_PIXELS; i++) {
        float best = FLT_MAX;
        uint64_t which = 0;
        for (unsigned s = 0; s < 4; s++) {
            int step = s & 2 ? -etc_steps[b->table][s & 1] : etc_steps[b->table][s & 1];
            float error = 0;
            for (size_t c = 0; c < ETC_CHANNELS; c++) {
                float paint = (float)etc_clamp((int)center[c] + step);
                error += (h->color[c][i] - paint) * (h->color[c][i] - paint);
            }
            if (error < best) {
                best = error;
                which = s;
            }
        }
        out |= (which >> 1) << (16 + pixels[i]) | (which & 1) << pixels[i];
    }
    return out;
}

static uint64_t pack(const half h[2], const pair *p, unsigned flip) {
    unsigned bits = p->bits;
    uint64_t out = (uint64_t)p->first.table << 37 | (uint64_t)p->second.table << 34 |
                   (uint64_t)(bits == 5) << 33 | (uint64_t)flip << 32;
    for (unsigned c = 0; c < ETC_CHANNELS; c++) {
        uint64_t first = p->first.level[c];
        uint64_t second = p->second.level[c];
        unsigned at = 56 - 8 * c;
        out |= bits == 5 ? first << (at + 3) | ((second - first) & 7) << at
                         : first << (at + 4) | second << at;
    }
    return out | select_steps(&h[0], &p->first, bits, halves[flip][0]) |
           select_steps(&h[1], &p->second, bits, halves[flip][1]);
}

static pair search_flip(const half h[2], etc_effort effort) {
    bool is_free = false;
    pair found = best_differential(h, effort, &is_free);
    /* Coarser bases win where finer ones could not be had, else seldom. */
    if (effort != ETC_FAST || !is_free) {
        pair other = best_individual(h, effort);
        found = other.error < found.error ? other : found;
    }
    return found;
}

void etc1_search(const etc_source *source, etc_effort effort, etc_best *best) {
    half h[2][2];
    float promise[2];
    for (unsigned flip = 0; flip < 2; flip++) {
        promise[flip] = 0;
        for (size_t i = 0; i < 2; i++) {
            half_make(source, halves[flip][i], &h[flip][i]);
            promise[flip] += h[flip][i].errors[h[flip][i].likely];
        }
    }
    unsigned flip = promise[1] < promise[0];
    pair found = search_flip(h[flip], effort);
    /* Levels between those of the format would do this well: no better in truth, but
     * where steps are clamped. */
    float worth =
        effort == ETC_FAST ? found.error : 1.25F * found.error + 4 * source->total_weight;
    if (promise[!flip] < worth) {
        pair other = search_flip(h[!flip], effort);
        flip = other.error < found.error ? !flip : flip;
        found = other.error < found.error ? other : found;
    }
    if (found.error < best->error) {
        best->error = found.error;
        best->bits = pack(h[flip], &found, flip);
    }
}
