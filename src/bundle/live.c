/* live.c - follow names from the page to the settings.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/live.h"

#include "base/alloc.h"

/* Pages and scripts that are read, and settings that are looked for in them. */
enum { MAX_FILES = 64, MAX_FILE_BYTES = 4 << 20, MAX_TOTAL_BYTES = 16 << 20 };

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
    uint64_t total_bytes = 0;
    for (tree_id id = 0; id < tree_count(files) && s->count < MAX_FILES; id++) {
        str path = tree_get(files, id)->path;
        str name = str_part(path, root.size, path.size);
        bool is_here = str_equal(str_part(path, 0, root.size), root) &&
                       str_find(name, '/', 0) == name.size;
        uint64_t size_bytes = tree_get(files, id)->size_bytes;
        bool is_small =
            size_bytes <= MAX_FILE_BYTES && total_bytes + size_bytes <= MAX_TOTAL_BYTES;
        if (is_here && is_small && (str_ends(name, ".js") || str_ends(name, ".html"))) {
            total_bytes += size_bytes;
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

static bool is_naming(const script *by, str name) {
    str text = buf_str(&by->text);
    return str_find_part(text, name) < text.size;
}

/* True when a live file contains `name`. */
static bool is_named(const search *s, str name) {
    for (size_t i = 0; i < s->count; i++) {
        if (s->scripts[i].is_live && is_naming(&s->scripts[i], name)) {
            return true;
        }
    }
    return false;
}

/* Makes live what live files name; each of them is searched once. */
static void spread(search *s) {
    script *live[MAX_FILES];
    size_t count = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (s->scripts[i].is_live) {
            live[count++] = &s->scripts[i];
        }
    }
    for (size_t at = 0; at < count; at++) {
        for (size_t i = 0; i < s->count; i++) {
            script *other = &s->scripts[i];
            if (!other->is_live && is_naming(live[at], other->name)) {
                other->is_live = true;
                live[count++] = other;
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
        for (size_t i = 0; i < count && i < MAX_FILES && *out == TREE_NONE; i++) {
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
