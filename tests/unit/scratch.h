/* scratch.h - a folder of its own for a test, with files in it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_TESTS_SCRATCH_H
#define PA_TESTS_SCRATCH_H

#include "base/text.h"

enum { SCRATCH_PATH_SIZE = 4096 };

typedef struct scratch {
    char folder[SCRATCH_PATH_SIZE];
    char path[SCRATCH_PATH_SIZE]; /**< what scratch_path gave last */
} scratch;

void scratch_make(scratch *out);

/** The path of a file in the folder, valid until the next call. */
const char *scratch_path(scratch *in, const char *name);

/** Writes a file, making the folders it needs. */
void scratch_write(scratch *in, const char *name, str content);

/** How many files and folders lie directly in the folder. */
size_t scratch_count(const scratch *in);

/** Removes the folder and all in it. */
void scratch_remove(scratch *in);

#endif
