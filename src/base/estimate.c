/* estimate.c - the rule of three.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/estimate.h"

#include <inttypes.h>
#include <stdio.h>

bool estimate_left(uint64_t elapsed_ms, uint64_t done, uint64_t total, uint64_t *left_s) {
    enum { LEAST_MS = 1000, LEAST_SHARE = 100 };
    if (done == 0 || done > total || elapsed_ms < LEAST_MS ||
        done < total / LEAST_SHARE) {
        return false;
    }
    double left_ms = (double)elapsed_ms * ((double)(total - done) / (double)done);
    *left_s = ((uint64_t)left_ms + 999) / 1000; /* at most 2^64 * 100 ms: it has room */
    return true;
}

static uint64_t rounded(uint64_t value, uint64_t step) {
    return (value + step / 2) / step * step;
}

time_text_of time_text(uint64_t seconds) {
    enum { MINUTE_S = 60, HOUR_S = 3600 };
    time_text_of out;
    if (seconds < MINUTE_S) {
        snprintf(out.at, sizeof out.at, "%" PRIu64 " s", seconds);
        return out;
    }
    uint64_t shown = rounded(seconds, 10);
    if (shown < HOUR_S) {
        snprintf(out.at, sizeof out.at, "%" PRIu64 " min %" PRIu64 " s", shown / MINUTE_S,
                 shown % MINUTE_S);
        return out;
    }
    shown = rounded(seconds, (uint64_t)5 * MINUTE_S);
    snprintf(out.at, sizeof out.at, "%" PRIu64 " h %" PRIu64 " min", shown / HOUR_S,
             shown % HOUR_S / MINUTE_S);
    return out;
}
