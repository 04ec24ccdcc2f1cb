/* command_plan.c - packaudit plan: the edits that make a build smaller, or make it fit.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/terminal.h"

/* The plan on its way to a file: it is written whole or not at all. */
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

static void say(const request *asked, const pa_plan_summary *told) {
    if (asked->is_quiet) {
        return;
    }
    double mib = 1024.0 * 1024.0;
    terminal_say("%zu edit%s, %zu refused; the largest peak %.1f MiB, then %.1f MiB",
                 told->action_count, told->action_count == 1 ? "" : "s",
                 told->refused_count, (double)told->before_bytes / mib,
                 (double)told->after_bytes / mib);
    if (told->budget_bytes > 0) {
        terminal_say("the device has %.1f MiB for images: it %s%s",
                     (double)told->budget_bytes / mib,
                     told->fits ? "fits" : "does not fit",
                     told->is_impossible ? ", whatever of these edits is made" : "");
    }
    if (told->fits && told->cost > 0 && told->cost <= told->least_cost) {
        terminal_say("no cheaper edits fit");
    } else if (told->fits && told->least_cost > 0) {
        double above = (double)told->cost / (double)told->least_cost - 1;
        terminal_say("their cost is at most %.1f %% above the least that fits",
                     ceil(above * 1000) / 10);
    }
}

static int run(const request *given) {
    request asked = *given;
    if (asked.fit != NULL && asked.audit.device_count == MAX_DEVICES) {
        terminal_say("packaudit plan: '--device' stands too often");
        return 2;
    }
    if (asked.fit != NULL) {
        /* the device to fit is the first one */
        memmove(asked.devices + 1, asked.devices,
                asked.audit.device_count * sizeof asked.devices[0]);
        asked.devices[0] = asked.fit;
        asked.audit.device_count++;
        asked.plan.is_fitting = true;
    }
    request_prepare(&asked);
    if (asked.plan.compress_count == 0 && asked.plan.max_side_px == 0 &&
        !asked.plan.drops_unused && !asked.plan.merges && !asked.plan.drops_alpha &&
        !asked.plan.drops_fallback && !asked.plan.is_fitting &&
        asked.audit.rules == NULL) {
        terminal_say(
            "packaudit plan: '--compress', '--max-side', '--drop-unused', '--fit' or a "
            "packaudit.yaml with recipes is needed: what is to be looked for");
        return 2;
    }
    asked.plan.cache = asked.rewrite.cache;
    asked.plan.cache_bytes = asked.rewrite.cache_bytes;
    pa_error err = {0};
    pa_plan_summary told = {0};
    pending all = {0};
    pa_status status =
        pa_plan_write(asked.words[0], &asked.audit, &asked.plan, &told, keep, &all, &err);
    terminal_end_progress();
    if (status == PA_OK && asked.output == NULL) {
        terminal_sink(NULL, all.text, all.size); /* a failure shows at the last flush */
    } else if (status == PA_OK) {
        terminal_hold_interrupts(true);
        status = pa_file_write(asked.output, all.text, all.size, &err);
        terminal_hold_interrupts(false);
    }
    free(all.text);
    if (status != PA_OK) {
        return terminal_fail(&err);
    }
    say(&asked, &told);
    return asked.plan.is_fitting && !told.fits ? 1 : 0;
}

const command command_plan = {
    .name = "plan",
    .words = "BUILD",
    .word_count = 1,
    .least_words = 1,
    .summary = "the edits that make it smaller, or make it fit a device",
    .text =
        "Writes a plan: which images may be compressed or halved, which files nothing "
        "asks for, and\n"
        "what each edit saves. What may not be done is listed with its reason. With "
        "--fit it is the\n"
        "cheapest set of edits by which no scene and no change of scene holds more than "
        "the device has\n"
        "for images (the cost of an edit is its pixels times the place of its format "
        "among those given);\n"
        "exit status 1 when there is none, and the plan tells what remains above the "
        "budget. Without\n"
        "options that say what is wanted the recipes of packaudit.yaml do; where there "
        "are none, --fit\n"
        "takes what the device reads: astc-4x4, 6x6, 8x8, or etc2. Edits with a floor "
        "of quality are\n"
        "encoded and measured before --fit counts on them; --cache DIR keeps what was "
        "encoded for\n"
        "'packaudit rewrite', which carries a plan out. The faces of a cube get the same "
        "format and sides\n"
        "or stay as they are; --fit leaves them out.",
    .options = "terDIZpQSHWgAVuMNoCKjmcqvh",
    .examples = {{"packaudit plan build/web-mobile --fit iphone_2g -o plan.json",
                  "the least that makes it fit"},
                 {"packaudit plan game.apk --compress astc-6x6 --match 'walls/*'",
                  "everything below walls/"}},
    .run = run,
};
