/* msgpack.h - MessagePack to JSON text, so that there is one reader of documents.
 *
 * Source: the MessagePack specification; CCONB version 2 of Creator 3.8.7 and later uses
 * it with "fixext 1, type 0" for undefined, which becomes null here.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_MSGPACK_H
#define PA_CODEC_MSGPACK_H

#include "base/buf.h"

/** Writes the one value that `data` holds to `out` as JSON. PA_FORMAT when it is cut off,
 * unknown, or followed by more bytes; PA_LIMIT when nested too deep. Binary data become
 * null, as no reference can lie in them; floats keep nine (32 bit) or seventeen (64 bit)
 * digits. */
pa_status msgpack_to_json(bytes data, buf *out, pa_error *err);

#endif
