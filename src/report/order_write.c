/* order_write.c - load orders: which writer, and handing the text over.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "report/order.h"
#include "report/report.h"

enum { ORDER_WIDTH = 100, ORDER_TOP = 10 };

pa_status pa_order_write(const pa_order *order, const pa_report_options *options,
                         pa_sink sink, void *ctx, pa_error *err) {
    *err = (pa_error){0};
    const order_view view = {order, options,
                             options->width == 0 ? ORDER_WIDTH : options->width,
                             options->top == 0 ? ORDER_TOP : options->top};
    buf text = {0};
    pa_status status = PA_OK;
    if (options->format == PA_FORMAT_JSON) {
        order_json(&view, &text);
        status = report_deliver(&text, sink, ctx, err);
    } else if (options->format == PA_FORMAT_TEXT) {
        order_text(&view, &text);
        status = report_deliver_text(&text, options->has_color, sink, ctx, err);
    } else {
        status = error_set(err, PA_USAGE, "a load order is written as text or json");
    }
    buf_clear(&text);
    return status;
}
