/* order_file.c - read it, hold it against a build, make it fit another one.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/order_file.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/limits.h"
#include "codec/json_write.h"
#include "codec/splice.h"
#include "rewrite/order.h"
#include "sys/file.h"

enum { HASH_SIZE = 17, MATCH_SIZE = 9 };

typedef bool (*json_check)(const json *doc, json_ref value);

static bool are_all(const json *doc, json_ref list, json_check check) {
    bool is_so = json_is(doc, list, JSON_ARRAY);
    json_ref item = json_first(doc, list);
    for (uint32_t left = is_so ? json_count(doc, list) : 0; is_so && left > 0; left--) {
        is_so = check(doc, item);
        item = json_next(doc, item);
    }
    return is_so;
}

static bool is_text(const json *doc, json_ref value) {
    return json_is(doc, value, JSON_STRING);
}

static bool is_stage(const json *doc, json_ref value) {
    return json_is(doc, value, JSON_OBJECT) &&
           are_all(doc, json_get(doc, value, "assets"), is_text);
}

/* Of a scene or a change of scene. */
static bool is_plan(const json *doc, json_ref value) {
    return json_is(doc, value, JSON_OBJECT) &&
           json_is(doc, json_get(doc, value, "match"), JSON_STRING) &&
           are_all(doc, json_get(doc, value, "stages"), is_stage);
}

static pa_status check_shape(order_file *in, pa_error *err) {
    const json *doc = &in->doc;
    bool is_order =
        json_string_is(doc, json_get(doc, 0, "schema"), "packaudit.order/1") &&
        json_is(doc, json_get(doc, json_get(doc, 0, "build"), "hash"), JSON_STRING) &&
        json_is(doc, json_get(doc, json_get(doc, 0, "device"), "name"), JSON_STRING) &&
        are_all(doc, json_get(doc, 0, "scenes"), is_plan) &&
        are_all(doc, json_get(doc, 0, "transitions"), is_plan);
    return is_order ? PA_OK
                    : error_set(err, PA_FORMAT,
                                "is no load order; 'packaudit order --format json' "
                                "writes one");
}

pa_status order_file_read(const char *path, order_file *out, pa_error *err) {
    *out = (order_file){0};
    pa_status status = file_read(path, PA_MAX_DOCUMENT_BYTES, &out->text, err);
    if (status == PA_OK) {
        status = json_parse(&out->doc, buf_str(&out->text), err);
    }
    if (status == PA_OK) {
        status = check_shape(out, err);
    }
    if (status == PA_OK) {
        json_ref name = json_get(&out->doc, json_get(&out->doc, 0, "device"), "name");
        str copied = arena_copy(&out->mem, json_string(&out->doc, name, &out->mem));
        out->device = copied.at;
        status = arena_status(&out->mem, err);
    }
    return status == PA_OK ? PA_OK : error_in(err, "%s", path);
}

void order_file_clear(order_file *in) {
    json_clear(&in->doc);
    buf_clear(&in->text);
    arena_clear(&in->mem);
    *in = (order_file){0};
}

static pa_status hash_of(const pa_audit *audit, char out[HASH_SIZE], pa_error *err) {
    pa_order order = {.audit = audit, .view = &audit->views[0]};
    pa_status status = order_hash_build(&order, err);
    snprintf(out, HASH_SIZE, "%016llx", (unsigned long long)order.build_hash);
    return status;
}

pa_status order_file_check(const order_file *in, const pa_audit *audit, pa_error *err) {
    char hash[HASH_SIZE];
    json_ref build = json_get(&in->doc, 0, "build");
    if (hash_of(audit, hash, err) != PA_OK) {
        return err->status;
    }
    return json_string_is(&in->doc, json_get(&in->doc, build, "hash"), hash)
               ? PA_OK
               : error_set(err, PA_USAGE,
                           "the load order was made for another build, device profile or "
                           "rules file; make it anew: packaudit order --device %s "
                           "--format json",
                           in->device);
}

/* The plan of `list` whose `key` is `id`, with the most stages. */
static json_ref longest_stages(const order_file *in, const char *list, const char *key,
                               str id) {
    const json *doc = &in->doc;
    json_ref plans = json_get(doc, 0, list);
    json_ref plan = json_first(doc, plans);
    json_ref best = JSON_NONE;
    for (uint32_t left = json_count(doc, plans); left > 0; left--) {
        json_ref stages = json_get(doc, plan, "stages");
        arena scratch = {0};
        bool is_meant =
            str_equal(json_string(doc, json_get(doc, plan, key), &scratch), id);
        arena_clear(&scratch);
        if (is_meant && json_is(doc, stages, JSON_ARRAY) &&
            json_count(doc, stages) > json_count(doc, best)) {
            best = stages;
        }
        plan = json_next(doc, plan);
    }
    return best;
}

json_ref order_file_stages(const order_file *in, str id) {
    json_ref alone = longest_stages(in, "scenes", "id", id);
    return alone != JSON_NONE ? alone : longest_stages(in, "transitions", "to", id);
}

/* ---- for another build ------------------------------------------------------------ */

typedef struct renewing {
    const order_file *in;
    const pa_audit *after;
    arena mem;
    splice_list list;
    pa_error *err;
} renewing;

static pa_status replace(renewing *r, json_ref value, str text) {
    return text.at == NULL ? error_nomem(r->err)
                           : splice_replace(&r->list, buf_str(&r->in->text),
                                            json_span(&r->in->doc, value), text, r->err);
}

/* Assets of a plan, all stages one after the other. */
static pa_status list_assets(renewing *r, json_ref stages, order_plan *out) {
    const json *doc = &r->in->doc;
    json_ref part = json_first(doc, stages);
    size_t capacity = 0;
    for (uint32_t i = 0; i < json_count(doc, stages); i++) {
        json_ref list = json_get(doc, part, "assets");
        json_ref item = json_first(doc, list);
        for (uint32_t left = json_count(doc, list); left > 0; left--) {
            str uuid = json_string(doc, item, &r->mem);
            uint32_t asset_index = map_get(&r->after->g.by_uuid, uuid);
            if (asset_index == MAP_NONE) {
                return error_set(r->err, PA_USAGE,
                                 "the load order names %.*s, which the build lacks",
                                 STR_ARGS(uuid));
            }
            if (mem_grow(&out->assets, &capacity, (size_t)out->asset_count + 1,
                         sizeof *out->assets) != 0) {
                return error_nomem(r->err);
            }
            out->assets[out->asset_count++] = asset_index;
            item = json_next(doc, item);
        }
        part = json_next(doc, part);
    }
    return PA_OK;
}

static pa_status renew_plan(renewing *r, json_ref plan) {
    pa_order order = {.audit = r->after, .view = &r->after->views[0]};
    order_plan assets = {0};
    char match[MATCH_SIZE];
    pa_status status = list_assets(r, json_get(&r->in->doc, plan, "stages"), &assets);
    if (status == PA_OK) {
        snprintf(match, sizeof match, "%08lx",
                 (unsigned long)order_match(&order, &assets));
        status = replace(r, json_get(&r->in->doc, plan, "match"),
                         arena_copy(&r->mem, str_of(match)));
    }
    mem_free(assets.assets);
    return status;
}

static pa_status renew_plans(renewing *r, const char *list) {
    const json *doc = &r->in->doc;
    json_ref plans = json_get(doc, 0, list);
    json_ref plan = json_first(doc, plans);
    pa_status status = PA_OK;
    for (uint32_t left = json_count(doc, plans); status == PA_OK && left > 0; left--) {
        status = renew_plan(r, plan);
        plan = json_next(doc, plan);
    }
    return status;
}

/* `path` as it stands between quotes. */
static str escaped(renewing *r, str path) {
    buf quoted = {0};
    json_quote(&quoted, path);
    str whole = buf_str(&quoted);
    str text = quoted.failed ? (str){0}
                             : arena_copy(&r->mem, str_part(whole, 1, whole.size - 1));
    buf_clear(&quoted);
    return text;
}

pa_status order_file_renew(const order_file *in, const pa_audit *after, str path,
                           buf *out, pa_error *err) {
    renewing r = {.in = in, .after = after, .err = err};
    char hash[HASH_SIZE];
    json_ref build = json_get(&in->doc, 0, "build");
    json_ref told_path = json_get(&in->doc, build, "path");
    pa_status status = hash_of(after, hash, err);
    if (status == PA_OK) {
        status = replace(&r, json_get(&in->doc, build, "hash"), str_of(hash));
    }
    if (status == PA_OK && json_is(&in->doc, told_path, JSON_STRING)) {
        status = replace(&r, told_path, escaped(&r, path));
    }
    if (status == PA_OK) {
        status = renew_plans(&r, "scenes");
    }
    if (status == PA_OK) {
        status = renew_plans(&r, "transitions");
    }
    if (status == PA_OK) {
        status = splice_apply(&r.list, buf_str(&in->text), out, err);
    }
    splice_clear(&r.list);
    arena_clear(&r.mem);
    return status;
}
