/* match.c - the assets that a user's word names.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "report/match.h"

#include "bundle/uuid.h"

/* The short uuid of a name's file: "…/ab/abcd….5f2e1.png" to "abcd…". */
static str file_stem(str word) {
    str name = str_file_name(word);
    return str_part(name, 0, str_find(name, '.', 0));
}

/* "textures/wall", "wall", "*wall*", and "main:textures/wall" as reports and rules files
 * write it. */
static bool is_name_of(const bundle *b, const entry *e, str word) {
    str prefix = str_part(word, 0, b->name.size);
    bool has_bundle = word.size > b->name.size && word.at[b->name.size] == ':' &&
                      str_equal(prefix, b->name);
    str path = has_bundle ? str_part(word, b->name.size + 1, word.size) : word;
    return str_glob(path, e->path) || str_glob(word, e->path) ||
           str_equal(str_file_name(e->path), word);
}

static bool is_named_by_path(const game *g, uint32_t asset_index, str word) {
    str uuid = g->assets[asset_index].uuid;
    for (uint32_t i = 0; i < g->found.bundle_count; i++) {
        const bundle *b = &g->found.bundles[i];
        const entry *e = bundle_find(b, uuid);
        if (e != NULL && e->path.size > 0 && is_name_of(b, e, word)) {
            return true;
        }
    }
    return str_glob(word, uuid);
}

static bool is_named_as_scene(const game *g, uint32_t asset_index, str word) {
    for (uint32_t i = 0; i < g->scene_count; i++) {
        const scene *s = &g->scenes[i];
        if (str_equal(s->uuid, g->assets[asset_index].uuid) &&
            (str_glob(word, s->name) || str_glob(word, s->url) ||
             str_equal(word, str_file_name(s->url)))) {
            return true;
        }
    }
    return false;
}

/* A name as tables show it may be cut: the "…" stands for anything. */
static str pattern_of(const char *wanted, arena *mem) {
    str word = arena_copy(mem, str_of(wanted));
    size_t at = str_find_text(word, "…");
    if (word.at == NULL || at == word.size) {
        return word;
    }
    str rest = str_part(word, at + sizeof "…" - 1, word.size);
    return arena_join(mem, (str[]){str_part(word, 0, at), str_of("*"), rest}, 3);
}

/* Ids are surer than names: names count only when no id is meant. */
pa_status match_assets(const game *g, const char *wanted, arena *mem, uint32_t **matches,
                       uint32_t *count, pa_error *err) {
    str word = pattern_of(wanted, mem);
    str stem = file_stem(word);
    str ids[] = {uuid_decode(mem, word), uuid_decode(mem, stem)};
    *matches = arena_alloc(mem, (size_t)g->asset_count + 1, sizeof **matches);
    *count = 0;
    if (word.at == NULL || ids[0].at == NULL || ids[1].at == NULL || *matches == NULL) {
        return error_nomem(err);
    }
    for (size_t i = 0; i < 2 && *count == 0; i++) {
        uint32_t found = ids[i].size == 0 ? MAP_NONE : map_get(&g->by_uuid, ids[i]);
        if (found != MAP_NONE) {
            (*matches)[(*count)++] = found;
        }
    }
    bool is_by_id = *count > 0;
    for (uint32_t i = 0; i < g->asset_count && !is_by_id; i++) {
        bool is_file =
            stem.size < word.size && stem.size > 8 && str_glob(stem, g->assets[i].uuid);
        if (is_file || is_named_by_path(g, i, word) || is_named_as_scene(g, i, word)) {
            (*matches)[(*count)++] = i;
        }
    }
    return *count > 0
               ? PA_OK
               : error_set(
                     err, PA_USAGE,
                     "nothing in this build is called '%s'; give a uuid, a path like "
                     "'textures/wall', a file's name, or a pattern like '*wall*'",
                     wanted);
}
