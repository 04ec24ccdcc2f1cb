/* live.c - follow names from the page to the settings.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/live.h"

#include "base/alloc.h"

enum { MAX_FILES = 64, MAX_FILE_BYTES = 4 << 20 };

/* A page or script at the top of the build. */
typedef struct script {
    tree_id file;
    str name;
    buf text;
    bool is_live;
} script;

typedef struct search {
    script scripts[MAX_FILES];
    size_t count;
} search;

static bool is_start(str name) {
    return str_is(name, "index.html") || str_is(name, "main.js") ||
           str_is(name, "game.js");
}

/* Lists the pages and scripts that lie in `root` itself. */
static void list_scripts(const tree *files, str root, search *s) {
    for (tree_id id = 0; id < tree_count(files) && s->count < MAX_FILES; id++) {
        str path = tree_get(files, id)->path;
        str name = str_part(path, root.size, path.size);
        bool is_here = str_equal(str_part(path, 0, root.size), root) &&
                       str_find(name, '/', 0) == name.size;
        bool is_small = tree_get(files, id)->size_bytes <= MAX_FILE_BYTES;
        if (is_here && is_small && (str_ends(name, ".js") || str_ends(name, ".html"))) {
            s->scripts[s->count++] =
                (script){.file = id, .name = name, .is_live = is_start(name)};
        }
    }
}

static pa_status keep_text(void *ctx, unsigned worker, size_t slot, bytes content,
                           const pa_error *failure, pa_error *err) {
    (void)worker;
    search *s = ctx;
    if (failure == NULL) {
        buf_add(&s->scripts[slot].text, str_of_bytes(content));
    }
    return s->scripts[slot].text.failed ? error_nomem(err) : PA_OK;
}

/* True when a live file contains `name` (which has a NUL behind its end, as tree paths
 * do). */
static bool is_named(const search *s, str name) {
    for (size_t i = 0; i < s->count; i++) {
        str text = buf_str(&s->scripts[i].text);
        if (s->scripts[i].is_live && str_find_text(text, name.at) < text.size) {
            return true;
        }
    }
    return false;
}

static void spread(search *s) {
    for (bool has_changed = true; has_changed;) {
        has_changed = false;
        for (size_t i = 0; i < s->count; i++) {
            if (!s->scripts[i].is_live && is_named(s, s->scripts[i].name)) {
                s->scripts[i].is_live = true;
                has_changed = true;
            }
        }
    }
}

pa_status live_choose(const tree *files, const pool *how, str root,
                      const tree_id *candidates, size_t count, tree_id *out,
                      pa_error *err) {
    *out = TREE_NONE;
    search *s = mem_zero(1, sizeof *s);
    if (s == NULL) {
        return error_nomem(err);
    }
    list_scripts(files, root, s);
    tree_id wanted[MAX_FILES];
    for (size_t i = 0; i < s->count; i++) {
        wanted[i] = s->scripts[i].file;
    }
    pool one = *how;
    one.thread_count = 1;
    pa_status status =
        tree_visit(files, &one, wanted, s->count, MAX_FILE_BYTES, keep_text, s, err);
    if (status == PA_OK) {
        spread(s);
        for (size_t i = 0; i < count && *out == TREE_NONE; i++) {
            if (is_named(s, str_file_name(tree_get(files, candidates[i])->path))) {
                *out = candidates[i];
            }
        }
    }
    for (size_t i = 0; i < s->count; i++) {
        buf_clear(&s->scripts[i].text);
    }
    mem_free(s);
    return status;
}
