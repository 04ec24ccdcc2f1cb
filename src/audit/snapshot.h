/* snapshot.h - the figures of another build, from its report in JSON.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_AUDIT_SNAPSHOT_H
#define PA_AUDIT_SNAPSHOT_H

#include "audit/measure.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"

/** Zero-initialise it. */
typedef struct snapshot {
    arena mem;
    str path; /**< of the report or build, as the user named it */
    measurement *rows;
    size_t count;
    size_t capacity;
    map by_key;
} snapshot;

/** Reads a report of schema packaudit.report/1. PA_FORMAT "PATH: what" when it is none.
 * Clear it also on failure. */
pa_status snapshot_parse(str text, str path, snapshot *out, pa_error *err);

/** The figure of the same measure, device and subject, or NULL. What it looks for is
 * spelled out in `scratch`, which is reset before: ask arena_status at the end. */
const measurement *snapshot_find(const snapshot *in, const measurement *like,
                                 arena *scratch);

/** True when it has figures of a kind on a device ("" is: without one). */
bool snapshot_has_device(const snapshot *in, subject_kind kind, str device_name);

void snapshot_clear(snapshot *in);

#endif
