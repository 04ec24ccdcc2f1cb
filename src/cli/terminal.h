/* terminal.h - what standard output and standard error are, and talking to them.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CLI_TERMINAL_H
#define PA_CLI_TERMINAL_H

#include "cli/options.h"

/** Columns of the terminal on standard output, 0 when it is none. */
unsigned terminal_width(void);

/** Whether colours are wanted: --color, else NO_COLOR, CLICOLOR_FORCE and the terminal.
 */
bool terminal_has_color(const request *asked);

/** Sets up progress and interruption for an audit; progress only on a terminal. */
void terminal_watch(request *asked);

/** Fills in what the terminal and the place of the build say: colours, width, progress,
 * the rules file. `asked` must stay where it is. */
void request_prepare(request *asked);

/** While held, a signal does not end the program: a file is finished first. */
void terminal_hold_interrupts(bool is_held);

/** Ends the line of progress, if there is one. */
void terminal_end_progress(void);

/** A pa_sink that writes to standard output. */
int terminal_sink(void *ctx, const char *text, size_t size);

/** One line to standard error; control characters of what is quoted become '?'. */
void terminal_say(const char *format, ...);

/** Says "packaudit: TEXT" and returns the exit status of the failure. */
int terminal_fail(const pa_error *err);

#endif
