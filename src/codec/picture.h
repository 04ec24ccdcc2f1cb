/* picture.h - the image files a Creator build can hold: what their headers say, and their
 * pixels.
 *
 * One file a format; each gives one row of the codec table in picture.c. Everything here
 * reads untrusted bytes: nothing is allocated before the size in the header was checked.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_PICTURE_H
#define PA_CODEC_PICTURE_H

#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "codec/gpu_format.h"

typedef enum picture_format {
    PICTURE_UNKNOWN,
    PICTURE_PNG,
    PICTURE_JPEG,
    PICTURE_WEBP,
    PICTURE_BMP,
    PICTURE_GIF, /* recognised, never decoded: neither engine nor tool reads it */
    PICTURE_PVR,
    PICTURE_PKM,
    PICTURE_ASTC,
    PICTURE_CMIP, /* Creator's container of several compressed levels, 3.7.0 and later */
    PICTURE_FORMAT_COUNT
} picture_format;

typedef enum webp_kind {
    WEBP_NONE,
    WEBP_LOSSY,
    WEBP_LOSSY_ALPHA,
    WEBP_LOSSLESS
} webp_kind;

/** What the header of a file says; fields that do not apply are 0. */
typedef struct picture_info {
    picture_format format;
    uint32_t width_px;
    uint32_t height_px;
    /** Components that the engine's native decoder produces; 0 for compressed files. Gray
     *  1, gray with alpha or tRNS 2, palette, RGB and JPEG 3, these with alpha 4. BMP,
     *  GIF and JPEG of four components, which it refuses, as if it did not. */
    uint8_t channels;
    uint8_t bit_depth;   /**< of a stored sample; 8 unless a PNG or rare JPEG differs */
    bool has_palette;    /**< PNG or BMP with a colour table */
    bool has_alpha;      /**< the file can store transparency: channel, tRNS, ALPH, ... */
    bool has_trns;       /**< PNG: a tRNS chunk that counts */
    bool is_interlaced;  /**< PNG Adam7 */
    bool is_progressive; /**< JPEG SOF2, or baseline in several scans */
    uint8_t components;  /**< JPEG: 1, 3 or 4 */
    uint8_t sampling[4]; /**< JPEG: h << 4 | v of each component */
    webp_kind webp;
    /** GPU_RGBA8 for plain pictures; of a compressed file what its own header says,
     *  GPU_UNKNOWN if that is none we know. */
    gpu_format gpu;
    uint8_t pvr_version;       /**< 2 or 3 */
    uint32_t encoded_width_px; /**< PKM: sides rounded up to whole blocks, as written */
    uint32_t encoded_height_px;
    uint32_t header_bytes; /**< before the payload: 16, 52 + metadata, 8 + 4n, ... */
    /** Compressed files: bytes after the header; of a container those of all levels, each
     *  without its own header. */
    uint64_t payload_bytes;
    uint64_t chunk_bytes; /**< container: sum of the chunk sizes, headers included */
    /** Levels that the engine takes: 1 (of a PVR that holds more, too), or the count of a
     *  container; 0 for plain pictures. */
    uint32_t level_count;
} picture_info;

/** What decoding told beyond the header. */
typedef struct picture_facts {
    /** XXH3-128, low half first, over width, height (two little-endian u32) and all RGBA8
     *  rows from the top, straight alpha. Compressed files: over width, height, `gpu` (a
     *  third u32) and the payload of all levels without any header. Equal hashes mean
     *  equal pixels, whatever the file format. */
    uint64_t pixel_hash[2];
    /** Every alpha is 255; true for formats without alpha; false for compressed files,
     *  whose pixels are not unpacked. */
    bool is_opaque;
    /** All pixels are the same; false for compressed files. */
    bool is_one_colour;
    /** The box of the pixels whose alpha is not 0: [left, right) x [top, bottom); all 0
     *  when there is none, and for compressed files. */
    uint32_t left_px;
    uint32_t top_px;
    uint32_t right_px;
    uint32_t bottom_px;
    /** Why the decoding of a compressed file failed: its payload is shorter or longer
     * than its header says. All other facts are then 0. */
    bool is_size_wrong;
} picture_facts;

/** Memory that one worker reuses for one picture after the other. Zero-initialise it. */
typedef struct picture_scratch {
    uint8_t *pixels;
    size_t capacity_bytes;
} picture_scratch;

void picture_scratch_clear(picture_scratch *scratch);

/** Lower-case name of a format: "png", "jpg", …, "unknown". */
const char *picture_format_name(picture_format format);

/** Which format the first bytes say, as the native engine sniffs it (Image.cpp, 3.8.5),
 *  plus BMP and GIF, which browsers read. */
picture_format picture_sniff(bytes file);

/** Reads the header only. Fails with PA_FORMAT when the file is none of the formats, is
 *  cut off inside the header, or states sizes it cannot have; with PA_LIMIT when a side
 *  or the product exceeds limits.h. On failure with a size known, `out` still holds
 *  format, width and height (so that the image can be counted), else width_px is 0. `out`
 *  is always written. */
pa_status picture_probe(bytes file, picture_info *out, pa_error *err);

/** Bytes that picture_decode will hold at the same time beside the file: pixels, and the
 *  planes and tables of the library, rounded up. For the memory budget.
 *  picture_decode_pixels holds 4 bytes a pixel more for PNG and BMP, which otherwise pass
 *  by in bands of rows. */
uint64_t picture_decode_bytes(const picture_info *info);

/** Really decodes a plain picture to the last row, or checks a compressed file's payload
 *  to the byte. A truncated or damaged file fails with PA_FORMAT and a text that says
 *  what is wrong ("png ends after 512 of 1024 rows"); libraries' warnings about harmless
 *  chunks are no failure. A form that exists and is not read (animated WebP, GIF, packed
 *  BMP) fails with PA_UNSUPPORTED. `info` must be of the same file and from a probe that
 *  succeeded. CMYK JPEG is decoded (browsers do); an engine may not. */
pa_status picture_decode(bytes file, const picture_info *info, picture_scratch *scratch,
                         picture_facts *out, pa_error *err);

/** As picture_decode for plain pictures, and gives the pixels: width * height RGBA8 with
 *  straight alpha in scratch->pixels, valid until the next call. */
pa_status picture_decode_pixels(bytes file, const picture_info *info,
                                picture_scratch *scratch, picture_facts *out,
                                pa_error *err);

#endif
