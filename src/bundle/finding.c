/* finding.c - the list of what was found.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static pa_status add_row(finding_list *list, const finding *row, pa_error *err) {
    if (mem_grow(&list->rows, &list->capacity, list->count + 1, sizeof *list->rows) !=
        0) {
        return error_nomem(err);
    }
    list->rows[list->count++] = *row;
    return PA_OK;
}

pa_status finding_add(finding_list *list, rule_id rule, str file, str asset,
                      pa_error *err, const char *format, ...) {
    char text[PA_ERROR_TEXT_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    finding row = {.rule = rule, .level = rule_get(rule)->level};
    row.message = arena_copy_name(&list->mem, str_of(text));
    row.file = arena_copy_name(&list->mem, file);
    row.asset = arena_copy_name(&list->mem, asset);
    if (row.message.at == NULL || row.file.at == NULL || row.asset.at == NULL) {
        return error_nomem(err);
    }
    return add_row(list, &row, err);
}

finding *finding_last(finding_list *list) {
    return &list->rows[list->count - 1];
}

str finding_text(finding_list *list, const char *format, ...) {
    char text[PA_ERROR_TEXT_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return arena_copy_name(&list->mem, str_of(text));
}

pa_status finding_set_members(finding_list *list, finding *row, size_t count,
                              finding_member text_of, const void *ctx, pa_error *err) {
    bool is_cut = count > FINDING_MAX_MEMBERS;
    size_t shown = is_cut ? FINDING_MAX_MEMBERS : count;
    str *members = arena_alloc(&list->mem, shown, sizeof *members);
    for (size_t i = 0; members != NULL && i < shown; i++) {
        bool is_rest = is_cut && i + 1 == shown;
        members[i] = is_rest ? finding_text(list, "and %zu more", count - i)
                             : text_of(list, i, ctx);
        if (members[i].at == NULL) {
            return error_nomem(err);
        }
    }
    row->members = members;
    row->member_count = (uint32_t)shown;
    return members == NULL ? error_nomem(err) : PA_OK;
}

/* False when memory ran out. */
static bool copy_changes(arena *mem, const finding *from, finding *out) {
    if (from->change_count == 0) {
        return true;
    }
    finding_change *changes = arena_alloc(mem, from->change_count, sizeof *changes);
    if (changes != NULL) {
        memcpy(changes, from->changes, from->change_count * sizeof *changes);
    }
    out->changes = changes;
    return changes != NULL;
}

/* A copy of a row whose texts live in `mem`. False when memory ran out. */
static bool copy_row(arena *mem, const finding *from, finding *out) {
    *out = *from;
    str *texts[] = {&out->message, &out->scene, &out->asset,  &out->file,
                    &out->device,  &out->path,  &out->bundle, &out->chain,
                    &out->mend,    &out->owner, &out->waiver, &out->key};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i]->size > 0) {
            *texts[i] = arena_copy(mem, *texts[i]);
            if (texts[i]->at == NULL) {
                return false;
            }
        }
    }
    if (!copy_changes(mem, from, out)) {
        return false;
    }
    if (from->member_count == 0) {
        return true;
    }
    str *members = arena_alloc(mem, from->member_count, sizeof *members);
    for (uint32_t i = 0; members != NULL && i < from->member_count; i++) {
        members[i] = arena_copy(mem, from->members[i]);
        if (members[i].at == NULL) {
            return false;
        }
    }
    out->members = members;
    return members != NULL;
}

pa_status finding_take(finding_list *into, const finding_list *from, pa_error *err) {
    pa_status status = PA_OK;
    for (size_t i = 0; status == PA_OK && i < from->count; i++) {
        finding row;
        status = copy_row(&into->mem, &from->rows[i], &row) ? add_row(into, &row, err)
                                                            : error_nomem(err);
    }
    return status;
}

static int by_weight(const void *a, const void *b) {
    const finding *left = a;
    const finding *right = b;
    bool is_waived = left->waiver.size > 0;
    if (is_waived != (right->waiver.size > 0)) {
        return is_waived ? 1 : -1;
    }
    if (left->level != right->level) {
        return left->level > right->level ? -1 : 1;
    }
    if (left->bytes != right->bytes) {
        return left->bytes > right->bytes ? -1 : 1;
    }
    if (left->rule != right->rule) {
        return left->rule < right->rule ? -1 : 1;
    }
    const str pairs[][2] = {{left->device, right->device},
                            {left->scene, right->scene},
                            {left->file, right->file},
                            {left->asset, right->asset},
                            {left->message, right->message}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        int order = str_order(pairs[i][0], pairs[i][1]);
        if (order != 0) {
            return order;
        }
    }
    return 0;
}

void finding_sort(finding_list *list) {
    if (list->count > 1) {
        qsort(list->rows, list->count, sizeof *list->rows, by_weight);
    }
}

void finding_list_clear(finding_list *list) {
    mem_free(list->rows);
    arena_clear(&list->mem);
    *list = (finding_list){0};
}
