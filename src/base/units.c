/* units.c - sizes in words.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/units.h"

#include <inttypes.h>
#include <stdio.h>

unit_text bytes_text(uint64_t size_bytes) {
    unit_text out;
    if (size_bytes < 1024) {
        snprintf(out.at, sizeof out.at, "%" PRIu64 " byte%s", size_bytes,
                 size_bytes == 1 ? "" : "s");
        return out;
    }
    unsigned shift = size_bytes < UINT64_C(1) << 20 ? 10 : 20;
    uint64_t whole = size_bytes >> shift;
    uint64_t rest = size_bytes & ((UINT64_C(1) << shift) - 1);
    uint64_t tenths = (rest * 10 + (UINT64_C(1) << shift >> 1)) >> shift;
    snprintf(out.at, sizeof out.at, "%" PRIu64 ".%" PRIu64 " %s", whole + tenths / 10,
             tenths % 10, shift == 10 ? "KiB" : "MiB");
    return out;
}
