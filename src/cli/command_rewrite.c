/* command_rewrite.c - packaudit rewrite: carry a plan out.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/terminal.h"

static int run(const request *given) {
    request asked = *given;
    asked.rewrite.output = asked.output;
    if (asked.rewrite.plan == NULL && asked.rewrite.order == NULL) {
        terminal_say("packaudit rewrite: '--plan' or '--order' is needed; 'packaudit "
                     "plan BUILD -o plan.json' makes one, 'packaudit order' the other");
        return 2;
    }
    if (asked.output == NULL && !asked.rewrite.is_dry_run) {
        terminal_say("packaudit rewrite: '-o' is needed: where the new build goes");
        return 2;
    }
    request_prepare(&asked);
    terminal_stop_gently(&asked);
    pa_error err = {0};
    pa_status status = pa_rewrite(asked.words[0], &asked.audit, &asked.rewrite,
                                  terminal_sink, NULL, &err);
    terminal_end_progress();
    return status == PA_OK ? 0 : terminal_fail(&err);
}

const command command_rewrite = {
    .name = "rewrite",
    .words = "BUILD",
    .word_count = 1,
    .least_words = 1,
    .summary = "the build anew, with smaller textures or packs for a load order",
    .text =
        "Writes the build to a new folder with exactly the edits of a plan, and with "
        "--order with\n"
        "packs that follow a load order: each scene and stage fetches what it needs in "
        "no "
        "more requests\n"
        "and bytes than before. What neither touches stays as it is, byte for byte. The "
        "result is\n"
        "staged beside its place, read again, opened and compared with the build, then "
        "renamed: it is\n"
        "whole, or it is not there. BUILD is only read. A receipt tells what was done to "
        "which asset.\n"
        "With --cache DIR what was encoded is kept in that folder and not encoded again "
        "by "
        "the next run.",
    .options = "teDrPOUoECKyjmqvh",
    .examples = {{"packaudit rewrite build/web-mobile -o build/small --plan plan.json",
                  "a new build, and build/small.receipt.json"},
                 {"packaudit rewrite build/web-mobile -o build/grouped --order "
                  "load-order.json",
                  "other packs, and build/grouped.load-order.json for the game"}},
    .run = run,
};
