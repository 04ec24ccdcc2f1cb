/* snapshot.c - read the figures back that report/json.c wrote.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/snapshot.h"

#include "base/alloc.h"
#include "codec/json.h"

typedef struct reading {
    json doc;
    snapshot *out;
    pa_error *err;
    pa_status status;
} reading;

/* "WHAT|DEVICE|ID|TO" in `mem`; names cannot hold the control character between. */
static str key_of(const measurement *one, arena *mem) {
    str name = str_of(measure_get(one->what)->name);
    str kind = str_of(subject_kind_name(measure_get(one->what)->kind));
    str bar = str_of("\x1f");
    str parts[] = {kind, bar, name, bar, one->device, bar, one->id, bar, one->to_id};
    return arena_join(mem, parts, sizeof parts / sizeof parts[0]);
}

static void add(reading *r, measurement one, measure what, uint64_t lower,
                uint64_t upper) {
    snapshot *out = r->out;
    if (r->status != PA_OK) {
        return;
    }
    one.what = what;
    one.lower = lower;
    one.upper = upper;
    str key = key_of(&one, &out->mem);
    uint32_t found = 0;
    if (key.at == NULL ||
        mem_grow(&out->rows, &out->capacity, out->count + 1, sizeof *out->rows) != 0 ||
        !map_add(&out->by_key, key, (uint32_t)out->count, &found)) {
        r->status = error_nomem(r->err);
    } else if (found == out->count) {
        out->rows[out->count++] = one;
    }
}

/* A whole number under a key; false when there is none: unknown. */
static bool number(reading *r, json_ref object, const char *key, uint64_t *out) {
    json_ref value = json_get(&r->doc, object, key);
    return json_is(&r->doc, value, JSON_NUMBER) &&
           str_to_u64(json_span(&r->doc, value), UINT64_MAX, out);
}

/* The text under a key, which every subject of a report has. */
static str text(reading *r, json_ref object, const char *key) {
    json_ref value = json_get(&r->doc, object, key);
    if (r->status == PA_OK && !json_is(&r->doc, value, JSON_STRING)) {
        r->status = error_set(r->err, PA_FORMAT, "%.*s: is no report: a row lacks '%s'",
                              STR_ARGS(r->out->path), key);
    }
    str taken = arena_copy_name(&r->out->mem, json_string(&r->doc, value, &r->out->mem));
    if (r->status == PA_OK && taken.at == NULL) {
        r->status = error_nomem(r->err);
    }
    return taken;
}

/* All measures of a kind that stand in one object. */
static void add_measures(reading *r, json_ref object, const measurement *subject,
                         subject_kind kind) {
    for (unsigned i = 0; i < MEASURE_COUNT; i++) {
        const measure_row *row = measure_get((measure)i);
        json_ref inner = json_get(&r->doc, object, row->key);
        uint64_t lower = 0;
        uint64_t upper = 0;
        if (row->kind != kind) {
            continue;
        }
        if (number(r, object, row->key, &lower)) {
            add(r, *subject, (measure)i, lower, lower);
        } else if (number(r, inner, "lower_bytes", &lower) &&
                   number(r, inner, "upper_bytes", &upper)) {
            add(r, *subject, (measure)i, lower, upper);
        }
    }
}

static void read_scenes(reading *r, json_ref list, str device_name, const char *id_key) {
    json_ref row = json_first(&r->doc, list);
    for (uint32_t i = 0; i < json_count(&r->doc, list); i++) {
        measurement subject = {.device = device_name,
                               .name = text(r, row, "name"),
                               .id = text(r, row, id_key)};
        add_measures(r, row, &subject, SUBJECT_SCENE);
        row = json_next(&r->doc, row);
    }
}

/* A state has no url: it is called "state:NAME". */
static void read_states(reading *r, json_ref list) {
    json_ref row = json_first(&r->doc, list);
    for (uint32_t i = 0; i < json_count(&r->doc, list); i++) {
        measurement subject = {.name = text(r, row, "name")};
        str parts[] = {str_of("state:"), subject.name};
        subject.id = arena_join(&r->out->mem, parts, 2);
        add_measures(r, row, &subject, SUBJECT_SCENE);
        row = json_next(&r->doc, row);
    }
}

static void read_transitions(reading *r, json_ref list, str device_name) {
    json_ref row = json_first(&r->doc, list);
    for (uint32_t i = 0; i < json_count(&r->doc, list); i++) {
        measurement subject = {.device = device_name,
                               .id = text(r, row, "from"),
                               .to_id = text(r, row, "to")};
        subject.name = subject.id;
        subject.to_name = subject.to_id;
        uint64_t lower = 0;
        uint64_t upper = 0;
        if (number(r, row, "peak_lower_bytes", &lower) &&
            number(r, row, "peak_upper_bytes", &upper)) {
            add(r, subject, TRANSITION_PEAK, lower, upper);
        }
        row = json_next(&r->doc, row);
    }
}

/* Scenes for each device, and changes for each but the first: the lists at the top are
 * for that one, or for none. */
static str read_devices(reading *r) {
    json_ref list = json_get(&r->doc, 0, "devices");
    uint32_t count = json_count(&r->doc, list);
    json_ref row = json_first(&r->doc, list);
    str first = {0};
    for (uint32_t i = 0; i < count; i++) {
        str name = text(r, row, "name");
        first = i == 0 ? name : first;
        read_scenes(r, json_get(&r->doc, row, "scenes"), name, "id");
        read_transitions(r, json_get(&r->doc, row, "transitions"), name);
        row = json_next(&r->doc, row);
    }
    if (count == 0) {
        read_scenes(r, json_get(&r->doc, 0, "scenes"), (str){0}, "url");
        read_states(r, json_get(&r->doc, 0, "states"));
    }
    return first;
}

static void read_bundles(reading *r) {
    json_ref list = json_get(&r->doc, 0, "bundles");
    json_ref row = json_first(&r->doc, list);
    for (uint32_t i = 0; i < json_count(&r->doc, list); i++) {
        measurement subject = {.name = text(r, row, "name")};
        subject.id = subject.name;
        add_measures(r, row, &subject, SUBJECT_BUNDLE);
        row = json_next(&r->doc, row);
    }
}

static void read_textures(reading *r) {
    json_ref list = json_get(&r->doc, 0, "textures");
    json_ref row = json_first(&r->doc, list);
    for (uint32_t i = 0; i < json_count(&r->doc, list); i++) {
        str uuid = text(r, row, "uuid");
        str path = text(r, row, "path");
        str parts[] = {text(r, row, "bundle"), str_of(":"), path.size > 0 ? path : uuid};
        measurement subject = {.name = arena_join(&r->out->mem, parts, 3), .id = uuid};
        add_measures(r, row, &subject, SUBJECT_TEXTURE);
        uint64_t width = 0;
        uint64_t height = 0;
        if (number(r, row, "width", &width) && number(r, row, "height", &height)) {
            uint64_t side = width > height ? width : height;
            add(r, subject, TEXTURE_SIDE, side, side);
        }
        row = json_next(&r->doc, row);
    }
}

static void read_all(reading *r) {
    json_ref schema = json_get(&r->doc, 0, "schema");
    str found = json_span(&r->doc, schema);
    if (!json_is(&r->doc, schema, JSON_STRING) || !str_is(found, "packaudit.report/1")) {
        r->status =
            error_set(r->err, PA_FORMAT,
                      "%.*s: is no report: expected schema packaudit.report/1, as "
                      "'packaudit report --format json' writes it",
                      STR_ARGS(r->out->path));
        return;
    }
    str first = read_devices(r);
    read_transitions(r, json_get(&r->doc, 0, "transitions"), first);
    read_bundles(r);
    read_textures(r);
    add_measures(r, json_get(&r->doc, 0, "package"), &(measurement){0}, SUBJECT_PACKAGE);
}

pa_status snapshot_parse(str content, str path, snapshot *out, pa_error *err) {
    reading r = {.out = out, .err = err};
    out->path = arena_copy(&out->mem, path);
    if (out->path.at == NULL) {
        return error_nomem(err);
    }
    r.status = json_parse(&r.doc, content, err);
    if (r.status == PA_OK) {
        read_all(&r);
    } else if (r.status != PA_NOMEM) {
        error_in(err, "%.*s", STR_ARGS(path));
    }
    json_clear(&r.doc);
    return r.status == PA_OK ? arena_status(&out->mem, err) : r.status;
}

const measurement *snapshot_find(const snapshot *in, const measurement *like,
                                 arena *scratch) {
    arena_reset(scratch);
    str key = key_of(like, scratch);
    uint32_t found = key.at == NULL ? MAP_NONE : map_get(&in->by_key, key);
    return found == MAP_NONE ? NULL : &in->rows[found];
}

bool snapshot_has_device(const snapshot *in, subject_kind kind, str device_name) {
    for (size_t i = 0; i < in->count; i++) {
        if (measure_get(in->rows[i].what)->kind == kind &&
            str_equal(in->rows[i].device, device_name)) {
            return true;
        }
    }
    return false;
}

void snapshot_clear(snapshot *in) {
    mem_free(in->rows);
    map_clear(&in->by_key);
    arena_clear(&in->mem);
    *in = (snapshot){0};
}
