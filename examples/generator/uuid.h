/*
 * uuid.h - asset ids made from names, so that two runs write the same bytes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PA_GENERATOR_UUID_H
#define PA_GENERATOR_UUID_H

#include <stdint.h>

/* The ids of sub-assets: five digits of the md5 of the importer's own name for each
   (texture, spriteFrame, textureCube and the six faces), the same in every build. */
#define SUB_TEXTURE "@6c48a"
#define SUB_FRAME "@f9941"
#define SUB_CUBE "@b47c0"

uint64_t hash_name(const char *name, uint64_t seed);
/* A full id, 8-4-4-4-12 hexadecimal digits with the marks of a random uuid. */
const char *uuid_of(const char *name);
/* "@xxxxx" for a sub-asset with a name of its own. */
const char *uuid_sub(const char *name);
/* A 22-character id as nodes carry. */
const char *uuid_node(const char *name);
/* The form that release configs and documents hold: 22 characters for a full id, what
   follows '@' unchanged, short ids unchanged. */
const char *uuid_compressed(const char *id);
/* The id of a pack ('0') or of an automatic atlas ('1'): the mark and 8 digits. */
const char *uuid_short(char mark, const char *name);

#endif
