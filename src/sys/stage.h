/* stage.h - a folder that is there whole or not at all: it grows beside its target under
 * another name, is flushed to the disk, and takes the target's name at the end. What a
 * killed process left of the same target is removed when it begins.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_SYS_STAGE_H
#define PA_SYS_STAGE_H

#include "base/error.h"
#include "base/text.h"

typedef struct stage stage;

/** Begins a folder that will be `target`. NULL on failure: PA_USAGE when something is
 * there already (an empty folder is nothing), PA_OUTPUT when it cannot be made. */
stage *stage_open(const char *target, pa_error *err);

/** Writes one new file below the folder, and the folders that lead to it; from any
 * thread. `like`: a file whose permissions it gets, or NULL. PA_OUTPUT on failure. */
pa_status stage_write(stage *s, str path, str content, const char *like, pa_error *err);

/** Makes a folder below the folder, and those that lead to it. PA_OUTPUT on failure. */
pa_status stage_make_folder(stage *s, str path, pa_error *err);

/** Where the folder grows. */
const char *stage_path(const stage *s);

/** Flushes everything to the disk and gives the folder its name. On failure (PA_OUTPUT)
 * the target is as it was; the stage is still to be discarded. */
pa_status stage_commit(stage *s, pa_error *err);

/** Removes what was staged, unless it was committed. Accepts NULL. */
void stage_discard(stage *s);

#endif
