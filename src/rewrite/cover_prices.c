/* cover_prices.c - the prices of needs by which the bound of a cover is highest.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "rewrite/cover_solving.h"

enum {
    PRICE_ROUNDS = 1500, /* of the subgradient method */
    PATIENCE = 40,       /* rounds without a better bound before steps are halved */
    MAX_AXES = 16        /* of the ellipsoid */
};

double cover_bound_at(solving *s, const double *price) {
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
        double found = cover_bound_at(s, s->price);
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
    double found = cover_bound_at(s, s->price);
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
        double found = cover_bound_at(s, s->price);
        if (found > s->bound) {
            s->bound = found;
            s->best_price[0] = s->price[0];
        }
        *(s->slope[0] > 0 ? &low : &high) = s->price[0];
    }
}

void cover_find_prices(solving *s) {
    s->bound = 0; /* at no price */
    if (s->in->need_count == 1) {
        find_one_price(s);
    } else {
        approach_prices(s);
        refine_prices(s);
    }
}
