/* encoding.c - names of encodings.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/encoding.h"

#include "codec/gpu_format.h"

static const struct {
    const char *name;
    encoding to;
} names[] = {
    {"etc1", ENCODE_ETC1}, {"etc2", ENCODE_ETC2}, {"webp", ENCODE_WEBP},
    {"png", ENCODE_PNG},   {"jpg", ENCODE_JPEG},
};
enum { NAME_COUNT = sizeof names / sizeof names[0] };

/* "6x6" behind "astc-". */
static bool parse_block(str text, encoding_kind *out) {
    size_t cross = str_find(text, 'x', 0);
    uint64_t width = 0;
    uint64_t height = 0;
    bool is_read = str_to_u64(str_part(text, 0, cross), 12, &width) &&
                   str_to_u64(str_part(text, cross + 1, text.size), 12, &height) &&
                   gpu_format_astc((uint32_t)width, (uint32_t)height) != GPU_UNKNOWN;
    *out = (encoding_kind){ENCODE_ASTC, (uint32_t)width, (uint32_t)height, 0};
    return is_read;
}

/* "60" behind "webp-near-". */
static bool parse_near(str text, encoding_kind *out) {
    uint64_t near = 0;
    bool is_read = str_to_u64(text, 100, &near);
    *out = (encoding_kind){.to = ENCODE_WEBP_NEAR, .near = (uint32_t)near};
    return is_read;
}

bool encoding_parse(str name, encoding_kind *out) {
    static const char near[] = "webp-near-";
    if (str_starts(name, "astc-")) {
        return parse_block(str_part(name, 5, name.size), out);
    }
    if (str_starts(name, near)) {
        return parse_near(str_part(name, sizeof near - 1, name.size), out);
    }
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (str_is(name, names[i].name)) {
            *out = (encoding_kind){.to = names[i].to};
            return true;
        }
    }
    return false;
}

void encoding_put(const encoding_kind *in, buf *out) {
    if (in->to == ENCODE_ASTC) {
        buf_format(out, "astc-%ux%u", in->block_width_px, in->block_height_px);
        return;
    }
    if (in->to == ENCODE_WEBP_NEAR) {
        buf_format(out, "webp-near-%u", in->near);
        return;
    }
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (names[i].to == in->to) {
            buf_add_text(out, names[i].name);
        }
    }
}

bool encoding_has_quality(encoding to) {
    return to == ENCODE_WEBP || to == ENCODE_JPEG;
}

bool encoding_has_preset(encoding to) {
    return !encoding_has_quality(to) && to != ENCODE_WEBP_NEAR;
}

uint32_t encoding_usual_quality(const encoding_kind *kind) {
    enum { WEBP_USUAL = 80, JPEG_USUAL = 85, EXACT = 100 };
    switch (kind->to) {
    case ENCODE_WEBP:
        return WEBP_USUAL;
    case ENCODE_WEBP_NEAR:
        return kind->near;
    case ENCODE_JPEG:
        return JPEG_USUAL;
    case ENCODE_ASTC:
    case ENCODE_ETC1:
    case ENCODE_ETC2:
    case ENCODE_PNG:
    case ENCODING_COUNT:
        break;
    }
    return EXACT;
}
