/* changes.h - what of a build's files becomes different: new text, another name, or
 * nothing at all. Files that it does not name stay as they are.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_CHANGES_H
#define PA_REWRITE_CHANGES_H

#include "codec/tree.h"

typedef struct change {
    str path; /**< the new one, or empty: as it was */
    buf text; /**< when is_edited; or as it was, when is_fetched */
    bool is_edited;
    bool is_fetched;
    bool is_gone;
} change;

typedef struct changes {
    const tree *files;
    arena mem;    /**< of new paths */
    change *rows; /**< one a file of the tree */
    size_t count;
} changes;

pa_status changes_open(changes *out, const tree *files, pa_error *err);
void changes_clear(changes *in);

/** The text as it stands now, edited or not. */
pa_status changes_read(const changes *in, tree_id file, uint64_t max_bytes, buf *out,
                       pa_error *err);

/** Reads files of archives in one pass, so that changes_read need not walk the archive
 * for each. Files of a folder are left out, and those that cannot be read: changes_read
 * says why. */
pa_status changes_fetch(changes *in, const tree_id *files, size_t count,
                        uint64_t max_bytes, pa_error *err);

/** Frees what was fetched and not edited. */
void changes_forget(changes *in);

/** Gives a file a new text, which is moved out of `text`. */
void changes_edit(changes *in, tree_id file, buf *text);

/** The path that a file will have. */
str changes_path(const changes *in, tree_id file);

bool change_is_none(const change *row);

#endif
