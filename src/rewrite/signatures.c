/* signatures.c - signatures by where they lie.
 *
 * Source: Android's apksig, V1SchemeSigner.java; JDK's JAR File Specification, "Signed
 * JAR File"; Apple's TN3126. SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/signatures.h"

static bool ends_with_any(str text, const char *const *ends, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (str_ends(text, ends[i])) {
            return true;
        }
    }
    return false;
}

static bool is_jar_signature(str path) {
    static const char *const ends[] = {".SF", ".RSA", ".DSA", ".EC"};
    return str_is(str_folder(path), "META-INF") &&
           ends_with_any(path, ends, sizeof ends / sizeof ends[0]);
}

static bool is_package(const char *path) {
    static const char *const ends[] = {".apk", ".aab", ".ipa"};
    return ends_with_any(str_of(path), ends, sizeof ends / sizeof ends[0]);
}

static bool is_any_changed(const changes *what) {
    for (size_t i = 0; i < what->count; i++) {
        if (!change_is_none(&what->rows[i])) {
            return true;
        }
    }
    return false;
}

void signatures_drop(changes *what, const char *path, bool is_added_to,
                     signature_facts *told) {
    *told = (signature_facts){0};
    if (!is_added_to && !is_any_changed(what)) {
        return;
    }
    told->is_void = is_package(path);
    for (tree_id id = 0; id < what->count; id++) {
        str name = tree_get(what->files, id)->path;
        bool is_code_signature = str_find_text(name, "/_CodeSignature/") < name.size;
        if (is_jar_signature(name) && !tree_is_mounted(what->files, id)) {
            what->rows[id].is_gone = true;
            told->dropped++;
        }
        told->is_void |= is_code_signature || told->dropped > 0;
    }
}
