/* place.c - where findings lie, without a word about the machine.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "report/place.h"

#include "sys/file.h"

static bool is_absolute(str path) {
    bool has_drive = path.size > 1 && path.at[1] == ':' &&
                     ((path.at[0] | 0x20) >= 'a' && (path.at[0] | 0x20) <= 'z');
    return has_drive || (path.size > 0 && (path.at[0] == '/' || path.at[0] == '\\'));
}

/* Takes the last part and the '/' behind it off. */
static bool leave_folder(buf *path) {
    if (path->size == 0) {
        return false;
    }
    path->size--;
    while (path->size > 0 && path->at[path->size - 1] != '/') {
        path->size--;
    }
    return true;
}

/* Adds a path with '/' behind each part and without "." and ".."; false, and nothing
 * added, when it leads out of the folder the program runs in. */
static bool add_below(buf *out, str path) {
    str part = {0};
    bool is_below = !is_absolute(path);
    while (is_below && str_split(&path, '/', &part)) {
        if (str_is(part, "..")) {
            is_below = leave_folder(out);
        } else if (part.size > 0 && !str_is(part, ".")) {
            buf_add(out, part);
            buf_add_byte(out, '/');
        }
    }
    out->size = is_below ? out->size : 0;
    return is_below;
}

/* What is left of an absolute path below a folder; itself when it is not below. */
static str part_below(str path, str folder) {
    size_t size = folder.size;
    while (size > 0 && folder.at[size - 1] == '/') { /* only "/" itself */
        size--;
    }
    bool is_below = folder.size > 0 && is_absolute(path) && path.size >= size &&
                    str_equal(str_part(path, 0, size), str_part(folder, 0, size)) &&
                    (path.size == size || path.at[size] == '/');
    str rest = is_below ? str_part(path, size, path.size) : path;
    while (is_below && rest.size > 0 && rest.at[0] == '/') {
        rest = str_part(rest, 1, rest.size);
    }
    return rest;
}

/* As add_below, also of a path that leads to where the program runs by way of the
 * machine: as it is written, else as the system resolves it. */
static bool add_place(buf *out, str path) {
    arena mem = {0};
    str folder = file_real_path(".", &mem);
    str given = arena_copy(&mem, path); /* ends with a NUL */
    bool is_below = add_below(out, part_below(path, folder));
    if (!is_below && given.at != NULL) {
        str real = file_real_path(given.at, &mem);
        is_below = real.size > 0 && add_below(out, part_below(real, folder));
    }
    out->failed |= mem.failed;
    arena_clear(&mem);
    return is_below;
}

void places_of(const pa_audit *audit, places *out) {
    *out = (places){.audit = audit};
    buf path = {0}; /* ended by a NUL */
    buf_add(&path, audit->g.path);
    buf_add_byte(&path, '\0');
    bool is_folder = !path.failed && file_kind_of(path.at) == FILE_FOLDER;
    out->prefix.failed = path.failed;
    buf_clear(&path);
    if (!is_folder || !add_place(&out->prefix, audit->g.path)) {
        out->build_base = "BUILD";
    }
    str rules = str_of(audit->rules_path);
    if (add_place(&out->rules, rules)) {
        out->rules.size -= out->rules.size > 0;
    } else {
        out->rules_base = "RULES";
        buf_add(&out->rules, str_file_name(rules));
    }
}

void places_clear(places *in) {
    buf_clear(&in->prefix);
    buf_clear(&in->rules);
}

static bool is_in_rules(const places *in, const finding *row) {
    return row->line > 0 && in->rules.size > 0;
}

static str path_in_build(const pa_audit *audit, const finding *row) {
    const discovery *found = &audit->g.found;
    if (row->file.size > 0) {
        return row->file;
    }
    for (size_t i = 0; i < found->bundle_count; i++) {
        if (str_equal(found->bundles[i].name, row->bundle)) {
            return tree_get(audit->g.files, found->bundles[i].config)->path;
        }
    }
    if (found->settings.path.size > 0) {
        return found->settings.path;
    }
    return found->bundle_count > 0
               ? tree_get(audit->g.files, found->bundles[0].config)->path
               : str_of(".");
}

void place_add(const places *in, const finding *row, buf *out) {
    if (is_in_rules(in, row)) {
        buf_add(out, buf_str(&in->rules));
    } else {
        buf_add(out, buf_str(&in->prefix));
        buf_add(out, path_in_build(in->audit, row));
    }
}

const char *place_base(const places *in, const finding *row) {
    return is_in_rules(in, row) ? in->rules_base : in->build_base;
}

uint32_t place_line(const finding *row) {
    return row->line > 0 ? row->line : 1;
}
