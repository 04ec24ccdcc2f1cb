/* manifest_table.h - the table of files in one manifest.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_MANIFEST_TABLE_H
#define PA_REWRITE_MANIFEST_TABLE_H

#include "base/md5.h"
#include "codec/json.h"
#include "rewrite/manifests.h"

/** What a manifest tells of a file. */
typedef struct file_facts {
    str path;
    uint64_t size_bytes;
    char md5[MD5_DIGITS + 1];
    const manifest *told_in; /**< of a file that came: the last table that has it */
} file_facts;

/** What all manifests of a build are edited with. */
typedef struct manifest_work {
    changes *what;
    str root;          /**< of the build in the tree */
    file_facts *added; /**< files that came, sorted by path */
    size_t added_count;
    size_t added_capacity;
    arena mem;
} manifest_work;

/** Appends the text with another table; row->changed tells how much of it is new. */
pa_status manifest_table_edit(manifest_work *work, const json *doc, manifest *row,
                              buf *out, pa_error *err);

#endif
