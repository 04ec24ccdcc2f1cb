/*
 * document.c - import documents in the engine's compiled serialization.
 *
 * Two passes over the sections: the first collects classes, because a class lists its
 * plain keys before the typed ones; the second writes instances and meanwhile fills the
 * tables of masks, strings and ids, which are printed last.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "document.h"

#include <string.h>

#include "object.h"
#include "uuid.h"

struct class_entry {
    const char *name;
    bool is_custom;
    const char **keys;
    enum kind *kinds;
    size_t key_count;
};

struct strings {
    const char **items;
    size_t count;
};

struct tables {
    struct strings uuids;
    struct strings names;
    struct strings masks;
    struct class_entry *classes;
    size_t class_count;
};

/* What one section collects while its instances are written. */
struct writer {
    struct tables *tables;
    struct text out;
    struct text object_refs;
    struct text instance_refs;
    long object_ref_count;
    struct text depend_objects;
    struct text depend_keys;
    struct text depend_uuids;
    long depend_count;
    long instance; /* that is being written: those before it exist */
};

static void write_object(struct writer *writer, const struct object *object);

static size_t strings_index(struct strings *strings, const char *string)
{
    for (size_t i = 0; i < strings->count; i++) {
        if (strcmp(strings->items[i], string) == 0) {
            return i;
        }
    }
    strings->items = keep_grow(strings->items, strings->count, sizeof string);
    strings->items[strings->count] = string;
    return strings->count++;
}

static void strings_print(struct text *out, const struct strings *strings,
                          const char *quote)
{
    if (strings->count == 0) {
        text_add(out, ",0");
        return;
    }
    text_add(out, ",[");
    for (size_t i = 0; i < strings->count; i++) {
        text_comma(out);
        text_add(out, "%s%s%s", quote, strings->items[i], quote);
    }
    text_add(out, "]");
}

/* An instance's own assets, and its references to what does not exist yet, are set
   afterwards through the tables of the section, and are no part of its class. */
static bool is_inline(const struct object *object, const struct property *property)
{
    if (object->instance < 0) {
        return true;
    }
    if (property->kind == KIND_ASSET) {
        return false;
    }
    if (property->kind == KIND_REF) {
        const struct object *target = property->items[0];
        return target->instance < object->instance;
    }
    return true;
}

static long class_key(const struct class_entry *entry, const char *key)
{
    for (size_t i = 0; i < entry->key_count; i++) {
        if (strcmp(entry->keys[i], key) == 0) {
            return (long)i;
        }
    }
    return -1;
}

static bool class_takes(const struct class_entry *entry, const struct object *object)
{
    if (entry->is_custom || strcmp(entry->name, object->class_name) != 0) {
        return false;
    }
    for (size_t i = 0; i < object->property_count; i++) {
        const struct property *property = &object->properties[i];
        long at = class_key(entry, property->key);
        if (is_inline(object, property) && at >= 0 &&
            entry->kinds[at] != property->kind) {
            return false;
        }
    }
    return true;
}

static struct class_entry *class_new(struct tables *tables, const char *name,
                                     bool is_custom)
{
    tables->classes =
        keep_grow(tables->classes, tables->class_count, sizeof(struct class_entry));
    struct class_entry *entry = &tables->classes[tables->class_count++];
    *entry = (struct class_entry){.name = name, .is_custom = is_custom};
    return entry;
}

static size_t class_of(const struct tables *tables, const struct object *object)
{
    size_t i = 0;
    while (i < tables->class_count && !class_takes(&tables->classes[i], object)) {
        i++;
    }
    return i;
}

static size_t custom_class_of(const struct tables *tables, const char *name)
{
    size_t i = 0;
    while (i < tables->class_count && !(tables->classes[i].is_custom &&
                                        strcmp(tables->classes[i].name, name) == 0)) {
        i++;
    }
    return i;
}

static void class_add_key(struct class_entry *entry, const struct property *property)
{
    if (class_key(entry, property->key) >= 0) {
        return;
    }
    size_t count = entry->key_count;
    entry->keys = keep_grow(entry->keys, count, sizeof(const char *));
    entry->kinds = keep_grow(entry->kinds, count, sizeof(enum kind));
    /* Plain keys go before the typed ones. */
    size_t at = count;
    while (property->kind == KIND_SIMPLE && at > 0 &&
           entry->kinds[at - 1] != KIND_SIMPLE) {
        entry->keys[at] = entry->keys[at - 1];
        entry->kinds[at] = entry->kinds[at - 1];
        at--;
    }
    entry->keys[at] = property->key;
    entry->kinds[at] = property->kind;
    entry->key_count++;
}

static void collect_classes(struct tables *tables, const struct section *section)
{
    if (section->custom_class != NULL) {
        if (custom_class_of(tables, section->custom_class) == tables->class_count) {
            class_new(tables, section->custom_class, true);
        }
        return;
    }
    for (size_t i = 0; i < section->object_count; i++) {
        const struct object *object = section->objects[i];
        if (object->class_name == NULL) {
            continue;
        }
        size_t at = class_of(tables, object);
        struct class_entry *entry = at < tables->class_count
                                        ? &tables->classes[at]
                                        : class_new(tables, object->class_name, false);
        for (size_t p = 0; p < object->property_count; p++) {
            if (is_inline(object, &object->properties[p])) {
                class_add_key(entry, &object->properties[p]);
            }
        }
    }
}

static void print_classes(struct text *out, const struct tables *tables)
{
    text_add(out, ",[");
    for (size_t i = 0; i < tables->class_count; i++) {
        const struct class_entry *entry = &tables->classes[i];
        text_comma(out);
        if (entry->is_custom) {
            text_add(out, "\"%s\"", entry->name);
            continue;
        }
        text_add(out, "[\"%s\",[", entry->name);
        long simple_count = 0;
        for (size_t k = 0; k < entry->key_count; k++) {
            text_comma(out);
            text_add(out, "\"%s\"", entry->keys[k]);
            simple_count += entry->kinds[k] == KIND_SIMPLE;
        }
        text_add(out, "],%ld", 3 - simple_count);
        for (size_t k = (size_t)simple_count; k < entry->key_count; k++) {
            text_add(out, ",%d", (int)entry->kinds[k]);
        }
        text_add(out, "]");
    }
    text_add(out, "]");
}

static void add_number(struct text *text, long number)
{
    if (text->size_bytes != 0) {
        text_add(text, ",");
    }
    text_add(text, "%ld", number);
}

/* Takes the next dependency slot; owner 0 stands for an object that names itself. */
static long add_depend(struct writer *writer, long owner, long key, const char *id)
{
    add_number(&writer->depend_objects, owner);
    add_number(&writer->depend_keys, key);
    add_number(&writer->depend_uuids,
               (long)strings_index(&writer->tables->uuids, uuid_compressed(id)));
    return writer->depend_count++;
}

static long name_index(struct writer *writer, const char *key)
{
    return (long)strings_index(&writer->tables->names, key);
}

/* The instance itself when it exists, else the complement of the triple that will set
   it once it does. */
static void write_ref(struct writer *writer, const struct object *target, long key)
{
    if (target->instance < writer->instance) {
        text_add(&writer->out, "%ld", target->instance);
        return;
    }
    add_number(&writer->object_refs, 0);
    add_number(&writer->object_refs, key);
    add_number(&writer->object_refs, target->instance);
    text_add(&writer->out, "%ld", ~writer->object_ref_count);
    writer->object_ref_count++;
}

static void write_list(struct writer *writer, const struct property *property)
{
    text_add(&writer->out, "[");
    for (size_t i = 0; i < property->item_count; i++) {
        text_comma(&writer->out);
        long position = ~(long)i;
        if (property->kind == KIND_REFS) {
            write_ref(writer, property->items[i], position);
        } else if (property->kind == KIND_ASSETS) {
            text_add(&writer->out, "%ld",
                     add_depend(writer, 0, position, property->items[i]));
        } else {
            write_object(writer, property->items[i]);
        }
    }
    text_add(&writer->out, "]");
}

static void write_value(struct writer *writer, const struct property *property);

/* [plain part, key, type, value, key, type, value ...] */
static void write_dict(struct writer *writer, const struct object *dict)
{
    text_add(&writer->out, "[{");
    for (size_t i = 0; i < dict->property_count; i++) {
        if (dict->properties[i].kind == KIND_SIMPLE) {
            text_comma(&writer->out);
            text_add(&writer->out, "\"%s\":%s", dict->properties[i].key,
                     dict->properties[i].json);
        }
    }
    text_add(&writer->out, "}");
    for (size_t i = 0; i < dict->property_count; i++) {
        if (dict->properties[i].kind != KIND_SIMPLE) {
            text_add(&writer->out, ",\"%s\",%d,", dict->properties[i].key,
                     (int)dict->properties[i].kind);
            write_value(writer, &dict->properties[i]);
        }
    }
    text_add(&writer->out, "]");
}

static void write_value(struct writer *writer, const struct property *property)
{
    switch (property->kind) {
    case KIND_SIMPLE:
    case KIND_CREATED:
    case KIND_VALUE:
        text_add(&writer->out, "%s", property->json);
        break;
    case KIND_REF:
        write_ref(writer, property->items[0], name_index(writer, property->key));
        break;
    case KIND_ASSET:
        text_add(
            &writer->out, "%ld",
            add_depend(writer, 0, name_index(writer, property->key), property->items[0]));
        break;
    case KIND_CHILD:
        write_object(writer, property->items[0]);
        break;
    case KIND_DICT:
        write_dict(writer, property->items[0]);
        break;
    case KIND_ARRAY:
        text_add(&writer->out, "[[");
        write_dict(writer, property->items[0]);
        text_add(&writer->out, "],%d]", (int)KIND_DICT);
        break;
    case KIND_REFS:
    case KIND_ASSETS:
    case KIND_CHILDREN:
        write_list(writer, property);
        break;
    }
}

static size_t mask_of(struct tables *tables, const struct object *object)
{
    size_t class_at = class_of(tables, object);
    const struct class_entry *entry = &tables->classes[class_at];
    struct text mask = {0};
    text_add(&mask, "[%zu", class_at);
    size_t advanced_at = 1;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < object->property_count; i++) {
            const struct property *property = &object->properties[i];
            bool is_simple = property->kind == KIND_SIMPLE;
            if (is_simple == (pass == 0) && is_inline(object, property)) {
                text_add(&mask, ",%ld", class_key(entry, property->key));
                advanced_at += is_simple;
            }
        }
    }
    text_add(&mask, ",%zu]", advanced_at);
    size_t index = strings_index(&tables->masks, keep("%s", mask.data));
    text_free(&mask);
    return index;
}

static void write_object(struct writer *writer, const struct object *object)
{
    text_add(&writer->out, "[%zu", mask_of(writer->tables, object));
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < object->property_count; i++) {
            const struct property *property = &object->properties[i];
            if ((property->kind == KIND_SIMPLE) == (pass == 0) &&
                is_inline(object, property)) {
                text_add(&writer->out, ",");
                write_value(writer, property);
            }
        }
    }
    text_add(&writer->out, "]");
}

static void write_late(struct writer *writer, const struct object *object)
{
    for (size_t i = 0; i < object->property_count; i++) {
        const struct property *property = &object->properties[i];
        if (is_inline(object, property)) {
            continue;
        }
        long key = name_index(writer, property->key);
        if (property->kind == KIND_ASSET) {
            add_depend(writer, object->instance, key, property->items[0]);
        } else {
            const struct object *target = property->items[0];
            add_number(&writer->instance_refs, object->instance);
            add_number(&writer->instance_refs, key);
            add_number(&writer->instance_refs, target->instance);
        }
    }
}

static void write_instances(struct writer *writer, const struct section *section)
{
    text_add(&writer->out, "[");
    if (section->custom_class != NULL) {
        text_add(&writer->out, "%s", section->custom_content);
    }
    for (size_t i = 0; i < section->object_count; i++) {
        const struct object *object = section->objects[i];
        if (object->instance >= 0) {
            text_comma(&writer->out);
            writer->instance = object->instance;
            write_object(writer, object);
            write_late(writer, object);
        }
    }
    /* The complement of root 0: a native file belongs to it. */
    text_add(&writer->out, section->is_native ? ",-1]" : "]");
}

static void write_refs(struct writer *writer)
{
    if (writer->object_refs.size_bytes == 0 && writer->instance_refs.size_bytes == 0) {
        text_add(&writer->out, ",0");
        return;
    }
    text_add(&writer->out, ",[");
    const struct text *lists[2] = {&writer->object_refs, &writer->instance_refs};
    for (size_t i = 0; i < 2; i++) {
        if (lists[i]->size_bytes != 0) {
            text_comma(&writer->out);
            text_add_bytes(&writer->out, lists[i]->data, lists[i]->size_bytes);
        }
    }
    text_add(&writer->out, ",%ld]", writer->object_ref_count);
}

/* Elements 5 to 10 of the file, without the brackets around them. */
static void write_section(struct text *out, struct tables *tables,
                          const struct section *section)
{
    struct writer writer = {.tables = tables};
    write_instances(&writer, section);
    if (section->custom_class != NULL) {
        text_add(&writer.out, ",[%zu]", custom_class_of(tables, section->custom_class));
        for (size_t i = 0; i < section->depend_count; i++) {
            add_depend(&writer, 0, name_index(&writer, section->depend_keys[i]),
                       section->depend_ids[i]);
        }
    } else {
        text_add(&writer.out, ",0");
    }
    write_refs(&writer);
    struct text *lists[3] = {&writer.depend_objects, &writer.depend_keys,
                             &writer.depend_uuids};
    for (size_t i = 0; i < 3; i++) {
        text_add(&writer.out, ",[%s]", lists[i]->size_bytes == 0 ? "" : lists[i]->data);
        text_free(lists[i]);
    }
    text_add_bytes(out, writer.out.data, writer.out.size_bytes);
    text_free(&writer.out);
    text_free(&writer.object_refs);
    text_free(&writer.instance_refs);
}

void document_add(struct text *out, struct section *const *sections, size_t count,
                  bool is_pack)
{
    struct tables tables = {0};
    for (size_t i = 0; i < count; i++) {
        collect_classes(&tables, sections[i]);
    }
    struct text body = {0};
    for (size_t i = 0; i < count; i++) {
        text_add(&body, "%s%s", i == 0 ? "" : ",", is_pack ? "[" : "");
        write_section(&body, &tables, sections[i]);
        text_add(&body, "%s", is_pack ? "]" : "");
    }
    text_add(out, "[1");
    strings_print(out, &tables.uuids, "\"");
    strings_print(out, &tables.names, "\"");
    print_classes(out, &tables);
    strings_print(out, &tables.masks, "");
    text_add(out, is_pack ? ",[%s]]" : ",%s]", body.data);
    text_free(&body);
}
