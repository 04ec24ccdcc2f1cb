/* use.h - who consumes each image, hence what may be done to it.
 *
 * Texture coordinates that are fractions bear other sides; whatever counts pixels of the
 * texture does not. A format bears other bytes unless somebody reads them as numbers.
 * Sources: cocos-engine 3.8.5 cocos/2d/assets/sprite-frame.ts, cocos/spine,
 * cocos/dragon-bones, cocos/tiledmap, cocos/asset/assets/texture-cube.ts,
 * cocos/asset/assets/simple-texture.ts; 2.4 cocos2d/core/assets, cocos2d/tilemap.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_USE_H
#define PA_REWRITE_USE_H

#include "audit/audit.h"
#include "rewrite/frame_use.h"
#include "rewrite/plan.h"

/** What the users of an image make of it. */
typedef struct image_users {
    bool has_user;         /**< some asset that is no name refers to it */
    const char *pixels;    /**< who counts its pixels, or NULL */
    const char *exact;     /**< who reads its bytes as numbers, or NULL */
    const char *unknown;   /**< who uses it in a way that is not known, or NULL */
    bool wants_mips;       /**< a texture of it asks for mipmaps */
    bool is_face;          /**< of a cube */
    bool is_baked;         /**< an atlas of levels, cut out on a canvas */
    bool is_level;         /**< one of several that make a texture */
    bool is_premultiplied; /**< on upload: 2.4 */
    bool is_normal_map;
    bool repeats_s;
    bool repeats_t;
    uint32_t kinds; /**< bit set of recipe_use */
    uint32_t texture_count;
    uint32_t copy_count;
    bool differs;        /**< its copies do not say the same */
    image_frames frames; /**< what is cut out of it, and follows it to other sides */
} image_users;

/** The file of an image that pixels are taken from, or NULL. */
const picture *plain_picture(const image *row);

/** One row an image of the audit's table, in `mem`. */
pa_status use_of_images(const pa_audit *audit, arena *mem, image_users **out,
                        pa_error *err);

/** Levels that a compressed file must bring: 1, or the full chain in a container when a
 * texture asks for mipmaps; 0 when it would have to and cannot: before 3.7.0, of cubes
 * before 3.8.1 (texture-cube.ts reads no container there), sides that are no powers of
 * two, on native also sides that differ: a level whose side ends at 0 asks for gigabytes
 * there (SimpleTexture.cpp, 3.8.5). */
uint32_t use_levels(const pa_audit *audit, const image_users *users, uint32_t width_px,
                    uint32_t height_px);

/** Why an action may not be done to an image, or NULL when it may. Constant text, or in
 * `mem`. */
const char *use_refuses(const pa_audit *audit, const image_users *users,
                        uint32_t image_index, const action *wanted, arena *mem);

#endif
