/* json_assets.h - images and textures by the report's schema.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_REPORT_JSON_ASSETS_H
#define PA_REPORT_JSON_ASSETS_H

#include "codec/json_write.h"
#include "report/report.h"

void report_json_image(json_writer *w, const report_view *view, uint32_t image_index);
void report_json_texture(json_writer *w, const report_view *view, const texture_row *row);

/** An array of the uuids of some rows of the image table. */
void report_json_image_uuids(json_writer *w, const pa_audit *audit, const char *key,
                             const uint32_t *rows, uint32_t count);

#endif
