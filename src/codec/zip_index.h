/* zip_index.h - the directory of a zip archive, and where each entry lies.
 *
 * Source: PKWARE APPNOTE 6.3.9, 4.3 and 4.4; APK Signing Block: Android's "APK Signature
 * Scheme v2". SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_ZIP_INDEX_H
#define PA_CODEC_ZIP_INDEX_H

#include "base/buf.h"
#include "sys/file.h"

enum {
    ZIP_STORED = 0,
    ZIP_DEFLATED = 8,
    ZIP_HAS_DESCRIPTOR = 1 << 3, /* flag: sizes stand behind the data */
    ZIP_IS_UTF8 = 1 << 11,       /* flag: so is the name */
    ZIP_LOCAL_BYTES = 30,        /* a local header without name and extra field */
    ZIP_RECORD_BYTES = 46        /* a record of the directory, likewise */
};

/** Bytes that are read from any place. */
typedef struct zip_input {
    file_in *file; /**< NULL: in memory */
    bytes content;
    uint64_t size_bytes;
} zip_input;

/** PA_FORMAT behind the end. */
pa_status zip_read_at(const zip_input *in, uint64_t offset, void *into, size_t size,
                      pa_error *err);

/** A record of the directory, and where its entry lies. */
typedef struct zip_entry {
    str name; /**< as written; borrowed from the index, as `extra` and `comment` */
    str extra;
    str comment;
    uint16_t made_by;
    uint16_t needed;
    uint16_t flags;
    uint16_t method;
    uint16_t time;
    uint16_t date;
    uint16_t internal;
    uint32_t external;
    uint32_t crc;
    uint32_t packed_bytes;
    uint32_t size_bytes;
    uint32_t offset;
    uint64_t data; /**< where the packed bytes begin */
    uint64_t end;  /**< where the next entry begins */
} zip_entry;

/** Zero-initialise it; clear it. */
typedef struct zip_index {
    buf directory;
    zip_entry *rows; /**< in the order of the directory */
    uint32_t *order; /**< rows by where they lie */
    uint32_t count;
    buf comment;
    bool has_signing_block; /**< of an APK, between the entries and the directory */
} zip_index;

/** Reads the directory and checks it against the header of every entry: names and methods
 * agree, nothing overlaps, nothing leaves the file. PA_FORMAT when it does not hold;
 * PA_UNSUPPORTED for several disks, and entries with sizes or places of zip64. */
pa_status zip_index_read(const zip_input *in, zip_index *out, pa_error *err);

void zip_index_clear(zip_index *in);

#endif
