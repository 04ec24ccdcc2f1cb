/* match.h - the assets that a user's word names: a uuid in either form, a path, a scene,
 * the name of a file, or a pattern over paths.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REPORT_MATCH_H
#define PA_REPORT_MATCH_H

#include "bundle/game.h"

/** The assets, ascending, in `mem`. PA_USAGE with a hint when there is none. */
pa_status match_assets(const game *g, const char *wanted, arena *mem, uint32_t **matches,
                       uint32_t *count, pa_error *err);

#endif
