/* content.c - contents that classes read by their own _deserialize, as far as costs hang
 * on them.
 *
 * Sources: cocos-engine 3.8.5 cocos/asset/assets/{image-asset,texture-2d,texture-cube,
 * simple-texture,texture-base,render-texture}.ts,
 * cocos/2d/assets/sprite-{frame,atlas}.ts; 2.4 cocos2d/core/assets/CCTexture2D.js
 * (_deserialize). SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/limits.h"
#include "bundle/document.h"

static const char *const face_names[] = {"front", "back", "left",
                                         "right", "top",  "bottom"};
enum { FACE_COUNT = sizeof face_names / sizeof face_names[0] };

static str text_of(document_reader *in, json_ref value) {
    str text = json_string(&in->doc, value, &in->scratch);
    return text.size == 0 ? (str){0} : arena_copy_name(in->mem, text);
}

static uint32_t pixels_of(const json *doc, json_ref value) {
    double number = 0;
    bool is_side = json_double(doc, value, &number) && number >= 0 && number < 1e9;
    return is_side ? (uint32_t)number : 0;
}

static int32_t int_of(str digits) {
    uint64_t value = 0;
    bool is_negative = str_starts(digits, "-");
    if (!str_to_u64(str_part(digits, is_negative, digits.size), INT32_MAX, &value)) {
        return 0;
    }
    return is_negative ? -(int32_t)value : (int32_t)value;
}

/* The path to what an instance of a prefab has otherwise than the prefab: ["_type"]. */
static bool leads_to_type(const json *doc, json_ref path) {
    uint32_t count = json_is(doc, path, JSON_ARRAY) ? json_count(doc, path) : 0;
    json_ref last = count == 0 ? JSON_NONE : json_at(doc, path, count - 1);
    return json_string_is(doc, last, "_type") || json_string_is(doc, last, "type");
}

void content_take_property(document_reader *in, str owner, str key, json_ref value,
                           bool is_root) {
    document *out = in->out;
    if (is_root && str_is(key, "_name")) {
        out->name = text_of(in, value);
    } else if (is_root && str_is(key, "_native")) {
        out->native = text_of(in, value);
    } else if (str_is(key, "autoReleaseAssets") && str_is(owner, "cc.Scene")) {
        out->auto_release = json_is(&in->doc, value, JSON_TRUE);
    } else if (str_is(key, "propertyPath") && str_is(owner, "CCPropertyOverrideInfo")) {
        out->overrides_type |= leads_to_type(&in->doc, value);
    }
}

static pa_status read_image(document_reader *in, json_ref content) {
    image_data *image = arena_alloc(in->mem, 1, sizeof *image);
    if (image == NULL) {
        return error_nomem(in->err);
    }
    const json *doc = &in->doc;
    bool is_text = json_is(doc, content, JSON_STRING);
    image->formats = text_of(in, is_text ? content : json_get(doc, content, "fmt"));
    image->width_px = pixels_of(doc, json_get(doc, content, "w"));
    image->height_px = pixels_of(doc, json_get(doc, content, "h"));
    image->content = content;
    in->out->image = image;
    return PA_OK;
}

static texture_data *add_texture(document_reader *in, uint32_t layers) {
    texture_data *texture = arena_alloc(in->mem, 1, sizeof *texture);
    if (texture == NULL) {
        error_nomem(in->err);
        return NULL;
    }
    texture->layers = layers;
    texture->image_from = (uint32_t)in->reference_count;
    in->out->texture = texture;
    return texture;
}

/* "min,mag,wrapS,wrapT,mip,anisotropy"; engines before bundles wrote two more fields. */
static void read_base(texture_data *texture, str base) {
    int32_t *fields[] = {&texture->min_filter, &texture->mag_filter,
                         &texture->wrap_s,     &texture->wrap_t,
                         &texture->mip_filter, &texture->anisotropy};
    str part = {0};
    for (size_t i = 0;
         i < sizeof fields / sizeof fields[0] && str_split(&base, ',', &part); i++) {
        *fields[i] = int_of(part);
    }
}

static const char *level_holder(document_reader *in, uint32_t level, const char *face) {
    char key[64];
    snprintf(key, sizeof key, "mipmaps[%u]%s%s", level, face[0] == '\0' ? "" : ".", face);
    return document_holder(in, (str){0}, str_of(key));
}

/* Refers to the image at a place of the texture; a place without an id stays empty. */
static pa_status refer_image(document_reader *in, json_ref id, const char *holder,
                             uint32_t place) {
    size_t before = in->reference_count;
    pa_status status =
        document_refer(in, json_string(&in->doc, id, &in->scratch), holder, true);
    texture_data *texture = in->out->texture;
    if (status == PA_OK && in->reference_count > before) {
        texture->image_places[texture->image_count++] = (uint8_t)place;
    }
    return status;
}

/* Makes room for the places of `levels` images a layer. */
static pa_status open_places(document_reader *in, uint32_t levels) {
    texture_data *texture = in->out->texture;
    if (levels > PA_MAX_MIP_LEVELS) {
        return error_set(in->err, PA_FORMAT,
                         "a texture has %u mipmaps; a side of %d px has %d levels",
                         levels, PA_MAX_IMAGE_SIDE_PX, PA_MAX_MIP_LEVELS);
    }
    /* the atlases of a baked cube fill one level, whatever its layout says */
    texture->image_places =
        arena_alloc(in->mem, ((size_t)levels + 1) * texture->layers, 1);
    return texture->image_places == NULL ? error_nomem(in->err) : PA_OK;
}

/* The six faces of one level, or of all levels when they are baked into one atlas each.
 */
static pa_status refer_faces(document_reader *in, json_ref faces, const char *holder,
                             uint32_t level) {
    for (size_t i = 0; i < FACE_COUNT; i++) {
        json_ref id = json_get(&in->doc, faces, face_names[i]);
        const char *text =
            holder == NULL ? level_holder(in, level, face_names[i])
                           : document_holder(in, str_of(holder), str_of(face_names[i]));
        pa_status status = refer_image(in, id, text, level * FACE_COUNT + (uint32_t)i);
        if (status != PA_OK) {
            return status;
        }
    }
    return PA_OK;
}

static pa_status read_mipmaps(document_reader *in, json_ref list, texture_data *texture) {
    json_ref item =
        json_is(&in->doc, list, JSON_ARRAY) ? json_first(&in->doc, list) : JSON_NONE;
    uint32_t count = item == JSON_NONE ? 0 : json_count(&in->doc, list);
    pa_status status = open_places(in, count);
    while (status == PA_OK && texture->levels < count) {
        uint32_t level = texture->levels++;
        status = texture->layers == 1
                     ? refer_image(in, item, level_holder(in, level, ""), level)
                     : refer_faces(in, item, NULL, level);
        item = json_next(&in->doc, item);
    }
    return status;
}

static pa_status read_texture_2d(document_reader *in, json_ref base, json_ref mipmaps) {
    texture_data *texture = add_texture(in, 1);
    if (texture == NULL) {
        return in->err->status;
    }
    read_base(texture, json_string(&in->doc, base, &in->scratch));
    return read_mipmaps(in, mipmaps, texture);
}

static pa_status read_texture(document_reader *in, json_ref content) {
    if (json_is(&in->doc, content, JSON_STRING)) {
        pa_status status =
            content_read_texture_text(in, json_string(&in->doc, content, &in->scratch));
        if (status == PA_OK) {
            in->out->image->content = content;
        }
        return status;
    }
    return read_texture_2d(in, json_get(&in->doc, content, "base"),
                           json_get(&in->doc, content, "mipmaps"));
}

pa_status content_read_texture_pair(document_reader *in, json_ref pair) {
    json_ref base = json_at(&in->doc, pair, 0);
    if (!json_is(&in->doc, base, JSON_STRING)) {
        return error_set(in->err, PA_FORMAT, "expected a texture [base, [image, …]]");
    }
    return read_texture_2d(in, base, json_at(&in->doc, pair, 1));
}

/* 2.4: "fmt,min,mag,wrapS,wrapT,premultiply,genMipmaps,packable". All but the first count
 * only when there are exactly eight fields. */
pa_status content_read_texture_text(document_reader *in, str text) {
    texture_data *texture = add_texture(in, 1);
    image_data *image = arena_alloc(in->mem, 1, sizeof *image);
    if (texture == NULL || image == NULL) {
        return error_nomem(in->err);
    }
    str fields[8] = {{0}};
    size_t count = 0;
    str part = {0};
    for (str rest = text; str_split(&rest, ',', &part); count++) {
        if (count < 8) {
            fields[count] = part;
        }
    }
    image->formats = arena_copy(in->mem, fields[0]);
    image->content = JSON_NONE;
    in->out->image = image;
    texture->levels = 1;
    if (count == 8) {
        texture->min_filter = int_of(fields[1]);
        texture->mag_filter = int_of(fields[2]);
        texture->wrap_s = int_of(fields[3]);
        texture->wrap_t = int_of(fields[4]);
        texture->premultiply = str_starts(fields[5], "1");
        texture->gen_mipmaps = str_starts(fields[6], "1");
        texture->packable = str_starts(fields[7], "1");
    }
    return PA_OK;
}

static pa_status read_cube(document_reader *in, json_ref content) {
    const json *doc = &in->doc;
    texture_data *texture = add_texture(in, FACE_COUNT);
    if (texture == NULL) {
        return in->err->status;
    }
    read_base(texture, json_string(doc, json_get(doc, content, "base"), &in->scratch));
    texture->is_rgbe = json_is(doc, json_get(doc, content, "rgbe"), JSON_TRUE);
    json_ref atlas = json_get(doc, content, "mipmapAtlas");
    if (!json_is(doc, atlas, JSON_OBJECT)) {
        return read_mipmaps(in, json_get(doc, content, "mipmaps"), texture);
    }
    json_ref layout = json_get(doc, content, "mipmapLayout");
    json_ref largest = json_at(doc, layout, 0);
    texture->is_baked = true;
    texture->levels = json_count(doc, layout);
    texture->layout_width_px = pixels_of(doc, json_get(doc, largest, "width"));
    texture->layout_height_px = pixels_of(doc, json_get(doc, largest, "height"));
    pa_status status = open_places(in, texture->levels);
    return status == PA_OK ? refer_faces(in, atlas, "mipmapAtlas", 0) : status;
}

/* Before bundles the sides were called width and height. */
static pa_status read_render_texture(document_reader *in, json_ref content) {
    const json *doc = &in->doc;
    render_data *render = arena_alloc(in->mem, 1, sizeof *render);
    if (render == NULL) {
        return error_nomem(in->err);
    }
    bool is_short = json_get(doc, content, "w") != JSON_NONE;
    render->width_px = pixels_of(doc, json_get(doc, content, is_short ? "w" : "width"));
    render->height_px = pixels_of(doc, json_get(doc, content, is_short ? "h" : "height"));
    in->out->render = render;
    return PA_OK;
}

/* A list of four numbers in 2.4, an object in 3.x. */
static bool read_rect(const json *doc, json_ref rect, frame_data *out) {
    static const char *const keys[] = {"x", "y", "width", "height"};
    double *const fields[] = {&out->left_px, &out->top_px, &out->width_px,
                              &out->height_px};
    bool is_list = json_is(doc, rect, JSON_ARRAY);
    for (uint32_t i = 0; i < 4; i++) {
        json_ref value = is_list ? json_at(doc, rect, i) : json_get(doc, rect, keys[i]);
        if (!json_double(doc, value, fields[i])) {
            return false;
        }
    }
    return true;
}

/* True, or 1 in 2.4. */
static bool is_set(const json *doc, json_ref value) {
    double number = 0;
    return json_is(doc, value, JSON_TRUE) ||
           (json_double(doc, value, &number) && number != 0);
}

static bool has_border(const json *doc, json_ref insets) {
    bool is_any = false;
    for (uint32_t i = 0; i < 4; i++) {
        is_any |= is_set(doc, json_at(doc, insets, i));
    }
    return is_any;
}

static pa_status read_frame(document_reader *in, json_ref content) {
    const json *doc = &in->doc;
    frame_data frame = {.is_rotated = is_set(doc, json_get(doc, content, "rotated")),
                        .has_border =
                            has_border(doc, json_get(doc, content, "capInsets")),
                        .content = content};
    if (!read_rect(doc, json_get(doc, content, "rect"), &frame)) {
        return PA_OK;
    }
    in->out->frame = arena_alloc(in->mem, 1, sizeof frame);
    if (in->out->frame == NULL) {
        return error_nomem(in->err);
    }
    *in->out->frame = frame;
    return PA_OK;
}

/* 2.4.0, 2.4.1 and engines before bundles name the texture in the content; 3.0 and 3.1 do
 * so beside the real dependency, which then is in the list already. */
static pa_status read_sprite_frame(document_reader *in, json_ref content) {
    in->out->name = text_of(in, json_get(&in->doc, content, "name"));
    str texture =
        json_string(&in->doc, json_get(&in->doc, content, "texture"), &in->scratch);
    pa_status status = read_frame(in, content);
    return status == PA_OK ? document_refer(in, texture, "cc.SpriteFrame.texture", true)
                           : status;
}

/* [name, uuid, name, uuid, …] */
static pa_status read_sprite_atlas(document_reader *in, json_ref content) {
    const json *doc = &in->doc;
    in->out->name = text_of(in, json_get(doc, content, "name"));
    json_ref list = json_get(doc, content, "spriteFrames");
    json_ref item = json_is(doc, list, JSON_ARRAY) ? json_first(doc, list) : JSON_NONE;
    for (uint32_t left = item == JSON_NONE ? 0 : json_count(doc, list) / 2; left > 0;
         left--) {
        json_ref id = json_next(doc, item);
        pa_status status = document_refer(in, json_string(doc, id, &in->scratch),
                                          "cc.SpriteAtlas.spriteFrames", true);
        if (status != PA_OK) {
            return status;
        }
        item = json_next(doc, id);
    }
    return PA_OK;
}

pa_status content_read(document_reader *in, str class_name, json_ref content) {
    switch (document_class_of(class_name)) {
    case ASSET_IMAGE:
        return read_image(in, content);
    case ASSET_TEXTURE:
        return read_texture(in, content);
    case ASSET_TEXTURE_CUBE:
        return read_cube(in, content);
    case ASSET_RENDER_TEXTURE:
        return read_render_texture(in, content);
    case ASSET_SPRITE_FRAME:
        return read_sprite_frame(in, content);
    case ASSET_SPRITE_ATLAS:
        return read_sprite_atlas(in, content);
    case ASSET_OTHER:
    case ASSET_SCENE:
    case ASSET_CLASS_COUNT:
        break;
    }
    return PA_OK;
}
