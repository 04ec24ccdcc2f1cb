/* tar_copy.h - archive_copy.h for tar archives, through libarchive.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_TAR_COPY_H
#define PA_CODEC_TAR_COPY_H

#include "codec/archive_copy.h"

typedef struct tar_copy tar_copy;

tar_copy *tar_copy_open(const char *path, bytes content, archive_sink put, void *ctx,
                        pa_error *err);
pa_status tar_copy_entries(tar_copy *c, entry_asker ask, void *ctx, pa_error *err);
pa_status tar_copy_add(tar_copy *c, str path, str content, pa_error *err);
pa_status tar_copy_finish(tar_copy *c, pa_error *err);
void tar_copy_free(tar_copy *c);

#endif
