/* use.c - walk all references once.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/use.h"

#include "rewrite/alpha.h"
#include "rewrite/encode.h"

typedef enum use_kind {
    USE_FRACTIONS, /* coordinates from 0 to 1 */
    USE_FRAMES,    /* pixels of the texture, in documents that may follow it */
    USE_PIXELS,    /* rectangles in pixels of the texture */
    USE_EXACT      /* every byte counts */
} use_kind;

/* How the holder of a reference to a texture uses it: the longest front of its name that
 * is in the table. */
static const struct {
    const char *holder;
    use_kind kind;
    recipe_use as;
    const char *who;
} uses[] = {
    {"cc.Material.", USE_FRACTIONS, RECIPE_MATERIAL, "a material"},
    {"cc.ParticleSystemRenderer.", USE_FRACTIONS, RECIPE_PARTICLES, "particles"},
    {"cc.MotionStreak._texture", USE_FRACTIONS, RECIPE_TRAIL, "a trail"},
    {"cc.SkyboxInfo.", USE_FRACTIONS, RECIPE_SKY, "the sky"},
    {"cc.ReflectionProbe.", USE_FRACTIONS, RECIPE_LIGHT, "a reflection probe"},
    {"cc.ModelBakeSettings.", USE_FRACTIONS, RECIPE_LIGHT, "a light map"},
    {"cc.ModelBakeSettings._reflectionProbeDataMap", USE_EXACT, RECIPE_LIGHT,
     "a reflection probe reads it as data"},
    {"cc.TerrainLayerInfo.", USE_FRACTIONS, RECIPE_TERRAIN, "a terrain"},
    {"cc.TerrainLayer.", USE_FRACTIONS, RECIPE_TERRAIN, "a terrain"},
    {"cc.TerrainBlockLightmapInfo.", USE_FRACTIONS, RECIPE_LIGHT, "a terrain"},
    {"cc.SpriteFrame.", USE_FRAMES, RECIPE_SPRITE, "sprite frames"},
    {"sp.SkeletonData.", USE_FRAMES, RECIPE_SPINE, "regions of a Spine atlas"},
    {"dragonBones.", USE_PIXELS, RECIPE_DRAGONBONES,
     "a DragonBones atlas counts its pixels"},
    {"cc.TiledMapAsset.", USE_PIXELS, RECIPE_TILEDMAP, "a tiled map counts its pixels"},
    {"cc.BitmapFont.", USE_PIXELS, RECIPE_FONT, "a bitmap font counts its pixels"},
    {"cc.LabelAtlas.", USE_PIXELS, RECIPE_FONT, "a label atlas counts its pixels"},
};
enum { USE_COUNT = sizeof uses / sizeof uses[0] };

static int find_use(const char *holder) {
    int best = -1;
    size_t best_size = 0;
    for (int i = 0; i < USE_COUNT; i++) {
        size_t size = str_of(uses[i].holder).size;
        if (size > best_size && str_starts(str_of(holder), uses[i].holder)) {
            best = i;
            best_size = size;
        }
    }
    return best;
}

static bool names_a_normal_map(const char *holder) {
    static const char *const parts[] = {"normalMap", "NormalMap", "normalTexture",
                                        "bumpMap"};
    str text = str_of(holder);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (str_find_text(text, parts[i]) < text.size) {
            return true;
        }
    }
    return false;
}

static void take_user(image_users *row, const char *holder) {
    int found = find_use(holder);
    row->has_user = true;
    bool is_normal_map = names_a_normal_map(holder);
    row->is_normal_map |= is_normal_map;
    row->kinds |= UINT32_C(1) << (is_normal_map ? RECIPE_NORMALMAP
                                  : found < 0   ? RECIPE_OTHER
                                                : uses[found].as);
    if (found < 0) {
        row->unknown = row->unknown == NULL ? holder : row->unknown;
    } else if (uses[found].kind == USE_PIXELS) {
        row->pixels = row->pixels == NULL ? uses[found].who : row->pixels;
    } else if (uses[found].kind == USE_EXACT) {
        row->exact = row->exact == NULL ? uses[found].who : row->exact;
    }
}

/* What a texture asks of one of its images. */
static void take_texture(image_users *row, const texture_data *texture, bool is_2_4) {
    enum { REPEAT_2_4 = 10497, MIRROR_2_4 = 33648, MIRROR_3 = 1 };
    bool repeats_s = is_2_4
                         ? texture->wrap_s == REPEAT_2_4 || texture->wrap_s == MIRROR_2_4
                         : texture->wrap_s <= MIRROR_3;
    bool repeats_t = is_2_4
                         ? texture->wrap_t == REPEAT_2_4 || texture->wrap_t == MIRROR_2_4
                         : texture->wrap_t <= MIRROR_3;
    row->texture_count++;
    row->repeats_s |= repeats_s;
    row->repeats_t |= repeats_t;
    row->wants_mips |= is_2_4 ? texture->gen_mipmaps : texture->mip_filter != FILTER_NONE;
    row->is_face |= texture->layers > 1;
    row->is_baked |= texture->is_baked;
    row->is_level |= !texture->is_baked && texture->levels > 1;
    row->is_premultiplied |= texture->premultiply;
    if (texture->is_rgbe) {
        row->exact = "a cube reads it as RGBE numbers";
    }
}

typedef struct walk {
    const pa_audit *audit;
    image_users *rows;
    bool is_2_4;
} walk;

static uint32_t image_of_copy(const walk *w, uint32_t copy_index) {
    return w->audit->images.of_asset[w->audit->g.copies[copy_index].asset];
}

/* A user of a texture is a user of all its images. */
static void give_user(const walk *w, uint32_t texture_copy, const char *holder) {
    const copy *c = &w->audit->g.copies[texture_copy];
    uint32_t own = image_of_copy(w, texture_copy);
    if (own != NO_INDEX) {
        take_user(&w->rows[own], holder);
    }
    for (uint32_t i = 0; i < c->document.texture->image_count; i++) {
        uint32_t target = c->targets[c->document.texture->image_from + i];
        uint32_t row = target == NO_INDEX ? NO_INDEX : image_of_copy(w, target);
        if (row != NO_INDEX) {
            take_user(&w->rows[row], holder);
        }
    }
}

static void walk_reference(const walk *w, const copy *c, uint32_t index) {
    uint32_t target = c->targets[index];
    if (target == NO_INDEX) {
        return;
    }
    const texture_data *own = c->document.texture;
    uint32_t row = image_of_copy(w, target);
    bool is_image_of_own = own != NULL && index >= own->image_from &&
                           index < own->image_from + own->image_count;
    if (w->audit->g.copies[target].document.texture != NULL) {
        give_user(w, target, c->document.references[index].holder);
    } else if (row != NO_INDEX && is_image_of_own) {
        take_texture(&w->rows[row], own, w->is_2_4);
    } else if (row != NO_INDEX && own == NULL) {
        take_user(&w->rows[row], c->document.references[index].holder);
    }
}

static void walk_copy(const walk *w, uint32_t copy_index) {
    const copy *c = &w->audit->g.copies[copy_index];
    const texture_data *texture = c->document.texture;
    uint32_t own = image_of_copy(w, copy_index);
    if (own != NO_INDEX) {
        image_users *row = &w->rows[own];
        const image_data *first =
            w->audit->g.copies[w->audit->images.rows[own].copy].document.image;
        row->copy_count++;
        row->differs |= c->document.image == NULL ||
                        !str_equal(c->document.image->formats, first->formats);
        if (texture != NULL) {
            take_texture(row, texture, w->is_2_4);
        }
    }
    for (uint32_t i = 0; i < c->document.reference_count; i++) {
        walk_reference(w, c, i);
    }
}

pa_status use_of_images(const pa_audit *audit, arena *mem, image_users **out,
                        pa_error *err) {
    walk w = {.audit = audit, .is_2_4 = engine_is_2_4(audit->g.engine)};
    w.rows = arena_alloc(mem, (size_t)audit->images.count + 1, sizeof *w.rows);
    if (w.rows == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < audit->g.copy_count; i++) {
        walk_copy(&w, i);
    }
    image_frames *frames = NULL;
    if (frames_of_images(audit, mem, &frames, err) != PA_OK) {
        return err->status;
    }
    for (uint32_t i = 0; i < audit->images.count; i++) {
        image_users *row = &w.rows[i];
        row->frames = frames[i];
        bool is_cube = row->is_face || row->is_baked;
        row->kinds |= (uint32_t)is_cube << RECIPE_CUBE;
        row->kinds |= (uint32_t)(row->kinds == 0) << RECIPE_CODE;
    }
    *out = w.rows;
    return PA_OK;
}

/* ---- judgement ----------------------------------------------------------------------
 */

static bool is_for_gpu(const action *wanted) {
    return wanted->to == ENCODE_ASTC || wanted->to == ENCODE_ETC1 ||
           wanted->to == ENCODE_ETC2;
}

static bool is_webp(const action *wanted) {
    return wanted->to == ENCODE_WEBP || wanted->to == ENCODE_WEBP_NEAR;
}

static bool is_lossy(const action *wanted) {
    return is_for_gpu(wanted) || wanted->to == ENCODE_JPEG ||
           (is_webp(wanted) && wanted->quality < 100);
}

const picture *plain_picture(const image *row) {
    for (uint32_t i = 0; i < row->variant_count; i++) {
        const picture *file = &row->pictures[i];
        if (file->file != TREE_NONE && file->is_decoded &&
            file->info.format < PICTURE_PVR) {
            return file;
        }
    }
    return NULL;
}

static bool is_power_of_two(uint32_t side_px) {
    return side_px > 0 && (side_px & (side_px - 1)) == 0;
}

uint32_t use_levels(const pa_audit *audit, const image_users *users, uint32_t width_px,
                    uint32_t height_px) {
    if (!users->wants_mips) {
        return 1;
    }
    bool is_safe = audit->g.target != TARGET_NATIVE || width_px == height_px;
    engine_version first = users->is_face ? ENGINE(3, 8, 1) : ENGINE(3, 7, 0);
    if (audit->g.engine < first || !is_safe || !is_power_of_two(width_px) ||
        !is_power_of_two(height_px)) {
        return 0;
    }
    uint32_t levels = 0;
    for (uint32_t side = width_px > height_px ? width_px : height_px; side > 0;
         side >>= 1) {
        levels++;
    }
    return levels;
}

static const char *refuses_gpu(const pa_audit *audit, const image_users *users,
                               const picture *pixels, const action *wanted) {
    engine_version version = audit->g.engine;
    if (wanted->to == ENCODE_ASTC && engine_is_2_4(version) &&
        version < ENGINE(2, 4, 11)) {
        return "the engine reads no ASTC before 2.4.11";
    }
    if (use_levels(audit, users, pixels->info.width_px, pixels->info.height_px) == 0) {
        return "its texture asks for mipmaps, and a compressed file with levels is not "
               "read here (it takes 3.7.0, of a cube 3.8.1, and sides that are powers of "
               "two, on native "
               "equal ones): it would be black from afar";
    }
    if (users->is_premultiplied) {
        return "its texture is premultiplied on upload, which a compressed file is not";
    }
    if (users->is_baked) {
        return "its levels are cut out on a canvas, which reads no compressed file";
    }
    return users->is_face && quality_has_floor(wanted->floor)
               ? "it is a face of a cube: all six get one format or none, and a floor of "
                 "quality might stop one"
               : NULL;
}

/* Of an ETC2 file it is a format that goes, in a cube's opaque faces only. */
static const char *refuses_drop_alpha(const pa_audit *audit, const image *row,
                                      const image_users *users, const picture *pixels) {
    for (uint32_t i = 0; users->is_face && i < row->variant_count; i++) {
        if (row->variants[i].gpu == GPU_ETC2_RGBA) {
            return "it is a face of a cube, whose faces need one format";
        }
    }
    return alpha_refuses(audit, row, pixels);
}

static const char *refuses_compress(const pa_audit *audit, const image_users *users,
                                    const picture *pixels, const action *wanted) {
    bool is_opaque = pixels->facts.is_opaque;
    if (is_for_gpu(wanted)) {
        const char *reason = refuses_gpu(audit, users, pixels, wanted);
        if (reason != NULL) {
            return reason;
        }
    }
    if (!is_opaque && (wanted->to == ENCODE_ETC1 || wanted->to == ENCODE_JPEG)) {
        return "it is transparent in places, and the format has no alpha";
    }
    if (users->is_normal_map && (wanted->to == ENCODE_JPEG || is_webp(wanted)) &&
        is_lossy(wanted)) {
        return "it is a normal map, whose directions a lossy picture bends";
    }
    if (!is_opaque && is_webp(wanted) && is_lossy(wanted) &&
        audit->g.target == TARGET_NATIVE) {
        return "the native engine premultiplies a lossy WebP with alpha";
    }
    return NULL;
}

static const char *refuses_downscale(const image *row, const image_users *users,
                                     const picture *pixels, const action *wanted,
                                     arena *mem) {
    if (users->pixels != NULL) {
        return users->pixels;
    }
    if (users->unknown != NULL) {
        return use_reason(mem, "%s uses it, which is not known to take other sides",
                          users->unknown);
    }
    if (!users->has_user) {
        return "only code that names it uses it, which may count its pixels";
    }
    if (users->is_baked || users->is_level) {
        return "it is a part of a texture whose parts belong together";
    }
    if (users->is_face && quality_has_floor(wanted->floor)) {
        return "it is a face of a cube: all six get other sides or none, and a floor of "
               "quality might stop one";
    }
    if (wanted->width_px > pixels->info.width_px ||
        wanted->height_px > pixels->info.height_px) {
        return "it is smaller already";
    }
    sides_change by = {pixels->info.width_px, pixels->info.height_px, wanted->width_px,
                       wanted->height_px};
    const char *reason = frames_refuse(&users->frames, &by, wanted->frames_of_code, mem);
    if (reason != NULL) {
        return reason;
    }
    for (uint32_t i = 0; i < row->variant_count; i++) {
        action again = {0};
        if (row->pictures[i].file != TREE_NONE &&
            !encode_again(&row->variants[i], &row->pictures[i], &again)) {
            return "one of its alternatives is of a kind that is not encoded";
        }
    }
    return NULL;
}

const char *use_refuses(const pa_audit *audit, const image_users *users,
                        uint32_t image_index, const action *wanted, arena *mem) {
    const image *row = &audit->images.rows[image_index];
    const picture *pixels = plain_picture(row);
    if (pixels == NULL) {
        return "none of its files is a picture that can be decoded";
    }
    if (users->differs) {
        return "its copies in several bundles differ";
    }
    if (users->exact != NULL && (wanted->kind == ACTION_DOWNSCALE ||
                                 wanted->kind == ACTION_DROP_ALPHA || is_lossy(wanted))) {
        return users->exact;
    }
    if (users->is_level) {
        return "it is one level of a texture whose levels are files of their own";
    }
    if (wanted->kind == ACTION_DROP_ALPHA) {
        return refuses_drop_alpha(audit, row, users, pixels);
    }
    if (wanted->kind == ACTION_DROP_FALLBACK) {
        return users->is_baked ? "its levels are cut out on a canvas, which reads no "
                                 "compressed file"
                               : NULL;
    }
    return wanted->kind == ACTION_DOWNSCALE
               ? refuses_downscale(row, users, pixels, wanted, mem)
               : refuses_compress(audit, users, pixels, wanted);
}
