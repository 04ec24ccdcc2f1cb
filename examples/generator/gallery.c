/*
 * gallery.c - the two scenes of sprites: menu is light, gallery has one of each kind.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "build.h"

#include "emblem.h"
#include "scene.h"
#include "tally.h"
#include "uuid.h"

struct atlas make_atlas(struct build *build, struct pack *frames, const char *name,
                        unsigned sign_px)
{
    /* Four columns and two rows, each sign with three clear pixels around it. */
    unsigned step_px = sign_px + 6;
    struct picture sheet = picture_new(sign_px * 4 + 128, sign_px * 2 + 64);
    const char *image_id = uuid_short('1', keep("atlas %s", name));
    struct atlas atlas = {.texture_id = keep("%s%s", image_id, SUB_TEXTURE)};
    struct rect rects[8];
    for (unsigned i = 0; i < 8; i++) {
        struct picture sign = emblem_sign((enum emblem)i, sign_px, sign_px);
        rects[i] =
            (struct rect){3 + i % 4 * step_px, 3 + i / 4 * step_px, sign_px, sign_px};
        picture_place(&sheet, &sign, rects[i].x_px, rects[i].y_px);
        picture_free(&sign);
    }
    asset_image(build->main, build->atlas_images, image_id, "0", &sheet);
    picture_free(&sheet);
    asset_texture(build->main, build->atlas_textures, image_id, BASE_CLAMP);
    for (unsigned i = 0; i < 8; i++) {
        const char *sign_name = keep("%s-%u", name, i);
        atlas.frame_ids[i] = keep("%s%s", uuid_of(keep("sign %s", sign_name)), SUB_FRAME);
        asset_frame(build->main, frames, atlas.frame_ids[i], sign_name, atlas.texture_id,
                    rects[i]);
    }
    return atlas;
}

void make_menu(struct build *build)
{
    struct pack *pack = bundle_pack(build->main, PACK_DOCUMENTS, "menu");
    struct atlas atlas = make_atlas(build, pack, "menu", 96);
    tally_use("menu", atlas.texture_id);
    tally_use("menu", build->background_texture_id);
    bundle_redirect(build->main, build->background_frame_id, "shared");
    struct scene scene = scene_new("menu", false, NULL);
    struct object *canvas = scene_canvas(&scene);
    scene_sprite(&scene, canvas, (struct placement){"background", 0, 0, 0}, 1280, 720,
                 build->background_frame_id, NULL);
    static const char *const names[] = {"coin",   "gem", "heart", "star",
                                        "shield", "key", "panel", "button"};
    for (unsigned i = 0; i < 8; i++) {
        scene_sprite(&scene, canvas,
                     (struct placement){names[i], 120.0 * i - 420.0, -240, 0}, 96, 96,
                     atlas.frame_ids[i], NULL);
    }
    scene_add(&scene, build->main, pack);
}

/* An image in the gallery: its texture, its frame, its sprite. */
static void hang(struct build *build, const struct scene *scene, struct object *canvas,
                 struct pack *pack, const char *name, const char *image_id,
                 const struct picture *picture, const char *base)
{
    static double next_x = -560;
    const char *texture_id =
        asset_texture(build->main, build->main_textures, image_id, base);
    tally_use("gallery", texture_id);
    const char *frame_id = keep("%s%s", image_id, SUB_FRAME);
    asset_frame(build->main, pack, frame_id, name, texture_id,
                (struct rect){0, 0, picture->width_px, picture->height_px});
    scene_sprite(scene, canvas, (struct placement){name, next_x, 80, 0}, 160, 160,
                 frame_id, NULL);
    next_x += 190;
}

static void hang_png(struct build *build, const struct scene *scene,
                     struct object *canvas, struct pack *pack, const char *name,
                     const struct picture *picture, enum png_kind kind)
{
    const char *id = uuid_of(keep("image %s", name));
    struct text file = {0};
    encode_png(&file, picture, kind);
    bundle_native(build->main, id, ".png", file.data, file.size_bytes);
    text_free(&file);
    pack_add(pack, bundle_document(build->main, id,
                                   section_custom("cc.ImageAsset", true,
                                                  "{\"fmt\":\"0\",\"w\":0,\"h\":0}")));
    tally_image(id, picture->width_px, picture->height_px);
    hang(build, scene, canvas, pack, name, id, picture, BASE_CLAMP);
}

/* ASTC 6x6 beside a PNG; of the first one the ASTC file holds all levels. */
static void hang_compressed(struct build *build, const struct scene *scene,
                            struct object *canvas, struct pack *pack, const char *name,
                            struct picture picture, bool with_mips)
{
    const char *id = uuid_of(keep("image %s", name));
    struct text file = {0};
    encode_astc(&file, &picture, with_mips);
    bundle_native(build->main, id, ".astc", file.data, file.size_bytes);
    text_free(&file);
    asset_image(build->main, NULL, id, "7@93_0", &picture);
    hang(build, scene, canvas, pack, name, id, &picture,
         with_mips ? BASE_MIPS : BASE_CLAMP);
    picture_free(&picture);
}

/* Few colours, and clear ones among them, as a palette with tRNS holds. */
static void few_colors(struct picture *picture)
{
    for (size_t i = 0; i < (size_t)picture->width_px * picture->height_px; i++) {
        struct pixel *pixel = &picture->pixels[i];
        *pixel =
            (struct pixel){(uint8_t)(pixel->r & 0xe0u), (uint8_t)(pixel->g & 0xe0u),
                           (uint8_t)(pixel->b & 0xc0u), (uint8_t)(pixel->a / 64 * 85)};
    }
}

static void hang_sprite_atlas(struct build *build, const struct scene *scene,
                              struct object *canvas, struct pack *pack)
{
    const char *image_id = uuid_of("image hud");
    struct picture sheet = picture_new(256, 64);
    for (unsigned i = 0; i < 4; i++) {
        struct picture sign = emblem_sign((enum emblem)i, 62, 62);
        picture_place(&sheet, &sign, 1 + 64 * i, 1);
        picture_free(&sign);
    }
    asset_image(build->main, NULL, image_id, "0", &sheet);
    picture_free(&sheet);
    const char *texture_id =
        asset_texture(build->main, build->main_textures, image_id, BASE_CLAMP);
    tally_use("gallery", texture_id);
    const char *atlas_id = uuid_of("atlas hud.plist");
    static const char *const names[] = {"hud-coin", "hud-gem", "hud-heart", "hud-star"};
    struct text content = {0};
    text_add(&content, "{\"name\":\"hud.plist\",\"spriteFrames\":[");
    const char *frame_ids[4];
    for (unsigned i = 0; i < 4; i++) {
        frame_ids[i] = keep("%s%s", atlas_id, uuid_sub(names[i]));
        asset_frame(build->main, pack, frame_ids[i], names[i], texture_id,
                    (struct rect){1 + 64 * i, 1, 62, 62});
        text_comma(&content);
        text_add(&content, "\"%s\",\"%s\"", names[i], uuid_compressed(frame_ids[i]));
    }
    text_add(&content, "]}");
    pack_add(pack, bundle_document(build->main, atlas_id,
                                   section_custom("cc.SpriteAtlas", false,
                                                  keep("%s", content.data))));
    text_free(&content);
    scene_sprite(scene, canvas, (struct placement){"hud", 420, 280, 0}, 62, 62,
                 frame_ids[0], atlas_id);
}

static void hang_render_texture(struct build *build, const struct scene *scene,
                                struct object *canvas, struct pack *pack)
{
    const char *id = uuid_of("render texture mirror");
    bundle_document(build->main, id,
                    section_custom("cc.RenderTexture", false,
                                   "{\"base\":\"" BASE_CLAMP "\",\"w\":512,\"h\":512,"
                                   "\"n\":\"mirror\"}"));
    tally_texture(id, NULL, 0, false);
    tally_use("gallery", id);
    const char *frame_id = keep("%s%s", id, SUB_FRAME);
    asset_frame(build->main, pack, frame_id, "mirror", id, (struct rect){0, 0, 512, 512});
    scene_sprite(scene, canvas, (struct placement){"mirror", 0, -200, 0}, 256, 256,
                 frame_id, NULL);
}

static void hang_pictures(struct build *build, const struct scene *scene,
                          struct object *canvas, struct pack *pack)
{
    static const struct recipe fresco = {"fresco", SURFACE_RELIEF, 2,        2,
                                         0x5a6f86, 0xe6d5b5,       0xb5502f, 71};
    const char *leaf_id = uuid_of("image wreath");
    struct picture wreath = emblem_leaves(512, 0x9a7a2a, 8);
    asset_image(build->main, NULL, leaf_id, "4", &wreath);
    hang(build, scene, canvas, pack, "wreath", leaf_id, &wreath, BASE_CLAMP);
    picture_free(&wreath);
    const char *valley_id = uuid_of("image valley");
    struct picture valley = emblem_landscape(800, 600, 40);
    asset_image(build->main, NULL, valley_id, "1", &valley);
    hang(build, scene, canvas, pack, "valley", valley_id, &valley, BASE_CLAMP);
    struct picture gray = picture_half(&valley);
    hang_png(build, scene, canvas, pack, "gray", &gray, PNG_GRAY);
    picture_free(&gray);
    picture_free(&valley);
    struct picture stamp = emblem_sign(EMBLEM_STAR, 128, 128);
    few_colors(&stamp);
    hang_png(build, scene, canvas, pack, "stamp", &stamp, PNG_PALETTE);
    picture_free(&stamp);
    struct surface *surface = surface_new(&fresco, 512);
    hang_compressed(build, scene, canvas, pack, "fresco",
                    surface_paint(surface, MAP_ALBEDO), true);
    surface_free(surface);
    hang_compressed(build, scene, canvas, pack, "poster", emblem_landscape(300, 420, 60),
                    false);
}

void make_gallery(struct build *build)
{
    struct pack *pack = bundle_pack(build->main, PACK_DOCUMENTS, "gallery");
    struct scene scene = scene_new("gallery", false, NULL);
    struct object *canvas = scene_canvas(&scene);
    bundle_redirect(build->main, build->panel_frame_id, "shared");
    tally_use("gallery", build->panel_texture_id);
    scene_sprite(&scene, canvas, (struct placement){"board", 0, 0, 0}, 1200, 640,
                 build->panel_frame_id, NULL);
    hang_pictures(build, &scene, canvas, pack);
    struct atlas atlas = make_atlas(build, pack, "gallery", 64);
    tally_use("gallery", atlas.texture_id);
    for (unsigned i = 0; i < 6; i++) {
        scene_sprite(&scene, canvas,
                     (struct placement){keep("sign-%u", i), 90.0 * i - 420, 280, 0}, 64,
                     64, atlas.frame_ids[i], NULL);
    }
    hang_sprite_atlas(build, &scene, canvas, pack);
    hang_render_texture(build, &scene, canvas, pack);
    scene_add(&scene, build->main, pack);
}
