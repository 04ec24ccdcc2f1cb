/* content_search.h - what the rules about content share: who uses each texture and image,
 * what an image holds in each view, and how a finding is put together.
 *
 * Private to the files content*.c.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_AUDIT_CONTENT_SEARCH_H
#define PA_AUDIT_CONTENT_SEARCH_H

#include "audit/content.h"

/** Savings below this are noise: a texture of 128 x 128, a five-thousandth of the image
 * budget of the smallest device. */
#define CONTENT_LEAST_BYTES (UINT64_C(64) << 10)

/** Who uses a texture. */
typedef struct texture_use {
    uint32_t frame_count; /**< sprite frames that show it, in all bundles */
    uint32_t
        other_count; /**< documents that hold it otherwise, frames in 3D among them */
    bool has_whole;  /**< a frame whose rectangle is not known: it may show all */
    double left_px;  /**< the box of all frames' rectangles */
    double top_px;
    double right_px;
    double bottom_px;
} texture_use;

/** What an image is to its game. */
typedef struct image_role {
    uint32_t texture; /**< first row of the texture table that is made of it, NO_INDEX */
    bool in_cube;     /**< a face: its size is that of five others */
    bool is_data;     /**< RGBE: its bytes are no colours, and must stay as they are */
    bool is_baked;    /**< cut by a canvas, which reads no format of the GPU */
    bool has_other;   /**< a document that is no texture holds it */
    bool is_sprite;   /**< sprite frames show it, and nothing else uses it */
} image_role;

typedef struct content_place {
    uint64_t bytes;
    str text;
} content_place;

/** The places of one finding, heaviest first in the end. Zero-initialise it. */
typedef struct place_list {
    content_place *rows;
    size_t count;
    size_t capacity;
} place_list;

typedef struct content_search {
    const pa_audit *audit;
    finding_list *out;
    pa_error *err;
    arena mem;
    texture_use *textures; /**< beside the rows of the texture tables */
    image_role *images;    /**< beside the image table */
    uint64_t *image_bytes; /**< [view * images + image]: GPU and CPU bytes that stay */
    bool *is_marked;       /**< views that the finding at hand holds for */
    uint64_t *marked_bytes;
    place_list members; /**< of the finding at hand */
} content_search;

/** content_users.c: fills the tables of a search. */
pa_status content_find_users(content_search *s);

/** The number of texture rows, the same in every view. */
static inline uint32_t content_texture_count(const content_search *s) {
    return s->audit->views[0].texture_count;
}

/** A texture of a view whose size is known and that images fill, or NULL. */
const texture_row *content_texture(const content_search *s, size_t view, uint32_t index);

/** The file of an image that a view takes, decoded and plain (no GPU format); or NULL. */
const picture *content_pixels(const content_search *s, size_t view, uint32_t image_index);

static inline uint64_t content_image_bytes(const content_search *s, size_t view,
                                           uint32_t image_index) {
    return s->image_bytes[view * s->audit->images.count + image_index];
}

/** Path of the file that the first view to have one takes, else empty. */
str content_image_path(const content_search *s, uint32_t image_index);

/** The same of a texture's first image. */
str content_texture_path(const content_search *s, uint32_t texture_index);

/* One finding: begin, mark the views it holds for, add members, add it. */

void content_begin(content_search *s);

/** The finding holds in a view, and there it is about so many bytes more. */
void content_mark(content_search *s, size_t view, uint64_t size_bytes);

/** The same in all views: about files. */
void content_mark_all(content_search *s, uint64_t size_bytes);

bool content_is_marked(const content_search *s);

pa_status content_member(content_search *s, uint64_t size_bytes, const char *format, ...)
    PA_PRINTF(3, 4);

/** Adds the finding with its members and, where not every view is marked, " on DEVICE,
 * …" behind its message. Its bytes are those of the worst view. */
pa_status content_add(content_search *s, rule_id rule, str file, str uuid,
                      const char *format, ...) PA_PRINTF(5, 6);

/** "s" unless it is one. */
static inline const char *content_plural(size_t count) {
    return count == 1 ? "" : "s";
}

/* The rules, by what they look at. */

pa_status content_mips_missing(content_search *s); /* content_mips.c */
pa_status content_npot(content_search *s);         /* … */
pa_status content_mips_on_sprites(content_search *s);
pa_status content_cmip_leak(content_search *s); /* content_defects.c: of engines */
pa_status content_cmip_wrap(content_search *s);
pa_status content_rgb8_metal(content_search *s);
pa_status content_kept_twice(content_search *s);
pa_status content_pixels_twice(content_search *s); /* content_twins.c */
pa_status content_alpha_unused(content_search *s); /* content_pixels.c */
pa_status content_one_colour(content_search *s);
pa_status content_nearly_empty(content_search *s);
pa_status content_sprite_border(content_search *s);
pa_status content_oversized(content_search *s);       /* content_frames.c */
pa_status content_atlas_originals(content_search *s); /* … */
pa_status content_plain_format(content_search *s);    /* content_formats.c */
pa_status content_auto_release(content_search *s);    /* content_loads.c */
pa_status content_name_only(content_search *s);       /* … */
pa_status content_file_unknown(content_search *s);    /* content_files.c */

#endif
