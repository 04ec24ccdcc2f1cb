/* content.c - the rules about content, one after the other, and how their findings are
 * put together.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "audit/content_search.h"
#include "base/alloc.h"
#include "bundle/finding_fold.h"

static pa_status (*const finders[])(content_search *s) = {
    content_mips_missing,    content_npot,
    content_mips_on_sprites, content_cmip_leak,
    content_cmip_wrap,       content_rgb8_metal,
    content_kept_twice,      content_pixels_twice,
    content_alpha_unused,    content_one_colour,
    content_nearly_empty,    content_sprite_border,
    content_oversized,       content_atlas_originals,
    content_plain_format,    content_auto_release,
    content_name_only,       content_file_unknown,
};

const texture_row *content_texture(const content_search *s, size_t view, uint32_t index) {
    const texture_row *row = &s->audit->views[view].textures[index];
    return row->is_known && !row->is_render && row->image_count > 0 ? row : NULL;
}

const picture *content_pixels(const content_search *s, size_t view,
                              uint32_t image_index) {
    const picture *file = view_picture(s->audit, &s->audit->views[view], image_index);
    return file != NULL && file->is_decoded && file->info.format < PICTURE_PVR ? file
                                                                               : NULL;
}

str content_image_path(const content_search *s, uint32_t image_index) {
    for (size_t i = 0; i < s->audit->view_count; i++) {
        const picture *file = view_picture(s->audit, &s->audit->views[i], image_index);
        if (file != NULL && file->file != TREE_NONE) {
            return tree_get(s->audit->g.files, file->file)->path;
        }
    }
    return (str){0};
}

str content_texture_path(const content_search *s, uint32_t texture_index) {
    const texture_row *row = &s->audit->views[0].textures[texture_index];
    return row->image_count == 0 ? (str){0} : content_image_path(s, row->images[0]);
}

void content_begin(content_search *s) {
    for (size_t i = 0; i < s->audit->view_count; i++) {
        s->is_marked[i] = false;
        s->marked_bytes[i] = 0;
    }
    s->members.count = 0;
}

void content_mark(content_search *s, size_t view, uint64_t size_bytes) {
    s->is_marked[view] = true;
    s->marked_bytes[view] += size_bytes;
}

void content_mark_all(content_search *s, uint64_t size_bytes) {
    for (size_t i = 0; i < s->audit->view_count; i++) {
        content_mark(s, i, size_bytes);
    }
}

bool content_is_marked(const content_search *s) {
    for (size_t i = 0; i < s->audit->view_count; i++) {
        if (s->is_marked[i]) {
            return true;
        }
    }
    return false;
}

pa_status content_member(content_search *s, uint64_t size_bytes, const char *format,
                         ...) {
    char text[PA_ERROR_TEXT_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    place_list *list = &s->members;
    str kept = arena_copy_name(&s->mem, str_of(text));
    if (kept.at == NULL || mem_grow(&list->rows, &list->capacity, list->count + 1,
                                    sizeof *list->rows) != 0) {
        return error_nomem(s->err);
    }
    list->rows[list->count++] = (content_place){size_bytes, kept};
    return PA_OK;
}

static int heaviest_first(const void *a, const void *b) {
    const content_place *left = a;
    const content_place *right = b;
    if (left->bytes != right->bytes) {
        return left->bytes > right->bytes ? -1 : 1;
    }
    return str_order(left->text, right->text);
}

static str member_text(finding_list *list, size_t i, const void *ctx) {
    return arena_copy(&list->mem, ((const place_list *)ctx)->rows[i].text);
}

/* Gives the members to the finding added last. */
static pa_status give_members(content_search *s) {
    place_list *list = &s->members;
    if (list->count == 0) {
        return PA_OK;
    }
    qsort(list->rows, list->count, sizeof *list->rows, heaviest_first);
    return finding_set_members(s->out, finding_last(s->out), list->count, member_text,
                               list, s->err);
}

pa_status content_add(content_search *s, rule_id rule, str file, str uuid,
                      const char *format, ...) {
    char text[PA_ERROR_TEXT_SIZE / 2];
    char devices[PA_ERROR_TEXT_SIZE / 2];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    /* What holds in every view is not about devices. */
    bool is_all = audit_name_views(s->audit, s->is_marked, devices, sizeof devices) ==
                  s->audit->view_count;
    pa_status status = finding_add(s->out, rule, file, uuid, s->err, "%s%s%s", text,
                                   is_all ? "" : " on ", is_all ? "" : devices);
    if (status != PA_OK) {
        return status;
    }
    finding *row = finding_last(s->out);
    for (size_t i = 0; i < s->audit->view_count; i++) {
        row->bytes = s->marked_bytes[i] > row->bytes ? s->marked_bytes[i] : row->bytes;
    }
    row->device = audit_only_view(s->audit, s->is_marked);
    return give_members(s);
}

static pa_status open_search(content_search *s) {
    size_t views = s->audit->view_count;
    s->is_marked = arena_alloc(&s->mem, views, sizeof *s->is_marked);
    s->marked_bytes = arena_alloc(&s->mem, views, sizeof *s->marked_bytes);
    return s->is_marked == NULL || s->marked_bytes == NULL ? error_nomem(s->err)
                                                           : content_find_users(s);
}

pa_status content_find(const pa_audit *audit, finding_list *out, pa_error *err) {
    content_search s = {.audit = audit, .out = out, .err = err};
    pa_status status = open_search(&s);
    for (size_t i = 0; status == PA_OK && i < sizeof finders / sizeof finders[0]; i++) {
        status = finders[i](&s);
    }
    mem_free(s.members.rows);
    arena_clear(&s.mem);
    return status;
}
