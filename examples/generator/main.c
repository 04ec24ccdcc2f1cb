/*
 * main.c - writes the show-case build: a small game as Cocos Creator 3.8.7 builds it.
 *
 *     gcc -std=c17 -O2 -c *.c $(pkg-config --cflags libpng libturbojpeg libwebp)
 *     g++ -O2 -c astc.cc
 *     g++ -o showcase *.o $(pkg-config --libs libpng libturbojpeg libwebp) -lastcenc -lm
 *     ./showcase ../showcase
 *
 * Promises: two runs write the same bytes; what a report must say goes to standard
 * output.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "build.h"

#include <stdio.h>

#include "tally.h"
#include "uuid.h"

static void make_physics(struct build *build)
{
    build->physics_id = uuid_of("default-physics-material");
    struct section *section = section_new();
    struct object *material = instance_new(section, "cc.PhysicsMaterial");
    object_simple(material, "_name", "\"default-physics-material\"");
    object_simple(material, "_friction", "0.8");
    object_simple(material, "_rollingFriction", "0.1");
    object_simple(material, "_spinningFriction", "0.1");
    object_simple(material, "_restitution", "0.1");
    bundle_document(build->main, build->physics_id, section);
    bundle_path(build->main, build->physics_id,
                "db:/internal/physics/default-physics-material", "cc.PhysicsMaterial",
                true);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: showcase FOLDER\n");
        return 2;
    }
    struct build build = {.folder = keep("%s/data", argv[1])};
    make_internal(&build);
    make_shared(&build);
    make_resources(&build);
    build.main = bundle_new(keep("%s/assets", build.folder), "main");
    build.main_textures = bundle_pack(build.main, PACK_TEXTURES, "textures");
    build.atlas_images = bundle_pack(build.main, PACK_IMAGES, "atlas images");
    build.atlas_textures = bundle_pack(build.main, PACK_TEXTURES, "atlas textures");
    make_physics(&build);
    make_menu(&build);
    make_sponza(&build);
    make_cathedral(&build);
    make_gallery(&build);
    bundle_write(build.internal);
    bundle_write(build.shared);
    bundle_write(build.resources);
    bundle_write(build.main);
    write_settings(&build);
    tally_print();
    return 0;
}
