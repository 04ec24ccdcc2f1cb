/* peaks.c - rows of savings from the shares of each image.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/peaks.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum { MAX_LEVELS = MAX_STEPS + 2 };

typedef struct peak_row {
    uint32_t from;
    uint32_t to;
    alive_before alive;
    int64_t added;      /* the sum with nothing chosen */
    int64_t least_rest; /* of any choice */
    int64_t need;       /* to be saved, as far as is known */
    int64_t *saving;    /* of each option of each candidate */
} peak_row;

struct peaks {
    const pa_audit *audit;
    const candidate_list *from;
    int64_t budget_bytes;
    what_if *levels[MAX_LEVELS]; /* every candidate at this option, or at its last */
    const audit_view *views[MAX_LEVELS];
    uint32_t level_count;
    size_t *first; /* option 0 of each candidate */
    arena mem;     /* of savings */
    peak_row *rows;
    size_t count;
    size_t capacity;
    image_share
        *shares; /* scratch, one an image: a level's, the first one's, the least */
    image_share *base;
    image_share *least;
};

static pa_status open_level(peaks *in, uint32_t level, const pool *how, pa_error *err) {
    what_if *w = what_if_new(in->audit, err);
    in->levels[level] = w;
    if (w == NULL) {
        return err->status;
    }
    for (size_t i = 0; i < in->from->count; i++) {
        const candidate *row = &in->from->rows[i];
        uint32_t last = candidate_options(row);
        candidate_choose(w, row, level < last ? level : last);
    }
    return what_if_cost(w, how, &in->views[level], err);
}

static pa_status open_peaks(peaks *in, const pool *how, pa_error *err) {
    size_t images = (size_t)in->audit->images.count + 1;
    in->first = mem_zero(in->from->count + 1, sizeof *in->first);
    in->shares = mem_zero(images, sizeof *in->shares);
    in->base = mem_zero(images, sizeof *in->base);
    in->least = mem_zero(images, sizeof *in->least);
    if (in->first == NULL || in->shares == NULL || in->base == NULL ||
        in->least == NULL) {
        return error_nomem(err);
    }
    uint32_t most = 0;
    for (size_t i = 0; i < in->from->count; i++) {
        uint32_t options = candidate_options(&in->from->rows[i]);
        most = options > most ? options : most;
        in->first[i + 1] = in->first[i] + options + 1;
    }
    in->level_count = most + 1;
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < in->level_count; i++) {
        status = open_level(in, i, how, err);
    }
    return status;
}

peaks *peaks_new(const pa_audit *audit, const candidate_list *from, const pool *how,
                 uint64_t budget_bytes, pa_error *err) {
    peaks *in = mem_zero(1, sizeof *in);
    if (in == NULL) {
        error_nomem(err);
        return NULL;
    }
    in->audit = audit;
    in->from = from;
    in->budget_bytes = (int64_t)budget_bytes;
    if (open_peaks(in, how, err) != PA_OK) {
        peaks_free(in);
        return NULL;
    }
    return in;
}

void peaks_free(peaks *in) {
    if (in == NULL) {
        return;
    }
    for (uint32_t i = 0; i < MAX_LEVELS; i++) {
        what_if_free(in->levels[i]);
    }
    mem_free(in->first);
    mem_free(in->rows);
    mem_free(in->shares);
    mem_free(in->base);
    mem_free(in->least);
    arena_clear(&in->mem);
    mem_free(in);
}

/* ---- rows ---------------------------------------------------------------------------
 */

static uint64_t smaller(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

/* The least of what does not add up, whatever is chosen. */
static void take_least(peaks *in) {
    for (uint32_t i = 0; i < in->audit->images.count; i++) {
        image_share *least = &in->least[i];
        const image_share *share = &in->shares[i];
        least->last_bytes = smaller(least->last_bytes, share->last_bytes);
        least->extra_bytes = smaller(least->extra_bytes, share->extra_bytes);
        least->callback_bytes = smaller(least->callback_bytes, share->callback_bytes);
    }
}

/* What the options that are this level save. */
static void take_savings(const peaks *in, uint32_t level, peak_row *row) {
    for (size_t i = 0; i < in->from->count; i++) {
        uint32_t image_index = in->from->rows[i].image;
        if (level <= candidate_options(&in->from->rows[i])) {
            row->saving[in->first[i] + level] =
                (int64_t)in->base[image_index].added_bytes -
                (int64_t)in->shares[image_index].added_bytes;
        }
    }
}

static pa_status fill_row(peaks *in, peak_row *row, pa_error *err) {
    size_t images = in->audit->images.count;
    pa_status status = PA_OK;
    row->saving = arena_alloc(&in->mem, in->first[in->from->count] + 1, sizeof(int64_t));
    if (row->saving == NULL) {
        return error_nomem(err);
    }
    for (uint32_t level = 0; status == PA_OK && level < in->level_count; level++) {
        memset(in->shares, 0, images * sizeof *in->shares);
        status = view_shares(in->audit, in->views[level], row->from, row->to, row->alive,
                             in->shares, err);
        if (level == 0) {
            memcpy(in->base, in->shares, images * sizeof *in->base);
            memcpy(in->least, in->shares, images * sizeof *in->least);
        }
        take_least(in);
        take_savings(in, level, row);
    }
    for (size_t i = 0; i < images; i++) {
        row->added += (int64_t)in->base[i].added_bytes;
    }
    row->least_rest = (int64_t)shares_rest(&in->audit->views[0].model, in->least, images);
    row->need = row->added + row->least_rest - in->budget_bytes;
    return status;
}

static pa_status add_row(peaks *in, uint32_t from, uint32_t to, alive_before alive,
                         pa_error *err) {
    if (mem_grow(&in->rows, &in->capacity, in->count + 1, sizeof *in->rows) != 0) {
        return error_nomem(err);
    }
    peak_row *row = &in->rows[in->count];
    *row = (peak_row){.from = from, .to = to, .alive = alive};
    pa_status status = fill_row(in, row, err);
    in->count += status == PA_OK;
    return status;
}

pa_status peaks_add(peaks *in, uint32_t from, uint32_t to, pa_error *err) {
    for (size_t i = 0; i < in->count; i++) {
        if (in->rows[i].from == from && in->rows[i].to == to) {
            return PA_OK;
        }
    }
    if (from == to) {
        return add_row(in, from, to, ALIVE_NOTHING, err);
    }
    pa_status status = add_row(in, from, to, ALIVE_FROM, err);
    return status == PA_OK ? add_row(in, from, to, ALIVE_SETTLED, err) : status;
}

/* The sum of a choice. */
static int64_t added_of(const peaks *in, const peak_row *row, const uint32_t *choice) {
    int64_t sum = row->added;
    for (size_t i = 0; i < in->from->count; i++) {
        sum -= row->saving[in->first[i] + choice[i]];
    }
    return sum;
}

/* Of the two ways to count a change the larger one is meant. */
void peaks_tighten(peaks *in, const uint32_t *choice, uint32_t from, uint32_t to,
                   uint64_t peak_bytes) {
    peak_row *largest = NULL;
    int64_t most = 0;
    for (size_t i = 0; i < in->count; i++) {
        peak_row *row = &in->rows[i];
        if (row->from != from || row->to != to) {
            continue;
        }
        int64_t sum = added_of(in, row, choice) + row->least_rest;
        if (largest == NULL || sum > most) {
            largest = row;
            most = sum;
        }
    }
    int64_t excess = (int64_t)peak_bytes - in->budget_bytes;
    if (largest != NULL && excess > 0) {
        int64_t saved = largest->added - (most - largest->least_rest);
        int64_t need = saved + excess;
        largest->need = need > largest->need ? need : largest->need;
    }
}

bool peaks_exclude(const peaks *in, const uint32_t *choice) {
    for (size_t i = 0; i < in->count; i++) {
        const peak_row *row = &in->rows[i];
        if (added_of(in, row, choice) + row->least_rest > in->budget_bytes) {
            return true;
        }
    }
    return false;
}

static bool is_barred(const candidate *row, uint32_t option) {
    return (row->barred >> option & 1) != 0;
}

uint64_t peaks_least_bytes(const peaks *in, uint32_t from, uint32_t to) {
    int64_t largest = 0;
    for (size_t i = 0; i < in->count; i++) {
        const peak_row *row = &in->rows[i];
        int64_t sum = row->added + row->least_rest;
        for (size_t j = 0; j < in->from->count; j++) {
            int64_t most = 0;
            for (uint32_t o = 1; o <= candidate_options(&in->from->rows[j]); o++) {
                int64_t saved = row->saving[in->first[j] + o];
                bool is_open = !is_barred(&in->from->rows[j], o);
                most = is_open && saved > most ? saved : most;
            }
            sum -= most;
        }
        bool is_it = row->from == from && row->to == to;
        largest = is_it && sum > largest ? sum : largest;
    }
    return (uint64_t)largest;
}

/* ---- the cover ----------------------------------------------------------------------
 */

/* The peaks as a cover, without the options that are barred. */
typedef struct problem {
    size_t *first;
    uint32_t *option; /* what each is among those of its candidate */
    uint64_t *cost;
    int64_t **saving;
    int64_t *need;
} problem;

static void fill_problem(const peaks *in, problem *p) {
    size_t at = 0;
    for (size_t i = 0; i < in->from->count; i++) {
        const candidate *row = &in->from->rows[i];
        uint64_t pixels = candidate_pixels(in->audit, row);
        p->first[i] = at;
        for (uint32_t o = 0; o <= candidate_options(row); o++) {
            if (is_barred(row, o)) {
                continue;
            }
            p->option[at] = o;
            p->cost[at] = o * pixels;
            for (size_t t = 0; t < in->count; t++) {
                p->saving[t][at] = in->rows[t].saving[in->first[i] + o];
            }
            at++;
        }
    }
    p->first[in->from->count] = at;
    for (size_t t = 0; t < in->count; t++) {
        p->need[t] = in->rows[t].need;
    }
}

static pa_status open_problem(const peaks *in, arena *mem, problem *p, pa_error *err) {
    size_t options = in->first[in->from->count] + 1;
    p->first = arena_alloc(mem, in->from->count + 1, sizeof *p->first);
    p->option = arena_alloc(mem, options, sizeof *p->option);
    p->cost = arena_alloc(mem, options, sizeof *p->cost);
    p->saving = arena_alloc(mem, in->count + 1, sizeof(int64_t *));
    p->need = arena_alloc(mem, in->count + 1, sizeof *p->need);
    for (size_t t = 0; !mem->failed && t < in->count; t++) {
        p->saving[t] = arena_alloc(mem, options, sizeof(int64_t));
    }
    return mem->failed ? error_nomem(err) : PA_OK;
}

/* Solves it, with other needs if they are given. */
static pa_status solve(const peaks *in, const int64_t *needs, uint32_t *choice,
                       cover_result *told, pa_error *err) {
    arena mem = {0};
    problem p = {0};
    pa_status status = open_problem(in, &mem, &p, err);
    if (status == PA_OK) {
        fill_problem(in, &p);
        cover whole = {in->from->count,
                       p.first,
                       p.cost,
                       in->count,
                       (const int64_t *const *)p.saving,
                       needs != NULL ? needs : p.need};
        status = cover_solve(&whole, choice, told, err);
    }
    for (size_t i = 0; status == PA_OK && i < in->from->count; i++) {
        choice[i] = p.option[p.first[i] + choice[i]];
    }
    arena_clear(&mem);
    return status;
}

pa_status peaks_solve(peaks *in, uint32_t *choice, cover_result *told, pa_error *err) {
    return solve(in, NULL, choice, told, err);
}

/* ---- a bound ------------------------------------------------------------------------
 *
 * Who may spend less than a known cost cannot edit all images whose value is high: of
 * the values of which only the largest count, some stay. */

typedef struct priced {
    uint64_t value;
    uint64_t cost; /* of its cheapest edit */
} priced;

static int by_value(const void *a, const void *b) {
    const priced *left = a;
    const priced *right = b;
    return (left->value < right->value) - (left->value > right->value);
}

/* The largest value but `spared` of them that stays: all above it cannot be edited. */
static uint64_t value_that_stays(const priced *rows, size_t count, uint64_t below_cost,
                                 unsigned spared) {
    uint64_t dearest[LOAD_MAX_THREADS] = {0}; /* these are not edited */
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t cost = rows[i].cost;
        for (unsigned j = 0; j < spared; j++) { /* the dearest first */
            uint64_t less = cost < dearest[j] ? cost : dearest[j];
            dearest[j] = cost < dearest[j] ? dearest[j] : cost;
            cost = less;
        }
        sum += cost;
        if (sum >= below_cost && i + 1 > spared) {
            return rows[i].value;
        }
    }
    return 0;
}

static uint64_t *value_at(image_share *share, size_t offset) {
    return (uint64_t *)(void *)((char *)share + offset);
}

/* Leaves the candidates in in->base with the values that stay at least. */
static void keep_largest(const peaks *in, uint64_t below_cost, size_t offset,
                         priced *rows) {
    size_t count = in->from->count;
    for (size_t i = 0; i < count; i++) {
        const candidate *row = &in->from->rows[i];
        uint64_t *value = value_at(&in->base[row->image], offset);
        rows[i] = (priced){*value, candidate_pixels(in->audit, row)};
        *value = 0;
    }
    if (count > 1) {
        qsort(rows, count, sizeof *rows, by_value);
    }
    for (unsigned i = 0; i < count && i < LOAD_MAX_THREADS; i++) {
        *value_at(&in->base[in->from->rows[i].image], offset) =
            value_that_stays(rows, count, below_cost, i);
    }
}

static pa_status raise_need(peaks *in, const peak_row *row, uint64_t below_cost,
                            priced *scratch, int64_t *need, pa_error *err) {
    static const size_t offsets[] = {offsetof(image_share, last_bytes),
                                     offsetof(image_share, extra_bytes),
                                     offsetof(image_share, callback_bytes)};
    size_t images = in->audit->images.count;
    memset(in->base, 0, images * sizeof *in->base);
    pa_status status = view_shares(in->audit, in->views[0], row->from, row->to,
                                   row->alive, in->base, err);
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        keep_largest(in, below_cost, offsets[i], scratch);
    }
    int64_t rest = (int64_t)shares_rest(&in->audit->views[0].model, in->base, images);
    rest = rest > row->least_rest ? rest : row->least_rest;
    *need = row->added + rest - in->budget_bytes;
    return status;
}

pa_status peaks_bound(peaks *in, uint64_t below_cost, uint32_t *choice,
                      cover_result *told, pa_error *err) {
    priced *scratch = mem_alloc(in->from->count + 1, sizeof *scratch);
    int64_t *needs = mem_alloc(in->count + 1, sizeof *needs);
    pa_status status = scratch == NULL || needs == NULL ? error_nomem(err) : PA_OK;
    for (size_t t = 0; status == PA_OK && t < in->count; t++) {
        status = raise_need(in, &in->rows[t], below_cost, scratch, &needs[t], err);
    }
    if (status == PA_OK) {
        status = solve(in, needs, choice, told, err);
    }
    if (told->is_impossible || told->least_cost > below_cost) {
        told->least_cost = below_cost; /* nothing that fits is cheaper */
    }
    mem_free(scratch);
    mem_free(needs);
    return status;
}
