/* alloc.c - the one door to the heap.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/ckd.h"

static _Atomic uint64_t fail_countdown;
static _Atomic bool is_failing_once;

/* True when this request is to fail. The countdown stays at 1 once it got there, so that
 * every later request fails too: code that goes on after a failure is caught. Code that
 * overlooks one is caught when a single request fails. */
static bool is_told_to_fail(void) {
    uint64_t left = atomic_load_explicit(&fail_countdown, memory_order_relaxed);
    if (left == 0) {
        return false;
    }
    bool is_now = left == 1;
    if (!is_now || is_failing_once) {
        atomic_store_explicit(&fail_countdown, left - 1, memory_order_relaxed);
    }
    return is_now;
}

static void fail_at(uint64_t nth, bool is_once) {
    is_failing_once = is_once;
    atomic_store_explicit(&fail_countdown, nth, memory_order_relaxed);
}

void mem_fail_from(uint64_t nth) {
    fail_at(nth, false);
}

void mem_fail_only(uint64_t nth) {
    fail_at(nth, true);
}

void *mem_alloc(size_t count, size_t size) {
    return mem_resize(NULL, count, size);
}

void *mem_zero(size_t count, size_t size) {
    size_t total = 0;
    if (ckd_mul_size(&total, count, size) || is_told_to_fail()) {
        return NULL;
    }
    return calloc(total == 0 ? 1 : total, 1);
}

void *mem_resize(void *block, size_t count, size_t size) {
    size_t total = 0;
    if (ckd_mul_size(&total, count, size) || is_told_to_fail()) {
        return NULL;
    }
    return realloc(block, total == 0 ? 1 : total);
}

void mem_free(void *block) {
    free(block);
}

int mem_grow(void *block, size_t *capacity, size_t needed, size_t size) {
    if (needed <= *capacity) {
        return 0;
    }
    size_t wanted = *capacity + *capacity / 2 + 8;
    if (wanted < needed) {
        wanted = needed;
    }
    void *old = NULL;
    memcpy(&old, block, sizeof old);
    void *grown = mem_resize(old, wanted, size);
    if (grown == NULL) {
        return -1;
    }
    memcpy(block, &grown, sizeof grown);
    *capacity = wanted;
    return 0;
}
