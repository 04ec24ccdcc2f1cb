/* find_rules.c - packaudit.yaml beside or above a build.
 *
 * The way up is made of text, so that what is printed is the same wherever a project
 * lies. SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "audit/audit.h"
#include "base/limits.h"
#include "sys/file.h"

/* The folder that holds `path`, in `path`; false at the top. */
static bool go_up(char *path, size_t size) {
    str text = str_of(path);
    while (text.size > 1 && text.at[text.size - 1] == '/') {
        text.size--;
    }
    str name = str_file_name(text);
    bool is_up = text.size == 0 || str_is(name, "..");
    if (str_is(text, "/")) {
        return false;
    }
    if (is_up) {
        int length = snprintf(path + text.size, size - text.size, "%s..",
                              text.size == 0 ? "" : "/");
        return length > 0 && (size_t)length < size - text.size;
    }
    size_t kept = text.size - name.size;
    path[kept > 1 ? kept - 1 : kept] = '\0';
    return true;
}

/* What lies in a folder under a name; its path in `path`. */
static file_kind entry_kind(const char *folder, const char *name, char *path,
                            size_t size) {
    str text = str_of(folder);
    const char *slash = text.size == 0 || str_ends(text, "/") ? "" : "/";
    int length = snprintf(path, size, "%s%s%s", folder, slash, name);
    return length > 0 && (size_t)length < size ? file_kind_of(path) : FILE_ABSENT;
}

bool pa_rules_find(const char *build, char *path, size_t size) {
    char folder[4096];
    bool is_stream = str_is(str_of(build), "-");
    /* The name of the folder at hand stands behind ".": "./.." and "." go up alike. */
    if (snprintf(folder, sizeof folder, "%s", is_stream ? "x" : build) >=
        (int)sizeof folder) {
        return false;
    }
    if (str_is(str_of(folder), ".")) {
        folder[0] = '\0';
    }
    for (int i = 0; i < PA_MAX_FOLDER_DEPTH && go_up(folder, sizeof folder); i++) {
        if (entry_kind(folder, "packaudit.yaml", path, size) == FILE_REGULAR) {
            return true;
        }
        if (entry_kind(folder, ".git", path, size) != FILE_ABSENT) {
            return false; /* the project ends here */
        }
    }
    return false;
}
