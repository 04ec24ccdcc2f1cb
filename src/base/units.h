/* units.h - sizes in words for messages.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BASE_UNITS_H
#define PA_BASE_UNITS_H

#include <stdint.h>

/** A size in words. Used where it is made: printf("%s", bytes_text(n).at). */
typedef struct unit_text {
    char at[32];
} unit_text;

/** "812 bytes", "12.5 KiB", "966.2 MiB": binary units, one decimal, rounded to the
 * nearest, the same in every locale. */
unit_text bytes_text(uint64_t size_bytes);

#endif
