/* script_ids.c - runs of bytes that an id can have, looked up.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/script_ids.h"

#include <stdatomic.h>

#include "base/alloc.h"
#include "base/map.h"
#include "bundle/uuid.h"

enum { MAX_SCRIPT_BYTES = 64 << 20, LEAST_ID_SIZE = 9 };

typedef struct search {
    map ids;              /* id to its first place in the list */
    _Atomic bool *is_hit; /* one a place */
} search;

static void look_up(search *s, str id) {
    uint32_t at = map_get(&s->ids, id);
    if (at != MAP_NONE) {
        atomic_store(&s->is_hit[at], true);
    }
}

static bool is_plain_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-';
}

static bool is_compressed_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '+' || c == '/';
}

/* The end of the run that begins at `from`. */
static size_t run_end(str text, size_t from, bool (*is_byte)(char c)) {
    size_t end = from;
    while (end < text.size && is_byte(text.at[end])) {
        end++;
    }
    return end;
}

static void find_plain(search *s, str text) {
    size_t end = 0;
    for (size_t at = 0; at < text.size; at = end + 1) {
        end = run_end(text, at, is_plain_byte);
        if (end - at >= LEAST_ID_SIZE) {
            look_up(s, str_part(text, at, end));
        }
    }
}

static pa_status find_compressed(search *s, str text, pa_error *err) {
    arena scratch = {0};
    size_t end = 0;
    for (size_t at = 0; at < text.size && !scratch.failed; at = end + 1) {
        end = run_end(text, at, is_compressed_byte);
        if (end - at == UUID_COMPRESSED_SIZE) {
            arena_reset(&scratch);
            look_up(s, uuid_decode(&scratch, str_part(text, at, end)));
        }
    }
    pa_status status = arena_status(&scratch, err);
    arena_clear(&scratch);
    return status;
}

static pa_status read_script(void *ctx, unsigned worker, size_t slot, bytes content,
                             const pa_error *failure, pa_error *err) {
    (void)worker;
    (void)slot;
    str text = failure == NULL ? str_of_bytes(content) : (str){0};
    find_plain(ctx, text);
    return find_compressed(ctx, text, err);
}

static bool is_script(str path) {
    static const char *const ends[] = {".js", ".mjs", ".cjs", ".html", ".htm"};
    bool is_one = false;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        is_one |= str_ends(path, ends[i]);
    }
    return is_one;
}

static pa_status read_scripts(search *s, const tree *files, const pool *how,
                              pa_error *err) {
    tree_id *wanted = mem_alloc(tree_count(files) + 1, sizeof *wanted);
    size_t count = 0;
    if (wanted == NULL) {
        return error_nomem(err);
    }
    for (tree_id id = 0; id < tree_count(files); id++) {
        if (is_script(tree_get(files, id)->path)) {
            wanted[count++] = id;
        }
    }
    pa_status status =
        tree_visit(files, how, wanted, count, MAX_SCRIPT_BYTES, read_script, s, err);
    mem_free(wanted);
    return status;
}

pa_status script_ids_find(const tree *files, const pool *how, const str *ids,
                          size_t count, bool *is_named, pa_error *err) {
    search s = {.is_hit = mem_zero(count + 1, sizeof *s.is_hit)};
    pa_status status = s.is_hit == NULL ? error_nomem(err) : PA_OK;
    for (size_t i = 0; status == PA_OK && i < count; i++) {
        uint32_t there = 0;
        status = map_add(&s.ids, ids[i], (uint32_t)i, &there) ? PA_OK : error_nomem(err);
    }
    if (status == PA_OK && count > 0) {
        status = read_scripts(&s, files, how, err);
    }
    for (size_t i = 0; status == PA_OK && i < count; i++) {
        is_named[i] = atomic_load(&s.is_hit[map_get(&s.ids, ids[i])]);
    }
    map_clear(&s.ids);
    mem_free(s.is_hit);
    return status;
}
