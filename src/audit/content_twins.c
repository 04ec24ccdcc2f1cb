/* content_twins.c - the same pixels in several image files.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "audit/content_search.h"
#include "base/alloc.h"

/* An image that was decoded. */
typedef struct twin {
    uint64_t hash[2];
    uint32_t cube; /* texture row of the cube whose face it is, or NO_INDEX */
    uint32_t image;
} twin;

static int by_hash(const void *a, const void *b) {
    const twin *left = a;
    const twin *right = b;
    for (int i = 1; i >= 0; i--) {
        if (left->hash[i] != right->hash[i]) {
            return left->hash[i] < right->hash[i] ? -1 : 1;
        }
    }
    if (left->cube != right->cube) {
        return left->cube < right->cube ? -1 : 1;
    }
    return (left->image > right->image) - (left->image < right->image);
}

static bool are_same(const twin *a, const twin *b) {
    return a->hash[0] == b->hash[0] && a->hash[1] == b->hash[1];
}

/* The file that stands for an image: what the first view takes, if it was decoded. */
static const picture *decoded(const content_search *s, uint32_t image_index) {
    for (size_t v = 0; v < s->audit->view_count; v++) {
        const picture *file = view_picture(s->audit, &s->audit->views[v], image_index);
        if (file != NULL && file->is_decoded) {
            return file;
        }
    }
    return NULL;
}

/* Images of one colour have a rule of their own. */
static size_t list_twins(const content_search *s, twin *out) {
    size_t count = 0;
    for (uint32_t i = 0; i < s->audit->images.count; i++) {
        const picture *file = decoded(s, i);
        if (file == NULL || file->facts.is_one_colour) {
            continue;
        }
        const image_role *role = &s->images[i];
        out[count++] = (twin){{file->facts.pixel_hash[0], file->facts.pixel_hash[1]},
                              role->in_cube ? role->texture : NO_INDEX,
                              i};
    }
    if (count > 1) {
        qsort(out, count, sizeof *out, by_hash);
    }
    return count;
}

/* Equal faces of one cube are one place: a cube has six faces whatever they show. */
static bool is_same_place(const twin *a, const twin *b) {
    return a->cube != NO_INDEX && a->cube == b->cube;
}

/* Marks in every view what all but the dearest of a group take. */
static void mark_extra(content_search *s, const twin *group, size_t count) {
    for (size_t v = 0; v < s->audit->view_count; v++) {
        uint64_t total = 0;
        uint64_t dearest = 0;
        for (size_t i = 0; i < count; i++) {
            if (i > 0 && is_same_place(&group[i - 1], &group[i])) {
                continue;
            }
            uint64_t size_bytes = content_image_bytes(s, v, group[i].image);
            total += size_bytes;
            dearest = size_bytes > dearest ? size_bytes : dearest;
        }
        if (total - dearest >= CONTENT_LEAST_BYTES) {
            content_mark(s, v, total - dearest);
        }
    }
}

static pa_status check_group(content_search *s, const twin *group, size_t count) {
    content_begin(s);
    mark_extra(s, group, count);
    if (!content_is_marked(s)) {
        return PA_OK;
    }
    pa_status status = PA_OK;
    size_t places = 0;
    for (size_t i = 0; status == PA_OK && i < count; i++) {
        if (i == 0 || !is_same_place(&group[i - 1], &group[i])) {
            places++;
            status = content_member(s, 0, "%.*s",
                                    STR_ARGS(content_image_path(s, group[i].image)));
        }
    }
    const picture *file = decoded(s, group[0].image);
    uint32_t asset_index = s->audit->images.rows[group[0].image].asset;
    return status != PA_OK
               ? status
               : content_add(s, RULE_PIXELS_TWICE, content_image_path(s, group[0].image),
                             s->audit->g.assets[asset_index].uuid,
                             "%zu image files hold the same %u x %u pixels", places,
                             file->info.width_px, file->info.height_px);
}

pa_status content_pixels_twice(content_search *s) {
    twin *twins = mem_alloc((size_t)s->audit->images.count + 1, sizeof *twins);
    if (twins == NULL) {
        return error_nomem(s->err);
    }
    size_t count = list_twins(s, twins);
    pa_status status = PA_OK;
    size_t end = 0;
    for (size_t i = 0; status == PA_OK && i < count; i = end) {
        end = i + 1;
        while (end < count && are_same(&twins[i], &twins[end])) {
            end++;
        }
        status = end - i > 1 ? check_group(s, twins + i, end - i) : PA_OK;
    }
    mem_free(twins);
    return status;
}
