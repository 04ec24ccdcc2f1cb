/* ckd.h - arithmetic that says when it overflowed: C23's ckd_add and ckd_mul for older
 * compilers. True means overflow, and the result must not be used.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BASE_CKD_H
#define PA_BASE_CKD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool ckd_add_size(size_t *sum, size_t a, size_t b) {
    return __builtin_add_overflow(a, b, sum);
}

static inline bool ckd_mul_size(size_t *product, size_t a, size_t b) {
    return __builtin_mul_overflow(a, b, product);
}

static inline bool ckd_add_u64(uint64_t *sum, uint64_t a, uint64_t b) {
    return __builtin_add_overflow(a, b, sum);
}

static inline bool ckd_mul_u64(uint64_t *product, uint64_t a, uint64_t b) {
    return __builtin_mul_overflow(a, b, product);
}

#endif
