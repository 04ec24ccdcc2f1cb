/* staged.h - files and folders that grow beside their target under another name,
 * "TARGET.packaudit-N", and what became of those whose process died.
 *
 * As long as something is staged its process holds a lock (flock) on it, which the system
 * gives back when the process ends, however it ends. What can be locked by another is
 * therefore left over, and nobody's. Where the system has no such locks, or the file
 * system does not grant them, nothing is ever taken for left over.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_SYS_STAGED_H
#define PA_SYS_STAGED_H

#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"

typedef enum staged_kind { STAGED_FILE, STAGED_FOLDER } staged_kind;

/** Makes a new file, opened for writing, or a new folder beside `target`, and locks it.
 * Its path, with a NUL, is written to `path`. `handle` is to be closed when it is staged
 * no longer; of a folder it may be -1. PA_OUTPUT with the reason, without the path. */
pa_status staged_make(const char *target, staged_kind kind, buf *path, int *handle,
                      pa_error *err);

/** Removes what processes that are no more left beside `target`. What cannot be removed
 * stays. True when a living process has something staged there, other than `own` (a path,
 * or NULL). */
bool staged_sweep(const char *target, const char *own);

/** The same in a folder, of all targets whose names end so. */
void staged_sweep_folder(const char *folder, str ending);

/** Removes the folder whose path stands in `path`, with a NUL, and all that it holds.
 * Links are removed, not followed. */
void staged_remove_folder(buf *path);

#endif
