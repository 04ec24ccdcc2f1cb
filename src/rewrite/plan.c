/* plan.c - read a plan.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/plan.h"

#include "base/alloc.h"
#include "base/limits.h"
#include "codec/astc_encode.h"
#include "codec/json.h"

bool encoding_of_name(str name, action *out) {
    encoding_kind kind = {0};
    if (!encoding_parse(name, &kind)) {
        return false;
    }
    out->to = kind.to;
    out->block_width_px = kind.block_width_px;
    out->block_height_px = kind.block_height_px;
    out->preset = ASTC_MEDIUM;
    out->quality = encoding_usual_quality(kind.to);
    return true;
}

void encoding_name(const action *in, buf *out) {
    encoding_put(&(encoding_kind){in->to, in->block_width_px, in->block_height_px}, out);
}

typedef struct reader {
    json doc;
    plan *out;
    pa_error *err;
} plan_reader;

/* "line L, column C: WHAT". */
static pa_status wrong(plan_reader *in, json_ref value, const char *what) {
    if (in->out->mem.failed) {
        return error_nomem(in->err); /* what was asked for may stand there */
    }
    str span = json_span(&in->doc, value);
    unsigned line = 1;
    unsigned column = 1;
    if (span.at != NULL) {
        text_position(in->doc.text, (size_t)(span.at - in->doc.text.at), &line, &column);
    }
    return error_set(in->err, PA_FORMAT, "line %u, column %u: %s", line, column, what);
}

static str text_of(plan_reader *in, json_ref value) {
    return arena_copy_name(&in->out->mem, json_string(&in->doc, value, &in->out->mem));
}

/* A whole number from `least` to `most`; the value stays when the key is absent. */
static pa_status read_number(plan_reader *in, json_ref value, uint32_t least,
                             uint32_t most, const char *what, uint32_t *out) {
    int64_t number = *out;
    if (value == JSON_NONE) {
        return PA_OK;
    }
    if (!json_int(&in->doc, value, &number) || number < least || number > most) {
        return wrong(in, value, what);
    }
    *out = (uint32_t)number;
    return PA_OK;
}

/* A number of bytes that the plan tells; what it does not tell is 0. */
static uint64_t bytes_told(plan_reader *in, json_ref value) {
    int64_t number = 0;
    return json_int(&in->doc, value, &number) && number > 0 ? (uint64_t)number : 0;
}

static pa_status only_keys(plan_reader *in, json_ref object, const char *const *known,
                           const char *what) {
    json_ref key = json_first(&in->doc, object);
    for (uint32_t left = json_count(&in->doc, object); left > 0; left--) {
        bool is_known = false;
        for (size_t i = 0; known[i] != NULL; i++) {
            is_known |= json_string_is(&in->doc, key, known[i]);
        }
        if (!is_known) {
            return wrong(in, key, what);
        }
        key = json_next(&in->doc, json_next(&in->doc, key));
    }
    return PA_OK;
}

static pa_status read_preset(plan_reader *in, json_ref value, action *out) {
    if (value == JSON_NONE) {
        return PA_OK;
    }
    bool has_one = !encoding_has_quality(out->to);
    for (uint32_t i = 0; has_one && i < ASTC_PRESET_COUNT; i++) {
        if (json_string_is(&in->doc, value, astc_preset_name((astc_preset)i))) {
            out->preset = i;
            return PA_OK;
        }
    }
    return wrong(
        in, value,
        "expected a preset (not of webp or jpg): fastest, fast, medium or thorough");
}

static pa_status read_quality(plan_reader *in, json_ref value, action *out) {
    if (value != JSON_NONE && !encoding_has_quality(out->to)) {
        return wrong(in, value, "only webp and jpg have a quality");
    }
    return read_number(in, value, 1, 100, "expected a quality from 1 to 100",
                       &out->quality);
}

static pa_status read_compress(plan_reader *in, json_ref parameters, action *out) {
    static const char *const keys[] = {"format", "preset", "quality", NULL};
    json_ref format = json_get(&in->doc, parameters, "format");
    pa_status status = only_keys(in, parameters, keys,
                                 "a parameter that 'compress' does not have; known are "
                                 "format, preset, quality");
    if (status == PA_OK &&
        !encoding_of_name(json_string(&in->doc, format, &in->out->mem), out)) {
        status = wrong(in, format == JSON_NONE ? parameters : format,
                       "expected the format: astc-WxH (4x4 … 12x12), etc2, etc1, webp, "
                       "png or jpg");
    }
    if (status == PA_OK) {
        status = read_preset(in, json_get(&in->doc, parameters, "preset"), out);
    }
    return status == PA_OK
               ? read_quality(in, json_get(&in->doc, parameters, "quality"), out)
               : status;
}

static pa_status read_flag(plan_reader *in, json_ref value, bool *out) {
    *out = json_is(&in->doc, value, JSON_TRUE);
    return value == JSON_NONE || *out || json_is(&in->doc, value, JSON_FALSE)
               ? PA_OK
               : wrong(in, value, "expected true or false");
}

static pa_status read_downscale(plan_reader *in, json_ref parameters, action *out) {
    static const char expected[] = "expected the sides 'width' and 'height' in pixels";
    json_ref width = json_get(&in->doc, parameters, "width");
    json_ref height = json_get(&in->doc, parameters, "height");
    static const char *const keys[] = {"width", "height", "linear", "frames_of_code",
                                       NULL};
    pa_status status = only_keys(in, parameters, keys,
                                 "a parameter that 'downscale' does not have; known are "
                                 "width, height, linear, frames_of_code");
    if (status == PA_OK && (width == JSON_NONE || height == JSON_NONE)) {
        status = wrong(in, parameters, expected);
    }
    if (status == PA_OK) {
        status =
            read_number(in, width, 1, PA_MAX_IMAGE_SIDE_PX, expected, &out->width_px);
    }
    if (status == PA_OK) {
        status =
            read_number(in, height, 1, PA_MAX_IMAGE_SIDE_PX, expected, &out->height_px);
    }
    if (status == PA_OK) {
        status = read_flag(in, json_get(&in->doc, parameters, "linear"), &out->linear);
    }
    return status == PA_OK
               ? read_flag(in, json_get(&in->doc, parameters, "frames_of_code"),
                           &out->frames_of_code)
               : status;
}

static pa_status read_floor(plan_reader *in, json_ref value, quality_floor *out) {
    static const char expected[] = "expected the floor: 'psnr_millidb' from 1 to 100000, "
                                   "'ssim_milli' from 1 to 1000";
    if (value == JSON_NONE) {
        return PA_OK;
    }
    if (!json_is(&in->doc, value, JSON_OBJECT)) {
        return wrong(in, value, expected);
    }
    pa_status status =
        only_keys(in, value, (const char *const[]){"psnr_millidb", "ssim_milli", NULL},
                  "a key that 'floor' does not have; known are psnr_millidb, ssim_milli");
    if (status == PA_OK) {
        status = read_number(in, json_get(&in->doc, value, "psnr_millidb"), 1, 100000,
                             expected, &out->psnr_millidb);
    }
    return status == PA_OK ? read_number(in, json_get(&in->doc, value, "ssim_milli"), 1,
                                         1000, expected, &out->ssim_milli)
                           : status;
}

static pa_status read_drop(plan_reader *in, json_ref parameters, action *out) {
    (void)out;
    return only_keys(in, parameters, (const char *const[]){NULL},
                     "a parameter that 'drop' does not have; it has none");
}

static const struct {
    const char *name;
    pa_status (*read)(plan_reader *in, json_ref parameters, action *out);
    bool is_about_file; /* else about an image */
    bool has_parameters;
} kinds[ACTION_KIND_COUNT] = {
    [ACTION_COMPRESS] = {"compress", read_compress, false, true},
    [ACTION_DOWNSCALE] = {"downscale", read_downscale, false, true},
    [ACTION_DROP] = {"drop", read_drop, true, false},
};

const char *action_kind_name(action_kind kind) {
    return kinds[kind].name;
}

/* ACTION_KIND_COUNT when it is none. */
static action_kind kind_of(const plan_reader *in, json_ref value) {
    action_kind kind = 0;
    while (kind < ACTION_KIND_COUNT &&
           !json_string_is(&in->doc, value, kinds[kind].name)) {
        kind++;
    }
    return kind;
}

static pa_status read_action(plan_reader *in, json_ref value) {
    const json *doc = &in->doc;
    json_ref kind = json_get(doc, value, "kind");
    json_ref asset = json_get(doc, value, "asset");
    json_ref parameters = json_get(doc, value, "parameters");
    action row = {.kind = kind_of(in, kind),
                  .asset = text_of(in, asset),
                  .file = text_of(in, json_get(doc, value, "file")),
                  .reason = text_of(in, json_get(doc, value, "reason")),
                  .before_bytes = bytes_told(in, json_get(doc, value, "before_bytes")),
                  .after_bytes = bytes_told(in, json_get(doc, value, "after_bytes"))};
    if (!json_is(doc, value, JSON_OBJECT) || !json_is(doc, kind, JSON_STRING)) {
        return wrong(in, value, "expected an action with its 'kind'");
    }
    if (row.kind == ACTION_KIND_COUNT) {
        return wrong(in, kind,
                     "no such kind of action; known are compress, downscale, drop");
    }
    if (kinds[row.kind].is_about_file ? row.file.size == 0 : row.asset.size == 0) {
        return wrong(in, value,
                     kinds[row.kind].is_about_file
                         ? "expected the path of a file as 'file'"
                         : "expected the uuid of an image as 'asset'");
    }
    if (kinds[row.kind].has_parameters && !json_is(doc, parameters, JSON_OBJECT)) {
        return wrong(in, value, "expected the 'parameters' of the action");
    }
    pa_status status =
        parameters == JSON_NONE ? PA_OK : kinds[row.kind].read(in, parameters, &row);
    if (status == PA_OK) {
        status = read_floor(in, json_get(doc, value, "floor"), &row.floor);
    }
    return status == PA_OK ? plan_add(in->out, &row, in->err) : status;
}

static pa_status read_plan(plan_reader *in) {
    const json *doc = &in->doc;
    json_ref actions = json_get(doc, 0, "actions");
    if (!json_string_is(doc, json_get(doc, 0, "schema"), "packaudit.plan/1")) {
        return wrong(in, 0, "is no plan: expected \"schema\": \"packaudit.plan/1\"");
    }
    if (!json_is(doc, actions, JSON_ARRAY)) {
        return wrong(in, 0, "is no plan: expected the list 'actions'");
    }
    pa_status status = PA_OK;
    json_ref item = json_first(doc, actions);
    for (uint32_t left = json_count(doc, actions); status == PA_OK && left > 0; left--) {
        status = read_action(in, item);
        item = json_next(doc, item);
    }
    return status;
}

pa_status plan_parse(str text, plan *out, pa_error *err) {
    plan_reader in = {.out = out, .err = err};
    pa_status status = json_parse(&in.doc, text, err);
    if (status == PA_OK) {
        status = read_plan(&in);
    }
    json_clear(&in.doc);
    return status == PA_OK ? arena_status(&out->mem, err) : status;
}

size_t plan_count(const plan *in, action_kind kind) {
    size_t count = 0;
    for (size_t i = 0; i < in->count; i++) {
        count += in->actions[i].kind == kind;
    }
    return count;
}

pa_status plan_add(plan *in, const action *added, pa_error *err) {
    if (mem_grow(&in->actions, &in->capacity, in->count + 1, sizeof *in->actions) != 0) {
        return error_nomem(err);
    }
    in->actions[in->count++] = *added;
    return PA_OK;
}

pa_status plan_refuse(plan *in, str asset, str path, const char *reason, pa_error *err) {
    const refusal *last =
        in->refused_count == 0 ? NULL : &in->refused[in->refused_count - 1];
    if (last != NULL && str_equal(last->asset, asset) && str_is(last->reason, reason)) {
        return PA_OK; /* another format, the same reason */
    }
    if (mem_grow(&in->refused, &in->refused_capacity, in->refused_count + 1,
                 sizeof *in->refused) != 0) {
        return error_nomem(err);
    }
    refusal row = {arena_copy(&in->mem, asset), arena_copy(&in->mem, path),
                   arena_copy(&in->mem, str_of(reason))};
    in->refused[in->refused_count++] = row;
    return row.asset.at == NULL || row.path.at == NULL || row.reason.at == NULL
               ? error_nomem(err)
               : PA_OK;
}

void plan_clear(plan *in) {
    mem_free(in->actions);
    mem_free(in->refused);
    arena_clear(&in->mem);
    *in = (plan){0};
}
