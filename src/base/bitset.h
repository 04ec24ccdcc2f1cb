/* bitset.h - sets of dense numbers, 64 to a word. The caller owns the words:
 * BITSET_WORDS(count) of them, zero for the empty set.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BASE_BITSET_H
#define PA_BASE_BITSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BITSET_WORDS(count) (((size_t)(count) + 63) / 64)

static inline bool bitset_has(const uint64_t *set, size_t member) {
    return set[member / 64] >> (member % 64) & 1;
}

static inline void bitset_add(uint64_t *set, size_t member) {
    set[member / 64] |= UINT64_C(1) << (member % 64);
}

/** Adds every member of `other`. */
static inline void bitset_unite(uint64_t *set, const uint64_t *other, size_t words) {
    for (size_t i = 0; i < words; i++) {
        set[i] |= other[i];
    }
}

static inline size_t bitset_count(const uint64_t *set, size_t words) {
    size_t count = 0;
    for (size_t i = 0; i < words; i++) {
        count += (size_t)__builtin_popcountll(set[i]);
    }
    return count;
}

#endif
