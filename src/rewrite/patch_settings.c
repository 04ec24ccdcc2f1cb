/* patch_settings.c - new versions of bundles in the settings of each era.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "codec/splice.h"
#include "rewrite/patch_config.h"

/* What is being edited. */
typedef struct editing {
    const str_list *names;
    const str_list *versions;
    str text;
    splice_list list;
    size_t found;
    pa_error *err;
} editing;

static const str *version_of(const editing *e, str name) {
    for (size_t i = 0; i < e->names->count; i++) {
        if (str_equal(e->names->items[i], name)) {
            return &e->versions->items[i];
        }
    }
    return NULL;
}

static pa_status edit_value(editing *e, str name, str value) {
    const str *version = version_of(e, name);
    if (version == NULL) {
        return PA_OK;
    }
    e->found++;
    return splice_replace(&e->list, e->text, value, *version, e->err);
}

/* ---- JSON: 3.0 and later ------------------------------------------------------------
 */

static pa_status edit_table(editing *e, const json *doc, json_ref table) {
    json_ref key = json_is(doc, table, JSON_OBJECT) ? json_first(doc, table) : JSON_NONE;
    pa_status status = PA_OK;
    for (uint32_t left = key == JSON_NONE ? 0 : json_count(doc, table);
         status == PA_OK && left > 0; left--) {
        json_ref value = json_next(doc, key);
        if (json_is(doc, value, JSON_STRING)) {
            status = edit_value(e, json_span(doc, key), json_span(doc, value));
        }
        key = json_next(doc, value);
    }
    return status;
}

/* 3.6 and later: bundles that the launcher loads first, each with its version. */
static pa_status edit_preloads(editing *e, const json *doc, json_ref list) {
    json_ref item = json_is(doc, list, JSON_ARRAY) ? json_first(doc, list) : JSON_NONE;
    size_t found = e->found;
    pa_status status = PA_OK;
    for (uint32_t left = item == JSON_NONE ? 0 : json_count(doc, list);
         status == PA_OK && left > 0; left--) {
        json_ref version = json_get(doc, item, "version");
        if (json_is(doc, version, JSON_STRING)) {
            status = edit_value(e, json_span(doc, json_get(doc, item, "bundle")),
                                json_span(doc, version));
        }
        item = json_next(doc, item);
    }
    e->found = found; /* what counts is bundleVers */
    return status;
}

static pa_status edit_json(editing *e) {
    json doc = {0};
    pa_status status = json_parse(&doc, e->text, e->err);
    if (status == PA_OK) {
        json_ref assets = json_get(&doc, 0, "assets");
        json_ref holder = json_is(&doc, assets, JSON_OBJECT) ? assets : 0;
        status = edit_table(e, &doc, json_get(&doc, holder, "bundleVers"));
        if (status == PA_OK) {
            status = edit_preloads(e, &doc, json_get(&doc, holder, "preloadBundles"));
        }
    }
    json_clear(&doc);
    return status;
}

/* ---- a script with an object literal: 2.4 -------------------------------------------
 */

static size_t skip_blanks(str text, size_t at) {
    while (at < text.size && (text.at[at] == ' ' || text.at[at] == '\t' ||
                              text.at[at] == '\r' || text.at[at] == '\n')) {
        at++;
    }
    return at;
}

static bool is_name_byte(char byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') || byte == '_' || byte == '$';
}

/* A word or a text in quotes at `*at`, which moves behind it and what is blank. */
static bool take_word(str text, size_t *at, str *word) {
    size_t from = *at;
    char quote = from < text.size ? text.at[from] : '\0';
    size_t to = from;
    if (quote == '"' || quote == '\'') {
        from++;
        to = str_find(text, quote, from);
        *at = to + 1;
    } else {
        while (to < text.size && is_name_byte(text.at[to])) {
            to++;
        }
        *at = to;
    }
    *word = str_part(text, from, to);
    *at = skip_blanks(text, *at);
    return word->size > 0 && *at < text.size;
}

static bool take_byte(str text, size_t *at, char byte) {
    if (*at >= text.size || text.at[*at] != byte) {
        return false;
    }
    *at = skip_blanks(text, *at + 1);
    return true;
}

static pa_status edit_script(editing *e) {
    static const char table[] = "bundleVers";
    size_t at = str_find_text(e->text, table) + sizeof table - 1;
    str name = {0};
    str version = {0};
    if (at < e->text.size && (e->text.at[at] == '"' || e->text.at[at] == '\'')) {
        at++;
    }
    at = skip_blanks(e->text, at);
    pa_status status = PA_OK;
    bool is_table = take_byte(e->text, &at, ':') && take_byte(e->text, &at, '{');
    while (status == PA_OK && is_table && take_word(e->text, &at, &name) &&
           take_byte(e->text, &at, ':') && take_word(e->text, &at, &version)) {
        status = edit_value(e, name, version);
        is_table = take_byte(e->text, &at, ',');
    }
    return status;
}

pa_status settings_edit(const game *g, const str_list *names, const str_list *versions,
                        changes *what, pa_error *err) {
    str path = g->found.settings.path;
    tree_id file = tree_find(g->files, path);
    editing e = {.names = names, .versions = versions, .err = err};
    buf text = {0};
    buf edited = {0};
    pa_status status = changes_read(what, file, PA_MAX_DOCUMENT_BYTES, &text, err);
    e.text = buf_str(&text);
    if (status == PA_OK) {
        status = str_ends(path, ".js") ? edit_script(&e) : edit_json(&e);
    }
    if (status == PA_OK && e.found < names->count) {
        status = error_set(err, PA_UNSUPPORTED,
                           "the versions of %zu bundles do not stand in 'bundleVers'",
                           names->count - e.found);
    }
    if (status == PA_OK) {
        status = splice_apply(&e.list, e.text, &edited, err);
    }
    splice_clear(&e.list);
    buf_clear(&text);
    if (status != PA_OK) {
        buf_clear(&edited);
        return error_in(err, "%.*s", STR_ARGS(path));
    }
    changes_edit(what, file, &edited);
    return names_spread(what, g->found.root, file, err);
}
