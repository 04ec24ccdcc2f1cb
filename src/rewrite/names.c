/* names.c - from a file to those that name it, up to the page.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/names.h"

#include <stdio.h>
#include <xxhash.h>

#include "base/alloc.h"
#include "codec/splice.h"

enum { MAX_TEXT_BYTES = 16 << 20, HASH_DIGITS = 32, LEAST_DIGITS = 5 };

content_hash hash_content(str content) {
    XXH128_hash_t hash = XXH3_128bits(content.at, content.size);
    return (content_hash){{hash.low64, hash.high64}};
}

content_hash hash_join(content_hash a, content_hash b) {
    uint64_t both[] = {a.part[0], a.part[1], b.part[0], b.part[1]};
    char text[sizeof both / sizeof both[0] * 16 + 1];
    snprintf(text, sizeof text, "%016llx%016llx%016llx%016llx",
             (unsigned long long)both[0], (unsigned long long)both[1],
             (unsigned long long)both[2], (unsigned long long)both[3]);
    return hash_content(str_of(text));
}

str name_version(content_hash hash, str old, arena *mem) {
    char digits[HASH_DIGITS + 1];
    size_t size = old.size < HASH_DIGITS ? old.size : HASH_DIGITS;
    snprintf(digits, sizeof digits, "%016llx%016llx", (unsigned long long)hash.part[0],
             (unsigned long long)hash.part[1]);
    str version = {digits, size};
    if (size > 0 && str_equal(version, old)) {
        digits[size - 1] = digits[size - 1] == '0' ? '1' : '0';
    }
    return arena_copy(mem, version);
}

static bool is_hash(str text) {
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.at[i];
        if (!((byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f'))) {
            return false;
        }
    }
    return text.size >= LEAST_DIGITS && text.size <= HASH_DIGITS;
}

str name_hash_part(str file_name) {
    size_t last = str_find_last(file_name, '.');
    str stem = str_part(file_name, 0, last);
    size_t dot = str_find_last(stem, '.');
    str part = str_part(stem, dot + 1, stem.size);
    return last < file_name.size && dot < stem.size && is_hash(part) ? part : (str){0};
}

/* "FOLDER/main.OLD.js" with another hash. */
static str renamed(str path, str old, str version, arena *mem) {
    size_t at = (size_t)(old.at - path.at);
    str parts[] = {str_part(path, 0, at), version,
                   str_part(path, at + old.size, path.size)};
    return arena_join(mem, parts, 3);
}

/* A page or script of the launcher: at the top of the build, or in its src/. */
static bool may_name_files(str path, str root, uint64_t size_bytes) {
    static const char *const extensions[] = {".html", ".htm", ".js", ".json", ".css"};
    if (path.size < root.size || !str_equal(str_part(path, 0, root.size), root) ||
        size_bytes > MAX_TEXT_BYTES) {
        return false;
    }
    str below = str_part(path, root.size, path.size);
    str folder = str_folder(below);
    bool is_here = folder.size == 0 || str_is(folder, "src");
    bool is_text = false;
    for (size_t i = 0; i < sizeof extensions / sizeof extensions[0]; i++) {
        is_text |= str_ends(below, extensions[i]);
    }
    return is_here && is_text;
}

/* Replaces a name in one file; tells whether it stood there. */
static pa_status replace_name(changes *what, tree_id file, str old, str name,
                              bool *is_edited, pa_error *err) {
    buf text = {0};
    buf edited = {0};
    splice_list list = {0};
    size_t count = 0;
    pa_status status = changes_read(what, file, MAX_TEXT_BYTES, &text, err);
    if (status == PA_OK) {
        status = splice_replace_all(&list, buf_str(&text), old, name, &count, err);
    }
    *is_edited = count > 0;
    if (status == PA_OK && count > 0) {
        status = splice_apply(&list, buf_str(&text), &edited, err);
    }
    if (status == PA_OK && count > 0) {
        changes_edit(what, file, &edited);
    }
    splice_clear(&list);
    buf_clear(&edited);
    buf_clear(&text);
    return status;
}

static pa_status rename_edited(changes *what, tree_id file, str *old, str *name,
                               pa_error *err) {
    str path = tree_get(what->files, file)->path;
    str hash = name_hash_part(str_file_name(path));
    change *row = &what->rows[file];
    *name = (str){0};
    if (hash.size == 0 || row->path.size > 0) {
        return PA_OK; /* no hash, or renamed already: the name is any text */
    }
    str version = name_version(hash_content(buf_str(&row->text)), hash, &what->mem);
    row->path = version.at == NULL ? (str){0} : renamed(path, hash, version, &what->mem);
    if (row->path.at == NULL) {
        return error_nomem(err);
    }
    *old = str_file_name(path);
    *name = str_file_name(row->path);
    return PA_OK;
}

/* Recursion is bounded: a file is renamed once. */
pa_status names_spread(changes *what, str root, tree_id file, pa_error *err) {
    str old = {0};
    str name = {0};
    pa_status status = rename_edited(what, file, &old, &name, err);
    if (status != PA_OK || name.size == 0) {
        return status;
    }
    for (tree_id id = 0; status == PA_OK && id < what->count; id++) {
        const tree_file *other = tree_get(what->files, id);
        bool is_edited = false;
        if (!may_name_files(other->path, root, other->size_bytes) ||
            what->rows[id].is_gone) {
            continue;
        }
        status = replace_name(what, id, old, name, &is_edited, err);
        if (status == PA_OK && is_edited) {
            status = names_spread(what, root, id, err);
        }
    }
    return status;
}
