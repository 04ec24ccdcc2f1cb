/* alpha.c - which files, and blocks without their alpha.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "rewrite/alpha.h"

#include "codec/etc.h"

bool alpha_is_stored(const pa_audit *audit, const image *row, uint32_t variant_index) {
    const picture *file = &row->pictures[variant_index];
    bool is_png = file->info.format == PICTURE_PNG && file->info.has_alpha &&
                  audit->g.target != TARGET_NATIVE;
    bool is_etc2 = file->info.format == PICTURE_PKM && file->gpu == GPU_ETC2_RGBA &&
                   row->variants[variant_index].gpu == GPU_ETC2_RGBA;
    return file->file != TREE_NONE && (is_png || is_etc2);
}

const char *alpha_refuses(const pa_audit *audit, const image *row,
                          const picture *pixels) {
    bool is_any = false;
    for (uint32_t i = 0; i < row->variant_count; i++) {
        is_any |= alpha_is_stored(audit, row, i);
    }
    if (!pixels->facts.is_opaque) {
        return "it is transparent in places";
    }
    return is_any ? NULL : "none of its alternatives stores alpha that could be left out";
}

static bool is_opaque(const buf *pixels) {
    bool is_so = true;
    for (size_t i = 3; is_so && i < pixels->size; i += 4) {
        is_so = (uint8_t)pixels->at[i] == 255;
    }
    return is_so;
}

pa_status alpha_drop_etc2(bytes file, buf *out, bool *was_opaque, pa_error *err) {
    enum { BLOCK_BYTES = 16, COLOUR_BYTES = 8, TYPE_AT = 6, WIDTH_AT = 12 };
    static const uint8_t rgba_type[] = {0, 3};
    buf pixels = {0};
    *was_opaque = false;
    if (file.size < ETC_HEADER_BYTES || file.at[TYPE_AT] != rgba_type[0] ||
        file.at[TYPE_AT + 1] != rgba_type[1]) {
        return error_set(err, PA_FORMAT, "is no ETC2 file with alpha");
    }
    pa_status status = etc_decode(file, &pixels, err);
    *was_opaque = status == PA_OK && is_opaque(&pixels);
    buf_clear(&pixels);
    if (status != PA_OK || !*was_opaque) {
        return status;
    }
    const uint8_t *sides = file.at + WIDTH_AT;
    uint8_t header[ETC_HEADER_BYTES];
    etc_header(GPU_ETC2_RGB, (uint32_t)sides[0] << 8 | sides[1],
               (uint32_t)sides[2] << 8 | sides[3], header);
    buf_add(out, (str){(const char *)header, sizeof header});
    for (size_t at = ETC_HEADER_BYTES; at + BLOCK_BYTES <= file.size; at += BLOCK_BYTES) {
        const uint8_t *colour = file.at + at + BLOCK_BYTES - COLOUR_BYTES;
        buf_add(out, (str){(const char *)colour, COLOUR_BYTES});
    }
    return out->failed ? error_nomem(err) : PA_OK;
}
