/* figures.h - take all figures that have a name from an audit.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_AUDIT_FIGURES_H
#define PA_AUDIT_FIGURES_H

#include "audit/audit.h"
#include "audit/measure.h"

typedef pa_status (*figure_visitor)(void *ctx, const measurement *one, pa_error *err);

/** Calls `visit` for every figure of a build, in a fixed order. Texts live as long as the
 * audit; those of a texture's name until the visit ends. */
pa_status figures_visit(const pa_audit *audit, figure_visitor visit, void *ctx,
                        pa_error *err);

#endif
