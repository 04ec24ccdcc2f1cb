/* error.c - fill the pa_error of a caller; the first failure wins.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int pa_status_exit(pa_status status) {
    switch (status) {
    case PA_OK:
        return 0;
    case PA_USAGE:
        return 2;
    case PA_IO:
    case PA_FORMAT:
    case PA_UNSUPPORTED:
        return 3;
    case PA_OUTPUT:
        return 4;
    case PA_NOMEM:
    case PA_LIMIT:
        return 5;
    case PA_CANCELLED:
        return 130;
    case PA_INTERNAL:
        break;
    }
    return 70;
}

pa_status error_set(pa_error *err, pa_status status, const char *format, ...) {
    if (err->status != PA_OK) {
        return err->status;
    }
    err->status = status;
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    return status;
}

pa_status error_in(pa_error *err, const char *format, ...) {
    char text[PA_ERROR_TEXT_SIZE];
    va_list args;
    va_start(args, format);
    int printed = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t used = printed < 0 ? 0 : (size_t)printed;
    if (used + 2 < sizeof text) {
        text[used] = ':';
        text[used + 1] = ' ';
        size_t room = sizeof text - used - 3;
        size_t old_size = strlen(err->text);
        size_t kept = old_size < room ? old_size : room;
        memcpy(text + used + 2, err->text, kept);
        text[used + 2 + kept] = '\0';
    }
    memcpy(err->text, text, sizeof err->text);
    return err->status;
}

pa_status error_nomem(pa_error *err) {
    return error_set(err, PA_NOMEM, "memory ran out");
}
