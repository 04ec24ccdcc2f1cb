/* rules_file.c - packaudit.yaml, each line checked where it stands.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/rules_file.h"

static const char *const file_keys[] = {"devices", "states", "persistent", "budgets",
                                        "rules",   "owners", "waivers",    "recipes",
                                        "order",   NULL};

static pa_status read_pattern(const yaml_node *node, rules_pattern *out, pa_error *err) {
    str text = {0};
    if (yaml_text(node, &text, err) != PA_OK) {
        return err->status;
    }
    size_t colon = str_find(text, ':', 0);
    *out = (rules_pattern){str_part(text, 0, colon), str_part(text, colon + 1, text.size),
                           node->place.line};
    if (out->bundle.size == 0 || out->path.size == 0) {
        return yaml_fail(
            node, err,
            "'%.*s' takes patterns 'bundle:path' such as 'resources:ui/*', not "
            "'%.*s'",
            STR_ARGS(node->key), STR_ARGS(text));
    }
    return PA_OK;
}

static pa_status read_patterns(const yaml_node *list, arena *mem,
                               const rules_pattern **out, uint32_t *count,
                               pa_error *err) {
    *out = NULL;
    *count = 0;
    if (yaml_is_empty(list)) {
        return PA_OK;
    }
    pa_status status = yaml_expect(list, YAML_LIST, err);
    if (status != PA_OK) {
        return status;
    }
    rules_pattern *patterns = arena_alloc(mem, (size_t)list->count + 1, sizeof *patterns);
    if (patterns == NULL) {
        return error_nomem(err);
    }
    for (const yaml_node *n = list->first; n != NULL && status == PA_OK; n = n->next) {
        status = read_pattern(n, &patterns[(*count)++], err);
    }
    *out = patterns;
    return status;
}

static pa_status read_state(const yaml_node *node, arena *mem, rules_state *out,
                            pa_error *err) {
    static const char *const keys[] = {"scene", "loads", NULL};
    out->name = node->key;
    out->line = node->key_place.line;
    if (node->key.size == 0) {
        return yaml_fail_key(node, err, "a state needs a name");
    }
    if (yaml_expect(node, YAML_MAP, err) != PA_OK ||
        yaml_only(node, keys, err) != PA_OK) {
        return err->status;
    }
    const yaml_node *scene = yaml_get(node, "scene");
    if (scene != NULL && yaml_text(scene, &out->scene, err) != PA_OK) {
        return err->status;
    }
    pa_status status =
        read_patterns(yaml_get(node, "loads"), mem, &out->loads, &out->load_count, err);
    if (status == PA_OK && scene == NULL && out->load_count == 0) {
        return yaml_fail_key(node, err, "state '%.*s' needs 'scene', 'loads' or both",
                             STR_ARGS(node->key));
    }
    return status;
}

static pa_status read_states(const yaml_node *map, arena *mem, rules_file *out,
                             pa_error *err) {
    if (yaml_is_empty(map)) {
        return PA_OK;
    }
    pa_status status = yaml_expect(map, YAML_MAP, err);
    if (status != PA_OK) {
        return status;
    }
    rules_state *states = arena_alloc(mem, (size_t)map->count + 1, sizeof *states);
    if (states == NULL) {
        return error_nomem(err);
    }
    for (const yaml_node *n = map->first; n != NULL && status == PA_OK; n = n->next) {
        status = read_state(n, mem, &states[out->state_count++], err);
    }
    out->states = states;
    return status;
}

/* One name of a device to use. */
static pa_status use_device(const yaml_node *node, rules_file *out,
                            const device **devices, pa_error *err) {
    str name = {0};
    if (yaml_text(node, &name, err) != PA_OK) {
        return err->status;
    }
    pa_error why = {0};
    const device *dev = device_find(&out->known, name, &why);
    if (dev == NULL) {
        return yaml_fail(node, err, "%s", why.text);
    }
    for (uint32_t i = 0; i < out->device_count; i++) {
        if (devices[i] == dev) {
            return yaml_fail(node, err, "device '%.*s' stands twice", STR_ARGS(name));
        }
    }
    devices[out->device_count++] = dev;
    return PA_OK;
}

static pa_status use_devices(const yaml_node *list, arena *mem, rules_file *out,
                             pa_error *err) {
    pa_status status = yaml_expect(list, YAML_LIST, err);
    if (status != PA_OK) {
        return status;
    }
    const device **devices = arena_alloc(mem, (size_t)list->count + 1, sizeof *devices);
    if (devices == NULL) {
        return error_nomem(err);
    }
    out->devices = devices;
    for (const yaml_node *n = list->first; n != NULL && status == PA_OK; n = n->next) {
        status = use_device(n, out, devices, err);
    }
    return status;
}

/* A list of names, or a map of `use` (that list) and `profiles` (the file's own). */
static pa_status read_devices(const yaml_node *node, arena *mem, rules_file *out,
                              pa_error *err) {
    static const char *const keys[] = {"use", "profiles", NULL};
    if (yaml_is_empty(node)) {
        return PA_OK;
    }
    if (node->kind == YAML_LIST) {
        return use_devices(node, mem, out, err);
    }
    if (node->kind != YAML_MAP) {
        return yaml_fail(
            node, err,
            "'devices' takes a list of names, or a map of 'use' and 'profiles'");
    }
    pa_status status = yaml_only(node, keys, err);
    const yaml_node *profiles = yaml_get(node, "profiles");
    const yaml_node *use = yaml_get(node, "use");
    if (status == PA_OK && !yaml_is_empty(profiles)) {
        status = device_take(profiles, NULL, mem, &out->known, err);
    }
    if (status == PA_OK && !yaml_is_empty(use)) {
        status = use_devices(use, mem, out, err);
    }
    return status;
}

static pa_status read_order(const yaml_node *map, arena *mem, rules_file *out,
                            pa_error *err) {
    static const char *const keys[] = {"first", "last", NULL};
    if (yaml_is_empty(map)) {
        return PA_OK;
    }
    if (yaml_expect(map, YAML_MAP, err) != PA_OK || yaml_only(map, keys, err) != PA_OK) {
        return err->status;
    }
    pa_status status =
        read_patterns(yaml_get(map, "first"), mem, &out->first, &out->first_count, err);
    return status == PA_OK ? read_patterns(yaml_get(map, "last"), mem, &out->last,
                                           &out->last_count, err)
                           : status;
}

static pa_status parse(str text, arena *mem, rules_file *out, pa_error *err) {
    const yaml_node *root = NULL;
    if (yaml_parse(text, mem, &root, err) != PA_OK) {
        return err->status;
    }
    if (yaml_is_empty(root)) {
        return PA_OK;
    }
    if (yaml_expect(root, YAML_MAP, err) != PA_OK ||
        yaml_only(root, file_keys, err) != PA_OK ||
        read_devices(yaml_get(root, "devices"), mem, out, err) != PA_OK ||
        read_states(yaml_get(root, "states"), mem, out, err) != PA_OK ||
        read_order(yaml_get(root, "order"), mem, out, err) != PA_OK ||
        policy_parse(root, mem, &out->policy, err) != PA_OK ||
        recipes_parse(yaml_get(root, "recipes"), mem, &out->recipes, &out->recipe_count,
                      err) != PA_OK) {
        return err->status;
    }
    return read_patterns(yaml_get(root, "persistent"), mem, &out->persistent,
                         &out->persistent_count, err);
}

pa_status rules_file_parse(str text, str file, const device_list *known, arena *mem,
                           rules_file *out, pa_error *err) {
    rules_file read = {.known = *known};
    pa_status status = parse(text, mem, &read, err);
    if (status != PA_OK) {
        return error_in(err, "%.*s", STR_ARGS(file));
    }
    *out = read;
    return PA_OK;
}
