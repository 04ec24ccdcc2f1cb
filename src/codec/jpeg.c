/* jpeg.c - JPEG: header by an own walk over the markers, pixels by TurboJPEG.
 *
 * Which warnings of the library fail a file: it goes on after any damage and fills with
 * gray, so "premature end" and "corrupt data" do. Harmless are bytes too many between two
 * markers (as some cameras and editors write), unknown versions of JFIF or Adobe markers,
 * odd parameters of a sequential scan and a bad colour profile.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>
#include <turbojpeg.h>

#include "base/reader.h"
#include "codec/picture_codec.h"

/* ITU T.81, table B.1. */
enum {
    MARKER_TEM = 0x01,
    MARKER_SOF0 = 0xc0,
    MARKER_SOF2 = 0xc2,
    MARKER_DHT = 0xc4,
    MARKER_JPG = 0xc8,
    MARKER_SOF10 = 0xca,
    MARKER_DAC = 0xcc,
    MARKER_SOF15 = 0xcf,
    MARKER_RST0 = 0xd0,
    MARKER_SOI = 0xd8,
    MARKER_EOI = 0xd9,
    MARKER_SOS = 0xda
};

static bool sniff(bytes file) {
    return picture_starts(file, "\xff\xd8", 2);
}

/* The next marker, past bytes that belong to none, as libjpeg does it; 0 at the end. */
static uint8_t next_marker(reader *in) {
    while (!in->failed) {
        while (!in->failed && reader_u8(in) != 0xff) {
        }
        uint8_t marker = 0xff;
        while (!in->failed && marker == 0xff) {
            marker = reader_u8(in);
        }
        if (marker != 0) {
            return in->failed ? 0 : marker;
        }
    }
    return 0;
}

static bool is_frame(uint8_t marker) {
    return marker >= MARKER_SOF0 && marker <= MARKER_SOF15 && marker != MARKER_DHT &&
           marker != MARKER_JPG && marker != MARKER_DAC;
}

static pa_status read_frame(bytes segment, uint8_t marker, picture_info *out,
                            pa_error *err) {
    reader in = reader_of(segment);
    uint8_t bit_depth = reader_u8(&in);
    uint32_t height_px = reader_u16be(&in);
    uint32_t width_px = reader_u16be(&in);
    uint8_t components = reader_u8(&in);
    if (in.failed) {
        return error_set(err, PA_FORMAT,
                         "jpeg frame header has %zu bytes, needs 6 at least",
                         segment.size);
    }
    out->bit_depth = bit_depth;
    out->width_px = width_px;
    out->height_px = height_px;
    if (components != 1 && components != 3 && components != 4) {
        return error_set(err, PA_FORMAT, "jpeg states %u components, expected 1, 3 or 4",
                         components);
    }
    for (size_t i = 0; i < components; i++) {
        reader_take(&in, 1);
        out->sampling[i] = reader_u8(&in);
        reader_take(&in, 1);
    }
    if (in.failed) {
        return error_set(err, PA_FORMAT, "jpeg frame header has %zu bytes, needs %u",
                         segment.size, 6 + 3 * components);
    }
    out->components = components;
    out->is_progressive = marker == MARKER_SOF2 || marker == MARKER_SOF10;
    return PA_OK;
}

static pa_status read_scan(bytes segment, picture_info *out, pa_error *err) {
    if (out->components == 0) {
        return error_set(err, PA_FORMAT, "jpeg begins a scan before it states a size");
    }
    if (segment.size < 1) {
        return error_set(err, PA_FORMAT, "jpeg scan header is empty");
    }
    /* A first scan without all components means that more scans follow: the decoder keeps
     * all coefficients then, as for progressive files. */
    out->is_progressive = out->is_progressive || segment.at[0] < out->components;
    out->channels = out->components == 1 ? 1 : 3;
    out->gpu = GPU_RGBA8;
    return PA_OK;
}

static pa_status probe(bytes file, picture_info *out, pa_error *err) {
    reader in = reader_of(file);
    reader_take(&in, 2);
    for (;;) {
        uint8_t marker = next_marker(&in);
        if (marker == MARKER_TEM || (marker >= MARKER_RST0 && marker <= MARKER_SOI)) {
            continue;
        }
        if (marker == MARKER_EOI) {
            return error_set(err, PA_FORMAT, "jpeg states its end before any picture");
        }
        uint32_t size = reader_u16be(&in);
        bytes segment = reader_take(&in, size < 2 ? 0 : size - 2);
        if (in.failed) {
            return error_set(err, PA_FORMAT, "jpeg of %zu bytes ends inside its header",
                             file.size);
        }
        if (marker == MARKER_SOS) {
            return read_scan(segment, out, err);
        }
        if (is_frame(marker)) {
            if (out->components != 0) {
                return error_set(err, PA_FORMAT, "jpeg states its size twice");
            }
            pa_status status = read_frame(segment, marker, out, err);
            if (status != PA_OK) {
                return status;
            }
        }
    }
}

static bool has_end_marker(bytes file) {
    for (size_t i = file.size; i >= 2; i--) {
        if (file.at[i - 2] == 0xff && file.at[i - 1] == MARKER_EOI) {
            return true;
        }
    }
    return false;
}

/* The library tells only the first of several warnings. So behind a harmless one a cut
 * could hide: such a file must have its end marker. */
static bool is_harmless(const char *message, bytes file) {
    static const char *const harmless[] = {
        "extraneous bytes",       "unknown jfif",   "unknown adobe",
        "invalid sos parameters", "bad icc marker",
    };
    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
        if (strstr(message, harmless[i]) != NULL) {
            return has_end_marker(file);
        }
    }
    return false;
}

static pa_status explain(const char *message, pa_error *err) {
    if (strstr(message, "premature end of jpeg file") != NULL) {
        return error_set(err, PA_FORMAT, "jpeg ends before its last row and end marker");
    }
    if (strstr(message, "insufficient memory") != NULL ||
        strstr(message, "memory allocation failure") != NULL) {
        return error_nomem(err);
    }
    return error_set(err, PA_FORMAT, "jpeg is damaged: %s", message);
}

/* Adobe programs store ink inverted, 255 for none, and nobody else writes four
 * components: browsers take every such file that way, and so is it here. */
static void ink_to_rgba(uint8_t *pixels, size_t size_bytes) {
    for (size_t i = 0; i < size_bytes; i += 4) {
        unsigned black = pixels[i + 3];
        for (size_t c = 0; c < 3; c++) {
            pixels[i + c] = (uint8_t)((pixels[i + c] * black + 127) / 255);
        }
        pixels[i + 3] = 255;
    }
}

static pa_status decompress(tjhandle handle, const picture_job *job, pa_error *err) {
    const picture_info *info = job->info;
    int format = info->components == 4 ? TJPF_CMYK : TJPF_RGBA;
    int failed = tjDecompress2(handle, job->file.at, job->file.size, job->scratch->pixels,
                               (int)info->width_px, (int)picture_row_bytes(info),
                               (int)info->height_px, format, TJFLAG_LIMITSCANS);
    if (failed == 0) {
        return PA_OK;
    }
    char message[200];
    picture_message(message, sizeof message, tjGetErrorStr2(handle));
    if (tjGetErrorCode(handle) == TJERR_WARNING && is_harmless(message, job->file)) {
        return PA_OK;
    }
    return explain(message, err);
}

static pa_status decode(const picture_job *job, pa_error *err) {
    size_t size_bytes = picture_pixel_bytes(job->info);
    pa_status status = picture_scratch_reserve(job->scratch, size_bytes, err);
    if (status != PA_OK) {
        return status;
    }
    /* A handle for each file: making one costs microseconds, and leaves no state behind.
     */
    tjhandle handle = tjInitDecompress();
    if (handle == NULL) {
        return error_nomem(err);
    }
    status = decompress(handle, job, err);
    tjDestroy(handle);
    if (status != PA_OK) {
        return status;
    }
    if (job->info->components == 4) {
        ink_to_rgba(job->scratch->pixels, size_bytes);
    }
    picture_sink_take(job->sink, job->scratch->pixels, size_bytes);
    return PA_OK;
}

/* Rows of blocks: at most 36 bytes for a column. All coefficients of a progressive file:
 * two bytes a sample, and no component has more samples than the picture has pixels. */
static uint64_t decode_bytes(const picture_info *info) {
    uint64_t pixels = (uint64_t)info->width_px * info->height_px;
    uint64_t coefficients = info->is_progressive ? 2 * pixels * info->components : 0;
    return picture_pixel_bytes(info) + coefficients + 36000 +
           36 * (uint64_t)info->width_px;
}

const picture_codec picture_jpeg = {"jpg", sniff, probe, decode, decode_bytes};
