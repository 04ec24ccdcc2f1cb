/* estimate.h - how long work still takes, from what is done of it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BASE_ESTIMATE_H
#define PA_BASE_ESTIMATE_H

#include <stdbool.h>
#include <stdint.h>

/** Seconds left, rounded up: the time so far, times what is to do, divided by what is
 * done. False when that would be a guess: less than a second has gone, or less than a
 * hundredth of the work. */
bool estimate_left(uint64_t elapsed_ms, uint64_t done, uint64_t total, uint64_t *left_s);

/** A time in words. Used where it is made: printf("%s", time_text(n).at). */
typedef struct time_text_of {
    char at[32];
} time_text_of;

/** "8 s", "3 min 20 s", "2 h 5 min"; above a minute to 10 s, above an hour to 5 min, so
 * that it is no better than it can be. */
time_text_of time_text(uint64_t seconds);

#endif
