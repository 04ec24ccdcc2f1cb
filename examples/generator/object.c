/*
 * object.c - the objects of an import document: instances, nested objects, references.
 *
 * Promises: what is added keeps its order, so that the document is always the same.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "object.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct section *section_new(void)
{
    return keep_bytes(sizeof(struct section));
}

struct section *section_custom(const char *class_name, bool is_native,
                               const char *content)
{
    struct section *section = section_new();
    section->custom_class = class_name;
    section->custom_content = content;
    section->is_native = is_native;
    return section;
}

void section_depend(struct section *section, const char *key, const char *id)
{
    size_t count = section->depend_count;
    section->depend_keys = keep_grow(section->depend_keys, count, sizeof key);
    section->depend_ids = keep_grow(section->depend_ids, count, sizeof id);
    section->depend_keys[count] = key;
    section->depend_ids[count] = id;
    section->depend_count++;
}

void section_set_native(struct section *section)
{
    section->is_native = true;
}

struct object *object_new(struct section *section, const char *class_name)
{
    struct object *object = keep_bytes(sizeof *object);
    object->class_name = class_name;
    object->instance = -1;
    section->objects =
        keep_grow(section->objects, section->object_count, sizeof(struct object *));
    section->objects[section->object_count++] = object;
    return object;
}

struct object *instance_new(struct section *section, const char *class_name)
{
    struct object *object = object_new(section, class_name);
    object->instance = section->instance_count++;
    return object;
}

static struct property *object_property(struct object *object, const char *key,
                                        enum kind kind)
{
    for (size_t i = 0; i < object->property_count; i++) {
        if (strcmp(object->properties[i].key, key) == 0) {
            return &object->properties[i];
        }
    }
    object->properties =
        keep_grow(object->properties, object->property_count, sizeof(struct property));
    struct property *property = &object->properties[object->property_count++];
    *property = (struct property){.key = key, .kind = kind};
    return property;
}

static void property_add(struct object *object, const char *key, enum kind kind,
                         const void *item)
{
    struct property *property = object_property(object, key, kind);
    property->items = keep_grow(property->items, property->item_count, sizeof item);
    property->items[property->item_count++] = item;
}

static void property_json(struct object *object, const char *key, enum kind kind,
                          const char *format, va_list list)
{
    char json[4096];
    int length = vsnprintf(json, sizeof json, format, list);
    if (length < 0 || (size_t)length >= sizeof json) {
        die("the value of '%s' is too long", key);
    }
    object_property(object, key, kind)->json = keep("%s", json);
}

void object_simple(struct object *object, const char *key, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    property_json(object, key, KIND_SIMPLE, format, list);
    va_end(list);
}

void object_created(struct object *object, const char *key, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    property_json(object, key, KIND_CREATED, format, list);
    va_end(list);
}

void object_value(struct object *object, const char *key, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    property_json(object, key, KIND_VALUE, format, list);
    va_end(list);
}

void object_ref(struct object *object, const char *key, const struct object *target)
{
    property_add(object, key, KIND_REF, target);
}

void object_refs_add(struct object *object, const char *key, const struct object *target)
{
    property_add(object, key, KIND_REFS, target);
}

void object_asset(struct object *object, const char *key, const char *id)
{
    property_add(object, key, KIND_ASSET, id);
}

void object_assets_add(struct object *object, const char *key, const char *id)
{
    property_add(object, key, KIND_ASSETS, id);
}

void object_child(struct object *object, const char *key, const struct object *child)
{
    property_add(object, key, KIND_CHILD, child);
}

void object_children_add(struct object *object, const char *key,
                         const struct object *child)
{
    property_add(object, key, KIND_CHILDREN, child);
}

void object_dict(struct object *object, const char *key, const struct object *dict)
{
    property_add(object, key, KIND_DICT, dict);
}

void object_dicts(struct object *object, const char *key, const struct object *dict)
{
    property_add(object, key, KIND_ARRAY, dict);
}
