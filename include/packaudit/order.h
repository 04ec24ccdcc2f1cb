/** order.h - a load order in stages that keeps the peak under a device's image budget.
 *
 *      pa_order *order = pa_order_make(audit, NULL, &err);
 *      if (order == NULL) { … err.text … }
 *      bool fits = pa_order_fits(order);
 *      pa_order_free(order);
 *
 *  SPDX-License-Identifier: Apache-2.0 */
#ifndef PACKAUDIT_ORDER_H
#define PACKAUDIT_ORDER_H

#include "packaudit/audit.h"
#include "packaudit/report.h"

/** The load orders of one audit, which must outlive them. They never change once made. */
typedef struct pa_order pa_order;

/** Plans every scene, every state of the rules file, and every change between two of
 * them, for the audit's only device. `scene`: a glob of names and urls of what is loaded,
 * or NULL: all. NULL on failure: PA_USAGE (no device, several, no such scene, images not
 * looked at), PA_LIMIT (too many changes that do not fit at once), PA_NOMEM. */
pa_order *pa_order_make(const pa_audit *audit, const char *scene, pa_error *err);

/** Accepts NULL. */
void pa_order_free(pa_order *order);

/** True when everything planned fits, at once or in stages. */
bool pa_order_fits(const pa_order *order);

/** Writes it: text, or JSON by schema packaudit.order/1. PA_USAGE for another format. Of
 * `options` text uses top, width, is_verbose and has_color. */
pa_status pa_order_write(const pa_order *order, const pa_report_options *options,
                         pa_sink sink, void *ctx, pa_error *err);

#endif
