/* content_pixels.c - images that hold less than they take: no transparency, one colour,
 * empty parts.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/content_search.h"

/* An image is nearly empty when an eighth of it holds all that is visible; a border is
 * wide when half of it would do: trimming less saves less than the padding of an atlas
 * costs again. */
enum { NEARLY_EMPTY_SHARE = 8, BORDER_SHARE = 2 };

/* GPU formats that store alpha beside one that does not, at half the bytes. */
static bool has_half(gpu_format format) {
    return format == GPU_ETC2_RGBA;
}

/* A plain alternative of an image that was decoded, whichever view wanted it. */
static const picture *decoded_plain(const content_search *s, uint32_t image_index) {
    const image *row = &s->audit->images.rows[image_index];
    for (uint32_t i = 0; i < row->variant_count; i++) {
        if (row->pictures[i].is_decoded && row->pictures[i].info.format < PICTURE_PVR) {
            return &row->pictures[i];
        }
    }
    return NULL;
}

static pa_status collect_alpha(content_search *s, uint32_t image_index) {
    const picture *plain = decoded_plain(s, image_index);
    if (plain == NULL || !plain->info.has_alpha || !plain->facts.is_opaque ||
        image_decoded_bytes(&plain->info) < CONTENT_LEAST_BYTES) {
        return PA_OK;
    }
    uint64_t most = 0;
    for (size_t v = 0; v < s->audit->view_count; v++) {
        const picture *file = view_picture(s->audit, &s->audit->views[v], image_index);
        bool is_dear = file != NULL && file->is_known && has_half(file->gpu);
        uint64_t size_bytes = is_dear ? content_image_bytes(s, v, image_index) / 2 : 0;
        most = size_bytes > most ? size_bytes : most;
        content_mark(s, v, size_bytes);
    }
    return content_member(s, most, "%.*s: %u x %u",
                          STR_ARGS(content_image_path(s, image_index)),
                          plain->info.width_px, plain->info.height_px);
}

pa_status content_alpha_unused(content_search *s) {
    content_begin(s);
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < s->audit->images.count; i++) {
        status = s->images[i].is_data ? PA_OK : collect_alpha(s, i);
    }
    size_t count = s->members.count;
    return status != PA_OK || count == 0
               ? status
               : content_add(s, RULE_ALPHA_UNUSED, (str){0}, (str){0},
                             "%zu image%s store%s alpha, and every pixel is opaque",
                             count, content_plural(count), count == 1 ? "s" : "");
}

static str uuid_of(const content_search *s, uint32_t image_index) {
    return s->audit->g.assets[s->audit->images.rows[image_index].asset].uuid;
}

static pa_status check_colour(content_search *s, uint32_t image_index) {
    const picture *seen = NULL;
    content_begin(s);
    for (size_t v = 0; v < s->audit->view_count; v++) {
        const picture *file = content_pixels(s, v, image_index);
        uint64_t size_bytes = content_image_bytes(s, v, image_index);
        if (file != NULL && file->facts.is_one_colour &&
            size_bytes >= CONTENT_LEAST_BYTES) {
            seen = file;
            content_mark(s, v, size_bytes);
        }
    }
    if (seen == NULL) {
        return PA_OK;
    }
    bool is_clear = seen->facts.bottom_px == 0;
    pa_status status = content_add(
        s, RULE_IMAGE_ONE_COLOUR, content_image_path(s, image_index),
        uuid_of(s, image_index), "all %u x %u pixels are %s", seen->info.width_px,
        seen->info.height_px, is_clear ? "transparent" : "of one colour");
    if (status == PA_OK && is_clear) {
        finding_last(s->out)->mend = str_of("take it out, or let an atlas trim it");
    }
    return status;
}

pa_status content_one_colour(content_search *s) {
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < s->audit->images.count; i++) {
        status = s->images[i].in_cube ? PA_OK : check_colour(s, i);
    }
    return status;
}

static uint64_t area_of(const picture *file) {
    return (uint64_t)file->info.width_px * file->info.height_px;
}

static uint64_t visible_area(const picture *file) {
    const picture_facts *f = &file->facts;
    return (uint64_t)(f->right_px - f->left_px) * (f->bottom_px - f->top_px);
}

/* True when the visible pixels fill at most one `share`th of the image. */
static bool fills_less(const picture *file, uint64_t share) {
    return visible_area(file) * share <= area_of(file);
}

/* Marks the views in which cutting the image to what is visible saves something; gives
 * the file, or NULL, and the saving in the worst view. Transparent pixels of a texture in
 * 3D may hold other data than a picture, so that only sprites are looked at. */
static const picture *mark_empty(content_search *s, uint32_t image_index, bool is_nearly,
                                 uint64_t *most) {
    const picture *seen = NULL;
    *most = 0;
    for (size_t v = 0; s->images[image_index].is_sprite && v < s->audit->view_count;
         v++) {
        const picture *file = content_pixels(s, v, image_index);
        if (file == NULL || file->facts.is_one_colour ||
            !fills_less(file, BORDER_SHARE) ||
            fills_less(file, NEARLY_EMPTY_SHARE) != is_nearly) {
            continue;
        }
        uint64_t size_bytes = content_image_bytes(s, v, image_index);
        uint64_t used = size_bytes * visible_area(file) / area_of(file);
        if (size_bytes - used >= CONTENT_LEAST_BYTES) {
            seen = file;
            *most = size_bytes - used > *most ? size_bytes - used : *most;
            content_mark(s, v, size_bytes - used);
        }
    }
    return seen;
}

static pa_status check_empty(content_search *s, uint32_t image_index) {
    uint64_t most = 0;
    content_begin(s);
    const picture *seen = mark_empty(s, image_index, true, &most);
    if (seen == NULL) {
        return PA_OK;
    }
    const picture_facts *f = &seen->facts;
    return content_add(
        s, RULE_IMAGE_NEARLY_EMPTY, content_image_path(s, image_index),
        uuid_of(s, image_index),
        "of %u x %u pixels only %u x %u hold all that can be seen, at %u, %u",
        seen->info.width_px, seen->info.height_px, f->right_px - f->left_px,
        f->bottom_px - f->top_px, f->left_px, f->top_px);
}

pa_status content_nearly_empty(content_search *s) {
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < s->audit->images.count; i++) {
        status = check_empty(s, i);
    }
    return status;
}

static pa_status collect_border(content_search *s, uint32_t image_index) {
    uint64_t most = 0;
    const picture *seen = mark_empty(s, image_index, false, &most);
    if (seen == NULL) {
        return PA_OK;
    }
    const picture_facts *f = &seen->facts;
    return content_member(s, most, "%.*s: %u x %u, visible %u x %u at %u, %u",
                          STR_ARGS(content_image_path(s, image_index)),
                          seen->info.width_px, seen->info.height_px,
                          f->right_px - f->left_px, f->bottom_px - f->top_px, f->left_px,
                          f->top_px);
}

pa_status content_sprite_border(content_search *s) {
    content_begin(s);
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < s->audit->images.count; i++) {
        status = collect_border(s, i);
    }
    size_t count = s->members.count;
    return status != PA_OK || count == 0
               ? status
               : content_add(s, RULE_SPRITE_BORDER, (str){0}, (str){0},
                             "%zu sprite image%s %s at least as much transparent border "
                             "as picture",
                             count, content_plural(count), count == 1 ? "has" : "have");
}
