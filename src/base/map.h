/* map.h - text to a 32-bit number. Keys are borrowed: they must live as long as the map.
 * There is no way to ask for all keys: their order would differ from run to run.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BASE_MAP_H
#define PA_BASE_MAP_H

#include "base/text.h"

#define MAP_NONE UINT32_MAX

/** Zero-initialise it. */
typedef struct map {
    struct map_slot *slots;
    uint32_t slot_count; /**< a power of two, or 0 */
    uint32_t used;
} map;

/** The value of `key`, or MAP_NONE. */
uint32_t map_get(const map *in, str key);

/** The map's own copy of the borrowed key that equals `key`, or NULL: one text for many
 * equal ones. */
const str *map_get_key(const map *in, str key);

/** Enters key -> value unless the key is there already. `*found` is the value that holds
 * now. False when memory ran out. */
bool map_add(map *in, str key, uint32_t value, uint32_t *found);

void map_clear(map *in);

#endif
