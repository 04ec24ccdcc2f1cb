/*
 * resources.c - the bundle whose assets only code reaches, by their names.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "build.h"

#include "ccon.h"
#include "emblem.h"
#include "scene.h"
#include "uuid.h"

static const struct recipe samples[] = {
    {"sandstone", SURFACE_BLOCKS, 6, 3, 0xa98a5c, 0xdcc08c, 0x7d6440, 301},
    {"terrazzo", SURFACE_FLAGS, 10, 10, 0x8f9aa3, 0xd5dde2, 0x5d666d, 302},
    {"velvet", SURFACE_CLOTH, 6, 4, 0x1d2a5c, 0x4a63b8, 0xd8c37a, 303},
    {"oak", SURFACE_PLANKS, 1, 5, 0x5b3d22, 0xa87a48, 0x2f1e10, 304},
    {"slate", SURFACE_SCALES, 10, 8, 0x38424c, 0x6d7c88, 0x20262c, 305},
    {"rosette", SURFACE_RELIEF, 2, 2, 0x7d7466, 0xd8cdb8, 0xb8944a, 306},
};

#define SAMPLE_COUNT (sizeof samples / sizeof samples[0])

static void make_clips(struct build *build)
{
    static const float times_s[] = {0.0f, 0.5f, 1.0f};
    static const float swings[] = {-8.0f, 8.0f, -8.0f};
    static const float bobs[] = {0.0f, 24.0f, 0.0f};
    struct clip bob = {"bob", 1.0, times_s, bobs, 3};
    struct clip swing = {"swing", 1.0, times_s, swings, 3};
    struct clip pulse = {"pulse", 0.5, times_s, bobs, 2};
    const char *bob_id = uuid_of("clip bob");
    struct text document = {0};
    struct text chunk = {0};
    clip_document(&document, &chunk, &bob);
    bundle_ccon(build->resources, bob_id, &document, &chunk);
    text_free(&document);
    text_free(&chunk);
    bundle_path(build->resources, bob_id, "clips/bob", "cc.AnimationClip", false);

    struct pack *pack = bundle_pack(build->resources, PACK_BINARY, "clips");
    const struct clip *clips[] = {&swing, &pulse};
    for (unsigned i = 0; i < 2; i++) {
        struct text file = {0};
        cconb_add(&file, clips[i], i + 1);
        const char *id = uuid_of(keep("clip %s", clips[i]->name));
        struct asset *asset = bundle_cconb(build->resources, id, &file);
        pack_add(pack, asset);
        bundle_path(build->resources, id, keep("clips/%s", clips[i]->name),
                    "cc.AnimationClip", false);
    }
}

static void make_samples(struct build *build, struct pack *textures,
                         const char **frame_ids)
{
    for (size_t i = 0; i < SAMPLE_COUNT; i++) {
        struct surface *surface = surface_new(&samples[i], 256);
        const char *id = uuid_of(keep("image sample %s", samples[i].name));
        const char *path = keep("textures/%s", samples[i].name);
        asset_photo(build->resources, NULL, id, surface_paint(surface, MAP_ALBEDO),
                    14000);
        surface_free(surface);
        const char *texture_id =
            asset_texture(build->resources, textures, id, BASE_CLAMP);
        frame_ids[i] = keep("%s%s", id, SUB_FRAME);
        /* In no pack: the frames are addressable each, and lie as single files. */
        asset_frame(build->resources, NULL, frame_ids[i], samples[i].name, texture_id,
                    (struct rect){0, 0, 256, 256});
        bundle_path(build->resources, id, path, "cc.ImageAsset", false);
        bundle_path(build->resources, texture_id, keep("%s/texture", path),
                    "cc.Texture2D", true);
        bundle_path(build->resources, frame_ids[i], keep("%s/spriteFrame", path),
                    "cc.SpriteFrame", true);
    }
}

void make_resources(struct build *build)
{
    build->resources = bundle_new(keep("%s/assets", build->folder), "resources");
    struct pack *textures = bundle_pack(build->resources, PACK_TEXTURES, "textures");
    const char *frame_ids[SAMPLE_COUNT];
    make_samples(build, textures, frame_ids);
    struct pack *prefabs = bundle_pack(build->resources, PACK_DOCUMENTS, "prefabs");
    struct scene popup = prefab_new("popup");
    bundle_redirect(build->resources, build->panel_frame_id, "shared");
    scene_sprite(&popup, popup.root, (struct placement){"panel", 0, 0, 0}, 480, 320,
                 build->panel_frame_id, NULL);
    scene_sprite(&popup, popup.root, (struct placement){"left", -120, 0, 0}, 160, 160,
                 frame_ids[0], NULL);
    scene_sprite(&popup, popup.root, (struct placement){"right", 120, 0, 0}, 160, 160,
                 frame_ids[1], NULL);
    scene_add(&popup, build->resources, prefabs);
    struct scene badge = prefab_new("badge");
    scene_sprite(&badge, badge.root, (struct placement){"rosette", 0, 0, 0}, 96, 96,
                 frame_ids[5], NULL);
    scene_add(&badge, build->resources, prefabs);
    make_clips(build);
}
