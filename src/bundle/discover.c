/* discover.c - bundles by content, the live one of several, the settings beside them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/discover.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "bundle/lfs.h"
#include "bundle/live.h"

/* A file that may be a config, or settings. */
typedef struct candidate {
    tree_id file;
    str folder; /* of the bundle, with '/' */
    str root;   /* of its build, with '/' */
    bool is_settings;
    bool is_read;
    bundle content;
    settings settings;
} candidate;

typedef struct search {
    const tree *files;
    const pool *how;
    arena *mem;
    finding_list *findings;
    pa_error *err;
    candidate *candidates;
    size_t count;
    size_t capacity;
} search;

/* The folders that hold the bundles of one build. */
static bool is_bundle_home(str folder_name) {
    static const char *const homes[] = {"assets", "remote", "subpackages"};
    for (size_t i = 0; i < sizeof homes / sizeof homes[0]; i++) {
        if (str_is(folder_name, homes[i])) {
            return true;
        }
    }
    return false;
}

/* "a/b/" to "a/"; "a/" to "". */
static str parent_of(str folder) {
    str bare = str_part(folder, 0, folder.size == 0 ? 0 : folder.size - 1);
    size_t slash = str_find_last(bare, '/');
    return slash == bare.size ? (str){0} : str_part(folder, 0, slash + 1);
}

static str last_part(str folder) {
    return str_file_name(str_part(folder, 0, folder.size == 0 ? 0 : folder.size - 1));
}

/* The build that a bundle's folder belongs to. */
static str root_of_bundle(str folder) {
    str home = parent_of(folder);
    return is_bundle_home(last_part(home)) ? parent_of(home) : home;
}

static bool is_settings_name(str path) {
    str name = str_file_name(path);
    str folder = str_file_name(str_folder(path));
    return str_is(folder, "src") && str_starts(name, "settings.") &&
           (str_ends(name, ".json") || str_ends(name, ".js"));
}

static str folder_of(str path) {
    str name = str_file_name(path);
    return str_part(path, 0, path.size - name.size);
}

static pa_status collect(search *s) {
    for (tree_id id = 0; id < tree_count(s->files); id++) {
        str path = tree_get(s->files, id)->path;
        bool is_settings = is_settings_name(path);
        if (!is_settings && !config_is_name(str_file_name(path))) {
            continue;
        }
        if (s->count >= PA_MAX_BUNDLES) {
            return error_set(s->err, PA_LIMIT,
                             "holds more than %d files named like a config or settings",
                             PA_MAX_BUNDLES);
        }
        if (mem_grow(&s->candidates, &s->capacity, s->count + 1, sizeof(candidate)) !=
            0) {
            return error_nomem(s->err);
        }
        str folder = folder_of(path);
        s->candidates[s->count++] =
            (candidate){.file = id,
                        .folder = folder,
                        .root = is_settings ? parent_of(folder) : root_of_bundle(folder),
                        .is_settings = is_settings};
    }
    return PA_OK;
}

static pa_status report_broken(search *s, const candidate *c, pa_error *err,
                               const char *text) {
    rule_id rule = c->is_settings ? RULE_SETTINGS_UNREADABLE : RULE_CONFIG_UNREADABLE;
    return finding_add(s->findings, rule, tree_get(s->files, c->file)->path, (str){0},
                       err, "%s", text);
}

static pa_status read_settings(search *s, candidate *c, str text, pa_error *err) {
    pa_error reason = {0};
    str path = tree_get(s->files, c->file)->path;
    pa_status status = settings_parse(text, path, s->mem, &c->settings, &reason);
    c->is_read = status == PA_OK;
    if (status == PA_NOMEM) {
        return error_nomem(err);
    }
    return status == PA_OK ? PA_OK : report_broken(s, c, err, reason.text);
}

static pa_status read_config(search *s, candidate *c, str text, pa_error *err) {
    pa_error reason = {0};
    str path = tree_get(s->files, c->file)->path;
    json doc = {0};
    pa_status status = json_parse(&doc, text, &reason);
    if (status == PA_NOMEM) {
        status = error_nomem(err);
    } else if (status != PA_OK) {
        status =
            finding_add(s->findings, RULE_CONFIG_UNREADABLE, path, (str){0}, err,
                        "is no JSON (%s); if a third party encrypted it, audit the build "
                        "before that step",
                        reason.text);
    } else if (config_is_shape(&doc)) {
        c->is_read = true;
        c->content.folder = c->folder;
        c->content.config = c->file;
        status = config_read(&doc, path, s->mem, &c->content, s->findings, err);
    }
    json_clear(&doc);
    return status;
}

/* Reads one candidate; the visits of this file run in one thread. */
static pa_status read_candidate(void *ctx, unsigned worker, size_t slot, bytes content,
                                const pa_error *failure, pa_error *err) {
    (void)worker;
    search *s = ctx;
    candidate *c = &s->candidates[slot];
    if (failure != NULL) {
        return report_broken(s, c, err, failure->text);
    }
    str text = str_of_bytes(content);
    if (c->is_settings) {
        return read_settings(s, c, text, err);
    }
    return lfs_is_pointer(content) ? report_broken(s, c, err, LFS_HINT)
                                   : read_config(s, c, text, err);
}

static pa_status read_candidates(search *s) {
    tree_id *files = mem_alloc(s->count, sizeof *files);
    if (files == NULL) {
        return error_nomem(s->err);
    }
    for (size_t i = 0; i < s->count; i++) {
        files[i] = s->candidates[i].file;
    }
    pool one = *s->how;
    one.thread_count = 1;
    pa_status status = tree_visit(s->files, &one, files, s->count, PA_MAX_DOCUMENT_BYTES,
                                  read_candidate, s, s->err);
    mem_free(files);
    return status;
}

/* Folders of builds, each once, in the order they are met. */
typedef struct root_list {
    str_list rows;
    map places;
} root_list;

static pa_status add_root(search *s, root_list *roots, str root) {
    uint32_t place = 0;
    if (!map_add(&roots->places, root, (uint32_t)roots->rows.count, &place)) {
        return error_nomem(s->err);
    }
    if (place == roots->rows.count) {
        roots->rows.items[roots->rows.count++] = root;
    }
    return PA_OK;
}

static pa_status refuse_several(search *s, const str_list *roots) {
    buf names = {0};
    for (size_t i = 0; i < roots->count && i < 8; i++) {
        str root = roots->items[i];
        buf_format(&names, "%s'%.*s'", i == 0 ? "" : ", ",
                   STR_ARGS(root.size == 0 ? str_of(".") : root));
    }
    pa_status status =
        error_set(s->err, PA_FORMAT, "holds %zu builds; name one of them: %.*s%s",
                  roots->count, STR_ARGS(buf_str(&names)), roots->count > 8 ? ", …" : "");
    buf_clear(&names);
    return status;
}

/* Builds by their bundles, and those of them that have settings. */
static pa_status list_roots(search *s, root_list *roots, root_list *settled) {
    pa_status status = PA_OK;
    for (size_t i = 0; status == PA_OK && i < s->count; i++) {
        const candidate *c = &s->candidates[i];
        if (c->is_read && !c->is_settings) {
            status = add_root(s, roots, c->root);
        }
    }
    for (size_t i = 0; status == PA_OK && i < s->count; i++) {
        const candidate *c = &s->candidates[i];
        if (c->is_read && c->is_settings &&
            map_get(&roots->places, c->root) != MAP_NONE) {
            status = add_root(s, settled, c->root);
        }
    }
    return status;
}

/* Picks the root of the build: the only one with bundles; where there are several, the
 * one at the top; else the only one that has settings. */
static pa_status choose_root(search *s, str *root) {
    root_list roots = {{arena_alloc(s->mem, s->count + 1, sizeof(str)), 0}, {0}};
    root_list settled = {{arena_alloc(s->mem, s->count + 1, sizeof(str)), 0}, {0}};
    pa_status status = roots.rows.items == NULL || settled.rows.items == NULL
                           ? error_nomem(s->err)
                           : list_roots(s, &roots, &settled);
    if (status == PA_OK && map_get(&roots.places, (str){0}) != MAP_NONE) {
        *root = (str){0};
    } else if (status == PA_OK && roots.rows.count == 1) {
        *root = roots.rows.items[0];
    } else if (status == PA_OK && settled.rows.count == 1) {
        *root = settled.rows.items[0];
    } else if (status == PA_OK && roots.rows.count > 0) {
        status = refuse_several(s, &roots.rows);
    }
    map_clear(&roots.places);
    map_clear(&settled.places);
    return status;
}

/* Settings with an md5 name may be several: the one that the page leads to counts, else
 * the last name, as there is no better sign. */
static pa_status choose_settings(search *s, str root, const candidate **chosen) {
    tree_id *files = arena_alloc(s->mem, s->count + 1, sizeof *files);
    size_t count = 0;
    if (files == NULL) {
        return error_nomem(s->err);
    }
    for (size_t i = 0; i < s->count; i++) {
        const candidate *c = &s->candidates[i];
        if (c->is_settings && c->is_read && str_equal(c->root, root)) {
            files[count++] = c->file;
            *chosen = c;
        }
    }
    tree_id live = TREE_NONE;
    pa_status status =
        count < 2 ? PA_OK
                  : live_choose(s->files, s->how, root, files, count, &live, s->err);
    for (size_t i = 0; i < s->count && live != TREE_NONE; i++) {
        if (s->candidates[i].file == live) {
            *chosen = &s->candidates[i];
        }
    }
    return status;
}

/* How surely a config is the live one of its name: bundleVers names its file; it lies
 * where the settings say; it carries no md5. */
static int liveness(const search *s, const candidate *c, const settings *from) {
    str name = c->content.name;
    str file_version =
        config_name_version(str_file_name(tree_get(s->files, c->file)->path));
    str home = last_part(parent_of(c->folder));
    const char *expected = str_list_has(&from->remote_bundles, name) ? "remote"
                           : str_list_has(&from->subpackages, name)  ? "subpackages"
                                                                     : "assets";
    str version = settings_bundle_version(from, name);
    int points = str_equal(file_version, version) ? 4 : 0;
    points += str_is(home, expected) ? 2 : 0;
    return points + (file_version.size == 0);
}

static bool is_in_build(const candidate *c, str root) {
    return c->is_read && !c->is_settings && str_equal(c->root, root);
}

/* Drops one of two configs of the same name; the other one is `*live`. */
static pa_status drop_one(search *s, candidate **live, candidate *other,
                          const settings *from) {
    candidate *stale = other;
    if (liveness(s, *live, from) <= liveness(s, other, from)) {
        stale = *live;
        *live = other;
    }
    stale->is_read = false;
    return finding_add(s->findings, RULE_CONFIG_STALE,
                       tree_get(s->files, stale->file)->path, (str){0}, s->err,
                       "'%.*s' is the live config of bundle '%.*s'; this one is left out",
                       STR_ARGS(tree_get(s->files, (*live)->file)->path),
                       STR_ARGS((*live)->content.name));
}

/* Drops every config that another of the same name outdoes. */
static pa_status drop_stale(search *s, str root, const settings *from) {
    candidate **live = arena_alloc(s->mem, s->count + 1, sizeof *live);
    map places = {0}; /* of a name in `live` */
    uint32_t count = 0;
    pa_status status = live == NULL ? error_nomem(s->err) : PA_OK;
    for (size_t i = 0; status == PA_OK && i < s->count; i++) {
        candidate *c = &s->candidates[i];
        uint32_t place = 0;
        if (!is_in_build(c, root)) {
            continue;
        }
        if (!map_add(&places, c->content.name, count, &place)) {
            status = error_nomem(s->err);
        } else if (place == count) {
            live[count++] = c;
        } else {
            status = drop_one(s, &live[place], c, from);
        }
    }
    map_clear(&places);
    return status;
}

static int by_name(const void *a, const void *b) {
    return str_order(((const bundle *)a)->name, ((const bundle *)b)->name);
}

static pa_status take_bundles(search *s, discovery *out) {
    for (size_t i = 0; i < s->count; i++) {
        candidate *c = &s->candidates[i];
        if (!is_in_build(c, out->root)) {
            continue;
        }
        if (mem_grow(&out->bundles, &out->bundle_capacity, out->bundle_count + 1,
                     sizeof(bundle)) != 0) {
            return error_nomem(s->err);
        }
        out->bundles[out->bundle_count++] = c->content;
        c->content = (bundle){0};
        str name = str_file_name(tree_get(s->files, c->file)->path);
        out->is_native_shape |= str_starts(name, "cc.config");
    }
    if (out->bundle_count > 1) {
        qsort(out->bundles, out->bundle_count, sizeof(bundle), by_name);
    }
    return PA_OK;
}

static bool may_be_engine(str path, str root) {
    str name = str_file_name(path);
    bool is_below =
        path.size > root.size && str_equal(str_part(path, 0, root.size), root);
    bool is_script = str_ends(name, ".js") || str_ends(name, ".jsc");
    return is_below && is_script &&
           (str_starts(name, "cocos2d") || str_find_text(path, "cocos-js/") < path.size ||
            str_starts(name, "cc.") || str_starts(name, "engine"));
}

/* Scripts come in the order of their container; the first by path that tells a version
 * counts. */
typedef struct script_search {
    str *found;
    size_t slot; /* of the script it was found in */
    arena *mem;
} script_search;

static pa_status search_script(void *ctx, unsigned worker, size_t slot, bytes content,
                               const pa_error *failure, pa_error *err) {
    (void)worker;
    script_search *s = ctx;
    if (failure != NULL || slot > s->slot) {
        return PA_OK;
    }
    str version = engine_version_in_script(str_of_bytes(content));
    if (version.size > 0) {
        s->slot = slot;
        *s->found = arena_copy(s->mem, version);
        return s->found->at == NULL ? error_nomem(err) : PA_OK;
    }
    return PA_OK;
}

/* Looks for the version in the engine's scripts, smallest effort first: only when the
 * settings do not say it. */
static pa_status read_script_engine(search *s, discovery *out) {
    tree_id *files = mem_alloc(tree_count(s->files) + 1, sizeof *files);
    size_t count = 0;
    if (files == NULL) {
        return error_nomem(s->err);
    }
    for (tree_id id = 0; id < tree_count(s->files); id++) {
        if (may_be_engine(tree_get(s->files, id)->path, out->root)) {
            files[count++] = id;
        }
    }
    pool one = *s->how;
    one.thread_count = 1;
    script_search ctx = {&out->script_engine, SIZE_MAX, s->mem};
    pa_status status = tree_visit(s->files, &one, files, count, PA_MAX_DOCUMENT_BYTES,
                                  search_script, &ctx, s->err);
    mem_free(files);
    return status;
}

static pa_status no_bundle(const search *s) {
    for (size_t i = 0; i < s->findings->count; i++) {
        const finding *row = &s->findings->rows[i];
        if (row->rule == RULE_CONFIG_UNREADABLE) {
            return error_set(s->err, PA_FORMAT, "%.*s: %.*s", STR_ARGS(row->file),
                             STR_ARGS(row->message));
        }
    }
    return error_set(
        s->err, PA_FORMAT,
        "is no built Cocos Creator game: none of its %zu files is a bundle's config "
        "(config.json or cc.config.json with 'uuids'); name the folder that the "
        "editor built, 'build/web-mobile' say",
        tree_count(s->files));
}

static bool has_file(const search *s, str root, const char *name) {
    str path = arena_join(s->mem, (str[]){root, str_of(name)}, 2);
    return tree_find(s->files, path) != TREE_NONE;
}

static pa_status settle(search *s, discovery *out) {
    const candidate *chosen = NULL;
    pa_status status = choose_settings(s, out->root, &chosen);
    if (chosen != NULL) {
        out->settings = chosen->settings;
    }
    if (status == PA_OK) {
        status = drop_stale(s, out->root, &out->settings);
    }
    if (status == PA_OK) {
        status = take_bundles(s, out);
    }
    out->has_game_json = has_file(s, out->root, "game.json");
    /* 2.4 native builds name their configs as the web does; their adapter tells them. */
    out->is_native_shape |= has_file(s, out->root, "jsb-adapter/jsb-builtin.js") ||
                            has_file(s, out->root, "jsb-adapter/jsb-engine.js") ||
                            has_file(s, out->root, "jsb-adapter/engine/index.js");
    if (status == PA_OK && out->bundle_count == 0) {
        status = no_bundle(s);
    }
    if (status == PA_OK && out->settings.engine.size == 0) {
        status = read_script_engine(s, out);
    }
    return status;
}

pa_status discover(const tree *files, const pool *how, arena *mem, discovery *out,
                   finding_list *findings, pa_error *err) {
    search s = {.files = files, .how = how, .mem = mem, .findings = findings, .err = err};
    pa_status status = collect(&s);
    if (status == PA_OK) {
        status = read_candidates(&s);
    }
    if (status == PA_OK) {
        status = choose_root(&s, &out->root);
    }
    if (status == PA_OK) {
        status = settle(&s, out);
    }
    if (status == PA_OK) {
        status = arena_status(mem, err);
    }
    for (size_t i = 0; i < s.count; i++) {
        bundle_clear(&s.candidates[i].content);
    }
    mem_free(s.candidates);
    return status;
}

void discovery_clear(discovery *in) {
    for (size_t i = 0; i < in->bundle_count; i++) {
        bundle_clear(&in->bundles[i]);
    }
    mem_free(in->bundles);
    *in = (discovery){0};
}
