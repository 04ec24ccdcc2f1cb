/* names.h - new names for files whose names hold a hash of what is in them, and for all
 * that name these.
 *
 * The engine takes the hash as any text and never computes it, so that a hash of another
 * kind will do; it has as many digits as the old one.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_NAMES_H
#define PA_REWRITE_NAMES_H

#include "rewrite/changes.h"

/** Hash of a content, for name_version. */
typedef struct content_hash {
    uint64_t part[2];
} content_hash;

content_hash hash_content(str content);

/** The two as one: order counts. */
content_hash hash_join(content_hash a, content_hash b);

/** The hash as a name has it, with as many digits as `old` (32 at most), and never equal
 * to it; in `mem`. */
str name_version(content_hash hash, str old, arena *mem);

/** A part of a file name between dots that looks like a hash, "f7a3c" of "main.f7a3c.js",
 * or the empty text. */
str name_hash_part(str file_name);

/** Gives a file that was edited a new name when its name holds a hash, and spreads that
 * name: pages and scripts at the top of the build (`root`) and in its src/ that hold the
 * old one are edited and, if need be, renamed themselves. */
pa_status names_spread(changes *what, str root, tree_id file, pa_error *err);

#endif
