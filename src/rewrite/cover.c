/* cover.c - prices by the subgradient method, a choice by them, and the search for a
 * better one.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/cover.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum {
    PRICE_ROUNDS = 1500, /* of the subgradient method */
    PATIENCE = 40,       /* rounds without a better bound before steps are halved */
    MAX_AXES = 16,       /* of the ellipsoid */
    MAX_NODES = 1000000, /* of the exact search */
    MAX_SWAPS = 3000000  /* pairs of options that a choice is improved by */
};

typedef struct solving {
    const cover *in;
    double *scale; /* of each need */
    double *price; /* of each need */
    double *best_price;
    double *slope;   /* of the bound, by price */
    double *reduced; /* cost of each option less what it saves at the prices */
    size_t *chosen;  /* option of each item */
    size_t *best;
    int64_t *open;      /* what is still to cover of each need */
    size_t *order;      /* of items, for the exact search */
    double *least_rest; /* by place in the order: reduced costs from there on, at least */
    int64_t *most_rest; /* [place * needs + need]: savings from there on, at most */
    double bound;
    uint64_t best_cost;
    size_t node_count;
    bool is_found;
} solving;

static size_t option_count(const cover *in, size_t item) {
    return in->first[item + 1] - in->first[item];
}

/* Slopes and prices are measured in needs, so that needs of all sizes count alike; one
 * that is covered anyhow in what is saved at most. */
static double scale_of(const solving *s, size_t t) {
    return s->scale[t];
}

static int64_t most_saved(const cover *in, size_t t, size_t item) {
    int64_t most = 0;
    for (size_t o = in->first[item]; o < in->first[item + 1]; o++) {
        most = in->saving[t][o] > most ? in->saving[t][o] : most;
    }
    return most;
}

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

/* ---- prices -------------------------------------------------------------------------
 */

/* The bound that prices give; the cheapest options by them are chosen. */
static double bound_of(solving *s, const double *price) {
    const cover *in = s->in;
    double sum = 0;
    for (size_t t = 0; t < in->need_count; t++) {
        sum += price[t] * (double)in->need[t];
        s->slope[t] = (double)in->need[t];
    }
    for (size_t i = 0; i < in->item_count; i++) {
        size_t least = in->first[i];
        for (size_t o = in->first[i]; o < in->first[i + 1]; o++) {
            s->reduced[o] = (double)in->cost[o];
            for (size_t t = 0; t < in->need_count; t++) {
                s->reduced[o] -= price[t] * (double)in->saving[t][o];
            }
            least = s->reduced[o] < s->reduced[least] ? o : least;
        }
        sum += s->reduced[least];
        s->chosen[i] = least;
        for (size_t t = 0; t < in->need_count; t++) {
            s->slope[t] -= (double)in->saving[t][least];
        }
    }
    return sum;
}

/* Steps of the subgradient method towards a cost that can be reached (Polyak), shorter
 * when they do not help: near the best prices from anywhere. */
static void approach_prices(solving *s) {
    size_t count = s->in->need_count;
    double share = 1.5;
    unsigned idle = 0;
    for (unsigned round = 0; round < PRICE_ROUNDS && share > 1e-5; round++) {
        double found = bound_of(s, s->price);
        if (found > s->bound) {
            s->bound = found;
            memcpy(s->best_price, s->price, count * sizeof *s->price);
            idle = 0;
        } else if (++idle == PATIENCE) {
            idle = 0;
            share /= 2;
            memcpy(s->price, s->best_price, count * sizeof *s->price);
            continue;
        }
        double norm = 0;
        for (size_t t = 0; t < count; t++) {
            double slope = s->slope[t] / scale_of(s, t);
            norm += slope * slope;
        }
        double length = norm > 0 ? share * ((double)s->best_cost - found) / norm : 0;
        for (size_t t = 0; t < count; t++) {
            double moved =
                s->price[t] + length * s->slope[t] / scale_of(s, t) / scale_of(s, t);
            s->price[t] = moved > 0 ? moved : 0;
        }
    }
}

/* The needs that have a price, and the ellipsoid of their prices, each times its need,
 * in which the best ones lie. */
typedef struct ellipsoid {
    size_t needs[MAX_AXES];
    size_t count;
    double center[MAX_AXES];
    double shape[MAX_AXES][MAX_AXES];
    double down[MAX_AXES]; /* away from what is better */
} ellipsoid;

static void open_ellipsoid(const solving *s, ellipsoid *e) {
    double most = 0;
    *e = (ellipsoid){0};
    for (size_t t = 0; t < s->in->need_count && e->count < MAX_AXES; t++) {
        if (s->best_price[t] > 0) {
            double at = s->best_price[t] * scale_of(s, t);
            most = at > most ? at : most;
            e->needs[e->count] = t;
            e->center[e->count++] = at;
        }
    }
    for (size_t i = 0; i < e->count; i++) {
        e->shape[i][i] = most * most;
    }
}

/* The bound in the centre; below zero there is none. `is_inside`: it has one. */
static double look(solving *s, ellipsoid *e, bool *is_inside) {
    *is_inside = true;
    memset(s->price, 0, s->in->need_count * sizeof *s->price);
    memset(e->down, 0, sizeof e->down);
    for (size_t i = 0; i < e->count; i++) {
        s->price[e->needs[i]] = e->center[i] / scale_of(s, e->needs[i]);
        if (*is_inside && e->center[i] < 0) {
            *is_inside = false;
            e->down[i] = -1;
        }
    }
    if (!*is_inside) {
        return 0;
    }
    double found = bound_of(s, s->price);
    for (size_t i = 0; i < e->count; i++) {
        e->down[i] = -s->slope[e->needs[i]] / scale_of(s, e->needs[i]);
    }
    return found;
}

/* Cuts off the half without the best prices; `deep`: how far from the centre the cut is,
 * in radii. */
static void cut(ellipsoid *e, const double *along, double deep) {
    double n = (double)e->count;
    double move = (1 + n * deep) / (n + 1);
    double grown = n * n * (1 - deep * deep) / (n * n - 1);
    double squeezed = 2 * move / (1 + deep);
    for (size_t i = 0; i < e->count; i++) {
        e->center[i] -= move * along[i];
        for (size_t j = 0; j < e->count; j++) {
            e->shape[i][j] = grown * (e->shape[i][j] - squeezed * along[i] * along[j]);
        }
    }
}

/* The ellipsoid method with deep cuts (Bland, Goldfarb and Todd, "The ellipsoid method: a
 * survey", Operations Research 29, 1981), which does not stop at edges as steps do. */
static void refine_prices(solving *s) {
    ellipsoid e;
    open_ellipsoid(s, &e);
    for (size_t round = 0; e.count > 1 && round < 40 * e.count * e.count; round++) {
        bool is_inside = false;
        double found = look(s, &e, &is_inside);
        if (is_inside && found > s->bound) {
            s->bound = found;
            memcpy(s->best_price, s->price, s->in->need_count * sizeof *s->price);
        }
        double along[MAX_AXES];
        double radius = 0;
        for (size_t i = 0; i < e.count; i++) {
            along[i] = 0;
            for (size_t j = 0; j < e.count; j++) {
                along[i] += e.shape[i][j] * e.down[j];
            }
            radius += along[i] * e.down[i];
        }
        radius = sqrt(radius > 0 ? radius : 0);
        double deep = radius > 0 && is_inside ? (s->bound - found) / radius : 0;
        if (radius <= 1e-7 * s->bound || deep >= 1) {
            break; /* nothing that is better by more than that is left */
        }
        for (size_t i = 0; i < e.count; i++) {
            along[i] /= radius;
        }
        cut(&e, along, deep);
    }
}

/* The price of an only need at which the bound is largest: where its slope changes its
 * sign. */
static void find_one_price(solving *s) {
    enum { HALVINGS = 60 };
    double low = 0;
    double high = (double)s->best_cost / scale_of(s, 0);
    for (unsigned i = 0; i < HALVINGS; i++) {
        s->price[0] = (low + high) / 2;
        double found = bound_of(s, s->price);
        if (found > s->bound) {
            s->bound = found;
            s->best_price[0] = s->price[0];
        }
        *(s->slope[0] > 0 ? &low : &high) = s->price[0];
    }
}

static void find_prices(solving *s) {
    s->bound = 0; /* at no price */
    if (s->in->need_count == 1) {
        find_one_price(s);
    } else {
        approach_prices(s);
        refine_prices(s);
    }
}

/* ---- a choice that covers -----------------------------------------------------------
 */

static void open_needs(solving *s) {
    const cover *in = s->in;
    for (size_t t = 0; t < in->need_count; t++) {
        s->open[t] = in->need[t];
        for (size_t i = 0; i < in->item_count; i++) {
            s->open[t] -= in->saving[t][s->chosen[i]];
        }
    }
}

static bool is_all_covered(const solving *s) {
    for (size_t t = 0; t < s->in->need_count; t++) {
        if (s->open[t] > 0) {
            return false;
        }
    }
    return true;
}

static void change(solving *s, size_t item, size_t option) {
    for (size_t t = 0; t < s->in->need_count; t++) {
        s->open[t] += s->in->saving[t][s->chosen[item]] - s->in->saving[t][option];
    }
    s->chosen[item] = option;
}

/* True when a change of one item, and of another unless they are the same, leaves all
 * covered. */
static bool stays_covered(const solving *s, size_t a, size_t a_option, size_t b,
                          size_t b_option) {
    for (size_t t = 0; t < s->in->need_count; t++) {
        const int64_t *saving = s->in->saving[t];
        int64_t open = s->open[t] + saving[s->chosen[a]] - saving[a_option];
        open += a == b ? 0 : saving[s->chosen[b]] - saving[b_option];
        if (open > 0) {
            return false;
        }
    }
    return true;
}

/* How much of what is open a change covers: by the best prices, and a little by the
 * needs, which all there is before there are prices. */
static double worth(const solving *s, size_t item, size_t option) {
    double sum = 0;
    for (size_t t = 0; t < s->in->need_count; t++) {
        int64_t more = s->in->saving[t][option] - s->in->saving[t][s->chosen[item]];
        int64_t used = more < s->open[t] ? more : s->open[t];
        double price =
            s->best_price[t] + 1e-3 * s->bound / scale_of(s, t) + 1e-9 / scale_of(s, t);
        sum += s->open[t] > 0 ? (double)used * price : 0;
    }
    return sum;
}

/* Adds the change that covers most for its cost until all is covered. */
static bool cover_the_rest(solving *s) {
    const cover *in = s->in;
    while (!is_all_covered(s)) {
        double best = 0;
        size_t item = 0;
        size_t option = 0;
        for (size_t i = 0; i < in->item_count; i++) {
            for (size_t o = in->first[i]; o < in->first[i + 1]; o++) {
                double gain = worth(s, i, o);
                double cost = (double)in->cost[o] - (double)in->cost[s->chosen[i]];
                double rate = cost > 0 ? gain / cost : 0; /* each only ever dearer */
                if (rate > best) {
                    best = rate;
                    item = i;
                    option = o;
                }
            }
        }
        if (best == 0) {
            return false;
        }
        change(s, item, option);
    }
    return true;
}

static uint64_t cost_of(const solving *s) {
    uint64_t sum = 0;
    for (size_t i = 0; i < s->in->item_count; i++) {
        sum += s->in->cost[s->chosen[i]];
    }
    return sum;
}

static void keep_better(solving *s) {
    uint64_t cost = cost_of(s);
    if (!s->is_found || cost < s->best_cost) {
        s->best_cost = cost;
        s->is_found = true;
        memcpy(s->best, s->chosen, s->in->item_count * sizeof *s->best);
    }
}

/* The cheapest option of an item that leaves all covered. */
static bool make_cheaper(solving *s, size_t item) {
    const cover *in = s->in;
    size_t least = s->chosen[item];
    for (size_t o = in->first[item]; o < in->first[item + 1]; o++) {
        if (in->cost[o] < in->cost[least] && stays_covered(s, item, o, item, o)) {
            least = o;
        }
    }
    bool is_cheaper = least != s->chosen[item];
    change(s, item, least);
    return is_cheaper;
}

/* One item cheaper, another dearer, both together cheaper. */
static bool swap(solving *s, size_t item, size_t *looked) {
    const cover *in = s->in;
    for (size_t o = in->first[item]; o < in->first[item + 1]; o++) {
        uint64_t old = in->cost[s->chosen[item]];
        if (in->cost[o] >= old) {
            continue;
        }
        for (size_t j = 0; j < in->item_count && *looked < MAX_SWAPS; j++) {
            for (size_t p = in->first[j]; j != item && p < in->first[j + 1]; p++) {
                ++*looked;
                bool is_cheaper =
                    in->cost[p] > in->cost[s->chosen[j]] &&
                    in->cost[p] - in->cost[s->chosen[j]] < old - in->cost[o];
                if (is_cheaper && stays_covered(s, item, o, j, p)) {
                    change(s, item, o);
                    change(s, j, p);
                    return true;
                }
            }
        }
    }
    return false;
}

static void improve(solving *s) {
    size_t looked = 0; /* one looks at every pair several times, or at some of them */
    for (bool is_better = true; is_better && looked < MAX_SWAPS;) {
        is_better = false;
        for (size_t i = s->in->item_count; i > 0; i--) {
            is_better |= make_cheaper(s, i - 1);
        }
        for (size_t i = 0; i < s->in->item_count; i++) {
            is_better |= swap(s, i, &looked);
        }
    }
}

/* From what is chosen now to a good choice that covers all. */
static void finish_choice(solving *s) {
    open_needs(s);
    if (cover_the_rest(s)) {
        improve(s);
        keep_better(s);
    }
}

/* Choices at the best prices and below: what is too little there is added by what covers
 * most for its cost. */
static void finish_near_prices(solving *s) {
    enum { STEPS = 24 };
    for (unsigned i = 0; i < STEPS; i++) {
        for (size_t t = 0; t < s->in->need_count; t++) {
            s->price[t] = s->best_price[t] * (1 - 0.02 * i);
        }
        bound_of(s, s->price);
        finish_choice(s);
    }
}

/* ---- the exact search ---------------------------------------------------------------
 *
 * Depth first over the items whose options differ most at the prices. A branch ends when
 * the reduced costs say that it cannot be cheaper than what is known, or when what is
 * left cannot cover the needs. */

static double least_reduced(const solving *s, size_t item) {
    double least = s->reduced[s->in->first[item]];
    for (size_t o = s->in->first[item]; o < s->in->first[item + 1]; o++) {
        least = s->reduced[o] < least ? s->reduced[o] : least;
    }
    return least;
}

/* By how much the second best option is worse. */
static double spread(const solving *s, size_t item) {
    double least = least_reduced(s, item);
    double second = INFINITY;
    bool is_seen = false;
    for (size_t o = s->in->first[item]; o < s->in->first[item + 1]; o++) {
        bool is_least = s->reduced[o] == least && !is_seen;
        is_seen |= is_least;
        second = !is_least && s->reduced[o] < second ? s->reduced[o] : second;
    }
    return second - least;
}

/* Items with the same options are interchangeable. */
static int order_options(const cover *in, size_t a, size_t b) {
    size_t count = option_count(in, a);
    if (count != option_count(in, b)) {
        return count < option_count(in, b) ? -1 : 1;
    }
    int order = memcmp(&in->cost[in->first[a]], &in->cost[in->first[b]],
                       count * sizeof *in->cost);
    for (size_t t = 0; order == 0 && t < in->need_count; t++) {
        order = memcmp(&in->saving[t][in->first[a]], &in->saving[t][in->first[b]],
                       count * sizeof **in->saving);
    }
    return order;
}

typedef struct placed {
    const cover *in;
    double spread;
    size_t item;
} placed;

static int by_spread(const void *a, const void *b) {
    const placed *left = a;
    const placed *right = b;
    if (left->spread != right->spread) {
        return left->spread > right->spread ? -1 : 1;
    }
    int order = order_options(left->in, left->item, right->item);
    if (order != 0) {
        return order;
    }
    return (left->item > right->item) - (left->item < right->item);
}

static pa_status order_items(solving *s, pa_error *err) {
    size_t count = s->in->item_count;
    size_t needs = s->in->need_count;
    placed *rows = mem_alloc(count + 1, sizeof *rows);
    if (rows == NULL) {
        return error_nomem(err);
    }
    for (size_t i = 0; i < count; i++) {
        rows[i] = (placed){s->in, spread(s, i), i};
    }
    if (count > 1) {
        qsort(rows, count, sizeof *rows, by_spread);
    }
    s->least_rest[count] = 0;
    memset(&s->most_rest[count * needs], 0, needs * sizeof *s->most_rest);
    for (size_t at = count; at > 0; at--) {
        size_t item = rows[at - 1].item;
        s->order[at - 1] = item;
        s->least_rest[at - 1] = s->least_rest[at] + least_reduced(s, item);
        for (size_t t = 0; t < needs; t++) {
            s->most_rest[(at - 1) * needs + t] =
                s->most_rest[at * needs + t] + most_saved(s->in, t, item);
        }
    }
    mem_free(rows);
    return PA_OK;
}

/* A sum of so many doubles is off by less than this. */
static double slack_of(const solving *s) {
    return 1e-9 * (double)s->best_cost + 0.5;
}

/* The options from here on: of items that are alike a later one takes none that is higher
 * than the one before it, as any other choice is the same in another order. */
static size_t option_end(const solving *s, size_t at) {
    const cover *in = s->in;
    size_t item = s->order[at];
    if (at == 0 || order_options(in, s->order[at - 1], item) != 0) {
        return in->first[item + 1];
    }
    size_t before = s->order[at - 1];
    return in->first[item] + (s->chosen[before] - in->first[before]) + 1;
}

static bool is_hopeless(const solving *s, size_t at, double reduced) {
    size_t needs = s->in->need_count;
    if (reduced + s->least_rest[at] > (double)s->best_cost - slack_of(s)) {
        return true;
    }
    for (size_t t = 0; t < needs; t++) {
        if (s->open[t] > s->most_rest[at * needs + t]) {
            return true;
        }
    }
    return false;
}

/* `reduced`: the priced needs and the reduced costs of what is chosen. Recursion is as
 * deep as there are items, of which there are no more than MAX_DEEP. */
static void search(solving *s, size_t at, double reduced) {
    const cover *in = s->in;
    if (++s->node_count > MAX_NODES || is_hopeless(s, at, reduced)) {
        return;
    }
    if (at == in->item_count) {
        keep_better(s); /* all is covered: nothing is open above nothing */
        return;
    }
    size_t item = s->order[at];
    size_t end = option_end(s, at);
    double done = -INFINITY;
    while (done < INFINITY) { /* the lowest reduced costs first, those that are equal */
        double next = INFINITY;
        for (size_t o = in->first[item]; o < end; o++) {
            bool is_next = s->reduced[o] > done && s->reduced[o] < next;
            next = is_next ? s->reduced[o] : next;
        }
        for (size_t o = in->first[item]; o < end; o++) {
            if (s->reduced[o] == next) {
                change(s, item, o);
                search(s, at + 1, reduced + next);
            }
        }
        done = next;
    }
    change(s, item, in->first[item]);
}

enum { MAX_DEEP = 4000 };

/* True when it came to its end: what is best now is the best there is. */
static bool search_all(solving *s) {
    const cover *in = s->in;
    double priced = 0;
    if (in->item_count > MAX_DEEP) {
        return false;
    }
    for (size_t t = 0; t < in->need_count; t++) {
        priced += s->best_price[t] * (double)in->need[t];
    }
    for (size_t i = 0; i < in->item_count; i++) {
        s->chosen[i] = in->first[i];
    }
    open_needs(s);
    search(s, 0, priced);
    return s->node_count <= MAX_NODES;
}

/* ---- all of it ----------------------------------------------------------------------
 */

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
    bound_of(s, s->price);
    finish_choice(s); /* a cost that prices can aim at */
    find_prices(s);
    finish_near_prices(s);
    told->least_cost = rounded_up(s, s->bound);
    if (s->is_found && s->best_cost <= told->least_cost) {
        told->least_cost = s->best_cost;
        return PA_OK;
    }
    bound_of(s, s->best_price); /* the reduced costs at the best prices */
    pa_status status = order_items(s, err);
    if (status == PA_OK && search_all(s)) {
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
