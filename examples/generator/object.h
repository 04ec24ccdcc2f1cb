/*
 * object.h - the objects of an import document, as document.c writes them.
 *
 * The functions that make them are in document.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PA_GENERATOR_OBJECT_H
#define PA_GENERATOR_OBJECT_H

#include "document.h"

/* The data type ids of deserialize.ts; only those written here. */
enum kind {
    KIND_SIMPLE = 0,
    KIND_REF = 1,
    KIND_REFS = 2,
    KIND_ASSETS = 3,
    KIND_CHILD = 4,
    KIND_CREATED = 5,
    KIND_ASSET = 6,
    KIND_VALUE = 8,
    KIND_CHILDREN = 9,
    KIND_DICT = 11,
    KIND_ARRAY = 12
};

struct property {
    const char *key;
    enum kind kind;
    const char *json;
    const void **items; /* objects, or ids of assets */
    size_t item_count;
};

struct object {
    const char *class_name;
    long instance; /* -1 when it lives inside another one */
    struct property *properties;
    size_t property_count;
};

struct section {
    struct object **objects;
    size_t object_count;
    long instance_count;
    const char *custom_class;
    const char *custom_content;
    const char **depend_keys;
    const char **depend_ids;
    size_t depend_count;
    bool is_native;
};

#endif
