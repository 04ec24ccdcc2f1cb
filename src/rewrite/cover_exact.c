/* cover_exact.c - the cheapest cover, if it is found in time.
 *
 * Depth first over the items whose options differ most at the prices. A branch ends when
 * the reduced costs say that it cannot be cheaper than what is known, or when what is
 * left cannot cover the needs. SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rewrite/cover_solving.h"

enum {
    MAX_NODES = 1000000, /* of the search */
    MAX_DEEP = 4000      /* items: it goes as deep as there are */
};

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
        cover_keep_better(s); /* all is covered: nothing is open above nothing */
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
                cover_change(s, item, o);
                search(s, at + 1, reduced + next);
            }
        }
        done = next;
    }
    cover_change(s, item, in->first[item]);
}

pa_status cover_search_all(solving *s, bool *is_done, pa_error *err) {
    const cover *in = s->in;
    double priced = 0;
    *is_done = false;
    if (in->item_count > MAX_DEEP) {
        return PA_OK;
    }
    cover_bound_at(s, s->best_price); /* the reduced costs at the best prices */
    if (order_items(s, err) != PA_OK) {
        return err->status;
    }
    for (size_t t = 0; t < in->need_count; t++) {
        priced += s->best_price[t] * (double)in->need[t];
    }
    for (size_t i = 0; i < in->item_count; i++) {
        s->chosen[i] = in->first[i];
    }
    cover_open_needs(s);
    search(s, 0, priced);
    *is_done = s->node_count <= MAX_NODES;
    return PA_OK;
}
