/* error.h - fill the pa_error of a caller.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BASE_ERROR_H
#define PA_BASE_ERROR_H

#include "packaudit/error.h"

#if defined(__GNUC__)
/* On Windows "printf" means that of an old runtime, which knows no %zu. */
#if defined(__MINGW32__) && !defined(__clang__)
#define PA_PRINTF(format_at, args_at)                                                    \
    __attribute__((format(gnu_printf, format_at, args_at)))
#else
#define PA_PRINTF(format_at, args_at) __attribute__((format(printf, format_at, args_at)))
#endif
#else
#define PA_PRINTF(format_at, args_at)
#endif

/** Records a failure and returns `status`, so that a caller can `return error_set(…)`.
 *  `err` must not be NULL. An earlier failure in `err` is kept: the first one wins. */
pa_status error_set(pa_error *err, pa_status status, const char *format, ...)
    PA_PRINTF(3, 4);

/** Puts "name: " in front of the text of a failure and returns its status.
 *  The end of the text is cut if it grows too long. */
pa_status error_in(pa_error *err, const char *format, ...) PA_PRINTF(2, 3);

/** Memory ran out: the one failure that needs no words of its own. */
pa_status error_nomem(pa_error *err);

#endif
