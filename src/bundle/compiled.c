/* compiled.c - the compiled form of import documents, decoded by its structure with every
 * index checked.
 *
 * A file is [version, uuids, strings, classes, masks, instances, types, refs, depObjs,
 * depKeys, depUuids]; a pack shares the first five among sections that hold the other
 * six. What matters here is which object and property each dependency hangs on, and a few
 * plain properties; all else is stepped over, but stepped over completely, so that a
 * damaged document does not pass as whole. Source: cocos-engine 3.8.5
 * cocos/serialization/deserialize.ts (the same from 2.4.3 to 3.8.8).
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "bundle/compiled.h"
#include "bundle/indices.h"

/* DataTypeID of the engine. */
enum data_type {
    TYPE_SIMPLE,
    TYPE_INSTANCE,
    TYPE_INSTANCES,
    TYPE_ASSETS,
    TYPE_OBJECT,
    TYPE_VALUE_CREATED,
    TYPE_ASSET,
    TYPE_TRS,
    TYPE_VALUE,
    TYPE_OBJECTS,
    TYPE_CUSTOM,
    TYPE_DICT,
    TYPE_ARRAY,
    TYPE_COUNT
};

/* Vec2, Vec3, Vec4, Quat, Color, Size, Rect, Mat4. */
enum { VALUE_TYPE_COUNT = 8 };

#define NO_ROOT UINT32_MAX

/* One document being decoded. */
typedef struct decode {
    document_reader *in;
    const json *doc;
    const compiled_tables *tables;
    uint32_t instance_count;
    str *owner_names; /* class of each instance */
    int_list refs;
    int_list dep_objects;
    int_list dep_keys;
    int_list dep_uuids;
    const char **holders; /* of each dependency that an object inside claims, else NULL */
    sprite_look *looks;   /* of that object … */
    sprite_look *instance_looks; /* … and of each instance */
    sprite_look last;            /* of the object read last */
    uint32_t root;
} decode;

/* The object whose properties are being read. */
typedef struct owner {
    str class_name;
    str key;
    bool is_root;
    sprite_look look;
} owner;

static pa_status decode_object(decode *d, json_ref value, bool is_root);

/* A number n stands for instance n, or for row ~n of the references when it is negative.
 */
static pa_status check_instance(decode *d, json_ref value) {
    int64_t index = 0;
    int64_t rows = d->refs.count / 3;
    if (!json_int(d->doc, value, &index) || index >= d->instance_count ||
        ~index >= rows) {
        return compiled_bad(d->in, value,
                            "an object refers to an instance that is not there");
    }
    return PA_OK;
}

/* A number is the slot of a dependency, which this property holds. */
static pa_status claim_slot(decode *d, json_ref value, owner at) {
    int64_t slot = 0;
    if (!json_int(d->doc, value, &slot) || slot < 0 || slot >= d->dep_uuids.count) {
        return compiled_bad(d->in, value,
                            "an object refers to a dependency that is not there");
    }
    d->looks[slot] = at.look;
    d->holders[slot] = document_holder(d->in, at.class_name, at.key);
    return d->holders[slot] == NULL ? error_nomem(d->in->err) : PA_OK;
}

static pa_status check_value_type(decode *d, json_ref value) {
    int64_t type = 0;
    if (!json_int(d->doc, json_first(d->doc, value), &type) || type < 0 ||
        type >= VALUE_TYPE_COUNT) {
        return compiled_bad(d->in, value, "expected the number of a value type");
    }
    return PA_OK;
}

static pa_status decode_custom(decode *d, json_ref value) {
    int64_t row = -1;
    if (!json_int(d->doc, json_at(d->doc, value, 0), &row) || row < 0 ||
        row >= d->tables->class_count || json_count(d->doc, value) < 2) {
        return compiled_bad(d->in, value, "expected a custom object [class, content]");
    }
    return index_note(d->in, json_first(d->doc, value), INDEX_CLASS, row);
}

static pa_status decode_value(decode *d, int64_t type, json_ref value, owner at);

/* "OUTER.KEY", as much of it as a holder tells, in `text`. */
static str join_key(char text[HOLDER_PART_BYTES], str outer, str key) {
    const str parts[] = {outer, str_of("."), key};
    size_t size = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        str part = str_part(parts[i], 0, HOLDER_PART_BYTES - size);
        if (part.size > 0) {
            memcpy(text + size, part.at, part.size);
            size += part.size;
        }
    }
    return (str){text, size};
}

/* [plain object, key, type, value, …] */
static pa_status decode_dict(decode *d, json_ref value, owner at) {
    uint32_t count = json_count(d->doc, value);
    if (!json_is(d->doc, value, JSON_ARRAY) || count % 3 != 1) {
        return compiled_bad(d->in, value,
                            "expected a dictionary [object, key, type, value, …]");
    }
    json_ref item = json_next(d->doc, json_first(d->doc, value));
    for (uint32_t left = count / 3; left > 0; left--) {
        int64_t type = -1;
        json_ref type_at = json_next(d->doc, item);
        json_int(d->doc, type_at, &type);
        json_ref content = json_next(d->doc, type_at);
        char name[HOLDER_PART_BYTES];
        owner inner = at;
        inner.key = join_key(name, at.key, json_string(d->doc, item, &d->in->scratch));
        pa_status status = decode_value(d, type, content, inner);
        if (status != PA_OK) {
            return status;
        }
        item = json_next(d->doc, content);
    }
    return PA_OK;
}

/* [[value, …], type, …] */
static pa_status decode_array(decode *d, json_ref value, owner at) {
    json_ref list = json_first(d->doc, value);
    uint32_t count = json_count(d->doc, list);
    if (!json_is(d->doc, list, JSON_ARRAY) || json_count(d->doc, value) != count + 1) {
        return compiled_bad(d->in, value, "expected an array [[value, …], type, …]");
    }
    json_ref item = json_first(d->doc, list);
    json_ref type_at = json_next(d->doc, list);
    for (uint32_t i = 0; i < count; i++) {
        int64_t type = -1;
        json_int(d->doc, type_at, &type);
        pa_status status = decode_value(d, type, item, at);
        if (status != PA_OK) {
            return status;
        }
        item = json_next(d->doc, item);
        type_at = json_next(d->doc, type_at);
    }
    return PA_OK;
}

/* The elements of a list of one type. */
static pa_status decode_list(decode *d, enum data_type type, json_ref value, owner at) {
    if (!json_is(d->doc, value, JSON_ARRAY)) {
        return compiled_bad(d->in, value, "expected a list");
    }
    json_ref item = json_first(d->doc, value);
    for (uint32_t left = json_count(d->doc, value); left > 0; left--) {
        pa_status status = decode_value(d, type, item, at);
        if (status != PA_OK) {
            return status;
        }
        item = json_next(d->doc, item);
    }
    return PA_OK;
}

/* Recursion is bounded by PA_MAX_JSON_DEPTH. */
static pa_status decode_value(decode *d, int64_t type, json_ref value, owner at) {
    if (type < 0 || type >= TYPE_COUNT) {
        return compiled_bad(d->in, value, "a value has a type that is not known");
    }
    switch ((enum data_type)type) {
    case TYPE_SIMPLE:
        return PA_OK;
    case TYPE_INSTANCE:
        return check_instance(d, value);
    case TYPE_INSTANCES:
        return decode_list(d, TYPE_INSTANCE, value, at);
    case TYPE_ASSETS:
        return decode_list(d, TYPE_ASSET, value, at);
    case TYPE_OBJECT:
        return decode_object(d, value, false);
    case TYPE_VALUE_CREATED:
    case TYPE_VALUE:
        return check_value_type(d, value);
    case TYPE_ASSET:
        return claim_slot(d, value, at);
    case TYPE_TRS:
        return json_count(d->doc, value) >= 10
                   ? PA_OK
                   : compiled_bad(d->in, value, "expected ten numbers");
    case TYPE_OBJECTS:
        return decode_list(d, TYPE_OBJECT, value, at);
    case TYPE_CUSTOM:
        return decode_custom(d, value);
    case TYPE_DICT:
        return decode_dict(d, value, at);
    case TYPE_ARRAY:
        return decode_array(d, value, at);
    case TYPE_COUNT:
        break;
    }
    return compiled_bad(d->in, value, "a value has a type that is not known");
}

/* The mask of an object, which is its first element; NULL when it is not there. */
static const int_list *mask_of(const decode *d, json_ref value) {
    int64_t index = 0;
    bool is_good = json_is(d->doc, value, JSON_ARRAY) &&
                   json_int(d->doc, json_first(d->doc, value), &index) && index >= 0 &&
                   index < d->tables->mask_count;
    return is_good ? &d->tables->masks[index] : NULL;
}

/* [mask, value, …] */
static pa_status decode_object(decode *d, json_ref value, bool is_root) {
    const int_list *mask = mask_of(d, value);
    if (mask == NULL) {
        return compiled_bad(d->in, value,
                            "an object's mask is not in the table of masks");
    }
    if (json_count(d->doc, value) != mask->count - 1) {
        return compiled_bad(d->in, value, "an object has not as many values as its mask");
    }
    const class_row *row = &d->tables->classes[mask->at[0]];
    int64_t advanced = mask->at[mask->count - 1];
    json_ref item = json_next(d->doc, json_first(d->doc, value));
    sprite_look look = document_usual_look();
    if (index_note(d->in, json_first(d->doc, value), INDEX_MASK,
                   mask - d->tables->masks) != PA_OK) {
        return d->in->err->status;
    }
    for (uint32_t i = 1; i + 1 < mask->count; i++) {
        uint32_t key = (uint32_t)mask->at[i];
        owner at = {row->name, row->keys[key], is_root, look};
        if (i < advanced) {
            document_take_look(d->doc, at.key, item, &look);
            content_take_property(d->in, at.class_name, at.key, item, is_root);
        } else {
            pa_status status =
                decode_value(d, row->types.at[key - row->simple_count], item, at);
            if (status != PA_OK) {
                return status;
            }
        }
        item = json_next(d->doc, item);
    }
    d->last = look;
    return PA_OK;
}

/* An instance that is no object: custom content, or a bare value of a negative type. */
static pa_status decode_other(decode *d, json_ref value, int64_t type, uint32_t index) {
    if (type < 0) {
        return decode_value(d, ~type, value, (owner){0});
    }
    if (type >= d->tables->class_count) {
        return compiled_bad(d->in, value,
                            "an instance's class is not in the table of classes");
    }
    const class_row *row = &d->tables->classes[type];
    d->owner_names[index] = row->name;
    return index == d->root ? content_read(d->in, row->name, value) : PA_OK;
}

/* The root: a number behind the last instance, ~n when it has a native file; else
 * instance 0. */
static uint32_t split_root(decode *d, json_ref instances, uint32_t count) {
    json_ref last = json_first(d->doc, instances);
    for (uint32_t i = 1; i < count; i++) {
        last = json_next(d->doc, last);
    }
    int64_t root = 0;
    d->instance_count = count;
    if (json_int(d->doc, last, &root)) {
        d->instance_count--;
    }
    root = root < 0 ? ~root : root;
    return root < d->instance_count ? (uint32_t)root : NO_ROOT;
}

static pa_status decode_instances(decode *d, json_ref instances, const int_list *types) {
    uint32_t count = json_count(d->doc, instances);
    if (!json_is(d->doc, instances, JSON_ARRAY) || count == 0) {
        return compiled_bad(d->in, instances, "a document has no instances");
    }
    d->root = split_root(d, instances, count);
    if (d->root == NO_ROOT || types->count > d->instance_count) {
        return compiled_bad(d->in, instances,
                            "a document's root is not among its instances");
    }
    d->owner_names = arena_alloc(&d->in->scratch, d->instance_count, sizeof(str));
    d->instance_looks =
        arena_alloc(&d->in->scratch, d->instance_count, sizeof *d->instance_looks);
    if (d->owner_names == NULL || d->instance_looks == NULL) {
        return error_nomem(d->in->err);
    }
    uint32_t object_count = d->instance_count - types->count;
    json_ref item = json_first(d->doc, instances);
    for (uint32_t i = 0; i < d->instance_count; i++) {
        pa_status status = PA_OK;
        if (i < object_count) {
            const int_list *mask = mask_of(d, item);
            d->owner_names[i] =
                mask == NULL ? (str){0} : d->tables->classes[mask->at[0]].name;
            status = decode_object(d, item, i == d->root);
            d->instance_looks[i] = d->last;
        } else {
            status = decode_other(d, item, types->at[i - object_count], i);
        }
        if (status != PA_OK) {
            return status;
        }
        item = json_next(d->doc, item);
    }
    return PA_OK;
}

/* Rows (owner, key, target), then the number of rows whose owner is an object inside. */
static pa_status check_refs(decode *d, json_ref value) {
    if (d->refs.count == 0) {
        return PA_OK;
    }
    uint32_t rows = d->refs.count / 3;
    int64_t inner = d->refs.at[d->refs.count - 1];
    if (d->refs.count % 3 != 1 || inner < 0 || inner > rows) {
        return compiled_bad(d->in, value, "the table of references is cut off");
    }
    for (uint32_t i = 0; i < rows; i++) {
        const int64_t *row = &d->refs.at[(size_t)i * 3];
        bool is_good = row[2] >= 0 && row[2] < d->instance_count &&
                       row[1] < d->tables->string_count &&
                       (i < inner || (row[0] >= 0 && row[0] < d->instance_count));
        if (!is_good) {
            return compiled_bad(d->in, value,
                                "a reference leads to an instance that is not there");
        }
    }
    return PA_OK;
}

/* Dependency `slot`, held by an object inside that claimed it or by an instance. */
static pa_status add_dependency(decode *d, uint32_t slot, json_ref place) {
    int64_t uuid = d->dep_uuids.at[slot];
    int64_t key = d->dep_keys.at[slot];
    int64_t object = d->dep_objects.at[slot];
    bool is_claimed = d->holders[slot] != NULL;
    if (uuid < 0 || uuid >= d->tables->uuid_count || key >= d->tables->string_count ||
        (!is_claimed && (object < 0 || object >= d->instance_count))) {
        return compiled_bad(d->in, place,
                            "a dependency is out of the range of its tables");
    }
    const char *holder = d->holders[slot];
    sprite_look look = is_claimed ? d->looks[slot] : d->instance_looks[object];
    if (!is_claimed) {
        char position[32];
        snprintf(position, sizeof position, "[%lld]", (long long)~key);
        holder = document_holder(d->in, d->owner_names[object],
                                 key >= 0 ? d->tables->strings[key] : str_of(position));
    }
    return document_refer_shown(d->in, d->tables->uuids[uuid], holder, look);
}

/* The tables that the last four parts of a document name. */
static pa_status note_parts(decode *d, json_ref types_at, json_ref refs_at,
                            json_ref keys_at, json_ref uuids_at) {
    pa_status status = index_note_each(d->in, types_at, INDEX_CLASS, 0, 1, UINT32_MAX);
    if (status == PA_OK && d->refs.count > 0) { /* keys of the rows, not their number */
        status = index_note_each(d->in, refs_at, INDEX_STRING, 1, 3, d->refs.count - 1);
    }
    if (status == PA_OK) {
        status = index_note_each(d->in, keys_at, INDEX_STRING, 0, 1, UINT32_MAX);
    }
    return status == PA_OK
               ? index_note_each(d->in, uuids_at, INDEX_UUID, 0, 1, UINT32_MAX)
               : status;
}

static pa_status add_dependencies(decode *d, json_ref place) {
    for (uint32_t i = 0; i < d->dep_uuids.count; i++) {
        pa_status status = add_dependency(d, i, place);
        if (status != PA_OK) {
            return status;
        }
    }
    return PA_OK;
}

pa_status compiled_read(document_reader *in, const compiled_tables *tables,
                        json_ref instances) {
    decode d = {.in = in, .doc = &in->doc, .tables = tables};
    json_ref types_at = json_next(d.doc, instances);
    json_ref refs_at = json_next(d.doc, types_at);
    json_ref objects_at = json_next(d.doc, refs_at);
    json_ref keys_at = json_next(d.doc, objects_at);
    json_ref uuids_at = json_next(d.doc, keys_at);
    int_list types = {0};
    bool is_read =
        compiled_ints(in, types_at, "expected instance types", &types) == PA_OK &&
        compiled_ints(in, refs_at, "expected references", &d.refs) == PA_OK &&
        compiled_ints(in, objects_at, "expected owners", &d.dep_objects) == PA_OK &&
        compiled_ints(in, keys_at, "expected keys", &d.dep_keys) == PA_OK &&
        compiled_ints(in, uuids_at, "expected dependencies", &d.dep_uuids) == PA_OK;
    if (!is_read) {
        return in->err->status;
    }
    if (d.dep_objects.count != d.dep_uuids.count ||
        d.dep_keys.count != d.dep_uuids.count) {
        return compiled_bad(in, objects_at,
                            "the three tables of dependencies differ in length");
    }
    d.holders =
        arena_alloc(&in->scratch, (size_t)d.dep_uuids.count + 1, sizeof *d.holders);
    d.looks = arena_alloc(&in->scratch, (size_t)d.dep_uuids.count + 1, sizeof *d.looks);
    if (d.holders == NULL || d.looks == NULL) {
        return error_nomem(in->err);
    }
    pa_status status = decode_instances(&d, instances, &types);
    if (status == PA_OK) {
        in->out->class_name = arena_copy_name(in->mem, d.owner_names[d.root]);
        status = check_refs(&d, refs_at);
    }
    if (status == PA_OK) {
        status = note_parts(&d, types_at, refs_at, keys_at, uuids_at);
    }
    return status == PA_OK ? add_dependencies(&d, uuids_at) : status;
}
