/* library_copy.h - a second copy of a shared library that is loaded, with variables of
 * its own: for libraries that keep state where they should not.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_SYS_LIBRARY_COPY_H
#define PA_SYS_LIBRARY_COPY_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct library_copy library_copy;

/** Loads another copy of the library that holds the address `inside`; what it calls of
 * other libraries is shared. NULL where that cannot be done: it takes Linux. A copy stays
 * until the program ends, and keeps one file descriptor open. */
library_copy *library_copy_load(const void *inside);

/** The address of a symbol of the copy, NULL when it has none of that name. */
void *library_copy_find(library_copy *copy, const char *name);

#ifdef __cplusplus
}
#endif

#endif
