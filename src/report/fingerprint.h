/* fingerprint.h - 64 bits that name a finding from build to build.
 *
 * Made of rule, device, scene, asset, file, bundle: of no figure, no line, no path of the
 * machine, and not of the hash that a build puts into the names of its files. Of a folded
 * finding, of rule and device alone.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REPORT_FINGERPRINT_H
#define PA_REPORT_FINGERPRINT_H

#include "base/buf.h"
#include "bundle/finding.h"

/** One for each finding of a list, in its order, no two alike; NULL when memory ran out.
 * Free with mem_free. */
uint64_t *fingerprints_of(const finding_list *list);

/** 16 digits. Used where it is made: fingerprint_text(n).at. */
typedef struct digits_text {
    char at[17];
} digits_text;

digits_text fingerprint_text(uint64_t fingerprint);

#endif
