/* zip_form.h - the records of a zip as bytes, appended to `out`.
 *
 * Source: PKWARE APPNOTE 6.3.9, 4.3. SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_ZIP_FORM_H
#define PA_CODEC_ZIP_FORM_H

#include "codec/zip_index.h"

enum { ZIP_MADE_ON_UNIX = 3 << 8 | 20 };

/** The header before an entry's data. */
void zip_add_head(const zip_entry *row, str extra, buf *out);

/** Its record in the directory. */
void zip_add_record(const zip_entry *row, buf *out);

/** What stands behind the directory; `count` above 65,534 takes records of zip64. */
void zip_add_end(uint64_t count, uint64_t size_bytes, uint64_t offset, str comment,
                 buf *out);

#endif
