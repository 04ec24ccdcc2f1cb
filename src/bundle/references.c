/* references.c - lead every reference to the copy that the engine would take.
 *
 * A dependency is looked up in the bundle its user was loaded from, one redirect is
 * followed, no other bundle is asked. Source: cocos-engine 3.8.5
 * cocos/asset/asset-manager/{depend-util, url-transformer}.ts. SPDX-License-Identifier:
 * Apache-2.0 */
#include "base/alloc.h"
#include "bundle/game.h"

static const char *plural(uint32_t count) {
    return count == 1 ? "" : "s";
}

static pa_status resolve_copy(game *g, copy *c, uint32_t *unknown_count,
                              str *first_unknown, pa_error *err) {
    const document *d = &c->document;
    c->targets = arena_alloc(&g->mem, (size_t)d->reference_count + 1, sizeof *c->targets);
    if (c->targets == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < d->reference_count; i++) {
        bool is_listed = false;
        c->targets[i] = game_lookup(g, c->bundle, d->references[i].uuid, &is_listed);
        if (!is_listed && (*unknown_count)++ == 0) {
            *first_unknown = d->references[i].uuid;
        }
    }
    return PA_OK;
}

/* Redirects of one bundle to another. */
typedef struct redirects {
    uint32_t lost_count;
    str first_lost;
} redirects;

static void count_redirects(const game *g, const bundle *b, redirects *of_dep) {
    for (uint32_t i = 0; i < b->entry_count; i++) {
        const entry *e = &b->entries[i];
        if (e->redirect == NO_INDEX) {
            continue;
        }
        uint32_t other = b->dep_bundles[e->redirect];
        const entry *there =
            other == NO_INDEX ? NULL : bundle_find(&g->found.bundles[other], e->uuid);
        bool is_lost = there == NULL || there->redirect != NO_INDEX;
        if (is_lost && of_dep[e->redirect].lost_count++ == 0) {
            of_dep[e->redirect].first_lost = e->uuid;
        }
    }
}

static pa_status report_redirects(const game *g, const bundle *b, uint32_t dep,
                                  const redirects *to, finding_list *findings,
                                  pa_error *err) {
    str config = tree_get(g->files, b->config)->path;
    uint32_t count = to->lost_count;
    if (count == 0) {
        return PA_OK;
    }
    return b->dep_bundles[dep] == NO_INDEX
               ? finding_add(findings, RULE_BUNDLE_ABSENT, config, to->first_lost, err,
                             "%u asset%s of bundle '%.*s' lie%s in bundle '%.*s', which "
                             "is not in "
                             "this build; what they cost is unknown",
                             count, plural(count), STR_ARGS(b->name),
                             count == 1 ? "s" : "", STR_ARGS(b->deps[dep]))
               : finding_add(
                     findings, RULE_REDIRECT_LOST, config, to->first_lost, err,
                     "bundle '%.*s' redirects %u asset%s to bundle '%.*s', which does "
                     "not store %s",
                     STR_ARGS(b->name), count, plural(count), STR_ARGS(b->deps[dep]),
                     count == 1 ? "it" : "them");
}

/* All redirects must find their asset where they lead. */
static pa_status check_redirects(const game *g, const bundle *b, finding_list *findings,
                                 pa_error *err) {
    redirects *of_dep = mem_zero((size_t)b->dep_count + 1, sizeof *of_dep);
    if (of_dep == NULL) {
        return error_nomem(err);
    }
    count_redirects(g, b, of_dep);
    pa_status status = PA_OK;
    for (uint32_t dep = 0; status == PA_OK && dep < b->dep_count; dep++) {
        status = report_redirects(g, b, dep, &of_dep[dep], findings, err);
    }
    mem_free(of_dep);
    return status;
}

static pa_status check_twice(const game *g, finding_list *findings, pa_error *err) {
    uint32_t count = 0;
    str first = {0};
    for (uint32_t i = 0; i < g->asset_count; i++) {
        if (g->assets[i].copy_count > 1 && count++ == 0) {
            first = g->assets[i].uuid;
        }
    }
    return count == 0 ? PA_OK
                      : finding_add(
                            findings, RULE_ASSET_TWICE, (str){0}, first, err,
                            "%u asset%s stored in more than one bundle; each counts once",
                            count, count == 1 ? " is" : "s are");
}

pa_status game_resolve(game *g, finding_list *findings, pa_error *err) {
    uint32_t at = 0;
    for (uint32_t i = 0; i < g->found.bundle_count; i++) {
        const bundle *b = &g->found.bundles[i];
        uint32_t unknown_count = 0;
        str first_unknown = {0};
        pa_status status = PA_OK;
        for (; status == PA_OK && at < g->copy_count && g->copies[at].bundle == i; at++) {
            status = resolve_copy(g, &g->copies[at], &unknown_count, &first_unknown, err);
        }
        if (status == PA_OK) {
            status = check_redirects(g, b, findings, err);
        }
        if (status == PA_OK && unknown_count > 0) {
            status = finding_add(
                findings, RULE_ASSET_UNKNOWN, tree_get(g->files, b->config)->path,
                first_unknown, err,
                "documents of bundle '%.*s' refer %u time%s to assets that its "
                "config does not list",
                STR_ARGS(b->name), unknown_count, plural(unknown_count));
        }
        if (status != PA_OK) {
            return status;
        }
    }
    return check_twice(g, findings, err);
}
