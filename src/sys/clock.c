/* clock.c - which day it is.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "sys/clock.h"

#include <time.h>

int32_t clock_today(void) {
    enum { SECONDS_A_DAY = 24 * 60 * 60 };
    return (int32_t)(time(NULL) / SECONDS_A_DAY);
}
