/* file_out.h - write one file piece by piece, there whole or not at all: it grows beside
 * its target under another name, is flushed to the disk, and is renamed at the end.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_SYS_FILE_OUT_H
#define PA_SYS_FILE_OUT_H

#include "base/error.h"
#include "base/text.h"

typedef struct file_out file_out;

/** Begins a file that will be `target`. NULL on failure: PA_USAGE when something is there
 * already, PA_OUTPUT when it cannot be made. */
file_out *file_out_open(const char *target, pa_error *err);

pa_status file_out_add(file_out *out, str content, pa_error *err);

/** Where the file grows. */
const char *file_out_path(const file_out *out);

/** Flushes what was added, so that it can be read again. */
pa_status file_out_flush(file_out *out, pa_error *err);

/** Gives the file its name; after file_out_flush. */
pa_status file_out_commit(file_out *out, pa_error *err);

/** Removes what was written, unless it was committed. Accepts NULL. */
void file_out_discard(file_out *out);

#endif
