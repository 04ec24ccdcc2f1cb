/* zip_pack.h - a text as the data of a zip entry.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_ZIP_PACK_H
#define PA_CODEC_ZIP_PACK_H

#include "codec/zip_index.h"

/** Packs a text by row->method, and puts sum and sizes into `row`. What is stored leaves
 * `out` empty: the text itself are its data. PA_UNSUPPORTED for other methods. */
pa_status zip_pack(zip_entry *row, str content, buf *out, pa_error *err);

#endif
