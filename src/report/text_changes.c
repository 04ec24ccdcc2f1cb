/* text_changes.c - the changes of scene: a matrix while it fits, else the worst pairs;
 * and the worst session.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/alloc.h"
#include "report/report.h"
#include "report/table.h"

enum { MATRIX_SCENES = 12 };

static str name_of(const report_view *view, uint32_t scene_index) {
    return view->audit->stages[scene_index].name;
}

/* Rows: the scene that is left; columns: the one that is loaded; numbers tell which is
 * which. */
static void write_matrix(const report_view *view, buf *out) {
    static const char *const numbers[MATRIX_SCENES] = {"1", "2", "3", "4",  "5",  "6",
                                                       "7", "8", "9", "10", "11", "12"};
    table t = {0};
    table_column(&t, "from \\ to", false);
    for (uint32_t i = 0; i < view->stage_count; i++) {
        table_column(&t, numbers[i], true);
    }
    for (uint32_t i = 0; i < view->stage_count; i++) {
        table_format(&t, "%u %.*s", i + 1, STR_ARGS(name_of(view, view->stages[i])));
        for (uint32_t j = 0; j < view->stage_count; j++) {
            if (i == j) {
                table_text(&t, str_of("-"));
            } else {
                table_mib(&t, report_transition(view, view->stages[i], view->stages[j])
                                  ->upper_bytes);
            }
        }
    }
    report_heading(out, "Changes of scene, at most (MiB)");
    table_write(&t, view->width, out);
}

typedef struct pair {
    transition cost;
    uint32_t from;
    uint32_t to;
} pair;

static int dearest_first(const void *a, const void *b) {
    const pair *left = a;
    const pair *right = b;
    if (left->cost.upper_bytes != right->cost.upper_bytes) {
        return left->cost.upper_bytes > right->cost.upper_bytes ? -1 : 1;
    }
    if (left->cost.lower_bytes != right->cost.lower_bytes) {
        return left->cost.lower_bytes > right->cost.lower_bytes ? -1 : 1;
    }
    if (left->from != right->from) {
        return left->from < right->from ? -1 : 1;
    }
    return (left->to > right->to) - (left->to < right->to);
}

static size_t list_pairs(const report_view *view, pair *pairs) {
    size_t count = 0;
    for (uint32_t i = 0; i < view->stage_count; i++) {
        for (uint32_t j = 0; j < view->stage_count; j++) {
            if (i != j) {
                uint32_t from = view->stages[i];
                uint32_t to = view->stages[j];
                pairs[count++] = (pair){*report_transition(view, from, to), from, to};
            }
        }
    }
    qsort(pairs, count, sizeof *pairs, dearest_first);
    return count;
}

static void write_worst_pairs(const report_view *view, buf *out) {
    size_t room = (size_t)view->stage_count * view->stage_count;
    pair *pairs = mem_alloc(room, sizeof *pairs);
    if (pairs == NULL) {
        out->failed = true;
        return;
    }
    size_t count = list_pairs(view, pairs);
    table t = {0};
    table_column(&t, "from", false);
    table_column(&t, "to", false);
    table_column(&t, "at least", true);
    table_column(&t, "at most", true);
    for (size_t i = 0; i < count && i < view->top; i++) {
        table_text(&t, name_of(view, pairs[i].from));
        table_text(&t, name_of(view, pairs[i].to));
        table_mib(&t, pairs[i].cost.lower_bytes);
        table_mib(&t, pairs[i].cost.upper_bytes);
    }
    report_heading(out, "Worst changes of scene (MiB)");
    table_write(&t, view->width, out);
    mem_free(pairs);
}

/* The change that asks for most, in a sentence. */
static void write_worst(const report_view *view, buf *out) {
    const session *worst = &view->costs->worst;
    if (worst->to == NO_INDEX) {
        return;
    }
    const transition *cost = report_transition(view, worst->from, worst->to);
    buf line = {0};
    buf_format(&line, "  worst change: from %.*s to %.*s holds ",
               STR_ARGS(name_of(view, worst->from)), STR_ARGS(name_of(view, worst->to)));
    text_add_mib(&line, cost->lower_bytes);
    buf_add_text(&line, " to ");
    text_add_mib(&line, cost->upper_bytes);
    text_format_line(out, "%.*s MiB", STR_ARGS(buf_str(&line)));
    line.size = 0;
    text_add_mib(&line, worst->steady_bytes);
    const char *ending = worst->never_freed == 1 ? " never frees what it loaded"
                                                 : "s never free what they loaded";
    if (worst->never_freed == 0) {
        text_format_line(out, "  after every scene was visited %.*s MiB stay in %.*s",
                         STR_ARGS(buf_str(&line)),
                         STR_ARGS(name_of(view, worst->steady_stage)));
    } else {
        text_format_line(
            out, "  after every scene was visited %.*s MiB stay in %.*s: %u scene%s",
            STR_ARGS(buf_str(&line)), STR_ARGS(name_of(view, worst->steady_stage)),
            worst->never_freed, ending);
    }
    buf_clear(&line);
}

void report_text_changes(const report_view *view, buf *out) {
    if (view->stage_count < 2) {
        return;
    }
    if (view->stage_count <= MATRIX_SCENES) {
        write_matrix(view, out);
    } else {
        write_worst_pairs(view, out);
    }
    write_worst(view, out);
}
