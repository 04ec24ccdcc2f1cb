/* content_mips.c - rules about mipmaps and about sides that are no powers of two.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/content_search.h"

/* Bytes of the levels that are made beyond those that files bring. */
static uint64_t chain_bytes(const texture_row *row, const cost_model *model) {
    texture_shape bare = row->shape;
    bare.wants_mips = false;
    uint64_t supplied_bytes = texture_cost_of(&bare, model).gpu_bytes;
    return row->cost.gpu_bytes > supplied_bytes ? row->cost.gpu_bytes - supplied_bytes
                                                : 0;
}

/* Room for the whole chain is made, and compressed levels cannot be generated. */
static bool lacks_mips(const texture_row *row) {
    return row->shape.wants_mips && gpu_format_is_compressed(row->shape.format) &&
           row->cost.levels > row->shape.supplied_levels;
}

static pa_status check_mips(content_search *s, uint32_t index) {
    const texture_row *first = NULL;
    content_begin(s);
    for (size_t v = 0; v < s->audit->view_count; v++) {
        const texture_row *row = content_texture(s, v, index);
        if (row != NULL && lacks_mips(row)) {
            first = first == NULL ? row : first;
            content_mark(s, v, chain_bytes(row, &s->audit->views[v].model));
        }
    }
    return first == NULL
               ? PA_OK
               : content_add(
                     s, RULE_MIPS_MISSING, content_texture_path(s, index),
                     s->audit->g.assets[first->asset].uuid,
                     "the texture of %u x %u asks for mipmaps, and its %s file brings %u "
                     "of %u levels: drawn smaller it is black",
                     first->shape.width_px, first->shape.height_px,
                     gpu_format_get(first->shape.format)->name,
                     first->shape.supplied_levels, first->cost.levels);
}

pa_status content_mips_missing(content_search *s) {
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < content_texture_count(s); i++) {
        status = check_mips(s, i);
    }
    return status;
}

/* REPEAT and MIRROR of 3.x, REPEAT and MIRRORED_REPEAT of 2.4. */
static bool is_repeated(int32_t wrap, bool is_2_4) {
    return is_2_4 ? wrap == 10497 || wrap == 33648 : wrap == 0 || wrap == 1;
}

static bool is_power_of_two(uint32_t side) {
    return side != 0 && (side & (side - 1)) == 0;
}

static bool is_webgl1(const cost_model *model) {
    return model->target == TARGET_WEBGL1 || model->target == TARGET_MINIGAME;
}

/* What WebGL 1 does not do for a texture of a view; NULL when it does all. */
static const char *refused_by_webgl1(const content_search *s, const texture_row *row,
                                     const cost_model *model) {
    const texture_data *data = s->audit->g.copies[row->copy].document.texture;
    if (!is_webgl1(model) || data->layers > 1 ||
        (is_power_of_two(row->shape.width_px) && is_power_of_two(row->shape.height_px))) {
        return NULL;
    }
    bool is_2_4 = engine_is_2_4(model->version);
    bool repeats = is_repeated(data->wrap_s, is_2_4) || is_repeated(data->wrap_t, is_2_4);
    return repeats && row->shape.wants_mips ? "repeat and mipmaps"
           : repeats                        ? "repeat"
           : row->shape.wants_mips          ? "mipmaps"
                                            : NULL;
}

/* Sprite frames never repeat and are seldom minified: only other users count. */
static pa_status collect_npot(content_search *s, uint32_t index) {
    const char *wish = NULL;
    const texture_row *seen = NULL;
    for (size_t v = 0; v < s->audit->view_count; v++) {
        const texture_row *row = content_texture(s, v, index);
        const char *text = row == NULL || s->textures[index].other_count == 0
                               ? NULL
                               : refused_by_webgl1(s, row, &s->audit->views[v].model);
        if (text != NULL) {
            wish = text;
            seen = row;
            content_mark(s, v, 0);
        }
    }
    return wish == NULL
               ? PA_OK
               : content_member(s, seen->cost.gpu_bytes, "%.*s: %u x %u, %s",
                                STR_ARGS(content_texture_path(s, index)),
                                seen->shape.width_px, seen->shape.height_px, wish);
}

pa_status content_npot(content_search *s) {
    content_begin(s);
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < content_texture_count(s); i++) {
        status = collect_npot(s, i);
    }
    size_t count = s->members.count;
    return status != PA_OK || count == 0
               ? status
               : content_add(s, RULE_NPOT_WEBGL1, (str){0}, (str){0},
                             "%zu texture%s ask%s for repeat or mipmaps on sides that "
                             "are no powers of two",
                             count, content_plural(count), count == 1 ? "s" : "");
}

/* Mipmaps that are really made, of a plain image that sprite frames alone show. */
static pa_status collect_sprite(content_search *s, uint32_t index) {
    const texture_row *seen = NULL;
    uint64_t most = 0;
    for (size_t v = 0; v < s->audit->view_count; v++) {
        const texture_row *row = content_texture(s, v, index);
        uint64_t size_bytes = row == NULL || !row->shape.wants_mips || lacks_mips(row)
                                  ? 0
                                  : chain_bytes(row, &s->audit->views[v].model);
        if (size_bytes >= CONTENT_LEAST_BYTES) {
            seen = row;
            most = size_bytes > most ? size_bytes : most;
            content_mark(s, v, size_bytes);
        }
    }
    return seen == NULL ? PA_OK
                        : content_member(s, most, "%.*s: %u x %u",
                                         STR_ARGS(content_texture_path(s, index)),
                                         seen->shape.width_px, seen->shape.height_px);
}

pa_status content_mips_on_sprites(content_search *s) {
    content_begin(s);
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < content_texture_count(s); i++) {
        const texture_use *use = &s->textures[i];
        if (use->frame_count > 0 && use->other_count == 0) {
            status = collect_sprite(s, i);
        }
    }
    size_t count = s->members.count;
    return status != PA_OK || count == 0
               ? status
               : content_add(s, RULE_MIPS_ON_SPRITES, (str){0}, (str){0},
                             "%zu texture%s that only sprite frames show ha%s mipmaps",
                             count, content_plural(count), count == 1 ? "s" : "ve");
}
