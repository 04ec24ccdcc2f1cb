/* literal.h - a JavaScript object literal to JSON text: the settings.js of Creator 2.4.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_LITERAL_H
#define PA_CODEC_LITERAL_H

#include "base/buf.h"

/** Finds the first '{' at or behind the text `marker` in a script and writes the literal
 * that begins there as JSON: keys get quotes, 'single' quotes become double, !0 and !1
 * true and false, undefined and void 0 null, trailing commas and comments go. PA_FORMAT
 * when there is no such literal or it holds an expression. */
pa_status literal_to_json(str script, const char *marker, buf *out, pa_error *err);

#endif
