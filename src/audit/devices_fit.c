/* devices_fit.c - every scene, every change of scene, every single request of memory and
 * the package against each device.
 *
 * Fails: the lower bound is above the budget for images. May fail: the upper bound is.
 * The driver's own copies are in neither (load_cost.h). SPDX-License-Identifier:
 * Apache-2.0 */
#include <stdio.h>

#include "audit/judge.h"
#include "base/alloc.h"
#include "base/units.h"

/* A request above this fails in a fragmented 32-bit process: convertRGB2RGBA and
 * ThreadSafeLinearAllocator ask without a check (cocos-engine 3.8.5
 * native/cocos/bindings/manual/jsb_global.cpp, renderer/gfx-agent/DeviceAgent.cpp). */
static const uint64_t largest_request_32_bit = UINT64_C(64) << 20;

static fit fit_of(uint64_t lower_bytes, uint64_t upper_bytes, uint64_t limit_bytes) {
    return lower_bytes > limit_bytes ? FIT_NO
                                     : (upper_bytes > limit_bytes ? FIT_MAYBE : FIT_YES);
}

static fit worse(fit a, fit b) {
    return a > b ? a : b;
}

static const transition *change_cost(const pa_verdict *v, const audit_view *view,
                                     uint32_t from, uint32_t to) {
    return &view->transitions[(size_t)from * v->audit->stage_count + to];
}

static void judge_stage(pa_verdict *v, size_t view_index, uint32_t index) {
    const audit_view *view = &v->audit->views[view_index];
    uint64_t budget_bytes = view->device->image_budget_bytes;
    const set_cost *cost = &view->stages[index];
    stage_verdict *out = &v->stages[view_index * v->audit->stage_count + index];
    out->is_incomplete = set_is_incomplete(cost);
    out->alone = fit_of(cost->load.lower_bytes, cost->load.upper_bytes, budget_bytes);
    out->worst_from = view_worst_predecessor(v->audit, view, index);
    for (uint32_t from = 0; from < v->audit->stage_count; from++) {
        if (from != index) {
            const transition *peak = change_cost(v, view, from, index);
            out->arrival = worse(
                out->arrival, fit_of(peak->lower_bytes, peak->upper_bytes, budget_bytes));
        }
    }
    out->together = worse(out->alone, out->arrival);
}

/* The textures of a scene that take most, in words. */
static str heaviest(pa_verdict *v, const audit_view *view, const set_cost *cost) {
    enum { SHOWN = 3 };
    uint32_t best[SHOWN];
    uint32_t count = 0;
    for (uint32_t i = 0; i < cost->texture_count; i++) {
        uint32_t candidate = cost->textures[i];
        for (uint32_t j = 0; j < count; j++) {
            if (view->textures[candidate].cost.gpu_bytes >
                view->textures[best[j]].cost.gpu_bytes) {
                uint32_t smaller = best[j];
                best[j] = candidate;
                candidate = smaller;
            }
        }
        if (count < SHOWN) {
            best[count++] = candidate;
        }
    }
    buf text = {0};
    for (uint32_t i = 0; i < count; i++) {
        const texture_row *row = &view->textures[best[i]];
        str path = game_asset_path(&v->audit->g, row->asset);
        buf_format(&text, "%s%.*s (%s)", i == 0 ? "its largest textures: " : ", ",
                   STR_ARGS(path.size > 0 ? path : v->audit->g.assets[row->asset].uuid),
                   bytes_text(row->cost.gpu_bytes).at);
    }
    str made = text.failed ? (str){0}
                           : finding_text(&v->findings, "%.*s", STR_ARGS(buf_str(&text)));
    if (made.at == NULL) {
        v->findings.mem.failed = true; /* judge asks */
    }
    buf_clear(&text);
    return made;
}

static pa_status add_scene(pa_verdict *v, size_t view_index, uint32_t index,
                           pa_error *err) {
    const audit_view *view = &v->audit->views[view_index];
    const stage *s = &v->audit->stages[index];
    const set_cost *cost = &view->stages[index];
    const stage_verdict *found = verdict_stage(v, view_index, index);
    uint64_t budget_bytes = view->device->image_budget_bytes;
    uint64_t resident_bytes = set_resident_bytes(cost);
    bool is_certain = found->alone == FIT_NO;
    bool is_at_rest = resident_bytes > budget_bytes;
    uint64_t peak_bytes = is_at_rest   ? resident_bytes
                          : is_certain ? cost->load.lower_bytes
                                       : cost->load.upper_bytes;
    const char *what = is_at_rest   ? "keeps"
                       : is_certain ? "needs at least"
                                    : "can need up to";
    const char *when = is_at_rest ? "" : " while it loads";
    pa_status status = finding_add(
        &v->findings, is_certain ? RULE_SCENE_OVER : RULE_SCENE_MAY_EXCEED, (str){0},
        s->uuid, err, "scene '%.*s' %s %s%s, %s more than %s that '%.*s' has for images",
        STR_ARGS(s->name), what, bytes_text(peak_bytes).at, when,
        bytes_text(peak_bytes - budget_bytes).at, bytes_text(budget_bytes).at,
        STR_ARGS(view->device->name));
    if (status != PA_OK) {
        return status;
    }
    finding *row = finding_last(&v->findings);
    row->scene = s->name;
    row->device = view->device->name;
    row->bytes = peak_bytes - budget_bytes;
    str *members = arena_alloc(&v->findings.mem, 1, sizeof *members);
    if (members == NULL) {
        return error_nomem(err);
    }
    members[0] = heaviest(v, view, cost);
    row->members = members;
    row->member_count = members[0].size > 0;
    return PA_OK;
}

/* Changes of one certainty, without those where a scene alone is as bad already. */
static size_t list_changes(const pa_verdict *v, size_t view_index, fit wanted,
                           scene_change *out) {
    const audit_view *view = &v->audit->views[view_index];
    uint64_t budget_bytes = view->device->image_budget_bytes;
    size_t count = 0;
    for (uint32_t from = 0; from < v->audit->stage_count; from++) {
        for (uint32_t to = 0; to < v->audit->stage_count; to++) {
            const transition *cost = change_cost(v, view, from, to);
            if (from == to ||
                fit_of(cost->lower_bytes, cost->upper_bytes, budget_bytes) != wanted ||
                verdict_stage(v, view_index, from)->alone >= wanted ||
                verdict_stage(v, view_index, to)->alone >= wanted) {
                continue;
            }
            uint64_t peak_bytes =
                wanted == FIT_NO ? cost->lower_bytes : cost->upper_bytes;
            out[count++] = (scene_change){from, to, peak_bytes, budget_bytes};
        }
    }
    return count;
}

static pa_status add_changes(pa_verdict *v, size_t view_index, pa_error *err) {
    const device *one = v->audit->views[view_index].device;
    size_t room = (size_t)v->audit->stage_count * v->audit->stage_count + 1;
    scene_change *changes = mem_alloc(room, sizeof *changes);
    if (changes == NULL) {
        return error_nomem(err);
    }
    char words[160];
    snprintf(words, sizeof words, "the %s that '%.*s' has for images",
             bytes_text(one->image_budget_bytes).at, STR_ARGS(one->name));
    size_t count = list_changes(v, view_index, FIT_NO, changes);
    pa_status status =
        judge_changes(v, RULE_TRANSITION_OVER, one->name, words, 0, changes, count, err);
    if (status == PA_OK) {
        count = list_changes(v, view_index, FIT_MAYBE, changes);
        status = judge_changes(v, RULE_TRANSITION_MAY_EXCEED, one->name, words, 0,
                               changes, count, err);
    }
    mem_free(changes);
    return status;
}

/* The largest single request of any scene, on a device of 32 bits. */
static pa_status add_request(pa_verdict *v, const audit_view *view, pa_error *err) {
    uint32_t worst = NO_INDEX;
    uint64_t most =
        view->device->address_bits == 32 ? largest_request_32_bit : UINT64_MAX;
    for (uint32_t i = 0; i < v->audit->stage_count; i++) {
        if (view->stages[i].load.largest_bytes > most) {
            most = view->stages[i].load.largest_bytes;
            worst = i;
        }
    }
    if (worst == NO_INDEX) {
        return PA_OK;
    }
    const stage *s = &v->audit->stages[worst];
    pa_status status = finding_add(
        &v->findings, RULE_ALLOCATION, (str){0}, s->uuid, err,
        "loading scene '%.*s' asks for %s at once (%s); '%.*s' has 32-bit processes, "
        "where requests above %s fail early",
        STR_ARGS(s->name), bytes_text(most).at, view->stages[worst].load.largest_site,
        STR_ARGS(view->device->name), bytes_text(largest_request_32_bit).at);
    if (status == PA_OK) {
        finding *row = finding_last(&v->findings);
        row->scene = s->name;
        row->device = view->device->name;
        row->bytes = most - largest_request_32_bit;
    }
    return status;
}

static pa_status add_package(pa_verdict *v, const device *one, pa_error *err) {
    uint64_t size_bytes = v->audit->package.bytes;
    if (one->package_bytes == 0 || size_bytes <= one->package_bytes) {
        return PA_OK;
    }
    pa_status status = finding_add(
        &v->findings, RULE_PACKAGE_OVER, (str){0}, (str){0}, err,
        "the package has %s, %s more than '%.*s' takes", bytes_text(size_bytes).at,
        bytes_text(size_bytes - one->package_bytes).at, STR_ARGS(one->name));
    if (status == PA_OK) {
        finding *row = finding_last(&v->findings);
        row->device = one->name;
        row->bytes = size_bytes - one->package_bytes;
    }
    return status;
}

static pa_status add_kind(pa_verdict *v, const audit_view *view, pa_error *err) {
    engine_target target = view->model.target;
    const device *one = view->device;
    if (one->is_web == (target != TARGET_NATIVE)) {
        return PA_OK;
    }
    pa_status status = finding_add(
        &v->findings, RULE_DEVICE_KIND, (str){0}, (str){0}, err,
        "'%.*s' is %s, and this is a %s build", STR_ARGS(one->name),
        one->is_web ? "a browser or a mini-game host" : "a device with native apps",
        target_name(target));
    if (status == PA_OK) {
        finding_last(&v->findings)->device = one->name;
    }
    return status;
}

static pa_status judge_view(pa_verdict *v, size_t view_index, pa_error *err) {
    const audit_view *view = &v->audit->views[view_index];
    pa_status status = PA_OK;
    for (uint32_t i = 0; i < v->audit->stage_count; i++) {
        judge_stage(v, view_index, i);
    }
    for (uint32_t i = 0; i < v->audit->stage_count && status == PA_OK; i++) {
        if (verdict_stage(v, view_index, i)->alone != FIT_YES) {
            status = add_scene(v, view_index, i, err);
        }
    }
    if (status == PA_OK) {
        status = add_changes(v, view_index, err);
    }
    if (status == PA_OK) {
        status = add_request(v, view, err);
    }
    if (status == PA_OK) {
        status = add_kind(v, view, err);
    }
    return status == PA_OK ? add_package(v, view->device, err) : status;
}

pa_status judge_devices(pa_verdict *v, pa_error *err) {
    pa_status status = PA_OK;
    for (size_t i = 0; i < v->audit->view_count && status == PA_OK; i++) {
        if (v->audit->views[i].device != NULL) {
            status = judge_view(v, i, err);
        }
    }
    return status;
}
