/*
 * document.h - import documents in the engine's compiled serialization.
 *
 * A section is one asset: either instances (objects with classes and masks) or one custom
 * content. A document is the shared tables and one section (a single file, 11 elements)
 * or many (a pack, 6 elements). The layout is that of the engine's deserialize.ts (3.x).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PA_GENERATOR_DOCUMENT_H
#define PA_GENERATOR_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

struct section;
struct object;

struct section *section_new(void);
/* Custom content; is_native says that a native file belongs to it. */
struct section *section_custom(const char *class_name, bool is_native,
                               const char *content);
/* A dependency of the custom content. */
void section_depend(struct section *section, const char *key, const char *id);
void section_set_native(struct section *section);

/* A top-level instance; the first of a section is its root. */
struct object *instance_new(struct section *section, const char *class_name);
/* An object that lives inside a property of another one; class NULL is a dictionary. */
struct object *object_new(struct section *section, const char *class_name);

void object_simple(struct object *object, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A value type whose holder exists already (5), or is made anew (8). */
void object_created(struct object *object, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void object_value(struct object *object, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void object_ref(struct object *object, const char *key, const struct object *target);
void object_refs_add(struct object *object, const char *key, const struct object *target);
void object_asset(struct object *object, const char *key, const char *id);
void object_assets_add(struct object *object, const char *key, const char *id);
void object_child(struct object *object, const char *key, const struct object *child);
void object_children_add(struct object *object, const char *key,
                         const struct object *child);
void object_dict(struct object *object, const char *key, const struct object *dict);
/* An array that holds one dictionary, as a material's properties are. */
void object_dicts(struct object *object, const char *key, const struct object *dict);

/* Adds the text of a single file, or of a pack when is_pack. */
void document_add(struct text *out, struct section *const *sections, size_t count,
                  bool is_pack);

#endif
