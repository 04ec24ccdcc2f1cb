/* command_order.c - packaudit order: in which stages a scene is loaded.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/output.h"
#include "cli/terminal.h"

typedef struct making {
    const pa_order *order;
    const request *asked;
} making;

static pa_status make(const void *what, pa_sink sink, void *ctx, pa_error *err) {
    const making *m = what;
    return pa_order_write(m->order, &m->asked->report, sink, ctx, err);
}

static int plan(const pa_audit *audit, const request *asked) {
    pa_error err = {0};
    pa_order *order = pa_order_make(audit, asked->report.scene, &err);
    if (order == NULL) {
        return terminal_fail(&err);
    }
    pa_status status = output_make(asked->output, make, &(making){order, asked}, &err);
    bool fits = pa_order_fits(order);
    pa_order_free(order);
    if (status != PA_OK) {
        return terminal_fail(&err);
    }
    return fits ? 0 : 1;
}

static int run(const request *given) {
    request asked = *given;
    request_prepare(&asked);
    pa_error err = {0};
    pa_audit *audit = pa_audit_open(asked.words[0], &asked.audit, &err);
    terminal_end_progress();
    if (audit == NULL) {
        return terminal_fail(&err);
    }
    int status = plan(audit, &asked);
    pa_audit_free(audit);
    return status;
}

const command command_order = {
    .name = "order",
    .words = "BUILD",
    .word_count = 1,
    .least_words = 1,
    .summary = "stages of loading that keep the peak under a device's budget",
    .text =
        "Plans in which stages each scene is loaded, alone and after any other, so that "
        "what is held\n"
        "at once stays under what the device has for images. Where no order fits it "
        "names the\n"
        "assets that must be there together. examples/runtime loads a scene by the "
        "plan. Exit status\n"
        "1 when something fits in no order.",
    .options = "teDbrsfonwdjmcqvh",
    .examples = {{"packaudit order --device iphone_2g build/ios/data",
                  "tables of stages with the running peak"},
                 {"packaudit order --device iphone_2g --format json -o load-order.json "
                  "build/ios/data",
                  "the plan that the game loads by"}},
    .run = run,
};
