/* command_rules.c - packaudit rules: what `check` looks for, and why.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/terminal.h"

static int run(const request *given) {
    request asked = *given;
    request_prepare(&asked);
    pa_error err = {0};
    pa_status status =
        pa_rules_write(asked.words[0], &asked.report, terminal_sink, NULL, &err);
    return status == PA_OK ? 0 : terminal_fail(&err);
}

const command command_rules = {
    .name = "rules",
    .words = "[NAME]",
    .word_count = 1,
    .summary = "what 'check' looks for, or the whole reasoning of one rule",
    .text = "Lists the rules of 'check' with their levels, or explains one: what is "
            "wrong, why it\n"
            "matters, what mends it, and who says so.",
    .options = "wch",
    .examples = {{"packaudit rules", "a table of all"},
                 {"packaudit rules pixels-twice", "one, with the reasoning"}},
    .run = run,
};
