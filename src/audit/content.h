/* content.h - what images, textures and files of a build waste, or break on some devices.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_AUDIT_CONTENT_H
#define PA_AUDIT_CONTENT_H

#include "audit/audit.h"

/** Adds what the rules about content find: one finding a cause, its places as members. */
pa_status content_find(const pa_audit *audit, finding_list *out, pa_error *err);

#endif
