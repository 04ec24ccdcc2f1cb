/* command_check.c - packaudit check: judge a build against budgets and rules.
 *
 * SPDX-License-Identifier: Apache-2.0 */

#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "cli/output.h"
#include "cli/terminal.h"

typedef struct making {
    const pa_verdict *verdict;
    const request *asked;
    pa_check_format format;
    const pa_report_options *how;
} making;

static pa_status make_verdict(const void *what, pa_sink sink, void *ctx, pa_error *err) {
    const making *m = what;
    return pa_verdict_write(m->verdict, m->format, m->asked->fail_on, m->how, sink, ctx,
                            err);
}

static pa_status make_rules(const void *what, pa_sink sink, void *ctx, pa_error *err) {
    return pa_verdict_write_rules(((const making *)what)->verdict, sink, ctx, err);
}

/* Where `check` of this build will look: the working folder when the build lies below it,
 * else beside the build. False when the path is too long. */
static bool place_rules(const char *build, char *path, size_t size) {
    str text = str_of(build);
    while (text.size > 1 && text.at[text.size - 1] == '/') {
        text.size--;
    }
    str name = str_file_name(text);
    bool is_up = str_is(name, "..") || str_is(name, ".");
    bool is_below = !is_up && text.at[0] != '/' && !str_starts(text, "../");
    str folder = is_up ? text : str_part(text, 0, text.size - name.size);
    int length = is_below ? snprintf(path, size, "packaudit.yaml")
                          : snprintf(path, size, "%.*s%spackaudit.yaml", STR_ARGS(folder),
                                     is_up ? "/../" : "");
    return length > 0 && (size_t)length < size;
}

/* A first rules file, where `check` will find it, unless -o says where. */
static int write_rules(const pa_verdict *verdict, const request *asked) {
    char place[MAX_PATH_BYTES];
    if (asked->output == NULL && !place_rules(asked->words[0], place, sizeof place)) {
        terminal_say("packaudit: the path is too long; -o FILE names another one");
        return 2;
    }
    const char *path = asked->output == NULL ? place : asked->output;
    pa_error err = {0};
    if (asked->output == NULL && pa_file_exists(path)) {
        terminal_say("packaudit: %s is there already; -o FILE writes another one", path);
        return 2;
    }
    if (output_make(path, make_rules, &(making){.verdict = verdict}, &err) != PA_OK) {
        return terminal_fail(&err);
    }
    terminal_say("packaudit: wrote %s", path);
    return 0;
}

static int lower_budgets(const pa_verdict *verdict, const request *asked) {
    pa_error err = {0};
    uint32_t count = 0;
    terminal_hold_interrupts(true);
    pa_status status = pa_verdict_ratchet(verdict, &count, &err);
    terminal_hold_interrupts(false);
    if (status != PA_OK) {
        return terminal_fail(&err);
    }
    if (!asked->is_quiet) {
        terminal_say("packaudit: %s: %u budget%s lowered", asked->audit.rules, count,
                     count == 1 ? "" : "s");
    }
    return 0;
}

static int write_verdict(const pa_verdict *verdict, const request *asked) {
    pa_error err = {0};
    for (unsigned i = 0; i < asked->also_count; i++) {
        const making extra = {verdict, asked, asked->also[i].format, &asked->file_report};
        if (output_make(asked->also[i].path, make_verdict, &extra, &err) != PA_OK) {
            return terminal_fail(&err);
        }
    }
    bool passes = pa_verdict_passes(verdict, asked->fail_on);
    bool is_silent = asked->is_quiet && passes && asked->output == NULL &&
                     asked->check_format == PA_CHECK_TEXT;
    const making main_one = {verdict, asked, asked->check_format,
                             asked->output == NULL ? &asked->report
                                                   : &asked->file_report};
    if (!is_silent &&
        output_make(asked->output, make_verdict, &main_one, &err) != PA_OK) {
        return terminal_fail(&err);
    }
    int status = asked->is_ratchet ? lower_budgets(verdict, asked) : 0;
    return status != 0 ? status : (passes ? 0 : 1);
}

static int judge(const pa_audit *audit, const request *asked) {
    pa_error err = {0};
    pa_verdict *verdict = pa_check(audit, &asked->audit, &asked->check, &err);
    if (verdict == NULL) {
        return terminal_fail(&err);
    }
    int status =
        asked->is_init ? write_rules(verdict, asked) : write_verdict(verdict, asked);
    pa_verdict_free(verdict);
    return status;
}

/* Reproducible builds say which day it is:
 * https://reproducible-builds.org/specs/source-date-epoch/ */
static void take_epoch(request *asked, char day[11]) {
    enum { SECONDS_A_DAY = 24 * 60 * 60 };
    uint64_t seconds = 0;
    str given = str_of(getenv("SOURCE_DATE_EPOCH"));
    if (asked->check.today == NULL &&
        str_to_u64(given, UINT64_C(250000000000), &seconds)) {
        date_of_days((int32_t)(seconds / SECONDS_A_DAY), day);
        asked->check.today = day;
    }
}

/* The file that is to be written twice, or NULL. */
static const char *find_twice(const request *asked) {
    for (unsigned i = 0; i < asked->also_count; i++) {
        const char *path = asked->also[i].path;
        bool is_twice = asked->output != NULL && pa_file_is_same(path, asked->output);
        for (unsigned j = 0; j < i && !is_twice; j++) {
            is_twice = pa_file_is_same(path, asked->also[j].path);
        }
        if (is_twice) {
            return path;
        }
    }
    return NULL;
}

static int run(const request *given) {
    request asked = *given;
    char day[11];
    const char *twice = find_twice(&asked);
    if (twice != NULL) {
        terminal_say("packaudit check: '%s' would be written twice; --also and -o take "
                     "a file each",
                     twice);
        return 2;
    }
    request_prepare(&asked);
    take_epoch(&asked, day);
    if (asked.is_init) {
        asked.audit.rules = NULL; /* the first one is made from the build alone */
    }
    pa_error err = {0};
    pa_audit *audit = pa_audit_open(asked.words[0], &asked.audit, &err);
    terminal_end_progress();
    if (audit == NULL) {
        return terminal_fail(&err);
    }
    int status = judge(audit, &asked);
    pa_audit_free(audit);
    return status;
}

const command command_check = {
    .name = "check",
    .words = "BUILD",
    .word_count = 1,
    .least_words = 1,
    .summary = "judge it against budgets and rules; exit 1 when it does not fit",
    .text =
        "Judges a build by the memory of devices, by the budgets of a packaudit.yaml, "
        "and by rules\n"
        "about its content. Each finding says what is wrong, where, how many bytes "
        "are at stake, and\n"
        "the edit that mends it. 'packaudit rules' lists the rules; rules/README.md "
        "describes the file.",
    .options = "teDbrFaBLTiRonwjmcqvh",
    .examples =
        {{"packaudit check --device iphone_2g build/ios/data",
          "exit status 1 when a scene or a change of scene does not fit"},
         {"packaudit check --baseline main.json --also sarif=out.sarif "
          "build/web-mobile",
          "by the packaudit.yaml above it, growth included, and a file for the CI"}},
    .run = run,
};
