/* place.h - where a format that points at files says that a finding lies.
 *
 * Paths of a build below the folder the program runs in begin at that folder, however the
 * build was named. The way to any other build is the machine's own business: paths then
 * begin at the build, and a base stands for it. SPDX-License-Identifier:
 * Apache-2.0 */
#ifndef PA_REPORT_PLACE_H
#define PA_REPORT_PLACE_H

#include "audit/audit.h"
#include "base/buf.h"

typedef struct places {
    const pa_audit *audit;
    buf prefix;             /**< what stands before paths in the build: "build/web/" */
    const char *build_base; /**< what `prefix` is empty for: "BUILD", or NULL */
    buf rules;              /**< path of the rules file */
    const char *rules_base; /**< "RULES", or NULL */
} places;

/** Fills `out`; `failed` of its texts tells that memory ran out. Clear it. */
void places_of(const pa_audit *audit, places *out);

void places_clear(places *in);

/** Adds the path: of the rules file when it is a line of that which is meant, else the
 * finding's file, the config of its bundle, or what tells most of the build. Not escaped.
 */
void place_add(const places *in, const finding *row, buf *out);

/** What the path is relative to: "BUILD", "RULES", or NULL for where the program runs. */
const char *place_base(const places *in, const finding *row);

/** 1 where no line is meant. */
uint32_t place_line(const finding *row);

#endif
