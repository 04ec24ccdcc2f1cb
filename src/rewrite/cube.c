/* cube.c - images joined by the cubes that they are faces of.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/cube.h"

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

bool cube_is_whole(const uint32_t *cubes, const image_sides *sides, uint32_t image_count,
                   uint32_t image_index) {
    for (uint32_t i = 0; cubes[image_index] != NO_INDEX && i < image_count; i++) {
        if (cubes[i] == cubes[image_index] &&
            (sides[i].width_px != sides[image_index].width_px ||
             sides[i].height_px != sides[image_index].height_px)) {
            return false;
        }
    }
    return true;
}
