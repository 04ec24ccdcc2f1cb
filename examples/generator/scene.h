/*
 * scene.h - scenes and prefabs: nodes with what hangs on them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PA_GENERATOR_SCENE_H
#define PA_GENERATOR_SCENE_H

#include <stdbool.h>

#include "bundle.h"

struct scene {
    const char *name;
    const char *id;
    struct section *section;
    struct object *root; /* the cc.Scene, or the prefab's node */
    bool is_prefab;
};

struct placement {
    const char *name;
    double x, y, z;
};

/* skybox_id is that of a TextureCube, or NULL. */
struct scene scene_new(const char *name, bool is_auto_release, const char *skybox_id);
/* Adds the scene to the bundle, by its path and url. */
void scene_add(const struct scene *scene, struct bundle *bundle, struct pack *pack);
struct scene prefab_new(const char *name);

/* Children of the root. */
void scene_camera(const struct scene *scene);
void scene_light(const struct scene *scene);
void scene_mesh(const struct scene *scene, struct placement at, const char *mesh_id,
                const char *material_id, const char *lightmap_id);
/* A canvas with its own camera; what sprites hang on. */
struct object *scene_canvas(const struct scene *scene);
/* atlas_id may be NULL. */
void scene_sprite(const struct scene *scene, struct object *parent, struct placement at,
                  unsigned width_px, unsigned height_px, const char *frame_id,
                  const char *atlas_id);

#endif
