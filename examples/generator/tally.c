/*
 * tally.c - what a correct report on the build must say.
 *
 * The rules: an image costs 4 bytes for each pixel, once in a scene; a texture has its
 * full chain of levels when its mip filter is on and both sides are powers of two
 * (SimpleTexture.cpp, native 3.6 and later); a cube has six layers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tally.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

struct image {
    const char *id;
    unsigned width_px;
    unsigned height_px;
};

struct texture {
    const char *id;
    size_t image_ids[6];
    size_t image_count;
    unsigned long gpu_bytes;
};

struct scene {
    const char *name;
    size_t *textures;
    size_t texture_count;
};

static struct image *images;
static size_t image_count;
static struct texture *textures;
static size_t texture_count;
static struct scene *scenes;
static size_t scene_count;

void tally_image(const char *id, unsigned width_px, unsigned height_px)
{
    images = keep_grow(images, image_count, sizeof *images);
    images[image_count++] = (struct image){id, width_px, height_px};
}

static size_t image_index(const char *id)
{
    for (size_t i = 0; i < image_count; i++) {
        if (strcmp(images[i].id, id) == 0) {
            return i;
        }
    }
    die("the tally has no image '%s'", id);
}

static unsigned long chain_bytes(unsigned width_px, unsigned height_px, bool has_mips)
{
    bool is_pot = (width_px & (width_px - 1)) == 0 && (height_px & (height_px - 1)) == 0;
    unsigned long bytes = 0;
    for (;;) {
        bytes += 4ul * width_px * height_px;
        if (!has_mips || !is_pot || (width_px == 1 && height_px == 1)) {
            return bytes;
        }
        width_px = width_px > 1 ? width_px / 2 : 1;
        height_px = height_px > 1 ? height_px / 2 : 1;
    }
}

void tally_texture(const char *id, const char *const *image_ids, size_t count,
                   bool has_mips)
{
    textures = keep_grow(textures, texture_count, sizeof *textures);
    struct texture *texture = &textures[texture_count++];
    *texture = (struct texture){.id = id, .image_count = count};
    for (size_t i = 0; i < count; i++) {
        texture->image_ids[i] = image_index(image_ids[i]);
        const struct image *image = &images[texture->image_ids[i]];
        texture->gpu_bytes += chain_bytes(image->width_px, image->height_px, has_mips);
    }
}

static struct scene *scene_of(const char *name)
{
    for (size_t i = 0; i < scene_count; i++) {
        if (strcmp(scenes[i].name, name) == 0) {
            return &scenes[i];
        }
    }
    scenes = keep_grow(scenes, scene_count, sizeof *scenes);
    scenes[scene_count] = (struct scene){.name = name};
    return &scenes[scene_count++];
}

void tally_use(const char *scene_name, const char *texture_id)
{
    struct scene *scene = scene_of(scene_name);
    for (size_t i = 0; i < scene->texture_count; i++) {
        if (strcmp(textures[scene->textures[i]].id, texture_id) == 0) {
            return;
        }
    }
    for (size_t i = 0; i < texture_count; i++) {
        if (strcmp(textures[i].id, texture_id) == 0) {
            scene->textures =
                keep_grow(scene->textures, scene->texture_count, sizeof(size_t));
            scene->textures[scene->texture_count++] = i;
            return;
        }
    }
    die("the tally has no texture '%s'", texture_id);
}

static void print_scene(const struct scene *scene)
{
    bool *is_used = keep_bytes(image_count + 1);
    unsigned long gpu_bytes = 0;
    for (size_t i = 0; i < scene->texture_count; i++) {
        const struct texture *texture = &textures[scene->textures[i]];
        gpu_bytes += texture->gpu_bytes;
        for (size_t k = 0; k < texture->image_count; k++) {
            is_used[texture->image_ids[k]] = true;
        }
    }
    size_t used_count = 0;
    unsigned long decoded_bytes = 0;
    for (size_t i = 0; i < image_count; i++) {
        if (is_used[i]) {
            used_count++;
            decoded_bytes += 4ul * images[i].width_px * images[i].height_px;
        }
    }
    printf("| %s | %zu | %zu | %lu | %lu |\n", scene->name, used_count,
           scene->texture_count, decoded_bytes, gpu_bytes);
}

void tally_print(void)
{
    printf("| scene | images | textures | decoded bytes | gpu bytes |\n");
    printf("|---|---:|---:|---:|---:|\n");
    for (size_t i = 0; i < scene_count; i++) {
        print_scene(&scenes[i]);
    }
    printf("\nImages in the whole build: %zu; textures: %zu.\n", image_count,
           texture_count);
}
