/* content_users.c - who uses each texture and image, and what each image holds.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/content_search.h"
#include "base/bitset.h"

/* A row of the texture table that a reference leads to, or NO_INDEX. */
static uint32_t texture_of(const content_search *s, const copy *c, uint32_t index) {
    uint32_t target = c->targets[index];
    return target == NO_INDEX
               ? NO_INDEX
               : s->audit->views[0].texture_of_asset[s->audit->g.copies[target].asset];
}

/* Sprite renderers draw a frame in 3D, where it may be far away. */
static pa_status find_frames_in_3d(const content_search *s, arena *mem, uint64_t **out) {
    const game *g = &s->audit->g;
    *out = arena_alloc(mem, BITSET_WORDS((size_t)g->copy_count + 1), sizeof **out);
    if (*out == NULL) {
        return error_nomem(s->err);
    }
    for (uint32_t i = 0; i < g->copy_count; i++) {
        const document *d = &g->copies[i].document;
        for (uint32_t j = 0; j < d->reference_count; j++) {
            uint32_t target = g->copies[i].targets[j];
            if (target != NO_INDEX &&
                g->copies[target].document.kind == ASSET_SPRITE_FRAME &&
                str_starts(str_of(d->references[j].holder), "cc.SpriteRenderer.")) {
                bitset_add(*out, target);
            }
        }
    }
    return PA_OK;
}

static double least(double a, double b) {
    return a < b ? a : b;
}

static double most(double a, double b) {
    return a > b ? a : b;
}

/* Widens the box of what frames show. A rotated picture lies on its side. */
static void add_frame(texture_use *use, const frame_data *frame) {
    bool is_first = use->frame_count++ == 0;
    if (frame == NULL || !(frame->width_px > 0) || !(frame->height_px > 0)) {
        use->has_whole = true;
        return;
    }
    double width = frame->is_rotated ? frame->height_px : frame->width_px;
    double height = frame->is_rotated ? frame->width_px : frame->height_px;
    double right = frame->left_px + width;
    double bottom = frame->top_px + height;
    use->left_px = is_first ? frame->left_px : least(use->left_px, frame->left_px);
    use->top_px = is_first ? frame->top_px : least(use->top_px, frame->top_px);
    use->right_px = is_first ? right : most(use->right_px, right);
    use->bottom_px = is_first ? bottom : most(use->bottom_px, bottom);
}

/* What one document does with textures and images. */
static void add_user(content_search *s, uint32_t copy_index, const uint64_t *in_3d) {
    const game *g = &s->audit->g;
    const copy *c = &g->copies[copy_index];
    const document *d = &c->document;
    bool is_frame = d->kind == ASSET_SPRITE_FRAME && !bitset_has(in_3d, copy_index);
    uint32_t last = NO_INDEX;
    for (uint32_t j = 0; j < d->reference_count; j++) {
        uint32_t texture = texture_of(s, c, j);
        uint32_t target = c->targets[j];
        if (texture != NO_INDEX && texture != last && is_frame) {
            add_frame(&s->textures[texture], d->frame);
        } else if (texture != NO_INDEX && texture != last) {
            s->textures[texture].other_count++;
        } else if (texture == NO_INDEX && target != NO_INDEX && d->texture == NULL) {
            uint32_t row = s->audit->images.of_asset[g->copies[target].asset];
            if (row != NO_INDEX) {
                s->images[row].has_other = true;
            }
        }
        last = texture; /* 3.0 and 3.1 name the texture twice */
    }
}

static void add_texture(content_search *s, uint32_t index) {
    const texture_row *row = &s->audit->views[0].textures[index];
    const texture_data *data = s->audit->g.copies[row->copy].document.texture;
    const texture_use *use = &s->textures[index];
    for (uint32_t i = 0; data != NULL && i < row->image_count; i++) {
        image_role *role = &s->images[row->images[i]];
        bool is_first = role->texture == NO_INDEX;
        bool is_shown =
            data->layers == 1 && use->frame_count > 0 && use->other_count == 0;
        role->texture = is_first ? index : role->texture;
        role->is_sprite = is_shown && (is_first || role->is_sprite) && !role->has_other;
        role->in_cube |= data->layers > 1;
        role->is_data |= data->is_rgbe;
        role->is_baked |= data->is_baked;
    }
}

/* GPU bytes of every texture made of an image, and the CPU copy where it stays. */
static void add_bytes(content_search *s, size_t view_index) {
    const pa_audit *audit = s->audit;
    const audit_view *view = &audit->views[view_index];
    uint64_t *sums = s->image_bytes + view_index * audit->images.count;
    for (uint32_t i = 0; i < view->texture_count; i++) {
        for (uint32_t j = 0; j < view->textures[i].upload_count; j++) {
            const texture_upload *up = &view->textures[i].uploads[j];
            sums[up->image] += up->cost.gpu_bytes;
        }
    }
    for (uint32_t i = 0; i < audit->images.count; i++) {
        const picture *file = view_picture(audit, view, i);
        if (file != NULL && file->is_known &&
            (!view->model.is_cleaning_images || image_defies_cleanup(&file->info))) {
            sums[i] += image_kept_bytes(&file->info, file->file_bytes, &view->model);
        }
    }
}

pa_status content_find_users(content_search *s) {
    const pa_audit *audit = s->audit;
    size_t images = audit->images.count;
    uint64_t *in_3d = NULL;
    s->textures =
        arena_alloc(&s->mem, (size_t)content_texture_count(s) + 1, sizeof *s->textures);
    s->images = arena_alloc(&s->mem, images + 1, sizeof *s->images);
    s->image_bytes =
        arena_alloc(&s->mem, images * audit->view_count + 1, sizeof *s->image_bytes);
    if (s->textures == NULL || s->images == NULL || s->image_bytes == NULL) {
        return error_nomem(s->err);
    }
    for (size_t i = 0; i < images; i++) {
        s->images[i].texture = NO_INDEX;
    }
    if (find_frames_in_3d(s, &s->mem, &in_3d) != PA_OK) {
        return s->err->status;
    }
    for (uint32_t i = 0; i < audit->g.copy_count; i++) {
        add_user(s, i, in_3d);
    }
    for (uint32_t i = 0; i < content_texture_count(s); i++) {
        add_texture(s, i);
    }
    for (size_t i = 0; i < audit->view_count; i++) {
        add_bytes(s, i);
    }
    return PA_OK;
}
