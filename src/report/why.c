/* why.c - the chains of references that bring an asset in.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/bitset.h"
#include "report/match.h"
#include "report/report.h"
#include "report/table.h"

/* The assets that a user's word names, and room for one chain. */
typedef struct why {
    const pa_audit *audit;
    const pa_report_options *options;
    buf *out;
    arena mem;
    uint32_t *matches;
    uint32_t match_count;
    closure walked;
    uint32_t *chain; /* room for the longest one */
} why;

static void put_asset(why *w, const char *holder, uint32_t copy_index) {
    const game *g = &w->audit->g;
    const copy *c = &g->copies[copy_index];
    str path = game_asset_path(g, c->asset);
    str uuid = g->assets[c->asset].uuid;
    str class_name = c->document.class_name;
    text_format_line(
        w->out, "%s%s%.*s  (%.*s%s%.*s)", holder, holder[0] == '\0' ? "" : " -> ",
        STR_ARGS(path.size > 0 ? path : uuid),
        STR_ARGS(class_name.size > 0 ? class_name : str_of("absent")),
        path.size > 0 ? ", " : "", STR_ARGS(path.size > 0 ? uuid : (str){0}));
}

/* Writes the chain that ends at place `at` of the walked closure, from its root down. */
static void put_chain(why *w, uint32_t at) {
    const closure *c = &w->walked;
    uint32_t length = 0;
    for (uint32_t i = at; i != NO_INDEX; i = c->parents[i]) {
        w->chain[length++] = i;
    }
    enum { DEEPEST_INDENT = 40 };
    for (uint32_t i = length; i-- > 0;) {
        size_t indent = 4 + 2 * (size_t)(length - 1 - i);
        buf_fill(w->out, ' ', indent < DEEPEST_INDENT ? indent : DEEPEST_INDENT);
        uint32_t place = w->chain[i];
        const char *holder = "";
        if (c->parents[place] != NO_INDEX) {
            const copy *user = &w->audit->g.copies[c->copies[c->parents[place]]];
            holder = user->document.references[c->via[place]].holder;
        }
        put_asset(w, holder, c->copies[place]);
    }
}

/* The place of an asset in the walked closure, or NO_INDEX. */
static uint32_t place_of(const why *w, uint32_t asset_index) {
    if (!bitset_has(w->walked.assets, asset_index)) {
        return NO_INDEX;
    }
    for (uint32_t i = 0; i < w->walked.count; i++) {
        if (w->audit->g.copies[w->walked.copies[i]].asset == asset_index) {
            return i;
        }
    }
    return NO_INDEX;
}

static pa_status put_root(why *w, const uint32_t *roots, uint32_t count, const char *kind,
                          str name, uint32_t asset_index, bool *is_found, pa_error *err) {
    pa_status status = closure_walk(&w->audit->g, roots, count, &w->walked, err);
    uint32_t place = status == PA_OK ? place_of(w, asset_index) : NO_INDEX;
    if (place != NO_INDEX) {
        *is_found = true;
        text_format_line(w->out, "  %s %.*s", kind, STR_ARGS(name));
        put_chain(w, place);
    }
    return status;
}

/* The names of one bundle: the shortest chain from any of its addressable assets. */
static pa_status put_names(why *w, uint32_t bundle_index, uint32_t asset_index,
                           bool *is_found, pa_error *err) {
    const game *g = &w->audit->g;
    const bundle *b = &g->found.bundles[bundle_index];
    uint32_t *roots = mem_alloc((size_t)b->entry_count + 1, sizeof *roots);
    uint32_t count = 0;
    if (roots == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < b->entry_count; i++) {
        bool is_listed = false;
        if (b->entries[i].path.size > 0) {
            roots[count++] = game_lookup(g, bundle_index, b->entries[i].uuid, &is_listed);
        }
    }
    pa_status status = put_root(w, roots, count, "by name from bundle", b->name,
                                asset_index, is_found, err);
    mem_free(roots);
    return status;
}

static bool is_asked_for(const why *w, const scene *s) {
    str glob = str_of(w->options->scene);
    return glob.size == 0 || str_glob(glob, s->name) || str_glob(glob, s->url);
}

static pa_status put_match(why *w, uint32_t asset_index, pa_error *err) {
    const game *g = &w->audit->g;
    bool is_narrowed = w->options->scene != NULL;
    bool is_found = false;
    put_asset(w, "", g->assets[asset_index].first_copy);
    pa_status status = is_narrowed
                           ? PA_OK
                           : put_root(w, g->startup, g->startup_count, "loaded at the",
                                      str_of("start"), asset_index, &is_found, err);
    for (uint32_t i = 0; status == PA_OK && i < g->scene_count; i++) {
        const scene *s = &g->scenes[i];
        if (is_asked_for(w, s)) {
            status =
                put_root(w, &s->copy, 1, "scene", s->name, asset_index, &is_found, err);
        }
    }
    if (status == PA_OK && !is_found && is_narrowed) {
        text_format_line(
            w->out, "  not in a scene '%s'; without --scene all that have it are listed",
            w->options->scene);
        return PA_OK;
    }
    for (uint32_t i = 0; status == PA_OK && !is_found && i < g->found.bundle_count; i++) {
        status = put_names(w, i, asset_index, &is_found, err);
    }
    if (status == PA_OK && !is_found) {
        buf_add_text(w->out, "  no scene and no name leads to it\n");
    }
    return status;
}

/* --scene must match something, or a typing error would look like an answer. */
static pa_status check_scene(const why *w, pa_error *err) {
    const game *g = &w->audit->g;
    for (uint32_t i = 0; i < g->scene_count; i++) {
        if (is_asked_for(w, &g->scenes[i])) {
            return PA_OK;
        }
    }
    return w->options->scene == NULL
               ? PA_OK
               : error_set(err, PA_USAGE, "no scene is called '%s'", w->options->scene);
}

static pa_status answer(why *w, const char *wanted, pa_error *err) {
    const game *g = &w->audit->g;
    unsigned top = w->options->top == 0 ? 10 : w->options->top;
    w->chain = arena_alloc(&w->mem, (size_t)g->asset_count + 1, sizeof *w->chain);
    pa_status status = w->chain == NULL ? error_nomem(err) : check_scene(w, err);
    if (status == PA_OK) {
        status = match_assets(g, wanted, &w->mem, &w->matches, &w->match_count, err);
    }
    for (uint32_t i = 0; status == PA_OK && i < w->match_count; i++) {
        if (i == top && !w->options->is_verbose) {
            buf_format(w->out, "… and %u more; --top N or -v shows them\n",
                       w->match_count - i);
            break;
        }
        status = put_match(w, w->matches[i], err);
    }
    return status;
}

pa_status pa_why_write(const pa_audit *audit, const char *wanted,
                       const pa_report_options *options, pa_sink sink, void *ctx,
                       pa_error *err) {
    *err = (pa_error){0};
    buf out = {0};
    why w = {.audit = audit, .options = options, .out = &out};
    pa_status status = answer(&w, wanted, err);
    if (status == PA_OK) {
        status = report_deliver_text(&out, options->has_color, sink, ctx, err);
    }
    closure_clear(&w.walked);
    arena_clear(&w.mem);
    buf_clear(&out);
    return status;
}
