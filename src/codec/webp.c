/* webp.c - WebP: header by an own walk over the RIFF chunks, pixels by libwebp.
 *
 * Straight alpha always. (The native engine asks libwebp for premultiplied pixels; that
 * changes their values, not their bytes.) Source: WebP container specification.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>
#include <webp/decode.h>

#include "base/reader.h"
#include "codec/picture_codec.h"

enum { RIFF_HEADER_BYTES = 12, VP8X_ALPHA = 0x10, VP8X_ANIMATION = 0x02 };

static bool sniff(bytes file) {
    return file.size >= RIFF_HEADER_BYTES && memcmp(file.at, "RIFF", 4) == 0 &&
           memcmp(file.at + 8, "WEBP", 4) == 0;
}

static bool is_tag(bytes tag, const char *wanted) {
    return tag.size == 4 && memcmp(tag.at, wanted, 4) == 0;
}

static pa_status cut_off(bytes file, pa_error *err) {
    return error_set(err, PA_FORMAT, "webp of %zu bytes ends inside its header",
                     file.size);
}

static void set_size(picture_info *out, uint32_t width_px, uint32_t height_px) {
    out->width_px = width_px;
    out->height_px = height_px;
}

/* Returns whether the file is animated. */
static bool read_vp8x(reader *in, picture_info *out) {
    uint8_t flags = reader_u8(in);
    reader_take(in, 3);
    uint32_t width_px = reader_u24le(in) + 1;
    uint32_t height_px = reader_u24le(in) + 1;
    if (!in->failed) {
        set_size(out, width_px, height_px);
        out->has_alpha = (flags & VP8X_ALPHA) != 0;
    }
    return (flags & VP8X_ANIMATION) != 0;
}

/* RFC 6386, 9.1: three bytes of frame tag, a start code, two 14-bit sizes below scaling
 * bits. */
static pa_status read_lossy(reader *in, picture_info *out, pa_error *err) {
    reader_take(in, 3);
    bytes start = reader_take(in, 3);
    uint32_t width_px = reader_u16le(in) & 0x3fff;
    uint32_t height_px = reader_u16le(in) & 0x3fff;
    if (in->failed) {
        return cut_off(in->data, err);
    }
    if (memcmp(start.at, "\x9d\x01\x2a", 3) != 0) {
        return error_set(err, PA_FORMAT, "webp frame lacks its start code 9d 01 2a");
    }
    set_size(out, width_px, height_px);
    return PA_OK;
}

/* Lossless specification, section 3: signature, two 14-bit sizes less one, a hint of
 * alpha. */
static pa_status read_lossless(reader *in, picture_info *out, pa_error *err) {
    uint8_t signature = reader_u8(in);
    uint32_t packed = reader_u32le(in);
    if (in->failed) {
        return cut_off(in->data, err);
    }
    if (signature != 0x2f) {
        return error_set(err, PA_FORMAT,
                         "lossless webp has signature 0x%02x, expected 0x2f", signature);
    }
    set_size(out, (packed & 0x3fff) + 1, (packed >> 14 & 0x3fff) + 1);
    /* The flag of the picture itself wins over the one of the file, as in libwebp. */
    out->has_alpha = (packed >> 28 & 1) != 0;
    out->webp = WEBP_LOSSLESS;
    return PA_OK;
}

/* One chunk of the header. Sets `*done` when it is the picture, or the first of several.
 */
static pa_status read_chunk(bytes tag, reader *body, picture_info *out, bool *done,
                            pa_error *err) {
    *done = true;
    if (is_tag(tag, "VP8 ")) {
        out->webp = out->webp == WEBP_LOSSY_ALPHA ? WEBP_LOSSY_ALPHA : WEBP_LOSSY;
        return read_lossy(body, out, err);
    }
    if (is_tag(tag, "VP8L")) {
        return read_lossless(body, out, err);
    }
    *done = false;
    if (is_tag(tag, "VP8X")) {
        *done = read_vp8x(body, out);
        return body->failed ? cut_off(body->data, err) : PA_OK;
    }
    if (is_tag(tag, "ALPH")) {
        out->has_alpha = true;
        out->webp = WEBP_LOSSY_ALPHA;
    }
    return PA_OK;
}

static pa_status probe(bytes file, picture_info *out, pa_error *err) {
    out->bit_depth = 8;
    out->gpu = GPU_RGBA8;
    reader in = reader_of(file);
    reader_take(&in, RIFF_HEADER_BYTES);
    for (bool done = false; !done;) {
        bytes tag = reader_take(&in, 4);
        uint32_t size = reader_u32le(&in);
        if (in.failed) {
            return cut_off(file, err);
        }
        reader body =
            in; /* may go past a cut-off chunk's end no further than the file's */
        pa_status status = read_chunk(tag, &body, out, &done, err);
        if (status != PA_OK) {
            return status;
        }
        reader_take(&in, done ? 0 : (size_t)size + (size & 1));
    }
    out->channels = out->has_alpha ? 4 : 3;
    return PA_OK;
}

static pa_status explain(VP8StatusCode code, bytes file, pa_error *err) {
    reader in = reader_of(file);
    reader_take(&in, 4);
    uint64_t stated_bytes = (uint64_t)reader_u32le(&in) + 8;
    if (code == VP8_STATUS_OUT_OF_MEMORY) {
        return error_nomem(err);
    }
    if (stated_bytes > file.size) {
        return error_set(err, PA_FORMAT, "webp has %zu bytes, its header says %" PRIu64,
                         file.size, stated_bytes);
    }
    bool is_short = code == VP8_STATUS_SUSPENDED || code == VP8_STATUS_NOT_ENOUGH_DATA;
    return error_set(err, PA_FORMAT, "webp is damaged: %s",
                     is_short ? "its data end before the last row"
                              : "its data make no picture");
}

static pa_status check_features(const WebPBitstreamFeatures *found,
                                const picture_info *info, pa_error *err) {
    if (found->has_animation) {
        return error_set(err, PA_UNSUPPORTED,
                         "webp is animated, only still ones are decoded");
    }
    if ((uint32_t)found->width != info->width_px ||
        (uint32_t)found->height != info->height_px) {
        return error_set(err, PA_FORMAT,
                         "webp states %" PRIu32 " x %" PRIu32
                         " but its frame has %d x %d",
                         info->width_px, info->height_px, found->width, found->height);
    }
    return PA_OK;
}

static pa_status decode(const picture_job *job, pa_error *err) {
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) {
        return error_set(err, PA_INTERNAL, "libwebp is older than its headers");
    }
    VP8StatusCode code = WebPGetFeatures(job->file.at, job->file.size, &config.input);
    if (code != VP8_STATUS_OK) {
        return explain(code, job->file, err);
    }
    pa_status status = check_features(&config.input, job->info, err);
    if (status != PA_OK) {
        return status;
    }
    size_t size_bytes = picture_pixel_bytes(job->info);
    status = picture_scratch_reserve(job->scratch, size_bytes, err);
    if (status != PA_OK) {
        return status;
    }
    config.output.colorspace = MODE_RGBA;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = job->scratch->pixels;
    config.output.u.RGBA.stride = (int)picture_row_bytes(job->info);
    config.output.u.RGBA.size = size_bytes;
    code = WebPDecode(job->file.at, job->file.size, &config);
    WebPFreeDecBuffer(&config.output);
    if (code != VP8_STATUS_OK) {
        return explain(code, job->file, err);
    }
    picture_sink_take(job->sink, job->scratch->pixels, size_bytes);
    return PA_OK;
}

/* Planes of libwebp 1.2, as measured: quarters of a byte for each pixel. */
static uint64_t decode_bytes(const picture_info *info) {
    static const uint8_t quarter_bytes[] = {
        [WEBP_NONE] = 0, [WEBP_LOSSY] = 1, [WEBP_LOSSY_ALPHA] = 26, [WEBP_LOSSLESS] = 18};
    uint64_t pixels = (uint64_t)info->width_px * info->height_px;
    return picture_pixel_bytes(info) + pixels * quarter_bytes[info->webp] / 4 + 65536;
}

const picture_codec picture_webp = {"webp", sniff, probe, decode, decode_bytes};
