/* finding_fold.c - fold the findings of a rule.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bundle/finding_fold.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"

/* A row of the list and its place there. */
typedef struct placed {
    const finding *row;
    size_t at;
} placed;

static int heaviest_first(const void *a, const void *b) {
    const placed *left = a;
    const placed *right = b;
    if (left->row->bytes != right->row->bytes) {
        return left->row->bytes > right->row->bytes ? -1 : 1;
    }
    int order = str_order(left->row->file, right->row->file);
    if (order == 0) {
        order = str_order(left->row->message, right->row->message);
    }
    return order != 0 ? order : (left->at > right->at) - (left->at < right->at);
}

/* The rows of the rule, waived ones left out, that do not stay, heaviest first; NULL when
 * memory ran out. */
static placed *list_others(const finding_list *list, const finding_folding *how,
                           size_t *count) {
    placed *rows = mem_alloc(list->count + 1, sizeof *rows);
    size_t found = 0;
    for (size_t i = 0; rows != NULL && i < list->count; i++) {
        if (list->rows[i].rule == how->rule && list->rows[i].waiver.size == 0) {
            rows[found++] = (placed){&list->rows[i], i};
        }
    }
    if (found > 1) {
        qsort(rows, found, sizeof *rows, heaviest_first);
    }
    size_t kept = 0;
    while (kept < found && kept < how->keep && rows[kept].row->bytes >= how->own_bytes) {
        kept++;
    }
    *count = found - kept;
    for (size_t i = 0; rows != NULL && i < *count; i++) {
        rows[i] = rows[kept + i];
    }
    return rows;
}

/* Members of a folded finding that its line still names. */
enum { MAX_PLACES = 3 };

/* " (PLACE, PLACE, …)": where else a finding holds, in `out`. */
static void tell_places(const finding *row, char *out, size_t size) {
    static const char end[] = ", …)";
    size_t at = 0;
    uint32_t told = 0;
    bool is_cut = false;
    out[0] = '\0';
    for (uint32_t i = 0; i < row->member_count; i++) {
        if (str_equal(row->members[i], row->file)) {
            continue;
        }
        if (told == MAX_PLACES) {
            is_cut = true;
            break;
        }
        size_t room = size - at - sizeof end;
        int done = snprintf(out + at, room, "%s%.*s", told == 0 ? " (" : ", ",
                            STR_ARGS(row->members[i]));
        if (done < 0 || (size_t)done >= room) {
            is_cut = true;
            break;
        }
        at += (size_t)done;
        told++;
    }
    if (told > 0) {
        snprintf(out + at, size - at, "%s", is_cut ? end : ")");
    } else {
        out[0] = '\0';
    }
}

/* What is folded: rows of a rule, and how. */
typedef struct fold {
    const finding_folding *how;
    const placed *rows;
} fold;

/* What a row is in the list of the folded one. */
static str member_of(finding_list *list, size_t i, const void *ctx) {
    const fold *f = ctx;
    const finding *row = f->rows[i].row;
    char places[PA_ERROR_TEXT_SIZE / 2];
    str place = row->file.size > 0 ? row->file : row->asset;
    tell_places(row, places, sizeof places);
    return f->how->is_telling ? finding_text(list, "%.*s: %.*s%s", STR_ARGS(place),
                                             STR_ARGS(row->message), places)
                              : finding_text(list, "%.*s", STR_ARGS(place));
}

/* One row for all of `rows`. */
static pa_status join(finding_list *list, const finding_folding *how, const placed *rows,
                      size_t count, finding *out, pa_error *err) {
    *out = (finding){.rule = how->rule,
                     .is_folded = true,
                     .level = rows[0].row->level,
                     .file = rows[0].row->file,
                     .device = rows[0].row->device,
                     .owner = rows[0].row->owner,
                     .mend = rows[0].row->mend};
    for (size_t i = 0; i < count; i++) {
        out->bytes += rows[i].row->bytes;
        if (!str_equal(rows[i].row->device, out->device)) {
            out->device = (str){0};
        }
        if (!str_equal(rows[i].row->owner, out->owner)) {
            out->owner = (str){0};
        }
    }
    out->message = finding_text(list, "%zu %s", count, how->what);
    return out->message.at == NULL ? error_nomem(err)
                                   : finding_set_members(list, out, count, member_of,
                                                         &(fold){how, rows}, err);
}

static int by_place(const void *a, const void *b) {
    const placed *left = a;
    const placed *right = b;
    return (left->at > right->at) - (left->at < right->at);
}

/* Puts the row in the place of the first of those it stands for, and closes the gaps. */
static void replace(finding_list *list, placed *rows, size_t count, const finding *row) {
    qsort(rows, count, sizeof *rows, by_place);
    size_t end = rows[0].at + 1;
    size_t next = 1;
    list->rows[rows[0].at] = *row;
    for (size_t i = end; i < list->count; i++) {
        if (next < count && rows[next].at == i) {
            next++;
        } else {
            list->rows[end++] = list->rows[i];
        }
    }
    list->count = end;
}

pa_status finding_fold(finding_list *list, const finding_folding *how, pa_error *err) {
    size_t count = 0;
    placed *rows = list_others(list, how, &count);
    if (rows == NULL) {
        return error_nomem(err);
    }
    pa_status status = PA_OK;
    if (count >= how->least && count > 1) {
        finding joined;
        status = join(list, how, rows, count, &joined, err);
        if (status == PA_OK) {
            replace(list, rows, count, &joined);
        }
    }
    mem_free(rows);
    return status;
}
