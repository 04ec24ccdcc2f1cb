/* main.c - find the command and run it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#endif

#include "cli/terminal.h"

static const command *const commands[] = {
    &command_report, &command_check, &command_diff,    &command_why,  &command_devices,
    &command_rules,  &command_plan,  &command_rewrite, &command_order};
enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void help(FILE *to) {
    fprintf(
        to,
        "packaudit COMMAND [OPTIONS] BUILD …\n\n"
        "What a built Cocos Creator game costs in memory, scene by scene.\n\nCommands\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        fprintf(to, "  %-8s %-12s %s\n", commands[i]->name, commands[i]->words,
                commands[i]->summary);
    }
    fprintf(
        to,
        "\n'packaudit COMMAND --help' tells its options and shows examples; --version "
        "the "
        "version.\nExit status: 0 done, or it fits; 1 it does not fit; 2 wrong usage; 3 "
        "no "
        "readable build;\n4 output not written; 5 a limit or memory; 130 interrupted.\n");
}

static const char *next_command(unsigned i, const void *ctx) {
    (void)ctx;
    return i < COMMAND_COUNT ? commands[i]->name : NULL;
}

static int complain(const char *word) {
    const char *near_one = did_you_mean(word, next_command, NULL);
    if (near_one != NULL) {
        terminal_say("packaudit: no command '%s'; did you mean '%s'?", word, near_one);
    } else {
        terminal_say("packaudit: no command '%s'; 'packaudit --help' lists them", word);
    }
    return 2;
}

static int run_command(const command *cmd, int count, char **arguments) {
    request asked;
    int failed = options_parse(cmd, count, arguments, &asked);
    if (failed != 0) {
        return failed;
    }
    if (asked.wants_help) {
        options_help(cmd);
        return 0;
    }
    return cmd->run(&asked);
}

static int dispatch(int count, char **arguments) {
    if (count < 2) {
        help(stderr);
        return 2;
    }
    const char *word = arguments[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
        strcmp(word, "help") == 0) {
        for (size_t i = 0; count > 2 && i < COMMAND_COUNT; i++) {
            if (strcmp(arguments[2], commands[i]->name) == 0) {
                options_help(commands[i]);
                return 0;
            }
        }
        help(stdout);
        return 0;
    }
    if (strcmp(word, "--version") == 0) {
        printf("packaudit %s\n", PACKAUDIT_VERSION);
        return 0;
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(word, commands[i]->name) == 0) {
            return run_command(commands[i], count - 2, arguments + 2);
        }
    }
    return complain(word);
}

/* Reports are the same bytes on every system: Windows would write "\r\n". */
static void keep_bytes(void) {
#ifdef _WIN32
    _setmode(_fileno(stdout), _O_BINARY);
#endif
}

int main(int count, char **arguments) {
    keep_bytes();
    int status = dispatch(count, arguments);
    /* A full disk shows at the last flush: output that was lost is no success. */
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == 0) {
        fprintf(stderr, "packaudit: the output could not be written\n");
        return 4;
    }
    return status;
}
