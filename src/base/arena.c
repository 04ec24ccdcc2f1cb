/* arena.c - bump allocation in blocks that grow with what was asked for.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ckd.h"

/* The first block is small: many arenas hold no more than a path. */
enum { FIRST_BLOCK_BYTES = 1024, BLOCK_BYTES = 64 * 1024 };

typedef struct arena_block {
    struct arena_block *older;
    size_t capacity_bytes;
    alignas(max_align_t) char data[];
} arena_block;

/* Opens a block with room for `size` bytes; requests above a block get one of their own.
 */
static arena_block *open_block(arena *mem, size_t size) {
    size_t least = mem->newest == NULL ? FIRST_BLOCK_BYTES : BLOCK_BYTES;
    size_t capacity = size > least ? size : least;
    size_t total = 0;
    if (ckd_add_size(&total, capacity, sizeof(arena_block))) {
        return NULL;
    }
    arena_block *block = mem_zero(total, 1);
    if (block == NULL) {
        return NULL;
    }
    block->capacity_bytes = capacity;
    block->older = mem->newest;
    mem->newest = block;
    mem->used_bytes = 0;
    return block;
}

void *arena_alloc(arena *mem, size_t count, size_t size) {
    size_t total = 0;
    size_t padded = 0;
    if (ckd_mul_size(&total, count, size) ||
        ckd_add_size(&padded, total, alignof(max_align_t) - 1)) {
        mem->failed = true;
        return NULL;
    }
    padded -= padded % alignof(max_align_t);
    arena_block *block = mem->newest;
    if (block == NULL || block->capacity_bytes - mem->used_bytes < padded) {
        block = open_block(mem, padded);
        if (block == NULL) {
            mem->failed = true;
            return NULL;
        }
    }
    void *piece = block->data + mem->used_bytes;
    mem->used_bytes += padded;
    return piece;
}

pa_status arena_status(const arena *mem, pa_error *err) {
    return mem->failed ? error_nomem(err) : PA_OK;
}

str arena_copy(arena *mem, str text) {
    return arena_join(mem, &text, 1);
}

/* Bytes below `least` and those that UTF-8 never has become '?'. */
static str copy_without(arena *mem, str text, uint8_t least) {
    str name = arena_copy(mem, text);
    for (size_t i = 0; name.at != NULL && i < name.size; i++) {
        bool is_control =
            (uint8_t)name.at[i] < least || (least > 0 && name.at[i] == 0x7f);
        if (is_control || utf8_is_never(name.at[i])) {
            ((char *)(uintptr_t)name.at)[i] = '?';
        }
    }
    return name;
}

str arena_copy_utf8(arena *mem, str text) {
    return copy_without(mem, text, 0);
}

str arena_copy_name(arena *mem, str text) {
    return copy_without(mem, text, 0x20);
}

str arena_join(arena *mem, const str *parts, size_t count) {
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        size += parts[i].size;
    }
    char *copy = arena_alloc(mem, size + 1, 1);
    if (copy == NULL) {
        return (str){0};
    }
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].size > 0) {
            memcpy(copy + at, parts[i].at, parts[i].size);
            at += parts[i].size;
        }
    }
    return (str){copy, size};
}

void arena_reset(arena *mem) {
    arena_block *block = mem->newest;
    if (block == NULL || block->capacity_bytes > BLOCK_BYTES) {
        arena_clear(mem);
        return;
    }
    arena older = {.newest = block->older};
    arena_clear(&older);
    block->older = NULL;
    memset(block->data, 0, mem->used_bytes); /* pieces are promised to be zero */
    mem->used_bytes = 0;
}

void arena_clear(arena *mem) {
    arena_block *block = mem->newest;
    while (block != NULL) {
        arena_block *older = block->older;
        mem_free(block);
        block = older;
    }
    *mem = (arena){.failed = mem->failed};
}
