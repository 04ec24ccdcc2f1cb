/* options.h - options as rows of a table: parsing, checking and help read the same row.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CLI_OPTIONS_H
#define PA_CLI_OPTIONS_H

#include "packaudit/packaudit.h"

enum { MAX_DEVICES = 64, MAX_EXTRA_OUTPUTS = 8, MAX_PATH_BYTES = 4096 };

/** A format of `check` beside the one on standard output, and the file it goes to. */
typedef struct extra_output {
    pa_check_format format;
    const char *path;
} extra_output;

/** What a user asked for. */
typedef struct request {
    pa_options audit;
    pa_report_options report;
    pa_report_options file_report; /**< as report, for files: no terminal counts */
    pa_plan_options plan;
    const char *fit; /**< the device that a plan is for, or NULL */
    pa_rewrite_options rewrite;
    pa_check_options check;
    pa_check_format check_format;
    pa_fail_on fail_on;
    extra_output also[MAX_EXTRA_OUTPUTS];
    unsigned also_count;
    bool is_init;                     /**< write a first packaudit.yaml */
    bool is_ratchet;                  /**< lower budgets to what has been reached */
    const char *devices[MAX_DEVICES]; /**< names and files, audit.device_count of them */
    const char *output;               /**< -o, or NULL for standard output */
    const char *color;                /**< "auto", "always", "never" */
    bool is_quiet;
    bool wants_help;
    char rules_path[MAX_PATH_BYTES]; /**< of the rules file that was found */
    const char *words[2];            /**< BUILD and, for some commands, ASSET */
    unsigned word_count;
} request;

typedef struct command {
    const char *name;
    const char *words; /**< "BUILD ASSET" */
    unsigned word_count;
    unsigned least_words;
    const char *summary;        /**< one line */
    const char *text;           /**< what it does, a few lines */
    const char *options;        /**< letters of the option rows it takes */
    const char *examples[2][2]; /**< command line, what it does */
    int (*run)(const request *asked);
} command;

/** Parses what follows the command's name. On failure says what is wrong and returns 2,
 * else 0. */
int options_parse(const command *cmd, int count, char **arguments, request *out);

/** Writes a command's help to standard output. */
void options_help(const command *cmd);

/** The nearest of some names, or NULL when none is near. `next` gives name i or NULL. */
const char *did_you_mean(const char *word,
                         const char *(*next)(unsigned i, const void *ctx),
                         const void *ctx);

extern const command command_report;
extern const command command_why;
extern const command command_devices;
extern const command command_plan;
extern const command command_rewrite;
extern const command command_check;
extern const command command_rules;
extern const command command_diff;
extern const command command_order;

#endif
