/* fit.c - the cheapest edits by which a build fits a device.
 *
 * A choice is a number for each candidate: 0 is as it is, n its nth option. Few choices
 * are all tried. Of many, the peaks that are too high become the needs of a cover
 * (peaks.h), whose cheapest choice is judged; what is above the budget then becomes a
 * need, too, until nothing is. The cover without what was learned by trying bounds the
 * cost of every choice from below. Every judgement is that of the audit itself, with the
 * alternatives that the edits would make.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bitset.h"
#include "rewrite/encode.h"
#include "rewrite/peaks.h"
#include "rewrite/recipe.h"

enum { MAX_TRIED = 4096, MAX_TAKEN_BACK = 2048, MAX_TOLD = 50, MAX_ROUNDS = 100 };

typedef struct fitting {
    const pa_audit *audit;
    const candidate_list *from;
    const pool *how;
    what_if *w;
    peaks *peaks; /* NULL while all choices are tried */
    uint64_t budget_bytes;
    uint32_t *choice; /* of each candidate */
    uint32_t *best;
    uint32_t *tried;
    const audit_view *view; /* of `choice`, after evaluate */
    uint32_t worst_from;
    uint32_t worst_to;
    uint64_t worst_bytes;
    pa_error *err;
} fitting;

static bool is_barred(const candidate *row, uint32_t option) {
    return (row->barred >> option & 1) != 0;
}

/* The next one that is not barred; the one behind the last when there is none. */
static uint32_t next_option(const candidate *row, uint32_t option) {
    do {
        option++;
    } while (option <= candidate_options(row) && is_barred(row, option));
    return option;
}

static uint32_t last_option(const candidate *row, uint32_t option) {
    do {
        option--;
    } while (is_barred(row, option)); /* the first never is */
    return option;
}

static uint64_t cost_of(const fitting *f, const uint32_t *choice) {
    uint64_t cost = 0;
    for (size_t i = 0; i < f->from->count; i++) {
        cost += choice[i] * candidate_pixels(f->audit, &f->from->rows[i]);
    }
    return cost;
}

static void set_choice(const fitting *f, size_t index, uint32_t option) {
    candidate_choose(f->w, &f->from->rows[index], option);
    f->choice[index] = option;
}

static pa_status evaluate(fitting *f) {
    pa_status status = what_if_cost(f->w, f->how, &f->view, f->err);
    if (status == PA_OK) {
        f->worst_bytes = plan_worst_peak(f->audit, f->view, &f->worst_from, &f->worst_to);
    }
    return status;
}

static pa_status take(fitting *f, const uint32_t *choice) {
    for (size_t i = 0; i < f->from->count; i++) {
        set_choice(f, i, choice[i]);
    }
    return evaluate(f);
}

/* ---- all choices --------------------------------------------------------------------
 */

static size_t count_choices(const fitting *f) {
    size_t count = 1;
    for (size_t i = 0; i < f->from->count && count <= MAX_TRIED; i++) {
        count *= candidate_options(&f->from->rows[i]) + 1;
    }
    return count;
}

/* The next choice, counted like a number; false behind the last. */
static bool next_choice(const fitting *f, uint32_t *choice) {
    for (size_t i = f->from->count; i > 0; i--) {
        const candidate *row = &f->from->rows[i - 1];
        choice[i - 1] = next_option(row, choice[i - 1]);
        if (choice[i - 1] <= candidate_options(row)) {
            return true;
        }
        choice[i - 1] = 0;
    }
    return false;
}

/* Of equal costs the one that holds less, then the first. */
static pa_status try_all(fitting *f, bool *is_found) {
    uint32_t *choice = mem_zero(f->from->count + 1, sizeof *choice);
    uint64_t best_cost = UINT64_MAX;
    uint64_t best_bytes = UINT64_MAX;
    pa_status status = choice == NULL ? error_nomem(f->err) : PA_OK;
    *is_found = false;
    for (bool is_left = true; status == PA_OK && is_left;) {
        uint64_t cost = cost_of(f, choice);
        if (cost <= best_cost) {
            status = take(f, choice);
            bool is_better = status == PA_OK && f->worst_bytes <= f->budget_bytes &&
                             (cost < best_cost || f->worst_bytes < best_bytes);
            if (is_better) {
                best_cost = cost;
                best_bytes = f->worst_bytes;
                memcpy(f->best, choice, f->from->count * sizeof *choice);
                *is_found = true;
            }
        }
        is_left = next_choice(f, choice);
    }
    mem_free(choice);
    return status;
}

/* ---- where most is saved for the cost ------------------------------------------------
 */

static uint64_t option_bytes(const fitting *f, const candidate *row, uint32_t option) {
    const image *of = &f->audit->images.rows[row->image];
    uint64_t pixels = candidate_pixels(f->audit, row);
    bool is_opaque = false;
    for (uint32_t i = 0; i < of->variant_count; i++) {
        is_opaque |= of->pictures[i].facts.is_opaque;
    }
    bool is_scaled = candidate_is_scaled(row, option);
    const action *step = candidate_step(row, option);
    uint64_t bits = 32;
    if (step != NULL) {
        const gpu_format_row *format = gpu_format_get(encode_format(step, is_opaque));
        uint64_t block_px = (uint64_t)format->block_width_px * format->block_height_px;
        bits = format->block_bytes * UINT64_C(8) / block_px;
        bits = bits == 0 ? 1 : bits;
    }
    uint64_t kept = is_scaled ? (uint64_t)row->width_px * row->height_px : pixels;
    return kept * bits / 8;
}

/* True when the peak that is worst has the image in it: in one of its stages, or in one
 * that is never freed. */
static bool counts_in_worst(const fitting *f, const candidate *row) {
    uint32_t asset_index = f->audit->images.rows[row->image].asset;
    for (uint32_t i = 0; i < f->audit->stage_count; i++) {
        bool is_part =
            i == f->worst_from || i == f->worst_to ||
            (f->worst_from != f->worst_to && !f->audit->stages[i].auto_release);
        if (is_part && bitset_has(f->view->stages[i].assets, asset_index)) {
            return true;
        }
    }
    return f->view->persistent.assets != NULL &&
           bitset_has(f->view->persistent.assets, asset_index);
}

/* One more step of a candidate. */
typedef struct move {
    size_t index;
    uint32_t option;
    uint64_t saved_bytes;
    uint64_t cost;
} move;

/* Most saved for the cost first; of equal ones the larger, then the first. */
static int by_worth(const void *a, const void *b) {
    const move *left = a;
    const move *right = b;
    double worth[] = {(double)left->saved_bytes / (double)left->cost,
                      (double)right->saved_bytes / (double)right->cost};
    if (worth[0] != worth[1]) {
        return worth[0] > worth[1] ? -1 : 1;
    }
    if (left->saved_bytes != right->saved_bytes) {
        return left->saved_bytes > right->saved_bytes ? -1 : 1;
    }
    return (left->index > right->index) - (left->index < right->index);
}

static size_t list_moves(const fitting *f, move *out) {
    size_t count = 0;
    for (size_t i = 0; i < f->from->count; i++) {
        const candidate *row = &f->from->rows[i];
        uint32_t option = next_option(row, f->choice[i]);
        uint64_t pixels = candidate_pixels(f->audit, row);
        if (option > candidate_options(row) || pixels == 0 || !counts_in_worst(f, row)) {
            continue;
        }
        uint64_t before = option_bytes(f, row, f->choice[i]);
        uint64_t after = option_bytes(f, row, option);
        out[count++] = (move){i, option, before > after ? before - after : 0, pixels};
    }
    if (count > 1) {
        qsort(out, count, sizeof *out, by_worth);
    }
    return count;
}

/* Edits until all fits, or nothing is left to edit in what does not. Half of what lacks
 * at a time: a byte saved on the GPU may save another on the way there. */
static pa_status edit_until_fits(fitting *f) {
    move *moves = mem_alloc(f->from->count + 1, sizeof *moves);
    pa_status status = moves == NULL ? error_nomem(f->err) : evaluate(f);
    while (status == PA_OK && f->worst_bytes > f->budget_bytes) {
        size_t count = list_moves(f, moves);
        uint64_t wanted = (f->worst_bytes - f->budget_bytes) / 2;
        uint64_t saved = 0;
        for (size_t i = 0; i < count && (i == 0 || saved < wanted); i++) {
            set_choice(f, moves[i].index, moves[i].option);
            saved += moves[i].saved_bytes;
        }
        if (count == 0) {
            break;
        }
        status = evaluate(f);
    }
    mem_free(moves);
    return status;
}

/* A candidate that was edited, by what it costs. */
static int dearest_first(const void *a, const void *b) {
    const move *left = a;
    const move *right = b;
    if (left->cost != right->cost) {
        return left->cost > right->cost ? -1 : 1;
    }
    return (left->index > right->index) - (left->index < right->index);
}

/* Takes back, step by step, what is not needed. */
static pa_status take_back(fitting *f) {
    move *edits = mem_alloc(f->from->count + 1, sizeof *edits);
    size_t count = 0;
    size_t tried = 0;
    pa_status status = edits == NULL ? error_nomem(f->err) : PA_OK;
    for (size_t i = 0; status == PA_OK && i < f->from->count; i++) {
        if (f->choice[i] > 0) {
            edits[count++] = (move){
                .index = i,
                .cost = f->choice[i] * candidate_pixels(f->audit, &f->from->rows[i])};
        }
    }
    if (count > 1) {
        qsort(edits, count, sizeof *edits, dearest_first);
    }
    for (size_t i = 0; status == PA_OK && i < count; i++) {
        size_t index = edits[i].index;
        while (status == PA_OK && f->choice[index] > 0 && tried < MAX_TAKEN_BACK) {
            uint32_t old = f->choice[index];
            set_choice(f, index, last_option(&f->from->rows[index], old));
            bool is_tried = f->peaks == NULL || !peaks_exclude(f->peaks, f->choice);
            status = is_tried ? evaluate(f) : PA_OK;
            tried += is_tried;
            if (status == PA_OK && (!is_tried || f->worst_bytes > f->budget_bytes)) {
                set_choice(f, index, old);
                break;
            }
        }
    }
    mem_free(edits);
    return status == PA_OK ? evaluate(f) : status;
}

/* ---- the plan -----------------------------------------------------------------------
 */

/* What no choice of edits brings it below is told with it. */
static pa_status add_over(fitting *f, uint32_t from, uint32_t to, uint64_t peak_bytes,
                          plan_result *told) {
    over_budget row = {from, to, peak_bytes, 0};
    pa_status status = PA_OK;
    if (f->peaks != NULL) {
        status = peaks_add(f->peaks, from, to, f->err);
    }
    if (f->peaks != NULL && status == PA_OK) {
        row.least_bytes = peaks_least_bytes(f->peaks, from, to);
        told->is_impossible |= row.least_bytes > f->budget_bytes;
    }
    told->over[told->over_count++] = row;
    return status;
}

static pa_status list_over(fitting *f, plan *out, plan_result *told) {
    told->over = arena_alloc(&out->mem, MAX_TOLD, sizeof *told->over);
    if (told->over == NULL) {
        return error_nomem(f->err);
    }
    for (uint32_t from = 0; from < f->audit->stage_count; from++) {
        for (uint32_t to = 0; to < f->audit->stage_count; to++) {
            uint64_t peak = plan_peak(f->audit, f->view, from, to);
            if (peak > f->budget_bytes && told->over_count < MAX_TOLD) {
                pa_status status = add_over(f, from, to, peak, told);
                if (status != PA_OK) {
                    return status;
                }
            }
        }
    }
    return PA_OK;
}

static pa_status write_choice(fitting *f, plan *out, plan_result *told) {
    const audit_view *before = &f->audit->views[0];
    pa_status status = list_over(f, out, told);
    for (size_t i = 0; status == PA_OK && i < f->from->count; i++) {
        const candidate *row = &f->from->rows[i];
        status = candidate_option_to_plan(
            f->audit, row, f->choice[i], image_gpu_bytes(before, row->image),
            image_gpu_bytes(f->view, row->image), out, f->err);
    }
    plan_sum_up(f->audit, before, f->view, told);
    told->is_fitting = true;
    told->cost = cost_of(f, f->choice);
    return status;
}

/* ---- by covers ----------------------------------------------------------------------
 */

/* Takes in the worst of what is above the budget, a few at a time, and learns from it. */
static pa_status learn(fitting *f) {
    enum { AT_ONCE = 4 };
    pa_status status = PA_OK;
    over_budget worst[AT_ONCE] = {0};
    for (uint32_t from = 0; from < f->audit->stage_count; from++) {
        for (uint32_t to = 0; to < f->audit->stage_count; to++) {
            over_budget row = {from, to, plan_peak(f->audit, f->view, from, to), 0};
            for (size_t i = 0; i < AT_ONCE; i++) { /* the largest first */
                if (row.peak_bytes > worst[i].peak_bytes) {
                    over_budget less = worst[i];
                    worst[i] = row;
                    row = less;
                }
            }
        }
    }
    for (size_t i = 0; status == PA_OK && i < AT_ONCE; i++) {
        if (worst[i].peak_bytes > f->budget_bytes) {
            status = peaks_add(f->peaks, worst[i].from, worst[i].to, f->err);
            peaks_tighten(f->peaks, f->choice, worst[i].from, worst[i].to,
                          worst[i].peak_bytes);
        }
    }
    return status;
}

/* Covers until all fits, or nothing covers any more. */
static pa_status cover_until_fits(fitting *f) {
    cover_result told = {.is_covered = true};
    pa_status status = evaluate(f);
    for (unsigned i = 0; status == PA_OK && told.is_covered && i < MAX_ROUNDS &&
                         f->worst_bytes > f->budget_bytes;
         i++) {
        status = learn(f);
        if (status == PA_OK) {
            status = peaks_solve(f->peaks, f->tried, &told, f->err);
        }
        if (status == PA_OK && told.is_covered) {
            status = take(f, f->tried);
        }
    }
    return status;
}

/* What is certain bounds the cost; when its own choice fits, it is the cheapest. */
static pa_status bound(fitting *f, plan_result *told) {
    cover_result least = {0};
    size_t size = f->from->count * sizeof *f->choice;
    uint64_t cost = cost_of(f, f->choice);
    pa_status status = peaks_bound(f->peaks, cost, f->tried, &least, f->err);
    memcpy(f->best, f->choice, size);
    if (status == PA_OK && least.is_covered && least.cost < cost) {
        status = take(f, f->tried);
        if (status == PA_OK && f->worst_bytes > f->budget_bytes) {
            status = take(f, f->best);
        }
    }
    told->least_cost = least.least_cost;
    told->is_minimal = cost_of(f, f->choice) <= least.least_cost;
    return status;
}

static pa_status search(fitting *f, plan_result *told) {
    if (f->peaks == NULL) {
        f->peaks = peaks_new(f->audit, f->from, f->how, f->budget_bytes, f->err);
    }
    memset(f->choice, 0, f->from->count * sizeof *f->choice);
    pa_status status = f->peaks == NULL ? f->err->status : take(f, f->choice);
    if (status == PA_OK) {
        status = cover_until_fits(f);
    }
    if (status == PA_OK && f->worst_bytes > f->budget_bytes) {
        status = edit_until_fits(f);
    }
    if (status == PA_OK && f->worst_bytes <= f->budget_bytes) {
        status = take_back(f);
        return status == PA_OK ? bound(f, told) : status;
    }
    return status;
}

/* ---- all of it ----------------------------------------------------------------------
 */

static pa_status choose(fitting *f, plan_result *told) {
    bool is_found = false;
    pa_status status = PA_OK;
    if (count_choices(f) <= MAX_TRIED) {
        status = try_all(f, &is_found);
    }
    if (status == PA_OK && is_found) {
        told->is_minimal = true;
        told->least_cost = cost_of(f, f->best);
        return take(f, f->best);
    }
    return status == PA_OK ? search(f, told) : status;
}

/* What was chosen and falls below its floor is barred, and all is chosen again: at most
 * once an option. */
static pa_status run(fitting *f, const fit_tools *with, plan *out, plan_result *told) {
    pa_status status = PA_OK;
    for (bool is_again = true; status == PA_OK && is_again;) {
        is_again = false;
        status = choose(f, told);
        if (status == PA_OK) {
            status =
                fit_measure(f->audit, f->from, f->choice, with, out, &is_again, f->err);
        }
    }
    return status == PA_OK ? write_choice(f, out, told) : status;
}

pa_status recipe_fit(const pa_audit *audit, const candidate_list *from,
                     const fit_tools *with, plan *out, plan_result *told, pa_error *err) {
    fitting f = {.audit = audit, .from = from, .how = &with->work, .err = err};
    f.budget_bytes = audit->views[0].device->image_budget_bytes;
    f.choice = mem_zero(from->count + 1, sizeof *f.choice);
    f.best = mem_zero(from->count + 1, sizeof *f.best);
    f.tried = mem_zero(from->count + 1, sizeof *f.tried);
    f.w = recipe_what_if(audit, from, err);
    pa_status status =
        f.choice == NULL || f.best == NULL || f.tried == NULL ? error_nomem(err) : PA_OK;
    if (status == PA_OK && f.w != NULL) {
        status = run(&f, with, out, told);
    }
    mem_free(f.choice);
    mem_free(f.best);
    mem_free(f.tried);
    peaks_free(f.peaks);
    what_if_free(f.w);
    return err->status;
}
