/*
 * sponza.c - the scene that fills the memory: 69 images, 68 of them 1024 x 1024.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "build.h"

#include "emblem.h"
#include "scene.h"
#include "tally.h"
#include "uuid.h"

/* 22 have a normal map, 18 a map of roughness: 25 + 22 + 18 = 65. */
#define NORMAL_COUNT 22
#define ROUGHNESS_COUNT 18
#define PHOTO_BYTES 34000

static const struct recipe stones[STONE_COUNT] = {
    {"arch", SURFACE_BLOCKS, 8, 4, 0x8d8478, 0xc8bda8, 0x6a6259, 11},
    {"brick", SURFACE_BLOCKS, 14, 7, 0x7a4634, 0xb8775a, 0xb3a593, 12},
    {"ceiling", SURFACE_PLASTER, 4, 4, 0xb7a58a, 0xe2d6bd, 0x9a7c5c, 13},
    {"column-a", SURFACE_FLUTES, 2, 12, 0x9b917f, 0xd8cfbb, 0x8c7a55, 14},
    {"floor", SURFACE_TILES, 6, 6, 0x6d4a3a, 0xd8c7a4, 0x8a2f2a, 15},
    {"marble", SURFACE_MARBLE, 5, 2, 0xd8d4cc, 0xf2efe8, 0x70727a, 16},
    {"flagstone", SURFACE_FLAGS, 6, 6, 0x6e6d68, 0xa9a59a, 0x4a4a47, 17},
    {"column-b", SURFACE_FLUTES, 1, 8, 0x7f6f5c, 0xc2b090, 0x6b5a3c, 18},
    {"column-c", SURFACE_FLUTES, 3, 10, 0x8a8f95, 0xc9ced2, 0x75797d, 19},
    {"relief", SURFACE_RELIEF, 2, 2, 0x8b8170, 0xd6cbb2, 0xc2a050, 20},
    {"roof", SURFACE_SCALES, 9, 8, 0x7a3322, 0xb8603f, 0x3c1a12, 21},
    {"door", SURFACE_PLANKS, 1, 6, 0x4a3220, 0x8c623c, 0x2a1a10, 22},
    {"beam", SURFACE_PLANKS, 1, 3, 0x3d2a1a, 0x74502f, 0x20140b, 23},
    {"plaster-red", SURFACE_PLASTER, 4, 4, 0x8c4a38, 0xc27a5e, 0xd9c7ae, 24},
    {"plaster-blue", SURFACE_PLASTER, 4, 4, 0x4b6178, 0x8fa3b5, 0xcfc6b4, 25},
    {"curtain-red", SURFACE_CLOTH, 7, 6, 0x4d0f18, 0xa82a35, 0xd2a64c, 26},
    {"curtain-blue", SURFACE_CLOTH, 6, 5, 0x14224f, 0x3556a8, 0xd8d0b0, 27},
    {"curtain-green", SURFACE_CLOTH, 8, 6, 0x12331f, 0x2f7a48, 0xd2a64c, 28},
    {"fabric-red", SURFACE_CLOTH, 5, 8, 0x5a1a1a, 0xb84a3a, 0xe8d8b0, 29},
    {"fabric-blue", SURFACE_CLOTH, 5, 7, 0x1a2f5a, 0x4a7ab8, 0xe8d8b0, 30},
    {"fabric-green", SURFACE_CLOTH, 4, 6, 0x1e3d22, 0x5a9a5a, 0xe8d8b0, 31},
    {"wall", SURFACE_BLOCKS, 5, 3, 0x7d7566, 0xb5aa94, 0x5e574b, 32},
    {"vase", SURFACE_MARBLE, 7, 1, 0x9c5a34, 0xd08a58, 0x3a2418, 33},
    {"gravel", SURFACE_FLAGS, 9, 9, 0x8a7f6c, 0xc4b89e, 0x5c5446, 34},
    {"mosaic", SURFACE_TILES, 8, 8, 0x2f5a6b, 0xcfd9c8, 0xc98a2b, 35},
};

const char *make_map(struct build *build, struct pack *images,
                     const struct surface *surface, const char *name,
                     enum surface_map map, const char *base)
{
    static const char *const endings[] = {"albedo", "normal", "roughness"};
    const char *id = uuid_of(keep("image %s-%s", name, endings[map]));
    asset_photo(build->main, images, id, surface_paint(surface, map), PHOTO_BYTES);
    return asset_texture(build->main, build->main_textures, id, base);
}

void use_material(const char *scene, const struct material *material)
{
    const char *ids[] = {material->main_id, material->normal_id, material->roughness_id,
                         material->occlusion_id};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        if (ids[i] != NULL) {
            tally_use(scene, ids[i]);
        }
    }
}

static const char *make_white(struct build *build, struct pack *pack)
{
    struct picture picture = picture_new(4, 4);
    for (size_t i = 0; i < 16; i++) {
        picture.pixels[i] = (struct pixel){255, 255, 255, 255};
    }
    struct text file = {0};
    encode_png(&file, &picture, PNG_RGB);
    const char *id = uuid_of("image white");
    bundle_native(build->main, id, ".png", file.data, file.size_bytes);
    text_free(&file);
    picture_free(&picture);
    pack_add(pack, bundle_document(build->main, id,
                                   section_custom("cc.ImageAsset", true,
                                                  "{\"fmt\":\"0\",\"w\":0,\"h\":0}")));
    tally_image(id, 4, 4);
    return asset_texture(build->main, build->main_textures, id, BASE_REPEAT);
}

static void make_stone(struct build *build, struct pack *pack, size_t at,
                       const char *white_id)
{
    const char *name = stones[at].name;
    struct surface *surface = surface_new(&stones[at], 1024);
    struct material *material = &build->stones[at];
    *material = (struct material){
        .name = name, .effect_id = build->standard_effect_id, .occlusion_id = white_id};
    material->main_id = make_map(build, NULL, surface, name, MAP_ALBEDO, BASE_REPEAT);
    if (at < NORMAL_COUNT) {
        material->normal_id =
            make_map(build, NULL, surface, name, MAP_NORMAL, BASE_REPEAT);
    }
    if (at < ROUGHNESS_COUNT) {
        material->roughness_id =
            make_map(build, NULL, surface, name, MAP_ROUGHNESS, BASE_REPEAT);
    }
    surface_free(surface);
    build->stone_ids[at] = asset_material(build->main, pack, material);
}

static const char *make_cutout(struct build *build, struct pack *pack, const char *name,
                               struct picture picture)
{
    const char *id = uuid_of(keep("image %s", name));
    asset_image(build->main, NULL, id, "0", &picture);
    picture_free(&picture);
    struct material material = {.name = name, .effect_id = build->standard_effect_id};
    material.main_id = asset_texture(build->main, build->main_textures, id, BASE_REPEAT);
    use_material("sponza", &material);
    return asset_material(build->main, pack, &material);
}

void make_sponza(struct build *build)
{
    struct pack *pack = bundle_pack(build->main, PACK_DOCUMENTS, "sponza");
    bundle_redirect(build->main, build->standard_effect_id, "internal");
    static const char *const meshes[] = {"floor", "wall", "column", "drape"};
    for (unsigned i = 0; i < 4; i++) {
        build->mesh_ids[i] = asset_mesh(build->main, pack, meshes[i], 8 + 2 * i, 8);
    }
    const char *white_id = make_white(build, pack);
    struct scene scene = scene_new("sponza", true, NULL);
    scene_camera(&scene);
    scene_light(&scene);
    for (unsigned i = 0; i < STONE_COUNT; i++) {
        make_stone(build, pack, i, white_id);
        use_material("sponza", &build->stones[i]);
        scene_mesh(&scene,
                   (struct placement){stones[i].name, i % 5 * 10.0, 0, i / 5 * 10.0},
                   build->mesh_ids[i % 4], build->stone_ids[i], NULL);
    }
    const char *cutouts[] = {
        make_cutout(build, pack, "chain", emblem_chain(1024)),
        make_cutout(build, pack, "plant", emblem_leaves(1024, 0x4f8a3a, 5)),
        make_cutout(build, pack, "banner", emblem_banner(1024)),
    };
    static const char *const names[] = {"chain", "plant", "banner"};
    for (unsigned i = 0; i < 3; i++) {
        scene_mesh(&scene, (struct placement){names[i], i * 10.0, 4, 50},
                   build->mesh_ids[3], cutouts[i], NULL);
    }
    scene_add(&scene, build->main, pack);
}
