/* command_report.c - packaudit report: what every scene costs.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "cli/terminal.h"

/* The report on its way to a file: it is written whole or not at all. */
typedef struct pending {
    char *text;
    size_t size;
} pending;

static int keep(void *ctx, const char *text, size_t size) {
    pending *all = ctx;
    char *grown = realloc(all->text, all->size + size + 1);
    if (grown == NULL) {
        return -1;
    }
    memcpy(grown + all->size, text, size);
    all->text = grown;
    all->size += size;
    return 0;
}

static pa_status write_report(const pa_audit *audit, const request *asked,
                              pa_error *err) {
    if (asked->output == NULL) {
        return pa_report_write(audit, &asked->report, terminal_sink, NULL, err);
    }
    pending all = {0};
    pa_status status = pa_report_write(audit, &asked->report, keep, &all, err);
    if (status == PA_OK) {
        terminal_hold_interrupts(true);
        status = pa_file_write(asked->output, all.text, all.size, err);
        terminal_hold_interrupts(false);
    }
    free(all.text);
    return status;
}

static int run(const request *given) {
    request asked = *given;
    asked.audit.devices = asked.devices;
    terminal_watch(&asked);
    asked.report.has_color = terminal_has_color(&asked);
    if (asked.report.width == 0 && asked.output == NULL) {
        asked.report.width = terminal_width();
    }
    pa_error err = {0};
    pa_audit *audit = pa_audit_open(asked.words[0], &asked.audit, &err);
    terminal_end_progress();
    if (audit == NULL) {
        return terminal_fail(&err);
    }
    pa_status status = write_report(audit, &asked, &err);
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
