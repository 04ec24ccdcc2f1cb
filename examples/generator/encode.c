/*
 * encode.c - pictures to the bytes of image files.
 *
 * Promises: no time stamps, no comments, one thread: the same picture gives the same
 * bytes with the same versions of the libraries.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L

#include "encode.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>
#include <webp/encode.h>

#include "astc.h"

static void png_to_text(png_structp png, png_bytep bytes, png_size_t size_bytes)
{
    text_add_bytes(png_get_io_ptr(png), bytes, size_bytes);
}

static void png_flush_nothing(png_structp png)
{
    (void)png;
}

static void png_fail(png_structp png, png_const_charp message)
{
    (void)png;
    die("libpng: %s", message);
}

/* Finds or adds the colour; a picture meant for a palette has few. */
static size_t palette_index(png_color *palette, png_byte *alphas, size_t *count,
                            const struct pixel *pixel)
{
    for (size_t i = 0; i < *count; i++) {
        if (palette[i].red == pixel->r && palette[i].green == pixel->g &&
            palette[i].blue == pixel->b && alphas[i] == pixel->a) {
            return i;
        }
    }
    if (*count == 256) {
        die("a picture for a palette has more than 256 colours");
    }
    palette[*count] = (png_color){pixel->r, pixel->g, pixel->b};
    alphas[*count] = pixel->a;
    return (*count)++;
}

static void png_pixels(png_bytep rows, const struct picture *picture, enum png_kind kind,
                       png_color *palette, png_byte *alphas, size_t *color_count)
{
    size_t count = (size_t)picture->width_px * picture->height_px;
    for (size_t i = 0; i < count; i++) {
        const struct pixel *pixel = &picture->pixels[i];
        if (kind == PNG_GRAY) {
            rows[i] = pixel->g;
        } else if (kind == PNG_PALETTE) {
            rows[i] = (png_byte)palette_index(palette, alphas, color_count, pixel);
        } else {
            size_t channels = kind == PNG_RGB ? 3 : 4;
            memcpy(rows + i * channels, pixel, channels);
        }
    }
}

void encode_png(struct text *out, const struct picture *picture, enum png_kind kind)
{
    static const int color_types[] = {PNG_COLOR_TYPE_RGBA, PNG_COLOR_TYPE_RGB,
                                      PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_PALETTE};
    static const size_t channel_counts[] = {4, 3, 1, 1};
    size_t row_bytes = picture->width_px * channel_counts[kind];
    png_bytep rows = calloc(picture->height_px, row_bytes);
    if (rows == NULL) {
        die("out of memory for the rows of a PNG");
    }
    png_color palette[256];
    png_byte alphas[256];
    size_t color_count = 0;
    png_pixels(rows, picture, kind, palette, alphas, &color_count);
    png_structp png =
        png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, png_fail, NULL);
    png_infop info = png == NULL ? NULL : png_create_info_struct(png);
    if (info == NULL) {
        die("out of memory for libpng");
    }
    png_set_write_fn(png, out, png_to_text, png_flush_nothing);
    png_set_compression_level(png, 9);
    png_set_IHDR(png, info, picture->width_px, picture->height_px, 8, color_types[kind],
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    if (kind == PNG_PALETTE) {
        png_set_PLTE(png, info, palette, (int)color_count);
        png_set_tRNS(png, info, alphas, (int)color_count, NULL);
    }
    png_write_info(png, info);
    for (size_t y = 0; y < picture->height_px; y++) {
        png_write_row(png, rows + y * row_bytes);
    }
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    free(rows);
}

void encode_jpeg(struct text *out, const struct picture *picture, int quality,
                 bool is_progressive)
{
    /* TurboJPEG 2 has no call for it: with the variable set, the Huffman tables are made
       for the picture, which halves a file of soft pictures and changes no pixel. */
    if (setenv("TJ_OPTIMIZE", "1", 1) != 0) {
        die("cannot set TJ_OPTIMIZE in the environment");
    }
    tjhandle handle = tjInitCompress();
    if (handle == NULL) {
        die("turbojpeg: %s", tjGetErrorStr());
    }
    unsigned char *jpeg = NULL;
    unsigned long size_bytes = 0;
    int flags = TJFLAG_ACCURATEDCT | (is_progressive ? TJFLAG_PROGRESSIVE : 0);
    if (tjCompress2(handle, (const unsigned char *)picture->pixels,
                    (int)picture->width_px, 0, (int)picture->height_px, TJPF_RGBA, &jpeg,
                    &size_bytes, TJSAMP_444, quality, flags) != 0) {
        die("turbojpeg: %s", tjGetErrorStr2(handle));
    }
    text_add_bytes(out, jpeg, size_bytes);
    tjFree(jpeg);
    tjDestroy(handle);
}

void encode_webp(struct text *out, const struct picture *picture, float quality)
{
    uint8_t *webp = NULL;
    size_t size_bytes = WebPEncodeRGBA((const uint8_t *)picture->pixels,
                                       (int)picture->width_px, (int)picture->height_px,
                                       (int)picture->width_px * 4, quality, &webp);
    if (size_bytes == 0) {
        die("libwebp could not encode a picture of %u x %u", picture->width_px,
            picture->height_px);
    }
    text_add_bytes(out, webp, size_bytes);
    WebPFree(webp);
}

static void add_u24(struct text *out, unsigned value)
{
    unsigned char bytes[3] = {(unsigned char)(value & 0xffu),
                              (unsigned char)(value >> 8 & 0xffu),
                              (unsigned char)(value >> 16 & 0xffu)};
    text_add_bytes(out, bytes, sizeof bytes);
}

static void astc_level(struct text *out, const struct picture *picture)
{
    size_t block_count =
        (size_t)((picture->width_px + 5) / 6) * ((picture->height_px + 5) / 6);
    unsigned char *blocks = calloc(block_count, 16);
    if (blocks == NULL) {
        die("out of memory for %zu blocks of ASTC", block_count);
    }
    const char *error =
        astc_blocks_6x6((const unsigned char *)picture->pixels, picture->width_px,
                        picture->height_px, blocks, block_count * 16);
    if (error != NULL) {
        die("libastcenc: %s", error);
    }
    text_add_bytes(out, "\x13\xab\xa1\x5c\x06\x06\x01", 7);
    add_u24(out, picture->width_px);
    add_u24(out, picture->height_px);
    add_u24(out, 1);
    text_add_bytes(out, blocks, block_count * 16);
    free(blocks);
}

void encode_astc(struct text *out, const struct picture *picture, bool with_mips)
{
    if (!with_mips) {
        astc_level(out, picture);
        return;
    }
    /* "CMIP": magic, count, the sizes, the files; image-asset.ts of 3.7 and later. */
    struct text files = {0};
    struct text sizes = {0};
    unsigned long count = 0;
    struct picture level = picture_copy(picture);
    for (;;) {
        size_t before_bytes = files.size_bytes;
        astc_level(&files, &level);
        text_add_u32(&sizes, (unsigned long)(files.size_bytes - before_bytes));
        count++;
        if (level.width_px == 1 && level.height_px == 1) {
            break;
        }
        struct picture half = picture_half(&level);
        picture_free(&level);
        level = half;
    }
    picture_free(&level);
    text_add_bytes(out, "CMIP", 4);
    text_add_u32(out, count);
    text_add_bytes(out, sizes.data, sizes.size_bytes);
    text_add_bytes(out, files.data, files.size_bytes);
    text_free(&sizes);
    text_free(&files);
}
