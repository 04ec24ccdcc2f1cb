/* archive_reader.h - libarchive's side of an archive that is read, for what writes it
 * again.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_ARCHIVE_READER_H
#define PA_CODEC_ARCHIVE_READER_H

#include "codec/archive.h"

struct archive;
struct archive_entry;

struct archive *archive_reader(const archive_in *in);

/** The entry that archive_next stepped to; valid until the next step. */
struct archive_entry *archive_reader_entry(const archive_in *in);

/** archive_write_header with names in UTF-8, whatever the locale is. */
int archive_write_utf8(const archive_in *in, struct archive *writer,
                       struct archive_entry *entry);

#endif
