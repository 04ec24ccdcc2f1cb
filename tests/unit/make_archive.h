/* make_archive.h - archives for tests, made in memory.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_TESTS_MAKE_ARCHIVE_H
#define PA_TESTS_MAKE_ARCHIVE_H

#include "base/buf.h"

typedef enum archive_kind { ARCHIVE_ZIP, ARCHIVE_TAR, ARCHIVE_TAR_GZ } archive_kind;

/** An entry; `link_target` makes it a symbolic link. */
typedef struct archive_row {
    const char *name;
    str content;
    const char *link_target;
} archive_row;

/** The bytes of an archive with these entries in this order. Clear with buf_clear. */
buf make_archive(archive_kind kind, const archive_row *rows, size_t count);

#endif
