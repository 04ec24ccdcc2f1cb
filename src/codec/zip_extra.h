/* zip_extra.h - the extra field of a zip entry: fields with a number and a length.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_ZIP_EXTRA_H
#define PA_CODEC_ZIP_EXTRA_H

#include "base/arena.h"
#include "base/buf.h"

enum {
    ZIP_EXTRA_ZIP64 = 0x0001,
    ZIP_EXTRA_UNICODE_PATH = 0x7075,
    ZIP_EXTRA_ALIGNMENT = 0xd935, /* apksig: ApkSigner.java */
    ZIP_MAX_ALIGNMENT = 16384     /* the largest page of a phone */
};

/** The field without those of one number, in `mem` or as it was. */
str zip_extra_without(str extra, uint16_t number, arena *mem);

/** Appends the field to `out`, with as much padding that the data behind it begin at a
 * multiple of `alignment`, a power of two. `at`: where the field begins. Padding that it
 * has already is left out first; 1 leaves the field as it is. */
void zip_extra_align(str extra, uint64_t at, uint32_t alignment, buf *out);

#endif
