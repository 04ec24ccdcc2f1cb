/*
 * cathedral.c - the scene that comes after sponza: 49 textures of its own, 12 of
 * sponza's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "build.h"

#include "emblem.h"
#include "scene.h"
#include "tally.h"
#include "uuid.h"

#define NAVE_COUNT 15
/* The first of them have mips on their albedo and normal maps: 20 textures. */
#define MIP_COUNT 10
#define LIGHTMAP_COUNT 4

static const struct recipe naves[NAVE_COUNT] = {
    {"glass-east", SURFACE_GLASS, 7, 6, 0, 0, 0x16140f, 51},
    {"glass-west", SURFACE_GLASS, 8, 5, 0, 0, 0x191712, 52},
    {"nave-wall", SURFACE_BLOCKS, 7, 3, 0x8f8f8a, 0xd2d0c6, 0x6c6c68, 53},
    {"nave-floor", SURFACE_TILES, 5, 5, 0x2a2c30, 0xd9d6cc, 0x8d7440, 54},
    {"pillar", SURFACE_FLUTES, 2, 9, 0x8c8a82, 0xcac6ba, 0xa98f4e, 55},
    {"altar", SURFACE_MARBLE, 6, 2, 0xcfc8ba, 0xf4efe4, 0x8a6f4a, 56},
    {"pew", SURFACE_PLANKS, 1, 7, 0x2f1c10, 0x6a4426, 0x160d07, 57},
    {"ceiling-star", SURFACE_RELIEF, 2, 2, 0x1c2d5c, 0x3a57a0, 0xd9b552, 58},
    {"crypt", SURFACE_FLAGS, 5, 6, 0x4f5350, 0x8f948c, 0x33362f, 59},
    {"cloth-altar", SURFACE_CLOTH, 6, 5, 0x5a4a1a, 0xe8dcc0, 0xb8922f, 60},
    {"tower-roof", SURFACE_SCALES, 8, 7, 0x2f4a4a, 0x6fa090, 0x1a2a2a, 61},
    {"chapel", SURFACE_PLASTER, 4, 4, 0xc9bfa8, 0xefe8d8, 0x8f7f68, 62},
    {"organ", SURFACE_FLUTES, 1, 16, 0x7a6a3c, 0xd8c88a, 0x4f3f1c, 63},
    {"font", SURFACE_MARBLE, 4, 1, 0x8f3f34, 0xc47a66, 0xe8dccb, 64},
    {"cloister", SURFACE_BLOCKS, 6, 4, 0x9a8560, 0xd6c496, 0x6c5c40, 65},
};

static const char *make_nave(struct build *build, struct pack *pack, size_t at)
{
    const char *name = naves[at].name;
    const char *base = at < MIP_COUNT ? BASE_MIPS : BASE_REPEAT;
    struct surface *surface = surface_new(&naves[at], 1024);
    struct material material = {.name = name, .effect_id = build->standard_effect_id};
    material.main_id = make_map(build, NULL, surface, name, MAP_ALBEDO, base);
    material.normal_id = make_map(build, NULL, surface, name, MAP_NORMAL, base);
    material.roughness_id =
        make_map(build, NULL, surface, name, MAP_ROUGHNESS, BASE_REPEAT);
    surface_free(surface);
    use_material("cathedral", &material);
    return asset_material(build->main, pack, &material);
}

static const char *make_skybox(struct build *build, struct pack *pack)
{
    /* In the order that the content has them, and in that of emblem_sky. */
    static const struct {
        const char *key;
        const char *sub;
        unsigned face;
    } faces[6] = {{"front", "@e9a6d", 4}, {"back", "@40c10", 5}, {"left", "@8fd34", 1},
                  {"right", "@74afd", 0}, {"top", "@bb97f", 2},  {"bottom", "@7d38f", 3}};
    const char *id = keep("%s%s", uuid_of("image sky"), SUB_CUBE);
    const char *face_ids[6];
    struct text content = {0};
    text_add(&content, "{\"base\":\"%s\",\"rgbe\":false,\"mipmaps\":[{", BASE_MIPS);
    for (size_t i = 0; i < 6; i++) {
        face_ids[i] = keep("%s%s", id, faces[i].sub);
        struct picture picture = emblem_sky(256, faces[i].face);
        asset_image(build->main, pack, face_ids[i], "0", &picture);
        picture_free(&picture);
        text_comma(&content);
        text_add(&content, "\"%s\":\"%s\"", faces[i].key, uuid_compressed(face_ids[i]));
    }
    text_add(&content, "}]}");
    pack_add(pack, bundle_document(build->main, id,
                                   section_custom("cc.TextureCube", false,
                                                  keep("%s", content.data))));
    text_free(&content);
    tally_texture(id, face_ids, 6, true);
    tally_use("cathedral", id);
    return id;
}

void make_cathedral(struct build *build)
{
    struct pack *pack = bundle_pack(build->main, PACK_DOCUMENTS, "cathedral");
    struct scene scene = scene_new("cathedral", true, make_skybox(build, pack));
    scene_camera(&scene);
    scene_light(&scene);
    const char *lightmap_ids[LIGHTMAP_COUNT];
    for (unsigned i = 0; i < LIGHTMAP_COUNT; i++) {
        const char *id = uuid_of(keep("image lightmap %u", i));
        asset_photo(build->main, NULL, id, emblem_lightmap(1024, 200 + i), 34000);
        lightmap_ids[i] =
            asset_texture(build->main, build->main_textures, id, BASE_CLAMP);
        tally_use("cathedral", lightmap_ids[i]);
    }
    for (unsigned i = 0; i < NAVE_COUNT; i++) {
        scene_mesh(&scene,
                   (struct placement){naves[i].name, i % 4 * 10.0, 0, i / 4 * 10.0},
                   build->mesh_ids[i % 4], make_nave(build, pack, i),
                   lightmap_ids[i % LIGHTMAP_COUNT]);
    }
    for (unsigned i = 0; i < SHARED_COUNT; i++) {
        use_material("cathedral", &build->stones[i]);
        scene_mesh(
            &scene,
            (struct placement){keep("old-%s", build->stones[i].name), i * 10.0, 0, 40},
            build->mesh_ids[i % 4], build->stone_ids[i], NULL);
    }
    scene_add(&scene, build->main, pack);
}
