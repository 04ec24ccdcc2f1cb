/* uuid.h - the two ways a Creator build writes an id.
 *
 * Full: 36 characters; compressed: 2 hexadecimal digits, then 20 characters of base 64
 * that hold 3 digits in 2 each. Either may be followed by "@sub". Ids of packs and
 * atlases ("02a7bb4fc") stay as they are. Source: cocos-engine 3.8.5
 * cocos/core/utils/decode-uuid.ts; 2.4 decode-uuid.js (22 characters and no '@' there;
 * the rule here covers both, as no 2.4 id has an '@'). SPDX-License-Identifier:
 * Apache-2.0 */
#ifndef PA_BUNDLE_UUID_H
#define PA_BUNDLE_UUID_H

#include "base/arena.h"

enum { UUID_FULL_SIZE = 36, UUID_COMPRESSED_SIZE = 22 };

/** The full form of `id` in `mem`; ids that are not compressed are copied. `.at` is NULL
 * when memory ran out. */
str uuid_decode(arena *mem, str id);

/** The compressed form of a full id (with its "@sub"), or a copy of what is none. */
str uuid_encode(arena *mem, str id);

/** True for 36 characters of hexadecimal digits and dashes in the right places, "@…" may
 * follow. */
bool uuid_is_full(str id);

#endif
