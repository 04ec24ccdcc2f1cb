/* command_diff.c - packaudit diff: what came, went and grew between two builds.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/output.h"
#include "cli/terminal.h"

static pa_status make(const void *what, pa_sink sink, void *ctx, pa_error *err) {
    const request *asked = what;
    return pa_diff_write(asked->words[0], asked->words[1], &asked->audit, &asked->report,
                         sink, ctx, err);
}

static int run(const request *given) {
    request asked = *given;
    request_prepare(&asked);
    pa_error err = {0};
    pa_status status = output_make(asked.output, make, &asked, &err);
    terminal_end_progress();
    return status == PA_OK ? 0 : terminal_fail(&err);
}

const command command_diff = {
    .name = "diff",
    .words = "OLD NEW",
    .word_count = 2,
    .least_words = 2,
    .summary = "what came, went and grew from one build to another",
    .text = "Compares two builds, or their reports in JSON: scenes, changes of scene, "
            "bundles, textures\n"
            "and the package. What grew most stands first.",
    .options = "teDbrGonwjmcqvh",
    .examples = {{"packaudit diff main.json build/web-mobile",
                  "what a branch adds to the report that main left behind"},
                 {"packaudit diff --format json old.zip new.zip",
                  "exact bytes, for another program"}},
    .run = run,
};
