/* cache.h - files that were encoded before, in a local folder.
 *
 * An entry's name is the XXH3-128 of the pixels, the parameters, and what the same
 * encoder with the same parameters makes of a fixed sample: another version of a library
 * that encodes otherwise finds nothing. An entry is written whole or not at all and
 * checked when it is read: a damaged one is encoded anew.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_CACHE_H
#define PA_REWRITE_CACHE_H

#include "codec/tree.h"
#include "rewrite/encode.h"

typedef struct cache cache;

/** `max_bytes`: 0 is 2 GiB. Opens a folder, which is made when it is not there (its
 * parent is). NULL on failure: PA_USAGE when it lies in the build `files`, PA_OUTPUT,
 * PA_NOMEM. */
cache *cache_open(const char *folder, const tree *files, uint64_t max_bytes,
                  pa_error *err);

/** As encode_picture, but takes the file of an entry when there is one; else makes one.
 * From any thread. An entry that cannot be written is left out. `in` may be NULL. */
pa_status cache_encode(cache *in, encoder_set *with, image_view pixels,
                       const encode_request *how, buf *out, encoded *told, bool *is_found,
                       pa_error *err);

/** Removes entries until the folder holds no more than it may: those that were not used
 * since it was opened first, in the order of their names. Then frees it; accepts NULL. */
void cache_close(cache *in);

#endif
