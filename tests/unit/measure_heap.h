/* measure_heap.h - the bytes that a program has requested from the heap and not given
 * back, and the most of them at one time.
 *
 * Includes definitions of malloc and its like, which take the place of the C library's
 * for the whole program, shared libraries included: so it is a header, for the one
 * program that counts. Only glibc allows this simply; elsewhere, and under a sanitizer
 * that does the same, CAN_COUNT is 0 and nothing is counted. One thread at a time.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_TESTS_MEASURE_HEAP_H
#define PA_TESTS_MEASURE_HEAP_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#if defined(__has_feature)
#define HAS_FEATURE(name) __has_feature(name)
#else
#define HAS_FEATURE(name) 0
#endif

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) &&                              \
    !defined(__SANITIZE_THREAD__) && !HAS_FEATURE(address_sanitizer) &&                  \
    !HAS_FEATURE(thread_sanitizer) && !HAS_FEATURE(memory_sanitizer)
#define CAN_COUNT 1
#else
#define CAN_COUNT 0
#endif

/* Blocks requested while counting: a decode has some hundred at once at most. */
enum { MAX_BLOCKS = 8192 };

static struct {
    bool is_on;
    bool is_full;
    size_t count;
    uint64_t live_bytes;
    uint64_t peak_bytes;
    struct {
        void *at;
        size_t size_bytes;
    } blocks[MAX_BLOCKS];
} heap;

static void heap_begin(void) {
    heap.count = 0;
    heap.live_bytes = 0;
    heap.peak_bytes = 0;
    heap.is_full = false;
    heap.is_on = true;
}

static void heap_end(void) {
    heap.is_on = false;
}

#if CAN_COUNT
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

static void *heap_took(void *block, size_t size_bytes) {
    if (!heap.is_on || block == NULL) {
        return block;
    }
    if (heap.count == MAX_BLOCKS) {
        heap.is_full = true;
        return block;
    }
    heap.blocks[heap.count].at = block;
    heap.blocks[heap.count++].size_bytes = size_bytes;
    heap.live_bytes += size_bytes;
    if (heap.live_bytes > heap.peak_bytes) {
        heap.peak_bytes = heap.live_bytes;
    }
    return block;
}

static void heap_gave(const void *block) {
    for (size_t i = heap.is_on ? heap.count : 0; i > 0; i--) {
        if (heap.blocks[i - 1].at == block) {
            heap.live_bytes -= heap.blocks[i - 1].size_bytes;
            heap.blocks[i - 1] = heap.blocks[--heap.count];
            return;
        }
    }
}

void *malloc(size_t size) {
    return heap_took(__libc_malloc(size), size);
}

void *calloc(size_t count, size_t size) {
    return heap_took(__libc_calloc(count, size), count * size);
}

void *realloc(void *block, size_t size) {
    void *moved = __libc_realloc(block, size);
    if (moved != NULL || size == 0) {
        heap_gave(block);
    }
    return heap_took(moved, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return heap_took(__libc_memalign(alignment, size), size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    void *made = __libc_memalign(alignment, size);
    if (made == NULL) {
        return ENOMEM;
    }
    *block = heap_took(made, size);
    return 0;
}

void free(void *block) {
    heap_gave(block);
    __libc_free(block);
}
#endif

#endif
