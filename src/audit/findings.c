/* findings.c - what people want to know of a finding: which asset by name, how it comes
 * into its scene, whose it is; then what the rules file says: levels and waivers.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "audit/judge.h"
#include "base/alloc.h"
#include "base/bitset.h"

/* Steps at each end of a chain; a longer one is cut in its middle. */
enum { CHAIN_END = 3 };

typedef struct finishing {
    pa_verdict *v;
    const game *g;
    const policy *rules;
    uint32_t *users;  /* an asset that refers to each asset, or NO_INDEX */
    closure walked;   /* of the stage at hand */
    uint32_t *places; /* of each asset in `walked`; valid where its bit is set */
} finishing;

static uint32_t asset_of(const finishing *f, const finding *row) {
    return row->asset.size == 0 ? NO_INDEX : map_get(&f->g->by_uuid, row->asset);
}

static void find_users(finishing *f) {
    for (uint32_t i = 0; i < f->g->asset_count; i++) {
        f->users[i] = NO_INDEX;
    }
    for (uint32_t i = 0; i < f->g->copy_count; i++) {
        const copy *c = &f->g->copies[i];
        for (uint32_t j = 0; c->targets != NULL && j < c->document.reference_count; j++) {
            if (c->targets[j] != NO_INDEX) {
                uint32_t target = f->g->copies[c->targets[j]].asset;
                f->users[target] =
                    f->users[target] == NO_INDEX ? c->asset : f->users[target];
            }
        }
    }
}

/* What people know an asset by: its path, its name, or those of what uses it. */
static str label_of(const finishing *f, uint32_t asset_index) {
    enum { STEPS_UP = 4 }; /* image, texture, sprite frame, and who shows it */
    for (int i = 0; i < STEPS_UP && asset_index != NO_INDEX; i++) {
        str path = game_asset_path(f->g, asset_index);
        str name = f->g->copies[f->g->assets[asset_index].first_copy].document.name;
        if (path.size > 0 || name.size > 0) {
            return path.size > 0 ? path : name;
        }
        asset_index = f->users[asset_index];
    }
    return (str){0};
}

/* The innermost bundle whose folder holds a file. */
static str bundle_of_file(const finishing *f, str path) {
    const bundle *found = NULL;
    for (size_t i = 0; i < f->g->found.bundle_count; i++) {
        const bundle *b = &f->g->found.bundles[i];
        if (path.size > b->folder.size &&
            str_equal(str_part(path, 0, b->folder.size), b->folder) &&
            (found == NULL || b->folder.size > found->folder.size)) {
            found = b;
        }
    }
    return found == NULL ? (str){0} : found->name;
}

static void name_place(const finishing *f, finding *row) {
    uint32_t asset_index = asset_of(f, row);
    if (row->file.size > 0 && row->bundle.size == 0) {
        row->bundle = bundle_of_file(f, row->file);
    }
    if (asset_index != NO_INDEX) {
        uint32_t first = f->g->assets[asset_index].first_copy;
        row->path = row->path.size > 0 ? row->path : label_of(f, asset_index);
        row->bundle = row->bundle.size > 0
                          ? row->bundle
                          : f->g->found.bundles[f->g->copies[first].bundle].name;
        for (uint32_t i = 0; i < f->v->audit->stage_count && row->scene.size == 0; i++) {
            if (bitset_has(f->v->audit->views[0].stages[i].assets, asset_index)) {
                row->scene = f->v->audit->stages[i].name;
            }
        }
    }
    if (row->mend.size == 0) {
        row->mend = str_of(rule_get(row->rule)->mend);
    }
}

static void put_step(const finishing *f, uint32_t place, buf *out) {
    const copy *c = &f->g->copies[f->walked.copies[place]];
    str path = game_asset_path(f->g, c->asset);
    str name = path.size > 0 ? str_file_name(path) : c->document.name;
    buf_add_text(out, " > ");
    if (name.size > 0) {
        buf_format(out, "%.*s ", STR_ARGS(name));
    }
    buf_format(out, "(%.*s)", STR_ARGS(c->document.class_name));
}

/* Both ends of a chain that may be long: places in the closure, from the asset up. */
typedef struct chain_ends {
    uint32_t steps[2 * CHAIN_END];
    uint32_t count;
    bool is_cut; /* between the halves */
} chain_ends;

static chain_ends ends_of(const finishing *f, uint32_t place) {
    uint32_t length = 0;
    for (uint32_t at = place; at != NO_INDEX; at = f->walked.parents[at]) {
        length++;
    }
    chain_ends ends = {.is_cut = length > 2 * CHAIN_END};
    uint32_t i = 0;
    for (uint32_t at = place; at != NO_INDEX; at = f->walked.parents[at], i++) {
        if (!ends.is_cut || i < CHAIN_END || i + CHAIN_END >= length) {
            ends.steps[ends.count++] = at;
        }
    }
    return ends;
}

/* "fight > hero (cc.Prefab) > … > hero (cc.ImageAsset)" */
static pa_status tell_chain(finishing *f, const stage *s, finding *row, pa_error *err) {
    chain_ends ends = ends_of(f, f->places[asset_of(f, row)]);
    buf text = {0};
    buf_add(&text, s->name);
    for (uint32_t i = ends.count; i-- > 0;) {
        bool is_root =
            i + 1 == ends.count; /* it stands for the scene; a state has others */
        if (!is_root || s->is_state) {
            put_step(f, ends.steps[i], &text);
        }
        if (ends.is_cut && i == CHAIN_END) {
            buf_add_text(&text, " > …");
        }
    }
    row->chain = arena_copy_name(&f->v->findings.mem, buf_str(&text));
    bool has_failed = text.failed || row->chain.at == NULL;
    buf_clear(&text);
    return has_failed ? error_nomem(err) : PA_OK;
}

static bool needs_chain(const finishing *f, const finding *row, const stage *s) {
    return str_equal(row->scene, s->name) && row->chain.size == 0 &&
           !str_equal(row->asset, s->uuid) && asset_of(f, row) != NO_INDEX;
}

static pa_status tell_chains_of(finishing *f, uint32_t stage_index, pa_error *err) {
    const stage *s = &f->v->audit->stages[stage_index];
    finding_list *list = &f->v->findings;
    bool is_walked = false;
    pa_status status = PA_OK;
    for (size_t i = 0; i < list->count && status == PA_OK; i++) {
        if (!needs_chain(f, &list->rows[i], s)) {
            continue;
        }
        if (!is_walked) {
            status = closure_walk(f->g, s->roots, s->root_count, &f->walked, err);
            for (uint32_t j = 0; status == PA_OK && j < f->walked.count; j++) {
                f->places[f->g->copies[f->walked.copies[j]].asset] = j;
            }
            is_walked = true;
        }
        if (status == PA_OK &&
            bitset_has(f->walked.assets, asset_of(f, &list->rows[i]))) {
            status = tell_chain(f, s, &list->rows[i], err);
        }
    }
    return status;
}

static void tell_places(finishing *f) {
    find_users(f);
    for (size_t i = 0; i < f->v->findings.count; i++) {
        name_place(f, &f->v->findings.rows[i]);
    }
}

static pa_status tell_chains(finishing *f, pa_error *err) {
    pa_status status = PA_OK;
    for (uint32_t i = 0; i < f->v->audit->stage_count && status == PA_OK; i++) {
        status = tell_chains_of(f, i, err);
    }
    return status;
}

static void find_owner(const finishing *f, finding *row) {
    for (uint32_t i = 0; i < f->rules->owner_count; i++) {
        if (policy_is_at(f->rules->owners[i].at, row)) {
            row->owner = f->rules->owners[i].owner;
        }
    }
}

static bool is_dropped(const finishing *f, const finding *row) {
    const rule_setting *setting = &f->rules->settings[row->rule];
    bool has_bytes = rule_get(row->rule)->unit != UNIT_NONE && !row->is_counted;
    bool is_skipped =
        row->level == LEVEL_OFF || (has_bytes && row->bytes < setting->least_bytes);
    for (uint32_t i = 0; i < setting->skip_count; i++) {
        is_skipped |= policy_is_at(setting->skips[i], row);
    }
    return is_skipped;
}

/* Levels, owners, and rows that the rules file drops. */
static void apply_settings(const finishing *f) {
    finding_list *list = &f->v->findings;
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        finding *row = &list->rows[i];
        const rule_setting *setting = &f->rules->settings[row->rule];
        row->level = setting->has_level ? setting->level : row->level;
        if (!is_dropped(f, row)) {
            find_owner(f, row);
            list->rows[kept++] = *row;
        }
    }
    list->count = kept;
}

static bool covers(const waiver *w, const finding *row) {
    return str_glob(w->rule, str_of(rule_get(row->rule)->name)) &&
           (w->at.size == 0 || policy_is_at(w->at, row)) &&
           (w->device.size == 0 || str_glob(w->device, row->device));
}

static pa_status add_about_waiver(finishing *f, rule_id rule, const waiver *w,
                                  size_t covered, pa_error *err) {
    const rule_setting *setting = &f->rules->settings[rule];
    if (setting->has_level && setting->level == LEVEL_OFF) {
        return PA_OK;
    }
    finding_list *list = &f->v->findings;
    bool is_expired = rule == RULE_WAIVER_EXPIRED;
    str file = str_of(f->v->audit->rules_path);
    pa_status status =
        is_expired
            ? finding_add(list, rule, file, (str){0}, err,
                          "line %u: the waiver for '%.*s' ended on %.*s; it covered "
                          "%zu finding%s of this build (%.*s)",
                          w->line, STR_ARGS(w->rule), STR_ARGS(w->expires), covered,
                          covered == 1 ? "" : "s", STR_ARGS(w->reason))
            : finding_add(list, rule, file, (str){0}, err,
                          "line %u: the waiver for '%.*s' covers nothing (%.*s)", w->line,
                          STR_ARGS(w->rule), STR_ARGS(w->reason));
    if (status == PA_OK) {
        finding *row = finding_last(list);
        row->level = setting->has_level ? setting->level : row->level;
        row->line = w->line;
        row->key = finding_text(list, "%.*s %.*s %.*s", STR_ARGS(w->rule),
                                STR_ARGS(w->at), STR_ARGS(w->device));
        row->mend = str_of(rule_get(rule)->mend);
        status = row->key.at == NULL ? error_nomem(err) : PA_OK;
    }
    return status;
}

/* Whether this run could find what a waiver is for: a rules file serves runs with other
 * devices, or without a baseline, too. */
static bool takes_part(const finishing *f, const waiver *w) {
    bool has_device = f->v->audit->views[0].device != NULL;
    if (!judge_has_device(f->v, w->device)) {
        return false;
    }
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        bool is_judged = i == RULE_GROWTH ? f->v->baseline != NULL
                                          : has_device || i > RULE_PACKAGE_OVER;
        if (is_judged && str_glob(w->rule, str_of(rule_get((rule_id)i)->name))) {
            return true;
        }
    }
    return false;
}

static pa_status apply_waiver(finishing *f, const waiver *w, size_t count, int32_t today,
                              pa_error *err) {
    bool is_expired = today > w->expires_day;
    size_t covered = 0;
    for (size_t i = 0; i < count; i++) {
        finding *row = &f->v->findings.rows[i];
        if (covers(w, row)) {
            covered++;
            row->waiver = is_expired || row->waiver.size > 0 ? row->waiver : w->reason;
        }
    }
    if (is_expired) {
        return add_about_waiver(f, RULE_WAIVER_EXPIRED, w, covered, err);
    }
    return covered == 0 && takes_part(f, w)
               ? add_about_waiver(f, RULE_WAIVER_UNUSED, w, 0, err)
               : PA_OK;
}

static pa_status apply_rules(finishing *f, int32_t today, pa_error *err) {
    apply_settings(f);
    size_t count = f->v->findings.count;
    pa_status status = PA_OK;
    for (uint32_t i = 0; i < f->rules->waiver_count && status == PA_OK; i++) {
        status = apply_waiver(f, &f->rules->waivers[i], count, today, err);
    }
    return status;
}

pa_status judge_finish(pa_verdict *v, int32_t today, pa_error *err) {
    finishing f = {.v = v, .g = &v->audit->g, .rules = &v->audit->rules.policy};
    size_t room = (size_t)f.g->asset_count + 1;
    f.users = mem_alloc(room, sizeof *f.users);
    f.places = mem_alloc(room, sizeof *f.places);
    pa_status status = f.users == NULL || f.places == NULL ? error_nomem(err) : PA_OK;
    if (status == PA_OK) {
        tell_places(&f);
        status = apply_rules(&f, today, err);
    }
    if (status == PA_OK) {
        status = judge_fold(&v->findings, err);
    }
    if (status == PA_OK) {
        status = tell_chains(&f, err);
    }
    if (status == PA_OK) {
        finding_sort(&v->findings);
        for (size_t i = 0; i < v->findings.count; i++) {
            v->waived_count += v->findings.rows[i].waiver.size > 0;
        }
    }
    closure_clear(&f.walked);
    mem_free(f.users);
    mem_free(f.places);
    return status;
}
