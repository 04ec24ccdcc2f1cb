/* stages.c - the moments of a game that are judged: its scenes, and the states that a
 * rules file declares.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"

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

pa_status audit_list_stages(pa_audit *audit, pa_error *err) {
    const game *g = &audit->g;
    size_t room = (size_t)g->scene_count + 1;
    audit->stages = arena_alloc(&audit->mem, room, sizeof *audit->stages);
    uint32_t *roots = arena_alloc(&audit->mem, room, sizeof *roots);
    if (audit->stages == NULL || roots == NULL) {
        return error_nomem(err);
    }
    for (uint32_t i = 0; i < g->scene_count; i++) {
        add_scene(audit, &g->scenes[i], &roots[i]);
    }
    return PA_OK;
}
