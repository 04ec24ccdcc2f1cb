/* clock.h - which day it is.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_SYS_CLOCK_H
#define PA_SYS_CLOCK_H

#include <stdint.h>

/** Days since 1970-01-01 in UTC. */
int32_t clock_today(void);

#endif
