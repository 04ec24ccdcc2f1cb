/* alloc.h - the one door to the heap: sizes are multiplied with a check, and tests can
 * make the nth request fail.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BASE_ALLOC_H
#define PA_BASE_ALLOC_H

#include <stddef.h>
#include <stdint.h>

/** count * size bytes, not cleared; NULL when the product overflows or memory ran out.
 *  A request of 0 bytes gives a pointer that may be freed. */
void *mem_alloc(size_t count, size_t size);

/** As mem_alloc, all bytes zero. */
void *mem_zero(size_t count, size_t size);

/** Resizes; on failure NULL is returned and the old block stays. */
void *mem_resize(void *block, size_t count, size_t size);

/** Accepts NULL. */
void mem_free(void *block);

/** Makes the nth request from now fail (1 is the next one), and all after it; 0 turns
 * that off. For tests: process-wide, set it while no other thread runs. */
void mem_fail_from(uint64_t nth);

/** As mem_fail_from, but the requests behind the nth succeed: what is made of the one
 * that failed must not go on as if nothing had been. */
void mem_fail_only(uint64_t nth);

/** Makes sure that `*block` has room for `needed` elements of `size` bytes, growing by
 * half. Returns 0, or -1 when memory ran out (the block stays as it was). */
int mem_grow(void *block, size_t *capacity, size_t needed, size_t size);

#endif
