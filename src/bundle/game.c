/* game.c - open a built game, step by step.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/game.h"

#include <string.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "bundle/uuid.h"
#include "sys/file.h"

/* Bundles are sorted by name. */
uint32_t game_bundle(const game *in, str name) {
    size_t low = 0;
    size_t high = in->found.bundle_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_order(in->found.bundles[middle].name, name);
        if (order == 0) {
            return (uint32_t)middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NO_INDEX;
}

static uint32_t copy_in(const game *in, uint32_t bundle_index, uint32_t entry_index) {
    return in->found.bundles[bundle_index].first_copy[entry_index];
}

uint32_t game_lookup(const game *in, uint32_t bundle_index, str uuid, bool *is_listed) {
    const bundle *b = &in->found.bundles[bundle_index];
    uint32_t index = map_get(&b->by_uuid, uuid);
    *is_listed = index != MAP_NONE;
    if (index == MAP_NONE) {
        return NO_INDEX;
    }
    if (b->entries[index].redirect == NO_INDEX) {
        return copy_in(in, bundle_index, index);
    }
    uint32_t other = b->dep_bundles[b->entries[index].redirect];
    uint32_t there =
        other == NO_INDEX ? MAP_NONE : map_get(&in->found.bundles[other].by_uuid, uuid);
    /* One hop: a redirect that leads to another redirect is not followed by the engine.
     */
    return there == MAP_NONE ? NO_INDEX : copy_in(in, other, there);
}

/* A font's file keeps its name in a folder of its own: "…/uuid.VERSION/name.ttf". */
str game_native_path(const game *in, const copy *c, str extension, arena *mem) {
    const bundle *b = &in->found.bundles[c->bundle];
    bool is_font = str_is(str_extension(extension), ".ttf") && extension.at[0] != '.';
    str tail = is_font ? arena_join(mem, (str[]){str_of("/"), extension}, 2) : extension;
    return bundle_file_path(b, &b->entries[c->entry], true, tail, mem);
}

str game_asset_path(const game *in, uint32_t asset_index) {
    str uuid = in->assets[asset_index].uuid;
    for (uint32_t i = 0; i < in->found.bundle_count; i++) {
        const entry *e = bundle_find(&in->found.bundles[i], uuid);
        if (e != NULL && e->path.size > 0) {
            return e->path;
        }
    }
    for (uint32_t i = 0; i < in->scene_count; i++) {
        if (str_equal(in->scenes[i].uuid, uuid)) {
            return in->scenes[i].url;
        }
    }
    return (str){0};
}

/* A build's assets/ folder stands for the build: what lies beside it is needed too. */
static const char *widen(game *g, const char *path) {
    str real = file_real_path(path, &g->mem);
    str parent = str_folder(real);
    if (!str_is(str_file_name(real), "assets") || parent.size == 0) {
        return path;
    }
    str beside = arena_join(&g->mem, (str[]){parent, str_of("/src")}, 2);
    bool is_inside = beside.at != NULL && file_kind_of(beside.at) == FILE_FOLDER &&
                     file_kind_of(path) == FILE_FOLDER;
    return is_inside ? arena_copy(&g->mem, parent).at : path;
}

/* Reports the gaps from number `first` on. */
static pa_status report_gaps(const game *g, size_t first, finding_list *findings,
                             pa_error *err) {
    for (size_t i = first; i < tree_gap_count(g->files); i++) {
        const tree_gap *gap = tree_gap_get(g->files, i);
        pa_status status = finding_add(findings, RULE_FILE_UNREADABLE, gap->path,
                                       (str){0}, err, "%s", gap->reason);
        if (status != PA_OK) {
            return status;
        }
    }
    return PA_OK;
}

/* Puts the files of zip bundles where the engine would unpack them. */
static pa_status mount_zips(game *g, finding_list *findings, pa_error *err) {
    size_t reported = tree_gap_count(g->files);
    for (size_t i = 0; i < g->found.bundle_count; i++) {
        bundle *b = &g->found.bundles[i];
        b->zip = TREE_NONE;
        if (!b->is_zip) {
            continue;
        }
        bool has_version = b->zip_version.size > 0;
        str parts[] = {b->folder, str_of(has_version ? "res." : "res"), b->zip_version,
                       str_of(".zip")};
        str path = arena_join(&g->mem, parts, 4);
        tree_id zip = tree_find(g->files, path);
        pa_error reason = {0};
        if (zip != TREE_NONE && tree_mount(g->files, zip, str_of(ZIP_BUNDLE_FOLDER),
                                           b->folder, &reason) == PA_OK) {
            b->zip = zip;
            continue;
        }
        if (reason.status == PA_NOMEM || path.at == NULL) {
            return error_nomem(err);
        }
        /* A build may declare the zip and lie unpacked, as one of the corpus does. */
        pa_status status = zip == TREE_NONE
                               ? PA_OK
                               : finding_add(findings, RULE_FILE_UNREADABLE, path,
                                             (str){0}, err, "%s", reason.text);
        if (status != PA_OK) {
            return status;
        }
    }
    return report_gaps(g, reported, findings, err);
}

static str scene_name(str url) {
    str file = str_file_name(url);
    return str_part(file, 0, str_find_last(file, '.'));
}

static pa_status list_scenes(game *g, pa_error *err) {
    size_t count = 0;
    for (size_t i = 0; i < g->found.bundle_count; i++) {
        count += g->found.bundles[i].scene_count;
    }
    if (count > PA_MAX_SCENES) {
        return error_set(err, PA_LIMIT,
                         "lists %zu scenes, more than the %d that are read", count,
                         PA_MAX_SCENES);
    }
    g->scenes = arena_alloc(&g->mem, count + 1, sizeof(scene));
    if (g->scenes == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < g->found.bundle_count; i++) {
        const bundle *b = &g->found.bundles[i];
        for (uint32_t j = 0; j < b->scene_count; j++) {
            str uuid = b->entries[b->scenes[j].entry].uuid;
            bool is_listed = false;
            uint32_t found = game_lookup(g, i, uuid, &is_listed);
            g->scenes[g->scene_count++] = (scene){
                .name = scene_name(b->scenes[j].url),
                .url = b->scenes[j].url,
                .copy = found,
                .bundle = i,
                .uuid = uuid,
                .is_launch = str_equal(b->scenes[j].url, g->found.settings.launch_scene),
                .auto_release =
                    found != NO_INDEX && g->copies[found].document.auto_release,
            };
        }
    }
    return PA_OK;
}

/* What the launcher loads by uuid: the first bundle that lists an id gives it. Before 3.6
 * there is no such list but the render pipeline. 2.4 loads all of the internal bundle. */
static pa_status list_startup(game *g, pa_error *err) {
    const str_list *wanted = &g->found.settings.startup_assets;
    uint32_t internal = game_bundle(g, str_of("internal"));
    bool is_whole_internal = internal != NO_INDEX && engine_is_2_4(g->engine);
    size_t room =
        wanted->count + (is_whole_internal ? g->found.bundles[internal].entry_count : 0);
    g->startup = arena_alloc(&g->mem, room + 1, sizeof *g->startup);
    if (g->startup == NULL) {
        return error_nomem(err);
    }
    for (size_t i = 0; i < wanted->count; i++) {
        str uuid = uuid_decode(&g->mem, wanted->items[i]);
        uint32_t found = NO_INDEX;
        bool is_stored = map_get(&g->by_uuid, uuid) != MAP_NONE;
        for (uint32_t j = 0; is_stored && j < g->found.bundle_count && found == NO_INDEX;
             j++) {
            bool is_listed = false;
            found = game_lookup(g, j, uuid, &is_listed);
        }
        if (found != NO_INDEX) {
            g->startup[g->startup_count++] = found;
        }
    }
    /* builtins.js: internal.loadDir('effects'), then loadDir('materials'). */
    for (uint32_t i = 0; is_whole_internal && i < g->found.bundles[internal].entry_count;
         i++) {
        const entry *e = &g->found.bundles[internal].entries[i];
        bool is_loaded =
            str_starts(e->path, "effects/") || str_starts(e->path, "materials/");
        uint32_t found = copy_in(g, internal, i);
        if (is_loaded && found != NO_INDEX) {
            g->startup[g->startup_count++] = found;
        }
    }
    return PA_OK;
}

static pa_status open_steps(game *g, const char *path, const game_options *options,
                            finding_list *findings, pa_error *err) {
    pa_status status = tree_open(&g->files, path, err);
    if (status == PA_OK) {
        status = report_gaps(g, 0, findings, err);
    }
    if (status == PA_OK) {
        status = discover(g->files, &options->how, &g->mem, &g->found, findings, err);
    }
    if (status == PA_OK) {
        status = game_decide_engine(g, options, findings, err);
    }
    if (status == PA_OK) {
        status = mount_zips(g, findings, err);
    }
    if (status == PA_OK) {
        status = game_read_documents(g, &options->how, findings, err);
    }
    if (status == PA_OK) {
        status = game_resolve(g, findings, err);
    }
    if (status == PA_OK) {
        status = list_scenes(g, err);
    }
    if (status == PA_OK) {
        status = list_startup(g, err);
    }
    return status == PA_OK ? arena_status(&g->mem, err) : status;
}

pa_status game_open(game *out, const char *path, const game_options *options,
                    finding_list *findings, pa_error *err) {
    *out = (game){0};
    out->path = arena_copy_utf8(&out->mem, str_of(path));
    const char *opened = widen(out, path);
    if (out->mem.failed) {
        return error_nomem(err);
    }
    pa_status status = open_steps(out, opened, options, findings, err);
    return status == PA_OK ? PA_OK : error_in(err, "%s", path);
}

void game_clear(game *in) {
    for (unsigned i = 0; i < in->worker_count; i++) {
        arena_clear(&in->worker_mem[i]);
    }
    mem_free(in->worker_mem);
    mem_free(in->copies);
    mem_free(in->assets);
    map_clear(&in->by_uuid);
    discovery_clear(&in->found);
    tree_free(in->files);
    arena_clear(&in->mem);
    *in = (game){0};
}
