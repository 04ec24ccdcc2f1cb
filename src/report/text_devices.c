/* text_devices.c - the devices asked for, side by side.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"
#include "report/table.h"

/* The stage of a view that asks for most, by a figure of it. */
typedef uint64_t (*figure)(const report_view *view, const audit_view *costs,
                           uint32_t index);

static uint64_t resident_of(const report_view *view, const audit_view *costs,
                            uint32_t index) {
    (void)view;
    return set_resident_bytes(&costs->stages[index]);
}

static uint64_t loading_of(const report_view *view, const audit_view *costs,
                           uint32_t index) {
    (void)view;
    return costs->stages[index].load.upper_bytes;
}

static uint64_t least_loading_of(const report_view *view, const audit_view *costs,
                                 uint32_t index) {
    (void)view;
    return costs->stages[index].load.lower_bytes;
}

static const transition *worst_change(const report_view *view, const audit_view *costs,
                                      uint32_t index) {
    uint32_t from = view_worst_predecessor(view->audit, costs, index);
    return from == NO_INDEX
               ? NULL
               : &costs->transitions[(size_t)from * view->audit->stage_count + index];
}

static uint64_t changing_of(const report_view *view, const audit_view *costs,
                            uint32_t index) {
    const transition *cost = worst_change(view, costs, index);
    return cost == NULL ? 0 : cost->upper_bytes;
}

static uint64_t least_changing_of(const report_view *view, const audit_view *costs,
                                  uint32_t index) {
    const transition *cost = worst_change(view, costs, index);
    return cost == NULL ? 0 : cost->lower_bytes;
}

static uint64_t largest(const report_view *view, const audit_view *costs, figure value) {
    uint64_t most = 0;
    for (uint32_t i = 0; i < view->stage_count; i++) {
        uint64_t now = value(view, costs, view->stages[i]);
        most = now > most ? now : most;
    }
    return most;
}

/* What the device's budget for images says of the worst moment. */
static const char *verdict(const report_view *view, const audit_view *costs) {
    for (uint32_t i = 0; i < view->stage_count; i++) {
        if (set_is_incomplete(&costs->stages[view->stages[i]]) &&
            largest(view, costs, changing_of) <= costs->device->image_budget_bytes) {
            return "unknown: not all could be read";
        }
    }
    uint64_t budget_bytes = costs->device->image_budget_bytes;
    if (largest(view, costs, least_loading_of) > budget_bytes) {
        return "a scene alone does not fit";
    }
    if (largest(view, costs, least_changing_of) > budget_bytes) {
        return "a change does not fit";
    }
    if (largest(view, costs, loading_of) > budget_bytes) {
        return "a scene alone may not fit";
    }
    return largest(view, costs, changing_of) > budget_bytes ? "a change may not fit"
                                                            : "fits";
}

/* With one scene there is nothing to change from. */
static void table_change(table *t, const report_view *view, uint64_t size_bytes) {
    if (view->audit->stage_count > 1) {
        table_mib(t, size_bytes);
    } else {
        table_text(t, str_of("-"));
    }
}

static void write_summary(const report_view *view, buf *out) {
    table t = {0};
    static const char *const numbers[] = {"for images", "resident", "loading",
                                          "changing"};
    table_fixed_column(&t, "device");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        table_column(&t, numbers[i], true);
    }
    table_column(&t, "so", false);
    for (size_t i = 0; i < view->audit->view_count; i++) {
        const audit_view *costs = &view->audit->views[i];
        table_text(&t, costs->device->name);
        table_mib(&t, costs->device->image_budget_bytes);
        table_mib(&t, largest(view, costs, resident_of));
        table_mib(&t, largest(view, costs, loading_of));
        table_change(&t, view, largest(view, costs, changing_of));
        table_text(&t, str_of(verdict(view, costs)));
    }
    report_heading(out, "Devices: the worst of all scenes, at most (MiB)");
    table_write(&t, view->width, out);
}

enum { SIDE_BY_SIDE = 4 };

/* A column of GPU memory and one of the worst change for each device. */
static void write_side_by_side(const report_view *view, buf *out) {
    static const char *const gpu_titles[SIDE_BY_SIDE] = {"GPU 1", "GPU 2", "GPU 3",
                                                         "GPU 4"};
    static const char *const change_titles[SIDE_BY_SIDE] = {"changing 1", "changing 2",
                                                            "changing 3", "changing 4"};
    const pa_audit *audit = view->audit;
    table t = {0};
    table_column(&t, "scene", false);
    for (size_t i = 0; i < audit->view_count; i++) {
        table_column(&t, gpu_titles[i], true);
    }
    for (size_t i = 0; i < audit->view_count; i++) {
        table_column(&t, change_titles[i], true);
    }
    for (uint32_t j = 0; j < report_shown_rows(view, view->stage_count); j++) {
        uint32_t index = view->stages[j];
        table_text(&t, audit->stages[index].name);
        for (size_t i = 0; i < audit->view_count; i++) {
            table_mib(&t, audit->views[i].stages[index].gpu_bytes);
        }
        for (size_t i = 0; i < audit->view_count; i++) {
            table_change(&t, view, changing_of(view, &audit->views[i], index));
        }
    }
    buf names = {0};
    for (size_t i = 0; i < audit->view_count; i++) {
        buf_format(&names, "%s%zu %.*s", i == 0 ? "" : ", ", i + 1,
                   STR_ARGS(audit->views[i].device->name));
    }
    report_heading(out, "Side by side (MiB): %.*s", STR_ARGS(buf_str(&names)));
    buf_clear(&names);
    table_write(&t, view->width, out);
}

void report_text_devices(const report_view *view, buf *out) {
    size_t count = view->audit->view_count;
    if (view->costs->device == NULL) {
        return;
    }
    write_summary(view, out);
    if (count > 1 && count <= SIDE_BY_SIDE) {
        write_side_by_side(view, out);
    }
}
