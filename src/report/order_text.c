/* order_text.c - load orders for people: what fits how, then the stages with their shape.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "report/order.h"
#include "report/report.h"
#include "report/table.h"

enum { BAR_COLUMNS = 24, PROOF_ROWS = 5 };

static str stage_name(const order_view *view, uint32_t index) {
    return view->order->audit->stages[index].name;
}

static uint64_t budget_of(const order_view *view) {
    return view->order->view->device->image_budget_bytes;
}

void order_add_title(const order_view *view, const order_plan *plan, buf *out) {
    buf_add(out, stage_name(view, plan->to));
    if (plan->from != NO_INDEX) {
        buf_format(out, " after %.*s", STR_ARGS(stage_name(view, plan->from)));
    }
}

static const char *words_of(const order_plan *plan) {
    static const char *const words[] = {[ORDER_AT_ONCE] = "fits at once",
                                        [ORDER_IN_STAGES] = "fits in stages",
                                        [ORDER_IMPOSSIBLE] = "fits in no order",
                                        [ORDER_NOT_FOUND] = "no order found"};
    return words[plan->outcome];
}

static void add_row(const order_view *view, table *t, const order_plan *plan) {
    if (plan->from != NO_INDEX) {
        table_text(t, stage_name(view, plan->from));
    }
    table_text(t, stage_name(view, plan->to));
    table_mib(t, plan->at_once_bytes);
    if (plan->outcome == ORDER_IN_STAGES) {
        table_mib(t, plan->peak_bytes);
        table_number(t, plan->stage_count);
    } else {
        table_text(t, str_of("-"));
        table_text(t, str_of("-"));
    }
    table_text(t, str_of(words_of(plan)));
}

static void add_columns(table *t) {
    table_column(t, "at once", true);
    table_column(t, "in stages", true);
    table_column(t, "stages", true);
    table_column(t, "so", false);
}

static void write_scenes(const order_view *view, buf *out) {
    table t = {0};
    table_column(&t, "scene", false);
    add_columns(&t);
    for (uint32_t i = 0; i < view->order->scene_count; i++) {
        add_row(view, &t, &view->order->scenes[i]);
    }
    report_heading(out, "Scenes with nothing before them, peak at most (MiB)");
    table_write(&t, view->width, out);
}

/* Changes that fit at once are only counted, unless everything is asked for. */
static void write_changes(const order_view *view, buf *out) {
    const pa_order *order = view->order;
    if (order->change_count == 0) {
        return;
    }
    table t = {0};
    table_column(&t, "from", false);
    table_column(&t, "to", false);
    add_columns(&t);
    uint32_t shown = 0;
    uint32_t fitting = 0;
    for (uint32_t i = 0; i < order->change_count; i++) {
        const order_plan *plan = &order->changes[i];
        bool is_wanted = view->options->is_verbose ||
                         (plan->outcome != ORDER_AT_ONCE && shown < view->top);
        fitting += plan->outcome == ORDER_AT_ONCE;
        if (is_wanted) {
            add_row(view, &t, plan);
            shown++;
        }
    }
    report_heading(out, "Changes of scene, peak at most (MiB)");
    table_write(&t, view->width, out);
    if (shown < order->change_count) {
        text_format_line(out, "  … and %u more, %u of all fit at once; -v shows them",
                         order->change_count - shown, fitting);
    }
}

static uint64_t columns_of(uint64_t part, uint64_t whole) {
    return whole == 0 ? 0 : (part >= whole ? BAR_COLUMNS : part * BAR_COLUMNS / whole);
}

/* "#####+++....": what is there, what loading adds, what is left of the budget. */
static void add_bar(const order_view *view, const order_stage *part, table *t) {
    char bar[BAR_COLUMNS + 1] = {0};
    uint64_t there = columns_of(part->peak_bytes - part->load_bytes, budget_of(view));
    uint64_t peak = columns_of(part->peak_bytes, budget_of(view));
    for (uint64_t i = 0; i < BAR_COLUMNS; i++) {
        bar[i] = i < there ? '#' : (i < peak ? '+' : '.');
    }
    table_text(t, str_of(bar));
}

static void write_stages(const order_view *view, const order_plan *plan, buf *out) {
    table t = {0};
    table_column(&t, "stage", true);
    table_column(&t, "assets", true);
    table_column(&t, "decoded", true);
    table_column(&t, "loading", true);
    table_column(&t, "peak", true);
    table_column(&t, "stays", true);
    table_column(&t, "of the budget", false);
    for (uint32_t i = 0; i < plan->stage_count; i++) {
        const order_stage *part = &plan->stages[i];
        table_number(&t, i + 1);
        table_number(&t, part->asset_count);
        table_mib(&t, part->decoded_bytes);
        table_mib(&t, part->load_bytes);
        table_mib(&t, part->peak_bytes);
        table_mib(&t, part->resident_bytes);
        add_bar(view, part, &t);
    }
    table_write(&t, view->width, out);
}

static void add_size(buf *line, const char *before, uint64_t size_bytes,
                     const char *after) {
    buf_add_text(line, before);
    text_add_mib(line, size_bytes);
    buf_format(line, " MiB%s", after);
}

/* A sentence under a heading; clears the line. */
static void add_sentence(const order_view *view, buf *line, buf *out) {
    buf_add_text(out, "  ");
    text_add_wrapped(out, buf_str(line), 4, view->width);
    buf_clear(line);
}

static void write_proof(const order_view *view, const order_plan *plan, buf *out) {
    const game *g = &view->order->audit->g;
    buf line = {0};
    if (plan->proof_count == 0) {
        add_size(&line, "what stays of other scenes alone is ", plan->alive_bytes, "");
    } else {
        buf_format(&line, "%u asset%s must be there together: ", plan->proof_count,
                   plan->proof_count == 1 ? "" : "s");
        add_size(&line, "", plan->proof_bytes, " at least, other scenes included");
    }
    add_size(&line, ", for ", budget_of(view), "");
    add_sentence(view, &line, out);
    for (uint32_t i = 0; i < plan->proof_count && i < PROOF_ROWS; i++) {
        str path = game_asset_path(g, plan->proof[i]);
        text_format_line(out, "    %.*s%s%.*s", STR_ARGS(g->assets[plan->proof[i]].uuid),
                         path.size == 0 ? "" : " ", STR_ARGS(path));
    }
    if (plan->proof_count > PROOF_ROWS) {
        text_format_line(out, "    … and %u more; --format json lists them",
                         plan->proof_count - PROOF_ROWS);
    }
}

static void write_gain(const order_view *view, const order_gain *gain, buf *out) {
    static const char *const words[] = {
        [GAIN_EMPTY_SCENE] = "pass through an empty scene",
        [GAIN_AUTO_RELEASE] = "set autoReleaseAssets on the scene that is left",
        [GAIN_AUTO_RELEASE_EMPTY_SCENE] =
            "set autoReleaseAssets on it and pass through an empty scene",
        [GAIN_RELEASE_BUNDLE] = "release bundle "};
    buf line = {0};
    buf_format(&line, "%s%.*s: ", words[gain->kind], STR_ARGS(gain->bundle));
    add_size(&line, "", gain->saved_bytes, " less");
    add_size(&line, ", peak ", gain->peak_bytes,
             gain->peak_bytes <= budget_of(view) ? ", fits" : "");
    if (gain->later_bytes > 0) {
        add_size(&line, "; ", gain->later_bytes, " less stay behind it");
    }
    add_sentence(view, &line, out);
}

static void write_plan(const order_view *view, const order_plan *plan, buf *out) {
    buf title = {0};
    order_add_title(view, plan, &title);
    report_heading(out, "%.*s: %s", STR_ARGS(buf_str(&title)), words_of(plan));
    buf_clear(&title);
    if (plan->outcome == ORDER_IN_STAGES) {
        write_stages(view, plan, out);
    } else if (plan->outcome == ORDER_IMPOSSIBLE) {
        write_proof(view, plan, out);
    }
    for (uint32_t i = 0; i < plan->gain_count && i < PROOF_ROWS; i++) {
        write_gain(view, &plan->gains[i], out);
    }
}

static void write_plans(const order_view *view, const order_plan *plans, uint32_t count,
                        uint32_t *shown, buf *out) {
    for (uint32_t i = 0; i < count; i++) {
        if (plans[i].outcome != ORDER_AT_ONCE &&
            (view->options->is_verbose || *shown < view->top)) {
            write_plan(view, &plans[i], out);
            ++*shown;
        }
    }
}

/* What reordering the dependency lists does in this engine: it moves which images are
 * decoded side by side, but not the bound of the load. */
static void write_reorder(const order_view *view, buf *out) {
    uint64_t most = 0;
    const decode_order *own = NULL;
    str name = {0};
    for (uint32_t i = 0; i < view->order->scene_count; i++) {
        const order_plan *plan = &view->order->scenes[i];
        for (uint32_t j = 0; j < DECODE_ORDER_COUNT; j++) {
            const decode_order *row = &plan->decodes[j];
            uint64_t gain = row->now_bytes - row->best_bytes;
            if (row->is_own && (own == NULL || gain > most)) {
                own = row;
                most = gain;
                name = stage_name(view, plan->to);
            }
        }
    }
    if (own == NULL) {
        return;
    }
    report_heading(out, "Another order of the dependency list, without code");
    buf line = {0};
    if (most == 0) {
        buf_format(&line, "gains nothing in %s: %s", own->engines,
                   own->threads == 0 ? own->source
                                     : "no other order decodes less side by side");
    } else {
        add_size(&line, "at most ", most, " less are decoded side by side");
        buf_format(&line,
                   " (%.*s, %u threads); the peak that finished images can reach "
                   "stays as it is",
                   STR_ARGS(name), own->threads);
    }
    add_sentence(view, &line, out);
}

void order_text(const order_view *view, buf *out) {
    buf line = {0};
    text_add_name(&line, view->order->audit->g.path);
    buf_format(&line, " on %.*s: ", STR_ARGS(view->order->view->device->name));
    add_size(&line, "", budget_of(view), " for images");
    text_add_line(out, buf_str(&line));
    buf_clear(&line);
    write_scenes(view, out);
    write_changes(view, out);
    uint32_t shown = 0;
    write_plans(view, view->order->scenes, view->order->scene_count, &shown, out);
    write_plans(view, view->order->changes, view->order->change_count, &shown, out);
    write_reorder(view, out);
}
