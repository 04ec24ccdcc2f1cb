/* archive_copy.h - an archive written again, entry by entry: what is not touched stays as
 * it is, in its place.
 *
 * Zip: packed bytes, times, extra fields and comments are copied, stored data keep the
 * alignment that they have; a new text is packed as the old one was. Tar, plain or
 * packed: headers stay, the packing is made anew. Nothing depends on the clock.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_ARCHIVE_COPY_H
#define PA_CODEC_ARCHIVE_COPY_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

/** Takes the next bytes of the new archive. */
typedef pa_status (*archive_sink)(void *ctx, str content, pa_error *err);

/** What becomes of an entry; {0}: it stays. Texts are borrowed until the next question.
 */
typedef struct entry_change {
    str path;    /**< the new one, or empty: as it was */
    str content; /**< when is_edited */
    bool is_edited;
    bool is_gone;
} entry_change;

/** Asked for every entry that is a file, by its clean path (tree_clean_path). */
typedef pa_status (*entry_asker)(void *ctx, str path, entry_change *out, pa_error *err);

typedef struct archive_copy archive_copy;

/** Begins a copy of the archive at `path`, or, where `path` is NULL, in `content`
 * (borrowed); with neither an empty zip. NULL on failure: PA_FORMAT when the archive does
 * not hold together, PA_UNSUPPORTED when it is of a kind that is not written. */
archive_copy *archive_copy_open(const char *path, bytes content, archive_sink put,
                                void *ctx, pa_error *err);

/** Writes every entry as it becomes. Once, before the others. */
pa_status archive_copy_entries(archive_copy *c, entry_asker ask, void *ctx,
                               pa_error *err);

/** Adds a file that the archive does not have. In a zip it is packed, unless its format
 * is: then it is packed as what it stands beside, or stored. */
pa_status archive_copy_add(archive_copy *c, str path, str content, pa_error *err);

/** Writes what stands at the end. */
pa_status archive_copy_finish(archive_copy *c, pa_error *err);

/** True when the archive has the signing block of an APK, which is not copied. */
bool archive_copy_drops_signature(const archive_copy *c);

void archive_copy_free(archive_copy *c); /**< accepts NULL */

#endif
