/* output.h - where a rewritten build goes: a folder, or an archive where the target is
 * called like one. It is staged beside its target, read again and compared, then given
 * its name.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_OUTPUT_H
#define PA_REWRITE_OUTPUT_H

#include "rewrite/changes.h"

typedef struct output output;

/** Begins an output for what `files` opened. NULL on failure: PA_USAGE when something is
 * at `target` or it lies in the input, PA_UNSUPPORTED when the input cannot be copied
 * whole (a link that leads nowhere, standard input), PA_OUTPUT. */
output *output_open(const tree *files, const char *target, pa_error *err);

/** PA_USAGE when `place` (NULL: none) lies in the input, which is only read. */
pa_status output_check_place(const tree *files, const char *place, pa_error *err);

/** Adds a file that the input does not have; from any thread. `zip`: the zip bundle that
 * it lies in, whose new text is to be made of it, or TREE_NONE. */
pa_status output_add(output *out, str path, tree_id zip, str content, pa_error *err);

/** How many were added so far to a zip bundle. */
size_t output_added_count(const output *out, tree_id zip);

/** True for a file of the build itself that was added, in the place of an old one
 * perhaps.
 */
bool output_has_added(const output *out, str path);

/** Called for a file that was added; `content` is valid during the call. */
typedef pa_status (*added_visitor)(void *ctx, str path, str content, pa_error *err);

/** Reads again what was added to a zip bundle, or with TREE_NONE to the build itself, in
 * the order of the paths. */
pa_status output_visit_added(output *out, tree_id zip, added_visitor visit, void *ctx,
                             pa_error *err);

/** Writes every file of the input as `what` says, then reads all that was written again
 * and compares it. An archive of which nothing changes is copied byte by byte. */
pa_status output_finish(output *out, const changes *what, const pool *how, pa_error *err);

/** Where the output stands until it is committed: to be opened and judged. */
const char *output_staged(const output *out);

uint64_t output_bytes(const output *out); /**< of all files written, or of the archive */
size_t output_count(const output *out);

/** True when the signing block of an APK was left out. */
bool output_drops_signature(const output *out);

pa_status output_commit(output *out, pa_error *err);

/** Removes what was written, unless it was committed. Accepts NULL. */
void output_free(output *out);

/** Where a file about an output goes, with a NUL: to `named`, or with NULL beside it, as
 * the output's name with an ending. */
void output_place_beside(const char *target, const char *named, const char *ending,
                         buf *out);

#endif
