/* verify.h - open what was written as any build is opened, and hold it against the one it
 * was made from.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_VERIFY_H
#define PA_REWRITE_VERIFY_H

#include "audit/audit.h"

/** PA_OUTPUT with the first difference when `after` is not the same game: other bundles,
 * scenes, documents or references, or a finding that `before` does not have. */
pa_status verify_same_game(const pa_audit *before, const pa_audit *after, pa_error *err);

#endif
