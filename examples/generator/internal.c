/*
 * internal.c - the bundles that the others lean on: internal, shared, and the settings.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "build.h"

#include "emblem.h"
#include "tally.h"
#include "uuid.h"

static const char *add_effect(struct build *build, struct pack *pack, const char *name)
{
    const char *id = uuid_of(keep("effect %s", name));
    struct section *section = section_new();
    struct object *effect = instance_new(section, "cc.EffectAsset");
    object_simple(effect, "_name", "\"%s\"", name);
    object_simple(effect, "shaders",
                  "[{\"hash\":%u,\"name\":\"%s|vs:vert|fs:frag\",\"blocks\":[],"
                  "\"samplerTextures\":[],\"samplers\":[],\"textures\":[],\"buffers\":[],"
                  "\"images\":[],\"subpassInputs\":[],\"attributes\":[],"
                  "\"fragColors\":[],\"descriptors\":[],\"defines\":[]}]",
                  (unsigned)(hash_name(name, 6) & 0xffffffffu), name);
    object_simple(effect, "techniques",
                  "[{\"passes\":[{\"program\":\"%s|vs:vert|fs:frag\"}]}]", name);
    object_simple(effect, "combinations", "[]");
    pack_add(pack, bundle_document(build->internal, id, section));
    bundle_path(build->internal, id, keep("db:/internal/effects/%s", name),
                "cc.EffectAsset", true);
    build->builtin_ids[build->builtin_count++] = id;
    return id;
}

static void add_builtin_material(struct build *build, struct pack *pack, const char *name,
                                 const char *effect_id)
{
    struct material material = {.name = name, .effect_id = effect_id};
    const char *id = asset_material(build->internal, pack, &material);
    bundle_path(build->internal, id, keep("db:/internal/default_materials/%s", name),
                "cc.Material", true);
    build->builtin_ids[build->builtin_count++] = id;
}

void make_internal(struct build *build)
{
    build->internal = bundle_new(keep("%s/assets", build->folder), "internal");
    struct pack *pack = bundle_pack(build->internal, PACK_DOCUMENTS, "builtin");
    build->standard_effect_id = add_effect(build, pack, "builtin-standard");
    const char *sprite_id = add_effect(build, pack, "for2d/builtin-sprite");
    add_builtin_material(build, pack, "ui-base-material", sprite_id);
    add_builtin_material(build, pack, "ui-sprite-material", sprite_id);
    add_builtin_material(build, pack, "missing-material", build->standard_effect_id);
    const char *image_id = uuid_of("image default-sprite");
    struct picture picture = emblem_sign(EMBLEM_PANEL, 40, 40);
    asset_image(build->internal, NULL, image_id, "0", &picture);
    picture_free(&picture);
    const char *texture_id = asset_texture(build->internal, NULL, image_id, BASE_CLAMP);
    const char *frame_id = keep("%s%s", image_id, SUB_FRAME);
    asset_frame(build->internal, pack, frame_id, "default-sprite", texture_id,
                (struct rect){0, 0, 40, 40});
    bundle_path(build->internal, frame_id,
                "db:/internal/default_ui/default_sprite/spriteFrame", "cc.SpriteFrame",
                true);
    build->builtin_ids[build->builtin_count++] = frame_id;
}

void make_shared(struct build *build)
{
    build->shared = bundle_new(keep("%s/assets", build->folder), "shared");
    struct pack *pack = bundle_pack(build->shared, PACK_DOCUMENTS, "all");
    const char *image_id = uuid_of("image hills");
    asset_photo(build->shared, pack, image_id, emblem_landscape(1280, 720, 3), 60000);
    build->background_texture_id =
        asset_texture(build->shared, pack, image_id, BASE_CLAMP);
    build->background_frame_id = keep("%s%s", image_id, SUB_FRAME);
    asset_frame(build->shared, pack, build->background_frame_id, "hills",
                build->background_texture_id, (struct rect){0, 0, 1280, 720});
    bundle_path(build->shared, image_id, "hills", "cc.ImageAsset", false);
    bundle_path(build->shared, build->background_texture_id, "hills/texture",
                "cc.Texture2D", true);
    bundle_path(build->shared, build->background_frame_id, "hills/spriteFrame",
                "cc.SpriteFrame", true);

    const char *panel_id = uuid_of("image panel");
    struct picture panel = emblem_sign(EMBLEM_PANEL, 320, 240);
    asset_image(build->shared, pack, panel_id, "0", &panel);
    picture_free(&panel);
    build->panel_texture_id = asset_texture(build->shared, pack, panel_id, BASE_CLAMP);
    build->panel_frame_id = keep("%s%s", panel_id, SUB_FRAME);
    asset_frame(build->shared, pack, build->panel_frame_id, "panel",
                build->panel_texture_id, (struct rect){0, 0, 320, 240});
    bundle_path(build->shared, build->panel_frame_id, "panel/spriteFrame",
                "cc.SpriteFrame", true);
}

void write_settings(const struct build *build)
{
    struct text out = {0};
    text_add(&out, "{\"CocosEngine\":\"3.8.7\",\"engine\":{\"debug\":false,"
                   "\"platform\":\"android\",\"customLayers\":[],\"sortingLayers\":[],"
                   "\"macros\":{\"CLEANUP_IMAGE_CACHE\":false},\"builtinAssets\":[");
    for (size_t i = 0; i < build->builtin_count; i++) {
        text_comma(&out);
        text_add(&out, "\"%s\"", build->builtin_ids[i]);
    }
    text_add(&out,
             "]},\"animation\":{\"customJointTextureLayouts\":[]},\"assets\":{"
             "\"server\":\"\",\"remoteBundles\":[],\"subpackages\":[],"
             "\"preloadBundles\":[{\"bundle\":\"shared\"},{\"bundle\":\"resources\"},"
             "{\"bundle\":\"main\"}],\"bundleVers\":{},\"preloadAssets\":[],"
             "\"projectBundles\":[\"internal\",\"shared\",\"resources\",\"main\"],"
             "\"downloadMaxConcurrency\":15},\"plugins\":{\"jsList\":[]},"
             "\"scripting\":{\"scriptPackages\":[\"../chunks/bundle.js\"]},"
             "\"launch\":{\"launchScene\":\"db://assets/scenes/menu.scene\"},"
             "\"screen\":{\"exactFitScreen\":true,\"designResolution\":"
             "{\"width\":1280,\"height\":720,\"policy\":2}},"
             "\"rendering\":{\"renderPipeline\":\"\",\"customPipeline\":true,"
             "\"effectSettingsPath\":\"src/effect.bin\"},"
             "\"splashScreen\":{\"displayRatio\":1,\"totalTime\":0,"
             "\"logo\":{\"type\":\"none\"},\"background\":{\"type\":\"none\"}},"
             "\"physics\":{\"physicsEngine\":\"\",\"gravity\":"
             "{\"x\":0,\"y\":-10,\"z\":0},\"allowSleep\":true,"
             "\"sleepThreshold\":0.1,\"autoSimulation\":true,"
             "\"fixedTimeStep\":0.0166667,\"maxSubSteps\":1,");
    text_add(&out, "\"defaultMaterial\":\"%s\"}}", build->physics_id);
    file_write(keep("%s/src/settings.json", build->folder), out.data, out.size_bytes);
    text_free(&out);
}
