/* ratchet.c - lower the budgets of a rules file to what has been reached, so that a gain
 * cannot be lost again.
 *
 * Only the numbers change: every other byte of the file stays. A budget is never raised.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "audit/figures.h"
#include "audit/judge.h"
#include "base/alloc.h"
#include "sys/file.h"

typedef struct ratchet {
    const policy *rules;
    uint64_t *reached; /* of each budget: the largest figure that it limits */
    bool *is_used;
} ratchet;

static pa_status note(void *ctx, const measurement *one, pa_error *err) {
    (void)err;
    ratchet *r = ctx;
    const budget *limit = budget_deciding(r->rules, one, false, r->is_used);
    if (limit != NULL) {
        uint64_t *reached = &r->reached[limit - r->rules->budgets];
        *reached = *reached > one->upper ? *reached : one->upper;
    }
    return PA_OK;
}

/* The new limit as it is written: whole KiB, so never below what was reached. */
static uint64_t rounded(const budget *limit, uint64_t reached) {
    bool is_bytes = measure_get(limit->what)->unit == MEASURE_BYTES;
    return is_bytes ? (reached + 1023) / 1024 * 1024 : reached;
}

static void put_limit(const budget *limit, uint64_t value, buf *out) {
    if (measure_get(limit->what)->unit != MEASURE_BYTES) {
        buf_format(out, "%llu", (unsigned long long)value);
    } else if (value % (UINT64_C(1) << 20) == 0) {
        buf_format(out, "%llu MiB", (unsigned long long)(value >> 20));
    } else {
        buf_format(out, "%llu KiB", (unsigned long long)(value >> 10));
    }
}

/* The byte at which a number of characters has passed. Lines do not tell: YAML breaks
 * them at U+2028, too. */
static size_t byte_at(str text, size_t characters) {
    size_t at = str_starts(text, "\xef\xbb\xbf") ? 3 : 0;
    for (; characters > 0 && at < text.size; characters--) {
        at++;
        while (at < text.size && ((unsigned char)text.at[at] & 0xC0) == 0x80) {
            at++;
        }
    }
    return at;
}

/* A number in the file that gives way to a smaller one. */
typedef struct edit {
    const budget *limit;
    uint64_t value;
    size_t from;
    size_t to;
} edit;

static int by_place(const void *a, const void *b) {
    const edit *left = a;
    const edit *right = b;
    return (left->from > right->from) - (left->from < right->from);
}

/* The limits that sink, in the order of the file. */
static pa_status list_edits(const ratchet *r, str text, edit *edits, uint32_t *count,
                            pa_error *err) {
    for (uint32_t i = 0; i < r->rules->budget_count; i++) {
        const budget *limit = &r->rules->budgets[i];
        uint64_t value = rounded(limit, r->reached[i]);
        if (!limit->has_max || !r->is_used[i] || value >= limit->max) {
            continue;
        }
        size_t from = byte_at(text, limit->max_node->index);
        from += limit->max_node->is_quoted ? 1 : 0;
        size_t to = from + limit->max_node->text.size;
        if (!str_equal(str_part(text, from, to), limit->max_node->text)) {
            return error_set(err, PA_USAGE,
                             "line %u: this budget cannot be lowered in place: write it "
                             "as a plain number and unit",
                             limit->line);
        }
        edits[(*count)++] = (edit){limit, value, from, to};
    }
    qsort(edits, *count, sizeof *edits, by_place);
    return PA_OK;
}

/* Copies the file with the limits that sank; `*count` is how many. */
static pa_status edit_text(const ratchet *r, str text, buf *out, uint32_t *count,
                           pa_error *err) {
    edit *edits = mem_alloc((size_t)r->rules->budget_count + 1, sizeof *edits);
    pa_status status =
        edits == NULL ? error_nomem(err) : list_edits(r, text, edits, count, err);
    size_t copied = 0;
    for (uint32_t i = 0; status == PA_OK && i < *count; i++) {
        buf_add(out, str_part(text, copied, edits[i].from));
        put_limit(edits[i].limit, edits[i].value, out);
        copied = edits[i].to;
    }
    buf_add(out, str_part(text, copied, text.size));
    mem_free(edits);
    return status == PA_OK && out->failed ? error_nomem(err) : status;
}

static pa_status rewrite(const ratchet *r, const char *path, uint32_t *count,
                         pa_error *err) {
    buf text = {0};
    buf edited = {0};
    pa_status status = file_read(path, YAML_MAX_BYTES, &text, err);
    if (status == PA_OK) {
        status = edit_text(r, buf_str(&text), &edited, count, err);
    }
    if (status == PA_OK && *count > 0) {
        status = file_write_whole(path, buf_str(&edited), err);
    }
    buf_clear(&text);
    buf_clear(&edited);
    return status == PA_OK ? PA_OK : error_in(err, "%s", path);
}

/* Figures without what could not be read are too small to hold anybody to. */
static bool is_incomplete(const pa_audit *audit) {
    bool has_any = false;
    for (size_t i = 0; i < audit->view_count; i++) {
        for (uint32_t j = 0; j < audit->stage_count; j++) {
            has_any |= set_is_incomplete(&audit->views[i].stages[j]);
        }
    }
    return has_any;
}

pa_status pa_verdict_ratchet(const pa_verdict *verdict, uint32_t *count, pa_error *err) {
    *err = (pa_error){0};
    *count = 0;
    const pa_audit *audit = verdict->audit;
    ratchet r = {.rules = &audit->rules.policy};
    if (audit->rules_path == NULL) {
        return error_set(err, PA_USAGE,
                         "there is no rules file to lower budgets in; 'check --init' "
                         "writes one");
    }
    if (!pa_verdict_passes(verdict, PA_FAIL_ON_ERROR) || is_incomplete(audit)) {
        return error_set(err, PA_USAGE,
                         "%s: no budget was lowered: the build does not pass, or holds "
                         "what could not be read",
                         audit->rules_path);
    }
    size_t room = (size_t)r.rules->budget_count + 1;
    r.reached = mem_zero(room, sizeof *r.reached);
    r.is_used = mem_zero(room, sizeof *r.is_used);
    pa_status status = r.reached == NULL || r.is_used == NULL
                           ? error_nomem(err)
                           : figures_visit(audit, note, &r, err);
    if (status == PA_OK) {
        status = rewrite(&r, audit->rules_path, count, err);
    }
    mem_free(r.reached);
    mem_free(r.is_used);
    return status;
}
