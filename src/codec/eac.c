/* eac.c - alpha of ETC2: a base, a factor, a table of eight steps.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/etc_block.h"

enum { EAC_TABLES = 16, EAC_STEPS = 8, FLAT_TABLE = 13 };

typedef struct form {
    int base;
    int factor; /**< 1 … 15 */
    unsigned table;
    unsigned error; /**< sum of squares */
} form;

static void values_of(const form *f, uint8_t values[EAC_STEPS]) {
    for (size_t k = 0; k < EAC_STEPS; k++) {
        values[k] = (uint8_t)etc_clamp(f->base + eac_steps[f->table][k] * f->factor);
    }
}

static unsigned form_error(const uint8_t alpha[ETC_PIXELS], const form *f) {
    uint8_t values[EAC_STEPS];
    uint8_t best[ETC_PIXELS];
    values_of(f, values);
    memset(best, 255, sizeof best);
    for (size_t k = 0; k < EAC_STEPS; k++) {
        uint8_t value = values[k];
        for (size_t i = 0; i < ETC_PIXELS; i++) {
            uint8_t a = alpha[i];
            uint8_t high = a > value ? a : value;
            uint8_t low = a > value ? value : a;
            uint8_t off = (uint8_t)(high - low);
            best[i] = off < best[i] ? off : best[i];
        }
    }
    unsigned sum = 0;
    for (size_t i = 0; i < ETC_PIXELS; i++) {
        sum += (unsigned)best[i] * best[i];
    }
    return sum;
}

static void try_form(const uint8_t alpha[ETC_PIXELS], int base, int factor,
                     unsigned table, form *best) {
    if (base < 0 || base > 255 || factor < 1 || factor > 15 || best->error == 0) {
        return;
    }
    form f = {base, factor, table, 0};
    f.error = form_error(alpha, &f);
    *best = f.error < best->error ? f : *best;
}

/* The factor that spreads the table over the range, and the one below and above; the base
 * that centres it. */
static void try_table(const uint8_t alpha[ETC_PIXELS], int low, int high, unsigned table,
                      etc_effort effort, form *best) {
    const int8_t *steps = eac_steps[table];
    int bottom = steps[3];
    int top = steps[7];
    int spread = top - bottom;
    int factor = (high - low + spread / 2) / spread;
    int from = effort == ETC_FAST ? factor : factor - 1;
    for (int f = from < 1 ? 1 : from; f <= factor + 1; f++) {
        int base = (low + high - f * (top + bottom) + 1) / 2;
        try_form(alpha, base, f, table, best);
        for (int k = 1; effort != ETC_FAST && k <= 3; k++) {
            try_form(alpha, base - k, f, table, best);
            try_form(alpha, base + k, f, table, best);
        }
    }
}

static void climb(const uint8_t alpha[ETC_PIXELS], etc_effort effort, form *best) {
    for (int rounds = effort == ETC_FAST ? 2 : 8; rounds > 0; rounds--) {
        form from = *best;
        for (int factor = from.factor - 1; factor <= from.factor + 1; factor++) {
            for (int base = from.base - 2; base <= from.base + 2; base++) {
                try_form(alpha, base, factor, from.table, best);
            }
        }
        if (best->error == from.error) {
            return;
        }
    }
}

static uint64_t pack(const uint8_t alpha[ETC_PIXELS], const form *f) {
    uint8_t values[EAC_STEPS];
    uint64_t out =
        (uint64_t)f->base << 56 | (uint64_t)f->factor << 52 | (uint64_t)f->table << 48;
    values_of(f, values);
    for (unsigned i = 0; i < ETC_PIXELS; i++) {
        int best = 256;
        uint64_t which = 0;
        for (unsigned k = 0; k < EAC_STEPS; k++) {
            int off = alpha[i] > values[k] ? alpha[i] - values[k] : values[k] - alpha[i];
            if (off < best) {
                best = off;
                which = k;
            }
        }
        out |= which << (45 - 3 * i);
    }
    return out;
}

void eac_search(const uint8_t alpha[ETC_PIXELS], etc_effort effort,
                uint8_t block[ETC_BLOCK_BYTES]) {
    int low = 255;
    int high = 0;
    for (size_t i = 0; i < ETC_PIXELS; i++) {
        low = alpha[i] < low ? alpha[i] : low;
        high = alpha[i] > high ? alpha[i] : high;
    }
    /* One value: the table that has a step of 0. */
    form best = {low, 1, FLAT_TABLE, ~0U};
    if (low == high) {
        etc_store(pack(alpha, &best), block);
        return;
    }
    for (unsigned table = 0; table < EAC_TABLES; table++) {
        try_table(alpha, low, high, table, effort, &best);
    }
    climb(alpha, effort, &best);
    etc_store(pack(alpha, &best), block);
}
