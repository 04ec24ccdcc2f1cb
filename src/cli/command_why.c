/* command_why.c - packaudit why: the references that bring an asset in.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/terminal.h"

static int run(const request *given) {
    request asked = *given;
    terminal_watch(&asked);
    asked.audit.depth = PA_DEPTH_GRAPH;
    pa_error err = {0};
    pa_audit *audit = pa_audit_open(asked.words[0], &asked.audit, &err);
    if (audit == NULL) {
        return terminal_fail(&err);
    }
    pa_status status =
        pa_why_write(audit, asked.words[1], &asked.report, terminal_sink, NULL, &err);
    pa_audit_free(audit);
    return status == PA_OK ? 0 : terminal_fail(&err);
}

const command command_why = {
    .name = "why",
    .words = "BUILD ASSET",
    .word_count = 2,
    .least_words = 2,
    .summary = "the chain of references that brings an asset into a scene",
    .text = "Prints the shortest chain of references from each scene to an asset, with "
            "the property that\n"
            "holds each reference. ASSET is a uuid in either form, a path in a bundle, "
            "the name of a\n"
            "file in the build, or a pattern like '*wall*'. Where no scene leads to it, "
            "the names do by\n"
            "which code may load it.",
    .options = "snjqvh",
    .examples =
        {{"packaudit why build/web-mobile textures/wall", "who needs this texture"},
         {"packaudit why game.apk b1d4b54d-8bdc-4b63-af8c-f6fb5add29dd.jpg --scene menu",
          "why this file belongs to the menu"}},
    .run = run,
};
