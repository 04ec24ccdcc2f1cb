/* command_report.c - packaudit report: what every scene costs.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/output.h"
#include "cli/terminal.h"

typedef struct making {
    const pa_audit *audit;
    const request *asked;
} making;

static pa_status make(const void *what, pa_sink sink, void *ctx, pa_error *err) {
    const making *m = what;
    return pa_report_write(m->audit, &m->asked->report, sink, ctx, err);
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
    pa_status status = output_make(asked.output, make, &(making){audit, &asked}, &err);
    pa_audit_free(audit);
    return status == PA_OK ? 0 : terminal_fail(&err);
}

const command command_report = {
    .name = "report",
    .words = "BUILD",
    .word_count = 1,
    .least_words = 1,
    .summary = "what every scene costs",
    .text = "Opens a built Cocos Creator game, decodes every image it can load, and "
            "tells what each\n"
            "scene costs: decoded memory, texture memory, what stays in memory.\n"
            "BUILD is a build's folder at any level (the build, its assets/ or data/, "
            "one bundle), a\n"
            ".zip .apk .aab .ipa .tar .tar.gz .tar.xz .tar.zst that holds one, or - for "
            "an archive on\n"
            "standard input.",
    .options = "teDbrsfonwdlxjmcqvh",
    .examples = {{"packaudit report build/web-mobile",
                  "a table of all scenes, the dearest first"},
                 {"packaudit report --target native --format json -o costs.json game.apk",
                  "exact bytes of everything, for another program"}},
    .run = run,
};
