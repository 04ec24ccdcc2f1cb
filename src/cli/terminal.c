/* terminal.c - progress, interruption, output.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/terminal.h"

#include "base/estimate.h"
#include "base/text.h"

#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#ifndef _WIN32
#include <sys/ioctl.h>
#endif

/* What outlives a call: a signal has nobody to ask. */
static volatile sig_atomic_t is_holding;
static volatile sig_atomic_t is_gentle;
static volatile sig_atomic_t is_stopping;

/* Milliseconds of the last line of progress; one thread at a time draws. */
static atomic_llong last_drawn_ms;
static atomic_flag is_drawing = ATOMIC_FLAG_INIT;
static atomic_bool has_line;

unsigned terminal_width(void) {
#if !defined(_WIN32) && defined(TIOCGWINSZ)
    struct winsize size;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        return size.ws_col;
    }
#endif
    return 0;
}

static bool is_set(const char *name) {
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' && strcmp(value, "0") != 0;
}

static bool is_plain_terminal(void) {
    const char *term = getenv("TERM");
    return term == NULL || strcmp(term, "dumb") == 0;
}

bool terminal_has_color(const request *asked) {
    if (asked->report.format != PA_FORMAT_TEXT || strcmp(asked->color, "never") == 0) {
        return false;
    }
    if (strcmp(asked->color, "always") == 0) {
        return true;
    }
    const char *no_color = getenv("NO_COLOR");
    if (asked->output != NULL || (no_color != NULL && no_color[0] != '\0')) {
        return false;
    }
    return is_set("CLICOLOR_FORCE") || (isatty(STDOUT_FILENO) && !is_plain_terminal());
}

/* Nothing needs to be put away but a file being written: that is finished first. A second
 * signal ends the program at once. */
static void on_interrupt(int signal_number) {
    static const char said[] = "\r\x1b[Kpackaudit: interrupted\n";
    enum { LINE_START = 4 }; /* what clears a line of progress */
    (void)signal_number;
    if (is_holding) {
        return;
    }
    if (is_gentle && !is_stopping) {
        is_stopping = true;
        return;
    }
    size_t from = atomic_load(&has_line) ? 0 : LINE_START;
    bool is_said = write(STDERR_FILENO, said + from, sizeof said - 1 - from) > 0;
    (void)is_said; /* nobody to tell */
    _exit(pa_status_exit(PA_CANCELLED));
}

void terminal_hold_interrupts(bool is_held) {
    is_holding = is_held;
}

static bool was_stopped(void *ctx) {
    (void)ctx;
    return is_stopping;
}

void terminal_stop_gently(request *asked) {
    is_gentle = true;
    asked->audit.should_stop = was_stopped;
}

/* "none" is no file; without a word the one beside or above the build counts. */
static void find_rules(request *asked) {
    const char *given = asked->audit.rules;
    if (given != NULL && strcmp(given, "none") == 0) {
        asked->audit.rules = NULL;
    } else if (given == NULL && asked->word_count > 0 &&
               pa_rules_find(asked->words[0], asked->rules_path,
                             sizeof asked->rules_path)) {
        asked->audit.rules = asked->rules_path;
    }
}

void request_prepare(request *asked) {
    asked->audit.devices = asked->devices;
    terminal_watch(asked);
    find_rules(asked);
    asked->file_report = asked->report;
    asked->file_report.has_color = strcmp(asked->color, "always") == 0;
    asked->report.has_color = terminal_has_color(asked);
    if (asked->report.width == 0 && asked->output == NULL) {
        asked->report.width = terminal_width();
    }
}

static long long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The step at hand; it is a constant text. */
static _Atomic(const char *) step_shown;
static atomic_llong step_begun_ms;

static void draw_line(const pa_progress *at, long long now) {
    uint64_t left_s = 0;
    long long elapsed_ms = now - atomic_load(&step_begun_ms);
    fprintf(stderr, "\r%s: %u of %u", at->step, (unsigned)at->done, (unsigned)at->total);
    if (estimate_left((uint64_t)elapsed_ms, at->done_px, at->total_px, &left_s)) {
        fprintf(stderr, ", about %s left", time_text(left_s).at);
    }
    fputs("\x1b[K", stderr);
    fflush(stderr);
}

/* At most ten lines a second, and the first of a step, which its time begins with. */
static void draw(void *ctx, const pa_progress *at) {
    (void)ctx;
    enum { INTERVAL_MS = 100 };
    long long now = now_ms();
    bool is_new = atomic_load(&step_shown) != at->step && at->done == 0;
    if ((!is_new && now - atomic_load(&last_drawn_ms) < INTERVAL_MS) ||
        atomic_flag_test_and_set(&is_drawing)) {
        return;
    }
    if (is_new) {
        atomic_store(&step_shown, at->step);
        atomic_store(&step_begun_ms, now);
    }
    atomic_store(&last_drawn_ms, now);
    atomic_store(&has_line, true);
    draw_line(at, now);
    atomic_flag_clear(&is_drawing);
}

void terminal_watch(request *asked) {
#ifdef _WIN32
    signal(SIGINT, on_interrupt);
    signal(SIGTERM, on_interrupt);
#else
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
#endif
    if (!asked->is_quiet && isatty(STDERR_FILENO) && !is_plain_terminal()) {
        atomic_store(&last_drawn_ms, now_ms());
        asked->audit.progress = draw;
    }
}

void terminal_end_progress(void) {
    if (atomic_exchange(&has_line, false)) {
        fprintf(stderr, "\r\x1b[K");
        fflush(stderr);
    }
}

int terminal_sink(void *ctx, const char *text, size_t size) {
    (void)ctx;
    return fwrite(text, 1, size, stdout) == size ? 0 : -1;
}

void terminal_say(const char *format, ...) {
    char text[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    str said = str_of(text);
    str shown = {0};
    for (size_t at = 0; at < said.size;) {
        at += text_shown(said, at, &shown);
        fwrite(shown.at, 1, shown.size, stderr);
    }
    fputc('\n', stderr);
}

int terminal_fail(const pa_error *err) {
    terminal_end_progress();
    terminal_say("packaudit: %s", err->text);
    return pa_status_exit(err->status);
}
