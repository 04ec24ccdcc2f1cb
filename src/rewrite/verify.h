/* verify.h - open what was written as any build is opened, and hold it against the one it
 * was made from.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REWRITE_VERIFY_H
#define PA_REWRITE_VERIFY_H

#include "rewrite/work.h"

/** PA_OUTPUT with the first difference when `after` is not the same game: other bundles,
 * scenes, documents or references, or a finding that `before` does not have. */
pa_status verify_same_game(const pa_audit *before, const pa_audit *after, pa_error *err);

/** PA_OUTPUT unless every image reads back as the work left it: its alternatives, and of
 * each that was made the sides and the format; and unless the sprite frames of one with
 * other sides followed it. */
pa_status verify_images(const pa_audit *before, const pa_audit *after,
                        const work_list *list, pa_error *err);

#endif
