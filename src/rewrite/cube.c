/* cube.c - images joined by the cubes that they are faces of.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/cube.h"

#include <string.h>

#include "rewrite/encode.h"

/* Gives all images of one cube the number of another. */
static void join(uint32_t *cubes, uint32_t image_count, uint32_t from, uint32_t to) {
    for (uint32_t i = 0; i < image_count; i++) {
        cubes[i] = cubes[i] == from ? to : cubes[i];
    }
}

static void take_cube(const pa_audit *audit, const copy *c, uint32_t *cubes) {
    const texture_data *texture = c->document.texture;
    uint32_t number = NO_INDEX;
    for (uint32_t i = 0; i < texture->image_count; i++) {
        uint32_t target = c->targets[texture->image_from + i];
        uint32_t row = target == NO_INDEX
                           ? NO_INDEX
                           : audit->images.of_asset[audit->g.copies[target].asset];
        if (row == NO_INDEX) {
            continue;
        }
        number = number == NO_INDEX ? row : number;
        if (cubes[row] == NO_INDEX) {
            cubes[row] = number;
        } else if (cubes[row] != number) {
            join(cubes, audit->images.count, number, cubes[row]);
            number = cubes[row];
        }
    }
}

pa_status cubes_of_images(const pa_audit *audit, arena *mem, uint32_t **out,
                          pa_error *err) {
    *out = arena_alloc(mem, (size_t)audit->images.count + 1, sizeof **out);
    if (*out == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < audit->images.count; i++) {
        (*out)[i] = NO_INDEX;
    }
    for (uint32_t i = 0; i < audit->g.copy_count; i++) {
        const texture_data *texture = audit->g.copies[i].document.texture;
        if (texture != NULL && texture->layers > 1) {
            take_cube(audit, &audit->g.copies[i], *out);
        }
    }
    return PA_OK;
}

/* ---- what a face will be -------------------------------------------------------------
 */

static const action *made_as(const action *made, uint32_t count, str extension) {
    for (uint32_t i = 0; i < count; i++) {
        if (str_equal(encode_extension(&made[i]), extension)) {
            return &made[i];
        }
    }
    return NULL;
}

static bool has_alternative(const image *row, str extension) {
    for (uint32_t i = 0; i < row->variant_count; i++) {
        if (str_equal(row->variants[i].extension, extension)) {
            return true;
        }
    }
    return false;
}

static void add_alternative(face_form *form, gpu_format gpu, bool may_be_left_out) {
    form->has_gpu |= gpu != GPU_RGBA8;
    form->is_unsure |= form->count == MAX_VARIANTS;
    if (form->count < MAX_VARIANTS) {
        form->gpu[form->count++] = gpu;
    }
    form->is_left_open |= may_be_left_out;
    form->is_unsure |= form->is_left_open && gpu != GPU_RGBA8;
}

/* A new plain picture is left out where it is no smaller than the one that there is, and
 * where a JPEG is not, others are. */
void face_form_take(face_form *form, const pa_audit *audit, const image_users *users,
                    uint32_t image_index, const action *made, uint32_t count,
                    bool is_opaque) {
    const image *row = &audit->images.rows[image_index];
    for (uint32_t i = 0; i < count; i++) {
        form->is_left_open |= made[i].to == ENCODE_JPEG;
        if (!has_alternative(row, encode_extension(&made[i]))) {
            gpu_format gpu = encode_format(&made[i], is_opaque);
            add_alternative(form, gpu, gpu == GPU_RGBA8);
        }
    }
    for (uint32_t i = 0; i < row->variant_count; i++) {
        const action *anew = made_as(made, count, row->variants[i].extension);
        add_alternative(
            form, anew == NULL ? row->variants[i].gpu : encode_format(anew, is_opaque),
            false);
    }
    form->levels =
        form->has_gpu ? use_levels(audit, users, form->width_px, form->height_px) : 0;
}

/* Plain pictures behind the last that is for the GPU say nothing: all are RGBA8. */
static uint32_t telling_count(const face_form *form) {
    uint32_t count = form->count;
    while (count > 0 && form->gpu[count - 1] == GPU_RGBA8) {
        count--;
    }
    return count;
}

static bool are_alike(const face_form *a, const face_form *b) {
    uint32_t count = telling_count(a);
    return a->width_px == b->width_px && a->height_px == b->height_px &&
           a->levels == b->levels && !a->is_unsure && !b->is_unsure &&
           count == telling_count(b) &&
           memcmp(a->gpu, b->gpu, count * sizeof a->gpu[0]) == 0;
}

bool cube_is_whole(const uint32_t *cubes, const face_form *forms, uint32_t image_count,
                   uint32_t image_index) {
    for (uint32_t i = 0; cubes[image_index] != NO_INDEX && i < image_count; i++) {
        if (cubes[i] == cubes[image_index] &&
            !are_alike(&forms[i], &forms[image_index])) {
            return false;
        }
    }
    return true;
}
