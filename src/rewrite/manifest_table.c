/* manifest_table.c - entries stay as they are written; those of files that changed tell
 * other values, those of files that came stand behind what they came beside.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/manifest_table.h"

#include <stdio.h>

#include "base/map.h"
#include "codec/splice.h"

/* The table at hand. */
typedef struct table {
    manifest_work *work;
    const json *doc;
    const manifest *row;
    str base; /* what stands before a key in the tree */
    buf *out;
    arena mem;     /* of the entry at hand */
    map folders;   /* of documents of bundles that it lists, "…/import/" */
    json_ref like; /* an entry of such a document, or JSON_NONE … */
    str before;    /* … and the blanks before it */
    size_t kept;
    size_t changed;
    pa_error *err;
} table;

/* ---- keys: paths as encodeURI writes them (version_generator.js)
 * ------------------------
 */

static int digit_of(char byte) {
    return byte >= '0' && byte <= '9'   ? byte - '0'
           : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
           : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10
                                        : -1;
}

static str decoded(str key, arena *mem) {
    char *text = arena_alloc(mem, key.size + 1, 1);
    size_t size = 0;
    for (size_t i = 0; text != NULL && i < key.size; i++) {
        bool is_code = key.at[i] == '%' && i + 2 < key.size &&
                       digit_of(key.at[i + 1]) >= 0 && digit_of(key.at[i + 2]) >= 0;
        text[size++] =
            is_code ? (char)(digit_of(key.at[i + 1]) << 4 | digit_of(key.at[i + 2]))
                    : key.at[i];
        i += is_code ? 2 : 0;
    }
    return (str){text, size};
}

static str encoded(str path, arena *mem) {
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789;,/?:@&=+$-_.!~*'()#";
    static const char digits[] = "0123456789ABCDEF";
    char *text = arena_alloc(mem, 3 * path.size + 1, 1);
    size_t size = 0;
    for (size_t i = 0; text != NULL && i < path.size; i++) {
        uint8_t byte = (uint8_t)path.at[i];
        if (memchr(plain, byte, sizeof plain - 1) != NULL) {
            text[size++] = path.at[i];
        } else {
            text[size++] = '%';
            text[size++] = digits[byte >> 4];
            text[size++] = digits[byte & 15];
        }
    }
    return (str){text, size};
}

static tree_id file_of(table *t, json_ref key, str base) {
    str name = decoded(json_string(t->doc, key, &t->mem), &t->mem);
    str path = arena_join(&t->mem, (str[]){base, name}, 2);
    return path.at == NULL ? TREE_NONE : tree_find(t->work->what->files, path);
}

/* Keys lead from the root of the build, or from where the manifest lies: from where more
 * of them are files. */
static size_t count_files(table *t, json_ref assets, str base) {
    json_ref key = json_first(t->doc, assets);
    size_t count = 0;
    for (uint32_t left = json_count(t->doc, assets); left > 0; left--) {
        arena_reset(&t->mem);
        count += file_of(t, key, base) != TREE_NONE;
        key = json_next(t->doc, json_next(t->doc, key));
    }
    return count;
}

static void choose_base(table *t, json_ref assets, str path) {
    str folder = str_part(path, 0, path.size - str_file_name(path).size);
    bool is_beside =
        count_files(t, assets, folder) > count_files(t, assets, t->work->root);
    t->base = is_beside ? folder : t->work->root;
}

/* ---- what a file will be
 * ---------------------------------------------------------------- */

static size_t first_added(const manifest_work *work, str path) {
    size_t from = 0;
    size_t to = work->added_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        bool is_before = str_order(work->added[middle].path, path) < 0;
        from = is_before ? middle + 1 : from;
        to = is_before ? to : middle;
    }
    return from;
}

static const file_facts *added_as(const manifest_work *work, str path) {
    size_t at = first_added(work, path);
    bool is_there = at < work->added_count && str_equal(work->added[at].path, path);
    return is_there ? &work->added[at] : NULL;
}

/* True when it is listed, or gone and written anew: then its facts are in `out`, with an
 * empty md5 when its content is as it was. */
static bool facts_of(const manifest_work *work, tree_id file, file_facts *out) {
    const change *row = &work->what->rows[file];
    *out = (file_facts){.path = changes_path(work->what, file)};
    if (row->is_edited && !row->is_gone) {
        out->size_bytes = row->text.size;
        md5_digits(buf_str(&row->text), out->md5);
    }
    const file_facts *anew = row->is_gone ? added_as(work, out->path) : NULL;
    if (anew != NULL) {
        *out = *anew;
    }
    return !row->is_gone || anew != NULL;
}

/* ---- entries
 * ---------------------------------------------------------------------------- */

static size_t key_start(const table *t, json_ref key) {
    return t->doc->nodes[key].start - 1; /* with its quote */
}

static size_t value_end(const table *t, json_ref key) {
    const json_node *value = &t->doc->nodes[json_next(t->doc, key)];
    return (size_t)value->start + value->size + (value->type == JSON_STRING);
}

static pa_status replace(table *t, splice_list *list, str whole, json_ref value, str text,
                         json_type type) {
    bool is_there =
        json_is(t->doc, value, type) && !str_equal(json_span(t->doc, value), text);
    return is_there ? splice_replace(list, whole, json_span(t->doc, value), text, t->err)
                    : PA_OK;
}

/* An entry as it stands, with the key and the values of `facts`. `before`: the blanks
 * that stand before its key. */
static pa_status add_entry(table *t, json_ref key, str before, const file_facts *facts) {
    str whole = str_part(t->doc->text, key_start(t, key), value_end(t, key));
    str below = str_part(facts->path, t->base.size, facts->path.size);
    json_ref value = json_next(t->doc, key);
    char size[24];
    snprintf(size, sizeof size, "%llu", (unsigned long long)facts->size_bytes);
    splice_list list = {0};
    pa_status status = PA_OK;
    str old_name = decoded(json_string(t->doc, key, &t->mem), &t->mem);
    if (!str_equal(old_name, below)) {
        str name = encoded(below, &t->mem);
        status = name.at == NULL ? error_nomem(t->err)
                                 : replace(t, &list, whole, key, name, JSON_STRING);
    }
    if (status == PA_OK && facts->md5[0] != '\0') {
        status = replace(t, &list, whole, json_get(t->doc, value, "md5"),
                         str_of(facts->md5), JSON_STRING);
    }
    if (status == PA_OK && facts->md5[0] != '\0') {
        status = replace(t, &list, whole, json_get(t->doc, value, "size"), str_of(size),
                         JSON_NUMBER);
    }
    if (t->kept > 0) {
        buf_add_byte(t->out, ',');
    }
    buf_add(t->out, before);
    t->kept++;
    t->changed += list.count > 0;
    if (status == PA_OK) {
        status = splice_apply(&list, whole, t->out, t->err);
    }
    splice_clear(&list);
    return status;
}

/* "FOLDER/UUID" of "FOLDER/UUID.HASH.png": what the files of an image share. */
static str stem_of(str path) {
    str name = str_file_name(path);
    return str_part(path, 0, path.size - name.size + str_find(name, '.', 0));
}

/* Files that came beside a listed one and that this table has not. */
static pa_status add_new(table *t, json_ref key, str before, str stem) {
    manifest_work *work = t->work;
    pa_status status = PA_OK;
    for (size_t i = first_added(work, stem);
         status == PA_OK && i < work->added_count &&
         str_equal(str_part(work->added[i].path, 0, stem.size), stem);
         i++) {
        file_facts *row = &work->added[i];
        if (str_equal(stem_of(row->path), stem) && row->told_in != t->row &&
            tree_find(work->what->files, row->path) == TREE_NONE) {
            row->told_in = t->row;
            status = add_entry(t, key, before, row);
        }
    }
    return status;
}

static pa_status edit_entry(table *t, json_ref key, str before) {
    tree_id file = file_of(t, key, t->base);
    file_facts facts = {0};
    pa_status status = PA_OK;
    if (file == TREE_NONE) {
        facts.path = arena_join(
            &t->mem,
            (str[]){t->base, decoded(json_string(t->doc, key, &t->mem), &t->mem)}, 2);
        return add_entry(t, key, before, &facts);
    }
    if (facts_of(t->work, file, &facts)) {
        status = add_entry(t, key, before, &facts);
    } else {
        t->changed++;
    }
    str stem = stem_of(tree_get(t->work->what->files, file)->path);
    return status == PA_OK ? add_new(t, key, before, stem) : status;
}

/* "…/import/" of a document or pack of a bundle, or the empty text. */
static str documents_folder(str path) {
    static const char mark[] = "/import/";
    size_t at = str_find_text(path, mark);
    return at < path.size ? str_part(path, 0, at + sizeof mark - 1) : (str){0};
}

static pa_status note_folder(table *t, json_ref key, str before) {
    tree_id file = file_of(t, key, t->base);
    str folder = file == TREE_NONE
                     ? (str){0}
                     : documents_folder(tree_get(t->work->what->files, file)->path);
    uint32_t found;
    if (folder.size == 0) {
        return PA_OK;
    }
    t->like = key;
    t->before = before;
    return map_add(&t->folders, folder, 0, &found) ? PA_OK : error_nomem(t->err);
}

/* New packs of bundles that it lists: they stand beside no old file of their name. */
static pa_status add_packs(table *t) {
    manifest_work *work = t->work;
    pa_status status = PA_OK;
    for (size_t i = 0; status == PA_OK && t->like != JSON_NONE && i < work->added_count;
         i++) {
        file_facts *row = &work->added[i];
        str folder = documents_folder(row->path);
        if (folder.size > 0 && map_get(&t->folders, folder) != MAP_NONE &&
            row->told_in != t->row &&
            tree_find(work->what->files, row->path) == TREE_NONE) {
            row->told_in = t->row;
            status = add_entry(t, t->like, t->before, row);
        }
    }
    return status;
}

static pa_status edit_entries(table *t, json_ref assets) {
    str text = t->doc->text;
    json_ref key = json_first(t->doc, assets);
    size_t at = (size_t)t->doc->nodes[assets].start + 1; /* behind the brace */
    buf_add(t->out, str_part(text, 0, at));
    pa_status status = PA_OK;
    for (uint32_t left = json_count(t->doc, assets); status == PA_OK && left > 0;
         left--) {
        arena_reset(&t->mem);
        str before = str_part(text, at, key_start(t, key));
        size_t comma = str_find(before, ',', 0);
        before = comma < before.size ? str_part(before, comma + 1, before.size) : before;
        status = edit_entry(t, key, before);
        if (status == PA_OK) {
            status = note_folder(t, key, before);
        }
        at = value_end(t, key);
        key = json_next(t->doc, json_next(t->doc, key));
    }
    if (status == PA_OK) {
        status = add_packs(t);
    }
    buf_add(t->out, str_part(text, at, text.size));
    return status;
}

pa_status manifest_table_edit(manifest_work *work, const json *doc, manifest *row,
                              buf *out, pa_error *err) {
    table t = {
        .work = work, .doc = doc, .row = row, .out = out, .like = JSON_NONE, .err = err};
    json_ref assets = json_get(doc, 0, "assets");
    choose_base(&t, assets, row->path);
    pa_status status = edit_entries(&t, assets);
    if (status == PA_OK && out->failed) {
        status = error_nomem(err);
    }
    if (status == PA_OK) {
        status = arena_status(&t.mem, err);
    }
    row->changed = t.changed;
    arena_clear(&t.mem);
    map_clear(&t.folders);
    return status;
}
