/* zip_copy.h - archive_copy.h for zip archives.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_ZIP_COPY_H
#define PA_CODEC_ZIP_COPY_H

#include "codec/archive_copy.h"

typedef struct zip_copy zip_copy;

/** With neither `path` nor `content`: an empty zip. */
zip_copy *zip_copy_open(const char *path, bytes content, archive_sink put, void *ctx,
                        pa_error *err);
pa_status zip_copy_entries(zip_copy *c, entry_asker ask, void *ctx, pa_error *err);
pa_status zip_copy_add(zip_copy *c, str path, str content, pa_error *err);
pa_status zip_copy_finish(zip_copy *c, pa_error *err);
bool zip_copy_drops_signature(const zip_copy *c);
void zip_copy_free(zip_copy *c);

#endif
