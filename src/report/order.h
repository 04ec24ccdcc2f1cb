/* order.h - writers of load orders.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REPORT_ORDER_H
#define PA_REPORT_ORDER_H

#include "base/buf.h"
#include "rewrite/order.h"

typedef struct order_view {
    const pa_order *order;
    const pa_report_options *options;
    uint32_t width;
    uint32_t top;
} order_view;

void order_text(const order_view *view, buf *out);
void order_json(const order_view *view, buf *out);

/** What is needed to reach a plan in words: "sponza", "cathedral after sponza". */
void order_add_title(const order_view *view, const order_plan *plan, buf *out);

#endif
