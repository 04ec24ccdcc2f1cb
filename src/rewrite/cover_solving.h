/* cover_solving.h - what the parts of the search for a cover share: cover_prices.c finds
 * the prices, cover_choice.c a choice by them, cover_exact.c the best one.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_COVER_SOLVING_H
#define PA_REWRITE_COVER_SOLVING_H

#include "rewrite/cover.h"

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

static inline size_t option_count(const cover *in, size_t item) {
    return in->first[item + 1] - in->first[item];
}

/* Slopes and prices are measured in needs, so that needs of all sizes count alike; one
 * that is covered anyhow in what is saved at most. */
static inline double scale_of(const solving *s, size_t t) {
    return s->scale[t];
}

static inline int64_t most_saved(const cover *in, size_t t, size_t item) {
    int64_t most = 0;
    for (size_t o = in->first[item]; o < in->first[item + 1]; o++) {
        most = in->saving[t][o] > most ? in->saving[t][o] : most;
    }
    return most;
}

/** The bound that prices give; the cheapest options by them are chosen. */
double cover_bound_at(solving *s, const double *price);

/** Looks for the prices at which it is highest. */
void cover_find_prices(solving *s);

/** What is open of each need, as it is chosen. */
void cover_open_needs(solving *s);

/** Chooses another option of an item. */
void cover_change(solving *s, size_t item, size_t option);

/** Keeps what is chosen, if it is cheaper than the best so far. */
void cover_keep_better(solving *s);

/** From what is chosen now to a good choice that covers all. */
void cover_finish_choice(solving *s);

/** Choices at the best prices and below: what is too little there is added by what covers
 * most for its cost. */
void cover_finish_near_prices(solving *s);

/** Tries all choices that may be cheaper than the best one. `is_done`: it came to its
 * end, so that what is best now is the best there is. */
pa_status cover_search_all(solving *s, bool *is_done, pa_error *err);

#endif
