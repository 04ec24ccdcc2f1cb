/* fingerprint.c - name findings from build to build.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "report/fingerprint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <xxhash.h>

#include "base/alloc.h"

typedef struct numbered {
    uint64_t sum;
    size_t index;
} numbered;

static uint64_t add_to_sum(uint64_t sum, unsigned field, str text) {
    return XXH3_64bits_withSeed(text.at == NULL ? "" : text.at, text.size,
                                sum * 31 + field);
}

/* "1a2b3" of "config.1a2b3.json": what an editor names by content. */
static bool is_content_hash(str part) {
    enum { DIGITS = 5 };
    bool is_hex = part.size == DIGITS;
    for (size_t i = 0; is_hex && i < part.size; i++) {
        is_hex = (part.at[i] >= '0' && part.at[i] <= '9') ||
                 (part.at[i] >= 'a' && part.at[i] <= 'f');
    }
    return is_hex;
}

/* The path without hashes of content between the dots of its parts. */
static uint64_t add_path(uint64_t sum, unsigned field, str path) {
    str element = {0};
    while (str_split(&path, '/', &element)) {
        str part = {0};
        for (bool is_first = true; str_split(&element, '.', &part); is_first = false) {
            if (is_first || element.size == 0 || !is_content_hash(part)) {
                sum = add_to_sum(sum, field, part);
            }
        }
        sum = add_to_sum(sum, field, str_of("/"));
    }
    return sum;
}

static uint64_t sum_of(const finding *row) {
    enum { RULE, DEVICE, SCENE, ASSET, FILE_PATH, BUNDLE, KEY, FOLDED };
    bool is_in_rules = row->line > 0;
    bool has_place = row->asset.size > 0 || (row->file.size > 0 && !is_in_rules);
    uint64_t sum = add_to_sum(0, RULE, str_of(rule_get(row->rule)->name));
    sum = add_to_sum(sum, DEVICE, row->device);
    if (row->is_folded) { /* there is one; which of its members is heaviest may change */
        return add_to_sum(sum, FOLDED, (str){0});
    }
    sum = add_to_sum(sum, ASSET, row->asset);
    sum = add_to_sum(sum, KEY, row->key);
    /* A scene that only shows the asset, and the bundle that stores it, may change. */
    if (row->rule <= RULE_GROWTH || !has_place) {
        sum = add_to_sum(sum, SCENE, row->scene);
    }
    if (!has_place) {
        sum = add_to_sum(sum, BUNDLE, row->bundle);
    }
    return is_in_rules ? sum : add_path(sum, FILE_PATH, row->file);
}

static int by_sum(const void *a, const void *b) {
    const numbered *left = a;
    const numbered *right = b;
    if (left->sum != right->sum) {
        return left->sum < right->sum ? -1 : 1;
    }
    return (left->index > right->index) - (left->index < right->index);
}

uint64_t *fingerprints_of(const finding_list *list) {
    enum { TWICE = 7 };
    uint64_t *out = mem_alloc(list->count + 1, sizeof *out);
    numbered *rows = mem_alloc(list->count + 1, sizeof *rows);
    if (out == NULL || rows == NULL) {
        mem_free(out);
        mem_free(rows);
        return NULL;
    }
    for (size_t i = 0; i < list->count; i++) {
        rows[i] = (numbered){sum_of(&list->rows[i]), i};
    }
    qsort(rows, list->count, sizeof *rows, by_sum);
    for (size_t i = 0; i < list->count; i++) {
        bool is_twice = i > 0 && rows[i].sum == rows[i - 1].sum;
        uint64_t before = is_twice ? out[rows[i - 1].index] : 0;
        out[rows[i].index] = is_twice ? add_to_sum(before, TWICE, (str){0}) : rows[i].sum;
    }
    mem_free(rows);
    return out;
}

digits_text fingerprint_text(uint64_t fingerprint) {
    digits_text out;
    snprintf(out.at, sizeof out.at, "%016" PRIx64, fingerprint);
    return out;
}
