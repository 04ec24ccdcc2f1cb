/* picture.c - the table of picture formats, and what they share: limits, and the hash of
 * the pixels. Order of sniffing: native/cocos/platform/Image.cpp
 * (3.8.5) detectFormat.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "codec/picture.h"

#include <inttypes.h>
#include <string.h>

/* Inlined, because the state of a stream then has the size this compiler saw and needs no
 * heap. */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/alloc.h"
#include "base/reader.h"
#include "codec/picture_codec.h"

enum { BAND_BYTES = 32 * 1024 };

struct picture_sink {
    XXH3_state_t hash;
    size_t row_bytes; /* of a plain picture, else 0 */
    size_t band_bytes;
    picture_watch watch;
    bool is_size_wrong;
};

/* GIF is known by its name and size alone. */
static bool gif_sniff(bytes file) {
    return picture_starts(file, "GIF87a", 6) || picture_starts(file, "GIF89a", 6);
}

static pa_status gif_probe(bytes file, picture_info *out, pa_error *err) {
    reader in = reader_of(file);
    reader_take(&in, 6);
    uint32_t width_px = reader_u16le(&in);
    uint32_t height_px = reader_u16le(&in);
    if (in.failed) {
        return error_set(err, PA_FORMAT, "gif ends inside its header, after %zu bytes",
                         file.size);
    }
    out->width_px = width_px;
    out->height_px = height_px;
    out->channels = 4;
    out->bit_depth = 8;
    out->has_palette = true;
    out->has_alpha = true;
    out->gpu = GPU_RGBA8;
    return PA_OK;
}

static pa_status gif_decode(const picture_job *job, pa_error *err) {
    (void)job;
    return error_set(err, PA_UNSUPPORTED,
                     "gif is not decoded, the engine does not read it");
}

static const picture_codec gif = {"gif", gif_sniff, gif_probe, gif_decode, NULL};

static const picture_codec *const codecs[PICTURE_FORMAT_COUNT] = {
    [PICTURE_PNG] = &picture_png,   [PICTURE_JPEG] = &picture_jpeg,
    [PICTURE_WEBP] = &picture_webp, [PICTURE_BMP] = &picture_bmp,
    [PICTURE_GIF] = &gif,           [PICTURE_PVR] = &picture_pvr,
    [PICTURE_PKM] = &picture_pkm,   [PICTURE_ASTC] = &picture_astc,
    [PICTURE_CMIP] = &picture_cmip,
};

const picture_codec *picture_codec_get(picture_format format) {
    return format < PICTURE_FORMAT_COUNT ? codecs[format] : NULL;
}

const char *picture_format_name(picture_format format) {
    const picture_codec *codec = picture_codec_get(format);
    return codec == NULL ? "unknown" : codec->name;
}

bool picture_starts(bytes file, const char *magic, size_t size) {
    return file.size >= size && memcmp(file.at, magic, size) == 0;
}

/* No two magics share a first byte except "PKM" and "PVR", so only a PVR of version 2,
 * whose mark is at offset 44, could be taken for something else: its first field is the
 * header's size, 52. */
picture_format picture_sniff(bytes file) {
    for (unsigned i = PICTURE_UNKNOWN + 1; i < PICTURE_FORMAT_COUNT; i++) {
        if (codecs[i]->sniff(file)) {
            return (picture_format)i;
        }
    }
    return PICTURE_UNKNOWN;
}

static pa_status check_size(const picture_info *info, pa_error *err) {
    const char *name = picture_format_name(info->format);
    if (info->width_px == 0 || info->height_px == 0) {
        return error_set(err, PA_FORMAT, "%s states a size of %" PRIu32 " x %" PRIu32,
                         name, info->width_px, info->height_px);
    }
    if (info->width_px > PA_MAX_IMAGE_SIDE_PX || info->height_px > PA_MAX_IMAGE_SIDE_PX) {
        return error_set(err, PA_LIMIT,
                         "%s states a size of %" PRIu32 " x %" PRIu32
                         ", a side may have %d px at most",
                         name, info->width_px, info->height_px, PA_MAX_IMAGE_SIDE_PX);
    }
    if ((uint64_t)info->width_px * info->height_px > PA_MAX_IMAGE_PIXELS) {
        return error_set(err, PA_LIMIT,
                         "%s states a size of %" PRIu32 " x %" PRIu32
                         ", a picture may have %" PRIu64 " px at most",
                         name, info->width_px, info->height_px, PA_MAX_IMAGE_PIXELS);
    }
    return PA_OK;
}

pa_status picture_probe(bytes file, picture_info *out, pa_error *err) {
    *out = (picture_info){.format = picture_sniff(file)};
    const picture_codec *codec = picture_codec_get(out->format);
    if (codec == NULL) {
        return error_set(err, PA_FORMAT,
                         file.size == 0 ? "picture file is empty"
                                        : "first bytes are of no known picture "
                                          "format");
    }
    pa_status status = codec->probe(file, out, err);
    return status == PA_OK ? check_size(out, err) : status;
}

uint64_t picture_decode_bytes(const picture_info *info) {
    const picture_codec *codec = picture_codec_get(info->format);
    return codec == NULL || codec->decode_bytes == NULL ? 0 : codec->decode_bytes(info);
}

size_t picture_row_bytes(const picture_info *info) {
    return (size_t)info->width_px * 4;
}

size_t picture_pixel_bytes(const picture_info *info) {
    return picture_row_bytes(info) * info->height_px;
}

uint32_t picture_band_rows(const picture_info *info) {
    size_t rows = BAND_BYTES / picture_row_bytes(info);
    if (rows == 0) {
        return 1;
    }
    return rows < info->height_px ? (uint32_t)rows : info->height_px;
}

pa_status picture_scratch_reserve(picture_scratch *scratch, size_t size_bytes,
                                  pa_error *err) {
    if (size_bytes <= scratch->capacity_bytes) {
        return PA_OK;
    }
    /* Not resized: that would copy pixels nobody needs, and hold both for a moment. */
    picture_scratch_clear(scratch);
    scratch->pixels = mem_alloc(size_bytes, 1);
    if (scratch->pixels == NULL) {
        return error_nomem(err);
    }
    scratch->capacity_bytes = size_bytes;
    return PA_OK;
}

void picture_scratch_clear(picture_scratch *scratch) {
    mem_free(scratch->pixels);
    *scratch = (picture_scratch){0};
}

void picture_sink_take(picture_sink *sink, const uint8_t *at, size_t size_bytes) {
    /* In bands, so that the second pass finds the bytes in the cache. */
    for (size_t done = 0; done < size_bytes;) {
        size_t left = size_bytes - done;
        size_t part = left < sink->band_bytes ? left : sink->band_bytes;
        XXH3_128bits_update(&sink->hash, at + done, part);
        if (sink->row_bytes > 0) {
            picture_watch_rows(&sink->watch, at + done,
                               (uint32_t)(part / sink->row_bytes));
        }
        done += part;
    }
}

static void hash_u32le(picture_sink *sink, uint32_t value) {
    uint8_t raw[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                      (uint8_t)(value >> 24)};
    XXH3_128bits_update(&sink->hash, raw, sizeof raw);
}

static bool is_plain(picture_format format) {
    return format >= PICTURE_PNG && format <= PICTURE_GIF;
}

static void sink_open(picture_sink *sink, const picture_info *info) {
    sink->is_size_wrong = false;
    XXH3_128bits_reset(&sink->hash);
    sink->row_bytes = is_plain(info->format) ? picture_row_bytes(info) : 0;
    sink->band_bytes =
        sink->row_bytes == 0 ? BAND_BYTES : sink->row_bytes * picture_band_rows(info);
    sink->watch = picture_watch_of(info);
    hash_u32le(sink, info->width_px);
    hash_u32le(sink, info->height_px);
    if (!is_plain(info->format)) {
        hash_u32le(sink, (uint32_t)info->gpu);
    }
}

static pa_status decode(bytes file, const picture_info *info, bool keep_pixels,
                        picture_scratch *scratch, picture_facts *out, pa_error *err) {
    *out = (picture_facts){0};
    const picture_codec *codec = picture_codec_get(info->format);
    if (codec == NULL) {
        return error_set(err, PA_FORMAT, "picture of no known format cannot be decoded");
    }
    /* The caller's word is not enough to size buffers by. */
    pa_status status = check_size(info, err);
    if (status != PA_OK) {
        return status;
    }
    picture_sink sink;
    sink_open(&sink, info);
    status = codec->decode(&(picture_job){file, info, keep_pixels, scratch, &sink}, err);
    out->is_size_wrong = sink.is_size_wrong;
    if (status != PA_OK) {
        return status;
    }
    XXH128_hash_t hash = XXH3_128bits_digest(&sink.hash);
    out->pixel_hash[0] = hash.low64;
    out->pixel_hash[1] = hash.high64;
    if (sink.row_bytes > 0) {
        picture_watch_tell(&sink.watch, out);
    }
    return PA_OK;
}

pa_status picture_decode(bytes file, const picture_info *info, picture_scratch *scratch,
                         picture_facts *out, pa_error *err) {
    return decode(file, info, false, scratch, out, err);
}

pa_status picture_decode_pixels(bytes file, const picture_info *info,
                                picture_scratch *scratch, picture_facts *out,
                                pa_error *err) {
    if (!is_plain(info->format)) {
        *out = (picture_facts){0};
        return error_set(err, PA_UNSUPPORTED, "pixels of a %s file are not unpacked",
                         picture_format_name(info->format));
    }
    return decode(file, info, true, scratch, out, err);
}

pa_status picture_check_payload(const picture_job *job, const char *shape,
                                uint64_t needed_bytes, pa_error *err) {
    const picture_info *info = job->info;
    if (info->payload_bytes == needed_bytes) {
        return PA_OK;
    }
    job->sink->is_size_wrong = true;
    return error_set(err, PA_FORMAT,
                     "%s payload has %" PRIu64 " bytes, %" PRIu32 " x %" PRIu32
                     " in %s needs %" PRIu64,
                     picture_format_name(info->format), info->payload_bytes,
                     info->width_px, info->height_px, shape, needed_bytes);
}

void picture_message(char *out, size_t out_size, const char *message) {
    size_t size = 0;
    for (; size + 1 < out_size && message[size] != '\0'; size++) {
        char c = message[size];
        out[size] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c < ' ' ? ' ' : c;
    }
    while (size > 0 && (out[size - 1] == '.' || out[size - 1] == ' ')) {
        size--;
    }
    out[size] = '\0';
}
