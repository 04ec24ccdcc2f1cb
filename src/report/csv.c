/* csv.c - a row a scene, by RFC 4180, exact bytes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

static void put_field(buf *out, str text) {
    bool is_plain = true;
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.at[i];
        is_plain &= byte != ',' && byte != '"' && byte != '\n' && byte != '\r';
    }
    if (is_plain) {
        buf_add(out, text);
        return;
    }
    buf_add_byte(out, '"');
    for (size_t i = 0; i < text.size; i++) {
        buf_add_text(out, text.at[i] == '"' ? "\"" : "");
        buf_add_byte(out, text.at[i]);
    }
    buf_add_byte(out, '"');
}

void report_csv(const report_view *view, buf *out) {
    const game *g = &view->audit->g;
    buf_add_text(out, "scene,url,uuid,bundle,launch,auto_release,images,textures,unknown_"
                      "images,unknown_documents,"
                      "file_bytes,pixels,decoded_bytes,gpu_bytes,engine_counter_bytes,"
                      "retained_cpu_bytes,resident_bytes,render_texture_bytes,"
                      "load_lower_bytes,load_typical_bytes,load_upper_bytes,"
                      "largest_allocation_bytes\r\n");
    for (uint32_t i = 0; i < view->stage_count; i++) {
        const stage *s = &view->audit->stages[view->stages[i]];
        const set_cost *cost = &view->costs->stages[view->stages[i]];
        str texts[] = {s->name, s->url, s->uuid,
                       s->bundle == NO_INDEX ? (str){0}
                                             : g->found.bundles[s->bundle].name};
        for (size_t j = 0; j < sizeof texts / sizeof texts[0]; j++) {
            put_field(out, texts[j]);
            buf_add_byte(out, ',');
        }
        buf_format(out, "%s,%s", s->is_launch ? "true" : "false",
                   s->auto_release ? "true" : "false");
        const uint64_t numbers[] = {
            cost->image_count,       cost->texture_count,      cost->unknown_images,
            cost->unknown_documents, cost->file_bytes,         cost->pixels,
            cost->decoded_bytes,     cost->gpu_bytes,          cost->counter_bytes,
            cost->kept_bytes,        set_resident_bytes(cost), cost->render_bytes,
            cost->load.lower_bytes,  cost->load.typical_bytes, cost->load.upper_bytes,
            cost->load.largest_bytes};
        for (size_t j = 0; j < sizeof numbers / sizeof numbers[0]; j++) {
            buf_format(out, ",%llu", (unsigned long long)numbers[j]);
        }
        buf_add_text(out, "\r\n");
    }
}
