/* hints.c - string literals in the build's scripts that equal a name or a folder that
 * code can load.
 *
 * A hint is no proof: the literal may mean something else, and names that code puts
 * together are not found. Hints are listed, never counted. SPDX-License-Identifier:
 * Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "base/alloc.h"

enum { MAX_SCRIPT_BYTES = 32 << 20, MIN_LITERAL = 2, MAX_LITERAL = 512 };

typedef struct search {
    pa_audit *audit;
    const loadable **targets; /* names and folders, by path */
    size_t target_count;
    tree_id *named_by; /* of each target: the last file that names it */
    const tree_id *files;
    hint *rows;
    size_t count;
    size_t capacity;
} search;

/* A folder's path without the '/' behind it, as code writes it. */
static str spoken(const loadable *row) {
    size_t size = row->path.size;
    return row->asset == NO_INDEX && size > 0 ? str_part(row->path, 0, size - 1)
                                              : row->path;
}

static int by_spoken(const void *a, const void *b) {
    const loadable *left = *(const loadable *const *)a;
    const loadable *right = *(const loadable *const *)b;
    int order = str_order(spoken(left), spoken(right));
    if (order != 0) {
        return order;
    }
    return left->bundle != right->bundle
               ? (left->bundle < right->bundle ? -1 : 1)
               : (left->asset > right->asset) - (left->asset < right->asset);
}

/* The first target that is not before `text`. */
static size_t find(const search *s, str text) {
    size_t low = 0;
    size_t high = s->target_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_order(spoken(s->targets[middle]), text) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Every target that a literal names, once a file. */
static pa_status take_literal(search *s, str text, tree_id file, pa_error *err) {
    for (size_t i = find(s, text);
         i < s->target_count && str_equal(spoken(s->targets[i]), text); i++) {
        if (s->named_by[i] == file) {
            return PA_OK;
        }
        s->named_by[i] = file;
        if (mem_grow(&s->rows, &s->capacity, s->count + 1, sizeof *s->rows) != 0) {
            return error_nomem(err);
        }
        s->rows[s->count++] = (hint){file, s->targets[i]};
    }
    return PA_OK;
}

/* Walks the literals of a script. A quote inside a regular expression may begin a false
 * one, which ends with the line at the latest. */
static pa_status read_script(void *ctx, unsigned worker, size_t slot, bytes content,
                             const pa_error *failure, pa_error *err) {
    (void)worker;
    search *s = ctx;
    str text = failure == NULL ? str_of_bytes(content) : (str){0};
    pa_status status = PA_OK;
    for (size_t at = 0; status == PA_OK && at < text.size; at++) {
        char quote = text.at[at];
        if (quote != '"' && quote != '\'' && quote != '`') {
            continue;
        }
        size_t end = at + 1;
        while (end < text.size && text.at[end] != quote && text.at[end] != '\n') {
            end += text.at[end] == '\\' ? 2 : 1;
        }
        str literal = str_part(text, at + 1, end);
        if (end < text.size && text.at[end] == quote && literal.size >= MIN_LITERAL &&
            literal.size <= MAX_LITERAL) {
            status = take_literal(s, literal, s->files[slot], err);
        }
        at = end;
    }
    return status;
}

static bool is_game_script(const game *g, tree_id id) {
    const tree_file *file = tree_get(g->files, id);
    str path = file->path;
    bool is_below = str_equal(str_part(path, 0, g->found.root.size), g->found.root);
    return is_below && str_ends(path, ".js") && file->size_bytes <= MAX_SCRIPT_BYTES &&
           str_find_text(path, "cocos-js/") == path.size &&
           str_find_text(path, "jsb-adapter/") == path.size &&
           !str_starts(str_file_name(path), "cocos2d");
}

static pa_status list_targets(search *s, pa_error *err) {
    const loadable_list *list = &s->audit->loadables;
    size_t room = list->count + list->folder_count + 1;
    s->targets = mem_alloc(room, sizeof *s->targets);
    s->named_by = mem_alloc(room, sizeof *s->named_by);
    if (s->targets == NULL || s->named_by == NULL) {
        return error_nomem(err);
    }
    for (size_t i = 0; i < room; i++) {
        s->named_by[i] = TREE_NONE;
    }
    for (size_t i = 0; i < list->count; i++) {
        s->targets[s->target_count++] = &list->rows[i];
    }
    for (size_t i = 0; i < list->folder_count; i++) {
        s->targets[s->target_count++] = &list->folders[i];
    }
    qsort(s->targets, s->target_count, sizeof *s->targets, by_spoken);
    return PA_OK;
}

static pa_status read_scripts(search *s, const pool *how, pa_error *err) {
    const game *g = &s->audit->g;
    tree_id *files = mem_alloc(tree_count(g->files) + 1, sizeof *files);
    if (files == NULL) {
        return error_nomem(err);
    }
    size_t count = 0;
    for (tree_id id = 0; id < tree_count(g->files); id++) {
        if (is_game_script(g, id)) {
            files[count++] = id;
        }
    }
    s->files = files;
    pool one = *how;
    one.thread_count = 1;
    pa_status status =
        tree_visit(g->files, &one, files, count, MAX_SCRIPT_BYTES, read_script, s, err);
    mem_free(files);
    return status;
}

static int by_file(const void *a, const void *b) {
    const hint *left = a;
    const hint *right = b;
    if (left->file != right->file) {
        return left->file < right->file ? -1 : 1;
    }
    return by_spoken(&left->target, &right->target);
}

pa_status audit_find_hints(pa_audit *audit, const pool *how, pa_error *err) {
    search s = {.audit = audit};
    if (audit->loadables.count == 0) {
        return PA_OK;
    }
    pa_status status = list_targets(&s, err);
    if (status == PA_OK) {
        status = read_scripts(&s, how, err);
    }
    if (status == PA_OK && s.count > 0) {
        qsort(s.rows, s.count, sizeof *s.rows, by_file);
        audit->hints = arena_alloc(&audit->mem, s.count, sizeof *audit->hints);
        if (audit->hints == NULL) {
            status = error_nomem(err);
        } else {
            memcpy(audit->hints, s.rows, s.count * sizeof *s.rows);
            audit->hint_count = s.count;
        }
    }
    mem_free(s.targets);
    mem_free(s.named_by);
    mem_free(s.rows);
    return status;
}
