/* package.c - what is downloaded: every bundle, the package, and the first screen.
 *
 * A remote bundle (folder remote/) is fetched when the game asks for it and is no part of
 * the package. Source: cocos-engine 3.8.5 cocos/asset/asset-manager/downloader.ts
 * (remoteBundles), native and mini-game builds. The first screen is what the engine
 * fetches from bundles before it can show the launch scene: config and script of each
 * bundle it takes part in, then import and native files of the start and the scene; a zip
 * bundle is fetched whole. The engine's and the launcher's own code is not part of it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"
#include "base/bitset.h"

/* Bundles that the launcher always loads when they are there: cocos/game/game.ts and
 * main.js of 2.4. */
static const char *const launch_bundles[] = {"internal", "main", "resources",
                                             "start-scene"};

typedef struct sizing {
    pa_audit *audit;
    map folders;          /* folder of a bundle to its index */
    uint64_t *is_fetched; /* bit set of files of the first screen */
    uint64_t *is_taking;  /* bit set of bundles of the first screen */
} sizing;

/* The bundle in whose folder a file lies, the innermost one, or NO_INDEX. */
static uint32_t bundle_of_file(const sizing *s, str path) {
    size_t end = path.size;
    while (true) {
        while (end > 0 && path.at[end - 1] != '/') {
            end--;
        }
        uint32_t found = map_get(&s->folders, str_part(path, 0, end));
        if (found != MAP_NONE) {
            return found;
        }
        if (end == 0) {
            return NO_INDEX;
        }
        end--;
    }
}

static void add_file(file_sum *sum, const tree_file *file) {
    sum->bytes += file->size_bytes;
    sum->count++;
}

static bool is_mounted(const tree_file *file) {
    return file->source != 0;
}

static bool is_remote(const pa_audit *audit, const bundle *b) {
    str below = str_part(b->folder, audit->g.found.root.size, b->folder.size);
    return str_starts(below, "remote/");
}

static void size_all(sizing *s) {
    pa_audit *audit = s->audit;
    for (tree_id i = 0; i < tree_count(audit->g.files); i++) {
        const tree_file *file = tree_get(audit->g.files, i);
        if (is_mounted(file)) {
            continue; /* its zip counts */
        }
        uint32_t found = bundle_of_file(s, file->path);
        if (found != NO_INDEX) {
            add_file(&audit->bundle_files[found], file);
        }
        if (found == NO_INDEX || !is_remote(audit, &audit->g.found.bundles[found])) {
            add_file(&audit->package, file);
        }
    }
}

static void fetch(sizing *s, tree_id file) {
    if (file != TREE_NONE && !bitset_has(s->is_fetched, file)) {
        bitset_add(s->is_fetched, file);
        if (!is_mounted(tree_get(s->audit->g.files, file))) {
            add_file(&s->audit->first_screen, tree_get(s->audit->g.files, file));
        }
    }
}

static void fetch_native(sizing *s, const copy *c) {
    const pa_audit *audit = s->audit;
    uint32_t image_index = audit->images.of_asset[c->asset];
    if (image_index != NO_INDEX) {
        const picture *file = view_picture(audit, &audit->views[0], image_index);
        fetch(s, file == NULL ? TREE_NONE : file->file);
    } else if (audit->native_bytes[c->asset] > 0) {
        arena scratch = {0};
        str path = game_native_path(&audit->g, c, c->document.native, &scratch);
        fetch(s, tree_find(audit->g.files, path));
        arena_clear(&scratch);
    }
}

/* True for the script of a bundle: index.js, index.3a5f1.jsc, game.js. */
static bool is_script(str name) {
    str extension = str_extension(name);
    bool is_code = str_is(extension, ".js") || str_is(extension, ".jsc");
    return is_code && (str_starts(name, "index.") || str_starts(name, "game."));
}

/* Config, script and zip of the bundles that take part. */
static void fetch_bundles(sizing *s) {
    const game *g = &s->audit->g;
    for (uint32_t i = 0; i < g->found.bundle_count; i++) {
        if (bitset_has(s->is_taking, i)) {
            fetch(s, g->found.bundles[i].config);
            fetch(s, g->found.bundles[i].zip);
        }
    }
    for (tree_id i = 0; i < tree_count(g->files); i++) {
        str path = tree_get(g->files, i)->path;
        str name = str_file_name(path);
        uint32_t found =
            is_script(name)
                ? map_get(&s->folders, str_part(path, 0, path.size - name.size))
                : MAP_NONE;
        if (found != MAP_NONE && bitset_has(s->is_taking, found)) {
            fetch(s, i);
        }
    }
}

static pa_status fetch_first_screen(sizing *s, pa_error *err) {
    const game *g = &s->audit->g;
    closure walked = {0};
    pa_status status = PA_OK;
    uint32_t *roots = arena_alloc(
        &s->audit->mem, (size_t)g->startup_count + g->scene_count + 1, sizeof *roots);
    if (roots == NULL) {
        return error_nomem(err);
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < g->startup_count; i++) {
        roots[count++] = g->startup[i];
    }
    for (uint32_t i = 0; i < g->scene_count; i++) {
        if (g->scenes[i].is_launch) {
            roots[count++] = g->scenes[i].copy;
        }
    }
    status = closure_walk(g, roots, count, &walked, err);
    for (uint32_t i = 0; status == PA_OK && i < walked.count; i++) {
        const copy *c = &g->copies[walked.copies[i]];
        bitset_add(s->is_taking, c->bundle);
        fetch(s, c->file);
        fetch_native(s, c);
    }
    closure_clear(&walked);
    return status;
}

static pa_status size_steps(sizing *s, pa_error *err) {
    const game *g = &s->audit->g;
    arena *mem = &s->audit->mem;
    s->is_fetched =
        arena_alloc(mem, BITSET_WORDS(tree_count(g->files) + 1), sizeof *s->is_fetched);
    s->is_taking =
        arena_alloc(mem, BITSET_WORDS(g->found.bundle_count + 1), sizeof *s->is_taking);
    s->audit->bundle_files =
        arena_alloc(mem, g->found.bundle_count + 1, sizeof *s->audit->bundle_files);
    if (s->is_fetched == NULL || s->is_taking == NULL || s->audit->bundle_files == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < g->found.bundle_count; i++) {
        uint32_t found = 0;
        if (!map_add(&s->folders, g->found.bundles[i].folder, i, &found)) {
            return error_nomem(err);
        }
        for (size_t j = 0; j < sizeof launch_bundles / sizeof launch_bundles[0]; j++) {
            if (str_is(g->found.bundles[i].name, launch_bundles[j])) {
                bitset_add(s->is_taking, i);
            }
        }
    }
    size_all(s);
    pa_status status = fetch_first_screen(s, err);
    if (status == PA_OK) {
        fetch_bundles(s);
    }
    return status;
}

pa_status audit_size_package(pa_audit *audit, pa_error *err) {
    sizing s = {.audit = audit};
    pa_status status = size_steps(&s, err);
    map_clear(&s.folders);
    return status;
}
