/* bmp.c - uncompressed BMP of 1, 4, 8, 24 or 32 bits a pixel, rows from either end.
 *
 * Browsers read it, native engines do not. Source: the BITMAPINFOHEADER family as
 * Microsoft documents it; of 32-bit files with masks only the usual BGRA order is read.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "base/reader.h"
#include "codec/picture_codec.h"

enum {
    FILE_HEADER_BYTES = 14,
    CORE_HEADER_BYTES = 12,
    INFO_HEADER_BYTES = 40,
    MAX_HEADER_BYTES = 124,
    ALPHA_HEADER_BYTES = 56, /* from this size on the header has a mask for alpha */
    COMPRESSION_NONE = 0,
    COMPRESSION_MASKS = 3
};

typedef struct bmp_header {
    uint32_t data_offset;
    uint32_t header_bytes;
    uint32_t width_px;
    uint32_t height_px;
    bool is_top_down;
    uint16_t bits_per_pixel;
    uint32_t compression;
    uint32_t masks[4]; /* red, green, blue, alpha */
    bytes palette;
    uint32_t palette_entry_bytes;
    uint32_t palette_count;
} bmp_header;

static bool sniff(bytes file) {
    return picture_starts(file, "BM", 2);
}

/* Sizes with a sign: a negative height means rows from the top; INT32_MIN stays 2^31. */
static void set_sizes(bmp_header *header, uint32_t width, uint32_t height) {
    header->is_top_down = (height & 0x80000000u) != 0;
    header->width_px = (width & 0x80000000u) != 0 ? 0 : width;
    header->height_px = header->is_top_down ? 0u - height : height;
}

static void read_masks(reader *in, bmp_header *header) {
    size_t count = header->header_bytes >= ALPHA_HEADER_BYTES ? 4 : 3;
    for (size_t i = 0; i < count; i++) {
        header->masks[i] = reader_u32le(in);
    }
}

static void read_info_header(reader *in, bmp_header *header) {
    uint32_t width = reader_u32le(in);
    uint32_t height = reader_u32le(in);
    set_sizes(header, width, height);
    reader_take(in, 2);
    header->bits_per_pixel = reader_u16le(in);
    header->compression = reader_u32le(in);
    reader_take(in, 12);
    header->palette_count = reader_u32le(in);
    reader_take(in, 4);
    if (header->compression == COMPRESSION_MASKS) {
        read_masks(in, header);
    }
    header->palette_entry_bytes = 4;
}

static void read_core_header(reader *in, bmp_header *header) {
    header->width_px = reader_u16le(in);
    header->height_px = reader_u16le(in);
    reader_take(in, 2);
    header->bits_per_pixel = reader_u16le(in);
    header->palette_entry_bytes = 3;
}

static bool has_palette(const bmp_header *header) {
    return header->bits_per_pixel <= 8;
}

static void read_palette(bytes file, bmp_header *header) {
    uint32_t most = 1u << header->bits_per_pixel;
    if (header->palette_count == 0 || header->palette_count > most) {
        header->palette_count = most;
    }
    reader in = reader_of(file);
    reader_take(&in, FILE_HEADER_BYTES + header->header_bytes);
    size_t wanted = (size_t)header->palette_count * header->palette_entry_bytes;
    size_t left = reader_left(&in);
    header->palette = reader_take(&in, wanted < left ? wanted : left);
}

static pa_status check_form(const bmp_header *header, pa_error *err) {
    switch (header->bits_per_pixel) {
    case 1:
    case 4:
    case 8:
    case 24:
    case 32:
        break;
    default:
        return error_set(err, PA_UNSUPPORTED,
                         "bmp has %u bits a pixel, only 1, 4, 8, 24 and 32 are read",
                         header->bits_per_pixel);
    }
    if (header->compression == COMPRESSION_NONE) {
        return PA_OK;
    }
    bool is_bgra = header->masks[0] == 0xff0000 && header->masks[1] == 0xff00 &&
                   header->masks[2] == 0xff &&
                   (header->masks[3] == 0 || header->masks[3] == 0xff000000);
    if (header->compression == COMPRESSION_MASKS && header->bits_per_pixel == 32 &&
        is_bgra) {
        return PA_OK;
    }
    return error_set(err, PA_UNSUPPORTED,
                     "bmp has compression %" PRIu32 ", only uncompressed files are read",
                     header->compression);
}

/* False when the file ends inside the header; sizes read before that are set. */
static bool read_header(bytes file, bmp_header *header) {
    reader in = reader_of(file);
    reader_take(&in, FILE_HEADER_BYTES - 4);
    header->data_offset = reader_u32le(&in);
    header->header_bytes = reader_u32le(&in);
    if (header->header_bytes == CORE_HEADER_BYTES) {
        read_core_header(&in, header);
    } else if (header->header_bytes >= INFO_HEADER_BYTES &&
               header->header_bytes <= MAX_HEADER_BYTES) {
        read_info_header(&in, header);
    }
    if (!in.failed && has_palette(header)) {
        read_palette(file, header);
    }
    return !in.failed;
}

static pa_status probe(bytes file, picture_info *out, pa_error *err) {
    bmp_header header = {0};
    bool is_whole = read_header(file, &header);
    out->width_px = header.width_px;
    out->height_px = header.height_px;
    if (!is_whole) {
        return error_set(err, PA_FORMAT, "bmp of %zu bytes ends inside its header",
                         file.size);
    }
    if (header.bits_per_pixel == 0) {
        return error_set(err, PA_FORMAT,
                         "bmp header has %" PRIu32 " bytes, expected 12 or 40 to 124",
                         header.header_bytes);
    }
    out->bit_depth = 8;
    out->gpu = GPU_RGBA8;
    out->has_palette = has_palette(&header);
    out->has_alpha = header.masks[3] != 0;
    out->channels = out->has_alpha ? 4 : 3;
    return PA_OK;
}

static void put_colour(uint8_t *out, const bmp_header *header, unsigned index) {
    size_t at = (size_t)index * header->palette_entry_bytes;
    /* An index past the table shows black, as in browsers. */
    bool is_known = index < header->palette_count && at + 3 <= header->palette.size;
    for (size_t c = 0; c < 3; c++) {
        out[c] = is_known ? header->palette.at[at + 2 - c] : 0;
    }
    out[3] = 255;
}

static void convert_row(uint8_t *out, const uint8_t *row, const bmp_header *header) {
    const unsigned bits = header->bits_per_pixel;
    const bool has_alpha = header->masks[3] != 0;
    for (uint32_t x = 0; x < header->width_px; x++, out += 4) {
        if (bits <= 8) {
            unsigned per_byte = 8 / bits;
            unsigned shift = 8 - bits * (x % per_byte + 1);
            unsigned packed = row[x / per_byte];
            put_colour(out, header, packed >> shift & ((1u << bits) - 1));
            continue;
        }
        const uint8_t *pixel = row + (size_t)x * (bits / 8);
        out[0] = pixel[2];
        out[1] = pixel[1];
        out[2] = pixel[0];
        out[3] = has_alpha ? pixel[3] : 255;
    }
}

static void pass_rows(const picture_job *job, const bmp_header *header, bytes data,
                      size_t stride_bytes) {
    const size_t row_bytes = picture_row_bytes(job->info);
    const uint32_t band_rows = picture_band_rows(job->info);
    const uint32_t height_px = header->height_px;
    for (uint32_t y = 0; y < height_px;) {
        uint32_t rows = height_px - y < band_rows ? height_px - y : band_rows;
        uint8_t *band = job->scratch->pixels + (job->keep_pixels ? row_bytes * y : 0);
        for (uint32_t i = 0; i < rows; i++, y++) {
            uint32_t stored = header->is_top_down ? y : height_px - 1 - y;
            convert_row(band + row_bytes * i, data.at + stride_bytes * stored, header);
        }
        picture_sink_take(job->sink, band, row_bytes * rows);
    }
}

static pa_status decode(const picture_job *job, pa_error *err) {
    bmp_header header = {0};
    if (!read_header(job->file, &header) || header.width_px != job->info->width_px ||
        header.height_px != job->info->height_px) {
        return error_set(err, PA_FORMAT, "bmp header is not the one that was probed");
    }
    pa_status status = check_form(&header, err);
    if (status != PA_OK) {
        return status;
    }
    size_t stride_bytes = ((size_t)header.width_px * header.bits_per_pixel + 31) / 32 * 4;
    reader in = reader_of(job->file);
    reader_take(&in, header.data_offset);
    size_t whole_rows = in.failed ? 0 : reader_left(&in) / stride_bytes;
    if (whole_rows < header.height_px) {
        return error_set(err, PA_FORMAT, "bmp ends after %zu of %" PRIu32 " rows",
                         whole_rows, header.height_px);
    }
    size_t rows = job->keep_pixels ? header.height_px : picture_band_rows(job->info);
    status =
        picture_scratch_reserve(job->scratch, picture_row_bytes(job->info) * rows, err);
    if (status != PA_OK) {
        return status;
    }
    pass_rows(job, &header, reader_take(&in, stride_bytes * header.height_px),
              stride_bytes);
    return PA_OK;
}

static uint64_t decode_bytes(const picture_info *info) {
    return (uint64_t)picture_row_bytes(info) * picture_band_rows(info);
}

const picture_codec picture_bmp = {"bmp", sniff, probe, decode, decode_bytes};
