/* cover.c - prices, choices by them, and what is known then.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/cover.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "rewrite/cover_solving.h"

static void measure_scales(solving *s) {
    for (size_t t = 0; t < s->in->need_count; t++) {
        double most = 1;
        for (size_t i = 0; i < s->in->item_count; i++) {
            most += (double)most_saved(s->in, t, i);
        }
        double need = (double)s->in->need[t];
        s->scale[t] = need > most / 100 ? need : most;
    }
}

static bool is_impossible(const cover *in) {
    for (size_t t = 0; t < in->need_count; t++) {
        int64_t most = 0;
        for (size_t i = 0; i < in->item_count; i++) {
            most += most_saved(in, t, i);
        }
        if (most < in->need[t]) {
            return true;
        }
    }
    return false;
}

static uint64_t common_divisor(uint64_t a, uint64_t b) {
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Every cost is a multiple of what divides all of them, the least one, too. */
static uint64_t rounded_up(const solving *s, double bound) {
    const cover *in = s->in;
    uint64_t unit = 0;
    for (size_t o = 0; o < in->first[in->item_count]; o++) {
        unit = common_divisor(unit, in->cost[o]);
    }
    bound -= 1e-9 * bound + 1e-3; /* of rounding in between */
    if (bound <= 0 || unit == 0) {
        return 0;
    }
    return (uint64_t)ceil(bound / (double)unit) * unit;
}

/* More than any choice costs. */
static uint64_t above_all(const cover *in) {
    uint64_t sum = 1;
    for (size_t i = 0; i < in->item_count; i++) {
        uint64_t most = 0;
        for (size_t o = in->first[i]; o < in->first[i + 1]; o++) {
            most = in->cost[o] > most ? in->cost[o] : most;
        }
        sum += most;
    }
    return sum;
}

static pa_status run(solving *s, cover_result *told, pa_error *err) {
    s->best_cost = above_all(s->in);
    measure_scales(s);
    cover_bound_at(s, s->price);
    cover_finish_choice(s); /* a cost that prices can aim at */
    cover_find_prices(s);
    cover_finish_near_prices(s);
    told->least_cost = rounded_up(s, s->bound);
    if (s->is_found && s->best_cost <= told->least_cost) {
        told->least_cost = s->best_cost;
        return PA_OK;
    }
    bool is_done = false;
    pa_status status = cover_search_all(s, &is_done, err);
    if (status == PA_OK && is_done) {
        told->least_cost = s->best_cost;
        told->is_impossible = !s->is_found;
    }
    return status;
}

static void close_solving(solving *s) {
    mem_free(s->scale);
    mem_free(s->price);
    mem_free(s->best_price);
    mem_free(s->slope);
    mem_free(s->reduced);
    mem_free(s->chosen);
    mem_free(s->best);
    mem_free(s->open);
    mem_free(s->order);
    mem_free(s->least_rest);
    mem_free(s->most_rest);
}

static bool open_solving(solving *s) {
    size_t items = s->in->item_count;
    size_t needs = s->in->need_count;
    s->scale = mem_zero(needs + 1, sizeof *s->scale);
    s->price = mem_zero(needs + 1, sizeof *s->price);
    s->best_price = mem_zero(needs + 1, sizeof *s->best_price);
    s->slope = mem_zero(needs + 1, sizeof *s->slope);
    s->reduced = mem_zero(s->in->first[items] + 1, sizeof *s->reduced);
    s->chosen = mem_zero(items + 1, sizeof *s->chosen);
    s->best = mem_zero(items + 1, sizeof *s->best);
    s->open = mem_zero(needs + 1, sizeof *s->open);
    s->order = mem_zero(items + 1, sizeof *s->order);
    s->least_rest = mem_zero(items + 1, sizeof *s->least_rest);
    s->most_rest = mem_zero((items + 1) * needs + 1, sizeof *s->most_rest);
    return s->scale != NULL && s->price != NULL && s->best_price != NULL &&
           s->slope != NULL && s->reduced != NULL && s->chosen != NULL &&
           s->best != NULL && s->open != NULL && s->order != NULL &&
           s->least_rest != NULL && s->most_rest != NULL;
}

pa_status cover_solve(const cover *in, uint32_t *choice, cover_result *told,
                      pa_error *err) {
    solving s = {.in = in};
    *told = (cover_result){.is_impossible = is_impossible(in)};
    pa_status status = open_solving(&s) ? PA_OK : error_nomem(err);
    if (status == PA_OK && !told->is_impossible) {
        status = run(&s, told, err);
    }
    for (size_t i = 0; status == PA_OK && i < in->item_count; i++) {
        choice[i] = s.is_found ? (uint32_t)(s.best[i] - in->first[i]) : 0;
    }
    told->is_covered = s.is_found;
    told->cost = s.best_cost;
    close_solving(&s);
    return status;
}
