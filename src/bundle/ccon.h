/* ccon.h - the containers that hold binary documents: CCONB (.cconb, .bin) and BINP packs
 * of them.
 *
 * Source: cocos-engine 3.8.5 cocos/serialization/ccon.ts; version 2 and BINP from the
 * runtimes that 3.8.7 and 3.8.8 builds ship. SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_BUNDLE_CCON_H
#define PA_BUNDLE_CCON_H

#include "base/arena.h"
#include "base/buf.h"

bool ccon_is_binary(bytes file);
bool ccon_is_pack(bytes file);

/** Checks a CCONB to its last byte and gives its document as JSON text: borrowed from
 * `file` in version 1, written to `converted` in version 2. */
pa_status ccon_document(bytes file, buf *converted, str *out, pa_error *err);

/** The files that a BINP pack holds, borrowed, in `mem`. */
pa_status ccon_split_pack(bytes file, arena *mem, bytes **out, uint32_t *count,
                          pa_error *err);

#endif
