/*
 * asset.c - the assets of a build: images, textures, frames, materials, meshes.
 *
 * The contents have the keys, and the order of keys, that builds of 3.8 hold.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "asset.h"

#include <string.h>

#include "tally.h"
#include "uuid.h"

static void add_import(struct bundle *bundle, struct pack *pack, const char *id,
                       struct section *section)
{
    struct asset *asset = bundle_document(bundle, id, section);
    if (pack != NULL) {
        pack_add(pack, asset);
    }
}

static void image_import(struct bundle *bundle, struct pack *pack, const char *id,
                         const char *fmt, const struct picture *picture)
{
    add_import(bundle, pack, id,
               section_custom("cc.ImageAsset", true,
                              keep("{\"fmt\":\"%s\",\"w\":0,\"h\":0}", fmt)));
    tally_image(id, picture->width_px, picture->height_px);
}

void asset_image(struct bundle *bundle, struct pack *pack, const char *id,
                 const char *fmt, const struct picture *picture)
{
    struct text file = {0};
    if (strcmp(fmt, "4") == 0) {
        encode_webp(&file, picture, 70.0f);
        bundle_native(bundle, id, ".webp", file.data, file.size_bytes);
    } else if (strcmp(fmt, "1") == 0) {
        encode_jpeg(&file, picture, 70, true);
        bundle_native(bundle, id, ".jpg", file.data, file.size_bytes);
    } else {
        encode_png(&file, picture, PNG_RGBA);
        bundle_native(bundle, id, ".png", file.data, file.size_bytes);
    }
    text_free(&file);
    image_import(bundle, pack, id, fmt, picture);
}

void asset_photo(struct bundle *bundle, struct pack *pack, const char *id,
                 struct picture picture, size_t size_bytes)
{
    struct text file = {0};
    for (int quality = 60; quality >= 12; quality -= 8) {
        text_free(&file);
        encode_jpeg(&file, &picture, quality, false);
        if (file.size_bytes <= size_bytes) {
            break;
        }
    }
    bundle_native(bundle, id, ".jpg", file.data, file.size_bytes);
    text_free(&file);
    image_import(bundle, pack, id, "1", &picture);
    picture_free(&picture);
}

const char *asset_texture(struct bundle *bundle, struct pack *pack, const char *image_id,
                          const char *base)
{
    const char *id = keep("%s%s", image_id, SUB_TEXTURE);
    struct asset *asset = bundle_texture(bundle, id, base, image_id);
    if (pack != NULL) {
        pack_add(pack, asset);
    }
    tally_texture(id, &image_id, 1, strcmp(base, BASE_MIPS) == 0);
    return id;
}

void asset_frame(struct bundle *bundle, struct pack *pack, const char *id,
                 const char *name, const char *texture_id, struct rect rect)
{
    const char *content =
        keep("{\"name\":\"%s\",\"rect\":{\"x\":%u,\"y\":%u,\"width\":%u,\"height\":%u},"
             "\"offset\":{\"x\":0,\"y\":0},"
             "\"originalSize\":{\"width\":%u,\"height\":%u},\"rotated\":false,"
             "\"capInsets\":[0,0,0,0],\"packable\":true,\"pixelsToUnit\":100,"
             "\"pivot\":{\"x\":0.5,\"y\":0.5},\"meshType\":0}",
             name, rect.x_px, rect.y_px, rect.width_px, rect.height_px, rect.width_px,
             rect.height_px);
    struct section *section = section_custom("cc.SpriteFrame", false, content);
    section_depend(section, "_textureSource", texture_id);
    add_import(bundle, pack, id, section);
}

static void material_texture(struct object *dict, const char *key, const char *id)
{
    if (id != NULL) {
        object_asset(dict, key, id);
    }
}

const char *asset_material(struct bundle *bundle, struct pack *pack,
                           const struct material *material)
{
    const char *id = uuid_of(keep("material %s", material->name));
    struct section *section = section_new();
    struct object *object = instance_new(section, "cc.Material");
    object_simple(object, "_name", "\"%s\"", material->name);
    object_simple(object, "_states",
                  "[{\"rasterizerState\":{},\"depthStencilState\":{},"
                  "\"blendState\":{\"targets\":[{}]}}]");
    if (material->main_id == NULL) {
        object_simple(object, "_defines", "[{\"USE_TEXTURE\":true}]");
        object_simple(object, "_props", "[{}]");
    } else {
        object_simple(object, "_defines",
                      "[{\"USE_ALBEDO_MAP\":true,\"USE_NORMAL_MAP\":%s,"
                      "\"USE_PBR_MAP\":%s}]",
                      material->normal_id != NULL ? "true" : "false",
                      material->roughness_id != NULL ? "true" : "false");
        struct object *dict = object_new(section, NULL);
        object_simple(dict, "roughness", "0.8");
        object_simple(dict, "metallic", "0");
        object_value(dict, "albedo", "[4,4294967295]");
        material_texture(dict, "mainTexture", material->main_id);
        material_texture(dict, "normalMap", material->normal_id);
        material_texture(dict, "pbrMap", material->roughness_id);
        material_texture(dict, "occlusionMap", material->occlusion_id);
        object_dicts(object, "_props", dict);
    }
    object_asset(object, "_effectAsset", material->effect_id);
    add_import(bundle, pack, id, section);
    return id;
}

static void add_f32(struct text *out, float value)
{
    unsigned bits;
    memcpy(&bits, &value, sizeof bits);
    text_add_u32(out, bits);
}

static void mesh_bytes(struct text *out, unsigned columns, unsigned rows)
{
    for (unsigned y = 0; y <= rows; y++) {
        for (unsigned x = 0; x <= columns; x++) {
            float u = (float)x / (float)columns;
            float v = (float)y / (float)rows;
            const float vertex[8] = {
                u * 10.0f - 5.0f, 0.0f, v * 10.0f - 5.0f, 0.0f, 1.0f, 0.0f, u, v};
            for (size_t i = 0; i < 8; i++) {
                add_f32(out, vertex[i]);
            }
        }
    }
    for (unsigned y = 0; y < rows; y++) {
        for (unsigned x = 0; x < columns; x++) {
            unsigned a = y * (columns + 1) + x;
            unsigned b = a + columns + 1;
            /* Two 16-bit indices to a word. */
            text_add_u32(out, a | b << 16);
            text_add_u32(out, (a + 1) | (a + 1) << 16);
            text_add_u32(out, b | (b + 1) << 16);
        }
    }
}

const char *asset_mesh(struct bundle *bundle, struct pack *pack, const char *name,
                       unsigned columns, unsigned rows)
{
    unsigned vertex_count = (columns + 1) * (rows + 1);
    unsigned index_count = columns * rows * 6;
    const char *id = keep("%s%s", uuid_of("model architecture.gltf"), uuid_sub(name));
    struct section *section = section_new();
    section_set_native(section);
    struct object *mesh = instance_new(section, "cc.Mesh");
    object_simple(mesh, "_native", "\".bin\"");
    object_simple(mesh, "_hash", "%u", (unsigned)(hash_name(name, 5) & 0xffffffffu));
    struct object *dict = object_new(section, NULL);
    object_simple(dict, "primitives",
                  "[{\"primitiveMode\":7,\"vertexBundelIndices\":[0],\"indexView\":"
                  "{\"offset\":%u,\"length\":%u,\"count\":%u,\"stride\":2}}]",
                  vertex_count * 32, index_count * 2, index_count);
    object_simple(dict, "vertexBundles",
                  "[{\"view\":{\"offset\":0,\"length\":%u,\"count\":%u,\"stride\":32},"
                  "\"attributes\":["
                  "{\"name\":\"a_position\",\"format\":32,\"isNormalized\":false},"
                  "{\"name\":\"a_normal\",\"format\":32,\"isNormalized\":false},"
                  "{\"name\":\"a_texCoord\",\"format\":21,\"isNormalized\":false}]}]",
                  vertex_count * 32, vertex_count);
    object_value(dict, "minPosition", "[1,-5,0,-5]");
    object_value(dict, "maxPosition", "[1,5,0,5]");
    object_dict(mesh, "_struct", dict);
    struct text bytes = {0};
    mesh_bytes(&bytes, columns, rows);
    bundle_native(bundle, id, ".bin", bytes.data, bytes.size_bytes);
    text_free(&bytes);
    add_import(bundle, pack, id, section);
    return id;
}
