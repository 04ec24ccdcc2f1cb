/* arena.h - memory that is given out piece by piece and freed all at once.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BASE_ARENA_H
#define PA_BASE_ARENA_H

#include "base/error.h"
#include "base/text.h"

/** Zero-initialise it. Not for several threads: each has its own. */
typedef struct arena {
    struct arena_block *newest;
    size_t used_bytes; /**< of the newest block */
    bool failed;       /**< memory ran out once; stays set through reset and clear */
} arena;

/** PA_NOMEM when any piece was refused since the arena was made: an empty text may then
 * stand where a name should. To be asked once a step, before its results count. */
pa_status arena_status(const arena *mem, pa_error *err);

/** count * size bytes, aligned for any type, all zero. NULL when memory ran out. */
void *arena_alloc(arena *mem, size_t count, size_t size);

/** A copy with a NUL behind its end; `.at` is NULL when memory ran out, else never. */
str arena_copy(arena *mem, str text);

/** As arena_copy, with '?' for bytes that UTF-8 never has. */
str arena_copy_utf8(arena *mem, str text);

/** As arena_copy_utf8, with '?' for control characters, too: for names that people will
 * be shown. A name with a line break would break a table, one with an escape sequence the
 * terminal. */
str arena_copy_name(arena *mem, str text);

/** The parts one after the other, as arena_copy. `count` parts. */
str arena_join(arena *mem, const str *parts, size_t count);

/** Forgets all pieces but keeps a block, so that many small uses do not go to the heap.
 */
void arena_reset(arena *mem);

void arena_clear(arena *mem);

#endif
