/*
 * asset.h - the assets of a build: images, textures, frames, materials, meshes.
 *
 * Each function writes the native files, makes the import document, adds both to the
 * bundle and to the tally. A pack of NULL leaves the import file by itself.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PA_GENERATOR_ASSET_H
#define PA_GENERATOR_ASSET_H

#include <stdbool.h>

#include "bundle.h"
#include "encode.h"

/* minFilter, magFilter, wrapS, wrapT, mipFilter, anisotropy, as a texture holds them. */
#define BASE_CLAMP "2,2,2,2,0,0"
#define BASE_REPEAT "2,2,0,0,0,0"
#define BASE_MIPS "2,2,0,0,2,0"

struct rect {
    unsigned x_px, y_px, width_px, height_px;
};

/* Image files of one id: fmt is the list of alternatives, as "0" or "7@93_0". */
void asset_image(struct bundle *bundle, struct pack *pack, const char *id,
                 const char *fmt, const struct picture *picture);
/* A JPEG of at most size_bytes, if any quality gives that; the picture is freed. */
void asset_photo(struct bundle *bundle, struct pack *pack, const char *id,
                 struct picture picture, size_t size_bytes);
/* The texture of the image; returns its id. */
const char *asset_texture(struct bundle *bundle, struct pack *pack, const char *image_id,
                          const char *base);
/* A frame that shows the rectangle of the texture. */
void asset_frame(struct bundle *bundle, struct pack *pack, const char *id,
                 const char *name, const char *texture_id, struct rect rect);

struct material {
    const char *name;
    const char *effect_id;
    const char *main_id; /* textures; NULL for none */
    const char *normal_id;
    const char *roughness_id;
    const char *occlusion_id;
};

const char *asset_material(struct bundle *bundle, struct pack *pack,
                           const struct material *material);
/* A flat grid of quads, columns by rows. */
const char *asset_mesh(struct bundle *bundle, struct pack *pack, const char *name,
                       unsigned columns, unsigned rows);

#endif
