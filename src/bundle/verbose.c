/* verbose.c - documents in the form with "__type__": builds of 2.4.0 to 2.4.2, debug
 * builds of 2.4, and what CCON files hold.
 *
 * A value {"__uuid__": id} refers to an asset; {"__id__": n} to another object of the
 * list, which is walked anyway. Source: cocos-engine 3.8.5
 * cocos/serialization/deserialize-dynamic.ts. SPDX-License-Identifier: Apache-2.0 */
#include "bundle/document.h"

/* Where the walk is: the nearest object with a class, and the nearest key in it. */
typedef struct place {
    str owner;
    str key;
    bool is_root;
    sprite_look look; /* of the owner */
} place;

/* The properties of an object stand in any order. */
static sprite_look look_of(const json *doc, json_ref object) {
    static const char *const keys[] = {"_type", "_sizeMode"};
    sprite_look look = document_usual_look();
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        document_take_look(doc, str_of(keys[i]), json_get(doc, object, keys[i]), &look);
    }
    return look;
}

static pa_status walk(document_reader *in, json_ref value, place at);

static pa_status walk_list(document_reader *in, json_ref list, place at) {
    json_ref item = json_first(&in->doc, list);
    for (uint32_t left = json_count(&in->doc, list); left > 0; left--) {
        if (json_type_of(&in->doc, item) >= JSON_ARRAY) {
            pa_status status = walk(in, item, at);
            if (status != PA_OK) {
                return status;
            }
        }
        item = json_next(&in->doc, item);
    }
    return PA_OK;
}

static pa_status walk_member(document_reader *in, str key, json_ref value, place at) {
    at.key = key;
    if (str_is(key, "__uuid__") && json_is(&in->doc, value, JSON_STRING)) {
        return PA_OK;
    }
    content_take_property(in, at.owner, key, value, at.is_root);
    if (str_is(key, "content") && at.is_root) {
        pa_status status = content_read(in, at.owner, value);
        if (status != PA_OK) {
            return status;
        }
    }
    at.is_root = false;
    return json_type_of(&in->doc, value) >= JSON_ARRAY ? walk(in, value, at) : PA_OK;
}

/* Recursion is bounded by PA_MAX_JSON_DEPTH. */
static pa_status walk(document_reader *in, json_ref value, place at) {
    const json *doc = &in->doc;
    if (json_is(doc, value, JSON_ARRAY)) {
        return walk_list(in, value, at);
    }
    str uuid = json_string(doc, json_get(doc, value, "__uuid__"), &in->scratch);
    if (uuid.size > 0) {
        pa_status status = document_refer_shown(
            in, uuid, document_holder(in, at.owner, at.key), at.look);
        if (status != PA_OK) {
            return status;
        }
    }
    str class_name = json_string(doc, json_get(doc, value, "__type__"), &in->scratch);
    if (class_name.size > 0) {
        at.owner = class_name;
        at.look = look_of(doc, value);
    }
    json_ref key = json_first(doc, value);
    for (uint32_t left = json_count(doc, value); left > 0; left--) {
        json_ref member = json_next(doc, key);
        pa_status status =
            walk_member(in, json_string(doc, key, &in->scratch), member, at);
        if (status != PA_OK) {
            return status;
        }
        key = json_next(doc, member);
    }
    return PA_OK;
}

pa_status verbose_read(document_reader *in, json_ref root) {
    const json *doc = &in->doc;
    bool is_list = json_is(doc, root, JSON_ARRAY);
    json_ref first = is_list ? json_first(doc, root) : root;
    str class_name = json_string(doc, json_get(doc, first, "__type__"), &in->scratch);
    if (class_name.size == 0) {
        return error_set(in->err, PA_FORMAT,
                         "is neither a compiled document nor one with a '__type__'");
    }
    in->out->class_name = arena_copy_name(in->mem, class_name);
    json_ref item = first;
    for (uint32_t left = is_list ? json_count(doc, root) : 1; left > 0; left--) {
        pa_status status = walk(in, item, (place){.is_root = item == first});
        if (status != PA_OK) {
            return status;
        }
        item = json_next(doc, item);
    }
    return PA_OK;
}
