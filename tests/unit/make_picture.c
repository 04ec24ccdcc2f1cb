/* make_picture.c - picture files made in memory, with the libraries' encoders where there
 * are any.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "make_picture.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>
#include <webp/encode.h>

static void *must(void *block) {
    if (block == NULL) {
        abort();
    }
    return block;
}

void made_add(made_file *file, const void *at, size_t size) {
    if (file->capacity - file->size < size) {
        file->capacity = file->size + size + 4096;
        file->at = must(realloc(file->at, file->capacity));
    }
    if (size > 0) {
        memcpy(file->at + file->size, at, size);
    }
    file->size += size;
}

void made_add_le(made_file *file, uint64_t value, size_t size) {
    for (size_t i = 0; i < size; i++) {
        made_add(file, &(uint8_t){(uint8_t)(value >> 8 * i)}, 1);
    }
}

void made_add_be(made_file *file, uint64_t value, size_t size) {
    for (size_t i = size; i > 0; i--) {
        made_add(file, &(uint8_t){(uint8_t)(value >> 8 * (i - 1))}, 1);
    }
}

void made_add_fill(made_file *file, uint8_t value, size_t size) {
    for (size_t i = 0; i < size; i++) {
        made_add(file, &value, 1);
    }
}

void made_free(made_file *file) {
    free(file->at);
    *file = (made_file){0};
}

static uint8_t pattern(size_t x, size_t y, size_t channel) {
    return (uint8_t)(x * 29 + y * 37 + channel * 71 + x * y * 11);
}

uint8_t *make_pixels(uint32_t width_px, uint32_t height_px, bool is_opaque) {
    uint8_t *pixels = must(malloc((size_t)width_px * height_px * 4));
    for (size_t i = 0; i < (size_t)width_px * height_px; i++) {
        for (size_t c = 0; c < 4; c++) {
            pixels[i * 4 + c] = pattern(i % width_px, i / width_px, c);
        }
        if (is_opaque) {
            pixels[i * 4 + 3] = 255;
        }
    }
    return pixels;
}

static void on_write(png_structp png, png_bytep at, size_t size) {
    made_add(png_get_io_ptr(png), at, size);
}

static void on_flush(png_structp png) {
    (void)png;
}

static void add_palette(png_structp png, png_infop info, const png_form *form) {
    png_color palette[256];
    int count = 1 << form->bit_depth;
    for (size_t i = 0; i < (size_t)count; i++) {
        palette[i] = (png_color){pattern(i, 0, 0), pattern(i, 0, 1), pattern(i, 0, 2)};
    }
    png_set_PLTE(png, info, palette, count);
}

static void add_trns(png_structp png, png_infop info, const png_form *form) {
    png_color_16 colour = {.red = 0, .green = 71, .blue = 142, .gray = 0};
    png_byte alphas[2] = {0, 128};
    if (form->colour_type == PNG_COLOR_TYPE_PALETTE) {
        png_set_tRNS(png, info, alphas, 2, NULL);
    } else {
        png_set_tRNS(png, info, NULL, 0, &colour);
    }
}

static void write_rows(png_structp png, png_infop info, const png_form *form) {
    size_t row_bytes = png_get_rowbytes(png, info);
    uint8_t *row = must(malloc(row_bytes));
    int passes = png_set_interlace_handling(png);
    for (int pass = 0; pass < passes; pass++) {
        for (uint32_t y = 0; y < form->height_px; y++) {
            for (size_t x = 0; x < row_bytes; x++) {
                row[x] = pattern(x, y, 0);
            }
            png_write_row(png, row);
        }
    }
    free(row);
}

made_file make_png(png_form form) {
    made_file file = {0};
    png_structp png =
        must(png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL));
    png_infop info = must(png_create_info_struct(png));
    png_set_write_fn(png, &file, on_write, on_flush);
    png_set_IHDR(png, info, form.width_px, form.height_px, form.bit_depth,
                 form.colour_type,
                 form.is_interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (form.colour_type == PNG_COLOR_TYPE_PALETTE) {
        add_palette(png, info, &form);
    }
    if (form.has_trns) {
        add_trns(png, info, &form);
    }
    png_write_info(png, info);
    write_rows(png, info, &form);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return file;
}

made_file make_png_of(const uint8_t *pixels, uint32_t width_px, uint32_t height_px) {
    made_file file = {0};
    png_structp png =
        must(png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL));
    png_infop info = must(png_create_info_struct(png));
    png_set_write_fn(png, &file, on_write, on_flush);
    png_set_IHDR(png, info, width_px, height_px, 8, PNG_COLOR_TYPE_RGB_ALPHA,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (size_t y = 0; y < height_px; y++) {
        png_write_row(png, pixels + y * width_px * 4);
    }
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return file;
}

made_file make_jpeg(jpeg_form form, uint32_t width_px, uint32_t height_px) {
    static const int samplings[] = {TJSAMP_GRAY, TJSAMP_444, TJSAMP_420, TJSAMP_420,
                                    TJSAMP_444};
    uint8_t *pixels = make_pixels(width_px, height_px, true);
    tjhandle handle = must(tjInitCompress());
    uint8_t *out = NULL;
    unsigned long out_bytes = 0;
    int failed = tjCompress2(handle, pixels, (int)width_px, 0, (int)height_px,
                             form == JPEG_FORM_CMYK ? TJPF_CMYK : TJPF_RGBA, &out,
                             &out_bytes, samplings[form], 80,
                             form == JPEG_FORM_PROGRESSIVE ? TJFLAG_PROGRESSIVE : 0);
    made_file file = {0};
    if (failed == 0) {
        made_add(&file, out, out_bytes);
    }
    tjFree(out);
    tjDestroy(handle);
    free(pixels);
    return file;
}

static made_file keep_webp(uint8_t *out, size_t out_bytes) {
    made_file file = {0};
    made_add(&file, must(out), out_bytes);
    WebPFree(out);
    return file;
}

made_file make_webp(webp_form form, uint32_t width_px, uint32_t height_px) {
    uint8_t *pixels = make_pixels(width_px, height_px, form == WEBP_FORM_LOSSY);
    int stride = (int)width_px * 4;
    uint8_t *out = NULL;
    size_t out_bytes =
        form == WEBP_FORM_LOSSLESS
            ? WebPEncodeLosslessRGBA(pixels, (int)width_px, (int)height_px, stride, &out)
            : WebPEncodeRGBA(pixels, (int)width_px, (int)height_px, stride, 80, &out);
    free(pixels);
    return keep_webp(out, out_bytes);
}

made_file make_webp_of(const uint8_t *pixels, uint32_t width_px, uint32_t height_px) {
    WebPConfig config;
    WebPPicture picture;
    WebPMemoryWriter writer;
    if (!WebPConfigInit(&config) || !WebPConfigLosslessPreset(&config, 1) ||
        !WebPPictureInit(&picture)) {
        abort();
    }
    config.exact = 1; /* invisible pixels keep their colours */
    picture.use_argb = 1;
    picture.width = (int)width_px;
    picture.height = (int)height_px;
    WebPMemoryWriterInit(&writer);
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &writer;
    if (!WebPPictureImportRGBA(&picture, pixels, (int)width_px * 4) ||
        !WebPEncode(&config, &picture)) {
        abort();
    }
    WebPPictureFree(&picture);
    return keep_webp(writer.mem, writer.size);
}

static void add_bmp_row(made_file *file, uint16_t bits, uint32_t width_px, uint32_t y) {
    size_t stride_bytes = ((size_t)width_px * bits + 31) / 32 * 4;
    size_t start = file->size;
    for (size_t x = 0; x < width_px && bits >= 24; x++) {
        uint8_t pixel[4] = {pattern(x, y, 2), pattern(x, y, 1), pattern(x, y, 0), 0};
        made_add(file, pixel, bits / 8);
    }
    for (size_t x = 0; x < stride_bytes && bits < 24; x++) {
        made_add(file, &(uint8_t){pattern(x, y, 0)}, 1);
    }
    made_add_fill(file, 0, stride_bytes - (file->size - start));
}

made_file make_bmp(uint16_t bits, uint32_t width_px, uint32_t height_px,
                   bool is_top_down) {
    made_file file = {0};
    uint32_t colours = bits <= 8 ? 1u << bits : 0;
    made_add(&file, "BM\0\0\0\0\0\0\0\0", 10);
    made_add_le(&file, 54 + 4 * colours, 4);
    made_add_le(&file, 40, 4);
    made_add_le(&file, width_px, 4);
    made_add_le(&file, is_top_down ? 0u - height_px : height_px, 4);
    made_add_le(&file, 1, 2);
    made_add_le(&file, bits, 2);
    made_add_fill(&file, 0, 24);
    for (uint32_t i = 0; i < colours; i++) {
        made_add_le(&file, 0x010101u * (i * 255 / (colours - 1)), 4);
    }
    for (uint32_t i = 0; i < height_px; i++) {
        add_bmp_row(&file, bits, width_px, is_top_down ? i : height_px - 1 - i);
    }
    return file;
}

made_file make_astc(uint8_t block_width_px, uint8_t block_height_px, uint32_t width_px,
                    uint32_t height_px) {
    made_file file = {0};
    made_add(&file, "\x13\xab\xa1\x5c", 4);
    made_add(&file, (uint8_t[3]){block_width_px, block_height_px, 1}, 3);
    made_add_le(&file, width_px, 3);
    made_add_le(&file, height_px, 3);
    made_add_le(&file, 1, 3);
    size_t columns = (width_px + block_width_px - 1) / block_width_px;
    size_t lines = (height_px + block_height_px - 1) / block_height_px;
    made_add_fill(&file, 0x55, columns * lines * 16);
    return file;
}

made_file make_pkm(const char *version, uint16_t type, uint32_t width_px,
                   uint32_t height_px, size_t payload_bytes) {
    made_file file = {0};
    made_add(&file, "PKM ", 4);
    made_add(&file, version, 2);
    made_add_be(&file, type, 2);
    made_add_be(&file, (width_px + 3) / 4 * 4, 2);
    made_add_be(&file, (height_px + 3) / 4 * 4, 2);
    made_add_be(&file, width_px, 2);
    made_add_be(&file, height_px, 2);
    made_add_fill(&file, 0x33, payload_bytes);
    return file;
}

made_file make_pvr2(pvr_form form) {
    made_file file = {0};
    made_add_le(&file, 52, 4);
    made_add_le(&file, form.height_px, 4);
    made_add_le(&file, form.width_px, 4);
    made_add_le(&file, form.levels - 1, 4);
    made_add_le(&file, form.format, 4);
    made_add_fill(&file, 0, 24);
    made_add(&file, "PVR!", 4);
    made_add_le(&file, form.faces, 4);
    made_add_fill(&file, 0x22, form.payload_bytes);
    return file;
}

made_file make_pvr3(pvr_form form) {
    made_file file = {0};
    made_add(&file, "PVR\x03", 4);
    made_add_le(&file, 0, 4);
    made_add_le(&file, form.format, 8);
    made_add_le(&file, 0, 8);
    made_add_le(&file, form.height_px, 4);
    made_add_le(&file, form.width_px, 4);
    made_add_le(&file, 1, 4);
    made_add_le(&file, 1, 4);
    made_add_le(&file, form.faces, 4);
    made_add_le(&file, form.levels, 4);
    made_add_le(&file, form.metadata_bytes, 4);
    made_add_fill(&file, 'm', form.metadata_bytes);
    made_add_fill(&file, 0x77, form.payload_bytes);
    return file;
}

made_file make_cmip(made_file *levels, uint32_t count) {
    made_file file = {0};
    made_add(&file, "CMIP", 4);
    made_add_le(&file, count, 4);
    for (uint32_t i = 0; i < count; i++) {
        made_add_le(&file, levels[i].size, 4);
    }
    for (uint32_t i = 0; i < count; i++) {
        made_add(&file, levels[i].at, levels[i].size);
        made_free(&levels[i]);
    }
    return file;
}

made_file make_cmip_astc(uint32_t width_px, uint32_t height_px, uint32_t count) {
    made_file levels[32];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t width = width_px >> i == 0 ? 1 : width_px >> i;
        uint32_t height = height_px >> i == 0 ? 1 : height_px >> i;
        levels[i] = make_astc(4, 4, width, height);
    }
    return make_cmip(levels, count);
}
