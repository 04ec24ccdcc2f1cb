/*
 * build.h - the parts of the show-case build, in the order in which they are made.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PA_GENERATOR_BUILD_H
#define PA_GENERATOR_BUILD_H

#include "asset.h"
#include "bundle.h"
#include "surface.h"

#define STONE_COUNT 25
/* The materials of sponza that cathedral uses too. */
#define SHARED_COUNT 4

struct build {
    const char *folder; /* the one that holds assets/ and src/ */
    struct bundle *internal;
    struct bundle *shared;
    struct bundle *resources;
    struct bundle *main;
    struct pack *main_textures; /* every Texture2D of the bundle main */
    struct pack *atlas_images;
    struct pack *atlas_textures;
    const char *standard_effect_id;
    const char *builtin_ids[8];
    size_t builtin_count;
    const char *background_frame_id; /* in shared, as are these two */
    const char *background_texture_id;
    const char *panel_frame_id;
    const char *panel_texture_id;
    const char *physics_id;
    const char *mesh_ids[4];
    struct material stones[STONE_COUNT];
    const char *stone_ids[STONE_COUNT];
};

void make_internal(struct build *build);
void make_shared(struct build *build);
void make_resources(struct build *build);
void make_menu(struct build *build);
void make_sponza(struct build *build);
void make_cathedral(struct build *build);
void make_gallery(struct build *build);
void write_settings(const struct build *build);

/* Paints one map of the surface into a JPEG with its texture; returns the texture's id.
 */
const char *make_map(struct build *build, struct pack *images,
                     const struct surface *surface, const char *name,
                     enum surface_map map, const char *base);
void use_material(const char *scene, const struct material *material);

/* An automatic atlas: signs side by side in one image with a short id. */
struct atlas {
    const char *texture_id;
    const char *frame_ids[8];
};

struct atlas make_atlas(struct build *build, struct pack *frames, const char *name,
                        unsigned sign_px);

#endif
