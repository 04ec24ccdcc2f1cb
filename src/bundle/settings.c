/* settings.c - the settings of each era into one shape.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/settings.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "codec/json.h"
#include "codec/literal.h"

typedef struct parse {
    json doc;
    arena *mem;
    settings *out;
} parse;

bool str_list_has(const str_list *list, str text) {
    for (size_t i = 0; i < list->count; i++) {
        if (str_equal(list->items[i], text)) {
            return true;
        }
    }
    return false;
}

str settings_bundle_version(const settings *in, str name) {
    for (size_t i = 0; i < in->bundle_names.count; i++) {
        if (str_equal(in->bundle_names.items[i], name)) {
            return in->bundle_versions.items[i];
        }
    }
    return (str){0};
}

/* The value at a path of keys, which end with NULL. */
static json_ref dig(const parse *p, const char *const *keys) {
    json_ref at = 0;
    for (; *keys != NULL; keys++) {
        at = json_get(&p->doc, at, *keys);
    }
    return at;
}

static str text_at(const parse *p, const char *const *keys) {
    str text = json_string(&p->doc, dig(p, keys), p->mem);
    return text.size == 0 ? (str){0} : arena_copy_name(p->mem, text);
}

/* Adds the strings of an array, and single strings, to a list whose room the caller made.
 */
static void add_texts(const parse *p, json_ref value, str_list *list) {
    if (json_is(&p->doc, value, JSON_STRING)) {
        str text = json_string(&p->doc, value, p->mem);
        if (text.size > 0) {
            list->items[list->count++] = arena_copy(p->mem, text);
        }
        return;
    }
    json_ref item =
        json_is(&p->doc, value, JSON_ARRAY) ? json_first(&p->doc, value) : JSON_NONE;
    for (; item != JSON_NONE && item < json_next(&p->doc, value);
         item = json_next(&p->doc, item)) {
        if (json_is(&p->doc, item, JSON_STRING)) {
            add_texts(p, item, list);
        }
    }
}

/* A list of the strings at `count` values. */
static bool collect(const parse *p, const json_ref *values, size_t count,
                    str_list *list) {
    size_t room = 0;
    for (size_t i = 0; i < count; i++) {
        room += json_count(&p->doc, values[i]) + 1;
    }
    list->items = arena_alloc(p->mem, room, sizeof *list->items);
    list->count = 0;
    for (size_t i = 0; list->items != NULL && i < count; i++) {
        add_texts(p, values[i], list);
    }
    return list->items != NULL;
}

static bool read_versions(const parse *p, json_ref object) {
    settings *out = p->out;
    uint32_t count =
        json_is(&p->doc, object, JSON_OBJECT) ? json_count(&p->doc, object) : 0;
    out->bundle_names.items = arena_alloc(p->mem, count + 1, sizeof(str));
    out->bundle_versions.items = arena_alloc(p->mem, count + 1, sizeof(str));
    if (out->bundle_names.items == NULL || out->bundle_versions.items == NULL) {
        return false;
    }
    json_ref key = json_first(&p->doc, object);
    for (uint32_t i = 0; i < count; i++) {
        json_ref value = json_next(&p->doc, key);
        out->bundle_names.items[i] =
            arena_copy(p->mem, json_string(&p->doc, key, p->mem));
        out->bundle_versions.items[i] =
            arena_copy(p->mem, json_string(&p->doc, value, p->mem));
        key = json_next(&p->doc, value);
    }
    out->bundle_names.count = count;
    out->bundle_versions.count = count;
    return true;
}

#define KEYS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* 2.4 and 3.0 to 3.5: everything at the top. */
static bool read_flat(const parse *p) {
    settings *out = p->out;
    out->engine = text_at(p, KEYS("CocosEngine"));
    out->platform = text_at(p, KEYS("platform"));
    out->launch_scene = text_at(p, KEYS("launchScene"));
    json_ref startup[] = {dig(p, KEYS("renderPipeline"))};
    return read_versions(p, dig(p, KEYS("bundleVers"))) &&
           collect(p, (json_ref[]){dig(p, KEYS("remoteBundles"))}, 1,
                   &out->remote_bundles) &&
           collect(p, (json_ref[]){dig(p, KEYS("subpackages"))}, 1, &out->subpackages) &&
           collect(p, startup, 1, &out->startup_assets);
}

/* 3.6 and later: keys in groups. */
static bool read_grouped(const parse *p) {
    settings *out = p->out;
    out->engine = text_at(p, KEYS("CocosEngine"));
    out->platform = text_at(p, KEYS("engine", "platform"));
    out->launch_scene = text_at(p, KEYS("launch", "launchScene"));
    json_ref startup[] = {
        dig(p, KEYS("engine", "builtinAssets")),
        dig(p, KEYS("assets", "preloadAssets")),
        dig(p, KEYS("rendering", "renderPipeline")),
        dig(p, KEYS("physics", "defaultMaterial")),
    };
    json_ref remote = dig(p, KEYS("assets", "remoteBundles"));
    json_ref packages = dig(p, KEYS("assets", "subpackages"));
    json_ref project = dig(p, KEYS("assets", "projectBundles"));
    return read_versions(p, dig(p, KEYS("assets", "bundleVers"))) &&
           collect(p, &remote, 1, &out->remote_bundles) &&
           collect(p, &packages, 1, &out->subpackages) &&
           collect(p, &project, 1, &out->project_bundles) &&
           collect(p, startup, sizeof startup / sizeof startup[0], &out->startup_assets);
}

static void read_macros(const parse *p) {
    json_ref value = dig(p, p->out->era == SETTINGS_GROUPED
                                ? KEYS("engine", "macros", "CLEANUP_IMAGE_CACHE")
                                : KEYS("macros", "CLEANUP_IMAGE_CACHE"));
    if (json_is(&p->doc, value, JSON_TRUE)) {
        p->out->cleanup_image_cache = IS_TRUE;
    } else if (json_is(&p->doc, value, JSON_FALSE)) {
        p->out->cleanup_image_cache = IS_FALSE;
    }
}

/* Names of bundles, which are searched one by one. */
enum { MAX_NAMES = 3 * PA_MAX_BUNDLES };

static size_t count_bundles(const settings *in) {
    return in->bundle_names.count + in->remote_bundles.count + in->subpackages.count;
}

pa_status settings_parse(str text, str path, arena *mem, settings *out, pa_error *err) {
    parse p = {.mem = mem, .out = out};
    buf converted = {0};
    bool is_script = str_ends(path, ".js");
    pa_status status = PA_OK;
    if (is_script) {
        status = literal_to_json(text, "_CCSettings", &converted, err);
        text = buf_str(&converted);
    }
    if (status == PA_OK) {
        status = json_parse(&p.doc, text, err);
    }
    if (status == PA_OK && !json_is(&p.doc, 0, JSON_OBJECT)) {
        status = error_set(err, PA_FORMAT, "holds no object");
    }
    if (status == PA_OK) {
        *out = (settings){.path = arena_copy(mem, path)};
        bool is_grouped = json_is(&p.doc, json_get(&p.doc, 0, "assets"), JSON_OBJECT);
        out->era = is_script    ? SETTINGS_SCRIPT
                   : is_grouped ? SETTINGS_GROUPED
                                : SETTINGS_FLAT;
        if (!(is_grouped ? read_grouped(&p) : read_flat(&p))) {
            status = error_nomem(err);
        }
        read_macros(&p);
        if (status == PA_OK && count_bundles(out) > MAX_NAMES) {
            status = error_set(err, PA_LIMIT, "names more than %d bundles", MAX_NAMES);
        }
        if (status == PA_OK) {
            status = arena_status(mem, err);
        }
    }
    json_clear(&p.doc);
    buf_clear(&converted);
    return status;
}
