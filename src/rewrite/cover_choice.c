/* cover_choice.c - a choice that covers, and cheaper ones near it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "rewrite/cover_solving.h"

enum { MAX_SWAPS = 3000000 /* pairs of options that a choice is improved by */ };

void cover_open_needs(solving *s) {
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

void cover_change(solving *s, size_t item, size_t option) {
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
        cover_change(s, item, option);
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

void cover_keep_better(solving *s) {
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
    cover_change(s, item, least);
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
                    cover_change(s, item, o);
                    cover_change(s, j, p);
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

void cover_finish_choice(solving *s) {
    cover_open_needs(s);
    if (cover_the_rest(s)) {
        improve(s);
        cover_keep_better(s);
    }
}

void cover_finish_near_prices(solving *s) {
    enum { STEPS = 12 };
    for (unsigned i = 0; i < STEPS; i++) {
        for (size_t t = 0; t < s->in->need_count; t++) {
            s->price[t] = s->best_price[t] * (1 - 0.04 * i);
        }
        cover_bound_at(s, s->price);
        cover_finish_choice(s);
    }
}
