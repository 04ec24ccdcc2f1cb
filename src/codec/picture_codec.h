/* picture_codec.h - what the files of the picture formats share: the row each gives to
 * the table in picture.c, and where decoded bytes go. Private to the picture files.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PA_CODEC_PICTURE_CODEC_H
#define PA_CODEC_PICTURE_CODEC_H

#include "codec/picture.h"

/** What the rows of a plain picture show, put together row by row from the top. */
typedef struct picture_watch {
    uint32_t width_px;
    uint32_t rows_done;
    bool has_alpha; /**< the file can store transparency: else nothing is looked for */
    bool is_opaque;
    bool is_one_colour;
    uint8_t colour[4]; /**< of the first pixel */
    uint32_t left_px;  /**< the box of what is visible, as picture_facts has it */
    uint32_t right_px;
    uint32_t top_px;
    uint32_t bottom_px;
} picture_watch;

/** picture_watch.c */
picture_watch picture_watch_of(const picture_info *info);
void picture_watch_rows(picture_watch *watch, const uint8_t *at, uint32_t row_count);
void picture_watch_tell(const picture_watch *watch, picture_facts *out);

/** Takes decoded rows (or a compressed payload) in file order: hashes them and watches
 * what they show. Of a plain picture whole rows at a time. */
typedef struct picture_sink picture_sink;

void picture_sink_take(picture_sink *sink, const uint8_t *at, size_t size_bytes);

/** One decoding. */
typedef struct picture_job {
    bytes file;
    const picture_info
        *info;        /**< of this file: sizes are within limits.h, no side is 0 */
    bool keep_pixels; /**< leave all rows in scratch->pixels, not only pass them on */
    picture_scratch *scratch;
    picture_sink *sink;
} picture_job;

/** One picture format. A file that `sniff` refuses never reaches `probe`. */
typedef struct picture_codec {
    const char *name;
    bool (*sniff)(bytes file);

    /** Fills `out`, which is zero but for `format`; sets width and height as soon as it
     * knows them. Limits and zero sides are judged by picture_probe. */
    pa_status (*probe)(bytes file, picture_info *out, pa_error *err);

    /** Passes every row or payload byte to job->sink, or fails. */
    pa_status (*decode)(const picture_job *job, pa_error *err);

    /** Bytes held while decoding; NULL for none. */
    uint64_t (*decode_bytes)(const picture_info *info);
} picture_codec;

extern const picture_codec picture_png;
extern const picture_codec picture_jpeg;
extern const picture_codec picture_webp;
extern const picture_codec picture_bmp;
extern const picture_codec picture_pvr;
extern const picture_codec picture_pkm;
extern const picture_codec picture_astc;
extern const picture_codec picture_cmip;

/** The row of a format, NULL for PICTURE_UNKNOWN. */
const picture_codec *picture_codec_get(picture_format format);

/** Rows that are converted, hashed and tested together while they lie in the first cache
 * level: at least one, at most all. */
uint32_t picture_band_rows(const picture_info *info);

/** Bytes of one row of RGBA8, and of all of them; neither overflows within limits.h. */
size_t picture_row_bytes(const picture_info *info);
size_t picture_pixel_bytes(const picture_info *info);

/** Makes scratch->pixels hold at least `size_bytes`; what it held is lost. */
pa_status picture_scratch_reserve(picture_scratch *scratch, size_t size_bytes,
                                  pa_error *err);

/** A compressed payload must have exactly `needed_bytes`: more and less both mean that
 * header and data disagree, and the engine would upload the wrong bytes. */
pa_status picture_check_payload(const picture_job *job, const char *shape,
                                uint64_t needed_bytes, pa_error *err);

/** A library's message in the manner of ours: lower case, no full stop. */
void picture_message(char *out, size_t out_size, const char *message);

/** True when `file` begins with `size` bytes of `magic`. */
bool picture_starts(bytes file, const char *magic, size_t size);

#endif
