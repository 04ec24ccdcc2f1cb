/*
 * bundle.h - one asset bundle: its config, its packs, its import and native files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PA_GENERATOR_BUNDLE_H
#define PA_GENERATOR_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>

#include "document.h"

struct bundle;
struct asset;
struct pack;

enum pack_kind {
    PACK_DOCUMENTS, /* the compiled form, 6 elements */
    PACK_TEXTURES,  /* {"type":"cc.Texture2D"} */
    PACK_IMAGES,    /* {"type":"cc.ImageAsset"} */
    PACK_BINARY     /* BINP, of CCONB members */
};

struct bundle *bundle_new(const char *assets_folder, const char *name);
const char *bundle_name(const struct bundle *bundle);
/* An asset whose import file is a compiled document. */
struct asset *bundle_document(struct bundle *bundle, const char *id,
                              struct section *section);
/* A Texture2D: what its document holds depends on the pack that takes it. */
struct asset *bundle_texture(struct bundle *bundle, const char *id, const char *base,
                             const char *image_id);
/* CCON as text: a .json file and its chunk, a .bin file beside it. */
void bundle_ccon(struct bundle *bundle, const char *id, const struct text *document,
                 const struct text *chunk);
/* CCONB: one binary file, stored under .bin; in a pack it is a member of BINP. */
struct asset *bundle_cconb(struct bundle *bundle, const char *id,
                           const struct text *file);
void bundle_native(struct bundle *bundle, const char *id, const char *extension,
                   const void *bytes, size_t size_bytes);
void bundle_path(struct bundle *bundle, const char *id, const char *path,
                 const char *type, bool is_sub);
void bundle_scene(struct bundle *bundle, const char *id, const char *url);
/* The asset is stored in the other bundle. */
void bundle_redirect(struct bundle *bundle, const char *id, const char *other);

struct pack *bundle_pack(struct bundle *bundle, enum pack_kind kind, const char *name);
void pack_add(struct pack *pack, struct asset *asset);

/* Writes the config, the packs and the single import files. */
void bundle_write(struct bundle *bundle);

#endif
