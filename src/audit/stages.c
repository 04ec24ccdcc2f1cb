/* stages.c - the moments of a game that are judged: its scenes, and the states that a
 * rules file declares.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"
#include "base/alloc.h"

static void add_scene(pa_audit *audit, const scene *s, uint32_t *root) {
    *root = s->copy;
    audit->stages[audit->stage_count++] = (stage){.name = s->name,
                                                  .id = s->url,
                                                  .url = s->url,
                                                  .uuid = s->uuid,
                                                  .bundle = s->bundle,
                                                  .is_launch = s->is_launch,
                                                  .auto_release = s->auto_release,
                                                  .roots = root,
                                                  .root_count = 1};
}

/* The scene that a state names; the first of several, as the engine takes it. */
static const scene *scene_of_state(const game *g, str wanted) {
    for (uint32_t i = 0; i < g->scene_count; i++) {
        if (str_glob(wanted, g->scenes[i].name) || str_glob(wanted, g->scenes[i].url)) {
            return &g->scenes[i];
        }
    }
    return NULL;
}

pa_status audit_match_pattern(const pa_audit *audit, const rules_pattern *pattern,
                              uint32_t **roots, size_t *count, size_t *capacity,
                              pa_error *err) {
    const game *g = &audit->g;
    for (uint32_t i = 0; i < g->found.bundle_count; i++) {
        const bundle *b = &g->found.bundles[i];
        for (uint32_t j = 0; j < b->entry_count && str_glob(pattern->bundle, b->name);
             j++) {
            bool is_listed = false;
            const entry *e = &b->entries[j];
            if (e->path.size == 0 || e->is_pack || !str_glob(pattern->path, e->path)) {
                continue;
            }
            uint32_t found = game_lookup(g, i, e->uuid, &is_listed);
            if (mem_grow(roots, capacity, *count + 1, sizeof **roots) != 0) {
                return error_nomem(err);
            }
            (*roots)[(*count)++] = found;
        }
    }
    return PA_OK;
}

/* A pattern that matches nothing is a typing error more often than not, unless an older
 * build is read. */
static pa_status unmatched(const pa_audit *audit, const rules_state *state,
                           const char *kind, str wanted, uint32_t line, pa_error *err) {
    if (audit->allows_unmatched) {
        return PA_OK;
    }
    return error_set(err, PA_USAGE, "%s: line %u: state '%.*s': no %s is called '%.*s'",
                     audit->rules_path, line, STR_ARGS(state->name), kind,
                     STR_ARGS(wanted));
}

static pa_status list_roots(pa_audit *audit, const rules_state *state, stage *out,
                            pa_error *err) {
    uint32_t *roots = NULL;
    size_t count = 0;
    size_t capacity = 0;
    pa_status status = PA_OK;
    if (state->scene.size > 0) {
        const scene *s = scene_of_state(&audit->g, state->scene);
        if (s == NULL) {
            return unmatched(audit, state, "scene", state->scene, state->line, err);
        }
        out->url = s->url;
        out->uuid = s->uuid;
        out->bundle = s->bundle;
        out->auto_release = s->auto_release;
        status =
            mem_grow(&roots, &capacity, 1, sizeof *roots) == 0 ? PA_OK : error_nomem(err);
        if (status == PA_OK) {
            roots[count++] = s->copy;
        }
    }
    for (uint32_t i = 0; status == PA_OK && i < state->load_count; i++) {
        size_t before = count;
        status =
            audit_match_pattern(audit, &state->loads[i], &roots, &count, &capacity, err);
        if (status == PA_OK && count == before) {
            status = unmatched(audit, state, "name", state->loads[i].path,
                               state->loads[i].line, err);
        }
    }
    out->roots = arena_alloc(&audit->mem, count + 1, sizeof *out->roots);
    if (status == PA_OK && out->roots == NULL) {
        status = error_nomem(err);
    }
    for (size_t i = 0; status == PA_OK && i < count; i++) {
        out->roots[out->root_count++] = roots[i];
    }
    mem_free(roots);
    return status;
}

static pa_status add_state(pa_audit *audit, const rules_state *state, pa_error *err) {
    stage *out = &audit->stages[audit->stage_count];
    *out = (stage){.name = state->name, .is_state = true, .bundle = NO_INDEX};
    out->id = arena_join(&audit->mem, (str[]){str_of("state:"), state->name}, 2);
    if (out->id.at == NULL) {
        return error_nomem(err);
    }
    pa_status status = list_roots(audit, state, out, err);
    audit->stage_count += status == PA_OK && out->root_count > 0;
    return status;
}

pa_status audit_list_stages(pa_audit *audit, pa_error *err) {
    const game *g = &audit->g;
    size_t room = (size_t)g->scene_count + audit->rules.state_count + 1;
    audit->stages = arena_alloc(&audit->mem, room, sizeof *audit->stages);
    uint32_t *roots = arena_alloc(&audit->mem, room, sizeof *roots);
    if (audit->stages == NULL || roots == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < g->scene_count; i++) {
        add_scene(audit, &g->scenes[i], &roots[i]);
    }
    pa_status status = PA_OK;
    for (uint32_t i = 0; status == PA_OK && i < audit->rules.state_count; i++) {
        status = add_state(audit, &audit->rules.states[i], err);
    }
    return status;
}
