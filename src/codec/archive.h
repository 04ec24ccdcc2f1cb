/* archive.h - walk the entries of a zip or tar archive, in a file or in memory, from
 * front to back.
 *
 * Zip (so .apk, .aab, .ipa too), tar, and tar through gzip, bzip2, xz or zstd. Nothing is
 * unpacked to disk. SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_ARCHIVE_H
#define PA_CODEC_ARCHIVE_H

#include "base/buf.h"

typedef struct archive_in archive_in;

typedef struct archive_item {
    str name;            /**< as written in the archive; valid until the next step */
    uint64_t size_bytes; /**< as the archive claims; 0 when it does not say */
    bool is_file;        /**< a regular file: not a folder, a link or a device */
    bool is_link;
    bool is_encrypted;
} archive_item;

/** Opens the archive at `path`, or, where `path` is NULL, in `content` (borrowed). NULL
 * on failure, with PA_FORMAT when it is no archive of a kind that is read. */
archive_in *archive_open(const char *path, bytes content, pa_error *err);

/** Steps to the next entry. `*is_end` is true behind the last one. */
pa_status archive_next(archive_in *in, archive_item *out, bool *is_end, pa_error *err);

/** Reads the entry just stepped to. PA_LIMIT when it holds more than `max_bytes` or
 * expands by more than PA_MAX_EXPANSION_RATIO; PA_FORMAT when its data are damaged. After
 * a failure the walk may go on unless archive_is_broken. */
pa_status archive_read_item(archive_in *in, uint64_t max_bytes, buf *out, pa_error *err);

/** True after a failure behind which nothing can be read. */
bool archive_is_broken(const archive_in *in);

/** Bytes of the archive itself. */
uint64_t archive_size(const archive_in *in);

/** A tar, as opposed to a zip; known behind the first step. */
bool archive_is_tar(const archive_in *in);

void archive_close(archive_in *in);

#endif
