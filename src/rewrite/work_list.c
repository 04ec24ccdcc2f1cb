/* work_list.c - what is to be done to each image.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "bundle/uuid.h"
#include "codec/astc_encode.h"
#include "rewrite/alpha.h"
#include "rewrite/cube.h"
#include "rewrite/work.h"

typedef struct listing {
    const pa_audit *audit;
    const plan *asked;
    work_list *out;
    image_users *users;
    uint32_t *of_image; /* work of each image, or NO_INDEX */
    pa_error *err;
} listing;

static pa_status refuse(listing *l, size_t index, const char *why) {
    if (l->out->mem.failed) {
        return error_nomem(l->err);
    }
    const action *row = &l->asked->actions[index];
    return error_set(l->err, PA_USAGE, "action %zu of the plan: image %.*s: %s",
                     index + 1, STR_ARGS(row->asset), why);
}

/* The best source there is: without loss before with loss. */
static pa_status choose_source(listing *l, image_work *work, size_t index) {
    static const char *const order[] = {".png", ".bmp", ".webp", ".jpg", ".jpeg"};
    const image *row = &l->audit->images.rows[work->image];
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        for (uint32_t j = 0; j < row->variant_count; j++) {
            const picture *file = &row->pictures[j];
            if (str_is(row->variants[j].extension, order[i]) && file->is_decoded &&
                file->info.format < PICTURE_PVR) {
                work->source = file->file;
                work->width_px = file->info.width_px;
                work->height_px = file->info.height_px;
                return PA_OK;
            }
        }
    }
    return refuse(l, index, "none of its files is a picture that can be decoded");
}

static int32_t find_variant(const image *row, str extension) {
    for (uint32_t i = 0; i < row->variant_count; i++) {
        if (str_equal(row->variants[i].extension, extension)) {
            return (int32_t)i;
        }
    }
    return -1;
}

static made_file *find_file(image_work *work, str extension) {
    for (uint32_t i = 0; i < work->file_count; i++) {
        if (str_equal(work->files[i].extension, extension)) {
            return &work->files[i];
        }
    }
    return NULL;
}

static pa_status add_file(listing *l, image_work *work, const action *wanted,
                          str extension, size_t index) {
    const image *row = &l->audit->images.rows[work->image];
    int32_t replaces = find_variant(row, extension);
    bool has_room = row->variant_count + work->file_count < MAX_VARIANTS;
    if (work->file_count == MAX_VARIANTS || (replaces < 0 && !has_room)) {
        return refuse(l, index, "it would have more alternatives than an image can");
    }
    work->files[work->file_count++] =
        (made_file){.wanted = *wanted, .extension = extension, .replaces = replaces};
    return PA_OK;
}

static pa_status take_action(listing *l, image_work *work, size_t index) {
    const action *wanted = &l->asked->actions[index];
    if (wanted->kind == ACTION_DOWNSCALE) {
        if (work->scale != NULL) {
            return refuse(l, index, "it is downscaled twice");
        }
        work->scale = wanted;
        work->new_width_px = wanted->width_px;
        work->new_height_px = wanted->height_px;
        return PA_OK;
    }
    if (wanted->kind == ACTION_DROP_ALPHA) {
        work->alpha = wanted;
        return PA_OK;
    }
    if (wanted->kind == ACTION_DROP_FALLBACK) {
        work->fallback = wanted;
        return PA_OK;
    }
    str extension = encode_extension(wanted);
    return find_file(work, extension) != NULL
               ? refuse(l, index, "two actions make the same alternative")
               : add_file(l, work, wanted, extension, index);
}

/* A smaller picture is smaller in all its alternatives. */
static pa_status add_remakes(listing *l, image_work *work, size_t index) {
    const image *row = &l->audit->images.rows[work->image];
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < row->variant_count; i++) {
        action wanted = {0};
        str extension = row->variants[i].extension;
        if (find_file(work, extension) != NULL || row->pictures[i].file == TREE_NONE) {
            continue;
        }
        status = encode_again(&row->variants[i], &row->pictures[i], &wanted)
                     ? add_file(l, work, &wanted, extension, index)
                     : refuse(l, index,
                              "one of its alternatives is of a kind that is not encoded");
        if (status == PA_OK) {
            work->files[work->file_count - 1].is_remake = true;
        }
    }
    return status;
}

/* Those that are made anew have none already. */
static pa_status add_without_alpha(listing *l, image_work *work, size_t index) {
    const image *row = &l->audit->images.rows[work->image];
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < row->variant_count; i++) {
        str extension = row->variants[i].extension;
        action wanted = *work->alpha;
        if (alpha_is_stored(l->audit, row, i) && find_file(work, extension) == NULL &&
            (work->fallback == NULL || !variant_is_fallback(extension))) {
            wanted.to = row->variants[i].gpu == GPU_ETC2_RGBA ? ENCODE_ETC2 : ENCODE_PNG;
            wanted.preset = ASTC_MEDIUM;
            status = add_file(l, work, &wanted, extension, index);
        }
    }
    return status;
}

static pa_status take_actions(listing *l) {
    pa_status status = PA_OK;
    for (size_t i = 0; status == PA_OK && i < l->asked->count; i++) {
        const action *wanted = &l->asked->actions[i];
        if (wanted->kind == ACTION_DROP || wanted->kind == ACTION_MERGE) {
            continue;
        }
        str uuid = uuid_decode(&l->out->mem, wanted->asset);
        uint32_t asset_index = map_get(&l->audit->g.by_uuid, uuid);
        uint32_t image_index =
            asset_index == MAP_NONE ? NO_INDEX : l->audit->images.of_asset[asset_index];
        if (image_index == NO_INDEX) {
            return refuse(l, i, "the build has no such image");
        }
        const char *reason = use_refuses(l->audit, &l->users[image_index], image_index,
                                         wanted, &l->out->mem);
        if (reason != NULL) {
            return refuse(l, i, reason);
        }
        if (l->of_image[image_index] == NO_INDEX) {
            l->of_image[image_index] = l->out->count;
            l->out->rows[l->out->count++] = (image_work){.image = image_index};
        }
        status = take_action(l, &l->out->rows[l->of_image[image_index]], i);
    }
    return status;
}

/* What would be dropped is not made. */
static pa_status check_fallback(listing *l, const image_work *work, size_t index) {
    bool is_made = work->scale != NULL;
    for (uint32_t i = 0; i < work->file_count; i++) {
        is_made |= variant_is_fallback(work->files[i].extension);
    }
    return is_made && work->fallback != NULL
               ? refuse(l, index, "its fallback would be made anew and dropped")
               : PA_OK;
}

/* True when a file goes to the GPU as it is. */
static bool makes_texture(const image_work *work) {
    for (uint32_t i = 0; i < work->file_count; i++) {
        if (encode_format(&work->files[i].wanted, true) != GPU_RGBA8) {
            return true;
        }
    }
    return false;
}

/* The first action of an image, for messages. */
static size_t action_of(const listing *l, const image_work *work) {
    size_t index = 0;
    while (map_get(&l->audit->g.by_uuid, l->asked->actions[index].asset) !=
               l->audit->images.rows[work->image].asset &&
           index + 1 < l->asked->count) {
        index++;
    }
    return index;
}

static bool has_floor(const image_work *work) {
    for (uint32_t i = 0; i < work->file_count; i++) {
        if (quality_has_floor(work->files[i].wanted.floor)) {
            return true;
        }
    }
    return false;
}

/* What an image will be. */
static face_form form_of(const listing *l, const image_work *work) {
    const image *row = &l->audit->images.rows[work->image];
    face_form form = {.width_px = work->new_width_px, .height_px = work->new_height_px};
    action made[MAX_VARIANTS];
    bool is_opaque = false;
    for (uint32_t i = 0; i < row->variant_count; i++) {
        is_opaque |=
            row->pictures[i].file == work->source && row->pictures[i].facts.is_opaque;
    }
    for (uint32_t i = 0; i < work->file_count; i++) {
        made[i] = work->files[i].wanted;
    }
    face_form_take(&form, l->audit, &l->users[work->image], work->image, made,
                   work->file_count, is_opaque);
    return form;
}

/* The faces of a cube get other sides and formats together, whatever comes of their
 * files. */
static pa_status check_cubes(listing *l) {
    uint32_t count = l->audit->images.count;
    uint32_t *cubes = NULL;
    face_form *forms = arena_alloc(&l->out->mem, (size_t)count + 1, sizeof *forms);
    pa_status status = forms == NULL
                           ? error_nomem(l->err)
                           : cubes_of_images(l->audit, &l->out->mem, &cubes, l->err);
    for (uint32_t i = 0; status == PA_OK && i < l->out->count; i++) {
        const image_work *work = &l->out->rows[i];
        forms[work->image] = form_of(l, work);
    }
    for (uint32_t i = 0; status == PA_OK && i < l->out->count; i++) {
        const image_work *work = &l->out->rows[i];
        bool is_face = cubes[work->image] != NO_INDEX;
        bool is_changed =
            work->scale != NULL || makes_texture(work) || forms[work->image].is_unsure;
        if (is_face && is_changed && !cube_is_whole(cubes, forms, count, work->image)) {
            status = refuse(l, action_of(l, work), CUBE_IS_TORN);
        } else if (is_face && work->scale != NULL && has_floor(work)) {
            status =
                refuse(l, action_of(l, work),
                       "it is a face of a cube: all six get other sides or none, and "
                       "a floor of quality might stop one");
        }
    }
    return status;
}

static pa_status finish(listing *l) {
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < l->out->count; i++) {
        image_work *work = &l->out->rows[i];
        size_t index = action_of(l, work);
        status = choose_source(l, work, index);
        if (status == PA_OK) {
            status = check_fallback(l, work, index);
        }
        if (status == PA_OK && work->scale != NULL) {
            status = add_remakes(l, work, index);
        }
        if (status == PA_OK && work->scale == NULL) {
            work->new_width_px = work->width_px;
            work->new_height_px = work->height_px;
        }
        if (status == PA_OK && makes_texture(work) &&
            use_levels(l->audit, &l->users[work->image], work->new_width_px,
                       work->new_height_px) == 0) {
            status =
                refuse(l, index, "its new sides allow no mipmaps in a compressed file");
        }
        if (status == PA_OK && work->alpha != NULL && work->scale == NULL) {
            status = add_without_alpha(l, work, index);
        }
    }
    return status;
}

pa_status work_list_make(const pa_audit *audit, const plan *asked, work_list *out,
                         pa_error *err) {
    listing l = {.audit = audit, .asked = asked, .out = out, .err = err};
    size_t room = (size_t)audit->images.count + 1;
    out->rows = arena_alloc(&out->mem, room, sizeof *out->rows);
    l.of_image = arena_alloc(&out->mem, room, sizeof *l.of_image);
    if (out->rows == NULL || l.of_image == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < audit->images.count; i++) {
        l.of_image[i] = NO_INDEX;
    }
    pa_status status = use_of_images(audit, &out->mem, &l.users, err);
    if (status == PA_OK) {
        status = take_actions(&l);
    }
    if (status == PA_OK) {
        status = finish(&l);
    }
    if (status == PA_OK) {
        status = check_cubes(&l);
    }
    return status == PA_OK ? arena_status(&out->mem, err) : status;
}

void work_list_clear(work_list *list) {
    arena_clear(&list->mem);
    *list = (work_list){0};
}
