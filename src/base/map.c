/* map.c - open addressing with linear probing, at most half full.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include <stdatomic.h>
#include <string.h>
#include <time.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/alloc.h"

typedef struct map_slot {
    str key; /* .at is NULL in an empty slot */
    uint32_t hash;
    uint32_t value;
} map_slot;

/* A number that whoever made a build could not know, so that names cannot be chosen to
 * fall into one slot. Nothing that a map answers depends on it. */
static uint64_t seed_of_run(void) {
    static _Atomic uint64_t seed;
    uint64_t known = atomic_load_explicit(&seed, memory_order_relaxed);
    if (known != 0) {
        return known;
    }
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t parts[] = {(uint64_t)now.tv_sec, (uint64_t)now.tv_nsec,
                        (uint64_t)(uintptr_t)&seed, (uint64_t)(uintptr_t)&now};
    uint64_t fresh = XXH3_64bits(parts, sizeof parts) | 1;
    /* the first thread's number holds for all */
    return atomic_compare_exchange_strong(&seed, &known, fresh) ? fresh : known;
}

static uint32_t hash_of(str text) {
    return (uint32_t)XXH3_64bits_withSeed(text.at == NULL ? "" : text.at, text.size,
                                          seed_of_run());
}

/* The slot of `key`, or the empty one where it would go. */
static map_slot *seek(const map *in, str key, uint32_t hash) {
    uint32_t mask = in->slot_count - 1;
    for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
        map_slot *slot = &in->slots[i];
        if (slot->key.at == NULL || (slot->hash == hash && str_equal(slot->key, key))) {
            return slot;
        }
    }
}

static bool grow(map *in) {
    uint32_t slot_count = in->slot_count == 0 ? 16 : in->slot_count * 2;
    map bigger = {mem_zero(slot_count, sizeof(map_slot)), slot_count, in->used};
    if (bigger.slots == NULL || slot_count == 0) {
        mem_free(bigger.slots);
        return false;
    }
    for (uint32_t i = 0; i < in->slot_count; i++) {
        if (in->slots[i].key.at != NULL) {
            *seek(&bigger, in->slots[i].key, in->slots[i].hash) = in->slots[i];
        }
    }
    mem_free(in->slots);
    *in = bigger;
    return true;
}

static const map_slot *find(const map *in, str key) {
    if (in->slot_count == 0) {
        return NULL;
    }
    const map_slot *slot = seek(in, key, hash_of(key));
    return slot->key.at == NULL ? NULL : slot;
}

uint32_t map_get(const map *in, str key) {
    const map_slot *slot = find(in, key);
    return slot == NULL ? MAP_NONE : slot->value;
}

const str *map_get_key(const map *in, str key) {
    const map_slot *slot = find(in, key);
    return slot == NULL ? NULL : &slot->key;
}

bool map_add(map *in, str key, uint32_t value, uint32_t *found) {
    if (in->used >= in->slot_count / 2 && !grow(in)) {
        return false;
    }
    uint32_t hash = hash_of(key);
    map_slot *slot = seek(in, key, hash);
    if (slot->key.at == NULL) {
        *slot = (map_slot){key.at == NULL ? str_of("") : key, hash, value};
        in->used++;
    }
    *found = slot->value;
    return true;
}

void map_clear(map *in) {
    mem_free(in->slots);
    *in = (map){0};
}
