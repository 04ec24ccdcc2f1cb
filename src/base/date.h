/* date.h - calendar days, without a clock.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BASE_DATE_H
#define PA_BASE_DATE_H

#include "base/text.h"

/** Days since 1970-01-01 of "2026-11-24" (ISO 8601, years 1970 to 9999); false when the
 * text is no such day. */
bool date_to_days(str text, int32_t *out);

/** The day of a number of days since 1970-01-01, as a text of 10 characters and a NUL. */
void date_of_days(int32_t days, char out[11]);

#endif
