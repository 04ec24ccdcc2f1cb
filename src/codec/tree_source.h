/* tree_source.h - what a tree is inside, for the two files that make it and visit it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_TREE_SOURCE_H
#define PA_CODEC_TREE_SOURCE_H

#include "base/map.h"
#include "codec/tree.h"

/* Where files come from. An archive is reopened for every visit: it is read front to
 * back. */
typedef struct source {
    const char *path; /* the folder or archive, NULL for an archive in `content` */
    buf content;
    bool is_folder;
    tree_id zip; /* of a mount: its file in the tree */
} source;

struct tree {
    arena mem;
    source *sources;
    size_t source_count;
    size_t source_capacity;
    tree_file *files;
    size_t count;
    size_t capacity;
    tree_gap *gaps;
    size_t gap_count;
    size_t gap_capacity;
    str *empty; /* folders with nothing in them */
    size_t empty_count;
    map by_path;
};

#endif
